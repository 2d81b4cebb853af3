//! Needles that may begin at any byte, within words too.
//!
//! To look each byte up would cost more than all else. Of a long needle four bytes are looked up at
//! every fourth place: whichever of four ways it stands, one of its places is met. A short one is
//! looked for by three bytes of it that text has seldom.

use std::ops::Range;

use super::Wanted;
use super::grams::{self, GRAM_BYTES, Gram, Grams};
use super::scan::{Passed, Scan};
use super::table::{self, Ahead, Table};
use crate::engine::kinds;

/// Places so far from each other are looked up.
const STRIDE: usize = 4;
/// So many bytes at each.
const KEY_BYTES: usize = 4;
/// Needles of so many bytes hold such a place whole wherever they stand.
const LONG_BYTES: usize = STRIDE + KEY_BYTES - 1;

/// How often a byte stands in ten thousand of text, a guess for prose and programs alike.
fn commonness(byte: u8) -> u32 {
    const LETTERS: [u32; 26] = [
        550, 110, 280, 300, 850, 180, 130, 190, 500, 20, 60, 330, 210, 500, 500, 220, 20, 480, 480,
        640, 240, 80, 90, 50, 100, 20,
    ];
    match byte {
        b'a'..=b'z' => LETTERS[usize::from(byte - b'a')],
        b'A'..=b'Z' => LETTERS[usize::from(byte - b'A')] / 10 + 5,
        b' ' => 1500,
        b'_' | b'.' | b',' | b'(' | b')' | b':' | b'"' | b'-' | b'0'..=b'9' => 150,
        _ => 60,
    }
}

/// A needle, from some byte of it on.
struct Part {
    number: u32,
    needle: Box<[u8]>,
    /// What of it stands before.
    head: usize,
    /// Whether its case counts.
    exactly: bool,
}

impl Part {
    /// Tells the needle if it is whole.
    fn tell(
        &self,
        text: &[u8],
        first: usize,
        rest: Range<usize>,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let start = rest.start.checked_sub(self.head).filter(|start| *start >= first);
        let Some(start) = start else { return };
        let there = &text[start..rest.end];
        if *there == *self.needle || !self.exactly && there.eq_ignore_ascii_case(&self.needle) {
            found(self.number as usize, start..rest.end);
        }
    }
}

/// Parts of needles by some of their bytes.
struct Parts {
    /// Two bits of a word for each key, and many words: this is asked more often than all else.
    bits: Box<[u64; Self::WORDS]>,
    table: Table,
    parts: Vec<Part>,
}

impl Parts {
    const WORDS: usize = 1 << Self::WORDS_LOG2;
    const WORDS_LOG2: u32 = 11;

    /// Each with its key, and the place in its needle from which on it is.
    fn new<'n>(list: impl Iterator<Item = (u64, Wanted<'n>, usize, u32)>) -> Self {
        let (mut parts, mut keyed) = (Vec::new(), Vec::new());
        let mut bits = Box::new([0; Self::WORDS]);
        for (key, needle, from, number) in list {
            let (word, its) = Self::place(key);
            bits[word] |= its;
            let text = needle.text.as_bytes();
            keyed.push((key, text[from..].to_ascii_lowercase(), parts.len() as u32));
            parts.push(Part { number, needle: text.into(), head: from, exactly: needle.exactly });
        }
        Self { bits, table: Table::new(keyed), parts }
    }

    #[inline]
    fn place(key: u64) -> (usize, u64) {
        let hash = table::hash(key) >> (u64::BITS - Self::WORDS_LOG2 - 12);
        ((hash >> 12) as usize, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
    }

    #[inline]
    fn has(&self, key: u64) -> bool {
        let (word, its) = Self::place(key);
        self.bits[word] & its == its
    }

    fn compare(
        &self,
        key: u64,
        text: &[u8],
        first: usize,
        at: usize,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        self.table.compare(key, text, at, &mut |part, rest| {
            self.parts[part].tell(text, first, rest, found);
        });
    }
}

/// Needles of two bytes and more that may stand anywhere.
pub(super) struct Inside {
    long: Parts,
    short: Short,
}

/// Needles by two or three of their bytes.
struct Short {
    grams: Grams,
    /// By the keys of those bytes, in their order: first that of their first byte.
    parts: Vec<(u64, Part)>,
    /// Where those of each first byte begin, and the last end.
    begins: [u16; 257],
}

