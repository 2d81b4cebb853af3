//! Reading objects: open, read into pieces, gather what the classifiers found, compare, finish.
//!
//! A crawler reads ahead of the classifiers: objects whose pieces are still out wait in order, and
//! finish in order. An object that is larger than a few pieces makes checkpoints in its midst,
//! where its format can be entered again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crossbeam_channel::{Receiver, Sender, unbounded};
use trawl_model::object::Buckets;
use trawl_model::unit::{Part, Reading, Resume};
use trawl_model::{
    Class, Counted, Coverage, Fingerprint, Generation, Item, Piece, Reason, Timestamp,
};
use trawl_sources::sink::{Sink, Stopped};
use trawl_sources::{Content, SourceError, formats};
use trawl_storage::StoreError;

use super::crawler::{Desk, Shared};
use super::lease::Teller;
use super::outbox::{FirstSeen, Outbox};
use crate::classify::{Classified, Found, Permit, Task};
use crate::crash;
use crate::error::is_lasting;
use crate::message::{Due, Finished, Lease, LeasedWork, Outcome, Progress};
use crate::range::{MOST_PARTS, Moment};

/// Pieces that are handed over together, and their bytes: small files are not worth a message each.
const BATCH_PIECES: usize = 32;
const BATCH_BYTES: usize = 512 * 1024;
/// About what the row of a finished object takes in a commit beside its key, and what all rows of a
/// checkpoint may take: well below what one commit may.
const FINISHED_BYTES: usize = 512;
const CHECKPOINT_BYTES: usize = 128 * 1024;
/// Puts that may fail one after the other before the scan ends for it.
const FAILED_PUTS: u32 = 8;
/// A suspect keeps what it has done so many times as often as others.
const SUSPECT_HASTE: u64 = 20;
/// Objects whose pieces are out while the next is read.
const OBJECTS_AHEAD: usize = 64;

/// Reads the objects of a lease.
pub(super) fn read_all(
    shared: &Shared,
    desk: &Desk,
    lease: &Lease,
    teller: &mut Teller<'_>,
    objects: &[Due],
    reading: Option<&Reading>,
) {
    let mut reader = Reader::new(shared, desk, lease, teller);
    for (n, due) in objects.iter().enumerate() {
        if reader.stops() {
            break;
        }
        if lease.suspect {
            reader.finish_all();
            reader.checkpoint(false);
            if !reader.teller.name(&due.key) {
                break;
            }
        }
        let reading = reading.filter(|reading| n == 0 && reading.object == due.key);
        if reader.read(due, reading) == Err(Stopped) {
            break;
        }
    }
    if reader.teller.is_over() {
        return;
    }
    let whole = !reader.stopped;
    reader.finish_all();
    reader.checkpoint(whole && !reader.teller.is_stopping());
    if !reader.teller.is_over() && (reader.stopped || reader.teller.is_stopping()) {
        reader.teller.release();
    }
}

/// Reads the part that a lease is about.
pub(super) fn read_part(shared: &Shared, desk: &Desk, lease: &Lease, teller: &mut Teller<'_>) {
    let LeasedWork::Part { object, number, start, end, reading, .. } = &lease.work else { return };
    if lease.suspect && !teller.name(&object.key) {
        return;
    }
    let mut reader = Reader::new(shared, desk, lease, teller);
    reader.part = Some((*number, *start, *end));
    let read = reader.read(object, reading.as_ref());
    if reader.teller.is_over() {
        return;
    }
    reader.finish_all();
    match (read, reader.finished.pop(), reader.part_done.take()) {
        (Ok(()), None, Some(part)) if reader.put() => {
            let done = Some(Box::new(part));
            crash::point("part.put");
            reader.teller.tell(Progress::Part { done, reading: None, failed: None });
            crash::point("part.kept");
        }
        (Ok(()), Some(failed), _) => {
            let failed = Some(Box::new(failed));
            reader.teller.tell(Progress::Part { done: None, reading: None, failed });
        }
        _ => reader.teller.release(),
    }
}

/// A lease's objects on their way.
struct Reader<'a, 't> {
    shared: &'a Shared,
    desk: &'a Desk,
    lease: &'a Lease,
    teller: &'a mut Teller<'t>,
    outbox: Outbox,
    tasks: Vec<Task>,
    task_bytes: usize,
    back: (Sender<Classified>, Receiver<Classified>),
    ahead: VecDeque<Open>,
    finished: Vec<Finished>,
    part: Option<(u32, u64, u64)>,
    part_done: Option<Part>,
    next_slot: u64,
    told_at: Moment,
    stopped: bool,
    left: Option<Reading>,
}

