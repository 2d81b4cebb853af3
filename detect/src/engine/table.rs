//! Tables in running text: a head, and rows whose cells the head names. Markdown and the shells of databases part
//! cells by bars and draw a line of dashes below the head; reports keep each column at its place in the line; dumps
//! are statements.

use std::ops::Range;

use super::label::Held;
use super::sql;
use crate::reach::TABLE_BYTES;

/// A longer line is no row of a table.
const MAX_LINE_BYTES: usize = 1 << 10;

/// The cells below a word in the head of a table, within a field that begins at `start` and ends with the text.
pub(super) fn cells_below(text: &[u8], start: usize, word: &Range<usize>) -> Vec<Range<usize>> {
    let line = line(text, start, word.start);
    let mut cells = Vec::new();
    if let Some(head) = &line
        && is_head_of_columns(&text[head.clone()])
    {
        columns_below(text, head, word, &mut cells);
    }
    let head = line.filter(|head| has_bar(&text[head.clone()]));
    let rule = head.clone().and_then(|head| line_behind(text, &head));
    let rule = rule.filter(|rule| is_rule(&text[rule.clone()]));
    if let (Some(head), Some(mut row)) = (head, rule) {
        let column = bars(&text[head.start..word.start]);
        while let Some(next) = line_behind(text, &row)
            && next.end <= word.end + TABLE_BYTES
            && has_bar(&text[next.clone()])
        {
            cells.extend(cell(text, &next, column));
            row = next;
        }
    }
    cells
}

/// Whether a word is all that a cell of a head holds: signs that part cells, or blanks, stand on either side of it.
pub(super) fn is_whole_head(text: &[u8], start: usize, word: &Range<usize>) -> bool {
    let is_sign = |b: &&u8| matches!(**b, b'`' | b'"' | b'*' | b'[' | b']' | b'.' | b':');
    let before = &text[start..word.start];
    let after = &text[word.end..];
    let before = &before[..before.len() - before.iter().rev().take_while(is_sign).count()];
    let after = &after[after.iter().take_while(is_sign).count()..];
    let parts = |b: u8| matches!(b, b'|' | b'(' | b')' | b',' | b'\n' | b'\r' | b'\t');
    let begins = match before {
        [] => true,
        [b' '] => true,
        [.., a, b' '] => parts(*a) || *a == b' ',
        [.., a] => parts(*a),
    };
    let ends = match after {
        [] => true,
        [b' ', b, ..] => parts(*b) || *b == b' ' || b.is_ascii_alphabetic() && begins,
        [b, ..] => parts(*b),
    };
    begins && ends
}

/// Heads of tables above values that come in order, the last one kept: several patterns ask for the same value.
#[derive(Default)]
pub(super) struct Tables {
    last: Option<Last>,
    statements: sql::Heads,
}

struct Last {
    start: usize,
    value: Range<usize>,
    head: Option<Range<usize>>,
    held: Option<Held>,
}

impl Tables {
    /// Where the head of a value's column stands, and what words it holds, which the one who asks first looks up.
    pub(super) fn head_above(
        &mut self,
        text: &[u8],
        start: usize,
        value: &Range<usize>,
    ) -> Option<(Range<usize>, &mut Option<Held>)> {
        if !self.last.as_ref().is_some_and(|last| last.start == start && last.value == *value) {
            let head = head_above(text, start, value)
                .or_else(|| self.statements.above(text, start, value));
            self.last = Some(Last { start, value: value.clone(), head, held: None });
        }
        let last = self.last.as_mut()?;
        Some((last.head.clone()?, &mut last.held))
    }
}

/// Where the head of the table above a value stands.
fn head_above(text: &[u8], start: usize, value: &Range<usize>) -> Option<Range<usize>> {
    let mut row = line(text, start, value.start)?;
    if !has_bar(&text[row.clone()]) {
        return head_of_column(text, start, &row, value);
    }
    let column = bars(&text[row.start..value.start]);
    let floor = start.max(value.start.saturating_sub(TABLE_BYTES));
    loop {
        let before = row.start.checked_sub(1).filter(|before| *before > floor)?;
        row = line(text, start, before)?;
        if is_rule(&text[row.clone()]) {
            let before = row.start.checked_sub(1).filter(|before| *before > floor)?;
            let head = line(text, start, before)?;
            return cell(text, &head, column);
        }
        if !has_bar(&text[row.clone()]) {
            return None;
        }
    }
}

