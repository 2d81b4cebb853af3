//! How a table of text parts its cells, told from its first rows.

use std::sync::Arc;

/// So many rows are looked at.
const ROWS: usize = 64;
/// Of a table that isn't named as one, so many rows must agree.
const AGREEING_ROWS: usize = 3;
/// No table has more columns; what seems to has other delimiters.
const MAX_COLUMNS: usize = 16_384;
const DELIMITERS: [u8; 4] = *b",;\t|";

type Rows = Vec<Row>;

/// Cells, and how many of them may be the rest of the one before.
#[derive(Default)]
struct Row {
    cells: Vec<Vec<u8>>,
    seams: usize,
}

/// Delimiter and header.
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    header: Vec<Arc<str>>,
    /// Which row it is, from 1.
    header_row: u64,
    /// Whether a delimiter before a space may be of a value.
    has_seams: bool,
}

impl Dialect {
    /// None if the rows have nothing in common. What is named as a table needs less to agree.
    pub(super) fn detect(head: &[u8], named: bool) -> Option<Self> {
        let cut = head.len() + 1024 >= crate::formats::HEAD_BYTES;
        let mut best: Option<((bool, usize), u8, Rows)> = None;
        for delimiter in DELIMITERS {
            let Some(mut rows) = rows_of(head, delimiter, named) else { continue };
            if cut && rows.len() < ROWS && rows.len() > 1 {
                rows.pop();
            }
            let Some(columns) = agreed(&rows, delimiter, named) else { continue };
            if !named && rows.iter().skip(1).take(2).any(is_rule) {
                continue;
            }
            // A first row that agrees says more than one that is passed over.
            let is_of_first = rows.first().is_some_and(|row| row.cells.len() == columns);
            let rank = (is_of_first, columns);
            if best.as_ref().is_none_or(|(most, _, _)| rank > *most) {
                best = Some((rank, delimiter, rows));
            }
        }
        let (columns, delimiter, rows) = match best {
            Some(((_, columns), delimiter, rows)) => (columns, delimiter, rows),
            // One column, under the name of a table.
            None if named && !head.is_empty() => {
                (1, b',', rows_of(head, b',', named).unwrap_or_default())
            }
            None => return None,
        };
        // What stands above the names of columns, such as what the table is called, has other cells.
        let first = rows.iter().position(|row| row.cells.len() == columns).unwrap_or(0);
        let header = rows.get(first).filter(|row| is_header(&row.cells) && rows.len() > first + 1);
        let has_seams = header.is_some_and(|row| may_have_seams(row, delimiter));
        let name = |cell: &Vec<u8>| Arc::from(String::from_utf8_lossy(cell).trim());
        let header = header.map(|row| row.cells.iter().map(name).collect()).unwrap_or_default();
        Some(Self { delimiter, header, header_row: first as u64 + 1, has_seams })
    }

    /// What the column is called, in a row behind the header.
    pub(super) fn label(&self, column: usize, row: u64) -> Option<&Arc<str>> {
        (row > self.header_row).then(|| self.header.get(column)).flatten()
    }

    /// Whether a cell that begins with a space may be the rest of the one before: `Doe, Jane`.
    pub(super) fn has_seams(&self) -> bool {
        self.has_seams
    }

    /// Whether a row of so many cells has as many as the header when those are joined that begin with a space.
    pub(super) fn joins(&self, cells: usize, seams: usize) -> bool {
        self.has_seams && joins(self.header.len(), cells, seams)
    }
}

/// Tabs and bars hardly stand in values, and where the names have spaces before them so have all cells.
fn may_have_seams(header: &Row, delimiter: u8) -> bool {
    matches!(delimiter, b',' | b';') && header.seams == 0 && header.cells.len() > 1
}

fn joins(columns: usize, cells: usize, seams: usize) -> bool {
    cells > columns && cells - seams == columns
}

/// What parts the head of a table of Markdown from its rows: that is text, which the engine reads as such.
fn is_rule(row: &Row) -> bool {
    let is_line = |cell: &Vec<u8>| cell.iter().all(|b| matches!(b, b'-' | b':' | b' ' | b'='));
    row.cells.iter().all(is_line) && row.cells.iter().any(|cell| cell.contains(&b'-'))
}

