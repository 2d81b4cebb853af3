//! XML and HTML: what both have in common.
//!
//! A document is decoded into a window, told apart into [`tokens`], and what is text in it becomes
//! fields. Neither is ever held whole.

mod html;
pub(crate) mod tokens;
mod xml;

use std::ops::Range;
use std::sync::Arc;

use trawl_model::{Anchor, Piece, Segment};
use zeroize::Zeroizing;

use self::tokens::{Found, Token, Tokens};
use super::charset::{self, Charset};
use super::fields::{Pieces, border};
use super::input::read_full;
use super::mapped::Mapped;
use super::{Fault, HEAD_BYTES, Input, Reader};

pub use html::Html;
pub use xml::Xml;

pub(crate) use html::read_mapped;

/// So much is read and decoded at once.
const CHUNK_BYTES: usize = 32 << 10;
/// Text is given before it ends when it weighs so much with its runs, whatever the bound for a
/// field is.
const MAX_WEIGHT: usize = 4 << 20;

/// Where a document's text comes from.
pub(crate) trait Source {
    /// Appends more text; false at the end.
    fn fill(&mut self, window: &mut Mapped) -> Result<bool, Fault>;
}

/// An input, in the encoding that the document declares.
struct Encoded<'i> {
    input: &'i mut dyn Input,
    at: u64,
    charset: Charset,
    buffer: Vec<u8>,
}

impl<'i> Encoded<'i> {
    fn new(input: &'i mut dyn Input) -> Result<Self, Fault> {
        let mut head = vec![0; HEAD_BYTES];
        let filled = read_full(input, 0, &mut head)?;
        let (encoding, mark) = charset::of_markup(&head[..filled]);
        let buffer = vec![0; CHUNK_BYTES];
        Ok(Self { input, at: mark as u64, charset: Charset::new(encoding), buffer })
    }
}

impl Source for Encoded<'_> {
    fn fill(&mut self, window: &mut Mapped) -> Result<bool, Fault> {
        let n = self.input.read_at(self.at, &mut self.buffer)?;
        self.charset.decode(&self.buffer[..n], self.at, window);
        self.at += n as u64;
        Ok(n > 0)
    }
}

/// Text that is there already.
pub(crate) struct Whole(pub(crate) Option<Mapped>);

impl Source for Whole {
    fn fill(&mut self, window: &mut Mapped) -> Result<bool, Fault> {
        let Some(all) = self.0.take() else { return Ok(false) };
        window.push_from(&all, 0..all.len());
        Ok(true)
    }
}

/// What a dialect makes of the tokens.
trait Dialect {
    fn token(
        &mut self,
        page: &mut Page<'_, '_>,
        token: Token,
        text: Range<usize>,
    ) -> Result<(), Fault>;

    /// The document is at its end.
    fn end(&mut self, page: &mut Page<'_, '_>) -> Result<(), Fault>;

    /// The element that was just opened, if there is no markup within it.
    fn script(&mut self) -> Option<Vec<u8>> {
        None
    }
}

/// Reads a document to its end.
fn walk(
    source: &mut dyn Source,
    reader: &mut Reader<'_>,
    xml: bool,
    dialect: &mut dyn Dialect,
) -> Result<(), Fault> {
    let pieces = Pieces::new(reader);
    let lines = Lines { line: 1, column: 1, counted: 0 };
    let window = Mapped::default();
    let mut page = Page {
        window,
        lines,
        pieces,
        reader,
        text: Mapped::default(),
        began: (1, 1),
        before: 0,
        xml,
    };
    let mut tokens = Tokens::new(xml);
    let (mut at, mut complete) = (0, false);
    loop {
        let (found, next) = tokens.next(&page.window.text, at, complete);
        at = next;
        if let Some((token, range, _)) = found as Option<Found> {
            dialect.token(&mut page, token, range)?;
            if let Some(element) = dialect.script() {
                tokens.script(&element);
            }
        } else if complete {
            dialect.end(&mut page)?;
            return page.pieces.flush(page.reader);
        } else {
            page.lines.count(&page.window.text, at);
            page.lines.counted = 0;
            page.window.drop_front(at);
            at = 0;
            complete = !source.fill(&mut page.window)?;
        }
    }
}

