//! The owners of all ranges, as crawlers know them: those that are kept on this node, and those of
//! others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use trawl_mesh::{Failed, NodeName, Status};
use trawl_model::RangeId;
use trawl_model::wire;

use super::{AtWork, CannotKeep, Cluster, Done, Kind, Leases, Lost, SHORT, Told};
use crate::error::Error;
use crate::message::{Answer, Checkpoint, Lease, Pull, Refusal, WorkerId};
use crate::node::{Keepers, Offer};
use crate::owners::{Given, Home, Owners};

/// How long an owner may take for a commit before it is asked again what became of it.
const COMMIT_WITHIN: Duration = Duration::from_secs(20);
/// How long a checkpoint is sent again whose owner does not answer: a share of a lease, which runs out
/// meanwhile.
const PATIENCE: Duration = Duration::from_secs(45);
/// The same of a node that stops.
const LAST_PATIENCE: Duration = Duration::from_secs(2);
/// How long it is waited before a checkpoint is sent again; the wait doubles.
const AGAIN: Duration = Duration::from_millis(100);
/// The longest wait.
const LONGEST_AGAIN: Duration = Duration::from_secs(2);

/// The owners of all ranges.
pub(crate) struct AllOwners {
    keepers: Arc<Keepers>,
    cluster: Option<Cluster>,
    turn: AtomicUsize,
    /// Who has a suspect unit, or asks for one now: they run one at a time on a node, so that if
    /// it dies, the death is one object's and no other.
    suspects: Mutex<Option<WorkerId>>,
}

impl AllOwners {
    pub(crate) fn new(keepers: Arc<Keepers>, cluster: Option<Cluster>) -> Self {
        Self { keepers, cluster, turn: AtomicUsize::new(0), suspects: Mutex::default() }
    }

    /// One look around: first here, then where there may be work.
    async fn look(&self, pull: &Pull) -> Look {
        match self.keepers.offer(pull).await {
            Offer::Closed => return Look::Closed,
            Offer::Leases(leases) => return Look::Given(Given { home: Home::Here, leases }),
            Offer::Nothing => {}
        }
        let Some(cluster) = &self.cluster else { return Look::Nothing };
        if !self.keepers.room().is_enough() {
            return Look::Nothing;
        }
        let to_ask = cluster.offers().to_ask(self.turn.fetch_add(1, Ordering::Relaxed));
        for (node, said) in to_ask {
            match cluster.ask::<Leases>(&node, Kind::Pull, pull, SHORT).await {
                Ok(Leases { leases }) if !leases.is_empty() => {
                    return Look::Given(Given { home: Home::There(node), leases });
                }
                Ok(_) => cluster.offers().in_vain(&node, said),
                Err(failed) => {
                    tracing::debug!(%node, %failed, "a node was asked in vain for work");
                    if failed.status != Status::Busy {
                        cluster.offers().in_vain(&node, said);
                    }
                }
            }
        }
        Look::Nothing
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

    /// Tells an owner on another node. While it does not answer, the same is sent again: the number of
    /// the checkpoint says that it is the same.
    async fn checkpoint_there(
        &self,
        node: &NodeName,
        range: RangeId,
        checkpoint: Checkpoint,
    ) -> Result<Answer, Error> {
        let cluster = self.cluster.as_ref().ok_or(Error::Stopping)?;
        let told = wire::encode(&Told { range, checkpoint })
            .map_err(|error| Error::Failed(error.to_string()))?;
        let (begun, mut wait) = (tokio::time::Instant::now(), AGAIN);
        loop {
            let (kind, told) = (Kind::Checkpoint, told.clone());
            let failed = match cluster.ask_encoded(node, kind, told, COMMIT_WITHIN).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            if failed.status == Status::NotHere {
                return Ok(Answer::Refused(Refusal::NotOwner));
            }
            let patience = if self.keepers.is_closing() { LAST_PATIENCE } else { PATIENCE };
            if !may_come_about(&failed) || begun.elapsed() >= patience {
                return Err(Error::Failed(format!("{node} does not take a checkpoint: {failed}")));
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_AGAIN);
        }
    }

    async fn tell(&self, node: &NodeName, kind: Kind, what: &impl wire::Versioned) {
        let Some(cluster) = &self.cluster else { return };
        if let Err(failed) = cluster.ask::<Done>(node, kind, what, SHORT).await {
            tracing::debug!(%node, ?kind, %failed, "a node could not be told");
        }
    }
}

/// What a look around has come to.
enum Look {
    Given(Given),
    Nothing,
    Closed,
}

/// Whether the same may be answered when it is asked again.
fn may_come_about(failed: &Failed) -> bool {
    matches!(failed.status, Status::Busy | Status::Deadline | Status::Failed | Status::Gone)
}

#[async_trait]
impl Owners for AllOwners {
    async fn pull(&self, pull: Pull) -> Option<Given> {
        // Who asks again is done with what he had.
        self.done_with_suspects(pull.worker);
        loop {
            let woken = self.keepers.work().anywhere();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let suspects = pull.suspects && self.ask_for_suspects(pull.worker);
            let look = self.look(&Pull { suspects, ..pull.clone() }).await;
            let is_suspect = |lease: &Lease| lease.suspect;
            let has_suspect =
                matches!(&look, Look::Given(given) if given.leases.iter().any(is_suspect));
            if suspects && !has_suspect {
                self.done_with_suspects(pull.worker);
            }
            match look {
                Look::Given(given) => return Some(given),
                Look::Closed => return None,
                Look::Nothing => woken.await,
            }
        }
    }

    async fn checkpoint(
        &self,
        home: &Home,
        range: RangeId,
        checkpoint: Checkpoint,
    ) -> Result<Answer, Error> {
        match home {
            Home::Here => self.keepers.checkpoint(range, checkpoint).await,
            Home::There(node) => self.checkpoint_there(node, range, checkpoint).await,
        }
    }

    async fn alive(&self, home: &Home, at_work: Vec<(RangeId, WorkerId)>) {
        match home {
            Home::Here => self.keepers.alive(&at_work),
            Home::There(node) => self.tell(node, Kind::Alive, &AtWork { at_work }).await,
        }
    }

    async fn lost(&self, home: &Home, worker: WorkerId) {
        match home {
            Home::Here => self.keepers.worker_lost(worker),
            Home::There(node) => self.tell(node, Kind::Lost, &Lost { worker }).await,
        }
    }

    async fn cannot_keep(&self, home: &Home, range: RangeId, why: String) {
        match home {
            Home::Here => self.keepers.cannot_keep(range, why),
            Home::There(node) => {
                self.tell(node, Kind::CannotKeep, &CannotKeep { range, why }).await;
            }
        }
    }
}
