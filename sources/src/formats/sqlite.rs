//! SQLite databases: every table row by row, and the schema, which holds defaults and comments.
//!
//! The database is opened as an image in memory, within
//! [`Limits::whole_bytes`](crate::Limits), by the library itself: the original is never touched.
//! A larger one is skipped with that reason. What lies in a write-ahead log beside the database
//! and not yet in it is not seen: the log is an object of its own. Views and virtual tables are
//! not read; the tables behind a virtual table are. A table without row ids is counted from 1 in
//! the order of its key.

use std::io::{self, Read};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};
use trawl_model::unit::ResumeLevel;
use trawl_model::{Anchor, Class, Item, Reason};
use zeroize::Zeroizing;

use super::fields::Pieces;
use super::input::Sequential;
use super::{Bytes, Fault, Format, Head, Input, Reader};

const NAME: &str = "sqlite";
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Where the header says whether a write-ahead log is used.
const VERSIONS: std::ops::Range<usize> = 18..20;

/// Tables of one database.
const MAX_TABLES: usize = 10_000;
/// Work of the library: steps of its machine, without regard to the size and for each byte.
const FREE_STEPS: u64 = 10_000_000;
const STEPS_PER_BYTE: u64 = 200;
/// The library asks after so many steps whether to go on.
const STEPS_BETWEEN: i32 = 1_000;
/// A blob shorter than this that looks like text is a number by chance.
const SHORT_BLOB: usize = 4;

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
        let Some(size) = input.size() else {
            let whole = reader.load_whole(input)?;
            return self.read(&mut Bytes(whole), reader);
        };
        if size > reader.limits().whole_bytes as u64 {
            let what = format!("a database larger than {} bytes", reader.limits().whole_bytes);
            return Err(Fault::skipped(Reason::ReaderLimit, what));
        }
        // The image, and the copies that the library makes of pages and values.
        reader.reserve(size as usize + (size as usize).min(4 << 20))?;
        let connection = open(input, size)?;
        let mut tables = Vec::new();
        list(&connection, &mut tables).map_err(|error| fault(&error))?;
        let pieces = Pieces::new(reader);
        let mut database = Database { connection, pieces, rows: 0, size, torn: 0 };
        database.read(reader, &tables)
    }
}

struct Table {
    name: Arc<str>,
    columns: Vec<Arc<str>>,
    /// By which name its row ids are asked for; none if it has none.
    row_id: Option<&'static str>,
}

struct Database {
    connection: Connection,
    pieces: Pieces,
    rows: u64,
    size: u64,
    torn: usize,
}

impl Database {
    fn read(&mut self, reader: &mut Reader<'_>, tables: &[Table]) -> Result<(), Fault> {
        let start = reader.start().unwrap_or_default();
        for (number, table) in tables.iter().enumerate().skip(start.at as usize) {
            let from = if number as u64 == start.at { start } else { ResumeLevel::default() };
            match self.table(reader, number as u64, table, from) {
                Err(Fault::Broken { .. }) => {
                    self.torn += 1;
                    reader.items(Item::Row, Class::Failed(Reason::Broken), 1);
                }
                other => other?,
            }
        }
        self.pieces.flush(reader)?;
        if self.torn > 0 {
            let what =
                format!("{} of {} tables can't be read to their end", self.torn, tables.len());
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
        let query = query(table, from);
        let mut statement = self.connection.prepare(&query).map_err(|e| fault(&e))?;
        let mut rows = statement.query([]).map_err(|e| fault(&e))?;
        let mut counted = 0;
        while let Some(row) = rows.next().map_err(|e| fault(&e))? {
            counted += 1;
            self.rows += 1;
            // A row takes up bytes; pages that lead back to themselves give rows without end.
            if self.rows > self.size {
                return Err(Fault::broken(NAME, "it has more rows than bytes"));
            }
            let (id, first) = match table.row_id {
                Some(_) => (row.get_ref(0).ok().and_then(|v| v.as_i64().ok()).unwrap_or(0), 1),
                None if counted <= from.line => continue,
                None => (counted as i64, 0),
            };
            give_row(&mut self.pieces, reader, table, row, (id as u64, first))?;
            // Rows without an id are counted in `line`; an id may be any number, so a mark says
            // that there is one.
            let (line, column) = if table.row_id.is_some() { (0, 1) } else { (counted, 0) };
            let next = ResumeLevel { at: number, line, column, row: id as u64 };
            self.pieces.border(reader, Some(Item::Row), Some(next))?;
        }
        Ok(())
    }
}

fn give_row(
    pieces: &mut Pieces,
    reader: &mut Reader<'_>,
    table: &Table,
    row: &Row<'_>,
    (id, first): (u64, usize),
) -> Result<(), Fault> {
    for (i, column) in table.columns.iter().enumerate() {
        let number: Zeroizing<String>;
        let text = match row.get_ref(first + i).map_err(|e| fault(&e))? {
            ValueRef::Null => continue,
            ValueRef::Text(text) => text,
            ValueRef::Integer(value) => {
                number = Zeroizing::new(value.to_string());
                number.as_bytes()
            }
            ValueRef::Real(value) => {
                number = Zeroizing::new(value.to_string());
                number.as_bytes()
            }
            ValueRef::Blob(blob) if is_text(blob) => blob,
            ValueRef::Blob([]) => continue,
            ValueRef::Blob(_) => {
                reader.items(Item::Member, Class::Skipped(Reason::Binary), 1);
                continue;
            }
        };
        let (table, field) = (Arc::clone(&table.name), Arc::clone(column));
        let anchor = Anchor::Field { table, row: id, field, offset: 0 };
        pieces.field(reader, Some(column), text, anchor)?;
    }
    Ok(())
}

/// Opens an image of the database, and arms the library against what it may say.
fn open(input: &mut dyn Input, size: u64) -> Result<Connection, Fault> {
    let failed = |error: rusqlite::Error| fault(&error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_in_memory_with_flags(flags).map_err(failed)?;
    let mut image = WithoutLog { inner: Sequential::new(input, 0), at: 0, failed: None };
    let read = connection.deserialize_read_exact("main", &mut image, size as usize, true);
    if let Some(error) = image.failed {
        return Err(Fault::Io(error));
    }
    read.map_err(failed)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(failed)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).map_err(failed)?;
    let longest = i32::try_from(size).unwrap_or(i32::MAX).max(1 << 20);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest).map_err(failed)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0).map_err(failed)?;
    let mut left = FREE_STEPS.saturating_add(size.saturating_mul(STEPS_PER_BYTE));
    let stop = move || {
        left = left.saturating_sub(STEPS_BETWEEN as u64);
        left == 0
    };
    connection.progress_handler(STEPS_BETWEEN, Some(stop)).map_err(failed)?;
    connection.pragma_update(None, "cell_size_check", true).map_err(failed)?;
    Ok(connection)
}

