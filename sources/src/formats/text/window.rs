//! Text in pieces: a window slides over the raw bytes, and each of its stops is a piece.
//!
//! Cores lie side by side; what is around a core is decoded with it, as far as the overlap goes
//! and the text does. Nothing else than the raw bytes, and where the core begins, says what a
//! piece is: so a text that is left and gone on with, or cut into parts, gives the same findings.

use std::ops::Range;

use trawl_model::unit::ResumeLevel;
use trawl_model::{Anchor, Class, Piece, Segment};
use zeroize::Zeroizing;

use super::blocks::{Block, Blocks};
use super::charset::{BACK_BYTES, Charset};
use super::decode::Mapped;
use crate::formats::fields::advanced;
use crate::formats::wiped::{make_room, remove_front};
use crate::formats::{Fault, Input, Reader};

/// A character is at most this wide in raw bytes; so much is wanted behind a border to see it.
const CHAR_BYTES: usize = 4;

/// Reads the text whose cores lie from `start` on and before `end`.
pub(super) fn read(
    input: &mut dyn Input,
    reader: &mut Reader<'_>,
    charset: Charset,
    start: ResumeLevel,
    end: u64,
) -> Result<(), Fault> {
    let overlap = reader.limits().overlap_bytes as u64;
    let mut window = Window {
        charset,
        raw: Zeroizing::new(Vec::new()),
        base: 0,
        core: start.at,
        line: start.line,
        column: start.column,
        end,
        passed: 0,
    };
    let mut blocks = Blocks::new(charset, start.at.saturating_sub(overlap));
    while window.core < end {
        let begins = window.raw.is_empty();
        match blocks.next(input, &mut window.raw)? {
            Block::Text(at) => {
                if begins {
                    window.base = at;
                }
                window.give_full(reader)?;
            }
            Block::Unread { start, end, class, lines } => {
                window.give_rest(reader)?;
                window.pass(reader, start, end, class, lines)?;
            }
            Block::End => {
                window.give_rest(reader)?;
                break;
            }
        }
    }
    reader.lines(window.line - start.line);
    Ok(())
}

struct Window {
    charset: Charset,
    /// Raw bytes from `base` on: the overlap, and what is to be given.
    raw: Zeroizing<Vec<u8>>,
    base: u64,
    /// Where the next core begins, and its line and column.
    core: u64,
    line: u64,
    column: u64,
    end: u64,
    /// Bytes passed over since the last safe point.
    passed: u64,
}

impl Window {
    /// Gives pieces as long as there is a whole one with its overlap.
    fn give_full(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let overlap = reader.limits().overlap_bytes;
        let core = reader.limits().piece_bytes.max(CHAR_BYTES);
        loop {
            let have = (self.base + self.raw.len() as u64).saturating_sub(self.core);
            let left = self.end.saturating_sub(self.core).min(core as u64);
            if left == 0 || have < left + (overlap + CHAR_BYTES) as u64 {
                return Ok(());
            }
            self.give(reader, self.core + left)?;
        }
    }

    /// Gives what there is: the text ends here, or what is behind is none.
    fn give_rest(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let end = (self.base + self.raw.len() as u64).min(self.end);
        let step = reader.limits().piece_bytes.max(CHAR_BYTES) as u64;
        while self.core < end {
            self.give(reader, (self.core + step).min(end))?;
        }
        let all = self.raw.len();
        remove_front(&mut self.raw, all);
        Ok(())
    }

    /// Gives the piece whose core ends at, or just before, `end`.
    fn give(&mut self, reader: &mut Reader<'_>, end: u64) -> Result<(), Fault> {
        let overlap = reader.limits().overlap_bytes;
        let core_start = (self.core - self.base) as usize;
        let wanted = (end - self.base) as usize;
        let mut core_end = match wanted {
            all if all == self.raw.len() || end == self.end => all,
            within => self.charset.border(&self.raw, self.base, within),
        };
        if core_end <= core_start {
            core_end = wanted;
        }
        let first = self.charset.border(&self.raw, self.base, core_start.saturating_sub(overlap));
        let last = self.charset.border(&self.raw, self.base, core_end + overlap);
        let mark = (self.charset.mark as u64).saturating_sub(self.base) as usize;
        let (first, last) = (first.max(mark).min(core_start), last.max(core_end));
        let mut out = Mapped::default();
        make_room(&mut out.text, last - first);
        self.charset.decode(&self.raw[first..core_start], &mut out);
        let core = out.text.len();
        self.charset.decode(&self.raw[core_start..core_end], &mut out);
        let core = core..out.text.len();
        self.charset.decode(&self.raw[core_end..last], &mut out);

        let piece = self.piece(self.base + first as u64, out, core, reader);
        reader.piece(piece)?;
        self.core = self.base + core_end as u64;
        self.forget(overlap);
        self.safe_point(reader)
    }

