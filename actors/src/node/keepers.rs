//! The keepers of a node, and the shards that it holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::{Mutex, RwLock};
use ractor::ActorRef;
use tokio::sync::{OnceCell, watch};
use tokio::time::Instant;
use tracing::Span;
use trawl_model::{Priority, RangeId, SourceId};
use trawl_storage::Db;
use trawl_storage::records::range::RangeAt;
use trawl_storage::records::shard::ShardAt;
use trawl_storage::records::source::SourceAt;

use super::Options;
use super::stewards::Stewards;
use super::work::Work;
use crate::clock::SharedClock;
use crate::cluster::Cluster;
use crate::director::record;
use crate::error::Error;
use crate::index::Waker;
use crate::keeper::{self, Keeper, Pace, Report};
use crate::message::{Answer, Checkpoint, Lease, ProcessId, Progress, Pull, WorkerId};
use crate::owners::{Busy, Home};
use crate::ownership::{self, Standing};
use crate::queue;
use crate::range::{Command, Reply};
use crate::recorder::Trace;
use crate::room::Room;
use crate::traced;

/// The keepers of a node, and the shards that it holds.
pub(crate) struct Keepers {
    options: Options,
    db: Db,
    clock: SharedClock,
    root: ActorRef<()>,
    /// The process that this is.
    process: ProcessId,
    /// The epoch of each shard that is held, or is being taken.
    epochs: Mutex<HashMap<u16, Arc<OnceCell<u64>>>>,
    kept: RwLock<BTreeMap<RangeId, Kept>>,
    /// For scans that other nodes direct.
    stewards: Stewards,
    work: Work,
    pace: Pace,
    turn: AtomicU64,
    /// What the process before has left of a reader that died with it.
    trace: Option<Trace>,
    closing: watch::Sender<bool>,
}

/// What there is to do for a worker that asks.
#[derive(Debug)]
pub(crate) enum Offer {
    /// This.
    Leases(Vec<Lease>),
    /// Nothing now.
    Nothing,
    /// Nothing any more: the node stops, or what it had is another's.
    Closed,
}

/// A keeper, and how urgent its scan is.
#[derive(Clone)]
struct Kept {
    keeper: Keeper,
    source: SourceId,
    priority: Priority,
}

impl Keepers {
    pub(super) fn new(
        options: Options,
        db: Db,
        clock: SharedClock,
        root: ActorRef<()>,
        process: ProcessId,
        trace: Option<Trace>,
    ) -> Self {
        let stewards = match options.ownership.leads() {
            true => Stewards::none(),
            false => Stewards::hearing(&options.index),
        };
        let pace = Pace::new(options.commits_per_second, Arc::clone(&clock));
        Self {
            options,
            db,
            clock,
            root,
            process,
            epochs: Mutex::default(),
            kept: RwLock::default(),
            stewards,
            work: Work::new(),
            pace,
            turn: AtomicU64::new(0),
            trace,
            closing: watch::Sender::new(false),
        }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    pub(crate) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    pub(crate) fn room(&self) -> &Room {
        &self.options.room
    }

    /// Where there may be work.
    pub(crate) fn work(&self) -> &Work {
        &self.work
    }

    pub(crate) fn shards(&self) -> u16 {
        self.options.shards
    }

    /// The shard of a range.
    pub(crate) fn shard_of(&self, range: RangeId) -> u16 {
        record::shard_of(range, self.options.shards)
    }

    /// A source, in the store.
    pub(super) fn source_at(&self, source: SourceId) -> SourceAt {
        record::source_at(&self.options.tenant, source)
    }

    /// A range of it.
    pub(super) fn range_at(&self, source: &SourceAt, range: RangeId) -> RangeAt {
        RangeAt { tenant: source.tenant.clone(), source: source.source, range }
    }

    /// The other nodes, where there are any.
    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        self.options.cluster.as_ref()
    }

    /// Whom ranges tell what the index is to read.
    pub(crate) fn index(&self) -> &Waker {
        &self.options.index
    }

