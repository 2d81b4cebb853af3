//! Sources, schedules and scans under command, by the real binary.

mod support;

use serde_json::Value;
use support::{Place, age, lines};

fn letters() -> Place {
    let place = Place::new();
    for n in 0..10 {
        place.write(
            &format!("t/letter{n}.txt"),
            format!("Dear reader,\nwrite to person.number{n}@mail.example.org\n"),
        );
    }
    age(&place.path("t"));
    place
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("an answer in JSON")
}

#[test]
fn a_source_is_added_shown_changed_and_deleted_with_all_that_belongs_to_it() {
    let place = letters();
    place.ok(&["scan", "t"]);
    place.ok(&["source", "add", "letters", "t", "--exclude", "*9.txt", "--label", "owner=people"]);
    let shown = json(&place.ok(&["source", "show", "letters"]));
    assert_eq!(shown["name"], "letters");
    assert_eq!(shown["scans"], 1, "what was scanned by its path is the same source");
    assert_eq!(shown["labels"]["owner"], "people");
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
    let shown = json(&place.ok(&["source", "show", "post"]));
    assert_eq!(shown["priority"], "high");
    assert_eq!(shown["hours"][0], "mon,tue,wed,thu,fri 22:00-06:00");
    assert_eq!(shown["exclude"][0], "*9.txt", "what is not named stays");
    assert!(shown.get("labels").is_none());
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
    assert!(place.ok(&["audit", "verify"]).starts_with("3 entries"));
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
fn what_was_given_up_can_be_released_and_a_queued_scan_paused_resumed_and_cancelled() {
    let place = letters();
    place.ok(&["scan", "t"]);
    let t = place.path("t");
    let t = t.to_str().unwrap();
    assert!(place.ok(&["parked", "list", t]).contains("nothing is parked"));
    let queued = place.ok(&["parked", "release", t]);
    assert!(queued.starts_with("queued: "), "{queued}");
    let scans = || lines(&place.ok(&["scans", "--format", "jsonl"]));
    let scan = scans()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(scans()[0]["state"], "queued");
    assert!(place.ok(&["scans", "pause", &scan]).starts_with("paused"));
    assert!(place.ok(&["scans", "resume", &scan]).starts_with("queued"));
    assert!(place.ok(&["scans", "cancel", &scan]).starts_with("cancelled"));
    assert_eq!(scans()[0]["state"], "cancelled");
    let ended = place.run(&["scans", "resume", &scan]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("order another one"), "{}", ended.err);
    place.ok(&["scan", "t"]);
    assert_eq!(scans()[0]["counts"]["same"], 10);
}
