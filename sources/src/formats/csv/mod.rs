//! Tables of text: comma-separated values and their kin.

mod dialect;
mod row;
#[cfg(test)]
mod tests;

use trawl_model::Item;
use trawl_model::unit::ResumeLevel;

use super::cell::{Cell, Spot};
use super::fields::Pieces;
use super::input::{First, read_head};
use super::text::Charset;
use super::text::chunks::{Chunk, Chunks};
use super::text::decode::Mapped;
use super::{Fault, Format, Head, Input, Reader};
use dialect::Dialect;
use row::Row;

/// Comma-separated values, whatever stands for the comma.
pub struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let named = head.is_named(ENDINGS);
        if !named && head.is_named_as_written() || !head.is_text() {
            return 0;
        }
        match Dialect::detect(&head_text(head.bytes()), named) {
            Some(_) if named => 70,
            Some(_) => 40,
            None => 0,
        }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let First::Bytes(head) = read_head(input)? else { return Ok(()) };
        let charset = Charset::detect(&head).unwrap_or(Charset::UTF_8);
        let named = Head::new(&head, &reader.called()).is_named(ENDINGS);
        let Some(dialect) = Dialect::detect(&head_text(&head), named) else {
            return Err(Fault::broken("csv", "its rows have nothing in common"));
        };
        drop(head);
        let start =
            reader.start().unwrap_or_else(|| ResumeLevel { row: 1, ..super::text::first(charset) });
        let pieces = Pieces::new(reader);
        let mut table = Table {
            dialect,
            pieces,
            waiting: Row::default(),
            state: State::Begin,
            cell: Cell::default(),
            column: 0,
            row: start.row,
            quoted_bytes: 0,
        };
        reader.given(start.at);
        table.read(input, reader, charset, start.at)
    }
}

/// How tables of text are named.
const ENDINGS: &[&[u8]] = &[b".csv", b".tsv", b".tab", b".psv"];

/// The head as text; what is one byte a character needs no decoding for its structure to be seen.
fn head_text(head: &[u8]) -> zeroize::Zeroizing<Vec<u8>> {
    let mut mapped = Mapped::default();
    if head.starts_with(b"\xEF\xBB\xBF") {
        mapped.push_raw(&head[3..]);
    } else if head.contains(&0) || head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        let charset = Charset::detect(head).unwrap_or(Charset::UTF_8);
        charset.decode(&head[super::text::first(charset).at as usize..], &mut mapped);
    } else {
        mapped.push_raw(head);
    }
    mapped.text
}

/// Where in a cell the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before its first byte.
    Begin,
    Plain,
    Quoted,
    /// Behind a quote within a quoted cell: its end, or one half of a quote; where in the raw
    /// bytes it stands.
    Quote(u64),
    /// Behind the end of a quoted cell.
    Closed,
}

struct Table {
    dialect: Dialect,
    pieces: Pieces,
    waiting: Row,
    state: State,
    cell: Cell,
    /// From 0.
    column: usize,
    /// From 1; the header is a row too.
    row: u64,
    /// How long the quoted cell has become.
    quoted_bytes: usize,
}

impl Table {
    fn read(
        &mut self,
        input: &mut dyn Input,
        reader: &mut Reader<'_>,
        charset: Charset,
        from: u64,
    ) -> Result<(), Fault> {
        let mut chunks = Chunks::new(charset, from);
        loop {
            match chunks.next(input)? {
                Chunk::Text(chunk, start) => self.take(&chunk, start, reader)?,
                Chunk::Unread { start, end, class } => {
                    self.end_row(reader, start)?;
                    reader.unread(class, end - start);
                }
                Chunk::End => {
                    self.end_row(reader, u64::MAX)?;
                    return self.pieces.flush(reader);
                }
            }
        }
    }

    fn take(&mut self, chunk: &Mapped, start: u64, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let raw = |at: usize| start + chunk.raw_at(at);
        let (text, mut at) = (&chunk.text[..], 0);
        while at < text.len() {
            match self.state {
                State::Begin => {
                    let quoted = text[at] == b'"';
                    let begin = if quoted { raw(at + 1) } else { raw(at) };
                    if !self.waiting.next(begin, !quoted, text[at]) {
                        self.give_waiting(reader)?;
                    }
                    self.cell = Cell::begin(begin, Spot { line: None, row: Some(self.row) });
                    self.state = if quoted { State::Quoted } else { State::Plain };
                    (self.quoted_bytes, at) = (0, at + usize::from(quoted));
                }
                State::Plain | State::Closed => at = self.plain(chunk, at, start, reader)?,
                State::Quoted => at = self.quoted(chunk, at, start, reader)?,
                State::Quote(opened) => {
                    if text[at] == b'"' {
                        let width = raw(at + 1) - opened;
                        self.cell.mapped.push_char(b"\"", usize::try_from(width).unwrap_or(2));
                        (self.state, at) = (State::Quoted, at + 1);
                    } else {
                        self.state = State::Closed;
                    }
                }
            }
        }
        Ok(())
    }

