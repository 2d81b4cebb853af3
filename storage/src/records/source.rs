//! Sources: settings, the running scan, and the directory of ranges.

use serde::{Deserialize, Serialize};
use trawl_model::source::Source;
use trawl_model::{ObjectKey, RangeId, SourceId, TenantId};

use super::{Kinded, kinded_record, versioned};
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Value};
use crate::verbs::Span;

fields! {
    /// A source of a tenant.
    SourceAt {
        /// The tenant.
        tenant: TenantId,
        /// The source.
        source: SourceId,
    }
}

/// What names a row of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKey {
    /// The head.
    Head,
    /// A range, by its first key.
    Directory(ObjectKey),
}

impl SourceKey {
    /// All ranges, in the order of their first keys.
    pub fn directory() -> Span<Self> {
        Span::from(Self::Directory(ObjectKey::default()))
    }
}

/// A row of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceEntry {
    /// The head.
    Head(Source),
    /// A range of the directory.
    Directory {
        /// Its first key.
        from: ObjectKey,
        /// The range.
        range: RangeId,
        /// The shard that it hashes to.
        shard: u16,
        /// The lane that reads its log.
        lane: u16,
    },
}

kinded_record! {
    /// A row of a source.
    SourceRow ("source", 1): SourceAt, SourceKey, SourceEntry
}

#[derive(Serialize, Deserialize)]
struct DirectoryBody {
    range: RangeId,
    shard: u16,
    lane: u16,
}

versioned! { DirectoryBody => 1 }

impl Fields for SourceKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        match self {
            Self::Head => kinded(0, Vec::new(), Vec::new()),
            Self::Directory(from) => kinded(1, from.as_bytes().to_vec(), Vec::new()),
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)? {
            (0, ..) => Some(Self::Head),
            (1, from, _) => Some(Self::Directory(ObjectKey::new(from))),
            _ => None,
        }
    }
}

impl Kinded for SourceEntry {
    type Key = SourceKey;

    fn key(&self) -> SourceKey {
        match self {
            Self::Head(_) => SourceKey::Head,
            Self::Directory { from, .. } => SourceKey::Directory(from.clone()),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(source) => table::encode(&TABLE, source),
            Self::Directory { range, shard, lane, .. } => {
                table::encode(&TABLE, &DirectoryBody { range: *range, shard: *shard, lane: *lane })
            }
        }
    }

    fn read(key: SourceKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            SourceKey::Head => table::decode(&TABLE, body).map(Self::Head),
            SourceKey::Directory(from) => {
                let DirectoryBody { range, shard, lane } = table::decode(&TABLE, body)?;
                Ok(Self::Directory { from, range, shard, lane })
            }
        }
    }
}
