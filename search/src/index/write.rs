//! A document as tantivy takes it.

use tantivy::TantivyDocument;
use tantivy::tokenizer::{PreTokenizedString, Token};

use super::layout::{LAYOUT, Layout};
use crate::document::{Document, FindingFacts};
use crate::query::{FIELDS, Field, Values};
use crate::text;

/// Makes documents, and remembers the words of the last path: findings of one object come one
/// behind the other.
#[derive(Default)]
pub(crate) struct Writer {
    last: Option<(String, PreTokenizedString)>,
}

impl Writer {
    pub(crate) fn write(&mut self, document: &Document) -> TantivyDocument {
        let layout = &*LAYOUT;
        let mut to = TantivyDocument::new();
        to.add_text(layout.tenant, document.tenant.as_str());
        to.add_bytes(layout.range, document.range.as_bytes());
        to.add_bytes(layout.object, document.object.as_bytes());
        to.add_i64(layout.first_seen, document.first_seen.as_micros());
        if !document.path.is_empty() {
            to.add_text(layout.path, &document.path);
        }
        self.write_words(document, &mut to);
        write_values(document, &mut to, layout);
        if let Some(finding) = document.finding() {
            write_finding(finding, &mut to, layout);
        }
        if let Some(object) = document.as_object() {
            to.add_u64(layout.size, object.size);
        }
        to
    }

    fn write_words(&mut self, document: &Document, to: &mut TantivyDocument) {
        if self.last.as_ref().is_none_or(|(path, _)| *path != document.path) {
            self.last = Some((document.path.clone(), tokens(&document.path)));
        }
        if let Some((_, path)) = &self.last {
            add_words(Field::Path, path.clone(), to);
        }
        add_words(Field::Name, tokens(&document.name), to);
        for member in document.texts(Field::Member) {
            add_words(Field::Member, tokens(member), to);
        }
    }
}

fn add_words(field: Field, words: PreTokenizedString, to: &mut TantivyDocument) {
    if let Some(at) = LAYOUT.words(field).filter(|_| !words.tokens.is_empty()) {
        to.add_pre_tokenized_text(at, words);
    }
}

fn tokens(text: &str) -> PreTokenizedString {
    let tokens = text::tokens(text).into_iter().map(|token| Token {
        position: token.position as usize,
        text: token.text,
        ..Token::default()
    });
    PreTokenizedString { text: String::new(), tokens: tokens.collect() }
}

fn write_values(document: &Document, to: &mut TantivyDocument, layout: &Layout) {
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

fn write_finding(finding: &FindingFacts, to: &mut TantivyDocument, layout: &Layout) {
    let (high, low) = halves(finding.id);
    to.add_u64(layout.finding.0, high);
    to.add_u64(layout.finding.1, low);
    to.add_bytes(layout.token, finding.token.as_bytes());
    to.add_u64(layout.confidence, u64::from(finding.confidence.as_percent()));
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
