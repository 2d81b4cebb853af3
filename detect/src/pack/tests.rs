use proptest::prelude::*;
use trawl_model::{Level, Piece};

use super::*;
use crate::{Engine, Scene};

const BADGE: &str = r#"
id = "acme.badge"
version = 1
type = "acme.badge"
name = "Badge of ACME"
category = "national-id"
sensitivity = "medium"
[[pattern]]
seed = "literal"
literals = ["ACME-"]
regex = 'ACME-\d{6}'
confidence = 75
[[example]]
text = "badge ACME-123456"
finds = "ACME-123456"
"#;

fn file(name: &str, content: &str) -> File {
    File { name: name.to_owned(), content: content.as_bytes().to_vec() }
}

fn problems(name: &str, files: &[File]) -> String {
    let read = Pack::read(name, files);
    let whole = read.and_then(|pack| whole(Rules::built_in()?, &[pack]).map(|_| ()));
    whole.map_or_else(|error| error.to_string(), |()| String::new())
}

/// The rules that find something in a text, and how bad it is.
fn found(engine: &Engine, path: &str, text: &str) -> Vec<(String, Level)> {
    let piece = Piece::plain(text.as_bytes().to_vec(), 0, None, std::sync::Arc::from([]));
    let (mut scratch, mut found) = (engine.scratch(), Vec::new());
    engine.detect(&piece, &Scene { path: path.as_bytes() }, &mut scratch, &mut found);
    let rules = found.iter().map(|detection| engine.rule(detection));
    rules.map(|rule| (rule.reference.id.to_string(), rule.sensitivity)).collect()
}

fn engine(packs: &[(&str, Vec<File>)]) -> Engine {
    let read = packs.iter().map(|(name, files)| Pack::read(name, files));
    let packs: Vec<Pack> = read.collect::<Result<_, _>>().unwrap();
    Engine::built_in().with_packs(&packs).unwrap()
}

#[test]
fn rules_of_a_pack_find_beside_those_that_come_with_trawl() {
    let engine = engine(&[("acme", vec![file("staff/badge.toml", BADGE)])]);
    let text = "badge ACME-123456, reach me at jane.roe@acme.example.net";
    let found: Vec<_> = found(&engine, "a.txt", text).into_iter().map(|(id, _)| id).collect();
    assert!(found.contains(&"acme.badge".to_owned()), "{found:?}");
    assert!(found.iter().any(|id| id.contains("email")), "{found:?}");
}

#[test]
fn a_dictionary_stands_beside_its_rule_in_the_same_folder_of_the_pack() {
    let rule = r#"
id = "acme.project"
version = 1
type = "acme.project"
name = "Projects of ACME"
category = "special"
sensitivity = "high"
[[pattern]]
seed = "terms"
dictionary = "projects.txt"
confidence = 80
[[example]]
text = "on bluebird nine"
finds = "bluebird nine"
"#;
    let files = vec![file("secret/p.toml", rule), file("secret/projects.txt", "bluebird nine\n")];
    let found = found(&engine(&[("acme", files.clone())]), "a", "All about Bluebird Nine here.");
    assert_eq!(found, [("acme.project".to_owned(), Level::High)]);
    let missing = problems("acme", &files[..1]);
    assert!(missing.contains("acme/secret/p.toml"), "{missing}");
    assert!(
        missing.contains("secret/projects.txt: there is no such file in the pack"),
        "{missing}"
    );
}

#[test]
fn what_is_said_about_rules_counts_where_it_is_said() {
    let said = r#"
[[override]]
rule = "acme.badge"
sensitivity = "critical"
reason = "opens doors"
[[suppress]]
type = "acme.badge"
paths = ["fixtures/**", "*.sample"]
reason = "badges of nobody"
"#;
    let files = vec![file("badge.toml", BADGE), file(OVERRIDES, said)];
    let engine = engine(&[("acme", files)]);
    let badge = [("acme.badge".to_owned(), Level::Critical)];
    assert_eq!(found(&engine, "src/a.txt", "ACME-123456"), badge);
    assert_eq!(found(&engine, "src/fixtures/a.txt", "ACME-123456"), badge);
    assert_eq!(found(&engine, "fixtures/a/b.txt", "ACME-123456"), []);
    assert_eq!(found(&engine, "src/a.sample", "ACME-123456"), []);
}

