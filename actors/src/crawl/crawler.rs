//! The threads, and what all of them share.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use trawl_storage::Db;

use super::desks::Desks;
use super::{Limits, lease};
use crate::classify::{Budget, Pool};
use crate::clock::SharedClock;
use crate::crew::{Crew, Place};
use crate::message::{Lease, ProcessId, Pull, WorkerId};
use crate::owners::{Busy, Home, Owners};
use crate::range::Moment;
use crate::recorder::Recorder;
use crate::room::Room;

/// So many times as long as a lease a crawler may be at something without telling anything.
const SILENT_LEASES: u64 = 20;

/// What all crawlers of a node share.
pub(crate) struct Shared {
    pub(crate) limits: Limits,
    pub(crate) owners: Arc<dyn Owners>,
    pub(crate) db: Db,
    pub(crate) clock: SharedClock,
    pub(crate) pool: Pool,
    pub(crate) budget: Budget,
    pub(crate) runtime: Handle,
    pub(crate) desks: Arc<Desks>,
    /// This process, among all others that ever told an owner something.
    pub(crate) process: ProcessId,
    /// Which range of whom each crawler is at work on, and when it told its owner something last.
    pub(crate) at_work: Mutex<HashMap<WorkerId, AtWork>>,
    pub(crate) stopping: AtomicBool,
    pub(crate) room: Room,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) read_bytes: AtomicU64,
    /// A unit came from another node since this was looked at.
    pub(crate) from_others: AtomicBool,
    /// Puts that failed since one was kept.
    pub(crate) failed_puts: AtomicU32,
}

/// What a crawler is at work on.
#[derive(Debug, Clone)]
pub(crate) struct AtWork {
    home: Home,
    lease: Busy,
    /// When it told its owner something last.
    told: Moment,
}

/// The crawlers of a node.
pub(crate) struct Crawlers {
    shared: Arc<Shared>,
    crew: Crew,
}

impl Crawlers {
    pub(crate) fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let (of_crew, behind) = (Arc::clone(&shared), shared.limits.behind);
        let work = move |place: &Place| run(&of_crew, place);
        let crew = Crew::start("crawl", behind, shared.limits.crawlers, work)?;
        Ok(Self { shared, crew })
    }

    /// The threads.
    pub(crate) fn crew(&self) -> &Crew {
        &self.crew
    }

    /// Tells all to keep what they have done and come to an end. It doesn't wait for them.
    pub(crate) fn stop(&self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
    }

    /// Waits for all to end. Their owners must answer until then.
    pub(crate) fn join(self) {
        self.crew.join();
    }
}

impl Shared {
    /// A crawler of this process.
    fn worker(&self, n: usize) -> WorkerId {
        WorkerId::of(self.process, n as u16)
    }

    /// A crawler has told its owner something, or begins.
    pub(super) fn tells(&self, worker: WorkerId, home: &Home, lease: &Lease) {
        let (unit, attempt) = (lease.lease.unit, lease.lease.attempt);
        let lease = Busy { range: lease.range, unit, attempt };
        let at_work = AtWork { home: home.clone(), lease, told: self.clock.now() };
        self.at_work.lock().insert(worker, at_work);
    }

    /// Crawlers at work that have told something in so long a time, by whose work it is.
    fn heard_of(&self, silent_millis: u64) -> BTreeMap<Home, Vec<Busy>> {
        let (now, mut of_homes) = (self.clock.now(), BTreeMap::<Home, Vec<_>>::new());
        for at in self.at_work.lock().values() {
            if now < at.told.plus(silent_millis) {
                of_homes.entry(at.home.clone()).or_default().push(at.lease);
            }
        }
        of_homes
    }
}

/// Says of crawlers that are at something that takes long that they are still there, until they have
/// told nothing for so long that they must be taken for lost.
pub(crate) async fn beat(shared: Weak<Shared>, lease_millis: u64) {
    let mut beat = tokio::time::interval(Duration::from_millis((lease_millis / 4).max(1)));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let Some(shared) = shared.upgrade() else { return };
        let now = shared.clock.now();
        if !shared.room.is_enough() {
            // It is the disk that holds them up.
            shared.at_work.lock().values_mut().for_each(|at| at.told = now);
        }
        shared.desks.tidy(now);
        let mut telling = JoinSet::new();
        for (home, at_work) in shared.heard_of(lease_millis.saturating_mul(SILENT_LEASES)) {
            let owners = Arc::clone(&shared.owners);
            telling.spawn(async move { owners.alive(&home, at_work).await });
        }
        drop(shared);
        telling.join_all().await;
    }
}

/// One crawler: asks for work and does it until the node stops, or there are too many. Work whose doing panics is work
/// whose worker has died, as far as its owner is concerned.
fn run(shared: &Shared, place: &Place) {
    let worker = shared.worker(place.number());
    loop {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let pull = Pull { worker, want: 1, suspects: true, without: Vec::new() };
        let Some(given) = shared.runtime.block_on(shared.owners.pull(pull, place)) else { return };
        let (home, _busy) = (given.home, place.begins());
        if home != Home::Here {
            shared.from_others.store(true, Ordering::Relaxed);
        }
        for lease in given.leases {
            shared.tells(worker, &home, &lease);
            let doing = AssertUnwindSafe(|| lease::work(shared, worker, &home, &lease));
            let done = catch_unwind(doing);
            shared.at_work.lock().remove(&worker);
            if done.is_err() {
                tracing::error!("a crawler failed; its unit goes to another");
                let trace = shared.recorder.now(&lease);
                shared.runtime.block_on(shared.owners.lost(&home, worker, trace));
            }
        }
    }
}
