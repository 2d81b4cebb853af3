//! Names: from an object's id to its key.

use trawl_model::{ObjectId, ObjectKey, SourceId, TenantId};

use crate::error::StoreError;
use crate::table::{self, Fields, Kind, Plain, Record, Table, fields};
use crate::value::{Cell, Column, Type, Value};

fields! {
    /// An object, by its id.
    NameAt {
        /// The tenant.
        tenant: TenantId,
        /// The source.
        source: SourceId,
        /// The object.
        object: ObjectId,
    }
}

/// The table.
pub static TABLE: Table = Table {
    name: "name",
    number: 5,
    kind: Kind::Plain,
    partition: NameAt::COLUMNS,
    clustering: <() as Fields>::COLUMNS,
    values: &[Column { name: "key", of: Type::Blob }],
};

/// The name of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRow {
    /// The object.
    pub at: NameAt,
    /// Its key.
    pub key: ObjectKey,
}

impl Record for NameRow {
    type Partition = NameAt;
    type Key = ();
    const TABLE: &'static Table = &TABLE;

    fn partition(&self) -> NameAt {
        self.at.clone()
    }

    fn key(&self) {}

    fn values(&self) -> Result<Vec<Value>, StoreError> {
        Ok(vec![self.key.to_value()])
    }

    fn read(at: NameAt, (): (), values: Vec<Value>) -> Result<Self, StoreError> {
        Ok(Self { at, key: table::cell(&TABLE, "key", values.into_iter().next())? })
    }
}

impl Plain for NameRow {}
