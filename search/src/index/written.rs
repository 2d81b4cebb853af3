//! A document on its way into tantivy: values as they are, and words that are ready.
//!
//! Tantivy's own document keeps ready words as JSON, which takes a fifth of the time that it takes to
//! index a finding.

use std::iter::{self, Map};
use std::slice::Iter;
use std::sync::Arc;

use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf};
use tantivy::schema::{Document, Field as At, Value};
use tantivy::tokenizer::PreTokenizedString;

/// The values of a document, in any order.
#[derive(Debug, Default)]
pub(crate) struct Written(Vec<(At, Held)>);

/// A value.
#[derive(Debug)]
pub(crate) enum Held {
    Text(String),
    /// Shared by all documents that have the same.
    Words(Arc<PreTokenizedString>),
    Bytes(Vec<u8>),
    Unsigned(u64),
    Signed(i64),
}

impl Written {
    pub(crate) fn add(&mut self, at: At, value: Held) {
        self.0.push((at, value));
    }

    pub(crate) fn add_text(&mut self, at: At, text: &str) {
        self.add(at, Held::Text(text.to_owned()));
    }

    pub(crate) fn add_bytes(&mut self, at: At, bytes: &[u8]) {
        self.add(at, Held::Bytes(bytes.to_vec()));
    }
}

impl Document for Written {
    type Value<'a> = &'a Held;
    type FieldsValuesIter<'a> = Map<Iter<'a, (At, Held)>, fn(&'a (At, Held)) -> (At, &'a Held)>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.0.iter().map(|(at, held)| (*at, held))
    }
}

impl<'a> Value<'a> for &'a Held {
    type ArrayIter = iter::Empty<Self>;
    type ObjectIter = iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self {
            Held::Text(text) => ReferenceValueLeaf::Str(text),
            Held::Words(words) => {
                ReferenceValueLeaf::PreTokStr(Box::new(PreTokenizedString::clone(words)))
            }
            Held::Bytes(bytes) => ReferenceValueLeaf::Bytes(bytes),
            Held::Unsigned(number) => ReferenceValueLeaf::U64(*number),
            Held::Signed(number) => ReferenceValueLeaf::I64(*number),
        })
    }
}
