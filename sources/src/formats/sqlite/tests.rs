//! Databases that SQLite itself made are read as it reads them, and damage to them is borne.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params};
use trawl_model::unit::{Resume, ResumeLevel};
use trawl_model::{Anchor, Class, Item, Piece, Reason};

use super::is_text;
use crate::Limits;
use crate::formats::Outcome;
use crate::testing::{Collected, Memory, read, read_from};

pub(super) const FAILED: Class = Class::Failed(Reason::Broken);
const BINARY: Class = Class::Skipped(Reason::Binary);

/// A value that was given: table, row, column, text.
pub(super) type Field = (String, u64, String, String);

/// What a database holds, by the library's own reading of it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Truth {
    pub(super) fields: Vec<Field>,
    /// Where reading can begin again behind each row.
    levels: Vec<ResumeLevel>,
    binary: u64,
}

fn image(connection: &mut Connection) -> Vec<u8> {
    connection.serialize("main").unwrap().to_vec()
}

/// A database of these statements.
pub(super) fn database(statements: &str) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(statements).unwrap();
    image(&mut connection)
}

fn opened(bytes: &[u8]) -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.deserialize_read_exact("main", bytes, bytes.len(), false).unwrap();
    connection
}

pub(super) fn truth(bytes: &[u8]) -> Truth {
    let connection = opened(bytes);
    let query = "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' \
        AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    let mut statement = connection.prepare(query).unwrap();
    let names = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let names: Vec<(String, bool)> = names.map(Result::unwrap).collect();
    let mut truth = Truth::default();
    truth.enter(&connection, 0, ("sqlite_schema", &["name".into(), "sql".into()], Some("rowid")));
    for (number, (name, without)) in names.iter().enumerate() {
        let query = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0";
        let mut statement = connection.prepare(query).unwrap();
        let columns = statement.query_map([name], |row| row.get(0)).unwrap();
        let columns: Vec<String> = columns.map(Result::unwrap).collect();
        let free = |id: &&str| !columns.iter().any(|column| column.eq_ignore_ascii_case(id));
        let id = ["rowid", "_rowid_", "oid"].into_iter().find(free).filter(|_| !without);
        truth.enter(&connection, number as u64 + 1, (name, &columns, id));
    }
    truth
}

impl Truth {
    fn enter(
        &mut self,
        connection: &Connection,
        number: u64,
        (table, columns, id): (&str, &[String], Option<&str>),
    ) {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let wanted: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
        let (wanted, from) = (wanted.join(", "), quoted(table));
        let order = id.map_or(String::new(), |id| format!("ORDER BY {id}"));
        let id_or_0 = id.unwrap_or("0");
        let query = format!("SELECT {id_or_0}, {wanted} FROM main.{from} NOT INDEXED {order}");
        let mut statement = connection.prepare(&query).unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut counted = 0;
        while let Some(row) = rows.next().unwrap() {
            counted += 1;
            let number_of_row =
                if id.is_some() { row.get::<_, i64>(0).unwrap() as u64 } else { counted };
            for (i, column) in columns.iter().enumerate() {
                let text = match row.get_ref(i + 1).unwrap() {
                    ValueRef::Integer(value) => value.to_string(),
                    ValueRef::Real(value) => value.to_string(),
                    ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    ValueRef::Blob(blob) if blob.len() >= 4 && is_text(blob) => {
                        String::from_utf8_lossy(blob).into_owned()
                    }
                    ValueRef::Blob([]) | ValueRef::Null => continue,
                    ValueRef::Blob(_) => {
                        self.binary += 1;
                        continue;
                    }
                };
                if !text.is_empty() {
                    self.fields.push((table.to_owned(), number_of_row, column.clone(), text));
                }
            }
            let (line, column) = if id.is_some() { (0, 1) } else { (counted, 0) };
            self.levels.push(ResumeLevel { at: number, line, column, row: number_of_row });
        }
    }
}

