//! Values as the driver sends them, and rows as it gives them.

use scylla::deserialize::row::ColumnIterator;
use scylla::errors::{DeserializationError, SerializationError};
use scylla::response::query_result::QueryRowsResult;
use scylla::serialize::row::{RowSerializationContext, SerializeRow};
use scylla::serialize::writers::{CellWriter, RowWriter};

use crate::error::StoreError;
use crate::store::{Row, SweptRow};
use crate::table::{Table, unreadable};
use crate::value::{Column, Type, Value};

/// The values of a statement, in the order of its marks.
///
/// They are written as they are, whatever the driver believes of the columns: that these are of our
/// types was looked at when the store was opened.
pub(super) struct Bind<'a> {
    parts: [&'a [Value]; 4],
    null: Null,
}

/// What is sent for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Null {
    /// That there is nothing: what was there is overwritten.
    Written,
    /// Not a word: the column was never written, and a mark that it is empty would cost a tombstone.
    LeftOut,
}

impl<'a> Bind<'a> {
    /// These values, one part behind the other.
    pub(super) fn of<const N: usize>(parts: [&'a [Value]; N]) -> Self {
        const { assert!(N <= 4, "no statement has more parts") };
        let mut all: [&[Value]; 4] = [&[]; 4];
        all[..N].copy_from_slice(&parts);
        Self { parts: all, null: Null::Written }
    }

    /// The same, nothing being sent as this.
    pub(super) fn with(self, null: Null) -> Self {
        Self { null, ..self }
    }

    fn values(&self) -> impl Iterator<Item = &'a Value> {
        self.parts.into_iter().flatten()
    }
}

impl SerializeRow for Bind<'_> {
    fn serialize(
        &self,
        context: &RowSerializationContext<'_>,
        writer: &mut RowWriter,
    ) -> Result<(), SerializationError> {
        let (wanted, given) = (context.columns().len(), self.values().count());
        if wanted != given {
            return Err(SerializationError::new(WrongNumber { wanted, given }));
        }
        self.values().try_for_each(|value| write(value, self.null, writer.make_cell_writer()))
    }

    fn is_empty(&self) -> bool {
        self.values().next().is_none()
    }
}

/// A statement was given more or fewer values than it has marks.
#[derive(Debug, thiserror::Error)]
#[error("{given} values for a statement with {wanted} marks")]
struct WrongNumber {
    wanted: usize,
    given: usize,
}

fn write(value: &Value, null: Null, cell: CellWriter<'_>) -> Result<(), SerializationError> {
    let bytes: &[u8] = match value {
        Value::Null => {
            match null {
                Null::Written => cell.set_null(),
                Null::LeftOut => cell.set_unset(),
            };
            return Ok(());
        }
        Value::Text(text) => text.as_bytes(),
        Value::Blob(bytes) => bytes,
        Value::Tinyint(n) => &n.to_be_bytes(),
        Value::Int(n) => &n.to_be_bytes(),
        Value::Bigint(n) | Value::Timestamp(n) => &n.to_be_bytes(),
    };
    cell.set_value(bytes).map(|_| ()).map_err(SerializationError::new)
}

/// Reads a cell that was answered.
pub(super) fn read(bytes: Option<&[u8]>, of: Type) -> Option<Value> {
    let Some(bytes) = bytes else { return Some(Value::Null) };
    Some(match of {
        Type::Text => Value::Text(std::str::from_utf8(bytes).ok()?.to_owned()),
        Type::Blob => Value::Blob(bytes.to_vec()),
        Type::Fixed(len) => Value::Blob((bytes.len() == len).then(|| bytes.to_vec())?),
        Type::Tinyint => Value::Tinyint(i8::from_be_bytes(bytes.try_into().ok()?)),
        Type::Int => Value::Int(i32::from_be_bytes(bytes.try_into().ok()?)),
        Type::Bigint => Value::Bigint(i64::from_be_bytes(bytes.try_into().ok()?)),
        Type::Timestamp => Value::Timestamp(i64::from_be_bytes(bytes.try_into().ok()?)),
    })
}

