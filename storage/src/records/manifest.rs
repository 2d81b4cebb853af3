//! Manifests: of which splits a lane of the index is made, and how far it has read each range.

use std::ops::Bound;

use serde::{Deserialize, Serialize};
use trawl_model::{RangeId, SourceId, SplitId, TenantId, Timestamp};

use super::{Kinded, kinded_record, versioned};
use crate::codec;
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Cell, Column, Type, Value};
use crate::verbs::Span;

fields! {
    /// A lane of an index.
    ManifestAt {
        /// The number of the index: one that is built anew gets the next, and the one before serves
        /// until it is whole.
        index: u32,
        /// The lane.
        lane: u16,
    }
}

/// What names a row of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ManifestKey {
    /// The head.
    Head,
    /// A split.
    Split(SplitId),
    /// A range.
    Range(TenantId, SourceId, RangeId),
}

impl ManifestKey {
    /// All splits.
    pub fn splits() -> Span<Self> {
        Span { from: Bound::Excluded(Self::Head), until: Bound::Included(Self::LAST_SPLIT) }
    }

    /// All ranges.
    pub fn ranges() -> Span<Self> {
        Span::all().after(Self::LAST_SPLIT)
    }

    const LAST_SPLIT: Self = Self::Split(SplitId::from_bytes([0xFF; SplitId::LEN]));
}

/// The head of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ManifestHead {
    /// The list that says what is dead in each split; none where nothing is. Its name is drawn like
    /// that of a split, never counted: what an overtaken owner uploads late replaces nothing.
    pub dead: Option<SplitId>,
    /// The index has ended: its rows are deleted.
    pub gone: bool,
}

/// A split that is published: what is known of it without a look into it. What is not told may be
/// anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// How long its file is.
    pub bytes: u64,
    /// How many documents it has, the dead ones too.
    pub documents: u32,
    /// The first and the last moment at which one was first seen.
    pub first_seen: Option<(Timestamp, Timestamp)>,
    /// Whose they are.
    pub tenants: Option<Vec<TenantId>>,
    /// In which sources.
    pub sources: Option<Vec<SourceId>>,
    /// The types of its findings, folded.
    pub types: Option<Vec<String>>,
}

/// How far a range is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Indexed {
    /// The version of the last entry of its log that was read or, where it was indexed whole, its
    /// version before that reading began.
    pub version: u64,
}

versioned! { ManifestHead => 1, Published => 1, Indexed => 1 }

/// A row of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestEntry {
    /// The head.
    Head(ManifestHead),
    /// A split.
    Split(SplitId, Published),
    /// A range.
    Range {
        /// Whose.
        tenant: TenantId,
        /// Of which source.
        source: SourceId,
        /// The range.
        range: RangeId,
        /// How far it is indexed.
        indexed: Indexed,
    },
}

kinded_record! {
    /// A row of a manifest.
    ManifestRow ("manifest", 11): ManifestAt, ManifestKey, ManifestEntry
}

const HEAD: i8 = 0;
const SPLIT: i8 = 1;
const RANGE: i8 = 2;

impl Fields for ManifestKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        match self {
            Self::Head => kinded(HEAD, Vec::new(), Vec::new()),
            Self::Split(split) => kinded(SPLIT, split.as_bytes().to_vec(), Vec::new()),
            Self::Range(tenant, source, range) => {
                let mut key = Vec::new();
                codec::write_column(&mut key, &tenant.to_value(), Type::Text);
                key.extend_from_slice(source.as_bytes());
                key.extend_from_slice(range.as_bytes());
                kinded(RANGE, key, Vec::new())
            }
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        let (kind, key, _) = unkinded(values)?;
        let mut rest = key.as_slice();
        match kind {
            HEAD => Some(Self::Head),
            SPLIT => Some(Self::Split(SplitId::from_bytes(rest.try_into().ok()?))),
            RANGE => {
                let tenant = Cell::from_value(codec::read_column(&mut rest, TenantId::TYPE)?)?;
                let source = Cell::from_value(codec::read_column(&mut rest, SourceId::TYPE)?)?;
                let range = Cell::from_value(codec::read_column(&mut rest, RangeId::TYPE)?)?;
                Some(Self::Range(tenant, source, range))
            }
            _ => None,
        }
    }
}

