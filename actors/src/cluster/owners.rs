//! The owners of all ranges, as crawlers know them: those that are kept on this node, and those of
//! others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::time::Instant;
use trawl_mesh::{NodeName, Status};
use trawl_model::RangeId;
use trawl_model::wire;

use super::{AtWork, CannotKeep, Cluster, Done, Kind, Leases, Lost, SHORT, Told};
use crate::crawl::Desks;
use crate::crew::Place;
use crate::error::Error;
use crate::message::{Answer, Checkpoint, Lease, Progress, Pull, Refusal, WorkerId};
use crate::node::{Keepers, Offer};
use crate::owners::{Busy, Given, Home, Owners};
use crate::recorder::Trace;

/// How long the last checkpoint of a node that stops is sent again.
const LAST_PATIENCE: Duration = Duration::from_secs(2);
/// How long it is waited before a checkpoint is sent again; the wait doubles.
const AGAIN: Duration = Duration::from_millis(100);
/// The longest wait.
const LONGEST_AGAIN: Duration = Duration::from_secs(2);

/// The owners of all ranges.
pub(crate) struct AllOwners {
    keepers: Arc<Keepers>,
    cluster: Option<Cluster>,
    desks: Arc<Desks>,
    lease: Duration,
    turn: AtomicUsize,
    /// Who has a suspect unit, or asks for one now: they run one at a time on a node, so that if
    /// it dies, the death is one object's and no other.
    suspects: Mutex<Option<WorkerId>>,
}

impl AllOwners {
    /// Those that this node keeps and those of others; `lease` is how long a lease lasts.
    pub(crate) fn new(
        keepers: Arc<Keepers>,
        cluster: Option<Cluster>,
        desks: Arc<Desks>,
        lease: Duration,
    ) -> Self {
        let (turn, suspects) = Default::default();
        Self { keepers, cluster, desks, lease, turn, suspects }
    }

