//! Shards: their owners, and what is at work in them.

use serde::{Deserialize, Serialize};
use trawl_model::range::Counts;
use trawl_model::{Coverage, NodeId, ScanId, SourceId, TenantId};

use super::{Kinded, kinded_record, versioned};
use crate::codec;
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Cell, Column, Type, Value};
use crate::verbs::Span;

fields! {
    /// A shard.
    ShardAt {
        /// Its number.
        shard: u16,
    }
}

/// What names a row of a shard.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShardKey {
    /// The head.
    Head,
    /// A scan that has ranges in the shard.
    AtWork(TenantId, SourceId, ScanId),
}

impl ShardKey {
    /// All that is at work.
    pub fn at_work() -> Span<Self> {
        Span::all().after(Self::Head)
    }
}

/// The head of a shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Who owns it.
    pub owner: NodeId,
}

/// What a scan comes to in the ranges of one shard, so that progress is one read a shard.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sums {
    /// Ranges that take part.
    pub ranges: u32,
    /// Those of them that are done.
    pub done: u32,
    /// Those of them that are listed to their ends.
    pub listed: u32,
    /// What became of what was listed.
    pub coverage: Coverage,
    /// Sum of sizes as listed.
    pub listed_bytes: u64,
    /// Objects listed.
    pub listed_objects: u64,
    /// What kinds of objects there were.
    pub counts: Counts,
}

/// A scan that has ranges in a shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtWork {
    /// Whose source.
    pub tenant: TenantId,
    /// The source.
    pub source: SourceId,
    /// The scan.
    pub scan: ScanId,
    /// Its number among the scans of the source.
    pub number: u32,
    /// What it comes to here.
    pub sums: Sums,
}

versioned! { Shard => 1, AtWork => 1 }

/// A row of a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShardEntry {
    /// The head.
    Head(Shard),
    /// A scan.
    AtWork(AtWork),
}

kinded_record! {
    /// A row of a shard.
    ShardRow ("shard", 6): ShardAt, ShardKey, ShardEntry
}

impl Fields for ShardKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        match self {
            Self::Head => kinded(0, Vec::new(), Vec::new()),
            Self::AtWork(tenant, source, scan) => {
                let mut key = Vec::new();
                codec::write_column(&mut key, &tenant.to_value(), Type::Text);
                key.extend_from_slice(source.as_bytes());
                key.extend_from_slice(scan.as_bytes());
                kinded(1, key, Vec::new())
            }
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)? {
            (0, ..) => Some(Self::Head),
            (1, key, _) => {
                let mut rest = key.as_slice();
                let tenant = codec::read_column(&mut rest, TenantId::TYPE)?;
                let source = codec::read_column(&mut rest, SourceId::TYPE)?;
                let scan = codec::read_column(&mut rest, ScanId::TYPE)?;
                Some(Self::AtWork(
                    Cell::from_value(tenant)?,
                    Cell::from_value(source)?,
                    Cell::from_value(scan)?,
                ))
            }
            _ => None,
        }
    }
}

impl Kinded for ShardEntry {
    type Key = ShardKey;

    fn key(&self) -> ShardKey {
        match self {
            Self::Head(_) => ShardKey::Head,
            Self::AtWork(work) => ShardKey::AtWork(work.tenant.clone(), work.source, work.scan),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(shard) => table::encode(&TABLE, shard),
            Self::AtWork(work) => table::encode(&TABLE, work),
        }
    }

    fn read(key: ShardKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            ShardKey::Head => table::decode(&TABLE, body).map(Self::Head),
            ShardKey::AtWork(..) => table::decode(&TABLE, body).map(Self::AtWork),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys() -> impl Strategy<Value = ShardKey> {
        let tenant = prop_oneof![Just("a"), Just("ab"), Just("a-b"), Just("b")];
        prop_oneof![
            Just(ShardKey::Head),
            (tenant, any::<[u8; 8]>(), any::<[u8; 12]>()).prop_map(|(t, source, scan)| {
                ShardKey::AtWork(
                    t.parse().unwrap(),
                    SourceId::from_bytes(source),
                    ScanId::from_bytes(scan),
                )
            }),
        ]
    }

    proptest! {
        #[test]
        fn keys_sort_in_the_store_as_they_do_here(a in keys(), b in keys()) {
            let at = |key: &ShardKey| codec::row_key(&TABLE, &[], &key.to_values());
            prop_assert_eq!(a.cmp(&b), at(&a).cmp(&at(&b)));
            prop_assert_eq!(ShardKey::from_values(a.to_values()), Some(a));
        }
    }
}
