//! A node that serves: it begins the scans that wait, each when its turn comes, and goes on after a
//! start with what was under way.
//!
//! Its algorithm: a turn is taken whenever something has changed, and once a second. In a turn, scans
//! that have been let go of without having ended are put back into the queue, after a while if they
//! failed; what schedules say is ordered; scans outside of their source's hours are held back; what is
//! deleted is erased; then as many scans are begun as may be at work. Whether the source of one is there
//! is asked beside the turn (`begin.rs`). While the disk is nearly full, all scans are held back, and
//! nothing is ordered or begun. The queue is memory: at the start it is made of what the heads of sources
//! name.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use trawl_model::scan::{Scan, ScanState};
use trawl_model::source::Source;
use trawl_model::{ScanId, SourceId};
use trawl_sources::{Connector, SourceError};

use super::begin::begin_beside;
use super::sources::Known;
use super::{AtWork, Inner, Node};
use crate::director::record;
use crate::error::Error;
use crate::orders::{NOT_BEGUN, Orders};
use crate::ownership::Standing;
use crate::queue::{self, Waiting};
use crate::range::Moment;
use crate::room::State;

/// A turn is taken at least this often: what waits for a moment is late by no more.
const TURN: Duration = Duration::from_secs(1);
/// What is old is looked for so often.
const TEND: Duration = Duration::from_secs(60 * 60);
/// How long a scan rests that has failed; the rest doubles.
const REST_MILLIS: u64 = 1_000;
/// The longest rest.
const REST_MILLIS_MAX: u64 = 5 * 60 * 1_000;

/// Makes what reads a source, from what is kept of it.
pub trait Connectors: Send + Sync + 'static {
    /// The connector, with the source's own settings.
    fn connect(&self, source: &Source) -> Result<Arc<dyn Connector>, SourceError>;
}

/// What a node remembers that serves.
pub(super) struct Service {
    pub(super) connectors: Arc<dyn Connectors>,
    queue: HashMap<SourceId, Queued>,
    /// Sources whose scans are about to begin, and that are asked whether they are there.
    pub(super) asked: HashSet<SourceId>,
    /// Scans that were let go of, and how often each had failed before.
    let_go: Vec<(SourceId, u32)>,
    pub(super) known: Known,
}

impl Service {
    /// Scans that wait, and are not at work.
    pub(super) fn waiting(&self, at_work: &HashMap<SourceId, AtWork>) -> usize {
        self.queue.keys().filter(|source| !at_work.contains_key(source)).count()
    }

    /// The scan of a source that waits.
    pub(super) fn scan_of(&self, source: SourceId) -> Option<ScanId> {
        self.queue.get(&source).map(|queued| queued.waiting.scan)
    }
}

#[derive(Debug, Clone, Copy)]
struct Queued {
    waiting: Waiting,
    rests_until: Moment,
    failures: u32,
}

impl Node {
    /// Begins to serve: from now on scans that are ordered begin by themselves, and those that were
    /// queued or running go on.
    pub async fn serve(&self, connectors: Arc<dyn Connectors>) -> Result<(), Error> {
        {
            let _one = self.inner.ordering.lock().await;
            let (queue, asked, let_go, known) = Default::default();
            let service = Service { connectors, queue, asked, let_go, known };
            *self.inner.service.lock() = Some(service);
            let orders = self.orders();
            for (source, head) in orders.sources().await? {
                self.note(source, &head).await?;
                if !head.deleted
                    && let Some(open) = orders.open_of(&head, self.inner.clock.wall()).await?
                    && open.state != ScanState::Paused
                {
                    self.enqueue(&open);
                }
            }
        }
        tokio::spawn(turns(Arc::downgrade(&self.inner)));
        self.tend();
        Ok(())
    }

    /// Now and then, what is old is forgotten; and once after the start what a crash has left is swept
    /// out.
    fn tend(&self) {
        let inner = Arc::downgrade(&self.inner);
        let tending = async move {
            let mut swept = false;
            loop {
                tokio::time::sleep(TEND).await;
                let Some(here) = inner.upgrade() else { return };
                let node = Node { inner: here };
                if node.room().is_full() || node.ownership().standing() != Standing::Certain {
                    continue;
                }
                if let Err(error) = node.forget().await {
                    tracing::warn!(%error, "what is old could not be forgotten");
                }
                if !swept && node.is_leader() {
                    swept = node.sweep().await.is_ok();
                }
            }
        };
        if let Some(service) = &mut *self.inner.service.lock() {
            service.known.tasks.spawn(tending);
        }
    }

    /// One turn; it is over when what was about to begin has begun.
    pub async fn turn(&self) {
        self.take_turn().await;
        loop {
            let changed = self.inner.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let is_asked = |service: &Service| !service.asked.is_empty();
            if !self.inner.service.lock().as_ref().is_some_and(is_asked) {
                return;
            }
            changed.await;
        }
    }

    async fn take_turn(&self) {
        let _one = self.inner.ordering.lock().await;
        if !self.is_leader() {
            return;
        }
        let now = self.inner.clock.wall();
        let room = self.room().standing().state;
        if room == State::Writing {
            self.order_what_is_due(now).await;
        }
        if room != State::Full {
            self.hold_back(now).await;
        }
        self.take_back().await;
        if room != State::Full {
            self.erase_what_is_deleted();
        }
        for waiting in self.next() {
            tokio::spawn(begin_beside(Arc::downgrade(&self.inner), waiting));
        }
    }