    /// On to the end of a cell that isn't quoted, or of what stands behind one that was.
    fn plain(
        &mut self,
        chunk: &Mapped,
        at: usize,
        start: u64,
        reader: &mut Reader<'_>,
    ) -> Result<usize, Fault> {
        let text = &chunk.text[at..];
        let found = memchr::memchr2(self.dialect.delimiter, b'\n', text);
        let end = at + found.unwrap_or(text.len());
        // Behind a quoted cell nothing should stand. What does is a cell of its own.
        let is_rest = self.state == State::Closed && chunk.text[at..end].iter().any(|b| *b > b' ');
        if is_rest {
            self.give_rest(reader)?;
            let label = self.dialect.label(self.column, self.row);
            let spot = Spot { line: None, row: Some(self.row) };
            let rest = Cell::begin(start + chunk.raw_at(at), spot);
            std::mem::replace(&mut self.cell, rest).end(label, &mut self.pieces, reader)?;
            self.state = State::Plain;
        }
        if self.state == State::Plain {
            self.keep_bound(end - at, reader)?;
            let label = self.dialect.label(self.column, self.row);
            self.cell.push(chunk, (at, end), label, &mut self.pieces, reader)?;
        }
        match found.map(|_| chunk.text[end]) {
            Some(b'\n') => self.end_row(reader, start + chunk.raw_at(end + 1))?,
            Some(_) => self.end_cell(reader)?,
            None => {}
        }
        Ok(end + usize::from(found.is_some()))
    }

    /// On to the next quote within a quoted cell.
    fn quoted(
        &mut self,
        chunk: &Mapped,
        at: usize,
        start: u64,
        reader: &mut Reader<'_>,
    ) -> Result<usize, Fault> {
        let text = &chunk.text[at..];
        let found = memchr::memchr(b'"', text);
        let end = at + found.unwrap_or(text.len());
        self.keep_bound(end - at, reader)?;
        let label = self.dialect.label(self.column, self.row);
        self.cell.push(chunk, (at, end), label, &mut self.pieces, reader)?;
        self.quoted_bytes += end - at;
        if found.is_some() {
            self.state = State::Quote(start + chunk.raw_at(end));
        } else if self.quoted_bytes > reader.limits().max_field_bytes {
            // A quote that nobody closes would swallow all that follows: it was none.
            self.state = State::Plain;
        }
        Ok(end + usize::from(found.is_some()))
    }

    fn end_cell(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let cell = std::mem::take(&mut self.cell);
        if self.dialect.has_seams() && self.waiting.takes() {
            self.waiting.push(cell, self.column, self.state == State::Plain);
        } else {
            let label = self.dialect.label(self.column, self.row);
            cell.end(label, &mut self.pieces, reader)?;
        }
        self.column += 1;
        self.state = State::Begin;
        Ok(())
    }

    /// Gives the cells that wait as they stand.
    fn give_waiting(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        for (column, cell) in self.waiting.take(None) {
            let label = self.dialect.label(column, self.row);
            cell.end(label, &mut self.pieces, reader)?;
        }
        Ok(())
    }

    /// Gives them, and lets none of this row wait any more.
    fn give_rest(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.give_waiting(reader)?;
        self.waiting.close();
        Ok(())
    }

    /// Lets cells wait no longer when they and the present one, which grows by so much, become too long.
    fn keep_bound(&mut self, more: usize, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let present = self.cell.mapped.text.len() + more;
        if !self.waiting.is_too_long(present, reader.limits().max_field_bytes) {
            return Ok(());
        }
        self.give_rest(reader)
    }

    /// Ends a row; `next` is the raw offset of what follows.
    fn end_row(&mut self, reader: &mut Reader<'_>, next: u64) -> Result<(), Fault> {
        self.cell.trim_return();
        if self.column == 0 && self.cell.is_empty() {
            // An empty line is no row.
            self.state = State::Begin;
            return Ok(());
        }
        self.end_cell(reader)?;
        let joined = self.dialect.joins(self.column, self.waiting.seams());
        let joined = joined.then_some(self.dialect.delimiter);
        for (column, cell) in self.waiting.take(joined) {
            let label = self.dialect.label(column, self.row);
            cell.end(label, &mut self.pieces, reader)?;
        }
        self.waiting.open();
        (self.column, self.row) = (0, self.row + 1);
        let at = ResumeLevel { at: next, line: 0, column: 0, row: self.row };
        self.pieces.border(reader, Some(Item::Row), (next != u64::MAX).then_some(at))
    }
}
