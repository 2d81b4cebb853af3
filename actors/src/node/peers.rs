//! What this node answers others, and how it follows who comes and who goes.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::sync::{oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::Instant;
use trawl_mesh::gossip::keys;
use trawl_mesh::{Answer, Change, Changes, Failed, NodeName, Peer, Request, Service, Status};

use super::{Inner, Keepers, Offer, stewards};
use crate::clock::SharedClock;
use crate::cluster::keeping::{Keep, Kept};
use crate::cluster::{
    self, AtWork, Borrow, CannotKeep, Cluster, Done, Drain, Kind, Leases, Left, Lost, ScanAsked,
    ScanFound, Seen, Told, Workers,
};
use crate::error::Error;
use crate::index::Reached;
use crate::message::{Lease, Pull, WorkerId};
use crate::ownership::Standing;

/// How long a node waits at another until that may have work, before it asks anew.
const WAITS_FOR_WORK: Duration = Duration::from_secs(30);
/// How long it is waited before a node is asked again that gives out nothing, or did not answer.
const REST: Duration = Duration::from_secs(2);
/// What a node says within so short a time is heard together.
const GATHER: Duration = Duration::from_millis(10);
/// So long a process that is in the mesh may take until it is at work, and can say what the one before left.
const STARTS_WITHIN: Duration = Duration::from_secs(20);
/// How often it is looked whose nodes have been gone for long.
const LOOK: Duration = Duration::from_secs(1);
/// After so many looks one crawler asks around, though nobody has said that there may be work.
const LOOKS_TO_ASK: u64 = 2;
/// Units that a worker is given at once, at the most.
const MOST_WANTED: u32 = 64;
/// Sources that a node leaves out, at the most.
const MOST_WITHOUT: usize = 1_000;

/// Answers other nodes for the node that is at work in this process.
pub struct Answering {
    node: watch::Sender<Weak<Inner>>,
    workers: Mutex<Workers>,
    /// Workers for which it is being asked around here.
    asking: Arc<Mutex<HashSet<WorkerId>>>,
    index: Reached,
}

impl Default for Answering {
    fn default() -> Self {
        let (workers, asking, index) = Default::default();
        Self { node: watch::Sender::new(Weak::new()), workers, asking, index }
    }
}

impl Answering {
    /// From now on it answers for this node.
    pub(super) fn answer_for(&self, node: &Arc<Inner>) {
        self.node.send_replace(Arc::downgrade(node));
    }

    /// The index that is asked.
    pub(crate) fn reached(&self) -> &Reached {
        &self.index
    }

    /// The node, as long as it gives out work.
    fn owner(&self) -> Result<Arc<Inner>, Failed> {
        let owns = |node: &Arc<Inner>| {
            !node.keepers.is_closing() && node.options.ownership.standing() == Standing::Certain
        };
        let node = self.node.borrow().upgrade().filter(owns);
        node.ok_or_else(|| Failed::new(Status::NotHere, "this node gives out no work"))
    }

    /// The node, when it gives out work: so that who waits here for work hears of it when this one leads.
    async fn owner_in_time(&self) -> Arc<Inner> {
        self.in_time(Self::owner).await
    }

    /// The node, when it is there: it comes to be in the mesh before it is at work.
    async fn node_in_time(&self) -> Arc<Inner> {
        self.in_time(Self::node).await
    }