/// An object whose pieces are out.
struct Open {
    slot: u64,
    due: Due,
    fingerprint: Fingerprint,
    read_at: Timestamp,
    generation: Generation,
    sequence: u32,
    former: Vec<Counted>,
    again: bool,
    given: u64,
    taken: u64,
    early: BTreeMap<u64, Option<Vec<Found>>>,
    found: Vec<Found>,
    first_seen: Option<FirstSeen>,
    findings: u64,
    buckets: Buckets,
    coverage: Coverage,
    /// As it was at the last safe point, or when it was left.
    resume: Option<Reading>,
    failed: Option<(Reason, String)>,
    closed: Option<Closed>,
}

/// What is known of an object once its last byte is read.
struct Closed {
    size: u64,
    format: String,
    class: Class,
    error: Option<String>,
    keeps: bool,
    lines: u64,
}

impl<'a, 't> Reader<'a, 't> {
    fn new(
        shared: &'a Shared,
        desk: &'a Desk,
        lease: &'a Lease,
        teller: &'a mut Teller<'t>,
    ) -> Self {
        Self {
            shared,
            desk,
            lease,
            teller,
            outbox: Outbox::default(),
            tasks: Vec::new(),
            task_bytes: 0,
            back: unbounded(),
            ahead: VecDeque::new(),
            finished: Vec::new(),
            part: None,
            part_done: None,
            next_slot: 0,
            told_at: shared.clock.now(),
            stopped: false,
            left: None,
        }
    }

    fn stops(&mut self) -> bool {
        self.stopped |= self.teller.is_over() || self.teller.is_stopping();
        self.stopped
    }

    /// Reads one object, from its start or on from where it was left; once more from its start if
    /// it changes while it is read.
    fn read(&mut self, due: &Due, reading: Option<&Reading>) -> Result<(), Stopped> {
        let mut resumed = reading;
        let mut generation = self.lease.lease.generation;
        let mut again = reading.is_some_and(|reading| reading.again);
        for _ in 0..3 {
            let opened = self.shared.runtime.block_on(self.desk.connector.open(&due.key));
            let mut content = match opened {
                Ok(content) => content,
                Err(error) => return self.not_read(due, &error),
            };
            crash::open(&due.key);
            let fingerprint = content.fingerprint().clone();
            if let Some(from) = resumed
                && !from.fingerprint.same_content(&fingerprint)
            {
                // What was read of it is of something else now.
                resumed = None;
                generation = generation.next_turn();
                again = true;
            }
            if self.part.is_none() && resumed.is_none() && self.cut(due, &mut *content) {
                return Ok(());
            }
            let open = self.begin(due, fingerprint, generation, again, resumed);
            self.ahead.push_back(open);
            let from = resumed.map_or_else(Resume::default, |reading| reading.resume.clone());
            let outcome = self.read_content(due, &mut *content, &from)?;
            let size = content.size();
            let now = content.fingerprint_now();
            let Some(open) = self.ahead.back_mut() else { return Ok(()) };
            let changed = !now.is_ok_and(|now| now.same_content(&open.fingerprint));
            if changed && !open.again && self.part.is_none() {
                // Once more from its start, under the next turn: what was put counts for nothing.
                generation = open.generation.next_turn();
                again = true;
                resumed = None;
                self.drop_last();
                continue;
            }
            open.closed = Some(Closed {
                size,
                format: outcome.format,
                class: outcome.class,
                error: outcome.error,
                keeps: !changed && open.fingerprint.is_settled(open.read_at),
                lines: outcome.lines,
            });
            self.take_back(false);
            self.finish_ready();
            while self.ahead.len() > OBJECTS_AHEAD {
                self.flush_tasks();
                self.take_back(true);
                self.finish_ready();
            }
            self.checkpoint_if_due();
            return Ok(());
        }
        Ok(())
    }

    fn read_content(
        &mut self,
        due: &Due,
        content: &mut dyn Content,
        from: &Resume,
    ) -> Result<formats::Outcome, Stopped> {
        let limits = &self.shared.limits.reading;
        let (path, part) = (crate::classify::path_of(&due.key), self.part);
        let mut taps = Taps { reader: self, path, documents: Vec::new() };
        let name = due.key.as_bytes();
        match part {
            Some((_, start, end)) => {
                formats::read_part(content, name, limits, (start, end), from, &mut taps)
            }
            None => formats::read_object(content, name, limits, from, &mut taps),
        }
    }

