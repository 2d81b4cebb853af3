//! What is found, made searchable.
//!
//! So far the pure half: the tokeniser that turns paths, names and words into what an index holds
//! ([`text`]), and the query language ([`query`]) with a plain evaluator that says of one document
//! whether a query means it. That evaluator is what an index is held against. Nothing here does
//! I/O or reads a clock, and nothing knows a value: what is searched is facets, tokens and names
//! as they are given.

#![forbid(unsafe_code)]

pub mod document;
pub mod query;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;

pub use document::{Document, Facts, FindingFacts, Kind, ObjectFacts};
pub use query::{Query, QueryError, parse};
