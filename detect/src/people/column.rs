//! Columns judged as columns: most of whose cells are plainly names hold names, whatever they are called.

use std::collections::HashMap;
use std::sync::Arc;

use trawl_model::{Piece, Segment};

use super::label::{Kind, Labels};
use super::lexicon::Flags;
use super::token::{self, Shape, Token};
use super::words::Words;

/// A longer cell is no name.
const MAX_CELL_BYTES: usize = 64;
/// So many cells must be names before the column is looked at.
const MIN_NAMES: usize = 3;
/// So many cells of a column are looked at.
const MAX_CELLS: usize = 64;
/// So many columns of a piece are.
const MAX_COLUMNS: usize = 256;
/// Of a hundred cells so many are names: where firms may stand among them, and where nothing else does.
const MIN_PERCENT: usize = 50;
const MIN_PERCENT_ALL: usize = 75;

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// A given name with another.
    Whole,
    /// A given name alone.
    Part,
    /// A firm: where customers stand, firms do.
    Firm,
    Other,
}

#[derive(Default)]
struct Tally {
    cells: usize,
    /// The first names that differ: what is always the same is what things are called.
    different: Vec<Vec<u8>>,
    whole: usize,
    parts: usize,
    firms: usize,
}

impl Tally {
    fn add(&mut self, cell: Cell, text: &[u8]) {
        self.cells += 1;
        if matches!(cell, Cell::Whole | Cell::Part)
            && self.different.len() < MIN_NAMES
            && !self.different.iter().any(|other| other == text)
        {
            self.different.push(text.to_vec());
        }
        match cell {
            Cell::Whole => self.whole += 1,
            Cell::Part => self.parts += 1,
            Cell::Firm => self.firms += 1,
            Cell::Other => {}
        }
    }

    /// What the column holds.
    fn says(&self) -> Option<Kind> {
        let is_most = |names: usize, percent: usize| {
            self.different.len() >= MIN_NAMES
                && names >= MIN_NAMES
                && names * 100 >= (self.cells - self.firms) * percent
        };
        match self.firms {
            0 if is_most(self.parts, MIN_PERCENT_ALL) => Some(Kind::Part),
            0 if is_most(self.whole, MIN_PERCENT_ALL) => Some(Kind::Person),
            _ => is_most(self.whole, MIN_PERCENT).then_some(Kind::Perhaps),
        }
    }
}

/// The columns of a piece that hold names, by their labels.
#[derive(Default)]
pub(super) struct Columns {
    tallies: HashMap<Arc<str>, Tally>,
    tokens: Vec<Token>,
}

impl Columns {
    /// Looks at the columns of a piece that their labels do not tell. Of a piece that sees more than it answers for
    /// nothing is said, as its neighbours see other cells.
    pub(super) fn read(&mut self, words: &mut Words, labels: &mut Labels, piece: &Piece) {
        self.tallies.clear();
        if piece.core != (0..piece.text.len()) || piece.segments.len() < MIN_NAMES {
            return;
        }
        for segment in &piece.segments {
            let Some(label) = told_by_none(labels, segment) else { continue };
            let text = cell_of(piece, segment);
            if text.trim_ascii().is_empty() {
                continue;
            }
            // Whatever the first cells are, they are counted: what a share is of, must not be chosen.
            let is_open = match self.tallies.get(label) {
                Some(tally) => tally.cells < MAX_CELLS,
                None => self.tallies.len() < MAX_COLUMNS,
            };
            if is_open {
                let may_be = may_be_name(text);
                let cell = if may_be { self.judge(words, piece, segment) } else { Cell::Other };
                self.tallies.entry(label.clone()).or_default().add(cell, text);
            }
        }
        self.tallies.retain(|_, tally| tally.says().is_some());
    }

    /// What the column of a label holds, as its cells say.
    pub(super) fn kind(&self, label: &Arc<str>) -> Option<Kind> {
        if self.tallies.is_empty() {
            return None;
        }
        self.tallies.get(label).and_then(Tally::says)
    }

    fn judge(&mut self, words: &mut Words, piece: &Piece, segment: &Segment) -> Cell {
        self.tokens.clear();
        words.tidy();
        let span = &segment.text;
        token::tokens(words, &piece.text[..span.end], span.start, span.end, &mut self.tokens);
        of_tokens(&self.tokens)
    }
}

/// The label of a segment, if it leaves open whether names stand below it.
fn told_by_none<'a>(labels: &mut Labels, segment: &'a Segment) -> Option<&'a Arc<str>> {
    let label = segment.label.as_ref()?;
    matches!(labels.kind(label), Kind::Perhaps | Kind::Other).then_some(label)
}

fn cell_of<'a>(piece: &'a Piece, segment: &Segment) -> &'a [u8] {
    piece.text.get(segment.text.clone()).unwrap_or_default()
}

/// Whether a cell has a capital, and no digit nor sign that names have not.
fn may_be_name(cell: &[u8]) -> bool {
    let begins = |b: &u8| b.is_ascii_uppercase() || *b >= 0x80;
    let fits = |b: &u8| {
        b.is_ascii_alphabetic() || matches!(b, b' ' | b'.' | b',' | b'-' | b'\'') || *b >= 0x80
    };
    cell.len() <= MAX_CELL_BYTES && cell.first().is_some_and(begins) && cell.iter().all(fits)
}

fn of_tokens(tokens: &[Token]) -> Cell {
    const ELSE: u32 = Flags::FIRM | Flags::STREET | Flags::TIME;
    const OTHER: u32 = Flags::COMMON | Flags::PLACE | ELSE;
    let words = || tokens.iter().filter(|t| t.is_word());
    let count = words().count();
    if words().any(|t| t.flags.has(Flags::FIRM) && !t.flags.is_name()) {
        return Cell::Firm;
    }
    let fits = |t: &Token| {
        let is_written_so = matches!(t.shape, Shape::Title | Shape::Upper | Shape::Initial);
        let may_be =
            t.flags.is_name() || t.flags.is_unknown() || t.chars == 1 && !t.flags.has(ELSE);
        t.flags.has(Flags::PARTICLE | Flags::TITLE) || is_written_so && may_be
    };
    let given = words().any(|t| t.flags.has(Flags::GIVEN) && !t.flags.has(OTHER));
    if !given || !words().all(fits) {
        return Cell::Other;
    }
    match count {
        1 => Cell::Part,
        2..=5 => Cell::Whole,
        _ => Cell::Other,
    }
}