    fn begin(
        &mut self,
        due: &Due,
        fingerprint: Fingerprint,
        generation: Generation,
        again: bool,
        resumed: Option<&Reading>,
    ) -> Open {
        self.next_slot += 1;
        // When the first byte of what goes on was read is not known; the scan was begun before.
        let read_at = if resumed.is_some() { self.lease.started } else { self.shared.clock.wall() };
        let (former, findings, buckets, coverage) = match resumed {
            Some(r) => (r.counted.clone(), r.findings, r.buckets.clone(), r.coverage.clone()),
            None => (Vec::new(), 0, Buckets::default(), Coverage::new()),
        };
        let resume = resumed.cloned();
        Open {
            slot: self.next_slot,
            due: due.clone(),
            fingerprint,
            read_at,
            generation,
            sequence: 0,
            former,
            again,
            given: 0,
            taken: 0,
            early: BTreeMap::new(),
            found: Vec::new(),
            first_seen: None,
            findings,
            buckets,
            coverage,
            resume,
            failed: None,
            closed: None,
        }
    }

    /// A large object that can be cut becomes parts; true if it did.
    fn cut(&mut self, due: &Due, content: &mut dyn Content) -> bool {
        let size = content.size();
        let part_bytes = self.shared.limits.part_bytes.max(size / (MOST_PARTS as u64 / 2));
        if size <= part_bytes.saturating_mul(2) || self.lease.suspect {
            return false;
        }
        let Ok(Some(parts)) = formats::parts(content, due.key.as_bytes(), part_bytes) else {
            return false;
        };
        if parts.len() < 2 || parts.len() > MOST_PARTS {
            return false;
        }
        let fingerprint = content.fingerprint().clone();
        self.finish_all();
        self.checkpoint(false);
        let outcome = Outcome::Cut { fingerprint, parts };
        self.outbox.name(self.desk, due.id, &due.key);
        self.finished.push(Finished { key: due.key.clone(), size, outcome });
        // It fills a commit by itself.
        self.checkpoint(false);
        crash::point("parts.cut");
        true
    }

    fn not_read(&mut self, due: &Due, error: &SourceError) -> Result<(), Stopped> {
        if error.transient {
            self.finish_all();
            self.checkpoint(false);
            self.teller.fail(true, error.to_string());
            return Err(Stopped);
        }
        self.finish_all();
        let outcome = Outcome::NotRead { reason: error.reason, error: error.to_string() };
        self.finished.push(Finished { key: due.key.clone(), size: due.size, outcome });
        Ok(())
    }

    /// Forgets the object that was read last: it is read again. Its pieces come back and are
    /// dropped.
    fn drop_last(&mut self) {
        self.flush_tasks();
        while self.ahead.back().is_some_and(|open| open.taken < open.given) {
            self.take_back(true);
        }
        self.ahead.pop_back();
    }

    fn flush_tasks(&mut self) {
        if !self.tasks.is_empty() {
            let tasks = std::mem::take(&mut self.tasks);
            self.task_bytes = 0;
            self.shared.pool.classify(&self.desk.context, tasks, &self.back.0);
        }
    }

    /// Takes what the classifiers have done; waits for at least one if `wait`.
    fn take_back(&mut self, wait: bool) {
        let mut wait = wait && self.ahead.iter().any(|open| open.taken < open.given);
        loop {
            let classified = if wait {
                // Our own sender keeps the channel open: this ends with the next piece.
                self.back.1.recv().ok()
            } else {
                self.back.1.try_recv().ok()
            };
            let Some(Classified { slot, number, found }) = classified else { return };
            wait = false;
            let Some(open) = self.ahead.iter_mut().find(|open| open.slot == slot) else {
                continue;
            };
            open.early.insert(number, found);
            while let Some(found) = open.early.remove(&open.taken) {
                open.taken += 1;
                match found {
                    Some(found) => {
                        open.findings += found.len() as u64;
                        found.iter().for_each(|found| open.buckets.insert(found.bucket));
                        open.found.extend(found);
                    }
                    None => {
                        let error = "the engine failed on its content".to_owned();
                        open.failed = Some((Reason::ReaderDied, error));
                    }
                }
            }
        }
    }

    /// Finishes objects in order, as far as their pieces are back.
    fn finish_ready(&mut self) {
        while self
            .ahead
            .front()
            .is_some_and(|open| open.closed.is_some() && open.taken == open.given)
        {
            if let Some(mut open) = self.ahead.pop_front() {
                self.batch(&mut open);
                self.finish(open);
            }
        }
    }

