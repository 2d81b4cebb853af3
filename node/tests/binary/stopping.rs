//! Ctrl-C: a scan stops within its bound, keeps what it has done, and goes on from there.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use crate::support::{Place, age, lines};
use rustix::process::{Pid, Signal, kill_process};

/// Enough to be met at work: some seconds of it in an unoptimised build.
fn large() -> Place {
    let place = Place::new();
    let filler = "Nothing of note stands in this line, and yet it must be read by somebody.\n";
    for n in 0..48 {
        let mut text = String::new();
        for m in 0..40 {
            text.push_str(&filler.repeat(70));
            text.push_str(&format!("write to person.{n}.{m}@mail.example.org\n"));
        }
        place.write(&format!("t/{:02}/file{n}.txt", n % 5), text);
    }
    age(&place.path("t"));
    place
}

fn scan(place: &Place, data: &str) -> Child {
    place
        .command(&["scan", "t", "--data", data, "--format", "jsonl", "--log", "json"])
        .args(["--log-level", "info"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the child says in its log that it is at work.
fn at_work(log: &mut impl BufRead) {
    let mut line = String::new();
    loop {
        line.clear();
        assert_ne!(
            log.read_line(&mut line).unwrap(),
            0,
            "the scan ended before it was met at work"
        );
        let Ok(event) = serde_json::from_str::<serde_json::Value>(&line) else { continue };
        if event["fields"]["listed_objects"].as_u64().unwrap_or(0) > 0 {
            return;
        }
    }
}

fn ids(place: &Place, data: &str) -> Vec<String> {
    let out = place.ok(&["findings", "--data", data, "--format", "jsonl"]);
    lines(&out).iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

fn places(place: &Place, data: &str) -> Vec<(String, u64)> {
    let out = place.ok(&["findings", "--data", data, "--format", "jsonl"]);
    let of = |line: &serde_json::Value| {
        (line["object"].as_str().unwrap().to_owned(), line["place"]["start"].as_u64().unwrap())
    };
    lines(&out).iter().map(of).collect()
}

#[test]
fn an_interrupted_scan_goes_on_and_finds_what_an_undisturbed_one_does() {
    let place = large();
    let mut child = scan(&place, "disturbed");
    let mut log = BufReader::new(child.stderr.take().unwrap());
    at_work(&mut log);

    let busy = place.run(&["scans", "--data", "disturbed", "--set", "node.wait_within=1ms"]);
    assert_eq!(busy.code, 1);
    assert!(busy.err.contains("in use by process"), "{}", busy.err);

    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let mut said = String::new();
    log.read_to_string(&mut said).unwrap();
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(130), "{said}");
    assert!(said.contains("the same command goes on"), "{said}");
    let open = lines(&place.ok(&["scans", "--data", "disturbed", "--format", "jsonl"])).remove(0);
    assert_eq!(open["state"], "running");

    place.ok(&["scan", "t", "--data", "disturbed"]);
    let scans = lines(&place.ok(&["scans", "--data", "disturbed", "--format", "jsonl"]));
    assert_eq!(scans.len(), 1, "the second run went on with the first one's scan");
    assert_eq!(scans[0]["id"], open["id"]);
    assert_eq!((&scans[0]["state"], &scans[0]["adds_up"]), (&"finished".into(), &true.into()));

    place.ok(&["scan", "t", "--data", "calm"]);
    assert_eq!(places(&place, "disturbed"), places(&place, "calm"));
    let ids = ids(&place, "disturbed");
    assert_eq!(ids.len(), 48 * 40);
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
}