    /// One look around: first here, then where there may be work.
    async fn look(&self, pull: &Pull) -> Look {
        if self.takes_none() {
            return if self.keepers.is_closing() { Look::Closed } else { Look::Nothing };
        }
        let without = self.desks.left_out(self.keepers.clock().now());
        // Another one of this node may be given what this one is not.
        let is_last_word = pull.suspects && without.is_empty();
        match self.keepers.offer(&Pull { without: without.clone(), ..pull.clone() }, None).await {
            Offer::Closed => return Look::Closed,
            Offer::Leases(leases) => return Look::Given(Given { home: Home::Here, leases }),
            Offer::Nothing => {}
        }
        let Some(cluster) = &self.cluster else { return Look::Nothing };
        if !self.keepers.room().is_enough() {
            return Look::Nothing;
        }
        let pull = Pull { without, ..pull.clone() };
        let to_ask = cluster.offers().to_ask(self.turn.fetch_add(1, Ordering::Relaxed));
        for (node, said) in to_ask {
            match cluster.ask::<Leases>(&node, Kind::Pull, &pull, SHORT).await {
                Ok(Leases { leases }) if !leases.is_empty() => {
                    return Look::Given(Given { home: Home::There(node), leases });
                }
                Ok(_) if is_last_word => cluster.offers().in_vain(&node, said),
                Ok(_) => {}
                Err(failed) => tracing::debug!(%node, %failed, "a node was asked in vain for work"),
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

    /// Tells an owner on another node, for as long as that can be of use, or until this node has been
    /// stopping for a while.
    async fn checkpoint_there(
        &self,
        node: &NodeName,
        range: RangeId,
        checkpoint: Checkpoint,
    ) -> Result<Answer, Error> {
        tokio::select! {
            answer = self.tell_until_answered(node, range, checkpoint) => answer,
            () = self.closed_for(LAST_PATIENCE) => Err(Error::Stopping),
        }
    }

    /// While it does not answer, the same is sent again: the number of the checkpoint says that it is the
    /// same. Half a lease long, which runs out meanwhile; less where it is not even connected, for then
    /// another one may have taken over.
    async fn tell_until_answered(
        &self,
        node: &NodeName,
        range: RangeId,
        checkpoint: Checkpoint,
    ) -> Result<Answer, Error> {
        let cluster = self.cluster.as_ref().ok_or(Error::Stopping)?;
        let encoded = |progress: Progress| {
            let checkpoint = Checkpoint { progress, ..checkpoint.clone() };
            let told = wire::encode(&Told { range, checkpoint });
            told.map_err(|error| Error::Failed(error.to_string()))
        };
        let mut told = encoded(checkpoint.progress.clone())?;
        let (begun, mut wait, mut is_said) = (Instant::now(), AGAIN, false);
        loop {
            let asked = cluster.ask_encoded(node, Kind::Checkpoint, told.clone(), self.lease / 4);
            let failed = match asked.await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let patience = match failed.status {
                Status::NotHere => return Ok(Answer::Refused(Refusal::NotOwner)),
                Status::Refused if !is_said => {
                    // It can't be sent as it is: the owner is to know why nothing comes of this unit.
                    told = encoded(Progress::Failed { transient: true, what: failed.to_string() })?;
                    is_said = true;
                    continue;
                }
                Status::Gone => self.lease / 12,
                Status::Busy | Status::Deadline | Status::Failed => self.lease / 2,
                _ => Duration::ZERO,
            };
            if begun.elapsed() >= patience {
                return Err(Error::Failed(format!("{node} does not take a checkpoint: {failed}")));
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_AGAIN);
        }
    }

    /// Waits until the node has been stopping for so long.
    async fn closed_for(&self, long: Duration) {
        self.keepers.closed().await;
        tokio::time::sleep(long).await;
    }

    /// Tells a node something that it is to hear, though not at any price.
    async fn insist(&self, node: &NodeName, kind: Kind, what: &impl wire::Versioned) {
        for _ in 0..3 {
            if self.tell(node, kind, what).await {
                return;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn tell(&self, node: &NodeName, kind: Kind, what: &impl wire::Versioned) -> bool {
        let Some(cluster) = &self.cluster else { return false };
        let told = cluster.ask::<Done>(node, kind, what, SHORT).await;
        told.inspect_err(
            |failed| tracing::debug!(%node, ?kind, %failed, "a node could not be told"),
        )
        .is_ok()
    }
}

/// What a look around has come to.
enum Look {
    Given(Given),
    Nothing,
    Closed,
}

#[async_trait]
impl Owners for AllOwners {
    async fn pull(&self, pull: Pull, place: &Place) -> Option<Given> {
        // Who asks again is done with what he had.
        self.done_with_suspects(pull.worker);
        if place.leaves() {
            return None;
        }
        loop {
            let woken = self.keepers.work().anywhere();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let suspects = pull.suspects && self.ask_for_suspects(pull.worker);
            let asked = Pull { suspects, ..pull.clone() };
            let look = tokio::select! {
                look = self.look(&asked) => look,
                // What another node gives just now goes back to it.
                () = self.keepers.closed() => Look::Closed,
            };
            let is_suspect = |lease: &Lease| lease.suspect;
            let has_suspect =
                matches!(&look, Look::Given(given) if given.leases.iter().any(is_suspect));
            if suspects && !has_suspect {
                self.done_with_suspects(pull.worker);
            }
            match look {
                Look::Given(given) => {
                    if matches!(given.home, Home::There(_)) {
                        // Where there is one, there may be more, and nobody else may have been told.
                        self.keepers.work().look_again();
                    }
                    return Some(given);
                }
                Look::Closed => return None,
                // Nothing is under way then that could be lost.
                Look::Nothing => tokio::select! {
                    () = woken => {}
                    () = place.left() => return None,
                },
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

    async fn alive(&self, home: &Home, at_work: Vec<Busy>) {
        match home {
            Home::Here => self.keepers.alive(&at_work),
            Home::There(node) => {
                self.tell(node, Kind::Alive, &AtWork { at_work }).await;
            }
        }
    }

    async fn lost(&self, home: &Home, worker: WorkerId, trace: Option<Trace>) {
        match home {
            Home::Here => self.keepers.worker_lost(worker, trace),
            Home::There(node) => {
                let lost = Lost { worker, trace };
                tokio::select! {
                    () = self.insist(node, Kind::Lost, &lost) => {}
                    () = self.closed_for(LAST_PATIENCE) => {}
                }
            }
        }
    }

    async fn cannot_keep(&self, home: &Home, range: RangeId, why: String) {
        match home {
            Home::Here => self.keepers.cannot_keep(range, why),
            Home::There(node) => {
                let cannot = CannotKeep { range, why };
                tokio::select! {
                    () = self.insist(node, Kind::CannotKeep, &cannot) => {}
                    () = self.closed_for(LAST_PATIENCE) => {}
                }
            }
        }
    }

    fn wake(&self) {
        self.keepers.work().there();
    }

    fn takes_none(&self) -> bool {
        self.cluster.as_ref().is_some_and(Cluster::drains)
    }
}
