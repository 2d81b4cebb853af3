//! Places of a text, as the pass over its words found them.

use std::ops::Range;

use crate::engine::kinds::BLOCK;

/// Where in a stretch of a text something may begin: a bit a byte.
#[derive(Debug, Default)]
pub(in crate::engine) struct Places {
    /// Where the stretch begins, and where what is known of it ends.
    from: usize,
    to: usize,
    bits: Vec<u64>,
}

impl Places {
    /// Nothing is known, of a stretch that begins here.
    pub(super) fn begin(&mut self, from: usize) {
        self.bits.clear();
        (self.from, self.to) = (from, from);
    }

    /// Those of the next block.
    #[inline]
    pub(super) fn push(&mut self, bits: u64) {
        self.bits.push(bits);
    }

    /// What is known ends here.
    pub(super) fn end(&mut self, to: usize) {
        self.to = to.clamp(self.from, self.from + self.bits.len() * BLOCK);
    }

    /// The stretch of which the places are known.
    pub(in crate::engine) fn known(&self) -> Range<usize> {
        self.from..self.to
    }

    /// The places within a stretch, as far as they are known, in order.
    pub(in crate::engine) fn within(&self, stretch: Range<usize>) -> impl Iterator<Item = usize> {
        let (from, to) = (stretch.start.max(self.from), stretch.end.min(self.to));
        let (from, to) = (from - self.from, to.saturating_sub(self.from));
        let blocks = from / BLOCK..to.div_ceil(BLOCK).max(from / BLOCK);
        let mut left = 0;
        let mut block = blocks.start;
        std::iter::from_fn(move || {
            while left == 0 {
                if block >= blocks.end {
                    return None;
                }
                left = self.bits[block];
                if block == blocks.start {
                    left &= u64::MAX << (from % BLOCK);
                }
                if to - block * BLOCK < BLOCK {
                    left &= (1 << (to - block * BLOCK)) - 1;
                }
                block += 1;
            }
            let i = left.trailing_zeros() as usize;
            left &= left - 1;
            Some(self.from + (block - 1) * BLOCK + i)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_within_a_stretch_are_told_in_order() {
        let mut places = Places::default();
        places.begin(10);
        [1 << 63 | 0b101, 0, 0b11].into_iter().for_each(|bits| places.push(bits));
        places.end(10 + 129);
        let within = |stretch| places.within(stretch).collect::<Vec<_>>();
        assert_eq!(within(0..500), [10, 12, 73, 138]);
        assert_eq!(within(11..73), [12]);
        assert_eq!(within(12..74), [12, 73]);
        assert!(
            within(74..138).is_empty() && within(139..500).is_empty() && within(5..5).is_empty()
        );
        assert!(within(0..10).is_empty() && Places::default().within(0..9).next().is_none());
        assert_eq!(places.known(), 10..139);
    }
}
