//! Tables that are files of databases: SQLite and Parquet.

use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::Unwritten;
use crate::table::Table;
use crate::written::{Mark, Spot, Written};

/// The table as a file of SQLite.
pub fn sqlite(table: &Table) -> Result<Written, Unwritten> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("table.sqlite");
    let connection = rusqlite::Connection::open(&path)?;
    let columns: Vec<String> = table.columns.iter().map(|c| format!("\"{c}\" TEXT")).collect();
    let places = vec!["?"; columns.len()].join(",");
    connection.execute_batch(&format!("CREATE TABLE {} ({})", table.name, columns.join(",")))?;
    let insert = format!("INSERT INTO {} VALUES ({places})", table.name);
    connection.execute_batch("PRAGMA synchronous = OFF; BEGIN")?;
    {
        let mut statement = connection.prepare(&insert)?;
        for row in &table.rows {
            statement.execute(rusqlite::params_from_iter(row.iter().map(|c| c.text.as_str())))?;
        }
    }
    connection.execute_batch("COMMIT")?;
    connection.close().map_err(|(_, error)| error)?;
    let bytes = std::fs::read(&path)?;
    Ok(Written { bytes, marks: marks(table, table.name) })
}

/// The table as a file of Parquet, in row groups of 1,000.
pub fn parquet(table: &Table) -> Result<Written, Unwritten> {
    let fields = table
        .columns
        .iter()
        .map(|column| {
            Type::primitive_type_builder(column, Physical::BYTE_ARRAY)
                .with_repetition(Repetition::REQUIRED)
                .with_converted_type(ConvertedType::UTF8)
                .build()
                .map(Arc::new)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Type::group_type_builder("schema").with_fields(fields).build()?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties))?;
    for rows in table.rows.chunks(1_000) {
        let mut group = writer.next_row_group()?;
        let mut index = 0;
        while let Some(mut column) = group.next_column()? {
            let values: Vec<ByteArray> =
                rows.iter().map(|row| ByteArray::from(row[index].text.as_str())).collect();
            column.typed::<ByteArrayType>().write_batch(&values, None, None)?;
            column.close()?;
            index += 1;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(Written { bytes, marks: marks(table, "") })
}

fn marks(table: &Table, name: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (row, cells) in table.rows.iter().enumerate() {
        for (column, cell) in table.columns.iter().zip(cells) {
            let spot = |at| Spot::Field(name.to_owned(), row as u64 + 1, column.clone(), at);
            marks.extend(Mark::all(cell, spot));
        }
    }
    marks
}
