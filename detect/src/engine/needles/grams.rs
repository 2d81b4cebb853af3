//! Two or three bytes wherever they stand in a text. The halves of each byte are looked up in tables that fit into a
//! vector, for 64 places at once; of the few places that pass, tables of all of them tell the right ones.

use std::cmp::Reverse;

use fearless_simd::prelude::*;
use fearless_simd::u8x64;

use super::table;
use crate::term::filter::Filter;
use crate::vector::{AHEAD, BLOCK, ReadBlock};

/// So many bytes are looked at, or two where there are no more.
pub(super) const GRAM_BYTES: usize = 3;
/// In so many groups they are told apart: a bit each, in so many tables.
const GROUPS: usize = TABLES * u8::BITS as usize;
const TABLES: usize = 4;
/// A byte has two halves of so many values.
const HALVES: usize = 16;
/// The tables have so many bits for each.
const BITS: usize = 16;

/// Some bytes in a row; the last of three may be any.
pub(super) type Gram = [Option<u8>; GRAM_BYTES];

/// Some such rows of bytes.
pub(super) struct Grams {
    groups: [Halves; TABLES],
    /// In any case: those of three bytes, and those of two.
    threes: Filter,
    twos: Filter,
}

/// The groups in which the lower half of each byte is, and the higher: each table as often as a vector holds it.
type Halves = [[[u8; BLOCK]; 2]; GRAM_BYTES];

/// The key of three bytes, and of the first two of them, in any case.
pub(super) fn keys(bytes: [u8; GRAM_BYTES + 1]) -> [u64; 2] {
    let bytes = u64::from(u32::from_le_bytes(bytes));
    [table::first_of(bytes, GRAM_BYTES), table::first_of(bytes, GRAM_BYTES - 1)]
}

/// The halves of bytes that a group has, as bits, and how often such bytes stand in text.
#[derive(Clone, Copy, Default)]
struct Group([([u16; 2], u64); GRAM_BYTES]);

impl Group {
    fn with(mut self, gram: &Gram, commonness: &[u64; 256]) -> Self {
        for (([low, high], sum), byte) in self.0.iter_mut().zip(gram) {
            let (more_low, more_high) = match byte {
                Some(byte) => (*low | 1 << (byte & 15), *high | 1 << (byte >> 4)),
                None => (u16::MAX, u16::MAX),
            };
            if (more_low, more_high) != (*low, *high) {
                (*low, *high) = (more_low, more_high);
                let halves = |bits: u16| (0..HALVES).filter(move |half| bits >> half & 1 == 1);
                let bytes =
                    halves(*high).flat_map(|high| halves(*low).map(move |low| high << 4 | low));
                *sum = bytes.map(|byte| commonness[byte]).sum();
            }
        }
        self
    }

    /// How often it lets text pass.
    fn commonness(&self) -> u64 {
        self.0.iter().map(|(_, sum)| *sum).product()
    }
}

impl Grams {
    /// `commonness` says how often a byte stands in text.
    pub(super) fn new(grams: &[Gram], commonness: &impl Fn(u8) -> u32) -> Self {
        let key = |gram: &Gram| keys([gram[0], gram[1], gram[2], None].map(|b| b.unwrap_or(0)));
        let (threes, twos): (Vec<&Gram>, Vec<&Gram>) = grams.iter().partition(|g| g[2].is_some());
        let threes: Vec<u64> = threes.into_iter().map(|gram| key(gram)[0]).collect();
        let twos: Vec<u64> = twos.into_iter().map(|gram| key(gram)[1]).collect();
        let groups = grouped(grams, commonness);
        let mut tables = [[[[0; BLOCK]; 2]; GRAM_BYTES]; TABLES];
        for (number, group) in groups.iter().enumerate() {
            let (table, bit) =
                (&mut tables[number / u8::BITS as usize], number % u8::BITS as usize);
            for (of_byte, halves) in table.iter_mut().zip(&group.0) {
                for (of_half, has) in of_byte.iter_mut().zip(&halves.0) {
                    for (i, bits) in of_half.iter_mut().enumerate() {
                        *bits |= ((has >> (i % HALVES) & 1) as u8) << bit;
                    }
                }
            }
        }
        let (threes, twos) = (Filter::new(&threes, BITS), Filter::new(&twos, BITS));
        Self { groups: tables, threes, twos }
    }

