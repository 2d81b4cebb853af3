//! Base64 and hexadecimal digits: what is a stretch of them, and what text it is.

use std::ops::Range;

use super::view::View;

/// A shorter stretch of Base64 is a word or the like.
pub(super) const MIN_BASE64: usize = 16;
/// And a shorter one of hexadecimal digits a number.
pub(super) const MIN_HEX: usize = 24;
/// So much is decoded to see whether it is text at all.
const TASTE_BYTES: usize = 24;
/// Of a hundred bytes of text, at most so many are none.
const ODD_PERCENT: usize = 4;
/// A stretch is no text only because it begins in the midst of something else: so many other
/// beginnings are tried.
const MAX_BEGINNINGS: usize = 4;
/// Lines of at least so many signs may be lines of one stretch.
const MIN_LINE: usize = 40;
/// And the next line is indented by at most so much.
const MAX_INDENT: usize = 32;

/// What a dense stretch is decoded by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// RFC 4648, both alphabets.
    Base64,
    /// Two digits a byte.
    Hex,
}

/// The value of a sign of either alphabet of Base64; 64 for what is none.
const SEXTETS: [u8; 256] = {
    let mut table = [64; 256];
    let mut i = 0;
    while i < 26 {
        table[b'A' as usize + i] = i as u8;
        table[b'a' as usize + i] = 26 + i as u8;
        i += 1;
    }
    i = 0;
    while i < 10 {
        table[b'0' as usize + i] = 52 + i as u8;
        i += 1;
    }
    table[b'+' as usize] = 62;
    table[b'-' as usize] = 62;
    table[b'/' as usize] = 63;
    table[b'_' as usize] = 63;
    table
};

pub(super) fn sextet(byte: u8) -> Option<u32> {
    let value = SEXTETS[usize::from(byte)];
    (value < 64).then_some(u32::from(value))
}

fn is_sign(byte: u8) -> bool {
    SEXTETS[usize::from(byte)] < 64
}

pub(super) fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// The next stretch of at least fifteen letters and digits that ends behind `at`, and begins before
/// `to`. Text of most kinds has few.
pub(super) fn next_dense(text: &[u8], mut at: usize, seen: &Range<usize>) -> Option<Range<usize>> {
    while let Some(hit) = next_group(text, at, seen.end) {
        let letter = |b: &&u8| b.is_ascii_alphanumeric();
        let before = text[seen.start..hit].iter().rev().take_while(letter).count();
        let behind = text[hit..seen.end].iter().take_while(letter).count();
        if before + behind + 1 >= MIN_BASE64 {
            return Some(hit - before..hit + behind);
        }
        at = hit + behind.max(1);
    }
    None
}

/// The next place from `at` on, before `to`, where eight letters and digits stand side by side: each
/// stretch of fifteen has such a place, and most words have none. Text is passed over in blocks,
/// which the compiler does with vectors.
fn next_group(text: &[u8], mut at: usize, to: usize) -> Option<usize> {
    const BLOCK: usize = 64;
    const ALL: u64 = u64::from_ne_bytes([1; 8]);
    let to = to.min(text.len());
    while at < to {
        let mut block = [0; BLOCK];
        let there = &text[at..to.min(at + BLOCK)];
        block[..there.len()].copy_from_slice(there);
        let signs = block.map(|b| {
            u8::from((b | 0x20).wrapping_sub(b'a') < 26) | u8::from(b.wrapping_sub(b'0') < 10)
        });
        let (groups, _) = signs.as_chunks::<8>();
        if let Some(group) = groups.iter().position(|group| u64::from_ne_bytes(*group) == ALL) {
            return Some(at + 8 * group);
        }
        at += BLOCK;
    }
    None
}

