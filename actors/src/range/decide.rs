//! The one entrance: a command in, a decision out.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::sync::Arc;

use trawl_model::generation::Generation;
use trawl_model::id::RangeId;
use trawl_model::object::{Object, ObjectKey};
use trawl_model::range::{Bounds, Phase, RangeHead, RangeScan};
use trawl_model::unit::{Unit, UnitId};

use super::state::{Dead, Moment, RangeState, ScanOrder, Write};
use super::{begin, closing, cut, forgetting, lease, listing, parts, reading, releasing, shown};
use crate::message::{Answer, Checkpoint, Lease, ProcessId, Progress, Pull, Refusal, WorkerId};
use crate::recorder::Trace;

/// The bounds that an owner works within.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// A range with more objects is cut.
    pub max_objects: u64,
    /// Objects of a unit.
    pub unit_objects: usize,
    /// Bytes of a unit's objects, unless one alone has more.
    pub unit_bytes: u64,
    /// How long a lease lasts without a checkpoint.
    pub lease_millis: u64,
    /// Rows that one decision may change: well below what a commit may.
    pub decision_rows: usize,
    /// Bytes of rows after which a decision takes no more: some decisions fit into a commit.
    pub decision_bytes: usize,
    /// Failures of its source after which a unit is parked.
    pub attempts: u32,
    /// The first wait after a failure; it doubles.
    pub backoff_millis: u64,
    /// The longest wait after a failure.
    pub backoff_max_millis: u64,
    /// Deaths with an object named after which it is set aside.
    pub deaths: u8,
    /// Parts of one object at work at once.
    pub parts_at_once: usize,
    /// How long what can wait for the next commit waits at most.
    pub wait_millis: u64,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            max_objects: 10_000,
            unit_objects: 500,
            unit_bytes: 64 << 20,
            lease_millis: 60_000,
            decision_rows: 1_000,
            decision_bytes: 384 << 10,
            attempts: 5,
            backoff_millis: 1_000,
            backoff_max_millis: 60_000,
            deaths: 2,
            parts_at_once: 100,
            wait_millis: 1_000,
        }
    }
}

/// What a range is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The owner has just read the range: units that were out lost their owner. Processes that are known to
    /// live have killed nobody.
    TakeOver {
        /// Those processes.
        living: BTreeSet<ProcessId>,
    },
    /// Take part in a scan.
    Begin(ScanOrder),
    /// Give leases.
    Pull(Pull),
    /// Take a checkpoint.
    Checkpoint(Box<Checkpoint>),
    /// A worker is gone, and with it what it had; how far its reader had come, where that is known.
    WorkerLost(WorkerId, Option<Trace>),
    /// A worker is still at this unit, in this attempt.
    Alive(UnitId, u32),
    /// The owner goes: what is out goes out again, and nobody has died.
    HandOver,
    /// Look at the clocks.
    Tick,
    /// Let the scan rest: give no more leases, and ask back those that are out.
    Halt,
    /// End the scan: close what has vanished, or leave it.
    Close {
        /// The scan.
        number: u32,
        /// Whether vanished objects are closed.
        close: bool,
    },
    /// Forget objects that are closed, and were so by a scan no younger than this.
    Forget {
        /// The number of the scan.
        up_to: u32,
    },
    /// Try a parked unit again.
    Release(UnitId),
    /// Cut the range where its listing stands; the child is to have this id.
    Cut {
        /// The new range.
        child: RangeId,
    },
    /// The child has its rows.
    ChildMade,
    /// The directory knows the child.
    ChildEntered,
}

/// What a decision needs to know of the commit that it goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// The version that the commit makes.
    pub version: u64,
    /// Leases given in it so far.
    pub leases: u32,
}

