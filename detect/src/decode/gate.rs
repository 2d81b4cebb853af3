//! Gates: where in a text something encoded may stand. They look at each byte and cost next to
//! nothing; what they let through costs a search of its own.

use std::ops::Range;

use super::base::{self, Alphabet, MIN_BASE64};
use super::escape::{self, Unit};
use super::{Sparse, fold};
use crate::reach::MAX_STRETCH_BYTES;

/// Escapes so near to each other are of one stretch.
const JOIN_BYTES: usize = 512;
/// So many characters of UTF-16 in a row are a text.
const MIN_UTF16: usize = 8;

/// Stretches of Base64 and hexadecimal digits that begin as text, and where that text begins. Of a
/// long one it is not asked how it begins: others see it from its midst.
pub(super) fn dense(
    text: &[u8],
    seen: &Range<usize>,
    mut each: impl FnMut(Alphabet, Range<usize>, Option<usize>),
) {
    if seen.len() < MIN_BASE64 {
        return;
    }
    let mut at = seen.start;
    while let Some(hit) = base::next_dense(text, at, seen) {
        let run = base::run_around(text, hit.start, seen);
        at = run.end.max(hit.end);
        if run.len() < MIN_BASE64 {
            continue;
        }
        match base::taste(text, &run) {
            Some((alphabet, from)) => each(alphabet, run, Some(from)),
            None if run.len() > MAX_STRETCH_BYTES => each(Alphabet::Base64, run, None),
            None => {}
        }
    }
}

/// Runs of characters of UTF-16 among bytes, and whether their high bytes come first.
pub(super) fn utf16(text: &[u8], seen: &Range<usize>, mut each: impl FnMut(bool, Range<usize>)) {
    let mut at = seen.start;
    while let Some(zero) = memchr::memchr(0, &text[at..seen.end]) {
        let zero = at + zero;
        at = zero + 1;
        for big in [false, true] {
            let start = if big { Some(zero) } else { zero.checked_sub(1) };
            let Some(start) = start else { continue };
            let units = text[start..seen.end].as_chunks::<2>().0;
            let count = units.iter().take_while(|unit| is_unit(**unit, big)).count();
            if count >= MIN_UTF16 {
                at = start + 2 * count;
                each(big, start..at);
                break;
            }
        }
    }
}

fn is_unit(unit: [u8; 2], big: bool) -> bool {
    let [low, high] = if big { [unit[1], unit[0]] } else { unit };
    high == 0 && matches!(low, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0xa0..)
}

/// Stretches in which characters are written as something else: from the first such character to
/// the last, of those that are worth it.
pub(super) fn sparse(
    text: &[u8],
    seen: &Range<usize>,
    sparse: Sparse,
    mut each: impl FnMut(Range<usize>),
) {
    let mut chain: Option<Range<usize>> = None;
    let mut at = seen.start;
    while let Some(next) = next_worth(text, at, seen.end, sparse) {
        at = next.end;
        chain = match chain.take() {
            Some(before) if next.start <= before.end + JOIN_BYTES => Some(before.start..next.end),
            Some(before) => {
                each(before);
                Some(next)
            }
            None => Some(next),
        };
    }
    chain.into_iter().for_each(each);
}

fn next_worth(text: &[u8], at: usize, to: usize, sparse: Sparse) -> Option<Range<usize>> {
    match sparse {
        Sparse::Folded => {
            let start = fold::next(text, at, to)?;
            let length = fold::char_at(text, start).map_or(1, |(_, length)| length);
            Some(start..start + length)
        }
        Sparse::Url => signs(b'%', text, at, to, |at| {
            escape::url(text, at).filter(|unit| tells(text, at, unit))
        }),
        Sparse::Html => signs(b'&', text, at, to, |at| {
            escape::html(text, at).filter(|unit| tells(text, at, unit))
        }),
        Sparse::Backslash => signs(b'\\', text, at, to, |at| backslash(text, at)),
        Sparse::Quoted => signs(b'=', text, at, to, |at| quoted(text, at)),
    }
}

fn signs(
    sign: u8,
    text: &[u8],
    from: usize,
    to: usize,
    worth: impl Fn(usize) -> Option<Unit>,
) -> Option<Range<usize>> {
    let found = memchr::memchr_iter(sign, text.get(from..to)?);
    found.map(|at| from + at).find_map(|at| worth(at).map(|unit| at..at + unit.written))
}

