//! Transfer encodings of mail: Base64 and quoted-printable, as text that knows its raw bytes and
//! as a stream. Both take what real programs write: line breaks anywhere, signs that don't belong.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use trawl_model::Codec;

use crate::formats::mapped::Mapped;

/// The longest run of blanks behind `=` that is still taken for the end of a line.
const MAX_BREAK: usize = 80;

/// Decodes encoded bytes that stand at `raw`.
pub(crate) fn mapped(codec: Option<Codec>, bytes: &[u8], raw: u64) -> Mapped {
    match codec {
        Some(Codec::Base64) => base64(bytes, raw),
        Some(Codec::QuotedPrintable) => quoted(bytes, raw, false),
        _ => Mapped::plain(bytes.to_vec(), raw),
    }
}

fn base64(bytes: &[u8], raw: u64) -> Mapped {
    let mut mapped = Mapped::default();
    let (mut group, mut filled) = ([(0u8, 0u64); 4], 0);
    for (b, at) in bytes.iter().zip(raw..) {
        let Some(value) = sextet(*b) else {
            if *b == b'=' {
                flush(&group[..filled], &mut mapped);
                filled = 0;
            }
            continue;
        };
        group[filled] = (value, at);
        filled += 1;
        if filled == 4 {
            flush(&group, &mut mapped);
            filled = 0;
        }
    }
    flush(&group[..filled], &mut mapped);
    mapped
}

/// A group of up to four signs: the unit of which a place is made.
fn flush(group: &[(u8, u64)], mapped: &mut Mapped) {
    let (Some((_, first)), Some((_, last))) = (group.first(), group.last()) else { return };
    let bits = group.iter().fold(0u32, |bits, (v, _)| bits << 6 | u32::from(*v));
    let bits = bits << (6 * (4 - group.len()));
    let bytes = bits.to_be_bytes();
    mapped.push_unit(&bytes[1..group.len()], *first..*last + 1);
}

