//! A node: its store, its keepers, its crawlers and its classifiers, under one supervisor.

mod begin;
mod forget;
mod keepers;
mod opening;
mod peers;
mod pools;
mod scans;
mod service;
mod shards;
mod sources;
mod stewards;
mod work;

use std::collections::HashMap;
use std::fs::File;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::sync::{Notify, watch};
use tracing::Span;
use trawl_detect::Engine;
use trawl_model::id::RuleSetId;
use trawl_model::scan::Scan;
use trawl_model::source::Selection;
use trawl_model::{
    Confidence, IdKey, NodeId, Origin, Priority, ScanId, SourceId, TenantId, TokenKey, TraceContext,
};
use trawl_sources::Connector;
use trawl_storage::Db;

use crate::classify::{Budget, Pool};
use crate::clock::SharedClock;
use crate::cluster::{AllOwners, Cluster};
use crate::crawl::{self, Crawlers, Desks};
use crate::director::{ScanHandle, Vanished, record};
use crate::error::Error;
use crate::index::Waker;
use crate::message::ProcessId;
use crate::orders;
use crate::ownership::{Ownership, Standing as Owned};
use crate::pools::Rules;
use crate::range::Tuning;
use crate::recorder::Recorder;
use crate::room::{Room, Standing};
use crate::rulebook::{Known, Rulebook};

use opening::Opening;

pub use forget::Released;
pub(crate) use keepers::{Keepers, Offer};
pub use peers::Answering;
pub use pools::PoolLoad;
pub use service::Connectors;
pub use sources::Waits;

/// What a node is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The tenant that it works for.
    pub tenant: TenantId,
    /// The node's own id.
    pub node: NodeId,
    /// Bounds of ranges.
    pub tuning: Tuning,
    /// Bounds of crawling.
    pub crawl: crawl::Limits,
    /// Threads that classify, at first.
    pub classifiers: usize,
    /// Content that is in memory at once.
    pub content_in_flight: usize,
    /// Memory for the detections of pieces that were met before.
    pub cache_bytes: usize,
    /// The largest piece that is looked up there.
    pub cache_piece_bytes: usize,
    /// What is less sure is not kept.
    pub least: Confidence,
    /// Shards.
    pub shards: u16,
    /// Entries of a log that no index reads.
    pub log_entries: u32,
    /// Commits a second of ranges, of all nodes together; none where the store bears as many as there are.
    pub commits_per_second: Option<u32>,
    /// Whom the ranges tell what the index is to read.
    pub index: Waker,
    /// Of a hundred objects, so many may vanish without a person being asked.
    pub vanished_percent: u8,
    /// What may change while it runs.
    pub policy: Policy,
    /// Who is told of each scan that ends.
    pub ended: OnEnd,
    /// Sets the span of a scan that a call ordered into that call's trace.
    pub follow: fn(&Span, &TraceContext),
    /// Whether there is room for what is written.
    pub room: Room,
    /// Whether what is given out is ours.
    pub ownership: Ownership,
    /// The other nodes, where there are any.
    pub cluster: Option<Cluster>,
    /// A node that is not connected for so long is taken to be gone, with what its crawlers had.
    pub missed_after: Duration,
    /// The file that tells an object that kills its readers from somebody who kills the process.
    pub trace: Option<Arc<File>>,
}

impl Options {
    /// The defaults, for a node.
    pub fn new(tenant: TenantId, node: NodeId) -> Self {
        Self {
            tenant,
            node,
            tuning: Tuning::default(),
            crawl: crawl::Limits::default(),
            classifiers: 2,
            content_in_flight: 256 << 20,
            cache_bytes: 32 << 20,
            cache_piece_bytes: 8 << 20,
            least: Confidence::percent(60),
            shards: 64,
            log_entries: 1_000,
            commits_per_second: None,
            index: Waker::default(),
            vanished_percent: 50,
            policy: Policy::default(),
            ended: OnEnd::default(),
            follow: |_, _| {},
            room: Room::unwatched(),
            ownership: Ownership::alone(),
            cluster: None,
            missed_after: Duration::from_secs(12),
            trace: None,
        }
    }
}

/// What a node goes by that may change while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long findings of what has vanished are kept, in days, unless their source says otherwise.
    pub closed_days: u32,
    /// Scans that are at work at once, of a node that serves. The others wait.
    pub scans_at_once: usize,
    /// Who has waited so long is as urgent as the most urgent.
    pub patience_micros: u64,
    /// How long a source may take to say whether it is there and can be read.
    pub answer_within: Duration,
    /// How many threads read and classify.
    pub pools: Rules,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            closed_days: 365,
            scans_at_once: 4,
            patience_micros: 600_000_000,
            answer_within: Duration::from_secs(20),
            pools: Rules::default(),
        }
    }
}

