//! Listing is a merge with the range: new, changed, same and vanished fall out of one pass over
//! source and range in key order, and only differences are written.

use std::iter::Peekable;
use std::ops::Bound;
use std::sync::Arc;

use trawl_model::coverage::{Class, Coverage, Item, Reason};
use trawl_model::object::{Object, ObjectKey};
use trawl_model::range::{Bounds, Phase};
use trawl_model::unit::{Unit, Work};

use super::decide::{Draft, Effect};
use super::lease;
use super::state::{RangeState, Write};
use crate::message::{Checkpoint, Listed, Missed, Page, Refusal};

/// Takes a page of keys. If what it changes is more than fits into a commit, it is taken in part,
/// and the answer says from where the worker is to list again.
pub(super) fn listed(draft: &mut Draft<'_>, checkpoint: &Checkpoint, unit: &Unit, page: &Page) {
    let sorted = page.entries.windows(2).all(|pair| pair[0].key < pair[1].key);
    if unit.work != Work::List || !sorted {
        return draft.refuse(Refusal::Unfitting);
    }
    let Some(scan) = draft.head.scan.as_ref() else { return draft.refuse(Refusal::UnitGone) };
    let before = scan.listed_to.clone();
    let mut merge = Merge::new(draft, unit.scan);
    let covered = merge.run(draft, before.as_ref(), page);
    enter_gaps(draft, before.as_ref(), covered.as_ref(), &page.gaps);
    let id = checkpoint.lease.unit;
    let ended = covered.is_none();
    let changed = !draft.decision.writes.is_empty();
    if ended {
        if let Some(scan) = draft.scan() {
            scan.phase = Phase::Reading;
        }
        draft.drop_unit(id);
        draft.effect(Effect::Phase(Phase::Reading));
    } else {
        if let Some(scan) = draft.scan() {
            scan.listed_to.clone_from(&covered);
        }
        let mut unit = unit.clone();
        unit.checkpoint = checkpoint.number;
        unit.failures = 0;
        draft.unit(id, unit);
        lease::renew(draft, id);
        if is_full(draft, covered.as_ref()) {
            draft.effect(Effect::Full);
        }
        // Such a page is listed again, and merged again with the same rows.
        draft.decision.can_wait = !changed && draft.decision.effects.is_empty();
    }
    draft.accept(covered, ended);
}

/// Cut once the listing stands past half of what a range may hold, so that neither side is small;
/// or at once where it can't be put off. A range to which nothing is added stays as it is: a cut
/// costs as much as writing half of its rows.
fn is_full(draft: &Draft<'_>, covered: Option<&ObjectKey>) -> bool {
    let most = draft.tuning.max_objects;
    let grows = draft.head.scan.as_ref().is_some_and(|scan| scan.counts.new > 0);
    if !grows || draft.head.objects < most || draft.head.child.is_some() {
        return false;
    }
    let Some(covered) = covered else { return false };
    let passed = draft.state.objects.range(..=covered.clone()).count() as u64;
    passed >= most / 2 || draft.head.objects >= most.saturating_mul(2)
}

/// The pass over both.
struct Merge {
    scan: u32,
    open: Option<(ObjectKey, ObjectKey, usize, u64)>,
    unit_objects: usize,
    unit_bytes: u64,
}

impl Merge {
    fn new(draft: &Draft<'_>, scan: u32) -> Self {
        let (unit_objects, unit_bytes) = (draft.tuning.unit_objects, draft.tuning.unit_bytes);
        Self { scan, open: None, unit_objects, unit_bytes }
    }

    /// Merges the page with the rows that it covers; gives the key up to which it came, and none
    /// if the range is listed to its end.
    fn run(
        &mut self,
        draft: &mut Draft<'_>,
        before: Option<&ObjectKey>,
        page: &Page,
    ) -> Option<ObjectKey> {
        let state = draft.state;
        let bounds = draft.head.bounds.clone();
        let from = before.map_or_else(|| bounds.from.clone(), ObjectKey::successor);
        let entries = within(&page.entries, &from, &bounds);
        let mut listed = entries.iter().peekable();
        let mut known = covered(state, from, page.covered_to.as_ref()).peekable();
        let mut last = None;
        while let Some((listed, known)) = next_pair(&mut listed, &mut known) {
            if !draft.has_room() {
                self.close_unit(draft);
                // Not before the first pair: a decision has room for that.
                return last.or(before).cloned();
            }
            last = listed.map(|listed| &listed.key).or(known.map(|(key, _)| key));
            match (listed, known) {
                (Some(listed), known) => self.seen(draft, listed, known.map(|(_, object)| object)),
                (None, Some((key, object))) => vanished(draft, key, object, page, self.scan),
                (None, None) => {}
            }
        }
        self.close_unit(draft);
        page.covered_to.clone().filter(|to| bounds.to.as_ref().is_none_or(|end| to < end))
    }

