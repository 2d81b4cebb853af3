//! Leases: who may work at what, until when, and what it means when he is heard of no more.

use std::collections::BTreeSet;

use trawl_model::coverage::{Class, Item, Reason};
use trawl_model::id::RuleSetId;
use trawl_model::object::{Object, ObjectKey};
use trawl_model::range::Phase;
use trawl_model::time::Timestamp;
use trawl_model::unit::{Fall, Unit, UnitId, Work};

use super::decide::{Draft, Effect, Reply, Tuning};
use super::reading;
use super::state::{Clock, Moment, RangeState, Write};
use crate::message::{
    Checkpoint, Due, Lease, LeaseRef, LeasedWork, ProcessId, Pull, Refusal, WorkerId,
};
use crate::recorder::Trace;

/// The owner is new: what was out under the former one lost its owner, and goes out again. It is suspect, unless
/// whoever had it lives: what that says of it from now on is refused, but nothing in it kills.
pub(super) fn take_over(draft: &mut Draft<'_>, living: &BTreeSet<ProcessId>) {
    let out: Vec<_> = draft
        .state
        .units
        .iter()
        .filter(|(_, unit)| unit.lease.is_some())
        .map(|(id, unit)| (*id, unit.clone()))
        .collect();
    for (id, unit) in out {
        let lives = unit.holder.is_some_and(|holder| living.contains(&WorkerId(holder).process()));
        if lives {
            draft.unit(id, Unit { lease: None, named: None, ..unit });
        } else {
            died(draft, id, unit, None);
        }
    }
    if draft.head.child.is_some() {
        draft.effect(Effect::EnterChild);
    }
    draft.decision.reply = Reply::Done;
}

/// Gives leases. The attempt is in the commit; only the lease's time is memory.
pub(super) fn pull(draft: &mut Draft<'_>, pull: &Pull) {
    let mut leases = Vec::new();
    if let Some(order) = draft.state.order.clone().filter(|_| !draft.state.halted) {
        let units = &draft.state.units;
        let mut parts_out = units.parts_out();
        for (id, unit) in units.waiting() {
            let enough = leases.len() >= pull.want as usize || !draft.has_room();
            if enough || (unit.suspect && !leases.is_empty()) {
                break;
            }
            let waits = draft.state.is_due(order.number, id, unit, draft.now);
            let too_many_parts = is_part(unit) && parts_out >= draft.tuning.parts_at_once;
            // Who asks for suspects sees to it that its node has no other one.
            let held_back = unit.suspect && !pull.suspects;
            if !waits || too_many_parts || held_back {
                continue;
            }
            let Some(work) = leased_work(draft, unit) else {
                // Nothing of it is left, though its last word never came.
                draft.drop_unit(*id);
                continue;
            };
            parts_out += usize::from(is_part(unit));
            leases.push(give(draft, *id, unit, work, pull.worker));
            if unit.suspect {
                break;
            }
        }
    }
    draft.decision.reply = Reply::Leases(leases);
}

impl RangeState {
    /// Units that wait to be pulled, and would be given to whoever asked for them now.
    pub fn waiting(&self, now: Moment, tuning: &Tuning) -> usize {
        let Some(order) = self.order.as_ref().filter(|_| !self.halted) else { return 0 };
        let due =
            self.units.waiting().filter(|(id, unit)| self.is_due(order.number, id, unit, now));
        let (parts, others): (Vec<_>, Vec<_>) = due.partition(|(_, unit)| is_part(unit));
        others.len() + parts.len().min(tuning.parts_at_once.saturating_sub(self.units.parts_out()))
    }

    /// Whether a unit that nobody has is one of the scan at work, and does not rest.
    fn is_due(&self, scan: u32, id: &UnitId, unit: &Unit, now: Moment) -> bool {
        unit.scan == scan && self.resting.get(id).is_none_or(|until| *until <= now)
    }
}

/// Whether a checkpoint is the next word of the lease that is out, or the last one once more, and
/// if so, of which unit.
pub(super) fn admit<'a>(
    state: &'a RangeState,
    checkpoint: &Checkpoint,
) -> Result<&'a Unit, Refusal> {
    let lease = &checkpoint.lease;
    let unit = state.units.get(&lease.unit).ok_or(Refusal::UnitGone)?;
    if unit.attempt != lease.attempt
        || !unit.lease.is_some_and(|generation| generation.same_lease(lease.generation))
    {
        return Err(Refusal::OldAttempt);
    }
    if checkpoint.number != unit.checkpoint + 1 && checkpoint.number != unit.checkpoint {
        return Err(Refusal::OutOfOrder);
    }
    if state.order.as_ref().is_none_or(|order| order.number != unit.scan) {
        return Err(Refusal::UnitGone);
    }
    Ok(unit)
}

