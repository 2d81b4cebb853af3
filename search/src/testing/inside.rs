//! What stands in a split, laid open: tantivy packs it, and a search of the file by bytes would see
//! none of it.

use tantivy::TantivyDocument;
use tantivy::schema::FieldType;

use crate::error::IndexError;
use crate::split::{Split, unreadable};

/// Each term of each field, each value of each column of texts or bytes, and each stored document, a
/// line each. Columns of numbers hold neither names nor values.
pub fn inside(split: &Split) -> Result<Vec<u8>, IndexError> {
    let mut lines = Vec::new();
    let Some(segment) = split.segment() else { return Ok(lines) };
    let failed = |error| unreadable(split.name(), error);
    let read = |error: std::io::Error| IndexError::io(split.name(), error);
    let reader = &segment.reader;
    for (field, entry) in reader.schema().fields() {
        let name = entry.name();
        if entry.is_indexed() {
            let terms = reader.inverted_index(field).map_err(failed)?;
            let mut stream = terms.terms().stream().map_err(read)?;
            while stream.advance() {
                line(&mut lines, name, stream.key());
            }
        }
        if !entry.is_fast() {
            continue;
        }
        let columns = reader.fast_fields();
        let dictionary = match entry.field_type() {
            FieldType::Str(_) => columns.str(name).map_err(failed)?.map(Into::into),
            FieldType::Bytes(_) => columns.bytes(name).map_err(failed)?,
            _ => None,
        };
        let Some(column) = dictionary else { continue };
        let mut stream = column.dictionary().stream().map_err(read)?;
        while stream.advance() {
            line(&mut lines, name, stream.key());
        }
    }
    let stored = reader.get_store_reader(1).map_err(read)?;
    for document in stored.iter::<TantivyDocument>(None) {
        let document = document.map_err(failed)?;
        line(&mut lines, "stored", format!("{document:?}").as_bytes());
    }
    Ok(lines)
}

fn line(lines: &mut Vec<u8>, field: &str, value: &[u8]) {
    lines.extend_from_slice(field.as_bytes());
    lines.push(b' ');
    lines.extend_from_slice(value);
    lines.push(b'\n');
}
