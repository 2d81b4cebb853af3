//! The typed verbs. A [`Db`] is cheap to clone and may be asked from anywhere.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use crate::codec;
use crate::error::StoreError;
use crate::fence::{Fence, Outcome, WriteId};
use crate::pages::Pages;
use crate::store::{RawCommit, RawDelete, RawRaise, Row, Store, SweptRow};
use crate::table::{Fenced, Fields, Plain, Record, Table, unreadable};
use crate::value::Value;
use crate::verbs::{Commit, Copied, Cursor, Delete, Limits, Page, Span};

/// A handle to a store.
#[derive(Clone)]
pub struct Db {
    store: Arc<dyn Store>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Db")
    }
}

impl Db {
    /// A handle to this store.
    pub fn new(store: impl Store) -> Self {
        Self { store: Arc::new(store) }
    }

    /// A handle to a store that others hold too.
    pub fn shared(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// A handle to the same store, seen through a layer.
    pub fn through<S: Store>(&self, layer: impl FnOnce(Arc<dyn Store>) -> S) -> Self {
        Self::new(layer(Arc::clone(&self.store)))
    }

    /// How much one write may hold.
    pub fn limits(&self) -> &Limits {
        self.store.limits()
    }

    /// One row.
    pub async fn get<R: Record>(
        &self,
        partition: &R::Partition,
        key: &R::Key,
    ) -> Result<Option<R>, StoreError> {
        let row = self.store.get(R::TABLE, partition.to_values(), key.to_values()).await?;
        row.map(|row| read::<R>(partition.clone(), row)).transpose()
    }

    /// Rows of a partition in the order of their keys, at most `limit` of them.
    pub async fn scan<R: Record>(
        &self,
        partition: &R::Partition,
        span: Span<R::Key>,
        limit: usize,
    ) -> Result<Page<R, R::Key>, StoreError> {
        let limit = limit.clamp(1, self.limits().page_rows);
        let (from, until) = (raw_bound(&span.from), raw_bound(&span.until));
        let page = self.store.scan(R::TABLE, partition.to_values(), from, until, limit).await?;
        let rows = read_all::<R>(partition, page.rows)?;
        let next = page.next.and_then(|()| rows.last().map(R::key));
        Ok(Page { rows, next })
    }

    /// The last row of a stretch.
    pub async fn last<R: Record>(
        &self,
        partition: &R::Partition,
        span: &Span<R::Key>,
    ) -> Result<Option<R>, StoreError> {
        let (from, until) = (raw_bound(&span.from), raw_bound(&span.until));
        let row = self.store.last(R::TABLE, partition.to_values(), from, until).await?;
        row.map(|row| read::<R>(partition.clone(), row)).transpose()
    }

    /// Rows of a long stretch, page by page, each of at most so many: the next page is read while
    /// one is worked on.
    pub fn pages<R: Record>(
        &self,
        partition: R::Partition,
        span: &Span<R::Key>,
        page_rows: usize,
    ) -> Pages<R> {
        let page_rows = page_rows.clamp(1, self.limits().page_rows);
        let (from, until) = (raw_bound(&span.from), raw_bound(&span.until));
        Pages::new(Arc::clone(&self.store), partition, from, until, page_rows)
    }

    /// All rows of a stretch, page by page, into memory: for stretches that are known to be small.
    /// What is longer than `most` is an error of the caller's, and cut there.
    pub async fn collect<R: Record>(
        &self,
        partition: &R::Partition,
        span: Span<R::Key>,
        most: usize,
    ) -> Result<Vec<R>, StoreError> {
        let mut rows = Vec::new();
        let mut rest = span;
        while rows.len() < most {
            let page = self.scan::<R>(partition, rest.clone(), most - rows.len()).await?;
            rows.extend(page.rows);
            match page.next {
                Some(key) => rest = rest.after(key),
                None => break,
            }
        }
        Ok(rows)
    }

    /// Writes rows, of one partition or several. Partition by partition, not all or nothing; all
    /// of them are durable when it returns.
    pub async fn put<R: Plain>(&self, rows: Vec<R>) -> Result<(), StoreError> {
        let mut partitions = BTreeMap::<R::Partition, Vec<Row>>::new();
        for row in rows {
            let raw = write(&row, self.limits())?;
            partitions.entry(row.partition()).or_default().push(raw);
        }
        if partitions.is_empty() {
            return Ok(());
        }
        let partitions =
            partitions.into_iter().map(|(partition, rows)| (partition.to_values(), rows));
        self.store.put(R::TABLE, partitions.collect()).await
    }

    /// Deletes from a partition. Deleting is cleaning, never truth.
    pub async fn delete<R: Plain>(
        &self,
        partition: &R::Partition,
        delete: Delete<R::Key>,
    ) -> Result<(), StoreError> {
        let raw = match delete {
            Delete::Row(key) => RawDelete::Row(key.to_values()),
            Delete::Range(from, until) => RawDelete::Range(
                Bound::Included(from.to_values()),
                Bound::Excluded(until.to_values()),
            ),
            Delete::Partition => RawDelete::Partition,
        };
        self.store.delete(R::TABLE, partition.to_values(), raw).await
    }

    /// All rows of a record, partition by partition, at most `limit` of them: for rebuild, janitor
    /// and proofs, never for a request. What changes meanwhile may be met or not.
    pub async fn sweep<R: Record>(
        &self,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<R, Cursor>, StoreError> {
        let limit = limit.clamp(1, self.limits().page_rows);
        let page = self.store.sweep(R::TABLE, cursor, limit).await?;
        let rows = page.rows.into_iter().map(|SweptRow { partition, row }| {
            let partition = R::Partition::from_values(partition)
                .ok_or_else(|| unreadable(R::TABLE, "partition"))?;
            read::<R>(partition, row)
        });
        Ok(Page { rows: rows.collect::<Result<_, _>>()?, next: page.next })
    }

    /// Writes a copy of all that is kept into a new folder, as it is at one moment, while reads and
    /// writes go on; rows of these tables are left out.
    pub async fn backup(
        &self,
        folder: &Path,
        without: &[&'static Table],
    ) -> Result<Copied, StoreError> {
        self.store.backup(folder, without).await
    }

    /// The fence of a partition, read so that no commit that was answered is missed.
    pub async fn fence<R: Fenced>(
        &self,
        partition: &R::Partition,
    ) -> Result<Option<Fence>, StoreError> {
        self.store.fence(R::TABLE, partition.to_values()).await
    }

    /// Writes and deletes rows of one fenced partition, all or nothing, if it has the fence that
    /// is expected. An error means that nothing was written.
    pub async fn commit<R: Fenced>(
        &self,
        commit: impl Borrow<Commit<R>> + Send,
    ) -> Result<Outcome, StoreError> {
        let raw = self.raw_commit(commit.borrow())?;
        drop(commit);
        self.store.commit(R::TABLE, raw).await
    }

    fn raw_commit<R: Fenced>(&self, commit: &Commit<R>) -> Result<RawCommit, StoreError> {
        let Commit { partition, expected, start, write, puts, deletes } = commit;
        let raw = RawCommit {
            partition: partition.to_values(),
            expected: *expected,
            start: *start,
            write: *write,
            puts: self.rows_of(partition, puts)?,
            deletes: deletes.iter().map(fenced_delete::<R>).collect(),
        };
        check_deletes::<R>(&raw)?;
        let weight = raw.puts.iter().map(Row::weight).sum::<usize>()
            + raw.deletes.iter().map(RawDelete::weight).sum::<usize>();
        check_bounds(R::TABLE, self.limits(), raw.puts.len() + raw.deletes.len(), weight)?;
        Ok(raw)
    }

    /// Raises the epoch of a partition to `epoch` if it is lower, and writes rows with it, such as
    /// the head that names the new owner. Whoever finds the epoch but not his own write has lost.
    pub async fn raise<R: Fenced>(
        &self,
        partition: &R::Partition,
        epoch: u64,
        write: WriteId,
        puts: Vec<R>,
    ) -> Result<Outcome, StoreError> {
        let puts = self.rows_of(partition, &puts)?;
        check_bounds(
            R::TABLE,
            self.limits(),
            puts.len(),
            puts.iter().map(Row::weight).sum::<usize>(),
        )?;
        let raise = RawRaise { partition: partition.to_values(), epoch, write, puts };
        self.store.raise(R::TABLE, raise).await
    }

    fn rows_of<R: Record>(
        &self,
        partition: &R::Partition,
        rows: &[R],
    ) -> Result<Vec<Row>, StoreError> {
        rows.iter()
            .map(|row| {
                if row.partition() != *partition {
                    return Err(StoreError::ManyPartitions { table: R::TABLE.name });
                }
                self::write(row, self.limits())
            })
            .collect()
    }
}

pub(crate) fn read<R: Record>(partition: R::Partition, row: Row) -> Result<R, StoreError> {
    let key = R::Key::from_values(row.key).ok_or_else(|| unreadable(R::TABLE, "key"))?;
    R::read(partition, key, row.values)
}

/// All rows of a page; room for them is made once.
fn read_all<R: Record>(partition: &R::Partition, page: Vec<Row>) -> Result<Vec<R>, StoreError> {
    let mut rows = Vec::with_capacity(page.len());
    for row in page {
        rows.push(read::<R>(partition.clone(), row)?);
    }
    Ok(rows)
}

fn write<R: Record>(row: &R, limits: &Limits) -> Result<Row, StoreError> {
    let raw = Row { key: row.key().to_values(), values: row.values()? };
    let bytes = raw.key.iter().map(Value::weight).sum::<usize>();
    if bytes > limits.key_bytes {
        let (table, limit) = (R::TABLE.name, limits.key_bytes);
        return Err(StoreError::KeyTooLong { table, bytes, limit });
    }
    Ok(raw)
}

fn raw_bound<K: Fields>(bound: &Bound<K>) -> Bound<Vec<Value>> {
    match bound {
        Bound::Included(key) => Bound::Included(key.to_values()),
        Bound::Excluded(key) => Bound::Excluded(key.to_values()),
        Bound::Unbounded => Bound::Unbounded,
    }
}

fn fenced_delete<R: Fenced>(delete: &Delete<R::Key>) -> RawDelete {
    match delete {
        Delete::Row(key) => RawDelete::Row(key.to_values()),
        Delete::Range(from, until) => {
            RawDelete::Range(Bound::Included(from.to_values()), Bound::Excluded(until.to_values()))
        }
        Delete::Partition => {
            RawDelete::Range(Bound::Excluded(R::head().to_values()), Bound::Unbounded)
        }
    }
}

/// No delete covers the head, nor a row that the same commit puts: in CQL both would bear one
/// timestamp, and the delete would win.
fn check_deletes<R: Fenced>(commit: &RawCommit) -> Result<(), StoreError> {
    if commit.deletes.is_empty() {
        return Ok(());
    }
    let table = R::TABLE;
    let at = |key: &[Value]| codec::row_key(table, &commit.partition, key);
    let head = at(&R::head().to_values());
    let puts: std::collections::BTreeSet<Vec<u8>> =
        commit.puts.iter().map(|row| at(&row.key)).collect();
    for delete in &commit.deletes {
        let (from, until) = match delete {
            RawDelete::Row(key) => {
                let key = Bound::Included(key.clone());
                codec::span(table, &commit.partition, &key, &key)
            }
            RawDelete::Range(from, until) => codec::span(table, &commit.partition, from, until),
            RawDelete::Partition => return Err(StoreError::Head { table: table.name }),
        };
        if from <= head && head < until {
            return Err(StoreError::Head { table: table.name });
        }
        if from < until && puts.range(from..until).next().is_some() {
            return Err(StoreError::PutAndDeleted { table: table.name });
        }
    }
    Ok(())
}

fn check_bounds(
    table: &'static Table,
    limits: &Limits,
    rows: usize,
    bytes: usize,
) -> Result<(), StoreError> {
    if rows > limits.commit_rows {
        let limit = limits.commit_rows;
        return Err(StoreError::TooManyRows { table: table.name, rows, limit });
    }
    if bytes > limits.commit_bytes {
        let limit = limits.commit_bytes;
        return Err(StoreError::TooManyBytes { table: table.name, bytes, limit });
    }
    Ok(())
}
