//! HTML: text as it flows on the page, and what hides beside it.
//!
//! Text runs on across elements of the line (`<b>`, `<span>`), for a reader sees one word there;
//! every other element ends it. A cell of a table is called by its column's header. Attributes,
//! scripts, styles and comments are read too: secrets hide there.

use std::ops::Range;
use std::sync::Arc;

use super::tokens::Token;
use super::{Dialect, Encoded, Page, Source, Whole, walk};
use crate::formats::mapped::Mapped;
use crate::formats::{Fault, Format, Head, Input, Reader};

/// Elements of the line: text runs on across them.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "mark", "nobr", "q", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];
/// Elements within which there is no markup.
const SCRIPTS: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noframes"];
/// Tables within tables, and columns of one, whose headers are kept.
const MAX_TABLES: usize = 16;
const MAX_COLUMNS: usize = 256;
/// What is longer than this is no header.
const MAX_HEADER: usize = 200;

/// HTML.
pub struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let named = head.is_named(&[b".html", b".htm", b".xhtml", b".shtml"]);
        let head = head.bytes();
        let first = head.iter().find(|b| !b.is_ascii_whitespace());
        if !named && !matches!(first, Some(b'<' | 0xEF | 0xFF | 0xFE)) {
            return 0;
        }
        let head = match charset_free(head) {
            Some(narrow) => narrow,
            None => head[..head.len().min(2048)].to_ascii_lowercase(),
        };
        let first = head.trim_ascii_start();
        let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).trim_ascii_start();
        if first.starts_with(b"<!doctype html") || first.starts_with(b"<html") {
            return 89;
        }
        let has = |sign: &[u8]| memchr::memmem::find(&head, sign).is_some();
        if first.starts_with(b"<") && (has(b"<html") || has(b"<!doctype html")) {
            return 89;
        }
        let signs = [&b"<body"[..], b"<head", b"<div", b"<p>", b"<table", b"<a href", b"<span"];
        match first.starts_with(b"<") && signs.iter().any(|sign| has(sign)) {
            true if named => 60,
            true if first.starts_with(b"<head") || first.starts_with(b"<body") => 60,
            _ if named && !head.contains(&0) => 40,
            _ => 0,
        }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        read_source(&mut Encoded::new(input)?, reader)
    }
}

/// The head of a document in UTF-16, in lower case and one byte a character.
fn charset_free(head: &[u8]) -> Option<Vec<u8>> {
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let narrow = head.iter().take(4096).skip(2).filter(|b| **b != 0);
    wide.then(|| narrow.map(u8::to_ascii_lowercase).collect())
}

/// Reads a document that has been decoded already.
pub(crate) fn read_mapped(text: Mapped, reader: &mut Reader<'_>) -> Result<(), Fault> {
    read_source(&mut Whole(Some(text)), reader)
}

fn read_source(source: &mut dyn Source, reader: &mut Reader<'_>) -> Result<(), Fault> {
    walk(source, reader, false, &mut Document::default())
}

/// Where in a document the reading stands.
#[derive(Default)]
struct Document {
    /// The element whose tag is being read.
    element: String,
    attribute: Option<Arc<str>>,
    /// The element without markup that was opened, until the tokens are told.
    script: Option<Vec<u8>>,
    /// What text is called: by its cell, or by the element without markup that it is in.
    label: Option<Arc<str>>,
    /// Text of the page that is held back while a tag is read.
    flow: Mapped,
    flow_began: (u64, u64),
    flow_before: usize,
    tables: Vec<Table>,
    /// Tables that are nested too deep.
    deeper: usize,
}

/// A table that is being read.
#[derive(Default)]
struct Table {
    headers: Vec<Option<Arc<str>>>,
    /// The headers of the row that is being read.
    row: Vec<Option<Arc<str>>>,
    column: usize,
    plain_cells: bool,
    in_header: bool,
}

impl Document {
    fn flush(&mut self, page: &mut Page<'_, '_>) -> Result<(), Fault> {
        if let Some(table) = self.tables.last_mut().filter(|t| t.in_header) {
            let text = String::from_utf8_lossy(&page.text.text).trim().to_owned();
            let short = !text.is_empty() && text.len() <= MAX_HEADER;
            if let Some(last) = table.row.last_mut().filter(|last| last.is_none() && short) {
                *last = Some(text.into());
            }
        }
        page.field(self.label.as_ref())
    }

