//! One page of a tree: its cells, which hold rows, and the pages below it.

use std::ops::Range;

use zeroize::Zeroizing;

use super::super::Fault;
use super::NAME;
use super::page::{HEADER_BYTES, Pages};
use super::record::varint;

/// What the numbers that begin a page of a tree say.
const INTERIOR_INDEX: u8 = 2;
const INTERIOR_TABLE: u8 = 5;
const LEAF_INDEX: u8 = 10;
const LEAF_TABLE: u8 = 13;
const LEAF_HEADER: usize = 8;
const INTERIOR_HEADER: usize = 12;
/// The number of a page.
const POINTER: usize = size_of::<u32>();
/// No row of SQLite is longer.
const MAX_PAYLOAD: u64 = i32::MAX as u64;

/// Two kinds of trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Rows under their ids, in the leaves.
    Table,
    /// Rows that are their own keys, in all pages: tables without row ids.
    Index,
}

/// A page of a tree.
pub(super) struct Node {
    /// Fewer than the page has room for, if the file was cut off.
    bytes: Zeroizing<Vec<u8>>,
    usable: usize,
    pub(super) kind: Kind,
    pub(super) leaf: bool,
    /// How many cells there are.
    pub(super) cells: usize,
    /// Where the offsets of the cells stand.
    offsets: usize,
    /// The page behind the last cell, of an interior page.
    last_child: u32,
}

/// Where a row lies on its page, and where it goes on.
pub(super) struct Cell {
    /// Its row id; 0 where there are none.
    pub(super) id: i64,
    /// How long it is, with what lies on other pages.
    pub(super) length: u64,
    /// What of it lies here.
    pub(super) local: Range<usize>,
    /// The first page of the chain that holds the rest; 0 if there is none.
    pub(super) chain: u32,
    /// What the cell takes up of the page.
    pub(super) size: usize,
}

impl Node {
    /// Reads a page of a tree, and visits it.
    pub(super) fn read(number: u32, pages: &mut Pages<'_>) -> Result<Self, Fault> {
        pages.visit(number)?;
        let bytes = pages.read(number)?;
        let start = if number == 1 { HEADER_BYTES } else { 0 };
        Self::parse(bytes, pages.usable(), start)
            .ok_or_else(|| Fault::broken(NAME, "a page is damaged"))
    }

    fn parse(bytes: Zeroizing<Vec<u8>>, usable: usize, start: usize) -> Option<Self> {
        let (kind, leaf) = match *bytes.get(start)? {
            INTERIOR_INDEX => (Kind::Index, false),
            INTERIOR_TABLE => (Kind::Table, false),
            LEAF_INDEX => (Kind::Index, true),
            LEAF_TABLE => (Kind::Table, true),
            _ => return None,
        };
        let cells = usize::from(short(&bytes, start + 3)?);
        let last_child = if leaf { 0 } else { pointer(&bytes, start + LEAF_HEADER)? };
        let offsets = start + if leaf { LEAF_HEADER } else { INTERIOR_HEADER };
        let node = Self { bytes, usable, kind, leaf, cells, offsets, last_child };
        (node.first_cell() <= usable).then_some(node)
    }

    /// Of a local part of a row.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
    }

    /// What cells can take up together.
    pub(super) fn room(&self) -> usize {
        self.usable - self.first_cell()
    }

    /// The page before this cell, or behind the last.
    pub(super) fn child(&self, cell: usize) -> Option<u32> {
        if cell == self.cells {
            return Some(self.last_child);
        }
        pointer(&self.bytes, self.offset(cell)?)
    }

    /// The row of a cell. Whatever is told lies on the page.
    pub(super) fn cell(&self, cell: usize) -> Option<Cell> {
        let start = self.offset(cell)?;
        let mut at = start + if self.leaf { 0 } else { POINTER };
        let mut next = || {
            let (value, length) = varint(self.bytes.get(at..)?)?;
            at += length;
            Some(value)
        };
        let length = next().filter(|length| *length <= MAX_PAYLOAD)?;
        let id = if self.kind == Kind::Table { next()? as i64 } else { 0 };
        let here = self.local(length as usize);
        let local = at..at + here;
        let mut end = local.end;
        let chain = if here as u64 == length { 0 } else { pointer(&self.bytes, end)? };
        end += if here as u64 == length { 0 } else { POINTER };
        (end <= self.bytes.len()).then(|| Cell { id, length, local, chain, size: end - start })
    }

    /// The first cell, of a table, to look at for what follows a row.
    pub(super) fn first_behind(&self, row: i64) -> usize {
        let known = |cell: &usize| self.key(*cell).is_some();
        let behind = |cell: &usize| self.key(*cell).is_some_and(|key| key > row);
        let first = (0..self.cells).find(behind).unwrap_or(self.cells);
        // What is damaged right before it was met behind the row.
        (0..first).rev().find(known).map_or(0, |before| before + 1)
    }

    /// The row id of a cell; in an interior page, the highest one of the page before it.
    fn key(&self, cell: usize) -> Option<i64> {
        let mut at = self.offset(cell)?;
        at += if self.leaf { varint(self.bytes.get(at..)?)?.1 } else { POINTER };
        varint(self.bytes.get(at..)?).map(|(key, _)| key as i64)
    }

    fn offset(&self, cell: usize) -> Option<usize> {
        let offset = usize::from(short(&self.bytes, self.offsets + 2 * cell)?);
        (cell < self.cells && offset >= self.first_cell()).then_some(offset)
    }

    fn first_cell(&self) -> usize {
        self.offsets + 2 * self.cells
    }

    /// How much of a row of this length lies on the page itself: by the rules of the format, which
    /// fill the pages of the chain.
    fn local(&self, length: usize) -> usize {
        let usable = self.usable;
        let most = match self.kind {
            Kind::Table => usable - 35,
            Kind::Index => (usable - 12) * 64 / 255 - 23,
        };
        if length <= most {
            return length;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let filling = least + (length - least) % (usable - POINTER);
        if filling <= most { filling } else { least }
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

/// The number of a page that stands here.
pub(super) fn pointer(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?))
}
