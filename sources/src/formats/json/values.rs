//! The values of JSON, read from chunks of text.

use std::sync::Arc;

use trawl_model::Item;
use trawl_model::unit::ResumeLevel;

use super::lexer::{Broken, Expect, Grammar};
use crate::formats::cell::{Cell, Spot, line_at};
use crate::formats::fields::Pieces;
use crate::formats::text::Charset;
use crate::formats::text::chunks::{Chunk, Chunks};
use crate::formats::text::decode::Mapped;
use crate::formats::{Fault, Input, Reader};

/// Keys with more digits than a name has are searched like values.
const NAME_DIGITS: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    /// Within a string.
    Text,
    /// Behind a backslash, which stands at this raw offset.
    Escape(u64),
    /// Within `\u`: how many digits there were, their value, and the half of a pair before it.
    Unicode(u64, u8, u32, Option<u32>),
    /// Behind the first half of a pair, which begins at this raw offset.
    High(u64, u32),
    /// Within a number or a word.
    Scalar,
    /// What is no JSON is text, to the end of the line or of all.
    Junk,
}

struct Values {
    grammar: Grammar,
    state: State,
    cell: Cell,
    pieces: Pieces,
    lines: bool,
    /// Line and column of the place `lined` in the chunk.
    line: (u64, u64),
    lined: usize,
    /// Lines of values, or elements of the outermost array, that have ended.
    row: u64,
}

/// Reads values on from `start`.
pub(super) fn read(
    input: &mut dyn Input,
    reader: &mut Reader<'_>,
    charset: Charset,
    start: ResumeLevel,
    lines: bool,
) -> Result<(), Fault> {
    let nesting = reader.limits().max_nesting;
    let in_array = !lines && start.row > 0;
    let mut values = Values {
        grammar: if in_array { Grammar::within_array(nesting) } else { Grammar::new(nesting) },
        state: State::Between,
        cell: Cell::default(),
        pieces: Pieces::new(reader),
        lines,
        line: (start.line, start.column),
        lined: 0,
        row: start.row,
    };
    let mut chunks = Chunks::new(charset, start.at);
    loop {
        match chunks.next(input)? {
            Chunk::Text(chunk, start) => values.take(&Taken { chunk, start }, reader)?,
            Chunk::Unread { start, end, class } => {
                values.end_cell(reader)?;
                reader.unread(class, end - start);
                values.junk(reader, end);
            }
            Chunk::End => {
                values.end_cell(reader)?;
                return values.pieces.flush(reader);
            }
        }
    }
}

/// A chunk, and where it is from.
struct Taken {
    chunk: Mapped,
    start: u64,
}

impl Taken {
    fn raw(&self, at: usize) -> u64 {
        self.start + self.chunk.raw_at(at)
    }
}

impl Values {
    fn take(&mut self, taken: &Taken, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let (text, mut at) = (&taken.chunk.text[..], 0);
        self.lined = 0;
        while at < text.len() {
            let next = match self.state {
                State::Between => self.between(taken, at, reader)?,
                State::Text => self.text(taken, at, reader)?,
                State::Scalar => self.scalar(taken, at, reader)?,
                State::Junk => Ok(self.take_junk(taken, at, reader)?),
                State::Escape(from) => {
                    self.escape(text[at], from, taken.raw(at + 1)).map(|()| at + 1)
                }
                State::Unicode(..) => self.unicode(text[at], taken.raw(at + 1)).map(|()| at + 1),
                State::High(from, high) => Ok(self.behind_high(text[at], at, from, high)),
            };
            match next {
                Ok(next) => at = next,
                Err(Broken) => {
                    if self.state == State::Between {
                        self.begin(taken, at);
                    }
                    self.junk_on(reader);
                }
            }
        }
        self.line = self.line_at(taken, text.len());
        Ok(())
    }

    fn line_at(&mut self, taken: &Taken, at: usize) -> (u64, u64) {
        self.line = line_at(self.line, &taken.chunk.text[self.lined..at]);
        self.lined = at;
        self.line
    }

