//! A node: its store, its keepers, its crawlers and its classifiers, under one supervisor.

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use async_trait::async_trait;
use parking_lot::{Mutex, RwLock};
use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::sync::Notify;
use trawl_detect::Engine;
use trawl_model::id::RuleSetId;
use trawl_model::scan::{Scan, ScanState};
use trawl_model::source::{DEFAULT_BUCKETS, Running, Source};
use trawl_model::{
    Confidence, Coverage, IdKey, NodeId, RangeId, ScanId, SourceId, TenantId, TokenKey,
};
use trawl_sources::Connector;
use trawl_storage::records::range::RangeAt;
use trawl_storage::records::shard::{Shard, ShardAt, ShardEntry, ShardRow};
use trawl_storage::records::source::SourceAt;
use trawl_storage::{Commit, Db, WriteId};

use crate::classify::{Budget, Context, Pool};
use crate::clock::SharedClock;
use crate::crawl::{self, Crawlers, Desk};
use crate::director::{self, ScanHandle, Vanished, record};
use crate::error::Error;
use crate::keeper::{self, Keeper, Report};
use crate::message::{Answer, Checkpoint, Lease, Pull, WorkerId};
use crate::owners::Owners;
use crate::range::{Command, Reply, Tuning};
use crate::recorder::{Recorder, Trace};

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
    /// Threads that classify.
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
    /// Of a hundred objects, so many may vanish without a person being asked.
    pub vanished_percent: u8,
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
            vanished_percent: 50,
            trace: None,
        }
    }
}

/// What is to be scanned.
pub struct Target {
    /// What reads it.
    pub connector: Arc<dyn Connector>,
    /// The connector's settings, as it writes them: they are kept with the source.
    pub settings: Vec<u8>,
    /// What a person said of what has vanished.
    pub vanished: Option<Vanished>,
    /// Read everything again, whatever is unchanged.
    pub full: bool,
}

/// A node at work. Cheap to clone.
#[derive(Clone)]
pub struct Node {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    db: Db,
    keys: (IdKey, TokenKey),
    rules: RuleSetId,
    clock: SharedClock,
    keepers: Arc<Keepers>,
    crawl: Arc<crawl::Shared>,
    crawlers: Mutex<Option<Crawlers>>,
    root: ActorRef<()>,
    scans: Mutex<HashMap<SourceId, AtWork>>,
    ordering: tokio::sync::Mutex<()>,
}

/// A scan at work. It is entered before its director begins, who may end before he is known here.
struct AtWork {
    scan: ScanId,
    handle: Option<ScanHandle>,
}

/// The keepers of a node, and the shards that it holds: what crawlers know as owners.
pub(crate) struct Keepers {
    options: Options,
    db: Db,
    clock: SharedClock,
    root: ActorRef<()>,
    epochs: tokio::sync::Mutex<HashMap<u16, u64>>,
    kept: RwLock<Vec<Keeper>>,
    work: Notify,
    turn: AtomicU64,
    /// Who has a suspect unit, or asks for one now: they run one at a time on a node, so that if
    /// it dies, the death is one object's and no other.
    suspects: Mutex<Option<WorkerId>>,
    /// What the process before has left of a reader that died with it.
    trace: Option<Trace>,
    closing: AtomicBool,
}

