//! What every store can do, in rows and values. [`Db`](crate::Db) says the same in records.

use std::ops::Bound;
use std::path::Path;

use async_trait::async_trait;

use crate::error::StoreError;
use crate::fence::{Fence, Outcome, Start, WriteId};
use crate::table::Table;
use crate::value::Value;
use crate::verbs::{Copied, Cursor, Limits, Page};

/// A row of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The values of the clustering columns.
    pub key: Vec<Value>,
    /// The values of the rest.
    pub values: Vec<Value>,
}

impl Row {
    /// Roughly how many bytes it takes in a message and on disk.
    pub fn weight(&self) -> usize {
        self.key.iter().chain(&self.values).map(Value::weight).sum()
    }
}

/// A row and the partition in which it lies, as a sweep meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweptRow {
    /// The values of the partition columns.
    pub partition: Vec<Value>,
    /// The row.
    pub row: Row,
}

/// What is to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawDelete {
    /// One row.
    Row(Vec<Value>),
    /// All rows of a stretch.
    Range(Bound<Vec<Value>>, Bound<Vec<Value>>),
    /// A plain partition.
    Partition,
}

impl RawDelete {
    /// Roughly how many bytes it takes in a message.
    pub fn weight(&self) -> usize {
        let bound = |bound: &Bound<Vec<Value>>| match bound {
            Bound::Included(key) | Bound::Excluded(key) => key.iter().map(Value::weight).sum(),
            Bound::Unbounded => 0,
        };
        match self {
            Self::Row(key) => key.iter().map(Value::weight).sum(),
            Self::Range(from, until) => bound(from) + bound(until),
            Self::Partition => 0,
        }
    }
}

/// A commit in rows and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCommit {
    /// The partition.
    pub partition: Vec<Value>,
    /// The fence on which it was made.
    pub expected: Option<Fence>,
    /// Where the fence begins if this is the first commit.
    pub start: Start,
    /// The name of the write.
    pub write: WriteId,
    /// The rows to write.
    pub puts: Vec<Row>,
    /// What to delete.
    pub deletes: Vec<RawDelete>,
}

/// The raising of an epoch in rows and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRaise {
    /// The partition.
    pub partition: Vec<Value>,
    /// The epoch to reach.
    pub epoch: u64,
    /// The name of the write.
    pub write: WriteId,
    /// The rows to write with it, such as the head that names the new owner.
    pub puts: Vec<Row>,
}

/// A store. What it is given was checked by [`Db`](crate::Db): types, bounds, and that no delete
/// covers a put or a head. What it answers has been made durable.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// How much one write may hold.
    fn limits(&self) -> &Limits;

    /// One row.
    async fn get(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        key: Vec<Value>,
    ) -> Result<Option<Row>, StoreError>;

    /// Rows of a partition in the order of their keys, at most so many. The page says nothing of
    /// where to go on but whether there may be more: its last row does.
    async fn scan(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
        limit: usize,
    ) -> Result<Page<Row, ()>, StoreError>;

    /// The last row of a stretch of a partition.
    async fn last(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
    ) -> Result<Option<Row>, StoreError>;

    /// Writes rows of a plain table, partition by partition: not all or nothing, but all durable
    /// when it returns. Each partition is named once.
    async fn put(
        &self,
        table: &'static Table,
        partitions: Vec<(Vec<Value>, Vec<Row>)>,
    ) -> Result<(), StoreError>;

    /// Deletes from one partition of a plain table.
    async fn delete(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        delete: RawDelete,
    ) -> Result<(), StoreError>;

    /// All rows of a table, partition by partition, at most so many.
    async fn sweep(
        &self,
        table: &'static Table,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<SweptRow, Cursor>, StoreError>;

    /// The fence of a partition, read so that no commit that was answered is missed.
    async fn fence(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
    ) -> Result<Option<Fence>, StoreError>;

    /// Writes and deletes rows of one fenced partition, all or nothing, if it has the fence that
    /// is expected.
    async fn commit(&self, table: &'static Table, commit: RawCommit)
    -> Result<Outcome, StoreError>;

    /// Raises the epoch of a partition, if it is lower.
    async fn raise(&self, table: &'static Table, raise: RawRaise) -> Result<Outcome, StoreError>;

    /// Writes a copy of all that is kept into a new folder, as it is at one moment, but for these
    /// tables. Databases are backed up by means of their own.
    async fn backup(&self, _folder: &Path, _: &[&'static Table]) -> Result<Copied, StoreError> {
        Err(StoreError::NoBackup)
    }
}
