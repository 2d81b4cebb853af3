//! The columns of a split, opened when they are first asked for.

use std::sync::OnceLock;

use tantivy::columnar::{BytesColumn, Column, StrColumn};
use tantivy::fastfield::FastFieldReaders;

use super::layout::{CONFIDENCE, FINDING_HIGH, FINDING_LOW, FIRST_SEEN, OBJECT, PATH, SIZE};
use super::vocabulary::Vocabulary;
use crate::query::{FIELDS, Field};

/// The columns of a split.
pub(crate) struct Columns {
    readers: FastFieldReaders,
    values: Vec<OnceLock<Option<StrColumn>>>,
    vocabularies: Vec<OnceLock<Vocabulary>>,
    path: OnceLock<Option<StrColumn>>,
    object: OnceLock<Option<BytesColumn>>,
    finding: OnceLock<(Column<u64>, Column<u64>)>,
    first_seen: OnceLock<Column<i64>>,
    confidence: OnceLock<Column<u64>>,
    size: OnceLock<Column<u64>>,
}

impl Columns {
    pub(crate) fn new(readers: FastFieldReaders) -> Self {
        Self {
            readers,
            values: FIELDS.iter().map(|_| OnceLock::new()).collect(),
            vocabularies: FIELDS.iter().map(|_| OnceLock::new()).collect(),
            path: OnceLock::new(),
            object: OnceLock::new(),
            finding: OnceLock::new(),
            first_seen: OnceLock::new(),
            confidence: OnceLock::new(),
            size: OnceLock::new(),
        }
    }

    /// The values of a field that is counted; none where no document has one.
    pub(crate) fn values(&self, field: Field) -> tantivy::Result<Option<&StrColumn>> {
        let of = &self.values[field as usize];
        once(of, || self.readers.str(field.name())).map(Option::as_ref)
    }

    /// The names that a field has in the split.
    pub(crate) fn vocabulary(&self, field: Field) -> tantivy::Result<&Vocabulary> {
        once(&self.vocabularies[field as usize], || match self.values(field)? {
            Some(column) => Ok(Vocabulary::of(column)?),
            None => Ok(Vocabulary::default()),
        })
    }

    pub(crate) fn path(&self) -> tantivy::Result<Option<&StrColumn>> {
        once(&self.path, || self.readers.str(PATH)).map(Option::as_ref)
    }

    pub(crate) fn object(&self) -> tantivy::Result<Option<&BytesColumn>> {
        once(&self.object, || self.readers.bytes(OBJECT)).map(Option::as_ref)
    }

    /// The two numbers of a finding's id.
    pub(crate) fn finding(&self) -> tantivy::Result<&(Column<u64>, Column<u64>)> {
        once(&self.finding, || {
            Ok((self.readers.u64(FINDING_HIGH)?, self.readers.u64(FINDING_LOW)?))
        })
    }

    pub(crate) fn first_seen(&self) -> tantivy::Result<&Column<i64>> {
        once(&self.first_seen, || self.readers.i64(FIRST_SEEN))
    }

    pub(crate) fn confidence(&self) -> tantivy::Result<&Column<u64>> {
        once(&self.confidence, || self.readers.u64(CONFIDENCE))
    }

    pub(crate) fn size(&self) -> tantivy::Result<&Column<u64>> {
        once(&self.size, || self.readers.u64(SIZE))
    }
}

fn once<T>(cell: &OnceLock<T>, open: impl FnOnce() -> tantivy::Result<T>) -> tantivy::Result<&T> {
    if let Some(opened) = cell.get() {
        return Ok(opened);
    }
    let opened = open()?;
    Ok(cell.get_or_init(|| opened))
}
