//! Rules that a tenant has beside those that come with Trawl: packs of files, each version of a pack,
//! and which packs applied when. What is in the files lies apart, by its hash.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use trawl_model::{TenantId, Timestamp};

use super::{Kinded, kinded_record, number, versioned};
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Value};
use crate::verbs::Span;

fields! {
    /// The rules of a tenant.
    RulesAt {
        /// The tenant.
        tenant: TenantId,
    }
}

/// What names a row among the rules of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RulesKey {
    /// The head.
    Head,
    /// A revision, by its number: the newest is the first.
    Revision(Reverse<u64>),
    /// A version of a pack: the newest is the first.
    Pack(String, Reverse<u32>),
}

impl RulesKey {
    /// Of a version of a pack.
    pub fn of_pack(name: &str, version: u32) -> Self {
        Self::Pack(name.to_owned(), Reverse(version))
    }

    /// All versions of a pack, the newest first.
    pub fn versions(name: &str) -> Span<Self> {
        let (from, until) = (Self::of_pack(name, u32::MAX), Self::of_pack(name, 0));
        Span::between(from, until)
    }

    /// All revisions, the newest first.
    pub fn revisions() -> Span<Self> {
        Span::between(Self::Revision(Reverse(u64::MAX)), Self::Pack(String::new(), FIRST))
    }
}

/// No version sorts before it.
const FIRST: Reverse<u32> = Reverse(u32::MAX);

/// The head: what applies to scans that begin now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RulesHead {
    /// How often packs were changed; 0 where there never was one.
    pub revision: u64,
    /// The packs, in the order of their names.
    pub packs: Vec<PackRef>,
    /// The last version of each pack that there ever was, so that none is given twice.
    pub given: Vec<(String, u32)>,
}

/// A version of a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PackRef {
    /// The name of the pack.
    pub name: String,
    /// Its version, from 1.
    pub version: u32,
    /// The hash of its files' names and contents.
    pub hash: [u8; 32],
}

/// What applied from one change to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The packs, in the order of their names.
    pub packs: Vec<PackRef>,
    /// From when on.
    pub at: Timestamp,
    /// By whom it was made.
    pub by: String,
}

/// What a version of a pack is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// Its files, in the order of their names.
    pub files: Vec<PackFile>,
    /// The hash of all of it.
    pub hash: [u8; 32],
    /// How many rules are in it.
    pub rules: u32,
    /// When it was put.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFile {
    /// Its name within the pack.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The hash of them.
    pub hash: [u8; 32],
}

versioned! { RulesHead => 1, Revision => 1, Pack => 1 }

/// A row among the rules of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulesEntry {
    /// The head.
    Head(RulesHead),
    /// A revision.
    Revision(u64, Revision),
    /// A version of a pack.
    Pack(String, u32, Pack),
}

kinded_record! {
    /// A row among the rules of a tenant.
    RulesRow ("rules", 22): RulesAt, RulesKey, RulesEntry
}

impl Fields for RulesKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        // Turned about, so that the newest sorts first.
        match self {
            Self::Head => kinded(0, Vec::new(), Vec::new()),
            Self::Revision(Reverse(revision)) => {
                kinded(1, (!revision).to_be_bytes().to_vec(), Vec::new())
            }
            Self::Pack(name, Reverse(version)) => {
                kinded(2, name.as_bytes().to_vec(), (!version).to_be_bytes().to_vec())
            }
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)? {
            (0, ..) => Some(Self::Head),
            (1, revision, _) => Some(Self::Revision(Reverse(!number(&revision)?))),
            (2, name, version) => {
                let version = !u32::from_be_bytes(version.try_into().ok()?);
                Some(Self::Pack(String::from_utf8(name).ok()?, Reverse(version)))
            }
            _ => None,
        }
    }
}

impl Kinded for RulesEntry {
    type Key = RulesKey;

    fn key(&self) -> RulesKey {
        match self {
            Self::Head(_) => RulesKey::Head,
            Self::Revision(revision, _) => RulesKey::Revision(Reverse(*revision)),
            Self::Pack(name, version, _) => RulesKey::Pack(name.clone(), Reverse(*version)),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(head) => table::encode(&TABLE, head),
            Self::Revision(_, revision) => table::encode(&TABLE, revision),
            Self::Pack(_, _, pack) => table::encode(&TABLE, pack),
        }
    }

    fn read(key: RulesKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            RulesKey::Head => table::decode(&TABLE, body).map(Self::Head),
            RulesKey::Revision(Reverse(revision)) => {
                Ok(Self::Revision(revision, table::decode(&TABLE, body)?))
            }
            RulesKey::Pack(name, Reverse(version)) => {
                Ok(Self::Pack(name, version, table::decode(&TABLE, body)?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;
    use proptest::prelude::*;

    fn keys() -> impl Strategy<Value = RulesKey> {
        prop_oneof![
            Just(RulesKey::Head),
            any::<u64>().prop_map(|revision| RulesKey::Revision(Reverse(revision))),
            ("[a-c]{0,3}", any::<u32>())
                .prop_map(|(name, version)| RulesKey::Pack(name, Reverse(version))),
        ]
    }

    proptest! {
        #[test]
        fn keys_sort_in_the_store_as_they_do_here(a in keys(), b in keys()) {
            let at = |key: &RulesKey| codec::row_key(&TABLE, &[], &key.to_values());
            prop_assert_eq!(a.cmp(&b), at(&a).cmp(&at(&b)));
            prop_assert_eq!(RulesKey::from_values(a.to_values()), Some(a));
        }

        #[test]
        fn a_span_holds_revisions_alone(key in keys()) {
            let span = RulesKey::revisions();
            let held = std::ops::RangeBounds::contains(&(span.from, span.until), &key);
            prop_assert_eq!(held, matches!(key, RulesKey::Revision(_)));
        }
    }
}
