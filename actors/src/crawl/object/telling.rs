//! Telling the owner: what was found is put, then the checkpoint says what was done.

use std::sync::atomic::Ordering;

use trawl_model::unit::{Part, Resume};
use trawl_model::{Class, Counted, FewBytes, Fingerprint, Item, Reason};
use trawl_sources::sink::Stopped;
use trawl_storage::StoreError;

use super::Reader;
use super::ahead::Open;
use crate::crash;
use crate::crawl::Limits;
use crate::crawl::outbox::FirstSeen;
use crate::error::is_lasting;
use crate::message::{Finished, Outcome, Progress};

/// About what the row of a finished object takes in a commit beside its key.
const FINISHED_BYTES: usize = 512;
/// Puts that may fail one after the other before the scan ends for it.
const FAILED_PUTS: u32 = 8;
/// A suspect keeps what it has done so many times as often as others.
const SUSPECT_HASTE: u64 = 20;

impl Reader<'_, '_> {
    /// What was found so far becomes a batch of its own.
    pub(super) fn batch(&mut self, open: &mut Open) {
        if open.found.is_empty() {
            return;
        }
        if open.first_seen.is_none() {
            let read = FirstSeen::read(&self.shared.db, self.desk, &open.due);
            open.first_seen = match self.shared.runtime.block_on(read) {
                Ok(first_seen) => Some(first_seen),
                Err(error) => {
                    self.cannot_keep(&error);
                    return;
                }
            };
        }
        let mut found = std::mem::take(&mut open.found);
        if let Some(first_seen) = &open.first_seen {
            first_seen.date(self.lease, &mut found);
        }
        open.sequence += 1;
        self.step();
        self.outbox.add(self.desk, open.due.id, open.generation, open.sequence, found);
    }

