//! Findings, as workers put them: made to count by the object's row in its range.

use trawl_model::{Finding, FindingId, Generation, ObjectId, SourceId, TenantId};

use crate::error::StoreError;
use crate::table::{self, Fields, Kind, Plain, Record, Table, fields};
use crate::value::{Cell, Column, Type, Value};

fields! {
    /// A bucket of a source's findings.
    FindingsAt {
        /// The tenant.
        tenant: TenantId,
        /// The source.
        source: SourceId,
        /// The layout in which the source lies.
        layout: u16,
        /// The bucket, of the place alone.
        bucket: u16,
    }
}

fields! {
    /// What names a finding in its bucket.
    FindingKey {
        /// The object.
        object: ObjectId,
        /// Under which it was put.
        generation: Generation,
        /// The batch of that generation.
        sequence: u32,
        /// The finding.
        finding: FindingId,
    }
}

/// The table.
pub static TABLE: Table = Table {
    name: "finding",
    number: 3,
    kind: Kind::Plain,
    partition: FindingsAt::COLUMNS,
    clustering: FindingKey::COLUMNS,
    values: &[
        Column { name: "type", of: Type::Text },
        Column { name: "confidence", of: Type::Tinyint },
        Column { name: "body", of: Type::Blob },
    ],
};

/// A finding in its bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// The bucket.
    pub at: FindingsAt,
    /// The object.
    pub object: ObjectId,
    /// Under which it was put.
    pub generation: Generation,
    /// The batch of that generation.
    pub sequence: u32,
    /// The finding.
    pub finding: Finding,
}

impl Record for FindingRow {
    type Partition = FindingsAt;
    type Key = FindingKey;
    const TABLE: &'static Table = &TABLE;

    fn partition(&self) -> FindingsAt {
        self.at.clone()
    }

    fn key(&self) -> FindingKey {
        FindingKey {
            object: self.object,
            generation: self.generation,
            sequence: self.sequence,
            finding: self.finding.id,
        }
    }

    fn values(&self) -> Result<Vec<Value>, StoreError> {
        Ok(vec![
            self.finding.type_id.to_value(),
            Value::Tinyint(self.finding.confidence.as_percent() as i8),
            table::encode(&TABLE, &self.finding)?,
        ])
    }

    fn read(at: FindingsAt, key: FindingKey, values: Vec<Value>) -> Result<Self, StoreError> {
        let FindingKey { object, generation, sequence, .. } = key;
        let finding = table::decode(&TABLE, &table::body(&TABLE, values)?)?;
        Ok(Self { at, object, generation, sequence, finding })
    }
}

impl Plain for FindingRow {}
