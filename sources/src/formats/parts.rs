//! Large texts are cut into parts that are read apart from one another.
//!
//! Only what is plain text, in an encoding whose characters are seen from any byte, is cut: there,
//! all that a reader must know is where it stands.

use std::cell::Cell;
use std::rc::Rc;

use trawl_model::unit::{Resume, ResumeLevel};

use super::input::{First, Random, Watch, read_full, read_head};
use super::object::{Outcome, close};
use super::text::{self, Charset};
use super::{Format, Head, Input, Reader, by_claim};
use crate::Limits;
use crate::connector::Content;
use crate::sink::{Sink, Stopped};

/// So far behind a border is the end of a line looked for.
const LINE_BYTES: usize = 64 << 10;

/// Where an object is cut into parts of about this size; none if it is not to be cut.
pub fn parts(
    content: &mut dyn Content,
    name: &[u8],
    part_bytes: u64,
) -> std::io::Result<Option<Vec<(u64, u64)>>> {
    let size = content.size();
    let watch = Rc::new(Watch::default());
    let mut input = Random { content, watch, consumed: Rc::new(Cell::new(0)) };
    let First::Bytes(head) = read_head(&mut input)? else { return Ok(None) };
    let head = Head::new(&head, name);
    let is_text = by_claim(&head).is_ok_and(|format| format.name() == text::Text.name());
    let charset = Charset::detect(head.bytes()).filter(|c| is_text && c.is_self_synchronising());
    let (Some(charset), true) = (charset, part_bytes > 0 && size > part_bytes) else {
        return Ok(None);
    };
    let (mut parts, mut start) = (Vec::new(), 0);
    while size - start > part_bytes {
        let end = border_behind(&mut input, charset, start + part_bytes)?;
        if end >= size || end <= start {
            break;
        }
        parts.push((start, end));
        start = end;
    }
    parts.push((start, size));
    Ok(Some(parts))
}

/// Reads a part of an object that [`parts`] has cut: the pieces whose cores lie in it, with overlap
/// from outside. Lines are counted from the part's beginning; [`Outcome::lines`] says how many end
/// in it. The name is read with the first part.
pub fn read_part(
    content: &mut dyn Content,
    name: &[u8],
    limits: &Limits,
    (start, end): (u64, u64),
    from: &Resume,
    sink: &mut dyn Sink,
) -> Result<Outcome, Stopped> {
    let (watch, consumed) = (Rc::new(Watch::default()), Rc::new(Cell::new(0)));
    let mut reader = Reader::new(sink, limits, from, Rc::clone(&watch), Rc::clone(&consumed));
    let mut input = Random { content, watch: Rc::clone(&watch), consumed };
    reader.read_as(text::Text.name());
    let beginning = ResumeLevel { at: start, line: 1, column: 1, row: 0 };
    let first = reader.start().unwrap_or(beginning);
    reader.given(first.at);
    let is_first = start == 0 && reader.start().is_none();
    let named = if is_first { reader.name(name) } else { Ok(()) };
    let read = named.and_then(|()| text::read_between(&mut input, &mut reader, first, end));
    close(reader, &mut input, (start, end), read.map(|()| text::Text.name()), &watch)
}

/// Behind the first end of a line at or behind `at`; if there is none near, at a character.
fn border_behind(input: &mut dyn Input, charset: Charset, at: u64) -> std::io::Result<u64> {
    let base = at - at % 2;
    let mut near = zeroize::Zeroizing::new(vec![0; LINE_BYTES]);
    let n = read_full(input, base, &mut near)?;
    let near = &near[..n];
    let behind = charset.line_end(near).unwrap_or_else(|| charset.border(near, base, 4.min(n)));
    Ok(base + behind as u64)
}
