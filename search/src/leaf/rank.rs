//! Where a document stands in the order, told within one split by numbers alone.

use tantivy::columnar::{BytesColumn, Column, StrColumn, TermOrdHit};
use tantivy::{DocId, Result};
use trawl_model::{Level, ObjectId};

use super::count::fill;
use super::key::{Hit, SortValue};
use crate::index::columns::Columns;
use crate::index::write::{halves, joined};
use crate::query::{Field, Sort};

/// What the first of an order has the least of. Ordinals are doubled, so that a value that the
/// split doesn't have lies between two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    pub(crate) value: Place,
    ids: Ids,
}

/// What it is sorted by; none is last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    At(u64),
    Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ids {
    source: u64,
    object: u64,
    finding: Option<(u64, u64)>,
}

/// Tells the ranks of documents of one split.
pub(crate) struct Ranking<'s> {
    sort: Sort,
    by: By<'s>,
    source: Option<&'s StrColumn>,
    object: Option<&'s BytesColumn>,
    finding: &'s (Column<u64>, Column<u64>),
}

/// What some documents are sorted by, as their columns give it, and where they stand by that.
#[derive(Default)]
pub(crate) struct Values {
    moments: Vec<Option<i64>>,
    numbers: Vec<Option<u64>>,
    places: Vec<Place>,
}