#[test]
fn of_two_least_confidences_the_higher_counts() {
    let least = |min: u8| {
        let said =
            format!("[[override]]\nrule = \"acme.badge\"\nmin = {min}\nreason = \"noise\"\n");
        file(OVERRIDES, &said)
    };
    let badge = || file("badge.toml", BADGE);
    for (one, other, reports) in [(70, 75, true), (76, 60, false), (60, 80, false)] {
        let packs = [("acme", vec![badge(), least(one)]), ("beta", vec![least(other)])];
        let found = found(&engine(&packs), "a", "ACME-123456");
        assert_eq!(found.len(), usize::from(reports), "{one} {other}");
    }
}

#[test]
fn of_two_sensitivities_the_worse_counts_whatever_the_order() {
    let said = |how: &str| {
        let said = format!(
            "[[override]]\nrule = \"acme.badge\"\nsensitivity = \"{how}\"\nreason = \"x\"\n"
        );
        file(OVERRIDES, &said)
    };
    let badge = || file("badge.toml", BADGE);
    for (one, other, wanted) in [
        ("low", "low", Level::Low),
        ("low", "high", Level::High),
        ("critical", "low", Level::Critical),
    ] {
        let packs = [("acme", vec![badge(), said(one)]), ("beta", vec![said(other)])];
        let found = found(&engine(&packs), "a", "ACME-123456");
        assert_eq!(found, [("acme.badge".to_owned(), wanted)], "{one} {other}");
    }
}

#[test]
fn a_mistake_is_told_with_its_place_and_a_way_out() {
    for (files, wanted) in [
        (vec![], "acme: no rule and nothing about any rule is in it"),
        (vec![file("../a.toml", BADGE)], "is no name of a file"),
        (vec![file(".a.toml", BADGE)], "is no name of a file"),
        (vec![file("a.toml", BADGE), file("a.toml", BADGE)], "a.toml is there twice"),
        (
            vec![file("a.toml", BADGE), file("b.toml", BADGE)],
            "is the id of the rule in acme/a.toml",
        ),
        (vec![file("a.toml", "id = ")], "acme/a.toml:1:"),
        (vec![file(OVERRIDES, "[[suppress]]\nreason = \"x\"\n")], "suppress[0].paths: name a rule"),
        (vec![file(OVERRIDES, "[[suppress]]\ntype = \"email\"\nreason = \" \"\n")], "say in 1 to"),
        (
            vec![file(OVERRIDES, "[[suppress]]\npaths = [\"a\", \"[\"]\nreason = \"x\"\n")],
            "suppress[0].paths[1]: a glob is not understood",
        ),
        (
            vec![file(OVERRIDES, "[[override]]\nrule = \"us.sssn\"\nmin = 80\nreason = \"x\"\n")],
            "override[0].rule: \"us.sssn\": there is no such rule",
        ),
        (
            vec![file(OVERRIDES, "[[override]]\ntype = \"email\"\nreason = \"x\"\n")],
            "override[0].min: say min, or sensitivity, or both",
        ),
        (vec![file(OVERRIDES, "[[override]]\nmost = 3\n")], "acme/overrides.toml:2:"),
    ] {
        let told = problems("acme", &files);
        assert!(told.contains(wanted), "{told} has no {wanted}");
    }
    assert!(problems("Acme", &[file("a.toml", BADGE)]).contains("is no name of a pack"));
    let mut bytes = file("a.toml", "x");
    bytes.content = vec![0xff];
    assert!(problems("acme", &[bytes]).contains("acme/a.toml: no UTF-8 from byte 0 on"));
}

#[test]
fn the_id_of_an_engine_is_of_its_packs_and_of_nothing_else() {
    let (badge, base) = (vec![file("badge.toml", BADGE)], Engine::built_in());
    let pack = Pack::read("acme", &badge).unwrap();
    let engine = base.with_packs(std::slice::from_ref(&pack)).unwrap();
    assert_eq!(engine.id(), base.id_with_packs(&[pack.hash()]));
    assert_ne!(engine.id(), base.id());
    assert_eq!(base.with_packs(&[]).unwrap().id(), base.id());
    let other = vec![file("badge.toml", &BADGE.replace("75", "76"))];
    assert_ne!(hash_of(&badge), hash_of(&other));
    let two = [file("a", "bc"), file("ab", "c")];
    assert_ne!(hash_of(&two), hash_of(&[file("a", "b"), file("abc", "c")]));
    assert_eq!(hash_of(&two), hash_of(&[two[1].clone(), two[0].clone()]));
}

