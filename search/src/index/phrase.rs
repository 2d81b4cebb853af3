//! Phrases whose last word is a beginning. Every word that begins so counts, however many there
//! are: where the words before it stand is found first, and then the postings of one ending after
//! the other are held against these places, so that only one is open at a time.

use std::sync::Arc;

use tantivy::index::{InvertedIndexReader, SegmentReader};
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Result, Score, TERMINATED, Term};

use crate::leaf::Waits;

const POSITIONS: IndexRecordOption = IndexRecordOption::WithFreqsAndPositions;

/// What has the words one behind the other, the last of which is only a beginning. There are at
/// least two. It is given up where nobody waits for it any more.
pub(crate) fn beginning(
    reader: &SegmentReader,
    mut words: Vec<Term>,
    waits: &Waits,
) -> Result<These> {
    let Some(last) = words.pop() else { return Ok(These::default()) };
    let index = reader.inverted_index(last.field())?;
    let Some(places) = Places::of(&index, &words, waits)? else { return Ok(These::default()) };
    let mut found = vec![false; places.documents.len()];
    let begin = last.serialized_value_bytes();
    let mut endings = index.terms().range().ge(begin);
    if let Some(end) = end_of(begin) {
        endings = endings.lt(end);
    }
    let mut endings = endings.into_stream()?;
    while endings.advance() {
        waits.check()?;
        let info = endings.value().clone();
        let postings = index.read_postings_from_terminfo(&info, POSITIONS)?;
        places.mark(postings, &mut found);
    }
    let documents = places.documents.iter().zip(&found).filter(|(_, found)| **found);
    Ok(These(documents.map(|(place, _)| place.document).collect()))
}

/// The least text behind all that begin so; none where all that are larger do.
pub(crate) fn end_of(begin: &[u8]) -> Option<Vec<u8>> {
    let last = begin.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = begin[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

/// Where a word would have to stand.
struct Places {
    documents: Vec<Place>,
    positions: Vec<u32>,
}

struct Place {
    document: DocId,
    /// Which of the positions.
    from: usize,
    to: usize,
}

impl Places {
    /// Where what follows these words would stand; none where one of them stands nowhere.
    fn of(index: &InvertedIndexReader, words: &[Term], waits: &Waits) -> Result<Option<Self>> {
        let mut postings = Vec::with_capacity(words.len());
        for word in words {
            match index.read_postings(word, POSITIONS)? {
                Some(found) => postings.push(found),
                None => return Ok(None),
            }
        }
        let mut places = Self { documents: Vec::new(), positions: Vec::new() };
        let mut document = postings.first().map_or(TERMINATED, DocSet::doc);
        while document != TERMINATED {
            waits.check()?;
            let furthest = postings.iter_mut().map(|p| to(p, document)).max();
            let furthest = furthest.unwrap_or(TERMINATED);
            if furthest == document {
                places.add(document, &mut postings);
                document = postings.first_mut().map_or(TERMINATED, DocSet::advance);
            } else {
                document = postings.first_mut().map_or(TERMINATED, |first| to(first, furthest));
            }
        }
        Ok(Some(places))
    }

    fn add(&mut self, document: DocId, postings: &mut [SegmentPostings]) {
        let (from, words) = (self.positions.len(), postings.len() as u32);
        let mut ends = Vec::new();
        for (nth, word) in (0..).zip(postings) {
            let mut here = Vec::new();
            word.positions_with_offset(words - nth, &mut here);
            if nth == 0 {
                ends = here;
            } else {
                ends.retain(|end| here.binary_search(end).is_ok());
            }
        }
        self.positions.extend(ends);
        if self.positions.len() > from {
            self.documents.push(Place { document, from, to: self.positions.len() });
        }
    }

    /// Marks the documents in which the word stands where it would have to.
    fn mark(&self, mut word: SegmentPostings, found: &mut [bool]) {
        let mut at = 0;
        let mut here = Vec::new();
        while word.doc() != TERMINATED {
            at += self.documents[at..].partition_point(|place| place.document < word.doc());
            let Some(place) = self.documents.get(at) else { return };
            if place.document == word.doc() {
                word.positions(&mut here);
                let wanted = &self.positions[place.from..place.to];
                found[at] |= here.iter().any(|position| wanted.binary_search(position).is_ok());
                word.advance();
            } else {
                to(&mut word, place.document);
            }
        }
    }
}

/// Goes on to the document, or to the next one behind it.
fn to(postings: &mut SegmentPostings, document: DocId) -> DocId {
    if postings.doc() < document { postings.seek(document) } else { postings.doc() }
}

/// The documents of one split that were found beforehand, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct These(Arc<[DocId]>);

impl Query for These {
    fn weight(&self, _: EnableScoring<'_>) -> Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for These {
    fn scorer(&self, _: &SegmentReader, boost: Score) -> Result<Box<dyn Scorer>> {
        Ok(Box::new(ConstScorer::new(Walk { these: self.0.clone(), at: 0 }, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> Result<Explanation> {
        Ok(Explanation::new("found beforehand", 1.0))
    }
}

struct Walk {
    these: Arc<[DocId]>,
    at: usize,
}

impl DocSet for Walk {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let rest = self.these.get(self.at..).unwrap_or_default();
        self.at += rest.partition_point(|document| *document < target);
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.these.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.these.len() as u32
    }
}