    /// For scans that other nodes direct.
    pub(crate) fn stewards(&self) -> &Stewards {
        &self.stewards
    }

    /// Whether other nodes have shards.
    pub(crate) fn shares(&self) -> bool {
        !self.options.ownership.takes_at_need()
    }

    /// Whether a range's shard is this node's.
    pub(crate) fn holds(&self, range: RangeId) -> bool {
        let ownership = &self.options.ownership;
        ownership.takes_at_need() || ownership.claimed(self.shard_of(range)).is_some()
    }

    /// Whether a range is this node's to keep: it holds its shard, is sure of that, and does not stop.
    pub(super) fn is_owner_of(&self, range: RangeId) -> bool {
        let is_certain = self.options.ownership.standing() == Standing::Certain;
        self.holds(range) && is_certain && !self.is_closing()
    }

    /// Where the owner of a shard is; none where there is none that can be asked now.
    pub(crate) async fn home_of(&self, shard: u16) -> Result<Option<Home>, Error> {
        let ownership = &self.options.ownership;
        if ownership.takes_at_need() || ownership.claimed(shard).is_some() {
            return Ok(Some(Home::Here));
        }
        let Some(cluster) = self.cluster() else { return Ok(None) };
        let owner = ownership::owner_of(&self.db, ShardAt { shard }).await?;
        Ok(owner.and_then(|owner| cluster.name_of(owner)).map(Home::There))
    }

    /// The keeper of a range; the range's shard is taken first, if it isn't held yet.
    pub(crate) async fn keep(
        self: &Arc<Self>,
        source: &SourceAt,
        range: RangeId,
        priority: Priority,
        report: Arc<dyn Fn(Report) + Send + Sync>,
        scan: &Span,
    ) -> Result<Keeper, Error> {
        let shard = self.shard_of(range);
        let epoch = self.shard(shard).await?;
        let report = {
            let keepers = Arc::downgrade(self);
            Arc::new(move |told: Report| {
                if let (Report::Overtaken(_), Some(keepers)) = (&told, keepers.upgrade()) {
                    keepers.forget_shard(shard, epoch);
                }
                report(told);
            })
        };
        let wake = Arc::clone(self);
        let at = self.range_at(source, range);
        let former = self.keeper_of(range);
        if let Some(former) = former {
            // One that has failed, or that is of an earlier scan: another one follows it.
            self.let_go(&former).await;
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
            index: self.options.index.clone(),
            layout,
            trace: self.trace,
            elsewhere: self.options.cluster.is_some(),
            living: self.living(),
            pace: self.pace.clone(),
            report,
            span: traced::range(scan, range),
            wake: Arc::new(move || wake.work.here()),
        };
        let started = Keeper::start(arguments, self.root.get_cell()).await;
        if matches!(started, Err(Error::Overtaken)) {
            // Somebody had the shard after us: where it is ours again, it is taken anew.
            self.forget_shard(shard, epoch);
        }
        let keeper = started?;
        let source = source.source;
        let other = {
            let mut kept = self.kept.write();
            // It may have become more urgent since the scan began.
            let others = kept.values().find(|kept| kept.source == source);
            let priority = others.map_or(priority, |others| others.priority);
            kept.insert(range, Kept { keeper: keeper.clone(), source, priority })
        };
        if let Some(other) = other {
            // It was begun at the same time.
            other.keeper.stop().await;
        }
        let ownership = &self.options.ownership;
        if !ownership.takes_at_need() && ownership.claimed(shard) != Some(epoch) {
            // It was handed over meanwhile.
            self.let_go(&keeper).await;
            return Err(Error::NotHeld { shard });
        }
        Ok(keeper)
    }

    /// Processes that are known to live, this one among them.
    fn living(&self) -> BTreeSet<ProcessId> {
        let others = self.options.cluster.as_ref().map(Cluster::processes);
        others.into_iter().flatten().chain([self.process]).collect()
    }

    /// The process that this is.
    pub(super) fn process(&self) -> ProcessId {
        self.process
    }

