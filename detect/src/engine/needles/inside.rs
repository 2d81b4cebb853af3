//! Needles that may begin at any byte, within words too.
//!
//! To look each byte up would cost more than all else. Of a long needle four bytes are looked up at
//! every fourth place: whichever of four ways it stands, one of its places is met. A short one is
//! looked for by a byte of it that text has seldom, and what stands beside that.

use std::ops::Range;

use super::Wanted;
use super::table::{self, Ahead, Table};
use crate::engine::kinds;

/// Places so far from each other are looked up.
const STRIDE: usize = 4;
/// So many bytes at each.
const GRAM_BYTES: usize = 4;
/// Needles of so many bytes hold such a place whole wherever they stand.
const LONG_BYTES: usize = STRIDE + GRAM_BYTES - 1;
/// So many bytes of a short needle are looked up.
const WINDOW_BYTES: usize = 3;

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
    bits: Box<[u64; Self::WORDS]>,
    table: Table,
    parts: Vec<Part>,
}

impl Parts {
    const WORDS: usize = 1 << 9;

    /// Each with its key, and the place in its needle from which on it is.
    fn new<'n>(list: impl Iterator<Item = (u64, Wanted<'n>, usize, u32)>) -> Self {
        let (mut parts, mut keyed) = (Vec::new(), Vec::new());
        let mut bits = vec![0; Self::WORDS];
        for (key, needle, from, number) in list {
            let bit = Self::bit(key);
            bits[bit / 64] |= 1 << (bit % 64);
            let text = needle.text.as_bytes();
            keyed.push((key, text[from..].to_ascii_lowercase(), parts.len() as u32));
            parts.push(Part { number, needle: text.into(), head: from, exactly: needle.exactly });
        }
        let bits = bits.try_into().unwrap_or_else(|_| Box::new([u64::MAX; Self::WORDS]));
        Self { bits, table: Table::new(keyed), parts }
    }

    fn bit(key: u64) -> usize {
        (table::hash(key) >> (u64::BITS - (Self::WORDS * 64).ilog2())) as usize
    }

    #[inline]
    fn has(&self, key: u64) -> u64 {
        let bit = Self::bit(key);
        self.bits[bit / 64] >> (bit % 64) & 1
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
    short: Parts,
    /// The ways in which a byte may be the one by which a short needle is found, as bits.
    ways: [u8; 256],
}

/// How a short needle is found: so many bytes of it are looked up, of which so many stand before the
/// one by which it is found.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Way {
    bytes: usize,
    before: usize,
}

impl Way {
    const ALL: [Self; 5] = [
        Self { bytes: 3, before: 0 },
        Self { bytes: 3, before: 1 },
        Self { bytes: 3, before: 2 },
        Self { bytes: 2, before: 0 },
        Self { bytes: 2, before: 1 },
    ];

    /// The key of bytes of which the first is the lowest.
    fn key(self, bytes: u64) -> u64 {
        let tag = (self.bytes + 4 * self.before + 1) as u64;
        table::first_of(bytes, self.bytes) | tag << (8 * WINDOW_BYTES)
    }
}