impl Node {
    /// Starts a node on an open store.
    pub async fn start(
        options: Options,
        db: Db,
        keys: (IdKey, TokenKey),
        engine: Arc<Engine>,
        clock: SharedClock,
    ) -> Result<Self, Error> {
        let (root, _) =
            Actor::spawn(None, Root, ()).await.map_err(|error| Error::Failed(error.to_string()))?;
        let unread = |error: std::io::Error| Error::Failed(format!("the trace file: {error}"));
        let (recorder, trace) = Recorder::on(options.trace.clone()).map_err(unread)?;
        let keepers = Arc::new(Keepers {
            options: options.clone(),
            db: db.clone(),
            clock: Arc::clone(&clock),
            root: root.clone(),
            epochs: tokio::sync::Mutex::default(),
            kept: RwLock::default(),
            work: Notify::new(),
            turn: AtomicU64::new(0),
            suspects: Mutex::default(),
            trace,
            closing: AtomicBool::new(false),
        });
        let pool = Pool::start(
            &engine,
            options.classifiers,
            options.cache_bytes,
            options.cache_piece_bytes,
        );
        let failed = |error: std::io::Error| Error::Failed(format!("no thread: {error}"));
        let (lost, cannot) = (Arc::clone(&keepers), Arc::clone(&keepers));
        let shared = Arc::new(crawl::Shared {
            limits: options.crawl.clone(),
            owners: Arc::clone(&keepers) as Arc<dyn Owners>,
            db: db.clone(),
            clock: Arc::clone(&clock),
            pool: pool.map_err(failed)?,
            budget: Budget::new(options.content_in_flight),
            runtime: tokio::runtime::Handle::current(),
            desks: RwLock::default(),
            at_work: Mutex::default(),
            stopping: AtomicBool::new(false),
            recorder: Arc::new(recorder),
            read_bytes: AtomicU64::new(0),
            lost: Box::new(move |worker| lost.worker_lost(worker)),
            cannot_keep: Box::new(move |range, why| cannot.cannot_keep(range, why)),
            failed_puts: AtomicU32::new(0),
        });
        let crawlers = Mutex::new(Some(Crawlers::start(Arc::clone(&shared)).map_err(failed)?));
        tokio::spawn(crawl::beat(Arc::downgrade(&shared), options.tuning.lease_millis));
        let rules = reading_rules(&engine, &options);
        let (scans, ordering) = (Mutex::default(), tokio::sync::Mutex::default());
        let crawl = shared;
        let inner = Inner {
            options,
            db,
            keys,
            rules,
            clock,
            keepers,
            crawl,
            crawlers,
            root,
            scans,
            ordering,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Scans a source: joins the scan of it that is under way, goes on with one that was interrupted,
    /// or begins a new one. Returns as soon as it is under way.
    pub async fn scan(&self, target: Target) -> Result<ScanHandle, Error> {
        let inner = &self.inner;
        let connector = target.connector;
        let proof = connector.validate().await.map_err(Error::Source)?;
        let source_id = self.source_of(&*connector);
        // One order at a time: two of one source would both begin.
        let _one = inner.ordering.lock().await;
        if let Some(running) = self.running(source_id).await {
            return Ok(running);
        }
        let at = record::source_at(&inner.options.tenant, source_id);
        let (source, other_root) =
            self.prepare(&at, &*connector, &target.settings, &proof.0).await?;
        let (scan, resumed) = self.begin(&at, target.full).await?;
        let scan_id = scan.id;
        let context = Context {
            tenant: inner.options.tenant.clone(),
            source: source_id,
            id_key: inner.keys.0.clone(),
            token_key: inner.keys.1.clone(),
            buckets: source.buckets,
            least: inner.options.least,
        };
        let desk =
            Desk { scan: scan.id, connector, context: Arc::new(context), layout: source.layout };
        inner.crawl.desks.write().insert(source_id, desk);
        let arguments = director::Arguments {
            at,
            scan,
            other_root,
            resumed,
            root: proof.0,
            word: target.vanished,
            vanished_percent: inner.options.vanished_percent,
            keepers: Arc::clone(&inner.keepers),
            let_go: self.let_go(),
        };
        inner.scans.lock().insert(source_id, AtWork { scan: scan_id, handle: None });
        let started = director::start(arguments, inner.root.get_cell()).await;
        match inner.scans.lock().get_mut(&source_id) {
            Some(at_work) if at_work.scan == scan_id => {
                at_work.handle = started.as_ref().ok().cloned()
            }
            _ => {}
        }
        if started.is_err() {
            self.let_go()(source_id, scan_id);
        }
        started
    }

    /// The scan of a source that is under way. One that has ended is let go of.
    async fn running(&self, source: SourceId) -> Option<ScanHandle> {
        let known = self.inner.scans.lock().get(&source).and_then(|at| at.handle.clone())?;
        if known.is_running() {
            return Some(known);
        }
        known.stop().await;
        None
    }

    /// What is done when all keepers of a scan have stopped: the node forgets it, but not the next
    /// scan of the same source.
    fn let_go(&self) -> Box<dyn Fn(SourceId, ScanId) + Send + Sync> {
        let inner = Arc::downgrade(&self.inner);
        Box::new(move |source, scan| {
            let Some(inner) = inner.upgrade() else { return };
            let mut desks = inner.crawl.desks.write();
            if desks.get(&source).is_some_and(|desk| desk.scan == scan) {
                desks.remove(&source);
            }
            inner.scans.lock().retain(|_, known| known.scan != scan);
        })
    }

    /// What the node holds for scans at work: keepers, sources that are read, scans, and actors
    /// under its supervisor. When nothing is at work, it is nothing.
    pub fn held(&self) -> [usize; 4] {
        let inner = &self.inner;
        let (kept, desks) = (inner.keepers.kept.read().len(), inner.crawl.desks.read().len());
        [kept, desks, inner.scans.lock().len(), inner.root.get_children().len()]
    }

    /// The id of the source that a connector reads.
    pub fn source_of(&self, connector: &dyn Connector) -> SourceId {
        let (key, tenant) = (&self.inner.keys.0, &self.inner.options.tenant);
        SourceId::of_location(key, tenant, connector.kind(), &connector.location())
    }

    /// Bytes of text that were read since the node began.
    pub fn read_bytes(&self) -> u64 {
        self.inner.crawl.read_bytes.load(Ordering::Relaxed)
    }

    /// The most content that was in flight at once.
    pub fn peak_in_flight(&self) -> usize {
        self.inner.crawl.budget.peak()
    }

    /// Stops: no new leases, a last checkpoint of all that is at work, then the end. What is still
    /// under way when the caller waits no longer is read again.
    pub async fn stop(&self) {
        let crawlers = self.inner.crawlers.lock().take();
        if let Some(crawlers) = crawlers {
            crawlers.stop();
            self.inner.keepers.closing.store(true, Ordering::SeqCst);
            self.inner.keepers.work.notify_waiters();
            // They tell their keepers until they end: those must still be there.
            let _ = tokio::task::spawn_blocking(move || crawlers.join()).await;
        }
        let scans: Vec<AtWork> = self.inner.scans.lock().drain().map(|(_, scan)| scan).collect();
        for handle in scans.into_iter().filter_map(|scan| scan.handle) {
            handle.stop().await;
        }
        let kept: Vec<Keeper> = self.inner.keepers.kept.write().drain(..).collect();
        for keeper in kept {
            keeper.stop().await;
        }
        self.inner.root.stop(None);
        let _ = self.inner.root.wait(None).await;
    }

    /// Makes the source's record if there is none, and its first range.
    async fn prepare(
        &self,
        at: &SourceAt,
        connector: &dyn Connector,
        settings: &[u8],
        root: &[u8],
    ) -> Result<(Source, bool), Error> {
        let db = &self.inner.db;
        let (fence, source) = match record::source(db, at).await? {
            Some(known) => known,
            None => {
                let source = Source {
                    tenant: at.tenant.clone(),
                    kind: connector.kind().to_owned(),
                    location: connector.location(),
                    settings: settings.to_vec(),
                    root: root.to_vec(),
                    buckets: DEFAULT_BUCKETS,
                    layout: 0,
                    running: None,
                    last_scan: 0,
                    finished: None,
                    deleted: false,
                };
                (record::make_source(db, at, source.clone()).await?, source)
            }
        };
        if record::directory(db, at).await?.is_empty() {
            record::make_first_range(db, at, fence, self.inner.options.shards).await?;
        }
        let other_root = source.finished.is_some() && source.root != root;
        Ok((source, other_root))
    }

    /// The scan that is running under the same rules, or the next one; and whether one was left
    /// off.
    async fn begin(&self, at: &SourceAt, full: bool) -> Result<(Scan, bool), Error> {
        let (db, tenant) = (&self.inner.db, &at.tenant);
        let (fence, source) =
            record::source(db, at).await?.ok_or(Error::Record("a source without a head"))?;
        if let Some(running) = source.running {
            let scan = record::scan(db, tenant, running.scan).await?;
            if let Some(scan) = scan.filter(|s| s.state.is_open() && s.rules == self.inner.rules) {
                return Ok((scan, true));
            }
            record::cancel(db, tenant, running).await?;
        }
        let number = source.last_scan + 1;
        let rules = if full { once(self.inner.rules, number) } else { self.inner.rules };
        let id = ScanId::from_bytes(record::fresh()?);
        let scan = Scan {
            id,
            source: at.source,
            number,
            rules,
            state: ScanState::Running,
            started: self.inner.clock.wall(),
            ended: None,
            coverage: Coverage::new(),
            listed_bytes: 0,
            listed_objects: 0,
            counts: trawl_model::range::Counts::default(),
            error: None,
        };
        record::put_scan(db, tenant, scan.clone()).await?;
        let left_off = source.running.is_some();
        let running = Some(Running { number, scan: id });
        let source = Source { running, last_scan: number, ..source };
        record::put_source(db, at, fence, source).await?;
        Ok((scan, left_off))
    }
}

/// The rules that a scan applies: those of the engine, and all else that decides what is found.
fn reading_rules(engine: &Engine, options: &Options) -> RuleSetId {
    let reading = format!("{:?} {:?}", options.crawl.reading, options.least);
    let key = IdKey::from_bytes([0; 32]);
    let (version, formats) = (env!("CARGO_PKG_VERSION"), trawl_sources::formats::VERSION);
    RuleSetId::from_bytes(
        key.hash("reading rules")
            .field(engine.id().as_bytes())
            .field(reading.as_bytes())
            .field(version.as_bytes())
            .field(&formats.to_be_bytes())
            .take(),
    )
}

/// Rules of one scan alone: nothing was ever read under them.
fn once(rules: RuleSetId, number: u32) -> RuleSetId {
    let key = IdKey::from_bytes([0; 32]);
    let hash = key.hash("rules of one scan").field(rules.as_bytes());
    RuleSetId::from_bytes(hash.field(&number.to_be_bytes()).take())
}

impl Keepers {
    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    pub(crate) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    pub(crate) fn shards(&self) -> u16 {
        self.options.shards
    }

    /// The keeper of a range; the range's shard is taken first, if it isn't held yet.
    pub(crate) async fn keep(
        self: &Arc<Self>,
        source: &SourceAt,
        range: RangeId,
        report: Arc<dyn Fn(Report) + Send + Sync>,
    ) -> Result<Keeper, Error> {
        let epoch = self.take_shard(record::shard_of(range, self.options.shards)).await?;
        let wake = Arc::clone(self);
        let at = RangeAt { tenant: source.tenant.clone(), source: source.source, range };
        let former = self.kept.read().iter().find(|kept| kept.range() == range).cloned();
        if let Some(former) = former {
            // The keeper of an earlier scan: it hands over to one with this scan's ears.
            former.stop().await;
            self.kept.write().retain(|kept| kept.range() != range);
        }
        let layout = match record::source(&self.db, source).await? {
            Some((_, source)) => source.layout,
            None => return Err(Error::Record("a range without a source")),
        };
        let arguments = keeper::Arguments {
            at,
            epoch,
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            tuning: self.options.tuning.clone(),
            log_entries: self.options.log_entries,
            layout,
            trace: self.trace,
            report,
            wake: Arc::new(move || wake.work.notify_waiters()),
        };
        let keeper = Keeper::start(arguments, self.root.get_cell()).await?;
        self.kept.write().push(keeper.clone());
        Ok(keeper)
    }

    /// Stops a keeper, unless another one has followed it, and forgets it.
    pub(crate) async fn let_go(&self, keeper: &Keeper) {
        keeper.stop().await;
        self.kept.write().retain(|kept| !kept.is(keeper));
    }

    /// Raises a shard's epoch at its first use. Who finds the number but not its own write has
    /// lost.
    async fn take_shard(&self, shard: u16) -> Result<u64, Error> {
        let mut epochs = self.epochs.lock().await;
        if let Some(epoch) = epochs.get(&shard) {
            return Ok(*epoch);
        }
        let at = ShardAt { shard };
        let head = ShardEntry::Head(Shard { owner: self.options.node });
        let row = ShardRow { at: at.clone(), entry: head };
        let write = WriteId::random()?;
        let taken = match self.db.fence::<ShardRow>(&at).await? {
            None => {
                let start = trawl_storage::fence::Start { epoch: 1, version: 0 };
                let first = Commit::new(at, None, write).starting(start).put(row);
                record::commit(&self.db, first).await?
            }
            Some(fence) => {
                let raise = || self.db.raise(&at, fence.epoch + 1, write, vec![row.clone()]);
                record::settle(raise).await?
            }
        };
        let fence = taken.map_err(|_| Error::Overtaken)?;
        epochs.insert(shard, fence.epoch);
        Ok(fence.epoch)
    }

    fn ask_for_suspects(&self, worker: WorkerId) -> bool {
        *self.suspects.lock().get_or_insert(worker) == worker
    }

    fn done_with_suspects(&self, worker: WorkerId) {
        // Nobody needs to be woken: who had one asks for the next himself.
        let mut suspects = self.suspects.lock();
        if *suspects == Some(worker) {
            *suspects = None;
        }
    }

    fn keeper_of(&self, range: RangeId) -> Option<Keeper> {
        self.kept.read().iter().find(|kept| kept.range() == range).cloned()
    }

    fn cannot_keep(&self, range: RangeId, why: String) {
        if let Some(keeper) = self.keeper_of(range) {
            keeper.cannot_keep(why);
        }
    }

    fn worker_lost(&self, worker: WorkerId) {
        for keeper in self.kept.read().iter() {
            keeper.tell(Command::WorkerLost(worker));
        }
    }

    /// One look around at all keepers, beginning with another one each time.
    async fn look(&self, pull: &Pull) -> Result<Vec<Lease>, Error> {
        let kept: Vec<Keeper> = self.kept.read().clone();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) as usize;
        for n in 0..kept.len() {
            let keeper = &kept[(turn + n) % kept.len()];
            if let Ok(Reply::Leases(leases)) = keeper.ask(Command::Pull(pull.clone())).await
                && !leases.is_empty()
            {
                return Ok(leases);
            }
        }
        Ok(Vec::new())
    }
}

#[async_trait]
impl Owners for Keepers {
    async fn pull(&self, pull: Pull) -> Option<Vec<Lease>> {
        // Who asks again is done with what he had.
        self.done_with_suspects(pull.worker);
        loop {
            let woken = self.work.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            if self.closing.load(Ordering::SeqCst) {
                return None;
            }
            let suspects = pull.suspects && self.ask_for_suspects(pull.worker);
            let leases = self.look(&Pull { suspects, ..pull.clone() }).await.unwrap_or_default();
            if suspects && !leases.iter().any(|lease| lease.suspect) {
                self.done_with_suspects(pull.worker);
            }
            if !leases.is_empty() {
                return Some(leases);
            }
            woken.await;
        }
    }

    fn alive(&self, range: RangeId, worker: WorkerId) {
        if let Some(keeper) = self.keeper_of(range) {
            keeper.tell(Command::Alive(worker));
        }
    }

    async fn checkpoint(&self, range: RangeId, checkpoint: Checkpoint) -> Result<Answer, Error> {
        let keeper = self.keeper_of(range).ok_or(Error::Stopping)?;
        match keeper.ask(Command::Checkpoint(Box::new(checkpoint))).await? {
            Reply::Checkpoint(answer) => Ok(answer),
            _ => Err(Error::Stopping),
        }
    }
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
