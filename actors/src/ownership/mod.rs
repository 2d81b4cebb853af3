//! Whether this node may do what one node alone does: give out leases, write the index, erase.
//!
//! Where the store lies in a data directory, its lock says so, and nothing is done here. Where the store
//! is a database, any number of processes may reach it. There a node raises a counter in a record of its
//! own, and takes the first shard by raising its epoch. It takes it from another only if that one has
//! left, or if its counter stood still for the take-over time on the taker's own clock. What decides is
//! the epoch alone: who is wrong about the other's death costs time, and who was overtaken learns it at
//! his next beat, and at each commit of what was taken.
//!
//! Its known weakness: one node at a time has all shards. Others work for it, where they know each other, or
//! are refused; one of them takes over when the first has ended.

mod beat;
pub mod plan;
mod pulse;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, oneshot, watch as channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use trawl_model::NodeId;
use trawl_storage::fence::Start;
use trawl_storage::records::shard::{Shard, ShardAt, ShardEntry, ShardKey, ShardRow};
use trawl_storage::{Commit, Db, Fence, Fenced, WriteId};

use self::beat::{Beat, Heart};
use self::watch::{Seen, Watch};
use crate::clock::SharedClock;
use crate::director::record;
use crate::error::Error;

/// The shard that stands for all of them.
const FIRST: ShardAt = ShardAt { shard: 0 };

/// So often it is looked whether a counter stands still, in one beat.
const LOOKS_A_BEAT: u32 = 3;

/// Who wants to be at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The id of its data directory.
    pub node: NodeId,
    /// The machine.
    pub host: String,
    /// The version of the program.
    pub version: String,
}

/// The times of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How often the counter is raised.
    pub beat: Duration,
    /// Whose counter stands still for so long may be taken over.
    pub take_over: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { beat: Duration::from_secs(3), take_over: Duration::from_secs(12) }
    }
}

impl Bounds {
    fn look(&self) -> Duration {
        self.beat / LOOKS_A_BEAT
    }
}

/// How sure it is that the shards are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They are.
    Certain,
    /// The counter could not be raised for so long that somebody may be about to take over.
    Uncertain,
    /// Somebody has taken over.
    Lost,
    /// They are another node's, for which this one works.
    Elsewhere,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Certain, Self::Uncertain, Self::Lost, Self::Elsewhere];

    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Uncertain => "uncertain",
            Self::Lost => "lost",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// That this node is at work. Cheap to clone.
#[derive(Clone, Default)]
pub struct Ownership(Whose);

/// Whose the shards are.
#[derive(Clone, Default)]
enum Whose {
    /// Nobody else has the store open.
    #[default]
    Alone,
    /// Another node's.
    Anothers,
    /// Ours, as long as others see that we live.
    Ours(Arc<Held>),
}

struct Held {
    /// The epoch in which the first shard is ours.
    first: u64,
    standing: channel::Receiver<Standing>,
    running: Mutex<Option<Running>>,
}

struct Running {
    stop: oneshot::Sender<()>,
    heart: JoinHandle<Heart>,
    /// After so long others need no word any more.
    within: Duration,
}

impl std::fmt::Debug for Ownership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Ownership").field(&self.standing()).finish()
    }
}

impl Ownership {
    /// Of a store that nobody else has open.
    pub fn alone() -> Self {
        Self(Whose::Alone)
    }

    /// Of a store on which another node is at work.
    pub fn anothers() -> Self {
        Self(Whose::Anothers)
    }

    /// Of a store that others may reach: waits until it is known whether one is at work, and is then
    /// refused, or at work itself until it is released.
    pub async fn claim(
        db: &Db,
        who: Who,
        bounds: Bounds,
        clock: SharedClock,
    ) -> Result<Self, Error> {
        let living = Living::begin(db, &who, bounds, &clock).await?;
        match take_first(db, who.node, bounds, &clock, &mut Watch::default()).await {
            Ok(epoch) => Ok(living.owning(epoch)),
            Err(error) => {
                living.end().await;
                Err(error)
            }
        }
    }