/// Rows of a partition. A partition whose rows are all gone is answered by one without a key, because
/// of its fence: that is none.
pub(super) fn rows(table: &'static Table, page: &QueryRowsResult) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::with_capacity(page.rows_num());
    for columns in page.rows::<ColumnIterator<'_, '_>>().map_err(|_| unreadable(table, "shape"))? {
        let mut columns =
            Columns { table, columns: columns.map_err(|_| unreadable(table, "row"))? };
        let key = columns.take(table.clustering)?;
        if !key.contains(&Value::Null) {
            rows.push(Row { key, values: columns.take(table.values)? });
        }
    }
    Ok(rows)
}

/// Rows of all partitions.
pub(super) fn swept(
    table: &'static Table,
    page: &QueryRowsResult,
) -> Result<Vec<SweptRow>, StoreError> {
    let mut rows = Vec::with_capacity(page.rows_num());
    for columns in page.rows::<ColumnIterator<'_, '_>>().map_err(|_| unreadable(table, "shape"))? {
        let mut columns =
            Columns { table, columns: columns.map_err(|_| unreadable(table, "row"))? };
        let partition = columns.take(table.partition)?;
        let key = columns.take(table.clustering)?;
        if !key.contains(&Value::Null) {
            let row = Row { key, values: columns.take(table.values)? };
            rows.push(SweptRow { partition, row });
        }
    }
    Ok(rows)
}

struct Columns<'frame, 'metadata> {
    table: &'static Table,
    columns: ColumnIterator<'frame, 'metadata>,
}

impl Columns<'_, '_> {
    fn take(&mut self, wanted: &[Column]) -> Result<Vec<Value>, StoreError> {
        let mut values = Vec::with_capacity(wanted.len());
        for column in wanted {
            let cell = self.columns.next().transpose().ok().flatten();
            let slice = cell.map(|cell| cell.slice.map(|slice| slice.as_slice()));
            let value = slice.and_then(|bytes| read(bytes, column.of));
            values.push(value.ok_or_else(|| unreadable(self.table, column.name))?);
        }
        Ok(values)
    }
}

/// Cells of the first row of an answer, by the names of their columns: conditional writes answer with
/// columns of the server's choice.
pub(super) fn named<'a, const N: usize>(
    page: &'a QueryRowsResult,
    names: [&str; N],
) -> Result<Option<[Option<&'a [u8]>; N]>, DeserializationError> {
    let Ok(Some(columns)) = page.maybe_first_row::<ColumnIterator<'_, '_>>() else {
        return Ok(None);
    };
    let mut cells = [None; N];
    for column in columns {
        let column = column?;
        if let Some(at) = names.iter().position(|name| *name == column.spec.name()) {
            cells[at] = column.slice.map(|slice| slice.as_slice());
        }
    }
    Ok(Some(cells))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn written(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(value, Null::Written, CellWriter::new(&mut bytes)).unwrap();
        bytes
    }

    #[test]
    fn values_are_read_as_they_were_written() {
        for (value, of) in [
            (Value::Text("größe".to_owned()), Type::Text),
            (Value::Text(String::new()), Type::Text),
            (Value::Blob(vec![]), Type::Blob),
            (Value::Blob(vec![0, 0xFF]), Type::Fixed(2)),
            (Value::Tinyint(-128), Type::Tinyint),
            (Value::Int(i32::MIN), Type::Int),
            (Value::Bigint(-1), Type::Bigint),
            (Value::Timestamp(i64::MAX), Type::Timestamp),
            (Value::Null, Type::Int),
        ] {
            let bytes = written(&value);
            let (len, cell) = bytes.split_at(4);
            let len = i32::from_be_bytes(len.try_into().unwrap());
            let cell = usize::try_from(len).ok().map(|len| &cell[..len]);
            assert_eq!(read(cell, of), Some(value));
        }
    }

    #[test]
    fn a_cell_of_another_length_is_no_value() {
        for of in [Type::Fixed(3), Type::Tinyint, Type::Int, Type::Bigint, Type::Timestamp] {
            assert_eq!(read(Some(&[1, 2]), of), None, "{of:?}");
        }
        assert_eq!(read(Some(&[0xFF]), Type::Text), None);
    }

    #[test]
    fn nothing_is_written_or_left_out() {
        let mut bytes = Vec::new();
        write(&Value::Null, Null::LeftOut, CellWriter::new(&mut bytes)).unwrap();
        assert_eq!((written(&Value::Null), bytes), (vec![0xFF; 4], vec![0xFF, 0xFF, 0xFF, 0xFE]));
    }
}
