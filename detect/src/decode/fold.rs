//! Characters that look like others, or like nothing: digits of all scripts, full-width forms,
//! spaces and dashes of print, what is not seen, accents that stand alone, and letters of other
//! scripts in a Latin word. Each is read as the plain character that people take it for.

use icu_normalizer::properties::CanonicalCompositionBorrowed;

use super::escape::Unit;

/// A word is looked at so far to either side for the scripts that it is of.
const WORD_BYTES: usize = 64;

/// Where each script's digits begin: ten side by side (Unicode 16, general category Nd), without
/// ASCII.
const ZEROS: [u32; 66] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
    0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950, 0x1fbf0,
];

/// Letters of Cyrillic and Greek that look like one of ASCII, sorted (after Unicode's
/// confusables, those alone that differ in no type of print).
const ALIKE: &[(char, u8)] = &[
    ('Α', b'A'),
    ('Β', b'B'),
    ('Ε', b'E'),
    ('Ζ', b'Z'),
    ('Η', b'H'),
    ('Ι', b'I'),
    ('Κ', b'K'),
    ('Μ', b'M'),
    ('Ν', b'N'),
    ('Ο', b'O'),
    ('Ρ', b'P'),
    ('Τ', b'T'),
    ('Υ', b'Y'),
    ('Χ', b'X'),
    ('ν', b'v'),
    ('ο', b'o'),
    ('Ѕ', b'S'),
    ('І', b'I'),
    ('Ј', b'J'),
    ('А', b'A'),
    ('В', b'B'),
    ('Е', b'E'),
    ('К', b'K'),
    ('М', b'M'),
    ('Н', b'H'),
    ('О', b'O'),
    ('Р', b'P'),
    ('С', b'C'),
    ('Т', b'T'),
    ('У', b'Y'),
    ('Х', b'X'),
    ('а', b'a'),
    ('е', b'e'),
    ('о', b'o'),
    ('р', b'p'),
    ('с', b'c'),
    ('у', b'y'),
    ('х', b'x'),
    ('ѕ', b's'),
    ('і', b'i'),
    ('ј', b'j'),
    ('һ', b'h'),
    ('ԁ', b'd'),
    ('ԛ', b'q'),
    ('ԝ', b'w'),
];

/// The character at a place, and how many bytes it has.
pub(super) fn char_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    let first = *text.get(at)?;
    let length = match first {
        0..=0x7f => return Some((char::from(first), 1)),
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let c = std::str::from_utf8(text.get(at..at + length)?).ok()?.chars().next()?;
    Some((c, length))
}

/// What a character is read as: nothing, or one of ASCII.
fn read_as(c: char) -> Option<Option<u8>> {
    let number = c as u32;
    Some(Some(match number {
        0xff01..=0xff5e => (number - 0xff01) as u8 + b'!',
        0x1d400..=0x1d6a3 => {
            let letter = ((number - 0x1d400) % 52) as u8;
            if letter < 26 { b'A' + letter } else { b'a' + letter - 26 }
        }
        0xa0 | 0x2000..=0x200a | 0x202f | 0x205f | 0x3000 => b' ',
        0x2010..=0x2015 | 0x2212 | 0xfe58 | 0xfe63 => b'-',
        0xfe6b => b'@',
        0xfe52 | 0x2024 => b'.',
        0xad
        | 0x34f
        | 0x61c
        | 0x180e
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x2064
        | 0x2066..=0x206f
        | 0xfe00..=0xfe0f
        | 0xfeff => return Some(None),
        _ => {
            let after = ZEROS.partition_point(|zero| *zero <= number);
            let digit = number - ZEROS.get(after.checked_sub(1)?)?;
            u8::try_from(digit).ok().filter(|digit| *digit < 10)? + b'0'
        }
    }))
}

fn is_accent(c: char) -> bool {
    matches!(c as u32, 0x300..=0x34e | 0x350..=0x36f | 0x1ab0..=0x1aff | 0x20d0..=0x20ff)
}

fn alike(c: char) -> Option<u8> {
    let at = ALIKE.binary_search_by_key(&c, |(letter, _)| *letter).ok()?;
    Some(ALIKE[at].1)
}