/// The fields of pieces; the name of the object is none.
pub(super) fn fields(pieces: &[Piece]) -> Vec<Field> {
    let segments = pieces.iter().flat_map(|piece| {
        piece.segments.iter().map(|segment| (segment, &piece.text[segment.text.clone()]))
    });
    let fields = segments.filter_map(|(segment, text)| match &segment.anchor {
        Anchor::Field { table, row, field, offset } => {
            assert_eq!((segment.label.as_deref(), *offset), (Some(&**field), 0));
            let text = String::from_utf8_lossy(text).into_owned();
            Some((table.to_string(), *row, field.to_string(), text))
        }
        _ => None,
    });
    fields.collect()
}

/// So small that each row that has a text is followed by a point to go on from.
pub(super) fn small_pieces() -> Limits {
    Limits { piece_bytes: 1, overlap_bytes: 16, ..Limits::default() }
}

/// Reads a sound database, and checks that it is read as the library reads it, also on from where
/// it can be left.
#[track_caller]
fn check(bytes: &[u8]) -> Truth {
    let truth = truth(bytes);
    let limits = small_pieces();
    let (whole, outcome) = read(bytes, "a.db", &limits);
    assert_eq!(outcome.class, Class::Read, "{:?}", outcome.error);
    assert_eq!(fields(&whole.pieces), truth.fields);
    assert_eq!(whole.coverage.items_of(Item::Row, Class::Read), truth.levels.len() as u64);
    assert_eq!(whole.coverage.items_of(Item::Row, FAILED), 0);
    assert_eq!(whole.coverage.items_of(Item::Member, BINARY), truth.binary);
    let mut levels = truth.levels.iter();
    let step = whole.safe_points.len() / 40 + 1;
    for (i, point) in whole.safe_points.iter().enumerate() {
        assert!(levels.any(|level| point.at.levels == [*level]), "{:?} is behind a row", point.at);
        if i % step == 0 {
            check_rest(bytes, &limits, &whole, i, &outcome);
        }
    }
    truth
}

/// Goes on from a safe point: what was given before and what is given then is all there is.
#[track_caller]
pub(super) fn check_rest(
    bytes: &[u8],
    limits: &Limits,
    whole: &Collected,
    nth: usize,
    outcome: &Outcome,
) {
    let point = &whole.safe_points[nth];
    let (rest, again) = read_from(&mut Memory::new(bytes), "a.db", limits, &point.at);
    let given = fields(&whole.pieces[..point.pieces]);
    let all: Vec<Field> = given.into_iter().chain(fields(&rest.pieces)).collect();
    assert_eq!(all, fields(&whole.pieces), "on from {:?}", point.at);
    let mut coverage = point.coverage.clone();
    coverage += &rest.coverage;
    assert_eq!(coverage.items().collect::<Vec<_>>(), whole.coverage.items().collect::<Vec<_>>());
    if outcome.class == Class::Read {
        assert_eq!(again.class, Class::Read);
    }
}

