//! A node that others see live: its beat, and the shards that it has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, oneshot, watch as channel};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use trawl_model::NodeId;
use trawl_storage::Db;
use trawl_storage::records::node::Node;
use trawl_storage::records::shard::{ShardAt, ShardRow};

use super::beat::{self, Beat, Heart};
use super::plan::Planner;
use super::shards::{self, name_next, take_first, take_from, take_in_turn, tell_of};
use super::watch::Watch;
use super::{Bounds, Ownership, Standing, Who};
use crate::clock::SharedClock;
use crate::error::Error;
use crate::range::Moment;

/// A node that others see live, whether it has shards or not. Cheap to clone.
#[derive(Clone)]
pub struct Member(Arc<Living>);

struct Living {
    db: Db,
    node: NodeId,
    bounds: Bounds,
    clock: SharedClock,
    /// It shares the shards with others that it knows.
    shares: bool,
    standing: channel::Receiver<Standing>,
    /// What its counter was raised to last.
    counter: channel::Receiver<u64>,
    /// The epoch of the first shard, once it is ours.
    first: channel::Sender<Option<u64>>,
    running: Mutex<Option<Running>>,
    /// The epochs of the others that are ours.
    held: parking_lot::Mutex<BTreeMap<u16, u64>>,
    /// Shards that are being handed over.
    handing: AtomicU64,
    taken: AtomicU64,
    handed_over: AtomicU64,
    /// What is seen of others, and what is to be done about it. It outlasts what is at work: who has been
    /// silent for long is not to be waited for once more when this node begins to lead.
    planner: parking_lot::Mutex<Option<Planner>>,
}

struct Running {
    stop: oneshot::Sender<()>,
    heart: JoinHandle<Heart>,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Member").field(&self.0.node).field(&self.standing()).finish()
    }
}

impl Member {
    /// Of nodes that know each other. Waits until it is known that no other process is this node.
    pub async fn join(
        db: &Db,
        who: Who,
        bounds: Bounds,
        clock: SharedClock,
    ) -> Result<Self, Error> {
        Self::begin(db, &who, bounds, clock, true).await
    }

    /// The same, as often as it takes; none where it was given up before.
    pub async fn join_in_time(
        db: &Db,
        who: Who,
        bounds: Bounds,
        clock: SharedClock,
        given_up: impl Future<Output = ()>,
    ) -> Result<Option<Self>, Error> {
        let joining = async {
            loop {
                match Self::begin(db, &who, bounds, Arc::clone(&clock), true).await {
                    Err(error) if !error.is_lasting() => tell_of(&error),
                    joined => return joined.map(Some),
                }
                sleep(bounds.look()).await;
            }
        };
        tokio::select! {
            joined = joining => joined,
            () = given_up => Ok(None),
        }
    }

    /// One that knows no others.
    pub(super) async fn alone(
        db: &Db,
        who: Who,
        bounds: Bounds,
        clock: SharedClock,
    ) -> Result<Self, Error> {
        Self::begin(db, &who, bounds, clock, false).await
    }

    async fn begin(
        db: &Db,
        who: &Who,
        bounds: Bounds,
        clock: SharedClock,
        shares: bool,
    ) -> Result<Self, Error> {
        let mut heart = Heart::take(db, who, bounds, &clock).await?;
        let (tell, standing) = channel::channel(Standing::Certain);
        let (stop, stopped) = oneshot::channel();
        let (first, epoch) = channel::channel(None);
        let (count, counter) = channel::channel(heart.counter());
        let beat = Beat { bounds, clock: Arc::clone(&clock), tell, count, epoch };
        let heart = tokio::spawn(async move {
            beat.run(&mut heart, stopped).await;
            heart
        });
        let running = Mutex::new(Some(Running { stop, heart }));
        let (db, node) = (db.clone(), who.node);
        let (held, handing, taken, handed_over, planner) = Default::default();
        Ok(Self(Arc::new(Living {
            db,
            node,
            bounds,
            clock,
            shares,
            standing,
            counter,
            first,
            running,
            held,
            handing,
            taken,
            handed_over,
            planner,
        })))
    }

    /// Leads, where nobody does; else it is refused.
    pub async fn lead(&self) -> Result<Ownership, Error> {
        let Living { db, node, bounds, clock, .. } = &*self.0;
        let never = AtomicBool::new(false);
        let taken = take_first(db, *node, *bounds, clock, &mut Watch::default(), &never).await?;
        Ok(self.leading(taken.ok_or(Error::Overtaken)?))
    }

    /// The same, and where another leads it is waited until that has ended; none where it was given up
    /// before.
    pub async fn lead_in_turn(
        &self,
        given_up: impl Future<Output = ()>,
    ) -> Result<Option<Ownership>, Error> {
        let Living { db, node, bounds, clock, .. } = &*self.0;
        let is_given_up = AtomicBool::new(false);
        let taking = take_in_turn(db, *node, *bounds, clock, &is_given_up);
        let mut taking = std::pin::pin!(taking);
        let epoch = tokio::select! {
            epoch = &mut taking => epoch?,
            () = self.lost() => return Err(Error::Overtaken),
            () = given_up => {
                // What is being written now is not left off: it may be kept.
                is_given_up.store(true, Ordering::Relaxed);
                timeout(bounds.take_over, taking).await.unwrap_or(Ok(None))?
            }
        };
        Ok(epoch.map(|epoch| self.leading(epoch)))
    }

    /// What it has without leading.
    pub fn follow(&self) -> Ownership {
        Ownership::following(self.clone())
    }

    fn leading(&self, epoch: u64) -> Ownership {
        self.0.first.send_replace(Some(epoch));
        Ownership::leading(self.clone(), epoch)
    }

