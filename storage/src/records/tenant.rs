//! Tenants: their keys, and the catalogue of their sources and scans.

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
    /// A scan, by when it was begun: the newest is the first.
    Scan(Reverse<Timestamp>, ScanId),
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
        Span::from(Self::Scan(
            Reverse(Timestamp::from_micros(i64::MAX)),
            ScanId::from_bytes([0; ScanId::LEN]),
        ))
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
}

versioned! { TenantKeys => 1, ScanBody => 1 }

/// A row of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantEntry {
    /// The head.
    Head(TenantKeys),
    /// A source of the catalogue.
    Source(SourceId),
    /// A scan of the catalogue.
    Scan {
        /// When it was begun.
        started: Timestamp,
        /// The scan.
        scan: ScanId,
        /// What it scans.
        source: SourceId,
        /// Its number among the scans of the source.
        number: u32,
    },
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
            Self::Scan(Reverse(started), scan) => {
                // Turned about, so that the newest sorts first.
                let newest = !((started.as_micros() as u64) ^ (1 << 63));
                kinded(2, newest.to_be_bytes().to_vec(), scan.as_bytes().to_vec())
            }
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)? {
            (0, ..) => Some(Self::Head),
            (1, source, _) => Some(Self::Source(SourceId::from_bytes(source.try_into().ok()?))),
            (2, newest, scan) => {
                let started = (!super::number(&newest)? ^ (1 << 63)) as i64;
                Some(Self::Scan(
                    Reverse(Timestamp::from_micros(started)),
                    ScanId::from_bytes(scan.try_into().ok()?),
                ))
            }
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
            Self::Scan { started, scan, .. } => TenantKey::Scan(Reverse(*started), *scan),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(keys) => table::encode(&TABLE, keys),
            Self::Source(_) => Ok(Value::Blob(Vec::new())),
            Self::Scan { source, number, .. } => {
                table::encode(&TABLE, &ScanBody { source: *source, number: *number })
            }
        }
    }

    fn read(key: TenantKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            TenantKey::Head => table::decode(&TABLE, body).map(Self::Head),
            TenantKey::Source(source) => Ok(Self::Source(source)),
            TenantKey::Scan(Reverse(started), scan) => {
                let ScanBody { source, number } = table::decode(&TABLE, body)?;
                Ok(Self::Scan { started, scan, source, number })
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
        ]
    }

    proptest! {
        #[test]
        fn keys_sort_in_the_store_as_they_do_here(a in keys(), b in keys()) {
            let at = |key: &TenantKey| codec::row_key(&TABLE, &[], &key.to_values());
            prop_assert_eq!(a.cmp(&b), at(&a).cmp(&at(&b)));
            prop_assert_eq!(TenantKey::from_values(a.to_values()), Some(a));
        }
    }
}