    /// The same, and where another is at work it is waited until that has ended; none where it was given
    /// up before.
    pub async fn claim_in_turn(
        db: &Db,
        who: Who,
        bounds: Bounds,
        clock: SharedClock,
        given_up: impl Future<Output = ()>,
    ) -> Result<Option<Self>, Error> {
        let mut given_up = std::pin::pin!(given_up);
        let living = loop {
            let begun = tokio::select! {
                begun = Living::begin(db, &who, bounds, &clock) => begun,
                () = &mut given_up => return Ok(None),
            };
            match begun {
                Err(error) if !error.is_lasting() => tell_of(&error),
                begun => break begun?,
            }
            tokio::time::sleep(bounds.look()).await;
        };
        let taken = tokio::select! {
            taken = take_in_turn(db, who.node, bounds, &clock) => taken.map(Some),
            () = living.lost() => Err(Error::Overtaken),
            () = &mut given_up => Ok(None),
        };
        match taken {
            Ok(Some(epoch)) => Ok(Some(living.owning(epoch))),
            other => {
                living.end().await;
                other.map(|_| None)
            }
        }
    }

    /// Whether others may reach the store.
    pub fn is_shared(&self) -> bool {
        !matches!(self.0, Whose::Alone)
    }

    /// How sure it is.
    pub fn standing(&self) -> Standing {
        match &self.0 {
            Whose::Alone => Standing::Certain,
            Whose::Anothers => Standing::Elsewhere,
            Whose::Ours(held) => *held.standing.borrow(),
        }
    }

    /// Waits until that is otherwise than it was; for ever where nobody can take over.
    pub async fn changed(&self, from: Standing) -> Standing {
        if let Whose::Ours(held) = &self.0 {
            let mut standing = held.standing.clone();
            let changed = standing.wait_for(|now| *now != from).await.map(|now| *now);
            if let Ok(now) = changed {
                return now;
            }
            // It was released.
        }
        std::future::pending().await
    }

    /// Waits until somebody has taken over.
    pub async fn lost(&self) {
        let mut standing = self.standing();
        while standing != Standing::Lost {
            standing = self.changed(standing).await;
        }
    }

    /// Says that this node has left, so that others need not wait.
    pub async fn release(&self) {
        let Whose::Ours(held) = &self.0 else { return };
        let running = held.running.lock().await.take();
        if let Some(running) = running {
            running.end(&held.standing).await;
        }
    }

    /// The epoch in which a shard was taken when it was claimed that this node is at work.
    pub(crate) fn claimed(&self, shard: u16) -> Option<u64> {
        match &self.0 {
            Whose::Ours(held) if shard == FIRST.shard => Some(held.first),
            _ => None,
        }
    }
}

/// A node that others see live, while it waits for the shard.
struct Living {
    running: Running,
    standing: channel::Receiver<Standing>,
    first: channel::Sender<Option<u64>>,
}

impl Living {
    async fn begin(db: &Db, who: &Who, bounds: Bounds, clock: &SharedClock) -> Result<Self, Error> {
        let mut heart = Heart::take(db, who, bounds, clock).await?;
        let (tell, standing) = channel::channel(Standing::Certain);
        let (stop, stopped) = oneshot::channel();
        let (first, epoch) = channel::channel(None);
        let beat = Beat { bounds, clock: Arc::clone(clock), tell, epoch };
        let heart = tokio::spawn(async move {
            beat.run(&mut heart, stopped).await;
            heart
        });
        let running = Running { stop, heart, within: bounds.take_over };
        Ok(Self { running, standing, first })
    }

    /// The first shard was taken in this epoch.
    fn owning(self, epoch: u64) -> Ownership {
        self.first.send_replace(Some(epoch));
        let running = Mutex::new(Some(self.running));
        Ownership(Whose::Ours(Arc::new(Held { first: epoch, standing: self.standing, running })))
    }

    /// Waits until another process has our record.
    async fn lost(&self) {
        let mut standing = self.standing.clone();
        if standing.wait_for(|now| *now == Standing::Lost).await.is_err() {
            std::future::pending().await
        }
    }

    async fn end(self) {
        self.running.end(&self.standing).await;
    }
}

impl Running {
    /// Ends the beat, and says that the node has left.
    async fn end(self, standing: &channel::Receiver<Standing>) {
        let _ = self.stop.send(());
        let ending = async {
            let Ok(mut heart) = self.heart.await else { return Ok(()) };
            if *standing.borrow() == Standing::Lost { Ok(()) } else { heart.leave().await }
        };
        let why = match timeout(self.within, ending).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the store does not answer".to_owned(),
        };
        tracing::warn!(why, "could not say that this node has left; others wait for it");
    }
}

