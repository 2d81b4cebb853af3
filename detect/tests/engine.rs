//! The engine by small rules of its own: what is found, how sure, and why.

use std::sync::Arc;

use trawl_detect::{Engine, Rules, Scene};
use trawl_model::Piece;

/// A rule of some patterns, with `more` keys before the first of them.
fn rule(id: &str, more: &str, patterns: &str) -> String {
    format!(
        "id = \"{id}\"\nversion = 1\ntype = \"{id}\"\nname = \"Test {id}\"\n\
         category = \"national-id\"\nsensitivity = \"high\"\n{more}\n{patterns}\n\
         [[example]]\ntext = \"x\"\nfinds = \"x\"\n"
    )
}

fn engine(rules: &[String]) -> Engine {
    let files: Vec<_> = rules.iter().map(|text| ("test", text)).collect();
    let rules = Rules::parse(&files).unwrap_or_else(|e| panic!("{e}"));
    Engine::compile(&rules).unwrap_or_else(|e| panic!("{e}"))
}

/// Id, value and confidence of all that is found.
fn found(engine: &Engine, text: &str) -> Vec<(String, String, u8)> {
    found_in(engine, text, None, "")
}

fn found_in(
    engine: &Engine,
    text: &str,
    label: Option<&str>,
    path: &str,
) -> Vec<(String, String, u8)> {
    let mut piece = Piece::plain(text.as_bytes().to_vec(), 0, None, Arc::from([]));
    piece.segments[0].label = label.map(Arc::from);
    let mut detections = Vec::new();
    let scene = Scene { path: path.as_bytes() };
    engine.detect(&piece, &scene, &mut engine.scratch(), &mut detections);
    detections
        .iter()
        .map(|d| {
            let id = engine.rule(d).reference.id.to_string();
            (id, text[d.span.clone()].to_owned(), d.confidence.as_percent())
        })
        .collect()
}

fn hit(id: &str, value: &str, confidence: u8) -> (String, String, u8) {
    (id.to_owned(), value.to_owned(), confidence)
}

const SSN: &str = "[[pattern]]\nseed = \"digits\"\nregex = '\\d{3}-\\d{2}-\\d{4}'\nconfidence = 65";
const WORDS: &str = "words = [\"ssn\", \"social security\"]";

#[test]
fn context_adds_what_the_best_of_it_adds() {
    let engine = engine(&[rule("a.ssn", WORDS, SSN)]);
    assert_eq!(found(&engine, "536-22-1234"), [hit("a.ssn", "536-22-1234", 65)]);
    assert_eq!(found(&engine, "SSN 536-22-1234"), [hit("a.ssn", "536-22-1234", 75)]);
    let labelled = found_in(&engine, "536-22-1234", Some("SocialSecurityNr"), "/x/ssn.csv");
    assert_eq!(labelled, [hit("a.ssn", "536-22-1234", 80)]);
    let in_path = found_in(&engine, "536-22-1234", Some("number"), "/x/ssn.csv");
    assert_eq!(in_path, [hit("a.ssn", "536-22-1234", 70)]);
    let far = format!("ssn{} 536-22-1234", " ".repeat(300));
    assert_eq!(found(&engine, &far), [hit("a.ssn", "536-22-1234", 65)]);
}

#[test]
fn a_rule_that_requires_a_word_finds_nothing_without() {
    let more = format!("{WORDS}\nrequires_word = true");
    let engine = engine(&[rule("a.ssn", &more, SSN)]);
    assert_eq!(found(&engine, "assn 536-22-1234"), []);
    assert_eq!(found(&engine, "ssn 536-22-1234").len(), 1);
    assert_eq!(found_in(&engine, "536-22-1234", Some("ssn"), "").len(), 1);
}

#[test]
fn a_known_example_is_found_and_marked_and_worth_less() {
    let text = rule("a.ssn", "min = 50", SSN) + "[known]\nvalues = [\"078-05-1120\"]\n";
    let engine = engine(&[text]);
    assert_eq!(found(&engine, "078-05-1120"), [hit("a.ssn", "078-05-1120", 55)]);
}

#[test]
fn of_two_that_overlap_one_stays_unless_its_priority_is_lower() {
    let long = "[[pattern]]\nseed = \"digits\"\nregex = '[\\d-]{9,20} x'\nconfidence = 70";
    let two = engine(&[rule("a.ssn", "", SSN), rule("b.long", "", long)]);
    assert_eq!(found(&two, "536-22-1234 x"), [hit("b.long", "536-22-1234 x", 70)]);
    let two = engine(&[rule("a.ssn", "priority = 3", SSN), rule("b.long", "", long)]);
    assert_eq!(found(&two, "536-22-1234 x"), [hit("a.ssn", "536-22-1234", 65)]);
}

