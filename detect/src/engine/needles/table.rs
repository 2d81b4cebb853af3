//! Needles by their first bytes: tables of bits that say whether there are any, small enough for
//! the fastest cache, and behind them the needles themselves.

use std::cmp::Ordering;
use std::num::NonZeroU32;
use std::ops::Range;

use super::{Wanted, Whereabouts};
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

/// How needles of five bytes and more begin of which it is not known where their first word ends.
pub(super) struct Begins(Filter);

impl Begins {
    /// Others are found by the bytes of a word that are looked up.
    pub(super) fn new<'n>(needles: impl Iterator<Item = (Wanted<'n>, u32)>) -> Self {
        let key = |(needle, _): (Wanted<'n>, u32)| {
            let text = needle.text.as_bytes().to_ascii_lowercase();
            let run = first_run(&text);
            let is_word = needle.whereabouts == Whereabouts::Whole && run == text.len();
            let is_other = !is_word && run < RUN_BYTES as usize && text.len() > KEY_BYTES;
            is_other.then(|| five_of(&text))
        };
        Self(Filter::new(&needles.filter_map(key).collect::<Vec<_>>(), BITS_A_RUN))
    }

    /// Whether some may begin with these bytes, as a bit.
    #[inline]
    pub(super) fn has(&self, eight: u64) -> u64 {
        self.0.has(hash(eight & FIRST[KEY_BYTES + 1]))
    }
}

fn five_of(text: &[u8]) -> u64 {
    run_of(kinds::block(text, 0), KEY_BYTES as u32 + 1)
}

