//! Units: the sentence or line that a seed stands in. Where one begins and ends, the text beside the
//! border says alone.

use std::ops::Range;

use super::marks::Marks;

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

/// The units of a part of a field, in order; of a long one its beginning, as far as one is looked at.
pub(crate) struct Units<'a> {
    field: Field<'a>,
    marks: &'a Marks,
    next: Option<usize>,
    to: usize,
}

impl<'a> Units<'a> {
    /// Those that a part of a field holds, or ends in. The marks reach as far as a unit beyond it.
    pub(crate) fn new(field: Field<'a>, marks: &'a Marks, part: Range<usize>) -> Self {
        let mut units = Self { field, marks, next: None, to: part.end };
        units.next = units.last_border(part.start).or_else(|| units.next_border(part.start));
        units
    }

    /// Where the unit begins that a place stands in.
    fn last_border(&self, at: usize) -> Option<usize> {
        let floor = self.field.start.max(at.saturating_sub(MAX_UNIT_BYTES));
        let mut to = at;
        while let Some(found) = self.marks.last_break(floor.max(1) - 1, to) {
            if found + 1 > self.field.start && is_border(self.field, found + 1) {
                return Some(found + 1);
            }
            to = found;
        }
        (floor == self.field.start).then_some(floor)
    }

    /// Where the next unit begins behind a place.
    fn next_border(&self, at: usize) -> Option<usize> {
        let mut from = at;
        while let Some(found) = self.marks.next_break(from, self.to) {
            if is_border(self.field, found + 1) {
                return Some(found + 1);
            }
            from = found + 1;
        }
        None
    }
}

impl Iterator for Units<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.next.filter(|start| *start < self.to)?;
        self.next = self.next_border(start);
        let most = self.field.text.len().min(start + MAX_UNIT_BYTES);
        // Beyond the part, the last one ends where it would anywhere.
        let end = match self.next {
            Some(next) => next,
            None => {
                let mut from = start;
                loop {
                    match self.marks.next_break(from, most) {
                        Some(found) if found + 1 >= most => break most,
                        Some(found) if is_border(self.field, found + 1) => break found + 1,
                        Some(found) => from = found + 1,
                        None => break most,
                    }
                }
            }
        };
        Some(start..end.min(most))
    }
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
    fn units_in_a_row_are_those_around_places() {
        let text = "Dear Dr. Weber,\nthanks. Anna M. Berg was here! So\twas|I. これは。まず\n";
        let long = format!("{text}{}. Z\n{}", "x y ".repeat(250), text.repeat(3));
        for start in [0, 3, 17] {
            let field = Field { text: long.as_bytes(), start };
            let mut marks = Marks::default();
            marks.read(field.text, start..long.len());
            for part in [start..long.len(), 30..60, 20..21, 400..1200, 1150..1300] {
                let part = part.start.max(start)..part.end;
                let mut each: Vec<_> = Units::new(field, &marks, part.clone()).collect();
                each.retain(|unit| unit.end > part.start);
                let mut all: Vec<_> = part.clone().filter_map(|at| around(field, at)).collect();
                all.retain(|unit| unit.end > part.start);
                all.dedup();
                assert_eq!(each, all, "{start} {part:?}");
            }
        }
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
