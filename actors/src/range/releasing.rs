//! Parked units that somebody releases.

use trawl_model::coverage::{Class, Coverage, Item, Reason};
use trawl_model::range::Phase;
use trawl_model::unit::{UnitId, Work};

use super::decide::{Draft, Effect, Reply};
use crate::message::Refusal;

/// A parked unit is tried again, as if its source had never failed it. Only as long as its range is at
/// work: once all is read, the next scan tries it anyway.
pub(super) fn release(draft: &mut Draft<'_>, id: UnitId) {
    draft.decision.reply = Reply::Refused(Refusal::UnitGone);
    let Some(unit) = draft.state.units.get(&id).filter(|unit| unit.parked.is_some()) else {
        return;
    };
    let mut unit = unit.clone();
    let is_at_work = draft
        .head
        .scan
        .as_ref()
        .is_some_and(|scan| scan.number == unit.scan && scan.phase <= Phase::Reading);
    if !is_at_work {
        return;
    }
    if unit.work == Work::List
        && let Some(scan) = draft.scan()
    {
        // What lies behind it is listed after all.
        let mut given_up = Coverage::new();
        given_up.add_items(Item::Folder, Class::Failed(Reason::SourceFailed), 1);
        scan.coverage.subtract(&given_up);
        scan.phase = Phase::Listing;
    }
    (unit.parked, unit.failures) = (None, 0);
    draft.unpark(id, unit);
    draft.effect(Effect::Wake);
    draft.decision.reply = Reply::Done;
}
