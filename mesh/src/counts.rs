//! What the mesh has done and holds, as plain numbers. Whoever shows metrics reads them here.
//!
//! All of them are there from the start and none has a label that a peer could invent.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::data::Status;
use crate::refusal::Reason;

/// Kinds of requests that are counted one by one; those above are counted together in the last.
pub const KINDS: usize = 64;

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// How much it is.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn one(&self) {
        self.add(1);
    }
}

/// How much is held, and the most that ever was.
#[derive(Debug, Default)]
pub struct Gauge {
    now: AtomicU64,
    most: AtomicU64,
}

impl Gauge {
    /// How much it is.
    pub fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    /// The most that it ever was.
    pub fn most(&self) -> u64 {
        self.most.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, more: u64) {
        let now = self.now.fetch_add(more, Ordering::Relaxed) + more;
        self.most.fetch_max(now, Ordering::Relaxed);
    }

    pub(crate) fn sub(&self, less: u64) {
        self.now.fetch_sub(less, Ordering::Relaxed);
    }
}

/// Requests by kind and by what became of them.
#[derive(Debug)]
pub struct ByKind(Vec<[Counter; Status::ALL.len()]>);

impl Default for ByKind {
    fn default() -> Self {
        Self((0..KINDS).map(|_| Default::default()).collect())
    }
}

impl ByKind {
    /// How many of a kind came to this.
    pub fn get(&self, kind: u16, status: Status) -> u64 {
        self.0[Self::row(kind)][status as usize].get()
    }

    /// How many of all kinds came to this.
    pub fn all(&self, status: Status) -> u64 {
        self.0.iter().map(|row| row[status as usize].get()).sum()
    }

    pub(crate) fn one(&self, kind: u16, status: Status) {
        self.0[Self::row(kind)][status as usize].one();
    }

    fn row(kind: u16) -> usize {
        usize::from(kind).min(KINDS - 1)
    }
}

/// All numbers of a node's mesh.
#[derive(Debug, Default)]
pub struct Counts {
    /// Connections that this node dialled and that came about.
    pub dialled: Counter,
    /// Connections of others that came about.
    pub accepted: Counter,
    /// Connections that ended.
    pub lost: Counter,
    refused: [Counter; Reason::ALL.len()],
    /// Peers that are connected.
    pub peers: Gauge,
    /// Requests of others.
    pub answered: ByKind,
    /// Requests to others.
    pub asked: ByKind,
    /// Bytes of bodies that came: of requests of others, and of answers to ours.
    pub bytes_received: Counter,
    /// Bytes of bodies that went: of our requests, and of answers to others.
    pub bytes_sent: Counter,
    /// Requests of others that are at work.
    pub at_work: Gauge,
    /// Bytes of requests of others that are held.
    pub request_bytes: Gauge,
    /// Bytes of frames of answers that are being written.
    pub answer_bytes: Gauge,
    /// Bytes of frames that came for our own requests and are held.
    pub received_bytes: Gauge,
    /// Messages of gossip that went.
    pub gossip_sent: Counter,
    /// Messages of gossip that came.
    pub gossip_received: Counter,
    /// Messages of gossip that were dropped: a newer one came, nobody was there, or it was too much.
    pub gossip_dropped: Counter,
    /// Streams that were not what any may be.
    pub streams_refused: Counter,
}

impl Counts {
    /// How many connections were refused for this reason, by either side.
    pub fn refused(&self, reason: Reason) -> u64 {
        self.refused[reason as usize].get()
    }

    pub(crate) fn refuse(&self, reason: Reason) {
        self.refused[reason as usize].one();
    }
}

/// Bytes or places that are held, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Hold<C: AsRef<Counts>> {
    counts: C,
    of: fn(&Counts) -> &Gauge,
    much: u64,
}

impl<C: AsRef<Counts>> Hold<C> {
    pub(crate) fn take(counts: C, of: fn(&Counts) -> &Gauge, much: u64) -> Self {
        of(counts.as_ref()).add(much);
        Self { counts, of, much }
    }
}

impl<C: AsRef<Counts>> Drop for Hold<C> {
    fn drop(&mut self) {
        (self.of)(self.counts.as_ref()).sub(self.much);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_is_held_is_given_back_and_the_most_is_kept() {
        let counts = Arc::new(Counts::default());
        let hold = Hold::take(Arc::clone(&counts), |counts| &counts.request_bytes, 7);
        drop(Hold::take(Arc::clone(&counts), |counts| &counts.request_bytes, 3));
        assert_eq!((counts.request_bytes.now(), counts.request_bytes.most()), (7, 10));
        drop(hold);
        assert_eq!((counts.request_bytes.now(), counts.request_bytes.most()), (0, 10));
    }

    #[test]
    fn a_kind_that_nobody_knows_makes_no_counter() {
        let counts = Counts::default();
        counts.answered.one(u16::MAX, Status::Refused);
        counts.answered.one(70, Status::Refused);
        assert_eq!(counts.answered.get(63, Status::Refused), 2);
        assert_eq!(counts.answered.all(Status::Refused), 2);
    }
}
