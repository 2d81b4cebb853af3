//! Texts in the midst of long stretches of Base64 and hexadecimal digits.

use std::ops::Range;

use super::base::{Alphabet, digit, is_plain, sextet};

/// So many bytes of ASCII in a row are a text within a long stretch.
const MIN_TEXT: usize = 36;

/// The texts in a long stretch, of which it is not known how its signs are grouped: it may have
/// begun before what is seen of it. Each way to group them is tried; by all but one they are noise.
/// A text goes as far as its bytes may be of one.
pub(super) fn texts(
    text: &[u8],
    run: &Range<usize>,
    alphabet: Alphabet,
    mut each: impl FnMut(Range<usize>),
) {
    let signs = Signs::of(text, run, alphabet);
    let (width, bytes) = match alphabet {
        Alphabet::Base64 => (4, 3),
        Alphabet::Hex => (2, 1),
    };
    let least = MIN_TEXT / bytes;
    for phase in 0..width {
        let count = signs.values.len().saturating_sub(phase) / width;
        let group = |k: usize| signs.group(phase + k * width, width);
        let mut k = 0;
        // A text is met though not each group is looked at.
        let stride = least / 3;
        while k < count {
            if group(k) != Group::Plain {
                k += stride;
                continue;
            }
            let plain = |k: &usize| group(*k) == Group::Plain;
            let mut start = k - (0..k).rev().take_while(plain).count();
            let mut end = k + (k..count).take_while(plain).count();
            let next = end;
            if end - start >= least {
                let may = |k: &usize| group(*k) != Group::Odd;
                start -= (0..start).rev().take_while(may).count();
                end += (end..count).take_while(may).count();
                each(
                    signs.source(phase + start * width)..signs.source(phase + end * width - 1) + 1,
                );
            }
            k = (next.max(end).div_ceil(stride) * stride).max(k + 1);
        }
    }
}

/// What the bytes of a group may be.
#[derive(PartialEq, Eq)]
enum Group {
    /// ASCII.
    Plain,
    /// Of a longer character.
    High,
    /// Of no text.
    Odd,
}

/// The values of signs that stand side by side but for the ends of lines.
struct Signs {
    values: Vec<u8>,
    /// Which of the signs is the first of a line, and where that stands.
    lines: Vec<(usize, usize)>,
    bits: u32,
}

impl Signs {
    fn of(text: &[u8], run: &Range<usize>, alphabet: Alphabet) -> Self {
        let mut signs = Self { values: Vec::with_capacity(run.len()), lines: Vec::new(), bits: 6 };
        if alphabet == Alphabet::Hex {
            signs.bits = 4;
        }
        let (mut at, mut begins) = (run.start, true);
        while at < run.end.min(text.len()) {
            let value = match alphabet {
                Alphabet::Base64 => sextet(text[at]).map(|value| value as u8),
                Alphabet::Hex => digit(text[at]),
            };
            if let Some(value) = value {
                if begins {
                    signs.lines.push((signs.values.len(), at));
                }
                signs.values.push(value);
            }
            begins = value.is_none();
            // An `n` behind a backslash is the end of a line, not a sign.
            at += if text[at] == b'\\' { 2 } else { 1 };
        }
        signs
    }

    fn group(&self, at: usize, width: usize) -> Group {
        let values = self.values.get(at..at + width).unwrap_or(&[]);
        let bits = values.iter().fold(0u32, |bits, value| bits << self.bits | u32::from(*value));
        let bytes = bits.to_be_bytes();
        let bytes = &bytes[if width == 4 { 1 } else { 3 }..];
        if bytes.iter().all(|byte| is_plain(*byte)) {
            Group::Plain
        } else if bytes.iter().all(|byte| is_plain(*byte) || *byte >= 0x80) {
            Group::High
        } else {
            Group::Odd
        }
    }

    /// Where a sign stands.
    fn source(&self, at: usize) -> usize {
        let line = self.lines.partition_point(|(first, _)| *first <= at).saturating_sub(1);
        self.lines.get(line).map_or(0, |(first, start)| start + (at - first))
    }
}

#[cfg(test)]
mod tests {
    use super::super::base;
    use super::super::view::View;
    use super::*;
    use data_encoding::{BASE64_MIME, BASE64_NOPAD, HEXLOWER};
    use proptest::prelude::*;

    fn decoded(text: &str, alphabet: Alphabet) -> String {
        let mut view = View::default();
        base::decode(text.as_bytes(), 0..text.len(), alphabet, &mut view);
        String::from_utf8_lossy(&view.text).into_owned()
    }

    proptest! {
        #[test]
        fn any_bytes_are_searched_for_texts(bytes: Vec<u8>) {
            for alphabet in [Alphabet::Base64, Alphabet::Hex] {
                texts(&bytes, &(0..bytes.len()), alphabet, |text| {
                    assert!(text.start < text.end && text.end <= bytes.len());
                });
            }
        }

        #[test]
        fn text_is_met_in_the_midst_of_signs_however_they_are_grouped(
            before in proptest::collection::vec(128u8..=255, 0..40),
            text in "[ -~]{60,300}",
            skipped in 0usize..7,
        ) {
            let bytes = [&before[..], b"\x00\x01\x02", text.as_bytes(), b"\x00\x01\x02"].concat();
            for (encoded, alphabet) in [
                (BASE64_NOPAD.encode(&bytes), Alphabet::Base64),
                (BASE64_MIME.encode(&bytes), Alphabet::Base64),
                (HEXLOWER.encode(&bytes), Alphabet::Hex),
            ] {
                let run = skipped..encoded.trim_end().len();
                let mut found = Vec::new();
                texts(encoded.as_bytes(), &run, alphabet, |range| {
                    found.push(decoded(&encoded[range], alphabet));
                });
                let inner = &text[3..text.len() - 3];
                prop_assert!(found.iter().any(|found| found.contains(inner)), "{:?}", found);
            }
        }
    }
}