    /// What was let go of and has not ended waits again.
    async fn take_back(&self) {
        let let_go = match &mut *self.inner.service.lock() {
            Some(service) => std::mem::take(&mut service.let_go),
            None => return,
        };
        for (source, failures) in let_go {
            match self.open_scan_of(source).await {
                Ok(Some(scan)) if scan.state == ScanState::Queued => self.enqueue(&scan),
                Ok(Some(scan)) if scan.state == ScanState::Running => {
                    self.enqueue(&scan);
                    self.rest_after(source, failures + 1);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%source, %error, "a source could not be looked at");
                    if let Some(service) = &mut *self.inner.service.lock() {
                        service.let_go.push((source, failures));
                    }
                }
            }
        }
    }

    async fn open_scan_of(&self, source: SourceId) -> Result<Option<Scan>, Error> {
        let orders = self.orders();
        match record::source(&self.inner.db, &orders.source_at(source)).await? {
            Some((_, head)) if !head.deleted => {
                orders.open_of(&head, self.inner.clock.wall()).await
            }
            _ => Ok(None),
        }
    }

    fn next(&self) -> Vec<Waiting> {
        if !self.room().is_enough() {
            return Vec::new();
        }
        let (now, wall) = (self.inner.clock.now(), self.inner.clock.wall());
        let scans = self.inner.scans.lock();
        let mut service = self.inner.service.lock();
        let Some(service) = &mut *service else { return Vec::new() };
        let ready = service.queue.values().filter(|queued| {
            let source = queued.waiting.source;
            let is_taken = scans.contains_key(&source) || service.asked.contains(&source);
            queued.rests_until <= now && !is_taken && service.known.allows(source, wall)
        });
        let ready: Vec<Waiting> = ready.map(|queued| queued.waiting).collect();
        let policy = *self.inner.policy.read();
        let asked = service.asked.iter().filter(|source| !scans.contains_key(source)).count();
        let at_work = scans.len() + asked;
        let next = queue::next(&ready, at_work, policy.scans_at_once, wall, policy.patience_micros);
        service.asked.extend(next.iter().map(|waiting| waiting.source));
        next
    }

    /// A scan waits for its turn, if this node serves.
    pub(super) fn enqueue(&self, scan: &Scan) {
        let waiting = Waiting {
            source: scan.source,
            scan: scan.id,
            priority: scan.order.priority,
            ordered: scan.ordered,
            begun: scan.rules != NOT_BEGUN,
        };
        if let Some(service) = &mut *self.inner.service.lock() {
            let queued = Queued { waiting, rests_until: Moment::default(), failures: 0 };
            service.queue.insert(scan.source, queued);
        }
        self.inner.kick.notify_one();
    }

    pub(super) fn dequeue(&self, source: SourceId) {
        if let Some(service) = &mut *self.inner.service.lock() {
            service.queue.remove(&source);
        }
    }

    /// How often the scan that waits of a source has failed.
    pub(super) fn failures_of(&self, source: SourceId) -> u32 {
        let service = self.inner.service.lock();
        let queued = service.as_ref().and_then(|service| service.queue.get(&source));
        queued.map_or(0, |queued| queued.failures)
    }

    pub(super) fn rest(&self, source: SourceId) {
        self.rest_after(source, self.failures_of(source) + 1);
    }

    fn rest_after(&self, source: SourceId, failures: u32) {
        let rest = REST_MILLIS << (failures - 1).min(16);
        let rests_until = self.inner.clock.now().plus(rest.min(REST_MILLIS_MAX));
        if let Some(service) = &mut *self.inner.service.lock()
            && let Some(queued) = service.queue.get_mut(&source)
        {
            (queued.rests_until, queued.failures) = (rests_until, failures);
        }
    }

    /// What is done when all keepers of a scan have stopped: the node forgets it, but not the next
    /// scan of the same source.
    pub(super) fn let_go(&self) -> Box<dyn Fn(SourceId, ScanId) + Send + Sync> {
        let inner = Arc::downgrade(&self.inner);
        Box::new(move |source, scan| {
            let Some(inner) = inner.upgrade() else { return };
            let mut desks = inner.crawl.desks.here.write();
            if desks.get(&source).is_some_and(|desk| desk.scan == scan) {
                desks.remove(&source);
            }
            drop(desks);
            let mut scans = inner.scans.lock();
            let is_it = scans.get(&source).is_some_and(|at_work| at_work.scan == scan);
            let known = if is_it { scans.remove(&source) } else { None };
            drop(scans);
            if let (Some(known), Some(service)) = (known, &mut *inner.service.lock()) {
                service.let_go.push((source, known.failures));
            }
            inner.changed.notify_waiters();
            inner.kick.notify_one();
        })
    }

    pub(super) fn orders(&self) -> Orders {
        Orders::of(&self.inner.db, &self.inner.options.tenant)
    }
}

/// Takes turns until the node is gone or stops.
async fn turns(inner: Weak<Inner>) {
    loop {
        let Some(here) = inner.upgrade() else { return };
        let node = Node { inner: here };
        if node.inner.service.lock().is_none() {
            return;
        }
        node.take_turn().await;
        let inner = Arc::clone(&node.inner);
        drop(node);
        tokio::select! {
            () = inner.kick.notified() => {}
            () = tokio::time::sleep(TURN) => {}
        }
    }
}
