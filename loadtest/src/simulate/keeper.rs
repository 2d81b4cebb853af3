//! The keeper of a range, around the real `decide`: what waits is decided as far as it goes into one commit,
//! and only when that is applied is anybody answered. What the actor does, without its messages.

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use trawl_actors::message::{Answer, LeaseRef, ProcessId, Refusal};
use trawl_actors::range::{
    Batch, Command, Decision, Moment, RangeState, Reply, ScanOrder, Tuning, Write, decide, log,
};
use trawl_model::range::Bounds;
use trawl_model::{ObjectKey, RangeId};
use trawl_storage::records::range::LogEntry;

use super::rule::Rule;
use super::store::{Fence, RangeCommit, Writer};

/// Rows and bytes of a commit, as the database bounds them, less what comes on top.
const COMMIT_ROWS: usize = 480;
const COMMIT_BYTES: usize = 190 * 1024;
/// How often a commit is sent again of which nothing is heard.
pub(super) const COMMIT_TRIES: u32 = 12;

/// Who waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    Nobody,
    /// A worker of a process, to its checkpoint.
    Worker {
        process: Writer,
        worker: usize,
        lease: LeaseRef,
        number: u32,
    },
    /// A question for work.
    Asking(u64),
}

/// A command, and who waits for its answer.
pub(super) type Asked = (Command, From);

/// How far a keeper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Raising,
    Reading,
    Keeping,
}

/// What a keeper does next.
pub(super) enum Next {
    Nothing,
    /// Nothing has to be committed for these.
    CarryOut(Vec<Decided>),
    Send(Rc<RangeCommit>),
}

/// A command and what was decided about it.
pub(super) struct Decided {
    pub(super) command: Command,
    pub(super) decision: Decision,
    pub(super) from: From,
}

/// A child that is being made.
pub(super) struct Making {
    pub(super) child: RangeId,
    pub(super) bounds: Bounds,
    pub(super) fence: Fence,
    pub(super) after: Option<ObjectKey>,
    pub(super) tries: u32,
}

struct Flight {
    commit: Rc<RangeCommit>,
    decided: Vec<Decided>,
    before: RangeState,
    tries: u32,
}

#[derive(Default)]
struct Gathered {
    writes: Vec<Write>,
    rows: usize,
    bytes: usize,
    shown: Vec<ObjectKey>,
    behind: bool,
}

/// What a keeper works with.
pub(super) struct Around<'a> {
    pub(super) now: Moment,
    pub(super) tuning: &'a Tuning,
    pub(super) log_entries: u32,
    /// Up to which version the index has read the range, where that is known.
    pub(super) indexed: Option<u64>,
    pub(super) write: u64,
    pub(super) by: Writer,
    pub(super) without: Option<Rule>,
}

/// The keeper of a range.
pub(super) struct Keeper {
    /// Which of all that there ever were.
    pub(super) id: u64,
    pub(super) source: usize,
    pub(super) range: RangeId,
    pub(super) shard: u16,
    pub(super) epoch: u64,
    pub(super) stage: Stage,
    pub(super) fence: Fence,
    pub(super) state: RangeState,
    pub(super) order: ScanOrder,
    pub(super) queue: VecDeque<Asked>,
    flight: Option<Flight>,
    waiting: Gathered,
    committed_at: Moment,
    /// It is to end when nothing is under way any more.
    pub(super) stopping: bool,
    pub(super) making: Option<Making>,
    /// Somebody may find work here.
    pub(super) may: bool,
    /// What is committed of its scan.
    pub(super) committed: trawl_model::range::RangeHead,
}

impl Keeper {
    pub(super) fn new(id: u64, state: RangeState, source: usize, shard: u16, epoch: u64) -> Self {
        let order = super::source::order(0, 0, 0);
        Self {
            id,
            source,
            range: state.range,
            shard,
            epoch,
            stage: Stage::Raising,
            fence: Fence::default(),
            committed: state.head.clone(),
            state,
            order,
            queue: VecDeque::new(),
            flight: None,
            waiting: Gathered::default(),
            committed_at: Moment(0),
            stopping: false,
            making: None,
            may: true,
        }
    }