    fn begin(&mut self, taken: &Taken, at: usize) {
        let line = Some(self.line_at(taken, at));
        let row = (self.lines || self.grammar.is_in_array()).then_some(self.row + 1);
        self.cell = Cell::begin(taken.raw(at), Spot { line, row });
    }

    /// What follows is no JSON, from the cell that was begun on.
    fn junk_on(&mut self, reader: &mut Reader<'_>) {
        self.grammar.reset();
        self.state = State::Junk;
        if !self.lines {
            reader.read_as("text");
        }
    }

    fn junk(&mut self, reader: &mut Reader<'_>, from: u64) {
        let spot = Spot { line: Some(self.line), row: None };
        self.cell = Cell::begin(from, spot);
        self.junk_on(reader);
    }

    fn take_junk(
        &mut self,
        taken: &Taken,
        at: usize,
        reader: &mut Reader<'_>,
    ) -> Result<usize, Fault> {
        let text = &taken.chunk.text[at..];
        let found = if self.lines { memchr::memchr(b'\n', text) } else { None };
        let end = at + found.unwrap_or(text.len());
        self.cell.push(&taken.chunk, (at, end), None, &mut self.pieces, reader)?;
        if found.is_some() {
            self.end_cell(reader)?;
            (self.state, self.grammar.expect) = (State::Between, Expect::End);
        }
        Ok(end)
    }

    fn between(
        &mut self,
        taken: &Taken,
        at: usize,
        reader: &mut Reader<'_>,
    ) -> Result<Result<usize, Broken>, Fault> {
        let byte = taken.chunk.text[at];
        match byte {
            b'\n' if self.lines && self.grammar.is_outside() => {
                self.end_line(taken, at + 1, reader)?;
            }
            // A value that runs over the end of its line is none, among lines.
            b'\n' if self.lines => return Ok(Err(Broken)),
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'"' if self.grammar.wants_key() || self.grammar.wants_value() => {
                self.begin(taken, at + 1);
                self.state = State::Text;
            }
            b'-' | b'0'..=b'9' | b'a'..=b'z' if self.grammar.wants_value() => {
                self.begin(taken, at);
                self.state = State::Scalar;
                return Ok(Ok(at));
            }
            byte => {
                if self.grammar.take(byte).is_err() {
                    return Ok(Err(Broken));
                }
                self.ended(taken, at + 1, reader)?;
            }
        }
        Ok(Ok(at + 1))
    }

    fn text(
        &mut self,
        taken: &Taken,
        at: usize,
        reader: &mut Reader<'_>,
    ) -> Result<Result<usize, Broken>, Fault> {
        let text = &taken.chunk.text[at..];
        let found = memchr::memchr3(b'"', b'\\', b'\n', text);
        let end = at + found.unwrap_or(text.len());
        let label = self.grammar.label().filter(|_| !self.grammar.wants_key()).map(Arc::clone);
        self.cell.push(&taken.chunk, (at, end), label.as_ref(), &mut self.pieces, reader)?;
        match found.map(|_| taken.chunk.text[end]) {
            Some(b'"') if self.grammar.wants_key() => self.end_key(reader)?,
            Some(b'"') => {
                self.end_cell(reader)?;
                self.grammar.value();
                self.ended(taken, end + 1, reader)?;
            }
            Some(b'\\') => self.state = State::Escape(taken.raw(end)),
            Some(_) => {
                // A string that runs over the end of a line was none; what was taken of it stays.
                self.junk_on(reader);
                return Ok(Ok(end));
            }
            None => {}
        }
        Ok(Ok(end + usize::from(found.is_some())))
    }

