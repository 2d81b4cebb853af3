//! The commands that need no store: detect, config, rules, help.

use crate::support::{self, Place, shown};

const TEXT: &str = "first line\nmail anna.schmidt@firma.example.de now\n";

#[test]
fn detect_finds_a_value_in_a_file_and_says_where() {
    let place = Place::new();
    let file = place.write("notes.txt", TEXT);
    let ran = place.run(&["detect", shown(&file), "--format", "jsonl"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let [found] = &ran.lines()[..] else { panic!("one is found in {}", ran.out) };
    assert_eq!(found["type"], "email");
    assert_eq!(found["object"], shown(&file));
    assert_eq!((&found["place"]["line"], &found["place"]["column"]), (&2.into(), &6.into()));
    let (start, end) = (found["place"]["start"].as_u64(), found["place"]["end"].as_u64());
    let span = start.unwrap() as usize..end.unwrap() as usize;
    assert_eq!(&TEXT[span], "anna.schmidt@firma.example.de");
    assert!(found["confidence"].as_f64().unwrap() > 0.6);
    assert!(!ran.out.contains("anna.schmidt"), "{}", ran.out);
}

#[test]
fn detect_and_scan_find_what_is_encoded_where_it_stands() {
    let place = Place::new();
    let text = "owner: YW5uYS5zY2htaWR0QGZpcm1hLmV4YW1wbGUuZGU=\n\
                link: /join?as=ben.meier%40firma.example.de\n";
    let file = place.write("t/secret.yaml", text);
    let ran = place.run(&["detect", shown(&file), "--format", "jsonl"]);
    let told = |found: &serde_json::Value| {
        let at = |key: &str| found["place"][key].as_u64().unwrap() as usize;
        (found["place"]["via"].to_string(), text[at("start")..at("end")].to_owned())
    };
    let found: Vec<_> = ran.lines().iter().map(told).collect();
    let base64 = "YW5uYS5zY2htaWR0QGZpcm1hLmV4YW1wbGUuZGU=";
    let wanted = [("[\"base64\"]", base64), ("[\"url\"]", "ben.meier%40firma.example.de")];
    assert_eq!(found, wanted.map(|(via, text)| (via.to_owned(), text.to_owned())));
    place.ok(&["scan", "t"]);
    let kept = support::lines(&place.ok(&["findings", "--format", "jsonl"]));
    let mut kept: Vec<_> = kept.iter().map(told).collect();
    kept.sort();
    assert_eq!(kept, found);
}

#[test]
fn detect_finds_the_same_in_a_pipe_that_is_longer_than_a_piece() {
    let place = Place::new();
    let block = format!("{TEXT}{}", "nothing of note stands here\n".repeat(3_000));
    let text = block.repeat(30);
    let ran = place.run_with_input(&["detect", "--format", "jsonl"], text.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let starts: Vec<u64> =
        ran.lines().iter().map(|l| l["place"]["start"].as_u64().unwrap()).collect();
    let planted: Vec<u64> =
        (0..30).map(|i| (i * block.len() + TEXT.find("anna").unwrap()) as u64).collect();
    assert_eq!(starts, planted);
    let last = ran.lines().pop().unwrap();
    assert_eq!(last["place"]["line"], 29 * block.matches('\n').count() as u64 + 2);
}

#[test]
fn detect_shows_people_a_table_and_says_when_there_is_nothing() {
    let place = Place::new();
    let ran = place.run_with_input(&["detect"], TEXT.as_bytes());
    assert!(ran.out.contains("TYPE") && ran.out.contains("email"), "{}", ran.out);
    assert!(!ran.out.contains('\x1b'), "colours go to terminals alone");
    assert_eq!(place.run_with_input(&["detect", "-"], b"").out, "nothing found\n");
}

#[test]
fn a_file_that_is_not_there_is_one_clear_sentence() {
    let place = Place::new();
    let ran = place.run(&["detect", "absent.txt"]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.err,
        "trawl: absent.txt: can't be read: No such file or directory (os error 2)\n"
    );
}

#[test]
fn wrong_usage_and_wrong_settings_end_with_code_2() {
    let place = Place::new();
    for arguments in [&["scam"][..], &["detect", "--format", "xml"], &["rules"]] {
        assert_eq!(place.run(arguments).code, 2, "{arguments:?}");
    }
    place.write("trawl.toml", "[scan]\nmax_dept = 3\n");
    let ran = place.run(&["detect"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("trawl.toml:2") && ran.err.contains("max_depth"), "{}", ran.err);
    let checked = place.run(&["config", "check", "trawl.toml"]);
    assert_eq!(checked.code, 2);
    let flagged = Place::new().run(&["detect", "--log", "yaml"]);
    assert_eq!(flagged.code, 2);
    assert!(flagged.err.contains("flag --log"), "{}", flagged.err);
}

#[test]
fn a_data_directory_that_is_no_text_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let odd = std::ffi::OsStr::from_bytes(b"da\xffta");
    let ran = Place::new().command(&["scans", "--data"]).arg(odd).output().unwrap();
    let err = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(err.contains("--data") && err.contains("no UTF-8"), "{err}");
}

#[test]
fn keys_are_looked_for_where_there_are_some_and_nothing_is_made() {
    let place = Place::new();
    for wanted in [&["key", "list"][..], &["key", "revoke", "nobody"]] {
        let ran = place.run(&[wanted, &["--data", "mistyped"]].concat());
        assert_eq!(ran.code, 1, "{}", ran.out);
        assert!(ran.err.contains("nothing is kept there yet"), "{}", ran.err);
        assert!(!place.path("mistyped").exists());
    }
}

#[test]
fn the_settings_are_printed_with_where_each_was_set() {
    let place = Place::new();
    place.write("trawl.toml", "[scan]\nmax_depth = 3\n");
    let out = place.ok(&["config", "print", "--data", "elsewhere", "--set", "log.level=info"]);
    let line = |key: &str| out.lines().find(|line| line.starts_with(key)).unwrap().to_owned();
    assert!(line("data_dir").ends_with("# flag --data"), "{out}");
    assert!(line("max_depth = 3").ends_with("# trawl.toml:2"));
    assert!(line("level = \"info\"").ends_with("# flag --set"));
    assert!(line("max_members").ends_with("# default"));
    let again = place.write("again.toml", &out);
    place.ok(&["config", "check", shown(&again)]);
}

#[test]
fn rules_are_listed_for_people_and_for_programs() {
    let place = Place::new();
    assert!(place.ok(&["rules", "list"]).contains("E-mail address"));
    let lines = support::lines(&place.ok(&["rules", "list", "--format", "jsonl"]));
    assert!(lines.len() > 30);
    assert!(lines.iter().any(|rule| rule["type"] == "payment_card" && rule["person"] == true));
}

#[test]
fn a_rule_of_ones_own_is_found_and_a_wrong_one_refused() {
    let place = Place::new();
    place.write("rules/own/badge.toml", support::BADGE);
    let set = ["--set", "detect.rules=rules"];
    let arguments = [&["detect", "--format", "jsonl"], &set[..]].concat();
    let ran = place.run_with_input(&arguments, b"see BDG-654321");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.lines()[0]["rule"], "own.badge");
    place.write("rules/broken.toml", "id = 'x'");
    let ran = place.run_with_input(&arguments, b"");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("rules/broken.toml"), "{}", ran.err);
}

#[test]
fn rules_are_shown_linted_and_tried_by_their_examples() {
    let place = Place::new();
    assert!(place.ok(&["rules", "show", "us.ssn"]).contains("seed = \"digits\""));
    let none = place.run(&["rules", "show", "us.ssm"]);
    assert!(none.code == 1 && none.err.contains("did you mean us.ssn?"), "{}", none.err);
    place.write("own/badge.toml", support::BADGE);
    let linted = place.ok(&["rules", "lint", "own"]);
    assert!(linted.ends_with("1 rules are right\n"), "{linted}");
    let tried = place.run(&["rules", "test", "own"]);
    assert!(tried.code == 0 && tried.out.ends_with("of which 0 show something else\n"));
    let none = "[[example]]\ntext = 'see BDG-654321'\n";
    place.write("own/badge.toml", format!("{}\n{none}", support::BADGE));
    let tried = place.run(&["rules", "test", "own"]);
    assert_eq!(tried.code, 1);
    assert!(tried.out.contains("nothing of its type is to be found"), "{}", tried.out);
    assert!(tried.out.contains("found by own.badge"), "{}", tried.out);
    place.write("own/broken.toml", "id = 'x'");
    let linted = place.run(&["rules", "lint", "own"]);
    assert!(linted.code == 2 && linted.err.contains("own/broken.toml"), "{}", linted.err);
}

#[test]
fn help_teaches_by_examples_and_completions_are_made() {
    let place = Place::new();
    let help = place.ok(&["--help"]);
    assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.ok(&["completions", shell]).contains("trawl"));
    }
}

#[test]
fn a_pipe_that_is_closed_is_no_failure() {
    let place = Place::new();
    let mut child = place
        .command(&["rules", "list", "--format", "jsonl"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert!(ended.stderr.is_empty());
}
