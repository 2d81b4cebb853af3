//! Pieces: text on its way from a format to the engine.
//!
//! A piece is a buffer of text with, beside it, what the engine needs to judge (where one field
//! ends and the next begins, and what each is called) and what a finding needs to be placed. Its
//! core is the part that it answers for; what lies before and after is overlap, there so that
//! nothing on a border is missed and words nearby are seen. A value belongs to the piece in whose
//! core its first byte lies.

use std::ops::Range;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::place::{Place, Spot, Step};

/// Text, and where it is from. It has no `Debug` and is not serialised: it is content.
pub struct Piece {
    /// The text: UTF-8 but for bytes that are none, which are left as they are.
    pub text: Zeroizing<Vec<u8>>,
    /// The part of `text` that this piece answers for.
    pub core: Range<usize>,
    /// The stretches of `text` within which a value lies whole, in order and without overlap. A
    /// value never crosses the border of two.
    pub segments: Vec<Segment>,
    /// The way into the object, outermost first.
    pub member: Arc<[Step]>,
}

/// A stretch of a piece within which a value lies whole: a field, a cell, a run of plain text.
pub struct Segment {
    /// Where in the piece's text.
    pub text: Range<usize>,
    /// What the stretch is called: a column's header, a key. It is of the source, and so as secret
    /// as the text.
    pub label: Option<Arc<str>>,
    /// Where it is from.
    pub anchor: Anchor,
}

/// Where the beginning of a segment is from.
pub enum Anchor {
    /// Bytes of the member as stored.
    Raw {
        /// The raw offset of the segment's first byte.
        start: u64,
        /// How text maps to raw bytes, where it isn't byte for byte: sorted by `text`.
        runs: Box<[Run]>,
        /// Line and column (from 1, in characters) of the segment's first character, where there
        /// are lines.
        line: Option<(u64, u64)>,
        /// The row (from 1) where there are rows.
        row: Option<u64>,
    },
    /// A page's or slide's text.
    Page {
        /// From 1.
        page: u32,
        /// Characters of the page before the segment.
        offset: u64,
    },
    /// A paragraph's text.
    Paragraph {
        /// From 1.
        paragraph: u32,
        /// Characters of the paragraph before the segment.
        offset: u64,
    },
    /// A cell's text.
    Cell {
        /// The sheet's name.
        sheet: Arc<str>,
        /// From 1.
        row: u64,
        /// From 1.
        column: u32,
        /// Characters of the cell before the segment.
        offset: u64,
    },
    /// A field's text.
    Field {
        /// The table's name; empty where a file is one table.
        table: Arc<str>,
        /// From 1.
        row: u64,
        /// The column's name.
        field: Arc<str>,
        /// Characters of the field before the segment.
        offset: u64,
    },
    /// The name of the object or of the innermost member.
    Name,
}

/// A run of characters that are equally wide in the text and equally wide in the raw bytes. Where
/// characters share raw bytes (three of Base64 in four), the group is the unit: a place then covers
/// whole groups. Between the end of one run and the begin of the next there may be raw bytes that
/// gave no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Where the run begins in the segment's text, in bytes from the segment's start.
    pub text: u32,
    /// Where it begins in the raw bytes, in bytes from the anchor's start.
    pub raw: u64,
    /// Bytes of text a character.
    pub text_width: u8,
    /// Raw bytes a character.
    pub raw_width: u8,
}

impl Piece {
    /// A piece that is one segment of text, stored byte for byte at `start`.
    pub fn plain(text: Vec<u8>, start: u64, line: Option<(u64, u64)>, member: Arc<[Step]>) -> Self {
        let whole = 0..text.len();
        let anchor = Anchor::Raw { start, runs: Box::default(), line, row: None };
        let segments = vec![Segment { text: whole.clone(), label: None, anchor }];
        Self { text: Zeroizing::new(text), core: whole, segments, member }
    }

    /// How many bytes of memory the piece holds, for the budget.
    pub fn weight(&self) -> usize {
        let runs = self.segments.iter().map(|s| match &s.anchor {
            Anchor::Raw { runs, .. } => size_of_val::<[Run]>(runs),
            _ => 0,
        });
        self.text.len() + self.segments.len() * size_of::<Segment>() + runs.sum::<usize>()
    }

    /// The segment in which a stretch of text lies whole.
    pub fn segment_of(&self, span: &Range<usize>) -> Option<&Segment> {
        let after = self.segments.partition_point(|s| s.text.start <= span.start);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        (span.end <= segment.text.end).then_some(segment)
    }

