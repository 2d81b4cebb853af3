//! XML: text, attributes, comments and instructions, each called by its element.
//!
//! Nothing is refused: where a document isn't well-formed, its text is read all the same. What a
//! type declaration defines is text and never expanded, so that there are no billion laughs.

use std::ops::Range;
use std::sync::Arc;

use super::tokens::Token;
use super::{Dialect, Encoded, Page, walk};
use crate::formats::{Fault, Format, Head, Input, Reader};

/// XML.
pub struct Xml;

/// How documents in XML are named, where they don't say it.
const ENDINGS: &[&[u8]] = &[
    b".xml", b".xsd", b".xsl", b".svg", b".rdf", b".rss", b".atom", b".kml", b".gpx", b".plist",
    b".wsdl", b".xmp", b".dbk", b".resx", b".config", b".csproj",
];

impl Format for Xml {
    fn name(&self) -> &'static str {
        "xml"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let named = head.is_named(ENDINGS);
        let head = head.bytes();
        let wide = head.starts_with(b"<\0?\0x\0m\0") || head.starts_with(b"\0<\0?\0x\0m");
        let wide =
            wide || head.starts_with(b"\xff\xfe<\0?\0") || head.starts_with(b"\xfe\xff\0<\0?");
        if wide {
            return 90;
        }
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        if head.starts_with(b"<?xml ") {
            return 88;
        }
        match head {
            [b'<', b'!' | b'?' | b'A'..=b'Z' | b'a'..=b'z', ..] if named => 60,
            _ => 0,
        }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let mut document =
            Document { max_nesting: reader.limits().max_nesting, ..Document::default() };
        walk(&mut Encoded::new(input)?, reader, true, &mut document)
    }
}

/// Where in a document the reading stands.
#[derive(Default)]
struct Document {
    /// The elements that are open, outermost first.
    open: Vec<Arc<str>>,
    /// Those beyond the bound of nesting are only counted.
    deeper: usize,
    max_nesting: usize,
    /// What an attribute's value is called.
    attribute: Option<Arc<str>>,
    /// A piece of a comment was read, and not its last.
    in_comment: bool,
}

impl Document {
    fn label(&self) -> Option<Arc<str>> {
        self.open.last().cloned()
    }

    fn flush(&self, page: &mut Page<'_, '_>) -> Result<(), Fault> {
        page.field(self.label().as_ref())
    }

    fn close(&mut self, name: &str) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(at) = self.open.iter().rposition(|open| **open == *name) {
            self.open.truncate(at);
        }
    }
}

impl Dialect for Document {
    fn token(
        &mut self,
        page: &mut Page<'_, '_>,
        token: Token,
        text: Range<usize>,
    ) -> Result<(), Fault> {
        match token {
            Token::Text | Token::Literal => {
                match token {
                    Token::Text => page.text(text),
                    _ => page.literal(text),
                }
                page.long(self.label().as_ref())
            }
            Token::Open => {
                self.flush(page)?;
                let name = page.name(text);
                if self.open.len() < self.max_nesting {
                    self.open.push(name.into());
                } else {
                    self.deeper += 1;
                }
                Ok(())
            }
            Token::Attribute => {
                let element = self.label().unwrap_or_else(|| "".into());
                self.attribute = Some(format!("{element}@{}", page.name(text)).into());
                Ok(())
            }
            Token::Value { last } => {
                page.text(text);
                let label = self.attribute.as_ref();
                if last { page.field(label) } else { page.long(label) }
            }
            Token::Opened { empty } => {
                if empty {
                    match self.deeper {
                        0 => drop(self.open.pop()),
                        _ => self.deeper -= 1,
                    }
                }
                Ok(())
            }
            Token::Close => {
                self.flush(page)?;
                self.close(&page.name(text));
                page.border()
            }
            Token::Comment { last } => {
                if !std::mem::replace(&mut self.in_comment, !last) {
                    self.flush(page)?;
                }
                page.literal(text);
                let label = self.label();
                if last { page.field(label.as_ref()) } else { page.long(label.as_ref()) }
            }
        }
    }

    fn end(&mut self, page: &mut Page<'_, '_>) -> Result<(), Fault> {
        self.flush(page)
    }
}
