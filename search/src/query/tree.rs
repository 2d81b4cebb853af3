//! A query as it is understood: a small tree whose leaves are resolved.

use trawl_model::{
    Confidence, FindingRef, Level, ObjectId, Reason, SourceId, State, Timestamp, Token, Verdict,
};

use super::choice::Outcome;
use super::field::Field;
use crate::document::Kind;

/// What is asked for. [`Query::any`] and [`Query::every`] keep it in its one form, in which no list
/// holds a list of its own kind, or less than two queries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    /// Whatever there is.
    All,
    /// What one of these means.
    Any(Vec<Query>),
    /// What all of these mean.
    Every(Vec<Query>),
    /// What this does not mean.
    Not(Box<Query>),
    /// What has this.
    Term(Term),
}

/// A leaf of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// Has these words.
    Words(Words),
    /// Has this name, folded, in the field.
    Is {
        /// The field, whose values are names.
        field: Field,
        /// The whole name.
        name: String,
    },
    /// Has a name in the field that begins so.
    Begins {
        /// The field, whose values are names.
        field: Field,
        /// The beginning, folded.
        begin: String,
    },
    /// Has any value in the field.
    Has(Field),
    /// Lies in this source.
    Source(SourceId),
    /// Is this object, or lies in it.
    Object(ObjectId),
    /// Is this finding.
    Finding(FindingRef),
    /// Is of a value with this token.
    Token(Token),
    /// Is so sure.
    Confidence(Between<Confidence>),
    /// Is so bad.
    Sensitivity(Between<Level>),
    /// Was first seen then.
    FirstSeen(Between<Timestamp>),
    /// Is so large.
    Size(Between<u64>),
    /// Is there, or not any more.
    State(State),
    /// Has this verdict; or is a finding without any.
    Verdict(Option<Verdict>),
    /// Names a person, or doesn't.
    Person(bool),
    /// Is of this kind.
    Kind(Kind),
    /// Has this outcome in its ledgers.
    Coverage(Outcome),
    /// Has this reason in its ledgers.
    Reason(Reason),
}

/// Words that stand one behind the other in one text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Words {
    /// Where they are looked for; where it is not said, in
    /// [`WORDS_ARE_IN`](super::WORDS_ARE_IN).
    pub field: Option<Field>,
    /// The words, folded; at least one.
    pub words: Vec<String>,
    /// Whether the last is only the beginning of a word.
    pub prefix: bool,
}

/// A stretch of values, its ends included. Ends that a query leaves out are made into the next
/// value within, so that there is one form for each stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Between<T> {
    /// The least value; open where there is none.
    pub from: Option<T>,
    /// The largest value; open where there is none.
    pub to: Option<T>,
}

impl<T: PartialOrd> Between<T> {
    /// Whether the value lies in it.
    pub fn holds(&self, value: &T) -> bool {
        self.from.as_ref().is_none_or(|from| from <= value)
            && self.to.as_ref().is_none_or(|to| value <= to)
    }
}

impl Query {
    /// What one of these means: nothing, where there are none.
    pub fn any(queries: Vec<Self>) -> Self {
        if queries.is_empty() {
            return Self::All.negated();
        }
        Self::list(queries, Self::Any, |query| match query {
            Self::Any(inner) => Ok(inner),
            other => Err(other),
        })
    }

    /// What all of these mean: everything, where there are none.
    pub fn every(queries: Vec<Self>) -> Self {
        if queries.is_empty() {
            return Self::All;
        }
        Self::list(queries, Self::Every, |query| match query {
            Self::Every(inner) => Ok(inner),
            other => Err(other),
        })
    }

    fn list(
        queries: Vec<Self>,
        wrap: fn(Vec<Self>) -> Self,
        open: fn(Self) -> Result<Vec<Self>, Self>,
    ) -> Self {
        let mut list = Vec::with_capacity(queries.len());
        for query in queries {
            match open(query) {
                Ok(inner) => list.extend(inner),
                Err(other) => list.push(other),
            }
        }
        match list.len() {
            1 => list.remove(0),
            _ => wrap(list),
        }
    }

    /// What is not meant by this.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl From<Term> for Query {
    fn from(term: Term) -> Self {
        Self::Term(term)
    }
}