/// What begins at a place and is read as something else.
pub(super) fn unit(text: &[u8], at: usize) -> Option<Unit> {
    let (c, length) = char_at(text, at)?;
    if c.is_ascii() {
        return accented(text, at, c);
    }
    if let Some(read) = read_as(c) {
        return Some(read.map_or(Unit::none(length), |b| Unit::of(char::from(b), length)));
    }
    if is_accent(c) {
        return Some(Unit::none(length));
    }
    let letter = alike(c)?;
    is_of_two_scripts(text, at).then(|| Unit::of(char::from(letter), length))
}

/// A letter and the accents behind it are one letter, where there is such a one; else the accents
/// are dropped.
fn accented(text: &[u8], at: usize, c: char) -> Option<Unit> {
    if text.get(at + 1).is_none_or(u8::is_ascii) || !c.is_ascii_alphabetic() {
        return None;
    }
    let (accent, length) = char_at(text, at + 1).filter(|(next, _)| is_accent(*next))?;
    let both = CanonicalCompositionBorrowed::new().compose(c, accent);
    Some(Unit::of(both.unwrap_or(c), 1 + length))
}

/// Whether the word around a place is Latin, but for letters that look so.
fn is_of_two_scripts(text: &[u8], at: usize) -> bool {
    let mut latin = 0;
    let mut fits = |c: char| {
        latin += usize::from(c.is_ascii_alphanumeric());
        c.is_ascii_alphanumeric() || alike(c).is_some()
    };
    let mut end = at;
    while end < at + WORD_BYTES
        && let Some((c, length)) = char_at(text, end)
        && c.is_alphanumeric()
    {
        if !fits(c) {
            return false;
        }
        end += length;
    }
    let mut start = at;
    while start + WORD_BYTES > at
        && let Some((c, length)) = char_before(text, start)
        && c.is_alphanumeric()
    {
        if !fits(c) {
            return false;
        }
        start -= length;
    }
    latin >= 2
}

fn char_before(text: &[u8], at: usize) -> Option<(char, usize)> {
    let from = at.saturating_sub(4);
    let start = from + text[from..at].iter().rposition(|b| b & 0xc0 != 0x80)?;
    char_at(text, start).filter(|(_, length)| start + length == at)
}

/// The next place from `at` on, before `to`, for whose sake a text is worth to be read so. It stands
/// beside what may be a value: most of what is written in other scripts is passed over.
pub(super) fn next(text: &[u8], mut at: usize, to: usize) -> Option<usize> {
    const BLOCK: usize = 64;
    let to = to.min(text.len());
    while at < to {
        let block = &text[at..to.min(at + BLOCK)];
        if block.is_ascii() {
            at += block.len();
            continue;
        }
        let end = at + block.len();
        while at < end {
            if may_fold(text[at]) && is_worth(text, at) {
                return Some(at);
            }
            at += 1;
        }
    }
    None
}

/// Whether a character that begins with this byte may be read as another.
fn may_fold(byte: u8) -> bool {
    // Of the letters of Europe (C3 to CB) none is; continuations are none either.
    matches!(byte, 0xc2 | 0xcc..=0xf4)
}

/// Whether a character beside others makes a value look like none.
fn is_worth(text: &[u8], at: usize) -> bool {
    let Some((c, length)) = char_at(text, at) else { return false };
    let before = at.checked_sub(1).map_or(0, |i| text[i]);
    let after = text.get(at + length).copied().unwrap_or(0);
    let is_word = |b: u8| b.is_ascii_alphanumeric();
    match read_as(c) {
        Some(Some(b' ' | b'-')) => {
            (before.is_ascii_digit() && is_word(after))
                || (is_word(before) && after.is_ascii_digit())
        }
        Some(None) => (is_word(before) || is_sign(before)) && (is_word(after) || is_sign(after)),
        Some(Some(b'0'..=b'9')) => is_number(text, at),
        Some(Some(b'@')) => true,
        Some(Some(_)) => {
            is_word(before)
                || is_word(after)
                || char_at(text, at + length)
                    .is_some_and(|(next, _)| !next.is_ascii() && read_as(next).is_some())
        }
        None if is_accent(c) => is_word(before),
        None => {
            (is_word(before) || is_word(after)) && alike(c).is_some() && is_of_two_scripts(text, at)
        }
    }
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'@' | b'.' | b'-' | b'_' | b':' | b'=' | b'/')
}