    /// Finds places in this piece, of spans that come in order.
    pub fn placer(&self) -> Placer<'_> {
        Placer { piece: self, segment: usize::MAX, at: 0, line: 0, column: 0, chars: 0 }
    }
}

/// Finds the places of spans of one piece. Spans are best asked for in order: lines and characters
/// are then counted once.
pub struct Placer<'a> {
    piece: &'a Piece,
    segment: usize,
    at: usize,
    line: u64,
    column: u64,
    chars: u64,
}

impl Placer<'_> {
    /// The place of a stretch of text; none if it doesn't lie whole in one segment.
    pub fn place(&mut self, span: &Range<usize>) -> Option<Place> {
        let after = self.piece.segments.partition_point(|s| s.text.start <= span.start);
        let index = after.checked_sub(1)?;
        let segment = &self.piece.segments[index];
        if span.end > segment.text.end || span.end > self.piece.text.len() {
            return None;
        }
        self.walk_to(index, span.start);
        let length = chars_in(&self.piece.text[span.clone()]) as u32;
        let mut place = Place {
            member: self.piece.member.to_vec(),
            spot: Spot::Name { offset: self.chars, length },
            line: None,
            column: None,
            row: None,
            field: segment.label.as_deref().map(str::to_owned),
            via: Vec::new(),
        };
        match &segment.anchor {
            Anchor::Raw { start, runs, line, row } => {
                let (from, to) = (span.start - segment.text.start, span.end - segment.text.start);
                let (from, to) = (raw_start(runs, from), raw_end(runs, to));
                place.spot = Spot::Bytes { start: start + from, end: start + to.max(from) };
                if line.is_some() {
                    (place.line, place.column) = (Some(self.line), Some(self.column));
                }
                place.row = *row;
            }
            Anchor::Page { page, offset } => {
                place.spot = Spot::Page { page: *page, offset: offset + self.chars, length };
            }
            Anchor::Paragraph { paragraph, offset } => {
                let (paragraph, offset) = (*paragraph, offset + self.chars);
                place.spot = Spot::Paragraph { paragraph, offset, length };
            }
            Anchor::Cell { sheet, row, column, offset } => {
                place.spot = Spot::Cell {
                    sheet: sheet.to_string(),
                    row: *row,
                    column: *column,
                    offset: offset + self.chars,
                    length,
                };
            }
            Anchor::Field { table, row, field, offset } => {
                place.spot = Spot::Field {
                    table: table.to_string(),
                    row: *row,
                    field: field.to_string(),
                    offset: offset + self.chars,
                    length,
                };
                place.field = None;
            }
            Anchor::Name => place.field = None,
        }
        Some(place)
    }

    fn walk_to(&mut self, index: usize, to: usize) {
        let segment = &self.piece.segments[index];
        if index != self.segment || to < self.at {
            self.segment = index;
            self.at = segment.text.start;
            self.chars = 0;
            (self.line, self.column) = match segment.anchor {
                Anchor::Raw { line: Some(line), .. } => line,
                _ => (1, 1),
            };
        }
        let passed = &self.piece.text[self.at..to];
        let chars = chars_in(passed) as u64;
        self.chars += chars;
        match passed.iter().rposition(|b| *b == b'\n') {
            Some(last) => {
                self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
                self.column = 1 + chars_in(&passed[last + 1..]) as u64;
            }
            None => self.column += chars,
        }
        self.at = to;
    }
}

/// Characters in text that may hold bytes that are none: each byte that begins one counts.
fn chars_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count()
}

/// Where the character at `at` begins in the raw bytes.
fn raw_start(runs: &[Run], at: usize) -> u64 {
    let after = runs.partition_point(|r| r.text as usize <= at);
    let Some(run) = after.checked_sub(1).map(|i| runs[i]) else { return at as u64 };
    let into = at - run.text as usize;
    run.raw + (into / usize::from(run.text_width.max(1))) as u64 * u64::from(run.raw_width)
}

