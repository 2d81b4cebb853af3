//! Counting matches by the values of a field.

use std::collections::BTreeMap;

use tantivy::DocId;
use tantivy::Result;
use tantivy::columnar::{Cardinality, Column, StrColumn};

use crate::index::columns::Columns;
use crate::index::vocabulary::Vocabulary;
use crate::query::{Field, Values};

/// Counts matches of one split by one field.
pub(crate) struct Counter<'s> {
    column: Option<&'s StrColumn>,
    /// Where names are counted as they are compared.
    vocabulary: Option<&'s Vocabulary>,
    /// By the number of the value in the column.
    counts: Vec<u64>,
    /// The number under which a value is counted: names that are alike when they are folded are
    /// one.
    counted_as: Vec<usize>,
    /// Of the documents at hand, where all have a value.
    full: Vec<u64>,
    /// And where some have.
    ordinals: Vec<Option<u64>>,
    seen: Vec<usize>,
}

impl<'s> Counter<'s> {
    pub(crate) fn new(field: Field, columns: &'s Columns) -> Result<Self> {
        let column = columns.values(field)?;
        let vocabulary = match field.about().values {
            Values::Name => Some(columns.vocabulary(field)?),
            _ => None,
        };
        let terms = column.map_or(0, |column| column.dictionary().num_terms());
        Ok(Self {
            column,
            vocabulary,
            counts: vec![0; terms],
            counted_as: counted_as(terms, vocabulary),
            full: Vec::new(),
            ordinals: Vec::new(),
            seen: Vec::new(),
        })
    }

    pub(crate) fn count(&mut self, documents: &[DocId]) {
        let Some(column) = self.column else { return };
        match column.ords().get_cardinality() {
            Cardinality::Full => self.count_all(column, documents),
            Cardinality::Optional => self.count_some(column, documents),
            Cardinality::Multivalued => self.count_several(column, documents),
        }
    }

    fn count_all(&mut self, column: &StrColumn, documents: &[DocId]) {
        self.full.resize(documents.len(), 0);
        column.ords().values.get_vals(documents, &mut self.full);
        for ordinal in &self.full {
            if let Some(count) = self.counts.get_mut(*ordinal as usize) {
                *count += 1;
            }
        }
    }

    fn count_some(&mut self, column: &StrColumn, documents: &[DocId]) {
        fill(column.ords(), documents, &mut self.ordinals);
        for ordinal in self.ordinals.iter().flatten() {
            if let Some(count) = self.counts.get_mut(*ordinal as usize) {
                *count += 1;
            }
        }
    }

    /// A document is counted once by each value, however often it has it.
    fn count_several(&mut self, column: &StrColumn, documents: &[DocId]) {
        for document in documents {
            self.seen.clear();
            for ordinal in column.ords().values_for_doc(*document) {
                let Some(at) = self.counted_as.get(ordinal as usize) else { continue };
                if !self.seen.contains(at) {
                    self.seen.push(*at);
                    self.counts[*at] += 1;
                }
            }
        }
    }

    /// How many there are by each value.
    pub(crate) fn finish(self) -> Result<BTreeMap<String, u64>> {
        let mut counts = BTreeMap::new();
        let Some(column) = self.column else { return Ok(counts) };
        for (ordinal, count) in (0..).zip(self.counts).filter(|(_, count)| *count > 0) {
            let value = match self.vocabulary.and_then(|names| names.get(ordinal)) {
                Some(name) => name.folded.clone(),
                None => {
                    let mut value = String::new();
                    column.ord_to_str(ordinal, &mut value)?;
                    value
                }
            };
            *counts.entry(value).or_default() += count;
        }
        Ok(counts)
    }
}

/// The first values of these documents, in their order.
pub(crate) fn fill<T>(column: &Column<T>, documents: &[DocId], values: &mut Vec<Option<T>>)
where
    T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static,
{
    // Where all have one, all are written.
    if column.get_cardinality() != Cardinality::Full {
        values.clear();
    }
    values.resize(documents.len(), None);
    column.first_vals(documents, values);
}

fn counted_as(terms: usize, vocabulary: Option<&Vocabulary>) -> Vec<usize> {
    let mut first = BTreeMap::new();
    (0..terms)
        .map(|at| match vocabulary.and_then(|names| names.get(at as u64)) {
            Some(name) => *first.entry(name.folded.as_str()).or_insert(at),
            None => at,
        })
        .collect()
}
