//! Large objects are read in parts, each a unit of the range.
//!
//! Until the last part is read, the object's row names what it named before; then it changes over
//! to the findings of all parts at once.

use trawl_model::ByType;
use trawl_model::coverage::{Class, Coverage, Item};
use trawl_model::fingerprint::Fingerprint;
use trawl_model::object::{Buckets, Object, ObjectKey};
use trawl_model::unit::{Part, Reading, Unit, UnitId, Work};

use super::decide::{Draft, Effect};
use super::state::Write;
use super::{lease, reading};
use crate::message::{Checkpoint, Finished, Outcome, Refusal};

/// An object is cut into no more parts than this, so that all of them fit into one commit.
pub(crate) const MOST_PARTS: usize = 160;

/// Makes the parts' units.
pub(super) fn cut(
    draft: &mut Draft<'_>,
    key: &ObjectKey,
    mut object: Object,
    fingerprint: &Fingerprint,
    parts: &[(u64, u64)],
    scan: u32,
) {
    let whole = parts.first().is_some_and(|(start, _)| *start == 0)
        && parts.windows(2).all(|pair| pair[0].1 == pair[1].0)
        && parts.len() <= MOST_PARTS;
    if !whole {
        let (size, reason) = (object.size, trawl_model::Reason::ReaderLimit);
        let error = "it could not be cut into parts that cover it";
        return reading::set_aside(draft, key, object, size, reason, error);
    }
    forget(draft, key, &mut object);
    object.parts = parts.len() as u32;
    object.fingerprint = Some(fingerprint.clone());
    for (number, (start, end)) in parts.iter().enumerate() {
        let (object, number) = (key.clone(), number as u32);
        draft.new_unit(Unit::new(Work::Part { object, number, start: *start, end: *end }, scan));
    }
    draft.object(key, object);
}

/// Takes what was read of a part.
pub(super) fn part(
    draft: &mut Draft<'_>,
    checkpoint: &Checkpoint,
    unit: &Unit,
    done: Option<&Part>,
    reading: Option<&Reading>,
    failed: Option<&Finished>,
) {
    let Work::Part { object: key, number, .. } = &unit.work else {
        return draft.refuse(Refusal::Unfitting);
    };
    let Some(object) = draft.state.object(key).filter(|o| o.due == Some(unit.scan)) else {
        return draft.refuse(Refusal::UnitGone);
    };
    let id = checkpoint.lease.unit;
    match (done, failed) {
        (_, Some(failed)) => {
            let Outcome::NotRead { reason, error, .. } = &failed.outcome else {
                return draft.refuse(Refusal::Unfitting);
            };
            drop_siblings(draft, key, Some(id));
            draft.drop_unit(id);
            let mut object = object.clone();
            object.parts = 0;
            drop_rows(draft, key);
            reading::set_aside(draft, key, object, failed.size, *reason, error);
        }
        (Some(part), None) => {
            draft.drop_unit(id);
            let part = Part { scan: unit.scan, ..part.clone() };
            draft.write(Write::Part(key.clone(), *number, Box::new(part.clone())));
            let all: Option<Vec<Part>> = (0..object.parts)
                .map(|n| match draft.state.parts.get(&(key.clone(), n)) {
                    _ if n == *number => Some(part.clone()),
                    Some(read) if read.scan == unit.scan => Some(read.clone()),
                    _ => None,
                })
                .collect();
            if let Some(all) = all {
                change_over(draft, key, &object.clone(), &all, unit.scan);
            }
        }
        (None, None) => {
            let mut unit = unit.clone();
            unit.checkpoint = checkpoint.number;
            unit.reading = reading.cloned();
            draft.unit(id, unit);
            lease::renew(draft, id);
        }
    }
    draft.accept(None, done.is_some() || failed.is_some());
}

/// All parts are read: the object's row names their generations, and nothing else.
fn change_over(draft: &mut Draft<'_>, key: &ObjectKey, before: &Object, all: &[Part], scan: u32) {
    let mut object = before.clone();
    let mut coverage = Coverage::new();
    let mut buckets = Buckets::default();
    let mut by_type = ByType::default();
    for part in all {
        coverage += &part.coverage;
        buckets.extend(&part.buckets);
        by_type.extend(&part.by_type);
    }
    coverage.add_items(Item::Object, Class::Read, 1);
    let order = draft.state.order.clone();
    let agreed = before.fingerprint.clone().filter(|cut| {
        all.iter().all(|part| part.fingerprint.same_content(cut))
            && order.as_ref().is_some_and(|order| cut.is_settled(order.started))
    });
    object.due = None;
    object.vanished = None;
    object.closed = false;
    object.deaths = 0;
    object.read_in = scan;
    object.rules = order.map(|order| order.rules);
    object.fingerprint = agreed;
    object.counted = all.iter().flat_map(|part| part.counted.iter().copied()).collect();
    object.buckets = buckets;
    object.findings = all.iter().map(|part| part.findings).sum();
    object.by_type = by_type;
    "text".clone_into(&mut object.format);
    object.error = None;
    let size = coverage.total_bytes();
    reading::enter(draft, &mut object, size, coverage);
    let findings = object.findings;
    if let Some(scan) = draft.scan() {
        scan.counts.findings += findings;
    }
    draft.clean(before, &object);
    draft.object(key, object);
}

/// Drops what there is of an object's parts: it is read otherwise now.
pub(super) fn forget(draft: &mut Draft<'_>, key: &ObjectKey, object: &mut Object) {
    drop_siblings(draft, key, None);
    drop_rows(draft, key);
    object.parts = 0;
}

fn drop_rows(draft: &mut Draft<'_>, key: &ObjectKey) {
    let rows: Vec<u32> = draft
        .state
        .parts
        .range((key.clone(), 0)..=(key.clone(), u32::MAX))
        .map(|((_, number), _)| *number)
        .collect();
    for number in rows {
        draft.write(Write::DropPart(key.clone(), number));
    }
}

fn drop_siblings(draft: &mut Draft<'_>, key: &ObjectKey, but: Option<UnitId>) {
    let siblings: Vec<UnitId> = draft
        .state
        .units
        .iter()
        .filter(|(id, unit)| {
            Some(**id) != but
                && unit.parked.is_none()
                && matches!(&unit.work, Work::Part { object, .. } if object == key)
        })
        .map(|(id, _)| *id)
        .collect();
    for id in siblings {
        draft.drop_unit(id);
    }
    draft.effect(Effect::Wake);
}
