//! What others see of a lane: what is to be searched, and how the lane is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::RwLock;
use trawl_search::lane::Lane;
use trawl_search::leaf::{Part, Unsearched};

use super::status::LaneStatus;
use super::waker::Ear;

/// What others see of a lane. It outlives the lane's actor.
pub(super) struct Shown {
    parts: RwLock<Arc<[Part]>>,
    broken: RwLock<Option<String>>,
    status: RwLock<LaneStatus>,
    /// By which it hears what has changed.
    ear: RwLock<Option<Arc<Ear>>>,
    overtaken: AtomicBool,
    /// All is read that there was when it was opened.
    whole: AtomicBool,
}

impl Shown {
    /// Of a lane that is not yet open.
    pub(super) fn new(index: u32, lane: u16) -> Self {
        Self {
            parts: RwLock::new([].into()),
            broken: RwLock::default(),
            status: RwLock::new(LaneStatus { index, lane, ..LaneStatus::default() }),
            ear: RwLock::default(),
            overtaken: AtomicBool::new(false),
            whole: AtomicBool::new(false),
        }
    }

    /// All is read, or not yet, that there was when it was opened.
    pub(super) fn set_whole(&self, whole: bool) {
        self.whole.store(whole, Ordering::Release);
    }

    /// What is missing of a lane that was opened just now: what whoever had it before did not publish.
    pub(super) fn behind(&self) -> Option<Unsearched> {
        if self.whole.load(Ordering::Acquire) {
            return None;
        }
        let why = "it was opened just now, and what was not published of it is being read again";
        Some(self.unsearched(why.to_owned()))
    }

    fn unsearched(&self, why: String) -> Unsearched {
        let LaneStatus { index, lane, .. } = *self.status.read();
        Unsearched { split: format!("lane {lane} of index {index}"), why }
    }

    /// It hears what has changed by this.
    pub(super) fn hears_by(&self, ear: &Arc<Ear>) {
        *self.ear.write() = Some(Arc::clone(ear));
    }

    /// By what it hears; none before it is open.
    pub(super) fn ear(&self) -> Option<Arc<Ear>> {
        self.ear.read().clone()
    }

    /// Another node has it since.
    pub(super) fn overtaken(&self) {
        self.overtaken.store(true, Ordering::Release);
    }

    /// Whether another node has it since.
    pub(super) fn is_overtaken(&self) -> bool {
        self.overtaken.load(Ordering::Acquire)
    }

    /// What is to be searched, and what can't be.
    pub(super) fn parts(&self) -> Result<Arc<[Part]>, Unsearched> {
        match &*self.broken.read() {
            Some(why) => Err(self.unsearched(why.clone())),
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