/// Whether a character, by what stands beside it, may make a value look like none.
fn tells(text: &[u8], at: usize, unit: &Unit) -> bool {
    let is_word =
        |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let (before, after) = (is_word(at.checked_sub(1)), is_word(Some(at + unit.written)));
    match unit.text() {
        [_] => true,
        // Letters of Europe, in names and in words.
        [0xc3..=0xc9, _] => before || after,
        [] => false,
        other => fold::unit(other, 0).is_some() && (before || after),
    }
}

fn backslash(text: &[u8], at: usize) -> Option<Unit> {
    let kind = *text.get(at + 1)?;
    let after = text.get(at + 2).copied().unwrap_or(0);
    let before = at.checked_sub(1).map_or(0, |i| text[i]);
    let may = match kind {
        b'u' | b'U' | b'x' => true,
        // The end of a line before a number or an address makes it one of a longer word.
        b'n' | b'r' | b't' => after.is_ascii_digit() || is_address(text, at + 2),
        // A key of JSON that stands in a string.
        b'"' => after == b':' && before.is_ascii_alphanumeric(),
        b'\\' => after == b'u' && text.get(at + 3).is_some_and(u8::is_ascii_hexdigit),
        _ => false,
    };
    let unit = may.then(|| escape::backslash(text, at)).flatten()?;
    tells(text, at, &unit).then_some(unit)
}

/// Whether an address of mail may begin here.
fn is_address(text: &[u8], at: usize) -> bool {
    const LOOK: usize = 48;
    let rest = &text[at.min(text.len())..text.len().min(at + LOOK)];
    let name = rest
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+'));
    let length = name.count();
    length > 0 && rest.get(length) == Some(&b'@')
}

/// Of quoted-printable those escapes that are not to be met in programs: `=3D`, `=40` within a
/// word, a letter beyond ASCII, and the end of a line that is as long as lines of mail are.
fn quoted(text: &[u8], at: usize) -> Option<Unit> {
    const LINES: std::ops::RangeInclusive<usize> = 60..=76;
    let unit = escape::quoted(text, at)?;
    let is_word = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let may = match unit.text() {
        b"=" => true,
        b"@" => {
            is_word(at.checked_sub(1).map(|i| &text[i])) && is_word(text.get(at + unit.written))
        }
        [] => {
            let before = &text[at.saturating_sub(80)..at];
            let line = before.iter().rev().take_while(|b| **b != b'\n').count();
            LINES.contains(&(line + 1)) && before.len() > line
        }
        [_] => false,
        _ => true,
    };
    may.then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, kind: Sparse) -> Vec<&str> {
        let mut found = Vec::new();
        sparse(text.as_bytes(), &(0..text.len()), kind, |range| found.push(&text[range]));
        found
    }

    #[test]
    fn escapes_in_values_are_worth_a_search_and_others_are_not() {
        assert_eq!(found("to=user%40example.com&x=%20", Sparse::Url), ["%40example.com&x=%20"]);
        assert_eq!(found("100% of %d, %5.2f %02x %s", Sparse::Url), [""; 0]);
        assert_eq!(found("a &#64; b &mdash; c && d", Sparse::Html), ["&#64;"]);
        assert_eq!(found(r"\x1b[0m \n \d+ C:\users \0", Sparse::Backslash), [""; 0]);
        assert_eq!(found(r"a\u0040b", Sparse::Backslash), [r"\u0040"]);
        assert_eq!(found(r"x\n4111 and \tuser@example.com", Sparse::Backslash).len(), 1);
        assert_eq!(found(r#"{\"key\": 1}"#, Sparse::Backslash), [r#"\""#]);
        assert_eq!(found("x=40; a=10\nlet y =\n 3", Sparse::Quoted), [""; 0]);
        assert_eq!(found("user=40example.com", Sparse::Quoted), ["=40"]);
    }

    #[test]
    fn escapes_far_from_each_other_are_of_two_stretches() {
        let far = format!("a%40b{}c%40d", " ".repeat(JOIN_BYTES + 1));
        assert_eq!(found(&far, Sparse::Url), ["%40", "%40"]);
    }

    #[test]
    fn wide_characters_among_bytes_are_found_in_both_orders() {
        let wide = |big: bool| -> Vec<u8> {
            let units = "password=x".encode_utf16();
            units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        for big in [false, true] {
            let text = [&b"\x01\x02\xff\xfe\x07"[..], &wide(big), b"\x02\x01"].concat();
            let mut found = Vec::new();
            utf16(&text, &(0..text.len()), |big, run| found.push((big, run)));
            assert_eq!(found, [(big, 5..25)]);
        }
    }
}
