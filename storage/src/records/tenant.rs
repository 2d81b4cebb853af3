//! Tenants: their keys, and the catalogue of their sources and scans, and of names.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use trawl_model::{ScanId, SourceId, TenantId, Timestamp};

use super::{Kinded, kinded_record, versioned};
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Value};
use crate::verbs::Span;

fields! {
    /// A tenant.
    TenantAt {
        /// Its name.
        tenant: TenantId,
    }
}

/// What names a row of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TenantKey {
    /// The head.
    Head,
    /// A source.
    Source(SourceId),
    /// A scan, by when it was ordered: the newest is the first.
    Scan(Reverse<Timestamp>, ScanId),
    /// The name of a source.
    Name(String),
}

impl TenantKey {
    /// All sources.
    pub fn sources() -> Span<Self> {
        let first_scan = Self::Scan(
            Reverse(Timestamp::from_micros(i64::MAX)),
            ScanId::from_bytes([0; ScanId::LEN]),
        );
        Span::between(Self::Source(SourceId::from_bytes([0; SourceId::LEN])), first_scan)
    }

    /// All scans, the newest first.
    pub fn scans() -> Span<Self> {
        let first = Self::Scan(
            Reverse(Timestamp::from_micros(i64::MAX)),
            ScanId::from_bytes([0; ScanId::LEN]),
        );
        Span::between(first, Self::Name(String::new()))
    }

    /// All names of sources.
    pub fn names() -> Span<Self> {
        Span::from(Self::Name(String::new()))
    }
}

/// The head of a tenant: its keys, wrapped by the cluster's root key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantKeys {
    /// The id key, wrapped.
    pub id: Vec<u8>,
    /// The token keys, wrapped, the newest last.
    pub tokens: Vec<WrappedTokenKey>,
}

/// A version of the token key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedTokenKey {
    /// Its version.
    pub version: u8,
    /// The key, wrapped.
    pub key: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct ScanBody {
    source: SourceId,
    number: u32,
    begun: Timestamp,
}

/// As it was before scans were ordered: each was begun at once.
#[derive(Serialize, Deserialize)]
struct ScanBodyV1 {
    source: SourceId,
    number: u32,
}

versioned! { TenantKeys => 1, ScanBody => 2, ScanBodyV1 => 1 }

/// A row of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantEntry {
    /// The head.
    Head(TenantKeys),
    /// A source of the catalogue.
    Source(SourceId),
    /// A scan of the catalogue.
    Scan {
        /// When it was ordered.
        ordered: Timestamp,
        /// When it was begun; until then, when it was ordered.
        started: Timestamp,
        /// The scan.
        scan: ScanId,
        /// What it scans.
        source: SourceId,
        /// Its number among the scans of the source.
        number: u32,
    },
    /// A name, and which source has claimed it. It is that source's if its head says the same.
    Name(String, SourceId),
}

kinded_record! {
    /// A row of a tenant.
    TenantRow ("tenant", 8): TenantAt, TenantKey, TenantEntry
}

impl Fields for TenantKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        match self {
            Self::Head => kinded(0, Vec::new(), Vec::new()),
            Self::Source(source) => kinded(1, source.as_bytes().to_vec(), Vec::new()),
            Self::Scan(Reverse(ordered), scan) => {
                // Turned about, so that the newest sorts first.
                let newest = !((ordered.as_micros() as u64) ^ (1 << 63));
                kinded(2, newest.to_be_bytes().to_vec(), scan.as_bytes().to_vec())
            }
            Self::Name(name) => kinded(3, name.as_bytes().to_vec(), Vec::new()),
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)? {
            (0, ..) => Some(Self::Head),
            (1, source, _) => Some(Self::Source(SourceId::from_bytes(source.try_into().ok()?))),
            (2, newest, scan) => {
                let ordered = (!super::number(&newest)? ^ (1 << 63)) as i64;
                Some(Self::Scan(
                    Reverse(Timestamp::from_micros(ordered)),
                    ScanId::from_bytes(scan.try_into().ok()?),
                ))
            }
            (3, name, _) => String::from_utf8(name).ok().map(Self::Name),
            _ => None,
        }
    }
}

