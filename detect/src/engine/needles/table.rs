//! Needles by their first bytes: tables of bits that say whether there are any, small enough for
//! the fastest cache, and behind them the needles themselves.

use std::cmp::Ordering;
use std::ops::Range;

use super::Wanted;
use crate::engine::facts::Behind;
use crate::engine::kinds::{self, BLOCK};
use crate::term::filter::Filter;
pub(super) use crate::term::filter::hash;

/// So many bytes of a word are looked up, or all that it has.
pub(super) const RUN_BYTES: u32 = u64::BITS / 8;
/// So many bytes of a needle are looked up where it is not known how its word goes on.
const KEY_BYTES: usize = 4;
/// Bytes of a block and those that a place at its end looks ahead at.
pub(super) const AHEAD_BYTES: usize = BLOCK + RUN_BYTES as usize;
/// Letters in lower case; of signs too a bit may be set, here and in what they are compared with.
const FOLDED: u64 = 0x2020_2020_2020_2020;

/// Tables have so many bits for each key.
const BITS_A_RUN: usize = 16;
const BITS_A_KEY: usize = 8;

/// Which of eight bytes count, if so many do.
const FIRST: [u64; RUN_BYTES as usize + 1] = {
    let mut first = [0; RUN_BYTES as usize + 1];
    let mut count = 1;
    while count < first.len() {
        first[count] = u64::MAX >> (u64::BITS - 8 * count as u32);
        count += 1;
    }
    first
};

/// The bytes of a block, and those behind it.
#[derive(Clone, Copy)]
pub(super) struct Ahead<'t>(&'t [u8; AHEAD_BYTES]);

impl<'t> Ahead<'t> {
    pub(super) fn new(bytes: &'t [u8; AHEAD_BYTES]) -> Self {
        Self(bytes)
    }

    pub(super) fn block(self) -> &'t [u8; BLOCK] {
        self.0.first_chunk().unwrap_or(&[0; BLOCK])
    }

    #[inline]
    pub(super) fn bytes<const N: usize>(self, i: u32) -> [u8; N] {
        let i = i as usize % BLOCK;
        self.0[i..].first_chunk().copied().unwrap_or([0; N])
    }

    /// The key of a word of so many bytes.
    #[inline]
    pub(super) fn run(self, i: u32, bytes: u32) -> u64 {
        run_of(self.bytes(i), bytes)
    }

    /// The first eight bytes of what may be a needle.
    #[inline]
    pub(super) fn eight(self, i: u32) -> u64 {
        run_of(self.bytes(i), RUN_BYTES)
    }

    /// And the first four.
    #[inline]
    pub(super) fn four(self, i: u32) -> u64 {
        u64::from(u32::from_le_bytes(self.bytes(i)) | FOLDED as u32)
    }

    #[inline]
    pub(super) fn pair(self, i: u32) -> u16 {
        u16::from_le_bytes(self.bytes(i))
    }
}

/// The key of a word of so many bytes.
#[inline]
pub(super) fn run_of(eight: [u8; RUN_BYTES as usize], bytes: u32) -> u64 {
    (u64::from_le_bytes(eight) | FOLDED) & FIRST[bytes.min(RUN_BYTES) as usize]
}

/// So many of eight bytes, in lower case.
#[inline]
pub(super) fn first_of(eight: u64, bytes: usize) -> u64 {
    (eight | FOLDED) & FIRST[bytes.min(RUN_BYTES as usize)]
}

/// How many letters and digits a text begins with, all beyond ASCII among them.
pub(super) fn first_run(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_alphanumeric() || !b.is_ascii()).count()
}

/// Marks the pairs of bytes with which a text may begin, in either case.
pub(super) fn add_pairs(text: &[u8], pairs: &mut [u64]) {
    let cases = |byte: u8| [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
    let Some(first) = text.first() else { return };
    let seconds = match text.get(1) {
        Some(second) => cases(*second).to_vec(),
        None => (0..=u8::MAX).collect(),
    };
    for first in cases(*first) {
        for second in &seconds {
            let pair = usize::from(u16::from_le_bytes([first, *second]));
            pairs[pair / 64] |= 1 << (pair % 64);
        }
    }
}

/// Needles of eight bytes and more, and shorter ones that are one word: by their first eight bytes,
/// and by all of that word.
pub(super) struct Runs {
    filter: Filter,
    table: Table,
}

impl Runs {
    pub(super) fn new<'n>(needles: impl Iterator<Item = (Wanted<'n>, u32)>) -> Self {
        let key = |text: &[u8]| run_of(kinds::block(text, 0), text.len() as u32);
        let table = Table::new(needles.map(|(needle, number)| {
            let text = needle.text.as_bytes().to_ascii_lowercase();
            (key(&text), text, number)
        }));
        let slots = table.slots.iter().filter(|slot| slot.start < slot.end);
        let keys: Vec<u64> = slots.map(|slot| slot.key).collect();
        Self { filter: Filter::new(&keys, BITS_A_RUN), table }
    }

    /// Whether some needle may begin with the word of this hash, as a bit.
    #[inline]
    pub(super) fn has(&self, hash: u64) -> u64 {
        self.filter.has(hash)
    }

    /// Tells the needles that stand at a place and begin with the word of this key.
    pub(super) fn compare(
        &self,
        key: u64,
        text: &[u8],
        at: usize,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        self.table.compare(key, text, at, found);
    }
}

