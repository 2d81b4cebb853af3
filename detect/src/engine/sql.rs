//! Dumps of databases in running text: `INSERT INTO t (a, b) VALUES (1, 2), …`, with the columns named in the statement
//! or where the table is created above it, and `COPY t (a, b) FROM stdin;` with rows parted by tabs.

use std::ops::Range;

use crate::reach::TABLE_BYTES;

/// The names of columns and what is written between them have at most so many bytes.
const MAX_HEAD_BYTES: usize = 3 << 10;
/// A table has at most so many columns.
const MAX_COLUMNS: usize = 256;
/// A cell has at most so many bytes.
const MAX_CELL_BYTES: usize = 4 << 10;
/// So many heads before a value are kept.
const MAX_KEPT: usize = 64;

/// The head of rows: what their cells are called, and where they begin.
struct Head {
    /// Where the first of what names the columns begins.
    start: usize,
    columns: Vec<Range<usize>>,
    rows: usize,
    by_tabs: bool,
}

/// The cells of rows, one by one.
struct Cells<'t> {
    text: &'t [u8],
    at: usize,
    column: usize,
    by_tabs: bool,
    /// Whether the next byte is within a row.
    inside: bool,
}

/// Heads that stand before values which come in order.
#[derive(Default)]
pub(super) struct Heads {
    field: usize,
    seen: Range<usize>,
    list: Vec<Head>,
    /// Where the reading of the last head's rows stands: the head's rows, and the place, column and kind of place.
    read: Option<(usize, usize, usize, bool)>,
    /// The rows of the head of which the end was seen.
    over: Option<usize>,
}

impl Heads {
    /// Where the name of the column stands that holds a value.
    pub(super) fn above(
        &mut self,
        text: &[u8],
        start: usize,
        value: &Range<usize>,
    ) -> Option<Range<usize>> {
        if !is_beside_signs(text, start, value) {
            return None;
        }
        self.see(text, start, value.start);
        let head = self.list.iter().rev().find(|head| head.rows <= value.start)?;
        if head.start + TABLE_BYTES < value.start || self.over == Some(head.rows) {
            return None;
        }
        let mut cells = Cells::of(text, head);
        if let Some((rows, at, column, inside)) = self.read
            && rows == head.rows
            && at <= value.start
        {
            (cells.at, cells.column, cells.inside) = (at, column, inside);
        }
        loop {
            let before = (head.rows, cells.at, cells.column, cells.inside);
            let Some((column, cell)) = cells.next() else {
                self.over = Some(head.rows);
                return None;
            };
            if cell.end >= value.end {
                self.read = Some(before);
                return head.columns.get(column).filter(|_| cell.start <= value.start).cloned();
            }
        }
    }

    /// Looks for heads up to a place.
    fn see(&mut self, text: &[u8], start: usize, to: usize) {
        let from = start.max(to.saturating_sub(TABLE_BYTES));
        if self.field != start || self.seen.end < from || self.seen.is_empty() {
            *self =
                Self { field: start, seen: from..from, list: Vec::new(), read: None, over: None };
        }
        if self.seen.end >= to {
            return;
        }
        // A word that begins before and ends behind what was seen is found as well.
        let first = from.max(self.seen.end.saturating_sub(INTO.len()));
        for at in heads_in(text, first..to) {
            if at + INTO.len() > self.seen.end || first == from {
                self.list.extend(Head::at(text, start, at));
            }
        }
        let old = self.list.len().saturating_sub(MAX_KEPT);
        self.list.drain(..old);
        self.seen.end = to;
    }
}

/// The cells of the rows behind a head that begins at a place, each with where its column's name stands.
pub(super) fn cells(text: &[u8], start: usize, at: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let Some(head) = Head::at(text, start, at) else { return Vec::new() };
    let all = Cells::of(text, &head).take_while(|(_, cell)| cell.end <= head.start + TABLE_BYTES);
    let named = all.filter_map(|(column, cell)| Some((head.columns.get(column)?.clone(), cell)));
    named.filter(|(_, cell)| !cell.is_empty()).collect()
}

/// Words with which heads begin, in any case.
pub(super) const HEADS: [&str; 2] = ["into ", "copy "];
const INTO: &[u8] = b"INTO ";

/// Where heads may begin, in order: at `INTO` or `COPY`.
fn heads_in(text: &[u8], within: Range<usize>) -> Vec<usize> {
    let Some(part) = text.get(within.clone()) else { return Vec::new() };
    let mut all: Vec<usize> = [INTO, b"into ", b"COPY ", b"copy "]
        .into_iter()
        .flat_map(|word| memchr::memmem::find_iter(part, word))
        .map(|at| within.start + at)
        .collect();
    all.sort_unstable();
    all
}