    async fn in_time(&self, find: impl Fn(&Self) -> Result<Arc<Inner>, Failed>) -> Arc<Inner> {
        let mut changes = self.node.subscribe();
        loop {
            if let Ok(found) = find(self) {
                return found;
            }
            tokio::select! {
                _ = changes.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// The node, whatever it is at.
    fn node(&self) -> Result<Arc<Inner>, Failed> {
        let node = self.node.borrow().upgrade();
        node.ok_or_else(|| Failed::new(Status::NotHere, "this node is not at work"))
    }

    async fn work(&self, Seen { times }: Seen) -> Result<Seen, Failed> {
        let keepers = Arc::clone(&self.owner_in_time().await.keepers);
        let seen = match times {
            Some(seen) => keepers.work().other_than(seen).await,
            None => keepers.work().times(),
        };
        // It may have lost what it had meanwhile.
        self.owner().map(|_| Seen { times: Some(seen) })
    }

    async fn pull(
        &self,
        from: &Peer,
        pull: Pull,
        until: Instant,
        answer: &mut Answer<'_>,
    ) -> Result<(), Failed> {
        let node = self.owner()?;
        if !self.workers.lock().asks(&from.name, from.instance, pull.worker) {
            return Err(Failed::new(Status::Busy, "this worker is not known here yet"));
        }
        if pull.without.len() > MOST_WITHOUT {
            return Err(Failed::new(Status::Refused, "more is left out than there can be"));
        }
        let pull = Pull { want: pull.want.min(MOST_WANTED), ..pull };
        let asking = Asking::begin(&self.asking, pull.worker)
            .ok_or_else(|| Failed::new(Status::Busy, "this worker's last question is at work"))?;
        let keepers = Arc::clone(&node.keepers);
        drop(node);
        let (tell, told) = oneshot::channel();
        // Whoever asks may give up, and what is committed for him by then is taken back.
        tokio::spawn(async move {
            let _one = asking;
            let leases = match keepers.offer(&pull, Some(until)).await {
                Offer::Leases(leases) => leases,
                Offer::Nothing | Offer::Closed => Vec::new(),
            };
            let _ = tell.send(Unclaimed { keepers, leases });
        });
        let gone = |_| Failed::new(Status::Failed, "the node stops");
        let mut given = told.await.map_err(gone)?;
        // Whoever gives up while it is sent has not received it.
        let leases = Leases { leases: given.leases.clone() };
        cluster::send(answer, &leases).await?;
        given.leases.clear();
        Ok(())
    }

    async fn checkpoint(&self, told: Told) -> Result<crate::message::Answer, Failed> {
        let node = self.node()?;
        match node.keepers.checkpoint(told.range, told.checkpoint).await {
            Ok(kept) => Ok(kept),
            Err(Error::Stopping) => {
                Err(Failed::new(Status::NotHere, "this node does not keep the range"))
            }
            Err(error) => Err(Failed::new(Status::Failed, error.to_string())),
        }
    }

    fn scan(&self, asked: &ScanAsked) -> Result<ScanFound, Failed> {
        let node = self.node()?;
        let directed = {
            let here = node.crawl.desks.here.read();
            here.get(&asked.source).map(|desk| (desk.scan, desk.root.clone()))
        };
        let found = directed.map(|(scan, root)| ScanFound { scan, root });
        let found = found.or_else(|| node.keepers.stewards().scan(asked.source));
        found.ok_or_else(|| Failed::new(Status::NotHere, "its scan is not here"))
    }

    /// Keeps ranges for the scan of another node, to the end, though whoever asks may give up.
    async fn keep(&self, from: &Peer, keep: Keep) -> Result<Kept, Failed> {
        let node = self.owner()?;
        if node.options.ownership.leads() {
            return Err(Failed::new(Status::Refused, "this node leads, and directs all scans"));
        }
        let keepers = Arc::clone(&node.keepers);
        to_its_end(stewards::keep(keepers, from.name.clone(), keep)).await
    }

    fn keepers(&self) -> Result<Arc<Keepers>, Failed> {
        Ok(Arc::clone(&self.node()?.keepers))
    }
}

/// Does something to its end, though whoever asks may give up.
async fn to_its_end<T: Send + 'static>(
    doing: impl Future<Output = Result<T, Failed>> + Send + 'static,
) -> Result<T, Failed> {
    let done = tokio::spawn(doing).await;
    done.map_err(|error| Failed::new(Status::Failed, error.to_string()))?
}

/// That it is being asked around for a worker.
struct Asking {
    asking: Arc<Mutex<HashSet<WorkerId>>>,
    worker: WorkerId,
}

impl Asking {
    /// None where it is already.
    fn begin(asking: &Arc<Mutex<HashSet<WorkerId>>>, worker: WorkerId) -> Option<Self> {
        let is_first = asking.lock().insert(worker);
        is_first.then(|| Self { asking: Arc::clone(asking), worker })
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.asking.lock().remove(&self.worker);
    }
}

/// Leases that are on their way; those that are still here when this is dropped go back.
struct Unclaimed {
    keepers: Arc<Keepers>,
    leases: Vec<Lease>,
}

impl Drop for Unclaimed {
    fn drop(&mut self) {
        self.keepers.give_back(std::mem::take(&mut self.leases));
    }
}

#[async_trait]
impl Service for Answering {
    async fn answer(&self, request: Request, answer: &mut Answer<'_>) -> Result<(), Failed> {
        let Some(kind) = Kind::of(request.kind) else {
            let word = format!("this version answers no question of kind {}", request.kind);
            return Err(Failed::new(Status::Refused, word));
        };
        let (body, from) = (&request.body, &request.from);
        match kind {
            Kind::Work => {
                let seen = self.work(cluster::read(body)?).await?;
                cluster::send(answer, &seen).await
            }
            Kind::Pull => self.pull(from, cluster::read(body)?, request.deadline, answer).await,
            Kind::Checkpoint => {
                let kept = self.checkpoint(cluster::read(body)?).await?;
                cluster::send(answer, &kept).await
            }
            Kind::Alive => {
                let AtWork { at_work } = cluster::read(body)?;
                self.node()?.keepers.alive(&at_work);
                cluster::send(answer, &Done {}).await
            }
            Kind::Lost => {
                let Lost { worker, trace } = cluster::read(body)?;
                if self.workers.lock().is_of(&from.name, from.instance, worker) {
                    self.node()?.keepers.worker_lost(worker, trace);
                }
                cluster::send(answer, &Done {}).await
            }
            Kind::CannotKeep => {
                let CannotKeep { range, why } = cluster::read(body)?;
                self.node()?.keepers.cannot_keep(range, why);
                cluster::send(answer, &Done {}).await
            }
            Kind::Scan => {
                let found = self.scan(&cluster::read(body)?)?;
                cluster::send(answer, &found).await
            }
            Kind::Trace => {
                let Done {} = cluster::read(body)?;
                let trace = self.node_in_time().await.keepers.trace();
                cluster::send(answer, &Left { trace }).await
            }
            Kind::Keep => {
                let kept = self.keep(from, cluster::read(body)?).await?;
                cluster::send(answer, &kept).await
            }
            Kind::Look => {
                let keepers = self.keepers()?;
                let looked = stewards::look(&keepers, &from.name, cluster::read(body)?);
                cluster::send(answer, &looked.await?).await
            }
            Kind::Tell => {
                let keepers = self.keepers()?;
                let told = stewards::tell(&keepers, &from.name, cluster::read(body)?);
                cluster::send(answer, &told.await?).await
            }
            Kind::LetGo => {
                let asked = cluster::read(body)?;
                let gone = stewards::let_go(self.keepers()?, from.name.clone(), asked);
                cluster::send(answer, &to_its_end(gone).await?).await
            }
            Kind::Drain => {
                let Drain { drains } = cluster::read(body)?;
                let cluster = self.node()?.options.cluster.clone();
                let cluster = cluster.ok_or_else(|| Failed::new(Status::NotHere, "it stops"))?;
                cluster.drain(drains).await?;
                cluster::send(answer, &Done {}).await
            }
            Kind::Borrow => {
                let Borrow { source, taken } = cluster::read(body)?;
                let node = self.node()?;
                let desk = node.crawl.desks.here.read().get(&source).cloned();
                let desk = desk.ok_or_else(|| {
                    Failed::new(Status::NotHere, "the limits of the source are not kept here")
                })?;
                cluster::send(answer, &desk.throttle.lend(taken)).await
            }
            Kind::Search => {
                let index = self.index.index()?;
                cluster::send(answer, &index.search_for(cluster::read(body)?).await?).await
            }
            Kind::Follow => {
                let index = self.index.index()?;
                cluster::send(answer, &index.follow_for(cluster::read(body)?)?).await
            }
            Kind::Lane => {
                let index = self.index.index()?;
                cluster::send(answer, &index.tell_for(cluster::read(body)?).await?).await
            }
            Kind::News => {
                let keepers = self.keepers()?;
                let news = stewards::news(&keepers, &from.name, cluster::read(body)?);
                cluster::send(answer, &news.await?).await
            }
        }
    }
}

/// Follows who comes and who goes, until the node stops.
pub(super) async fn follow(
    inner: Weak<Inner>,
    cluster: Cluster,
    clock: SharedClock,
    patience_millis: u64,
) {
    let Some(keepers) = inner.upgrade().map(|node| Arc::clone(&node.keepers)) else { return };
    let following = async {
        let mut followed = Followed::of(inner, cluster, clock, patience_millis);
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let changed = tokio::select! {
                changed = followed.changes.next() => changed,
                _ = look.tick() => Some(Vec::new()),
            };
            let Some(changed) = changed else { return };
            if followed.look(changed).await.is_none() {
                return;
            }
        }
    };
    tokio::select! {
        () = following => {}
        () = keepers.closed() => {}
    }
}

/// What is known of who comes and who goes.
struct Followed {
    inner: Weak<Inner>,
    cluster: Cluster,
    clock: SharedClock,
    patience_millis: u64,
    changes: Changes,
    watched: Watched,
    connected: BTreeSet<NodeName>,
    /// What others were told of how busy this node is.
    told: Option<u8>,
    /// They were told which process this is.
    is_known: bool,
    /// Whatever nobody asks for is being let go of.
    tidying: Option<JoinHandle<()>>,
    looks: u64,
}

impl Followed {
    fn of(inner: Weak<Inner>, cluster: Cluster, clock: SharedClock, patience_millis: u64) -> Self {
        let changes = cluster.mesh().changes();
        let (watched, connected) = Default::default();
        let (told, is_known, tidying, looks) = (None, false, None, 0);
        Self {
            inner,
            cluster,
            clock,
            patience_millis,
            changes,
            watched,
            connected,
            told,
            is_known,
            tidying,
            looks,
        }
    }

