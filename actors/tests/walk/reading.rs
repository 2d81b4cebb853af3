//! An object, or a part of one, that a worker has open.

use trawl_actors::message::{Due, Lease};
use trawl_model::object::Buckets;
use trawl_model::unit::{Reading, Resume, ResumeLevel};
use trawl_model::{Counted, Coverage, Fingerprint, Generation, Timestamp};

use crate::rule::Rule;
use crate::source::CHUNK_BYTES;

#[derive(Clone)]
pub(crate) struct Open {
    pub(crate) due: Due,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) generation: Generation,
    pub(crate) sequence: u32,
    former: Vec<Counted>,
    /// The chunks that are to be read: from the first to before the end.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) chunk: usize,
    pub(crate) again: bool,
    pub(crate) read_at: Timestamp,
}

/// Which chunk begins at a byte.
pub(crate) const fn chunk_of(byte: u64) -> usize {
    (byte / CHUNK_BYTES) as usize
}

impl Open {
    pub(crate) fn begin(
        lease: &Lease,
        due: Due,
        fingerprint: Fingerprint,
        read_at: Timestamp,
        (start, end): (usize, usize),
    ) -> Self {
        let generation = lease.lease.generation;
        Self {
            due,
            fingerprint,
            generation,
            sequence: 0,
            former: Vec::new(),
            start,
            end,
            chunk: start,
            again: false,
            read_at,
        }
    }

    pub(crate) fn resume(
        lease: &Lease,
        reading: &Reading,
        due: &Due,
        chunks: (usize, usize),
        without: Option<Rule>,
    ) -> Self {
        // When its first byte was read is not known any more; the scan was begun before.
        let read_at = lease.started;
        let mut open =
            Self::begin(lease, due.clone(), reading.fingerprint.clone(), read_at, chunks);
        if without != Some(Rule::GenerationsOfReadingAreKept) {
            open.former.clone_from(&reading.counted);
        }
        open.chunk = reading.resume.levels[0].at as usize;
        open.again = reading.again;
        open
    }

    /// On going on, the fingerprint is compared before anything else.
    pub(crate) fn resumed(&self) -> bool {
        self.sequence == 0 && self.chunk > self.start
    }

    pub(crate) fn start_again(&mut self, now: Fingerprint, read_at: Timestamp) {
        self.read_at = read_at;
        self.generation = self.generation.next_turn();
        self.sequence = 0;
        self.former.clear();
        self.chunk = self.start;
        self.again = true;
        self.fingerprint = now;
    }

    pub(crate) fn counted(&self) -> Vec<Counted> {
        let mut counted = self.former.clone();
        if self.sequence > 0 {
            counted.push(Counted { generation: self.generation, up_to: self.sequence });
        }
        counted
    }

    pub(crate) fn reading(&self) -> Reading {
        Reading {
            object: self.due.key.clone(),
            fingerprint: self.fingerprint.clone(),
            counted: self.counted(),
            buckets: Buckets::default(),
            findings: 0,
            coverage: Coverage::new(),
            resume: Resume {
                levels: vec![ResumeLevel { at: self.chunk as u64, ..ResumeLevel::default() }],
            },
            again: self.again,
        }
    }
}
