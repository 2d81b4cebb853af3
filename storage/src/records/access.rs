//! Keys of the API: who may ask a tenant's nodes for what. Of a key its hash alone is kept.

use serde::{Deserialize, Serialize};
use trawl_model::{KeyId, TenantId, Timestamp};

use super::{Kinded, kinded_record, versioned};
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Value};
use crate::verbs::Span;

fields! {
    /// The keys of a tenant.
    AccessAt {
        /// The tenant.
        tenant: TenantId,
    }
}

/// What names a row among the keys of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessKey {
    /// The head.
    Head,
    /// A key.
    Key(KeyId),
    /// When a key was used last.
    Used(KeyId),
}

/// No id sorts before it.
const FIRST: KeyId = KeyId::from_bytes([0; KeyId::LEN]);

impl AccessKey {
    /// All keys.
    pub fn keys() -> Span<Self> {
        Span::between(Self::Key(FIRST), Self::Used(FIRST))
    }

    /// When each of them was used last.
    pub fn uses() -> Span<Self> {
        Span::from(Self::Used(FIRST))
    }
}

/// What somebody may do. Rights are a set: a key has one or several, each other one takes `Read`
/// with it, and `Admin` is all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// To see sources, scans, coverage and findings.
    Read,
    /// To order scans of sources that are known.
    Scan,
    /// To give verdicts.
    Judge,
    /// All else too: sources, keys, the audit record.
    Admin,
}

impl Right {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Read, Self::Scan, Self::Judge, Self::Admin];

    /// The name, as stored and as typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Scan => "scan",
            Self::Judge => "judge",
            Self::Admin => "admin",
        }
    }

    /// Whether who has this right has that one with it.
    pub fn includes(self, other: Self) -> bool {
        self == Self::Admin || other == Self::Read || self == other
    }
}

/// The head of a tenant's keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccessHead {
    /// How many there are, revoked ones included.
    pub keys: u32,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// What people call it.
    pub name: String,
    /// What it may do; never empty.
    pub rights: Vec<Right>,
    /// The hash of its secret. The secret has 32 random bytes, so that no slow hash is needed.
    pub hash: [u8; 32],
    /// When it was made.
    pub made: Timestamp,
    /// By whom.
    pub made_by: String,
    /// It is good no more.
    pub revoked: Option<Revoked>,
}

/// The end of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// When a key was used last, as far as that is written down: nobody writes with each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// When.
    pub at: Timestamp,
}

versioned! { AccessHead => 1, ApiKey => 1, KeyUse => 1 }

/// A row among the keys of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessEntry {
    /// The head.
    Head(AccessHead),
    /// A key.
    Key(KeyId, ApiKey),
    /// When a key was used last.
    Used(KeyId, KeyUse),
}

kinded_record! {
    /// A row among the keys of a tenant.
    AccessRow ("access", 20): AccessAt, AccessKey, AccessEntry
}

impl Fields for AccessKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        match self {
            Self::Head => kinded(0, Vec::new(), Vec::new()),
            Self::Key(key) => kinded(1, key.as_bytes().to_vec(), Vec::new()),
            Self::Used(key) => kinded(2, key.as_bytes().to_vec(), Vec::new()),
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)? {
            (0, ..) => Some(Self::Head),
            (1, key, _) => Some(Self::Key(KeyId::from_bytes(key.try_into().ok()?))),
            (2, key, _) => Some(Self::Used(KeyId::from_bytes(key.try_into().ok()?))),
            _ => None,
        }
    }
}

impl Kinded for AccessEntry {
    type Key = AccessKey;

    fn key(&self) -> AccessKey {
        match self {
            Self::Head(_) => AccessKey::Head,
            Self::Key(key, _) => AccessKey::Key(*key),
            Self::Used(key, _) => AccessKey::Used(*key),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(head) => table::encode(&TABLE, head),
            Self::Key(_, key) => table::encode(&TABLE, key),
            Self::Used(_, used) => table::encode(&TABLE, used),
        }
    }

    fn read(key: AccessKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            AccessKey::Head => table::decode(&TABLE, body).map(Self::Head),
            AccessKey::Key(key) => Ok(Self::Key(key, table::decode(&TABLE, body)?)),
            AccessKey::Used(key) => Ok(Self::Used(key, table::decode(&TABLE, body)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;
    use proptest::prelude::*;

    fn keys() -> impl Strategy<Value = AccessKey> {
        prop_oneof![
            Just(AccessKey::Head),
            any::<[u8; 12]>().prop_map(|key| AccessKey::Key(KeyId::from_bytes(key))),
            any::<[u8; 12]>().prop_map(|key| AccessKey::Used(KeyId::from_bytes(key))),
        ]
    }

    proptest! {
        #[test]
        fn keys_sort_in_the_store_as_they_do_here(a in keys(), b in keys()) {
            let at = |key: &AccessKey| codec::row_key(&TABLE, &[], &key.to_values());
            prop_assert_eq!(a.cmp(&b), at(&a).cmp(&at(&b)));
            prop_assert_eq!(AccessKey::from_values(a.to_values()), Some(a));
        }
    }

    #[test]
    fn each_right_reads_and_one_has_all() {
        for right in Right::ALL {
            assert!(right.includes(Right::Read) && right.includes(right));
            assert!(Right::Admin.includes(right));
        }
        assert!(!Right::Read.includes(Right::Scan));
        assert!(!Right::Scan.includes(Right::Judge) && !Right::Judge.includes(Right::Scan));
        assert!(!Right::Scan.includes(Right::Admin));
    }
}
