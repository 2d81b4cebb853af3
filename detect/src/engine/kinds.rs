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

/// What stands in a block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kinds {
    /// Letters and digits of ASCII.
    pub(super) alnum: u64,
    /// Its small letters.
    pub(super) small: u64,
    /// Its capitals.
    pub(super) capitals: u64,
    /// What else of it is seen.
    pub(super) signs: u64,
    /// All that is not ASCII.
    pub(super) high: u64,
    /// And of that the first bytes of characters.
    pub(super) leads: u64,
}

impl Kinds {
    #[inline]
    pub(super) fn of(block: &[u8; BLOCK]) -> Self {
        let alnum = bits(block, |byte| {
            ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10)
        });
        let visible = bits(block, |byte| byte.wrapping_sub(b'!') <= b'~' - b'!');
        let (mut high, mut leads) = (0, 0);
        if !block.is_ascii() {
            high = bits(block, |byte| byte >= 0x80);
            leads = bits(block, |byte| byte >= 0xc0);
        }
        Self {
            alnum,
            small: bits(block, |byte| byte.wrapping_sub(b'a') < 26),
            capitals: bits(block, |byte| byte.wrapping_sub(b'A') < 26),
            signs: visible & !alnum,
            high,
            leads,
        }
    }

    /// What stands in the block of a text that begins at `at`; nothing beyond its end.
    #[inline]
    pub(super) fn at(text: &[u8], at: usize) -> Self {
        match text.get(at..).and_then(|rest| rest.first_chunk()) {
            Some(whole) => Self::of(whole),
            None if at < text.len() => Self::of(&block(text, at)),
            None => Self::default(),
        }
    }
}

/// The bytes of a block for which something holds.
#[inline]
pub(super) fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
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

/// The bits from `at` on of two blocks that stand side by side.
#[inline]
pub(super) fn joined(now: u64, next: u64, at: u32) -> u64 {
    now >> at | next << 1 << (u64::BITS - 1 - at)
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

/// The first digit in a stretch of a text.
#[inline]
pub(super) fn first_digit(text: &[u8], from: usize, to: usize) -> Option<usize> {
    let text = &text[..to.min(text.len())];
    let mut at = from;
    while at < text.len() {
        let found = digits(&block(text, at));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize);
        }
        at += BLOCK;
    }
    None
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
            let to = from + 90;
            let first = (from..text.len().min(to)).find(|at| text[*at].is_ascii_digit());
            prop_assert_eq!(first_digit(text, from, to), first);
        }

        #[test]
        fn kinds_are_those_of_each_byte(
            text in proptest::collection::vec(any::<u8>(), 64..65),
            ascii in "[a-zA-Z0-9 _.é]{64}",
        ) {
            for text in [&text[..], ascii.as_bytes()] {
                let kinds = Kinds::of(&block(text, 0));
                let is = |bits: u64, i: usize| bits >> i & 1 == 1;
                for (i, byte) in text[..BLOCK].iter().enumerate() {
                    prop_assert_eq!(is(kinds.alnum, i), byte.is_ascii_alphanumeric());
                    prop_assert_eq!(is(kinds.small, i), byte.is_ascii_lowercase());
                    prop_assert_eq!(is(kinds.capitals, i), byte.is_ascii_uppercase());
                    prop_assert_eq!(is(kinds.signs, i), byte.is_ascii_punctuation());
                    prop_assert_eq!(is(kinds.high, i), !byte.is_ascii());
                    prop_assert_eq!(is(kinds.leads, i), *byte >= 0xc0);
                    let both = joined(kinds.alnum, kinds.small, i as u32);
                    let other = if i == 0 { 0 } else { kinds.small << (64 - i) };
                    prop_assert_eq!(both, kinds.alnum >> i | other);
                }
            }
        }
    }
}
