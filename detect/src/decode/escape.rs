//! Characters that are written as something else within a text: `%40`, `&#64;`, `\u0040`, `=40`.
//!
//! Each kind has a function that tells which character begins at a place, and how long it is
//! written. It sees no farther than a few bytes.

use super::entity;

/// Backslashes before a place that are counted: an odd one escapes the next.
const MAX_BACKSLASHES: usize = 64;
/// The longest number of a character: `&#x0010FFFF;`, `\u{10FFFF}`.
const MAX_NUMBER: usize = 8;

/// A character that is written in so many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) text: [u8; 4],
    pub(super) length: u8,
    pub(super) written: usize,
}

impl Unit {
    pub(super) fn of(c: char, written: usize) -> Self {
        let mut text = [0; 4];
        let length = c.encode_utf8(&mut text).len() as u8;
        Self { text, length, written }
    }

    /// Nothing at all.
    pub(super) fn none(written: usize) -> Self {
        Self { text: [0; 4], length: 0, written }
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text[..usize::from(self.length)]
    }
}

/// A character that may stand for itself in a text: no control but for white space.
fn shown(number: u32, written: usize) -> Option<Unit> {
    let c = char::from_u32(number)?;
    (!c.is_control() || matches!(c, '\t' | '\n' | '\r')).then(|| Unit::of(c, written))
}

fn hex(text: &[u8], at: usize) -> Option<u32> {
    char::from(*text.get(at)?).to_digit(16)
}

fn hex_byte(text: &[u8], at: usize) -> Option<u8> {
    Some((hex(text, at)? << 4 | hex(text, at + 1)?) as u8)
}

/// A number of so many digits at the most, and how many it has.
fn number(text: &[u8], at: usize, base: u32, most: usize) -> Option<(u32, usize)> {
    let digits = text.get(at..)?.iter().take(most).map_while(|b| char::from(*b).to_digit(base));
    let (mut number, mut count) = (0u32, 0);
    for digit in digits {
        number = number.checked_mul(base)?.checked_add(digit)?;
        count += 1;
    }
    (count > 0).then_some((number, count))
}

