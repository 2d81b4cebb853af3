//! A node on a real disk that fills: reading goes on, writing stops and says why, and all goes on by
//! itself when there is room.

use std::collections::BTreeSet;

use crate::support::disk::SmallDisk;
use crate::support::node::{Answer, Node};
use crate::support::{Place, age, lines, shown};
use rustix::process::Signal;
use serde_json::{Value, json};

const SKIPPED: &str = "SKIPPED: a tmpfs can't be mounted here; run the test as root";
const FILES: u64 = 60;
const LINES: u64 = 200;

/// A folder with many addresses.
fn folder() -> Place {
    let place = Place::new();
    for n in 0..FILES {
        let text: String =
            (0..LINES).map(|m| format!("write to u{n}x{m}@mail.example.org\n")).collect();
        place.write(&format!("t/f{n:02}.txt"), text);
    }
    for n in 0..5 {
        place.write(&format!("old/f{n}.txt"), format!("write to old{n}@mail.example.org\n"));
    }
    age(&place.path("t"));
    age(&place.path("old"));
    place
}

/// Asks until it is so. Each question is answered in its time, and a test that asks for ever is ended
/// by whoever runs it.
fn until(node: &Node, path: &str, is: impl Fn(&Answer) -> bool) -> Answer {
    loop {
        let answer = node.ask("GET", path).send();
        if is(&answer) {
            return answer;
        }
        std::thread::yield_now();
    }
}

fn scan_until(node: &Node, scan: &str, is: impl Fn(&Value) -> bool) -> Value {
    until(node, &format!("/api/v1/scans/{scan}"), |answer| {
        answer.status == 200 && is(&answer.json())
    })
    .json()
}

/// The part of the disk in what a node says of whether it is ready.
fn disk_part(answer: &Answer) -> Value {
    let parts = answer.json()["parts"].as_array().unwrap().clone();
    parts.into_iter().find(|part| part["name"] == "disk").unwrap()
}

fn stands(node: &Node, state: &str) {
    let line = format!("trawl_disk_state{{state=\"{state}\"}} 1");
    until(node, "/metrics", |answer| answer.text().lines().any(|l| l == line));
}

fn add(node: &Node, place: &Place, folder: &str, profile: &Value) -> (String, String) {
    let wanted = json!({ "target": shown(&place.path(folder)), "profile": profile });
    let added = node.ask("POST", "/api/v1/sources").json(&wanted).send();
    assert_eq!(added.status, 201, "{}", added.text());
    (added.json()["id"].as_str().unwrap().to_owned(), added.header("etag").unwrap().to_owned())
}

fn order(node: &Node, source: &str) -> String {
    let ordered = node.ask("POST", "/api/v1/scans").json(&json!({ "source": source })).send();
    assert_eq!(ordered.status, 202, "{}", ordered.text());
    ordered.json()["id"].as_str().unwrap().to_owned()
}

/// A refusal for want of room, whole.
fn no_room(answer: &Answer) {
    assert_eq!((answer.status, answer.code().as_str()), (507, "disk-full"), "{}", answer.text());
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("free where the data directory lies"), "{detail}");
    assert!(detail.contains("MiB are free"), "it says how much is needed: {detail}");
    assert!(answer.header("retry-after").is_some());
}

/// Object and place of each finding.
fn places(place: &Place, data: &str) -> BTreeSet<(String, u64)> {
    let out = place.ok(&["findings", "--data", data, "--format", "jsonl"]);
    let of = |line: &Value| {
        (line["object"].as_str().unwrap().to_owned(), line["place"]["start"].as_u64().unwrap())
    };
    lines(&out).iter().map(of).collect()
}

/// What is kept is what an undisturbed scan finds, and all of it is sound.
fn is_as_undisturbed(place: &Place, scan: &str, source: &str) {
    let calm = place.ok(&["scan", "t", "--data", "calm", "--format", "jsonl"]);
    assert_eq!(calm.lines().count() as u64, FILES * LINES);
    assert_eq!(places(place, "data"), places(place, "calm"));
    let scans = lines(&place.ok(&["scans", "--format", "jsonl"]));
    let of: Vec<&Value> = scans.iter().filter(|kept| kept["source"] == source).collect();
    assert_eq!(of.len(), 1, "it is the one that was ordered");
    assert_eq!((&of[0]["id"], &of[0]["state"]), (&json!(scan), &json!("finished")));
    assert_eq!((&of[0]["adds_up"], &of[0]["error"]), (&json!(true), &Value::Null));
    let parked = place.ok(&["parked", "list", shown(&place.path("t"))]);
    assert!(parked.contains("nothing is parked"), "{parked}");
    // The index is held against the store, and the chain of the audit record is gone through.
    // By its own settings the doctor finds this disk too small.
    let checks = place.run(&["doctor", "--format", "jsonl"]).lines();
    for name in ["store", "audit", "index"] {
        let check = checks.iter().find(|check| check["name"] == name).unwrap();
        assert_eq!(check["state"], "ok", "{check}");
    }
}