    fn seen(&mut self, draft: &mut Draft<'_>, listed: &Listed, known: Option<&Object>) {
        let size = listed.fingerprint.size;
        if let Some(scan) = draft.scan() {
            scan.listed_bytes = scan.listed_bytes.saturating_add(size);
            scan.listed_objects += 1;
        }
        match (listed.skip, known) {
            (Some(reason), known) => skipped(draft, listed, reason, known, self.scan),
            (None, Some(object)) if is_same(draft, listed, object) => same(draft, listed, object),
            (None, known) => {
                count(draft, known.is_none());
                let before = known.and_then(|object| before(listed, object));
                let mut object = row(draft, listed, known, self.scan);
                object.due = Some(self.scan);
                object.before = before;
                object.deaths = 0;
                object.parts = 0;
                object.coverage = Coverage::of_object(Class::Pending, size);
                if let Some(scan) = draft.scan() {
                    scan.coverage += &object.coverage;
                }
                draft.object(&listed.key, object);
                self.due(draft, &listed.key, size);
            }
        }
    }

    fn due(&mut self, draft: &mut Draft<'_>, key: &ObjectKey, size: u64) {
        if let Some((_, _, count, bytes)) = &self.open
            && (*count >= self.unit_objects || bytes.saturating_add(size) > self.unit_bytes)
        {
            self.close_unit(draft);
        }
        match &mut self.open {
            Some((_, last, count, bytes)) => {
                last.clone_from(key);
                *count += 1;
                *bytes = bytes.saturating_add(size);
            }
            None => self.open = Some((key.clone(), key.clone(), 1, size)),
        }
    }

    /// At once, so that the room that is left counts it.
    fn close_unit(&mut self, draft: &mut Draft<'_>) {
        if let Some((first, last, _, _)) = self.open.take() {
            draft.new_unit(Unit::new(Work::Read { first, last }, self.scan));
        }
    }
}

type Known<'a> = (&'a ObjectKey, &'a Object);

/// Those of a page, which are in order, that are of the range and from this key on.
fn within<'p>(entries: &'p [Listed], from: &ObjectKey, bounds: &Bounds) -> &'p [Listed] {
    let from = from.max(&bounds.from);
    let first = entries.partition_point(|entry| entry.key < *from);
    let rest = &entries[first..];
    let until = |to: &ObjectKey| rest.partition_point(|entry| entry.key < *to);
    &rest[..bounds.to.as_ref().map_or(rest.len(), until)]
}

/// Those of a range that a page covers, from this key on.
fn covered<'r>(
    state: &'r RangeState,
    from: ObjectKey,
    to: Option<&ObjectKey>,
) -> impl Iterator<Item = Known<'r>> {
    // A page that is told again may end before it begins to count.
    let is_any = to.is_none_or(|to| from <= *to);
    let to = to.map_or(Bound::Unbounded, |to| Bound::Included(to.clone()));
    is_any.then(|| state.objects_in((Bound::Included(from), to))).into_iter().flatten()
}

/// The next key of either side, with what each side has at it.
fn next_pair<'a>(
    listed: &mut Peekable<impl Iterator<Item = &'a Listed>>,
    known: &mut Peekable<impl Iterator<Item = Known<'a>>>,
) -> Option<(Option<&'a Listed>, Option<Known<'a>>)> {
    let order = match (listed.peek(), known.peek()) {
        (None, None) => return None,
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (Some(l), Some((key, _))) => l.key.cmp(key),
    };
    Some(match order {
        std::cmp::Ordering::Less => (listed.next(), None),
        std::cmp::Ordering::Greater => (None, known.next()),
        std::cmp::Ordering::Equal => (listed.next(), known.next()),
    })
}