/// Cells of columns that begin where the head's does that holds the word.
fn columns_below(
    text: &[u8],
    head: &Range<usize>,
    word: &Range<usize>,
    cells: &mut Vec<Range<usize>>,
) {
    let Some(column) = columns(&text[head.clone()])
        .find(|c| head.start + c.start <= word.start && word.end <= head.start + c.end)
    else {
        return;
    };
    let places = chars(&text[head.start..head.start + column.start]);
    let width = chars(&text[head.start + column.start..head.start + column.next]);
    let mut row = head.clone();
    while let Some(next) = line_behind(text, &row)
        && next.end <= word.end + TABLE_BYTES
        && !text[next.clone()].trim_ascii().is_empty()
    {
        let last = if column.next >= head.len() { usize::MAX } else { places + width };
        cells.extend(cell_at(text, &next, places, last));
        row = next;
    }
}

/// What the head of columns above a value holds where the value stands.
fn head_of_column(
    text: &[u8],
    start: usize,
    row: &Range<usize>,
    value: &Range<usize>,
) -> Option<Range<usize>> {
    if !has_columns(&text[row.clone()]) {
        return None;
    }
    let place = chars(&text[row.start..value.start]);
    let floor = start.max(value.start.saturating_sub(TABLE_BYTES));
    let mut row = row.clone();
    loop {
        let before = row.start.checked_sub(1).filter(|before| *before > floor)?;
        row = line(text, start, before)?;
        let above = &text[row.clone()];
        if above.trim_ascii().is_empty() {
            return None;
        }
        if is_head_of_columns(above) {
            let column = columns(above).find(|c| {
                chars(&above[..c.start]) == place
                    || chars(&above[..c.start]) < place && place < chars(&above[..c.next])
            })?;
            return Some(row.start + column.start..row.start + column.end);
        }
    }
}

/// So many columns a table has that is known by their places alone.
const MIN_COLUMNS: usize = 3;

/// Two stand wide apart.
const WIDE: usize = 5;

fn has_columns(line: &[u8]) -> bool {
    let mut all = columns(line).take(MIN_COLUMNS);
    match [all.next(), all.next(), all.next()] {
        [Some(_), Some(_), Some(_)] => true,
        [Some(first), Some(_), None] => first.next - first.end >= WIDE,
        _ => false,
    }
}

/// A cell of a line of columns: where it begins and ends, and where the next begins.
struct Column {
    start: usize,
    end: usize,
    next: usize,
}

/// Runs of a line that two spaces and more part.
fn columns(line: &[u8]) -> impl Iterator<Item = Column> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + line[at..].iter().position(|b| !b.is_ascii_whitespace())?;
        let gap = line[start..].windows(2).position(|pair| pair == b"  ");
        let end = gap.map_or(line.trim_ascii_end().len(), |gap| start + gap);
        let next = line[end..].iter().position(|b| !b.is_ascii_whitespace());
        let next = next.map_or(line.len(), |next| end + next);
        at = next;
        Some(Column { start, end, next })
    })
}

/// Names alone, three and more, or two wide apart: no digits, no colons, no bars.
fn is_head_of_columns(line: &[u8]) -> bool {
    let plain = |b: &u8| !b.is_ascii_digit() && !matches!(b, b':' | b'|' | b'=' | b'\t' | b';');
    line.iter().all(plain) && has_columns(line) && line.iter().any(u8::is_ascii_alphabetic)
}

/// What of a line stands from a place on and before another, counted in characters.
fn cell_at(text: &[u8], row: &Range<usize>, first: usize, last: usize) -> Option<Range<usize>> {
    let line = &text[row.clone()];
    let mut places = line.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).map(|(i, _)| i);
    let begin = places.nth(first)?;
    let end = last.checked_sub(first + 1).and_then(|more| places.nth(more)).unwrap_or(line.len());
    let cell = &line[begin..end];
    let before = cell.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let cell = cell.trim_ascii();
    let cell = cell.windows(2).position(|pair| pair == b"  ").map_or(cell, |gap| &cell[..gap]);
    let begin = row.start + begin + before;
    (!cell.is_empty()).then(|| begin..begin + cell.len())
}

fn chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xC0 != 0x80).count()
}

/// The line that holds `at`, without its end.
fn line(text: &[u8], start: usize, at: usize) -> Option<Range<usize>> {
    let floor = start.max(at.saturating_sub(MAX_LINE_BYTES));
    let begin = memchr::memrchr(b'\n', text.get(floor..at)?).map(|i| floor + i + 1);
    let begin = begin.or_else(|| (floor == start).then_some(start))?;
    Some(begin..end_of_line(text, at)?)
}

