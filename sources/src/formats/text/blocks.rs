//! The blocks of a text: what is a hole or no text is told apart from what is read.
//!
//! Blocks begin at multiples of their size, and where a hole ends; so they are the same wherever
//! reading begins.

use std::io;

use trawl_model::{Class, Reason};
use zeroize::Zeroizing;

use super::charset::{BACK_BYTES, Charset, Kind, is_binary, unit};
use crate::formats::Input;
use crate::formats::input::read_full;
use crate::formats::wiped::make_room;

/// A stretch this long is text or is not.
pub(crate) const BLOCK_BYTES: u64 = 64 << 10;

/// What comes next.
pub(crate) enum Block {
    /// Text, which was appended; it begins at this offset.
    Text(u64),
    /// A stretch that is not read.
    Unread {
        /// Its first byte.
        start: u64,
        /// One past its last byte.
        end: u64,
        /// Why.
        class: Class,
        /// Line ends in it: lines go on being counted.
        lines: u64,
    },
    /// The end of the input.
    End,
}

/// Reads block by block.
pub(crate) struct Blocks {
    charset: Charset,
    at: u64,
    /// The stretch with data that `at` lies in.
    data_end: u64,
    /// A hole was just passed.
    hole_before: bool,
    /// A hole is behind that stretch.
    hole_behind: bool,
    /// What was read ends in zeros, up to here.
    zeros_until: Option<u64>,
}

impl Blocks {
    /// From the beginning of the block that an offset lies in.
    pub(crate) fn new(charset: Charset, offset: u64) -> Self {
        Self {
            charset,
            at: offset - offset % BLOCK_BYTES,
            data_end: 0,
            hole_before: false,
            hole_behind: false,
            zeros_until: None,
        }
    }

    /// The next block; its text is appended to `text`.
    pub(crate) fn next(
        &mut self,
        input: &mut dyn Input,
        text: &mut Zeroizing<Vec<u8>>,
    ) -> io::Result<Block> {
        if let Some(end) = self.zeros_until.take() {
            let start = std::mem::replace(&mut self.at, end);
            return Ok(hole(start, end));
        }
        let start = self.at;
        let mut behind_hole = std::mem::take(&mut self.hole_before);
        if start >= self.data_end {
            let size = input.size().unwrap_or(u64::MAX);
            let (data, end) = match input.data_from(start)? {
                Some(stretch) => stretch,
                None if start < size && size < u64::MAX => (size, size),
                None => return Ok(Block::End),
            };
            (self.data_end, self.hole_behind) = (end, end < size);
            if data > start {
                self.at = data;
                self.hole_before = true;
                return Ok(hole(start, data));
            }
            behind_hole = is_behind_hole(input, start)?;
        }
        let end = (start - start % BLOCK_BYTES + BLOCK_BYTES).min(self.data_end);
        let filled = text.len();
        make_room(text, (end - start) as usize);
        text.resize(filled + (end - start) as usize, 0);
        let read = read_full(input, start, &mut text[filled..]);
        text.truncate(filled + *read.as_ref().unwrap_or(&0));
        let n = read?;
        if n == 0 {
            return Ok(Block::End);
        }
        self.at = start + n as u64;
        if self.at < end {
            // Shorter than it was said to be: there is nothing behind.
            self.data_end = u64::MAX;
        } else if behind_hole && let zeros @ 1.. = zeros_before(&text[filled..]) {
            text.truncate(filled);
            self.at = start + zeros as u64;
            return Ok(hole(start, self.at));
        } else if end == self.data_end && self.hole_behind {
            let zeros = zeros_behind(&text[filled..]);
            text.truncate(filled + n - zeros);
            self.at -= zeros as u64;
            self.zeros_until = (zeros > 0).then_some(end);
        }
        let block = &text[filled..];
        if !is_binary(self.charset.kind, block) {
            return Ok(Block::Text(start));
        }
        let lines = lines_in(self.charset, block);
        text[filled..].fill(0);
        text.truncate(filled);
        let class = Class::Skipped(Reason::Binary);
        Ok(Block::Unread { start, end: self.at, class, lines })
    }
}

fn hole(start: u64, end: u64) -> Block {
    Block::Unread { start, end, class: Class::Skipped(Reason::Hole), lines: 0 }
}

fn is_behind_hole(input: &mut dyn Input, start: u64) -> io::Result<bool> {
    if start == 0 || !input.is_random() {
        return Ok(false);
    }
    Ok(input.data_from(start - 1)?.is_some_and(|(data, _)| data == start))
}

/// What is stored begins and ends at the borders of the file system's blocks: zeros around a hole
/// are of the hole. All zeros are no text anyway.
fn zeros_before(block: &[u8]) -> usize {
    let zeros = block.iter().take_while(|b| **b == 0).count();
    if zeros < block.len() { zeros - zeros % 2 } else { 0 }
}

fn zeros_behind(block: &[u8]) -> usize {
    let zeros = block.iter().rev().take_while(|b| **b == 0).count();
    if zeros < block.len() { zeros - zeros % 2 } else { 0 }
}

/// Line ends in raw bytes.
fn lines_in(charset: Charset, raw: &[u8]) -> u64 {
    match charset.kind {
        Kind::Utf16 { big } => {
            raw.as_chunks::<2>().0.iter().filter(|u| unit(**u, big) == 0x0A).count() as u64
        }
        _ => memchr::memchr_iter(b'\n', raw).count() as u64,
    }
}

impl Charset {
    /// Behind the first end of a line in raw bytes that begin at an even offset.
    pub(crate) fn line_end(&self, raw: &[u8]) -> Option<usize> {
        match self.kind {
            Kind::Utf16 { big } => {
                let units = raw.as_chunks::<2>().0;
                units.iter().position(|u| unit(*u, big) == 0x0A).map(|at| 2 * at + 2)
            }
            _ => memchr::memchr(b'\n', raw).map(|at| at + 1),
        }
    }

    /// The border of a character at or before `at`, in raw bytes that begin at offset `base`.
    pub(crate) fn border(&self, raw: &[u8], base: u64, at: usize) -> usize {
        let at = at.min(raw.len());
        match self.kind {
            Kind::Utf8 => crate::formats::fields::border(raw, at),
            Kind::Utf16 { big } => utf16_border(raw, base, at, big),
            Kind::Single(_) => at,
            Kind::Multi(_) => {
                // White space is never a part of a longer character.
                let from = at.saturating_sub(BACK_BYTES);
                let last = raw[from..at].iter().rposition(|b| *b <= b' ' && *b != 0x1B);
                last.map_or(at, |last| from + last + 1)
            }
        }
    }
}

fn utf16_border(raw: &[u8], base: u64, at: usize, big: bool) -> usize {
    let at = at - (((base + at as u64) % 2) as usize).min(at);
    let is_low = |bytes: &[u8]| (0xDC00..0xE000).contains(&unit([bytes[0], bytes[1]], big));
    match raw.get(at..at + 2) {
        Some(bytes) if at >= 2 && is_low(bytes) => at - 2,
        _ => at,
    }
}
