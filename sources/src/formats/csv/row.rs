//! Cells of a row that wait for its end, as two of them may be one: who writes `Doe, Jane` without quotes into a table
//! parted by commas moves all that stands behind it by a column.

use crate::formats::cell::Cell;

/// So much text of a row waits.
const MAX_BYTES: usize = 16 << 10;
/// So many cells of a row wait.
const MAX_CELLS: usize = 1 << 10;
/// A character is at most so many bytes, in any encoding.
const MAX_CHAR_BYTES: u64 = 4;

/// The last cell that ended; from the first one on that begins as the rest of the one before it, all.
#[derive(Default)]
pub(super) struct Row {
    cells: Vec<Waiting>,
    /// How many of them begin so.
    seams: usize,
    bytes: usize,
    /// The cell that is being read does.
    at_seam: bool,
    /// No more of this row wait.
    closed: bool,
}

struct Waiting {
    cell: Cell,
    column: usize,
    is_plain: bool,
    /// The rest of the one before it, perhaps.
    at_seam: bool,
}

impl Row {
    /// A cell begins. Tells whether those that wait must go on waiting.
    pub(super) fn next(&mut self, begin: u64, is_plain: bool, first: u8) -> bool {
        self.at_seam = is_plain
            && first == b' '
            && self.cells.last().is_some_and(|before| {
                before.is_plain && (1..=MAX_CHAR_BYTES).contains(&before.cell.gap_to(begin))
            });
        self.seams > 0 || self.at_seam
    }

    /// Whether cells wait at all.
    pub(super) fn takes(&self) -> bool {
        !self.closed
    }

    /// A cell waits that has ended.
    pub(super) fn push(&mut self, cell: Cell, column: usize, is_plain: bool) {
        self.bytes += cell.mapped.text.len();
        self.seams += usize::from(self.at_seam);
        self.cells.push(Waiting { cell, column, is_plain, at_seam: self.at_seam });
    }

    pub(super) fn seams(&self) -> usize {
        self.seams
    }

    pub(super) fn is_too_long(&self, present: usize, max_field_bytes: usize) -> bool {
        let bytes = self.bytes.saturating_add(present);
        !self.closed && (bytes > MAX_BYTES.min(max_field_bytes) || self.cells.len() >= MAX_CELLS)
    }

    /// The cells that waited, each with its column: joined by the delimiter between them, or as they stand.
    pub(super) fn take(
        &mut self,
        joined: Option<u8>,
    ) -> impl Iterator<Item = (usize, Cell)> + use<> {
        (self.seams, self.bytes) = (0, 0);
        let mut rest = std::mem::take(&mut self.cells).into_iter().peekable();
        let mut passed = 0;
        std::iter::from_fn(move || {
            let Waiting { mut cell, column, .. } = rest.next()?;
            let column = column - passed;
            while let Some(delimiter) = joined
                && let Some(next) = rest.next_if(|next| next.at_seam)
            {
                cell.join(delimiter, &next.cell);
                passed += 1;
            }
            Some((column, cell))
        })
    }

    /// No more cells of this row wait.
    pub(super) fn close(&mut self) {
        (self.closed, self.at_seam) = (true, false);
    }

    /// Another row begins.
    pub(super) fn open(&mut self) {
        (self.closed, self.at_seam) = (false, false);
    }
}
