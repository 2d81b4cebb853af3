//! Sheets: their cells as they are shown, and the comments on them.

use std::io::Read;
use std::sync::Arc;

use quick_xml::events::BytesStart;
use trawl_model::unit::ResumeLevel;
use trawl_model::{Anchor, Item, Step};
use zeroize::Zeroizing;

use super::strings::Strings;
use super::workbook::Styles;
use super::xml::{Events, Mark, attribute};
use crate::formats::fields::Pieces;
use crate::formats::{Fault, Reader};

/// Columns of a sheet, as the format has it.
const MAX_COLUMNS: u32 = 16_384;

/// A sheet that is being read.
pub(super) struct Sheet<'s> {
    name: Arc<str>,
    strings: &'s Strings,
    styles: &'s Styles,
    pieces: Pieces,
    index: u64,
    /// Rows up to this one were given before.
    from: u64,
    row: u64,
    column: u32,
    /// What the columns are called: the first row, if it is all text.
    headers: Option<Vec<Option<Arc<str>>>>,
    first_row: Vec<Option<Arc<str>>>,
    all_text: bool,
    /// Cells whose shared string isn't there.
    pub(super) missed: u64,
}

/// A cell that has begun.
#[derive(Default)]
struct Cell {
    kind: String,
    style: usize,
    value: Zeroizing<String>,
    text: Zeroizing<String>,
}

impl<'s> Sheet<'s> {
    pub(super) fn new(
        name: Arc<str>,
        strings: &'s Strings,
        styles: &'s Styles,
        member: Arc<[Step]>,
        index: u64,
        from: u64,
    ) -> Self {
        Self {
            name,
            strings,
            styles,
            pieces: Pieces::within(member),
            index,
            from,
            row: 0,
            column: 0,
            headers: None,
            first_row: Vec::new(),
            all_text: true,
            missed: 0,
        }
    }