    /// Its rows are read: of what was out, the former owner is gone.
    pub(super) fn begin(
        &mut self,
        fence: Fence,
        state: RangeState,
        living: BTreeSet<ProcessId>,
        now: Moment,
    ) {
        (self.fence, self.committed) = (fence, state.head.clone());
        self.state = RangeState { elsewhere: true, ..state };
        (self.stage, self.committed_at) = (Stage::Keeping, now);
        self.queue.push_front((Command::Begin(self.order.clone()), From::Nobody));
        self.queue.push_front((Command::TakeOver { living }, From::Nobody));
    }

    pub(super) fn ask(&mut self, command: Command, from: From) {
        let said =
            || self.queue.iter().any(|(said, from)| *from == From::Nobody && *said == command);
        match command {
            Command::Alive(..) | Command::Tick if said() => {}
            Command::Alive(..) if self.state.cutting.is_none() => {
                self.queue.push_front((command, from));
            }
            _ => self.queue.push_back((command, from)),
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.flight.is_none() && self.queue.is_empty() && self.waiting.is_empty()
    }

    pub(super) fn tries(&self) -> u32 {
        self.flight.as_ref().map_or(0, |flight| flight.tries)
    }

    /// Decides what waits.
    pub(super) fn advance(&mut self, around: &Around<'_>) -> Next {
        let late = self.committed_at.plus(around.tuning.wait_millis) <= around.now;
        let must = !self.waiting.is_empty() && (self.stopping || late);
        if self.stage != Stage::Keeping || self.flight.is_some() || (self.queue.is_empty() && !must)
        {
            return Next::Nothing;
        }
        let before = self.memory();
        let (gathered, decided) = self.gather(around);
        if decided.is_empty() && (gathered.is_empty() || self.state.cutting.is_some()) {
            self.waiting = gathered;
            return Next::Nothing;
        }
        let can_wait = |d: &Decided| d.decision.can_wait || d.decision.writes.is_empty();
        let may_wait =
            !decided.is_empty() && decided.iter().all(can_wait) && !self.stopping && !late;
        if gathered.is_empty() || may_wait {
            self.waiting = gathered;
            return Next::CarryOut(decided);
        }
        let commit = Rc::new(self.commit(gathered, around));
        self.flight = Some(Flight { commit: Rc::clone(&commit), decided, before, tries: 0 });
        Next::Send(commit)
    }

    /// What no row keeps.
    fn memory(&self) -> RangeState {
        let state = &self.state;
        let mut memory = RangeState::new(
            state.tenant.clone(),
            state.source,
            state.range,
            self.committed.clone(),
        );
        memory.clocks.clone_from(&state.clocks);
        memory.resting.clone_from(&state.resting);
        memory.order.clone_from(&state.order);
        memory.halted = state.halted;
        memory
    }

    fn gather(&mut self, around: &Around<'_>) -> (Gathered, Vec<Decided>) {
        let mut batch = Batch { version: self.fence.version + 1, leases: 0 };
        if around.without == Some(Rule::GenerationsAreNew) {
            batch.version = 1;
        }
        let mut gathered = std::mem::take(&mut self.waiting);
        let mut decided = Vec::new();
        while let Some((command, from)) = self.queue.pop_front() {
            if self.state.cutting.is_some() && command != Command::ChildMade {
                self.queue.push_front((command, from));
                break;
            }
            let command = tampered(&self.state, command, around.without);
            let decision = decide(&self.state, &command, around.now, batch, around.tuning);
            if !gathered.has_room_for(&decision.writes) && !decided.is_empty() {
                self.queue.push_front((command, from));
                break;
            }
            batch.leases += decision.leases;
            for write in &decision.writes {
                self.state.apply(write);
            }
            gathered.add(&decision);
            decided.push(Decided { command, decision, from });
        }
        (gathered, decided)
    }

    fn commit(&mut self, mut gathered: Gathered, around: &Around<'_>) -> RangeCommit {
        let version = self.fence.version + 1;
        let (mut entry, mut trim) = (None, None);
        let logged = gathered.behind || !gathered.shown.is_empty();
        if logged && around.without != Some(Rule::LogIsWritten) {
            let head = &mut self.state.head;
            let let_go = log::enter(head, version, around.log_entries, around.indexed);
            trim = let_go.map(|(_, to)| to);
            gathered.shown.sort_unstable();
            gathered.shown.dedup();
            entry = Some((version, LogEntry { objects: gathered.shown, whole: gathered.behind }));
            gathered.writes.push(Write::Head(Box::new(head.clone())));
        }
        RangeCommit {
            range: self.range,
            expected: self.fence,
            write: around.write,
            by: around.by,
            writes: gathered.writes,
            log: entry,
            trim,
        }
    }

    /// The commit under way is applied: what is to be carried out, and whether the index is to be told.
    pub(super) fn applied(&mut self, now: Moment) -> Option<(Vec<Decided>, bool)> {
        let flight = self.flight.take()?;
        let (write, version) = (flight.commit.write, flight.commit.expected.version + 1);
        self.fence = Fence { version, write, ..self.fence };
        self.committed_at = now;
        self.committed = self.state.head.clone();
        Some((flight.decided, flight.commit.log.is_some()))
    }

    /// What would be answered before it is committed, by an owner without that rule.
    pub(super) fn applied_early(&mut self) -> Option<Vec<Decided>> {
        self.flight.as_mut().map(|flight| std::mem::take(&mut flight.decided))
    }

    /// Nothing is heard of the commit under way: it is sent again after so many milliseconds, until that was
    /// done too often.
    pub(super) fn unheard(&mut self) -> Option<u64> {
        let flight = self.flight.as_mut()?;
        flight.tries += 1;
        match flight.tries {
            1 => Some(0),
            tries if tries <= COMMIT_TRIES => Some((25 << (tries - 1).min(16)).min(1_000)),
            _ => None,
        }
    }

    pub(super) fn under_way(&self) -> Option<Rc<RangeCommit>> {
        self.flight.as_ref().map(|flight| Rc::clone(&flight.commit))
    }

    /// Somebody else has written under our epoch: the range is read again, and what was decided is decided
    /// anew. Its clocks stay, for they are ours; a cut under way is given up.
    pub(super) fn decide_anew(&mut self, fence: Fence, rows: RangeState) {
        let Some(flight) = self.flight.take() else { return };
        for decided in flight.decided.into_iter().rev() {
            self.queue.push_front((decided.command, decided.from));
        }
        let RangeState { mut clocks, resting, order, halted, .. } = flight.before;
        clocks.retain(|id, _| rows.units.get(id).is_some_and(|unit| unit.lease.is_some()));
        self.committed = rows.head.clone();
        self.state = RangeState { clocks, resting, order, halted, elsewhere: true, ..rows };
        (self.fence, self.making) = (fence, None);
    }

    /// All who wait, now that it ends.
    pub(super) fn waiting(&mut self) -> Vec<(From, Command)> {
        let flight = self.flight.take().into_iter().flat_map(|flight| flight.decided);
        let decided = flight.map(|decided| (decided.from, decided.command));
        let queued = self.queue.drain(..).map(|(command, from)| (from, command));
        decided.chain(queued).collect()
    }
}

/// What is said to owners without a rule.
fn tampered(state: &RangeState, command: Command, without: Option<Rule>) -> Command {
    let Command::Checkpoint(mut checkpoint) = command else { return command };
    if let Some(unit) = state.units.get(&checkpoint.lease.unit) {
        if without == Some(Rule::AttemptsAreChecked) {
            checkpoint.lease.attempt = unit.attempt;
            checkpoint.lease.generation = unit.lease.unwrap_or(checkpoint.lease.generation);
            checkpoint.number = unit.checkpoint + 1;
        }
        if without == Some(Rule::CheckpointsAreNumbered) {
            checkpoint.number = unit.checkpoint + 1;
        }
    }
    Command::Checkpoint(checkpoint)
}

/// What is answered where a keeper ends.
pub(super) const fn refused() -> Answer {
    Answer::Refused(Refusal::NotOwner)
}

/// The answer to a checkpoint, or to a question for work.
pub(super) fn leases(reply: Reply) -> Vec<trawl_actors::message::Lease> {
    match reply {
        Reply::Leases(leases) => leases,
        _ => Vec::new(),
    }
}

impl Gathered {
    fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    fn has_room_for(&self, writes: &[Write]) -> bool {
        let stored = writes.iter().filter(|write| write.is_stored());
        let (rows, bytes) = stored.fold((0, 0), |(n, w), write| (n + 1, w + write.weight()));
        self.rows + rows + 4 <= COMMIT_ROWS && self.bytes + bytes <= COMMIT_BYTES
    }

    fn add(&mut self, decision: &Decision) {
        self.shown.extend_from_slice(&decision.shown);
        for write in decision.writes.iter().filter(|write| write.is_stored()) {
            self.rows += 1;
            self.bytes += write.weight();
            self.behind |= matches!(write, Write::DropBehind(_));
            self.writes.push(write.clone());
        }
    }
}
