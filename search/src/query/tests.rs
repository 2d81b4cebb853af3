use std::collections::BTreeSet;

use proptest::prelude::*;
use trawl_model::{Confidence, Level};

use super::*;
use crate::testing::{self, hostile_query};

fn read(text: &str) -> Query {
    parse(text).unwrap_or_else(|error| panic!("{}\n{error}", error.pointed(text)))
}

/// The canonical text of a query.
fn canonical(text: &str) -> String {
    read(text).to_string()
}

fn refused(text: &str) -> (Fault, &str, String) {
    let error = parse(text).unwrap_err();
    (error.fault, &text[error.span.clone()], error.to_string())
}

#[test]
fn or_binds_less_than_and_which_binds_less_than_not() {
    assert_eq!(canonical("a b OR c AND NOT d e"), "a b OR c NOT d e");
    assert_eq!(canonical("(a OR b) c"), "(a OR b) c");
    assert_eq!(canonical("-(a b) -c"), "NOT (a b) NOT c");
    assert_eq!(canonical("((a) (b (c)))"), "a b c");
    assert_eq!(canonical("and or not"), "and or not");
    assert_eq!(read("  "), Query::All);
    assert_eq!(canonical("*"), "*");
}

#[test]
fn words_are_tokens_and_several_in_one_are_a_phrase() {
    assert_eq!(canonical("Müller Invoices/2024-03"), "muller \"invoices 2024 03\"");
    assert_eq!(canonical("path:\"A b\" name:invoi*"), "path:\"a b\" name:invoi*");
    assert_eq!(canonical("smith@example.com"), "\"smith example com\"");
    assert_eq!(canonical("\"annual rep\"*"), "\"annual rep\"*");
    assert_eq!(canonical("invoices/*"), "invoices");
    assert_eq!(canonical("10:30"), "\"10 30\"");
}

#[test]
fn groups_give_their_field_to_all_within() {
    assert_eq!(canonical("type:(email OR us.*)"), "type:email OR type:us.*");
    assert_eq!(canonical("type:(-email -(a OR b))"), "NOT type:email NOT (type:a OR type:b)");
    assert_eq!(
        canonical("confidence:(>0.5 <0.9)"),
        "confidence:[0.51 TO *] confidence:[* TO 0.89]"
    );
}

#[test]
fn ends_are_resolved() {
    let percent = |p| Some(Confidence::percent(p));
    let confidence = |from, to| Query::Term(Term::Confidence(Between { from, to }));
    assert_eq!(read("confidence:>0.8"), confidence(percent(81), None));
    assert_eq!(read("confidence:{0.5 TO 90%]"), confidence(percent(51), percent(90)));
    assert_eq!(read("confidence:1"), confidence(percent(100), percent(100)));
    assert_eq!(
        read("sensitivity:>=high"),
        Query::Term(Term::Sensitivity(Between { from: Some(Level::High), to: None }))
    );
    assert_eq!(canonical("first_seen:>2026-05"), "first_seen:[2026-06-01 TO *]");
    assert_eq!(canonical("first_seen:2026-05"), "first_seen:[2026-05-01 TO 2026-05-31]");
    assert_eq!(canonical("first_seen:<=2026"), "first_seen:[* TO 2026-12-31]");
    assert_eq!(canonical("first_seen:[* TO *]"), "first_seen:*");
    assert_eq!(canonical("size:>1KiB"), "size:[1025 TO *]");
}

#[test]
fn names_are_whole_unless_a_star_says_otherwise() {
    assert_eq!(canonical("Type:US.*"), "type:us.*");
    assert_eq!(canonical("rule:\"a b\\\"*\""), "rule:\"a b\\\"*\"");
    assert_eq!(canonical("jurisdiction:DE verdict:None"), "jurisdiction:de verdict:none");
}