impl Kinded for ManifestEntry {
    type Key = ManifestKey;

    fn key(&self) -> ManifestKey {
        match self {
            Self::Head(_) => ManifestKey::Head,
            Self::Split(split, _) => ManifestKey::Split(*split),
            Self::Range { tenant, source, range, .. } => {
                ManifestKey::Range(tenant.clone(), *source, *range)
            }
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(head) => table::encode(&TABLE, head),
            Self::Split(_, split) => table::encode(&TABLE, split),
            Self::Range { indexed, .. } => table::encode(&TABLE, indexed),
        }
    }

    fn read(key: ManifestKey, body: &[u8]) -> Result<Self, StoreError> {
        Ok(match key {
            ManifestKey::Head => Self::Head(table::decode(&TABLE, body)?),
            ManifestKey::Split(split) => Self::Split(split, table::decode(&TABLE, body)?),
            ManifestKey::Range(tenant, source, range) => {
                Self::Range { tenant, source, range, indexed: table::decode(&TABLE, body)? }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys() -> impl Strategy<Value = ManifestKey> {
        let byte = prop_oneof![Just(0u8), Just(1), Just(0xFF), any::<u8>()];
        let bytes = proptest::collection::vec(byte, 20).boxed();
        let tenant = prop_oneof![Just("a"), Just("ab"), Just("a-b"), Just("b")];
        prop_oneof![
            Just(ManifestKey::Head),
            bytes.clone().prop_map(|bytes| ManifestKey::Split(split(&bytes))),
            (tenant, bytes).prop_map(|(tenant, bytes)| ManifestKey::Range(
                tenant.parse().unwrap(),
                SourceId::from_bytes(bytes[12..].try_into().unwrap()),
                RangeId::from_bytes(bytes[..12].try_into().unwrap()),
            )),
        ]
    }

    fn split(bytes: &[u8]) -> SplitId {
        SplitId::from_bytes(bytes[..12].try_into().unwrap())
    }

    proptest! {
        #[test]
        fn keys_sort_in_the_store_as_they_do_here(a in keys(), b in keys()) {
            let at = |key: &ManifestKey| codec::row_key(&TABLE, &[], &key.to_values());
            prop_assert_eq!(a.cmp(&b), at(&a).cmp(&at(&b)));
            prop_assert_eq!(ManifestKey::from_values(a.to_values()), Some(a));
        }

        #[test]
        fn a_span_holds_the_keys_of_its_kind_and_no_others(key in keys()) {
            let held = |span: Span<ManifestKey>| {
                std::ops::RangeBounds::contains(&(span.from, span.until), &key)
            };
            let splits = held(ManifestKey::splits());
            prop_assert_eq!(splits, matches!(key, ManifestKey::Split(_)));
            prop_assert_eq!(held(ManifestKey::ranges()), matches!(key, ManifestKey::Range(..)));
        }

        #[test]
        fn a_row_is_read_back_as_it_was_written(
            documents: u32, version: u64, dead: bool, bytes: u64, told: bool
        ) {
            let tenant = TenantId::default_tenant();
            let source = SourceId::from_bytes([1; 8]);
            let split = Published {
                bytes,
                documents,
                first_seen: told.then_some((Timestamp::from_micros(-1), Timestamp::from_micros(9))),
                tenants: told.then(|| vec![tenant.clone()]),
                sources: told.then(|| vec![source]),
                types: told.then(|| vec!["email".to_owned()]),
            };
            let range = RangeId::from_bytes([2; 12]);
            for entry in [
                ManifestEntry::Head(ManifestHead {
                    dead: dead.then_some(SplitId::from_bytes([4; 12])),
                    gone: !dead,
                }),
                ManifestEntry::Split(SplitId::from_bytes([3; 12]), split),
                ManifestEntry::Range { tenant, source, range, indexed: Indexed { version } },
            ] {
                let Value::Blob(body) = entry.body().unwrap() else { panic!("not bytes") };
                prop_assert_eq!(ManifestEntry::read(entry.key(), &body).unwrap(), entry);
            }
        }
    }
}
