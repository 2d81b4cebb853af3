//! The tables of a database, and what their columns are called and where they are stored.
//!
//! The schema is a table of texts. SQLite itself says what they mean: each is put into the schema
//! of an empty database in memory, which the library then loads. Loading never runs what it reads:
//! it only notes what is declared, and does so where making the table would fail, for want of a
//! function or a collation that only the database's own program has.

use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use trawl_model::{Class, Item, Reason};
use zeroize::Zeroizing;

use super::super::{Fault, Reader};
use super::node::Kind;
use super::page::{Encoding, Pages};
use super::record::{Record, Type, utf8};
use super::tree::{Entry, Tree};

/// Tables of one database.
const MAX_TABLES: usize = 10_000;
/// The text that declares a table: what is longer is not understood. Work of the library grows
/// faster than the text.
const MAX_DECLARATION: u64 = 256 << 10;
const DECLARATION: &str = "create table";
/// Each makes an index, which the library compares with all others of the table.
const UNIQUE: &[u8] = b"unique";
const MAX_UNIQUE: usize = 1_000;
/// The library's own tables are not read.
const OWN_TABLE: &str = "sqlite_";

/// Where the schema's own columns stand.
const SCHEMA: &str = "sqlite_schema";
const SCHEMA_ROOT: u32 = 1;
const TYPE: usize = 0;
const TABLE_NAME: usize = 1;
const ROOT: usize = 3;
const SQL: usize = 4;

/// A table that the schema names.
pub(super) struct Table {
    pub(super) name: Arc<str>,
    pub(super) root: u32,
    /// The text that declares it; empty if there is none that can be understood.
    declaration: Zeroizing<String>,
}

/// How the rows of a table are stored.
pub(super) struct Shape {
    /// None if only its pages tell.
    pub(super) kind: Option<Kind>,
    /// Whether its rows are known by their ids; else they are counted.
    pub(super) has_row_ids: bool,
    columns: Vec<Column>,
    /// The columns are named as they come.
    unnamed: bool,
}

/// A column that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: Arc<str>,
    /// Which value of the row it is; none if it is the row id.
    pub(super) at: Option<usize>,
}

