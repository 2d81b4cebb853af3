//! How rows become keys and values of an ordered map of bytes: the layout of the embedded store.
//!
//! A key is the table's number, the partition, a tag and the clustering. Each column is written
//! so that bytes sort as values do, and so that no column's bytes are the beginning of
//! another's: text and blobs are escaped (`00` becomes `00 FF`) and ended by `00 00`, what has a
//! fixed length is written as it is, numbers are big-endian with the sign turned. So all rows of
//! a partition lie together, behind its fence, in the order of their keys.

use std::ops::Bound;

use crate::error::StoreError;
use crate::fence::{Fence, WriteId};
use crate::store::{Row, SweptRow};
use crate::table::{Table, unreadable};
use crate::value::{Column, Type, Value};

/// The tag of a fence, before all rows.
const FENCE: u8 = 0;
/// The tag of a row.
const ROW: u8 = 1;
/// Behind all rows.
const BEHIND: u8 = 2;
/// The layout of values. Columns that were added later are null in older rows.
const VALUES_VERSION: u8 = 1;

/// Appends a column of a key.
pub fn write_column(out: &mut Vec<u8>, value: &Value, of: Type) {
    match value {
        Value::Null => {}
        Value::Text(text) => write_escaped(out, text.as_bytes()),
        Value::Blob(bytes) if matches!(of, Type::Fixed(_)) => out.extend_from_slice(bytes),
        Value::Blob(bytes) => write_escaped(out, bytes),
        Value::Tinyint(n) => out.push((*n as u8) ^ 0x80),
        Value::Int(n) => out.extend_from_slice(&((*n as u32) ^ (1 << 31)).to_be_bytes()),
        Value::Bigint(n) | Value::Timestamp(n) => {
            out.extend_from_slice(&((*n as u64) ^ (1 << 63)).to_be_bytes());
        }
    }
}

fn write_escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(0, rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(0xFF);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.extend_from_slice(&[0, 0]);
}

/// Takes a column of a key from the front of `bytes`.
pub fn read_column(bytes: &mut &[u8], of: Type) -> Option<Value> {
    Some(match of {
        Type::Text => Value::Text(String::from_utf8(read_escaped(bytes)?).ok()?),
        Type::Blob => Value::Blob(read_escaped(bytes)?),
        Type::Fixed(len) => Value::Blob(take(bytes, len)?.to_vec()),
        Type::Tinyint => Value::Tinyint((take(bytes, 1)?[0] ^ 0x80) as i8),
        Type::Int => {
            let word = u32::from_be_bytes(take(bytes, 4)?.try_into().ok()?);
            Value::Int((word ^ (1 << 31)) as i32)
        }
        Type::Bigint => Value::Bigint(read_long(bytes)?),
        Type::Timestamp => Value::Timestamp(read_long(bytes)?),
    })
}

fn read_long(bytes: &mut &[u8]) -> Option<i64> {
    let word = u64::from_be_bytes(take(bytes, 8)?.try_into().ok()?);
    Some((word ^ (1 << 63)) as i64)
}

fn read_escaped(bytes: &mut &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let at = memchr::memchr(0, bytes)?;
        let mark = *bytes.get(at + 1)?;
        match mark {
            0 => out.extend_from_slice(&bytes[..at]),
            0xFF => out.extend_from_slice(&bytes[..=at]),
            _ => return None,
        }
        *bytes = &bytes[at + 2..];
        if mark == 0 {
            return Some(out);
        }
    }
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(head)
}

fn write_columns(out: &mut Vec<u8>, columns: &[Column], values: &[Value]) {
    for (column, value) in columns.iter().zip(values) {
        write_column(out, value, column.of);
    }
}

fn read_columns(bytes: &mut &[u8], columns: &[Column]) -> Option<Vec<Value>> {
    let mut values = Vec::with_capacity(columns.len());
    for column in columns {
        values.push(read_column(bytes, column.of)?);
    }
    Some(values)
}

