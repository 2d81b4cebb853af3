//! The store as it is seen through the room on the disk.

use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use trawl_storage::store::{RawCommit, RawDelete, RawRaise, Row, Store, SweptRow};
use trawl_storage::table::Table;
use trawl_storage::value::Value;
use trawl_storage::{Copied, Cursor, Fence, Limits, Outcome, Page, StoreError};

use super::Room;

/// What becomes of a write for which there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// It is refused: somebody waits for its answer.
    Refuses,
    /// It waits until there is, and is tried again, under its own name where it has one. So neither a
    /// scan nor the index loses anything of what they have in memory, and nothing of it fails.
    Waits,
}

/// A store of which the room learns when it is full.
pub(super) struct Watched {
    store: Arc<dyn Store>,
    room: Room,
    patience: Patience,
}

impl Watched {
    /// The store seen so.
    pub(super) fn new(store: Arc<dyn Store>, room: Room, patience: Patience) -> Self {
        Self { store, room, patience }
    }

    /// Carries a write out; who waits does so as often as there is no room. What is written is kept
    /// for one who waits alone: he may have to write it again.
    async fn write<W: Clone + Send, T, F: Future<Output = Result<T, StoreError>> + Send>(
        &self,
        what: W,
        write: impl Fn(W) -> F + Send + Sync,
    ) -> Result<T, StoreError> {
        if self.patience == Patience::Refuses {
            let written = write(what).await;
            if let Err(StoreError::Full { .. }) = written {
                self.room.failed();
            }
            return written;
        }
        loop {
            if self.room.is_full() {
                // Who is let go of tries it once more: there may be room by now.
                self.room.until_not_full().await;
            }
            match write(what.clone()).await {
                Err(error @ StoreError::Full { .. }) => {
                    self.room.failed();
                    if !self.room.until_not_full().await {
                        return Err(error);
                    }
                }
                other => return other,
            }
        }
    }
}

#[async_trait]
impl Store for Watched {
    fn limits(&self) -> &Limits {
        self.store.limits()
    }

    async fn get(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        key: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        self.store.get(table, partition, key).await
    }

    async fn scan(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
        limit: usize,
    ) -> Result<Page<Row, ()>, StoreError> {
        self.store.scan(table, partition, from, until, limit).await
    }

    async fn last(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
    ) -> Result<Option<Row>, StoreError> {
        self.store.last(table, partition, from, until).await
    }

    async fn put(
        &self,
        table: &'static Table,
        partitions: Vec<(Vec<Value>, Vec<Row>)>,
    ) -> Result<(), StoreError> {
        self.write(partitions, |partitions| self.store.put(table, partitions)).await
    }

    async fn delete(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        delete: RawDelete,
    ) -> Result<(), StoreError> {
        self.write((partition, delete), |(partition, delete)| {
            self.store.delete(table, partition, delete)
        })
        .await
    }

    async fn sweep(
        &self,
        table: &'static Table,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<SweptRow, Cursor>, StoreError> {
        self.store.sweep(table, cursor, limit).await
    }

    async fn fence(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
    ) -> Result<Option<Fence>, StoreError> {
        self.store.fence(table, partition).await
    }

    async fn commit(
        &self,
        table: &'static Table,
        commit: RawCommit,
    ) -> Result<Outcome, StoreError> {
        self.write(commit, |commit| self.store.commit(table, commit)).await
    }

    async fn raise(&self, table: &'static Table, raise: RawRaise) -> Result<Outcome, StoreError> {
        self.write(raise, |raise| self.store.raise(table, raise)).await
    }

    async fn backup(
        &self,
        folder: &Path,
        without: &[&'static Table],
    ) -> Result<Copied, StoreError> {
        self.store.backup(folder, without).await
    }
}
