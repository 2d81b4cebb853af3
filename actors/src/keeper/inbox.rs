//! The way to a keeper, which has a bound, though the mailbox of an actor has none: whoever asks waits
//! until there is room, and what is said again and again is under way once.
//!
//! Nodes of others ask as well, and may give up and ask anew as often as they like: so what was asked
//! takes its room until it is answered, not as long as somebody waits.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use trawl_model::generation::Counted;

use crate::message::{Checkpoint, Finished, Listed, Outcome, Progress, WorkerId};
use crate::range::Command;

/// So many bytes of commands may wait at a keeper, or be in its commit. Some commits' worth: more in
/// advance is of no use.
const ROOM_BYTES: u32 = 4 << 20;
/// Signs of life that were not yet heard; one more is as good as lost, and workers give them again.
const SIGNS: usize = 1_024;
/// What a command takes beside what it holds, in the mailbox and when it is decided.
const COMMAND_BYTES: usize = 512;
/// What is known of an object in the midst of which a checkpoint was made, about.
const READING_BYTES: usize = 1_024;

/// Room for what a command takes, as long as this lives.
pub(super) type Place = OwnedSemaphorePermit;

/// What is under way to a keeper.
pub(super) struct Inbox {
    room: Arc<Semaphore>,
    signs: Arc<Semaphore>,
    /// Workers of which it is said, and not yet heard, that they are gone.
    lost: Mutex<BTreeSet<WorkerId>>,
    cannot_keep: AtomicBool,
}

impl Default for Inbox {
    fn default() -> Self {
        let (lost, cannot_keep) = Default::default();
        let room = Arc::new(Semaphore::new(ROOM_BYTES as usize));
        Self { room, signs: Arc::new(Semaphore::new(SIGNS)), lost, cannot_keep }
    }
}

impl Inbox {
    /// Waits for room for what is asked.
    pub(super) async fn place(&self, command: &Command) -> Option<Place> {
        Arc::clone(&self.room).acquire_many_owned(weight(command)).await.ok()
    }

    /// Room for a sign of life, if there is any.
    pub(super) fn place_of_sign(&self) -> Option<Place> {
        Arc::clone(&self.signs).try_acquire_owned().ok()
    }

    /// Whether it is news that this worker is gone.
    pub(super) fn says_lost(&self, worker: WorkerId) -> bool {
        self.lost.lock().insert(worker)
    }

    /// It was heard.
    pub(super) fn hears_lost(&self, worker: WorkerId) {
        self.lost.lock().remove(&worker);
    }

    /// Whether it is news that findings can't be kept.
    pub(super) fn says_cannot_keep(&self) -> bool {
        !self.cannot_keep.swap(true, Ordering::Relaxed)
    }
}

/// About how many bytes a command takes, but never more than there can be room for.
fn weight(command: &Command) -> u32 {
    let held = match command {
        Command::Pull(pull) => size_of_val(&*pull.without),
        Command::Checkpoint(checkpoint) => size_of::<Checkpoint>() + progress(&checkpoint.progress),
        _ => 0,
    };
    let bytes = u32::try_from(COMMAND_BYTES + held).unwrap_or(u32::MAX);
    bytes.min(ROOM_BYTES)
}

fn progress(progress: &Progress) -> usize {
    match progress {
        Progress::Listed(page) => {
            let listed = |listed: &Listed| size_of::<Listed>() + listed.key.as_bytes().len();
            let gaps = page.gaps.iter().map(|gap| 64 + gap.prefix.as_bytes().len());
            page.entries.iter().map(listed).chain(gaps).sum()
        }
        Progress::Read { finished, reading, .. } => {
            let reading = if reading.is_some() { READING_BYTES } else { 0 };
            finished.iter().map(of_finished).sum::<usize>() + reading
        }
        Progress::Part { done, failed, .. } => {
            let done = done.as_ref().map_or(0, |part| part.by_type.weight());
            READING_BYTES + done + failed.as_deref().map_or(0, of_finished)
        }
        Progress::Named { object } => object.as_bytes().len(),
        Progress::Failed { what, .. } => what.len(),
        Progress::Released => 0,
    }
}

fn of_finished(finished: &Finished) -> usize {
    let held = match &finished.outcome {
        Outcome::Read { counted, by_type, coverage, error, .. } => {
            let ledgers = 12 * (coverage.bytes().count() + coverage.items().count());
            let error = error.as_ref().map_or(0, String::len);
            size_of::<Counted>() * counted.len() + by_type.weight() + ledgers + error
        }
        Outcome::NotRead { error, .. } => error.len(),
        Outcome::Cut { parts, .. } => size_of_val(&**parts),
    };
    size_of::<Finished>() + finished.key.as_bytes().len() + held
}

#[cfg(test)]
mod tests {
    use futures::now;

    use super::*;
    use crate::message::{LeaseRef, Pull};
    use trawl_model::unit::UnitId;
    use trawl_model::{Generation, ObjectKey, Reason};

    mod futures {
        use std::pin::pin;
        use std::task::{Context, Poll, Waker};

        /// What a future comes to at once.
        pub(super) fn now<T>(future: impl Future<Output = T>) -> Option<T> {
            match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(done) => Some(done),
                Poll::Pending => None,
            }
        }
    }

    fn checkpoint(objects: usize) -> Command {
        let outcome =
            Outcome::NotRead { reason: Reason::Io, error: String::new(), fingerprint: None };
        let finished = Finished { key: ObjectKey::default(), size: 0, outcome };
        let progress =
            Progress::Read { finished: vec![finished; objects], reading: None, complete: false };
        let generation = Generation { version: 1, number: 0, turn: 0 };
        let lease = LeaseRef { unit: UnitId(1), attempt: 1, generation };
        Command::Checkpoint(Box::new(Checkpoint { lease, number: 1, progress }))
    }

    #[test]
    fn who_asks_waits_for_room_and_what_is_too_large_comes_alone() {
        let inbox = Inbox::default();
        let pull = || {
            let (want, suspects, without) = (1, true, Vec::new());
            Command::Pull(Pull { worker: WorkerId(1), want, suspects, without })
        };
        let mut places = Vec::new();
        while let Some(place) = now(inbox.place(&checkpoint(100))) {
            places.extend(place);
        }
        assert!(places.len() > 10 && places.len() < 1_000, "{}", places.len());
        places.pop();
        places.extend(now(inbox.place(&pull())).unwrap());
        drop(places);
        let large = now(inbox.place(&checkpoint(100_000))).unwrap();
        assert!(now(inbox.place(&pull())).is_none());
        drop(large);
        assert!(now(inbox.place(&pull())).is_some());
    }

    #[test]
    fn what_is_said_again_is_under_way_once() {
        let inbox = Inbox::default();
        assert!(inbox.says_lost(WorkerId(1)) && inbox.says_lost(WorkerId(2)));
        assert!(!inbox.says_lost(WorkerId(1)));
        inbox.hears_lost(WorkerId(1));
        assert!(inbox.says_lost(WorkerId(1)));
        assert!(inbox.says_cannot_keep() && !inbox.says_cannot_keep());
        let signs: Vec<_> = std::iter::from_fn(|| inbox.place_of_sign()).collect();
        assert_eq!(signs.len(), SIGNS);
        drop(signs);
        assert!(inbox.place_of_sign().is_some());
    }
}