/// An accepted checkpoint renews the lease.
pub(super) fn renew(draft: &mut Draft<'_>, id: UnitId) {
    if let Some(clock) = draft.state.clocks.get(&id) {
        let until = draft.now.plus(draft.tuning.lease_millis);
        draft.write(Write::Clock(id, Clock { until, ..*clock }));
    }
}

/// An object of a suspect unit is named before it is opened.
pub(super) fn named(
    draft: &mut Draft<'_>,
    checkpoint: &Checkpoint,
    unit: &Unit,
    object: &ObjectKey,
) {
    let mut unit = unit.clone();
    unit.checkpoint = checkpoint.number;
    unit.named = Some(object.clone());
    draft.unit(checkpoint.lease.unit, unit);
    renew(draft, checkpoint.lease.unit);
    draft.accept(None, false);
}

/// The worker gives the unit back.
pub(super) fn released(draft: &mut Draft<'_>, checkpoint: &Checkpoint, unit: &Unit) {
    let mut unit = unit.clone();
    unit.checkpoint = checkpoint.number;
    unit.lease = None;
    unit.named = None;
    draft.unit(checkpoint.lease.unit, unit);
    draft.write(Write::DropClock(checkpoint.lease.unit));
    draft.effect(Effect::Wake);
    draft.accept(None, false);
}

/// The source failed: the unit waits, longer each time, and is parked in the end. It never blocks
/// the rest.
pub(super) fn failed(
    draft: &mut Draft<'_>,
    checkpoint: &Checkpoint,
    unit: &Unit,
    transient: bool,
    what: &str,
) {
    let id = checkpoint.lease.unit;
    let mut unit = unit.clone();
    unit.checkpoint = checkpoint.number;
    unit.lease = None;
    unit.named = None;
    unit.failures += 1;
    if transient && unit.failures < draft.tuning.attempts {
        let doubled = draft.tuning.backoff_millis << (unit.failures - 1).min(16);
        // Spread by the unit's number, so that units that failed together don't return together.
        let jitter = doubled / 4 * (id.0 % 4) / 4;
        let until = draft.now.plus(doubled.min(draft.tuning.backoff_max_millis) + jitter);
        draft.unit(id, unit);
        draft.write(Write::DropClock(id));
        draft.write(Write::Rest(id, until));
    } else {
        match unit.work.clone() {
            Work::List => {
                give_up_listing(draft);
                unit.parked = Some(what.to_owned());
                draft.park_unit(id, unit);
            }
            Work::Read { .. } => give_up_first(draft, id, unit, what),
            // All parts of the object go with it: it is failed, and the next scan tries it.
            Work::Part { object, .. } => {
                give_up_object(draft, &object, unit.scan, what);
                if draft.state.object(&object).is_none_or(|o| o.due != Some(unit.scan)) {
                    draft.drop_unit(id);
                }
            }
        }
    }
    draft.accept(None, true);
}

/// A worker is at something that takes long: a document that is read whole, a stream that is decoded
/// up to where it goes on. Its lease is renewed; no row is written. Of a lease that never came to it, it
/// says nothing, and that one runs out.
pub(super) fn alive(draft: &mut Draft<'_>, id: UnitId, attempt: u32) {
    let until = draft.now.plus(draft.tuning.lease_millis);
    if let Some(clock) = draft.state.renewed(id, attempt, until) {
        draft.write(Write::Clock(id, clock));
    }
}

/// The owner goes, in order: its successor is not to take those for dead who only have another owner.
pub(super) fn hand_over(draft: &mut Draft<'_>) {
    let leased = draft.state.units.iter().filter(|(_, unit)| unit.lease.is_some());
    let leased: Vec<(UnitId, Unit)> = leased.map(|(id, unit)| (*id, unit.clone())).collect();
    for (id, unit) in leased {
        draft.unit(id, Unit { lease: None, named: None, ..unit });
        draft.write(Write::DropClock(id));
    }
    draft.decision.reply = Reply::Done;
}

