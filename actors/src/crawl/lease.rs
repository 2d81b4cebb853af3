//! A lease at work: its checkpoints, and which kind of work it is.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use trawl_model::ObjectKey;

use super::crawler::Shared;
use super::{Throttle, list, object};
use crate::message::{Answer, Checkpoint, Lease, LeasedWork, Progress, WorkerId};
use crate::owners::Home;
use crate::traced;

/// Does what a lease is about, until it is done, refused or stopped.
pub(super) fn work(shared: &Shared, worker: WorkerId, home: &Home, lease: &Lease) {
    let desk = shared.runtime.block_on(shared.desks.of(home, lease, &shared.clock));
    if !shared.desks.directs(lease) {
        // Others may have waited until it was known whether the source can be read.
        shared.owners.wake();
    }
    let throttle = desk.as_ref().map(|desk| Arc::clone(&desk.throttle));
    let mut teller =
        Teller { shared, worker, home, lease, throttle, number: 0, over: false, halted: false };
    let Some(desk) = desk else {
        // Its scan has just been stopped here, or this node can't read its source.
        return teller.release();
    };
    let span = traced::unit(&desk.span, lease);
    let _within = span.enter();
    tracing::debug!("a unit is begun");
    match &lease.work {
        LeasedWork::List { .. } => list::work(shared, &desk, lease, &mut teller),
        LeasedWork::Read { objects, reading } => {
            object::read_all(shared, &desk, lease, &mut teller, objects, reading.as_ref());
        }
        LeasedWork::Part { .. } => object::read_part(shared, &desk, lease, &mut teller),
    }
    tracing::debug!(checkpoints = teller.number, "a unit is left");
}

/// Tells the owner what was done, in numbered checkpoints.
pub(super) struct Teller<'a> {
    shared: &'a Shared,
    worker: WorkerId,
    home: &'a Home,
    lease: &'a Lease,
    throttle: Option<Arc<Throttle>>,
    number: u32,
    over: bool,
    halted: bool,
}

impl Teller<'_> {
    /// Sends the next checkpoint and waits for the answer; none if the lease is over.
    pub(super) fn tell(&mut self, progress: Progress) -> Option<Answer> {
        if self.over {
            return None;
        }
        self.number += 1;
        let checkpoint =
            Checkpoint { lease: self.lease.lease.clone(), number: self.number, progress };
        let told = self.shared.owners.checkpoint(self.home, self.lease.range, checkpoint);
        let began = std::time::Instant::now();
        let told = self.shared.runtime.block_on(told);
        tracing::trace!(number = self.number, took = ?began.elapsed(), "an owner was told");
        match told {
            Ok(answer @ Answer::Accepted { halt, .. }) => {
                self.halted |= halt;
                self.shared.tells(self.worker, self.home, self.lease);
                Some(answer)
            }
            Ok(Answer::Refused(refusal)) => {
                tracing::debug!(?refusal, "a lease is over");
                self.over = true;
                None
            }
            Err(error) => {
                tracing::debug!(%error, "an owner does not answer");
                self.over = true;
                None
            }
        }
    }

    /// Names an object before it is opened; false if the lease is over.
    pub(super) fn name(&mut self, object: &ObjectKey) -> bool {
        self.tell(Progress::Named { object: object.clone() }).is_some()
    }

    /// Gives the unit back as the last checkpoint left it.
    pub(super) fn release(&mut self) {
        self.tell(Progress::Released);
        self.over = true;
    }

    /// Says that the source failed.
    pub(super) fn fail(&mut self, transient: bool, what: String) {
        self.tell(Progress::Failed { transient, what });
        self.over = true;
    }

    /// Says that what was found can't be kept, and why.
    pub(super) fn cannot_keep(&mut self, why: String) {
        let told = self.shared.owners.cannot_keep(self.home, self.lease.range, why);
        self.shared.runtime.block_on(told);
    }

    /// Whether the lease is over: what is done now counts for nothing.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Whether the node stops or is being emptied, or the scan is to rest. Its limits say so at once, its owner with the
    /// answer to the next checkpoint.
    pub(super) fn is_stopping(&self) -> bool {
        let is_over = |throttle: &Arc<Throttle>| throttle.is_over();
        self.halted
            || self.shared.stopping.load(Ordering::Relaxed)
            || self.shared.owners.takes_none()
            || self.throttle.as_ref().is_some_and(is_over)
    }
}
