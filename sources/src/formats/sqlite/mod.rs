//! SQLite databases: every table row by row, and the schema, which holds defaults and comments.
//!
//! The pages are read as they are needed, wherever they lie, so a database may be of any size; what
//! is held is a page a level of a table's tree, one value, and a bit a page. What can't go back is
//! loaded whole within [`Limits::whole_bytes`](crate::Limits). SQLite itself is asked for one
//! thing: what the columns of a table are called.
//!
//! What lies in a write-ahead log beside the database and not yet in it is not seen: the log is an
//! object of its own. Pages that are free are not read, nor what is left of deleted rows. Views and
//! virtual tables are not read; the tables behind a virtual table are. A table without row ids is
//! counted from 1 in the order of its key. A column that was added later has no value in the rows
//! that were there before: its default stands in the schema.

#[cfg(test)]
mod damage_tests;
mod node;
mod page;
mod payload;
mod record;
mod schema;
#[cfg(test)]
mod tests;
mod tree;

use std::sync::Arc;

use trawl_model::unit::ResumeLevel;
use trawl_model::{Anchor, Class, Item, Reason};
use zeroize::Zeroizing;

use self::node::Kind;
use self::page::{Encoding, MAGIC, Pages};
use self::payload::Payload;
use self::record::{Record, Stored, Type, utf8};
use self::schema::{Shape, Table};
use self::tree::{Entry, MAX_DEPTH, Tree};
use super::fields::Pieces;
use super::{Bytes, Fault, Format, Head, Input, Reader};

const NAME: &str = "sqlite";

/// A blob shorter than this that looks like text is a number by chance.
const SHORT_BLOB: u64 = 4;
/// So much of a blob tells in most cases that it is no text, before all of it is read.
const BLOB_HEAD: u64 = 512;
/// Memory for values is asked for in steps of this size.
const HOLD_STEP: usize = 64 << 10;
/// Pages in memory: those of a tree from its uppermost page down, and one of a chain.
const HELD_PAGES: usize = MAX_DEPTH + 2;

/// SQLite.
pub struct Sqlite;

impl Format for Sqlite {
    fn name(&self) -> &'static str {
        NAME
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        if head.bytes().starts_with(MAGIC) { 95 } else { 0 }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let Some(size) = input.size().filter(|_| input.is_random()) else {
            let whole = reader.load_whole(input)?;
            return self.read(&mut Bytes(whole), reader);
        };
        let mut pages = Pages::open(input, size, |bytes| reader.reserve(bytes))?;
        reader.reserve(HELD_PAGES * pages.page_size() + HOLD_STEP)?;
        let tables = schema::tables(&mut pages, reader)?;
        pages.forget();
        let pieces = Pieces::new(reader);
        Database { pages, pieces, held: HOLD_STEP, damaged: 0 }.read(reader, &tables)
    }
}

struct Database<'i> {
    pages: Pages<'i>,
    pieces: Pieces,
    /// Memory that values may take up.
    held: usize,
    damaged: u64,
}

/// Where a row stands: its table, its id, and the id or number by which it is known.
struct Row<'t> {
    table: &'t Arc<str>,
    id: i64,
    number: u64,
}