#[test]
fn letters_and_signs_before_the_first_digit_belong_to_the_match() {
    let pattern =
        "[[pattern]]\nseed = \"digits\"\nregex = '[A-Z]{2} ?\\d{2} ?\\d{2}'\nconfidence = 80";
    let engine = engine(&[rule("a.id", "", pattern)]);
    assert_eq!(found(&engine, "no AB 12 34."), [hit("a.id", "AB 12 34", 80)]);
    assert_eq!(found(&engine, "no XAB 12 34."), []);
    assert_eq!(found(&engine, "no AB1234"), [hit("a.id", "AB1234", 80)]);
}

#[test]
fn a_literal_in_the_midst_of_a_match_finds_its_beginning() {
    let pattern = "[[pattern]]\nseed = \"literal\"\nliterals = [\"://\"]\n\
                   regex = '[a-z]{2,9}://[a-z]+:(?<value>[^@ ]+)@[a-z.]+'\nconfidence = 80";
    let engine = engine(&[rule("a.url", "secret = true", pattern)]);
    assert_eq!(found(&engine, "see (https://me:pw1@host.example)"), [hit("a.url", "pw1", 80)]);
    assert_eq!(found(&engine, "see https://host.example"), []);
}

#[test]
fn literals_are_of_their_case_unless_it_is_ignored() {
    let pattern = |more: &str| {
        format!(
            "[[pattern]]\nseed = \"literal\"\nliterals = [\"KEY-\"]\n{more}\n\
             regex = '(?i)key-[a-z]{{4}}'\nconfidence = 80"
        )
    };
    let exact = engine(&[rule("a.key", "", &pattern(""))]);
    assert_eq!(found(&exact, "key-abcd KEY-abcd").len(), 1);
    let any = engine(&[rule("a.key", "", &pattern("literals_ignore_case = true"))]);
    assert_eq!(found(&any, "key-abcd KEY-abcd").len(), 2);
}

#[test]
fn a_value_is_found_behind_its_word_and_in_a_field_that_is_called_by_it() {
    let pattern = "[[pattern]]\nseed = \"word\"\nregex = '[A-Z]\\d{7}'\nconfidence = 70";
    let engine = engine(&[rule("a.pass", "words = [\"passport\", \"reisepaß\"]", pattern)]);
    assert_eq!(found(&engine, "Passport no: C1234567"), [hit("a.pass", "C1234567", 80)]);
    assert_eq!(found(&engine, "REISEPAß C1234567").len(), 1);
    assert_eq!(found(&engine, "C1234567"), []);
    let labelled = found_in(&engine, "C1234567", Some("passportNo"), "");
    assert_eq!(labelled, [hit("a.pass", "C1234567", 85)]);
    let far = format!("passport{} C1234567", " ".repeat(60));
    assert_eq!(found(&engine, &far), []);
}

#[test]
fn an_address_around_an_at_is_found_whole() {
    let pattern = "[[pattern]]\nseed = \"at\"\n\
                   regex = '[a-z0-9._+-]{1,64}@(?:[a-z0-9-]{1,63}\\.){1,4}[a-z]{2,24}'\nconfidence = 90";
    let engine = engine(&[rule("a.mail", "", pattern)]);
    let text = "write to john.doe+x@mail.example.com, or a@b.example.";
    let both = [hit("a.mail", "john.doe+x@mail.example.com", 90), hit("a.mail", "a@b.example", 90)];
    assert_eq!(found(&engine, text), both);
}

#[test]
fn a_score_can_be_told_from_what_is_kept_of_it() {
    let engine = engine(&[rule("a.ssn", WORDS, SSN)]);
    let text = b"social security: 536-22-1234".to_vec();
    let piece = Piece::plain(text, 0, None, Arc::from([]));
    let mut detections = Vec::new();
    engine.detect(&piece, &Scene::default(), &mut engine.scratch(), &mut detections);
    let reference = &engine.rule(&detections[0]).reference;
    let told = engine.explain(reference, &detections[0].score).unwrap();
    assert_eq!(
        told,
        [
            "+65 it has shape 1 of 1 of Test a.ssn",
            "+10 the word \"social security\" stands 2 bytes before it",
            "75 in all; a.ssn is reported from 60 on",
        ]
    );
    assert!(!told.iter().any(|s| s.contains("536")));
    let mut other = reference.clone();
    other.version += 1;
    assert!(engine.explain(&other, &detections[0].score).is_none());
}

#[test]
fn the_value_has_one_form_and_the_text_keeps_its_own() {
    let engine = engine(&[rule("a.ssn", "", SSN) + "[normalize]\nwith = \"digits\"\n"]);
    let piece = Piece::plain(b"536-22-1234".to_vec(), 0, None, Arc::from([]));
    let mut detections = Vec::new();
    engine.detect(&piece, &Scene::default(), &mut engine.scratch(), &mut detections);
    assert!(engine.value(&piece, &detections[0]).with(|v| v == b"536221234"));
    assert!(engine.raw(&piece, &detections[0]).with(|v| v == b"536-22-1234"));
}

