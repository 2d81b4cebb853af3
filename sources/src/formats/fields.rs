//! Pieces of fields: what has cells, keys, pages or paragraphs collects them into pieces.
//!
//! A field is a segment, so that no value runs from one into the next, and carries what it is
//! called. Fields that follow one another stay in one piece as long as it has room, so that words
//! nearby are seen.

use std::sync::Arc;

use trawl_model::piece::Run;
use trawl_model::unit::ResumeLevel;
use trawl_model::{Anchor, Class, Item, Piece, Segment, Step};
use zeroize::Zeroizing;

use super::wiped::make_room;
use super::{Fault, Reader};

/// What stands between two fields of a row, and between rows: it belongs to no segment.
const BETWEEN_FIELDS: u8 = b'\t';
const BETWEEN_ROWS: u8 = b'\n';

/// Collects fields into pieces.
pub struct Pieces {
    member: Arc<[Step]>,
    text: Zeroizing<Vec<u8>>,
    segments: Vec<Segment>,
    /// Something was given since the last safe point.
    given: bool,
}

impl Pieces {
    /// For the member that is being read.
    pub fn new(reader: &Reader<'_>) -> Self {
        Self::within(reader.member_path())
    }

    /// For a part of it that is no member of its own; see [`Reader::path_with`].
    pub fn within(member: Arc<[Step]>) -> Self {
        let (text, segments) = (Zeroizing::new(Vec::new()), Vec::new());
        Self { member, text, segments, given: false }
    }

    /// Adds a field. What is longer than [`max_field_bytes`](crate::Limits::max_field_bytes) is
    /// given in pieces with overlap.
    pub fn field(
        &mut self,
        reader: &mut Reader<'_>,
        label: Option<&Arc<str>>,
        text: &[u8],
        anchor: Anchor,
    ) -> Result<(), Fault> {
        if text.is_empty() {
            return Ok(());
        }
        if text.len() > reader.limits().max_field_bytes {
            self.flush(reader)?;
            return self.long_field(reader, label, text, &anchor);
        }
        make_room(&mut self.text, text.len() + 1);
        let start = self.text.len();
        self.text.extend_from_slice(text);
        let label = label.map(Arc::clone);
        self.segments.push(Segment { text: start..self.text.len(), label, anchor });
        self.text.push(BETWEEN_FIELDS);
        if self.is_full(reader) { self.flush(reader) } else { Ok(()) }
    }

    /// Ends a row, a page, a paragraph: counts it, and gives what was collected if that is enough
    /// for a piece. `next` is where reading can begin again behind it, if it can.
    pub fn border(
        &mut self,
        reader: &mut Reader<'_>,
        item: Option<Item>,
        next: Option<ResumeLevel>,
    ) -> Result<(), Fault> {
        if let Some(item) = item {
            reader.items(item, Class::Read, 1);
        }
        if let Some(last) = self.text.last_mut() {
            *last = BETWEEN_ROWS;
        }
        if self.given || self.text.len() >= reader.limits().piece_bytes {
            self.flush(reader)?;
            if let Some(next) = next {
                reader.safe_point(next)?;
                self.given = false;
            }
        }
        Ok(())
    }

    /// Gives what was collected.
    pub fn flush(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if self.segments.is_empty() {
            return Ok(());
        }
        self.given = true;
        let text = std::mem::take(&mut self.text);
        let (core, segments) = (0..text.len(), std::mem::take(&mut self.segments));
        reader.piece(Piece { text, core, segments, member: Arc::clone(&self.member) })
    }

    /// Gives a piece that was made otherwise.
    pub(super) fn give(&mut self, reader: &mut Reader<'_>, piece: Piece) -> Result<(), Fault> {
        self.given = true;
        reader.piece(piece)
    }

    /// Many short fields weigh more than their text: both are bounded.
    fn is_full(&self, reader: &Reader<'_>) -> bool {
        let bound = reader.limits().piece_bytes;
        self.text.len() >= bound || self.segments.len() * size_of::<Segment>() >= 4 * bound
    }