    fn end_key(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let key = &self.cell.mapped.text;
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b' ' | b'$');
        let digits = key.iter().filter(|b| b.is_ascii_digit()).count();
        let plain = digits <= NAME_DIGITS && key.iter().all(is_name);
        self.grammar.key(key);
        let cell = std::mem::take(&mut self.cell);
        self.state = State::Between;
        if plain && !cell.is_long() {
            return Ok(());
        }
        cell.end(None, &mut self.pieces, reader)
    }

    fn escape(&mut self, byte: u8, from: u64, end: u64) -> Result<(), Broken> {
        let plain = match byte {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 0x08,
            b'f' => 0x0C,
            b'"' | b'\\' | b'/' => byte,
            b'u' => {
                self.state = State::Unicode(from, 0, 0, None);
                return Ok(());
            }
            _ => return Err(Broken),
        };
        self.push(&[plain], from, end);
        Ok(())
    }

    fn push(&mut self, text: &[u8], from: u64, end: u64) {
        self.cell.mapped.push_char(text, usize::try_from(end - from).unwrap_or(1));
        self.state = State::Text;
    }

    fn unicode(&mut self, byte: u8, end: u64) -> Result<(), Broken> {
        let State::Unicode(from, digits, value, high) = self.state else { return Err(Broken) };
        let digit = char::from(byte).to_digit(16).ok_or(Broken)?;
        let (digits, value) = (digits + 1, value * 16 + digit);
        self.state = State::Unicode(from, digits, value, high);
        if digits < 4 {
            return Ok(());
        }
        let code = match (high, value) {
            (Some(high), 0xDC00..0xE000) => 0x10000 + ((high - 0xD800) << 10) + (value - 0xDC00),
            (None, 0xD800..0xDC00) => {
                self.state = State::High(from, value);
                return Ok(());
            }
            (_, value) => value,
        };
        let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.push(c.encode_utf8(&mut [0; 4]).as_bytes(), from, end);
        Ok(())
    }

    /// The second half must follow at once: a backslash, and then `u`. A half that stands alone is
    /// no character.
    fn behind_high(&mut self, byte: u8, at: usize, from: u64, high: u32) -> usize {
        match byte {
            b'\\' => at + 1,
            b'u' => {
                self.state = State::Unicode(from, 0, 0, Some(high));
                at + 1
            }
            _ => {
                let alone = char::REPLACEMENT_CHARACTER;
                self.push(alone.encode_utf8(&mut [0; 4]).as_bytes(), from, from + 6);
                at
            }
        }
    }

    fn scalar(
        &mut self,
        taken: &Taken,
        at: usize,
        reader: &mut Reader<'_>,
    ) -> Result<Result<usize, Broken>, Fault> {
        let text = &taken.chunk.text[at..];
        let is_inside = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.');
        let end = at + text.iter().take_while(|b| is_inside(b)).count();
        let label = self.grammar.label().map(Arc::clone);
        self.cell.push(&taken.chunk, (at, end), label.as_ref(), &mut self.pieces, reader)?;
        if end < taken.chunk.text.len() {
            let is_word = matches!(&self.cell.mapped.text[..], b"true" | b"false" | b"null");
            if is_word {
                self.cell = Cell::default();
            }
            self.end_cell(reader)?;
            self.grammar.value();
            self.ended(taken, end, reader)?;
        }
        Ok(Ok(end))
    }

    fn end_cell(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let label = self.grammar.label().filter(|_| self.state != State::Junk).map(Arc::clone);
        if self.state != State::Junk {
            self.state = State::Between;
        }
        std::mem::take(&mut self.cell).end(label.as_ref(), &mut self.pieces, reader)
    }

    /// Something has ended before `at`: perhaps an element of the outermost array.
    fn ended(&mut self, taken: &Taken, at: usize, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if self.lines || !self.grammar.ended_element() {
            return Ok(());
        }
        self.row += 1;
        let next = self.level(taken, at);
        self.pieces.border(reader, None, Some(next))
    }

    fn end_line(&mut self, taken: &Taken, at: usize, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let had_value = self.grammar.expect == Expect::End;
        self.grammar.reset();
        self.row += 1;
        let next = self.level(taken, at);
        self.pieces.border(reader, had_value.then_some(Item::Row), Some(next))
    }

    fn level(&mut self, taken: &Taken, at: usize) -> ResumeLevel {
        let (line, column) = self.line_at(taken, at);
        ResumeLevel { at: taken.raw(at), line, column, row: self.row }
    }
}
