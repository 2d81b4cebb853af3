//! Scans of real folders by the real binary: what is found, what a second scan sees, what people
//! say of it.

use std::collections::BTreeSet;

use crate::support::node::Node;
use crate::support::stored::tamper_with_audit;
use crate::support::{self, Place, age, letters, lines};
use serde_json::Value;

const KEYS: [&str; 17] = [
    "id",
    "tenant",
    "source",
    "object",
    "type",
    "rule",
    "rule_version",
    "confidence",
    "sensitivity",
    "place",
    "preview",
    "token",
    "first_seen",
    "last_seen",
    "state",
    "verdict",
    "mark",
];

fn findings(place: &Place) -> Vec<Value> {
    lines(&place.ok(&["findings", "--format", "jsonl"]))
}

fn of<'a>(findings: &'a [Value], object: &str) -> &'a Value {
    let found = findings.iter().find(|finding| finding["object"] == object);
    found.unwrap_or_else(|| panic!("{object} in {findings:?}"))
}

fn last_scan(place: &Place) -> Value {
    lines(&place.ok(&["scans", "--format", "jsonl", "--limit", "1"])).remove(0)
}

#[test]
fn a_scan_lists_its_findings_and_ledgers_that_add_up() {
    let place = letters();
    place.write("t/noise.bin", [0xFF, 0xD8, 0xFF, 0, 1, 2, 3]);
    let out = place.ok(&["scan", "t"]);
    for word in ["email", "10 findings", "letter3.txt:2:10", "binary", "Both ledgers sum"] {
        assert!(out.contains(word), "{word} in\n{out}");
    }
    let scan = last_scan(&place);
    assert_eq!((&scan["state"], &scan["adds_up"]), (&"finished".into(), &true.into()));
    assert_eq!(scan["listed_objects"], 11);
    let coverage = place.ok(&["coverage"]);
    assert!(coverage.contains("skipped binary") && coverage.contains("noise.bin"), "{coverage}");
    let unread = lines(&place.ok(&["coverage", "--format", "jsonl"]));
    assert_eq!(unread[1]["object"], "noise.bin");
    assert_eq!(unread[1]["reason"], "binary");
    let document: Value =
        serde_json::from_str(&place.ok(&["coverage", "--format", "json"])).unwrap();
    assert_eq!(document["unread"][0]["object"], "noise.bin");
    assert_eq!(document["scans"][0]["id"], scan["id"]);
    assert_eq!(document["coverage"]["bytes"], scan["bytes"]);
}

#[test]
fn a_table_counts_what_a_list_lists() {
    let place = Place::new();
    for n in 0..70 {
        let all = format!("write to a{n}@mail.example.org and b{n}@mail.example.org\n");
        let some = if n % 9 == 0 { format!("from 8.8.{n}.1\n") } else { String::new() };
        place.write(&format!("t/letter{n}.txt"), all + &some);
    }
    age(&place.path("t"));
    place.ok(&["scan", "t"]);
    let count = |list: &[Value], name: &str| list.iter().filter(|f| f["type"] == name).count();
    let row = |table: &str, name: &str| -> Vec<String> {
        let row = table.lines().find(|line| line.starts_with(&format!("{name} ")));
        row.unwrap_or_else(|| panic!("{table}")).split_whitespace().map(str::to_owned).collect()
    };
    let list = findings(&place);
    for table in [place.ok(&["findings"]), place.ok(&["scan", "t"])] {
        for name in ["email", "ipv4"] {
            assert_eq!(row(&table, name)[1], count(&list, name).to_string());
        }
        assert!(table.contains(&format!("{} findings", list.len())), "{table}");
        assert!(table.contains(&format!(" of {};", list.len())), "{table}");
    }
    // What was said of one of the last is seen, though as many others come before it.
    let last = list.iter().rfind(|finding| finding["type"] == "email").unwrap();
    place.ok(&["verdict", last["id"].as_str().unwrap(), "false-positive"]);
    let table = place.ok(&["findings"]);
    assert_eq!(row(&table, "email"), ["email", "140", "medium", "1"]);
}

