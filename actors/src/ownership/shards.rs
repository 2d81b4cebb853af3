//! Taking shards: their heads in the store, and their epochs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt, stream};
use tokio::time::sleep;
use trawl_model::NodeId;
use trawl_storage::fence::Start;
use trawl_storage::records::shard::{Shard, ShardAt, ShardEntry, ShardKey, ShardRow};
use trawl_storage::{Commit, Db, Fence, Fenced, WriteId};

use super::watch::{Seen, Watch};
use super::{Bounds, FIRST, beat};
use crate::clock::SharedClock;
use crate::director::record;
use crate::error::Error;

/// Shards that are read at once.
const READ_AT_ONCE: usize = 16;

/// Which node leads, as the store has it; none where none ever did.
pub async fn owner(db: &Db) -> Result<Option<NodeId>, Error> {
    owner_of(db, FIRST).await
}

/// Which node has a shard, as the store has it; none where none ever had.
pub(crate) async fn owner_of(db: &Db, at: ShardAt) -> Result<Option<NodeId>, Error> {
    let head = db.get::<ShardRow>(&at, &ShardKey::Head).await?.map(|row| row.entry);
    Ok(match head {
        Some(ShardEntry::Head(Shard { owner })) => Some(owner),
        _ => None,
    })
}

/// How many shards each node has, as the store has it: of so many, those that ever had an owner.
pub async fn owners(db: &Db, shards: u16) -> Result<BTreeMap<NodeId, u16>, Error> {
    let reading = (0..shards).map(|shard| owner_of(db, ShardAt { shard }));
    let mut reading = stream::iter(reading).buffer_unordered(READ_AT_ONCE);
    let mut owners = BTreeMap::new();
    while let Some(owner) = reading.next().await {
        if let Some(owner) = owner? {
            *owners.entry(owner).or_default() += 1;
        }
    }
    Ok(owners)
}

/// Takes the first shard from whoever is not at work any more; none where it was given up before. The fence is read before it is judged who
/// has it: who takes it meanwhile has raised the epoch.
pub(super) async fn take_first(
    db: &Db,
    node: NodeId,
    bounds: Bounds,
    clock: &SharedClock,
    watch: &mut Watch,
    given_up: &AtomicBool,
) -> Result<Option<u64>, Error> {
    while !given_up.load(Ordering::Relaxed) {
        let fence = db.fence::<ShardRow>(&FIRST).await?;
        if is_free(db, node, bounds, clock, watch).await?
            && let Ok(taken) = raise::<ShardRow>(db, FIRST, fence, owned_by(FIRST, node)).await?
        {
            return Ok(Some(taken.epoch));
        }
        // Where another one was faster, it is looked whether that one is at work.
        sleep(bounds.look()).await;
    }
    Ok(None)
}

/// The same, as often as it takes. Before the shard is read as who takes it must, it is looked by reads that
/// cost the database little.
pub(super) async fn take_in_turn(
    db: &Db,
    node: NodeId,
    bounds: Bounds,
    clock: &SharedClock,
    given_up: &AtomicBool,
) -> Result<Option<u64>, Error> {
    let mut watch = Watch::default();
    while !given_up.load(Ordering::Relaxed) {
        match is_free(db, node, bounds, clock, &mut watch).await {
            Ok(true) => match take_first(db, node, bounds, clock, &mut watch, given_up).await {
                Err(Error::Served { .. }) => {}
                Err(error) if error.is_lasting() => return Err(error),
                Err(error) => tell_of(&error),
                Ok(taken) => return Ok(taken),
            },
            Ok(false) | Err(Error::Served { .. }) => {}
            Err(error) if error.is_lasting() => return Err(error),
            Err(error) => tell_of(&error),
        }
        sleep(bounds.look()).await;
    }
    Ok(None)
}

pub(super) fn tell_of(error: &Error) {
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
    take_from(db, at, fence, node).await
}

/// The same of a shard that was as this fence says when it was judged whose it is.
pub(super) async fn take_from(
    db: &Db,
    at: ShardAt,
    fence: Option<Fence>,
    node: NodeId,
) -> Result<u64, Error> {
    let taken = raise::<ShardRow>(db, at.clone(), fence, owned_by(at, node)).await?;
    Ok(taken.map_err(|_| Error::Overtaken)?.epoch)
}

/// Names the next owner of a shard that is ours in this epoch, who takes it then; until that it is
/// nobody's.
pub(super) async fn name_next(db: &Db, at: ShardAt, epoch: u64, next: NodeId) -> Result<(), Error> {
    let fence = db.fence::<ShardRow>(&at).await?.filter(|fence| fence.epoch == epoch);
    let fence = fence.ok_or(Error::Overtaken)?;
    let named = Commit::new(at.clone(), Some(fence), WriteId::random()?).put(owned_by(at, next));
    record::commit(db, named).await?.map(drop).map_err(|_| Error::Overtaken)
}

fn owned_by(at: ShardAt, owner: NodeId) -> ShardRow {
    ShardRow { at, entry: ShardEntry::Head(Shard { owner }) }
}

/// Makes a partition, or raises its epoch, with this head, if it is as this fence says.
pub(super) async fn raise<R: Fenced + Clone>(
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