/// Where the character before `at` ends in the raw bytes: of the run that holds it, so that what
/// lies between two runs (a tag, a line break in Base64) is not taken along.
fn raw_end(runs: &[Run], at: usize) -> u64 {
    let after = runs.partition_point(|r| (r.text as usize) < at);
    let Some(run) = after.checked_sub(1).map(|i| runs[i]) else { return at as u64 };
    let into = at - run.text as usize;
    run.raw + into.div_ceil(usize::from(run.text_width.max(1))) as u64 * u64::from(run.raw_width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn latin1(text: &str) -> (Vec<u8>, Box<[Run]>) {
        let mut runs: Vec<Run> = Vec::new();
        let (mut at, mut raw) = (0u32, 0u64);
        for c in text.chars() {
            let text_width = c.len_utf8() as u8;
            if runs.last().is_none_or(|r| r.text_width != text_width) {
                runs.push(Run { text: at, raw, text_width, raw_width: 1 });
            }
            at += u32::from(text_width);
            raw += 1;
        }
        (text.as_bytes().to_vec(), runs.into())
    }

    proptest! {
        #[test]
        fn a_place_in_decoded_text_leads_back_to_the_raw_bytes(
            before in "[a-zäöüß\n]{0,40}", value in "[a-zäöü]{1,10}", after in "[a-zäöü]{0,10}"
        ) {
            let (text, runs) = latin1(&format!("{before}{value}{after}"));
            let whole = 0..text.len();
            let anchor = Anchor::Raw { start: 100, runs, line: Some((1, 1)), row: None };
            let piece = Piece {
                text: Zeroizing::new(text),
                core: whole.clone(),
                segments: vec![Segment { text: whole, label: None, anchor }],
                member: Arc::from([]),
            };
            let span = before.len()..before.len() + value.len();
            let place = piece.placer().place(&span).unwrap();
            let start = 100 + before.chars().count() as u64;
            let end = start + value.chars().count() as u64;
            prop_assert_eq!(place.spot, Spot::Bytes { start, end });
            let lines = 1 + before.matches('\n').count() as u64;
            prop_assert_eq!(place.line, Some(lines));
            let column = 1 + before.rsplit('\n').next().unwrap_or("").chars().count() as u64;
            prop_assert_eq!(place.column, Some(column));
        }

        #[test]
        fn places_are_the_same_in_whatever_order_they_are_asked_for(
            text in "[a-z\n]{20,60}", a in 0usize..20, b in 0usize..20
        ) {
            let piece = Piece::plain(text.into_bytes(), 0, Some((1, 1)), Arc::from([]));
            let mut placer = piece.placer();
            let first = placer.place(&(a..a + 1));
            let second = placer.place(&(b..b + 1));
            prop_assert_eq!(first, piece.placer().place(&(a..a + 1)));
            prop_assert_eq!(second, piece.placer().place(&(b..b + 1)));
        }
    }

    fn with_runs(text: &[u8], runs: Vec<Run>) -> Piece {
        let anchor = Anchor::Raw { start: 0, runs: runs.into(), line: None, row: None };
        let segments = vec![Segment { text: 0..text.len(), label: None, anchor }];
        let text = Zeroizing::new(text.to_vec());
        Piece { core: 0..text.len(), text, segments, member: Arc::from([]) }
    }

    fn run(text: u32, raw: u64, text_width: u8, raw_width: u8) -> Run {
        Run { text, raw, text_width, raw_width }
    }

    #[test]
    fn a_value_ends_where_its_last_character_does_and_not_where_the_next_run_begins() {
        // `<b>4111</b>&amp;1`
        let piece = with_runs(b"4111&1", vec![run(0, 3, 1, 1), run(4, 11, 1, 5), run(5, 16, 1, 1)]);
        let mut placer = piece.placer();
        assert_eq!(placer.place(&(0..4)).unwrap().spot, Spot::Bytes { start: 3, end: 7 });
        assert_eq!(placer.place(&(2..5)).unwrap().spot, Spot::Bytes { start: 5, end: 16 });
        assert_eq!(placer.place(&(4..6)).unwrap().spot, Spot::Bytes { start: 11, end: 17 });
    }

    #[test]
    fn a_value_in_base64_is_placed_by_whole_groups() {
        let piece = with_runs(b"abcdefghi", vec![run(0, 0, 3, 4), run(6, 10, 3, 4)]);
        let mut placer = piece.placer();
        assert_eq!(placer.place(&(1..4)).unwrap().spot, Spot::Bytes { start: 0, end: 8 });
        assert_eq!(placer.place(&(4..6)).unwrap().spot, Spot::Bytes { start: 4, end: 8 });
        assert_eq!(placer.place(&(5..7)).unwrap().spot, Spot::Bytes { start: 4, end: 14 });
    }

    #[test]
    fn a_value_across_two_segments_has_no_place() {
        let mut piece = Piece::plain(b"abcdef".to_vec(), 0, None, Arc::from([]));
        piece.segments[0].text = 0..3;
        assert!(piece.placer().place(&(2..4)).is_none());
        assert!(piece.placer().place(&(0..3)).is_some());
        assert!(piece.segment_of(&(0..9)).is_none());
    }
}
