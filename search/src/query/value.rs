//! From what is written behind a field to what is meant by it.

use std::ops::Range;

use trawl_cluster_config::nearest;
use trawl_model::{Confidence, Level, Timestamp};

use super::MAX_PHRASE_WORDS;
use super::choice::choices;
use super::cursor::Given;
use super::error::{Fault, QueryError, shown};
use super::field::{Field, Values};
use super::ordered::{self, Ordered};
use super::tree::{Query, Term, Words};
use crate::text;

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// An end of a range.
pub(super) struct End {
    /// What is written there; a lone star leaves it open.
    pub(super) given: Given,
    /// Whether it belongs to the range.
    pub(super) held: bool,
}

impl Given {
    /// A star and nothing else.
    fn is_anything(&self) -> bool {
        self.star && !self.quoted && self.text.is_empty()
    }
}

/// Words, with or without a field.
pub(super) fn words(field: Option<Field>, given: &Given) -> Result<Query, QueryError> {
    if given.is_anything() {
        return Ok(field.map_or(Query::All, |field| Term::Has(field).into()));
    }
    let words = text::words(&given.text);
    if words.is_empty() {
        return Err(nothing_to_search(given));
    }
    if words.len() > MAX_PHRASE_WORDS {
        let what = format!("a phrase of {} words is too long", words.len());
        return Err(QueryError::new(Fault::TooMuch, given.span.clone(), what)
            .allowed(format!("at most {MAX_PHRASE_WORDS} words")));
    }
    // A star behind a slash goes on with no word.
    let prefix = given.star && text::ends_within_word(&given.text);
    Ok(Term::Words(Words { field, words, prefix }).into())
}

fn nothing_to_search(given: &Given) -> QueryError {
    let operator = match given.text.as_str() {
        "&&" | "&" => Some("AND"),
        "||" | "|" => Some("OR"),
        "!" => Some("NOT"),
        _ => None,
    };
    let what = "there is neither a letter nor a digit to search for";
    QueryError::new(Fault::NothingToSearch, given.span.clone(), what).did_you_mean(operator)
}

/// A single value of a field.
pub(super) fn is(field: Field, given: &Given) -> Result<Query, QueryError> {
    if given.is_anything() {
        return Ok(Term::Has(field).into());
    }
    match field.about().values {
        Values::Text => words(Some(field), given),
        Values::Name => name(field, given),
        Values::Choice => choice(field, given),
        Values::Id => id(field, given),
        Values::Ordered => ordered_by(field, Some(given), Some(given), (true, true), &given.span),
    }
}

fn name(field: Field, given: &Given) -> Result<Query, QueryError> {
    let name = text::folded(&given.text);
    if name.is_empty() {
        return Err(bad(field, given));
    }
    Ok(Query::Term(if given.star {
        Term::Begins { field, begin: name }
    } else {
        Term::Is { field, name }
    }))
}

fn choice(field: Field, given: &Given) -> Result<Query, QueryError> {
    let choices = choices(field);
    let found = choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(&given.text));
    match found {
        Some((_, term)) if !given.star => Ok(term.clone().into()),
        _ => {
            let words = choices.iter().map(|(word, _)| *word);
            Err(bad(field, given).did_you_mean(nearest(&given.text, words)))
        }
    }
}

fn id(field: Field, given: &Given) -> Result<Query, QueryError> {
    let text = given.text.to_ascii_lowercase();
    let term = match field {
        Field::Source => text.parse().ok().map(Term::Source),
        Field::Object => text.parse().ok().map(Term::Object),
        Field::Finding => text.parse().ok().map(Term::Finding),
        Field::Token => text.parse().ok().map(Term::Token),
        _ => None,
    };
    match term {
        Some(term) if !given.star => Ok(term.into()),
        _ => Err(bad(field, given)),
    }
}

/// A comparison with a value of a field.
pub(super) fn compared(field: Field, op: Op, given: &Given) -> Result<Query, QueryError> {
    let held = matches!(op, Op::AtLeast | Op::AtMost);
    match op {
        Op::Above | Op::AtLeast => ordered_by(field, Some(given), None, (held, true), &given.span),
        Op::Below | Op::AtMost => ordered_by(field, None, Some(given), (true, held), &given.span),
    }
}

/// A range of values of a field.
pub(super) fn ranged(
    field: Field,
    from: End,
    to: End,
    span: Range<usize>,
) -> Result<Query, QueryError> {
    let end = |end: &'_ End| (!end.given.is_anything()).then(|| end.given.clone());
    let (first, last) = (end(&from), end(&to));
    ordered_by(field, first.as_ref(), last.as_ref(), (from.held, to.held), &span)
}

fn ordered_by(
    field: Field,
    from: Option<&Given>,
    to: Option<&Given>,
    held: (bool, bool),
    span: &Range<usize>,
) -> Result<Query, QueryError> {
    let between = match field {
        Field::Confidence => between::<Confidence>,
        Field::Sensitivity => between::<Level>,
        Field::FirstSeen => between::<Timestamp>,
        Field::Size => between::<u64>,
        _ => {
            let what = format!("values of `{}` have no order", field.name());
            return Err(
                QueryError::new(Fault::BadValue, span.clone(), what).allowed(field.allowed())
            );
        }
    };
    match (from, to) {
        (None, None) => Ok(Term::Has(field).into()),
        _ => between(field, from, to, held, span).map(Query::Term),
    }
}

fn between<T: Ordered>(
    field: Field,
    from: Option<&Given>,
    to: Option<&Given>,
    held: (bool, bool),
    span: &Range<usize>,
) -> Result<Term, QueryError> {
    let read = |given: &Given| match T::read(&given.text) {
        Some(stretch) if !given.star => Ok(stretch),
        _ => {
            let error = bad(field, given);
            Err(if field == Field::Sensitivity {
                error.did_you_mean(nearest(&given.text, Level::ALL.map(Level::name)))
            } else {
                error
            })
        }
    };
    let (from, to) = (from.map(read).transpose()?, to.map(read).transpose()?);
    ordered::between(from, to, held).map(T::term).ok_or_else(|| {
        let what = format!("no value of `{}` can lie there", field.name());
        let hint = match (from, to) {
            (Some(_), Some(_)) => "the first end is to lie before the last",
            (Some(_), None) => "it is the last value there is; `>=` and a bracket take it too",
            (None, _) => "it is the first value there is; `<=` and a bracket take it too",
        };
        QueryError::new(Fault::EmptyRange, span.clone(), what).hint(hint)
    })
}

fn bad(field: Field, given: &Given) -> QueryError {
    let star = if given.star { "*" } else { "" };
    let found = shown(&format!("{}{star}", given.text));
    let what = format!("{found} is no value of `{}`", field.name());
    QueryError::new(Fault::BadValue, given.span.clone(), what).allowed(field.allowed())
}