/// A worker is gone.
pub(super) fn worker_lost(draft: &mut Draft<'_>, worker: WorkerId, trace: Option<Trace>) {
    let lost: Vec<UnitId> = draft
        .state
        .clocks
        .iter()
        .filter(|(_, clock)| clock.worker == worker)
        .map(|(id, _)| *id)
        .collect();
    for id in lost {
        if let Some(unit) = draft.state.units.get(&id) {
            died(draft, id, unit.clone(), trace);
        }
    }
}

/// Leases that have run out go out again, and those that have no clock: they were committed, but
/// nobody here was told. Their workers may be alive and slow; what they say from now on is refused.
pub(super) fn tick(draft: &mut Draft<'_>) {
    let is_late = |id| draft.state.clocks.get(id).is_none_or(|clock| clock.until <= draft.now);
    let leased = draft.state.units.iter().filter(|(_, unit)| unit.lease.is_some());
    let late: Vec<UnitId> = leased.filter(|(id, _)| is_late(id)).map(|(id, _)| *id).collect();
    for id in late {
        if let Some(unit) = draft.state.units.get(&id) {
            let mut unit = unit.clone();
            unit.lease = None;
            draft.unit(id, unit);
            draft.write(Write::DropClock(id));
            draft.effect(Effect::Wake);
        }
    }
    let rested = draft.state.resting.iter().any(|(_, until)| *until <= draft.now);
    if rested {
        draft.effect(Effect::Wake);
    }
}

fn is_part(unit: &Unit) -> bool {
    matches!(unit.work, Work::Part { .. })
}

fn give(
    draft: &mut Draft<'_>,
    id: UnitId,
    unit: &Unit,
    work: LeasedWork,
    worker: WorkerId,
) -> Lease {
    let generation = draft.generation();
    let mut unit = unit.clone();
    unit.attempt += 1;
    unit.holder = Some(worker.0);
    unit.lease = Some(generation);
    unit.checkpoint = 0;
    unit.named = None;
    let lease = LeaseRef { unit: id, attempt: unit.attempt, generation };
    let suspect = unit.suspect;
    draft.unit(id, unit);
    let until = draft.now.plus(draft.tuning.lease_millis);
    draft.write(Write::Clock(id, Clock { worker, until }));
    let state = draft.state;
    let none = (0, Timestamp::default(), RuleSetId::from_bytes([0; RuleSetId::LEN]));
    let order = state.order.as_ref();
    let (scan, started, rules) = order.map_or(none, |o| (o.number, o.started, o.rules));
    Lease {
        tenant: state.tenant.clone(),
        source: state.source,
        range: state.range,
        lease,
        scan,
        started,
        rules,
        suspect,
        work,
    }
}

fn leased_work(draft: &Draft<'_>, unit: &Unit) -> Option<LeasedWork> {
    match &unit.work {
        Work::List => {
            let bounds = &draft.head.bounds;
            let after = draft.head.scan.as_ref().and_then(|scan| scan.listed_to.clone());
            let (from, until) = (bounds.from.clone(), bounds.to.clone());
            Some(LeasedWork::List { after, until, from })
        }
        Work::Read { .. } => {
            let objects = due_objects(draft, unit);
            let reading = unit.reading.clone();
            let reading = reading.filter(|r| objects.first().is_some_and(|o| o.key == r.object));
            (!objects.is_empty()).then_some(LeasedWork::Read { objects, reading })
        }
        Work::Part { object, number, start, end } => {
            let row = draft.state.object(object)?;
            let fingerprint = row.fingerprint.clone()?;
            Some(LeasedWork::Part {
                object: due(object, row),
                number: *number,
                start: *start,
                end: *end,
                fingerprint,
                reading: unit.reading.clone(),
            })
        }
    }
}

pub(super) fn due_objects(draft: &Draft<'_>, unit: &Unit) -> Vec<Due> {
    let Work::Read { first, last } = &unit.work else { return Vec::new() };
    let from = unit.done.as_ref().map_or_else(|| first.clone(), ObjectKey::successor);
    if from > *last {
        return Vec::new();
    }
    draft
        .state
        .objects_in(from..=last.clone())
        .filter(|(_, object)| object.due == Some(unit.scan) && object.parts == 0)
        .take(draft.tuning.unit_objects)
        .map(|(key, object)| due(key, object))
        .collect()
}

