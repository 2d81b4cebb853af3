//! Bytes by their kind, 64 at once: a bit for each.

use fearless_simd::Simd;

use crate::vector::{AHEAD, Bytes, ReadBlock};
pub(super) use crate::vector::{BLOCK, block};

/// What stands in a block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kinds {
    /// Letters and digits of ASCII.
    pub(super) alnum: u64,
    /// Its small letters.
    pub(super) small: u64,
    /// Its capitals.
    pub(super) capitals: u64,
    /// All that is not ASCII.
    pub(super) high: u64,
    /// And of that the first bytes of characters.
    pub(super) leads: u64,
}

/// Reads kinds.
pub(super) struct AllKinds;

impl ReadBlock for AllKinds {
    type Told = Kinds;

    #[inline(always)]
    fn of<S: Simd>(&self, simd: S, block: &[u8; AHEAD]) -> Kinds {
        let bytes = Bytes::new(simd, block);
        let (small, capitals) = (bytes.between(b'a', b'z'), bytes.between(b'A', b'Z'));
        Kinds {
            alnum: small | capitals | bytes.between(b'0', b'9'),
            small,
            capitals,
            high: bytes.between(0x80, 0xff),
            leads: bytes.between(0xc0, 0xff),
        }
    }
}

/// The bits from `at` on of two blocks that stand side by side.
#[inline]
pub(super) fn joined(now: u64, next: u64, at: u32) -> u64 {
    now >> at | next << 1 << (u64::BITS - 1 - at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn kinds_are_those_of_each_byte(
            text in proptest::collection::vec(any::<u8>(), 0..300),
            ascii in "[a-zA-Z0-9 _.é]{0,300}",
            from in 0usize..80,
        ) {
            for text in [&text[..], ascii.as_bytes()] {
                let (mut all, mut digits) = ([Kinds::default(); 6], [0; 6]);
                vector::read(&AllKinds, text, from, &mut all);
                vector::read(&vector::Digits, text, from, &mut digits);
                let is = |bits: u64, i: usize| bits >> (i % BLOCK) & 1 == 1;
                for (i, byte) in text.iter().skip(from).enumerate() {
                    let kinds = all[i / BLOCK];
                    prop_assert_eq!(is(digits[i / BLOCK], i), byte.is_ascii_digit());
                    prop_assert_eq!(is(kinds.alnum, i), byte.is_ascii_alphanumeric());
                    prop_assert_eq!(is(kinds.small, i), byte.is_ascii_lowercase());
                    prop_assert_eq!(is(kinds.capitals, i), byte.is_ascii_uppercase());
                    prop_assert_eq!(is(kinds.high, i), !byte.is_ascii());
                    prop_assert_eq!(is(kinds.leads, i), *byte >= 0xc0);
                    let i = i % BLOCK;
                    let both = joined(kinds.alnum, kinds.small, i as u32);
                    let other = if i == 0 { 0 } else { kinds.small << (64 - i) };
                    prop_assert_eq!(both, kinds.alnum >> i | other);
                }
            }
        }
    }
}
