//! Finding what changes replace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};
use trawl_model::{ObjectId, RangeId, SourceId};

use super::Change;
use crate::error::IndexError;
use crate::index::layout::LAYOUT;
use crate::query::Field;
use crate::split::{Segment, Split, unreadable};

/// What is to die, in order, so that dictionaries are gone through from front to end.
pub(super) struct Killing {
    objects: BTreeMap<SourceId, BTreeSet<ObjectId>>,
    ranges: BTreeSet<RangeId>,
    but: BTreeMap<RangeId, Vec<Arc<BTreeSet<ObjectId>>>>,
    sources: BTreeSet<SourceId>,
}

impl Killing {
    pub(super) fn of(changes: &[Change]) -> Self {
        let (mut objects, mut ranges, mut sources) =
            (BTreeMap::<_, BTreeSet<_>>::new(), BTreeSet::new(), BTreeSet::new());
        let mut but: BTreeMap<RangeId, Vec<_>> = BTreeMap::new();
        for change in changes {
            match change {
                Change::Object { source, object, .. } => {
                    objects.entry(*source).or_default().insert(*object);
                }
                Change::Range(range) => {
                    ranges.insert(*range);
                }
                Change::RangeBut(range, kept) => {
                    but.entry(*range).or_default().push(Arc::clone(kept));
                }
                Change::Source(source) => {
                    sources.insert(*source);
                }
            }
        }
        Self { objects, ranges, but, sources }
    }

    /// The documents of a split that are replaced.
    pub(super) fn find(&self, split: &Split) -> Result<Found, IndexError> {
        let Some(segment) = split.segment() else { return Ok(Found::default()) };
        let meta = split.meta();
        let unreadable = |error| unreadable(split.name(), error);
        let mut doomed = Vec::new();
        for source in &self.sources {
            doomed.extend(of_source(split, source)?);
        }
        let mut found = doomed.clone();
        for range in self.ranges.iter().filter(|range| meta.ranges.may_have(range)) {
            found.extend(documents(segment, &of_range(range)).map_err(unreadable)?);
        }
        for (range, kept) in &self.but {
            if meta.ranges.may_have(range) && !self.ranges.contains(range) {
                found.extend(all_but(segment, range, kept).map_err(unreadable)?);
            }
        }
        for (source, objects) in &self.objects {
            if meta.sources.may_have(source) && !self.sources.contains(source) {
                found.extend(of_objects(segment, objects).map_err(unreadable)?);
            }
        }
        Ok(Found { replaced: found, doomed })
    }
}

/// What of a split is replaced.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) replaced: Vec<DocId>,
    /// What of that may not stay in the file, whether it was dead before or not.
    pub(super) doomed: Vec<DocId>,
}

/// What a split has of a source, the dead included.
pub(super) fn of_source(split: &Split, source: &SourceId) -> Result<Vec<DocId>, IndexError> {
    let Some(segment) = split.segment() else { return Ok(Vec::new()) };
    let Some(at) = LAYOUT.values(Field::Source) else { return Ok(Vec::new()) };
    if !split.meta().sources.may_have(source) {
        return Ok(Vec::new());
    }
    let term = Term::from_field_text(at, &source.to_string());
    documents(segment, &term).map_err(|error| unreadable(split.name(), error))
}

fn of_range(range: &RangeId) -> Term {
    Term::from_field_bytes(LAYOUT.range, range.as_bytes())
}

fn documents(segment: &Segment, term: &Term) -> tantivy::Result<Vec<DocId>> {
    let index = segment.reader.inverted_index(term.field())?;
    let mut found = Vec::new();
    if let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? {
        while postings.doc() != TERMINATED {
            found.push(postings.doc());
            postings.advance();
        }
    }
    Ok(found)
}

/// All of these objects.
fn of_objects(segment: &Segment, objects: &BTreeSet<ObjectId>) -> tantivy::Result<Vec<DocId>> {
    let mut found = Vec::new();
    for object in objects {
        let term = Term::from_field_bytes(LAYOUT.object, object.as_bytes());
        found.extend(documents(segment, &term)?);
    }
    Ok(found)
}

/// What a range holds of other objects than these.
fn all_but(
    segment: &Segment,
    range: &RangeId,
    kept: &[Arc<BTreeSet<ObjectId>>],
) -> tantivy::Result<Vec<DocId>> {
    let Some(objects) = segment.columns.object()? else { return Ok(Vec::new()) };
    // An object's documents lie together mostly, so that the last answer is the next.
    let (mut last, mut id) = (None, Vec::new());
    let mut found = Vec::new();
    for document in documents(segment, &of_range(range))? {
        let ordinal = objects.ords().first(document).unwrap_or(u64::MAX);
        let dies = match last {
            Some((known, dies)) if known == ordinal => dies,
            _ => {
                id.clear();
                objects.ord_to_bytes(ordinal, &mut id)?;
                let object = id.as_slice().try_into().map(ObjectId::from_bytes);
                object.is_ok_and(|object| kept.iter().any(|kept| !kept.contains(&object)))
            }
        };
        last = Some((ordinal, dies));
        if dies {
            found.push(document);
        }
    }
    Ok(found)
}