/// The tables by name, the schema first. Those that are too many are counted when the database is
/// read from its start.
pub(super) fn tables(pages: &mut Pages<'_>, reader: &mut Reader<'_>) -> Result<Vec<Table>, Fault> {
    let (mut tables, mut left_out) = (Vec::new(), 0);
    let mut tree = Tree::new(SCHEMA_ROOT, Some(Kind::Table));
    while let Some(entry) = tree.next(pages)? {
        // What is damaged is counted when the schema is read as a table.
        let Entry::Row(_, payload) = entry else { continue };
        match Record::open(payload, pages).and_then(|mut row| table(&mut row, pages)) {
            Ok(Some(_)) if tables.len() >= MAX_TABLES - 1 => left_out += 1,
            Ok(Some(table)) => {
                reader.reserve(size_of::<Table>() + table.name.len() + table.declaration.len())?;
                tables.push(table);
            }
            Ok(None) | Err(Fault::Broken { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    if reader.start().is_none() {
        reader.items(Item::Member, Class::Skipped(Reason::ReaderLimit), left_out);
    }
    let encoding = pages.encoding();
    tables.sort_by_cached_key(|table| collated(&table.name, encoding));
    tables.insert(
        0,
        Table { name: SCHEMA.into(), root: SCHEMA_ROOT, declaration: Zeroizing::default() },
    );
    Ok(tables)
}

/// A row of the schema, if it names a table that is stored: a view or a virtual table isn't.
fn table(row: &mut Record, pages: &mut Pages<'_>) -> Result<Option<Table>, Fault> {
    let root = match row.value(ROOT) {
        Some(root) if root.kind() == Type::Integer => {
            let mut own = Zeroizing::default();
            root.integer(row.payload.bytes(root.range(), pages, &mut own)?)
        }
        _ => 0,
    };
    let Some(root) = u32::try_from(root).ok().filter(|root| *root > 0) else { return Ok(None) };
    if !text(row, TYPE, pages)?.eq_ignore_ascii_case("table") {
        return Ok(None);
    }
    let name = text(row, TABLE_NAME, pages)?;
    if starts_with(&name, OWN_TABLE) {
        return Ok(None);
    }
    let declaration = text(row, SQL, pages)?;
    Ok(Some(Table { name: name.as_str().into(), root, declaration }))
}

/// A text of the schema; empty if it is none, or too long.
fn text(row: &mut Record, nth: usize, pages: &mut Pages<'_>) -> Result<Zeroizing<String>, Fault> {
    let stored = row.value(nth).filter(|v| v.kind() == Type::Text && v.len() <= MAX_DECLARATION);
    let Some(stored) = stored else { return Ok(Zeroizing::default()) };
    let (encoding, mut own) = (pages.encoding(), Zeroizing::default());
    let bytes = row.payload.bytes(stored.range(), pages, &mut own)?;
    Ok(match encoding {
        Encoding::Utf8 => Zeroizing::new(String::from_utf8_lossy(bytes).into_owned()),
        _ => utf8(bytes, encoding),
    })
}

/// The library sorts by the bytes that are stored.
fn collated(name: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => name.as_bytes().to_vec(),
        Encoding::Utf16Le => name.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => name.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(start))
}

impl Table {
    /// How its rows are stored. Asked table by table: all columns of all tables may be too many.
    pub(super) fn shape(&self) -> Shape {
        if self.root == SCHEMA_ROOT {
            let column = |name: &str, at| Column { name: name.into(), at: Some(at) };
            let columns = vec![column("name", TABLE_NAME), column("sql", SQL)];
            let kind = Some(Kind::Table);
            return Shape { kind, has_row_ids: true, columns, unnamed: false };
        }
        let unnamed =
            || Shape { kind: None, has_row_ids: true, columns: Vec::new(), unnamed: true };
        if !starts_with(&self.declaration, DECLARATION) || self.indexes() > MAX_UNIQUE {
            return unnamed();
        }
        declared(&self.name, &self.declaration).unwrap_or_else(|_| unnamed())
    }

    /// How many indexes its declaration makes at the most.
    fn indexes(&self) -> usize {
        let words = self.declaration.as_bytes().windows(UNIQUE.len());
        words.filter(|word| word.eq_ignore_ascii_case(UNIQUE)).count()
    }
}

impl Shape {
    /// The columns of a row that has so many values, in the order in which they were declared.
    pub(super) fn columns(&mut self, values: usize) -> &[Column] {
        while self.unnamed && self.columns.len() < values {
            let name = format!("column{}", self.columns.len() + 1).into();
            self.columns.push(Column { name, at: Some(self.columns.len()) });
        }
        &self.columns
    }
}

/// What the library understands of a declaration.
fn declared(name: &str, declaration: &str) -> rusqlite::Result<Shape> {
    let connection = loaded(name, declaration)?;
    let without: bool = connection.query_row(
        "SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main' AND type = 'table'",
        [name],
        |row| row.get(0),
    )?;
    let columns = if without {
        columns_by_key(&connection, name)?
    } else {
        columns_by_row_id(&connection, name)?
    };
    // A row id can be asked for by each of these names that isn't a column's.
    let free = |id: &&str| !columns.iter().any(|column| column.name.eq_ignore_ascii_case(id));
    let has_row_ids = !without && ["rowid", "_rowid_", "oid"].iter().any(free);
    let kind = Some(if without { Kind::Index } else { Kind::Table });
    Ok(Shape { kind, has_row_ids, columns, unnamed: false })
}

/// A database in memory whose schema is this one table.
fn loaded(name: &str, declaration: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_in_memory_with_flags(flags)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // A table of its own lends the page on which it begins.
    connection.execute_batch("CREATE TABLE own (own); PRAGMA writable_schema = ON")?;
    let enter = "UPDATE sqlite_schema SET name = ?1, tbl_name = ?1, sql = ?2";
    connection.execute(enter, [name, declaration])?;
    // The schema is loaded anew when it is next asked for; what is wrong with it is an error then.
    connection.execute_batch("PRAGMA writable_schema = RESET")?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(connection)
}

/// A column as the library tells it.
struct Told {
    name: Arc<str>,
    /// 0 for what is stored as it was given; 2 for what is made when it is asked for; 3 for what
    /// is made and stored.
    hidden: u8,
    /// Its place in the primary key, from 1; else 0.
    key: u32,
}

const GENERATED: u8 = 2;

fn told(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Told>> {
    let query = "SELECT name, hidden, pk FROM pragma_table_xinfo(?1) ORDER BY cid";
    let mut statement = connection.prepare(query)?;
    let columns = statement.query_map([table], |row| {
        let (name, hidden, key) = (row.get::<_, String>(0)?, row.get(1)?, row.get(2)?);
        Ok(Told { name: name.into(), hidden, key })
    })?;
    columns.collect()
}

/// Columns in the order in which they were declared. One that is the row id by another name is
/// stored as nothing.
fn columns_by_row_id(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    let told = told(connection, table)?;
    // A key that has an index is none that the row id stands for.
    let query = "SELECT count(*) FROM pragma_index_list(?1) WHERE origin = 'pk'";
    let indexes: u32 = connection.query_row(query, [table], |row| row.get(0))?;
    let keys = told.iter().filter(|column| column.key > 0).count();
    let is_row_id = |column: &Told| column.key > 0 && keys == 1 && indexes == 0;
    let stored = told.iter().filter(|column| column.hidden != GENERATED).enumerate();
    let given = stored.filter(|(_, column)| column.hidden == 0);
    let columns = given.map(|(at, column)| Column {
        name: Arc::clone(&column.name),
        at: (!is_row_id(column)).then_some(at),
    });
    Ok(columns.collect())
}

/// Columns of a table that is stored by its key: those of the key come first.
fn columns_by_key(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    let told = told(connection, table)?;
    let query = "SELECT cid FROM pragma_index_xinfo(?1) ORDER BY seqno";
    let mut statement = connection.prepare(query)?;
    let stored: Vec<i64> =
        statement.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let given = told.iter().enumerate().filter(|(_, column)| column.hidden == 0);
    let columns = given.filter_map(|(number, column)| {
        let at = stored.iter().position(|stored| *stored == number as i64)?;
        Some(Column { name: Arc::clone(&column.name), at: Some(at) })
    });
    Ok(columns.collect())
}