    pub(super) fn finish(&mut self, mut open: Open) {
        let Some(closed) = open.closed.take() else { return };
        let key = open.due.key.clone();
        if let Some((reason, error)) = open.failed {
            let outcome = Outcome::NotRead { reason, error, fingerprint: None };
            return self.finished.push(Finished { key, size: closed.size, outcome });
        }
        let counted = open.counted();
        // What was left out of a part on purpose leaves the part done.
        if let (Some((_, start, end)), Class::Read | Class::Skipped(_)) = (self.part, closed.class)
        {
            let mut coverage = open.coverage;
            coverage.settle((end - start).min(closed.size.saturating_sub(start)));
            // One that has changed under the reader's hands agrees with no other.
            let fingerprint = if closed.changed { unknown(closed.size) } else { open.fingerprint };
            self.part_done = Some(Part {
                scan: self.lease.scan,
                fingerprint,
                counted,
                buckets: open.buckets,
                findings: open.findings,
                lines: closed.lines,
                coverage,
                by_type: open.by_type,
            });
            return;
        }
        let outcome = match closed.class {
            Class::Failed(reason) => {
                let error = closed.error.unwrap_or_else(|| reason.to_string());
                // What could be read of it counts; what could not is failed, and tried again unless
                // its content is to blame. A part goes with its object.
                let keeps = closed.keeps && reason == Reason::Broken;
                if self.part.is_none() && open.coverage.bytes_of(closed.class) < closed.size {
                    self.read_outcome(
                        open,
                        counted,
                        closed.class,
                        closed.format,
                        Some(error),
                        closed.size,
                        keeps,
                    )
                } else {
                    self.outbox.name(self.desk, open.due.id, &open.due.key);
                    let fingerprint = keeps.then_some(open.fingerprint);
                    Outcome::NotRead { reason, error, fingerprint }
                }
            }
            class => self.read_outcome(
                open,
                counted,
                class,
                closed.format,
                closed.error,
                closed.size,
                closed.keeps,
            ),
        };
        self.finished.push(Finished { key, size: closed.size, outcome });
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one record")]
    fn read_outcome(
        &mut self,
        open: Open,
        counted: Vec<Counted>,
        class: Class,
        format: String,
        error: Option<String>,
        size: u64,
        keeps: bool,
    ) -> Outcome {
        let mut coverage = open.coverage;
        coverage.settle(size);
        coverage.add_items(Item::Object, class, 1);
        self.outbox.name(self.desk, open.due.id, &open.due.key);
        Outcome::Read {
            fingerprint: keeps.then_some(open.fingerprint),
            counted,
            buckets: open.buckets,
            findings: open.findings,
            by_type: open.by_type,
            coverage,
            format,
            error,
        }
    }

    pub(super) fn checkpoint_if_due(&mut self) {
        let due = self.told_at.plus(self.shared.limits.checkpoint_millis);
        if self.finished.len() >= self.shared.limits.checkpoint_objects
            || self.outbox.len() >= self.shared.limits.held_findings
            || self.shared.clock.now() >= due
        {
            self.checkpoint(false);
        }
    }

    /// Puts what was found, and only then tells the owner. False if the lease is over.
    pub(super) fn checkpoint(&mut self, complete: bool) -> bool {
        self.told_at = self.shared.clock.now();
        if self.part.is_none() && !self.put() {
            return false;
        }
        let mut finished = std::mem::take(&mut self.finished);
        // All before the first that is still out is finished.
        let first = self.ahead.first().and_then(|open| open.resume.clone());
        let reading = first.or_else(|| self.left.clone());
        if finished.is_empty() && reading.is_none() && !complete && self.part.is_none() {
            let nothing_new = self.ahead.first().is_none();
            if nothing_new {
                return !self.teller.is_over();
            }
        }
        crash::point("findings.put");
        self.step();
        // A lease may hold more objects than a checkpoint may name.
        let limits = &self.shared.limits;
        loop {
            let fits = fitting(&finished, limits);
            if fits == finished.len() {
                break;
            }
            let rest = finished.split_off(fits);
            let progress = Progress::Read { finished, reading: None, complete: false };
            if self.teller.tell(progress).is_none() {
                return false;
            }
            finished = rest;
        }
        let reading = reading.map(Box::new);
        let progress = if self.part.is_some() {
            Progress::Part { done: None, reading, failed: None }
        } else {
            Progress::Read { finished, reading, complete }
        };
        let accepted = self.teller.tell(progress).is_some();
        if accepted {
            crash::kept_but(self.ahead.unkept());
            if self.lease.suspect {
                self.shared.recorder.begin(self.lease);
            }
        }
        accepted
    }

    /// Puts what was found; false if that failed, and the lease is over with it.
    pub(super) fn put(&mut self) -> bool {
        if self.teller.is_over() {
            return false;
        }
        let (began, findings) = (std::time::Instant::now(), self.outbox.len());
        let put = self.shared.runtime.block_on(self.outbox.put(&self.shared.db));
        tracing::trace!(findings, took = ?began.elapsed(), "findings were put");
        match put {
            Ok(()) => {
                self.shared.failed_puts.store(0, Ordering::Relaxed);
                true
            }
            Err(error) => {
                self.cannot_keep(&error);
                false
            }
        }
    }

    /// The store failed, which is no fault of the source: the unit goes back as it was; and if
    /// that can't help, the scan ends.
    pub(super) fn cannot_keep(&mut self, error: &StoreError) {
        let failed = self.shared.failed_puts.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::error!(%error, failed, "findings could not be kept; their unit is given back");
        if is_lasting(error) || failed >= FAILED_PUTS {
            self.teller.cannot_keep(error.to_string());
        }
        self.teller.release();
        self.stopped = true;
    }

    /// In the midst of an object: what lies before `at` has been given.
    pub(super) fn safe_point(&mut self, at: Resume) -> Result<(), Stopped> {
        if self.is_cut_off() {
            return Err(Stopped);
        }
        // A suspect that gets on shows it soon: a death counts only where nothing was read.
        let interval = self.shared.limits.checkpoint_millis;
        let interval = if self.lease.suspect { interval / SUSPECT_HASTE } else { interval };
        let due = self.told_at.plus(interval);
        let full = self.outbox.len() >= self.shared.limits.held_findings;
        if !full && self.shared.clock.now() < due {
            return if self.stops() { Err(Stopped) } else { Ok(()) };
        }
        self.flush_tasks();
        while self.ahead.is_out() {
            self.ahead.take_back(true);
        }
        self.finish_ready();
        if let Some(mut open) = self.ahead.pop_last() {
            self.batch(&mut open);
            open.stand(at);
            self.ahead.put_back(open);
        }
        if self.teller.is_over() || (self.part.is_some() && !self.put()) {
            return Err(Stopped);
        }
        if self.checkpoint(false) && !self.stops() { Ok(()) } else { Err(Stopped) }
    }

    /// Findings of an object that can't be entered again are put without being counted: memory is
    /// bounded, and the lease is renewed.
    pub(super) fn spill(&mut self) -> Result<(), Stopped> {
        let held = self.shared.limits.held_findings;
        if self.ahead.last().is_some_and(|open| open.found.len() >= held)
            && let Some(mut open) = self.ahead.pop_last()
        {
            self.batch(&mut open);
            self.ahead.put_back(open);
            if !self.put() {
                return Err(Stopped);
            }
        }
        let late = self.told_at.plus(self.shared.limits.checkpoint_millis.saturating_mul(8));
        if self.shared.clock.now() >= late && !self.checkpoint(false) {
            return Err(Stopped);
        }
        Ok(())
    }
}

/// The fingerprint of what is no content of any moment.
fn unknown(size: u64) -> Fingerprint {
    Fingerprint { size, modified: None, tag: FewBytes::new(), identity: FewBytes::new() }
}

/// How many of these one checkpoint may name: their rows must fit into one commit.
fn fitting(finished: &[Finished], limits: &Limits) -> usize {
    let mut bytes = 0;
    let fits = finished.iter().take(limits.checkpoint_objects.max(1)).take_while(|done| {
        bytes += done.key.as_bytes().len() + FINISHED_BYTES + weight(&done.outcome);
        bytes <= limits.checkpoint_bytes
    });
    fits.count().max(1).min(finished.len())
}

/// What grows with what was found.
fn weight(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Read { by_type, .. } => by_type.weight(),
        Outcome::NotRead { .. } | Outcome::Cut { .. } => 0,
    }
}