    /// One look; none where the node is gone.
    async fn look(&mut self, changed: Vec<Change>) -> Option<()> {
        let node = self.inner.upgrade()?;
        let (keepers, now) = (&node.keepers, self.clock.now());
        for change in changed {
            let mut workers = self.cluster.answering().workers.lock();
            match change {
                Change::Up(peer) => {
                    self.connected.insert(peer.name.clone());
                    let gone = workers.up(&peer.name, peer.instance);
                    self.watched.begin(&peer.name, &self.cluster, keepers);
                    if !gone.is_empty() {
                        let (cluster, keepers) = (self.cluster.clone(), Arc::clone(keepers));
                        tokio::spawn(bury(cluster, peer.name, keepers, gone));
                    }
                }
                Change::Down(peer) => {
                    self.connected.remove(&peer.name);
                    workers.down(&peer.name, peer.instance, now);
                    self.watched.end(&peer.name);
                    self.cluster.offers().gone(&peer.name);
                }
            }
        }
        let missed = {
            let mut workers = self.cluster.answering().workers.lock();
            workers.only(&self.connected, now);
            workers.missed(self.patience_millis, now)
        };
        for worker in missed {
            keepers.worker_lost(worker, None);
        }
        if self.tidying.as_ref().is_none_or(JoinHandle::is_finished) {
            let keepers = Arc::clone(keepers);
            let tidying = tokio::spawn(async move { keepers.stewards().tidy(&keepers).await });
            self.tidying = Some(tidying);
        }
        self.looks += 1;
        if self.looks.is_multiple_of(LOOKS_TO_ASK) {
            // Whatever was not heard, or was left out then.
            self.cluster.offers().again();
            keepers.work().look_again();
        }
        let (busy, process) = (node.busy(), keepers.process());
        drop(node);
        if !self.is_known {
            self.is_known = self.cluster.tell_process(process).await;
        }
        if self.told != Some(busy) {
            let told = self.cluster.mesh().tell(keys::LOAD, &busy.to_string()).await;
            self.told = told.is_ok().then_some(busy);
        }
        Some(())
    }
}

/// Workers of a process that another one follows are gone. It may say how far they had come.
async fn bury(cluster: Cluster, node: NodeName, keepers: Arc<Keepers>, gone: Vec<WorkerId>) {
    let left = cluster.ask::<Left>(&node, Kind::Trace, &Done {}, STARTS_WITHIN).await;
    let trace = left.ok().and_then(|left| left.trace);
    for worker in gone {
        keepers.worker_lost(worker, trace);
    }
}

/// The nodes at which it is waited until they may have work. With it the waiting ends.
#[derive(Default)]
struct Watched {
    tasks: JoinSet<()>,
    nodes: HashMap<NodeName, AbortHandle>,
}

impl Watched {
    fn begin(&mut self, node: &NodeName, cluster: &Cluster, keepers: &Arc<Keepers>) {
        self.end(node);
        while self.tasks.try_join_next().is_some() {}
        let waiting = wait_for_work(node.clone(), cluster.clone(), Arc::downgrade(keepers));
        self.nodes.insert(node.clone(), self.tasks.spawn(waiting));
    }

    fn end(&mut self, node: &NodeName) {
        if let Some(waiting) = self.nodes.remove(node) {
            waiting.abort();
        }
    }
}

/// Waits at a node until it may have work, again and again, and says so to crawlers.
async fn wait_for_work(node: NodeName, cluster: Cluster, keepers: Weak<Keepers>) {
    let mut times = None;
    loop {
        let seen = Seen { times };
        match cluster.ask::<Seen>(&node, Kind::Work, &seen, WAITS_FOR_WORK).await {
            Ok(seen) => {
                times = seen.times;
                cluster.offers().said(&node);
                let Some(keepers) = keepers.upgrade() else { return };
                keepers.work().there();
                drop(keepers);
                tokio::time::sleep(GATHER).await;
            }
            // It has had none all the time.
            Err(failed) if failed.status == Status::Deadline => {}
            Err(_) => {
                times = None;
                cluster.offers().gone(&node);
                tokio::time::sleep(REST).await;
            }
        }
    }
}