    /// Leads no more: names the one that is to lead next, when nothing of what leads is at work any more.
    pub async fn give_up_lead(&self, leading: &Ownership, to: NodeId) -> Result<Ownership, Error> {
        let epoch = leading.term().ok_or(Error::Overtaken)?;
        self.0.first.send_replace(None);
        name_next(&self.0.db, super::FIRST, epoch, to).await?;
        Ok(self.follow())
    }

    /// Its node.
    pub fn node(&self) -> NodeId {
        self.0.node
    }

    /// Whether it shares the shards with others that it knows.
    pub(super) fn shares(&self) -> bool {
        self.0.shares
    }

    /// What its counter was raised to last: others may hear it.
    pub(crate) fn counter(&self) -> channel::Receiver<u64> {
        self.0.counter.clone()
    }

    pub(super) fn standing(&self) -> Standing {
        *self.0.standing.borrow()
    }

    pub(super) async fn changed(&self, from: Standing) -> Standing {
        let mut standing = self.0.standing.clone();
        match standing.wait_for(|now| *now != from).await.map(|now| *now) {
            Ok(now) => now,
            // It has left.
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until another process has our record, or what was ours.
    async fn lost(&self) {
        let mut standing = self.standing();
        while standing != Standing::Lost {
            standing = self.changed(standing).await;
        }
    }

    /// Ends the beat, and says that the node has left.
    pub async fn leave(&self) {
        let Some(running) = self.0.running.lock().await.take() else { return };
        self.0.held.lock().clear();
        let _ = running.stop.send(());
        let ending = async {
            let Ok(mut heart) = running.heart.await else { return Ok(()) };
            if self.standing() == Standing::Lost { Ok(()) } else { heart.leave().await }
        };
        let why = match timeout(self.0.bounds.take_over, ending).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the store does not answer".to_owned(),
        };
        tracing::warn!(why, "could not say that this node has left; others wait for it");
    }

    /// The epoch in which it has a shard.
    pub(super) fn held(&self, shard: u16) -> Option<u64> {
        self.0.held.lock().get(&shard).copied()
    }

    /// Asks or tells the one that plans who is to have which of so many shards, by this member's own time.
    pub(crate) fn plan<T>(&self, shards: u16, ask: impl FnOnce(&mut Planner, Moment) -> T) -> T {
        let Living { node, bounds, clock, planner, .. } = &*self.0;
        let mut planner = planner.lock();
        let planner = planner
            .get_or_insert_with(|| Planner::new(*node, shards, bounds.take_over, bounds.beat));
        ask(planner, clock.now())
    }

    /// What time it is by that.
    pub(crate) fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// All shards that it has, but the first.
    pub fn shards(&self) -> BTreeSet<u16> {
        self.0.held.lock().keys().copied().collect()
    }

    /// Which node a shard is said to have.
    pub(crate) async fn owner_of(&self, shard: u16) -> Result<Option<NodeId>, Error> {
        shards::owner_of(&self.0.db, ShardAt { shard }).await
    }

    /// What another node says of itself.
    pub(crate) async fn head_of(&self, node: NodeId) -> Result<Option<Node>, Error> {
        beat::head(&self.0.db, node).await
    }

    /// Takes a shard, if it is judged to be free, or ours, after its fence was read.
    pub(crate) async fn take_if(
        &self,
        shard: u16,
        judge: impl AsyncFnOnce() -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        let at = ShardAt { shard };
        let fence = self.0.db.fence::<ShardRow>(&at).await?;
        if !judge().await? || self.standing() != Standing::Certain {
            return Ok(false);
        }
        match take_from(&self.0.db, at, fence, self.0.node).await {
            Ok(epoch) => {
                self.0.held.lock().insert(shard, epoch);
                self.0.taken.fetch_add(1, Ordering::Relaxed);
                Ok(true)
            }
            // Another one was faster.
            Err(Error::Overtaken) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A shard that it had in this epoch is another's, or is about to be: nothing of it is begun any more.
    pub(crate) fn let_go(&self, shard: u16, epoch: u64) {
        let mut held = self.0.held.lock();
        if held.get(&shard) == Some(&epoch) {
            held.remove(&shard);
        }
    }

    /// Begins to hand a shard over: nothing of it is begun any more. None where it is not ours.
    pub(crate) fn hands_over(&self, shard: u16) -> Option<Handing> {
        let epoch = self.0.held.lock().remove(&shard)?;
        self.0.handing.fetch_add(1, Ordering::SeqCst);
        Some(Handing { member: self.clone(), shard, epoch })
    }

    /// Whether it has shards, but the first, or is handing some over.
    pub fn has_some(&self) -> bool {
        self.0.handing.load(Ordering::SeqCst) > 0 || !self.0.held.lock().is_empty()
    }

    /// How many shards it has taken since it began, and how many it has handed over.
    pub fn moved(&self) -> (u64, u64) {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (of(&self.0.taken), of(&self.0.handed_over))
    }

    /// How long it is waited between two looks.
    pub(crate) fn look(&self) -> Duration {
        self.0.bounds.look()
    }
}

/// A shard that is being handed over.
pub(crate) struct Handing {
    member: Member,
    shard: u16,
    epoch: u64,
}

impl Handing {
    /// Names its next owner, when nothing of it is at work any more.
    pub(crate) async fn to(self, next: NodeId) -> Result<(), Error> {
        let of = &self.member.0;
        name_next(&of.db, ShardAt { shard: self.shard }, self.epoch, next).await?;
        of.handed_over.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Handing {
    fn drop(&mut self) {
        self.member.0.handing.fetch_sub(1, Ordering::SeqCst);
    }
}