impl Head {
    /// The head whose `INTO` or `COPY` begins at a place.
    fn at(text: &[u8], start: usize, at: usize) -> Option<Self> {
        let text = &text[..text.len().min(at + MAX_HEAD_BYTES)];
        let is_copy = text.get(at).is_some_and(|b| b.eq_ignore_ascii_case(&b'c'));
        let before = last_word(text.get(start..at)?.trim_ascii_end());
        let insert: [&[u8]; 6] =
            [b"insert", b"replace", b"ignore", b"delayed", b"low_priority", b"priority"];
        if !is_copy && !is_one_of(before, &insert) {
            return None;
        }
        let name = name(text, blank(text, at + INTO.len()))?;
        let open = blank(text, name.end);
        let (names, behind) = match text.get(open)? {
            b'(' => columns(text, open)?,
            _ => (Vec::new(), name.end),
        };
        let (by_tabs, rows) = if is_copy {
            (true, rows_of_copy(text, behind)?)
        } else {
            (false, values(text, behind)?)
        };
        if names.is_empty() {
            let (start, columns) = created(text, start, at, &text[name])?;
            return Some(Self { start, columns, rows, by_tabs });
        }
        Some(Self { start: at, columns: names, rows, by_tabs })
    }
}

/// The columns of a table that is created before a place: where that begins, and their names.
fn created(
    text: &[u8],
    start: usize,
    at: usize,
    name_of: &[u8],
) -> Option<(usize, Vec<Range<usize>>)> {
    const TABLE: [&[u8]; 2] = [b"CREATE TABLE ", b"create table "];
    const UNLESS: &[u8] = b"if not exists ";
    const MAX_TABLES: usize = 8;
    let from = start.max(at.saturating_sub(TABLE_BYTES));
    let part = text.get(from..at)?;
    for word in TABLE {
        for table in memchr::memmem::rfind_iter(part, word).take(MAX_TABLES) {
            let mut begin = blank(text, from + table + word.len());
            let there = text.get(begin..begin + UNLESS.len());
            if there.is_some_and(|there| there.eq_ignore_ascii_case(UNLESS)) {
                begin += UNLESS.len();
            }
            let Some(its) = name(text, begin) else { continue };
            if bare(&text[its.clone()]) == bare(name_of) {
                let (columns, _) = columns(text, blank(text, its.end))?;
                return Some((from + table, columns));
            }
        }
    }
    None
}

/// The names that stand first between the commas of a list in brackets, and where it ends.
fn columns(text: &[u8], open: usize) -> Option<(Vec<Range<usize>>, usize)> {
    if text.get(open) != Some(&b'(') {
        return None;
    }
    let (mut names, mut at, mut depth) = (Vec::new(), open + 1, 0usize);
    let mut is_first = true;
    loop {
        at = blank(text, at);
        match *text.get(at)? {
            b')' if depth == 0 => return (!names.is_empty()).then_some((names, at + 1)),
            b')' => depth -= 1,
            b'(' => depth += 1,
            b',' if depth == 0 => is_first = true,
            _ if is_first => {
                let its = name(text, at)?;
                if names.len() >= MAX_COLUMNS {
                    return None;
                }
                at = its.end;
                names.push(its);
                is_first = false;
                continue;
            }
            b'\'' => at = text[at + 1..].iter().position(|b| *b == b'\'')? + at + 1,
            _ => {}
        }
        at += 1;
    }
}

/// A name at a place: with its signs, and with those before it that full stops part.
fn name(text: &[u8], at: usize) -> Option<Range<usize>> {
    let mut end = at;
    loop {
        let close = match text.get(end)? {
            b'"' => b'"',
            b'`' => b'`',
            b'[' => b']',
            _ => 0,
        };
        let rest = &text[end..];
        end += if close == 0 {
            rest.iter().position(|b| !is_of_name(*b)).unwrap_or(rest.len())
        } else {
            rest.iter().skip(1).take(128).position(|b| *b == close)? + 2
        };
        if text.get(end) != Some(&b'.') {
            return (end > at).then_some(at..end);
        }
        end += 1;
    }
}

const fn is_of_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80 || matches!(b, b'_' | b'$' | b'#' | b'@')
}

/// A name without what stands before its last full stop, and without signs.
fn bare(name: &[u8]) -> Vec<u8> {
    let last = name.rsplit(|b| *b == b'.').next().unwrap_or(name);
    last.iter().filter(|b| is_of_name(**b)).map(u8::to_ascii_lowercase).collect()
}

