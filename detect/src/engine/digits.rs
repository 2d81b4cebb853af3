//! Where the digits of a text stand: read once, and asked for by all that needs digits.

use std::ops::Range;

use crate::vector::{self, BLOCK};

/// The digits of a stretch of a text, a bit a byte.
#[derive(Debug, Default)]
pub(super) struct Digits {
    from: usize,
    to: usize,
    bits: Vec<u64>,
}

impl Digits {
    /// Reads a stretch of a text.
    pub(super) fn read(&mut self, text: &[u8], stretch: Range<usize>) {
        let to = stretch.end.min(text.len());
        (self.from, self.to) = (stretch.start.min(to), to);
        self.bits.clear();
        self.bits.resize((to - self.from).div_ceil(BLOCK), 0);
        vector::read(&vector::Digits, &text[..to], self.from, &mut self.bits);
    }

    /// The first digit from one place of the text on, before another.
    #[inline]
    pub(super) fn first(&self, text: &[u8], from: usize, to: usize) -> Option<usize> {
        let to = to.min(text.len());
        if from >= to {
            return None;
        }
        if from < self.from || self.to < to {
            return text[from..to].iter().position(u8::is_ascii_digit).map(|i| from + i);
        }
        let at = from - self.from;
        let mut block = at / BLOCK;
        let mut left = self.bits[block] & (u64::MAX << (at % BLOCK));
        while left == 0 {
            block += 1;
            if self.from + block * BLOCK >= to {
                return None;
            }
            left = self.bits[block];
        }
        let found = self.from + block * BLOCK + left.trailing_zeros() as usize;
        (found < to).then_some(found)
    }

    /// The runs of digits within a stretch that was read: where each begins, and how long it is. What
    /// stands before and behind the stretch doesn't matter.
    pub(super) fn runs(&self, stretch: Range<usize>) -> Runs<'_> {
        let to = stretch.end.min(self.to).saturating_sub(self.from);
        let at = stretch.start.saturating_sub(self.from).min(to);
        let bits = self.bits.get(at / BLOCK).map_or(0, |bits| bits & (u64::MAX << (at % BLOCK)));
        Runs { digits: self, block: at / BLOCK, left: bits, to }
    }
}

/// Runs of digits, from some place on.
pub(super) struct Runs<'d> {
    digits: &'d Digits,
    /// The present block, and its digits that were not passed yet.
    block: usize,
    left: u64,
    /// Where the stretch ends, counted from where what was read begins.
    to: usize,
}

impl Runs<'_> {
    #[inline]
    fn next_block(&mut self) -> bool {
        self.block += 1;
        let is_within = self.block * BLOCK < self.to;
        self.left = if is_within { self.digits.bits[self.block] } else { 0 };
        is_within
    }
}

impl Iterator for Runs<'_> {
    type Item = (usize, usize);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.left == 0 {
            if !self.next_block() {
                return None;
            }
        }
        let first = self.left.trailing_zeros();
        let within = (!(self.left >> first)).trailing_zeros();
        let start = self.block * BLOCK + first as usize;
        let mut end = start + within as usize;
        if first + within < u64::BITS {
            self.left &= u64::MAX << (first + within);
        } else {
            // It reaches the end of the block, and perhaps goes on behind it.
            while self.next_block() {
                let more = (!self.left).trailing_zeros();
                end += more as usize;
                if more < u64::BITS {
                    self.left &= u64::MAX << more;
                    break;
                }
            }
        }
        let end = end.min(self.to);
        (start < end).then(|| (self.digits.from + start, end - start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn digits_are_those_that_a_slow_search_finds(
            text in "([a-z. ]{0,70}|[0-9]{0,5}|[0-9]{60,140}|é){0,12}",
            read in (0usize..300, 0usize..900),
            asked in (0usize..300, 0usize..900),
        ) {
            let text = text.as_bytes();
            let within = |(from, length): (usize, usize)| {
                let from = from.min(text.len());
                from..text.len().min(from + length)
            };
            let (read, asked) = (within(read), within(asked));
            let mut digits = Digits::default();
            digits.read(text, read.clone());
            let first = asked.clone().find(|at| text[*at].is_ascii_digit());
            prop_assert_eq!(digits.first(text, asked.start, asked.end), first);
            let known = asked.start.max(read.start)..asked.end.min(read.end).max(read.start);
            let known = known.start.min(known.end)..known.end;
            let slow: Vec<_> = text[known]
                .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
                .map(|run| (run.as_ptr() as usize - text.as_ptr() as usize, run.len()))
                .filter(|(start, _)| text[*start].is_ascii_digit())
                .collect();
            prop_assert_eq!(digits.runs(asked).collect::<Vec<_>>(), slow);
        }
    }
}
