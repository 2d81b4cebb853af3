//! Dictionaries, lists and hashes beside rules, and evidence: by small rules of their own.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use trawl_detect::{Engine, Rules, Scene};
use trawl_model::Piece;

const HEAD: &str = "id = \"a.term\"\nversion = 1\ntype = \"a.term\"\nname = \"Term\"\n\
                    category = \"contact\"\nsensitivity = \"high\"\n";
const EXAMPLE: &str = "[[example]]\ntext = \"x\"\nfinds = \"x\"\n";

fn rules(rule: &str, files: &[(&str, &str)]) -> Result<Rules, String> {
    let files: HashMap<_, _> = files.iter().copied().collect();
    let beside = |rule: &str, name: &str| {
        assert_eq!(rule, "a.toml");
        let text = files.get(name).ok_or_else(|| format!("{name}: there is no such file"))?;
        Ok(text.as_bytes().to_vec())
    };
    let text = format!("{HEAD}{rule}\n{EXAMPLE}");
    Rules::parse_beside(&[("a.toml", text)], &beside).map_err(|error| error.to_string())
}

fn engine(rule: &str, files: &[(&str, &str)]) -> Engine {
    let rules = rules(rule, files).unwrap_or_else(|e| panic!("{e}"));
    Engine::compile(&rules).unwrap_or_else(|e| panic!("{e}"))
}

fn found(engine: &Engine, text: &str, label: Option<&str>) -> Vec<(String, u8)> {
    let mut piece = Piece::plain(text.as_bytes().to_vec(), 0, None, Arc::from([]));
    piece.segments[0].label = label.map(Arc::from);
    let mut detections = Vec::new();
    engine.detect(&piece, &Scene::default(), &mut engine.scratch(), &mut detections);
    let value = |span: std::ops::Range<usize>| text[span].to_owned();
    detections.iter().map(|d| (value(d.span.clone()), d.confidence.as_percent())).collect()
}

fn hit(value: &str, confidence: u8) -> (String, u8) {
    (value.to_owned(), confidence)
}

const DICTIONARY: &str = "words = [\"customer\"]\n[[pattern]]\nseed = \"terms\"\n\
                          dictionary = \"names.txt\"\nconfidence = 70\n";

#[test]
fn the_terms_of_a_dictionary_are_found_whole_in_any_spelling() {
    let names = "Müller & Söhne GmbH\n\nAcme\nРомашка\n株式会社青空\n";
    let engine = engine(DICTIONARY, &[("names.txt", names)]);
    let text = "MULLER & SOHNE GMBH, acme; Acmed, (ромашка) 株式会社青空の本社";
    let all =
        ["MULLER & SOHNE GMBH", "acme", "ромашка", "株式会社青空"].map(|value| hit(value, 70));
    assert_eq!(found(&engine, text, None), all);
    assert_eq!(found(&engine, "customer: Acme", None), [hit("Acme", 80)]);
    assert_eq!(found(&engine, "Acme", Some("customer_name")), [hit("Acme", 85)]);
}

#[test]
fn case_counts_where_the_rule_says_so() {
    let exact = format!("{DICTIONARY}fold = \"none\"\n");
    let engine = engine(&exact, &[("names.txt", "Acme")]);
    assert_eq!(found(&engine, "Acme acme ACME", None), [hit("Acme", 70)]);
}

#[test]
fn a_million_terms_are_found_among_others() {
    let mut names = String::new();
    for i in 0..1_000_000_u32 {
        let _ = writeln!(names, "Name{} Family{i}", i % 5_003);
    }
    let engine = engine(DICTIONARY, &[("names.txt", &names)]);
    let text = "name7 Family5010 and Name8 Family5010, NAME4402 family999999.";
    let found = found(&engine, text, None);
    assert_eq!(found, [hit("name7 Family5010", 70), hit("NAME4402 family999999", 70)]);
}