/// What is done about a command.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decision {
    /// What changes, in order.
    pub writes: Vec<Write>,
    /// What is answered once that is committed.
    pub reply: Reply,
    /// What is done once that is committed.
    pub effects: Vec<Effect>,
    /// Leases that were given.
    pub leases: u32,
    /// Objects of which the index shows something else now.
    pub shown: Vec<ObjectKey>,
    /// Nothing is lost but time if it is committed later, with what comes next: it may be answered
    /// before.
    pub can_wait: bool,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Reply {
    /// Nobody waits for one.
    #[default]
    None,
    /// To a pull.
    Leases(Vec<Lease>),
    /// To a checkpoint.
    Checkpoint(Answer),
    /// To a command that is done in several commits: the same again.
    Again,
    /// It is done.
    Done,
    /// It can't be done now.
    Refused(Refusal),
}

/// What is done once a decision is committed.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Rows of generations that have ceased to count are deleted.
    Clean(Dead),
    /// The same, and then the object's name.
    Forget(Dead),
    /// There is work for those who wait.
    Wake,
    /// The range has come to another phase of its scan.
    Phase(Phase),
    /// The scan was to rest, and no lease is out any more.
    AtRest,
    /// The range is full: it is to be cut.
    Full,
    /// The child is to be made of these bounds, with copies of the rows in them.
    MakeChild {
        /// Its id.
        child: RangeId,
        /// Its keys.
        bounds: Bounds,
    },
    /// The directory is to be told of the child.
    EnterChild,
}

/// Decides about a command. Pure: the same arguments give the same decision.
pub fn decide(
    state: &RangeState,
    command: &Command,
    now: Moment,
    batch: Batch,
    tuning: &Tuning,
) -> Decision {
    let mut draft = Draft::new(state, now, batch, tuning);
    if state.cutting.is_some() && !matches!(command, Command::ChildMade) {
        return Decision { reply: draft.busy(command), ..Decision::default() };
    }
    match command {
        Command::TakeOver { living } => lease::take_over(&mut draft, living),
        Command::Begin(order) => begin::begin(&mut draft, order),
        Command::Pull(pull) => lease::pull(&mut draft, pull),
        Command::Checkpoint(checkpoint) => take_checkpoint(&mut draft, checkpoint),
        Command::WorkerLost(worker, trace) => lease::worker_lost(&mut draft, *worker, *trace),
        Command::Alive(unit, attempt) => lease::alive(&mut draft, *unit, *attempt),
        Command::HandOver => lease::hand_over(&mut draft),
        Command::Tick => lease::tick(&mut draft),
        Command::Halt => halt(&mut draft),
        Command::Close { number, close } => closing::close(&mut draft, *number, *close),
        Command::Forget { up_to } => forgetting::forget(&mut draft, *up_to),
        Command::Release(unit) => releasing::release(&mut draft, *unit),
        Command::Cut { child } => cut::cut(&mut draft, *child),
        Command::ChildMade => cut::child_made(&mut draft),
        Command::ChildEntered => cut::child_entered(&mut draft),
    }
    draft.finish()
}

/// Who has a lease learns of it by the answer to his next word, and gives back what he has.
fn halt(draft: &mut Draft<'_>) {
    draft.decision.reply = Reply::Done;
    draft.write(Write::Halted);
}

fn take_checkpoint(draft: &mut Draft<'_>, checkpoint: &Checkpoint) {
    let unit = match lease::admit(draft.state, checkpoint) {
        Ok(unit) => unit,
        Err(refusal) => return draft.refuse(refusal),
    };
    if checkpoint.number == unit.checkpoint {
        // The answer to it was lost.
        let after = draft.head.scan.as_ref().and_then(|scan| scan.listed_to.clone());
        return draft.accept(after, false);
    }
    match &checkpoint.progress {
        Progress::Listed(page) => listing::listed(draft, checkpoint, unit, page),
        Progress::Read { finished, reading, complete } => {
            reading::read(draft, checkpoint, unit, finished, reading.as_deref(), *complete);
        }
        Progress::Part { done, reading, failed } => {
            parts::part(
                draft,
                checkpoint,
                unit,
                done.as_deref(),
                reading.as_deref(),
                failed.as_deref(),
            );
        }
        Progress::Named { object } => lease::named(draft, checkpoint, unit, object),
        Progress::Failed { transient, what } => {
            lease::failed(draft, checkpoint, unit, *transient, what);
        }
        Progress::Released => lease::released(draft, checkpoint, unit),
    }
}

