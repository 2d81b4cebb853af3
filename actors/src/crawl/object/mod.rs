//! Reading objects: open, read into pieces, gather what the classifiers found, compare, finish.
//!
//! A crawler reads ahead of the classifiers: objects whose pieces are still out wait in order, and
//! finish in order. An object that is larger than a few pieces makes checkpoints in its midst,
//! where its format can be entered again.

mod again;
mod ahead;
mod taps;
mod telling;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use trawl_model::unit::{Part, Reading, Resume};
use trawl_model::{Fingerprint, Generation};
use trawl_sources::sink::Stopped;
use trawl_sources::{Content, SourceError, formats};

use self::ahead::{Ahead, Closed, Open};
use self::taps::{Stepped, Taps};
use super::crawler::Shared;
use super::desks::Desk;
use super::lease::Teller;
use super::outbox::Outbox;
use super::rate::Throttled;
use crate::classify::Task;
use crate::crash;
use crate::message::{Due, Finished, Lease, LeasedWork, Outcome, Progress};
use crate::range::{MOST_PARTS, Moment};

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
    if lease.suspect {
        desk.context.engine.make_ready();
    }
    let mut reader = Reader::new(shared, desk, lease, teller);
    for (n, due) in objects.iter().enumerate() {
        if reader.stops() {
            break;
        }
        if lease.suspect {
            reader.finish_all();
            reader.checkpoint(false);
            // If it kills its reader, it is shown as what it did.
            reader.outbox.name(desk, due.id, &due.key);
            if !reader.put() || !reader.teller.name(&due.key) {
                break;
            }
            shared.recorder.begin(lease);
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
    if lease.suspect {
        desk.context.engine.make_ready();
        if !teller.name(&object.key) {
            return;
        }
        shared.recorder.begin(lease);
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
            crash::kept_but(0);
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
    ahead: Ahead,
    finished: Vec<Finished>,
    part: Option<(u32, u64, u64)>,
    part_done: Option<Part>,
    told_at: Moment,
    stopped: bool,
    /// A read was cut off, for the scan is to rest: what its format makes of that is not so.
    cut_off: Arc<AtomicBool>,
    left: Option<Reading>,
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
            ahead: Ahead::new(),
            finished: Vec::new(),
            part: None,
            part_done: None,
            told_at: shared.clock.now(),
            stopped: false,
            cut_off: Arc::default(),
            left: None,
        }
    }

    fn stops(&mut self) -> bool {
        self.stopped |= self.teller.is_over() || self.teller.is_stopping();
        self.stopped
    }

    fn is_cut_off(&self) -> bool {
        self.cut_off.load(Ordering::Relaxed)
    }

    /// Reads one object, from its start or on from where it was left; once more from its start if
    /// it changes while it is read.
    fn read(&mut self, due: &Due, reading: Option<&Reading>) -> Result<(), Stopped> {
        let mut resumed = reading;
        let mut generation = self.lease.lease.generation;
        let mut again = reading.is_some_and(|reading| reading.again);
        for _ in 0..3 {
            let throttle = &self.desk.throttle;
            throttle.open();
            if self.stops() {
                return Err(Stopped);
            }
            let opened = self.shared.runtime.block_on(self.desk.connector.open(&due.key));
            let mut content: Box<dyn Content> = match opened {
                Ok(content) => {
                    let (throttle, cut_off) = (Arc::clone(throttle), Arc::clone(&self.cut_off));
                    Box::new(Throttled { content, throttle, cut_off })
                }
                Err(error) => return self.not_read(due, &error),
            };
            crash::open(&due.key);
            self.step();
            if self.lease.suspect {
                content =
                    Box::new(Stepped { content, recorder: Arc::clone(&self.shared.recorder) });
            }
            let fingerprint = content.fingerprint().clone();
            if let Some(from) = resumed
                && !from.fingerprint.same_content(&fingerprint)
            {
                // What was read of it is of something else now.
                resumed = None;
                generation = generation.next_turn();
                again = true;
            }
            let is_whole = self.part.is_none() && resumed.is_none();
            if is_whole && (self.judged_again(due, &fingerprint)? || self.cut(due, &mut *content)) {
                return Ok(());
            }
            let open = self.begin(due, fingerprint, generation, again, resumed);
            self.ahead.push(open);
            let from = resumed.map_or_else(Resume::default, |reading| reading.resume.clone());
            let outcome = self.read_content(due, &mut *content, &from)?;
            if self.is_cut_off() {
                return Err(Stopped);
            }
            let size = content.size();
            let now = content.fingerprint_now();
            let Some(open) = self.ahead.last_mut() else { return Ok(()) };
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
                changed,
                keeps: !changed && open.fingerprint.is_settled(open.read_at),
                lines: outcome.lines,
            });
            self.ahead.take_back(false);
            self.finish_ready();
            while self.ahead.len() > OBJECTS_AHEAD {
                self.flush_tasks();
                self.ahead.take_back(true);
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
        let mut taps = Taps::new(self, path);
        let name = due.key.as_bytes();
        match part {
            Some((_, start, end)) => {
                formats::read_part(content, name, limits, (start, end), from, &mut taps)
            }
            None => formats::read_object(content, name, limits, from, &mut taps),
        }
    }

    /// The reader of a suspect notes each step.
    fn step(&self) {
        if self.lease.suspect {
            self.shared.recorder.step();
        }
    }

    fn begin(
        &self,
        due: &Due,
        fingerprint: Fingerprint,
        generation: Generation,
        again: bool,
        resumed: Option<&Reading>,
    ) -> Open {
        // When the first byte of what goes on was read is not known; the scan was begun before.
        let read_at = if resumed.is_some() { self.lease.started } else { self.shared.clock.wall() };
        Open::new(due, fingerprint, read_at, generation, again, resumed)
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
        let (reason, error) = (error.reason, error.to_string());
        let outcome = Outcome::NotRead { reason, error, fingerprint: None };
        self.outbox.name(self.desk, due.id, &due.key);
        self.finished.push(Finished { key: due.key.clone(), size: due.size, outcome });
        Ok(())
    }

    /// Forgets the object that was read last: it is read again. Its pieces come back and are
    /// dropped.
    fn drop_last(&mut self) {
        self.flush_tasks();
        while self.ahead.last().is_some_and(Open::is_out) {
            self.ahead.take_back(true);
        }
        self.ahead.pop_last();
    }

    fn flush_tasks(&mut self) {
        if !self.tasks.is_empty() {
            let tasks = std::mem::take(&mut self.tasks);
            self.task_bytes = 0;
            self.shared.pool.classify(&self.desk.context, tasks, self.ahead.back());
        }
    }

    /// Finishes objects in order, as far as their pieces are back.
    fn finish_ready(&mut self) {
        while let Some(mut open) = self.ahead.pop_ready() {
            self.batch(&mut open);
            self.finish(open);
        }
    }

    fn finish_all(&mut self) {
        // The last may have been broken off: it stays as its last checkpoint left it.
        if let Some(open) = self.ahead.last().filter(|open| open.closed.is_none()) {
            self.left.clone_from(&open.resume);
            self.drop_last();
        }
        self.flush_tasks();
        while !self.ahead.is_empty() {
            self.ahead.take_back(true);
            self.finish_ready();
        }
    }
}