/// Who is told of each scan that ends.
#[derive(Clone)]
pub struct OnEnd(pub Arc<dyn Fn(&Scan) + Send + Sync>);

impl Default for OnEnd {
    fn default() -> Self {
        Self(Arc::new(|_| {}))
    }
}

impl std::fmt::Debug for OnEnd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnEnd")
    }
}

/// What waits and what is at work on a node, at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Scans that wait for their turn.
    pub queued: usize,
    /// Scans at work.
    pub at_work: usize,
    /// Batches of pieces that wait for a classifier.
    pub batches: usize,
}

/// What is to be scanned.
pub struct Target {
    /// What reads it.
    pub connector: Arc<dyn Connector>,
    /// The connector's settings, as it writes them: they are kept with the source.
    pub settings: Vec<u8>,
    /// What a person said of what has vanished.
    pub vanished: Option<Vanished>,
    /// Which of several is served first.
    pub priority: Priority,
    /// Read everything again, whatever is unchanged.
    pub full: bool,
    /// What of it the connector reads, where that is not what its source says.
    pub selection: Option<Selection>,
    /// The call that orders it.
    pub origin: Option<Origin>,
}

impl Target {
    /// All that a connector reads, as far as it has changed.
    pub fn of(connector: Arc<dyn Connector>) -> Self {
        Self {
            connector,
            settings: Vec::new(),
            vanished: None,
            priority: Priority::default(),
            full: false,
            selection: None,
            origin: None,
        }
    }
}

/// A node at work. Cheap to clone.
#[derive(Clone)]
pub struct Node {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    policy: RwLock<Policy>,
    db: Db,
    keys: (IdKey, TokenKey),
    rules: Rulebook,
    clock: SharedClock,
    keepers: Arc<Keepers>,
    crawl: Arc<crawl::Shared>,
    crawlers: Mutex<Option<Crawlers>>,
    /// Units that waited to be pulled when the pools were looked at last.
    units_waiting: AtomicUsize,
    root: ActorRef<()>,
    scans: Mutex<HashMap<SourceId, AtWork>>,
    ordering: tokio::sync::Mutex<()>,
    service: Mutex<Option<service::Service>>,
    /// There may be something to do for the next turn.
    kick: Notify,
    /// The state of a scan has changed.
    changed: Notify,
}

/// What a scan looks for.
struct LookedFor {
    engine: Arc<Engine>,
    /// What was found by these rules need only be judged again.
    akin: Arc<[RuleSetId]>,
}

/// A scan at work. It is entered before its director begins, who may end before he is known here.
struct AtWork {
    scan: ScanId,
    handle: Option<ScanHandle>,
    /// How often it has failed before.
    failures: u32,
    /// It was begun when its turn came, and not by somebody who wanted it now.
    served: bool,
}

impl Node {
    /// Starts a node on an open store.
    pub async fn start(
        options: Options,
        db: Db,
        keys: (IdKey, TokenKey),
        rules: impl Into<Rulebook>,
        clock: SharedClock,
    ) -> Result<Self, Error> {
        let (root, _) =
            Actor::spawn(None, Root, ()).await.map_err(|error| Error::Failed(error.to_string()))?;
        let unread = |error: std::io::Error| Error::Failed(format!("the trace file: {error}"));
        let (recorder, trace) = Recorder::on(options.trace.clone()).map_err(unread)?;
        // What a scan has in memory waits for room; who orders one is told at once.
        let patient = options.room.waiting(&db);
        let process = this_process()?;
        let keepers = Arc::new(Keepers::new(
            options.clone(),
            patient.clone(),
            Arc::clone(&clock),
            root.clone(),
            process,
            trace,
        ));
        let pool = Pool::start(
            options.classifiers,
            options.crawl.behind,
            options.cache_bytes,
            options.cache_piece_bytes,
        );
        let failed = |error: std::io::Error| Error::Failed(format!("no thread: {error}"));
        let opening = Opening::default();
        let refused = options.crawl.refused_millis;
        let desks = Arc::new(Desks::new(Box::new(opening.clone()), refused));
        let owners = AllOwners::new(
            Arc::clone(&keepers),
            options.cluster.clone(),
            Arc::clone(&desks),
            Duration::from_millis(options.tuning.lease_millis),
        );
        let shared = Arc::new(crawl::Shared {
            limits: options.crawl.clone(),
            owners: Arc::new(owners),
            db: patient,
            clock: Arc::clone(&clock),
            pool: pool.map_err(failed)?,
            budget: Budget::new(options.content_in_flight),
            runtime: tokio::runtime::Handle::current(),
            desks,
            process,
            at_work: Mutex::default(),
            stopping: AtomicBool::new(false),
            room: options.room.clone(),
            recorder: Arc::new(recorder),
            read_bytes: AtomicU64::new(0),
            from_others: AtomicBool::new(false),
            failed_puts: AtomicU32::new(0),
        });
        let crawlers = Mutex::new(Some(Crawlers::start(Arc::clone(&shared)).map_err(failed)?));
        tokio::spawn(crawl::beat(Arc::downgrade(&shared), options.tuning.lease_millis));
        let (scans, ordering) = (Mutex::default(), tokio::sync::Mutex::default());
        let crawl = shared;
        let policy = RwLock::new(options.policy);
        let inner = Inner {
            options,
            policy,
            db,
            keys,
            rules: rules.into(),
            clock,
            keepers,
            crawl,
            crawlers,
            units_waiting: AtomicUsize::new(0),
            root,
            scans,
            ordering,
            service: Mutex::default(),
            kick: Notify::new(),
            changed: Notify::new(),
        };
        let inner = Arc::new(inner);
        opening.for_node(&inner);
        inner.take_part();
        tokio::spawn(pools::follow(Arc::downgrade(&inner)));
        tokio::spawn(wake_with_room(inner.options.room.changes(), Arc::downgrade(&inner)));
        tokio::spawn(wake_when_owned(inner.options.ownership.clone(), Arc::downgrade(&inner)));
        Ok(Self { inner })
    }

