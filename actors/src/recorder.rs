//! How far the reader of a suspect object got, in a file that outlives the process.
//!
//! An object is set aside when it kills whoever reads it. Somebody who kills the process from
//! outside leaves the same trace in the store: an object that was named and not finished. What tells
//! them apart is how far the reader got: an object kills at one place, a person at any. Checkpoints
//! say it too coarsely, for between two of them lie some milliseconds or, in a format that can't be
//! entered in its middle, all of it. So each step (a read, a stage of a piece's classification, some
//! findings, a put) is noted here, which costs a write to memory of the
//! system and no sync. Suspects run one at a time on a node, so one note is enough.
//!
//! Losing the note costs nothing but that an object may be set aside for a while: it is no truth, and
//! nothing else rests on it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use trawl_model::RangeId;
use trawl_model::unit::UnitId;

use crate::message::Lease;

/// Whose steps these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Whose {
    range: RangeId,
    unit: UnitId,
    attempt: u32,
}

/// What a reader that died had come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    whose: Whose,
    steps: u64,
}

impl Trace {
    /// So many steps of this lease.
    pub fn new(range: RangeId, unit: UnitId, attempt: u32, steps: u64) -> Self {
        Self { whose: Whose { range, unit, attempt }, steps }
    }

    /// The steps of this lease, if they are of it.
    pub fn steps_of(&self, range: RangeId, unit: UnitId, attempt: u32) -> Option<u64> {
        (self.whose == Whose { range, unit, attempt }).then_some(self.steps)
    }
}

/// Keeps the note.
#[derive(Default)]
pub struct Recorder {
    file: Option<Arc<File>>,
    whose: Mutex<Option<Whose>>,
    steps: AtomicU64,
}

const NOTE_BYTES: usize = RangeId::LEN + 8 + 4 + 8;

impl Recorder {
    /// Notes in this file, after it has read what a process before has left there. Without a file
    /// nothing is noted.
    pub fn on(file: Option<Arc<File>>) -> std::io::Result<(Self, Option<Trace>)> {
        let Some(file) = file else { return Ok((Self::default(), None)) };
        let mut note = [0; NOTE_BYTES];
        let read = file.read_at(&mut note, 0)?;
        let trace = if read == NOTE_BYTES { read_note(&note) } else { None };
        Ok((Self { file: Some(file), ..Self::default() }, trace))
    }

    /// The reader of a suspect begins, or a checkpoint keeps what it has done so far.
    pub(crate) fn begin(&self, lease: &Lease) {
        let (range, unit, attempt) = (lease.range, lease.lease.unit, lease.lease.attempt);
        *self.whose.lock() = Some(Whose { range, unit, attempt });
        self.steps.store(0, Ordering::Relaxed);
        self.step();
    }

    /// How far the reader of this lease has come, if it is a suspect that was begun.
    pub(crate) fn now(&self, lease: &Lease) -> Option<Trace> {
        let of = Whose { range: lease.range, unit: lease.lease.unit, attempt: lease.lease.attempt };
        let whose = self.whose.lock().filter(|whose| *whose == of)?;
        Some(Trace { whose, steps: self.steps.load(Ordering::Relaxed) })
    }

    /// It has come a step further.
    pub(crate) fn step(&self) {
        let steps = self.steps.fetch_add(1, Ordering::Relaxed);
        if let (Some(file), Some(whose)) = (&self.file, *self.whose.lock()) {
            // What can't be noted is not known; see above.
            let _ = file.write_all_at(&write_note(whose, steps), 0);
        }
    }
}

fn write_note(Whose { range, unit, attempt }: Whose, steps: u64) -> Vec<u8> {
    let (unit, attempt) = (unit.0.to_be_bytes(), attempt.to_be_bytes());
    [&range.as_bytes()[..], &unit, &attempt, &steps.to_be_bytes()].concat()
}

fn read_note(note: &[u8; NOTE_BYTES]) -> Option<Trace> {
    let (range, rest) = note.split_first_chunk()?;
    let (unit, rest) = rest.split_first_chunk()?;
    let (attempt, steps) = rest.split_first_chunk()?;
    let whose = Whose {
        range: RangeId::from_bytes(*range),
        unit: UnitId(u64::from_be_bytes(*unit)),
        attempt: u32::from_be_bytes(*attempt),
    };
    Some(Trace { whose, steps: u64::from_be_bytes(steps.try_into().ok()?) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

    use super::*;

    fn next(file: &Arc<File>) -> (Recorder, Option<Trace>) {
        Recorder::on(Some(Arc::clone(file))).unwrap()
    }

    #[test]
    fn what_was_noted_is_read_by_the_next_process() {
        let file = Arc::new(tempfile::tempfile().unwrap());
        let (recorder, before) = next(&file);
        assert_eq!(before, None);
        let (range, unit) = (RangeId::from_bytes([7; RangeId::LEN]), UnitId(300));
        *recorder.whose.lock() = Some(Whose { range, unit, attempt: 2 });
        (0..=41).for_each(|_| recorder.step());
        let trace = next(&file).1.unwrap();
        assert_eq!(trace.steps_of(range, unit, 2), Some(41));
        assert_eq!(trace.steps_of(range, unit, 3), None);
        assert_eq!(trace.steps_of(range, UnitId(301), 2), None);
    }

    #[test]
    fn a_file_that_is_no_note_says_nothing() {
        let file = Arc::new(tempfile::tempfile().unwrap());
        file.write_all_at(b"short", 0).unwrap();
        assert_eq!(next(&file).1, None);
        assert_eq!(Recorder::on(None).unwrap().1, None);
    }
}