/// The window on a document, and what of its text is being collected.
struct Page<'p, 'r> {
    window: Mapped,
    lines: Lines,
    pieces: Pieces,
    reader: &'p mut Reader<'r>,
    text: Mapped,
    /// Line and column where that text begins.
    began: (u64, u64),
    /// So much of it was given already, and is overlap.
    before: usize,
    xml: bool,
}

impl Page<'_, '_> {
    /// Appends a stretch of the window as it is.
    fn literal(&mut self, range: Range<usize>) {
        if self.text.is_empty() {
            self.lines.count(&self.window.text, range.start);
            self.began = (self.lines.line, self.lines.column);
        }
        self.text.push_from(&self.window, range);
    }

    /// Appends a stretch of the window, its entities decoded.
    fn text(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(next) = memchr::memchr(b'&', &self.window.text[at..range.end]) {
            let amp = at + next;
            let Some((text, length)) = tokens::entity(&self.window.text[amp..range.end], self.xml)
            else {
                self.literal(at..amp + 1);
                at = amp + 1;
                continue;
            };
            self.literal(at..amp);
            self.unit(&text, amp..amp + length);
            at = amp + length;
        }
        self.literal(at..range.end);
    }

    /// Appends text that a stretch of the window stands for.
    fn unit(&mut self, text: &str, range: Range<usize>) {
        self.literal(range.start..range.start);
        let raw = self.window.raw_start(range.start)..self.window.raw_end(range.end);
        self.text.push_unit(text.as_bytes(), raw);
    }

    /// Gives the beginning of what is collected, if that is long: what is behind overlaps it, so
    /// that nothing on the border is missed.
    fn long(&mut self, label: Option<&Arc<str>>) -> Result<(), Fault> {
        let limits = self.reader.limits();
        let (length, overlap) = (self.text.len(), limits.overlap_bytes);
        let enough = limits.max_field_bytes.saturating_add(2 * overlap);
        if length - self.before < enough && self.text.weight() <= MAX_WEIGHT {
            return Ok(());
        }
        let cut = border(&self.text.text, length.saturating_sub(overlap));
        if cut <= self.before {
            return Ok(());
        }
        self.piece(label, cut)?;
        let keep = border(&self.text.text, cut.saturating_sub(overlap));
        let mut lines = Lines { line: self.began.0, column: self.began.1, counted: 0 };
        lines.count(&self.text.text, keep);
        self.began = (lines.line, lines.column);
        self.text.drop_front(keep);
        self.before = cut - keep;
        Ok(())
    }

    /// Gives what is collected as a field.
    fn field(&mut self, label: Option<&Arc<str>>) -> Result<(), Fault> {
        if self.before > 0 {
            self.piece(label, self.text.len())?;
        } else if !self.text.text.trim_ascii().is_empty() {
            let anchor = self.anchor();
            self.pieces.field(self.reader, label, &self.text.text, anchor)?;
        }
        self.text.clear();
        self.before = 0;
        Ok(())
    }

    /// Gives what is collected as a piece that answers for all up to `end` that none did before.
    fn piece(&mut self, label: Option<&Arc<str>>, end: usize) -> Result<(), Fault> {
        self.pieces.flush(self.reader)?;
        let text = Zeroizing::new(self.text.text.to_vec());
        let (label, anchor) = (label.map(Arc::clone), self.anchor());
        let segments = vec![Segment { text: 0..text.len(), label, anchor }];
        let member = self.reader.member_path();
        self.reader.piece(Piece { text, core: self.before..end, segments, member })
    }

    fn anchor(&self) -> Anchor {
        let (start, runs) = self.text.anchor();
        Anchor::Raw { start, runs, line: Some(self.began), row: None }
    }

    /// Ends what belongs together, such as a row or a paragraph.
    fn border(&mut self) -> Result<(), Fault> {
        self.pieces.border(self.reader, None, None)
    }

    fn name(&self, range: Range<usize>) -> String {
        String::from_utf8_lossy(&self.window.text[range]).into_owned()
    }
}

/// Counts lines up to a place in the window.
struct Lines {
    line: u64,
    column: u64,
    counted: usize,
}

impl Lines {
    fn count(&mut self, window: &[u8], to: usize) {
        if to <= self.counted {
            return;
        }
        let passed = &window[self.counted..to];
        let chars = |bytes: &[u8]| bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count() as u64;
        match memchr::memrchr(b'\n', passed) {
            Some(last) => {
                self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
                self.column = 1 + chars(&passed[last + 1..]);
            }
            None => self.column += chars(passed),
        }
        self.counted = to;
    }
}
