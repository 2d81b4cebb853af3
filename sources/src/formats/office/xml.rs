//! The XML of a part as a stream of events, within bounds.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};
use trawl_model::Reason;
use zeroize::Zeroizing;

use crate::formats::{Fault, Reader};

/// Below this, expansion says nothing.
const FREE_BYTES: u64 = 1 << 20;
/// A tag, or a stretch of text between two, is at most so long.
const MAX_EVENT_BYTES: u64 = 4 << 20;

/// A part that is being decompressed, with what it may still give.
pub(super) struct Bounded<R> {
    inner: R,
    left: u64,
    event: Rc<Cell<u64>>,
    over: Rc<Cell<bool>>,
}

impl<R: Read> Bounded<R> {
    pub(super) fn new(inner: R, stored: u64, reader: &Reader<'_>) -> Self {
        let limits = reader.limits();
        let left = stored.saturating_mul(limits.max_expansion).max(FREE_BYTES);
        let left = left.min(limits.max_decoded_bytes);
        Self { inner, left, event: Rc::default(), over: Rc::default() }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.event.set(self.event.get() + n as u64);
        if n as u64 > self.left || self.event.get() > MAX_EVENT_BYTES {
            self.over.set(true);
            return Err(io::Error::other("grows beyond the bounds"));
        }
        self.left -= n as u64;
        Ok(n)
    }
}

/// What a part consists of, names without their prefix.
pub(super) enum Mark<'b> {
    Open(BytesStart<'b>),
    Close(String),
    Text(Zeroizing<String>),
}

/// Reads events from a part.
pub(super) struct Events<R: Read> {
    xml: quick_xml::Reader<BufReader<Bounded<R>>>,
    buffer: Vec<u8>,
    event: Rc<Cell<u64>>,
    over: Rc<Cell<bool>>,
    depth: usize,
    max_depth: usize,
    format: &'static str,
}

impl<R: Read> Events<R> {
    pub(super) fn new(part: Bounded<R>, format: &'static str, reader: &Reader<'_>) -> Self {
        let (event, over) = (Rc::clone(&part.event), Rc::clone(&part.over));
        let mut xml = quick_xml::Reader::from_reader(BufReader::new(part));
        let config = xml.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        let max_depth = reader.limits().max_nesting;
        Self { xml, buffer: Vec::new(), event, over, depth: 0, max_depth, format }
    }

    /// The next mark; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Mark<'_>>, Fault> {
        loop {
            self.buffer.clear();
            self.event.set(0);
            // The borrow of the buffer must not outlive this turn of the loop.
            let event = match self.xml.read_event_into(&mut self.buffer) {
                Ok(event) => event.into_owned(),
                Err(_) if self.over.get() => {
                    let what = "a part grows beyond the bounds for decoded content";
                    return Err(Fault::skipped(Reason::ExpansionLimit, what));
                }
                Err(_) => return Err(Fault::broken(self.format, "a part is no whole XML")),
            };
            match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > self.max_depth {
                        let what = "elements are nested deeper than the bound";
                        return Err(Fault::skipped(Reason::DepthLimit, what));
                    }
                    return Ok(Some(Mark::Open(tag)));
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Mark::Close(tag.local_name().as_ref().to_owned())));
                }
                Event::Text(text) => return Ok(Some(Mark::Text(owned(&text)))),
                Event::CData(text) => return Ok(Some(Mark::Text(owned(&text)))),
                Event::GeneralRef(name) => {
                    return Ok(Some(Mark::Text(Zeroizing::new(reference(&name)))));
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }
}

fn owned(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// What stands for a character that is written by its name or number.
fn reference(name: &str) -> String {
    let number = match name {
        "lt" => return "<".to_owned(),
        "gt" => return ">".to_owned(),
        "amp" => return "&".to_owned(),
        "quot" => return "\"".to_owned(),
        "apos" => return "'".to_owned(),
        _ => name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        }),
    };
    number.and_then(char::from_u32).map(String::from).unwrap_or_default()
}

/// An attribute by its name without prefix, unescaped.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let found = attributes.with_checks(false).flatten();
    let mut found = found.filter(|attribute| attribute.key.local_name().as_ref() == name);
    let value = found.next()?.value;
    Some(quick_xml::escape::unescape(&value).map_or_else(|_| value.to_string(), String::from))
}