/// How many columns the rows agree on; at least two. Titles above a table and remarks below it are rows of one cell.
fn agreed(rows: &[Row], delimiter: u8, named: bool) -> Option<usize> {
    let first = rows.first()?;
    let of_first = agreed_on(rows, first.cells.len(), delimiter, named);
    of_first
        .or_else(|| named.then(|| agreed_on(rows, most_common(rows)?, delimiter, named)).flatten())
}

fn agreed_on(rows: &[Row], columns: usize, delimiter: u8, named: bool) -> Option<usize> {
    let head = rows.iter().find(|row| row.cells.len() == columns)?;
    let has_seams = named && may_have_seams(head, delimiter) && is_header(&head.cells);
    let agrees = |row: &&Row| {
        row.cells.len() == columns || has_seams && joins(columns, row.cells.len(), row.seams)
    };
    let same = rows.iter().filter(agrees).count();
    let several = || rows.iter().filter(|row| row.cells.len() > 1).count();
    let enough = match named {
        true => same * 10 >= several() * 7 && same * 2 >= rows.len(),
        false if same == rows.len() => rows.len() >= AGREEING_ROWS,
        false => {
            is_plainly_a_table(head, delimiter)
                && rows.len() >= 2 * AGREEING_ROWS
                && same * 10 >= rows.len() * 8
        }
    };
    (enough && (2..=MAX_COLUMNS).contains(&columns)).then_some(columns)
}

/// Of how many cells most rows are that have several; of the first such where there are as many of others.
fn most_common(rows: &[Row]) -> Option<usize> {
    let counts = || rows.iter().map(|row| row.cells.len()).filter(|count| *count > 1);
    let of = |columns: usize| counts().filter(|count| *count == columns).count();
    counts().rev().max_by_key(|columns| of(*columns))
}

/// Whether a first row is of names that no text would part so: below it rows may differ though nothing says that the
/// file is a table.
fn is_plainly_a_table(first: &Row, delimiter: u8) -> bool {
    const MIN_COLUMNS: usize = 4;
    delimiter != b',' && first.cells.len() >= MIN_COLUMNS && is_header(&first.cells)
}

/// The first rows; none as soon as one has other columns than the first, where all must agree.
fn rows_of(head: &[u8], delimiter: u8, may_differ: bool) -> Option<Rows> {
    let (mut rows, mut row, mut cell) = (Rows::new(), Row::default(), Taken::default());
    let (mut quoted, mut at) = (false, 0);
    while at < head.len() && rows.len() < ROWS {
        let byte = head[at];
        at += 1;
        match byte {
            b'"' if quoted && head.get(at) == Some(&b'"') => {
                cell.text.push(b'"');
                at += 1;
            }
            b'"' if quoted => quoted = false,
            b'"' if cell.text.is_empty() => (quoted, cell.quoted) = (true, true),
            b'\n' if !quoted => {
                if cell.text.last() == Some(&b'\r') {
                    cell.text.pop();
                }
                cell.end(&mut row);
                cell = Taken::default();
                let ended = std::mem::take(&mut row);
                if ended.cells.len() > 1 || !ended.cells[0].is_empty() {
                    let first = rows.first().unwrap_or(&ended);
                    let columns = first.cells.len();
                    let may_differ = may_differ || is_plainly_a_table(first, delimiter);
                    if !may_differ && (columns < 2 || ended.cells.len() != columns) {
                        return None;
                    }
                    rows.push(ended);
                }
            }
            b if b == delimiter && !quoted => cell.end(&mut row),
            b => cell.text.push(b),
        }
    }
    if rows.len() < ROWS && (!row.cells.is_empty() || !cell.text.is_empty()) {
        cell.end(&mut row);
        rows.push(row);
    }
    Some(rows)
}

/// A cell while it is read.
#[derive(Default)]
struct Taken {
    text: Vec<u8>,
    quoted: bool,
    /// Whether the one before it in the row was.
    after_quoted: bool,
}

