//! fjall, opened: reading, and being closed and opened again.

use std::ops::Bound;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use fjall::config::BlockSizePolicy;
use fjall::{AbstractTree, Database, Keyspace, KeyspaceCreateOptions, Readable};

use super::options::Options;
use crate::codec;
use crate::directory::{Directory, io_error};
use crate::error::StoreError;
use crate::fence::Fence;
use crate::store::{Row, SweptRow};
use crate::table::{Kind, Table};
use crate::value::Value;
use crate::verbs::{Cursor, Page};

/// Files that are kept open at once.
const OPEN_FILES: usize = 256;

/// fjall's own threads, which sort rows into tables.
const WORKERS: usize = 2;

/// Journals are written again into tables beyond so many bytes: it bounds how long opening takes.
const JOURNAL_BYTES: u64 = 128 * 1024 * 1024;

/// Fenced rows are small, and mostly read in order: a block is read and unpacked at once.
const FENCED_BLOCK_BYTES: u32 = 16 * 1024;

/// Room is made at once for so many rows of a page: pages are full more often than not.
const ROWS_AHEAD: usize = 512;

/// fjall, and what it is kept in.
pub(super) struct Shared {
    pub(super) options: Options,
    state: RwLock<State>,
    directory: Directory,
}

enum State {
    Open(Engine),
    /// It was closed, because a write failed with this, and is to be opened again.
    Closed(StoreError),
    /// It failed in a way after which what the disk says can't be trusted.
    Dead(StoreError),
}

/// fjall, opened. Rows of plain tables and of fenced ones lie apart: the former are written once,
/// the latter again and again.
///
/// All that is read for others is read of snapshots. A batch that is being written is seen without one
/// row by row, its fences before its rows: who read a new fence and an old row would write that row
/// back over the new one.
pub(super) struct Engine {
    pub(super) db: Database,
    pub(super) plain: Keyspace,
    pub(super) fenced: Keyspace,
    /// How long the journal was then.
    pub(super) journal_at_opening: u64,
    /// Which opening it is, of all of this process.
    pub(super) opening: u64,
}

/// Openings so far.
static OPENINGS: AtomicU64 = AtomicU64::new(0);

impl Shared {
    pub(super) fn open(options: Options) -> Result<Self, StoreError> {
        let directory = Directory::take(&options.dir)?;
        directory.of_itself()?;
        if !directory.store().exists() {
            let unfinished = directory.unfinished_store()?;
            drop(Engine::open(&options, &unfinished)?);
            directory.finish_store(&unfinished)?;
        }
        let engine = Engine::open(&options, &directory.store())?;
        Ok(Self { options, state: RwLock::new(State::Open(engine)), directory })
    }

    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Engine) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Open(engine) => read(engine),
            State::Closed(error) | State::Dead(error) => Err(error.clone()),
        }
    }

    /// Opens fjall again if it was closed. Only the writer does that.
    pub(super) fn ensure_open(&self) -> Result<(), StoreError> {
        if self.read(|_| Ok(())).is_ok() {
            return Ok(());
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Open(_) => Ok(()),
            State::Dead(error) => Err(error.clone()),
            State::Closed(_) => {
                let engine = Engine::open(&self.options, &self.directory.store())?;
                *state = State::Open(engine);
                Ok(())
            }
        }
    }

    /// Closes fjall, which takes nothing more after a write has failed.
    pub(super) fn close(&self, error: StoreError, trusted: bool) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        *state = if trusted { State::Closed(error) } else { State::Dead(error) };
    }

    /// Closes fjall for good, after all that it holds was sorted into tables: its journal is
    /// emptied, so that opening it again has nothing to read.
    pub(super) fn close_sorted(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(&*state, State::Open(_)) {
            // fjall has let go of its files when this is dropped.
            *state = State::Closed(StoreError::Closed);
            if let Err(error) = self.directory.empty_journal() {
                tracing::warn!(%error, "the journal could not be emptied; it is read at the next start");
            }
        }
    }

    pub(super) fn disk_error(&self, error: &std::io::Error) -> StoreError {
        io_error(&self.options.dir, error)
    }

    /// Whether so little is free that nothing more is taken.
    pub(super) fn is_full(&self, wanted: u64) -> bool {
        match rustix::fs::statvfs(&self.options.dir) {
            Ok(disk) => {
                let free = disk.f_bavail.saturating_mul(disk.f_frsize);
                free < self.options.reserve_bytes.saturating_add(wanted)
            }
            Err(_) => false,
        }
    }

    pub(super) fn engine_error(&self, error: &fjall::Error) -> StoreError {
        engine_error(&self.options, error)
    }
}

pub(super) fn engine_error(options: &Options, error: &fjall::Error) -> StoreError {
    match error {
        fjall::Error::Io(error) | fjall::Error::Storage(fjall::LsmError::Io(error)) => {
            io_error(&options.dir, error)
        }
        other => StoreError::Disk { dir: options.dir.clone(), message: other.to_string() },
    }
}

