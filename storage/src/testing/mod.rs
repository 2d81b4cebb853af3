//! What any bytes must bear that are read as rows: properties and fuzzing share it. And a real database.

pub mod cassandra;

use trawl_model::wire::WireError;

use crate::StoreError;
use crate::codec::{read_fence, read_row, read_values, row_key, write_fence, write_values};
use crate::records::{
    AccessRow, AnswerRow, AuditRow, FindingRow, IndexRow, ManifestRow, NameRow, NodeRow, PersonRow,
    RangeRow, RuleTextRow, RulesRow, ScanRow, ShardRow, SourceRow, TenantRow,
};
use crate::table::{Fields, Record};
use crate::value::{Type, Value};

/// Reads bytes as a row of every record: the first byte says how many of the next are its key, the
/// rest is its value. They are none, or a row that is written as it was read.
#[track_caller]
pub fn hostile_rows(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_first() else { return };
    let (key, value) = rest.split_at(usize::from(*length).min(rest.len()));
    row::<AccessRow>(key, value);
    row::<AnswerRow>(key, value);
    row::<AuditRow>(key, value);
    row::<FindingRow>(key, value);
    row::<IndexRow>(key, value);
    row::<ManifestRow>(key, value);
    row::<NameRow>(key, value);
    row::<NodeRow>(key, value);
    row::<PersonRow>(key, value);
    row::<RangeRow>(key, value);
    row::<RuleTextRow>(key, value);
    row::<RulesRow>(key, value);
    row::<ScanRow>(key, value);
    row::<ShardRow>(key, value);
    row::<SourceRow>(key, value);
    row::<TenantRow>(key, value);
}

#[track_caller]
fn row<R: Record>(key: &[u8], value: &[u8]) {
    if let Ok(fence) = read_fence(R::TABLE, value) {
        assert_eq!(write_fence(&fence), value);
    }
    let key = [&[R::TABLE.number], key].concat();
    // As it is, and as the body behind a version.
    let body = Value::Blob([&[0, 1], value].concat());
    let of_body = R::TABLE.values.iter().map(|column| match column.of {
        Type::Text => Value::Text("email".into()),
        Type::Tinyint => Value::Tinyint(80),
        _ => body.clone(),
    });
    for value in [value.to_vec(), write_values(&of_body.collect::<Vec<_>>())] {
        let Ok(Some(swept)) = read_row(R::TABLE, &key, &value) else { continue };
        let (partition, row) = (swept.partition, swept.row);
        assert_eq!(row_key(R::TABLE, &partition, &row.key), key, "one key is written in one way");
        assert_eq!(
            read_values(R::TABLE, &write_values(&row.values)).ok(),
            Some(row.values.clone())
        );
        record::<R>(partition, row.key, row.values);
    }
}

#[track_caller]
fn record<R: Record>(partition: Vec<Value>, key: Vec<Value>, values: Vec<Value>) {
    let (at, named) = (R::Partition::from_values(partition), R::Key::from_values(key));
    let (Some(at), Some(named)) = (at, named) else { return };
    assert_eq!(R::Partition::from_values(at.to_values()).as_ref(), Some(&at));
    assert_eq!(R::Key::from_values(named.to_values()).as_ref(), Some(&named));
    let Ok(read) = R::read(at, named, values) else { return };
    let written = match read.values() {
        Err(StoreError::Wire { source: WireError::TooLarge { .. }, .. }) => return,
        written => written.expect("what was read can be written"),
    };
    let again = R::read(read.partition(), read.key(), written.clone());
    let again = again.and_then(|again| again.values()).expect("what was written can be read");
    assert_eq!(again, written, "a row is read as it was written");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{TenantAt, TenantEntry, TenantKeys, WrappedTokenKey};
    use proptest::prelude::*;
    use trawl_model::TenantId;

    /// A row of a record as bytes that [`hostile_rows`] takes.
    fn as_bytes<R: Record>(row: &R) -> Vec<u8> {
        let key = row_key(R::TABLE, &row.partition().to_values(), &row.key().to_values());
        let values = write_values(&row.values().unwrap());
        [&[key.len() as u8 - 1], &key[1..], &values].concat()
    }

    fn written() -> Vec<u8> {
        let keys = TenantKeys {
            id: vec![7; 40],
            tokens: vec![WrappedTokenKey { version: 1, key: vec![7; 40] }],
        };
        let at = TenantAt { tenant: TenantId::default_tenant() };
        as_bytes(&TenantRow { at, entry: TenantEntry::Head(keys) })
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_row_or_none(bytes: Vec<u8>) {
            hostile_rows(&bytes);
        }

        #[test]
        fn rows_with_other_bytes_in_them_are_a_row_or_none(
            hits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4)
        ) {
            let mut bytes = written();
            for (at, byte) in hits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            hostile_rows(&bytes);
        }
    }
}
