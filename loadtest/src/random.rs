//! Randomness from a seed: the same on every machine and in every version.
//!
//! An own generator (xoshiro256++ behind SplitMix64, both public domain) because corpora must stay
//! byte-identical when a library changes its streams.

/// A stream of numbers that its seed decides.
#[derive(Debug, Clone)]
pub struct Random([u64; 4]);

/// Letters and digits as base 62 counts them.
pub const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Capital letters.
pub const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Digits.
pub const DIGITS: &[u8] = b"0123456789";
/// Digits of hexadecimal numbers.
pub const HEX: &[u8] = b"0123456789abcdef";
/// The alphabet of RFC 4648, chapter 4.
pub const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl Random {
    /// The stream of this number under a seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut state = seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
        let mut split = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self([split(), split(), split(), split()])
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let out = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        out
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound.max(1))) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of them. The list is not empty.
    pub fn pick<'a, T: ?Sized>(&mut self, list: &'a [&'a T]) -> &'a T {
        list[self.below(list.len() as u64) as usize]
    }

    /// One of them. The list is not empty.
    pub fn choose<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }

    /// So many characters of an alphabet.
    pub fn string(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(*self.choose(alphabet))).collect()
    }

    /// So many decimal digits.
    pub fn digits(&mut self, length: usize) -> String {
        self.string(DIGITS, length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_never_changes() {
        let mut random = Random::new(7, 1);
        let first = [random.bits(), random.bits()];
        let mut again = Random::new(7, 1);
        assert_eq!(first, [again.bits(), again.bits()]);
        assert_ne!(Random::new(7, 2).bits(), first[0]);
        assert_ne!(Random::new(8, 1).bits(), first[0]);
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut random = Random::new(1, 0);
        for _ in 0..10_000 {
            assert!(random.below(7) < 7);
            assert!((3..=9).contains(&random.between(3, 9)));
        }
    }
}
