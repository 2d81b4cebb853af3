//! Cutting a full range, at the key where its listing stands.
//!
//! In this order: the child is made with copies of the rows behind the cut, while nothing else is
//! committed here; then our bound is set, with a note of the child; then the directory is told;
//! then the note is struck out. Whoever owns the range makes good a crash in between.

use trawl_model::id::RangeId;
use trawl_model::object::ObjectKey;
use trawl_model::range::{Bounds, Child, Phase};
use trawl_model::unit::Work;

use super::decide::{Draft, Effect, Reply};
use super::state::{Cut, Write};
use crate::message::Refusal;

/// Below the first version of a child of a range with this version: above all generations that
/// the rows of its parent name, so that none is given twice.
pub const fn child_start(parent: u64) -> u64 {
    parent + 1
}

/// Begins a cut, if the range is being listed and no other cut is under way.
pub(super) fn cut(draft: &mut Draft<'_>, child: RangeId) {
    let at = draft
        .head
        .scan
        .as_ref()
        .filter(|scan| scan.phase == Phase::Listing)
        .and_then(|scan| scan.listed_to.as_ref())
        .map(ObjectKey::successor);
    let Some(at) = at.filter(|at| draft.head.child.is_none() && draft.head.bounds.hold(at)) else {
        return draft.decision.reply = Reply::Refused(Refusal::Unfitting);
    };
    let bounds = Bounds { from: at.clone(), to: draft.head.bounds.to.clone() };
    draft.write(Write::Cutting(Some(Cut { child, at })));
    draft.effect(Effect::MakeChild { child, bounds });
    draft.decision.reply = Reply::Done;
}

/// The child has its rows: they are its own from this commit on.
pub(super) fn child_made(draft: &mut Draft<'_>) {
    let Some(Cut { child, at }) = draft.state.cutting.clone() else {
        return draft.decision.reply = Reply::Refused(Refusal::Unfitting);
    };
    let moved = draft.state.objects.range(at.clone()..).count() as u64;
    let to = draft.head.bounds.to.replace(at.clone());
    draft.head.child = Some(Child { range: child, from: at.clone(), to });
    draft.head.objects -= moved;
    draft.write(Write::DropBehind(at));
    let listing: Vec<_> = draft
        .state
        .units
        .iter()
        .filter(|(_, unit)| unit.work == Work::List && unit.parked.is_none())
        .map(|(id, _)| *id)
        .collect();
    for id in listing {
        draft.drop_unit(id);
    }
    if let Some(scan) = draft.scan()
        && scan.phase == Phase::Listing
    {
        // What is left lies before the cut, and is listed.
        scan.phase = Phase::Reading;
    }
    draft.write(Write::Cutting(None));
    draft.effect(Effect::EnterChild);
    draft.decision.reply = Reply::Done;
}

/// The directory knows the child: the note has done its work.
pub(super) fn child_entered(draft: &mut Draft<'_>) {
    draft.head.child = None;
    draft.effect(Effect::Wake);
    draft.decision.reply = Reply::Done;
}
