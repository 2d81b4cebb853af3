//! A store that does to its writes what networks and disks do: they are lost, or applied and never
//! answered, or held back and let go when nobody waits for them any more.

use std::collections::VecDeque;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::error::StoreError;
use crate::fence::{Fence, Outcome};
use crate::store::{RawCommit, RawDelete, RawRaise, Row, Store, SweptRow};
use crate::table::Table;
use crate::value::Value;
use crate::verbs::{Cursor, Limits, Page};

/// What is to befall a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It never reaches the store; nobody knows.
    Lost,
    /// It is applied, or refused, and nobody is told.
    Unanswered,
    /// It is held back until [`FaultyStore::release`]; nobody knows.
    HeldBack,
    /// The disk is full: nothing is written.
    Full,
}

enum Held {
    Commit(&'static Table, RawCommit),
    Raise(&'static Table, RawRaise),
}

/// A store whose conditional writes meet with faults.
pub struct FaultyStore {
    store: Arc<dyn Store>,
    planned: Mutex<VecDeque<Fault>>,
    held: Mutex<VecDeque<Held>>,
}

impl FaultyStore {
    /// Wraps a store. Without a plan nothing befalls it.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, planned: Mutex::default(), held: Mutex::default() }
    }

    /// What is to befall the next conditional writes, in order.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.planned).extend(faults);
    }

    /// Lets go what was held back, in order, and tells what became of it.
    pub async fn release(&self) -> Result<Vec<Outcome>, StoreError> {
        let held = std::mem::take(&mut *lock(&self.held));
        let mut outcomes = Vec::with_capacity(held.len());
        for write in held {
            outcomes.push(match write {
                Held::Commit(table, commit) => self.store.commit(table, commit).await?,
                Held::Raise(table, raise) => self.store.raise(table, raise).await?,
            });
        }
        Ok(outcomes)
    }

    fn next(&self) -> Fault {
        lock(&self.planned).pop_front().unwrap_or(Fault::None)
    }
}

fn full() -> StoreError {
    StoreError::Full { dir: "a full disk".into() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Store for FaultyStore {
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
        self.store.put(table, partitions).await
    }

    async fn delete(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        delete: RawDelete,
    ) -> Result<(), StoreError> {
        self.store.delete(table, partition, delete).await
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
        match self.next() {
            Fault::None => self.store.commit(table, commit).await,
            Fault::Lost => Ok(Outcome::Unknown),
            Fault::Unanswered => {
                let _ = self.store.commit(table, commit).await?;
                Ok(Outcome::Unknown)
            }
            Fault::HeldBack => {
                lock(&self.held).push_back(Held::Commit(table, commit));
                Ok(Outcome::Unknown)
            }
            Fault::Full => Err(full()),
        }
    }

    async fn raise(&self, table: &'static Table, raise: RawRaise) -> Result<Outcome, StoreError> {
        match self.next() {
            Fault::None => self.store.raise(table, raise).await,
            Fault::Lost => Ok(Outcome::Unknown),
            Fault::Unanswered => {
                let _ = self.store.raise(table, raise).await?;
                Ok(Outcome::Unknown)
            }
            Fault::HeldBack => {
                lock(&self.held).push_back(Held::Raise(table, raise));
                Ok(Outcome::Unknown)
            }
            Fault::Full => Err(full()),
        }
    }
}
