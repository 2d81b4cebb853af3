//! Writing a query out, in its one canonical text. Ends and groups are written at length, so that
//! it may be longer than a query that is read may be.

use std::fmt::{self, Display, Formatter};

use super::choice::choices;
use super::field::Field;
use super::time;
use super::tree::{Between, Query, Term, Words};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Any(list) => separated(f, list, " OR ", |query| matches!(query, Self::Any(_))),
            Self::Every(list) => {
                separated(f, list, " ", |query| matches!(query, Self::Any(_) | Self::Every(_)))
            }
            Self::Not(query) => {
                f.write_str("NOT ")?;
                enclosed(f, query, matches!(**query, Self::Any(_) | Self::Every(_)))
            }
            Self::Term(term) => term.fmt(f),
        }
    }
}

fn separated(
    f: &mut Formatter<'_>,
    list: &[Query],
    separator: &str,
    in_parentheses: impl Fn(&Query) -> bool,
) -> fmt::Result {
    for (at, query) in list.iter().enumerate() {
        if at > 0 {
            f.write_str(separator)?;
        }
        enclosed(f, query, in_parentheses(query))?;
    }
    Ok(())
}

fn enclosed(f: &mut Formatter<'_>, query: &Query, in_parentheses: bool) -> fmt::Result {
    if in_parentheses { write!(f, "({query})") } else { write!(f, "{query}") }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => words.fmt(f),
            Self::Is { field, name } => write!(f, "{}:{}", field.name(), written(name)),
            Self::Begins { field, begin } => write!(f, "{}:{}*", field.name(), written(begin)),
            Self::Has(field) => write!(f, "{}:*", field.name()),
            Self::Source(id) => write!(f, "source:{id}"),
            Self::Object(id) => write!(f, "object:{id}"),
            Self::Finding(id) => write!(f, "finding:{id}"),
            Self::Token(token) => write!(f, "token:{token}"),
            Self::Confidence(between) => {
                let number = |c: &trawl_model::Confidence| hundredths(c.as_percent());
                range(f, Field::Confidence, between, number, number)
            }
            Self::Sensitivity(between) => {
                let name = |level: &trawl_model::Level| level.name().to_owned();
                range(f, Field::Sensitivity, between, name, name)
            }
            Self::FirstSeen(between) => {
                range(f, Field::FirstSeen, between, |t| time::first(*t), |t| time::last(*t))
            }
            Self::Size(between) => range(f, Field::Size, between, u64::to_string, u64::to_string),
            Self::State(_) => chosen(f, Field::State, self),
            Self::Verdict(_) => chosen(f, Field::Verdict, self),
            Self::Person(_) => chosen(f, Field::Person, self),
            Self::Kind(_) => chosen(f, Field::Kind, self),
            Self::Coverage(_) => chosen(f, Field::Coverage, self),
            Self::Reason(_) => chosen(f, Field::Reason, self),
        }
    }
}

impl Display for Words {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(f, "{}:", field.name())?;
        }
        match self.words.as_slice() {
            [word] => f.write_str(word)?,
            words => write!(f, "\"{}\"", words.join(" "))?,
        }
        f.write_str(if self.prefix { "*" } else { "" })
    }
}

/// A choice by its word. Each value has one, for the words are made from all values.
fn chosen(f: &mut Formatter<'_>, field: Field, term: &Term) -> fmt::Result {
    let word = choices(field).into_iter().find(|(_, choice)| choice == term);
    write!(f, "{}:{}", field.name(), word.map_or("*", |(word, _)| word))
}

fn range<T>(
    f: &mut Formatter<'_>,
    field: Field,
    between: &Between<T>,
    first: impl Fn(&T) -> String,
    last: impl Fn(&T) -> String,
) -> fmt::Result {
    let from = between.from.as_ref().map_or("*".into(), first);
    let to = between.to.as_ref().map_or("*".into(), last);
    write!(f, "{}:[{from} TO {to}]", field.name())
}

fn hundredths(percent: u8) -> String {
    match (percent / 100, percent % 100) {
        (whole, 0) => whole.to_string(),
        (_, rest) => format!("0.{rest:02}").trim_end_matches('0').to_owned(),
    }
}

/// A name, in quotes where it could be read as something else.
fn written(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._-/".contains(c);
    if name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
