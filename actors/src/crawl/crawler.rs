//! The threads, and what all of them share.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use tokio::runtime::Handle;
use tracing::Span;
use trawl_model::{RangeId, ScanId, SourceId};
use trawl_sources::Connector;
use trawl_storage::Db;

use super::{Limits, Throttle, lease};
use crate::background;
use crate::classify::{Budget, Context, Pool};
use crate::clock::SharedClock;
use crate::message::{Pull, WorkerId};
use crate::owners::Owners;
use crate::range::Moment;
use crate::recorder::Recorder;
use crate::room::Room;

/// So many times as long as a lease a crawler may be at something without telling anything.
const SILENT_LEASES: u64 = 20;

/// What a crawler needs to know of a source.
#[derive(Clone)]
pub(crate) struct Desk {
    /// The scan for which it is read.
    pub(crate) scan: ScanId,
    /// What reads it.
    pub(crate) connector: Arc<dyn Connector>,
    /// What its findings are made with.
    pub(crate) context: Arc<Context>,
    /// The layout of its findings.
    pub(crate) layout: u16,
    /// How fast it may be read.
    pub(crate) throttle: Arc<Throttle>,
    /// The scan's span: what is done for it says so.
    pub(crate) span: Span,
}

/// What all crawlers of a node share.
pub(crate) struct Shared {
    pub(crate) limits: Limits,
    pub(crate) owners: Arc<dyn Owners>,
    pub(crate) db: Db,
    pub(crate) clock: SharedClock,
    pub(crate) pool: Pool,
    pub(crate) budget: Budget,
    pub(crate) runtime: Handle,
    pub(crate) desks: RwLock<HashMap<SourceId, Desk>>,
    /// Which range each crawler is at work on, and when it told its owner something last.
    pub(crate) at_work: Mutex<HashMap<WorkerId, (RangeId, Moment)>>,
    pub(crate) stopping: AtomicBool,
    pub(crate) room: Room,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) read_bytes: AtomicU64,
    pub(crate) lost: Box<dyn Fn(WorkerId) + Send + Sync>,
    pub(crate) cannot_keep: Box<dyn Fn(RangeId, String) + Send + Sync>,
    /// Puts that failed since one was kept.
    pub(crate) failed_puts: AtomicU32,
}

/// The crawlers of a node.
pub(crate) struct Crawlers {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Crawlers {
    pub(crate) fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let threads = (0..shared.limits.crawlers.max(1))
            .map(|n| {
                let shared = Arc::clone(&shared);
                let behind = shared.limits.behind;
                background::spawn(format!("crawl-{n}"), behind, move || {
                    run(&shared, WorkerId(n as u64));
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { shared, threads })
    }

    /// Tells all to keep what they have done and come to an end. It doesn't wait for them.
    pub(crate) fn stop(&self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
    }

    /// Waits for all to end. Their owners must answer until then.
    pub(crate) fn join(mut self) {
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// A crawler has told its owner something, or begins.
    pub(super) fn tells(&self, worker: WorkerId, range: RangeId) {
        self.at_work.lock().insert(worker, (range, self.clock.now()));
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
        let silent = lease_millis.saturating_mul(SILENT_LEASES);
        if !shared.room.is_enough() {
            // It is the disk that holds them up.
            shared.at_work.lock().values_mut().for_each(|(_, told)| *told = now);
        }
        let at_work = shared.at_work.lock().clone();
        for (worker, (range, told)) in at_work {
            if now < told.plus(silent) {
                shared.owners.alive(range, worker);
            }
        }
    }
}

/// One crawler: asks for work and does it until the node stops. Work whose doing panics is work
/// whose worker has died, as far as its owner is concerned.
fn run(shared: &Shared, worker: WorkerId) {
    loop {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let pull = Pull { worker, want: 1, suspects: true };
        let Some(leases) = shared.runtime.block_on(shared.owners.pull(pull)) else { return };
        for lease in leases {
            shared.tells(worker, lease.range);
            let done = catch_unwind(AssertUnwindSafe(|| lease::work(shared, worker, &lease)));
            shared.at_work.lock().remove(&worker);
            if done.is_err() {
                tracing::error!("a crawler failed; its unit goes to another");
                (shared.lost)(worker);
            }
        }
    }
}