/// Tables of all shapes; each has columns a, b, c and d that take values.
const SHAPES: &[&str] = &[
    "(a, b, c, d)",
    "(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB)",
    "(d, c, a INTEGER PRIMARY KEY DESC, b)",
    "(b, a INTEGER, c NUMERIC, d, PRIMARY KEY (a DESC))",
    "(a INTEGER PRIMARY KEY AUTOINCREMENT, b, c, d UNIQUE)",
    "(a UNIQUE PRIMARY KEY, b, c, d, UNIQUE (b, c))",
    "(a INT PRIMARY KEY, b, c, d)",
    "(b, c, a INTEGER UNIQUE, d, PRIMARY KEY (a))",
    "(a, b, c, d, PRIMARY KEY (c, a)) WITHOUT ROWID",
    "(a INTEGER PRIMARY KEY, b, c, d UNIQUE) WITHOUT ROWID",
    "(a TEXT COLLATE NOCASE, b, c, d, PRIMARY KEY (d DESC, a, d COLLATE NOCASE, b)) WITHOUT ROWID",
    "(a, v AS (b || 'v') VIRTUAL, b, s AS (length(b)) STORED, c, d, w AS (1))",
    "(a, v AS (b || 'v'), b, s AS (length(b)) STORED, c, d, PRIMARY KEY (b, d)) WITHOUT ROWID",
    "(RowId, a, b, c, d)",
    "(rowid, oid, _rowid_, a, b, c, d)",
    "(rowid, oid, _rowid_, b, a INTEGER PRIMARY KEY, c, d)",
    "(a, b CHECK (b IS NOT 'no'), c DEFAULT 'usual', d, \"a \"\"name\"\"\" DEFAULT 5)",
    "(a INT, b TEXT, c REAL, d ANY) STRICT",
];
/// Names that sort otherwise in other encodings, or are hard to quote.
const NAMES: &[&str] = &["t", "T2", "größe", "Ā", "the \"table\"", "zz", "x'y", "Ω", "a.b"];

/// A table to be made: shape, rows, how many of them are deleted, and whether a column is added.
#[derive(Debug, Clone)]
struct Made {
    shape: usize,
    rows: Vec<[Value; 4]>,
    deleted: i64,
    added: bool,
}

fn any_value() -> impl Strategy<Value = Value> {
    let long = (0usize..3_000, "[a-zß€😀]{0,9}").prop_map(|(n, text)| text.repeat(n % 300));
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Integer),
        (-200i64..70_000).prop_map(Value::Integer),
        prop_oneof![Just(0), Just(1), Just(1 << 23), Just(-(1 << 31)), Just(1i64 << 47)]
            .prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Real),
        "[ -~äЖ中😀]{0,30}".prop_map(Value::Text),
        long.clone().prop_map(Value::Text),
        long.prop_map(|text| Value::Blob(text.into_bytes())),
        prop::collection::vec(any::<u8>(), 0..2_000).prop_map(Value::Blob),
    ]
}

fn any_table() -> impl Strategy<Value = Made> {
    let row = [any_value(), any_value(), any_value(), any_value()];
    let rows = prop::collection::vec(row, 0..40);
    (0..SHAPES.len(), rows, 0i64..4, any::<bool>()).prop_map(|(shape, rows, deleted, added)| Made {
        shape,
        rows,
        deleted,
        added,
    })
}

/// An empty database of which each page keeps some bytes for others.
fn reserving(reserved: u8, settings: &str) -> Connection {
    let mut bytes = database(&format!("{settings}; CREATE TABLE t (a); DROP TABLE t; VACUUM"));
    bytes[20] = reserved;
    let size = u16::from_be_bytes([bytes[16], bytes[17]]);
    let usable = if size == 1 { 1 << 16 } else { u32::from(size) } - u32::from(reserved);
    bytes[105..107].copy_from_slice(&(usable as u16).to_be_bytes());
    opened(&bytes)
}

