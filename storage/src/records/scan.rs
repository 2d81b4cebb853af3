//! Scans: how each stands, and what it came to.

use trawl_model::scan::Scan;
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
    /// The head, which is all there is.
    Head,
}

/// A row of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanEntry {
    /// The head.
    Head(Scan),
}

kinded_record! {
    /// A row of a scan.
    ScanRow ("scan", 9): ScanAt, ScanKey, ScanEntry
}

impl Fields for ScanKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        kinded(0, Vec::new(), Vec::new())
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        (unkinded(values)?.0 == 0).then_some(Self::Head)
    }
}

impl Kinded for ScanEntry {
    type Key = ScanKey;

    fn key(&self) -> ScanKey {
        ScanKey::Head
    }

    fn body(&self) -> Result<Value, StoreError> {
        let Self::Head(scan) = self;
        table::encode(&TABLE, scan)
    }

    fn read(ScanKey::Head: ScanKey, body: &[u8]) -> Result<Self, StoreError> {
        table::decode(&TABLE, body).map(Self::Head)
    }
}