/// Needles of which the first bytes are known.
pub(super) struct Set {
    filter: Filter,
    /// Of those with fewer bytes than are looked up the first two, where it is not known what follows.
    short: Filter,
    /// All that their keys in the table are.
    keys: Filter,
    /// How many bytes the keys have: a bit for each.
    lengths: u32,
    table: Table,
}

impl Set {
    pub(super) fn new<'n>(needles: impl Iterator<Item = (Wanted<'n>, u32)>) -> Self {
        let (mut lengths, mut list) = (0, Vec::new());
        let (mut keys, mut short) = (Vec::new(), Vec::new());
        for (needle, number) in needles.filter(|(needle, _)| !needle.text.is_empty()) {
            let text = needle.text.as_bytes().to_ascii_lowercase();
            let length = text.len().min(RUN_BYTES as usize);
            lengths |= 1 << length;
            if text.len() >= KEY_BYTES {
                keys.push(key_of(&text, KEY_BYTES));
            } else if needle.behind == Behind::ANYTHING {
                short.push(key_of(&text, 2));
            } else {
                let longer = needle.behind.pairs();
                keys.extend(longer.map(|pair| key_of(&[&text, &pair[..]].concat(), KEY_BYTES)));
                keys.sort_unstable();
                keys.dedup();
            }
            list.push((run_of(kinds::block(&text, 0), length as u32), text, number));
        }
        let (filter, short) = (Filter::new(&keys, BITS_A_KEY), Filter::new(&short, BITS_A_KEY));
        let keys: Vec<u64> = list.iter().map(|(key, _, _)| *key).collect();
        let keys = Filter::new(&keys, BITS_A_RUN);
        Self { filter, short, keys, lengths, table: Table::new(list) }
    }

    /// Whether some needle may begin with these four bytes, as a bit.
    #[inline]
    pub(super) fn has(&self, four: u64) -> u64 {
        self.filter.has(hash(four))
    }

    /// The same of those of two and three bytes of which it is not known what follows.
    #[inline]
    pub(super) fn has_short(&self, four: u64) -> u64 {
        self.short.has(hash(four & FIRST[2]))
    }

    /// Tells the needles that stand at a place.
    pub(super) fn compare(
        &self,
        text: &[u8],
        at: usize,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let eight: [u8; RUN_BYTES as usize] = kinds::block(text, at);
        let mut lengths = self.lengths;
        while lengths != 0 {
            let key = run_of(eight, lengths.trailing_zeros());
            lengths &= lengths - 1;
            if self.keys.has(hash(key)) == 1 {
                self.table.compare(key, text, at, found);
            }
        }
    }
}

/// The key of the first bytes of a text, so many at the most; beyond its end it is zeros in lower case.
#[inline]
pub(super) fn key_of(text: &[u8], length: usize) -> u64 {
    let four: [u8; KEY_BYTES] = kinds::block(text, 0);
    (u64::from(u32::from_le_bytes(four)) | FOLDED) & FIRST[length.min(KEY_BYTES)]
}

/// Needles by a key of their first bytes.
pub(super) struct Table {
    /// Stretches of entries by their key: at its hash, or at the next that is free.
    slots: Vec<Slot>,
    /// In their order.
    entries: Vec<Entry>,
}

/// The entries of a key.
#[derive(Clone, Copy, Default)]
struct Slot {
    key: u64,
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

impl Table {
    /// Texts in lower case, each with its key and its number.
    pub(super) fn new(list: impl IntoIterator<Item = (u64, Vec<u8>, u32)>) -> Self {
        let mut sorted: Vec<_> = list.into_iter().collect();
        sorted.sort_unstable();
        let mut entries: Vec<Entry> = Vec::new();
        let count = sorted.chunk_by(|a, b| a.0 == b.0).count();
        let mut slots = vec![Slot::default(); (count * 3).next_power_of_two().max(2)];
        for alike in sorted.chunk_by(|a, b| a.0 == b.0) {
            let key = alike[0].0;
            let start = entries.len() as u32;
            add_chained(&mut entries, alike);
            let mut at = slot_of(key, slots.len());
            while slots[at].start < slots[at].end {
                at = (at + 1) % slots.len();
            }
            slots[at] = Slot { key, start, end: entries.len() as u32 };
        }
        Self { slots, entries }
    }

    /// Tells the needles of a key that stand at a place.
    pub(super) fn compare(
        &self,
        key: u64,
        text: &[u8],
        at: usize,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let mut slot = slot_of(key, self.slots.len());
        while self.slots[slot].key != key && self.slots[slot].start < self.slots[slot].end {
            slot = (slot + 1) % self.slots.len();
        }
        let Slot { start, end, .. } = self.slots[slot];
        if start == end {
            return;
        }
        let rest = &text[at..];
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

/// Adds entries that stand in their order, each with the one that it begins with.
fn add_chained(entries: &mut Vec<Entry>, sorted: &[(u64, Vec<u8>, u32)]) {
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

#[inline]
fn slot_of(key: u64, slots: usize) -> usize {
    (hash(key) >> (u64::BITS - slots.ilog2())) as usize
}