    fn long_field(
        &mut self,
        reader: &mut Reader<'_>,
        label: Option<&Arc<str>>,
        text: &[u8],
        anchor: &Anchor,
    ) -> Result<(), Fault> {
        self.given = true;
        let limits = reader.limits();
        let step = limits.max_field_bytes.min(limits.piece_bytes).max(4);
        let mut start = 0;
        while start < text.len() {
            let end =
                if text.len() - start <= step { text.len() } else { border(text, start + step) };
            let first = border(text, start.saturating_sub(limits.overlap_bytes));
            let last = border(text, end.saturating_add(limits.overlap_bytes).min(text.len()));
            let part = Zeroizing::new(text[first..last].to_vec());
            let segment = Segment {
                text: 0..part.len(),
                label: label.map(Arc::clone),
                anchor: advanced(anchor, text, first),
            };
            reader.piece(Piece {
                text: part,
                core: start - first..end - first,
                segments: vec![segment],
                member: Arc::clone(&self.member),
            })?;
            start = end;
        }
        Ok(())
    }
}

/// The border of a character at or just before `at`; `at` itself in bytes that are no text.
pub(super) fn border(text: &[u8], at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let back = text[at.saturating_sub(3)..=at].iter().rev().take_while(|b| is_inside(**b)).count();
    if back > at.min(3) { at } else { at - back }
}

fn is_inside(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Where the rest of a segment's text is from, `at` bytes on.
pub(super) fn advanced(anchor: &Anchor, text: &[u8], at: usize) -> Anchor {
    let passed = &text[..at];
    let chars = passed.iter().filter(|b| !is_inside(**b)).count() as u64;
    match anchor {
        Anchor::Raw { start, runs, line, row } => {
            let (raw, runs) = runs_from(runs, at);
            let line = line.map(|(line, column)| match memchr::memrchr(b'\n', passed) {
                Some(last) => {
                    let lines = memchr::memchr_iter(b'\n', passed).count() as u64;
                    let column = passed[last + 1..].iter().filter(|b| !is_inside(**b)).count();
                    (line + lines, 1 + column as u64)
                }
                None => (line, column + chars),
            });
            Anchor::Raw { start: start + raw, runs, line, row: *row }
        }
        Anchor::Page { page, offset } => Anchor::Page { page: *page, offset: offset + chars },
        Anchor::Paragraph { paragraph, offset } => {
            Anchor::Paragraph { paragraph: *paragraph, offset: offset + chars }
        }
        Anchor::Cell { sheet, row, column, offset } => Anchor::Cell {
            sheet: Arc::clone(sheet),
            row: *row,
            column: *column,
            offset: offset + chars,
        },
        Anchor::Field { table, row, field, offset } => Anchor::Field {
            table: Arc::clone(table),
            row: *row,
            field: Arc::clone(field),
            offset: offset + chars,
        },
        Anchor::Name => Anchor::Name,
    }
}

/// The raw offset of the text at `at`, and the runs from there on, counted from there.
pub(super) fn runs_from(runs: &[Run], at: usize) -> (u64, Box<[Run]>) {
    let after = runs.partition_point(|run| run.text as usize <= at);
    let Some(index) = after.checked_sub(1) else {
        let shifted =
            runs.iter().map(|r| Run { text: r.text - at as u32, raw: r.raw - at as u64, ..*r });
        return (at as u64, shifted.collect());
    };
    let (mut first, at) = (runs[index], at as u32);
    let width = u32::from(first.text_width.max(1));
    let (units, into) = ((at - first.text) / width, (at - first.text) % width);
    first.raw += u64::from(units) * u64::from(first.raw_width);
    let raw = first.raw;
    // Within a group, what is left of it still is all of its raw bytes.
    let mut begin = vec![Run { text: at, text_width: (width - into) as u8, ..first }];
    let next = runs.get(after).map_or(u32::MAX, |run| run.text);
    if into > 0 && at + width - into < next {
        let (text, raw) = (at + width - into, first.raw + u64::from(first.raw_width));
        begin.push(Run { text, raw, ..first });
    }
    let rest = begin.into_iter().chain(runs[after..].iter().copied());
    (raw, rest.map(|r| Run { text: r.text - at, raw: r.raw - raw, ..r }).collect())
}
