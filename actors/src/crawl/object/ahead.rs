//! Objects on their way: what was read of each, what of it the classifiers still have, and what they
//! found.
//!
//! A crawler reads ahead of the classifiers, but no further than it can hold what may come back:
//! findings of a dense text take many times the room of the text.

use std::collections::{BTreeMap, VecDeque};

use crossbeam_channel::{Receiver, Sender, unbounded};
use trawl_model::object::Buckets;
use trawl_model::unit::{Reading, Resume};
use trawl_model::{ByType, Class, Counted, Coverage, Fingerprint, Generation, Reason, Timestamp};

use crate::classify::{Classified, Found};
use crate::crawl::outbox::FirstSeen;
use crate::message::Due;

/// Findings that may be on their way back to one crawler, by what the pieces before led to expect:
/// some 20 MiB of memory.
const FINDINGS_OUT: u64 = 40_000;
/// Findings in a KiB of text that are expected before any came back: about as many as fit there.
const DENSEST: u64 = 20;

/// An object whose pieces are out.
pub(super) struct Open {
    pub(super) slot: u64,
    pub(super) due: Due,
    pub(super) fingerprint: Fingerprint,
    pub(super) read_at: Timestamp,
    pub(super) generation: Generation,
    pub(super) sequence: u32,
    /// Generations of readings before this lease, which count as well.
    pub(super) former: Vec<Counted>,
    /// It is read the second time, since it changed while it was read the first time.
    pub(super) again: bool,
    given: BTreeMap<u64, u64>,
    /// Bytes given since its last safe point.
    unkept: u64,
    next: u64,
    taken: u64,
    early: BTreeMap<u64, Option<Vec<Found>>>,
    pub(super) found: Vec<Found>,
    pub(super) first_seen: Option<FirstSeen>,
    pub(super) findings: u64,
    pub(super) by_type: ByType,
    pub(super) buckets: Buckets,
    pub(super) coverage: Coverage,
    /// As it was at the last safe point, or when it was left.
    pub(super) resume: Option<Reading>,
    pub(super) failed: Option<(Reason, String)>,
    pub(super) closed: Option<Closed>,
}

/// What is known of an object once its last byte is read.
pub(super) struct Closed {
    pub(super) size: u64,
    pub(super) format: String,
    pub(super) class: Class,
    pub(super) error: Option<String>,
    /// It has changed while it was read.
    pub(super) changed: bool,
    pub(super) keeps: bool,
    pub(super) lines: u64,
}

impl Open {
    /// An object that is read from its start, or on from where a checkpoint left it.
    pub(super) fn new(
        due: &Due,
        fingerprint: Fingerprint,
        read_at: Timestamp,
        generation: Generation,
        again: bool,
        resumed: Option<&Reading>,
    ) -> Self {
        let (former, findings, buckets, coverage) = match resumed {
            Some(r) => (r.counted.clone(), r.findings, r.buckets.clone(), r.coverage.clone()),
            None => (Vec::new(), 0, Buckets::default(), Coverage::new()),
        };
        Self {
            slot: 0,
            due: due.clone(),
            fingerprint,
            read_at,
            generation,
            sequence: 0,
            former,
            again,
            given: BTreeMap::new(),
            unkept: 0,
            next: 0,
            taken: 0,
            early: BTreeMap::new(),
            found: Vec::new(),
            first_seen: None,
            findings,
            by_type: ByType::default(),
            buckets,
            coverage,
            resume: resumed.cloned(),
            failed: None,
            closed: None,
        }
    }

    /// A piece of so many bytes goes to the classifiers: its number.
    fn give(&mut self, bytes: u64) -> u64 {
        let number = self.next;
        self.next += 1;
        self.given.insert(number, bytes);
        self.unkept += bytes;
        number
    }

    /// All that was given is back, and reading can go on from here.
    pub(super) fn stand(&mut self, at: Resume) {
        self.resume = Some(self.reading(at));
        self.unkept = 0;
    }

    /// Whether the classifiers still have something of it.
    pub(super) fn is_out(&self) -> bool {
        self.taken < self.next
    }

    fn is_ready(&self) -> bool {
        self.closed.is_some() && !self.is_out()
    }

    /// Takes what was found in a piece. What came early waits for those before it, so that batches
    /// are the same however the classifiers ran.
    fn take(&mut self, number: u64, found: Option<Vec<Found>>) {
        self.early.insert(number, found);
        while let Some(found) = self.early.remove(&self.taken) {
            self.taken += 1;
            match found {
                Some(found) => found.into_iter().for_each(|found| self.add(found)),
                None => {
                    let error = "the engine failed on its content".to_owned();
                    self.failed = Some((Reason::ReaderDied, error));
                }
            }
        }
    }

