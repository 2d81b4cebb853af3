//! A group of writes that are written as one batch: decided in order, each on what those before
//! it in the group have changed.

use std::collections::BTreeMap;
use std::ops::Bound;

use tokio::sync::oneshot;

use super::engine::Engine;
use crate::codec;
use crate::error::StoreError;
use crate::fence::{Fence, Outcome, Ruling};
use crate::store::{RawCommit, RawDelete, RawRaise, Row};
use crate::table::{Kind, Table};
use crate::value::Value;

/// Where an answer is waited for.
pub(super) type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// What is to be written, each key once.
#[derive(Default)]
pub(super) struct Group {
    /// By key: the kind of its table, and the value; none is a delete.
    pub(super) pending: BTreeMap<Vec<u8>, Pending>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) bytes: usize,
}

pub(super) struct Pending {
    pub(super) kind: Kind,
    pub(super) value: Option<Vec<u8>>,
    pub(super) is_fence: bool,
}

/// Who waits for the batch to be on the disk.
pub(super) enum Waiting {
    /// For a plain write.
    Plain(Answer<()>),
    /// For a conditional write that is in the batch.
    Write(Fence, Answer<Outcome>),
    /// For a conditional write that changes nothing, but was decided on what is in the batch.
    Told(Outcome, Answer<Outcome>),
}

impl Group {
    fn set(&mut self, table: &Table, key: Vec<u8>, value: Option<Vec<u8>>, is_fence: bool) {
        self.bytes += key.len() + value.as_ref().map_or(0, Vec::len);
        self.pending.insert(key, Pending { kind: table.kind, value, is_fence });
    }

    pub(super) fn put_rows(&mut self, table: &Table, partition: &[Value], rows: &[Row]) {
        for row in rows {
            let key = codec::row_key(table, partition, &row.key);
            self.set(table, key, Some(codec::write_values(&row.values)), false);
        }
    }

    fn fence(
        &self,
        engine: &Engine,
        table: &'static Table,
        partition: &[Value],
    ) -> Result<Option<Fence>, StoreError> {
        match self.pending.get(&codec::fence_key(table, partition)) {
            Some(Pending { value: Some(value), .. }) => codec::read_fence(table, value).map(Some),
            _ => engine.fence(table, partition),
        }
    }

    fn set_fence(&mut self, table: &Table, partition: &[Value], fence: &Fence) {
        self.set(table, codec::fence_key(table, partition), Some(codec::write_fence(fence)), true);
    }

    /// Deletes at most `most` keys of a stretch; answers behind which key there may be more.
    pub(super) fn delete_keys(
        &mut self,
        engine: &Engine,
        table: &'static Table,
        lower: &[u8],
        upper: &[u8],
        most: usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        if lower >= upper {
            return Ok(None);
        }
        let stored = engine.keys(table, lower, upper, most)?;
        let more = if stored.len() == most { stored.last().cloned() } else { None };
        let bounds = (Bound::Included(lower), Bound::Excluded(upper));
        let fresh: Vec<Vec<u8>> =
            self.pending.range::<[u8], _>(bounds).map(|(key, _)| key.clone()).collect();
        for key in fresh.into_iter().chain(stored) {
            self.set(table, key, None, false);
        }
        Ok(more)
    }

    pub(super) fn commit(
        &mut self,
        engine: &Engine,
        table: &'static Table,
        commit: &RawCommit,
    ) -> Result<Ruling, StoreError> {
        let current = self.fence(engine, table, &commit.partition)?;
        let ruling = Outcome::of_commit(current, commit.expected, commit.start, commit.write);
        if let Ruling::Apply(fence) = ruling {
            for delete in &commit.deletes {
                let (lower, upper) = stretch(table, &commit.partition, delete);
                self.delete_keys(engine, table, &lower, &upper, usize::MAX)?;
            }
            self.put_rows(table, &commit.partition, &commit.puts);
            self.set_fence(table, &commit.partition, &fence);
        }
        Ok(ruling)
    }

    pub(super) fn raise(
        &mut self,
        engine: &Engine,
        table: &'static Table,
        raise: &RawRaise,
    ) -> Result<Ruling, StoreError> {
        let current = self.fence(engine, table, &raise.partition)?;
        let ruling = Outcome::of_raise(current, raise.epoch, raise.write);
        if let Ruling::Apply(fence) = ruling {
            self.put_rows(table, &raise.partition, &raise.puts);
            self.set_fence(table, &raise.partition, &fence);
        }
        Ok(ruling)
    }

    pub(super) fn wait(&mut self, ruling: Result<Ruling, StoreError>, answer: Answer<Outcome>) {
        match ruling {
            Ok(Ruling::Apply(fence)) => self.waiting.push(Waiting::Write(fence, answer)),
            Ok(Ruling::Answer(outcome)) => self.waiting.push(Waiting::Told(outcome, answer)),
            Err(error) => {
                let _ = answer.send(Err(error));
            }
        }
    }

    /// Whether the batch is in the store, which holds it whole or not at all: told by its fences,
    /// for no two writes leave the same.
    pub(super) fn is_in(&self, engine: &Engine) -> Option<bool> {
        let (key, fence) = self.pending.iter().find(|(_, pending)| pending.is_fence)?;
        let stored = engine.keyspace(fence.kind).get(key).ok()?;
        Some(stored.as_deref() == fence.value.as_deref())
    }
}

/// The keys that a delete covers.
pub(super) fn stretch(
    table: &Table,
    partition: &[Value],
    delete: &RawDelete,
) -> (Vec<u8>, Vec<u8>) {
    match delete {
        RawDelete::Row(key) => {
            let key = Bound::Included(key.clone());
            codec::span(table, partition, &key, &key)
        }
        RawDelete::Range(from, until) => codec::span(table, partition, from, until),
        RawDelete::Partition => codec::span(table, partition, &Bound::Unbounded, &Bound::Unbounded),
    }
}