    /// Whether there is room for what it writes.
    pub fn room(&self) -> &Room {
        &self.inner.options.room
    }

    /// Whether what it gives out is its own.
    pub fn ownership(&self) -> &Ownership {
        &self.inner.options.ownership
    }

    /// Whether it leads, and is sure of it.
    fn is_leader(&self) -> bool {
        self.ownership().of_lead() == Owned::Certain
    }

    /// Its id.
    pub fn id(&self) -> NodeId {
        self.inner.options.node
    }

    /// The other nodes, where there are any.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.inner.options.cluster.as_ref()
    }

    /// Ranges that it keeps, for its own scans and for those of other nodes.
    pub fn ranges(&self) -> usize {
        self.inner.keepers.len()
    }

    /// Shards that it has.
    pub fn shards_held(&self) -> usize {
        let ownership = self.ownership();
        match ownership.member() {
            Some(member) if !ownership.takes_at_need() => {
                member.shards().len() + usize::from(ownership.leads())
            }
            _ if ownership.leads() => usize::from(self.shards()),
            _ => 0,
        }
    }

    /// Shards over which ranges are spread.
    pub fn shards(&self) -> u16 {
        self.inner.options.shards
    }

    /// Of a hundred of its crawlers, so many are at work.
    pub fn busy(&self) -> u8 {
        self.inner.busy()
    }

    /// The id of the source that a connector reads.
    pub fn source_of(&self, connector: &dyn Connector) -> SourceId {
        let (key, tenant) = (&self.inner.keys.0, &self.inner.options.tenant);
        SourceId::of_location(key, tenant, connector.kind(), &connector.location())
    }

    /// From now on it goes by another policy.
    pub fn hold_to(&self, policy: Policy) {
        *self.inner.policy.write() = policy;
        self.inner.kick.notify_one();
    }

    /// Bytes of text that were read since the node began.
    pub fn read_bytes(&self) -> u64 {
        self.inner.crawl.read_bytes.load(Ordering::Relaxed)
    }

    /// The most content that was in flight at once.
    pub fn peak_in_flight(&self) -> usize {
        self.inner.crawl.budget.peak()
    }

    /// What waits and what is at work.
    pub fn load(&self) -> Load {
        let inner = &self.inner;
        let (scans, service) = (inner.scans.lock(), inner.service.lock());
        let waits = |service: &service::Service| service.waiting(&scans);
        let queued = service.as_ref().map_or(0, waits);
        Load { queued, at_work: scans.len(), batches: inner.crawl.pool.waiting() }
    }

    /// What the node holds for scans at work: keepers, sources that are read, scans, and actors
    /// under its supervisor. When nothing is at work, it is nothing.
    pub fn held(&self) -> [usize; 4] {
        let inner = &self.inner;
        let (desks, scans) = (inner.crawl.desks.here.read().len(), inner.scans.lock().len());
        [inner.keepers.len(), desks, scans, inner.root.get_children().len()]
    }

    /// Stops: no new leases, a last checkpoint of all that is at work, then the end. What is still
    /// under way when the caller waits no longer is read again.
    pub async fn stop(&self) {
        // Nothing is begun any more, and nobody waits for room.
        self.inner.options.room.close();
        *self.inner.service.lock() = None;
        self.inner.kick.notify_one();
        self.inner.crawl.desks.end();
        let crawlers = self.inner.crawlers.lock().take();
        if let Some(crawlers) = crawlers {
            crawlers.stop();
            self.inner.keepers.close();
            // They tell their keepers until they end: those must still be there.
            let _ = tokio::task::spawn_blocking(move || crawlers.join()).await;
        }
        // What is being begun just now is known then.
        let _one = self.inner.ordering.lock().await;
        let scans: Vec<AtWork> = self.inner.scans.lock().drain().map(|(_, scan)| scan).collect();
        for handle in scans.into_iter().filter_map(|scan| scan.handle) {
            handle.stop().await;
        }
        self.inner.keepers.stop().await;
        self.inner.root.stop(None);
        let _ = self.inner.root.wait(None).await;
    }
}

