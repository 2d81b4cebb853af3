//! Why the index could not do what it was asked.

use std::io;
use std::sync::Arc;

use tantivy::TantivyError;

/// Why the index could not do what it was asked. What is wrong with a split names it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IndexError {
    /// The file is not what was written.
    #[error("the split {split} is damaged: {what}; build the index anew")]
    Damaged {
        /// Its file.
        split: String,
        /// What is wrong with it.
        what: String,
    },
    /// Written by another version.
    #[error("the split {split} is of version {found}, and this program reads {known}")]
    Version {
        /// Its file.
        split: String,
        /// What the file says.
        found: u16,
        /// What is read here.
        known: u16,
    },
    /// Reading or writing failed.
    #[error("can't read or write {name}: {cause}")]
    Io {
        /// The file.
        name: String,
        /// Why.
        cause: Arc<io::Error>,
    },
    /// The library refused.
    #[error("the index refused to {what}: {cause}")]
    Engine {
        /// What it was asked.
        what: &'static str,
        /// Why.
        cause: Arc<TantivyError>,
    },
    /// A cursor that was made for something else, or that nobody made.
    #[error("this cursor can't be used here: {0}; begin at the first page")]
    Cursor(&'static str),
    /// More is asked for than is given at once.
    #[error("at most {most} matches are given at once, not {asked}")]
    Limit {
        /// How many are asked for.
        asked: usize,
        /// How many are given.
        most: usize,
    },
}

impl IndexError {
    /// A file that could not be read or written.
    pub fn io(name: &str, cause: io::Error) -> Self {
        Self::Io { name: name.to_owned(), cause: Arc::new(cause) }
    }

    pub(crate) fn damaged(split: &str, what: impl Into<String>) -> Self {
        Self::Damaged { split: split.to_owned(), what: what.into() }
    }

    /// For `map_err`: what the library refused to do.
    pub(crate) fn engine(what: &'static str) -> impl FnOnce(TantivyError) -> Self {
        move |cause| Self::Engine { what, cause: Arc::new(cause) }
    }
}
