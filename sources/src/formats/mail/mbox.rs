//! Mailboxes: messages one after another, each behind a line that begins with `From `.

use std::io::BufReader;

use trawl_model::unit::ResumeLevel;
use trawl_model::{Anchor, Step};

use super::eml::Eml;
use super::lines::{Body, End, Ends, Lines};
use crate::formats::compressed::BUFFER_BYTES;
use crate::formats::fields::Pieces;
use crate::formats::input::Sequential;
use crate::formats::{Fault, Format, Head, Input, Member, Reader, Stream};

/// A mailbox. Its level of resuming is the offset of a message's `From ` line, and its number as
/// row.
pub struct Mbox;

impl Format for Mbox {
    fn name(&self) -> &'static str {
        "mbox"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let Some(rest) = head.bytes().strip_prefix(b"From ") else { return 0 };
        let Some(end) = memchr::memchr(b'\n', rest) else { return 0 };
        let named = head.is_named(&[b".mbox"]);
        match super::known_fields(&rest[end + 1..]) {
            Some(1..) => 85,
            _ if named => 60,
            _ => 0,
        }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let from = reader.start();
        let at = from.map_or(0, |level| level.at);
        let mut number = from.map_or(0, |level| level.row.saturating_sub(1));
        let source = BufReader::with_capacity(BUFFER_BYTES, Sequential::new(input, at));
        let mut lines = Lines::new(source, at);
        // What stands before the first message is read as one, too.
        let mut start = at;
        if !lines.next()? {
            return Ok(());
        }
        loop {
            if from.is_none_or(|level| start > level.at) {
                from_line(reader, &lines.line, start)?;
            }
            let level = ResumeLevel { at: start, row: number + 1, ..ResumeLevel::default() };
            let step = Step::Message(number);
            let member = Member { step, name: b"", at: level, stored_bytes: None };
            let mut message = Stream::new(Body::new(&mut lines, Ends::Messages), None);
            reader.member_as(&member, Some(&Eml), &mut message)?;
            if message.into_inner().finish()? == End::Input {
                return Ok(());
            }
            start = lines.at - lines.line.len() as u64;
            reader.given(start);
            number += 1;
        }
    }
}

/// The line before a message names its sender.
fn from_line(reader: &mut Reader<'_>, line: &[u8], at: u64) -> Result<(), Fault> {
    let mut pieces = Pieces::new(reader);
    let anchor = Anchor::Raw { start: at, runs: Box::default(), line: None, row: None };
    pieces.field(reader, None, line.trim_ascii_end(), anchor)?;
    pieces.flush(reader)
}