    /// Something was found in it.
    pub(super) fn add(&mut self, found: Found) {
        self.findings += 1;
        self.buckets.insert(found.bucket);
        self.by_type.add(&found.finding.type_id, found.finding.sensitivity);
        self.found.push(found);
    }

    /// The generations of its reading, and up to which batch each counts.
    pub(super) fn counted(&self) -> Vec<Counted> {
        let mut counted = self.former.clone();
        if self.sequence > 0 {
            counted.push(Counted { generation: self.generation, up_to: self.sequence });
        }
        counted
    }

    /// What a checkpoint says of it, where it can be entered again.
    fn reading(&self, resume: Resume) -> Reading {
        Reading {
            object: self.due.key.clone(),
            fingerprint: self.fingerprint.clone(),
            counted: self.counted(),
            buckets: self.buckets.clone(),
            findings: self.findings,
            coverage: self.coverage.clone(),
            resume,
            again: self.again,
        }
    }
}

/// The objects that are on their way, in the order in which they were opened.
pub(super) struct Ahead {
    opens: VecDeque<Open>,
    back: (Sender<Classified>, Receiver<Classified>),
    slots: u64,
    bytes_out: u64,
    /// Findings that a KiB of text is expected to hold.
    density: u64,
}

impl Ahead {
    pub(super) fn new() -> Self {
        // What may wait in it is bounded by `is_full`.
        let back = unbounded();
        Self { opens: VecDeque::new(), back, slots: 0, bytes_out: 0, density: DENSEST }
    }

    /// Where classifiers send what they found.
    pub(super) fn back(&self) -> &Sender<Classified> {
        &self.back.0
    }

    pub(super) fn push(&mut self, mut open: Open) {
        self.slots += 1;
        open.slot = self.slots;
        self.opens.push_back(open);
    }

    pub(super) fn len(&self) -> usize {
        self.opens.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.opens.is_empty()
    }

    pub(super) fn first(&self) -> Option<&Open> {
        self.opens.front()
    }

    pub(super) fn last(&self) -> Option<&Open> {
        self.opens.back()
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Open> {
        self.opens.back_mut()
    }

    /// Takes the object that was opened last out, to forget it or to put it back.
    pub(super) fn pop_last(&mut self) -> Option<Open> {
        self.opens.pop_back()
    }

    pub(super) fn put_back(&mut self, open: Open) {
        self.opens.push_back(open);
    }

    /// The first object, if it is read to its end and all of it is back.
    pub(super) fn pop_ready(&mut self) -> Option<Open> {
        if self.first().is_some_and(Open::is_ready) { self.opens.pop_front() } else { None }
    }

    /// A piece of the last object goes to the classifiers: the object's slot and the piece's number.
    pub(super) fn give(&mut self, bytes: u64) -> Option<(u64, u64)> {
        let open = self.opens.back_mut()?;
        self.bytes_out += bytes;
        Some((open.slot, open.give(bytes)))
    }

    /// Whether the classifiers still have something of any object.
    pub(super) fn is_out(&self) -> bool {
        self.opens.iter().any(Open::is_out)
    }

    /// Bytes that would be read again after a checkpoint of now.
    pub(super) fn unkept(&self) -> u64 {
        self.opens.iter().map(|open| open.unkept).sum()
    }

    /// Whether so much is out that what comes back would take too much room with one more piece.
    pub(super) fn is_full(&self) -> bool {
        self.is_out() && self.bytes_out / 1024 * self.density > FINDINGS_OUT
    }

    /// Takes what the classifiers have done; waits for at least one piece if `wait`.
    pub(super) fn take_back(&mut self, wait: bool) {
        let mut wait = wait && self.is_out();
        loop {
            let classified = if wait {
                // Our own sender keeps the channel open: this ends with the next piece.
                self.back.1.recv().ok()
            } else {
                self.back.1.try_recv().ok()
            };
            let Some(Classified { slot, number, found }) = classified else { return };
            wait = false;
            let Some(open) = self.opens.iter_mut().find(|open| open.slot == slot) else {
                continue;
            };
            let bytes = open.given.remove(&number).unwrap_or(0);
            self.bytes_out -= bytes;
            let seen =
                found.as_ref().map_or(0, |found| found.len() as u64 * 1024 / bytes.max(1024));
            // Up at once, down slowly.
            self.density = seen.max(self.density - self.density.div_ceil(4));
            open.take(number, found);
        }
    }
}
