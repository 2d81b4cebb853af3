//! How the bytes of a text stand for characters, told from its head alone, and so told alike each
//! time it is read.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use crate::formats::HEAD_BYTES;

/// So far back is a border looked for where it can't be seen from the bytes at hand.
pub(super) const BACK_BYTES: usize = 4096;

/// An encoding of characters.
#[derive(Clone, Copy)]
pub struct Charset {
    pub(super) kind: Kind,
    /// Bytes of a byte order mark at the beginning.
    pub(super) mark: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Also ASCII, and text in which some bytes are no text.
    Utf8,
    Utf16 {
        big: bool,
    },
    /// One byte a character, and below 0x80 as ASCII.
    Single(&'static Encoding),
    /// One or more bytes a character; white space stands for itself alone.
    Multi(&'static Encoding),
}

impl Charset {
    /// UTF-8 without a mark.
    pub const UTF_8: Self = Self { kind: Kind::Utf8, mark: 0 };

    /// What the head of a text says; none if it is no text.
    pub fn detect(head: &[u8]) -> Option<Self> {
        Some(Self::detect_quickly(head)?.unwrap_or_else(|| Self::guess(head)))
    }

    /// The encoding of a text that can't be told quickly.
    pub(in crate::formats) fn guess(head: &[u8]) -> Self {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(head, head.len() < HEAD_BYTES);
        Self::of(detector.guess(None, Utf8Detection::Deny))
    }

    /// The encoding that somebody named.
    pub fn of(encoding: &'static Encoding) -> Self {
        let kind = match encoding {
            e if e == encoding_rs::UTF_8 => Kind::Utf8,
            e if e == encoding_rs::UTF_16LE => Kind::Utf16 { big: false },
            e if e == encoding_rs::UTF_16BE => Kind::Utf16 { big: true },
            e if e.is_single_byte() => Kind::Single(e),
            e => Kind::Multi(e),
        };
        Self { kind, mark: 0 }
    }

    /// Its name.
    pub fn encoding(&self) -> &'static Encoding {
        match self.kind {
            Kind::Utf8 => encoding_rs::UTF_8,
            Kind::Utf16 { big: false } => encoding_rs::UTF_16LE,
            Kind::Utf16 { big: true } => encoding_rs::UTF_16BE,
            Kind::Single(encoding) | Kind::Multi(encoding) => encoding,
        }
    }

    /// Whether a character's border is seen from the bytes around it, wherever one begins.
    pub(crate) fn is_self_synchronising(&self) -> bool {
        !matches!(self.kind, Kind::Multi(_))
    }

    /// None: no text. `Some(None)`: text, but it takes the detector to say in which encoding.
    pub(in crate::formats) fn detect_quickly(head: &[u8]) -> Option<Option<Self>> {
        if head.starts_with(b"\xEF\xBB\xBF") {
            return Some(Some(Self { kind: Kind::Utf8, mark: 3 }));
        }
        for big in [false, true] {
            let mark: &[u8] = if big { b"\xFE\xFF" } else { b"\xFF\xFE" };
            if head.starts_with(mark) {
                let charset = Self { kind: Kind::Utf16 { big }, mark: 2 };
                return (!is_binary(charset.kind, head)).then_some(Some(charset));
            }
            if is_utf16_without_mark(head, big) {
                return Some(Some(Self { kind: Kind::Utf16 { big }, mark: 0 }));
            }
        }
        if is_binary(Kind::Utf8, head) {
            return None;
        }
        // Nearly every text is UTF-8, and that is seen quickly.
        let (valid, invalid) = match std::str::from_utf8(head) {
            Ok(_) => (0, 0),
            Err(_) => utf8_sequences(head),
        };
        let is_utf8 = (invalid == 0 && memchr::memchr(0x1B, head).is_none())
            || (invalid > 0 && valid >= 4 * invalid);
        Some(is_utf8.then_some(Self::UTF_8))
    }
}

/// Whether a stretch is no text. One odd control character doesn't make a text a program; what is
/// compressed has one in eight, what is machine code is full of zeros.
pub(super) fn is_binary(kind: Kind, bytes: &[u8]) -> bool {
    if let Kind::Utf16 { big } = kind {
        let units = bytes.as_chunks::<2>().0;
        let odd = units.iter().filter(|u| is_odd_unit(unit(**u, big))).count();
        return odd * 50 > units.len();
    }
    let (zeros, controls) = zeros_and_controls(bytes);
    controls * 50 > bytes.len()
        || zeros * 16 > bytes.len()
        || (zeros * 512 > bytes.len() && std::str::from_utf8(bytes).is_err())
}

/// How many zeros there are, and control characters that texts don't hold: counted in bytes and
/// without branches, so that it is done many bytes at a time.
fn zeros_and_controls(bytes: &[u8]) -> (usize, usize) {
    let (mut zeros, mut controls) = (0, 0);
    for some in bytes.chunks(usize::from(u8::MAX)) {
        let (mut zero, mut control) = (0u8, 0u8);
        for byte in some {
            let within = |first: u8, last: u8| byte.wrapping_sub(first) <= last - first;
            zero += u8::from(*byte == 0);
            control += u8::from(
                within(0x01, 0x07) | within(0x0E, 0x1A) | within(0x1C, 0x1F) | (*byte == 0x7F),
            );
        }
        zeros += usize::from(zero);
        controls += usize::from(control);
    }
    (zeros, controls)
}

pub(super) fn unit(bytes: [u8; 2], big: bool) -> u16 {
    if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
}

fn is_odd_unit(unit: u16) -> bool {
    (unit < 0x20 && !matches!(unit, 0x08..=0x0D | 0x1B)) || unit >= 0xFFFE
}

/// Text in UTF-16 is told without a mark only where it holds white space or other ASCII, whose
/// zeros all stand on one side.
fn is_utf16_without_mark(head: &[u8], big: bool) -> bool {
    let units = head.as_chunks::<2>().0;
    if units.len() < 2 || memchr::memchr(0, head).is_none() {
        return false;
    }
    let (mut ascii, mut zeros_low) = (0, 0);
    let mut high_surrogate = false;
    for bytes in units {
        let unit = unit(*bytes, big);
        let low_surrogate = (0xDC00..0xE000).contains(&unit);
        if is_odd_unit(unit) || low_surrogate != high_surrogate {
            return false;
        }
        high_surrogate = (0xD800..0xDC00).contains(&unit);
        ascii += usize::from(unit < 0x7F);
        zeros_low += usize::from(unit & 0xFF == 0);
    }
    // Plain ASCII with a stray zero in it looks like a few words of Chinese.
    let printable = head.iter().filter(|b| matches!(b, 0x20..=0x7E)).count();
    ascii * 16 >= units.len() && zeros_low * 64 <= units.len() && printable * 8 <= head.len() * 7
}

/// Sequences of more than one byte that are UTF-8, and that are not.
fn utf8_sequences(head: &[u8]) -> (usize, usize) {
    let (mut valid, mut invalid) = (0, 0);
    let mut chunks = head.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        let text = chunk.valid().as_bytes();
        valid += text.iter().filter(|b| **b >= 0xC0).count();
        // The head may end in the midst of a character.
        let cut = chunks.peek().is_none() && head.len() == HEAD_BYTES;
        invalid += usize::from(!chunk.invalid().is_empty() && !cut);
    }
    (valid, invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(head: &[u8]) -> Option<&'static str> {
        Charset::detect(head).map(|charset| charset.encoding().name())
    }