/// The beginning of all keys of a partition.
pub fn partition_prefix(table: &Table, partition: &[Value]) -> Vec<u8> {
    let mut out = vec![table.number];
    write_columns(&mut out, table.partition, partition);
    out
}

/// The key of a partition's fence.
pub fn fence_key(table: &Table, partition: &[Value]) -> Vec<u8> {
    let mut out = partition_prefix(table, partition);
    out.push(FENCE);
    out
}

/// The key of a row.
pub fn row_key(table: &Table, partition: &[Value], key: &[Value]) -> Vec<u8> {
    let mut out = partition_prefix(table, partition);
    out.push(ROW);
    write_columns(&mut out, table.clustering, key);
    out
}

/// The stretch of keys, from the first, included, to the second, excluded, that holds the rows of
/// a partition between two bounds.
pub fn span(
    table: &Table,
    partition: &[Value],
    from: &Bound<Vec<Value>>,
    until: &Bound<Vec<Value>>,
) -> (Vec<u8>, Vec<u8>) {
    let edge = |key: &[Value], behind: bool| {
        let mut out = row_key(table, partition, key);
        if behind {
            // No key begins with another, so that nothing lies between a key and this.
            out.push(0);
        }
        out
    };
    let tagged = |tag| {
        let mut out = partition_prefix(table, partition);
        out.push(tag);
        out
    };
    let lower = match from {
        Bound::Included(key) => edge(key, false),
        Bound::Excluded(key) => edge(key, true),
        Bound::Unbounded => tagged(ROW),
    };
    let upper = match until {
        Bound::Included(key) => edge(key, true),
        Bound::Excluded(key) => edge(key, false),
        Bound::Unbounded => tagged(BEHIND),
    };
    (lower, upper)
}

/// The stretch of keys of a whole table, behind the key where a sweep stands.
pub fn table_span(table: &Table, cursor: Option<&[u8]>) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
    let lower = match cursor {
        None => vec![table.number],
        Some(key) if key.first() == Some(&table.number) => {
            let mut behind = key.to_vec();
            behind.push(0);
            behind
        }
        Some(_) => return Err(StoreError::Cursor { table: table.name }),
    };
    Ok((lower, vec![table.number + 1]))
}

/// The row that lies under a key of a partition, whose keys all begin with so many bytes; none if
/// it is a fence.
pub fn read_row_behind(
    table: &'static Table,
    partition: usize,
    key: &[u8],
    value: &[u8],
) -> Result<Option<Row>, StoreError> {
    let bad = || unreadable(table, "key");
    let mut rest = key.get(partition..).ok_or_else(bad)?;
    match take(&mut rest, 1).ok_or_else(bad)?[0] {
        FENCE => return Ok(None),
        ROW => {}
        _ => return Err(bad()),
    }
    let key = read_columns(&mut rest, table.clustering).ok_or_else(bad)?;
    if !rest.is_empty() {
        return Err(bad());
    }
    Ok(Some(Row { key, values: read_values(table, value)? }))
}

/// The row that lies under a key, with its partition; none if it is a fence.
pub fn read_row(
    table: &'static Table,
    key: &[u8],
    value: &[u8],
) -> Result<Option<SweptRow>, StoreError> {
    let bad = || unreadable(table, "key");
    let mut rest = key.get(1..).ok_or_else(bad)?;
    let partition = read_columns(&mut rest, table.partition).ok_or_else(bad)?;
    let row = read_row_behind(table, key.len() - rest.len(), key, value)?;
    Ok(row.map(|row| SweptRow { partition, row }))
}

/// The bytes of a row's values.
pub fn write_values(values: &[Value]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + values.iter().map(|v| v.weight() + 1).sum::<usize>());
    out.push(VALUES_VERSION);
    for value in values {
        out.push(u8::from(*value != Value::Null));
        match value {
            Value::Null => {}
            Value::Text(text) => write_sized(&mut out, text.as_bytes()),
            Value::Blob(bytes) => write_sized(&mut out, bytes),
            Value::Tinyint(n) => out.extend_from_slice(&n.to_be_bytes()),
            Value::Int(n) => out.extend_from_slice(&n.to_be_bytes()),
            Value::Bigint(n) | Value::Timestamp(n) => out.extend_from_slice(&n.to_be_bytes()),
        }
    }
    out
}