/// The stretch of signs around a place, over the ends of lines, within bounds.
pub(super) fn run_around(text: &[u8], at: usize, bounds: &Range<usize>) -> Range<usize> {
    let before = text[bounds.start..at].iter().rev().take_while(|b| is_sign(**b)).count();
    let start = at - before;
    let mut line = start;
    let mut end = at;
    loop {
        end += text[end..bounds.end].iter().take_while(|b| is_sign(**b)).count();
        let goes_on = end - line >= MIN_LINE;
        let Some(next) = next_line(&text[end..bounds.end]).filter(|_| goes_on) else { break };
        line = end + next;
        end = line;
    }
    let padding = text[end..bounds.end].iter().take(2).take_while(|b| **b == b'=').count();
    start..end + padding
}

/// Behind the end of a line, and what the next one is indented by, where that one is of signs too.
/// The end of a line may be written as in a string.
fn next_line(rest: &[u8]) -> Option<usize> {
    const ENDS: [&[u8]; 4] = [b"\r\n", b"\n", b"\\r\\n", b"\\n"];
    let end = ENDS.iter().find(|end| rest.starts_with(end))?;
    let indent =
        rest[end.len()..].iter().take(MAX_INDENT).take_while(|b| matches!(b, b' ' | b'\t')).count();
    let next = end.len() + indent;
    let line = rest[next..].iter().take(MIN_LINE).take_while(|b| is_sign(**b)).count();
    let is_whole = matches!(
        rest.get(next + line),
        None | Some(b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'\\' | b' ')
    );
    (line == MIN_LINE || (line > 0 && is_whole)).then_some(next)
}

/// Whether all signs of a stretch are hexadecimal digits.
pub(super) fn is_hex(signs: &[u8]) -> bool {
    signs.iter().all(|b| b.is_ascii_hexdigit() || !is_sign(*b))
}

/// What a stretch of signs may be: text in one of the alphabets, from where on.
pub(super) fn taste(text: &[u8], run: &Range<usize>) -> Option<(Alphabet, usize)> {
    let signs = &text[run.clone()];
    if signs.len() < MIN_BASE64 {
        return None;
    }
    if let Some(from) = hex_from(signs) {
        return is_promising(text, run.start + from, run.end, Alphabet::Hex)
            .then_some((Alphabet::Hex, run.start + from));
    }
    let parts = signs
        .iter()
        .enumerate()
        .filter(|(_, b)| matches!(b, b'/' | b'-' | b'_' | b'+'))
        .map(|(i, _)| i + 1);
    std::iter::once(0)
        .chain(parts)
        .take(MAX_BEGINNINGS)
        .filter(|from| signs.len() - from >= MIN_BASE64)
        .map(|from| run.start + from)
        .find(|from| is_promising(text, *from, run.end, Alphabet::Base64))
        .map(|from| (Alphabet::Base64, from))
}

/// Where hexadecimal digits begin, if all is of them; `0x` may stand before.
fn hex_from(signs: &[u8]) -> Option<usize> {
    let from = if signs.starts_with(b"0x") || signs.starts_with(b"0X") { 2 } else { 0 };
    let digits = &signs[from..];
    (digits.len() >= MIN_HEX && digits.iter().all(u8::is_ascii_hexdigit)).then_some(from)
}

/// Whether what begins here is text, or packed: seen by its first bytes.
fn is_promising(text: &[u8], from: usize, to: usize, alphabet: Alphabet) -> bool {
    let mut taste = [0; TASTE_BYTES];
    let length = first_bytes(&text[from..to], alphabet, &mut taste);
    let taste = &taste[..length];
    is_gzip(taste) || is_text_in_utf16(taste) || (length >= 8 && is_text(taste, 0))
}

/// Decodes as many first bytes as there is room for, and tells how many.
fn first_bytes(signs: &[u8], alphabet: Alphabet, out: &mut [u8; TASTE_BYTES]) -> usize {
    let mut length = 0;
    match alphabet {
        Alphabet::Hex => {
            for (pair, byte) in signs.as_chunks::<2>().0.iter().zip(out.iter_mut()) {
                let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else { break };
                *byte = high << 4 | low;
                length += 1;
            }
        }
        Alphabet::Base64 => {
            let groups = signs.as_chunks::<4>().0.iter().take(TASTE_BYTES / 3);
            for (group, bytes) in groups.zip(out.chunks_mut(3)) {
                let Some(bits) = bits_of(group) else { break };
                bytes.copy_from_slice(&bits.to_be_bytes()[1..]);
                // Most of what is no text is seen by its first byte.
                if length == 0 && !may_begin(bytes[0]) {
                    return 0;
                }
                length += 3;
            }
        }
    }
    length
}

