//! The same findings in tantivy, used as its manual shows it: its own writer and searcher, its
//! collectors, one merged segment. It knows less (nothing of scopes, of dead documents, of an order
//! that is whole), and finds the same.

use std::ops::Bound;
use std::time::Instant;

use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::{AggContextParams, AggregationCollector};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, Occur, PhraseQuery, Query, RangeQuery, RegexQuery, TermQuery,
};
use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TEXT,
};
use tantivy::{Index, IndexWriter, Order, TantivyDocument, Term};
use trawl_search::document::Document;
use trawl_search::testing::findings;

use super::clients::ask;
use super::{FACETS, PAGE, SEED, say};

const NAMES: [&str; 10] = [
    "type",
    "category",
    "rule",
    "jurisdiction",
    "regulation",
    "sensitivity",
    "verdict",
    "state",
    "source",
    "format",
];

pub(crate) fn run(count: usize) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let begun = Instant::now();
    let index = Index::create_in_dir(folder.path(), schema())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 200_000_000)?;
    for document in findings(SEED, count) {
        writer.add_document(written(&index.schema(), &document)?)?;
    }
    writer.commit()?;
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.wait_merging_threads()?;
    let took = begun.elapsed().as_secs_f64();
    let bytes: u64 = index.reader()?.searcher().space_usage()?.total().get_bytes();
    let (rate, each) = (count as f64 / took, bytes as f64 / count as f64);
    say(format_args!("bare: {rate:.0} a second with merging, {each:.1} bytes each"));
    searched(&index)
}

fn schema() -> Schema {
    let mut schema = Schema::builder();
    for name in NAMES {
        schema.add_text_field(name, STRING | FAST);
    }
    for name in ["path", "name", "member"] {
        schema.add_text_field(name, TEXT);
    }
    for name in ["object", "finding", "token"] {
        schema.add_bytes_field(name, BytesOptions::default().set_indexed().set_fast());
    }
    schema.add_u64_field("confidence", INDEXED | FAST);
    schema.add_i64_field("first_seen", INDEXED | FAST);
    schema.build()
}

fn written(schema: &Schema, document: &Document) -> tantivy::Result<TantivyDocument> {
    use trawl_search::query::Field as Of;
    let at = |name: &str| schema.get_field(name);
    let mut to = TantivyDocument::new();
    for name in NAMES {
        for value in Of::named(name).map_or(Vec::new(), |field| document.facet(field)) {
            to.add_text(at(name)?, value);
        }
    }
    for (name, field) in [("path", Of::Path), ("name", Of::Name), ("member", Of::Member)] {
        document.texts(field).iter().try_for_each(|text| {
            to.add_text(at(name)?, text);
            tantivy::Result::Ok(())
        })?;
    }
    to.add_bytes(at("object")?, document.object.as_bytes());
    to.add_i64(at("first_seen")?, document.first_seen.as_micros());
    if let Some(finding) = document.finding() {
        to.add_bytes(at("finding")?, finding.id.as_bytes());
        to.add_bytes(at("token")?, finding.token.as_bytes());
        to.add_u64(at("confidence")?, finding.confidence.as_percent().into());
    }
    Ok(to)
}

fn searched(index: &Index) -> Result<(), Box<dyn std::error::Error>> {
    let searcher = index.reader()?.searcher();
    let queries = queries(&index.schema())?;
    let top = || TopDocs::with_limit(PAGE).order_by_fast_field::<i64>("first_seen", Order::Desc);
    let asked =
        |query: &dyn Query| searcher.search(query, &(Count, top())).map(|(count, _)| count as u64);
    for (query, text) in queries.iter().zip(super::QUERIES) {
        let figures = ask(std::slice::from_ref(query), 1, 10, |query| asked(query.as_ref()));
        say(format_args!("  bare, {text}: {} found, {figures}", asked(query.as_ref())?));
    }
    let figures = ask(&queries, 8, 20, |query| asked(query.as_ref()));
    say(format_args!("bare: queries, 8 clients: {figures}"));
    let counted = FACETS.map(|field| {
        let name = field.name();
        format!("\"{name}\": {{\"terms\": {{\"field\": \"{name}\", \"size\": 1000}}}}")
    });
    let counted: Aggregations = serde_json::from_str(&format!("{{{}}}", counted.join(",")))?;
    let all: [Box<dyn Query>; 1] = [Box::new(AllQuery)];
    for clients in [1, 8] {
        let figures = ask(&all, clients, 20, |query| {
            let context = AggContextParams::default();
            let facets = AggregationCollector::from_aggs(counted.clone(), context);
            searcher.search(query, &(Count, top(), facets)).map(|(count, _, _)| count as u64)
        });
        say(format_args!("bare: facets of all, {clients} clients: {figures}"));
    }
    Ok(())
}

/// The same as in the language; words without a field are looked for in the path alone.
fn queries(schema: &Schema) -> tantivy::Result<Vec<Box<dyn Query>>> {
    let at = |name: &str| schema.get_field(name);
    let term = |name: &str, text: &str| -> tantivy::Result<Box<dyn Query>> {
        Ok(Box::new(TermQuery::new(
            Term::from_field_text(at(name)?, text),
            IndexRecordOption::Basic,
        )))
    };
    let all = |clauses: Vec<Box<dyn Query>>| -> Box<dyn Query> {
        Box::new(BooleanQuery::intersection(clauses))
    };
    let over = Bound::Included(Term::from_field_u64(at("confidence")?, 91));
    let (march, april) = (1_772_323_200_000_000, 1_775_001_600_000_000);
    let moment = |field: Field, micros| Term::from_field_i64(field, micros);
    let march = Bound::Included(moment(at("first_seen")?, march));
    let april = Bound::Excluded(moment(at("first_seen")?, april));
    let levels =
        BooleanQuery::union(vec![term("sensitivity", "high")?, term("sensitivity", "critical")?]);
    let hr =
        [Term::from_field_text(at("path")?, "hr"), Term::from_field_text(at("path")?, "payroll")];
    Ok(vec![
        term("path", "invoice")?,
        term("path", "müller")?,
        term("type", "us.ssn")?,
        all(vec![term("type", "iban")?, Box::new(RangeQuery::new(over, Bound::Unbounded))]),
        all(vec![term("path", "payroll")?, Box::new(levels), term("state", "open")?]),
        Box::new(PhraseQuery::new(hr.to_vec())),
        all(vec![term("type", "email")?, Box::new(RangeQuery::new(march, april))]),
        term("verdict", "false-positive")?,
        Box::new(BooleanQuery::new(vec![
            (Occur::Must, Box::new(RegexQuery::from_pattern("customerlist.*", at("name")?)?)),
            (Occur::MustNot, term("type", "email")?),
        ])),
        all(vec![term("jurisdiction", "de")?, term("path", "archive")?]),
    ])
}