/// The image without the mark that asks for a write-ahead log, which memory hasn't.
struct WithoutLog<'a> {
    inner: Sequential<'a>,
    at: usize,
    failed: Option<io::Error>,
}

impl Read for WithoutLog<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = match self.inner.read(buffer) {
            Err(e) if e.kind() != io::ErrorKind::Interrupted => {
                self.failed = Some(e);
                return Err(io::ErrorKind::Other.into());
            }
            done => done?,
        };
        for at in VERSIONS {
            if let Some(byte) = at.checked_sub(self.at).and_then(|at| buffer[..n].get_mut(at)) {
                *byte = (*byte).min(1);
            }
        }
        self.at += n;
        Ok(n)
    }
}

/// The tables by name, the schema first.
fn list(connection: &Connection, tables: &mut Vec<Table>) -> rusqlite::Result<()> {
    let columns = ["name", "sql"].map(Arc::from).to_vec();
    tables.push(Table { name: "sqlite_schema".into(), columns, row_id: Some("rowid") });
    let query = "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' \
        AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    let mut statement = connection.prepare(query)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if tables.len() >= MAX_TABLES {
            break;
        }
        let (name, without): (String, bool) = (row.get(0)?, row.get(1)?);
        let columns = columns_of(connection, &name)?;
        let free = |id: &&str| !columns.iter().any(|column| column.eq_ignore_ascii_case(id));
        let row_id = ["rowid", "_rowid_", "oid"].into_iter().find(free).filter(|_| !without);
        if !columns.is_empty() {
            tables.push(Table { name: name.into(), columns, row_id });
        }
    }
    Ok(())
}

/// The columns that are stored as they are: what is generated is made of these.
fn columns_of(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Arc<str>>> {
    let query = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0";
    let mut statement = connection.prepare_cached(query)?;
    let names = statement.query_map([table], |row| row.get::<_, String>(0))?;
    names.map(|name| name.map(Arc::from)).collect()
}

fn query(table: &Table, from: ResumeLevel) -> String {
    let mut wanted: Vec<String> = table.row_id.iter().map(|id| (*id).to_owned()).collect();
    wanted.extend(table.columns.iter().map(|column| quoted(column)));
    let mut query = format!("SELECT {} FROM main.{}", wanted.join(", "), quoted(&table.name));
    if let Some(id) = table.row_id {
        if from.column > 0 {
            query.push_str(&format!(" WHERE {id} > {}", from.row as i64));
        }
        query.push_str(&format!(" ORDER BY {id}"));
    }
    query
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn is_text(blob: &[u8]) -> bool {
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    blob.len() >= SHORT_BLOB && std::str::from_utf8(blob).is_ok_and(|text| !text.contains(control))
}

/// What the library says, without the names that stand in its messages.
fn fault(error: &rusqlite::Error) -> Fault {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => {
            Fault::skipped(Reason::ReaderLimit, "takes far more work than such a database should")
        }
        Some(ErrorCode::OutOfMemory | ErrorCode::TooBig) => {
            Fault::skipped(Reason::ReaderLimit, "holds a value that is too large")
        }
        Some(ErrorCode::NotADatabase) => Fault::broken(NAME, "encrypted, or no database at all"),
        Some(_) => Fault::broken(NAME, "its pages don't hang together"),
        None => Fault::broken(NAME, "its schema can't be understood"),
    }
}
