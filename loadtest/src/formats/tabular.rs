//! Tables as text: CSV in its dialects, JSON, JSON lines.

use crate::draft::Draft;
use crate::table::Table;
use crate::written::Written;

/// A dialect of CSV.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// What parts fields.
    pub separator: char,
    /// Whether every field is quoted, or only those that must be.
    pub quotes_all: bool,
    /// What ends a row.
    pub end: &'static str,
}

/// Dialects that programs write.
pub const DIALECTS: &[Dialect] = &[
    Dialect { separator: ',', quotes_all: false, end: "\n" },
    Dialect { separator: ',', quotes_all: true, end: "\r\n" },
    Dialect { separator: ';', quotes_all: false, end: "\r\n" },
    Dialect { separator: '|', quotes_all: false, end: "\n" },
];

/// Values parted by tabulators.
pub const TABS: Dialect = Dialect { separator: '\t', quotes_all: false, end: "\n" };

/// The table as CSV.
pub fn csv(table: &Table, dialect: Dialect) -> Written {
    let mut out = Draft::default();
    let header: Vec<Draft> = table.columns.iter().map(Draft::plain).collect();
    for row in std::iter::once(&header).chain(&table.rows) {
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                out.say(dialect.separator.encode_utf8(&mut [0; 4]));
            }
            let must = cell.text.contains([dialect.separator, '"', '\n', '\r']);
            if must || dialect.quotes_all {
                let doubled = cell.written(|c, out| match c {
                    '"' => out.push_str("\"\""),
                    c => out.push(c),
                });
                out.say("\"").append(&doubled).say("\"");
            } else {
                out.append(cell);
            }
        }
        out.say(dialect.end);
    }
    Written::text(&out)
}

/// The table as an array of objects, over several lines.
pub fn json(table: &Table) -> Written {
    let mut out = Draft::plain("{\n  \"");
    out.say(table.name).say("\": [\n");
    for (i, row) in table.rows.iter().enumerate() {
        out.say(if i > 0 { ",\n    {\n" } else { "    {\n" });
        for (j, (column, cell)) in table.columns.iter().zip(row).enumerate() {
            out.say(if j > 0 { ",\n      \"" } else { "      \"" });
            out.append(&json_text(&Draft::plain(column))).say("\": ");
            if i % 3 == 0 && is_number(&cell.text) {
                out.append(cell);
            } else {
                out.say("\"").append(&json_text(cell)).say("\"");
            }
        }
        out.say("\n    }");
    }
    out.say("\n  ]\n}\n");
    Written::text(&out)
}

/// The table as an object a line.
pub fn json_lines(table: &Table) -> Written {
    let mut out = Draft::default();
    for row in &table.rows {
        for (j, (column, cell)) in table.columns.iter().zip(row).enumerate() {
            out.say(if j > 0 { ",\"" } else { "{\"" });
            out.append(&json_text(&Draft::plain(column))).say("\":\"");
            out.append(&json_text(cell)).say("\"");
        }
        out.say("}\n");
    }
    Written::text(&out)
}

/// Whether programs that guess types would keep the text as a number, and could without loss.
pub fn is_number(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits && (1..=15).contains(&text.len()) && !text.starts_with('0')
}

/// Text as it stands between the quotes of JSON.
pub fn json_text(draft: &Draft) -> Draft {
    draft.written(|c, out| match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c => out.push(c),
    })
}