    fn finish_all(&mut self) {
        // The last may have been broken off: it stays as its last checkpoint left it.
        if let Some(open) = self.ahead.back().filter(|open| open.closed.is_none()) {
            self.left.clone_from(&open.resume);
            self.drop_last();
        }
        self.flush_tasks();
        while !self.ahead.is_empty() {
            self.take_back(true);
            self.finish_ready();
        }
    }

    /// What was found so far becomes a batch of its own.
    fn batch(&mut self, open: &mut Open) {
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
        self.outbox.add(self.desk, open.due.id, open.generation, open.sequence, found);
    }

    fn finish(&mut self, mut open: Open) {
        let Some(closed) = open.closed.take() else { return };
        let key = open.due.key.clone();
        if let Some((reason, error)) = open.failed {
            let outcome = Outcome::NotRead { reason, error };
            return self.finished.push(Finished { key, size: closed.size, outcome });
        }
        let counted = counted(&open);
        // What was left out of a part on purpose leaves the part done.
        if let (Some((_, start, end)), Class::Read | Class::Skipped(_)) = (self.part, closed.class)
        {
            let mut coverage = open.coverage;
            coverage.settle((end - start).min(closed.size.saturating_sub(start)));
            self.part_done = Some(Part {
                scan: self.lease.scan,
                fingerprint: open.fingerprint,
                counted,
                buckets: open.buckets,
                findings: open.findings,
                lines: closed.lines,
                coverage,
            });
            return;
        }
        let outcome = match closed.class {
            Class::Failed(reason) => {
                let error = closed.error.unwrap_or_else(|| reason.to_string());
                // What could be read of it counts; what could not is failed, and tried again. A part
                // goes with its object.
                if self.part.is_none() && open.coverage.bytes_of(closed.class) < closed.size {
                    self.read_outcome(
                        open,
                        counted,
                        closed.class,
                        closed.format,
                        Some(error),
                        closed.size,
                        false,
                    )
                } else {
                    Outcome::NotRead { reason, error }
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
            coverage,
            format,
            error,
        }
    }

    fn checkpoint_if_due(&mut self) {
        let due = self.told_at.plus(self.shared.limits.checkpoint_millis);
        if self.finished.len() >= self.shared.limits.checkpoint_objects
            || self.outbox.len() >= self.shared.limits.held_findings
            || self.shared.clock.now() >= due
        {
            self.checkpoint(false);
        }
    }

    /// Puts what was found, and only then tells the owner. False if the lease is over.
    fn checkpoint(&mut self, complete: bool) -> bool {
        self.told_at = self.shared.clock.now();
        if self.part.is_none() && !self.put() {
            return false;
        }
        let mut finished = std::mem::take(&mut self.finished);
        // All before the first that is still out is finished.
        let first = self.ahead.front().and_then(|open| open.resume.clone());
        let reading = first.or_else(|| self.left.clone());
        if finished.is_empty() && reading.is_none() && !complete && self.part.is_none() {
            let nothing_new = self.ahead.front().is_none();
            if nothing_new {
                return !self.teller.is_over();
            }
        }
        crash::point("findings.put");
        // A lease may hold more objects than a checkpoint may name.
        let most = self.shared.limits.checkpoint_objects.max(1);
        loop {
            let fits = fitting(&finished, most);
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
        self.teller.tell(progress).is_some()
    }

    /// Puts what was found; false if that failed, and the lease is over with it.
    fn put(&mut self) -> bool {
        if self.teller.is_over() {
            return false;
        }
        match self.shared.runtime.block_on(self.outbox.put(&self.shared.db)) {
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
    fn cannot_keep(&mut self, error: &StoreError) {
        let failed = self.shared.failed_puts.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::error!(%error, failed, "findings could not be kept; their unit is given back");
        if is_lasting(error) || failed >= FAILED_PUTS {
            (self.shared.cannot_keep)(self.lease.range, error.to_string());
        }
        self.teller.release();
        self.stopped = true;
    }

    /// In the midst of an object: what lies before `at` has been given.
    fn safe_point(&mut self, at: Resume) -> Result<(), Stopped> {
        // A suspect that gets on shows it soon: a death counts only where nothing was read.
        let interval = self.shared.limits.checkpoint_millis;
        let interval = if self.lease.suspect { interval / SUSPECT_HASTE } else { interval };
        let due = self.told_at.plus(interval);
        let full = self.outbox.len() >= self.shared.limits.held_findings;
        if !full && self.shared.clock.now() < due {
            return if self.stops() { Err(Stopped) } else { Ok(()) };
        }
        self.flush_tasks();
        while self.ahead.iter().any(|open| open.taken < open.given) {
            self.take_back(true);
        }
        self.finish_ready();
        if let Some(mut open) = self.ahead.pop_back() {
            self.batch(&mut open);
            open.resume = Some(reading_of(&open, at));
            self.ahead.push_back(open);
        }
        if self.teller.is_over() || (self.part.is_some() && !self.put()) {
            return Err(Stopped);
        }
        if self.checkpoint(false) && !self.stops() { Ok(()) } else { Err(Stopped) }
    }

    fn give(&mut self, piece: Piece, path: &Arc<[u8]>) -> Result<(), Stopped> {
        if self.stops() {
            return Err(Stopped);
        }
        let weight = piece.weight();
        let permit = match self.shared.budget.try_piece(weight) {
            Some(permit) => permit,
            None => {
                // Nobody classifies what is still here.
                self.flush_tasks();
                self.shared.budget.piece(weight)
            }
        };
        let core = piece.core.len() as u64;
        self.shared.read_bytes.fetch_add(core, Ordering::Relaxed);
        let Some(open) = self.ahead.back_mut() else { return Err(Stopped) };
        self.tasks.push(Task {
            slot: open.slot,
            number: open.given,
            object: open.due.id,
            path: Arc::clone(path),
            part: self.part.map(|(number, ..)| number),
            piece,
            permit,
        });
        open.given += 1;
        self.task_bytes += weight;
        if self.tasks.len() >= BATCH_PIECES || self.task_bytes >= BATCH_BYTES {
            self.flush_tasks();
        }
        self.take_back(false);
        self.spill()
    }

    /// Findings of an object that can't be entered again are put without being counted: memory is
    /// bounded, and the lease is renewed.
    fn spill(&mut self) -> Result<(), Stopped> {
        let held = self.shared.limits.held_findings;
        if self.ahead.back().is_some_and(|open| open.found.len() >= held)
            && let Some(mut open) = self.ahead.pop_back()
        {
            self.batch(&mut open);
            self.ahead.push_back(open);
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

/// The generations of an object's reading, and up to which batch each counts.
fn counted(open: &Open) -> Vec<Counted> {
    let mut counted = open.former.clone();
    if open.sequence > 0 {
        counted.push(Counted { generation: open.generation, up_to: open.sequence });
    }
    counted
}

/// What a checkpoint says of the object that is being read, where it can be entered again.
fn reading_of(open: &Open, resume: Resume) -> Reading {
    Reading {
        object: open.due.key.clone(),
        fingerprint: open.fingerprint.clone(),
        counted: counted(open),
        buckets: open.buckets.clone(),
        findings: open.findings,
        coverage: open.coverage.clone(),
        resume,
        again: open.again,
    }
}

/// How many of these one checkpoint may name: their rows must fit into one commit.
fn fitting(finished: &[Finished], most: usize) -> usize {
    let mut bytes = 0;
    let fits = finished.iter().take(most).take_while(|done| {
        bytes += done.key.as_bytes().len() + FINISHED_BYTES;
        bytes <= CHECKPOINT_BYTES
    });
    fits.count().max(1).min(finished.len())
}

/// What a format gives goes through here.
struct Taps<'r, 'a, 't> {
    reader: &'r mut Reader<'a, 't>,
    path: Arc<[u8]>,
    documents: Vec<Permit>,
}

impl Sink for Taps<'_, '_, '_> {
    fn piece(&mut self, piece: Piece) -> Result<(), Stopped> {
        self.reader.give(piece, &self.path)
    }

    fn safe_point(&mut self, at: Resume) -> Result<(), Stopped> {
        self.reader.safe_point(at)
    }

    fn reserve(&mut self, bytes: usize) -> Result<bool, Stopped> {
        if self.reader.stops() {
            return Err(Stopped);
        }
        self.reader.flush_tasks();
        let permit = self.reader.shared.budget.document(bytes, !self.documents.is_empty());
        let fits = permit.is_some();
        self.documents.extend(permit);
        Ok(fits)
    }

    fn items(&mut self, item: Item, class: Class, count: u64) {
        if let Some(open) = self.reader.ahead.back_mut() {
            open.coverage.add_items(item, class, count);
        }
    }

    fn unread_bytes(&mut self, class: Class, bytes: u64) {
        if let Some(open) = self.reader.ahead.back_mut() {
            open.coverage.add_bytes(class, bytes);
        }
    }
}