impl Engine {
    pub(super) fn open(options: &Options, path: &std::path::Path) -> Result<Self, StoreError> {
        let open = || {
            let db = Database::builder(path)
                .cache_size(options.cache_bytes)
                .max_cached_files(Some(OPEN_FILES))
                .max_journaling_size(JOURNAL_BYTES)
                .worker_threads(WORKERS)
                .manual_journal_persist(true)
                .open()?;
            let plain = db.keyspace("plain", KeyspaceCreateOptions::default)?;
            let blocks = BlockSizePolicy::all(FENCED_BLOCK_BYTES);
            let large = || KeyspaceCreateOptions::default().data_block_size_policy(blocks.clone());
            let fenced = db.keyspace("fenced", large)?;
            let journal_at_opening = db.journal_disk_space()?;
            let opening = OPENINGS.fetch_add(1, Ordering::Relaxed);
            Ok(Self { db, plain, fenced, journal_at_opening, opening })
        };
        open().map_err(|error| engine_error(options, &error))
    }

    pub(super) fn keyspace(&self, kind: Kind) -> &Keyspace {
        match kind {
            Kind::Plain => &self.plain,
            Kind::Fenced => &self.fenced,
        }
    }

    /// Whether a write buffer is being sorted into a table.
    pub(super) fn is_sorting(&self) -> bool {
        [&self.plain, &self.fenced].iter().any(|keyspace| keyspace.sealed_memtable_count() > 0)
    }

    /// Whether nothing is left in a write buffer.
    pub(super) fn is_all_sorted(&self) -> bool {
        !self.is_sorting()
            && [&self.plain, &self.fenced]
                .iter()
                .all(|keyspace| keyspace.tree.active_memtable().is_empty())
    }

    pub(super) fn value(
        &self,
        table: &'static Table,
        key: &[u8],
    ) -> Result<Option<fjall::UserValue>, StoreError> {
        self.db
            .snapshot()
            .get(self.keyspace(table.kind), key)
            .map_err(|error| failed(table, &error))
    }

    pub(super) fn row(
        &self,
        table: &'static Table,
        partition: &[Value],
        key: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let value = self.value(table, &codec::row_key(table, partition, &key))?;
        value.map(|v| codec::read_values(table, &v).map(|values| Row { key, values })).transpose()
    }

    pub(super) fn fence(
        &self,
        table: &'static Table,
        partition: &[Value],
    ) -> Result<Option<Fence>, StoreError> {
        let value = self.value(table, &codec::fence_key(table, partition))?;
        value.map(|value| codec::read_fence(table, &value)).transpose()
    }

    pub(super) fn scan(
        &self,
        table: &'static Table,
        partition: &[Value],
        from: &Bound<Vec<Value>>,
        until: &Bound<Vec<Value>>,
        limit: usize,
    ) -> Result<Page<Row, ()>, StoreError> {
        let (lower, upper) = codec::span(table, partition, from, until);
        let mut rows = Vec::with_capacity(limit.min(ROWS_AHEAD));
        if lower < upper {
            let before = codec::partition_prefix(table, partition).len();
            let rest = self.db.snapshot().range(self.keyspace(table.kind), lower..upper);
            for guard in rest.take(limit) {
                let (key, value) = guard.into_inner().map_err(|error| failed(table, &error))?;
                rows.extend(codec::read_row_behind(table, before, &key, &value)?);
            }
        }
        let next = (rows.len() == limit).then_some(());
        Ok(Page { rows, next })
    }

    pub(super) fn last(
        &self,
        table: &'static Table,
        partition: &[Value],
        from: &Bound<Vec<Value>>,
        until: &Bound<Vec<Value>>,
    ) -> Result<Option<Row>, StoreError> {
        let (lower, upper) = codec::span(table, partition, from, until);
        if lower >= upper {
            return Ok(None);
        }
        let before = codec::partition_prefix(table, partition).len();
        let last = self.db.snapshot().range(self.keyspace(table.kind), lower..upper).next_back();
        let Some(guard) = last else { return Ok(None) };
        let (key, value) = guard.into_inner().map_err(|error| failed(table, &error))?;
        codec::read_row_behind(table, before, &key, &value)
    }

    pub(super) fn sweep(
        &self,
        table: &'static Table,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<SweptRow, Cursor>, StoreError> {
        let (lower, upper) = codec::table_span(table, cursor.map(Cursor::as_bytes))?;
        let mut rows = Vec::new();
        if lower >= upper {
            return Ok(Page { rows, next: None });
        }
        for guard in self.db.snapshot().range(self.keyspace(table.kind), lower..upper) {
            let (key, value) = guard.into_inner().map_err(|error| failed(table, &error))?;
            rows.extend(codec::read_row(table, &key, &value)?);
            if rows.len() == limit {
                return Ok(Page { rows, next: Some(Cursor(key.to_vec())) });
            }
        }
        Ok(Page { rows, next: None })
    }

    /// The keys of a stretch, at most so many.
    pub(super) fn keys(
        &self,
        table: &'static Table,
        lower: &[u8],
        upper: &[u8],
        most: usize,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let range = self.keyspace(table.kind).range(lower..upper).take(most);
        range
            .map(|guard| match guard.key() {
                Ok(key) => Ok(key.to_vec()),
                Err(error) => Err(failed(table, &error)),
            })
            .collect()
    }
}

fn failed(table: &'static Table, error: &fjall::Error) -> StoreError {
    StoreError::Read { table: table.name, message: error.to_string() }
}