/// Which node has the shards, as the store has it; none where none ever had.
pub async fn owner(db: &Db) -> Result<Option<NodeId>, Error> {
    let head = db.get::<ShardRow>(&FIRST, &ShardKey::Head).await?.map(|row| row.entry);
    Ok(match head {
        Some(ShardEntry::Head(Shard { owner })) => Some(owner),
        _ => None,
    })
}

/// Takes the first shard from whoever is not at work any more. The fence is read before it is judged who
/// has it: who takes it meanwhile has raised the epoch.
async fn take_first(
    db: &Db,
    node: NodeId,
    bounds: Bounds,
    clock: &SharedClock,
    watch: &mut Watch,
) -> Result<u64, Error> {
    loop {
        let fence = db.fence::<ShardRow>(&FIRST).await?;
        if is_free(db, node, bounds, clock, watch).await?
            && let Ok(taken) = raise::<ShardRow>(db, FIRST, fence, owned_by(FIRST, node)).await?
        {
            return Ok(taken.epoch);
        }
        // Where another one was faster, it is looked whether that one is at work.
        tokio::time::sleep(bounds.look()).await;
    }
}

/// The same, as often as it takes. Before the shard is read as who takes it must, it is looked by reads that
/// cost the database little.
async fn take_in_turn(
    db: &Db,
    node: NodeId,
    bounds: Bounds,
    clock: &SharedClock,
) -> Result<u64, Error> {
    let mut watch = Watch::default();
    loop {
        match is_free(db, node, bounds, clock, &mut watch).await {
            Ok(true) => match take_first(db, node, bounds, clock, &mut watch).await {
                Err(Error::Served { .. }) => {}
                Err(error) if error.is_lasting() => return Err(error),
                Err(error) => tell_of(&error),
                Ok(epoch) => return Ok(epoch),
            },
            Ok(false) | Err(Error::Served { .. }) => {}
            Err(error) if error.is_lasting() => return Err(error),
            Err(error) => tell_of(&error),
        }
        tokio::time::sleep(bounds.look()).await;
    }
}

fn tell_of(error: &Error) {
    tracing::warn!(%error, "it could not be seen whether the node that leads is at work");
}

/// Whether nobody else is at work; false where that can't be said yet.
async fn is_free(
    db: &Db,
    node: NodeId,
    bounds: Bounds,
    clock: &SharedClock,
    watch: &mut Watch,
) -> Result<bool, Error> {
    let Some(owner) = owner(db).await? else { return Ok(true) };
    if owner == node {
        return Ok(true);
    }
    let other = beat::head(db, owner).await?;
    match watch.look(owner, other.as_ref(), bounds.take_over, clock.now()) {
        Seen::Free => Ok(true),
        Seen::Unsure => Ok(false),
        Seen::Lives => {
            let host = other.map(|other| other.host).unwrap_or_default();
            Err(Error::Served { node: owner, host })
        }
    }
}

/// Raises a shard's epoch. Who finds the number but not its own write has lost.
pub(crate) async fn take(db: &Db, at: ShardAt, node: NodeId) -> Result<u64, Error> {
    let fence = db.fence::<ShardRow>(&at).await?;
    let taken = raise::<ShardRow>(db, at.clone(), fence, owned_by(at, node)).await?;
    Ok(taken.map_err(|_| Error::Overtaken)?.epoch)
}

fn owned_by(at: ShardAt, owner: NodeId) -> ShardRow {
    ShardRow { at, entry: ShardEntry::Head(Shard { owner }) }
}

/// Makes a partition, or raises its epoch, with this head, if it is as this fence says.
async fn raise<R: Fenced + Clone>(
    db: &Db,
    at: R::Partition,
    fence: Option<Fence>,
    head: R,
) -> Result<Result<Fence, Option<Fence>>, Error> {
    let write = WriteId::random()?;
    match fence {
        None => {
            let start = Start { epoch: 1, version: 0 };
            record::commit(db, Commit::new(at, None, write).starting(start).put(head)).await
        }
        Some(fence) => {
            let raise = || db.raise(&at, fence.epoch + 1, write, vec![head.clone()]);
            record::settle(raise).await
        }
    }
}
