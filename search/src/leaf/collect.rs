//! Searching one split.

use std::collections::BinaryHeap;

use tantivy::DocId;
use tantivy::query::EnableScoring;

use super::count::Counter;
use super::rank::{Place, Rank, Ranking, Values};
use super::{Hit, Partial, Request};
use crate::error::IndexError;
use crate::index::lower::Lowering;
use crate::split::{Dead, Mask, Segment, Split, unreadable};

/// A split, and what is dead in it.
#[derive(Debug, Clone)]
pub struct Part {
    split: Split,
    dead: Mask,
}

impl Part {
    /// A split without what is dead in it.
    pub fn new(split: Split, dead: &Dead) -> Self {
        Self { split, dead: Mask::of(dead) }
    }

    /// The split.
    pub fn split(&self) -> &Split {
        &self.split
    }
}

/// What a request finds in one part.
pub fn search(part: &Part, request: &Request) -> Result<Partial, IndexError> {
    let Some(segment) = part.split.segment() else { return Ok(Partial::default()) };
    collect(segment, &part.dead, request).map_err(|error| unreadable(part.split.name(), error))
}

fn collect(segment: &Segment, dead: &Mask, request: &Request) -> tantivy::Result<Partial> {
    let lowering = Lowering { reader: &segment.reader, columns: &segment.columns };
    let query = lowering.within(&request.scope, &request.query)?;
    let weight = query.weight(EnableScoring::disabled_from_schema(segment.reader.schema()))?;
    let counters = request.facets.iter().map(|field| Counter::new(*field, &segment.columns));
    let mut counters = counters.collect::<tantivy::Result<Vec<_>>>()?;
    let mut first = First::new(request, Ranking::new(request.sort, &segment.columns)?)?;
    let mut count = 0;
    let mut living = Vec::new();
    weight.for_each_no_score(&segment.reader, &mut |documents| {
        let documents = alive(documents, dead, &mut living);
        count += documents.len() as u64;
        counters.iter_mut().for_each(|counter| counter.count(documents));
        first.offer(documents);
    })?;
    Ok(Partial {
        count,
        facets: counters.into_iter().map(Counter::finish).collect::<tantivy::Result<_>>()?,
        hits: first.hits()?,
        unsearched: Vec::new(),
    })
}

fn alive<'d>(documents: &'d [DocId], dead: &Mask, living: &'d mut Vec<DocId>) -> &'d [DocId] {
    if dead.is_empty() {
        return documents;
    }
    living.clear();
    living.extend(documents.iter().filter(|document| !dead.holds(**document)));
    living
}

/// The first documents of an order, behind a cursor.
struct First<'s> {
    ranking: Ranking<'s>,
    /// One more than a page holds.
    most: usize,
    after: Option<Rank>,
    /// The last of them on top.
    kept: BinaryHeap<(Rank, DocId)>,
    values: Values,
}

impl<'s> First<'s> {
    fn new(request: &Request, ranking: Ranking<'s>) -> tantivy::Result<Self> {
        let after = request.after.as_ref().map(|cursor| ranking.rank_of(&cursor.last));
        // A page of none shows nothing, and has no next one.
        let most = if request.limit == 0 { 0 } else { request.limit + 1 };
        let after = after.transpose()?;
        Ok(Self { ranking, most, after, kept: BinaryHeap::new(), values: Values::default() })
    }

    fn offer(&mut self, documents: &[DocId]) {
        if self.most == 0 {
            return;
        }
        let mut values = std::mem::take(&mut self.values);
        self.ranking.values(documents, &mut values);
        for (nth, document) in documents.iter().enumerate() {
            self.offer_one(self.ranking.place(&values, nth), *document);
        }
        self.values = values;
    }

    fn offer_one(&mut self, value: Place, document: DocId) {
        let last = if self.kept.len() < self.most { None } else { self.kept.peek() };
        // What it is sorted by decides most often, and ids are dearer to read.
        if last.is_some_and(|(last, _)| value > last.value)
            || self.after.is_some_and(|after| value < after.value)
        {
            return;
        }
        let rank = self.ranking.rank(value, document);
        if last.is_some_and(|(last, _)| rank >= *last)
            || self.after.is_some_and(|after| rank <= after)
        {
            return;
        }
        self.kept.push((rank, document));
        if self.kept.len() > self.most {
            self.kept.pop();
        }
    }

    fn hits(self) -> tantivy::Result<Vec<Hit>> {
        let mut hits = Vec::with_capacity(self.kept.len());
        for (_, document) in self.kept.into_sorted_vec() {
            hits.extend(self.ranking.hit(document)?);
        }
        Ok(hits)
    }
}
