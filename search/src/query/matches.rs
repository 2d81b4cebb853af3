//! Whether a query means a document: by the plainest way there is, so that an index can be held
//! against it.

use super::choice::Outcome;
use super::field::WORDS_ARE_IN;
use super::tree::{Query, Term, Words};
use crate::document::{Document, FindingFacts};
use crate::text::{self, Token};

impl Query {
    /// Whether it means this document.
    pub fn matches(&self, document: &Document) -> bool {
        match self {
            Self::All => true,
            Self::Any(list) => list.iter().any(|query| query.matches(document)),
            Self::Every(list) => list.iter().all(|query| query.matches(document)),
            Self::Not(query) => !query.matches(document),
            Self::Term(term) => term.matches(document),
        }
    }
}

impl Term {
    /// Whether a document has it.
    pub fn matches(&self, document: &Document) -> bool {
        let found = |holds: &dyn Fn(&FindingFacts) -> bool| document.finding().is_some_and(holds);
        match self {
            Self::Words(words) => words.matches(document),
            Self::Is { field, name } => document.names(*field).contains(name),
            Self::Begins { field, begin } => {
                document.names(*field).iter().any(|name| name.starts_with(begin))
            }
            Self::Has(field) => document.has(*field),
            Self::Source(source) => document.source == *source,
            Self::Object(object) => document.object == *object,
            Self::Finding(finding) => document.finding_ref() == Some(*finding),
            Self::Token(token) => found(&|f| f.token == *token),
            Self::Confidence(between) => found(&|f| between.holds(&f.confidence)),
            Self::Sensitivity(between) => found(&|f| between.holds(&f.sensitivity)),
            Self::FirstSeen(between) => between.holds(&document.first_seen),
            Self::Size(between) => document.as_object().is_some_and(|o| between.holds(&o.size)),
            Self::State(state) => document.state == *state,
            Self::Verdict(verdict) => found(&|f| f.verdict == *verdict),
            Self::Person(person) => found(&|f| f.person == *person),
            Self::Kind(kind) => document.kind() == *kind,
            Self::Coverage(outcome) => {
                document.coverage().iter().any(|class| Outcome::from(*class) == *outcome)
            }
            Self::Reason(reason) => document.reasons().any(|r| r == *reason),
        }
    }
}

impl Words {
    /// Whether a document has the words, one behind the other in one text.
    fn matches(&self, document: &Document) -> bool {
        let fields = match &self.field {
            Some(field) => std::slice::from_ref(field),
            None => WORDS_ARE_IN.as_slice(),
        };
        let mut texts = fields.iter().flat_map(|field| document.texts(*field));
        texts.any(|text| self.stand_in(&text::tokens(text)))
    }

    pub(crate) fn stand_in(&self, tokens: &[Token]) -> bool {
        let starts = tokens.iter().filter(|token| self.is_at(0, token));
        starts.map(|token| token.position).any(|start| {
            (1..self.words.len()).all(|nth| {
                tokens.iter().any(|token| {
                    token.position as usize == start as usize + nth && self.is_at(nth, token)
                })
            })
        })
    }

    /// Whether a token is the nth of the words.
    fn is_at(&self, nth: usize, token: &Token) -> bool {
        let word = self.words.get(nth).map_or("", String::as_str);
        if self.prefix && nth + 1 == self.words.len() {
            token.text.starts_with(word)
        } else {
            token.text == word
        }
    }
}
