//! The writer: one thread that takes what has gathered, writes it as one batch, syncs once and
//! answers all.

use std::time::{Duration, Instant};

use fjall::PersistMode;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::engine::{Engine, Shared};
use super::group::{Answer, Group, Waiting, stretch};
use crate::error::StoreError;
use crate::fence::Outcome;
use crate::store::{RawCommit, RawDelete, RawRaise, Row};
use crate::table::{Kind, Table};
use crate::value::Value;

/// A batch grows no further than this: whoever waits for it waits no longer for more.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// So many keys of a plain stretch are deleted by one batch.
const DELETE_KEYS: usize = 10_000;

/// Sealed write buffers that may wait to be sorted into tables. At four fjall blocks whoever
/// writes, and for ever if its workers have died.
const SEALED_BUFFERS: usize = 2;

/// Unsorted tables that may wait to be merged. At thirty fjall blocks whoever writes.
const UNSORTED_TABLES: usize = 16;

/// How often it is looked whether fjall's workers have caught up; fjall tells nobody.
const CATCH_UP: Duration = Duration::from_millis(2);

/// Bytes that are left in the journal when the store is closed: opening it reads them in no time.
const LEFT_IN_JOURNAL: u64 = 1024 * 1024;

/// How long closing waits until the rest is sorted.
const SORT_AT_CLOSE: Duration = Duration::from_secs(2);

/// A write that waits.
pub(super) struct Job {
    pub(super) verb: Verb,
    pub(super) bytes: usize,
    /// Its share of the queue.
    pub(super) _permit: OwnedSemaphorePermit,
}

