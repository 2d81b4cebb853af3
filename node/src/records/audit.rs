//! The audit record.

use serde::{Deserialize, Serialize};
use trawl_storage::records::AuditEntry;
use utoipa::ToSchema;

use crate::clock::written;

/// An entry of the audit chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Entry {
    /// Its number, from 1.
    pub(crate) sequence: u64,
    /// When it was entered, in microseconds since 1970: as it was hashed.
    pub(crate) micros: i64,
    /// When it was entered.
    pub(crate) at: String,
    /// Who.
    pub(crate) actor: String,
    /// What was done.
    pub(crate) action: String,
    /// To what.
    pub(crate) subject: String,
    /// What else there is to say.
    pub(crate) detail: String,
    /// The hash of the entry before, in hexadecimal digits.
    pub(crate) previous: String,
    /// The hash of this one.
    pub(crate) hash: String,
}

impl Entry {
    /// An entry that is kept.
    pub(crate) fn of(sequence: u64, entry: &AuditEntry) -> Self {
        Self {
            sequence,
            micros: entry.at.as_micros(),
            at: written(entry.at),
            actor: entry.actor.clone(),
            action: entry.action.clone(),
            subject: entry.subject.clone(),
            detail: entry.detail.clone(),
            previous: data_encoding::HEXLOWER.encode(&entry.previous),
            hash: data_encoding::HEXLOWER.encode(&entry.hash),
        }
    }
}

/// Whether the chain is as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Verification {
    /// Whether it is whole.
    pub(crate) whole: bool,
    /// How many entries follow one on the other from the first on.
    pub(crate) entries: u64,
    /// Where it is broken, and why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) broken: Option<String>,
}