fn fill(connection: &Connection, name: &str, made: &Made) {
    let quoted = format!("\"{}\"", name.replace('"', "\"\""));
    connection.execute_batch(&format!("CREATE TABLE {quoted} {}", SHAPES[made.shape])).unwrap();
    let insert = format!("INSERT OR IGNORE INTO {quoted} (a, b, c, d) VALUES (?1, ?2, ?3, ?4)");
    let mut statement = connection.prepare(&insert).unwrap();
    // What a shape refuses is left out.
    let mut put = |[a, b, c, d]: &[Value; 4]| drop(statement.execute(params![a, b, c, d]));
    let half = made.rows.len() / 2;
    made.rows[..half].iter().for_each(&mut put);
    if made.added {
        connection.execute_batch(&format!("ALTER TABLE {quoted} ADD COLUMN e TEXT")).unwrap();
    }
    made.rows[half..].iter().for_each(&mut put);
    let delete = format!("DELETE FROM {quoted} WHERE length(b) % 4 < ?1");
    connection.execute(&delete, [made.deleted]).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_database_is_read_as_the_library_reads_it(
        page in 9u32..17, encoding in 0usize..3, auto_vacuum in 0..3, vacuum in any::<bool>(),
        reserved in prop_oneof![Just(0u8), 1u8..32],
        tables in prop::collection::vec(any_table(), 0..5)
    ) {
        let encoding = ["UTF-8", "UTF-16le", "UTF-16be"][encoding];
        let settings = format!(
            "PRAGMA page_size = {}; PRAGMA encoding = '{encoding}'; PRAGMA auto_vacuum = {auto_vacuum}",
            1u32 << page
        );
        let mut connection = reserving(reserved, &settings);
        for (made, name) in tables.iter().zip(NAMES.iter().cycle().skip(page as usize)) {
            fill(&connection, name, made);
        }
        if vacuum {
            connection.execute_batch("VACUUM").unwrap();
        }
        check(&image(&mut connection));
    }
}

#[test]
fn the_settings_of_tests_take_hold() {
    let settings = "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16be'";
    let mut connection = reserving(24, settings);
    connection.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES ('text')").unwrap();
    let bytes = image(&mut connection);
    assert_eq!((&bytes[16..18], bytes[20], bytes[59]), (&[4, 0][..], 24, 3));
    let ok: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(ok, "ok");
    assert_eq!(check(&bytes).fields.last().unwrap().3, "text");
}

#[test]
fn rows_of_every_length_are_read() {
    let text: String = (0..3_000u32).map(|i| char::from(b'a' + (i * i % 26) as u8)).collect();
    for (size, reserved) in [(512, 0), (512, 32), (1024, 7)] {
        let mut connection = reserving(reserved, &format!("PRAGMA page_size = {size}"));
        let tables = "CREATE TABLE t (a); CREATE TABLE k (a PRIMARY KEY, b) WITHOUT ROWID; BEGIN";
        connection.execute_batch(tables).unwrap();
        // From what lies on a page alone to chains of two pages.
        for length in 0..2 * size + 100 {
            let text = &text[..length];
            connection.execute("INSERT INTO t VALUES (?1)", [text]).unwrap();
            connection
                .execute("INSERT INTO k VALUES (?1, ?2)", params![length as i64, text])
                .unwrap();
        }
        connection.execute_batch("END").unwrap();
        check(&image(&mut connection));
    }
}

/// Rows enough for a tree of three levels of small pages.
pub(super) const DEEP: &str = "PRAGMA page_size = 512; CREATE TABLE t (a, b); CREATE TABLE k (a PRIMARY KEY, b) \
    WITHOUT ROWID; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
    INSERT INTO t SELECT 'value ' || i, i FROM n; INSERT INTO k SELECT a, b FROM t;";

#[test]
fn deep_trees_are_read_and_gone_on_with() {
    let truth = check(&database(DEEP));
    assert_eq!(truth.levels.len(), 2 + 3000 + 3000);
}

#[test]
fn a_table_that_only_its_own_program_could_make_is_read() {
    let checked =
        "CREATE TABLE t (a COLLATE ours PRIMARY KEY, mail CHECK (ours(mail))) WITHOUT ROWID";
    let bytes = declared_as(checked, "CREATE TABLE t (a PRIMARY KEY, mail) WITHOUT ROWID");
    assert_eq!(fields(&read(&bytes, "a.db", &Limits::default()).0.pieces)[3].2, "mail");
    let bytes =
        declared_as("CREATE TABLE t (a, mail CHECK (ours(mail)))", "CREATE TABLE t (a, mail)");
    assert_eq!(check(&bytes).fields[3].2, "mail");
}

