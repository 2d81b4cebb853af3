//! The records: what is kept, and where.
//!
//! Each file is one record: its partition, its key and its rows. Numbers of tables and of kinds
//! of rows stand in stored keys, so none is ever given to another.

pub mod access;
pub mod answer;
pub mod audit;
pub mod finding;
pub mod index;
pub mod manifest;
pub mod name;
pub mod node;
pub mod person;
pub mod range;
pub mod rule_text;
pub mod rules;
pub mod scan;
pub mod shard;
pub mod source;
pub mod tenant;

pub use access::{
    AccessAt, AccessEntry, AccessHead, AccessKey, AccessRow, ApiKey, KeyUse, Revoked, Right,
};
pub use answer::{
    Answer, AnswerAt, AnswerEntry, AnswerHead, AnswerKey, AnswerName, AnswerRow, Given,
};
pub use audit::{AuditAt, AuditEntry, AuditHead, AuditKey, AuditRow, AuditRowEntry};
pub use finding::{FindingKey, FindingRow, FindingsAt};
pub use index::{Built, IndexAt, IndexEntry, IndexHead, IndexKey, IndexRow};
pub use manifest::{
    Indexed, ManifestAt, ManifestEntry, ManifestHead, ManifestKey, ManifestRow, Published,
};
pub use name::{NameAt, NameRow};
pub use node::{Node, NodeAt, NodeEntry, NodeKey, NodeRow};
pub use person::{PersonAt, PersonKey, PersonRow};
pub use range::{LogEntry, RangeAt, RangeEntry, RangeKey, RangeRow, VerdictEntry};
pub use rule_text::{RuleTextAt, RuleTextKey, RuleTextRow, TEXT_BYTES};
pub use rules::{
    Pack, PackFile, PackRef, Revision, RulesAt, RulesEntry, RulesHead, RulesKey, RulesRow,
};
pub use scan::{ScanAt, ScanEntry, ScanKey, ScanRow};
pub use shard::{AtWork, Shard, ShardAt, ShardEntry, ShardKey, ShardRow, Sums};
pub use source::{SourceAt, SourceEntry, SourceKey, SourceRow};
pub use tenant::{TenantAt, TenantEntry, TenantKey, TenantKeys, TenantRow, WrappedTokenKey};

use crate::error::StoreError;
use crate::table::Table;
use crate::value::Value;

/// All tables, for those who make them.
pub const TABLES: [&Table; 16] = [
    &source::TABLE,
    &range::TABLE,
    &finding::TABLE,
    &person::TABLE,
    &name::TABLE,
    &shard::TABLE,
    &node::TABLE,
    &tenant::TABLE,
    &scan::TABLE,
    &audit::TABLE,
    &manifest::TABLE,
    &index::TABLE,
    &access::TABLE,
    &answer::TABLE,
    &rules::TABLE,
    &rule_text::TABLE,
];

/// A row of a partition that holds rows of several kinds.
pub(crate) trait Kinded: Sized {
    /// What names it in its partition.
    type Key;
    fn key(&self) -> Self::Key;
    fn body(&self) -> Result<Value, StoreError>;
    fn read(key: Self::Key, body: &[u8]) -> Result<Self, StoreError>;
}

/// Declares the table and the record of a fenced partition whose rows are of several kinds.
macro_rules! kinded_record {
    (
        $(#[$doc:meta])*
        $row:ident ($table:literal, $number:literal): $at:ident, $key:ident, $entry:ident
    ) => {
        /// The table.
        pub static TABLE: $crate::table::Table = $crate::table::Table {
            name: $table,
            number: $number,
            kind: $crate::table::Kind::Fenced,
            partition: <$at as $crate::table::Fields>::COLUMNS,
            clustering: $crate::table::KINDED,
            values: $crate::table::BODY,
        };

        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $row {
            /// The partition.
            pub at: $at,
            /// What stands there.
            pub entry: $entry,
        }

        impl $crate::table::Record for $row {
            type Partition = $at;
            type Key = $key;
            const TABLE: &'static $crate::table::Table = &TABLE;

            fn partition(&self) -> $at {
                self.at.clone()
            }

            fn key(&self) -> $key {
                $crate::records::Kinded::key(&self.entry)
            }

            fn values(&self) -> Result<Vec<$crate::value::Value>, $crate::StoreError> {
                Ok(vec![$crate::records::Kinded::body(&self.entry)?])
            }

            fn read(
                at: $at,
                key: $key,
                values: Vec<$crate::value::Value>,
            ) -> Result<Self, $crate::StoreError> {
                let body = $crate::table::body(&TABLE, values)?;
                Ok(Self { at, entry: <$entry as $crate::records::Kinded>::read(key, &body)? })
            }
        }

        impl $crate::table::Fenced for $row {
            fn head() -> $key {
                $key::Head
            }
        }
    };
}
pub(crate) use kinded_record;

/// Layouts of bodies that are this room's own.
macro_rules! versioned {
    ($($type:ty => $version:literal),+ $(,)?) => {
        $(impl trawl_model::wire::Versioned for $type {
            const VERSION: u16 = $version;
        })+
    };
}
pub(crate) use versioned;

/// A number as part of a key.
pub(crate) fn number(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_tables_share_a_name_or_a_number() {
        let names: BTreeSet<_> = TABLES.iter().map(|table| table.name).collect();
        let numbers: BTreeSet<_> = TABLES.iter().map(|table| table.number).collect();
        assert_eq!((names.len(), numbers.len()), (TABLES.len(), TABLES.len()));
        assert!(TABLES.iter().all(|table| table.number < u8::MAX));
    }
}