#[test]
fn the_id_of_a_set_is_of_its_dictionaries_too() {
    let id = |names| rules(DICTIONARY, &[("names.txt", names)]).unwrap().id();
    assert_eq!(id("Acme"), id("Acme"));
    assert_ne!(id("Acme"), id("Acme\nOther"));
}

#[test]
fn what_is_wrong_with_a_file_beside_a_rule_is_told() {
    let refused = |rule: &str, names: &str| rules(rule, &[("names.txt", names)]).unwrap_err();
    let missing = rules(DICTIONARY, &[]).unwrap_err();
    assert!(missing.contains("a.toml: pattern[0].dictionary: names.txt: there is no such file"));
    assert!(refused(DICTIONARY, "\n \n").contains("the file holds no terms"));
    let outside = DICTIONARY.replace("names.txt", "../names.txt");
    assert!(refused(&outside, "Acme").contains("is no name of a file beside the rule"));
    let regex = format!("{DICTIONARY}regex = 'abc'\n");
    assert!(refused(&regex, "Acme").contains("seed \"terms\" has none"));
    let list = DICTIONARY.replace("dictionary =", "terms =");
    assert!(refused(&list, "flu").contains("line 1: no section is begun"));
    let none = "[[pattern]]\nseed = \"terms\"\nconfidence = 70\n";
    assert!(refused(none, "").contains("needs either terms or a dictionary"));
    let misplaced =
        "[[pattern]]\nseed = \"digits\"\nregex = '\\d{4}'\nconfidence = 70\nterms = \"health\"\n";
    assert!(refused(misplaced, "").contains("only seed \"terms\" has terms"));
}

#[test]
fn rules_that_need_files_are_refused_where_none_can_be_read() {
    let text = format!("{HEAD}{DICTIONARY}\n{EXAMPLE}");
    let error = Rules::parse(&[("a.toml", text)]).unwrap_err().to_string();
    assert!(error.contains("\"names.txt\" can't be read here"), "{error}");
}

#[test]
fn a_list_from_outside_is_found_where_it_is_said_of_a_person() {
    let list = "[strong]\nmoonpox\n[weak]\nblues{,es}\n[label]\nailment\n[before]\nsuffers from\n";
    let rule = "[[pattern]]\nseed = \"terms\"\nterms = \"ills.txt\"\nconfidence = 25\n";
    let engine = engine(rule, &[("ills.txt", list)]);
    let all = |text, label| found(&engine, text, label);
    assert_eq!(all("She suffers from moonpox.", None), [hit("moonpox", 95)]);
    assert_eq!(all("She suffers from blueses.", None), [hit("blueses", 75)]);
    assert_eq!(all("Ailment: the blues", None), [hit("the blues", 65)]);
    assert_eq!(all("Blues", Some("ailment")), [hit("Blues", 65)]);
    assert!(all("Moonpox is known worldwide. The blues.", None).is_empty());
}

#[test]
fn a_list_of_hashes_tells_its_values_from_all_others() {
    let key = [7; 32];
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    let lines: String = ["10023", "10047"].iter().fold(String::new(), |mut text, value| {
        let _ = writeln!(text, "{}", hex(blake3::keyed_hash(&key, value.as_bytes()).as_bytes()));
        text
    });
    let rule = format!(
        "[[pattern]]\nseed = \"digits\"\nregex = '\\d{{2}}-?\\d{{3}}'\nconfidence = 90\n\
         [normalize]\nwith = \"digits\"\n[hashes]\nfile = \"customers.b3\"\nkey = \"{}\"\n",
        hex(&key)
    );
    let engine = engine(&rule, &[("customers.b3", &lines)]);
    let text = "customers 10023, 10024 and 10-047";
    assert_eq!(found(&engine, text, None), [hit("10023", 90), hit("10-047", 90)]);
    let wrong = rule.replace(&hex(&key), "07");
    let error = rules(&wrong, &[("customers.b3", "ab\n")]).unwrap_err();
    assert!(error.contains("hashes.key: a key is 64 hexadecimal digits"), "{error}");
    assert!(error.contains("line 1: a hash is 64 hexadecimal digits"), "{error}");
}
