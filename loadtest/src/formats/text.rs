//! Plain text in its encodings.

use crate::draft::{Draft, Plant};
use crate::written::{Mark, Spot, Written};

/// How characters become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 with a mark at its beginning, as Windows writes it.
    Utf8Marked,
    /// UTF-16, little end first, with its mark.
    Utf16Le,
    /// UTF-16, big end first, with its mark.
    Utf16Be,
    /// ISO 8859-1.
    Latin1,
    /// Windows-1252: typographic marks where Latin-1 has controls.
    Windows1252,
}

impl Encoding {
    /// Whether it can write only the languages of western Europe.
    pub fn is_latin(self) -> bool {
        matches!(self, Self::Latin1 | Self::Windows1252)
    }
}

/// The text in an encoding.
pub fn encode(draft: &Draft, encoding: Encoding) -> Written {
    let (bytes, plants) = match encoding {
        Encoding::Utf8 => return Written::text(draft),
        Encoding::Utf8Marked => draft.encoded(&[0xef, 0xbb, 0xbf], |c, out| {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }),
        Encoding::Utf16Le => draft.encoded(&[0xff, 0xfe], |c, out| {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|u| out.extend(u.to_le_bytes()));
        }),
        Encoding::Utf16Be => draft.encoded(&[0xfe, 0xff], |c, out| {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|u| out.extend(u.to_be_bytes()));
        }),
        Encoding::Latin1 => draft.encoded(&[], |c, out| out.push(latin1(c))),
        Encoding::Windows1252 => draft.encoded(&[], |c, out| {
            out.push(match c {
                '\'' => 0x92,
                '–' => 0x96,
                '€' => 0x80,
                c => latin1(c),
            });
        }),
    };
    Written { bytes, marks: marks(draft, &plants) }
}

fn latin1(c: char) -> u8 {
    u8::try_from(u32::from(c)).unwrap_or(b'?')
}

fn marks(draft: &Draft, plants: &[Plant]) -> Vec<Mark> {
    let spot = |p: &Plant| Spot::Bytes(p.start as u64, p.end as u64);
    draft.plants.iter().zip(plants).map(|(p, at)| Mark::of(draft, p, spot(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Value;

    #[test]
    fn bytes_at_a_mark_are_the_value_in_the_encoding() {
        let mut draft = Draft::plain("Grüße an ");
        draft.plant(Value::found("email", "jörg@web.de")).say("\n");
        for (encoding, bytes) in [
            (Encoding::Latin1, b"j\xf6rg@web.de".to_vec()),
            (Encoding::Utf8Marked, "jörg@web.de".as_bytes().to_vec()),
            (Encoding::Utf16Be, "jörg@web.de".encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            let written = encode(&draft, encoding);
            let Spot::Bytes(start, end) = written.marks[0].spot else { panic!("no bytes") };
            assert_eq!(written.bytes[start as usize..end as usize], bytes, "{encoding:?}");
        }
    }
}
