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
    let waits = &request.waits;
    let lowering = Lowering { reader: &segment.reader, columns: &segment.columns, waits };
    let query = lowering.within(&request.scope, &request.query)?;
    let weight = query.weight(EnableScoring::disabled_from_schema(segment.reader.schema()))?;
    let counters = request.facets.iter().map(|field| Counter::new(*field, &segment.columns));
    let mut counters = counters.collect::<tantivy::Result<Vec<_>>>()?;
    let mut first = First::new(request, Ranking::new(request.sort, &segment.columns)?)?;
    let mut count = 0;
    let mut living = Vec::new();
    weight.for_each_no_score(&segment.reader, &mut |documents| {
        if waits.is_over() {
            return;
        }
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
    /// What stands outside these is passed over by what it is sorted by alone: that decides most
    /// often, and ids are dearer to read.
    between: (Place, Place),
    values: Values,
}

impl<'s> First<'s> {
    fn new(request: &Request, ranking: Ranking<'s>) -> tantivy::Result<Self> {
        let after = request.after.as_ref().map(|cursor| ranking.rank_of(&cursor.last));
        let after = after.transpose()?;
        // A page of none shows nothing, and has no next one.
        let most = if request.limit == 0 { 0 } else { request.limit + 1 };
        let between = (after.map_or(Place::At(0), |after| after.value), Place::Last);
        let (kept, values) = (BinaryHeap::new(), Values::default());
        Ok(Self { ranking, most, after, kept, between, values })
    }

    fn offer(&mut self, documents: &[DocId]) {
        if self.most == 0 {
            return;
        }
        let mut values = std::mem::take(&mut self.values);
        for (place, document) in self.ranking.places(documents, &mut values).iter().zip(documents) {
            if *place >= self.between.0 && *place <= self.between.1 {
                self.keep(self.ranking.rank(*place, *document), *document);
            }
        }
        self.values = values;
    }

    fn keep(&mut self, rank: Rank, document: DocId) {
        if self.after.is_some_and(|after| rank <= after) {
            return;
        }
        if self.kept.len() < self.most {
            self.kept.push((rank, document));
        } else if let Some(mut last) = self.kept.peek_mut()
            && rank < last.0
        {
            *last = (rank, document);
        }
        if let Some((last, _)) = self.kept.peek().filter(|_| self.kept.len() == self.most) {
            self.between.1 = last.value;
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
