//! The sentence around a place, and the phrase within a line of a form: near enough for telling
//! what belongs together.

use std::ops::Range;

/// A sentence reaches at most so many bytes before and after a place.
const MAX_BYTES: usize = 320;
/// A line of fewer bytes is one of a form or a list, and not of a paragraph.
const SHORT_LINE_BYTES: usize = 52;
/// At most so many bytes a phrase, and at most so many words.
const MAX_PHRASE_BYTES: usize = 80;
const MAX_PHRASE_WORDS: usize = 8;

/// The sentence of a field in which a stretch of the text lies.
pub(super) fn around(text: &[u8], field: &Range<usize>, span: &Range<usize>) -> Range<usize> {
    let first = span.start.saturating_sub(MAX_BYTES).max(field.start);
    let last = field.end.min(text.len()).min(span.end.saturating_add(MAX_BYTES));
    let field = &text[..last.max(span.end)];
    let ends = |i: &usize| may_end(field[*i]) && ends_at(field, first, *i);
    let start = (first..span.start).rev().find(ends).map_or(first, |i| i + 1);
    let end = (span.end..last).find(ends).unwrap_or(last);
    start..end
}

/// Whether a sentence may end with a byte.
const fn may_end(byte: u8) -> bool {
    const ENDS: [bool; 256] = {
        let mut ends = [false; 256];
        let bytes = b"\n.!?\xa4\x82";
        let mut i = 0;
        while i < bytes.len() {
            ends[bytes[i] as usize] = true;
            i += 1;
        }
        ends
    };
    ENDS[byte as usize]
}

/// Whether a sentence ends with the byte at a place.
fn ends_at(text: &[u8], from: usize, at: usize) -> bool {
    match text[at] {
        b'\n' => ends_line(text, from, at),
        b'.' | b'!' | b'?' => ends_with_sign(text, from, at),
        // The last byte of the stroke that ends sentences in India, and of the full stop of China.
        0xa4 => text[..at].ends_with(b"\xe0\xa5"),
        0x82 => text[..at].ends_with(b"\xe3\x80"),
        _ => false,
    }
}

/// Whether a line is not gone on with in the next.
fn ends_line(text: &[u8], from: usize, at: usize) -> bool {
    let line = &text[memchr::memrchr(b'\n', &text[from..at]).map_or(from, |i| from + i + 1)..at];
    let next = &text[at + 1..];
    let next = &next[..memchr::memchr(b'\n', next).unwrap_or(next.len())];
    let trimmed = next.trim_ascii();
    let is_item = matches!(trimmed.first(), None | Some(b'-' | b'*' | b'|' | b'#' | b'[' | b'>'))
        || trimmed.starts_with("•".as_bytes());
    let is_short = line.trim_ascii().len() < SHORT_LINE_BYTES && line.len() < at - from;
    let is_named = trimmed.iter().take(32).any(|b| *b == b':');
    is_item || is_short || is_named || line.trim_ascii_end().ends_with(b":")
}

/// Whether a full stop is one, and not that of an abbreviation or a number.
fn ends_with_sign(text: &[u8], from: usize, at: usize) -> bool {
    /// Abbreviations of three letters and more that stand before what they speak of.
    const SHORT: [&[u8]; 16] = [
        b"mrs", b"prof", b"geb", b"bzw", b"sra", b"dra", b"sig", b"mme", b"evtl", b"incl", b"inkl",
        b"bijv", b"dott", b"dhr", b"mevr", b"tel",
    ];
    let rest = &text[at + 1..];
    let Some(next) = rest.first() else { return true };
    if !next.is_ascii_whitespace() && !matches!(next, b'"' | b'\'' | b')' | 0x80..) {
        return false;
    }
    if text[at] != b'.' {
        return true;
    }
    let follows = rest.iter().find(|b| !b.is_ascii_whitespace());
    if follows.is_some_and(u8::is_ascii_lowercase) {
        return false;
    }
    let word = text[from..at].iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b >= 0x80);
    let word = &text[at - word.count()..at];
    word.len() >= 3 && !SHORT.iter().any(|short| short.eq_ignore_ascii_case(word))
}

