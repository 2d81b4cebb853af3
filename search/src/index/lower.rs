//! From the language to tantivy, for one split: each query becomes one that finds the documents of
//! which [`Query::matches`] holds, and no others.

use std::ops::Bound;

use tantivy::index::SegmentReader;
use tantivy::query::{
    AllQuery, BooleanQuery, EmptyQuery, InvertedIndexRangeQuery, Occur, PhraseQuery,
    Query as Tantivy, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as At, IndexRecordOption};
use tantivy::{Result, Term as Key};
use trawl_model::{FindingRef, Level, ObjectId};

use super::columns::Columns;
use super::layout::LAYOUT;
use super::phrase;
use super::vocabulary::Name;
use super::write::{always, halves};
use crate::document::Kind;
use crate::leaf::{Scope, Waits};
use crate::query::{Between, Field, Outcome, Query, Term, Values, WORDS_ARE_IN, Words};
use crate::query::{NO_VERDICT, state_name};

/// From so many terms on, a set is asked by one walk through the dictionary.
const TERMS_ONE_BY_ONE: usize = 16;

type Lowered = Result<Box<dyn Tantivy>>;

/// Makes queries for one split.
pub(crate) struct Lowering<'s> {
    pub(crate) reader: &'s SegmentReader,
    pub(crate) columns: &'s Columns,
    pub(crate) waits: &'s Waits,
}

impl Lowering<'_> {
    /// What the query means within the scope. There is no way to ask without one.
    pub(crate) fn within(&self, scope: &Scope, query: &Query) -> Lowered {
        let mut clauses = self.clauses(query)?;
        clauses.push((Occur::Must, word(LAYOUT.tenant, scope.tenant.as_str())));
        if let Some(sources) = &scope.sources {
            let names: Vec<String> = sources.iter().map(ToString::to_string).collect();
            clauses.push((Occur::Must, values(Field::Source, names.iter().map(String::as_str))));
        }
        if !scope.erased.is_empty() {
            let tokens = scope.erased.iter();
            let erased = tokens.map(|token| bytes(LAYOUT.token, token.as_bytes())).collect();
            clauses.push((Occur::MustNot, set(erased)));
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    /// What a query demands and forbids; nothing where it means everything.
    fn clauses(&self, query: &Query) -> Result<Vec<(Occur, Box<dyn Tantivy>)>> {
        let list = match query {
            Query::All => &[],
            Query::Every(list) => list.as_slice(),
            other => std::slice::from_ref(other),
        };
        let clause = |query: &Query| match query {
            Query::Not(inner) => Ok((Occur::MustNot, self.query(inner)?)),
            other => Ok((Occur::Must, self.query(other)?)),
        };
        list.iter().map(clause).collect()
    }

    fn query(&self, query: &Query) -> Lowered {
        self.waits.check()?;
        Ok(match query {
            Query::All => Box::new(AllQuery),
            Query::Any(list) => any(list.iter().map(|q| self.query(q)).collect::<Result<_>>()?),
            Query::Every(_) | Query::Not(_) => {
                // What is negated is taken from the rest: from everything where there is no rest.
                let mut clauses = self.clauses(query)?;
                if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
                    clauses.push((Occur::Must, Box::new(AllQuery)));
                }
                Box::new(BooleanQuery::new(clauses))
            }
            Query::Term(term) => self.term(term)?,
        })
    }

    fn term(&self, term: &Term) -> Lowered {
        Ok(match term {
            Term::Words(words) => self.words(words)?,
            Term::Is { field, name } => self.names(*field, |n| n.folded == *name)?,
            Term::Begins { field, begin } => {
                self.names(*field, |n| n.folded.starts_with(begin.as_str()))?
            }
            Term::Has(field) => has(*field),
            Term::Source(source) => value(Field::Source, &source.to_string()),
            Term::Object(object) => object_is(*object),
            Term::Finding(finding) => self.finding(finding)?,
            Term::Token(token) => term_query(bytes(LAYOUT.token, token.as_bytes())),
            Term::Confidence(between) => range(Field::Confidence, between, |confidence| {
                Key::from_field_u64(LAYOUT.confidence, confidence.as_percent().into())
            }),
            Term::Sensitivity(between) => {
                let levels = Level::ALL.into_iter().filter(|level| between.holds(level));
                values(Field::Sensitivity, levels.map(Level::name))
            }
            Term::FirstSeen(between) => range(Field::FirstSeen, between, |at| {
                Key::from_field_i64(LAYOUT.first_seen, at.as_micros())
            }),
            Term::Size(between) => {
                range(Field::Size, between, |size| Key::from_field_u64(LAYOUT.size, *size))
            }
            Term::State(state) => value(Field::State, state_name(*state)),
            Term::Verdict(verdict) => {
                value(Field::Verdict, verdict.map_or(NO_VERDICT, |verdict| verdict.name()))
            }
            Term::Person(person) => value(Field::Person, if *person { "true" } else { "false" }),
            Term::Kind(kind) => value(Field::Kind, Kind::name(*kind)),
            Term::Coverage(outcome) => value(Field::Coverage, Outcome::name(*outcome)),
            Term::Reason(reason) => value(Field::Reason, reason.name()),
        })
    }

    fn names(&self, field: Field, holds: impl Fn(&Name) -> bool) -> Lowered {
        if field.about().values != Values::Name {
            return Ok(Box::new(EmptyQuery));
        }
        Ok(values(field, self.columns.vocabulary(field)?.such(holds).into_iter()))
    }

    /// A finding is found by its object; its number tells it from the others there.
    fn finding(&self, finding: &FindingRef) -> Lowered {
        let number = halves(finding.finding);
        let clauses: Vec<Box<dyn Tantivy>> = vec![
            object_is(finding.object),
            value(Field::Source, &finding.source.to_string()),
            exactly(LAYOUT.finding.0, number.0),
            exactly(LAYOUT.finding.1, number.1),
        ];
        Ok(Box::new(BooleanQuery::intersection(clauses)))
    }

    fn words(&self, words: &Words) -> Lowered {
        let fields = match &words.field {
            Some(field) => std::slice::from_ref(field),
            None => WORDS_ARE_IN.as_slice(),
        };
        let each = fields.iter().map(|field| match LAYOUT.words(*field) {
            Some(at) => self.words_at(at, words),
            None => self.names(*field, |name| name.holds(words)),
        });
        Ok(any(each.collect::<Result<_>>()?))
    }

    fn words_at(&self, at: At, words: &Words) -> Lowered {
        let terms = || words.words.iter().map(|word| Key::from_field_text(at, word)).collect();
        Ok(match (words.words.as_slice(), words.prefix) {
            ([], _) => Box::new(EmptyQuery),
            ([only], false) => word(at, only),
            ([only], true) => begins(at, only),
            (_, false) => Box::new(PhraseQuery::new(terms())),
            (_, true) => Box::new(phrase::beginning(self.reader, terms(), self.waits)?),
        })
    }
}