fn write_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// The values that [`write_values`] wrote.
pub fn read_values(table: &'static Table, bytes: &[u8]) -> Result<Vec<Value>, StoreError> {
    let bad = || unreadable(table, "value");
    let mut rest = bytes;
    if take(&mut rest, 1).ok_or_else(bad)?[0] != VALUES_VERSION {
        return Err(bad());
    }
    let mut values = Vec::with_capacity(table.values.len());
    for column in table.values {
        values.push(read_value(&mut rest, column.of).ok_or_else(bad)?);
    }
    Ok(values)
}

fn read_value(bytes: &mut &[u8], of: Type) -> Option<Value> {
    if bytes.is_empty() || take(bytes, 1)?[0] == 0 {
        return Some(Value::Null);
    }
    Some(match of {
        Type::Text => Value::Text(String::from_utf8(read_sized(bytes)?).ok()?),
        Type::Blob | Type::Fixed(_) => Value::Blob(read_sized(bytes)?),
        Type::Tinyint => Value::Tinyint(take(bytes, 1)?[0] as i8),
        Type::Int => Value::Int(i32::from_be_bytes(take(bytes, 4)?.try_into().ok()?)),
        Type::Bigint => Value::Bigint(i64::from_be_bytes(take(bytes, 8)?.try_into().ok()?)),
        Type::Timestamp => Value::Timestamp(i64::from_be_bytes(take(bytes, 8)?.try_into().ok()?)),
    })
}

fn read_sized(bytes: &mut &[u8]) -> Option<Vec<u8>> {
    let len = u32::from_be_bytes(take(bytes, 4)?.try_into().ok()?);
    take(bytes, len as usize).map(<[u8]>::to_vec)
}

/// The bytes of a fence.
pub fn write_fence(fence: &Fence) -> Vec<u8> {
    let mut out = Vec::with_capacity(32);
    out.extend_from_slice(&fence.epoch.to_be_bytes());
    out.extend_from_slice(&fence.version.to_be_bytes());
    out.extend_from_slice(fence.write.as_bytes());
    out
}

