//! Objects that were read, or could not be.

use std::collections::BTreeMap;

use trawl_model::coverage::{Class, Coverage, Reason};
use trawl_model::fingerprint::Fingerprint;
use trawl_model::object::{Object, ObjectKey};
use trawl_model::unit::{Reading, Unit, Work};

use super::decide::{Draft, Effect};
use super::state::Write;
use super::{lease, parts};
use crate::message::{Checkpoint, Finished, Outcome, Refusal};

/// Takes what was read of a unit.
pub(super) fn read(
    draft: &mut Draft<'_>,
    checkpoint: &Checkpoint,
    unit: &Unit,
    finished: &[Finished],
    reading: Option<&Reading>,
    complete: bool,
) {
    let Work::Read { first, last } = &unit.work else { return draft.refuse(Refusal::Unfitting) };
    let inside = |key: &ObjectKey| key >= first && key <= last;
    let fits = finished.len() <= draft.tuning.unit_objects
        && finished.iter().all(|f| inside(&f.key))
        && reading.is_none_or(|r| inside(&r.object));
    if !fits {
        return draft.refuse(Refusal::Unfitting);
    }
    let id = checkpoint.lease.unit;
    let mut unit = unit.clone();
    unit.checkpoint = checkpoint.number;
    if unit.named.as_ref().is_some_and(|named| finished.iter().any(|done| done.key == *named)) {
        unit.named = None;
        unit.fell_at = None;
    }
    unit.failures = 0;
    for done in finished {
        finish(draft, done, unit.scan);
        unit.done = Some(done.key.clone());
    }
    unit.reading = reading.cloned();
    let left = !complete || outlives(draft, &unit, finished);
    if left {
        if complete {
            unit.lease = None;
            draft.write(Write::DropClock(id));
            draft.effect(Effect::Wake);
        } else {
            lease::renew(draft, id);
        }
        draft.unit(id, unit);
    } else {
        draft.drop_unit(id);
    }
    draft.accept(None, complete);
}

/// Enters one object's outcome.
pub(super) fn finish(draft: &mut Draft<'_>, done: &Finished, scan: u32) {
    let Some(before) = draft.state.object(&done.key) else { return };
    if before.due != Some(scan) {
        return;
    }
    let mut object = before.clone();
    object.before = None;
    match &done.outcome {
        Outcome::Read {
            fingerprint,
            counted,
            buckets,
            findings,
            by_type,
            coverage,
            format,
            error,
        } => {
            object.due = None;
            object.vanished = None;
            object.closed = false;
            object.deaths = 0;
            object.read_in = scan;
            object.parts = 0;
            object.rules = draft.state.order.as_ref().map(|order| order.rules);
            object.fingerprint = fingerprint.clone();
            object.counted.clone_from(counted);
            object.buckets.clone_from(buckets);
            object.findings = *findings;
            object.by_type.clone_from(by_type);
            object.format.clone_from(format);
            object.error.clone_from(error);
            enter(draft, &mut object, done.size, coverage.clone());
            if let Some(scan) = draft.scan() {
                scan.counts.findings += *findings;
            }
            draft.clean(before, &object);
            draft.object(&done.key, object);
        }
        Outcome::NotRead { reason, error, fingerprint } => {
            object.fingerprint.clone_from(fingerprint);
            object.rules = draft.state.order.as_ref().map(|order| order.rules);
            enter_unread(draft, &done.key, object, done.size, *reason, error);
        }
        Outcome::Cut { fingerprint, parts } => {
            parts::cut(draft, &done.key, object, fingerprint, parts, scan);
        }
    }
}

/// An object could not be read, and the next scan tries it again.
pub(super) fn set_aside(
    draft: &mut Draft<'_>,
    key: &ObjectKey,
    object: Object,
    size: u64,
    reason: Reason,
    error: &str,
) {
    enter_unread(draft, key, Object { fingerprint: None, ..object }, size, reason, error);
}