fn sextet(b: u8) -> Option<u8> {
    Some(match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Quoted-printable; in the words of a header `_` is a blank.
pub(super) fn quoted(bytes: &[u8], raw: u64, word: bool) -> Mapped {
    let mut mapped = Mapped::default();
    let mut at = 0;
    while at < bytes.len() {
        let from = raw + at as u64;
        match (bytes[at], hex(&bytes[at + 1..])) {
            (b'=', Some(byte)) => {
                mapped.push_unit(&[byte], from..from + 3);
                at += 3;
            }
            (b'=', None) => match soft_break(&bytes[at + 1..]) {
                Some(n) => at += 1 + n,
                None => {
                    mapped.push(b"=", from, (1, 1));
                    at += 1;
                }
            },
            (b'_', _) if word => {
                mapped.push(b" ", from, (1, 1));
                at += 1;
            }
            (byte, _) => {
                mapped.push(&[byte], from, (1, 1));
                at += 1;
            }
        }
    }
    mapped
}

fn hex(bytes: &[u8]) -> Option<u8> {
    let digit = |i: usize| char::from(*bytes.get(i)?).to_digit(16);
    Some((digit(0)? * 16 + digit(1)?) as u8)
}

/// Blanks and the end of a line behind `=`.
fn soft_break(bytes: &[u8]) -> Option<usize> {
    let blanks = bytes.iter().take(MAX_BREAK).take_while(|b| matches!(b, b' ' | b'\t')).count();
    match &bytes[blanks..] {
        [b'\r', b'\n', ..] => Some(blanks + 2),
        [b'\n', ..] => Some(blanks + 1),
        _ => None,
    }
}

/// Encoded bytes as a stream of what they are.
pub(super) struct Transfer<R> {
    source: R,
    codec: Codec,
    bits: u32,
    held: u32,
    ahead: VecDeque<u8>,
}

impl<R: BufRead> Transfer<R> {
    pub(super) fn new(source: R, codec: Codec) -> Self {
        Self { source, codec, bits: 0, held: 0, ahead: VecDeque::new() }
    }

    fn base64(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            let encoded = self.source.fill_buf()?;
            if encoded.is_empty() {
                break;
            }
            let mut taken = 0;
            for b in encoded {
                if filled == buffer.len() {
                    break;
                }
                taken += 1;
                let Some(value) = sextet(*b) else {
                    if *b == b'=' {
                        (self.bits, self.held) = (0, 0);
                    }
                    continue;
                };
                self.bits = (self.bits << 6 | u32::from(value)) & 0xffff;
                self.held += 6;
                if self.held >= 8 {
                    self.held -= 8;
                    buffer[filled] = (self.bits >> self.held) as u8;
                    filled += 1;
                }
            }
            self.source.consume(taken);
        }
        Ok(filled)
    }

    fn quoted(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() && self.look_ahead(1)? {
            if self.ahead[0] == b'=' {
                self.look_ahead(3)?;
                while self.ahead.len() > 1
                    && self.ahead.len() <= MAX_BREAK
                    && self.ahead.iter().skip(1).all(|b| matches!(b, b' ' | b'\t' | b'\r'))
                    && self.look_ahead(self.ahead.len() + 1)?
                {}
                let behind = &self.ahead.make_contiguous()[1..];
                if let Some(byte) = hex(behind) {
                    self.ahead.drain(..3);
                    buffer[filled] = byte;
                    filled += 1;
                    continue;
                }
                if let Some(n) = soft_break(behind) {
                    self.ahead.drain(..1 + n);
                    continue;
                }
            }
            buffer[filled] = self.ahead.pop_front().unwrap_or(b'=');
            filled += 1;
        }
        Ok(filled)
    }

    /// Whether there are so many bytes ahead; reads them.
    fn look_ahead(&mut self, count: usize) -> io::Result<bool> {
        while self.ahead.len() < count {
            let Some(next) = self.source.fill_buf()?.first().copied() else { return Ok(false) };
            self.source.consume(1);
            self.ahead.push_back(next);
        }
        Ok(true)
    }
}

impl<R: BufRead> Read for Transfer<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.codec {
            Codec::Base64 => self.base64(buffer),
            _ => self.quoted(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_in_base64_is_cut_out_by_whole_groups() {
        let encoded = b"bWVpbmUg\r\nS2FydGUgND\r\nExMQ==";
        let mapped = mapped(Some(Codec::Base64), encoded, 100);
        assert_eq!(&mapped.text[..], b"meine Karte 4111");
        let at = mapped.text.windows(4).position(|w| w == b"4111").unwrap();
        let (from, to) =
            (mapped.raw_start(at) as usize - 100, mapped.raw_end(at + 4) as usize - 100);
        assert_eq!(&encoded[from..to], b"ND\r\nExMQ");
    }

    #[test]
    fn a_value_in_quoted_printable_is_cut_out() {
        let encoded = b"M=C3=BCller =3D 41=\r\n11 =zz";
        let mapped = mapped(Some(Codec::QuotedPrintable), encoded, 0);
        assert_eq!(&mapped.text[..], "M\u{fc}ller = 4111 =zz".as_bytes());
        let at = mapped.text.windows(4).position(|w| w == b"4111").unwrap();
        let (from, to) = (mapped.raw_start(at) as usize, mapped.raw_end(at + 4) as usize);
        assert_eq!(&encoded[from..to], b"41=\r\n11");
    }

    proptest! {
        #[test]
        fn the_stream_and_the_text_are_the_same(
            bytes in proptest::collection::vec(proptest::sample::select(b"AbZ09+/= \n=3D_4".to_vec()), 0..80)
        ) {
            for codec in [Codec::Base64, Codec::QuotedPrintable] {
                let mut streamed = Vec::new();
                Transfer::new(&bytes[..], codec).read_to_end(&mut streamed).unwrap();
                prop_assert_eq!(&streamed[..], &mapped(Some(codec), &bytes, 0).text[..]);
            }
        }
    }
}