    #[test]
    fn encodings_are_told() {
        assert_eq!(name(b"plain"), Some("UTF-8"));
        assert_eq!(name("grüße aus köln".as_bytes()), Some("UTF-8"));
        assert_eq!(name(b"gr\xFC\xDFe aus k\xF6ln am rhein"), Some("windows-1252"));
        assert_eq!(name(b"\xFF\xFEa\0b\0"), Some("UTF-16LE"));
        assert_eq!(name(b"h\0e\0l\0l\0o\0 \0y\0o\0u\0"), Some("UTF-16LE"));
        assert_eq!(name(b"\0h\0e\0l\0l\0o\0 \0y\0o\0u"), Some("UTF-16BE"));
        assert_eq!(name(b"\0a log that was cut off\n"), Some("UTF-8"));
        let (japanese, encoding, _) =
            encoding_rs::SHIFT_JIS.encode("これは日本語の文章です。東京都");
        assert_eq!(name(&japanese), Some(encoding.name()));
        let (russian, _, _) = encoding_rs::KOI8_R.encode("Привет, как твои дела сегодня?");
        assert!(matches!(name(&russian), Some("KOI8-R" | "KOI8-U")));
    }

    #[test]
    fn what_is_no_text_has_no_encoding() {
        assert_eq!(name(b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"), None);
        assert_eq!(name(&(0..=255).cycle().take(5000).collect::<Vec<u8>>()), None);
        assert_eq!(name(&[0; 4096]), None);
    }

    #[test]
    fn a_few_bytes_that_are_no_text_leave_utf8_what_it_is() {
        let mut text = "straße ".repeat(20).into_bytes();
        text.push(0xFF);
        assert_eq!(name(&text), Some("UTF-8"));
    }

    #[test]
    fn variables_parted_by_zeros_are_text() {
        assert_eq!(name(b"HOME=/root\0PATH=/usr/bin:/usr/sbin:/bin\0"), Some("UTF-8"));
    }
}