/// What is to be written.
pub(super) enum Verb {
    Put { table: &'static Table, partitions: Vec<(Vec<Value>, Vec<Row>)>, answer: Answer<()> },
    Delete { table: &'static Table, partition: Vec<Value>, delete: RawDelete, answer: Answer<()> },
    Commit { table: &'static Table, commit: RawCommit, answer: Answer<Outcome> },
    Raise { table: &'static Table, raise: RawRaise, answer: Answer<Outcome> },
}

/// Why a batch was not written.
enum Failure {
    /// Nothing of it was, since fjall had been stopped before.
    Stopped,
    /// It may be there, whole, or not.
    Disk(StoreError),
    /// Nothing of it was.
    Refused(StoreError),
}

/// Writes until nobody can ask any more and all that was asked is written. True: at the end all of
/// it lies in tables, and the journal is needed no more.
pub(super) fn run(shared: &Shared, mut jobs: mpsc::UnboundedReceiver<Job>) -> bool {
    let mut writer = Writer { shared, group: Group::default(), buffered: [0; 2], journaled: 0 };
    while let Some(job) = jobs.blocking_recv() {
        let mut bytes = job.bytes;
        writer.take(job);
        // Who is about to write comes along: all of them wait for the disk once.
        std::thread::yield_now();
        while bytes < BATCH_BYTES
            && let Ok(job) = jobs.try_recv()
        {
            bytes += job.bytes;
            writer.take(job);
        }
        writer.flush();
    }
    writer.sort_all()
}

struct Writer<'a> {
    shared: &'a Shared,
    group: Group,
    /// Bytes written since the write buffers (of plain and of fenced rows) were sealed last.
    buffered: [u64; 2],
    /// Bytes written since the store was opened.
    journaled: u64,
}

impl Writer<'_> {
    fn take(&mut self, job: Job) {
        let Self { shared, group, .. } = self;
        let open = shared.ensure_open();
        match job.verb {
            Verb::Put { table, partitions, answer } => match open {
                Ok(()) => {
                    for (partition, rows) in &partitions {
                        group.put_rows(table, partition, rows);
                    }
                    group.waiting.push(Waiting::Plain(answer));
                }
                Err(error) => drop(answer.send(Err(error))),
            },
            Verb::Delete { table, partition, delete, answer } => {
                match open.and_then(|()| self.delete(table, &partition, &delete)) {
                    Ok(()) => self.group.waiting.push(Waiting::Plain(answer)),
                    Err(error) => drop(answer.send(Err(error))),
                }
            }
            Verb::Commit { table, commit, answer } => {
                let ruling =
                    open.and_then(|()| shared.read(|engine| group.commit(engine, table, &commit)));
                group.wait(ruling, answer);
            }
            Verb::Raise { table, raise, answer } => {
                let ruling =
                    open.and_then(|()| shared.read(|engine| group.raise(engine, table, &raise)));
                group.wait(ruling, answer);
            }
        }
    }

    /// A plain delete goes in steps, each durable by itself.
    fn delete(
        &mut self,
        table: &'static Table,
        partition: &[Value],
        delete: &RawDelete,
    ) -> Result<(), StoreError> {
        let (mut lower, upper) = stretch(table, partition, delete);
        loop {
            let Self { shared, group, .. } = self;
            let more = shared
                .read(|engine| group.delete_keys(engine, table, &lower, &upper, DELETE_KEYS))?;
            let Some(key) = more else { return Ok(()) };
            self.flush();
            self.shared.ensure_open()?;
            lower = key;
            lower.push(0);
        }
    }

    /// Writes the group and answers all who wait for it.
    fn flush(&mut self) {
        let group = std::mem::take(&mut self.group);
        let written = match self.write(&group) {
            // Nothing of it is there: once more, now that fjall is opened again.
            Err(Failure::Stopped) => {
                let error = self.stopped_error();
                self.shared.close(error, true);
                match self.shared.ensure_open() {
                    Ok(()) => self.write(&group),
                    Err(error) => Err(Failure::Refused(error)),
                }
            }
            other => other,
        };
        match written {
            Ok(()) => self.answer(group),
            Err(Failure::Refused(error)) => refuse(group, &error),
            Err(Failure::Stopped) => {
                let error = self.stopped_error();
                self.shared.close(error.clone(), true);
                // Reads go on, whether or not somebody writes again.
                if let Err(error) = self.shared.ensure_open() {
                    tracing::error!(%error, "the store could not be opened again");
                }
                refuse(group, &error);
            }
            Err(Failure::Disk(error)) => self.settle(group, error),
        }
    }

    fn stopped_error(&self) -> StoreError {
        let dir = self.shared.options.dir.clone();
        if self.shared.is_full(0) {
            StoreError::Full { dir }
        } else {
            StoreError::Disk { dir, message: "sorting rows into tables failed".to_owned() }
        }
    }

    fn write(&mut self, group: &Group) -> Result<(), Failure> {
        if group.pending.is_empty() {
            return Ok(());
        }
        if self.shared.is_full(group.bytes as u64) {
            let dir = self.shared.options.dir.clone();
            return Err(Failure::Refused(StoreError::Full { dir }));
        }
        self.step_decided()?;
        let shared = self.shared;
        let outcome = shared.read(|engine| Ok(self.write_batch(engine, group)));
        match outcome {
            Ok(Ok(())) => self.step_written(),
            Ok(Err(failure)) => Err(failure),
            Err(error) => Err(Failure::Refused(error)),
        }
    }

    fn write_batch(&mut self, engine: &Engine, group: &Group) -> Result<(), Failure> {
        wait_for_workers(engine)?;
        let mut batch = engine.db.batch().durability(Some(PersistMode::SyncData));
        for (key, pending) in &group.pending {
            let keyspace = engine.keyspace(pending.kind);
            match &pending.value {
                Some(value) => batch.insert(keyspace, key.as_slice(), value.as_slice()),
                None => batch.remove(keyspace, key.as_slice()),
            }
            let weight = key.len() + pending.value.as_ref().map_or(0, Vec::len);
            self.buffered[usize::from(pending.kind == Kind::Fenced)] += weight as u64;
            self.journaled += weight as u64;
        }
        batch.commit().map_err(|error| match error {
            fjall::Error::Poisoned => Failure::Stopped,
            error => Failure::Disk(self.shared.engine_error(&error)),
        })?;
        self.seal_buffers(engine)
    }

    /// Seals a write buffer that has its share of the bytes: two may be filling, and two be
    /// written to their tables.
    fn seal_buffers(&mut self, engine: &Engine) -> Result<(), Failure> {
        let share = self.shared.options.write_buffer_bytes / 4;
        for (kind, keyspace) in [(0, &engine.plain), (1, &engine.fenced)] {
            if self.buffered[kind] > share {
                self.buffered[kind] = 0;
                // What was written stands in the journal: a failure here is one of later writes.
                if let Err(error) = keyspace.rotate_memtable() {
                    tracing::warn!(%error, "a write buffer could not be sealed");
                }
            }
        }
        Ok(())
    }

    /// Sorts what is still in write buffers into tables, before the store is closed: so opening it
    /// again need not. It may be left out at any point, for all of it stands in the journal. True:
    /// all is sorted.
    fn sort_all(&self) -> bool {
        let shared = self.shared;
        let sorted = shared.read(|engine| {
            if engine.journal_at_opening + self.journaled < LEFT_IN_JOURNAL {
                return Ok(false);
            }
            for keyspace in [&engine.plain, &engine.fenced] {
                keyspace.rotate_memtable().map_err(|error| shared.engine_error(&error))?;
            }
            let begun = Instant::now();
            while engine.is_sorting() && begun.elapsed() < SORT_AT_CLOSE {
                std::thread::park_timeout(CATCH_UP);
            }
            Ok(engine.is_all_sorted())
        });
        sorted.unwrap_or_else(|error| {
            tracing::warn!(%error, "write buffers could not be sorted before closing");
            false
        })
    }

    /// After a write that may be there or not: opens fjall again, and looks.
    fn settle(&mut self, group: Group, error: StoreError) {
        // After a full disk what can be read back is what is there. After anything else it may
        // be in the memory of the system alone.
        let trusted = matches!(error, StoreError::Full { .. });
        self.shared.close(error.clone(), trusted);
        let reopened = self.shared.ensure_open();
        if let Err(error) = &reopened {
            tracing::error!(%error, "the store could not be opened again after a failed write");
        }
        let is_in = reopened
            .and_then(|()| self.shared.read(|engine| Ok(group.is_in(engine))))
            .ok()
            .flatten();
        match is_in {
            Some(true) => self.answer(group),
            Some(false) => refuse(group, &error),
            None => forget(group, &error),
        }
    }

    fn answer(&self, group: Group) {
        for waiting in group.waiting {
            match waiting {
                Waiting::Plain(answer) => drop(answer.send(Ok(()))),
                Waiting::Write(fence, answer) => drop(answer.send(Ok(Outcome::Applied(fence)))),
                Waiting::Told(outcome, answer) => drop(answer.send(Ok(outcome))),
            }
            self.step_answered();
        }
    }

    #[cfg(feature = "faults")]
    fn step(&self, step: super::options::Step) -> std::io::Result<()> {
        self.shared.options.probe.as_ref().map_or(Ok(()), |probe| probe(step))
    }

    #[cfg(feature = "faults")]
    fn step_decided(&self) -> Result<(), Failure> {
        self.step(super::options::Step::Decided)
            .map_err(|error| Failure::Disk(self.shared.disk_error(&error)))
    }

    #[cfg(feature = "faults")]
    fn step_written(&self) -> Result<(), Failure> {
        self.step(super::options::Step::Written)
            .map_err(|error| Failure::Disk(self.shared.disk_error(&error)))
    }

    #[cfg(feature = "faults")]
    fn step_answered(&self) {
        let _ = self.step(super::options::Step::Answered);
    }

    #[cfg(not(feature = "faults"))]
    fn step_decided(&self) -> Result<(), Failure> {
        Ok(())
    }

    #[cfg(not(feature = "faults"))]
    fn step_written(&self) -> Result<(), Failure> {
        Ok(())
    }

    #[cfg(not(feature = "faults"))]
    fn step_answered(&self) {}
}

/// Waits until fjall's workers have caught up, so that it never blocks us itself.
fn wait_for_workers(engine: &Engine) -> Result<(), Failure> {
    let is_behind = |keyspace: &fjall::Keyspace| {
        keyspace.sealed_memtable_count() >= SEALED_BUFFERS
            || keyspace.l0_table_count() >= UNSORTED_TABLES
    };
    while is_behind(&engine.plain) || is_behind(&engine.fenced) {
        // It fails when the workers have died.
        engine.db.persist(PersistMode::Buffer).map_err(|_| Failure::Stopped)?;
        std::thread::park_timeout(CATCH_UP);
    }
    Ok(())
}

/// Answers that nothing was written.
fn refuse(group: Group, error: &StoreError) {
    for waiting in group.waiting {
        match waiting {
            Waiting::Plain(answer) => drop(answer.send(Err(error.clone()))),
            Waiting::Write(_, answer) | Waiting::Told(_, answer) => {
                drop(answer.send(Err(error.clone())));
            }
        }
    }
}

/// Answers that nobody knows what was written.
fn forget(group: Group, error: &StoreError) {
    for waiting in group.waiting {
        match waiting {
            Waiting::Plain(answer) => drop(answer.send(Err(error.clone()))),
            Waiting::Write(_, answer) => drop(answer.send(Ok(Outcome::Unknown))),
            Waiting::Told(_, answer) => drop(answer.send(Err(error.clone()))),
        }
    }
}