/// An object could not be read: its former findings stay, and coverage says why.
fn enter_unread(
    draft: &mut Draft<'_>,
    key: &ObjectKey,
    mut object: Object,
    size: u64,
    reason: Reason,
    error: &str,
) {
    object.due = None;
    object.error = Some(error.to_owned());
    if object.parts > 0 {
        parts::forget(draft, key, &mut object);
    }
    enter(draft, &mut object, size, Coverage::of_object(Class::Failed(reason), size));
    let findings = object.findings;
    if let Some(scan) = draft.scan() {
        scan.counts.findings += findings;
    }
    draft.object(key, object);
}

/// Exchanges in the scan's ledger what was pending for what became of it. An object that has
/// changed since it was listed counts with the size that was read, in both sums.
pub(super) fn enter(draft: &mut Draft<'_>, object: &mut Object, size: u64, coverage: Coverage) {
    let pending = object.size;
    if let Some(scan) = draft.scan() {
        scan.coverage.subtract(&Coverage::of_object(Class::Pending, pending));
        scan.coverage += &coverage;
        scan.listed_bytes = scan.listed_bytes.saturating_sub(pending).saturating_add(size);
    }
    object.size = size;
    object.coverage = coverage;
}

/// An object that was set aside for the deaths of its readers is tried once more, alone, when all
/// else is read. True if there is one.
pub(super) fn retry_set_aside(draft: &mut Draft<'_>) -> bool {
    let Some(number) = draft.head.scan.as_ref().map(|scan| scan.number) else { return false };
    let deaths = draft.tuning.deaths;
    let again = draft
        .objects_now()
        .find(|(_, object)| object.deaths == deaths && object.vanished.is_none())
        .map(|(key, object)| (key.clone(), object.clone()));
    let Some((key, mut object)) = again else { return false };
    let pending = Coverage::of_object(Class::Pending, object.size);
    if let Some(scan) = draft.scan() {
        scan.coverage.subtract(&object.coverage);
        scan.coverage += &pending;
        scan.counts.findings -= object.findings;
    }
    object.due = Some(number);
    // Past the number at which it is tried again: this is the last time.
    object.deaths += 1;
    object.coverage = pending;
    draft.object(&key, object);
    let mut unit = Unit::new(Work::Read { first: key.clone(), last: key }, number);
    unit.suspect = true;
    draft.new_unit(unit);
    true
}

/// An object that is new and has the identity of one that has vanished was renamed.
pub(super) fn note_renames(draft: &mut Draft<'_>) {
    let Some(number) = draft.head.scan.as_ref().map(|scan| scan.number) else { return };
    let gone: BTreeMap<&[u8], (&ObjectKey, &Fingerprint)> = draft
        .state
        .objects_in(..)
        .filter(|(_, object)| object.vanished == Some(number))
        .filter_map(|(key, object)| {
            let then = object.fingerprint.as_ref()?;
            (!then.identity.is_empty()).then_some((then.identity.as_slice(), (key, then)))
        })
        .collect();
    if gone.is_empty() {
        return;
    }
    let renamed: Vec<_> = draft
        .objects_now()
        .filter(|(_, object)| {
            object.first_in == number && object.vanished.is_none() && object.renamed_from.is_none()
        })
        .filter_map(|(key, object)| {
            let now = object.fingerprint.as_ref()?;
            let (from, then) = gone.get(now.identity.as_slice())?;
            let same = then.size == now.size && then.modified == now.modified;
            same.then(|| (key.clone(), (*from).clone(), object.clone()))
        })
        .take(draft.tuning.decision_rows.saturating_sub(draft.decision.writes.len()))
        .collect();
    for (key, from, mut object) in renamed {
        object.renamed_from = Some(from);
        if let Some(scan) = draft.scan() {
            scan.counts.renamed += 1;
        }
        draft.object(&key, object);
    }
}

/// Whether objects of the unit are still due, though its worker says that it is complete: those
/// that did not fit into its lease.
fn outlives(draft: &Draft<'_>, unit: &Unit, finished: &[Finished]) -> bool {
    lease::due_objects(draft, unit).iter().any(|due| !finished.iter().any(|f| f.key == due.key))
}