    /// Passes over what is no text. What lies before the beginning or behind the end belongs to
    /// another part, or was entered before.
    fn pass(
        &mut self,
        reader: &mut Reader<'_>,
        start: u64,
        end: u64,
        class: Class,
        lines: u64,
    ) -> Result<(), Fault> {
        let (from, to) = (start.max(self.core), end.min(self.end));
        if to <= from {
            return Ok(());
        }
        reader.unread(class, to - from);
        // Of a stretch that a part's border runs through, the part that it begins in has the lines.
        if start >= self.core {
            self.line += lines;
        }
        (self.core, self.column) = (to, 1);
        self.passed += to - from;
        if self.passed >= reader.limits().piece_bytes as u64 {
            self.safe_point(reader)?;
        }
        Ok(())
    }

    fn safe_point(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.passed = 0;
        reader.given(self.core);
        let (at, line, column) = (self.core, self.line, self.column);
        reader.safe_point(ResumeLevel { at, line, column, row: 0 })
    }

    fn piece(
        &mut self,
        start: u64,
        decoded: Mapped,
        core: Range<usize>,
        reader: &Reader<'_>,
    ) -> Piece {
        let Mapped { text, runs, .. } = decoded;
        let at_core = (self.line, self.column);
        let line = self.line_before(&text[..core.start]);
        self.count_lines(&text[core.clone()]);
        let whole = 0..text.len();
        let anchor = Anchor::Raw { start, runs: runs.into(), line, row: None };
        let mut segments = vec![Segment { text: whole, label: None, anchor }];
        if line.is_none() {
            let mut anchor = advanced(&segments[0].anchor, &text, core.start);
            if let Anchor::Raw { line, .. } = &mut anchor {
                *line = Some(at_core);
            }
            segments[0].text.end = core.start;
            segments.push(Segment { text: core.start..text.len(), label: None, anchor });
        }
        Piece { text, core, segments, member: reader.member_path() }
    }

    /// Line and column where the overlap begins, which ends where the core begins. Of a first line
    /// that ends within the overlap the column doesn't matter: no value of the core is on it. None
    /// where it begins before the line that is counted as the first: in another part.
    fn line_before(&self, overlap: &[u8]) -> Option<(u64, u64)> {
        match memchr::memchr_iter(b'\n', overlap).count() as u64 {
            0 => self.column.checked_sub(chars_in(overlap)).map(|column| (self.line, column)),
            lines => self.line.checked_sub(lines).map(|line| (line, 1)),
        }
        .filter(|(line, column)| *line > 0 && *column > 0)
    }

    fn count_lines(&mut self, core: &[u8]) {
        match memchr::memrchr(b'\n', core) {
            Some(last) => {
                self.line += memchr::memchr_iter(b'\n', core).count() as u64;
                self.column = 1 + chars_in(&core[last + 1..]);
            }
            None => self.column += chars_in(core),
        }
    }

    fn forget(&mut self, overlap: usize) {
        // A little more than the overlap: its border is looked for from there backwards.
        let keep = overlap
            + CHAR_BYTES
            + if self.charset.is_self_synchronising() { 0 } else { BACK_BYTES };
        let done = ((self.core - self.base) as usize).saturating_sub(keep);
        if done > 0 {
            let done = done - done % 2;
            remove_front(&mut self.raw, done);
            self.base += done as u64;
        }
    }
}

fn chars_in(text: &[u8]) -> u64 {
    text.iter().filter(|b| **b & 0xC0 != 0x80).count() as u64
}