/// Carried over is only what was read whole, under the same rules, and is unchanged.
fn is_same(draft: &Draft<'_>, listed: &Listed, object: &Object) -> bool {
    let rules = draft.state.order.as_ref().map(|order| order.rules);
    object.due.is_none()
        && object.coverage.is_whole()
        && object.rules.is_some()
        && object.rules == rules
        && object.fingerprint.as_ref().is_some_and(|f| f.same_content(&listed.fingerprint))
}

/// What became of an object that is to be read again though it is as it was when it was read whole, in one.
fn before(listed: &Listed, object: &Object) -> Option<Box<Coverage>> {
    let is_as_it_was =
        object.fingerprint.as_ref().is_some_and(|f| f.same_content(&listed.fingerprint));
    if !is_as_it_was {
        return None;
    }
    if object.due.is_some() {
        // A scan was to read it, and has not.
        return object.before.clone();
    }
    let is_whole = object.coverage.is_whole() && object.rules.is_some();
    let is_plain = object.parts == 0 && object.error.is_none();
    (is_whole && is_plain).then(|| Box::new(object.coverage.clone()))
}

fn same(draft: &mut Draft<'_>, listed: &Listed, object: &Object) {
    if let Some(scan) = draft.scan() {
        scan.counts.same += 1;
        scan.counts.findings += object.findings;
        scan.coverage.add_carried(&object.coverage);
    }
    if object.vanished.is_some() || object.closed {
        let back = Object { vanished: None, closed: false, ..object.clone() };
        draft.object(&listed.key, back);
    }
}

/// Seen, and not to be opened. What was found in it before stays.
fn skipped(
    draft: &mut Draft<'_>,
    listed: &Listed,
    reason: Reason,
    known: Option<&Object>,
    number: u32,
) {
    let size = listed.fingerprint.size;
    let coverage = Coverage::of_object(Class::Skipped(reason), size);
    if let Some(scan) = draft.scan() {
        scan.coverage += &coverage;
        scan.counts.findings += known.map_or(0, |object| object.findings);
    }
    let unchanged = known.is_some_and(|object| {
        object.coverage == coverage && object.due.is_none() && object.vanished.is_none()
    });
    if unchanged {
        if let Some(scan) = draft.scan() {
            scan.counts.same += 1;
        }
        return;
    }
    count(draft, known.is_none());
    let mut object = row(draft, listed, known, number);
    object.due = None;
    object.before = None;
    object.deaths = 0;
    object.coverage = coverage;
    // So that the first scan that may open it again reads it.
    object.fingerprint = None;
    object.rules = None;
    draft.object(&listed.key, object);
}

fn row(draft: &mut Draft<'_>, listed: &Listed, known: Option<&Object>, scan: u32) -> Object {
    let size = listed.fingerprint.size;
    match known {
        Some(object) => {
            Object { size, vanished: None, closed: false, error: None, ..object.clone() }
        }
        None => {
            draft.head.objects += 1;
            Object::unread(listed.id, size, scan)
        }
    }
}

fn count(draft: &mut Draft<'_>, is_new: bool) {
    if let Some(scan) = draft.scan() {
        if is_new {
            scan.counts.new += 1;
        } else {
            scan.counts.changed += 1;
        }
    }
}

/// Not listed, and not in a gap: it has vanished. It is marked, and closed in the last phase.
fn vanished(draft: &mut Draft<'_>, key: &ObjectKey, object: &Object, page: &Page, scan: u32) {
    let hidden = page.gaps.iter().any(|gap| key.as_bytes().starts_with(gap.prefix.as_bytes()));
    if hidden || object.closed {
        return;
    }
    if let Some(scan) = draft.scan() {
        scan.counts.vanished += 1;
    }
    let gone = Object { vanished: Some(scan), due: None, ..object.clone() };
    draft.write(Write::Object(key.clone(), Arc::new(gone)));
}

fn enter_gaps(
    draft: &mut Draft<'_>,
    before: Option<&ObjectKey>,
    covered: Option<&ObjectKey>,
    gaps: &[Missed],
) {
    for gap in gaps {
        // A gap is entered once: by the range that it begins in.
        let is_new = draft.head.bounds.hold(&gap.prefix)
            && before.is_none_or(|before| gap.prefix > *before)
            && covered.is_none_or(|covered| gap.prefix <= *covered);
        if is_new && let Some(scan) = draft.scan() {
            let class =
                if gap.skipped { Class::Skipped(gap.reason) } else { Class::Failed(gap.reason) };
            scan.coverage.add_items(Item::Folder, class, 1);
        }
    }
}