    /// Stops a keeper, unless another one has followed it, and forgets it.
    pub(crate) async fn let_go(&self, keeper: &Keeper) {
        keeper.stop().await;
        let mut kept = self.kept.write();
        if kept.get(&keeper.range()).is_some_and(|kept| kept.keeper.is(keeper)) {
            kept.remove(&keeper.range());
        }
    }

    /// Stops those of a source.
    pub(super) async fn let_go_of(&self, source: SourceId) {
        let of_source = |kept: &Kept| kept.source == source;
        let kept: Vec<Kept> = self.kept.read().values().filter(|k| of_source(k)).cloned().collect();
        for Kept { keeper, .. } in kept {
            self.let_go(&keeper).await;
        }
    }

    /// Stops those of a shard, which goes to another node.
    pub(super) async fn let_go_of_shard(&self, shard: u16) {
        let of_shard = |kept: &Kept| self.shard_of(kept.keeper.range()) == shard;
        let kept: Vec<Kept> = self.kept.read().values().filter(|k| of_shard(k)).cloned().collect();
        for Kept { keeper, .. } in kept {
            self.let_go(&keeper).await;
        }
    }

    /// Stops them all.
    pub(super) async fn stop(&self) {
        let kept = std::mem::take(&mut *self.kept.write());
        for Kept { keeper, .. } in kept.into_values() {
            keeper.stop().await;
        }
    }

    /// Whoever waits for work looks again.
    pub(super) fn wake(&self) {
        self.work.here();
    }

    /// No leases are given any more: the node stops.
    pub(super) fn close(&self) {
        self.closing.send_replace(true);
        self.work.here();
    }

    /// Whether no leases are given any more.
    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Waits until it is so.
    pub(crate) async fn closed(&self) {
        let mut closing = self.closing.subscribe();
        if closing.wait_for(|closing| *closing).await.is_err() {
            std::future::pending().await
        }
    }

    /// What the process before has left of a reader that died with it.
    pub(crate) fn trace(&self) -> Option<Trace> {
        self.trace
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.kept.read().len()
    }

    /// Units of all of them that wait to be pulled.
    pub(super) async fn waiting(&self) -> usize {
        let kept = self.kept.read().values().map(|kept| kept.keeper.clone()).collect::<Vec<_>>();
        let asked = kept.iter().map(Keeper::waiting);
        futures_util::future::join_all(asked).await.into_iter().sum()
    }

    /// From now on a source is as urgent as this.
    pub(crate) fn set_priority(&self, source: SourceId, priority: Priority) {
        for kept in self.kept.write().values_mut().filter(|kept| kept.source == source) {
            kept.priority = priority;
        }
    }

    /// So many nodes have shards: each has its share of the commits.
    pub(super) fn share_commits(&self, nodes: usize) {
        let nodes = u32::try_from(nodes.max(1)).unwrap_or(u32::MAX);
        self.pace.set(self.options.commits_per_second.map(|all| (all / nodes).max(1)));
    }

    /// How urgent a source is, where ranges of it are kept.
    pub(crate) fn priority_of(&self, source: SourceId) -> Option<Priority> {
        let kept = self.kept.read();
        kept.values().find(|kept| kept.source == source).map(|kept| kept.priority)
    }

    /// The epoch of a shard, which is taken at its first use where nobody else asks for any. Ranges of other shards don't wait for
    /// it.
    async fn shard(&self, shard: u16) -> Result<u64, Error> {
        let ownership = &self.options.ownership;
        if !ownership.takes_at_need() {
            return ownership.claimed(shard).ok_or(Error::NotHeld { shard });
        }
        let epoch = Arc::clone(self.epochs.lock().entry(shard).or_default());
        epoch.get_or_try_init(|| self.take_shard(shard)).await.copied()
    }

    fn forget_shard(&self, shard: u16, epoch: u64) {
        let mut epochs = self.epochs.lock();
        if epochs.get(&shard).is_some_and(|known| known.get() == Some(&epoch)) {
            epochs.remove(&shard);
        }
        if let Some(member) = self.options.ownership.member() {
            member.let_go(shard, epoch);
        }
    }

