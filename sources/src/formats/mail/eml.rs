//! Messages: RFC 5322 and MIME.

use std::io::{BufRead, BufReader};
use std::sync::Arc;

use trawl_model::{Anchor, Step};

use super::MAX_HEADERS;
use super::header::{self, Body as Kind};
use super::lines::{Body, End, Ends, Lines};
use super::part::{Encoded, TextPart};
use crate::formats::compressed::BUFFER_BYTES;
use crate::formats::fields::Pieces;
use crate::formats::input::Sequential;
use crate::formats::{Fault, Format, Head, Input, Member, Reader, Stream};

const NAME: &str = "eml";
/// Parts may hold parts so deep.
const MAX_MULTIPARTS: usize = 32;

/// A message.
pub struct Eml;

impl Format for Eml {
    fn name(&self) -> &'static str {
        NAME
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let named = head.is_named(&[b".eml"]);
        if !named && head.is_named_as_written() {
            return 0;
        }
        match super::known_fields(head.bytes()) {
            Some(1..) if named => 80,
            Some(3..) => 70,
            _ => 0,
        }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let source = BufReader::with_capacity(BUFFER_BYTES, Sequential::new(input, 0));
        let mut message = Message {
            lines: Lines::new(source, 0),
            boundaries: Vec::new(),
            parts: 0,
            given: reader.start().map(|level| level.at),
        };
        message.read(reader)
    }
}

struct Message<R> {
    lines: Lines<R>,
    /// Of the parts that hold parts, outermost first.
    boundaries: Vec<Vec<u8>>,
    /// How many parts were met.
    parts: u32,
    /// When reading goes on: all before this part was given.
    given: Option<u64>,
}

impl<R: BufRead> Message<R> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        loop {
            let kind = self.headers(reader)?;
            let boundary = kind.boundary.clone().filter(|b| !b.is_empty());
            let holds = kind.kind.starts_with("multipart/");
            let end = match boundary {
                Some(boundary) if holds && self.boundaries.len() < MAX_MULTIPARTS => {
                    self.boundaries.push(boundary);
                    self.between(reader)?
                }
                _ => self.part(&kind, reader)?,
            };
            if !self.next_part(end, reader)? {
                return Ok(());
            }
            reader.given(self.lines.at);
        }
    }

    /// Goes on to the next part, over what stands between. False at the end.
    fn next_part(&mut self, mut end: End, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        loop {
            let End::Boundary { index, last } = end else {
                reader.given(self.lines.at);
                return match self.boundaries.is_empty() {
                    true => Ok(false),
                    false => Err(Fault::broken(NAME, "it ends within its parts: it was cut off")),
                };
            };
            if !last {
                self.boundaries.truncate(index + 1);
                return Ok(true);
            }
            self.boundaries.truncate(index);
            end = self.between(reader)?;
        }
    }

    /// Reads headers, gives them, and says what they make of the body.
    fn headers(&mut self, reader: &mut Reader<'_>) -> Result<Kind, Fault> {
        let at = self.lines.at;
        let mut block = Vec::new();
        while block.len() < MAX_HEADERS && self.lines.next()? && !self.lines.text().is_empty() {
            block.extend_from_slice(&self.lines.line);
        }
        let fields = header::fields(&block);
        if self.is_new() {
            let mut pieces = Pieces::new(reader);
            for field in &fields {
                let name = String::from_utf8_lossy(&block[field.name.clone()]);
                let label: Option<Arc<str>> = (!name.is_empty()).then(|| Arc::from(&*name));
                let text = header::value(&block, field.value.clone(), at);
                let (start, runs) = text.anchor();
                let anchor = Anchor::Raw { start, runs, line: None, row: None };
                pieces.field(reader, label.as_ref(), &text.text, anchor)?;
                pieces.border(reader, None, None)?;
            }
            pieces.flush(reader)?;
        }
        Ok(Kind::of(&block, &fields))
    }

    /// Whether what stands before the next part has not been given yet.
    fn is_new(&self) -> bool {
        self.given.is_none_or(|given| u64::from(self.parts) > given)
    }

    /// Text before, between and behind parts: nobody is shown it, but it is there.
    fn between(&mut self, reader: &mut Reader<'_>) -> Result<End, Fault> {
        let new = self.is_new();
        let mut at = self.lines.at;
        let mut body = Body::new(&mut self.lines, Ends::Boundaries(&self.boundaries));
        let mut pieces = Pieces::new(reader);
        loop {
            let text = body.fill_buf()?;
            let n = text.len();
            if n == 0 {
                break;
            }
            if new && !text.trim_ascii().is_empty() {
                let anchor = Anchor::Raw { start: at, runs: Box::default(), line: None, row: None };
                pieces.field(reader, None, text, anchor)?;
            }
            body.consume(n);
            at += n as u64;
        }
        pieces.flush(reader)?;
        Ok(body.finish()?)
    }

    /// Reads a body that holds no parts.
    fn part(&mut self, kind: &Kind, reader: &mut Reader<'_>) -> Result<End, Fault> {
        let number = self.parts;
        self.parts += 1;
        let name = kind.name.as_deref().unwrap_or_default();
        let member = Member::numbered(u64::from(number), Step::Part(number), name, None);
        let body = Body::new(&mut self.lines, Ends::Boundaries(&self.boundaries));
        let mut stream = Stream::new(body, None);
        let text = text_of(kind);
        match (&text, kind.codec) {
            (Some(text), _) => reader.member_as(&member, Some(text), &mut stream)?,
            (None, Some(codec)) => reader.member_as(&member, Some(&Encoded(codec)), &mut stream)?,
            (None, None) if kind.kind == "message/rfc822" => {
                reader.member_as(&member, Some(&Eml), &mut stream)?
            }
            (None, None) => reader.member_as(&member, None, &mut stream)?,
        };
        Ok(stream.into_inner().finish()?)
    }
}

/// Text that is to be shown as such. Plain text as it is stored goes its own way, which knows more
/// of text.
fn text_of(kind: &Kind) -> Option<TextPart> {
    let html = kind.kind == "text/html";
    if !html && (kind.kind != "text/plain" || kind.attached) {
        return None;
    }
    let charset = kind.charset.clone().unwrap_or_default();
    let usual = [&b""[..], b"utf-8", b"utf8", b"us-ascii"];
    let usual = usual.iter().any(|name| charset.eq_ignore_ascii_case(name));
    let plain = !html && usual && kind.codec.is_none();
    (!plain).then_some(TextPart { codec: kind.codec, charset, html })
}
