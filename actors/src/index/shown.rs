//! What others see of a lane: what is to be searched, and how the lane is.

use std::sync::Arc;

use parking_lot::RwLock;
use trawl_search::lane::Lane;
use trawl_search::leaf::{Part, Unsearched};

use super::status::LaneStatus;

/// What others see of a lane. It outlives the lane's actor.
pub(super) struct Shown {
    parts: RwLock<Arc<[Part]>>,
    broken: RwLock<Option<String>>,
    status: RwLock<LaneStatus>,
}

impl Shown {
    /// Of a lane that is not yet open.
    pub(super) fn new(index: u32, lane: u16) -> Self {
        Self {
            parts: RwLock::new([].into()),
            broken: RwLock::default(),
            status: RwLock::new(LaneStatus { index, lane, ..LaneStatus::default() }),
        }
    }

    /// What is to be searched, and what can't be.
    pub(super) fn parts(&self) -> Result<Arc<[Part]>, Unsearched> {
        match &*self.broken.read() {
            Some(why) => {
                let LaneStatus { index, lane, .. } = *self.status.read();
                Err(Unsearched { split: format!("lane {lane} of index {index}"), why: why.clone() })
            }
            None => Ok(Arc::clone(&self.parts.read())),
        }
    }

    /// How the lane is.
    pub(super) fn status(&self) -> LaneStatus {
        self.status.read().clone()
    }

    /// From now on this is searched.
    pub(super) fn show(&self, lane: &Lane) {
        *self.broken.write() = None;
        *self.parts.write() = lane.parts();
        let mut status = self.status.write();
        status.tail_bytes = lane.tail_bytes();
        (status.splits, status.documents, status.dead, status.bytes) = (0, 0, 0, 0);
        for (split, dead) in lane.splits() {
            status.splits += 1;
            status.documents += u64::from(split.meta().documents);
            status.dead += dead.len();
            status.bytes += split.bytes();
        }
    }

    /// Nothing of it can be searched.
    pub(super) fn broke(&self, why: String) {
        *self.broken.write() = Some(why.clone());
        self.failed(why);
    }

    /// Something failed.
    pub(super) fn failed(&self, why: String) {
        self.status.write().error = Some(why);
    }

    /// So much was taken in.
    pub(super) fn took_in(&self, documents: u64) {
        let mut status = self.status.write();
        status.taken_in += documents;
        status.error = None;
    }

    /// Something was published, or splits became one.
    pub(super) fn wrote(&self, of_tail: bool) {
        let mut status = self.status.write();
        status.error = None;
        if of_tail {
            status.published += 1;
        } else {
            status.compacted += 1;
        }
    }

    /// So many files were replaced, and are there as long as somebody has them open.
    pub(super) fn waits_for(&self, replaced: usize) {
        self.status.write().replaced = replaced;
    }

    /// How far it is.
    pub(super) fn stands(&self, ranges: usize, due: usize, lag_millis: u64) {
        let mut status = self.status.write();
        (status.ranges, status.due, status.lag_millis) = (ranges, due, lag_millis);
    }
}
