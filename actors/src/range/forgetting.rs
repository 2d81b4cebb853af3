//! What has been closed for long enough is forgotten: rows, verdicts, findings and names.

use trawl_model::object::{Object, ObjectKey};

use super::decide::{Draft, Effect, Reply};
use super::state::{Dead, RangeState, Write};

/// Rows that an object takes in a commit: its own, the one that says that it has findings, and its
/// verdicts.
const ROWS: usize = 3;

/// Whether an object may be forgotten: it is closed, and was so by a scan no younger than this.
fn is_old(object: &Object, up_to: u32) -> bool {
    object.closed && object.due.is_none() && object.vanished.is_some_and(|scan| scan <= up_to)
}

/// Forgets as many as fit into a commit; asked again until it is done.
pub(super) fn forget(draft: &mut Draft<'_>, up_to: u32) {
    let state = draft.state;
    let mut old = old(state, up_to).peekable();
    let most = draft.tuning.decision_rows / ROWS;
    let mut count = 0;
    while count < most
        && draft.has_room()
        && let Some((key, object)) = old.next()
    {
        count += 1;
        draft.head.objects = draft.head.objects.saturating_sub(1);
        draft.decision.shown.push(key.clone());
        draft.write(Write::DropObject(key.clone()));
        let (generations, buckets) = (object.counted.clone(), object.buckets.clone());
        draft.effect(Effect::Forget(Dead { object: object.id, generations, buckets }));
    }
    draft.decision.reply = if old.peek().is_some() { Reply::Again } else { Reply::Done };
}

fn old(state: &RangeState, up_to: u32) -> impl Iterator<Item = (&ObjectKey, &Object)> {
    state.objects_in(..).filter(move |(_, object)| is_old(object, up_to))
}
