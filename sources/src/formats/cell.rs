//! A cell of text that is being put together from chunks, and given when it is whole.

use std::sync::Arc;

use trawl_model::{Anchor, Piece, Segment};

use super::fields::{Pieces, border};
use super::text::decode::Mapped;
use super::{Fault, Reader};

/// What is known of a cell beside its text.
#[derive(Clone, Copy, Default)]
pub(super) struct Spot {
    pub(super) line: Option<(u64, u64)>,
    pub(super) row: Option<u64>,
}

/// A cell: a field of a row, a string, a number.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) mapped: Mapped,
    /// The raw offset of its first byte.
    start: u64,
    /// What it has given already, as it was too long.
    core: usize,
    long: bool,
    spot: Spot,
}

impl Cell {
    pub(super) fn begin(start: u64, spot: Spot) -> Self {
        Self { start, spot, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.mapped.text.is_empty() && !self.long
    }

    /// Whether a part of it was given already.
    pub(super) fn is_long(&self) -> bool {
        self.long
    }

    /// Takes off the first half of a line end, the other half of which has ended the cell.
    pub(super) fn trim_return(&mut self) {
        if self.mapped.text.last() == Some(&b'\r') {
            self.mapped.text.pop();
        }
    }

    /// How many raw bytes stand between its end and what begins at `begin`.
    pub(super) fn gap_to(&self, begin: u64) -> u64 {
        begin.saturating_sub(self.start + self.mapped.raw)
    }

    /// Appends the cell behind it, and the one character between them.
    pub(super) fn join(&mut self, delimiter: u8, next: &Self) {
        let gap = usize::try_from(self.gap_to(next.start)).unwrap_or(1);
        self.mapped.push_char(&[delimiter], gap);
        self.mapped.push_part(&next.mapped, 0, next.mapped.text.len());
    }

    /// Appends a part of a chunk. A cell that grows too long gives what it has, with overlap.
    pub(super) fn push(
        &mut self,
        chunk: &Mapped,
        (from, to): (usize, usize),
        label: Option<&Arc<str>>,
        pieces: &mut Pieces,
        reader: &mut Reader<'_>,
    ) -> Result<(), Fault> {
        self.mapped.push_part(chunk, from, to);
        let (bound, overlap) = (reader.limits().max_field_bytes, reader.limits().overlap_bytes);
        if self.mapped.text.len() < bound.saturating_add(overlap).max(8) {
            return Ok(());
        }
        let end = border(&self.mapped.text, self.mapped.text.len() - overlap);
        let keep = border(&self.mapped.text, end.saturating_sub(overlap));
        let (mut rest, all) = (Mapped::default(), self.mapped.text.len());
        rest.push_part(&self.mapped, keep, all);
        let start = self.start + self.mapped.raw_at(keep);
        let line = self.spot.line;
        let spot =
            Spot { line: line.map(|line| line_at(line, &self.mapped.text[..keep])), ..self.spot };
        let core = self.core.min(end)..end;
        self.give_piece(core, label, pieces, reader)?;
        *self = Self { mapped: rest, start, core: end - keep, long: true, spot };
        Ok(())
    }

    /// Gives the cell, now that it is whole.
    pub(super) fn end(
        mut self,
        label: Option<&Arc<str>>,
        pieces: &mut Pieces,
        reader: &mut Reader<'_>,
    ) -> Result<(), Fault> {
        if self.long {
            let core = self.core..self.mapped.text.len();
            return self.give_piece(core, label, pieces, reader);
        }
        let text = std::mem::take(&mut self.mapped.text);
        let anchor = self.anchor();
        pieces.field(reader, label, &text, anchor)
    }

    fn anchor(&mut self) -> Anchor {
        let runs = std::mem::take(&mut self.mapped.runs).into_boxed_slice();
        Anchor::Raw { start: self.start, runs, line: self.spot.line, row: self.spot.row }
    }

    fn give_piece(
        &mut self,
        core: std::ops::Range<usize>,
        label: Option<&Arc<str>>,
        pieces: &mut Pieces,
        reader: &mut Reader<'_>,
    ) -> Result<(), Fault> {
        pieces.flush(reader)?;
        let text = std::mem::take(&mut self.mapped.text);
        let (label, anchor) = (label.map(Arc::clone), self.anchor());
        let segments = vec![Segment { text: 0..text.len(), label, anchor }];
        pieces.give(reader, Piece { text, core, segments, member: reader.member_path() })
    }
}

/// Line and column behind a text that begins at `line`.
pub(super) fn line_at(line: (u64, u64), passed: &[u8]) -> (u64, u64) {
    let chars = |text: &[u8]| text.iter().filter(|b| **b & 0xC0 != 0x80).count() as u64;
    match memchr::memrchr(b'\n', passed) {
        Some(last) => {
            let lines = memchr::memchr_iter(b'\n', passed).count() as u64;
            (line.0 + lines, 1 + chars(&passed[last + 1..]))
        }
        None => (line.0, line.1 + chars(passed)),
    }
}
