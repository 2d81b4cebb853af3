//! A store in memory, laid out like the embedded one: for tests, and for nothing that is to last.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::codec;
use crate::error::StoreError;
use crate::fence::{Fence, Outcome, Ruling};
use crate::store::{RawCommit, RawDelete, RawRaise, Row, Store, SweptRow};
use crate::table::{Kind, Table};
use crate::value::Value;
use crate::verbs::{Cursor, Limits, Page};

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

/// Rows in memory.
#[derive(Default)]
pub struct MemoryStore {
    limits: Limits,
    rows: Mutex<Map>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new(limits: Limits) -> Self {
        Self { limits, rows: Mutex::default() }
    }

    fn rows(&self) -> MutexGuard<'_, Map> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fence_of(
    rows: &Map,
    table: &'static Table,
    partition: &[Value],
) -> Result<Option<Fence>, StoreError> {
    let bytes = rows.get(&codec::fence_key(table, partition));
    bytes.map(|bytes| codec::read_fence(table, bytes)).transpose()
}

fn insert(rows: &mut Map, table: &Table, partition: &[Value], puts: &[Row]) {
    for row in puts {
        rows.insert(codec::row_key(table, partition, &row.key), codec::write_values(&row.values));
    }
}

fn remove(rows: &mut Map, table: &Table, partition: &[Value], delete: &RawDelete) {
    let (from, until) = match delete {
        RawDelete::Row(key) => {
            rows.remove(&codec::row_key(table, partition, key));
            return;
        }
        RawDelete::Range(from, until) => codec::span(table, partition, from, until),
        RawDelete::Partition => codec::span(table, partition, &Bound::Unbounded, &Bound::Unbounded),
    };
    if from < until {
        rows.extract_if(from..until, |_, _| true).for_each(drop);
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    async fn get(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        key: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let rows = self.rows();
        let value = rows.get(&codec::row_key(table, &partition, &key));
        value.map(|v| codec::read_values(table, v).map(|values| Row { key, values })).transpose()
    }

    async fn scan(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
        limit: usize,
    ) -> Result<Page<Row, ()>, StoreError> {
        let (lower, upper) = codec::span(table, &partition, &from, &until);
        if lower >= upper {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let rows = self.rows();
        let mut page = Vec::new();
        for (key, value) in rows.range(lower..upper).take(limit) {
            page.extend(codec::read_row(table, key, value)?.map(|swept| swept.row));
        }
        let next = (page.len() == limit).then_some(());
        Ok(Page { rows: page, next })
    }

    async fn last(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
    ) -> Result<Option<Row>, StoreError> {
        let (lower, upper) = codec::span(table, &partition, &from, &until);
        if lower >= upper {
            return Ok(None);
        }
        let rows = self.rows();
        let Some((key, value)) = rows.range(lower..upper).next_back() else { return Ok(None) };
        Ok(codec::read_row(table, key, value)?.map(|swept| swept.row))
    }

    async fn put(
        &self,
        table: &'static Table,
        partitions: Vec<(Vec<Value>, Vec<Row>)>,
    ) -> Result<(), StoreError> {
        if table.kind != Kind::Plain {
            return Err(StoreError::WrongKind { table: table.name, verb: "put" });
        }
        let mut rows = self.rows();
        for (partition, puts) in &partitions {
            insert(&mut rows, table, partition, puts);
        }
        Ok(())
    }

    async fn delete(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        delete: RawDelete,
    ) -> Result<(), StoreError> {
        if table.kind != Kind::Plain {
            return Err(StoreError::WrongKind { table: table.name, verb: "delete" });
        }
        remove(&mut self.rows(), table, &partition, &delete);
        Ok(())
    }

    async fn sweep(
        &self,
        table: &'static Table,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<SweptRow, Cursor>, StoreError> {
        let (lower, upper) = codec::table_span(table, cursor.as_ref().map(Cursor::as_bytes))?;
        let rows = self.rows();
        let mut page = Vec::new();
        let mut last = None;
        for (key, value) in rows.range(lower..upper) {
            page.extend(codec::read_row(table, key, value)?);
            if page.len() == limit {
                last = Some(Cursor(key.clone()));
                break;
            }
        }
        Ok(Page { rows: page, next: last })
    }

    async fn fence(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
    ) -> Result<Option<Fence>, StoreError> {
        fence_of(&self.rows(), table, &partition)
    }

    async fn commit(
        &self,
        table: &'static Table,
        commit: RawCommit,
    ) -> Result<Outcome, StoreError> {
        let mut rows = self.rows();
        let current = fence_of(&rows, table, &commit.partition)?;
        match Outcome::of_commit(current, commit.expected, commit.start, commit.write) {
            Ruling::Answer(outcome) => Ok(outcome),
            Ruling::Apply(fence) => {
                for delete in &commit.deletes {
                    remove(&mut rows, table, &commit.partition, delete);
                }
                insert(&mut rows, table, &commit.partition, &commit.puts);
                let key = codec::fence_key(table, &commit.partition);
                rows.insert(key, codec::write_fence(&fence));
                Ok(Outcome::Applied(fence))
            }
        }
    }

    async fn raise(&self, table: &'static Table, raise: RawRaise) -> Result<Outcome, StoreError> {
        let mut rows = self.rows();
        let current = fence_of(&rows, table, &raise.partition)?;
        match Outcome::of_raise(current, raise.epoch, raise.write) {
            Ruling::Answer(outcome) => Ok(outcome),
            Ruling::Apply(fence) => {
                insert(&mut rows, table, &raise.partition, &raise.puts);
                let key = codec::fence_key(table, &raise.partition);
                rows.insert(key, codec::write_fence(&fence));
                Ok(Outcome::Applied(fence))
            }
        }
    }
}
