//! Scans: how each stands, and what it came to.

use trawl_model::scan::Scan;
use trawl_model::source::Selection;
use trawl_model::{ScanId, TenantId};

use super::{Kinded, kinded_record};
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Value};

fields! {
    /// A scan of a tenant.
    ScanAt {
        /// The tenant.
        tenant: TenantId,
        /// The scan.
        scan: ScanId,
    }
}

/// What names a row of a scan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScanKey {
    /// The head.
    Head,
    /// What of its source is read, where that is not what the source itself says; until it has ended.
    Selection,
}

/// A row of a scan.
#[allow(clippy::large_enum_variant, reason = "nearly all rows are heads")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanEntry {
    /// The head.
    Head(Scan),
    /// What of its source is read.
    Selection(Selection),
}

kinded_record! {
    /// A row of a scan.
    ScanRow ("scan", 9): ScanAt, ScanKey, ScanEntry
}

impl Fields for ScanKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        let kind = match self {
            Self::Head => 0,
            Self::Selection => 1,
        };
        kinded(kind, Vec::new(), Vec::new())
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)?.0 {
            0 => Some(Self::Head),
            1 => Some(Self::Selection),
            _ => None,
        }
    }
}

impl Kinded for ScanEntry {
    type Key = ScanKey;

    fn key(&self) -> ScanKey {
        match self {
            Self::Head(_) => ScanKey::Head,
            Self::Selection(_) => ScanKey::Selection,
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(scan) => table::encode(&TABLE, scan),
            Self::Selection(selection) => table::encode(&TABLE, selection),
        }
    }

    fn read(key: ScanKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            ScanKey::Head => table::decode(&TABLE, body).map(Self::Head),
            ScanKey::Selection => table::decode(&TABLE, body).map(Self::Selection),
        }
    }
}
