//! Units: some seconds to a minute of work inside a range, and how far it got.

use serde::{Deserialize, Serialize};

use crate::by_type::ByType;
use crate::coverage::Coverage;
use crate::fingerprint::Fingerprint;
use crate::generation::{Counted, Generation};
use crate::object::{Buckets, ObjectKey};

/// A unit in its range: given in order and never twice.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnitId(pub u64);

/// What a unit is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    /// Listing the range's keys, on from where its cursor stands.
    List,
    /// Reading the objects that are due, from the first key to the last, both included.
    Read {
        /// The first key.
        first: ObjectKey,
        /// The last key.
        last: ObjectKey,
    },
    /// Reading a part of a large object.
    Part {
        /// The object.
        object: ObjectKey,
        /// Which part, from 0.
        number: u32,
        /// Its bytes.
        start: u64,
        /// One past its last byte.
        end: u64,
    },
}

/// Where a format can be entered again: a position a level, outermost first. What a position is,
/// each format says for itself: the number of a member, a byte, a row, a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Resume {
    /// The levels. None: from the start.
    pub levels: Vec<ResumeLevel>,
}

/// A position in one level of nesting. All that was before it has been given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct ResumeLevel {
    /// The position, in the format's own measure.
    pub at: u64,
    /// Line of the position, from 1, where there are lines; else 0.
    pub line: u64,
    /// Column of the position, from 1, where there are lines; else 0.
    pub column: u64,
    /// Row of the position, from 1, where there are rows; else 0.
    pub row: u64,
}

/// An object that is being read: what is known of it at a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The object.
    pub object: ObjectKey,
    /// As it was before its first byte was read.
    pub fingerprint: Fingerprint,
    /// The generations of this reading so far.
    pub counted: Vec<Counted>,
    /// The buckets of its findings so far.
    pub buckets: Buckets,
    /// Findings so far.
    pub findings: u64,
    /// What was found out so far about what could not be read.
    pub coverage: Coverage,
    /// Where to go on.
    pub resume: Resume,
    /// It has changed once while it was read, and is read for the second time.
    pub again: bool,
}

/// Where readers of an object died.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fall {
    /// The place of the last checkpoint.
    pub resume: Resume,
    /// The steps that were made since, where they are known; else 0.
    pub steps: u64,
    /// How many have died so far.
    pub times: u8,
}

impl Fall {
    /// Whether both are at one place.
    pub fn is_where(&self, other: &Self) -> bool {
        self.resume == other.resume && self.steps == other.steps
    }
}

/// A unit, as it is kept in its range. A unit that is finished has no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// What it is about.
    pub work: Work,
    /// The number of the scan that it belongs to.
    pub scan: u32,
    /// How often it was given out. A word of another attempt is refused.
    pub attempt: u32,
    /// The lease that is out, or was when its owner died.
    pub lease: Option<Generation>,
    /// The number of the last checkpoint of that lease.
    pub checkpoint: u32,
    /// All keys up to this one are done.
    pub done: Option<ObjectKey>,
    /// The object in the midst of which the last checkpoint was made.
    pub reading: Option<Reading>,
    /// It was out when its owner or worker died: its objects are named before they are opened.
    pub suspect: bool,
    /// The object that was named before it was opened.
    pub named: Option<ObjectKey>,
    /// Where in the object that is named its reader died last: an object kills at one place, and
    /// whoever kills the process from outside at any.
    pub fell_at: Option<Fall>,
    /// How often its source failed it.
    pub failures: u32,
    /// Its source has failed it too often: it waits to be released by hand.
    pub parked: Option<String>,
    /// Who had it last: a worker, by a number that no other of any process has.
    pub holder: Option<u64>,
}

impl Unit {
    /// A unit that nobody has had.
    pub fn new(work: Work, scan: u32) -> Self {
        Self {
            work,
            scan,
            attempt: 0,
            lease: None,
            checkpoint: 0,
            done: None,
            reading: None,
            suspect: false,
            named: None,
            fell_at: None,
            failures: 0,
            parked: None,
            holder: None,
        }
    }
}

/// A unit as version 1 wrote it, which knew no steps.
#[derive(Serialize, Deserialize)]
pub(crate) struct UnitV1 {
    work: Work,
    scan: u32,
    attempt: u32,
    lease: Option<Generation>,
    checkpoint: u32,
    done: Option<ObjectKey>,
    reading: Option<Reading>,
    suspect: bool,
    named: Option<ObjectKey>,
    fell_at: Option<Resume>,
    failures: u32,
    parked: Option<String>,
}

impl From<UnitV1> for Unit {
    fn from(old: UnitV1) -> Self {
        Self {
            work: old.work,
            scan: old.scan,
            attempt: old.attempt,
            lease: old.lease,
            checkpoint: old.checkpoint,
            done: old.done,
            reading: old.reading,
            suspect: old.suspect,
            named: old.named,
            fell_at: old.fell_at.map(|resume| Fall { resume, steps: 0, times: 1 }),
            failures: old.failures,
            parked: old.parked,
            holder: None,
        }
    }
}

/// A part of a large object, once it has been read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The scan that read it.
    pub scan: u32,
    /// The object as it was when the part was read: all parts must agree.
    pub fingerprint: Fingerprint,
    /// The generations that count, once the object's row counts its parts.
    pub counted: Vec<Counted>,
    /// The buckets of its findings.
    pub buckets: Buckets,
    /// How many findings it has.
    pub findings: u64,
    /// How many lines end in it: what is added to the lines of the parts behind it.
    pub lines: u64,
    /// What became of its bytes.
    pub coverage: Coverage,
    /// The types of its findings.
    pub by_type: ByType,
}
