//! The beat: a node's record, whose counter is raised as long as it lives and reaches the store.

use std::time::Duration;

use tokio::sync::{oneshot, watch as channel};
use tokio::time::{sleep, timeout};
use trawl_model::NodeId;
use trawl_storage::records::node::{Node, NodeAt, NodeEntry, NodeKey, NodeRow};
use trawl_storage::records::shard::ShardRow;
use trawl_storage::{Commit, Db, Fence, Outcome, StoreError, WriteId};

use super::pulse::Pulse;
use super::shards::raise;
use super::watch::{Seen, Watch};
use super::{Bounds, FIRST, Standing, Who};
use crate::clock::SharedClock;
use crate::director::record;
use crate::error::Error;

/// What a node says of itself.
pub(super) async fn head(db: &Db, node: NodeId) -> Result<Option<Node>, Error> {
    let row = db.get::<NodeRow>(&NodeAt { node }, &NodeKey::Head).await?;
    Ok(row.map(|row| {
        let NodeEntry::Head(head) = row.entry;
        head
    }))
}

/// The record of a node that is ours.
pub(super) struct Heart {
    db: Db,
    at: NodeAt,
    fence: Fence,
    head: Node,
    /// A beat of which it is not known whether it was kept.
    pending: Option<Commit<NodeRow>>,
}

/// What became of a beat.
enum Beaten {
    Kept,
    /// It is not known, or somebody else has written: it is tried again.
    Again,
    Lost,
}

impl Heart {
    /// Takes the record of our own id. Another process that has it, from a copy of the data directory, is
    /// seen by its counter; one that died is waited for two beats.
    pub(super) async fn take(
        db: &Db,
        who: &Who,
        bounds: Bounds,
        clock: &SharedClock,
    ) -> Result<Self, Error> {
        let (at, mut watch) = (NodeAt { node: who.node }, Watch::default());
        let still = (bounds.beat * 2).min(bounds.take_over);
        loop {
            let fence = db.fence::<NodeRow>(&at).await?;
            let before = head(db, who.node).await?;
            match watch.look(who.node, before.as_ref(), still, clock.now()) {
                Seen::Lives => {
                    let host = before.map(|before| before.host).unwrap_or_default();
                    return Err(Error::Twin { node: who.node, host });
                }
                Seen::Unsure => {}
                Seen::Free => {
                    let counter = before.map_or(0, |before| before.counter) + 1;
                    let (host, version) = (who.host.clone(), who.version.clone());
                    let head = Node { counter, started: clock.wall(), left: false, host, version };
                    let row = NodeRow { at: at.clone(), entry: NodeEntry::Head(head.clone()) };
                    // Who was faster has raised the epoch, and is seen by the counter.
                    if let Ok(fence) = raise::<NodeRow>(db, at.clone(), fence, row).await? {
                        return Ok(Self { db: db.clone(), at, fence, head, pending: None });
                    }
                }
            }
            sleep(bounds.look()).await;
        }
    }

    /// What the counter was raised to.
    pub(super) fn counter(&self) -> u64 {
        self.head.counter
    }

    /// Raises the counter.
    async fn beat(&mut self) -> Result<Beaten, StoreError> {
        let commit = match self.pending.take() {
            Some(commit) => commit,
            None => {
                let head = Node { counter: self.head.counter + 1, ..self.head.clone() };
                self.commit(head)?
            }
        };
        // Where it is given up or fails, the same one is sent again.
        self.pending = Some(commit.clone());
        match self.db.commit(&commit).await? {
            Outcome::Applied(fence) => {
                (self.fence, self.pending) = (fence, None);
                self.head.counter += 1;
                Ok(Beaten::Kept)
            }
            Outcome::Unknown => Ok(Beaten::Again),
            Outcome::Rejected(Some(fence)) if fence.epoch == self.fence.epoch => {
                (self.fence, self.pending) = (fence, None);
                Ok(Beaten::Again)
            }
            Outcome::Rejected(_) => Ok(Beaten::Lost),
        }
    }

