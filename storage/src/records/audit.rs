//! The audit chain as it is stored. How an entry is hashed stands in the `audit` module.

use serde::{Deserialize, Serialize};
use trawl_model::{TenantId, Timestamp};

use super::{Kinded, kinded_record, number, versioned};
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Value};
use crate::verbs::Span;

fields! {
    /// An era of a stream of a tenant's audit chain.
    AuditAt {
        /// The tenant.
        tenant: TenantId,
        /// The stream: chains that are written apart don't wait for each other.
        stream: String,
        /// The era, from 0: a chain goes on in the next before a partition grows too large.
        era: u32,
    }
}

/// What names a row of the chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditKey {
    /// The head.
    Head,
    /// An entry, by its sequence.
    Entry(u64),
}

impl AuditKey {
    /// All entries from this one on.
    pub fn entries(from: u64) -> Span<Self> {
        Span::from(Self::Entry(from))
    }
}

/// The head of an era: where the chain goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditHead {
    /// The sequence of the last entry; 0 before the first.
    pub last: u64,
    /// Its hash; of the former era's last before the first.
    pub hash: [u8; 32],
}

/// An entry of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What else there is to say.
    pub detail: String,
    /// The hash of the entry before.
    pub previous: [u8; 32],
    /// The hash of this one.
    pub hash: [u8; 32],
}

versioned! { AuditHead => 1, AuditEntry => 1 }

/// A row of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditRowEntry {
    /// The head.
    Head(AuditHead),
    /// An entry, by its sequence.
    Entry(u64, AuditEntry),
}

kinded_record! {
    /// A row of the audit chain.
    AuditRow ("audit", 10): AuditAt, AuditKey, AuditRowEntry
}

impl Fields for AuditKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        match self {
            Self::Head => kinded(0, Vec::new(), Vec::new()),
            Self::Entry(sequence) => kinded(1, sequence.to_be_bytes().to_vec(), Vec::new()),
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)? {
            (0, ..) => Some(Self::Head),
            (1, sequence, _) => number(&sequence).map(Self::Entry),
            _ => None,
        }
    }
}

impl Kinded for AuditRowEntry {
    type Key = AuditKey;

    fn key(&self) -> AuditKey {
        match self {
            Self::Head(_) => AuditKey::Head,
            Self::Entry(sequence, _) => AuditKey::Entry(*sequence),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(head) => table::encode(&TABLE, head),
            Self::Entry(_, entry) => table::encode(&TABLE, entry),
        }
    }

    fn read(key: AuditKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            AuditKey::Head => table::decode(&TABLE, body).map(Self::Head),
            AuditKey::Entry(sequence) => Ok(Self::Entry(sequence, table::decode(&TABLE, body)?)),
        }
    }
}
