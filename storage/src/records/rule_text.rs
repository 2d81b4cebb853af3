//! What is in the files of rule packs, by the hash of it: the same file in two packs, or in two
//! versions of one, lies here once. A row is never changed, so that a copy of it is as good.

use trawl_model::TenantId;

use crate::error::StoreError;
use crate::table::{self, Fields, Kind, Plain, Record, Table, fields};
use crate::value::{Column, Type, Value};

/// So many bytes of a file are one row.
pub const TEXT_BYTES: usize = 256 * 1024;

fields! {
    /// The content of a file.
    RuleTextAt {
        /// The tenant.
        tenant: TenantId,
        /// The hash of the content, in hexadecimal digits.
        hash: String,
    }
}

fields! {
    /// A stretch of the content.
    RuleTextKey {
        /// Which, from 0.
        number: u32,
    }
}

/// The table.
pub static TABLE: Table = Table {
    name: "rule_text",
    number: 23,
    kind: Kind::Plain,
    partition: RuleTextAt::COLUMNS,
    clustering: RuleTextKey::COLUMNS,
    values: &[Column { name: "text", of: Type::Blob }],
};

/// A stretch of the content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTextRow {
    /// Of which file.
    pub at: RuleTextAt,
    /// Which stretch.
    pub key: RuleTextKey,
    /// What is in it.
    pub text: Vec<u8>,
}

impl RuleTextAt {
    /// Of the content with this hash.
    pub fn of(tenant: TenantId, hash: &[u8; 32]) -> Self {
        let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { tenant, hash }
    }
}

impl Record for RuleTextRow {
    type Partition = RuleTextAt;
    type Key = RuleTextKey;
    const TABLE: &'static Table = &TABLE;

    fn partition(&self) -> RuleTextAt {
        self.at.clone()
    }

    fn key(&self) -> RuleTextKey {
        self.key.clone()
    }

    fn values(&self) -> Result<Vec<Value>, StoreError> {
        Ok(vec![Value::Blob(self.text.clone())])
    }

    fn read(at: RuleTextAt, key: RuleTextKey, values: Vec<Value>) -> Result<Self, StoreError> {
        Ok(Self { at, key, text: table::body(&TABLE, values)? })
    }
}

impl Plain for RuleTextRow {}
