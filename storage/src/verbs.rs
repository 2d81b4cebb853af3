//! The words that verbs take and give: spans, pages, deletes, commits and their bounds.

use std::ops::Bound;

use crate::fence::{Fence, Start, WriteId};
use crate::table::Fenced;

/// A stretch of keys in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<K> {
    /// Where it begins.
    pub from: Bound<K>,
    /// Where it ends.
    pub until: Bound<K>,
}

impl<K> Span<K> {
    /// All keys.
    pub fn all() -> Self {
        Self { from: Bound::Unbounded, until: Bound::Unbounded }
    }

    /// From this key, itself included, to the end.
    pub fn from(key: K) -> Self {
        Self { from: Bound::Included(key), until: Bound::Unbounded }
    }

    /// From the first key, itself included, to the second, itself excluded.
    pub fn between(from: K, until: K) -> Self {
        Self { from: Bound::Included(from), until: Bound::Excluded(until) }
    }

    /// What is left of it behind this key: how the next page is asked for.
    pub fn after(self, key: K) -> Self {
        Self { from: Bound::Excluded(key), until: self.until }
    }
}

/// Some rows, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<R, C> {
    /// The rows, in order.
    pub rows: Vec<R>,
    /// After what to go on; none when that was all. The page behind it may turn out empty.
    pub next: Option<C>,
}

/// Where a sweep stands. Only the store that gave it can read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub(crate) Vec<u8>);

impl Cursor {
    /// The bytes, for whoever keeps it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The cursor that these bytes are.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// What is to be deleted from a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delete<K> {
    /// One row.
    Row(K),
    /// From the first key, itself included, to the second, itself excluded.
    Range(K, K),
    /// All of it. Of a fenced partition head and fence stay.
    Partition,
}

/// Rows of one fenced partition that are written and deleted together, all or nothing.
#[derive(Debug, Clone)]
pub struct Commit<R: Fenced> {
    /// The partition.
    pub partition: R::Partition,
    /// The fence on which it was made; none for the first commit of a partition.
    pub expected: Option<Fence>,
    /// Where the fence begins if this is the first commit.
    pub start: Start,
    /// The name of the write, the same when it is tried again.
    pub write: WriteId,
    /// The rows to write.
    pub puts: Vec<R>,
    /// What to delete; it may not cover what is written, nor the head.
    pub deletes: Vec<Delete<R::Key>>,
}

impl<R: Fenced> Commit<R> {
    /// A commit that raises the version and nothing else.
    pub fn new(partition: R::Partition, expected: Option<Fence>, write: WriteId) -> Self {
        Self {
            partition,
            expected,
            start: Start::default(),
            write,
            puts: Vec::new(),
            deletes: Vec::new(),
        }
    }

    /// Where the fence begins, if this is the first commit of its partition.
    pub fn starting(self, start: Start) -> Self {
        Self { start, ..self }
    }

    /// Writes a row.
    pub fn put(mut self, row: R) -> Self {
        self.puts.push(row);
        self
    }

    /// Deletes rows.
    pub fn delete(mut self, delete: Delete<R::Key>) -> Self {
        self.deletes.push(delete);
        self
    }
}

/// What was copied from a store, or into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Copied {
    /// Rows and fences.
    pub rows: u64,
    /// Bytes of keys and values.
    pub bytes: u64,
}

/// How much one write may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of a commit, deletes included: others of the partition wait for it. In a database a
    /// conditional batch takes one round of its partition's replicas, and is to stay well below this.
    pub commit_rows: usize,
    /// Bytes of a commit.
    pub commit_bytes: usize,
    /// Rows of a page: what is held in memory for one answer. A larger page is cut to it.
    pub page_rows: usize,
    /// Bytes of a key. CQL ends at 64 KiB; the names of objects have an eighth of that.
    pub key_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            commit_rows: 2_000,
            commit_bytes: 1024 * 1024,
            page_rows: 10_000,
            key_bytes: 32 * 1024,
        }
    }
}