fn term_query(key: Key) -> Box<dyn Tantivy> {
    Box::new(TermQuery::new(key, IndexRecordOption::Basic))
}

fn word(at: At, text: &str) -> Box<dyn Tantivy> {
    term_query(Key::from_field_text(at, text))
}

fn bytes(at: At, bytes: &[u8]) -> Key {
    Key::from_field_bytes(at, bytes)
}

pub(crate) fn object_is(object: ObjectId) -> Box<dyn Tantivy> {
    term_query(bytes(LAYOUT.object, object.as_bytes()))
}

fn value(field: Field, value: &str) -> Box<dyn Tantivy> {
    values(field, std::iter::once(value))
}

/// What has one of these values in a field.
fn values<'v>(field: Field, these: impl Iterator<Item = &'v str>) -> Box<dyn Tantivy> {
    match LAYOUT.values(field) {
        Some(at) => set(these.map(|value| Key::from_field_text(at, value)).collect()),
        None => Box::new(EmptyQuery),
    }
}

fn set(terms: Vec<Key>) -> Box<dyn Tantivy> {
    if terms.len() > TERMS_ONE_BY_ONE {
        return Box::new(TermSetQuery::new(terms));
    }
    any(terms.into_iter().map(term_query).collect())
}

fn any(mut queries: Vec<Box<dyn Tantivy>>) -> Box<dyn Tantivy> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

/// Whatever begins so: all of it, however much there is.
fn begins(at: At, begin: &str) -> Box<dyn Tantivy> {
    let from = Bound::Included(Key::from_field_text(at, begin));
    let to = match phrase::end_of(begin.as_bytes()) {
        // The bound is only compared, so that it need be no text.
        Some(end) => {
            let mut key = Key::from_field_text(at, "");
            key.append_bytes(&end);
            Bound::Excluded(key)
        }
        None => Bound::Unbounded,
    };
    Box::new(InvertedIndexRangeQuery::new(from, to))
}

fn exactly(at: At, number: u64) -> Box<dyn Tantivy> {
    let bound = Bound::Included(Key::from_field_u64(at, number));
    Box::new(RangeQuery::new(bound.clone(), bound))
}

fn has(field: Field) -> Box<dyn Tantivy> {
    if always(field) { Box::new(AllQuery) } else { word(LAYOUT.has, field.name()) }
}

fn range<T>(field: Field, between: &Between<T>, key: impl Fn(&T) -> Key) -> Box<dyn Tantivy> {
    let bound =
        |end: &Option<T>| end.as_ref().map_or(Bound::Unbounded, |e| Bound::Included(key(e)));
    match (bound(&between.from), bound(&between.to)) {
        (Bound::Unbounded, Bound::Unbounded) => has(field),
        (from, to) => Box::new(RangeQuery::new(from, to)),
    }
}
