//! The block of a text that is looked at, by the kinds of its bytes: where words begin in it, and how far they
//! reach into the next.

use super::grams::Grams;
use super::table::RUN_BYTES;
use crate::engine::kinds::{self, AllKinds, BLOCK, Kinds};
use crate::vector;

/// Places of a block that passed a table of bits.
pub(super) struct Passed {
    places: [u8; BLOCK],
    count: usize,
}

impl Default for Passed {
    #[inline]
    fn default() -> Self {
        Self { places: [0; BLOCK], count: 0 }
    }
}

impl Passed {
    /// Adds a place if its bit is set, without a branch: it can't be foretold.
    #[inline]
    pub(super) fn add(&mut self, place: u32, bit: u64) {
        self.places[self.count % BLOCK] = place as u8;
        self.count += bit as usize;
    }

    pub(super) fn all(&self) -> impl Iterator<Item = u32> {
        self.places.iter().take(self.count).map(|place| u32::from(*place))
    }
}

/// Where fields begin and end.
pub(super) struct Borders<I: Iterator<Item = usize>>(pub(super) std::iter::Peekable<I>);

impl<I: Iterator<Item = usize>> Borders<I> {
    /// Those of the block that begins at `at`, as bits.
    #[inline]
    pub(super) fn of_block(&mut self, at: usize) -> u64 {
        let mut bits = 0;
        while let Some(border) = self.0.next_if(|border| *border < at + BLOCK) {
            bits |= border.checked_sub(at).map_or(0, |i| 1 << i);
        }
        bits
    }
}

/// So many blocks are read at once.
const ROW: usize = 32;

/// The block that is looked at, and the one behind it.
pub(super) struct Scan<'t> {
    pub(super) text: &'t [u8],
    /// Where the pass began.
    pub(super) first: usize,
    pub(super) at: usize,
    /// What stands in the blocks of a row, and in the one behind it; which of them the present one is.
    row: [Kinds; ROW + 1],
    place: usize,
    /// By what short needles are found, and where that may stand in the row.
    grams: &'t Grams,
    gram_row: [u64; ROW],
    pub(super) borders: u64,
    next_borders: u64,
    /// What the byte before the block is, in the lowest bit.
    pub(super) alnum_before: u64,
    small_before: u64,
}

impl<'t> Scan<'t> {
    pub(super) fn new<I: Iterator<Item = usize>>(
        text: &'t [u8],
        at: usize,
        borders: &mut Borders<I>,
        grams: &'t Grams,
    ) -> Self {
        let before = |is: fn(&u8) -> bool| {
            u64::from(at.checked_sub(1).and_then(|i| text.get(i)).is_some_and(is))
        };
        let mut row = [Kinds::default(); ROW + 1];
        vector::read(&AllKinds, text, at, &mut row);
        let mut gram_row = [0; ROW];
        vector::read(grams, text, at, &mut gram_row);
        Self {
            text,
            first: at,
            at,
            row,
            place: 0,
            grams,
            gram_row,
            borders: borders.of_block(at),
            next_borders: 0,
            alnum_before: before(u8::is_ascii_alphanumeric),
            small_before: before(u8::is_ascii_lowercase),
        }
    }

    /// Where that may begin by which short needles are found.
    #[inline]
    pub(super) fn grams(&self) -> u64 {
        self.gram_row[self.place % ROW]
    }

    #[inline]
    pub(super) fn look_ahead<I: Iterator<Item = usize>>(&mut self, borders: &mut Borders<I>) {
        self.next_borders = borders.of_block(self.at + BLOCK);
    }

    #[inline]
    pub(super) fn step(&mut self) {
        let now = self.now();
        (self.alnum_before, self.small_before) = (now.alnum >> 63, now.small >> 63);
        self.borders = self.next_borders;
        self.at += BLOCK;
        self.place += 1;
        if self.place == ROW {
            self.place = 0;
            self.row[0] = self.row[ROW];
            vector::read(&AllKinds, self.text, self.at + BLOCK, &mut self.row[1..]);
            vector::read(self.grams, self.text, self.at, &mut self.gram_row);
        }
    }

    /// What stands in the block.
    #[inline]
    pub(super) fn now(&self) -> &Kinds {
        &self.row[self.place % ROW]
    }

    /// And in the one behind it.
    #[inline]
    fn next(&self) -> &Kinds {
        &self.row[self.place % ROW + 1]
    }

    /// Where words of ASCII begin behind none, or at the beginning of a field.
    #[inline]
    pub(super) fn begins(&self) -> u64 {
        let now = self.now();
        now.alnum & (!(now.alnum << 1 | self.alnum_before) | self.borders)
    }

    /// Where words of camel case begin within others.
    #[inline]
    pub(super) fn humps(&self) -> u64 {
        let now = self.now();
        now.capitals & (now.small << 1 | self.small_before) & !self.borders
    }

    #[inline]
    fn next_humps(&self) -> u64 {
        let next = self.next();
        next.capitals & (next.small << 1 | self.now().small >> 63)
    }

    /// How many letters and digits stand in a row from a place on, all beyond ASCII among them; more
    /// than count are not told exactly.
    #[inline]
    pub(super) fn run(&self, i: u32) -> u32 {
        let (now, next) = (self.now(), self.next());
        kinds::joined(now.alnum | now.high, next.alnum | next.high, i).trailing_ones()
    }

    /// Whether there are words of camel case within others at all.
    #[inline]
    pub(super) fn has_humps(&self) -> bool {
        self.humps() | self.next_humps() != 0
    }

    /// Where in a word others begin, as far as it counts.
    #[inline]
    pub(super) fn humps_within(&self, i: u32, run: u32) -> u64 {
        let within = (1 << run.min(RUN_BYTES)) - 2;
        kinds::joined(self.humps(), self.next_humps(), i) & within
    }

    /// Whether there are borders or letters beyond ASCII at all.
    #[inline]
    pub(super) fn is_odd(&self) -> bool {
        self.now().high | self.next().high | self.borders | self.next_borders != 0
    }

    pub(super) fn is_odd_at(&self, i: u32, run: u32) -> bool {
        let (now, next) = (self.now(), self.next());
        let odd = kinds::joined(now.high | self.borders, next.high | self.next_borders, i);
        odd & ((1 << run.min(RUN_BYTES)) - 2) != 0
    }

    /// Where the field ends in which a place lies, if that is near.
    pub(super) fn border_behind(&self, i: u32) -> usize {
        let borders = kinds::joined(self.borders, self.next_borders, i) & !1;
        if borders == 0 { usize::MAX } else { self.at + (i + borders.trailing_zeros()) as usize }
    }
}