    /// Puts the page's text aside for the values of a tag.
    fn hold(&mut self, page: &mut Page<'_, '_>) {
        std::mem::swap(&mut self.flow, &mut page.text);
        std::mem::swap(&mut self.flow_began, &mut page.began);
        std::mem::swap(&mut self.flow_before, &mut page.before);
    }

    fn opened(&mut self, page: &mut Page<'_, '_>, empty: bool) {
        let element = std::mem::take(&mut self.element);
        self.hold(page);
        if !empty && SCRIPTS.contains(&&*element) {
            self.label = Some(element.as_str().into());
            self.script = Some(element.into_bytes());
        }
    }

    fn open(&mut self, page: &mut Page<'_, '_>, name: Range<usize>) -> Result<(), Fault> {
        self.element = page.name(name.clone()).to_ascii_lowercase();
        if self.element == "br" {
            page.unit("\n", name);
        } else if !is_inline(&self.element) {
            self.flush(page)?;
            self.enter(page)?;
        }
        self.hold(page);
        Ok(())
    }

    /// What opening an element of the block means for tables and labels.
    fn enter(&mut self, page: &mut Page<'_, '_>) -> Result<(), Fault> {
        match &*self.element {
            "table" if self.tables.len() < MAX_TABLES => self.tables.push(Table::default()),
            "table" => self.deeper += 1,
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.end_row();
                }
                self.label = None;
                page.border()?;
            }
            "th" | "td" => {
                let header = self.element == "th";
                self.label = self.tables.last_mut().and_then(|table| table.cell(header));
            }
            "p" | "div" | "li" | "h1" | "h2" | "h3" | "body" => page.border()?,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, page: &mut Page<'_, '_>, name: Range<usize>) -> Result<(), Fault> {
        let name = page.name(name).to_ascii_lowercase();
        if is_inline(&name) {
            return Ok(());
        }
        self.flush(page)?;
        match &*name {
            "table" if self.deeper > 0 => self.deeper -= 1,
            "table" => {
                self.tables.pop();
                self.label = None;
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.end_row();
                }
                self.label = None;
            }
            "th" | "td" => {
                if let Some(table) = self.tables.last_mut() {
                    table.in_header = false;
                }
                self.label = None;
            }
            name if SCRIPTS.contains(&name) => self.label = None,
            _ => {}
        }
        Ok(())
    }
}

impl Table {
    /// Begins a cell; what it is called, if it holds no header itself.
    fn cell(&mut self, header: bool) -> Option<Arc<str>> {
        let column = self.column;
        self.column += 1;
        self.in_header = header && column < MAX_COLUMNS;
        if header {
            if self.in_header {
                self.row.resize(column, None);
                self.row.push(None);
            }
            return None;
        }
        self.plain_cells = true;
        let above = self.headers.get(column).cloned().flatten();
        above.or_else(|| self.row.iter().rev().find_map(Clone::clone))
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if !self.plain_cells && row.iter().any(Option::is_some) {
            self.headers = row;
        }
        (self.column, self.plain_cells, self.in_header) = (0, false, false);
    }
}

fn is_inline(element: &str) -> bool {
    INLINE.binary_search(&element).is_ok() || element == "img" || element == "br"
}

impl Dialect for Document {
    fn token(
        &mut self,
        page: &mut Page<'_, '_>,
        token: Token,
        text: Range<usize>,
    ) -> Result<(), Fault> {
        match token {
            Token::Text => page.text(text),
            Token::Literal => page.literal(text),
            Token::Open => return self.open(page, text),
            Token::Attribute => {
                let name = page.name(text).to_ascii_lowercase();
                self.attribute = Some(format!("{}@{name}", self.element).into());
                return Ok(());
            }
            Token::Value { last } => {
                page.text(text);
                let label = self.attribute.as_ref();
                return if last { page.field(label) } else { page.long(label) };
            }
            Token::Opened { empty } => {
                self.opened(page, empty);
                return Ok(());
            }
            Token::Close => return self.close(page, text),
            Token::Comment { last } => {
                self.hold(page);
                page.literal(text);
                if last {
                    page.field(None)?
                } else {
                    page.long(None)?
                }
                self.hold(page);
                return Ok(());
            }
        }
        page.long(self.label.as_ref())
    }

    fn end(&mut self, page: &mut Page<'_, '_>) -> Result<(), Fault> {
        self.flush(page)?;
        self.hold(page);
        self.flush(page)
    }

    fn script(&mut self) -> Option<Vec<u8>> {
        self.script.take()
    }
}
