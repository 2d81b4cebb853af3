//! `docs/search.md` tells the truth: its table of fields is the one that is declared, and each of
//! its examples, run against its own documents, gives what it says.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

use trawl_model::{
    Class, Confidence, FindingId, Level, ObjectId, RangeId, Reason, SourceId, State, TenantId,
    Timestamp, Token, TypeId, Verdict,
};
use trawl_search::query::{self, Between, Query, Sort, Term, parse};
use trawl_search::{Document, Facts, FindingFacts, ObjectFacts};

const PAGE: &str = include_str!("../../docs/search.md");

#[test]
fn the_table_of_fields_is_the_one_that_is_declared() {
    let made = query::with_fields(PAGE).unwrap();
    let first = PAGE.lines().zip(made.lines()).position(|(written, made)| written != made);
    assert!(PAGE == made, "docs/search.md is not what `make docs` writes: line {first:?}");
}

#[test]
fn every_query_finds_what_the_page_says() {
    let documents = documents();
    let rows = rows("| query | means | finds |");
    for row in &rows {
        let query = read(code(&row[0]));
        let found = documents.iter().filter(|(_, document)| query.matches(document));
        let found: Vec<String> = found.map(|(no, _)| no.to_string()).collect();
        let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
        assert_eq!(found, row[2], "{}", row[0]);
    }
    assert!(rows.len() > 40);
}

#[test]
fn every_order_is_as_the_page_says() {
    let rows = rows("| query | order | comes |");
    for row in &rows {
        let (query, sort): (_, Sort) = (read(code(&row[0])), code(&row[1]).parse().unwrap());
        let mut found = documents();
        found.retain(|(_, document)| query.matches(document));
        found.sort_by(|(_, one), (_, other)| sort.compare(one, other));
        let numbers: Vec<String> = found.iter().map(|(no, _)| no.to_string()).collect();
        assert_eq!(numbers.join(", "), row[2], "{row:?}");
    }
    assert_eq!(rows.len(), 5);
}

#[test]
fn every_facet_counts_what_the_page_says() {
    let documents = documents();
    let rows = rows("| query | facet | counts |");
    for row in &rows {
        let [facet] = query::facets(code(&row[1])).unwrap()[..] else { panic!("{row:?}") };
        let all = documents.iter().map(|(_, document)| document);
        let counts = query::count(&read(code(&row[0])), all, facet);
        let counts: Vec<String> = counts.iter().map(|(value, n)| format!("{value} {n}")).collect();
        assert_eq!(counts.join(", "), row[2], "{row:?}");
    }
    assert_eq!(rows.len(), 4);
}

#[test]
fn every_refusal_reads_as_the_page_says() {
    let blocks = PAGE.split("```").skip(1).step_by(2);
    let blocks: Vec<&str> = blocks.filter(|block| block.starts_with("text\n")).collect();
    for block in &blocks {
        let written = block.trim_start_matches("text\n").trim_end();
        let query = written.lines().next().unwrap();
        let error = parse(query).unwrap_err();
        assert_eq!(format!("{}\n{error}", error.pointed(query)), written);
    }
    assert_eq!(blocks.len(), 6);
}

#[test]
fn the_bounds_are_those_of_the_code() {
    for (words, bound) in [
        ("at most 8,192 bytes", query::MAX_QUERY_BYTES == 8_192),
        ("256 words, phrases and values", query::MAX_CLAUSES == 256),
        ("a depth of 32", query::MAX_DEPTH == 32),
        ("a phrase at most\n128 words", query::MAX_PHRASE_WORDS == 128),
        ("At most 16 facets", query::MAX_FACETS == 16),
    ] {
        assert!(PAGE.contains(words) && bound, "{words}");
    }
}

fn read(text: &str) -> Query {
    parse(text).unwrap_or_else(|error| panic!("{}\n{error}", error.pointed(text)))
}

/// What stands in a cell between backticks.
fn code(cell: &str) -> &str {
    cell.trim_matches('`')
}

/// The rows of all tables with this head.
fn rows(head: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for table in PAGE.split(head).skip(1) {
        let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        rows.extend(lines.map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        }));
    }
    rows
}

/// The documents of the page, by their numbers.
fn documents() -> Vec<(u8, Document)> {
    let findings = rows(
        "| no | path | member | type | category | country | laws | confidence | sensitivity | \
         verdict | state | first seen |",
    );
    let objects = rows("| no | path | size | coverage | reason | first seen |");
    let mut documents: Vec<(u8, Document)> = findings.iter().map(|row| finding(row)).collect();
    documents.extend(objects.iter().map(|row| object(row)));
    assert_eq!(documents.len(), 10);
    documents
}

fn finding(row: &[String]) -> (u8, Document) {
    let no: u8 = row[0].parse().unwrap();
    let words = |cell: &str| cell.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let facts = FindingFacts {
        id: FindingId::from_bytes([no; 12]),
        type_id: TypeId::new(&row[3]),
        category: row[4].clone(),
        rule: row[3].clone(),
        jurisdictions: words(&row[5]),
        regulations: words(&row[6]),
        confidence: Confidence::percent(row[7].trim_end_matches('%').parse().unwrap()),
        sensitivity: Level::ALL.into_iter().find(|level| level.name() == row[8]).unwrap(),
        verdict: row[9].parse::<Verdict>().ok(),
        person: row[4] != "secret",
        token: Token::from_bytes([no; Token::LEN]),
        members: Some(row[2].clone()).filter(|member| !member.is_empty()).into_iter().collect(),
    };
    let state = if row[10] == "closed" { State::Closed } else { State::Open };
    (no, document(no, &row[1], state, &row[11], Facts::Finding(Box::new(facts))))
}

fn object(row: &[String]) -> (u8, Document) {
    let no: u8 = row[0].parse().unwrap();
    let reason = Reason::ALL.into_iter().find(|reason| reason.name() == row[4]);
    let class = match (row[3].as_str(), reason) {
        ("read", None) => Class::Read,
        ("carried", None) => Class::Carried,
        ("failed", Some(reason)) => Class::Failed(reason),
        other => panic!("{other:?}"),
    };
    let facts = ObjectFacts { size: size(&row[2]), coverage: vec![class] };
    (no, document(no, &row[1], State::Open, &row[5], Facts::Object(facts)))
}

fn document(no: u8, path: &str, state: State, seen: &str, facts: Facts) -> Document {
    let name = path.rsplit('/').next().unwrap();
    Document {
        tenant: TenantId::default_tenant(),
        source: SourceId::from_bytes([1; 8]),
        range: RangeId::from_bytes([1; 12]),
        object: ObjectId::from_bytes([no; 16]),
        path: path.to_owned(),
        name: name.to_owned(),
        format: name.rsplit('.').next().unwrap().to_owned(),
        state,
        first_seen: first_seen(seen),
        facts,
    }
}

/// Sizes and times of the page are read as those of queries are.
fn size(text: &str) -> u64 {
    match read(&format!("size:{text}")) {
        Query::Term(Term::Size(Between { from: Some(size), .. })) => size,
        other => panic!("{other:?}"),
    }
}

fn first_seen(text: &str) -> Timestamp {
    match read(&format!("first_seen:{text}")) {
        Query::Term(Term::FirstSeen(Between { from: Some(time), .. })) => time,
        other => panic!("{other:?}"),
    }
}