/// A decision under way. Later steps see what earlier ones changed.
pub(super) struct Draft<'a> {
    pub(super) state: &'a RangeState,
    pub(super) now: Moment,
    pub(super) batch: Batch,
    pub(super) tuning: &'a Tuning,
    pub(super) head: RangeHead,
    pub(super) decision: Decision,
    units_left: usize,
    bytes: usize,
    /// Of which objects this decision has said that they have findings, or have none.
    holders: BTreeMap<ObjectKey, bool>,
}

impl<'a> Draft<'a> {
    fn new(state: &'a RangeState, now: Moment, batch: Batch, tuning: &'a Tuning) -> Self {
        let head = state.head.clone();
        let units_left = state.units.left();
        Self {
            state,
            now,
            batch,
            tuning,
            head,
            decision: Decision::default(),
            units_left,
            bytes: 0,
            holders: BTreeMap::new(),
        }
    }

    fn busy(&self, command: &Command) -> Reply {
        match command {
            Command::Pull(_) => Reply::Leases(Vec::new()),
            Command::Checkpoint(_) => Reply::Checkpoint(Answer::Refused(Refusal::NotOwner)),
            Command::Tick | Command::Halt | Command::Alive(..) | Command::WorkerLost(..) => {
                Reply::None
            }
            _ => Reply::Refused(Refusal::NotOwner),
        }
    }

    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.decision.reply = Reply::Checkpoint(Answer::Refused(refusal));
    }

    pub(super) fn accept(&mut self, after: Option<ObjectKey>, complete: bool) {
        let halt = self.state.halted;
        self.decision.reply = Reply::Checkpoint(Answer::Accepted { after, complete, halt });
    }

    pub(super) fn write(&mut self, write: Write) {
        let holder = self.holder(&write);
        for write in iter::once(write).chain(holder) {
            self.bytes += write.weight();
            self.decision.writes.push(write);
        }
    }

    /// Which objects have findings is said by rows of their own.
    fn holder(&mut self, write: &Write) -> Option<Write> {
        let (key, holds) = match write {
            Write::Object(key, object) => (key, object.findings > 0),
            Write::DropObject(key) => (key, false),
            _ => return None,
        };
        let held = match self.holders.get(key) {
            Some(held) => *held,
            None => self.state.object(key).is_some_and(|object| object.findings > 0),
        };
        if held == holds {
            return None;
        }
        self.holders.insert(key.clone(), holds);
        Some(if holds { Write::Holder(key.clone()) } else { Write::DropHolder(key.clone()) })
    }

    pub(super) fn object(&mut self, key: &ObjectKey, object: Object) {
        self.write(Write::Object(key.clone(), Arc::new(object)));
    }

    pub(super) fn unit(&mut self, id: UnitId, unit: Unit) {
        self.write(Write::Unit(id, Arc::new(unit)));
    }

    pub(super) fn new_unit(&mut self, unit: Unit) {
        let id = UnitId(self.head.next_unit);
        self.head.next_unit += 1;
        self.units_left += 1;
        self.unit(id, unit);
        self.effect(Effect::Wake);
    }

    pub(super) fn drop_unit(&mut self, id: UnitId) {
        self.units_left -= 1;
        self.write(Write::DropUnit(id));
    }

    /// Whether an earlier step of this decision has dropped the unit.
    pub(super) fn has_dropped(&self, id: UnitId) -> bool {
        self.decision.writes.contains(&Write::DropUnit(id))
    }

    pub(super) fn park_unit(&mut self, id: UnitId, unit: Unit) {
        self.units_left -= 1;
        self.unit(id, unit);
        self.write(Write::DropClock(id));
    }

    pub(super) fn unpark(&mut self, id: UnitId, unit: Unit) {
        self.units_left += 1;
        self.unit(id, unit);
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        if !self.decision.effects.contains(&effect) {
            self.decision.effects.push(effect);
        }
    }

    /// The generation of the next lease: the version that this commit makes, and the number of the
    /// lease in it.
    pub(super) fn generation(&mut self) -> Generation {
        let number = self.batch.leases + self.decision.leases;
        self.decision.leases += 1;
        Generation { version: self.batch.version, number, turn: 0 }
    }

    pub(super) fn scan(&mut self) -> Option<&mut RangeScan> {
        self.head.scan.as_mut()
    }

    /// Findings of an object that have ceased to count go once this is committed.
    pub(super) fn clean(&mut self, before: &Object, after: &Object) {
        let generations: Vec<_> = before
            .counted
            .iter()
            .filter(|c| !after.counted.iter().any(|n| n.generation == c.generation))
            .copied()
            .collect();
        if !generations.is_empty() {
            let buckets = before.buckets.clone();
            self.effect(Effect::Clean(Dead { object: before.id, generations, buckets }));
        }
    }

    /// The objects as this decision leaves them so far.
    pub(super) fn objects_now(&self) -> impl Iterator<Item = (&ObjectKey, &Object)> {
        let written: BTreeMap<&ObjectKey, &Object> = self
            .decision
            .writes
            .iter()
            .filter_map(|write| match write {
                Write::Object(key, object) => Some((key, &**object)),
                _ => None,
            })
            .collect();
        self.state
            .objects_in(..)
            .map(move |(key, object)| (key, written.get(key).copied().unwrap_or(object)))
    }

    /// Whether more rows still fit into this decision.
    pub(super) fn has_room(&self) -> bool {
        let Tuning { decision_rows, decision_bytes, .. } = *self.tuning;
        self.decision.writes.len() < decision_rows && self.bytes < decision_bytes
    }

    fn finish(mut self) -> Decision {
        self.turn_phase();
        if self.is_at_rest() {
            self.effect(Effect::AtRest);
        }
        if self.head != self.state.head {
            let head = self.head.clone();
            self.decision.writes.push(Write::Head(Box::new(head)));
        }
        self.tell_what_is_shown();
        self.decision
    }

    /// Whether the scan is to rest, and this decision leaves no lease out.
    fn is_at_rest(&self) -> bool {
        let halts = |write: &Write| matches!(write, Write::Halted);
        if !self.state.halted && !self.decision.writes.iter().any(halts) {
            return false;
        }
        let mut out: BTreeSet<UnitId> = self
            .state
            .units
            .iter()
            .filter(|(_, unit)| unit.lease.is_some())
            .map(|(id, _)| *id)
            .collect();
        for write in &self.decision.writes {
            match write {
                Write::Unit(id, unit) if unit.lease.is_some() => out.insert(*id),
                Write::Unit(id, _) | Write::DropUnit(id) => out.remove(id),
                _ => false,
            };
        }
        out.is_empty()
    }

    /// Each change of what the index shows goes into the log, whoever made it.
    fn tell_what_is_shown(&mut self) {
        let Decision { writes, shown, .. } = &mut self.decision;
        for write in writes.iter() {
            if let Write::Object(key, object) = write
                && shown::differs(self.state.object(key), object)
            {
                shown.push(key.clone());
            }
        }
    }

    /// Listing done and no unit left: the range is read. Objects that were set aside are tried
    /// once more before that, alone.
    fn turn_phase(&mut self) {
        if self.head.scan.as_ref().is_some_and(|scan| scan.phase == Phase::Reading)
            && self.units_left == 0
            && self.head.child.is_none()
            && !reading::retry_set_aside(self)
        {
            reading::note_renames(self);
            if let Some(scan) = self.scan() {
                scan.phase = Phase::Read;
            }
            self.effect(Effect::Phase(Phase::Read));
        }
    }
}
