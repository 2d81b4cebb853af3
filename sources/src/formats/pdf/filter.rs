//! The filters of PDF streams (ISO 32000-1, 7.4), each within a bound of decoded bytes.

use std::io::Read;

use zeroize::Zeroizing;

use super::object::{Dict, Object, hex_digit, is_blank};

/// Filters of one stream, one after the other.
const MAX_FILTERS: usize = 8;

/// Why a stream was not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecoded {
    /// It would be larger than the bound.
    TooLarge,
    /// An image, or encoded in a way that holds no text.
    Image,
}

/// A filter's name and its parameters.
pub(crate) type Filter = (Vec<u8>, Dict);

/// Decodes a stream. What is damaged is decoded as far as it goes.
pub(crate) fn decode(
    raw: &[u8],
    filters: &[Filter],
    bound: usize,
) -> Result<Zeroizing<Vec<u8>>, Undecoded> {
    if raw.len() > bound || filters.len() > MAX_FILTERS {
        return Err(Undecoded::TooLarge);
    }
    let mut bytes = Zeroizing::new(raw.to_vec());
    for (name, parameters) in filters {
        let decoded = match name.as_slice() {
            b"FlateDecode" | b"Fl" => predicted(inflate(&bytes, bound)?, parameters),
            b"LZWDecode" | b"LZW" => {
                let early = parameters.get(b"EarlyChange").and_then(Object::number) != Some(0.0);
                predicted(lzw(&bytes, early, bound)?, parameters)
            }
            b"ASCIIHexDecode" | b"AHx" => ascii_hex(&bytes),
            b"ASCII85Decode" | b"A85" => ascii_85(&bytes, bound)?,
            b"RunLengthDecode" | b"RL" => run_length(&bytes, bound)?,
            b"Crypt" => continue,
            _ => return Err(Undecoded::Image),
        };
        bytes = Zeroizing::new(decoded);
    }
    Ok(bytes)
}

fn inflate(bytes: &[u8], bound: usize) -> Result<Vec<u8>, Undecoded> {
    let mut out = Vec::new();
    let limit = bound as u64 + 1;
    // A stream whose checksum or end is missing has given all that it has before it fails.
    let zlib = flate2::read::ZlibDecoder::new(bytes).take(limit).read_to_end(&mut out);
    if zlib.is_err() && out.is_empty() {
        let _ = flate2::read::DeflateDecoder::new(bytes).take(limit).read_to_end(&mut out);
    }
    within(out, bound)
}

fn within(out: Vec<u8>, bound: usize) -> Result<Vec<u8>, Undecoded> {
    if out.len() > bound { Err(Undecoded::TooLarge) } else { Ok(out) }
}

fn lzw(bytes: &[u8], early: bool, bound: usize) -> Result<Vec<u8>, Undecoded> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut out: Vec<u8> = Vec::new();
    // An entry is a stretch of what was given: where it begins and how long it is.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut bits, mut held, mut width, mut last) = (0u32, 0u32, 9u32, None::<(usize, usize)>);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = (bits >> held & ((1 << width) - 1)) as usize;
        if code == END {
            break;
        }
        if code == CLEAR {
            (width, last) = (9, None);
            table.clear();
            continue;
        }
        let from = out.len();
        match code.checked_sub(258) {
            None => out.push(code as u8),
            Some(entry) if entry < table.len() => {
                let (start, length) = table[entry];
                out.extend_from_within(start..start + length);
            }
            Some(_) => {
                let Some((start, length)) = last else { break };
                out.extend_from_within(start..start + length);
                out.push(out[start]);
            }
        }
        if let Some((start, length)) = last.filter(|_| table.len() < 4096 - 258) {
            // The entry is the last stretch and the byte after it, which stand side by side.
            table.push((start, length + 1));
        }
        last = Some((from, out.len() - from));
        let next = table.len() + 258 + usize::from(early);
        width = if next >= 2047 {
            12
        } else if next >= 1023 {
            11
        } else if next >= 511 {
            10
        } else {
            9
        };
        if !early {
            width = match table.len() + 258 {
                2048.. => 12,
                1024.. => 11,
                512.. => 10,
                _ => 9,
            };
        }
        if out.len() > bound {
            return Err(Undecoded::TooLarge);
        }
    }
    within(out, bound)
}

