//! What this node answers others, and how it follows who comes and who goes.

use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::{Mutex, RwLock};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use trawl_mesh::{Answer, Change, Failed, NodeName, Peer, Request, Service, Status};

use super::{Inner, Keepers, Offer};
use crate::clock::SharedClock;
use crate::cluster::{
    self, AtWork, CannotKeep, Cluster, Done, Kind, Leases, Lost, ScanAsked, ScanFound, Seen, Told,
    Workers,
};
use crate::error::Error;
use crate::message::{Lease, Pull};
use crate::ownership::Standing;

/// How long a node waits at another until that may have work, before it asks anew.
const WAITS_FOR_WORK: Duration = Duration::from_secs(30);
/// How long it is waited before a node is asked again that gives out nothing, or did not answer.
const REST: Duration = Duration::from_secs(2);
/// What a node says within so short a time is heard together.
const GATHER: Duration = Duration::from_millis(10);
/// How often it is looked whose nodes have been gone for long.
const LOOK: Duration = Duration::from_secs(1);

/// Answers other nodes for the node that is at work in this process.
#[derive(Default)]
pub struct Answering {
    node: RwLock<Weak<Inner>>,
    workers: Mutex<Workers>,
}

impl Answering {
    /// From now on it answers for this node.
    pub(super) fn answer_for(&self, node: &Arc<Inner>) {
        *self.node.write() = Arc::downgrade(node);
    }

    /// The node, as long as it gives out work.
    fn owner(&self) -> Result<Arc<Inner>, Failed> {
        let node = self.node.read().upgrade().filter(|node| {
            !node.keepers.is_closing() && node.options.ownership.standing() == Standing::Certain
        });
        node.ok_or_else(|| Failed::new(Status::NotHere, "this node gives out no work"))
    }

    /// The node, whatever it is at.
    fn node(&self) -> Result<Arc<Inner>, Failed> {
        let node = self.node.read().upgrade();
        node.ok_or_else(|| Failed::new(Status::NotHere, "this node is not at work"))
    }

    async fn work(&self, Seen { times }: Seen) -> Result<Seen, Failed> {
        let seen = match times {
            Some(seen) => {
                let keepers = Arc::clone(&self.owner()?.keepers);
                keepers.work().other_than(seen).await
            }
            None => self.owner()?.keepers.work().times(),
        };
        // It may have lost what it had meanwhile.
        self.owner().map(|_| Seen { times: Some(seen) })
    }

    async fn pull(&self, from: &Peer, pull: Pull, answer: &mut Answer<'_>) -> Result<(), Failed> {
        let node = self.owner()?;
        self.workers.lock().asks(&from.name, from.instance, pull.worker);
        let pull = Pull { without: node.not_for_others(pull.without), ..pull };
        let keepers = Arc::clone(&node.keepers);
        let (tell, told) = oneshot::channel();
        // Whoever asks may give up, and what is committed for him by then is taken back.
        tokio::spawn(async move {
            let leases = match keepers.offer(&pull).await {
                Offer::Leases(leases) => leases,
                Offer::Nothing | Offer::Closed => Vec::new(),
            };
            let _ = tell.send(Unclaimed { keepers, leases });
        });
        let gone = |_| Failed::new(Status::Failed, "the node stops");
        let mut given = told.await.map_err(gone)?;
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
        let here = node.crawl.desks.here.read();
        let desk = here.get(&asked.source);
        let desk = desk.ok_or_else(|| Failed::new(Status::NotHere, "its scan is not here"))?;
        Ok(ScanFound { scan: desk.scan, root: desk.root.clone() })
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
        let body = &request.body;
        match kind {
            Kind::Work => {
                let seen = self.work(cluster::read(body)?).await?;
                cluster::send(answer, &seen).await
            }
            Kind::Pull => self.pull(&request.from, cluster::read(body)?, answer).await,
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
                let Lost { worker } = cluster::read(body)?;
                self.node()?.keepers.worker_lost(worker);
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
        }
    }
}

/// Follows who comes and who goes, as long as the node is there.
pub(super) async fn follow(
    inner: Weak<Inner>,
    cluster: Cluster,
    clock: SharedClock,
    patience_millis: u64,
) {
    let mut changes = cluster.mesh().changes();
    let mut watched = Watched::default();
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let changed = tokio::select! {
            changed = changes.next() => changed,
            _ = look.tick() => Some(Vec::new()),
        };
        let (Some(changed), Some(node)) = (changed, inner.upgrade()) else { return };
        let mut gone = Vec::new();
        for change in changed {
            let mut workers = cluster.answering().workers.lock();
            match change {
                Change::Up(peer) => {
                    gone.extend(workers.up(&peer.name, peer.instance));
                    watched.begin(&peer.name, &cluster, &node.keepers);
                }
                Change::Down(peer) => {
                    workers.down(&peer.name, peer.instance, clock.now());
                    watched.end(&peer.name);
                    cluster.offers().gone(&peer.name);
                }
            }
        }
        gone.extend(cluster.answering().workers.lock().missed(patience_millis, clock.now()));
        for worker in gone {
            node.keepers.worker_lost(worker);
        }
    }
}

/// The nodes at which it is waited until they may have work. With it the waiting ends.
#[derive(Default)]
struct Watched {
    tasks: JoinSet<()>,
    nodes: std::collections::HashMap<NodeName, tokio::task::AbortHandle>,
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