    /// Whether there is one with these bytes, in any case, as a bit.
    #[inline]
    pub(super) fn has(&self, bytes: [u8; GRAM_BYTES + 1]) -> u64 {
        let [three, two] = keys(bytes);
        self.threes.has(table::hash(three)) | self.twos.has(table::hash(two))
    }
}

/// Groups that let little else pass: each in turn, the most common first, is added to the one in which that
/// costs the least.
fn grouped(grams: &[Gram], commonness: &impl Fn(u8) -> u32) -> [Group; GROUPS] {
    let mut common = [0; 256];
    for (byte, common) in (0..=u8::MAX).zip(&mut common) {
        *common = u64::from(commonness(byte));
    }
    let alone = |gram: &Gram| Group::default().with(gram, &common).commonness();
    let mut order: Vec<(u64, &Gram)> = grams.iter().map(|gram| (alone(gram), gram)).collect();
    order.sort_unstable_by_key(|(commonness, gram)| (Reverse(*commonness), *gram));
    let mut groups = [Group::default(); GROUPS];
    for (_, gram) in order {
        let adds = |group: &Group| group.with(gram, &common).commonness() - group.commonness();
        let least = (0..GROUPS).min_by_key(|group| adds(&groups[*group])).unwrap_or(0);
        groups[least] = groups[least].with(gram, &common);
    }
    groups
}

/// Where one of them may begin.
impl ReadBlock for Grams {
    type Told = u64;

    #[inline(always)]
    fn of<S: Simd>(&self, simd: S, block: &[u8; AHEAD]) -> u64 {
        let half = u8x64::splat(simd, 15);
        let none = u8x64::splat(simd, 0);
        let halves = |which: usize| {
            let bytes = u8x64::from_slice(simd, &block[which..which + BLOCK]);
            (bytes & half, (bytes >> 4) & half)
        };
        let bytes = [halves(0), halves(1), halves(2)];
        let mut in_any = none;
        for groups in &self.groups {
            let mut in_all = !none;
            for ([low, high], (in_low, in_high)) in groups.iter().zip(bytes) {
                let (low, high) = (u8x64::from_slice(simd, low), u8x64::from_slice(simd, high));
                in_all = in_all
                    & low.swizzle_dyn_within_blocks(in_low)
                    & high.swizzle_dyn_within_blocks(in_high);
            }
            in_any |= in_all;
        }
        !in_any.simd_eq(none).to_bitmask()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector;
    use proptest::prelude::*;

    fn is_at(gram: &Gram, text: &[u8]) -> bool {
        gram.iter().enumerate().all(|(i, byte)| byte.is_none_or(|byte| text.get(i) == Some(&byte)))
    }

    proptest! {
        #[test]
        fn all_are_found_wherever_they_stand(
            grams in proptest::collection::vec(any::<([u8; 2], Option<u8>)>(), 0..40),
            text in proptest::collection::vec(any::<u8>(), 0..300),
            from in 0usize..80,
            put in proptest::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..4),
        ) {
            let grams = grams.into_iter().map(|([a, b], c)| [Some(a), Some(b), c]);
            let (grams, mut text) = (grams.collect::<Vec<Gram>>(), text);
            for (which, place) in put {
                if grams.is_empty() || text.len() < 3 {
                    break;
                }
                let place = place.index(text.len() - 2);
                for (there, byte) in text[place..].iter_mut().zip(which.get(&grams).iter().flatten()) {
                    *there = *byte;
                }
            }
            let known = Grams::new(&grams, &|_| 1);
            let mut may = [0; 6];
            vector::read(&known, &text, from, &mut may);
            for at in from..text.len() {
                if grams.iter().any(|gram| is_at(gram, &text[at..])) {
                    let i = at - from;
                    prop_assert_eq!(may[i / BLOCK] >> (i % BLOCK) & 1, 1);
                    prop_assert_eq!(known.has(vector::block(&text, at)), 1);
                }
            }
        }
    }
}
