//! Bytes by their kind, 64 at once: a bit for each.
//!
//! Written so that the compiler makes vectors of it: a flag a byte, then eight flags to eight bits
//! by one multiplication.

/// So many bytes at once.
pub(super) const BLOCK: usize = u64::BITS as usize;

/// Which bytes of a block are ASCII digits.
#[inline]
pub(super) fn digits(block: &[u8; BLOCK]) -> u64 {
    bits(block, |byte| byte.wrapping_sub(b'0') < 10)
}

/// Where in a block needles may begin.
pub(super) struct Beginnings {
    /// Words: a letter or digit behind none, a capital behind a small letter, and every character
    /// that is not ASCII, or stands behind such a one.
    pub(super) words: u64,
    /// Visible ASCII that is neither letter nor digit.
    pub(super) signs: u64,
}

/// Where in a block needles may begin, `before` being the byte before it.
#[inline]
pub(super) fn beginnings(block: &[u8; BLOCK], before: Option<u8>) -> Beginnings {
    let letters = bits(block, |byte| (byte | 0x20).wrapping_sub(b'a') < 26);
    let alnum = letters | digits(block);
    let small = bits(block, |byte| byte.wrapping_sub(b'a') < 26);
    let high = bits(block, |byte| byte >= 0x80);
    let visible = bits(block, |byte| byte.wrapping_sub(b'!') <= b'~' - b'!');
    let edge = |is: fn(u8) -> bool| u64::from(before.is_some_and(is));
    let behind_alnum = alnum << 1 | edge(|byte| byte.is_ascii_alphanumeric());
    let behind_small = small << 1 | edge(|byte| byte.is_ascii_lowercase());
    let capitals = letters & !small;
    Beginnings {
        words: (alnum & !behind_alnum) | (capitals & behind_small) | high,
        signs: visible & !alnum,
    }
}

/// Where in a block any of a few bytes stands.
#[inline]
pub(super) fn any_of(block: &[u8; BLOCK], [a, b, c, d]: [u8; 4]) -> u64 {
    bits(block, |byte| (byte == a) | (byte == b) | (byte == c) | (byte == d))
}

#[inline]
fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    /// Puts the lowest bit of each of eight bytes into the highest byte, in their order.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut flags = [0u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(is(*byte));
    }
    let (eights, _) = flags.as_chunks::<8>();
    eights
        .iter()
        .rev()
        .fold(0, |bits, eight| bits << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56)
}

/// The bytes of a block that begins at `at`; zeros stand for what is beyond the text.
#[inline]
pub(super) fn block<const N: usize>(text: &[u8], at: usize) -> [u8; N] {
    match text.get(at..).and_then(|rest| rest.first_chunk::<N>()) {
        Some(whole) => *whole,
        None => {
            let mut block = [0; N];
            let rest = &text[at.min(text.len())..];
            block[..rest.len()].copy_from_slice(rest);
            block
        }
    }
}

/// Runs of digits: where each begins, and how long it is.
pub(super) struct DigitRuns<'t> {
    text: &'t [u8],
    /// Where the present block begins, and its digits that were not passed yet.
    at: usize,
    bits: u64,
}

impl<'t> DigitRuns<'t> {
    /// The runs that begin from `from` on; it doesn't matter what stands before.
    pub(super) fn new(text: &'t [u8], from: usize) -> Self {
        Self { text, at: from, bits: digits(&block(text, from)) }
    }
}

impl Iterator for DigitRuns<'_> {
    type Item = (usize, usize);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.bits == 0 {
            self.at += BLOCK;
            if self.at >= self.text.len() {
                return None;
            }
            self.bits = digits(&block(self.text, self.at));
        }
        let first = self.bits.trailing_zeros();
        let start = self.at + first as usize;
        let within = (!(self.bits >> first)).trailing_zeros();
        if first + within < u64::BITS {
            self.bits &= u64::MAX << (first + within);
            return Some((start, within as usize));
        }
        // It reaches the end of the block, and perhaps goes on behind it.
        let mut end = self.at + BLOCK;
        loop {
            self.at = end;
            self.bits = if end < self.text.len() { digits(&block(self.text, end)) } else { 0 };
            let more = (!self.bits).trailing_zeros();
            end += more as usize;
            if more < u64::BITS {
                self.bits &= u64::MAX << more;
                return Some((start, end - start));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_of_digits_are_those_that_a_slow_search_finds(
            text in "([a-z. ]{0,70}|[0-9]{0,5}|[0-9]{60,140}|é){0,12}", from in 0usize..200,
        ) {
            let text = text.as_bytes();
            let from = from.min(text.len());
            let slow: Vec<_> = text[from..]
                .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
                .map(|run| (run.as_ptr() as usize - text.as_ptr() as usize, run.len()))
                .filter(|(start, _)| text[*start].is_ascii_digit())
                .collect();
            prop_assert_eq!(DigitRuns::new(text, from).collect::<Vec<_>>(), slow);
        }

        #[test]
        fn beginnings_are_those_that_a_slow_search_finds(
            text in proptest::collection::vec(any::<u8>(), 64..65),
            ascii in "[a-zA-Z0-9 _.é]{64}",
            before in proptest::option::of(any::<u8>()),
        ) {
            for text in [&text[..], ascii.as_bytes()] {
                let found = beginnings(&block(text, 0), before);
                for (i, byte) in text[..BLOCK].iter().enumerate() {
                    let previous = if i == 0 { before } else { Some(text[i - 1]) };
                    let alnum = byte.is_ascii_alphanumeric();
                    let begins = previous.is_none_or(|p| !p.is_ascii_alphanumeric());
                    let camel = byte.is_ascii_uppercase()
                        && previous.is_some_and(|p| p.is_ascii_lowercase());
                    let word = (alnum && begins) || camel || !byte.is_ascii();
                    prop_assert_eq!(found.words >> i & 1 == 1, word);
                    prop_assert_eq!(found.signs >> i & 1 == 1, byte.is_ascii_punctuation());
                }
            }
        }
    }
}
