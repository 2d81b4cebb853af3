//! The fields of an index.

use std::sync::LazyLock;

use tantivy::schema::{
    BytesOptions, Field as At, IndexRecordOption, NumericOptions, Schema, SchemaBuilder,
    TextFieldIndexing, TextOptions,
};

use crate::query::{FIELDS, Field};

/// The layout of this version. A split of another layout is of another version.
pub(crate) static LAYOUT: LazyLock<Layout> = LazyLock::new(Layout::new);

/// Names of the columns that are no fields of the language under their own name.
pub(crate) const OBJECT: &str = "object";
pub(crate) const FINDING_HIGH: &str = "finding_high";
pub(crate) const FINDING_LOW: &str = "finding_low";
pub(crate) const FIRST_SEEN: &str = "first_seen";
pub(crate) const CONFIDENCE: &str = "confidence";
pub(crate) const SIZE: &str = "size";
pub(crate) const PATH: &str = "path";

/// Where what is in an index.
pub(crate) struct Layout {
    pub(crate) schema: Schema,
    pub(crate) tenant: At,
    pub(crate) range: At,
    /// By which documents are replaced, fetched and told apart.
    pub(crate) object: At,
    /// A finding's id as two numbers, the larger part first: half the room of a dictionary, for no
    /// two are alike. It is found by its object.
    pub(crate) finding: (At, At),
    pub(crate) token: At,
    pub(crate) first_seen: At,
    pub(crate) confidence: At,
    pub(crate) size: At,
    /// The whole path, for its order.
    pub(crate) path: At,
    /// The fields that a document has, by name.
    pub(crate) has: At,
    /// Fields whose words are terms.
    words: [(Field, At); 3],
    /// Fields whose values are terms, and counted.
    values: Vec<Option<At>>,
}

impl Layout {
    fn new() -> Self {
        let mut schema = Schema::builder();
        let values = FIELDS.iter().map(|about| {
            about.facet.then(|| schema.add_text_field(about.name, terms().set_fast("raw")))
        });
        let values = values.collect();
        let words = [Field::Path, Field::Name, Field::Member]
            .map(|field| (field, schema.add_text_field(&words_of(field), positions())));
        Self {
            tenant: schema.add_text_field("tenant", terms()),
            range: schema.add_bytes_field("range", BytesOptions::default().set_indexed()),
            object: schema
                .add_bytes_field(OBJECT, BytesOptions::default().set_indexed().set_fast()),
            finding: (column(&mut schema, FINDING_HIGH), column(&mut schema, FINDING_LOW)),
            token: schema.add_bytes_field("token", BytesOptions::default().set_indexed()),
            first_seen: schema.add_i64_field(FIRST_SEEN, NumericOptions::default().set_fast()),
            confidence: column(&mut schema, CONFIDENCE),
            size: column(&mut schema, SIZE),
            path: schema.add_text_field(PATH, TextOptions::default().set_fast("raw")),
            has: schema.add_text_field("has", terms()),
            words,
            values,
            schema: schema.build(),
        }
    }

    /// Where the words of a field are terms.
    pub(crate) fn words(&self, field: Field) -> Option<At> {
        self.words.iter().find(|(of, _)| *of == field).map(|(_, at)| *at)
    }

    /// Where the values of a field are terms, and counted.
    pub(crate) fn values(&self, field: Field) -> Option<At> {
        self.values[field as usize]
    }
}

fn column(schema: &mut SchemaBuilder, name: &str) -> At {
    schema.add_u64_field(name, NumericOptions::default().set_fast())
}

fn terms() -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    TextOptions::default().set_indexing_options(indexing)
}

/// Words are given ready: the tokenizer is never asked.
fn positions() -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    TextOptions::default().set_indexing_options(indexing)
}

fn words_of(field: Field) -> String {
    format!("words_{}", field.name())
}
