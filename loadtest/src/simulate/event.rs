//! What can happen: words between nodes, questions to the store and their answers, timers, faults.

use std::rc::Rc;

use trawl_actors::message::{Answer, Checkpoint, Lease, LeaseRef, Pull, WorkerId};
use trawl_actors::range::{Dead, RangeState, ScanOrder};
use trawl_actors::recorder::Trace;
use trawl_model::range::{Bounds, Child, RangeHead, RangeScan};
use trawl_model::unit::UnitId;
use trawl_model::{ObjectKey, RangeId};
use trawl_storage::records::node::Node;
use trawl_storage::records::range::LogEntry;

use super::faults::Fault;
use super::store::{
    Document, Fence, KeptShard, Manifest, Outcome, Publication, RangeCommit, Row, Running,
    SourceWrite, Writer,
};

/// Something happens.
pub(super) enum Event {
    /// A word comes to a process of a node.
    Word { to: Writer, from: Writer, word: Rc<Word> },
    /// A question comes to the store, which answers then, if it is heard.
    Ask(Box<Asked>),
    /// The store's answer comes to a process; none where it is not waited for any longer.
    Answer { to: Writer, then: Then, answer: Box<Option<Reply>> },
    /// It is time for something.
    Timer { of: Writer, timer: Timer },
    /// Somebody changes a source.
    Change(usize),
    /// Somebody orders a scan.
    Order(usize),
    /// Something breaks, or heals.
    Fault(Fault),
}

/// A question on its way to the store.
pub(super) struct Asked {
    pub(super) ask: Ask,
    pub(super) from: Writer,
    pub(super) then: Then,
    /// How long the answer takes back; none where it is lost, or nobody waits any longer.
    pub(super) back: Option<u64>,
}

/// What nodes say to each other.
#[derive(Debug, Clone)]
pub(super) enum Word {
    /// The leader asks an owner to keep a range, and how far it is.
    Follow { epoch: u64, look: u64, source: usize, range: RangeId, order: ScanOrder },
    /// How far a range is.
    Followed { look: u64, source: usize, range: RangeId, scan: RangeScan, child: Option<Child> },
    /// The leader has a range end its scan.
    Close { epoch: u64, range: RangeId, number: u32, close: bool },
    /// The directory names the child of a range.
    Entered { epoch: u64, range: RangeId, child: RangeId },
    /// A worker asks for work.
    Pull { question: u64, worker: usize, pull: Pull },
    /// What it is given.
    Leases { question: u64, worker: usize, leases: Vec<Lease> },
    /// A node may have work.
    Work,
    /// A worker says what it has done.
    Checkpoint { worker: usize, range: RangeId, checkpoint: Checkpoint },
    /// What is answered to it; none where the range is not kept there.
    Taken { worker: usize, range: RangeId, lease: LeaseRef, number: u32, answer: Option<Answer> },
    /// A worker is still at it.
    Alive { range: RangeId, unit: UnitId, attempt: u32 },
    /// A worker is gone.
    Lost { worker: WorkerId, trace: Option<Trace> },
    /// The index is to read a range.
    Changed { source: usize, range: RangeId, lane: u16 },
}

/// What the store is asked.
#[derive(Debug)]
pub(super) enum Ask {
    Commit(Rc<RangeCommit>),
    Raise {
        range: RangeId,
        epoch: u64,
        write: u64,
    },
    Read {
        range: RangeId,
    },
    Make {
        source: usize,
        range: RangeId,
        head: Box<RangeHead>,
        version: u64,
        write: u64,
    },
    Copy {
        parent: RangeId,
        child: RangeId,
        after: Option<ObjectKey>,
        expected: Fence,
        write: u64,
    },
    Put {
        source: usize,
        rows: Rc<Vec<(u32, Row)>>,
    },
    Clean {
        dead: Box<Dead>,
    },
    /// A process begins, and takes its node's record.
    Begin {
        write: u64,
    },
    Beat {
        expected: Fence,
        write: u64,
        head: Node,
    },
    Shards {
        shards: Vec<u16>,
    },
    RaiseShard {
        shard: u16,
        seen: Option<Fence>,
        former: Option<usize>,
        write: u64,
        forced: bool,
    },
    /// The owner of a shard names the next one.
    Name {
        shard: u16,
        expected: Fence,
        next: usize,
        write: u64,
    },
    Source {
        source: usize,
    },
    ChangeSource {
        source: usize,
        version: u64,
        what: SourceWrite,
    },
    OpenLane {
        lane: u16,
        epoch: u64,
        write: u64,
    },
    Around {
        lane: u16,
    },
    Log {
        range: RangeId,
        cursor: u64,
    },
    Objects {
        range: RangeId,
        keys: Vec<ObjectKey>,
    },
    Ranges {
        range: RangeId,
    },
    Pass {
        range: RangeId,
        after: Option<ObjectKey>,
    },
    Publish(Rc<Publication>),
}

