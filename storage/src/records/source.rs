//! Sources: settings, the running scan, the directory of ranges, and schedules.

use serde::{Deserialize, Serialize};
use trawl_model::schedule::Schedule;
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
    /// A schedule, by its name.
    Schedule(String),
}

impl SourceKey {
    /// All ranges, in the order of their first keys.
    pub fn directory() -> Span<Self> {
        Span::between(Self::Directory(ObjectKey::default()), Self::Schedule(String::new()))
    }

    /// All schedules, by name.
    pub fn schedules() -> Span<Self> {
        Span::from(Self::Schedule(String::new()))
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
    /// A schedule, by its name.
    Schedule(String, Schedule),
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
            Self::Schedule(name) => kinded(2, name.as_bytes().to_vec(), Vec::new()),
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)? {
            (0, ..) => Some(Self::Head),
            (1, from, _) => Some(Self::Directory(ObjectKey::new(from))),
            (2, name, _) => String::from_utf8(name).ok().map(Self::Schedule),
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
            Self::Schedule(name, _) => SourceKey::Schedule(name.clone()),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(source) => table::encode(&TABLE, source),
            Self::Directory { range, shard, lane, .. } => {
                table::encode(&TABLE, &DirectoryBody { range: *range, shard: *shard, lane: *lane })
            }
            Self::Schedule(_, schedule) => table::encode(&TABLE, schedule),
        }
    }

    fn read(key: SourceKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            SourceKey::Head => table::decode(&TABLE, body).map(Self::Head),
            SourceKey::Directory(from) => {
                let DirectoryBody { range, shard, lane } = table::decode(&TABLE, body)?;
                Ok(Self::Directory { from, range, shard, lane })
            }
            SourceKey::Schedule(name) => Ok(Self::Schedule(name, table::decode(&TABLE, body)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;
    use proptest::prelude::*;

    fn keys() -> impl Strategy<Value = SourceKey> {
        let byte = prop_oneof![Just(0u8), Just(1), Just(0xFF), any::<u8>()];
        prop_oneof![
            Just(SourceKey::Head),
            proptest::collection::vec(byte, 0..4)
                .prop_map(|from| SourceKey::Directory(ObjectKey::new(from))),
            "[a-c]{0,3}".prop_map(SourceKey::Schedule),
        ]
    }

    proptest! {
        #[test]
        fn keys_sort_in_the_store_as_they_do_here(a in keys(), b in keys()) {
            let at = |key: &SourceKey| codec::row_key(&TABLE, &[], &key.to_values());
            prop_assert_eq!(a.cmp(&b), at(&a).cmp(&at(&b)));
            prop_assert_eq!(SourceKey::from_values(a.to_values()), Some(a));
        }

        #[test]
        fn a_span_holds_the_keys_of_its_kind_and_no_others(key in keys()) {
            let held = |span: Span<SourceKey>| {
                std::ops::RangeBounds::contains(&(span.from, span.until), &key)
            };
            prop_assert_eq!(held(SourceKey::directory()), matches!(key, SourceKey::Directory(_)));
            prop_assert_eq!(held(SourceKey::schedules()), matches!(key, SourceKey::Schedule(_)));
        }
    }
}
