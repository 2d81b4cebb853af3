//! Reading an object: its name, its format, its content, and what became of its bytes.

use std::cell::Cell;
use std::rc::Rc;

use trawl_model::unit::Resume;
use trawl_model::{Class, Reason};

use super::input::{Random, Watch};
use super::reader::class_of;
use super::{Fault, Input, Reader};
use crate::Limits;
use crate::connector::Content;
use crate::sink::{Sink, Stopped};

/// So many stretches of a sparse file are looked at when it is left unread; what lies behind them
/// counts as data.
const MAX_STRETCHES: usize = 10_000;

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The format that it was read as; empty if none was told.
    pub format: String,
    /// [`Class::Read`], or why it was not read (to its end).
    pub class: Class,
    /// What went wrong: a sentence without content.
    pub error: Option<String>,
    /// How many lines end in what was read, where it is plain text.
    pub lines: u64,
}

/// Reads an object from its start, or on from where it was left. The key is its name, given as a
/// piece of its own.
///
/// The ledger of bytes: what isn't entered by [`Sink::unread_bytes`] was read. An object that
/// fails enters what was not done with, holes are entered and not read, and no more than the
/// object's size is entered. The object itself is not counted as an item: that is the caller's,
/// by the outcome's class.
pub fn read_object(
    content: &mut dyn Content,
    name: &[u8],
    limits: &Limits,
    from: &Resume,
    sink: &mut dyn Sink,
) -> Result<Outcome, Stopped> {
    let (watch, consumed) = (Rc::new(Watch::default()), Rc::new(Cell::new(0)));
    let mut reader = Reader::new(sink, limits, from, Rc::clone(&watch), Rc::clone(&consumed));
    let mut input = Random { content, watch: Rc::clone(&watch), consumed };
    let named = if from.levels.is_empty() { reader.name(name) } else { Ok(()) };
    let read = named.and_then(|()| reader.read_input(&mut input, name));
    let size = input.size().unwrap_or(0);
    close(reader, &mut input, (0, size), read, &watch)
}

/// Turns what came of reading the bytes from `start` to `end` into an outcome, and enters what was
/// not read of them.
pub(super) fn close(
    mut reader: Reader<'_>,
    input: &mut Random<'_>,
    (start, end): (u64, u64),
    read: Result<&'static str, Fault>,
    watch: &Watch,
) -> Result<Outcome, Stopped> {
    let (class, told, error) = match read {
        Ok(told) => match reader.failed_members(start, end) {
            Some((class, error)) => (class, told, Some(error)),
            None => (Class::Read, told, None),
        },
        Err(Fault::Stopped(stopped)) => return Err(stopped),
        Err(fault) => (class_of(&fault, watch.source_failed.get()), "", Some(fault.to_string())),
    };
    if class != Class::Read {
        let (left, all) = (reader.left(start, end), end - start);
        // Where nothing was read, its holes are told apart.
        let holes = if left == all { holes_of(input, start, end) } else { 0 };
        reader.unread(Class::Skipped(Reason::Hole), holes);
        reader.unread(class, left - holes);
    }
    let format = if reader.format().is_empty() { told } else { reader.format() };
    Ok(Outcome { format: format.to_owned(), class, error, lines: reader.lines_counted() })
}

fn holes_of(input: &mut dyn Input, start: u64, end: u64) -> u64 {
    let (mut at, mut data) = (start, 0);
    for _ in 0..MAX_STRETCHES {
        match input.data_from(at) {
            Ok(Some((from, to))) if to > at && from < end => {
                data += to.min(end) - from;
                at = to.min(end);
            }
            Ok(_) => return (end - start).saturating_sub(data),
            Err(_) => return 0,
        }
    }
    (at - start).saturating_sub(data)
}
