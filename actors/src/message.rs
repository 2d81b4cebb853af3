//! What owners and workers say to each other. All of it could cross a wire: plain data, versioned,
//! bounded, and nothing that says where the other one runs. No message holds content.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use trawl_model::id::RuleSetId;
use trawl_model::object::Buckets;
use trawl_model::unit::{Part, Reading, UnitId};
use trawl_model::wire::Versioned;
use trawl_model::{
    ByType, Counted, Coverage, Fingerprint, Generation, ObjectId, ObjectKey, RangeId, Reason,
    SourceId, TenantId, Timestamp,
};

/// A worker, for as long as its process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WorkerId(pub u64);

/// The process of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProcessId(pub u64);

impl WorkerId {
    /// A process has no more workers than this number has values.
    const OF_A_PROCESS: u64 = u16::MAX as u64;

    /// A worker of a process, by its number there.
    pub const fn of(process: ProcessId, number: u16) -> Self {
        Self(process.0 | number as u64)
    }

    /// Its process.
    pub const fn process(self) -> ProcessId {
        ProcessId(self.0 & !Self::OF_A_PROCESS)
    }
}

impl fmt::Display for ProcessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl FromStr for ProcessId {
    type Err = std::num::ParseIntError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(word, 16).map(Self::drawn)
    }
}

impl ProcessId {
    /// A process by a number drawn at random.
    pub const fn drawn(random: u64) -> Self {
        WorkerId(random).process()
    }
}

/// A worker asks for work: as much as it can take now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Who asks.
    pub worker: WorkerId,
    /// At most so many leases.
    pub want: u32,
    /// It takes suspect units only if it has nothing else at work.
    pub suspects: bool,
    /// Sources that its node can't read now.
    pub without: Vec<SourceId>,
}

/// Which lease a word is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRef {
    /// The unit.
    pub unit: UnitId,
    /// Which attempt at it.
    pub attempt: u32,
    /// The generation under which its findings are put.
    pub generation: Generation,
}

/// A unit, given to a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Whose source it is.
    pub tenant: TenantId,
    /// The source.
    pub source: SourceId,
    /// The range.
    pub range: RangeId,
    /// The unit, attempt and generation.
    pub lease: LeaseRef,
    /// The number of the scan.
    pub scan: u32,
    /// When the scan was begun: `first_seen` of what it finds first.
    pub started: Timestamp,
    /// The rules that the scan applies.
    pub rules: RuleSetId,
    /// Each object is named before it is opened.
    pub suspect: bool,
    /// What is to be done.
    pub work: LeasedWork,
}

/// What a lease is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeasedWork {
    /// Listing keys behind `after` and before `until`.
    List {
        /// The last key listed.
        after: Option<ObjectKey>,
        /// The first key that is not wanted.
        until: Option<ObjectKey>,
        /// The first key that is wanted, where nothing is listed yet.
        from: ObjectKey,
    },
    /// Reading objects, in this order.
    Read {
        /// The objects.
        objects: Vec<Due>,
        /// The first of them, where it was being read at the last checkpoint.
        reading: Option<Reading>,
    },
    /// Reading a part of an object.
    Part {
        /// The object.
        object: Due,
        /// Which part.
        number: u32,
        /// Its bytes.
        start: u64,
        /// One past its last byte.
        end: u64,
        /// As it was when it was cut: a part of anything else is not this part.
        fingerprint: Fingerprint,
        /// What was being read at the last checkpoint.
        reading: Option<Reading>,
    },
}

/// An object that is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Its key.
    pub key: ObjectKey,
    /// Its id.
    pub id: ObjectId,
    /// Its size as listed.
    pub size: u64,
    /// The generations that count now: whose findings hand down when they were first seen.
    pub former: Vec<Counted>,
    /// The buckets of those findings.
    pub former_buckets: Buckets,
}