/// The phrase around a stretch of a field: up to the signs that part the things of a list. The
/// stretch itself, where the phrase is longer than what is written into a form.
pub(super) fn phrase(text: &[u8], within: Range<usize>, span: &Range<usize>) -> Range<usize> {
    let first = within.start.max(span.start.saturating_sub(MAX_PHRASE_BYTES));
    let last = within.end.min(text.len()).min(span.end.saturating_add(MAX_PHRASE_BYTES));
    let parts = |i: &usize| parts(text, *i);
    let start = (first..span.start).rev().find(parts).map_or(first, |i| i + 1);
    let end = (span.end..last).find(parts).unwrap_or(last);
    let phrase = trimmed(text, start..end);
    let words = text[phrase.clone()].split(u8::is_ascii_whitespace).filter(|w| !w.is_empty());
    let fits = phrase.len() <= MAX_PHRASE_BYTES && words.count() <= MAX_PHRASE_WORDS;
    let holds = phrase.start <= span.start && span.end <= phrase.end;
    if fits && holds { phrase } else { span.clone() }
}

fn parts(text: &[u8], at: usize) -> bool {
    let next_is_space = || text.get(at + 1).is_none_or(u8::is_ascii_whitespace);
    match text[at] {
        b',' | b';' | b'|' | b'(' | b')' | b'\n' | b'\r' | b'\t' | b'"' | b'=' | b'<' | b'>' => {
            true
        }
        b'[' | b']' | b'{' | b'}' => true,
        b'.' => next_is_space() && text[..at].last().is_some_and(|b| b.is_ascii_lowercase()),
        b':' => next_is_space(),
        // Two columns.
        b' ' => text.get(at + 1) == Some(&b' '),
        b'/' => next_is_space(),
        // Dashes of three bytes.
        0xe2 => text.get(at + 1) == Some(&0x80) && matches!(text.get(at + 2), Some(0x93 | 0x94)),
        _ => false,
    }
}

/// A phrase without what is around its words: space, codes before and numbers behind it.
fn trimmed(text: &[u8], mut phrase: Range<usize>) -> Range<usize> {
    let is_around = |b: u8| b.is_ascii_whitespace() || matches!(b, b'*' | b'\'' | b'_' | b'`');
    loop {
        while phrase.start < phrase.end && is_around(text[phrase.start]) {
            phrase.start += 1;
        }
        while phrase.start < phrase.end && is_around(text[phrase.end - 1]) {
            phrase.end -= 1;
        }
        let words = &text[phrase.clone()];
        let first = words.iter().position(u8::is_ascii_whitespace).unwrap_or(words.len());
        // `F32.1 depressive episode`, `1. Asthma`, `- Asthma`.
        let is_code = |word: &[u8]| {
            !word.iter().any(u8::is_ascii_lowercase)
                && (word.iter().any(u8::is_ascii_digit)
                    || !word.iter().any(|b| b.is_ascii_alphanumeric() || *b >= 0x80))
        };
        if first == words.len() || !is_code(&words[..first]) {
            return phrase;
        }
        phrase.start += first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, word: &str) -> String {
        let start = text.find(word).unwrap();
        let span = start..start + word.len();
        let around = around(text.as_bytes(), &(0..text.len()), &span);
        String::from_utf8_lossy(&text.as_bytes()[around]).trim().to_owned()
    }

    #[test]
    fn sentences_end_with_signs_and_not_with_abbreviations() {
        assert_eq!(of("He came. Mr. Fox has flu! So?", "flu"), "Mr. Fox has flu");
        assert_eq!(
            of("Ein Satz. Sie, geb. Abt, hat z. B. Gicht. Und so.", "Gicht"),
            "Sie, geb. Abt, hat z. B. Gicht"
        );
        assert!(of("यह है। उसे मधुमेह है। और", "मधुमेह").starts_with("उसे"));
    }

    #[test]
    fn lines_of_forms_end_and_those_of_paragraphs_go_on() {
        assert_eq!(of("Name: Fox\nReligion: rk\nAge: 3", "rk"), "Religion: rk");
        let long =
            "This is a long line of a paragraph that speaks of nothing\nand goes on with flu";
        assert_eq!(of(long, "flu"), long);
        assert_eq!(of("One\n\nTwo flu\n\nThree", "flu"), "Two flu");
    }

    #[test]
    fn a_phrase_ends_where_lists_part() {
        let of = |text: &str, word: &str| {
            let start = text.find(word).unwrap();
            text[phrase(text.as_bytes(), 0..text.len(), &(start..start + word.len()))].to_owned()
        };
        assert_eq!(of("F32.1 severe depression, asthma", "depression"), "severe depression");
        assert_eq!(of("a b c d e f g h i depression", "depression"), "depression");
        assert_eq!(of("rk (since 2001)", "rk"), "rk");
    }
}