/// A database of one row whose table is declared otherwise than it was made.
fn declared_as(declaration: &str, made: &str) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(made).unwrap();
    connection.execute("INSERT INTO t VALUES (1, 'jane@example.org')", []).unwrap();
    connection.execute_batch("PRAGMA writable_schema = ON").unwrap();
    connection.execute("UPDATE sqlite_schema SET sql = ?1", [declaration]).unwrap();
    image(&mut connection)
}

#[test]
fn a_table_whose_declaration_is_refused_has_numbered_columns() {
    let refused = [
        "CREATE TABLE t (",
        "CREATE TABLE t AS SELECT 1, 2",
        "CREATE TABLE t (a, b); DROP TABLE t",
        "CREATE TABLE another (a, b)",
        "CREATE VIRTUAL TABLE t USING fts5(a, b)",
        "CREATE VIEW t (a, b) AS SELECT 1, 2",
        "DELETE FROM t",
        "",
    ];
    let ways = ["CREATE TABLE t (a, b)", "CREATE TABLE t (a PRIMARY KEY, b) WITHOUT ROWID"];
    for (declaration, made) in refused.iter().flat_map(|d| ways.iter().map(move |m| (d, m))) {
        let (collected, outcome) = read(&declared_as(declaration, made), "a.db", &small_pieces());
        assert_eq!(outcome.class, Class::Read, "{declaration}: {:?}", outcome.error);
        let field = |name: &str, text: &str| ("t".into(), 1, String::from(name), text.into());
        let given = fields(&collected.pieces);
        let rows = [field("column1", "1"), field("column2", "jane@example.org")];
        assert_eq!(given[given.len() - 2..], rows, "{declaration}");
    }
}

#[test]
fn too_many_tables_are_told() {
    let tables: String = (0..10_001).map(|i| format!("CREATE TABLE t{i} (a);")).collect();
    let (collected, outcome) =
        read(&database(&format!("BEGIN; {tables} END")), "a.db", &Limits::default());
    assert_eq!(outcome.class, Class::Read);
    let left_out = collected.coverage.items_of(Item::Member, Class::Skipped(Reason::ReaderLimit));
    assert_eq!(left_out, 2);
}

#[test]
fn a_value_that_is_too_large_is_skipped_alone() {
    let bytes = database(
        "CREATE TABLE t (a, b); INSERT INTO t VALUES \
        (printf('%2000d', 1), 'jane@example.org'), ('joe@example.org', zeroblob(5000))",
    );
    let limits = Limits { whole_bytes: 1_999, ..Limits::default() };
    let (collected, outcome) = read(&bytes, "a.db", &limits);
    assert_eq!(outcome.class, Class::Read);
    assert_eq!(collected.find("example.org").len(), 2);
    let items = |reason| collected.coverage.items_of(Item::Member, Class::Skipped(reason));
    assert_eq!((items(Reason::ReaderLimit), items(Reason::Binary)), (1, 1));
}

#[test]
fn a_database_that_could_not_be_held_is_read_in_little_memory() {
    let bytes = database(
        "CREATE TABLE t (a, b, c); INSERT INTO t VALUES \
        (zeroblob(40 << 20), 'jane@example.org', printf('%200000d', 1)), \
        (zeroblob(40 << 20), 'joe@example.org', 1)",
    );
    assert!(bytes.len() > Limits::default().whole_bytes);
    let (collected, outcome) = read(&bytes, "a.db", &Limits::default());
    assert_eq!(outcome.class, Class::Read, "{:?}", outcome.error);
    assert_eq!(collected.find("example.org").len(), 2);
    assert!(collected.reserved < 1 << 20, "{} bytes", collected.reserved);
}