enum By<'s> {
    Moment(&'s Column<i64>),
    Number(&'s Column<u64>),
    /// The column, and the number of the level of each of its values.
    Level(Option<&'s StrColumn>, Vec<u64>),
    Text(Option<&'s StrColumn>),
}

impl<'s> Ranking<'s> {
    pub(crate) fn new(sort: Sort, columns: &'s Columns) -> Result<Self> {
        let by = match sort.by {
            Field::Confidence => By::Number(columns.confidence()?),
            Field::Size => By::Number(columns.size()?),
            Field::Path => By::Text(columns.path()?),
            Field::Sensitivity => {
                let column = columns.values(Field::Sensitivity)?;
                By::Level(column, column.map_or(Ok(Vec::new()), levels)?)
            }
            _ => By::Moment(columns.first_seen()?),
        };
        Ok(Self {
            sort,
            by,
            source: columns.values(Field::Source)?,
            object: columns.object()?,
            finding: columns.finding()?,
        })
    }

    /// Where each of these documents stands, in their order.
    pub(crate) fn places<'v>(&self, documents: &[DocId], values: &'v mut Values) -> &'v [Place] {
        let Values { moments, numbers, places } = values;
        places.clear();
        match &self.by {
            By::Moment(column) => {
                fill(column, documents, moments);
                places.extend(moments.iter().map(|moment| self.directed(moment.map(ordered))));
            }
            By::Number(column) => {
                fill(column, documents, numbers);
                places.extend(numbers.iter().map(|number| self.directed(*number)));
            }
            By::Level(column, levels) => {
                ordinals(*column, documents, numbers);
                let level = |at: u64| levels.get(at as usize).copied();
                places.extend(numbers.iter().map(|at| self.directed(at.and_then(level))));
            }
            By::Text(column) => {
                ordinals(*column, documents, numbers);
                let doubled = |at: &Option<u64>| at.map_or(0, |at| 2 * at + 1);
                places.extend(numbers.iter().map(|at| self.directed(Some(doubled(at)))));
            }
        }
        places
    }

    fn directed(&self, value: Option<u64>) -> Place {
        match value {
            Some(value) if self.sort.descending => Place::At(!value),
            Some(value) => Place::At(value),
            None => Place::Last,
        }
    }

    /// The whole rank of a document that is sorted by this.
    pub(crate) fn rank(&self, value: Place, document: DocId) -> Rank {
        let source = self.source.and_then(|column| column.ords().first(document));
        let object = self.object.and_then(|column| column.ords().first(document));
        let finding = self.finding_of(document);
        let doubled = |ordinal: Option<u64>| ordinal.map_or(0, |ordinal| 2 * ordinal + 1);
        Rank { value, ids: Ids { source: doubled(source), object: doubled(object), finding } }
    }

    fn finding_of(&self, document: DocId) -> Option<(u64, u64)> {
        Some((self.finding.0.first(document)?, self.finding.1.first(document)?))
    }

    /// Where a match that may be of another split would stand in this one.
    pub(crate) fn rank_of(&self, hit: &Hit) -> Result<Rank> {
        let value = match (&hit.sorted_by, &self.by) {
            (None, _) => None,
            (Some(SortValue::Number(number)), By::Moment(_)) => Some(ordered(*number as i64)),
            (Some(SortValue::Number(number)), _) => Some(*number as u64),
            (Some(SortValue::Text(text)), By::Text(Some(column))) if !text.is_empty() => {
                let dictionary = column.dictionary();
                let hit = dictionary.term_ord_or_next(text.as_bytes())?;
                Some(doubled(hit, dictionary.num_terms()))
            }
            (Some(SortValue::Text(text)), _) => Some(u64::from(!text.is_empty())),
        };
        let mut ids = Ids { source: 0, object: 0, finding: hit.finding.map(halves) };
        if let Some((source, object)) = self.source.zip(self.object) {
            let (source, object) = (source.dictionary(), object.dictionary());
            let found = source.term_ord_or_next(hit.source.to_string())?;
            ids.source = doubled(found, source.num_terms());
            let found = object.term_ord_or_next(hit.object.as_bytes())?;
            ids.object = doubled(found, object.num_terms());
        }
        Ok(Rank { value: self.directed(value), ids })
    }

    /// The match that a document is.
    pub(crate) fn hit(&self, document: DocId) -> Result<Option<Hit>> {
        let Some((source, object)) = self.source.zip(self.object) else { return Ok(None) };
        let mut name = String::new();
        let ordinal = source.ords().first(document).unwrap_or(u64::MAX);
        source.ord_to_str(ordinal, &mut name)?;
        let mut id = Vec::new();
        object.ord_to_bytes(object.ords().first(document).unwrap_or(u64::MAX), &mut id)?;
        let (Ok(source), Ok(id)) = (name.parse(), id.try_into()) else { return Ok(None) };
        Ok(Some(Hit {
            sorted_by: self.value(document)?,
            source,
            object: ObjectId::from_bytes(id),
            finding: self.finding_of(document).map(joined),
        }))
    }

    fn value(&self, document: DocId) -> Result<Option<SortValue>> {
        let number = match &self.by {
            By::Moment(column) => column.first(document).map(i128::from),
            By::Number(column) => column.first(document).map(i128::from),
            By::Level(column, levels) => column
                .and_then(|column| column.ords().first(document))
                .and_then(|ordinal| levels.get(ordinal as usize))
                .map(|level| i128::from(*level)),
            By::Text(column) => {
                let mut text = String::new();
                if let Some(column) = column
                    && let Some(ordinal) = column.ords().first(document)
                {
                    column.ord_to_str(ordinal, &mut text)?;
                }
                return Ok(Some(SortValue::Text(text)));
            }
        };
        Ok(number.map(SortValue::Number))
    }
}

fn ordinals(column: Option<&StrColumn>, documents: &[DocId], numbers: &mut Vec<Option<u64>>) {
    match column {
        Some(column) => fill(column.ords(), documents, numbers),
        None => {
            numbers.clear();
            numbers.resize(documents.len(), None);
        }
    }
}

/// A moment as a number that sorts as it does.
fn ordered(moment: i64) -> u64 {
    tantivy::i64_to_u64(moment)
}

fn levels(column: &StrColumn) -> Result<Vec<u64>> {
    let mut levels = Vec::with_capacity(column.dictionary().num_terms());
    for ordinal in 0..column.dictionary().num_terms() as u64 {
        let mut name = String::new();
        column.ord_to_str(ordinal, &mut name)?;
        let level = Level::ALL.iter().position(|level| level.name() == name);
        levels.push(level.unwrap_or_default() as u64);
    }
    Ok(levels)
}

/// The doubled ordinal of a term; where it is none of the split's, the number between its
/// neighbours.
fn doubled(hit: TermOrdHit, terms: usize) -> u64 {
    match hit {
        TermOrdHit::Exact(ordinal) => 2 * ordinal + 1,
        TermOrdHit::Next(ordinal) => 2 * ordinal.min(terms as u64),
    }
}
