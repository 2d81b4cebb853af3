//! The query language.
//!
//! [`parse`] reads a text into a [`Query`], a small tree whose leaves are resolved: words are
//! tokens, numbers are numbers, times are stretches of time, ids are ids. Whatever is wrong is a
//! [`QueryError`] that points at the place. [`Query::matches`] says of one document whether it is
//! meant, plainly and slowly; an index must say the same. Writing a query out gives its canonical
//! text, which reads back as the same query.
//!
//! ```
//! use trawl_search::query::parse;
//! let query = parse("type:(email OR us.*) confidence:>0.8 -state:closed invoi*")?;
//! assert_eq!(
//!     query.to_string(),
//!     "(type:email OR type:us.*) confidence:[0.81 TO *] NOT state:closed invoi*"
//! );
//! let error = parse("tpye:email").unwrap_err();
//! assert_eq!(error.pointed("tpye:email"), "tpye:email\n^^^^");
//! assert!(error.to_string().ends_with("did you mean `type`?"));
//! # Ok::<(), trawl_search::query::QueryError>(())
//! ```

mod choice;
mod cursor;
mod error;
mod facet;
mod field;
mod markdown;
mod matches;
mod order;
mod ordered;
mod read;
mod time;
mod tree;
mod value;
mod write;

pub use choice::Outcome;
#[cfg(any(test, feature = "testing"))]
pub(crate) use choice::choice_words;
pub(crate) use choice::{NO_VERDICT, state_name};
pub use error::{Fault, QueryError};
pub use facet::{count, facets};
pub use field::{About, Bearers, FIELDS, Field, Values, WORDS_ARE_IN};
pub use markdown::with_fields;
pub use order::Sort;
pub use read::{parse, read_back};
pub use tree::{Between, Query, Term, Words};

/// A longer query is refused: no person writes one, and a program that lists thousands of ids asks
/// in pages.
pub const MAX_QUERY_BYTES: usize = 8 * 1024;

/// A query has at most so many words, phrases and values: each is a walk through the index.
pub const MAX_CLAUSES: usize = 256;

/// Parentheses and NOTs lie within each other at most so deep: readers and evaluators go down with
/// them.
pub const MAX_DEPTH: usize = 32;

/// A phrase has at most so many words; a path of usual length has some ten.
pub const MAX_PHRASE_WORDS: usize = 128;

/// Matches are counted by at most so many fields at once.
pub const MAX_FACETS: usize = 16;

#[cfg(test)]
mod tests;