#[test]
fn a_value_lies_in_one_field() {
    let engine = engine(&[rule("a.ssn", "", SSN)]);
    let mut piece = Piece::plain(b"536-22-1234".to_vec(), 0, None, Arc::from([]));
    let mut detections = Vec::new();
    piece.segments[0].text = 0..9;
    engine.detect(&piece, &Scene::default(), &mut engine.scratch(), &mut detections);
    assert!(detections.is_empty());
}

#[test]
fn rules_that_make_too_large_an_automaton_are_refused_by_name() {
    let pattern = "[[pattern]]\nseed = \"digits\"\n\
                   regex = '(?:[a-z]|[b-y0-9]{900}|[c-x1]{800}|[d-w3-5]{1000}){1,900}x'\nconfidence = 70";
    let rules = Rules::parse(&[("test", rule("a.large", "", pattern))]).unwrap();
    let error = Engine::compile(&rules).err().unwrap().to_string();
    assert!(error.contains("a.large: pattern[0].regex: its automaton is larger"), "{error}");
}

const WORD: &str = "[[pattern]]\nseed = \"word\"\nregex = '\\d{6}'\nconfidence = 50";

#[test]
fn the_head_of_a_table_says_what_its_cells_are() {
    let words = "words = [\"badge no\"]\n[score]\nword = 12\nlabel = 20";
    let engine = engine(&[rule("a.badge", words, WORD)]);
    let markdown = "| name | badge no |\n|---|---|\n| Bo | 123456 |\n| Di | 234567 |\n";
    let hits = [hit("a.badge", "123456", 70), hit("a.badge", "234567", 70)];
    assert_eq!(found(&engine, markdown), hits);
    let columns = "NAME     BADGE NO  ROOM\nBo       123456    1\nDi       234567    12\n";
    assert_eq!(found(&engine, columns), hits);
    assert!(found(&engine, "| 123456 |\n| 234567 |\n").is_empty());
}

#[test]
fn accents_say_nothing_and_some_words_only_where_they_are_all_of_a_name() {
    let words = "words = [\"número\", \"=nr\"]\n[score]\nword = 12\nlabel = 20";
    let engine = engine(&[rule("a.number", words, WORD)]);
    assert_eq!(found(&engine, "numero 123456"), [hit("a.number", "123456", 62)]);
    assert_eq!(found_in(&engine, "123456", Some("NR"), ""), [hit("a.number", "123456", 70)]);
    assert!(found(&engine, "nr 123456").is_empty());
    assert!(found_in(&engine, "123456", Some("room nr"), "").is_empty());
}

#[test]
fn a_field_that_is_called_otherwise_speaks_against_a_value() {
    let engine = engine(&[rule("a.ssn", "words = [\"ssn\"]\n[score]\nother = 10", SSN)]);
    assert_eq!(found_in(&engine, "536-22-1234", None, "").len(), 1);
    assert!(found_in(&engine, "536-22-1234", Some("part"), "").is_empty());
    assert_eq!(found_in(&engine, "536-22-1234", Some("value"), "").len(), 1);
    assert_eq!(found_in(&engine, "it is 536-22-1234", Some("part"), "").len(), 1);
}

#[test]
fn the_country_of_the_text_decides_between_countries() {
    let of = |country: &str| {
        let more = format!("jurisdiction = [\"{}\"]\nwords = [\"dni\"]", country.to_uppercase());
        let pattern = "[[pattern]]\nseed = \"word\"\nregex = '\\d{8}'\nconfidence = 60";
        rule(&format!("{country}.id"), &more, pattern)
    };
    let engine = engine(&[of("ar"), of("pe")]);
    assert_eq!(found(&engine, "DNI 12345678"), [hit("ar.id", "12345678", 70)]);
    assert_eq!(found(&engine, "Perú: DNI 12345678"), [hit("pe.id", "12345678", 78)]);
    let in_folder = found_in(&engine, "DNI 12345678", None, "data/pe/people.txt");
    assert_eq!(in_folder, [hit("pe.id", "12345678", 78)]);
    let in_column = found_in(&engine, "12345678", Some("dni_pe"), "");
    assert_eq!(in_column, [hit("pe.id", "12345678", 83)]);
}

#[test]
fn columns_of_statements_name_their_cells() {
    let pattern = "[[pattern]]\nseed = \"word\"\nregex = '\\d{9}'\nconfidence = 60";
    let engine = engine(&[rule("a.ssn", "words = [\"social security\"]", pattern)]);
    let text = "INSERT INTO t (id, social_security) VALUES (1, '536221234'), (2, '536221235');";
    let both = [hit("a.ssn", "536221234", 75), hit("a.ssn", "536221235", 75)];
    assert_eq!(found(&engine, text), both);
    let text = "COPY t (id, social_security) FROM stdin;\n1\t536221234\n2\t536221235\n\\.\n";
    assert_eq!(found(&engine, text), both);
}
