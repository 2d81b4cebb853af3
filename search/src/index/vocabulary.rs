//! The names that a field has in a split: types, formats, laws. There are few, so that what a
//! query says of names is asked of each of them, and not of each document.

use std::io;

use tantivy::columnar::StrColumn;

use crate::query::Words;
use crate::text::{self, Token};

/// The names of a field, in the order of its column.
#[derive(Default)]
pub(crate) struct Vocabulary {
    names: Vec<Name>,
}

/// A name in its forms.
pub(crate) struct Name {
    /// As it is given, and as it is a term.
    pub(crate) given: String,
    /// As it is compared and counted.
    pub(crate) folded: String,
    words: Vec<Token>,
}

impl Vocabulary {
    pub(crate) fn of(column: &StrColumn) -> io::Result<Self> {
        let mut names = Vec::with_capacity(column.dictionary().num_terms());
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            let given = String::from_utf8_lossy(stream.key()).into_owned();
            names.push(Name { folded: text::folded(&given), words: text::tokens(&given), given });
        }
        Ok(Self { names })
    }

    /// The name that the column gives by this number.
    pub(crate) fn get(&self, ordinal: u64) -> Option<&Name> {
        self.names.get(usize::try_from(ordinal).ok()?)
    }

    /// The names of which this holds, as terms.
    pub(crate) fn such(&self, holds: impl Fn(&Name) -> bool) -> Vec<&str> {
        self.names.iter().filter(|name| holds(name)).map(|name| name.given.as_str()).collect()
    }
}

impl Name {
    /// Whether the words stand in it one behind the other.
    pub(crate) fn holds(&self, words: &Words) -> bool {
        words.stand_in(&self.words)
    }
}