/// What the store answers.
pub(super) enum Reply {
    Outcome(Outcome),
    Rows(Option<Box<(Fence, RangeState)>>),
    Copied(Outcome, Option<ObjectKey>),
    Kept,
    Node(Fence, Node),
    Shards(Vec<ShardSeen>),
    Source(SourceSeen),
    Changed,
    Lane(Option<Box<Manifest>>),
    /// The ranges of a lane, and the sources that there are.
    Around(Vec<(usize, RangeId)>, usize),
    Log(Option<LogSeen>),
    Objects(Option<ObjectsSeen>),
    Ranges(Option<RangesSeen>),
    Pass(Option<PassSeen>),
}

/// A shard, and what its owner says of itself.
#[derive(Debug, Clone)]
pub(super) struct ShardSeen {
    pub(super) shard: u16,
    pub(super) kept: KeptShard,
    pub(super) head: Option<Node>,
    /// When its owner's counter was raised last, and when that was read: nobody in the simulation knows.
    pub(super) raised_at: u64,
    pub(super) read_at: u64,
}

/// A source, as a leader reads it.
pub(super) struct SourceSeen {
    pub(super) version: u64,
    pub(super) running: Option<Running>,
    /// First keys of its ranges, in order.
    pub(super) directory: Vec<RangeId>,
}

/// Entries of a range's log, and its head after that.
pub(super) struct LogSeen {
    pub(super) version: u64,
    pub(super) entries: Vec<(u64, LogEntry)>,
    pub(super) more: bool,
    pub(super) log_from: u64,
    pub(super) child: Option<RangeId>,
}

/// Objects that a log names, as they are now; none of one without a row.
pub(super) struct ObjectsSeen {
    pub(super) bounds: Bounds,
    pub(super) documents: Vec<(ObjectKey, Option<Option<Document>>)>,
}

/// What is to be known before a range is read whole.
pub(super) struct RangesSeen {
    pub(super) version: u64,
    pub(super) bounds: Bounds,
    pub(super) child: Option<RangeId>,
    /// The ranges of its lane that begin behind its end.
    pub(super) behind: Vec<RangeId>,
}

/// Some objects of a range that is read whole.
pub(super) struct PassSeen {
    pub(super) bounds: Bounds,
    pub(super) documents: Vec<(ObjectKey, Document)>,
    pub(super) after: Option<ObjectKey>,
    pub(super) ended: bool,
}

/// What a process does with an answer.
#[derive(Debug, Clone)]
pub(super) enum Then {
    Committed {
        range: RangeId,
        keeper: u64,
    },
    Raised {
        range: RangeId,
        keeper: u64,
    },
    ReadRange {
        range: RangeId,
        keeper: u64,
    },
    ChildMade {
        range: RangeId,
        keeper: u64,
    },
    Copied {
        range: RangeId,
        keeper: u64,
        write: u64,
    },
    Put {
        worker: usize,
        job: u64,
    },
    Nothing,
    Begun,
    Beaten {
        begun: u64,
    },
    /// The first shard was read.
    First,
    Shards,
    /// Shards that it has were read, to see whether it has them still.
    Held,
    /// Owners were read, to know whom to ask.
    Owners,
    Taken {
        shard: u16,
    },
    Source {
        source: usize,
        look: u64,
    },
    ChangedSource {
        source: usize,
        look: u64,
    },
    Lane {
        lane: u16,
        opened: u64,
    },
    LaneRead {
        lane: u16,
        opened: u64,
        read: LaneRead,
    },
}

/// What a lane was reading.
#[derive(Debug, Clone)]
pub(super) enum LaneRead {
    Around,
    Log { of: OfRange, cursor: u64 },
    Objects { of: OfRange, to: u64, more: bool, left: Vec<ObjectKey> },
    Ranges { of: OfRange },
    Pass { of: OfRange, pass: Box<trawl_actors::index::plan::Pass> },
    Publish,
}

/// A range and its source.
pub(super) type OfRange = (usize, RangeId);

/// It is time for something.
#[derive(Debug, Clone, Copy)]
pub(super) enum Timer {
    /// A node looks around.
    Look,
    Beat,
    /// A commit is sent again.
    Resend {
        range: RangeId,
        keeper: u64,
    },
    /// A worker has read for a while.
    Step {
        worker: usize,
        job: u64,
    },
    Lane {
        lane: u16,
        opened: u64,
    },
}