impl Kinded for TenantEntry {
    type Key = TenantKey;

    fn key(&self) -> TenantKey {
        match self {
            Self::Head(_) => TenantKey::Head,
            Self::Source(source) => TenantKey::Source(*source),
            Self::Scan { ordered, scan, .. } => TenantKey::Scan(Reverse(*ordered), *scan),
            Self::Name(name, _) => TenantKey::Name(name.clone()),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(keys) => table::encode(&TABLE, keys),
            Self::Source(_) => Ok(Value::Blob(Vec::new())),
            Self::Scan { source, number, started, .. } => {
                let (source, number, begun) = (*source, *number, *started);
                table::encode(&TABLE, &ScanBody { source, number, begun })
            }
            Self::Name(_, source) => Ok(Value::Blob(source.as_bytes().to_vec())),
        }
    }

    fn read(key: TenantKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            TenantKey::Head => table::decode(&TABLE, body).map(Self::Head),
            TenantKey::Source(source) => Ok(Self::Source(source)),
            TenantKey::Scan(Reverse(ordered), scan) => {
                let (source, number, started) = match table::decode(&TABLE, body) {
                    Ok(ScanBody { source, number, begun }) => (source, number, begun),
                    Err(_) => {
                        let ScanBodyV1 { source, number } = table::decode(&TABLE, body)?;
                        (source, number, ordered)
                    }
                };
                Ok(Self::Scan { ordered, started, scan, source, number })
            }
            TenantKey::Name(name) => {
                let source = body.try_into().map_err(|_| table::unreadable(&TABLE, "name"))?;
                Ok(Self::Name(name, SourceId::from_bytes(source)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;
    use proptest::prelude::*;

    fn keys() -> impl Strategy<Value = TenantKey> {
        prop_oneof![
            Just(TenantKey::Head),
            any::<[u8; 8]>().prop_map(|source| TenantKey::Source(SourceId::from_bytes(source))),
            (any::<i64>(), any::<[u8; 12]>()).prop_map(|(at, scan)| TenantKey::Scan(
                Reverse(Timestamp::from_micros(at)),
                ScanId::from_bytes(scan)
            )),
            "[a-c]{0,3}".prop_map(TenantKey::Name),
        ]
    }

    #[test]
    fn a_scan_that_version_1_entered_was_begun_when_it_was_ordered() {
        let (at, scan) = (Timestamp::from_micros(9), ScanId::from_bytes([1; 12]));
        let source = SourceId::from_bytes([2; 8]);
        let old = table::encode(&TABLE, &ScanBodyV1 { source, number: 3 }).unwrap();
        let Value::Blob(old) = old else { panic!("a body is a blob") };
        let read = TenantEntry::read(TenantKey::Scan(Reverse(at), scan), &old).unwrap();
        let entry = TenantEntry::Scan { ordered: at, started: at, scan, source, number: 3 };
        assert_eq!(read, entry);
    }

    proptest! {
        #[test]
        fn keys_sort_in_the_store_as_they_do_here(a in keys(), b in keys()) {
            let at = |key: &TenantKey| codec::row_key(&TABLE, &[], &key.to_values());
            prop_assert_eq!(a.cmp(&b), at(&a).cmp(&at(&b)));
            prop_assert_eq!(TenantKey::from_values(a.to_values()), Some(a));
        }

        #[test]
        fn a_span_holds_the_keys_of_its_kind_and_no_others(key in keys()) {
            let held = |span: Span<TenantKey>| {
                std::ops::RangeBounds::contains(&(span.from, span.until), &key)
            };
            prop_assert_eq!(held(TenantKey::sources()), matches!(key, TenantKey::Source(_)));
            prop_assert_eq!(held(TenantKey::scans()), matches!(key, TenantKey::Scan(..)));
            prop_assert_eq!(held(TenantKey::names()), matches!(key, TenantKey::Name(_)));
        }
    }
}