#[test]
fn what_is_wrong_is_pointed_at() {
    use Fault::*;
    for (text, fault, place) in [
        ("tpye:email", UnknownName, "tpye"),
        ("a http://x", UnknownName, "http"),
        ("state:opne", BadValue, "opne"),
        ("state:op*", BadValue, "op*"),
        ("confidence:85", BadValue, "85"),
        ("confidence:[0.5 TO high]", BadValue, "high"),
        ("confidence:0.8*", BadValue, "0.8*"),
        ("type:>email", BadValue, "email"),
        ("first_seen:2026-13", BadValue, "2026-13"),
        ("source:xyz", BadValue, "xyz"),
        ("confidence:[0.9 TO 0.5]", EmptyRange, "[0.9 TO 0.5]"),
        ("sensitivity:>critical", EmptyRange, "critical"),
        ("*.pdf", Syntax, "*"),
        ("in*ce", Syntax, "*"),
        ("\"open", Syntax, "\""),
        ("(a (b)", Syntax, "("),
        ("a)", Syntax, ")"),
        ("()", Syntax, "()"),
        ("type:()", Syntax, "()"),
        ("a AND", Syntax, ""),
        ("a AND OR b", Syntax, "OR"),
        ("OR b", Syntax, "OR"),
        ("(a OR )", Syntax, ""),
        ("type: email", Syntax, ""),
        ("confidence:> 0.8", Syntax, ""),
        ("confidence:[0.5 0.8]", Syntax, ""),
        ("confidence:[0.5 TO 0.8", Syntax, "["),
        ("[a TO b]", Syntax, "["),
        ("type:(a state:open)", Syntax, "state:open"),
        ("a && b", NothingToSearch, "&&"),
        ("🎉", NothingToSearch, "🎉"),
        ("- a", NothingToSearch, "-"),
        ("! a", NothingToSearch, "!"),
        ("!email", Syntax, "!"),
        ("a !(b c)", Syntax, "!"),
        ("type:(a OR !b)", Syntax, "!"),
        ("_exists_:verdict", UnknownName, "_exists_"),
    ] {
        let (found, at, message) = refused(text);
        assert_eq!((found, at), (fault, place), "{text}: {message}");
        assert!(message.starts_with(|c: char| !c.is_uppercase()), "{message}");
    }
}

#[test]
fn what_is_wrong_is_told_with_what_is_allowed_and_the_nearest() {
    for (text, message) in [
        (
            "state:opne",
            "`opne` is no value of `state`; allowed is open, closed; did you mean `open`?",
        ),
        (
            "verdict:false_positive",
            "`false_positive` is no value of `verdict`; allowed is confirmed, \
          false-positive, accepted, none; did you mean `false-positive`?",
        ),
        (
            "sensitivity:hgih",
            "`hgih` is no value of `sensitivity`; allowed is low, medium, high, \
          critical; did you mean `high`?",
        ),
        (
            "!\"a b\"",
            "an exclamation mark negates nothing; write NOT or a minus, or put it in quotes where \
             it is meant as text",
        ),
        (
            "confidence:<0",
            "no value of `confidence` can lie there; it is the first value there is; `<=` and a \
             bracket take it too",
        ),
        (
            "confidence:{1 TO *]",
            "no value of `confidence` can lie there; it is the last value there is; `>=` and a \
             bracket take it too",
        ),
        (
            "size:{1 TO 2}",
            "no value of `size` can lie there; the first end is to lie before the last",
        ),
        ("a || b", "there is neither a letter nor a digit to search for; did you mean `OR`?"),
    ] {
        assert_eq!(refused(text).2, message);
    }
}

#[test]
fn what_other_languages_write_for_a_value_that_is_there_is_told_in_this_one() {
    for (text, hint) in [
        ("_exists_:verdict", "verdict:*"),
        ("_missing_:type", "-type:*"),
        ("_exists_:\"what there is not\"", "verdict:*"),
    ] {
        let message = refused(text).2;
        assert!(message.ends_with(&format!("; did you mean `{hint}`?")), "{message}");
        assert!(parse(hint).is_ok());
    }
    assert!(refused("_config:prod").2.ends_with("put it in quotes where a colon is meant"));
}

#[test]
fn queries_are_bounded() {
    let deep = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&deep(MAX_DEPTH)).is_ok());
    let many = |count: usize| vec!["a"; count].join(" ");
    assert!(parse(&many(MAX_CLAUSES)).is_ok());
    // As large as a query may be, another node reads it back.
    for text in
        [deep(MAX_DEPTH), "NOT (a b) OR ".repeat(MAX_CLAUSES / 2 - 1) + "c", many(MAX_CLAUSES)]
    {
        let query = read(&text);
        assert_eq!(read_back(&query.to_string()), Ok(query));
    }
    for text in [
        deep(MAX_DEPTH + 1),
        "(".repeat(MAX_QUERY_BYTES),
        "-".repeat(MAX_QUERY_BYTES - 1) + "a",
        "NOT ".repeat(MAX_DEPTH + 1) + "a",
        many(MAX_CLAUSES + 1),
        format!("type:({})", many(MAX_CLAUSES + 1)),
        format!("\"{}\"", many(MAX_PHRASE_WORDS + 1)),
        "a".repeat(MAX_QUERY_BYTES + 1),
    ] {
        assert_eq!(parse(&text).unwrap_err().fault, Fault::TooMuch);
    }
}

