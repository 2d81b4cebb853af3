//! Plain text, in whatever encoding.

pub(crate) mod blocks;
pub mod charset;
pub(crate) mod chunks;
pub(crate) mod decode;
#[cfg(test)]
mod tests;
mod window;

use trawl_model::unit::ResumeLevel;

pub use charset::Charset;

use super::input::{First, read_head};
use super::{Fault, Format, Head, Input, Reader};

/// Plain text.
pub struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        if head.is_text() { 10 } else { 0 }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        match charset_of(input, reader)? {
            Some(charset) => read_as(input, reader, charset),
            None => Ok(()),
        }
    }
}

/// Reads text in an encoding that is known otherwise, on from where the reader is to.
pub fn read_as(
    input: &mut dyn Input,
    reader: &mut Reader<'_>,
    charset: Charset,
) -> Result<(), Fault> {
    let start = reader.start();
    if let Some(start) = start {
        reader.given(start.at);
    }
    let start = start.unwrap_or_else(|| first(charset));
    window::read(input, reader, charset, start, u64::MAX)
}

/// Reads the part of a text whose cores lie from `start` on and before `end`.
pub(super) fn read_between(
    input: &mut dyn Input,
    reader: &mut Reader<'_>,
    start: ResumeLevel,
    end: u64,
) -> Result<(), Fault> {
    let Some(charset) = charset_of(input, reader)? else { return Ok(()) };
    let at = start.at.max(charset.mark as u64);
    window::read(input, reader, charset, ResumeLevel { at, ..start }, end)
}

/// The encoding of an input, by its head; none if there is nothing in it. Whoever reads it as text
/// has been told that it is one.
pub(super) fn charset_of(
    input: &mut dyn Input,
    reader: &Reader<'_>,
) -> Result<Option<Charset>, Fault> {
    if let Some(told) = reader.charset() {
        return Ok(Some(told));
    }
    match read_head(input)? {
        First::Bytes(head) => Ok(Some(Head::new(&head, b"").charset())),
        First::Hole | First::Empty => Ok(None),
    }
}

/// Where a text begins.
pub(super) fn first(charset: Charset) -> ResumeLevel {
    ResumeLevel { at: charset.mark as u64, line: 1, column: 1, row: 0 }
}
