//! What a stretch of bytes may be beneath Base64: packed, or in UTF-16.

use std::io::Read;
use std::ops::Range;

use flate2::read::MultiGzDecoder;
use zeroize::Zeroizing;

use super::Limits;

/// What a stream of gzip becomes, within bounds: what is behind them, and behind an error, is left.
pub(super) fn gunzip(bytes: &[u8], limits: &Limits) -> Zeroizing<Vec<u8>> {
    let most = limits.unpacked_bytes.min(bytes.len().saturating_mul(limits.expansion));
    // Of its full size from the start, so that growing leaves no copies behind in memory.
    let mut out = Zeroizing::new(vec![0; most]);
    let mut decoder = MultiGzDecoder::new(bytes);
    let mut length = 0;
    while length < most {
        match decoder.read(&mut out[length..]) {
            Ok(0) | Err(_) => break,
            Ok(read) => length += read,
        }
    }
    out.truncate(length);
    out
}

/// Hands over each character of UTF-16 with the bytes that it is of. A mark and what is none is left.
pub(super) fn utf16(bytes: &[u8], big: bool, mut each: impl FnMut(&[u8], Range<usize>)) {
    let units = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| if big { u16::from_be_bytes(*unit) } else { u16::from_le_bytes(*unit) });
    let mut at = 0;
    for read in char::decode_utf16(units) {
        let length = match &read {
            Ok(c) => 2 * c.len_utf16(),
            Err(_) => 2,
        };
        if let Ok(c) = read
            && c != '\u{feff}'
        {
            each(c.encode_utf8(&mut [0; 4]).as_bytes(), at..at + length);
        }
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(text in "[a-z ]{0,300}") {
            let out = gunzip(&gzip(text.as_bytes()), &Limits::default());
            prop_assert_eq!(&out[..], text.as_bytes());
        }

        #[test]
        fn any_bytes_are_unpacked_within_bounds(bytes: Vec<u8>) {
            for bytes in [[&[0x1f, 0x8b, 8, 0][..], &bytes].concat(), bytes] {
                let out = gunzip(&bytes, &Limits::default());
                prop_assert!(out.len() <= bytes.len() * Limits::default().expansion);
                utf16(&bytes, true, |_, at| assert!(at.end <= bytes.len()));
            }
        }
    }

    #[test]
    fn a_bomb_is_left_at_the_bound() {
        let bomb = gzip(&vec![b'a'; 64 << 20]);
        assert_eq!(gunzip(&bomb, &Limits::default()).len(), Limits::default().unpacked_bytes);
        let small = gzip(&vec![b'a'; 60_000]);
        assert_eq!(gunzip(&small, &Limits::default()).len(), small.len() * 32);
    }
}
