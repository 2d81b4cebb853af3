//! Sources, schedules and scans under command, by the real binary.

use crate::support::node::Node;
use crate::support::stored::{give_up, order_by_half};
use crate::support::{letters, lines, shown};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("an answer in JSON")
}

#[test]
fn a_source_is_added_shown_changed_and_deleted_with_all_that_belongs_to_it() {
    let place = letters();
    place.ok(&["scan", "t"]);
    place.ok(&["source", "add", "letters", "t", "--exclude", "*9.txt", "--label", "owner=people"]);
    let said = json(&place.ok(&["source", "show", "letters"]));
    assert_eq!(said["profile"]["name"], "letters");
    assert_eq!(said["scans"], 1, "what was scanned by its path is the same source");
    assert_eq!(said["profile"]["labels"]["owner"], "people");
    place.ok(&[
        "source",
        "change",
        "letters",
        "--name",
        "post",
        "--priority",
        "high",
        "--hours",
        "mon-fri 22:00-06:00",
        "--zone",
        "Europe/Berlin",
        "--clear",
        "labels",
    ]);
    let said = json(&place.ok(&["source", "show", "post"]))["profile"].clone();
    assert_eq!(said["priority"], "high");
    let window = &said["hours"]["windows"][0];
    assert_eq!(window["days"], serde_json::json!(["mon", "tue", "wed", "thu", "fri"]));
    assert_eq!((&window["from"], &window["to"]), (&"22:00".into(), &"06:00".into()));
    assert_eq!(said["selection"]["exclude"][0], "*9.txt", "what is not named stays");
    assert!(said.get("labels").is_none());
    assert_eq!(lines(&place.ok(&["source", "list", "--format", "jsonl"])).len(), 1);

    let asked = place.run(&["source", "delete", "post"]);
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("--yes"), "{}", asked.err);
    assert_eq!(lines(&place.ok(&["findings", "--format", "jsonl"])).len(), 10);
    place.ok(&["source", "delete", "post", "--yes"]);
    assert!(place.ok(&["findings", "--format", "jsonl"]).is_empty());
    assert!(place.ok(&["source", "list", "--format", "jsonl"]).is_empty());
    place.ok(&["scan", "t"]);
    assert_eq!(lines(&place.ok(&["findings", "--format", "jsonl"])).len(), 10, "it begins anew");
    let audit = lines(&place.ok(&["audit", "list", "--format", "jsonl"]));
    let actions: Vec<&str> = audit.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let scanned = ["source-add", "scan"];
    let changed = ["source-add", "source-change", "source-delete"];
    assert_eq!(actions, [&scanned[..], &changed, &scanned].concat(), "scans are in it, too");
    assert!(place.ok(&["audit", "verify"]).starts_with("7 entries"));
}

