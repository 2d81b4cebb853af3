//! Room on the disk: who writes asks here first.
//!
//! What is decided is pure ([`decide`]); here somebody looks at the disks now and then, and tells all
//! who wait. [`store`] is how the store is seen through it.

pub mod decide;
mod store;

use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use trawl_storage::Db;

pub use decide::{Bounds, State};

use crate::clock::SharedClock;
use decide::{Decider, Event};
use store::{Patience, Watched};

/// Where something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The store, and all else of the data directory.
    Store,
    /// The index.
    Index,
}

impl Place {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Index => "index",
        }
    }
}

/// What is free where something is kept; nothing of a place of which that can't be told.
pub type Measure = Arc<dyn Fn() -> Vec<(Place, u64)> + Send + Sync>;

/// How the disks stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What may be written.
    pub state: State,
    /// What is free, as it was seen last.
    pub free: Vec<(Place, u64)>,
}

impl Standing {
    /// The place with the least room.
    pub fn fullest(&self) -> Option<(Place, u64)> {
        self.free.iter().copied().min_by_key(|(_, free)| *free)
    }
}

/// Whether there is room on the disk. Cheap to clone.
#[derive(Clone)]
pub struct Room {
    inner: Arc<Inner>,
}

struct Inner {
    bounds: Bounds,
    decider: Mutex<Decider>,
    standing: watch::Sender<Standing>,
    /// Somebody wants to know sooner.
    look: Notify,
    clock: Option<SharedClock>,
    /// Nobody waits any more: the node stops.
    closed: watch::Sender<bool>,
}

impl std::fmt::Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Room")
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::unwatched()
    }
}

impl Room {
    /// Nobody looks: all is written until it fails, and who fails is told so at once. For a command
    /// at which somebody sits.
    pub fn unwatched() -> Self {
        Self::of(Bounds { reserve: 0, low: 0, enough: 0 }, None)
    }

    /// The room of these disks: they are looked at now, and again and again as long as this lives.
    /// To be called within a runtime.
    pub fn watch(bounds: Bounds, every: Duration, measure: Measure, clock: SharedClock) -> Self {
        let room = Self::of(bounds, Some(clock));
        room.seen(measure());
        tokio::spawn(look(Arc::downgrade(&room.inner), every, measure));
        room
    }

    fn of(bounds: Bounds, clock: Option<SharedClock>) -> Self {
        let standing = Standing { state: State::Writing, free: Vec::new() };
        let inner = Inner {
            bounds,
            decider: Mutex::new(Decider::new(bounds)),
            standing: watch::Sender::new(standing),
            look: Notify::new(),
            clock,
            closed: watch::Sender::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// A store whose writes are refused where there is no room.
    pub fn refusing(&self, db: &Db) -> Db {
        self.seen_by(db, Patience::Refuses)
    }

    /// A store whose writes wait for room.
    pub fn waiting(&self, db: &Db) -> Db {
        self.seen_by(db, Patience::Waits)
    }

    fn seen_by(&self, db: &Db, patience: Patience) -> Db {
        if self.inner.clock.is_none() {
            return db.clone();
        }
        db.through(|store| Watched::new(store, self.clone(), patience))
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        self.inner.standing.borrow().clone()
    }

    /// From which bytes on what is written.
    pub fn bounds(&self) -> Bounds {
        self.inner.bounds
    }

    /// Whether all may be written.
    pub fn is_enough(&self) -> bool {
        self.inner.standing.borrow().state == State::Writing
    }

    /// Whether nothing can be written.
    pub fn is_full(&self) -> bool {
        self.inner.standing.borrow().state == State::Full
    }

    /// Tells of each change.
    pub fn changes(&self) -> watch::Receiver<Standing> {
        self.inner.standing.subscribe()
    }

    /// A write failed because there was no room.
    pub fn failed(&self) {
        let Some(clock) = &self.inner.clock else { return };
        let mut decider = self.inner.decider.lock();
        let state = decider.decide(Event::Failed, clock.now());
        self.tell(state, None);
        drop(decider);
        self.inner.look.notify_one();
    }

    /// Waits until something can be written. False where nobody looks, or nobody waits any more.
    pub(crate) async fn until_not_full(&self) -> bool {
        if self.inner.clock.is_none() {
            return false;
        }
        let (mut changes, mut closed) = (self.changes(), self.inner.closed.subscribe());
        tokio::select! {
            there_is = changes.wait_for(|standing| standing.state != State::Full) => there_is.is_ok(),
            _ = closed.wait_for(|closed| *closed) => false,
        }
    }

    /// Waits until nothing can be written.
    pub async fn until_full(&self) {
        let mut changes = self.changes();
        if changes.wait_for(|standing| standing.state == State::Full).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Who waits is let go of: the node stops.
    pub fn close(&self) {
        self.inner.closed.send_replace(true);
    }

    fn seen(&self, free: Vec<(Place, u64)>) {
        let Some(clock) = &self.inner.clock else { return };
        let Some(least) = free.iter().map(|(_, free)| *free).min() else { return };
        let mut decider = self.inner.decider.lock();
        let state = decider.decide(Event::Seen { free: least }, clock.now());
        self.tell(state, Some(free));
    }

    /// The one place at which a change is told of. Whoever calls it holds the decider.
    fn tell(&self, state: State, free: Option<Vec<(Place, u64)>>) {
        let before = self.standing();
        let free = free.unwrap_or_else(|| before.free.clone());
        let standing = Standing { state, free };
        if state != before.state {
            let (place, free) = standing.fullest().map_or(("", 0), |(of, free)| (of.name(), free));
            let (before, now, enough) =
                (before.state.name(), state.name(), self.inner.bounds.enough);
            match state {
                State::Writing => tracing::warn!(
                    before,
                    now,
                    place,
                    free,
                    "there is room on the disk: writes go on"
                ),
                State::Tight => tracing::warn!(
                    before,
                    now,
                    place,
                    free,
                    enough,
                    "the disk is nearly full: only what makes room is written"
                ),
                State::Full => tracing::error!(
                    before,
                    now,
                    place,
                    free,
                    enough,
                    "the disk is full: nothing is written"
                ),
            }
        }
        if standing != self.standing() {
            self.inner.standing.send_replace(standing);
        }
    }
}

/// Looks now and then, and sooner where something has failed.
async fn look(inner: Weak<Inner>, every: Duration, measure: Measure) {
    loop {
        let Some(room) = inner.upgrade().map(|inner| Room { inner }) else { return };
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = room.inner.look.notified() => {}
        }
        let measure = Arc::clone(&measure);
        // A file system that hangs is to hang up nobody else.
        if let Ok(free) = tokio::task::spawn_blocking(move || measure()).await {
            room.seen(free);
        }
    }
}
