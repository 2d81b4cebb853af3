//! The person index: in which objects a token was found. It says where to look; the findings that
//! it leads to are what counts.

use trawl_model::{Generation, ObjectId, SourceId, TenantId, Token};

use crate::error::StoreError;
use crate::table::{Fields, Kind, Plain, Record, Table, fields};
use crate::value::Value;

/// A token's rows are spread over so many partitions, for one may be in a million objects.
pub const SLICES: u8 = 16;

fields! {
    /// A slice of the rows of a token.
    PersonAt {
        /// The tenant.
        tenant: TenantId,
        /// The token.
        token: Token,
        /// The slice, of the object.
        slice: u8,
    }
}

fields! {
    /// Where the token was found.
    PersonKey {
        /// The source.
        source: SourceId,
        /// The object.
        object: ObjectId,
        /// Under which the findings were put.
        generation: Generation,
        /// The bucket in which they lie.
        bucket: u16,
    }
}

/// The table.
pub static TABLE: Table = Table {
    name: "person",
    number: 4,
    kind: Kind::Plain,
    partition: PersonAt::COLUMNS,
    clustering: PersonKey::COLUMNS,
    values: &[],
};

/// A row of the person index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The slice.
    pub at: PersonAt,
    /// Where.
    pub key: PersonKey,
}

impl PersonAt {
    /// The slice in which rows of this token and object lie.
    pub fn of(tenant: TenantId, token: Token, object: ObjectId) -> Self {
        Self { tenant, token, slice: object.as_bytes()[0] % SLICES }
    }
}

impl Record for PersonRow {
    type Partition = PersonAt;
    type Key = PersonKey;
    const TABLE: &'static Table = &TABLE;

    fn partition(&self) -> PersonAt {
        self.at.clone()
    }

    fn key(&self) -> PersonKey {
        self.key.clone()
    }

    fn values(&self) -> Result<Vec<Value>, StoreError> {
        Ok(Vec::new())
    }

    fn read(at: PersonAt, key: PersonKey, _: Vec<Value>) -> Result<Self, StoreError> {
        Ok(Self { at, key })
    }
}

impl Plain for PersonRow {}
