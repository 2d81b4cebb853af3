//! Taking part in a scan.

use trawl_model::coverage::Coverage;
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
    let old: Vec<_> =
        draft.state.units.iter().map(|(id, unit)| (*id, unit.parked.is_some())).collect();
    let all = old.len() <= draft.tuning.decision_rows;
    for (id, parked) in old.into_iter().take(draft.tuning.decision_rows) {
        if parked {
            draft.write(Write::DropUnit(id));
        } else {
            draft.drop_unit(id);
        }
    }
    if !all {
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