#[test]
fn what_is_missing_of_a_source_is_said_clearly() {
    let place = letters();
    let added = place.run(&["source", "add", "share", "mnt/share"]);
    assert_eq!(added.code, 0, "it may be mounted later");
    assert!(added.err.contains("mount it"), "{}", added.err);
    let missing = place.run(&["source", "validate", "share"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("mount it"), "{}", missing.err);
    std::fs::create_dir_all(place.path("mnt/share")).unwrap();
    place.ok(&["source", "validate", "share"]);
    let unknown = place.run(&["source", "validate", "shared"]);
    assert!(unknown.err.contains("trawl source list"), "{}", unknown.err);
    let taken = place.run(&["source", "add", "share", "t"]);
    assert!(taken.err.contains("another source"), "{}", taken.err);
    let wrong = place.run(&["source", "change", "share", "--hours", "mon 25:00"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("mon-fri 22:00-06:00"), "{}", wrong.err);
}

#[test]
fn a_word_that_is_longer_than_any_key_of_the_store_leads_to_nothing() {
    let place = letters();
    place.ok(&["scan", "t"]);
    let long = "x".repeat(100_000);
    let source = place.run(&["source", "show", &long]);
    assert_eq!((source.code, source.out.as_str()), (1, ""));
    assert!(source.err.contains("no source has this name"), "{}", source.err.len());
    let findings = place.run(&["findings", "--path-prefix", &long]);
    assert_eq!(findings.code, 2);
    assert!(findings.err.contains("path_prefix: has 100000 bytes"), "{}", findings.err);
    let node = Node::up(&place, &[]);
    let order = serde_json::json!({ "source": long });
    let refused = node.ask("POST", "/api/v1/scans").json(&order).send();
    assert_eq!((refused.status, refused.code().as_str()), (404, "not-found"));
    // It is no fault either where a request has no room for it.
    let source = place.run(&["source", "show", &long]);
    assert_eq!(source.code, 2);
    assert!(source.err.contains("too long for the node"), "{}", source.err);
}

#[test]
fn a_schedule_is_added_listed_and_removed() {
    let place = letters();
    place.ok(&["source", "add", "letters", "t"]);
    let zone = ["--zone", "Europe/Berlin"];
    let add = ["schedule", "add", "letters", "nightly", "30 2 * * mon-fri"];
    let added = place.ok(&[add.as_slice(), zone.as_slice()].concat());
    assert!(added.starts_with("nightly: the next time is 2"), "{added}");
    let listed = lines(&place.ok(&["schedule", "list", "--format", "jsonl"]));
    assert_eq!(listed[0]["cron"], "30 2 * * mon-fri");
    let next = place.ok(&["schedule", "next", "letters", "nightly", "--count", "3"]);
    assert_eq!(next.lines().count(), 3);
    let wrong = place.run(&["schedule", "add", "letters", "odd", "61 * * * *"]);
    assert!(wrong.err.contains("such as"), "{}", wrong.err);
    place.ok(&["schedule", "remove", "letters", "nightly"]);
    assert!(place.ok(&["schedule", "list", "--format", "jsonl"]).is_empty());
}

#[test]
fn a_queued_scan_is_paused_resumed_and_cancelled_where_no_node_runs() {
    let place = letters();
    place.ok(&["scan", "t"]);
    give_up(&place, "letter3.txt");
    let queued = place.ok(&["parked", "release", shown(&place.path("t"))]);
    let scan = queued.split([' ', ';']).nth(1).unwrap().to_owned();
    let state = || lines(&place.ok(&["scans", "--format", "jsonl"]))[0]["state"].clone();
    assert_eq!(state(), "queued");
    assert!(place.ok(&["scans", "pause", &scan]).starts_with("paused"));
    assert!(place.ok(&["scans", "resume", &scan]).starts_with("queued"));
    assert!(place.ok(&["scans", "cancel", &scan]).starts_with("cancelled"));
    assert_eq!(state(), "cancelled");
    let ended = place.run(&["scans", "resume", &scan]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("order another one"), "{}", ended.err);
    place.ok(&["scan", "t"]);
    let scans = lines(&place.ok(&["scans", "--format", "jsonl"]));
    let counts = &scans[0]["counts"];
    assert_eq!((&counts["same"], &counts["changed"]), (&9.into(), &1.into()));
}

#[test]
fn what_was_given_up_is_listed_and_released_where_a_node_runs_as_where_none_does() {
    let place = letters();
    place.ok(&["scan", "t"]);
    let folder = place.path("t");
    let folder = shown(&folder);
    assert!(place.ok(&["parked", "list", folder]).contains("nothing is parked"));
    assert!(place.ok(&["parked", "release", folder]).contains("nothing is parked"));
    give_up(&place, "letter3.txt");
    let list = ["parked", "list", folder, "--format", "jsonl"];
    let here = place.ok(&list);
    let [parked] = &lines(&here)[..] else { panic!("one was given up: {here}") };
    assert_eq!((&parked["what"], &parked["object"]), (&"object".into(), &"letter3.txt".into()));
    assert!(parked["error"].as_str().is_some_and(|error| error.contains("input/output")));
    let released = place.ok(&["parked", "release", folder]);
    assert!(released.starts_with("queued: "), "{released}");

    let node = Node::up(&place, &[]);
    let there = place.ok(&["scans", "--format", "jsonl"]);
    node.events(lines(&there)[0]["id"].as_str().unwrap());
    assert_eq!(place.ok(&["parked", "release", folder]), "nothing is parked\n");
    assert_eq!(node.stop(), 0);
    give_up(&place, "letter3.txt");
    let node = Node::up(&place, &[]);
    assert_eq!(place.ok(&list), here);
    let released = place.ok(&["parked", "release", folder]);
    let scan = released.split([' ', ';']).nth(1).unwrap();
    assert!(released.ends_with("it tries all of it again\n"), "{released}");
    assert_eq!(node.events(scan).pop().unwrap().1["state"], "finished");
    let audit = lines(&place.ok(&["audit", "list", "--format", "jsonl"]));
    let released = audit.iter().filter(|entry| entry["action"] == "parked-release");
    assert!(released.clone().all(|entry| entry["actor"].as_str().unwrap().starts_with("local")));
    assert_eq!(released.count(), 4);
}

#[test]
fn sources_and_schedules_are_shown_and_changed_by_the_node_that_runs_as_by_the_command_alone() {
    let place = letters();
    let add = ["source", "add", "letters", "t", "--label", "owner=people", "--hours"];
    place.ok(&[&add[..], &["daily 00:00-24:00"]].concat());
    place.ok(&["schedule", "add", "letters", "nightly", "30 2 29 2 *"]);
    let asked: [&[&str]; 8] = [
        &["source", "list"],
        &["source", "list", "--format", "jsonl"],
        &["source", "show", "letters"],
        &["source", "validate", "letters"],
        &["schedule", "list"],
        &["schedule", "list", "letters", "--format", "jsonl"],
        &["schedule", "next", "letters", "nightly", "--count", "2"],
        &["parked", "list", "letters"],
    ];
    let wrong: [&[&str]; 8] = [
        &["source", "show", "shared"],
        &["source", "add", "letters", "t"],
        &["source", "change", "letters", "--name", "a/b"],
        &["source", "delete", "letters"],
        &["schedule", "add", "letters", "odd", "61 * * * *"],
        &["schedule", "remove", "letters", "a/../b"],
        &["schedule", "next", "shared", "nightly"],
        &["parked", "release", "shared"],
    ];
    let told = |words: &[&str]| {
        let ran = place.run(words);
        (ran.code, ran.out, ran.err)
    };
    let here = [asked.map(told), wrong.map(told)];
    assert!(here[0].iter().all(|(code, ..)| *code == 0), "{:?}", here[0]);
    assert!(here[1].iter().all(|(code, ..)| *code != 0), "{:?}", here[1]);

    let node = Node::up(&place, &[]);
    let there = [asked.map(told), wrong.map(told)];
    assert_eq!(there, here);
    // What is missing now is said, and no reason to refuse it.
    let added = place.run(&["source", "add", "share", "mnt/share"]);
    assert_eq!(added.code, 0, "{}", added.err);
    assert!(added.err.contains("mount it"), "{}", added.err);
    assert_eq!(place.run(&["source", "validate", "share"]).code, 2);
    let change = ["source", "change", "letters", "--name", "post", "--priority", "high"];
    place.ok(&[&change[..], &["--clear", "hours"]].concat());
    let said = json(&place.ok(&["source", "show", "post"]));
    assert_eq!(node.get("/api/v1/sources?source=post")["sources"][0], said);
    assert_eq!(said["profile"]["labels"]["owner"], "people", "what is not named stays");
    place.ok(&["schedule", "add", "post", "hourly", "0 * * * *", "--zone", "Europe/Berlin"]);
    assert!(place.ok(&["schedule", "remove", "post", "nightly"]).contains("removed"));
    let left = node.get("/api/v1/schedules")["schedules"].clone();
    assert_eq!((&left[0]["name"], &left[1]), (&"hourly".into(), &Value::Null));
    place.ok(&["scan", "t"]);
    let deleted = place.ok(&["source", "delete", "post", "--yes"]);
    assert!(deleted.ends_with("nothing of it is left\n"), "{deleted}");
    assert!(place.ok(&["findings", "--format", "jsonl"]).is_empty());
    // To delete what is deleted changes nothing, and is entered no more.
    let id = deleted.split([' ', ';']).nth(1).unwrap();
    assert_eq!(place.ok(&["source", "delete", id, "--yes"]), deleted);
    assert_eq!(node.stop(), 0);
    let audit = lines(&place.ok(&["audit", "list", "--format", "jsonl"]));
    let last: Vec<&str> = audit.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = ["source-add", "source-change", "schedule-add", "schedule-remove", "scan"];
    assert_eq!(last[last.len() - 6..], [&expected[..], &["source-delete"]].concat());
    assert!(audit.iter().all(|e| e["actor"].as_str().unwrap().starts_with("local user")));
}

#[test]
fn a_scan_is_ordered_and_left_alone_where_a_node_runs_and_nowhere_else() {
    let place = letters();
    let refused = place.run(&["scan", "t", "--detach"]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("trawl up"), "{}", refused.err);
    assert!(!place.path("data").exists(), "nothing is made for what is refused");
    place.ok(&["scan", "t", "--wait"]);
    let refused = place.run(&["scan", "t", "--detach"]);
    assert!(refused.code == 2 && refused.err.contains("trawl up"), "{}", refused.err);

    let node = Node::up(&place, &[]);
    let id = place.ok(&["scan", "t", "--detach", "--full"]);
    let ended = node.events(id.trim()).pop().unwrap().1;
    assert_eq!((&ended["state"], &ended["counts"]["findings"]), (&"finished".into(), &10.into()));
    let watched = place.ok(&["scan", "t", "--wait", "--format", "jsonl"]);
    assert_eq!(lines(&watched).len(), 10);
    for both in [&["--wait"][..], &["--fail-on", "email"], &["--format", "json"], &["--dry-run"]] {
        assert_eq!(place.run(&[&["scan", "t", "--detach"], both].concat()).code, 2, "{both:?}");
    }
}

#[test]
fn an_order_that_was_cut_short_before_it_was_one_is_no_scan() {
    let place = letters();
    place.ok(&["scan", "t"]);
    let before = place.ok(&["scans", "--format", "jsonl"]);
    let half = order_by_half(&place);
    assert_eq!(place.ok(&["scans", "--format", "jsonl"]), before);
    let unknown = place.run(&["scans", "show", &half]);
    assert!(unknown.code == 1 && unknown.err.contains("no such scan"), "{}", unknown.err);
    let node = Node::up(&place, &[]);
    let page = node.get("/api/v1/scans?limit=1");
    assert_eq!([page["scans"][0].clone()], *lines(&before));
    assert_eq!(page["next"], Value::Null, "what is passed over takes no place on a page");
    assert_eq!(node.scan(shown(&place.path("t")))["number"], 2);
}