impl Short {
    fn new<'n>(needles: impl Iterator<Item = (Wanted<'n>, u32)>) -> Self {
        let (mut parts, mut grams) = (Vec::new(), Vec::new());
        for (needle, number) in needles {
            let (text, exactly) = (needle.text.as_bytes(), needle.exactly);
            let count = text.len().min(GRAM_BYTES);
            let head = rarest(text, count, 1, exactly);
            let [three, two] = grams::keys(kinds::block(&text[head..head + count], 0));
            let key = in_order(if count == GRAM_BYTES { three } else { two });
            parts.push((key, Part { number, needle: text.into(), head, exactly }));
            grams.extend(spellings(&text[head..head + count], exactly));
        }
        parts.sort_by_key(|(key, _)| *key);
        grams.sort_unstable();
        grams.dedup();
        let mut begins = [0; 257];
        for (first, begin) in (0..).zip(&mut begins) {
            let is_before = |(key, _): &(u64, Part)| key >> (u64::BITS - 8) < first;
            *begin = u16::try_from(parts.partition_point(is_before)).unwrap_or(u16::MAX);
        }
        Self { grams: Grams::new(&grams, &commonness), parts, begins }
    }

    /// Tells the needles of which the bytes stand at a place by which they are found.
    fn compare(
        &self,
        bytes: [u8; GRAM_BYTES + 1],
        text: &[u8],
        first: usize,
        at: usize,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let begins = usize::from(grams::keys(bytes)[1] as u8);
        let of_first = usize::from(self.begins[begins])..usize::from(self.begins[begins + 1]);
        let parts = self.parts.get(of_first).unwrap_or(&self.parts);
        for key in grams::keys(bytes).map(in_order) {
            let from = parts.partition_point(|(of, _)| *of < key);
            for (_, part) in parts[from..].iter().take_while(|(of, _)| *of == key) {
                let start = at.checked_sub(part.head);
                let rest = start.map(|start| at..start + part.needle.len());
                if let Some(rest) = rest.filter(|rest| rest.end <= text.len()) {
                    part.tell(text, first, rest, found);
                }
            }
        }
    }
}

/// A key whose highest byte is that of the first byte.
const fn in_order(key: u64) -> u64 {
    key.swap_bytes()
}

/// How some bytes of a needle may be written.
fn spellings(bytes: &[u8], exactly: bool) -> Vec<Gram> {
    let mut all = vec![[None; GRAM_BYTES]];
    for (i, byte) in bytes.iter().enumerate() {
        let other = (!exactly && byte.is_ascii_alphabetic()).then_some(byte ^ 0x20);
        let with = |byte: u8| {
            move |mut gram: Gram| {
                gram[i] = Some(byte);
                gram
            }
        };
        let others = other.into_iter().flat_map(|other| all.iter().copied().map(with(other)));
        let others: Vec<Gram> = others.collect();
        all = all.into_iter().map(with(*byte)).chain(others).collect();
    }
    all
}

impl Inside {
    pub(super) fn new<'n>(needles: impl Iterator<Item = (Wanted<'n>, u32)> + Clone) -> Self {
        let is_long = |(needle, _): &(Wanted<'_>, u32)| needle.text.len() >= LONG_BYTES;
        let long = needles.clone().filter(is_long);
        let long = long.flat_map(|(needle, number)| {
            let text = needle.text.as_bytes();
            let from = rarest(text, KEY_BYTES, STRIDE, false);
            (from..from + STRIDE)
                .map(move |from| (table::key_of(&text[from..], KEY_BYTES), needle, from, number))
        });
        let short = Short::new(needles.filter(|needle| !is_long(needle)));
        Self { short, long: Parts::new(long) }
    }

    /// By what short needles are found.
    pub(super) fn grams(&self) -> &Grams {
        &self.short.grams
    }

    /// Tells the needles of which a block holds what they are looked up by, but none that begins
    /// before `first`.
    #[inline(always)]
    pub(super) fn each(
        &self,
        scan: &Scan<'_>,
        ahead: Ahead<'_>,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let &Scan { text, first, at, .. } = scan;
        for i in (0..u64::BITS).step_by(STRIDE) {
            if self.long.has(ahead.four(i)) && at + i as usize <= text.len() {
                self.long.compare(ahead.four(i), text, first, at + i as usize, found);
            }
        }
        let mut passed = Passed::default();
        let mut left = scan.grams();
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            passed.add(i, self.short.grams.has(ahead.bytes(i)));
        }
        for i in passed.all() {
            self.short.compare(ahead.bytes(i), text, first, at + i as usize, found);
        }
    }
}

/// From where on in a needle the rarest bytes stand, so many in a row, at so many places side by side.
fn rarest(needle: &[u8], bytes: usize, places: usize, exactly: bool) -> usize {
    let cases = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' if !exactly => commonness(byte) + commonness(byte ^ 0x20),
        _ => commonness(byte),
    };
    let at = |from: usize| -> u64 {
        needle[from..from + bytes].iter().map(|byte| u64::from(cases(*byte))).product()
    };
    let sum = |from: &usize| -> u64 { (*from..*from + places).map(at).sum() };
    (0..=needle.len() + 1 - bytes - places).min_by_key(sum).unwrap_or(0)
}