#[test]
fn where_room_is_scarce_reading_goes_on_and_writing_waits_for_room() {
    let place = folder();
    let Some(disk) = SmallDisk::mount(&place.path("data"), 192) else {
        println!("{SKIPPED}");
        return;
    };
    let settings = [
        "disk.reserve_bytes=8MiB",
        "disk.low_bytes=48MiB",
        "disk.enough_bytes=64MiB",
        "disk.look_every=20ms",
        "range.unit_objects=4",
    ];
    let node = Node::up(&place, &settings);
    let (old, _) = add(&node, &place, "old", &json!({}));
    let first = order(&node, &old);
    scan_until(&node, &first, |scan| scan["state"] == "finished");
    let finding = node.get("/api/v1/findings?limit=1")["findings"][0]["id"].clone();
    let finding = finding.as_str().unwrap().to_owned();

    let (source, tag) = add(&node, &place, "t", &json!({ "objects_per_second": 8 }));
    let scan = order(&node, &source);
    scan_until(&node, &scan, |scan| scan["done_objects"].as_u64().unwrap() > 0);
    disk.fill(24 << 20);
    let unready = until(&node, "/readyz", |answer| answer.status == 503);
    let part = disk_part(&unready);
    assert!(part["why"].as_str().unwrap().contains("only what makes room is written"), "{part}");
    stands(&node, "tight");
    let metrics = node.ask("GET", "/metrics").send().text();
    assert!(metrics.contains("trawl_disk_free_bytes{place=\"index\"}"), "{metrics}");

    // It is held back, and says so; it has not failed.
    let held = scan_until(&node, &scan, |scan| scan["state"] == "queued");
    assert_eq!((&held["waits_for"], &held["error"]), (&json!("disk"), &Value::Null));
    let told = place.ok(&["scans", "show", &scan]);
    assert!(told.contains("waits   for room on the disk"), "{told}");
    assert!(place.ok(&["scans"]).contains("queued (disk)"));
    let mut doctor = vec!["doctor"];
    settings[..3].iter().for_each(|setting| doctor.extend(["--set", setting]));
    let doctor = place.run(&doctor);
    assert!(doctor.code == 1 && doctor.out.contains("disk: make room"), "{}", doctor.out);

    // Reading goes on.
    assert_eq!(node.ask("GET", "/healthz").send().status, 200);
    assert!(node.get("/api/v1/search?q=type:email")["count"].as_u64().unwrap() >= 5);
    assert_eq!(node.get(&format!("/api/v1/findings/{finding}"))["id"], finding.as_str());
    // What changes something is refused, whoever asks.
    let verdict = format!("/api/v1/findings/{finding}/verdict");
    let said = json!({ "verdict": "confirmed" });
    no_room(&node.ask("PUT", &verdict).header("If-Match", "*").json(&said).send());
    let again = json!({ "source": source });
    no_room(&node.ask("POST", "/api/v1/scans").header("Idempotency-Key", "a").json(&again).send());
    let command = place.run(&["verdict", &finding, "confirmed"]);
    assert!(command.code == 1 && command.err.contains("free where"), "{}", command.err);
    assert_eq!(node.ask("PUT", &verdict).key(None).json(&said).send().code(), "no-key");
    // What makes room is not, nor is what costs next to none.
    let reloaded = node.ask("POST", "/api/v1/config/reload").send();
    assert_eq!(reloaded.status, 200, "{}", reloaded.text());
    assert_eq!(node.ask("DELETE", &format!("/api/v1/sources/{old}")).send().status, 202);
    let erasure = format!("/api/v1/sources/{old}/erasure");
    // Rows go; the index is written anew when there is room for it.
    let left = |answer: &Answer| answer.json()["left"].as_str().unwrap_or("").to_owned();
    until(&node, &erasure, |answer| left(answer).starts_with("documents in files of the index"));

    disk.clear();
    until(&node, &erasure, |answer| answer.json()["erased"] == true);
    until(&node, "/readyz", |answer| answer.status == 200);
    let path = format!("/api/v1/sources/{source}");
    let lifted = node.ask("PUT", &path).header("If-Match", &tag).json(&json!({})).send();
    assert_eq!(lifted.status, 200, "{}", lifted.text());
    let done = scan_until(&node, &scan, |scan| scan["state"] == "finished");
    assert_eq!((&done["waits_for"], &done["counts"]["findings"]), (&Value::Null, &json!(12_000)));
    is_as_undisturbed(&place, &scan, &source);
    // Each change is told once.
    let log = node.log();
    let said = |text: &str| log.lines().filter(|line| line.contains(text)).count();
    assert_eq!(said("the disk is nearly full: only what makes room"), 1);
    assert_eq!(said("there is room on the disk: writes go on"), 1);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_disk_that_is_filled_to_its_last_byte_again_and_again_costs_nothing_that_was_acknowledged() {
    let place = folder();
    let Some(disk) = SmallDisk::mount(&place.path("data"), 192) else {
        println!("{SKIPPED}");
        return;
    };
    // Nothing but the last byte stops it, and it writes as often as it can.
    let settings = [
        "disk.reserve_bytes=1MiB",
        "disk.low_bytes=2MiB",
        "disk.enough_bytes=4MiB",
        "disk.look_every=50ms",
        "range.unit_objects=2",
        "index.publish_every=10ms",
        "store.write_buffer_bytes=1MiB",
    ];
    let node = Node::up(&place, &settings);
    let key = node.key.clone();
    let (source, tag) = add(&node, &place, "t", &json!({ "objects_per_second": 12 }));
    let scan = order(&node, &source);
    let mut done = 0;
    for _ in 0..4 {
        let so_far = |scan: &Value| scan["done_objects"].as_u64().unwrap();
        done = so_far(&scan_until(&node, &scan, |scan| so_far(scan) > done));
        disk.fill(0);
        stands(&node, "full");
        // What was acknowledged is there, and is found.
        assert_eq!(node.ask("GET", "/healthz").send().status, 200);
        let part = disk_part(&node.ask("GET", "/readyz").send());
        assert!(part["why"].as_str().unwrap().contains("nothing is written"), "{part}");
        let kept = node.get(&format!("/api/v1/scans/{scan}"));
        assert_eq!((&kept["waits_for"], &kept["error"]), (&json!("disk"), &Value::Null));
        assert!(so_far(&kept) <= FILES);
        assert!(node.get("/api/v1/search?q=type:email")["count"].is_u64());
        assert!(!node.get("/api/v1/findings?limit=1")["findings"].as_array().unwrap().is_empty());
        no_room(&node.ask("POST", "/api/v1/scans").json(&json!({ "source": source })).send());
        no_room(&node.ask("DELETE", &format!("/api/v1/sources/{source}")).send());
        disk.clear();
        until(&node, "/readyz", |answer| answer.status == 200);
    }
    // It falls while nothing can be written, and one that could keep nothing is not begun.
    disk.fill(0);
    stands(&node, "full");
    node.signal(Signal::KILL);
    assert_eq!(node.ended(), -1);
    let refused = place.run(&["up", "--set", "api.listen=127.0.0.1:0"]);
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(refused.err.contains("the disk is full") && refused.err.contains("make room"));
    disk.clear();
    let node = Node::up_with(&place, &settings, &key);
    let path = format!("/api/v1/sources/{source}");
    let lifted = node.ask("PUT", &path).header("If-Match", &tag).json(&json!({})).send();
    assert_eq!(lifted.status, 200, "{}", lifted.text());
    let done = scan_until(&node, &scan, |scan| scan["state"] == "finished");
    assert_eq!(done["counts"]["findings"], FILES * LINES);
    is_as_undisturbed(&place, &scan, &source);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_node_is_not_begun_where_there_is_no_room_for_its_store() {
    let place = folder();
    let Some(disk) = SmallDisk::mount(&place.path("data"), 96) else {
        println!("{SKIPPED}");
        return;
    };
    disk.fill(0);
    let refused = place.run(&["up", "--set", "api.listen=127.0.0.1:0"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("no space left"), "{}", refused.err);
    assert!(refused.err.contains("make room"), "{}", refused.err);
    disk.clear();
    let small = ["disk.low_bytes=64MiB", "disk.enough_bytes=64MiB"];
    let node = Node::up(&place, &small);
    assert_eq!(node.ask("GET", "/readyz").send().status, 200);
    assert_eq!(node.stop(), 0);
}