fn bits_of(group: &[u8; 4]) -> Option<u32> {
    group.iter().try_fold(0, |bits, sign| Some(bits << 6 | sextet(*sign)?))
}

/// Whether a byte may be the first of a text, of UTF-16 with its mark, or of gzip.
fn may_begin(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0x1f..=0x7e | 0xc2..=0xf4 | 0xfe | 0xff)
}

/// Whether what begins here is packed.
pub(super) fn is_packed(text: &[u8], signs: Range<usize>, alphabet: Alphabet) -> bool {
    let mut taste = [0; TASTE_BYTES];
    let length = first_bytes(&text[signs], alphabet, &mut taste);
    is_gzip(&taste[..length])
}

/// Whether bytes are the beginning of a stream of gzip.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b, 8])
}

/// Whether bytes are text in UTF-16 for the most part.
pub(super) fn is_text_in_utf16(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xff\xfe").unwrap_or(bytes);
    let units = bytes.as_chunks::<2>().0;
    let plain = units.iter().filter(|[low, high]| *high == 0 && is_plain(*low)).count();
    units.len() >= 6 && plain * 10 >= units.len() * 9
}

pub(super) fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e)
}

/// Whether bytes are text in UTF-8, but for so many of a hundred; the last character may be cut off.
pub(super) fn is_text(bytes: &[u8], odd_percent: usize) -> bool {
    let mut odd = 0;
    let mut left = bytes.len();
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        odd += valid.bytes().filter(|b| b.is_ascii() && !is_plain(*b)).count();
        left -= valid.len() + chunk.invalid().len();
        let is_cut_off = left == 0 && chunk.invalid().len() < 4;
        odd += if is_cut_off { 0 } else { chunk.invalid().len() };
    }
    odd * 100 <= bytes.len() * odd_percent && bytes.iter().any(|b| is_plain(*b))
}

/// Whether a whole stretch turned out to be text.
pub(super) fn turned_out(bytes: &[u8]) -> bool {
    is_text(bytes, ODD_PERCENT)
}

/// Appends what signs are, each group a unit; what is none of them, such as the end of a line, is
/// passed over.
pub(super) fn decode(text: &[u8], signs: Range<usize>, alphabet: Alphabet, view: &mut View) {
    match alphabet {
        Alphabet::Base64 => decode_base64(text, signs, view),
        Alphabet::Hex => decode_hex(text, signs, view),
    }
}

fn decode_base64(text: &[u8], signs: Range<usize>, view: &mut View) {
    let (mut bits, mut count, mut start) = (0u32, 0, signs.start);
    let mut flush = |bits: u32, count: usize, source: Range<usize>| {
        let bytes = (bits << (6 * (4 - count))).to_be_bytes();
        view.unit(&bytes[1..count.max(1)], source);
    };
    let (mut at, end) = (signs.start, signs.end.min(text.len()));
    while at < end {
        let byte = text[at];
        // An `n` behind a backslash is the end of a line, not a sign.
        if byte == b'\\' {
            at += 2;
            continue;
        }
        if let Some(value) = sextet(byte) {
            if count == 0 {
                start = at;
            }
            (bits, count) = (bits << 6 | value, count + 1);
            if count == 4 {
                flush(bits, count, start..at + 1);
                (bits, count) = (0, 0);
            }
        }
        at += 1;
    }
    if count > 1 {
        flush(bits, count, start..end);
    }
}

