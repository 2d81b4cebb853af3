//! Units: the sentence or line that a seed stands in. Where one begins and ends, the text beside the
//! border says alone.

use std::ops::Range;

/// At most so many bytes of a unit are looked at.
pub(crate) const MAX_UNIT_BYTES: usize = 800;
/// Words in so many bytes before and after a unit count as its context.
pub(crate) const CONTEXT_BYTES: usize = 96;

/// A field of a piece: the text up to its end, and where it begins.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) start: usize,
}

/// The unit around a place; none where no beginning is in reach.
pub(crate) fn around(field: Field<'_>, at: usize) -> Option<Range<usize>> {
    let floor = field.start.max(at.saturating_sub(MAX_UNIT_BYTES));
    let start = (floor..=at).rev().find(|b| is_border(field, *b))?;
    let most = field.text.len().min(start + MAX_UNIT_BYTES);
    let end = (at + 1..most).find(|b| is_border(field, *b)).unwrap_or(most);
    Some(start..end)
}

/// Whether a unit begins at `at`.
fn is_border(field: Field<'_>, at: usize) -> bool {
    if at == field.start {
        return true;
    }
    match field.text[at - 1] {
        b'\n' | b'\t' | b'|' => true,
        b' ' => ends_sentence(&field.text[field.start..at - 1], &field.text[at..]),
        // The end of a sentence in Chinese and Japanese, and in Hindi.
        0x82 => field.text[field.start..at].ends_with("。".as_bytes()),
        0xa4 => field.text[field.start..at].ends_with("।".as_bytes()),
        _ => false,
    }
}

/// Whether a sentence ends between two stretches of text that a space parts: no title and no initial
/// stands before the full stop.
fn ends_sentence(before: &[u8], after: &[u8]) -> bool {
    let [rest @ .., sign] = before else { return false };
    let begins =
        after.first().is_some_and(|b| b.is_ascii_uppercase() || !b.is_ascii_alphanumeric());
    match sign {
        b'!' | b'?' => begins,
        b'.' => {
            let tail = &rest[rest.len().saturating_sub(4)..];
            begins
                && tail.len() == 4
                && tail.iter().all(|b| b.is_ascii_lowercase() || !b.is_ascii())
        }
        _ => false,
    }
}

/// The unit with its context: from the first word that begins within it to the last that ends within.
pub(crate) fn context(field: Field<'_>, unit: &Range<usize>) -> Range<usize> {
    let floor = field.start.max(unit.start.saturating_sub(CONTEXT_BYTES));
    let is_space = |b: &u8| b.is_ascii_whitespace();
    let start = if floor == field.start {
        floor
    } else {
        let skipped = field.text[floor..unit.start].iter().position(is_space);
        skipped.map_or(unit.start, |n| floor + n)
    };
    let ceiling = field.text.len().min(unit.end + CONTEXT_BYTES);
    let end = if ceiling == field.text.len() {
        ceiling
    } else {
        let kept = field.text[unit.end..ceiling].iter().rposition(is_space);
        kept.map_or(unit.end, |n| unit.end + n)
    };
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str, at: &str) -> String {
        let at = text.find(at).unwrap();
        let field = Field { text: text.as_bytes(), start: 0 };
        around(field, at).map_or_else(String::new, |unit| text[unit].to_owned())
    }

    #[test]
    fn a_unit_is_a_sentence_or_a_line() {
        let text =
            "Dear Dr. Weber,\nthanks for coming. Anna M. Berg and Prof. Lind were here! So was I.";
        assert_eq!(unit(text, "Weber"), "Dear Dr. Weber,\n");
        assert_eq!(unit(text, "thanks"), "thanks for coming. ");
        assert_eq!(unit(text, "Lind"), "Anna M. Berg and Prof. Lind were here! ");
        assert_eq!(unit("a\tAnna\tb", "Anna"), "Anna\t");
        assert_eq!(unit(&format!("{}Anna", "x ".repeat(600)), "Anna"), "");
    }
}