#[test]
fn generated_queries_meet_something_most_of_the_time() {
    let documents = testing::documents(1, 200);
    let met = |seed: &u64| {
        let query = read(&testing::query(&documents, *seed));
        documents.iter().any(|document| query.matches(document))
    };
    let count = (0..1_000).filter(met).count();
    assert!(count > 700, "{count} of 1000");
}

#[test]
fn lists_have_one_form() {
    let word = || read("a");
    assert_eq!(Query::every(vec![]), Query::All);
    assert_eq!(Query::any(vec![]), Query::All.negated());
    assert_eq!(Query::any(vec![word()]), word());
    let nested = Query::every(vec![word(), Query::every(vec![word(), read("b")])]);
    assert_eq!(nested, read("a a b"));
}

#[test]
fn queries_about_nothing_are_queries() {
    for seed in 0..200 {
        read(&testing::query(&[], seed));
    }
}

#[test]
fn generated_queries_have_every_form() {
    let documents = testing::documents(1, 200);
    let texts: Vec<String> = (0..2_000).map(|seed| testing::query(&documents, seed)).collect();
    for about in FIELDS {
        let field = format!("{}:", about.name);
        assert!(texts.iter().any(|text| text.contains(&field)), "{field}");
    }
    for sign in [" OR ", " AND ", "NOT ", " -(", "\"*", "* ", ":>", ":<=", ":[", ":("] {
        assert!(texts.iter().any(|text| text.contains(sign)), "{sign}");
    }
}

/// The documents that a query means, by their place.
fn meant(query: &Query, documents: &[crate::Document]) -> BTreeSet<usize> {
    let numbered = documents.iter().enumerate();
    numbered.filter(|(_, document)| query.matches(document)).map(|(at, _)| at).collect()
}

proptest! {
    #[test]
    fn a_query_is_read_back_from_its_canonical_text(seed: u64) {
        let query = read(&testing::query(&testing::documents(seed, 5), seed));
        let text = query.to_string();
        prop_assert_eq!(read_back(&text), Ok(query), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_place_within(text in ".{0,200}") {
        hostile_query(&text);
    }

    #[test]
    fn any_signs_are_read_or_refused(text in "[a-c株é0-9:*()\\[\\]{}\"\\\\ <>=.-]{0,60}") {
        hostile_query(&text);
    }

    #[test]
    fn broken_queries_are_read_or_refused(seed: u64) {
        hostile_query(&testing::broken(&testing::documents(seed, 3), seed));
    }

    #[test]
    fn the_words_of_a_document_find_it(seed: u64) {
        for document in testing::documents(seed, 5) {
            for field in [Field::Path, Field::Name, Field::Member] {
                for text in document.texts(field) {
                    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
                    for query in [format!("{}:\"{quoted}\"", field.name()), format!("\"{quoted}\"")] {
                        prop_assert!(read(&query).matches(&document), "{}", query);
                    }
                }
            }
        }
    }

    #[test]
    fn operators_are_those_of_sets(one: u64, other: u64) {
        let documents = testing::documents(one, 30);
        let (a, b) = (testing::query(&documents, one), testing::query(&documents, other));
        let of = |text: String| meant(&read(&text), &documents);
        let (left, right) = (of(a.clone()), of(b.clone()));
        prop_assert_eq!(of(format!("({a}) ({b})")), &left & &right);
        prop_assert_eq!(of(format!("({a}) OR ({b})")), &left | &right);
        prop_assert_eq!(of(format!("* -({a})")), &of("*".into()) - &left);
    }

    #[test]
    fn every_value_of_a_facet_finds_its_document(seed: u64) {
        for document in testing::documents(seed, 5) {
            for about in FIELDS {
                let values = document.facet(about.field);
                prop_assert!(about.facet || values.is_empty() || about.values == Values::Name);
                prop_assert!(values.is_sorted_by(|a, b| a < b), "{:?}", values);
                for value in values {
                    let query = format!("{}:\"{value}\"", about.name);
                    prop_assert!(read(&query).matches(&document), "{}", query);
                }
            }
        }
    }

    #[test]
    fn an_order_is_whole(seed: u64) {
        let mut documents = testing::documents(seed, 20);
        for text in ["first_seen", "-confidence", "sensitivity", "-path", "size"] {
            let sort: Sort = text.parse().unwrap();
            documents.sort_by(|a, b| sort.compare(a, b));
            let once = documents.clone();
            documents.reverse();
            documents.sort_by(|a, b| sort.compare(a, b));
            prop_assert_eq!(&documents, &once);
        }
    }
}
