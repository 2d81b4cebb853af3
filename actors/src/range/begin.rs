//! Taking part in a scan.

use trawl_model::coverage::Coverage;
use trawl_model::object::Object;
use trawl_model::range::{Counts, Phase, RangeScan};
use trawl_model::unit::{Unit, Work};

use super::decide::{Draft, Effect, Reply};
use super::state::{ScanOrder, Write};

/// Enters the range in a scan. What is left of an older one is given up: its objects are still
/// due, and the listing of this one finds them so.
pub(super) fn begin(draft: &mut Draft<'_>, order: &ScanOrder) {
    draft.decision.reply = Reply::Done;
    let known = draft.state.head.scan.as_ref().map_or(0, |scan| scan.number);
    if order.number < known {
        return;
    }
    if draft.state.order.as_ref() != Some(order) {
        draft.write(Write::Order(Some(order.clone())));
    }
    // Those who wait for work may have looked before anybody knew of it.
    draft.effect(Effect::Wake);
    if order.number == known {
        return;
    }
    let state = draft.state;
    let old = state.units.iter().map(|(id, unit)| (*id, unit.parked.is_some()));
    let mut old = old.peekable();
    while draft.has_room()
        && let Some((id, parked)) = old.next()
    {
        if parked {
            draft.write(Write::DropUnit(id));
        } else {
            draft.drop_unit(id);
        }
    }
    if old.peek().is_some() || !forget_tries(draft) {
        // More than fit into a commit: asked again until it is done.
        return draft.decision.reply = Reply::Again;
    }
    draft.head.scan = Some(RangeScan {
        number: order.number,
        phase: Phase::Listing,
        listed_to: None,
        coverage: Coverage::new(),
        listed_bytes: 0,
        listed_objects: 0,
        counts: Counts::default(),
    });
    draft.new_unit(Unit::new(Work::List, order.number));
}

/// What an older scan has set aside, and has not come to try once more, is not for this one to try:
/// its ledger knows of it only when it lists it, and then it is due anyway. False if there is more than
/// fits.
fn forget_tries(draft: &mut Draft<'_>) -> bool {
    let (state, deaths) = (draft.state, draft.tuning.deaths);
    let is_open = |object: &Object| object.deaths == deaths && object.due.is_none();
    let mut open = state.objects_in(..).filter(|(_, object)| is_open(object)).peekable();
    while draft.has_room()
        && let Some((key, object)) = open.next()
    {
        draft.object(key, Object { deaths: deaths.saturating_add(1), ..object.clone() });
    }
    open.peek().is_none()
}
