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
    /// How many lines end in it, where it is text that was read from its start or is a part.
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
    let source_failed = watch.source_failed.get();
    match read {
        Ok(told) => {
            let format = if reader.format().is_empty() { told } else { reader.format() };
            Ok(Outcome { format: format.into(), class: Class::Read, error: None, lines: 0 })
        }
        Err(Fault::Stopped(stopped)) => Err(stopped),
        Err(fault) => {
            let class = class_of(&fault, source_failed);
            enter_unread(&mut reader, &mut input, class);
            let (format, error) = (reader.format().to_owned(), Some(fault.to_string()));
            Ok(Outcome { format, class, error, lines: 0 })
        }
    }
}

/// Enters what is left of the object; holes as holes, if nothing of it was read.
fn enter_unread(reader: &mut Reader<'_>, input: &mut Random<'_>, class: Class) {
    let size = input.size().unwrap_or(0);
    let left = reader.left(size);
    let holes = if left == size && size > 0 { holes_of(input, size) } else { 0 };
    reader.unread(Class::Skipped(Reason::Hole), holes);
    reader.unread(class, left - holes);
}

fn holes_of(input: &mut dyn Input, size: u64) -> u64 {
    let (mut at, mut data) = (0, 0);
    for _ in 0..MAX_STRETCHES {
        match input.data_from(at) {
            Ok(Some((start, end))) if end > at => {
                data += end - start;
                at = end;
            }
            Ok(_) => return size.saturating_sub(data),
            Err(_) => return 0,
        }
    }
    at.saturating_sub(data)
}
