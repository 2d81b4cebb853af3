//! Character sets that a document declares, decoded with the raw bytes of each character kept.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::mapped::Mapped;

/// Decodes bytes piece by piece into text that knows its raw bytes.
pub(crate) struct Charset {
    kind: Kind,
}

enum Kind {
    /// Bytes are text already.
    Utf8,
    /// A unit of two bytes: whether the high one comes first, a unit not yet whole, a surrogate.
    Utf16 { big: bool, odd: Option<(u8, u64)>, high: Option<(u16, u64)> },
    /// One byte a character.
    Single(Box<[String; 256]>),
    /// Whatever needs a decoder with a memory, and where the present character began.
    Stateful { decoder: Box<Decoder>, began: Option<u64> },
}

impl Charset {
    /// A decoder of this encoding.
    pub(crate) fn new(encoding: &'static Encoding) -> Self {
        let utf16 = |big| Kind::Utf16 { big, odd: None, high: None };
        let kind = if encoding == UTF_8 {
            Kind::Utf8
        } else if encoding == UTF_16LE || encoding == UTF_16BE {
            utf16(encoding == UTF_16BE)
        } else if encoding.is_single_byte() {
            let text = |b: usize| encoding.decode_without_bom_handling(&[b as u8]).0.into_owned();
            Kind::Single(Box::new(std::array::from_fn(text)))
        } else {
            let decoder = Box::new(encoding.new_decoder_without_bom_handling());
            Kind::Stateful { decoder, began: None }
        };
        Self { kind }
    }

    /// By the name in a declaration; UTF-8 if there is none of this name.
    pub(crate) fn named(label: &[u8]) -> &'static Encoding {
        Encoding::for_label(label).unwrap_or(UTF_8)
    }

    /// Decodes what follows.
    pub(crate) fn decode(&mut self, bytes: &[u8], raw: u64, into: &mut Mapped) {
        match &mut self.kind {
            Kind::Utf8 => into.push(bytes, raw, (1, 1)),
            Kind::Single(table) => {
                for (b, at) in bytes.iter().zip(raw..) {
                    into.push_unit(table[usize::from(*b)].as_bytes(), at..at + 1);
                }
            }
            Kind::Utf16 { big, odd, high } => {
                for (b, at) in bytes.iter().zip(raw..) {
                    let Some((first, began)) = odd.take() else {
                        *odd = Some((*b, at));
                        continue;
                    };
                    let pair = if *big { [first, *b] } else { [*b, first] };
                    utf16(u16::from_be_bytes(pair), began, high, into);
                }
            }
            Kind::Stateful { decoder, began } => {
                for (b, at) in bytes.iter().zip(raw..) {
                    let start = *began.get_or_insert(at);
                    let mut text = [0; 32];
                    let (result, _, n, _) = decoder.decode_to_utf8(&[*b], &mut text, false);
                    debug_assert!(result == CoderResult::InputEmpty);
                    if n > 0 {
                        into.push_unit(&text[..n], start..at + 1);
                        *began = None;
                    }
                }
            }
        }
    }

    /// Decodes what was decoded by another before: the raw bytes are those of the first.
    pub(crate) fn again(&mut self, from: &Mapped) -> Mapped {
        if matches!(self.kind, Kind::Utf8) {
            let mut same = Mapped::default();
            same.push_from(from, 0..from.len());
            return same;
        }
        let mut decoded = Mapped::default();
        self.decode(&from.text, 0, &mut decoded);
        let mut mapped = Mapped::default();
        let mut at = 0;
        for text in std::str::from_utf8(&decoded.text).unwrap_or_default().chars() {
            let next = at + text.len_utf8();
            let start = from.raw_start(decoded.raw_start(at) as usize);
            let end = from.raw_end(decoded.raw_end(next) as usize);
            mapped.push_unit(&decoded.text[at..next], start..end);
            at = next;
        }
        mapped
    }
}