fn ascii_hex(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> =
        bytes.iter().take_while(|b| **b != b'>').filter_map(|b| hex_digit(*b)).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn ascii_85(bytes: &[u8], bound: usize) -> Result<Vec<u8>, Undecoded> {
    let (mut out, mut group, mut digits) = (Vec::new(), 0u32, 0usize);
    for byte in bytes {
        match byte {
            b'~' => break,
            b'z' if digits == 0 => out.extend([0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                digits += 1;
                if digits == 5 {
                    out.extend(group.to_be_bytes());
                    (group, digits) = (0, 0);
                }
            }
            _ if is_blank(*byte) => {}
            _ => break,
        }
        if out.len() > bound {
            return Err(Undecoded::TooLarge);
        }
    }
    if digits > 1 {
        for _ in digits..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        out.extend(&group.to_be_bytes()[..digits - 1]);
    }
    within(out, bound)
}

fn run_length(bytes: &[u8], bound: usize) -> Result<Vec<u8>, Undecoded> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(length) = bytes.get(at).copied().filter(|b| *b != 128) {
        if length < 128 {
            let end = (at + 2 + usize::from(length)).min(bytes.len());
            out.extend_from_slice(&bytes[at + 1..end]);
            at = end;
        } else {
            let Some(byte) = bytes.get(at + 1) else { break };
            out.resize(out.len() + 257 - usize::from(length), *byte);
            at += 2;
        }
        if out.len() > bound {
            return Err(Undecoded::TooLarge);
        }
    }
    Ok(out)
}

/// Undoes the predictors of PNG; TIFF's only serves images.
fn predicted(bytes: Vec<u8>, parameters: &Dict) -> Vec<u8> {
    let number = |key: &[u8], default: usize| {
        parameters.get(key).and_then(Object::size).unwrap_or(default).min(1 << 16)
    };
    if number(b"Predictor", 1) < 10 {
        return bytes;
    }
    let colours = number(b"Colors", 1).clamp(1, 64);
    let bits = number(b"BitsPerComponent", 8).clamp(1, 16);
    let pixel = (colours * bits).div_ceil(8);
    let row = (number(b"Columns", 1).max(1) * colours * bits).div_ceil(8);
    let mut out = Vec::with_capacity(bytes.len());
    let mut above = vec![0u8; row];
    for line in bytes.chunks(row + 1) {
        let mut current = vec![0u8; row];
        let (kind, values) = (line[0], &line[1..]);
        for (i, value) in values.iter().enumerate() {
            let left = if i >= pixel { current[i - pixel] } else { 0 };
            let corner = if i >= pixel { above[i - pixel] } else { 0 };
            let guess = match kind {
                1 => left,
                2 => above[i],
                3 => ((u16::from(left) + u16::from(above[i])) / 2) as u8,
                4 => paeth(left, above[i], corner),
                _ => 0,
            };
            current[i] = value.wrapping_add(guess);
        }
        out.extend_from_slice(&current[..values.len()]);
        above = current;
    }
    out
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let guess = a + b - c;
    let (to_a, to_b, to_c) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        above
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn filters(name: &[u8]) -> Vec<Filter> {
        vec![(name.to_vec(), Dict::default())]
    }

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn text_filters_are_undone() {
        let hex = decode(b"48 656C6c6F>", &filters(b"ASCIIHexDecode"), 100).unwrap();
        assert_eq!(*hex, b"Hello");
        let a85 = decode(b"87cURD]i,\"Ebo80~>", &filters(b"ASCII85Decode"), 100).unwrap();
        assert_eq!(*a85, b"Hello World!");
        let rl = decode(b"\x02abc\xFEd\x80", &filters(b"RunLengthDecode"), 100).unwrap();
        assert_eq!(*rl, b"abcddd");
    }

    #[test]
    fn the_example_of_the_standard_for_lzw_is_undone() {
        let bytes = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        let text = decode(&bytes, &filters(b"LZWDecode"), 100).unwrap();
        assert_eq!(*text, [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
    }

    #[test]
    fn a_bomb_is_refused_at_its_bound() {
        let bomb = deflated(&vec![0; 4 << 20]);
        assert_eq!(
            decode(&bomb, &filters(b"FlateDecode"), 1 << 20).err(),
            Some(Undecoded::TooLarge)
        );
    }

    #[test]
    fn a_stream_that_is_cut_off_gives_what_it_has() {
        let mut whole = deflated(&b"a line of text, and more. ".repeat(200));
        whole.truncate(whole.len() - 6);
        assert!(decode(&whole, &filters(b"FlateDecode"), 1 << 20).unwrap().len() > 100);
    }

    proptest! {
        #[test]
        fn any_bytes_decode_within_the_bound(
            bytes in proptest::collection::vec(any::<u8>(), 0..300), which in 0usize..5,
            columns in 0u32..40
        ) {
            let name = [&b"FlateDecode"[..], b"LZWDecode", b"ASCII85Decode", b"RunLengthDecode",
                b"ASCIIHexDecode"][which];
            let mut parameters = Dict::default();
            parameters.0.insert(b"Predictor".to_vec(), Object::Number(12.0));
            parameters.0.insert(b"Columns".to_vec(), Object::Number(columns.into()));
            if let Ok(out) = decode(&bytes, &[(name.to_vec(), parameters)], 2000) {
                prop_assert!(out.len() <= 2000);
            }
        }

        #[test]
        fn what_was_deflated_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let out = decode(&deflated(&bytes), &filters(b"FlateDecode"), 2000).unwrap();
            prop_assert_eq!(&*out, &bytes);
        }
    }
}