fn line_behind(text: &[u8], line: &Range<usize>) -> Option<Range<usize>> {
    let begin = line.end + 1;
    (begin < text.len()).then(|| Some(begin..end_of_line(text, begin)?))?
}

fn end_of_line(text: &[u8], at: usize) -> Option<usize> {
    let ceiling = text.len().min(at + MAX_LINE_BYTES);
    let end = memchr::memchr(b'\n', &text[at..ceiling]).map(|i| at + i);
    end.or_else(|| (ceiling == text.len()).then_some(ceiling))
}

fn has_bar(line: &[u8]) -> bool {
    memchr::memchr(b'|', line).is_some()
}

fn bars(text: &[u8]) -> usize {
    memchr::memchr_iter(b'|', text).count()
}

/// `|---|:--:|`, `-----+----`.
fn is_rule(line: &[u8]) -> bool {
    line.iter().all(|b| matches!(b, b'|' | b'+' | b'-' | b':' | b' ' | b'\t' | b'\r'))
        && line.iter().any(|b| matches!(b, b'|' | b'+'))
        && line.windows(2).any(|pair| pair == b"--")
}

/// A cell of a row without the signs around what it holds; none if it is empty.
fn cell(text: &[u8], row: &Range<usize>, column: usize) -> Option<Range<usize>> {
    let mut begin = row.start;
    for _ in 0..column {
        begin += memchr::memchr(b'|', &text[begin..row.end])? + 1;
    }
    let end = memchr::memchr(b'|', &text[begin..row.end]).map_or(row.end, |i| begin + i);
    let is_sign = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'*' | b'`');
    let before = text[begin..end].iter().take_while(|b| is_sign(b)).count();
    let after = text[begin + before..end].iter().rev().take_while(|b| is_sign(b)).count();
    let cell = begin + before..end - after;
    (!cell.is_empty()).then_some(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKDOWN: &str =
        "x\n| Name | ID no |\n|---|:--:|\n| Ann | `123` |\n| Bo | 456 |\n\n| no | table |\n";
    const SHELL: &str = " name | id no \n------+-------\n Ann  | 123\n Bo   | 456\n(2 rows)\n";

    fn below(text: &str, word: &str) -> Vec<String> {
        let at = text.find(word).unwrap();
        let cells = cells_below(text.as_bytes(), 0, &(at..at + word.len()));
        cells.into_iter().map(|cell| text[cell].to_owned()).collect()
    }

    fn above<'t>(text: &'t str, value: &str) -> Option<&'t str> {
        let at = text.find(value).unwrap();
        let head = head_above(text.as_bytes(), 0, &(at..at + value.len()))?;
        std::str::from_utf8(&text.as_bytes()[head]).ok()
    }

    #[test]
    fn heads_and_cells_find_each_other() {
        assert_eq!(
            (below(MARKDOWN, "ID no"), below(SHELL, "id no")),
            (vec!["123".to_owned(), "456".to_owned()], vec!["123".to_owned(), "456".to_owned()])
        );
        assert_eq!(below(MARKDOWN, "Name"), ["Ann", "Bo"]);
        assert_eq!((above(MARKDOWN, "456"), above(SHELL, "456")), (Some("ID no"), Some("id no")));
        assert_eq!(above(MARKDOWN, "Bo"), Some("Name"));
    }

    #[test]
    fn columns_are_known_by_their_places() {
        let report = "LIST 1\n\nNO   NÄME       BORN       DUES\n---  ---------  ---------  ----\n\
                      001  Änn B.     02-01-49   1.50\n002  Bo         17-09-52   12.75\n\nsum        1\n";
        assert_eq!(below(report, "BORN"), ["---------", "02-01-49", "17-09-52"]);
        assert_eq!(below(report, "DUES"), ["----", "1.50", "12.75"]);
        assert_eq!(above(report, "17-09-52"), Some("BORN"));
        assert_eq!(above(report, "12.75"), Some("DUES"));
        assert!(above(report, "sum").is_none() && below(report, "LIST").is_empty());
    }

    #[test]
    fn what_is_no_table_has_no_head() {
        assert!(below(MARKDOWN, "x").is_empty() && below(MARKDOWN, "table").is_empty());
        assert!(above(MARKDOWN, "table").is_none() && above(MARKDOWN, "x").is_none());
        assert!(below("a | b\nc | d\n", "a").is_empty());
        let long = format!("| id |\n|---|\n{}", "| 1234567 |\n".repeat(1000));
        assert!(below(&long, "id").len() < 400);
    }
}
