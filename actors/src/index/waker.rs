//! Telling lanes that something has changed.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use trawl_storage::records::range::RangeAt;

use super::Part;

/// So many ranges are remembered until the lane looks; where more are told of, it looks at all.
const MAX_TOLD: usize = 10_000;

/// Tells the lanes of ranges that have changed, and ranges how far they are indexed. Cheap to clone.
/// What is told and lost costs time: a lane looks at all of its ranges now and then.
#[derive(Clone, Default)]
pub struct Waker(Arc<RwLock<Vec<Arc<Ear>>>>);

impl std::fmt::Debug for Waker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waker")
    }
}

/// What a lane hears.
pub(super) struct Ear {
    part: Part,
    told: Mutex<Told>,
    indexed: RwLock<HashMap<RangeAt, u64>>,
    wake: Box<dyn Fn() + Send + Sync>,
}

/// What was told and not yet heard.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Ranges that have changed.
    pub(super) ranges: Vec<RangeAt>,
    /// More than are named.
    pub(super) all: bool,
}

impl Waker {
    /// A commit has changed what the index shows of a range with this lane.
    pub fn changed(&self, range: &RangeAt, lane: u16) {
        for ear in self.0.read().iter().filter(|ear| ear.part.takes(lane)) {
            ear.tell(range);
        }
    }

    /// Something has changed of which no range tells, such as that a source is deleted: lanes look at
    /// all there is.
    pub fn look(&self) {
        self.0.read().iter().for_each(|ear| ear.tell_all());
    }

    /// Up to which version of a range its log is no longer needed; none where it still is from its
    /// beginning.
    pub fn indexed(&self, range: &RangeAt, lane: u16) -> Option<u64> {
        let ears = self.0.read();
        let mut ears = ears.iter().filter(|ear| ear.part.takes(lane)).peekable();
        ears.peek()?;
        ears.map(|ear| ear.indexed.read().get(range).copied()).min().flatten()
    }

    /// Hears of all ranges that change on this node, of which the index is made on another: it is woken.
    pub(crate) fn relay(&self, wake: Box<dyn Fn() + Send + Sync>) -> Relay {
        let ear = Arc::new(Ear::new(Part { lane: 0, lanes: 1 }, wake));
        self.add(Arc::clone(&ear));
        Relay { ear, waker: self.clone() }
    }

    pub(super) fn add(&self, ear: Arc<Ear>) {
        self.0.write().push(ear);
    }

    pub(super) fn remove(&self, ear: &Arc<Ear>) {
        self.0.write().retain(|other| !Arc::ptr_eq(other, ear));
    }
}

/// Hears for an index that is made on another node, until it is dropped.
pub(crate) struct Relay {
    ear: Arc<Ear>,
    waker: Waker,
}

impl Relay {
    /// The ranges that have changed since, and whether there are more than are named.
    pub(crate) fn heard(&self) -> (Vec<RangeAt>, bool) {
        let Told { ranges, all } = self.ear.heard();
        (ranges, all)
    }

    /// So far a range is indexed for good there; none where its log is needed from its beginning.
    pub(crate) fn set_indexed(&self, range: RangeAt, version: Option<u64>) {
        let mut indexed = self.ear.indexed.write();
        match version {
            Some(version) => indexed.insert(range, version),
            None => indexed.remove(&range),
        };
    }

    /// Nothing of these is at work here any more.
    pub(crate) fn forget(&self, is_of: impl Fn(&RangeAt) -> bool) {
        self.ear.indexed.write().retain(|range, _| !is_of(range));
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.waker.remove(&self.ear);
    }
}

impl Ear {
    pub(super) fn new(part: Part, wake: Box<dyn Fn() + Send + Sync>) -> Self {
        Self { part, told: Mutex::default(), indexed: RwLock::default(), wake }
    }

    /// What was told since.
    pub(super) fn heard(&self) -> Told {
        std::mem::take(&mut self.told.lock())
    }

    /// Whether anything was.
    pub(super) fn has_heard(&self) -> bool {
        let told = self.told.lock();
        told.all || !told.ranges.is_empty()
    }

    /// What was heard and could not be told on is heard once more, when it is asked for.
    pub(super) fn keeps(&self, mut unheard: Told) {
        let mut told = self.told.lock();
        unheard.ranges.retain(|range| !told.ranges.contains(range));
        told.ranges.append(&mut unheard.ranges);
        told.all |= unheard.all || told.ranges.len() > MAX_TOLD;
        if told.all {
            told.ranges.clear();
        }
    }

    /// So far a range is indexed for good; true if that was not known.
    pub(super) fn is_indexed(&self, range: RangeAt, version: u64) -> bool {
        self.indexed.write().insert(range, version) != Some(version)
    }

    /// So far a range is indexed for good, if anything of it is.
    pub(super) fn indexed(&self, range: &RangeAt) -> Option<u64> {
        self.indexed.read().get(range).copied()
    }

    /// Nothing is known of how far ranges are indexed.
    pub(super) fn forgets(&self) {
        self.indexed.write().clear();
    }

    /// So far are ranges indexed for good.
    pub(super) fn set_indexed(&self, cursors: HashMap<RangeAt, u64>) {
        *self.indexed.write() = cursors;
    }

    pub(super) fn tell_all(&self) {
        *self.told.lock() = Told { ranges: Vec::new(), all: true };
        (self.wake)();
    }

    pub(super) fn tell(&self, range: &RangeAt) {
        let mut told = self.told.lock();
        if told.all || told.ranges.contains(range) {
            return;
        }
        if told.ranges.len() >= MAX_TOLD {
            *told = Told { ranges: Vec::new(), all: true };
        } else {
            told.ranges.push(range.clone());
        }
        drop(told);
        (self.wake)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use trawl_model::{RangeId, SourceId, TenantId};

    fn range(n: u16) -> RangeAt {
        let mut range = [0; 12];
        range[..2].copy_from_slice(&n.to_be_bytes());
        RangeAt {
            tenant: TenantId::default_tenant(),
            source: SourceId::from_bytes([1; 8]),
            range: RangeId::from_bytes(range),
        }
    }

    #[test]
    fn a_lane_hears_of_its_own_ranges_once_and_when_it_is_too_much_of_all() {
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        let wake = Box::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let ear = Arc::new(Ear::new(Part { lane: 1, lanes: 2 }, wake));
        let waker = Waker::default();
        waker.add(Arc::clone(&ear));
        waker.changed(&range(0), 4);
        waker.changed(&range(1), 5);
        waker.changed(&range(1), 5);
        assert_eq!(woken.load(Ordering::Relaxed), 1);
        assert_eq!(ear.heard().ranges, [range(1)]);
        (0..=MAX_TOLD as u16).for_each(|n| waker.changed(&range(n), 1));
        assert!(ear.heard().all && !ear.heard().all);
        waker.look();
        assert!(ear.heard().all);
    }

    #[test]
    fn a_log_is_needed_until_the_last_lane_has_read_it() {
        let waker = Waker::default();
        assert_eq!(waker.indexed(&range(1), 0), None);
        let ears = [0, 1].map(|_| Arc::new(Ear::new(Part { lane: 0, lanes: 1 }, Box::new(|| {}))));
        ears.iter().for_each(|ear| waker.add(Arc::clone(ear)));
        ears[0].set_indexed([(range(1), 7)].into());
        assert_eq!(waker.indexed(&range(1), 0), None);
        ears[1].set_indexed([(range(1), 5)].into());
        assert_eq!(waker.indexed(&range(1), 0), Some(5));
    }
}