fn utf16(unit: u16, began: u64, high: &mut Option<(u16, u64)>, into: &mut Mapped) {
    let mut text = [0; 4];
    let mut push = |c: char, from: u64, to: u64| {
        into.push_unit(c.encode_utf8(&mut text).as_bytes(), from..to);
    };
    if let Some((first, first_began)) = high.take() {
        let mut both = char::decode_utf16([first, unit]);
        if let Some(Ok(c)) = both.next()
            && both.next().is_none()
        {
            return push(c, first_began, began + 2);
        }
        push(char::REPLACEMENT_CHARACTER, first_began, first_began + 2);
    }
    match unit {
        0xd800..0xdc00 => *high = Some((unit, began)),
        _ => {
            let c = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
            push(c, began, began + 2);
        }
    }
}

/// How a document in markup is encoded: by its byte order mark, the look of its first character,
/// or what it declares. The second answer is how many bytes the mark has.
pub(crate) fn of_markup(head: &[u8]) -> (&'static Encoding, usize) {
    if let Some(found) = Encoding::for_bom(head) {
        return found;
    }
    match head {
        [b'<', 0, ..] => return (UTF_16LE, 0),
        [0, b'<', ..] => return (UTF_16BE, 0),
        _ => {}
    }
    let declared = declared(&head[..head.len().min(1024)]).and_then(Encoding::for_label);
    let declared = declared.filter(|e| e.is_ascii_compatible());
    (declared.unwrap_or_else(|| undeclared(head)), 0)
}

/// UTF-8 unless it is none: then what most documents without a declaration are in.
fn undeclared(head: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(head) {
        Err(e) if e.error_len().is_some() => encoding_rs::WINDOWS_1252,
        _ => UTF_8,
    }
}

/// The value of `encoding=` in an XML declaration, of `charset=` in HTML.
fn declared(head: &[u8]) -> Option<&[u8]> {
    let lower = head.to_ascii_lowercase();
    let key = if lower.trim_ascii_start().starts_with(b"<?xml") { "encoding" } else { "charset" };
    let at = memchr::memmem::find(&lower, key.as_bytes())? + key.len();
    let value = head[at..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|b| !b.is_ascii_alphanumeric() && !b"-_:.".contains(b));
    Some(&value[..end.unwrap_or(value.len())]).filter(|v| !v.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn declarations_are_found() {
        assert_eq!(
            of_markup(b"<?xml version='1.0' encoding='ISO-8859-1'?>").0.name(),
            "windows-1252"
        );
        assert_eq!(of_markup(b"<html><meta charset=shift_jis>").0.name(), "Shift_JIS");
        assert_eq!(of_markup(b"<\0?\0").0.name(), "UTF-16LE");
        assert_eq!(of_markup(b"\xef\xbb\xbf<a/>"), (UTF_8, 3));
        assert_eq!(of_markup(b"<a>gr\xfc\xdfe</a>").0.name(), "windows-1252");
    }

    proptest! {
        #[test]
        fn every_character_leads_back_to_its_bytes(text in "[a-z\u{e4}\u{df}\u{6f22}\u{5b57}]{0,40}") {
            for name in ["utf-8", "shift_jis", "gb18030", "euc-jp"] {
                let encoding = Charset::named(name.as_bytes());
                let (raw, _, bad) = encoding.encode(&text);
                if bad {
                    continue;
                }
                let mut mapped = Mapped::default();
                let mut charset = Charset::new(encoding);
                for (at, byte) in raw.iter().enumerate() {
                    charset.decode(&[*byte], at as u64, &mut mapped);
                }
                prop_assert_eq!(&mapped.text[..], text.as_bytes());
                for (at, c) in text.char_indices() {
                    let from = mapped.raw_start(at) as usize;
                    let to = mapped.raw_end(at + c.len_utf8()) as usize;
                    let (back, _) = encoding.decode_without_bom_handling(&raw[from..to]);
                    prop_assert_eq!(&back, &c.to_string());
                }
            }
        }

        #[test]
        fn utf_16_leads_back_too(text in "[a-z\u{e4}\u{1f600}]{0,40}", big: bool) {
            let order = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
            let raw: Vec<u8> = text.encode_utf16().flat_map(order).collect();
            let mut mapped = Mapped::default();
            Charset::new(if big { UTF_16BE } else { UTF_16LE }).decode(&raw, 0, &mut mapped);
            prop_assert_eq!(&mapped.text[..], text.as_bytes());
            prop_assert_eq!(mapped.raw_end(mapped.len()) as usize, raw.len());
        }
    }
}