/// Where rows begin behind the names of columns and `VALUES`.
fn values(text: &[u8], behind: usize) -> Option<usize> {
    const WORD: &[u8] = b"values";
    let mut at = blank(text, behind);
    // `OVERRIDING SYSTEM VALUE` and the like.
    for _ in 0..4 {
        let end = at + text.get(at..)?.iter().position(|b| !b.is_ascii_alphabetic())?;
        if text[at..end].eq_ignore_ascii_case(WORD) {
            return (text.get(blank(text, end)) == Some(&b'(')).then(|| blank(text, end));
        }
        if end == at {
            return None;
        }
        at = blank(text, end);
    }
    None
}

/// Where rows begin behind `FROM stdin … ;`.
fn rows_of_copy(text: &[u8], behind: usize) -> Option<usize> {
    let line = &text[behind..];
    let end = memchr::memchr(b'\n', line)?;
    let line = line[..end].to_ascii_lowercase();
    let line = line.trim_ascii();
    (line.starts_with(b"from stdin") && line.ends_with(b";")).then_some(behind + end + 1)
}

impl<'t> Cells<'t> {
    fn of(text: &'t [u8], head: &Head) -> Self {
        Self { text, at: head.rows, column: 0, by_tabs: head.by_tabs, inside: head.by_tabs }
    }

    fn by_tab(&mut self) -> Option<(usize, Range<usize>)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let rest = &rest[..rest.len().min(MAX_CELL_BYTES)];
        if self.column == 0 && (rest.starts_with(b"\\.") || rest[0] == b'\n') {
            return None;
        }
        let end = self.at + memchr::memchr2(b'\t', b'\n', rest).unwrap_or(rest.len());
        let cell = (self.column, self.at..end);
        self.column = if self.text.get(end) == Some(&b'\t') { self.column + 1 } else { 0 };
        self.at = end + 1;
        Some(cell)
    }

    fn in_brackets(&mut self) -> Option<(usize, Range<usize>)> {
        if !self.inside {
            self.at = blank(self.text, self.at);
            if self.text.get(self.at) == Some(&b',') {
                self.at = blank(self.text, self.at + 1);
            }
            if self.text.get(self.at) != Some(&b'(') {
                return None;
            }
            (self.at, self.column, self.inside) = (self.at + 1, 0, true);
        }
        let begin = blank(self.text, self.at);
        let text = &self.text[..self.text.len().min(begin + MAX_CELL_BYTES)];
        let mut at = begin;
        let mut depth = 0usize;
        let mut quoted = None;
        loop {
            match *text.get(at)? {
                b'\'' | b'"' if depth == 0 => {
                    let close = end_of_quoted(text, at)?;
                    quoted = quoted.or(Some(at + 1..close));
                    at = close;
                }
                b'\'' => at = end_of_quoted(text, at)?,
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b',' if depth > 0 => {}
                b',' | b')' => {
                    let cell = quoted
                        .unwrap_or_else(|| begin..begin + text[begin..at].trim_ascii_end().len());
                    let column = self.column;
                    self.column += 1;
                    self.inside = text[at] == b',';
                    self.at = at + 1;
                    return Some((column, cell));
                }
                _ => {}
            }
            at += 1;
        }
    }
}

impl Iterator for Cells<'_> {
    type Item = (usize, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.by_tabs { self.by_tab() } else { self.in_brackets() }
    }
}

/// Where the sign stands that ends what the sign at a place begins: twice, or behind a backslash, it ends nothing.
fn end_of_quoted(text: &[u8], open: usize) -> Option<usize> {
    let sign = text[open];
    let mut at = open + 1;
    loop {
        let found = at + memchr::memchr2(sign, b'\\', text.get(at..)?)?;
        if text[found] == sign && text.get(found + 1) != Some(&sign) {
            return Some(found);
        }
        at = found + 2;
    }
}

/// Behind white space, and comments of a line.
fn blank(text: &[u8], mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at += rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        if !text.get(at..).is_some_and(|rest| rest.starts_with(b"--")) {
            return at;
        }
        at += memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
    }
}

/// Whether what stands beside a value are signs that part the cells of rows.
fn is_beside_signs(text: &[u8], start: usize, value: &Range<usize>) -> bool {
    let before = text[start..value.start].last();
    let after = text.get(value.end);
    before.is_some_and(|b| matches!(b, b'\'' | b'"' | b',' | b'(' | b' ' | b'\t' | b'\n'))
        && after.is_none_or(|b| matches!(b, b'\'' | b'"' | b',' | b')' | b'\t' | b'\n' | b'\r'))
}