    pub(super) fn read<R: Read>(
        &mut self,
        mut events: Events<R>,
        reader: &mut Reader<'_>,
    ) -> Result<(), Fault> {
        let (mut cell, mut in_value, mut in_text, mut phonetic) = (None, false, false, false);
        while let Some(mark) = events.next()? {
            match mark {
                Mark::Open(tag) => match tag.local_name().as_ref() {
                    "row" => self.begin_row(&tag),
                    "c" => cell = Some(self.begin_cell(&tag)),
                    "v" => in_value = true,
                    "t" => in_text = true,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Mark::Text(text) => {
                    let Some(cell) = &mut cell else { continue };
                    let whole = reader.limits().whole_bytes / 4;
                    if in_value && cell.value.len() + text.len() <= whole {
                        cell.value.push_str(&text);
                    } else if in_text && !phonetic && cell.text.len() + text.len() <= whole {
                        cell.text.push_str(&text);
                    }
                }
                Mark::Close(name) => match name.as_str() {
                    "v" => in_value = false,
                    "t" => in_text = false,
                    "rPh" => phonetic = false,
                    "c" => {
                        if let Some(cell) = cell.take() {
                            self.end_cell(reader, &cell)?;
                        }
                    }
                    "row" => self.end_row(reader)?,
                    _ => {}
                },
            }
        }
        self.pieces.flush(reader)
    }

    fn begin_row(&mut self, tag: &BytesStart<'_>) {
        let number = attribute(tag, "r").and_then(|number| number.parse().ok());
        self.row = number.unwrap_or(self.row + 1);
        self.column = 0;
    }

    fn begin_cell(&mut self, tag: &BytesStart<'_>) -> Cell {
        let at = attribute(tag, "r").and_then(|at| position(&at));
        self.column = at.map_or(self.column + 1, |(column, _)| column).min(MAX_COLUMNS);
        let style = attribute(tag, "s").and_then(|style| style.parse().ok()).unwrap_or(0);
        let kind = attribute(tag, "t").unwrap_or_default();
        Cell { kind, style, ..Cell::default() }
    }

    fn end_cell(&mut self, reader: &mut Reader<'_>, cell: &Cell) -> Result<(), Fault> {
        let number: Zeroizing<String>;
        let (text, is_text) = match cell.kind.as_str() {
            "s" => {
                let shared = cell.value.trim().parse().ok();
                match shared.and_then(|shared| self.strings.get(shared)) {
                    Some(text) => (text, true),
                    None => {
                        self.missed += 1;
                        return Ok(());
                    }
                }
            }
            "inlineStr" => (cell.text.as_str(), true),
            "str" | "d" => (cell.value.as_str(), true),
            "b" | "e" => return Ok(()),
            _ => {
                number = Zeroizing::new(self.styles.shown(cell.value.trim(), cell.style));
                (number.as_str(), false)
            }
        };
        if text.is_empty() {
            return Ok(());
        }
        let at = self.column.max(1) as usize - 1;
        if self.headers.is_none() {
            self.all_text &= is_text;
            let label = is_text.then(|| Arc::from(text.chars().take(128).collect::<String>()));
            self.first_row.resize(self.first_row.len().max(at + 1), None);
            self.first_row[at] = label;
        }
        if self.row <= self.from {
            return Ok(());
        }
        let (sheet, row, column) = (Arc::clone(&self.name), self.row, self.column.max(1));
        let label = self.headers.as_ref().and_then(|headers| headers.get(at)?.as_ref());
        let anchor = Anchor::Cell { sheet, row, column, offset: 0 };
        self.pieces.field(reader, label, text.as_bytes(), anchor)
    }

    fn end_row(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if self.headers.is_none() && !self.first_row.is_empty() {
            let row = std::mem::take(&mut self.first_row);
            self.headers = Some(if self.all_text { row } else { Vec::new() });
        }
        if self.row <= self.from {
            return Ok(());
        }
        let next = ResumeLevel { at: self.index, row: self.row, ..ResumeLevel::default() };
        self.pieces.border(reader, Some(Item::Row), Some(next))
    }
}

/// Reads the comments on a sheet's cells.
pub(super) fn comments<R: Read>(
    mut events: Events<R>,
    reader: &mut Reader<'_>,
    member: Arc<[Step]>,
    sheet: &Arc<str>,
) -> Result<(), Fault> {
    let mut pieces = Pieces::within(member);
    let (mut at, mut in_text) = ((1, 1), false);
    let mut text = Zeroizing::new(String::new());
    while let Some(mark) = events.next()? {
        match mark {
            Mark::Open(tag) => match tag.local_name().as_ref() {
                "comment" => {
                    at = attribute(&tag, "ref").and_then(|at| position(&at)).unwrap_or((1, 1));
                    text.clear();
                }
                "t" => in_text = true,
                _ => {}
            },
            Mark::Text(part) if in_text => {
                if text.len() + part.len() <= reader.limits().whole_bytes / 4 {
                    text.push_str(&part);
                }
            }
            Mark::Text(_) => {}
            Mark::Close(name) => match name.as_str() {
                "t" => in_text = false,
                "comment" => {
                    let (column, row) = at;
                    let anchor = Anchor::Cell { sheet: Arc::clone(sheet), row, column, offset: 0 };
                    pieces.field(reader, None, text.as_bytes(), anchor)?;
                    pieces.border(reader, None, None)?;
                }
                _ => {}
            },
        }
    }
    pieces.flush(reader)
}

/// Column and row of a cell's name, such as `AB12`.
fn position(name: &str) -> Option<(u32, u64)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let (mut column, mut length) = (0u32, 0);
    for letter in letters {
        column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        length += 1;
    }
    let row = name.get(length..)?.parse().ok()?;
    (column > 0).then_some((column, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cells_are_columns_and_rows() {
        assert_eq!(position("A1"), Some((1, 1)));
        assert_eq!(position("AB12"), Some((28, 12)));
        assert_eq!(position("XFD1048576"), Some((16_384, 1_048_576)));
        assert_eq!(position("12"), None);
        assert_eq!(position("ZZZZZZZZ1"), None);
    }
}