impl Taken {
    fn end(&mut self, row: &mut Row) {
        let is_plain = !self.quoted && !self.after_quoted;
        let begins_so = self.text.first() == Some(&b' ');
        row.seams += usize::from(is_plain && begins_so && !row.cells.is_empty());
        row.cells.push(std::mem::take(&mut self.text));
        (self.after_quoted, self.quoted) = (self.quoted, false);
    }
}

/// Names of columns are words, each its own.
fn is_header(row: &[Vec<u8>]) -> bool {
    let is_word = |cell: &Vec<u8>| {
        let digits = cell.iter().filter(|b| b.is_ascii_digit()).count();
        !cell.is_empty()
            && cell.len() <= 128
            && digits <= 2
            && digits < cell.len()
            && !cell.contains(&b'@')
    };
    let mut names: Vec<&Vec<u8>> = row.iter().collect();
    names.sort();
    names.dedup();
    row.iter().all(is_word) && names.len() == row.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(head: &str, named: bool) -> Option<(char, Vec<String>)> {
        let dialect = Dialect::detect(head.as_bytes(), named)?;
        let header = dialect.header.iter().map(|name| name.to_string()).collect();
        Some((char::from(dialect.delimiter), header))
    }

    #[test]
    fn titles_above_a_table_and_remarks_below_it_change_nothing() {
        let names = vec!["name".to_owned(), "born".to_owned()];
        let titled =
            "Members of the club\n\nname,born\nJane,1980\nJohn,1981\nJim,1982\nas of May\n";
        assert_eq!(told(titled, true), Some((',', names)));
        let columns = ["id", "name", "town", "born"].map(str::to_owned).to_vec();
        let rows = "1|Jane|Hull|1980\n".repeat(6);
        let remarked = format!("id|name|town|born\n{rows}7 rows\n");
        assert_eq!(told(&remarked, false), Some(('|', columns)));
        assert_eq!(told(&format!("a|b\n{rows}"), false), None);
    }

    #[test]
    fn delimiters_and_headers_are_told() {
        let names = vec!["name".to_owned(), "born".to_owned()];
        assert_eq!(told("name,born\nJane,1980\nJohn,1981\n", false), Some((',', names.clone())));
        assert_eq!(
            told("name;born\nDoe, Jane;1980\nRoe, Jim;1981\n", true),
            Some((';', names.clone()))
        );
        assert_eq!(told("name\tborn\nJane\t1980\nJoe\t1981", false), Some(('\t', names)));
        assert_eq!(told("Jane|1980\nJohn|1981\nJim|1982\n", false), Some(('|', vec![])));
        assert_eq!(told("\"a,b\",c\n\"d\"\"\",e\n", true).unwrap().1, ["a,b", "c"]);
    }

    #[test]
    fn rows_agree_whose_values_hold_the_delimiter_before_a_space() {
        let table = "name;born,town\nDoe, Jane,Ulm\nRoe, Jim,Bonn\nPoe, Ed,Kiel\n";
        assert_eq!(told(table, true).unwrap().1, ["name;born", "town"]);
        let dialect = |head: &str| Dialect::detect(head.as_bytes(), true).unwrap();
        let table = dialect("name,born\nDoe, Jane,1980\nRoe, Jim,1981\n");
        assert!(table.has_seams() && table.joins(3, 1) && table.joins(4, 2));
        assert!(!table.joins(2, 0) && !table.joins(2, 1) && !table.joins(3, 2));
        assert!(!dialect("name, born\nJane, 1980\nJim, 1981\n").has_seams());
        assert!(!dialect("name\tborn\nJane\t1980\nJim\t1981\n").has_seams());
        let rows =
            rows_of(b"\"Doe\", Jane,1980\nRoe,\" Jim\",1981\na, b, c\n", b',', true).unwrap();
        assert_eq!(rows.iter().map(|row| row.seams).collect::<Vec<_>>(), [0, 0, 2]);
    }

    #[test]
    fn prose_is_no_table() {
        let prose = "Dear Jane, dear John,\nthank you for your letter, and\nwhat came with it.\n";
        assert_eq!(told(prose, false), None);
        assert_eq!(
            told("| name | born |\n|---|:--|\n| Jane | 1980 |\n| Jim | 1981 |\n", false),
            None
        );
        assert_eq!(told("just a line", false), None);
    }
}