/// A character of one or more bytes, each of which is written as a sign and two digits.
fn bytes(text: &[u8], at: usize, byte: fn(&[u8], usize) -> Option<u8>) -> Option<Unit> {
    let first = byte(text, at)?;
    let length = match first {
        0..=0x7f => return shown(u32::from(first), 3),
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut of = [first, 0, 0, 0];
    for (i, next) in of.iter_mut().enumerate().take(length).skip(1) {
        *next = byte(text, at + 3 * i)?;
    }
    let c = std::str::from_utf8(&of[..length]).ok()?.chars().next()?;
    Some(Unit::of(c, 3 * length))
}

/// `%40`, of RFC 3986.
pub(super) fn url(text: &[u8], at: usize) -> Option<Unit> {
    bytes(text, at, |text, at| {
        (text.get(at) == Some(&b'%')).then(|| hex_byte(text, at + 1)).flatten()
    })
}

/// `=40`, of RFC 2045, with capital digits; and the end of a line that is none.
pub(super) fn quoted(text: &[u8], at: usize) -> Option<Unit> {
    let rest = text.get(at..)?;
    if rest.starts_with(b"=\n") {
        return Some(Unit::none(2));
    }
    if rest.starts_with(b"=\r\n") {
        return Some(Unit::none(3));
    }
    bytes(text, at, |text, at| {
        let [b'=', digits @ ..] = text.get(at..at + 3)? else { return None };
        let capital = |b: &u8| matches!(b, b'0'..=b'9' | b'A'..=b'F');
        digits.iter().all(capital).then(|| hex_byte(text, at + 1)).flatten()
    })
}

/// `&#64;`, `&#x40;`, `&commat;`.
pub(super) fn html(text: &[u8], at: usize) -> Option<Unit> {
    match text.get(at..)? {
        [b'&', b'#', b'x' | b'X', ..] => {
            let (number, digits) = number(text, at + 3, 16, MAX_NUMBER)?;
            let end = at + 3 + digits;
            shown(number, digits + 3 + usize::from(text.get(end) == Some(&b';')))
        }
        [b'&', b'#', ..] => {
            let (number, digits) = number(text, at + 2, 10, MAX_NUMBER)?;
            let end = at + 2 + digits;
            shown(number, digits + 2 + usize::from(text.get(end) == Some(&b';')))
        }
        [b'&', rest @ ..] => {
            let letters = rest.iter().take(entity::LONGEST).take_while(|b| b.is_ascii_alphabetic());
            let length = letters.count();
            (rest.get(length) == Some(&b';'))
                .then(|| entity::named(&rest[..length]))
                .flatten()
                .map(|c| Unit::of(c, length + 2))
        }
        _ => None,
    }
}

/// `\u0040`, `\u{40}`, `\U00000040`, `\x40`, and what strings write with a letter or a sign.
pub(super) fn backslash(text: &[u8], at: usize) -> Option<Unit> {
    let [b'\\', kind, ..] = text.get(at..)? else { return None };
    let before = &text[at.saturating_sub(MAX_BACKSLASHES)..at];
    if before.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1 {
        return None;
    }
    match kind {
        b'x' => backslash_x(text, at),
        b'u' if text.get(at + 2) == Some(&b'{') => {
            let (number, digits) = number(text, at + 3, 16, MAX_NUMBER)?;
            let closes = text.get(at + 3 + digits) == Some(&b'}');
            closes.then(|| shown(number, digits + 4)).flatten()
        }
        b'u' => {
            let (first, _) = number(text, at + 2, 16, 4).filter(|(_, digits)| *digits == 4)?;
            if !(0xd800..0xdc00).contains(&first) {
                return shown(first, 6);
            }
            let low = text.get(at + 6..at + 8) == Some(b"\\u");
            let (second, _) = low.then(|| number(text, at + 8, 16, 4)).flatten()?;
            let second = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
            shown(0x1_0000 + ((first - 0xd800) << 10 | second), 12)
        }
        b'U' => {
            let (number, digits) = number(text, at + 2, 16, 8)?;
            (digits == 8).then(|| shown(number, 10)).flatten()
        }
        b'n' | b'r' => Some(Unit::of('\n', 2)),
        b't' => Some(Unit::of('\t', 2)),
        b'"' | b'\'' | b'/' | b'\\' => Some(Unit::of(char::from(*kind), 2)),
        _ => None,
    }
}

/// `\x40`; several in a row may be the bytes of one character.
fn backslash_x(text: &[u8], at: usize) -> Option<Unit> {
    let byte = |at: usize| (text.get(at..at + 2)? == b"\\x").then(|| hex_byte(text, at + 2))?;
    let first = byte(at)?;
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return shown(u32::from(first), 4),
    };
    let mut of = [first, 0, 0, 0];
    for (i, next) in of.iter_mut().enumerate().take(length).skip(1) {
        match byte(at + 4 * i) {
            Some(byte) => *next = byte,
            None => return shown(u32::from(first), 4),
        }
    }
    match std::str::from_utf8(&of[..length]) {
        Ok(text) => Some(Unit::of(text.chars().next()?, 4 * length)),
        Err(_) => shown(u32::from(first), 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Read = fn(&[u8], usize) -> Option<Unit>;

    fn all(text: &str, read: Read) -> String {
        let bytes = text.as_bytes();
        let (mut out, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            match read(bytes, at) {
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

    proptest! {
        #[test]
        fn what_was_escaped_is_read(text in "[ -~äß日𝄞]{0,40}") {
            let url_of: String = text.bytes().map(|b| format!("%{b:02x}")).collect();
            prop_assert_eq!(&all(&url_of, url), &text);
            let quoted_of: String = text.bytes().map(|b| format!("={b:02X}")).collect();
            prop_assert_eq!(&all(&quoted_of, quoted), &text);
            let html_of: String = text.chars().map(|c| format!("&#{};", c as u32)).collect();
            prop_assert_eq!(&all(&html_of, html), &text);
            let hex_of: String = text.chars().map(|c| format!("&#x{:X};", c as u32)).collect();
            prop_assert_eq!(&all(&hex_of, html), &text);
            let utf16: String = text.encode_utf16().map(|u| format!("\\u{u:04x}")).collect();
            prop_assert_eq!(&all(&utf16, backslash), &text);
            let rust: String = text.chars().map(|c| format!("\\u{{{:x}}}", c as u32)).collect();
            prop_assert_eq!(&all(&rust, backslash), &text);
            let bytes_of: String = text.bytes().map(|b| format!("\\x{b:02x}")).collect();
            prop_assert_eq!(&all(&bytes_of, backslash), &text);
        }

        #[test]
        fn no_bytes_are_too_odd(bytes: Vec<u8>, signs in "[%=&#\\\\xuU{}0-9a-fA-F;]{0,60}") {
            for text in [&bytes[..], signs.as_bytes()] {
                for read in [url, quoted, html, backslash] {
                    for at in 0..=text.len() {
                        if let Some(unit) = read(text, at) {
                            prop_assert!(unit.written > 0 && at + unit.written <= text.len());
                            prop_assert!(usize::from(unit.length) <= unit.written);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        assert_eq!(all("100% %zz %00 %ff %", url), "100% %zz %00 %ff %");
        assert_eq!(all("a=4 a=3d b=\n", quoted), "a=4 a=3d b");
        assert_eq!(all("&amp; &nosuch; &#0; &; &x", html), "& &nosuch; &#0; &; &x");
        assert_eq!(all(r"\\u0041 \u00 \x1b \ud800", backslash), r"\u0041 \u00 \x1b \ud800");
        assert_eq!(all("user&commat;example&period;com", html), "user@example.com");
    }
}