impl Inside {
    pub(super) fn new<'n>(needles: impl Iterator<Item = (Wanted<'n>, u32)> + Clone) -> Self {
        let is_long = |(needle, _): &(Wanted<'_>, u32)| needle.text.len() >= LONG_BYTES;
        let long = needles.clone().filter(is_long);
        let long = long.flat_map(|(needle, number)| {
            let text = needle.text.as_bytes();
            let from = rarest(text, LONG_BYTES);
            (from..from + STRIDE)
                .map(move |from| (table::key_of(&text[from..], GRAM_BYTES), needle, from, number))
        });
        let short: Vec<_> = needles.filter(|needle| !is_long(needle)).collect();
        let anchors = anchors(short.iter().map(|(needle, _)| *needle).collect());
        let (mut ways, mut parts) = ([0; 256], Vec::new());
        for (needle, number) in short {
            let text = needle.text.as_bytes();
            let bytes = text.len().min(WINDOW_BYTES);
            let at = found_by(needle, &anchors).unwrap_or(0);
            let from = at.saturating_sub(1).min(text.len() - bytes);
            let way = Way { bytes, before: at - from };
            let bit = Way::ALL.iter().position(|one| *one == way).unwrap_or(0);
            for byte in Anchor::of(needle, at).bytes() {
                ways[usize::from(byte)] |= 1 << bit;
            }
            let there = u64::from_le_bytes(kinds::block(text, from));
            parts.push((way.key(there), needle, from, number));
        }
        Self { short: Parts::new(parts.into_iter()), long: Parts::new(long), ways }
    }

    /// Tells the needles of which a block holds what they are looked up by, but none that begins
    /// before `first`.
    #[inline]
    pub(super) fn each(
        &self,
        text: &[u8],
        first: usize,
        at: usize,
        ahead: Ahead<'_>,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let mut passed = super::Passed::default();
        for i in (0..u64::BITS).step_by(STRIDE) {
            passed.add(i, self.long.has(ahead.four(i)));
        }
        for i in passed.all().filter(|i| at + *i as usize <= text.len()) {
            self.long.compare(ahead.four(i), text, first, at + i as usize, found);
        }
        let mut left = kinds::bits(ahead.block(), |byte| self.ways[usize::from(byte)] != 0);
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            let place = at + i as usize;
            if place >= text.len() {
                return;
            }
            // Two bytes before the place, and what follows.
            let near = match i.checked_sub(2) {
                Some(from) => u64::from_le_bytes(ahead.bytes(from)),
                None if place < 2 => {
                    u64::from_le_bytes(kinds::block(text, 0)) << (8 * (2 - place as u32))
                }
                None => u64::from_le_bytes(kinds::block(text, place - 2)),
            };
            let mut ways = self.ways[usize::from(text[place])];
            while ways != 0 {
                let way = Way::ALL[ways.trailing_zeros() as usize];
                ways &= ways - 1;
                let key = way.key(near >> (8 * (2 - way.before)));
                if self.short.has(key) == 1 && way.before <= place {
                    self.short.compare(key, text, first, place - way.before, found);
                }
            }
        }
    }
}

/// Where in a needle the rarest bytes stand, so many in a row.
fn rarest(needle: &[u8], bytes: usize) -> usize {
    let sum = |from: &usize| -> u32 {
        needle[*from..*from + bytes].iter().map(|b| commonness(b.to_ascii_lowercase())).sum()
    };
    (0..=needle.len() - bytes).min_by_key(sum).unwrap_or(0)
}

/// A byte of a needle, in one case or in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Anchor {
    byte: u8,
    in_both: bool,
}

impl Anchor {
    fn of(needle: Wanted<'_>, at: usize) -> Self {
        let byte = needle.text.as_bytes()[at];
        if needle.exactly || !byte.is_ascii_alphabetic() {
            Self { byte, in_both: false }
        } else {
            Self { byte: byte.to_ascii_lowercase(), in_both: true }
        }
    }

    fn bytes(self) -> impl Iterator<Item = u8> {
        let other = self.in_both.then_some(self.byte ^ 0x20);
        std::iter::once(self.byte).chain(other)
    }

    /// Whether looking for this one finds another.
    fn finds(self, other: Self) -> bool {
        self == other || (self.in_both && !other.in_both && self.byte == other.byte | 0x20)
    }

    fn commonness(self) -> u32 {
        self.bytes().map(commonness).sum()
    }
}

/// The places of a needle's bytes that are looked for.
fn found_by(needle: Wanted<'_>, anchors: &[Anchor]) -> Option<usize> {
    let is_found = |at: &usize| {
        let byte = Anchor::of(needle, *at);
        anchors.iter().any(|anchor| anchor.finds(byte))
    };
    (0..needle.text.len()).find(is_found)
}

/// Bytes of which each needle has one, as rare ones as can be.
fn anchors(needles: Vec<Wanted<'_>>) -> Vec<Anchor> {
    let (mut anchors, mut left) = (Vec::new(), needles);
    while !left.is_empty() {
        let all = left.iter().flat_map(|n| (0..n.text.len()).map(|at| Anchor::of(*n, at)));
        let mut all: Vec<Anchor> = all.collect();
        all.sort_unstable();
        all.dedup();
        // What finds most, for how often it stands in vain.
        let worth = |anchor: &Anchor| {
            let found = left.iter().filter(|needle| found_by(**needle, &[*anchor]).is_some());
            found.count() as u32 * 10_000 / (anchor.commonness() + 20)
        };
        let Some(best) = all.into_iter().max_by_key(worth) else { break };
        left.retain(|needle| found_by(*needle, &[best]).is_none());
        anchors.push(best);
    }
    anchors
}
