//! Needles by their first bytes: a table of bits that says whether there are any, small enough for
//! the fastest cache, and behind it the needles themselves.

use std::cmp::Ordering;
use std::ops::Range;

use crate::engine::kinds::{self, BLOCK};

/// So many bytes of a needle are looked up in the table, or all that it has.
pub(super) const KEY_BYTES: usize = 4;
/// And where the table says that one may begin so, so many, as far as it has them.
const LENGTHS: [usize; 6] = [1, 2, 3, 4, 6, 8];
/// Bytes of a block and those that a place at its end looks ahead at.
pub(super) const BLOCK_AHEAD: usize = BLOCK + KEY_BYTES;

/// The first bytes of what may be a needle, in lower case; of signs too a bit may be set, here and
/// in what they are compared with.
#[inline]
pub(super) fn key(ahead: &[u8; BLOCK_AHEAD], at: usize) -> u32 {
    let bytes = [ahead[at], ahead[at + 1], ahead[at + 2], ahead[at + 3]];
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// Needles that may begin at the same places. `WORDS` times 64 bits say which first bytes any has.
pub(super) struct Set<const WORDS: usize> {
    bits: Box<[u64; WORDS]>,
    /// Which of the lengths there are.
    lengths: [bool; LENGTHS.len()],
    /// Stretches of entries by their first bytes: at their hash, or at the next that is free.
    slots: Vec<Slot>,
    /// In their order.
    entries: Vec<Entry>,
}

/// The entries of a length that have the same first bytes.
#[derive(Clone, Copy, Default)]
struct Slot {
    first: u64,
    /// None if nothing is here.
    start: u32,
    end: u32,
}

/// A needle in lower case.
struct Entry {
    text: Box<[u8]>,
    /// The longest entry of the same stretch that this one begins with.
    within: Option<u32>,
    /// Of which needles it is the lower case.
    numbers: Vec<u32>,
}

impl<const WORDS: usize> Set<WORDS> {
    /// How many bits of a hash tell the bit of the table.
    const TABLE_BITS: u32 = (WORDS * 64).ilog2();

    pub(super) fn new<'n>(needles: impl Iterator<Item = (&'n str, u32)>) -> Self {
        let mut sorted: Vec<((usize, u64), Vec<u8>, u32)> = needles
            .filter(|(text, _)| !text.is_empty())
            .map(|(text, number)| {
                let text = text.as_bytes().to_ascii_lowercase();
                (class_of(&text), text, number)
            })
            .map(|(class, text, number)| {
                ((class, cut(first_of(&text), LENGTHS[class])), text, number)
            })
            .collect();
        sorted.sort_unstable();
        let (mut bits, mut lengths) = (vec![0; WORDS], [false; LENGTHS.len()]);
        let mut entries: Vec<Entry> = Vec::new();
        let mut slots = vec![Slot::default(); (sorted.len() * 4).next_power_of_two().max(2)];
        for alike in sorted.chunk_by(|a, b| a.0 == b.0) {
            let (class, first) = alike[0].0;
            lengths[class] = true;
            let bytes = first >> (u64::BITS as usize - 8 * LENGTHS[class]);
            let bit = Self::bit(cut(bytes, LENGTHS[class].min(KEY_BYTES)));
            bits[bit / 64] |= 1 << (bit % 64);
            let start = entries.len() as u32;
            add_chained(&mut entries, alike);
            let mut at = slot_of(first, slots.len());
            while slots[at].start < slots[at].end {
                at = (at + 1) % slots.len();
            }
            slots[at] = Slot { first, start, end: entries.len() as u32 };
        }
        let bits = bits.try_into().unwrap_or_else(|_| Box::new([u64::MAX; WORDS]));
        let mut set = Self { bits, lengths, slots, entries };
        // One byte alone is not looked up, for hardly any needle is so short.
        set.lengthen_those_of(1);
        set
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[inline]
    fn bit(first: u64) -> usize {
        (hash(first) >> (u64::BITS - Self::TABLE_BITS)) as usize
    }

    /// Whether some needle may begin with the first bytes of these, so many, as a bit.
    #[inline]
    pub(super) fn has(&self, key: u32, length: usize) -> u64 {
        let bit = Self::bit(cut(u64::from(key), length));
        self.bits[bit / 64] >> (bit % 64) & 1
    }

    /// Has needles of fewer bytes than are looked up found as those of that many are.
    pub(super) fn lengthen(&mut self) {
        if self.entries.iter().any(|entry| entry.text.len() == 1) {
            self.bits.fill(u64::MAX);
        }
        self.lengthen_those_of(KEY_BYTES - 1);
    }

    fn lengthen_those_of(&mut self, length: usize) {
        for entry in self.entries.iter().filter(|entry| entry.text.len() == length) {
            for last in 0..=u8::MAX {
                let first = first_of(&[&entry.text, &[last][..]].concat());
                let bit = Self::bit(cut(first, length + 1));
                self.bits[bit / 64] |= 1 << (bit % 64);
            }
        }
    }

    /// Of these places of a block, those at which a needle may begin.
    #[inline]
    pub(super) fn sieve(&self, places: u64, ahead: &[u8; BLOCK_AHEAD]) -> u64 {
        let (mut left, mut may) = (places, 0);
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            let key = key(ahead, i as usize);
            may |= (self.has(key, 2) | self.has(key, 3) | self.has(key, KEY_BYTES)) << i;
        }
        may
    }

    /// Tells the needles that stand at a place.
    pub(super) fn compare(
        &self,
        text: &[u8],
        at: usize,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let rest = &text[at..];
        let first = first_of(rest);
        for (_, length) in self.lengths.iter().zip(LENGTHS).filter(|(is_there, _)| **is_there) {
            let first = cut(first, length);
            let mut slot = slot_of(first, self.slots.len());
            while self.slots[slot].first != first && self.slots[slot].start < self.slots[slot].end {
                slot = (slot + 1) % self.slots.len();
            }
            let Slot { start, end, .. } = self.slots[slot];
            // Whatever the text begins with, the last entry that is not behind it begins with too.
            let entries = &self.entries[start as usize..end as usize];
            let not_behind = entries.partition_point(|e| order(&e.text, rest) != Ordering::Greater);
            let mut next = not_behind.checked_sub(1).map(|last| start as usize + last);
            while let Some(entry) = next.map(|next| &self.entries[next]) {
                if order(&entry.text, rest) == Ordering::Equal {
                    for number in &entry.numbers {
                        found(*number as usize, at..at + entry.text.len());
                    }
                }
                next = entry.within.map(|within| within as usize);
            }
        }
    }
}