#[test]
fn a_line_of_json_has_its_keys_in_the_promised_order() {
    let place = letters();
    let out = place.ok(&["scan", "t", "--format", "jsonl"]);
    let first = out.lines().next().unwrap();
    let mut at = 0;
    for key in KEYS.iter().filter(|key| **key != "verdict") {
        let found = first[at..].find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key}"));
        at += found;
    }
    let value: Value = serde_json::from_str(first).unwrap();
    let keys: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, KEYS.iter().copied().filter(|key| *key != "verdict").collect());
    assert_eq!(value["tenant"], "default");
    assert_eq!(value["id"].as_str().unwrap().len(), 58);
    assert_eq!(value["state"], "open");
    let times = (value["first_seen"].as_str().unwrap(), value["last_seen"].as_str().unwrap());
    assert_eq!(times.0, times.1);
    assert!(times.0.ends_with('Z'));
}

#[test]
fn a_scan_is_told_of_by_its_id_and_the_directory_named_by_the_environment() {
    let place = letters();
    let ran = place.command(&["scan", "t"]).env("TRAWL_DATA", "elsewhere").output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(!place.path("data").exists());
    let scans = lines(&place.ok(&["scans", "--format", "jsonl", "--data", "elsewhere"]));
    let first = scans[0]["id"].as_str().unwrap();
    place.write("t/more.txt", "nothing to be seen\n");
    place.ok(&["scan", "t", "--data", "elsewhere"]);
    let of = |scan: &str| -> Value {
        let told = place.ok(&["coverage", scan, "--format", "json", "--data", "elsewhere"]);
        serde_json::from_str::<Value>(&told).unwrap()["scans"][0]["listed_objects"].clone()
    };
    assert_eq!(of(first), 10);
    let unknown = place.run(&["coverage", &"0".repeat(20), "--data", "elsewhere"]);
    assert_eq!(unknown.code, 1, "{}", unknown.out);
}