fn decode_hex(text: &[u8], signs: Range<usize>, view: &mut View) {
    let mut high = None;
    for (byte, at) in text[signs.clone()].iter().zip(signs.start..) {
        match (digit(*byte), high) {
            (Some(digit), None) => high = Some((digit, at)),
            (Some(digit), Some((first, start))) => {
                view.unit(&[first << 4 | digit], start..at + 1);
                high = None;
            }
            (None, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
    use proptest::prelude::*;

    fn decoded(text: &str, alphabet: Alphabet) -> View {
        let mut view = View::default();
        decode(text.as_bytes(), 0..text.len(), alphabet, &mut view);
        view
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded_and_each_byte_leads_to_its_group(
            bytes in proptest::collection::vec(any::<u8>(), 0..200)
        ) {
            for encoding in [BASE64, BASE64_NOPAD, BASE64URL_NOPAD] {
                let encoded = encoding.encode(&bytes);
                let view = decoded(&encoded, Alphabet::Base64);
                prop_assert_eq!(&view.text[..], &bytes[..]);
                for i in 0..bytes.len() {
                    let source = view.source_of(&(i..i + 1));
                    prop_assert_eq!(source.start, i / 3 * 4);
                    prop_assert!(source.end <= encoded.len() && source.len() <= 4);
                }
            }
            for encoding in [HEXLOWER, HEXUPPER] {
                let view = decoded(&encoding.encode(&bytes), Alphabet::Hex);
                prop_assert_eq!(&view.text[..], &bytes[..]);
                for i in 0..bytes.len() {
                    prop_assert_eq!(view.source_of(&(i..i + 1)), 2 * i..2 * i + 2);
                }
            }
        }

        #[test]
        fn any_bytes_are_decoded_to_no_more_than_they_are(bytes: Vec<u8>) {
            for alphabet in [Alphabet::Base64, Alphabet::Hex] {
                let mut view = View::default();
                decode(&bytes, 0..bytes.len(), alphabet, &mut view);
                prop_assert!(view.text.len() <= bytes.len());
                let whole = view.source_of(&(0..view.text.len()));
                prop_assert!(whole.end <= bytes.len());
            }
            let run = run_around(&bytes, bytes.len() / 2, &(0..bytes.len()));
            prop_assert!(run.end <= bytes.len());
            taste(&bytes, &run);
        }

        #[test]
        fn long_stretches_are_met_wherever_they_stand(before in 0usize..200, length in 15usize..90) {
            let text = [vec![b'.'; before], vec![b'a'; length], vec![b' '; 70]].concat();
            let seen = 0..text.len();
            let hit = next_dense(&text, 0, &seen).unwrap();
            prop_assert_eq!(&hit, &(before..before + length));
            prop_assert_eq!(run_around(&text, hit.start, &seen), hit.clone());
            prop_assert_eq!(next_dense(&text, hit.end, &seen), None);
        }

        #[test]
        fn text_is_told_by_its_first_signs(text in "[ -~]{24,60}") {
            let encoded = BASE64_NOPAD.encode(text.as_bytes());
            let whole = 0..encoded.len();
            prop_assert_eq!(taste(encoded.as_bytes(), &whole), Some((Alphabet::Base64, 0)));
        }
    }

    #[test]
    fn hashes_pictures_and_words_are_no_text() {
        let none = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
            "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg",
            "internationalizationAndLocalization",
            "getElementsByTagNameAndAttribute",
        ];
        for text in none {
            assert_eq!(taste(text.as_bytes(), &(0..text.len())), None, "{text}");
        }
    }

    #[test]
    fn lines_of_one_stretch_are_one() {
        let text = format!("  {}\n  {}\n  YWJj\nnext: x", "YWJj".repeat(15), "YWJj".repeat(15));
        let run = run_around(text.as_bytes(), 10, &(0..text.len()));
        assert_eq!(run, 2..text.len() - 8);
        let view = decoded(&text[run], Alphabet::Base64);
        assert_eq!(&view.text[..], "abc".repeat(31).as_bytes());
        let text = format!("{}\\n{}", "YWJj".repeat(15), "YWJj".repeat(3));
        assert_eq!(run_around(text.as_bytes(), 10, &(0..text.len())), 0..text.len());
        assert_eq!(&decoded(&text, Alphabet::Base64).text[..], "abc".repeat(18).as_bytes());
    }
}