/// Adds entries that stand in their order, each with the one that it begins with.
fn add_chained<K>(entries: &mut Vec<Entry>, sorted: &[(K, Vec<u8>, u32)]) {
    let mut chain: Vec<u32> = Vec::new();
    for (_, text, number) in sorted {
        let last = |chain: &[u32]| chain.last().map(|last| &entries[*last as usize].text);
        while last(&chain).is_some_and(|last| !text.starts_with(last)) {
            chain.pop();
        }
        match chain.last().copied() {
            Some(last) if *entries[last as usize].text == **text => {
                entries[last as usize].numbers.push(*number);
            }
            within => {
                chain.push(entries.len() as u32);
                let text = text.clone().into_boxed_slice();
                entries.push(Entry { text, within, numbers: vec![*number] });
            }
        }
    }
}

/// How an entry stands to a text in any case: equal if the text begins with it.
fn order(entry: &[u8], text: &[u8]) -> Ordering {
    for (a, b) in entry.iter().zip(text) {
        match a.cmp(&b.to_ascii_lowercase()) {
            Ordering::Equal => {}
            other => return other,
        }
    }
    if entry.len() <= text.len() { Ordering::Equal } else { Ordering::Greater }
}

/// Which of the lengths counts for a needle.
fn class_of(needle: &[u8]) -> usize {
    LENGTHS.iter().rposition(|length| *length <= needle.len()).unwrap_or(0)
}

/// The first bytes of a text, in lower case; of signs too a bit may be set, here and in what they
/// are compared with.
#[inline]
fn first_of(text: &[u8]) -> u64 {
    u64::from_le_bytes(kinds::block(text, 0)) | 0x2020_2020_2020_2020
}

/// So many of the first bytes of a text. What is beyond is shifted out, so that the same bytes of
/// another length are another number.
#[inline]
fn cut(first: u64, length: usize) -> u64 {
    let beyond = u64::BITS as usize - 8 * length;
    first << beyond
}

#[inline]
fn hash(first: u64) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    first.wrapping_mul(ODD)
}

#[inline]
fn slot_of(first: u64, slots: usize) -> usize {
    (hash(first) >> (u64::BITS - slots.ilog2())) as usize
}