    /// Takes a shard, from whoever had it, where it is known that we are the one who may.
    async fn take_shard(&self, shard: u16) -> Result<u64, Error> {
        if self.options.ownership.standing() != Standing::Certain {
            return Err(Error::Overtaken);
        }
        match self.options.ownership.claimed(shard) {
            Some(epoch) => Ok(epoch),
            None => ownership::take(&self.db, ShardAt { shard }, self.options.node).await,
        }
    }

    pub(crate) fn keeper_of(&self, range: RangeId) -> Option<Keeper> {
        self.kept.read().get(&range).map(|kept| kept.keeper.clone())
    }

    /// Findings of a range can't be kept.
    pub(crate) fn cannot_keep(&self, range: RangeId, why: String) {
        if let Some(keeper) = self.keeper_of(range) {
            keeper.cannot_keep(why);
        }
    }

    /// A worker is gone, and with it what it had.
    pub(crate) fn worker_lost(&self, worker: WorkerId, trace: Option<Trace>) {
        for kept in self.kept.read().values() {
            kept.keeper.tell(Command::WorkerLost(worker, trace));
        }
    }

    /// Workers are still at what they have.
    pub(crate) fn alive(&self, at_work: &[Busy]) {
        for Busy { range, unit, attempt } in at_work {
            if let Some(keeper) = self.keeper_of(*range) {
                keeper.tell(Command::Alive(*unit, *attempt));
            }
        }
    }

    /// Takes a checkpoint of a worker, wherever that runs.
    pub(crate) async fn checkpoint(
        &self,
        range: RangeId,
        checkpoint: Checkpoint,
    ) -> Result<Answer, Error> {
        let keeper = self.keeper_of(range).ok_or(Error::Stopping)?;
        match keeper.ask(Command::Checkpoint(Box::new(checkpoint))).await? {
            Reply::Checkpoint(answer) => Ok(answer),
            _ => Err(Error::Stopping),
        }
    }

    /// What there is to do here now, for a worker that asks.
    ///
    /// A keeper that is asked after this time is not: whoever asks has gone.
    pub(crate) async fn offer(&self, pull: &Pull, until: Option<Instant>) -> Offer {
        if self.is_closing() {
            return Offer::Closed;
        }
        match self.options.ownership.standing() {
            Standing::Lost => Offer::Closed,
            // What is under way is kept. Nothing new is begun until there is room, and it is sure that it
            // is ours.
            Standing::Certain if self.options.room.is_enough() => {
                let leases = self.look(pull, until).await;
                if leases.is_empty() { Offer::Nothing } else { Offer::Leases(leases) }
            }
            _ => Offer::Nothing,
        }
    }

    /// Takes leases back that nobody has received.
    pub(crate) fn give_back(&self, leases: Vec<Lease>) {
        for lease in leases {
            let Some(keeper) = self.keeper_of(lease.range) else { continue };
            let (number, progress) = (1, Progress::Released);
            let released = Checkpoint { lease: lease.lease, number, progress };
            keeper.tell(Command::Checkpoint(Box::new(released)));
        }
    }

    /// One look around at all keepers, the most urgent first, beginning with another one each time.
    async fn look(&self, pull: &Pull, until: Option<Instant>) -> Vec<Lease> {
        let mut kept: Vec<Kept> = self.kept.read().values().cloned().collect();
        kept.retain(|kept| !pull.without.contains(&kept.source));
        let priorities: Vec<Priority> = kept.iter().map(|kept| kept.priority).collect();
        let look = self.turn.fetch_add(1, Ordering::Relaxed) as usize;
        for n in queue::order_of_asking(&priorities, look) {
            if until.is_some_and(|until| Instant::now() >= until) {
                break;
            }
            if let Ok(Reply::Leases(leases)) = kept[n].keeper.ask(Command::Pull(pull.clone())).await
                && !leases.is_empty()
            {
                return leases;
            }
        }
        Vec::new()
    }
}