#[test]
fn what_was_found_is_judged_again_only_where_nothing_can_be_missing() {
    let min = |min: u8| format!("[[override]]\nrule = \"us.ssn\"\nmin = {min}\nreason = \"x\"\n");
    let bad = "[[override]]\nrule = \"us.ssn\"\nsensitivity = \"low\"\nreason = \"x\"\n".to_owned();
    let hide = |path: &str| {
        format!("[[suppress]]\ntype = \"email\"\npaths = [\"{path}\"]\nreason = \"x\"\n")
    };
    let can = |before: &[String], after: &[String]| {
        let before: Vec<&[u8]> = before.iter().map(String::as_bytes).collect();
        can_judge_again(&before, &after.iter().map(String::as_bytes).collect::<Vec<_>>())
    };
    assert!(can(&[], &[min(70), hide("a/**")]));
    assert!(can(&[min(70)], &[min(70), bad.clone()]) && can(std::slice::from_ref(&bad), &[]));
    assert!(can(&[min(70), hide("a/**")], &[hide("b/**") + &hide("a/**"), min(75)]));
    assert!(!can(&[min(70)], &[]) && !can(&[min(70)], &[min(69)]) && !can(&[min(70)], &[bad]));
    assert!(!can(&[hide("a/**")], &[hide("b/**")]) && !can(&[hide("a/**")], &[]));
    assert!(!can(&["no toml".to_owned()], &[]) && !can(&[], &["no toml".to_owned()]));
}

#[test]
fn what_is_kept_of_a_finding_says_whether_it_is_still_reported() {
    let said = r#"
[[override]]
rule = "acme.badge"
min = 80
reason = "noise"
[[suppress]]
type = "acme.badge"
paths = ["fixtures/**"]
reason = "badges of nobody"
"#;
    let engine = engine(&[("acme", vec![file("badge.toml", BADGE), file(OVERRIDES, said)])]);
    let rule = |version| trawl_model::finding::RuleRef { id: "acme.badge".into(), version };
    let reported = |version, sure: u8, path: &str| {
        let sure = trawl_model::Confidence::percent(sure);
        engine.reported(&rule(version), sure, path.as_bytes()).is_some()
    };
    assert!(reported(1, 80, "src/a.txt"));
    assert!(!reported(1, 79, "src/a.txt") && !reported(1, 80, "fixtures/a.txt"));
    assert!(!reported(2, 80, "src/a.txt"), "another version of the rule");
}

/// Names and contents as files of packs have them, and others.
fn any_files() -> impl Strategy<Value = Vec<File>> {
    let name = prop_oneof!["[a-z./]{0,12}", Just(OVERRIDES.to_owned()), "[a-z]{1,3}\\.toml"];
    let line = prop_oneof![
        Just("[[override]]".to_owned()),
        Just("[[suppress]]".to_owned()),
        "(rule|type|min|sensitivity|paths|reason|id) = (1|200|\"[a-z.*]{0,6}\"|\\[\"[a-z*\\[{/]{0,6}\"\\])",
        ".{0,20}",
    ];
    let text = proptest::collection::vec(line, 0..8).prop_map(|lines| lines.join("\n"));
    let content = prop_oneof![
        text.prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..40)
    ];
    let file = (name, content).prop_map(|(name, content)| File { name, content });
    proptest::collection::vec(file, 0..4)
}

proptest! {
    #[test]
    fn whatever_is_put_is_a_pack_or_a_mistake_that_names_it(
        name in "[a-z-]{1,6}|.{0,6}", files in any_files()
    ) {
        match Pack::read(&name, &files) {
            Ok(pack) => prop_assert_eq!(pack.hash(), hash_of(&files)),
            Err(error) => prop_assert!(error.to_string().contains("the rules are refused:\n  ")),
        }
        let texts: Vec<&[u8]> = files.iter().map(|file| file.content.as_slice()).collect();
        let _ = can_judge_again(&texts, &texts);
    }
}