    /// Whether the first shard is as we have taken it.
    async fn has_first(&self, epoch: Option<u64>) -> Result<bool, StoreError> {
        let Some(epoch) = epoch else { return Ok(true) };
        let fence = self.db.fence::<ShardRow>(&FIRST).await?;
        Ok(fence.is_some_and(|fence| fence.epoch == epoch))
    }

    /// Says that it has left.
    pub(super) async fn leave(&mut self) -> Result<(), Error> {
        if let Some(commit) = self.pending.take()
            && let Ok(fence) = record::commit(&self.db, commit).await?
        {
            self.fence = fence;
        }
        let head = Node { counter: self.head.counter + 1, left: true, ..self.head.clone() };
        let commit = self.commit(head)?;
        record::commit(&self.db, commit).await?.map(|_| ()).map_err(|_| Error::Overtaken)
    }

    fn commit(&self, head: Node) -> Result<Commit<NodeRow>, StoreError> {
        let row = NodeRow { at: self.at.clone(), entry: NodeEntry::Head(head) };
        Ok(Commit::new(self.at.clone(), Some(self.fence), WriteId::random()?).put(row))
    }
}

/// What a heart beats with.
pub(super) struct Beat {
    pub(super) bounds: Bounds,
    pub(super) clock: SharedClock,
    pub(super) tell: channel::Sender<Standing>,
    pub(super) count: channel::Sender<u64>,
    /// The epoch of the first shard, once it is ours.
    pub(super) epoch: channel::Receiver<Option<u64>>,
}

impl Beat {
    /// Beats until it is told to stop, or somebody has taken over.
    pub(super) async fn run(&self, heart: &mut Heart, mut stopped: oneshot::Receiver<()>) {
        let mut pulse = Pulse::new(self.bounds.take_over, self.clock.now());
        let mut wait = self.bounds.beat;
        loop {
            tokio::select! {
                _ = &mut stopped => return,
                () = sleep(wait) => {}
            }
            let begun = self.clock.now();
            let beaten = self.within(self.bounds.take_over / 2, heart.beat()).await;
            if matches!(beaten, Some(Beaten::Kept)) {
                self.count.send_replace(heart.counter());
            } else {
                // Before it is looked further: that may take long.
                self.stand(pulse.failed(self.clock.now()));
            }
            let epoch = *self.epoch.borrow();
            let has_first = self.within(self.bounds.take_over / 4, heart.has_first(epoch)).await;
            match (beaten, has_first) {
                (Some(Beaten::Lost), _) | (_, Some(false)) => {
                    self.stand(Standing::Lost);
                    return;
                }
                (Some(Beaten::Kept), Some(true)) => {
                    self.stand(pulse.kept(begun));
                    wait = self.bounds.beat;
                }
                _ => {
                    self.stand(pulse.failed(self.clock.now()));
                    wait = self.bounds.look();
                }
            }
        }
    }

    fn stand(&self, standing: Standing) {
        if self.tell.send_replace(standing) != standing {
            tell(standing);
        }
    }

    /// What the store answers in time; none where it doesn't.
    async fn within<T>(
        &self,
        bound: Duration,
        asked: impl Future<Output = Result<T, StoreError>>,
    ) -> Option<T> {
        match timeout(bound, asked).await {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the store does not keep that this node is at work");
                None
            }
            Err(_) => {
                tracing::warn!("the store does not answer whether this node is at work");
                None
            }
        }
    }
}

fn tell(standing: Standing) {
    match standing {
        Standing::Certain => tracing::info!("the store keeps again that this node is at work"),
        Standing::Uncertain => {
            tracing::error!(
                "the store does not keep that this node is at work; it gives out nothing"
            );
        }
        Standing::Lost => tracing::error!("another node has taken over"),
        // Who beats has taken them.
        Standing::Elsewhere => {}
    }
}
