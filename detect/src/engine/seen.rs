//! The signs around terms: looked for where somebody asks, and kept for who asks next.

use std::ops::Range;

use super::needles::Places;
use super::terms::{Meaning, Set};

/// So much more text is looked at than is asked for, which costs little.
const LOOK_AHEAD_BYTES: usize = 128;
/// So many signs are kept before those that were passed are dropped.
const MAX_SIGNS: usize = 1 << 12;

/// The signs that were seen in one text so far: those near terms, and those close to them, which are
/// looked for first.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) near: Covered,
    pub(super) close: Covered,
    /// Where the words stand that signs begin with.
    pub(super) places: Places,
}

impl Seen {
    pub(super) fn clear(&mut self) {
        self.near.clear();
        self.close.clear();
    }
}

/// The signs of a stretch of text.
#[derive(Debug, Default)]
pub(super) struct Covered {
    covered: Range<usize>,
    signs: Vec<(Range<usize>, Meaning)>,
}

impl Covered {
    fn clear(&mut self) {
        self.covered = 0..0;
        self.signs.clear();
    }

    /// The signs that begin in a stretch. Stretches come in the order of their beginnings.
    pub(super) fn within(
        &mut self,
        (signs, places): (&Set, &Places),
        text: &[u8],
        range: Range<usize>,
    ) -> &[(Range<usize>, Meaning)] {
        if range.start > self.covered.end || range.start < self.covered.start {
            self.covered = range.start..range.start;
            self.signs.clear();
        }
        if self.signs.len() > MAX_SIGNS {
            // What is before the stretch is not asked for again, but rarely.
            self.signs.retain(|(span, _)| span.start >= range.start);
            self.covered.start = range.start;
        }
        if range.end > self.covered.end {
            let end = text.len().min(range.end + LOOK_AHEAD_BYTES);
            let new = self.covered.end..end;
            signs.visit(text, places, new, |span, meaning| self.signs.push((span, meaning)));
            self.covered.end = end;
        }
        let from = self.signs.partition_point(|(span, _)| span.start < range.start);
        let to = self.signs.partition_point(|(span, _)| span.start < range.end);
        &self.signs[from..to]
    }
}
