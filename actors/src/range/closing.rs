//! The last phase of a scan: what has vanished is closed, or left.

use trawl_model::object::Object;
use trawl_model::range::Phase;

use super::decide::{Draft, Effect, Reply};
use crate::message::Refusal;

/// Closes as many as fit into a commit; asked again until it is done.
pub(super) fn close(draft: &mut Draft<'_>, number: u32, close: bool) {
    let phase = draft.head.scan.as_ref().filter(|scan| scan.number == number).map(|s| s.phase);
    match phase {
        Some(Phase::Read) => {}
        Some(Phase::Done) => return draft.decision.reply = Reply::Done,
        _ => return draft.decision.reply = Reply::Refused(Refusal::Unfitting),
    }
    let state = draft.state;
    let is_gone = |object: &Object| object.vanished == Some(number) && !object.closed;
    let mut gone = state.objects_in(..).filter(|(_, object)| close && is_gone(object)).peekable();
    while draft.has_room()
        && let Some((key, object)) = gone.next()
    {
        draft.object(key, Object { closed: true, ..object.clone() });
    }
    if gone.peek().is_none() {
        if let Some(scan) = draft.scan() {
            scan.phase = Phase::Done;
        }
        draft.effect(Effect::Phase(Phase::Done));
        draft.decision.reply = Reply::Done;
    } else {
        draft.decision.reply = Reply::Again;
    }
}