fn due(key: &ObjectKey, object: &Object) -> Due {
    Due {
        key: key.clone(),
        id: object.id,
        size: object.size,
        former: object.counted.clone(),
        former_buckets: object.buckets.clone(),
    }
}

/// A unit's owner or worker died. It is suspect; and if an object was named, that object is
/// charged with the death, and no other. What was charged to it before counts only if it was at the
/// same place.
fn died(draft: &mut Draft<'_>, id: UnitId, mut unit: Unit, trace: Option<Trace>) {
    if draft.has_dropped(id) {
        // A part that went with its object, which died beside it.
        return;
    }
    let named = unit.named.take();
    unit.lease = None;
    unit.suspect = true;
    if let Some(key) = named
        && let Some(object) = draft.state.object(&key)
        && object.due == Some(unit.scan)
    {
        let most = draft.tuning.deaths;
        let fall = fell_at(draft.state, id, &unit, &key, trace);
        let again = unit.fell_at.as_ref().is_some_and(|before| before.is_where(&fall));
        let mut object = object.clone();
        object.deaths = match object.deaths {
            // It was set aside before, and this was the last time that it is tried.
            last if last > most => last.saturating_add(1),
            before if again => before.saturating_add(1),
            _ => 1,
        };
        if fall.times >= MOST_FALLS {
            object.deaths = object.deaths.max(most);
        }
        unit.fell_at = Some(fall);
        if object.deaths >= most {
            unit.fell_at = None;
            unit.reading = None;
            let size = object.size;
            reading::set_aside(draft, &key, object, size, Reason::ReaderDied, DIED);
            if is_part(&unit) {
                // It went with all parts of the object.
                return;
            }
        } else {
            draft.object(&key, object);
        }
    }
    draft.unit(id, unit);
    draft.write(Write::DropClock(id));
    draft.effect(Effect::Wake);
}

/// Deaths with an object named after which it is set aside wherever they were: so a scan ends, though
/// its process is killed again and again, or the object kills at many places.
const MOST_FALLS: u8 = 50;

/// Where the reader of an object died.
fn fell_at(
    state: &RangeState,
    id: UnitId,
    unit: &Unit,
    object: &ObjectKey,
    trace: Option<Trace>,
) -> Fall {
    let reading = unit.reading.as_ref().filter(|reading| reading.object == *object);
    let of_it = |trace: Trace| trace.steps_of(state.range, id, unit.attempt);
    let steps = trace.and_then(of_it).or_else(|| state.trace.and_then(of_it));
    // Where it may have been a cut of the network, no two are at one place.
    let unknown = if state.elsewhere { u64::MAX - u64::from(unit.attempt) } else { 0 };
    Fall {
        resume: reading.map(|reading| reading.resume.clone()).unwrap_or_default(),
        steps: steps.unwrap_or(unknown),
        times: unit.fell_at.as_ref().map_or(0, |before| before.times).saturating_add(1),
    }
}

const DIED: &str = "the process that read it died, more than once; it is set aside";

/// What lies behind the listing's place was not seen: a gap, in which nothing has vanished.
fn give_up_listing(draft: &mut Draft<'_>) {
    if let Some(scan) = draft.scan() {
        scan.coverage.add_items(Item::Folder, Class::Failed(Reason::SourceFailed), 1);
        scan.phase = Phase::Reading;
    }
}

/// Only the object at which the source failed is given up, and its neighbours are tried at once: if
/// the next fails too, the source is down, and it goes the same way.
fn give_up_first(draft: &mut Draft<'_>, id: UnitId, mut unit: Unit, what: &str) {
    let due = due_objects(draft, &unit);
    let Some(first) = due.first() else { return draft.drop_unit(id) };
    give_up_object(draft, &first.key, unit.scan, what);
    unit.done = Some(first.key.clone());
    unit.failures = draft.tuning.attempts.saturating_sub(1);
    unit.reading = None;
    if due.len() == 1 {
        return draft.drop_unit(id);
    }
    draft.unit(id, unit);
    draft.write(Write::DropClock(id));
    draft.effect(Effect::Wake);
}

fn give_up_object(draft: &mut Draft<'_>, key: &ObjectKey, scan: u32, what: &str) {
    if let Some(object) = draft.state.object(key)
        && object.due == Some(scan)
    {
        let size = object.size;
        reading::set_aside(draft, key, object.clone(), size, Reason::SourceFailed, what);
    }
}