#[test]
fn a_record_that_was_tampered_with_is_told_of() {
    let place = letters();
    place.ok(&["scan", "t"]);
    place.ok(&["scan", "t", "--full"]);
    assert_eq!(place.run(&["audit", "verify"]).code, 0);
    tamper_with_audit(&place, 2);
    let ran = place.run(&["audit", "verify"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(format!("{}{}", ran.out, ran.err).contains("entry 2"), "{}{}", ran.out, ran.err);
    assert_eq!(place.run(&["doctor"]).code, 1);
}

#[test]
fn what_was_read_by_other_rules_is_read_again() {
    let place = letters();
    place.ok(&["scan", "t"]);
    let classes = |expected: &str| {
        let scan = last_scan(&place);
        let classes = scan["bytes"].as_array().unwrap();
        assert!(classes.iter().all(|of| of["class"] == expected), "{expected}: {scan}");
    };
    classes("read");
    let surer = ["scan", "t", "--set", "detect.min_confidence=99%", "--format", "jsonl"];
    assert!(lines(&place.ok(&surer)).is_empty(), "no address is that sure");
    classes("read");
    place.ok(&surer);
    classes("carried");
    assert_eq!(lines(&place.ok(&["scan", "t", "--format", "jsonl"])).len(), 10);
    classes("read");

    place.write("rules/badge.toml", support::BADGE);
    let with_rule = ["scan", "t", "--set", "detect.rules=rules"];
    place.ok(&with_rule);
    classes("read");
    place.ok(&with_rule);
    classes("carried");
}

#[test]
fn a_source_is_read_as_its_profile_says_by_the_command_alone_too() {
    let place = letters();
    place.ok(&["source", "add", "letters", "t", "--exclude", "letter[1-9].txt"]);
    assert_eq!(lines(&place.ok(&["scan", "t", "--format", "jsonl"])).len(), 1);
    let node = Node::up(&place, &[]);
    assert_eq!(lines(&place.ok(&["scan", "t", "--format", "jsonl"])).len(), 1);
    assert_eq!(node.stop(), 0);
    // Whoever names globs means these.
    let named = ["scan", "t", "--include", "letter[0-4].txt", "--format", "jsonl"];
    assert_eq!(lines(&place.ok(&named)).len(), 5);
}

#[test]
fn a_second_scan_reads_only_what_has_changed_and_lists_all() {
    let place = letters();
    let first = place.ok(&["scan", "t", "--format", "jsonl"]);
    let second = place.ok(&["scan", "t", "--format", "jsonl"]);
    let ids = |out: &str| -> Vec<Value> { lines(out).iter().map(|l| l["id"].clone()).collect() };
    assert_eq!(ids(&first), ids(&second));
    let scan = last_scan(&place);
    assert_eq!(scan["counts"]["same"], 10);
    assert!(scan["bytes"].as_array().unwrap().iter().all(|of| of["class"] == "carried"), "{scan}");

    place.write("t/letter0.txt", "nothing any more\n");
    place.write("t/more.txt", "write to someone.else@mail.example.org\n");
    std::fs::remove_file(place.path("t/letter1.txt")).unwrap();
    std::fs::rename(place.path("t/letter2.txt"), place.path("t/moved.txt")).unwrap();
    let third = lines(&place.ok(&["scan", "t", "--format", "jsonl"]));
    let counts = last_scan(&place)["counts"].clone();
    let count = |kind: &str| counts[kind].as_u64().unwrap();
    assert_eq!((count("new"), count("changed"), count("same")), (2, 1, 7));
    assert_eq!((count("vanished"), count("renamed")), (2, 1));
    assert_eq!(third.len(), 9);
    of(&third, "moved.txt");
    let closed = lines(&place.ok(&["findings", "--state", "closed", "--format", "jsonl"]));
    let objects: BTreeSet<&str> = closed.iter().map(|l| l["object"].as_str().unwrap()).collect();
    assert_eq!(objects, BTreeSet::from(["letter1.txt", "letter2.txt"]));
    assert!(closed.iter().all(|line| line["last_seen"].as_str() < third[0]["last_seen"].as_str()));
}

#[test]
fn a_line_inserted_at_the_top_keeps_verdict_and_first_seen() {
    let place = letters();
    place.ok(&["scan", "t"]);
    let before = findings(&place);
    let finding = of(&before, "letter4.txt");
    let id = finding["id"].as_str().unwrap();
    place.ok(&["verdict", id, "false-positive"]);
    let explained = place.ok(&["explain", id]);
    for word in ["email", "letter4.txt:2:10", "false-positive by local user", "first seen", "+"] {
        assert!(explained.contains(word), "{word} in\n{explained}");
    }
    let text = std::fs::read_to_string(place.path("t/letter4.txt")).unwrap();
    place.write("t/letter4.txt", format!("A new line.\n{text}"));
    age(&place.path("t"));
    place.ok(&["scan", "t"]);
    let after = findings(&place);
    let moved = of(&after, "letter4.txt");
    assert_ne!(moved["id"], finding["id"]);
    assert_eq!(moved["place"]["line"], 3);
    assert_eq!(moved["verdict"], "false-positive");
    assert_eq!(moved["first_seen"], finding["first_seen"]);
    assert!(moved["last_seen"].as_str() > finding["last_seen"].as_str());

    let id = moved["id"].as_str().unwrap();
    place.ok(&["verdict", id, "none"]);
    assert!(of(&findings(&place), "letter4.txt").get("verdict").is_none());
    assert!(place.ok(&["audit", "verify"]).starts_with("5 entries"));
}

#[test]
fn much_that_vanishes_closes_nothing_before_somebody_has_looked() {
    let place = letters();
    place.ok(&["scan", "t"]);
    for n in 0..6 {
        std::fs::remove_file(place.path(&format!("t/letter{n}.txt"))).unwrap();
    }
    let ran = place.run(&["scan", "t"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("--vanished close"), "{}", ran.err);
    let closed = ["findings", "--state", "closed", "--format", "jsonl"];
    assert_eq!(place.ok(&closed), "");
    place.ok(&["scan", "t", "--vanished", "close"]);
    assert_eq!(lines(&place.ok(&closed)).len(), 6);
}

#[test]
fn fail_on_ends_with_code_3_until_what_it_matches_is_settled() {
    let place = Place::new();
    place.write("t/a.txt", "write to anna.schmidt@firma.example.de\n");
    for word in ["email", "e*", "medium", "low"] {
        assert_eq!(place.run(&["scan", "t", "--fail-on", word]).code, 3, "{word}");
    }
    for word in ["payment_card", "critical"] {
        assert_eq!(place.run(&["scan", "t", "--fail-on", word]).code, 0, "{word}");
    }
    assert_eq!(place.run(&["scan", "t", "--fail-on", "emial"]).code, 2);
    let id = findings(&place)[0]["id"].as_str().unwrap().to_owned();
    place.ok(&["verdict", &id, "accepted"]);
    assert_eq!(place.run(&["scan", "t", "--fail-on", "email"]).code, 0);
}

#[test]
fn findings_are_filtered() {
    let place = letters();
    place.write("t/cards/card.txt", "card 4539 1661 8507 0399\n");
    place.ok(&["scan", "t"]);
    let count = |flags: &[&str]| {
        let arguments = [&["findings", "--format", "jsonl"], flags].concat();
        lines(&place.ok(&arguments)).len()
    };
    assert_eq!(count(&[]), 11);
    assert_eq!(count(&["--type", "payment_card"]), 1);
    assert_eq!(count(&["--type", "pay*", "--type", "email"]), 11);
    assert_eq!(count(&["--path-prefix", "cards/"]), 1);
    assert_eq!(count(&["--path-prefix", "letter"]), 10);
    assert_eq!(count(&["--sensitivity", "high"]), 1);
    assert_eq!(count(&["--min-confidence", "100"]), 0);
    assert_eq!(count(&["--limit", "3"]), 3);
    assert_eq!(count(&["--verdict", "confirmed"]), 0);
    assert_eq!(count(&["--source", place.path("t").canonicalize().unwrap().to_str().unwrap()]), 11);
    assert_eq!(place.run(&["findings", "--source", "elsewhere"]).code, 1);
}

#[test]
fn lines_of_an_object_that_is_read_in_parts_count_from_its_beginning() {
    let place = Place::new();
    let filler = "nothing of note stands here and so it is only read\n".repeat(999);
    let text: String =
        (0..60).map(|n| format!("{filler}write to person.{n}@mail.example.org\n")).collect();
    place.write("t/large.log", &text);
    let flags = ["--set", "scan.part_bytes=1MiB", "--format", "jsonl"];
    let found = lines(&place.ok(&[&["scan", "t"], &flags[..]].concat()));
    let at: Vec<u64> = found.iter().map(|line| line["place"]["line"].as_u64().unwrap()).collect();
    assert_eq!(at, (1..=60).map(|n| n * 1000).collect::<Vec<_>>());
    let last = found[59]["id"].as_str().unwrap();
    assert!(place.ok(&["explain", last]).contains("large.log:60000:10"));
}

#[test]
fn sarif_names_rules_places_and_fingerprints() {
    let place = letters();
    place.write("t/odd name#1.txt", "card 4539 1661 8507 0399\n");
    place.ok(&["scan", "t", "--format", "sarif", "--out", "out.sarif"]);
    let sarif: Value =
        serde_json::from_slice(&std::fs::read(place.path("out.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 11);
    let odd = results.iter().find(|result| result["ruleId"] == "payment_card").unwrap();
    let physical = &odd["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "odd%20name%231.txt");
    let region = &physical["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&1.into(), &6.into()));
    assert_eq!((&region["byteOffset"], &region["byteLength"]), (&5.into(), &19.into()));
    assert_eq!(odd["level"], "error");
    assert!(odd["partialFingerprints"]["trawlFinding/v1"].is_string());
    let at = odd["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(run["tool"]["driver"]["rules"][at]["id"], "payment_card");
    let base = physical["artifactLocation"]["uriBaseId"].as_str().unwrap();
    let root = run["originalUriBaseIds"][base]["uri"].as_str().unwrap();
    assert!(root.starts_with("file:///") && root.ends_with("/t/"), "{root}");
}

#[test]
fn other_formats_and_several_targets_are_written_whole() {
    let place = letters();
    let single = place.write("single.txt", "write to anna.schmidt@firma.example.de\n");
    let single = crate::support::shown(&single);
    let document: Value =
        serde_json::from_str(&place.ok(&["scan", "t", single, "--format", "json"])).unwrap();
    assert_eq!(document["findings"].as_array().unwrap().len(), 11);
    assert_eq!(document["scans"].as_array().unwrap().len(), 2);
    place.ok(&["scan", "t", single, "t/", "--format", "csv", "--out", "out.csv"]);
    let csv = std::fs::read_to_string(place.path("out.csv")).unwrap();
    assert_eq!(csv.split("\r\n").count(), 1 + 11 + 1);
    assert!(csv.starts_with("id,tenant,source,object,type,"));
    let table = place.ok(&["findings"]);
    assert!(
        table.contains(&format!(
            "{}:1:10",
            place.path("single.txt").canonicalize().unwrap().display()
        )),
        "{table}"
    );
}

#[test]
fn our_own_data_directory_is_not_scanned() {
    let place = letters();
    place.ok(&["scan", "."]);
    let out = place.ok(&["scan", ".", "--format", "json"]);
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["scans"][0]["listed_objects"], 10);
    assert_eq!(document["scans"][0]["counts"]["same"], 10);
}

#[test]
fn a_dry_run_lists_what_would_be_read_and_keeps_nothing() {
    let place = letters();
    place.write("t/sub/skip.log", "x");
    let flags = ["scan", "t", "--dry-run", "--exclude", "*.log", "--max-size", "40B"];
    let out = place.ok(&flags);
    assert!(out.contains("not: too-large"), "{out}");
    assert!(!place.path("data").exists());
    let jsonl = [&flags[..], &["--format", "jsonl"]].concat();
    let listed = lines(&place.ok(&jsonl));
    let skip = of(&listed, "sub/skip.log");
    assert_eq!((&skip["read"], &skip["reason"]), (&false.into(), &"excluded".into()));
}

#[test]
fn what_is_not_there_is_said_with_the_way_out() {
    let place = Place::new();
    let nothing = place.run(&["findings"]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.err.contains("./data") && nothing.err.contains("scan"), "{}", nothing.err);
    assert!(!place.path("data").exists());
    let ran = place.run(&["scan", "absent", "missing"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("absent: ") && ran.err.contains("missing: "), "{}", ran.err);
    place.write("t/a.txt", "x");
    place.ok(&["scan", "t"]);
    assert_eq!(place.run(&["explain", "abc"]).code, 2);
    let unknown = "0".repeat(58);
    for arguments in [&["explain", &unknown][..], &["verdict", &unknown, "accepted"]] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}");
        assert!(ran.err.contains("no such finding"), "{}", ran.err);
    }
    assert_eq!(place.run(&["coverage", "xyz"]).code, 2);
    let other = place.write("key", [b'a'; 64]);
    let set = format!("node.root_key=file:{}", other.display());
    let ran = place.run(&["scan", "t", "--set", &set]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("root key"), "{}", ran.err);
}

#[test]
fn no_found_value_is_in_any_output_or_log() {
    let place = Place::new();
    let planted = ["anna.schmidt@firma.example.de", "4539 1661 8507 0399", "4539166185070399"];
    place.write("t/a.txt", format!("mail {}\ncard {}\n", planted[0], planted[1]));
    place.write("t/b.csv", format!("name,card\nJane,{}\n", planted[2]));
    place.write(&format!("t/{}.txt", planted[0]), "nothing");
    let log = ["--log", "json", "--log-level", "trace"];
    let mut runs = Vec::new();
    let mut run = |arguments: &[&str]| {
        let ran = place.run(&[arguments, &log].concat());
        assert_eq!(ran.code, 0, "{arguments:?}\n{}", ran.err);
        runs.push((arguments.join(" "), ran));
    };
    for format in ["table", "json", "jsonl", "csv", "sarif"] {
        run(&["scan", "t", "--format", format]);
    }
    let ids: Vec<String> =
        findings(&place).iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 4);
    for id in &ids {
        run(&["explain", id]);
    }
    run(&["coverage"]);
    run(&["verdict", &ids[0], "confirmed"]);
    run(&["detect", "t/a.txt"]);
    for (arguments, ran) in &runs {
        for value in planted {
            assert!(!ran.err.contains(value), "{value} in the log of {arguments}");
            // The true name of an object is an answer to those with the right to it.
            let out = ran.out.replace(&format!("{}.txt", planted[0]), "");
            assert!(!out.contains(value), "{value} in the output of {arguments}");
        }
        for line in ran.err.lines().filter(|line| line.starts_with('{')) {
            serde_json::from_str::<Value>(line).unwrap();
        }
    }
}
