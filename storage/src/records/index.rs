//! Which index serves, which one is being built, and which ones have ended.

use serde::{Deserialize, Serialize};

use super::{Kinded, kinded_record, versioned};
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Value};

fields! {
    /// The indices of a cluster.
    IndexAt {
        /// Which set of them. There is one, 0.
        set: u16,
    }
}

impl IndexAt {
    /// The one that there is.
    pub const ALL: Self = Self { set: 0 };
}

/// What names a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndexKey {
    /// The head, and there is nothing else.
    Head,
}

/// An index: its manifests lie under its number and the number of each lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Built {
    /// Its number. None is given twice.
    pub number: u32,
    /// How many lanes it has. It keeps them for as long as it lasts.
    pub lanes: u16,
}

/// The head of the indices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IndexHead {
    /// The one that is searched.
    pub serving: Option<Built>,
    /// The one that is to take its place as soon as it is whole.
    pub building: Option<Built>,
    /// Those that have ended, and whose manifests are not yet emptied.
    pub ended: Vec<Built>,
    /// The number of the next.
    pub next: u32,
}

versioned! { IndexHead => 1 }

/// A row of the indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexEntry {
    /// The head.
    Head(IndexHead),
}

kinded_record! {
    /// A row of the indices.
    IndexRow ("index_set", 12): IndexAt, IndexKey, IndexEntry
}

impl Fields for IndexKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        kinded(0, Vec::new(), Vec::new())
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        matches!(unkinded(values)?, (0, ..)).then_some(Self::Head)
    }
}

impl Kinded for IndexEntry {
    type Key = IndexKey;

    fn key(&self) -> IndexKey {
        IndexKey::Head
    }

    fn body(&self) -> Result<Value, StoreError> {
        let Self::Head(head) = self;
        table::encode(&TABLE, head)
    }

    fn read(IndexKey::Head: IndexKey, body: &[u8]) -> Result<Self, StoreError> {
        table::decode(&TABLE, body).map(Self::Head)
    }
}