impl Inner {
    /// Answers other nodes from now on, and follows who comes and who goes.
    fn take_part(self: &Arc<Self>) {
        let Some(cluster) = self.options.cluster.clone() else { return };
        cluster.answering().answer_for(self);
        let missed = u64::try_from(self.options.missed_after.as_millis()).unwrap_or(u64::MAX);
        let (node, clock) = (Arc::downgrade(self), Arc::clone(&self.clock));
        tokio::spawn(peers::follow(node, cluster.clone(), clock, missed));
        if let Some(member) = self.options.ownership.member().cloned() {
            tokio::spawn(shards::hold(Arc::downgrade(self), cluster, member));
        }
    }

    /// What scans apply, or did: the newest first.
    async fn known_rules(&self) -> Result<Vec<RuleSetId>, Error> {
        let known = self.rules.known(&self.db, &self.options.tenant).await?;
        let ids = known.iter().map(|known| reading_rules(known.engine, &self.options));
        Ok(ids.collect())
    }

    /// What a scan looks for; none where its rules are not known here.
    async fn looked_for(&self, scan: &Scan) -> Result<Option<LookedFor>, Error> {
        let tenant = &self.options.tenant;
        let known = self.rules.known(&self.db, tenant).await?;
        let is_its = |known: &&Known| {
            scan.rules == orders::rules_of(scan, reading_rules(known.engine, &self.options))
        };
        let Some(at) = known.iter().position(|known| is_its(&known)) else { return Ok(None) };
        let engine = self.rules.engine(&self.db, tenant, &known[at]).await?;
        let akin = match scan.order.full {
            // It reads everything.
            true => Vec::new(),
            false => self.rules.akin(&self.db, tenant, &known, at).await?,
        };
        let akin = akin.into_iter().map(|engine| reading_rules(engine, &self.options)).collect();
        Ok(Some(LookedFor { engine, akin }))
    }

    fn busy(&self) -> u8 {
        let of_crew = |crawlers: &Crawlers| (crawlers.crew().busy(), crawlers.crew().len().max(1));
        let (busy, all) = self.crawlers.lock().as_ref().map_or((0, 1), of_crew);
        u8::try_from((busy * 100 / all).min(100)).unwrap_or(100)
    }
}

/// Workers are told apart over all nodes, and from those of any process before.
fn this_process() -> Result<ProcessId, Error> {
    Ok(ProcessId::drawn(u64::from_be_bytes(record::fresh()?)))
}

/// Whatever waits for room is woken when there is more of it, or less.
async fn wake_with_room(mut changes: watch::Receiver<Standing>, inner: Weak<Inner>) {
    let mut before = changes.borrow_and_update().state;
    while changes.changed().await.is_ok() {
        let now = changes.borrow_and_update().state;
        if now == before {
            continue;
        }
        before = now;
        let Some(inner) = inner.upgrade() else { return };
        inner.kick.notify_one();
        inner.keepers.wake();
        inner.options.index.look();
    }
}

/// Whatever waits until it is sure that it is ours is woken then.
async fn wake_when_owned(ownership: Ownership, inner: Weak<Inner>) {
    let mut before = ownership.standing();
    while before != Owned::Lost {
        before = ownership.changed(before).await;
        let Some(inner) = inner.upgrade() else { return };
        inner.kick.notify_one();
        inner.keepers.wake();
    }
}

/// The rules that a scan applies: those of the engine, and all else that decides what is found.
fn reading_rules(engine: RuleSetId, options: &Options) -> RuleSetId {
    let reading = format!("{:?} {:?}", options.crawl.reading, options.least);
    let key = IdKey::from_bytes([0; 32]);
    let (version, formats) = (env!("CARGO_PKG_VERSION"), trawl_sources::formats::VERSION);
    RuleSetId::from_bytes(
        key.hash("reading rules")
            .field(engine.as_bytes())
            .field(reading.as_bytes())
            .field(version.as_bytes())
            .field(&formats.to_be_bytes())
            .take(),
    )
}

/// The supervisor of all actors of a node. A child that dies says so in the log; the director of
/// its scan sees a keeper's death and starts another, and who waits for a director is told.
struct Root;

impl Actor for Root {
    type Msg = ();
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<()>,
        event: SupervisionEvent,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        if let SupervisionEvent::ActorFailed(_, error) = event {
            tracing::error!(%error, "an actor failed");
        }
        Ok(())
    }
}
