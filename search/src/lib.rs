//! What is found, made searchable.
//!
//! The pure half: the tokeniser that turns paths, names and words into what an index holds
//! ([`text`]), and the query language ([`query`]) with a plain evaluator that says of one document
//! whether a query means it. The index is held against that evaluator: files that are never changed
//! ([`split`]), searching them ([`leaf`]), what a lane holds of them and what is not yet published
//! ([`lane`]), and what is to be merged ([`compaction`]). Nothing here reads a clock, and nothing
//! knows a value: what is searched is facets, tokens and names as they are given.

#![forbid(unsafe_code)]

pub mod compaction;
pub mod document;
pub mod error;
mod index;
pub mod lane;
pub mod leaf;
pub mod query;
pub mod split;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;

pub use document::{Document, Facts, FindingFacts, Kind, ObjectFacts};
pub use error::IndexError;
pub use query::{Query, QueryError, parse};