#[test]
fn a_database_within_a_stream_is_loaded_within_bounds() {
    let bytes = database(
        "CREATE TABLE t (a, b); INSERT INTO t VALUES ('jane@example.org', zeroblob(100000))",
    );
    let mut stream = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut stream, &bytes).unwrap();
    let stream = stream.finish().unwrap();
    let (collected, _) = read(&stream, "a.db.gz", &Limits::default());
    assert_eq!(collected.one("jane@example.org").label.as_deref(), Some("a"));
    let (collected, _) =
        read(&stream, "a.db.gz", &Limits { whole_bytes: 100_000, ..Limits::default() });
    assert!(collected.find("jane@example.org").is_empty());
    let skipped = Class::Skipped(Reason::ReaderLimit);
    assert_eq!(collected.coverage.items_of(Item::Member, skipped), 1);
}

#[test]
fn going_on_descends_to_the_row() {
    let bytes = database(DEEP);
    let size = bytes.len() as u64;
    let last = ResumeLevel { at: 2, line: 0, column: 1, row: 2_990 };
    let mut content = Counting { memory: Memory::new(bytes), reads: BTreeMap::new() };
    let from = Resume { levels: vec![last] };
    let (rest, _) = read_from(&mut content, "a.db", &Limits::default(), &from);
    assert_eq!(rest.coverage.items_of(Item::Row, Class::Read), 10);
    assert!(content.reads.len() < 12, "{} pages of {}", content.reads.len(), size / 512);
}

/// An object that notes where it is read behind its head.
struct Counting {
    memory: Memory,
    reads: BTreeMap<u64, u64>,
}

impl crate::connector::Content for Counting {
    fn fingerprint(&self) -> &trawl_model::Fingerprint {
        self.memory.fingerprint()
    }

    fn fingerprint_now(&mut self) -> std::io::Result<trawl_model::Fingerprint> {
        self.memory.fingerprint_now()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
        if offset >= crate::formats::HEAD_BYTES as u64 {
            *self.reads.entry(offset).or_default() += 1;
        }
        self.memory.read_at(offset, buffer)
    }
}

/// A database of which a page lies so far behind the others that all between are a hole.
struct Sparse {
    memory: Memory,
    fingerprint: trawl_model::Fingerprint,
    moved: u64,
    to: u64,
}

impl crate::connector::Content for Sparse {
    fn fingerprint(&self) -> &trawl_model::Fingerprint {
        &self.fingerprint
    }

    fn fingerprint_now(&mut self) -> std::io::Result<trawl_model::Fingerprint> {
        Ok(self.fingerprint.clone())
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
        let moved = if offset >= self.to { self.moved } else { 0 };
        self.memory.read_at(offset - moved, buffer)
    }
}

#[test]
fn pages_beyond_four_gigabytes_are_read() {
    let mut bytes = database(
        "PRAGMA page_size = 65536; CREATE TABLE t (a); \
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
        INSERT INTO t SELECT printf('value %d %99d', i, i) FROM n",
    );
    // The root's page behind its last cell is the last of the file.
    let (root, last) = (1 << 16, (bytes.len() >> 16) as u32);
    assert_eq!((bytes[root], &bytes[root + 8..root + 12]), (5, &last.to_be_bytes()[..]));
    bytes[root + 8..root + 12].copy_from_slice(&200_000u32.to_be_bytes());
    let moved = u64::from(200_000 - last) << 16;
    let (size, to) = (bytes.len() as u64 + moved, 199_999 << 16);
    let memory = Memory::new(bytes);
    let fingerprint = trawl_model::Fingerprint {
        size,
        ..crate::connector::Content::fingerprint(&memory).clone()
    };
    let mut content = Sparse { memory, fingerprint, moved, to };
    let (collected, outcome) =
        read_from(&mut content, "a.db", &Limits::default(), &Resume::default());
    assert_eq!(outcome.class, Class::Read, "{:?}", outcome.error);
    assert_eq!(collected.coverage.items_of(Item::Row, Class::Read), 3_001);
    assert_eq!(collected.find("value 3000").len(), 1);
}
