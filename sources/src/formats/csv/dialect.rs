//! How a table of text parts its cells, told from its first rows.

use std::sync::Arc;

/// So many rows are looked at.
const ROWS: usize = 64;
/// Of a table that isn't named as one, so many rows must agree.
const AGREEING_ROWS: usize = 3;
/// No table has more columns; what seems to has other delimiters.
const MAX_COLUMNS: usize = 16_384;
const DELIMITERS: [u8; 4] = *b",;\t|";

type Row = Vec<Vec<u8>>;
type Rows = Vec<Row>;

/// Delimiter and header.
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    header: Vec<Arc<str>>,
}

impl Dialect {
    /// None if the rows have nothing in common. What is named as a table needs less to agree.
    pub(super) fn detect(head: &[u8], named: bool) -> Option<Self> {
        let cut = head.len() + 1024 >= crate::formats::HEAD_BYTES;
        let mut best: Option<(usize, u8, Rows)> = None;
        for delimiter in DELIMITERS {
            let Some(mut rows) = rows_of(head, delimiter, named) else { continue };
            if cut && rows.len() < ROWS && rows.len() > 1 {
                rows.pop();
            }
            let Some(columns) = agreed(&rows, named) else { continue };
            if best.as_ref().is_none_or(|(most, _, _)| columns > *most) {
                best = Some((columns, delimiter, rows));
            }
        }
        let (_, delimiter, rows) = match best {
            Some(best) => best,
            // One column, under the name of a table.
            None if named && !head.is_empty() => {
                (1, b',', rows_of(head, b',', named).unwrap_or_default())
            }
            None => return None,
        };
        let header = rows.first().filter(|row| is_header(row) && rows.len() > 1);
        let name = |cell: &Vec<u8>| Arc::from(String::from_utf8_lossy(cell).trim());
        let header = header.map(|row| row.iter().map(name).collect()).unwrap_or_default();
        Some(Self { delimiter, header })
    }

    /// What the column is called, in a row behind the header.
    pub(super) fn label(&self, column: usize, row: u64) -> Option<&Arc<str>> {
        (row > 1).then(|| self.header.get(column)).flatten()
    }
}

/// How many columns the rows agree on; at least two.
fn agreed(rows: &[Row], named: bool) -> Option<usize> {
    let columns = rows.first()?.len();
    let same = rows.iter().filter(|row| row.len() == columns).count();
    let enough = match named {
        true => same * 10 >= rows.len() * 7,
        false => same == rows.len() && rows.len() >= AGREEING_ROWS,
    };
    (enough && (2..=MAX_COLUMNS).contains(&columns)).then_some(columns)
}

/// The first rows; none as soon as one has other columns than the first, where all must agree.
fn rows_of(head: &[u8], delimiter: u8, may_differ: bool) -> Option<Rows> {
    let (mut rows, mut row, mut cell) = (Rows::new(), Row::new(), Vec::new());
    let (mut quoted, mut at) = (false, 0);
    while at < head.len() && rows.len() < ROWS {
        let byte = head[at];
        at += 1;
        match byte {
            b'"' if quoted && head.get(at) == Some(&b'"') => {
                cell.push(b'"');
                at += 1;
            }
            b'"' if quoted => quoted = false,
            b'"' if cell.is_empty() => quoted = true,
            b'\n' if !quoted => {
                if cell.last() == Some(&b'\r') {
                    cell.pop();
                }
                row.push(std::mem::take(&mut cell));
                let ended = std::mem::take(&mut row);
                if ended.len() > 1 || !ended[0].is_empty() {
                    let columns = rows.first().unwrap_or(&ended).len();
                    if !may_differ && (columns < 2 || ended.len() != columns) {
                        return None;
                    }
                    rows.push(ended);
                }
            }
            b if b == delimiter && !quoted => row.push(std::mem::take(&mut cell)),
            b => cell.push(b),
        }
    }
    if rows.len() < ROWS && (!row.is_empty() || !cell.is_empty()) {
        row.push(cell);
        rows.push(row);
    }
    Some(rows)
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
    fn prose_is_no_table() {
        let prose = "Dear Jane, dear John,\nthank you for your letter, and\nwhat came with it.\n";
        assert_eq!(told(prose, false), None);
        assert_eq!(told("just a line", false), None);
    }
}