/// What a worker has done since its last checkpoint. Findings and person rows are put before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Under which lease.
    pub lease: LeaseRef,
    /// 1 for the first of the lease; the owner takes only the next one.
    pub number: u32,
    /// What was done.
    pub progress: Progress,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// A page of keys was listed.
    Listed(Page),
    /// Objects were read to their end, and perhaps one half.
    Read {
        /// Those that are finished.
        #[serde(deserialize_with = "no_more_than_a_unit")]
        finished: Vec<Finished>,
        /// The one that is not.
        reading: Option<Box<Reading>>,
        /// Nothing of the unit is left.
        complete: bool,
    },
    /// A part was read, to its end or not.
    Part {
        /// The part, once it is finished.
        done: Option<Box<Part>>,
        /// What is known of it, until it is.
        reading: Option<Box<Reading>>,
        /// The object is no longer the one that was cut, or can't be read: the whole object is
        /// done, with this.
        failed: Option<Box<Finished>>,
    },
    /// The next object to be opened, of a suspect unit.
    Named {
        /// The object.
        object: ObjectKey,
    },
    /// The source failed.
    Failed {
        /// Whether trying again may help.
        transient: bool,
        /// What happened, without content.
        what: String,
    },
    /// The worker stops, and gives the unit back as the last checkpoint left it.
    Released,
}

/// A page of keys, as listing saw them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Page {
    /// The objects, in order.
    pub entries: Vec<Listed>,
    /// What could not be listed, or was left out.
    pub gaps: Vec<Missed>,
    /// All keys up to this one are covered; none if the listing is at its end.
    pub covered_to: Option<ObjectKey>,
}

/// An object, as listing saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its key.
    pub key: ObjectKey,
    /// Its id.
    pub id: ObjectId,
    /// As the source describes it.
    pub fingerprint: Fingerprint,
    /// Why it is not to be opened.
    pub skip: Option<Reason>,
}

/// A stretch of keys that listing could not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// All keys with this prefix.
    pub prefix: ObjectKey,
    /// Why.
    pub reason: Reason,
    /// On purpose.
    pub skipped: bool,
}

/// An object that a worker is done with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// Its key.
    pub key: ObjectKey,
    /// Its size as read.
    pub size: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was read to its end (which may be soon: a picture is no text).
    Read {
        /// As it was read, where that was settled.
        fingerprint: Option<Fingerprint>,
        /// The generations that count from now on.
        counted: Vec<Counted>,
        /// The buckets of its findings.
        buckets: Buckets,
        /// How many they are.
        findings: u64,
        /// Of which types.
        by_type: ByType,
        /// What became of its bytes and members.
        coverage: Coverage,
        /// As what it was read.
        format: String,
        /// What could not be read of it, in a sentence without content.
        error: Option<String>,
    },
    /// It could not be read: its former findings stay.
    NotRead {
        /// By what it goes into coverage.
        reason: Reason,
        /// A sentence without content.
        error: String,
        /// As it was read, where that was settled and its content is to blame: it is not tried again
        /// before it changes.
        fingerprint: Option<Fingerprint>,
    },
    /// It is large and can be cut: its parts become units.
    Cut {
        /// As it was when it was cut.
        fingerprint: Fingerprint,
        /// The parts: first byte, and one past the last.
        parts: Vec<(u64, u64)>,
    },
}

/// The owner's answer to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It is kept.
    Accepted {
        /// For a listing: go on behind this key, which may lie before the one that was sent.
        after: Option<ObjectKey>,
        /// Nothing of the unit is left to do.
        complete: bool,
        /// The scan is to rest: keep what is done, and give the unit back.
        halt: bool,
    },
    /// It is not, and the lease is over.
    Refused(Refusal),
}

/// Why an owner does not take a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// There is no such unit: it is finished, or its scan is over.
    UnitGone,
    /// Another attempt is at work.
    OldAttempt,
    /// Not the next checkpoint.
    OutOfOrder,
    /// Not what such a unit can say.
    Unfitting,
    /// The range is on its way to another owner, or its owner has lost it.
    NotOwner,
}

/// A unit has no more objects, whatever is set.
const MOST_OBJECTS: usize = 10_000;

/// What is read here may come of another node, and an object of which there is nothing to say takes a few
/// bytes on its way, and in memory hundreds.
fn no_more_than_a_unit<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    struct Few<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "at most {MOST_OBJECTS} objects")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
            let mut read = Vec::new();
            while let Some(one) = all.next_element()? {
                if read.len() == MOST_OBJECTS {
                    return Err(A::Error::custom(format_args!("more than {MOST_OBJECTS} objects")));
                }
                read.push(one);
            }
            Ok(read)
        }
    }
    from.deserialize_seq(Few(PhantomData))
}

macro_rules! versioned {
    ($($type:ty),+ $(,)?) => { $(impl Versioned for $type { const VERSION: u16 = 1; })+ };
}
pub(crate) use versioned;

versioned!(Pull, Lease, Checkpoint, Answer);