/// The keys of the first four bytes with which a short needle that begins a word may go on.
fn keys_of(text: &[u8], needle: &Wanted<'_>) -> Vec<u64> {
    if text.len() >= KEY_BYTES {
        return vec![key_of(text, KEY_BYTES)];
    }
    let mut bytes = [0; KEY_BYTES + 2];
    let length = text.len() + 2;
    bytes[..text.len()].copy_from_slice(text);
    let with = |pair: [u8; 2]| {
        bytes[text.len()..length].copy_from_slice(&pair);
        key_of(&bytes[..length], KEY_BYTES)
    };
    let mut keys: Vec<u64> = needle.behind.pairs().map(with).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Needles of which the first bytes are known.
pub(super) struct Set {
    filter: Filter,
    /// The same of one byte more, for those that have it: many words begin with the same four.
    longer: Filter,
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
        let (mut keys, mut longer, mut short) = (Vec::new(), Vec::new(), Vec::new());
        for (needle, number) in needles.filter(|(needle, _)| !needle.text.is_empty()) {
            let text = needle.text.as_bytes().to_ascii_lowercase();
            let length = text.len().min(RUN_BYTES as usize);
            lengths |= 1 << length;
            if text.len() > KEY_BYTES {
                longer.push(five_of(&text));
            } else if text.len() < KEY_BYTES && needle.behind == Behind::ANYTHING {
                short.push(key_of(&text, 2));
            } else {
                keys.extend(keys_of(&text, &needle));
            }
            list.push((run_of(kinds::block(&text, 0), length as u32), text, number));
        }
        keys.sort_unstable();
        keys.dedup();
        let [filter, longer, short] =
            [keys, longer, short].map(|keys| Filter::new(&keys, BITS_A_KEY));
        let keys: Vec<u64> = list.iter().map(|(key, _, _)| *key).collect();
        let keys = Filter::new(&keys, BITS_A_RUN);
        Self { filter, longer, short, keys, lengths, table: Table::new(list) }
    }

    /// Whether some needle may begin with these bytes, of which it is known what follows, as a bit.
    #[inline]
    pub(super) fn has(&self, eight: u64) -> u64 {
        self.has_four(eight) | self.longer.has(hash(eight & FIRST[KEY_BYTES + 1]))
    }

    /// The same of those of four bytes and fewer.
    #[inline]
    pub(super) fn has_four(&self, eight: u64) -> u64 {
        self.filter.has(hash(eight & FIRST[KEY_BYTES]))
    }

    /// The same of those of two and three bytes of which it is not known what follows.
    #[inline]
    pub(super) fn has_short(&self, eight: u64) -> u64 {
        self.short.has(hash(eight & FIRST[2]))
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
#[derive(Default)]
pub(super) struct Table {
    /// Stretches of entries by their key: at its hash, or at the next that is free.
    slots: Vec<Slot>,
    /// In their order.
    entries: Vec<Entry>,
    /// What the entries are, and of which needles they are the lower case: side by side, as those of
    /// a key are looked at together.
    texts: Vec<u8>,
    numbers: Vec<u32>,
}

/// The entries of a key.
#[derive(Clone, Copy, Default)]
struct Slot {
    key: u64,
    /// None if nothing is here.
    start: u32,
    end: u32,
}

/// A needle in lower case: where its text is, and its numbers.
struct Entry {
    text: Stretch,
    numbers: Stretch,
    /// The longest entry of the same stretch that this one begins with, if there is one.
    within: Option<NonZeroU32>,
}

/// A part of a list.
#[derive(Clone, Copy)]
struct Stretch {
    start: u32,
    end: u32,
}

impl Stretch {
    #[inline]
    fn of<T>(self, list: &[T]) -> &[T] {
        list.get(self.start as usize..self.end as usize).unwrap_or(&[])
    }

    #[inline]
    const fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

impl Table {
    /// Texts in lower case, each with its key and its number.
    pub(super) fn new(list: impl IntoIterator<Item = (u64, Vec<u8>, u32)>) -> Self {
        let mut sorted: Vec<_> = list.into_iter().collect();
        sorted.sort_unstable();
        let count = sorted.chunk_by(|a, b| a.0 == b.0).count();
        let slots = vec![Slot::default(); (count * 3).next_power_of_two().max(2)];
        let mut table = Self { slots, ..Self::default() };
        for alike in sorted.chunk_by(|a, b| a.0 == b.0) {
            let key = alike[0].0;
            let start = table.entries.len() as u32;
            table.add_chained(alike);
            let mut at = slot_of(key, table.slots.len());
            while table.slots[at].start < table.slots[at].end {
                at = (at + 1) % table.slots.len();
            }
            table.slots[at] = Slot { key, start, end: table.entries.len() as u32 };
        }
        table
    }

    /// Adds entries that stand in their order, each with the one that it begins with.
    fn add_chained(&mut self, sorted: &[(u64, Vec<u8>, u32)]) {
        let mut chain: Vec<u32> = Vec::new();
        for (_, text, number) in sorted {
            while let Some(last) = chain.last()
                && !text.starts_with(self.text(&self.entries[*last as usize]))
            {
                chain.pop();
            }
            self.numbers.push(*number);
            let numbers = self.numbers.len() as u32;
            match chain.last().copied() {
                Some(last) if self.entries[last as usize].text.len() == text.len() => {
                    self.entries[last as usize].numbers.end = numbers;
                }
                within => {
                    chain.push(self.entries.len() as u32);
                    let start = self.texts.len() as u32;
                    self.texts.extend_from_slice(text);
                    let text = Stretch { start, end: self.texts.len() as u32 };
                    let numbers = Stretch { start: numbers - 1, end: numbers };
                    let within = within.and_then(|within| NonZeroU32::new(within + 1));
                    self.entries.push(Entry { text, numbers, within });
                }
            }
        }
    }

    #[inline]
    fn text(&self, entry: &Entry) -> &[u8] {
        entry.text.of(&self.texts)
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
        let not_behind = match end - start {
            1 => 1,
            _ => {
                let entries = &self.entries[start as usize..end as usize];
                entries.partition_point(|e| order(self.text(e), rest) != Ordering::Greater)
            }
        };
        let mut next = not_behind.checked_sub(1).map(|last| start as usize + last);
        while let Some(entry) = next.map(|next| &self.entries[next]) {
            if begins_with(rest, self.text(entry)) {
                for number in entry.numbers.of(&self.numbers) {
                    found(*number as usize, at..at + entry.text.len());
                }
            }
            next = entry.within.map(|within| within.get() as usize - 1);
        }
    }
}

/// Whether a text begins with an entry, in any case.
#[inline]
fn begins_with(text: &[u8], entry: &[u8]) -> bool {
    text.get(..entry.len()).is_some_and(|there| {
        there.iter().zip(entry).all(|(there, byte)| there.to_ascii_lowercase() == *byte)
    })
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
