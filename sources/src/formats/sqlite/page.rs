//! The pages of a database: what its header says of them, and each of them as it is asked for.
//!
//! In a sound database every page belongs to one tree or to one chain. So a page is visited once:
//! pages that lead back to themselves end there, and all reading together is bounded by the file.

use zeroize::Zeroizing;

use super::super::input::read_full;
use super::super::{Fault, Input};
use super::NAME;

/// The header, at the beginning of the first page.
pub(super) const HEADER_BYTES: usize = 100;
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";
/// Where the header says how large pages are, how much of each is kept for others, and how text is
/// encoded.
const PAGE_SIZE: usize = 16;
const RESERVED: usize = 20;
const ENCODING: usize = 56;
/// The fractions by which rows are cut: the same in every database.
const FRACTIONS: std::ops::Range<usize> = 21..24;
const FIXED_FRACTIONS: &[u8] = &[64, 32, 32];

const MIN_PAGE: usize = 512;
const MIN_USABLE: usize = 480;

/// How text is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// The file as pages, counted from 1.
pub(super) struct Pages<'i> {
    input: &'i mut dyn Input,
    page_size: usize,
    usable: usize,
    encoding: Encoding,
    count: u32,
    /// A bit a page that was visited.
    visited: Vec<u64>,
}

impl<'i> Pages<'i> {
    /// Understands the header of a file of this size. `reserve` is asked for the memory that is
    /// needed to remember which pages were visited.
    pub(super) fn open(
        input: &'i mut dyn Input,
        size: u64,
        reserve: impl FnOnce(usize) -> Result<(), Fault>,
    ) -> Result<Self, Fault> {
        let mut header = [0; HEADER_BYTES];
        if read_full(input, 0, &mut header)? < header.len() {
            return Err(Fault::broken(NAME, "it was cut off"));
        }
        let page_size = match u16::from_be_bytes([header[PAGE_SIZE], header[PAGE_SIZE + 1]]) {
            1 => 1 << 16,
            size => usize::from(size),
        };
        let usable = page_size.saturating_sub(usize::from(header[RESERVED]));
        let sound = page_size >= MIN_PAGE && page_size.is_power_of_two() && usable >= MIN_USABLE;
        if !sound || !header.starts_with(MAGIC) || header[FRACTIONS] != *FIXED_FRACTIONS {
            return Err(Fault::broken(NAME, "encrypted, or no database at all"));
        }
        let encoding = match header[ENCODING + 3] & 3 {
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        };
        // The header's own count is not asked: it may be older than the pages.
        let count = u32::try_from(size.div_ceil(page_size as u64)).unwrap_or(u32::MAX);
        let words = count as usize / 64 + 1;
        reserve(words * size_of::<u64>())?;
        let visited = vec![0; words];
        Ok(Self { input, page_size, usable, encoding, count, visited })
    }

    pub(super) fn page_size(&self) -> usize {
        self.page_size
    }

    /// What a page has room for.
    pub(super) fn usable(&self) -> usize {
        self.usable
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// So much of a value lies on each page of a chain, behind the number of the next.
    pub(super) fn chained(&self) -> usize {
        self.usable - size_of::<u32>()
    }

    /// Forgets which pages were visited, to read them once more.
    pub(super) fn forget(&mut self) {
        self.visited.fill(0);
    }

    /// Enters that a page is visited. One that isn't there, or was visited, is broken.
    pub(super) fn visit(&mut self, number: u32) -> Result<(), Fault> {
        if number == 0 || number > self.count {
            return Err(Fault::broken(NAME, "a page is missing"));
        }
        let (word, bit) = (number as usize / 64, 1 << (number % 64));
        if self.visited[word] & bit != 0 {
            return Err(Fault::broken(NAME, "a page belongs to two places"));
        }
        self.visited[word] |= bit;
        Ok(())
    }

    /// What can be used of a page that was visited, as far as the file holds it.
    pub(super) fn read(&mut self, number: u32) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let at = self.offset(number);
        let mut bytes = Zeroizing::new(vec![0; self.usable]);
        let held = read_full(self.input, at, &mut bytes)?;
        bytes.truncate(held);
        Ok(bytes)
    }

    /// The page that follows in a chain; 0 behind the last.
    pub(super) fn next_of(&mut self, number: u32) -> Result<u32, Fault> {
        let at = self.offset(number);
        let mut next = [0; size_of::<u32>()];
        read_full(self.input, at, &mut next)?;
        Ok(u32::from_be_bytes(next))
    }

    fn offset(&self, number: u32) -> u64 {
        u64::from(number.saturating_sub(1)) * self.page_size as u64
    }
}