fn last_word(text: &[u8]) -> &[u8] {
    let count = text.iter().rev().take_while(|b| b.is_ascii_alphabetic() || **b == b'_').count();
    &text[text.len() - count..]
}

fn is_one_of(word: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|one| one.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(text: &str, word: &str) -> Vec<String> {
        let heads = heads_in(text.as_bytes(), 0..text.len());
        let all = heads.into_iter().flat_map(|at| cells(text.as_bytes(), 0, at));
        let of_it = all.filter(|(name, _)| text[name.clone()].contains(word));
        of_it.map(|(_, cell)| text[cell].to_owned()).collect()
    }

    fn above(text: &str, values: &[&str]) -> Vec<Option<String>> {
        let mut heads = Heads::default();
        let head = |value: &&str| {
            let at = text.rfind(*value).unwrap();
            let name = heads.above(text.as_bytes(), 0, &(at..at + value.len()))?;
            Some(text[name].to_owned())
        };
        values.iter().map(head).collect()
    }

    fn named(names: &[&str]) -> Vec<Option<String>> {
        names.iter().map(|name| Some((*name).to_owned())).collect()
    }

    const INSERT: &str = "x;\nINSERT INTO `t` (id, `ssn`, \"born on\", note) VALUES\n\
        (1, '536-22-1234', date('1971-02-18'), 'it''s (a), b'), -- one\n(2,NULL,'1989-10-05','O\\'Hara');\nend (3, '9')";

    #[test]
    fn cells_of_statements_are_called_by_their_columns() {
        assert_eq!(below(INSERT, "ssn"), ["536-22-1234", "NULL"]);
        assert_eq!(below(INSERT, "born"), ["date('1971-02-18')", "1989-10-05"]);
        assert_eq!(below(INSERT, "note"), ["it''s (a), b", "O\\'Hara"]);
        assert_eq!(
            above(INSERT, &["536-22-1234", "1971-02-18", "1989-10-05"]),
            named(&["`ssn`", "\"born on\"", "\"born on\""])
        );
        assert_eq!(above(INSERT, &["9"]), [None]);
    }

    #[test]
    fn names_are_taken_from_where_the_table_is_created() {
        let text = "CREATE TABLE IF NOT EXISTS db.`kunde` (\n  `id` int(11) NOT NULL DEFAULT '0',\n  \
            `geburtsdatum` date,\n  PRIMARY KEY (`id`)\n);\nINSERT INTO `kunde` VALUES (1,'1971-02-18'),(2,'1989-10-05');\n\
            INSERT INTO other VALUES (1,'1999-01-01');";
        assert_eq!(below(text, "geburtsdatum"), ["1971-02-18", "1989-10-05"]);
        assert_eq!(
            above(text, &["1971-02-18", "1989-10-05"]),
            named(&["`geburtsdatum`", "`geburtsdatum`"])
        );
        assert_eq!(above(text, &["1999-01-01"]), [None]);
    }

    #[test]
    fn copied_rows_are_parted_by_tabs() {
        let text = "COPY public.kunden (id, name, mobil) FROM stdin;\n1\tAnn\t0172 1\n2\tBo\t\\N\n\\.\n\n3\tCy\t0173\n";
        assert_eq!(below(text, "mobil"), ["0172 1", "\\N"]);
        assert_eq!(above(text, &["Ann", "0172 1"]), named(&["name", "mobil"]));
        assert_eq!(above(text, &["0173"]), [None]);
    }

    #[test]
    fn what_is_no_statement_has_no_columns() {
        assert!(below("call(ssn, name) into (1, 2)", "ssn").is_empty());
        assert!(below("put into words (ssn, b) values of (1, 2)", "ssn").is_empty());
        assert_eq!(above("went into town (a, b) values (1, 22)", &["22"]), [None]);
        assert_eq!(above("INSERT INTO t (a", &["a"]), [None]);
        assert!(below("INSERT INTO t (ssn) VALUES ('1", "ssn").is_empty());
    }

    #[test]
    fn heads_reach_so_far() {
        let rows: Vec<String> = (0..2000).map(|i| format!("({i},'v{i}')")).collect();
        let text = format!("INSERT INTO t (id, ssn) VALUES {};", rows.join(","));
        assert!((10..1000).contains(&below(&text, "ssn").len()));
        assert_eq!(above(&text, &["v15'", "v1999"]), [None, None], "the first is no whole cell");
        let mut heads = Heads::default();
        let mut is_named = |value: &str| {
            let at = text.find(value).unwrap() + 1;
            heads.above(text.as_bytes(), 0, &(at..at + value.len() - 2)).is_some()
        };
        assert!(is_named("'v15'") && is_named("'v16'") && !is_named("'v1999'"));
    }
}