impl Database<'_> {
    fn read(&mut self, reader: &mut Reader<'_>, tables: &[Table]) -> Result<(), Fault> {
        let start = reader.start().unwrap_or_default();
        for (number, table) in tables.iter().enumerate().skip(start.at as usize) {
            let from = if number as u64 == start.at { start } else { ResumeLevel::default() };
            self.table(reader, number as u64, table, from)?;
        }
        self.pieces.flush(reader)?;
        if self.damaged > 0 {
            let what = format!("{} of its rows and pages can't be read", self.damaged);
            return Err(Fault::broken(NAME, what));
        }
        Ok(())
    }

    fn table(
        &mut self,
        reader: &mut Reader<'_>,
        number: u64,
        table: &Table,
        from: ResumeLevel,
    ) -> Result<(), Fault> {
        let mut shape = table.shape();
        let mut tree = Tree::new(table.root, shape.kind);
        if from.column > 0 {
            tree = tree.behind(from.row as i64);
        }
        let mut counted = 0;
        while let Some(entry) = tree.next(&mut self.pages)? {
            let Entry::Row(id, payload) = entry else {
                // What was met among rows that were given was counted then.
                if counted >= from.line {
                    self.damage(reader);
                }
                continue;
            };
            counted += 1;
            if counted <= from.line {
                continue;
            }
            let has_id = shape.has_row_ids && tree.kind() == Some(Kind::Table);
            let row =
                Row { table: &table.name, id, number: if has_id { id as u64 } else { counted } };
            let item = match self.row(reader, &mut shape, payload, &row) {
                Err(Fault::Broken { .. }) => {
                    self.damage(reader);
                    None
                }
                done => done.map(|()| Some(Item::Row))?,
            };
            // Rows without an id are counted in `line`; an id may be any number, so a mark says
            // that there is one.
            let (line, column) = if has_id { (0, 1) } else { (counted, 0) };
            let next = ResumeLevel { at: number, line, column, row: row.number };
            self.pieces.border(reader, item, Some(next))?;
        }
        Ok(())
    }

    fn damage(&mut self, reader: &mut Reader<'_>) {
        self.damaged += 1;
        reader.items(Item::Row, Class::Failed(Reason::Broken), 1);
    }

    fn row(
        &mut self,
        reader: &mut Reader<'_>,
        shape: &mut Shape,
        payload: Payload,
        row: &Row<'_>,
    ) -> Result<(), Fault> {
        let mut record = Record::open(payload, &mut self.pages)?;
        let mut whole = Ok(());
        for column in shape.columns(record.len()) {
            let done = match column.at.map(|at| record.value(at)) {
                None => {
                    let id = Zeroizing::new(row.id.to_string());
                    self.field(reader, row, &column.name, id.as_bytes())
                }
                // A row is shorter than its table where columns were added later.
                Some(None) => Ok(()),
                Some(Some(stored)) => self.value(reader, row, &column.name, &mut record, stored),
            };
            match done {
                Err(Fault::Skipped { reason, .. }) => {
                    reader.items(Item::Member, Class::Skipped(reason), 1);
                }
                // What is stored before it may come behind it.
                Err(broken @ Fault::Broken { .. }) => whole = Err(broken),
                done => done?,
            }
        }
        whole
    }

    /// Gives a value. One that is not to be read is skipped alone.
    fn value(
        &mut self,
        reader: &mut Reader<'_>,
        row: &Row<'_>,
        name: &Arc<str>,
        record: &mut Record,
        stored: Stored,
    ) -> Result<(), Fault> {
        let kind = stored.kind();
        if kind == Type::Null || (kind == Type::Blob && stored.len() == 0) {
            return Ok(());
        }
        if kind == Type::Blob {
            self.check_blob(record, stored)?;
        }
        self.hold(reader, record, stored)?;
        let mut own = Zeroizing::default();
        let bytes = record.payload.bytes(stored.range(), &mut self.pages, &mut own)?;
        let made = match (kind, self.pages.encoding()) {
            (Type::Integer, _) => stored.integer(bytes).to_string().into(),
            (Type::Real, _) => match f64::from_bits(stored.integer(bytes) as u64) {
                // The library takes it for nothing.
                real if real.is_nan() => return Ok(()),
                real => real.to_string().into(),
            },
            (Type::Text, encoding @ (Encoding::Utf16Le | Encoding::Utf16Be)) => {
                utf8(bytes, encoding)
            }
            (Type::Blob, _) if !is_text(bytes) => return Err(binary()),
            _ => return self.field(reader, row, name, bytes),
        };
        self.field(reader, row, name, made.as_bytes())
    }

    fn field(
        &mut self,
        reader: &mut Reader<'_>,
        row: &Row<'_>,
        name: &Arc<str>,
        text: &[u8],
    ) -> Result<(), Fault> {
        let (table, field) = (Arc::clone(row.table), Arc::clone(name));
        let anchor = Anchor::Field { table, row: row.number, field, offset: 0 };
        self.pieces.field(reader, Some(name), text, anchor)
    }

    /// Passes over a blob that is no text by its beginning, without reading the rest.
    fn check_blob(&mut self, record: &mut Record, stored: Stored) -> Result<(), Fault> {
        let range = stored.range();
        let head = range.start..range.end.min(range.start + BLOB_HEAD);
        let mut own = Zeroizing::default();
        let head = record.payload.bytes(head, &mut self.pages, &mut own)?;
        if stored.len() < SHORT_BLOB || !begins_text(head) { Err(binary()) } else { Ok(()) }
    }

    /// Makes sure that there is memory for a value.
    fn hold(
        &mut self,
        reader: &mut Reader<'_>,
        record: &Record,
        stored: Stored,
    ) -> Result<(), Fault> {
        if stored.len() > reader.limits().whole_bytes as u64 {
            return Err(Fault::skipped(Reason::ReaderLimit, "a value that is too large"));
        }
        // What is UTF-16 is made UTF-8 beside it, where it may take half as much again.
        let made = match (stored.kind(), self.pages.encoding()) {
            (Type::Text, Encoding::Utf16Le | Encoding::Utf16Be) => stored.len() as usize / 2 * 3,
            _ => 0,
        };
        let cost = record.payload.cost(&stored.range(), &self.pages) + made;
        if cost > self.held {
            let wanted = cost.next_multiple_of(HOLD_STEP);
            reader.reserve(wanted - self.held)?;
            self.held = wanted;
        }
        Ok(())
    }
}

fn binary() -> Fault {
    Fault::skipped(Reason::Binary, "a blob that is no text")
}

fn is_text(blob: &[u8]) -> bool {
    std::str::from_utf8(blob).is_ok_and(is_printed)
}

/// Whether these first bytes may be those of a text; a character may be cut at their end.
fn begins_text(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(text) => is_printed(text),
        Err(error) => {
            let sound = std::str::from_utf8(&head[..error.valid_up_to()]);
            error.error_len().is_none() && sound.is_ok_and(is_printed)
        }
    }
}

fn is_printed(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}