/// The fence that [`write_fence`] wrote.
pub fn read_fence(table: &'static Table, bytes: &[u8]) -> Result<Fence, StoreError> {
    let parse = || {
        let bytes = <[u8; 32]>::try_from(bytes).ok()?;
        Some(Fence {
            epoch: u64::from_be_bytes(bytes[..8].try_into().ok()?),
            version: u64::from_be_bytes(bytes[8..16].try_into().ok()?),
            write: WriteId::from_bytes(bytes[16..].try_into().ok()?),
        })
    };
    parse().ok_or_else(|| unreadable(table, "fence"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Kind;
    use proptest::prelude::*;

    static TABLE: Table = Table {
        name: "sample",
        number: 200,
        kind: Kind::Fenced,
        partition: &[
            Column { name: "a", of: Type::Text },
            Column { name: "b", of: Type::Fixed(3) },
        ],
        clustering: &[
            Column { name: "c", of: Type::Blob },
            Column { name: "d", of: Type::Tinyint },
            Column { name: "e", of: Type::Int },
            Column { name: "f", of: Type::Bigint },
            Column { name: "g", of: Type::Timestamp },
            Column { name: "h", of: Type::Blob },
        ],
        values: &[
            Column { name: "i", of: Type::Text },
            Column { name: "j", of: Type::Blob },
            Column { name: "k", of: Type::Int },
        ],
    };

    /// Bytes of the kind that break escaping: mostly the lowest and the highest.
    fn hostile() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![Just(0u8), Just(1), Just(0xFF), Just(0xFE), any::<u8>()];
        proptest::collection::vec(byte, 0..6)
    }

    fn partitions() -> impl Strategy<Value = Vec<Value>> {
        (prop_oneof![Just("a\0"), Just("a"), Just(""), Just("ab")], hostile()).prop_map(
            |(text, mut fixed)| {
                fixed.resize(3, 0);
                vec![Value::Text(text.into()), Value::Blob(fixed)]
            },
        )
    }

    fn keys() -> impl Strategy<Value = Vec<Value>> {
        let number = || prop_oneof![Just(0i64), Just(-1), Just(1), any::<i64>()];
        (hostile(), any::<i8>(), number(), number(), number(), hostile()).prop_map(
            |(c, d, e, f, g, h)| {
                vec![
                    Value::Blob(c),
                    Value::Tinyint(d),
                    Value::Int(e as i32),
                    Value::Bigint(f),
                    Value::Timestamp(g),
                    Value::Blob(h),
                ]
            },
        )
    }

    proptest! {
        #[test]
        fn bytes_sort_as_rows_do(
            p in partitions(), a in keys(), q in partitions(), b in keys()
        ) {
            let rows = ((&p, &a), (&q, &b));
            prop_assert_eq!(
                rows.0.cmp(&rows.1), row_key(&TABLE, &p, &a).cmp(&row_key(&TABLE, &q, &b))
            );
            prop_assert!(fence_key(&TABLE, &p) < row_key(&TABLE, &p, &a));
        }

        #[test]
        fn no_key_is_the_beginning_of_another(
            p in partitions(), a in keys(), q in partitions(), b in keys()
        ) {
            let (one, other) = (row_key(&TABLE, &p, &a), row_key(&TABLE, &q, &b));
            prop_assert!(one == other || !other.starts_with(&one));
            let prefix = partition_prefix(&TABLE, &p);
            prop_assert_eq!(row_key(&TABLE, &q, &b).starts_with(&prefix), p == q);
        }

        #[test]
        fn a_span_holds_what_its_bounds_say(
            p in partitions(), from in keys(), until in keys(), key in keys()
        ) {
            let within = |from: Bound<Vec<Value>>, until: Bound<Vec<Value>>| {
                let (lower, upper) = span(&TABLE, &p, &from, &until);
                let bytes = row_key(&TABLE, &p, &key);
                let expected = std::ops::RangeBounds::contains(&(from, until), &key);
                (expected, bytes >= lower && bytes < upper)
            };
            for (expected, found) in [
                within(Bound::Included(from.clone()), Bound::Excluded(until.clone())),
                within(Bound::Excluded(from.clone()), Bound::Included(until.clone())),
                within(Bound::Excluded(key.clone()), Bound::Unbounded),
                within(Bound::Included(key.clone()), Bound::Included(key.clone())),
                within(Bound::Unbounded, Bound::Excluded(key.clone())),
                within(Bound::Unbounded, Bound::Unbounded),
            ] {
                prop_assert_eq!(expected, found);
            }
        }

        #[test]
        fn a_row_is_read_as_it_was_written(p in partitions(), key in keys(), j in hostile()) {
            let values = vec![Value::Null, Value::Blob(j), Value::Int(-7)];
            let read =
                read_row(&TABLE, &row_key(&TABLE, &p, &key), &write_values(&values)).unwrap();
            prop_assert_eq!(read, Some(SweptRow { partition: p, row: Row { key, values } }));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(key: Vec<u8>, value: Vec<u8>) {
            let _ = read_row(&TABLE, &key, &value);
            let _ = read_values(&TABLE, &value);
            let _ = read_fence(&TABLE, &value);
        }

        #[test]
        fn a_fence_is_read_as_it_was_written(epoch: u64, version: u64, write: [u8; 16]) {
            let fence = Fence { epoch, version, write: WriteId::from_bytes(write) };
            prop_assert_eq!(read_fence(&TABLE, &write_fence(&fence)).unwrap(), fence);
        }
    }

    #[test]
    fn columns_that_were_added_later_are_null_in_older_rows() {
        let older = write_values(&[Value::Text("x".into())]);
        assert_eq!(
            read_values(&TABLE, &older).unwrap(),
            vec![Value::Text("x".into()), Value::Null, Value::Null]
        );
    }
}