/// Whether so many digits of whatever script follow that it is more than a year or a count.
fn is_number(text: &[u8], at: usize) -> bool {
    const LOOK: usize = 48;
    const LEAST: usize = 6;
    let (mut digits, mut next) = (0, at);
    while next < at + LOOK
        && let Some((c, length)) = char_at(text, next)
    {
        let is_digit = c.is_ascii_digit() || matches!(read_as(c), Some(Some(b'0'..=b'9')));
        let joins = matches!(c, ' ' | '-' | '.' | '/' | '+' | '@' | '_')
            || c.is_ascii_alphanumeric()
            || read_as(c).is_some();
        if !joins {
            break;
        }
        digits += usize::from(is_digit);
        next += length;
    }
    digits >= LEAST
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str) -> String {
        let bytes = text.as_bytes();
        let (mut out, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            match unit(bytes, at) {
                Some(unit) => {
                    out.extend_from_slice(unit.text());
                    at += unit.written;
                }
                None => {
                    out.push(bytes[at]);
                    at += 1;
                }
            }
        }
        String::from_utf8(out).unwrap()
    }

    fn worth(text: &str) -> bool {
        next(text.as_bytes(), 0, text.len()).is_some()
    }

    #[test]
    fn what_looks_like_a_plain_text_is_read_as_it() {
        let read = [
            ("４１１１－１１１１", "4111-1111"),
            ("٤١١١١١١١", "41111111"),
            ("४५६७८९०१", "45678901"),
            ("𝟒𝟏𝟏𝟏 𝐀𝐁𝐜", "4111 ABc"),
            ("ＡＫＩＡ７", "AKIA7"),
            ("AK\u{200b}IA\u{feff}7", "AKIA7"),
            ("DE89\u{a0}3704\u{202f}0044", "DE89 3704 0044"),
            ("536\u{2011}22\u{2011}1234", "536-22-1234"),
            ("jose\u{301}@example.com", "josé@example.com"),
            ("p\u{332}w\u{332}", "pw"),
            ("аdmin", "admin"),
            ("Привет, мир", "Привет, мир"),
            ("grüße, 日本", "grüße, 日本"),
        ];
        for (text, wanted) in read {
            assert_eq!(folded(text), wanted);
        }
    }

    #[test]
    fn letters_of_other_scripts_alone_are_not_worth_a_look() {
        for text in [
            "Привет, мир 2024",
            "日本語の文章、これは。",
            "grüße — “aus” Köln",
            "سنة ٢٠٢٤",
            "5 € and 100 %",
            "plain",
        ] {
            assert!(!worth(text), "{text}");
        }
        for text in ["٤١١١١١١١", "AK\u{200b}IA", "4\u{a0}7", "ｕｓｅｒ", "аdmin", "e\u{301}"]
        {
            assert!(worth(text), "{text}");
        }
    }

    #[test]
    fn tables_are_sorted() {
        assert!(ZEROS.is_sorted() && ALIKE.is_sorted());
    }

    #[test]
    fn digits_are_those_that_unicode_says() {
        for c in (0x80..0x3_0000).filter_map(char::from_u32) {
            let digit = matches!(read_as(c), Some(Some(b'0'..=b'9')));
            let is_full = ('\u{ff10}'..='\u{ff19}').contains(&c);
            assert!(!digit || c.is_numeric() || is_full, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes: Vec<u8>, text in "\\PC{0,30}", mixed in "[aаеоＡ\u{301}\u{200b}1٤ ]{0,30}") {
            for text in [&bytes[..], text.as_bytes(), mixed.as_bytes()] {
                for at in 0..=text.len() {
                    next(text, at, text.len());
                    if let Some(unit) = unit(text, at) {
                        prop_assert!(unit.written > 0 && at + unit.written <= text.len());
                        prop_assert!(usize::from(unit.length) <= unit.written);
                    }
                }
            }
        }
    }
}
