//! The embedded store: fjall in a data directory, for a node that stands alone.
//!
//! Reads go straight to fjall. Writes pass through one thread, which takes what has gathered,
//! decides it in order, writes it as one batch, syncs once and answers all: so many small commits
//! share the price of a sync, and a fence is read and raised by nobody else meanwhile. What is
//! answered is on the disk; a batch is there whole or not at all.
//!
//! When the disk is full, fjall takes no more until it is opened anew. So the writer opens it
//! anew, looks whether the batch is there, and answers with what it sees; as long as that fails,
//! each further write tries again, so that the store works again when there is room.

mod backup;
mod directory;
mod engine;
mod group;
mod options;
mod writer;

pub use backup::{BACKUP_FILE, restore};
pub use options::Options;
#[cfg(feature = "faults")]
pub use options::{Probe, Step};

use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::error::StoreError;
use crate::fence::{Fence, Outcome};
use crate::store::{RawCommit, RawDelete, RawRaise, Row, Store, SweptRow};
use crate::table::{Kind, Table};
use crate::value::Value;
use crate::verbs::{Copied, Cursor, Limits, Page};
use engine::Shared;
use writer::{Job, Verb};

/// Rows of a page that are read without handing it to another thread, which takes longer than to
/// read so few. Most stretches have no more.
const ROWS_ON_THE_SPOT: usize = 64;

/// What waits for the writer may have so many bytes; whoever comes then waits himself.
const QUEUE_BYTES: u32 = 16 * 1024 * 1024;

/// What each job counts beside its rows, so that the number of jobs is bounded too.
const JOB_BYTES: usize = 1024;

/// A store in a data directory.
pub struct EmbeddedStore {
    shared: Arc<Shared>,
    budget: Arc<Semaphore>,
    jobs: Option<mpsc::UnboundedSender<Job>>,
    writer: Option<std::thread::JoinHandle<bool>>,
}

impl EmbeddedStore {
    /// Opens the store of a data directory, and makes it where there is none.
    pub fn open(options: Options) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared::open(options)?);
        // The budget bounds what the channel holds.
        let (jobs, queue) = mpsc::unbounded_channel();
        let writer = std::thread::Builder::new()
            .name("trawl-store".to_owned())
            .spawn({
                let shared = shared.clone();
                move || writer::run(&shared, queue)
            })
            .map_err(|error| shared.disk_error(&error))?;
        Ok(Self {
            shared,
            budget: Arc::new(Semaphore::new(QUEUE_BYTES as usize)),
            jobs: Some(jobs),
            writer: Some(writer),
        })
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.shared.options.dir
    }

    async fn write<T>(
        &self,
        bytes: usize,
        verb: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Verb,
    ) -> Result<T, StoreError> {
        let weight = u32::try_from(bytes + JOB_BYTES).unwrap_or(QUEUE_BYTES).min(QUEUE_BYTES);
        let permit =
            self.budget.clone().acquire_many_owned(weight).await.map_err(|_| StoreError::Closed)?;
        let (sender, answer) = oneshot::channel();
        let job = Job { verb: verb(sender), bytes, _permit: permit };
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(job).map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Reads that may be long, off the threads that must not wait.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&engine::Engine) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let shared = self.shared.clone();
        tokio::task::spawn_blocking(move || shared.read(read))
            .await
            .map_err(|_| StoreError::Closed)?
    }
}

impl Drop for EmbeddedStore {
    /// Waits until all that was taken is written.
    fn drop(&mut self) {
        drop(self.jobs.take());
        let sorted = self.writer.take().and_then(|writer| writer.join().ok());
        if sorted == Some(true) {
            self.shared.close_sorted();
        }
    }
}

fn rows_weight(rows: &[Row]) -> usize {
    rows.iter().map(Row::weight).sum()
}

#[async_trait]
impl Store for EmbeddedStore {
    fn limits(&self) -> &Limits {
        &self.shared.options.limits
    }

    async fn get(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        key: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        // One row is some microseconds from memory: less than to hand it to another thread.
        self.shared.read(|engine| engine.row(table, &partition, key))
    }

    async fn scan(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
        limit: usize,
    ) -> Result<Page<Row, ()>, StoreError> {
        let few = limit.min(ROWS_ON_THE_SPOT);
        let page = self.shared.read(|engine| engine.scan(table, &partition, &from, &until, few))?;
        let behind = page.rows.last().filter(|_| page.next.is_some() && few < limit);
        let Some(behind) = behind.map(|row| Bound::Excluded(row.key.clone())) else {
            return Ok(page);
        };
        let rest = self
            .read(move |engine| engine.scan(table, &partition, &behind, &until, limit - few))
            .await?;
        let rows = page.rows.into_iter().chain(rest.rows).collect();
        Ok(Page { rows, next: rest.next })
    }

    async fn last(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
    ) -> Result<Option<Row>, StoreError> {
        self.shared.read(|engine| engine.last(table, &partition, &from, &until))
    }

    async fn put(
        &self,
        table: &'static Table,
        partitions: Vec<(Vec<Value>, Vec<Row>)>,
    ) -> Result<(), StoreError> {
        table.check_kind(Kind::Plain, "put")?;
        let bytes = partitions.iter().map(|(_, rows)| rows_weight(rows)).sum();
        self.write(bytes, |answer| Verb::Put { table, partitions, answer }).await
    }

    async fn delete(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        delete: RawDelete,
    ) -> Result<(), StoreError> {
        table.check_kind(Kind::Plain, "delete")?;
        let bytes = delete.weight();
        self.write(bytes, |answer| Verb::Delete { table, partition, delete, answer }).await
    }

    async fn sweep(
        &self,
        table: &'static Table,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<SweptRow, Cursor>, StoreError> {
        self.read(move |engine| engine.sweep(table, cursor.as_ref(), limit)).await
    }

    async fn fence(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
    ) -> Result<Option<Fence>, StoreError> {
        table.check_kind(Kind::Fenced, "fence")?;
        self.shared.read(|engine| engine.fence(table, &partition))
    }

    async fn commit(
        &self,
        table: &'static Table,
        commit: RawCommit,
    ) -> Result<Outcome, StoreError> {
        table.check_kind(Kind::Fenced, "commit")?;
        let bytes =
            rows_weight(&commit.puts) + commit.deletes.iter().map(RawDelete::weight).sum::<usize>();
        self.write(bytes, |answer| Verb::Commit { table, commit, answer }).await
    }

    async fn backup(
        &self,
        folder: &Path,
        without: &[&'static Table],
    ) -> Result<Copied, StoreError> {
        let (shared, folder, without) =
            (self.shared.clone(), folder.to_owned(), without.to_owned());
        tokio::task::spawn_blocking(move || backup::write(&shared, &folder, &without))
            .await
            .map_err(|_| StoreError::Closed)?
    }

    async fn raise(&self, table: &'static Table, raise: RawRaise) -> Result<Outcome, StoreError> {
        table.check_kind(Kind::Fenced, "raise")?;
        let bytes = rows_weight(&raise.puts);
        self.write(bytes, |answer| Verb::Raise { table, raise, answer }).await
    }
}
