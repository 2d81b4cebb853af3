//! A document as tantivy takes it.

use std::sync::Arc;

use tantivy::tokenizer::{PreTokenizedString, Token};

use super::layout::{LAYOUT, Layout};
use super::written::{Held, Written};
use crate::document::{Document, FindingFacts};
use crate::query::{FIELDS, Field, Values};
use crate::text;

/// Makes documents, and remembers the words of the last object: its findings come one behind the
/// other.
#[derive(Default)]
pub(crate) struct Writer {
    last: Option<Last>,
}

/// An object, and the words of what it is called.
struct Last {
    path: String,
    name: String,
    words_of_path: Arc<PreTokenizedString>,
    words_of_name: Arc<PreTokenizedString>,
}

impl Writer {
    pub(crate) fn write(&mut self, document: &Document) -> Written {
        let layout = &*LAYOUT;
        let mut to = Written::default();
        to.add_text(layout.tenant, document.tenant.as_str());
        to.add_bytes(layout.range, document.range.as_bytes());
        to.add_bytes(layout.object, document.object.as_bytes());
        to.add(layout.first_seen, Held::Signed(document.first_seen.as_micros()));
        if !document.path.is_empty() {
            to.add_text(layout.path, &document.path);
        }
        self.write_words(document, &mut to);
        write_values(document, &mut to, layout);
        if let Some(finding) = document.finding() {
            write_finding(finding, &mut to, layout);
        }
        if let Some(object) = document.as_object() {
            to.add(layout.size, Held::Unsigned(object.size));
        }
        to
    }

    fn write_words(&mut self, document: &Document, to: &mut Written) {
        let Document { path, name, .. } = document;
        let last = self.last.take().filter(|last| last.path == *path && last.name == *name);
        let last = self.last.insert(last.unwrap_or_else(|| Last {
            path: path.clone(),
            name: name.clone(),
            words_of_path: tokens(path),
            words_of_name: tokens(name),
        }));
        add_words(Field::Path, Arc::clone(&last.words_of_path), to);
        add_words(Field::Name, Arc::clone(&last.words_of_name), to);
        for member in document.texts(Field::Member) {
            add_words(Field::Member, tokens(member), to);
        }
    }
}

fn add_words(field: Field, words: Arc<PreTokenizedString>, to: &mut Written) {
    if let Some(at) = LAYOUT.words(field).filter(|_| !words.tokens.is_empty()) {
        to.add(at, Held::Words(words));
    }
}

fn tokens(text: &str) -> Arc<PreTokenizedString> {
    let tokens = text::tokens(text).into_iter().map(|token| Token {
        position: token.position as usize,
        text: token.text,
        ..Token::default()
    });
    PreTokenizedString { text: String::new(), tokens: tokens.collect() }.into()
}

fn write_values(document: &Document, to: &mut Written, layout: &Layout) {
    for about in FIELDS {
        if let Some(at) = layout.values(about.field) {
            match about.values {
                Values::Name => {
                    document.texts(about.field).iter().for_each(|name| to.add_text(at, name));
                }
                _ => document.facet(about.field).iter().for_each(|value| to.add_text(at, value)),
            }
        }
        if !always(about.field) && document.has(about.field) {
            to.add_text(layout.has, about.name);
        }
    }
}

/// Whether every document has the field.
pub(crate) fn always(field: Field) -> bool {
    matches!(field, Field::Source | Field::Object | Field::State | Field::Kind | Field::FirstSeen)
}

fn write_finding(finding: &FindingFacts, to: &mut Written, layout: &Layout) {
    let (high, low) = halves(finding.id);
    to.add(layout.finding.0, Held::Unsigned(high));
    to.add(layout.finding.1, Held::Unsigned(low));
    to.add_bytes(layout.token, finding.token.as_bytes());
    to.add(layout.confidence, Held::Unsigned(u64::from(finding.confidence.as_percent())));
}

/// An id as two numbers that sort as it does.
pub(crate) fn halves(id: trawl_model::FindingId) -> (u64, u64) {
    let bytes = id.as_bytes();
    let number = |part: &[u8]| part.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    (number(&bytes[..8]), number(&bytes[8..]))
}

/// The id of two numbers.
pub(crate) fn joined((high, low): (u64, u64)) -> trawl_model::FindingId {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&low.to_be_bytes()[4..]);
    trawl_model::FindingId::from_bytes(bytes)
}
