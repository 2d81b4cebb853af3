//! A node that stays: how it starts, what it refuses, and how it ends.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::support::node::Node;
use crate::support::{Place, lines, shown};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

#[test]
fn a_node_leaves_a_note_for_its_user_and_takes_it_with_it() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let node = Node::up(&place, &[]);
    let note = place.path("data/running.json");
    assert_eq!(std::fs::metadata(&note).unwrap().permissions().mode() & 0o777, 0o600);
    let second = place.run(&["up", "--set", "api.listen=127.0.0.1:0"]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("in use by the node that answers at http://"), "{}", second.err);
    assert!(note.exists(), "a second node takes nothing away from the first");
    assert_eq!(node.stop(), 0);
    assert!(!note.exists());
    // What a node that was killed has left misleads nobody.
    let node = Node::up(&place, &[]);
    node.signal(Signal::KILL);
    drop(node);
    assert!(note.exists());
    assert!(place.ok(&["key", "list"]).contains("tests"));
}

#[test]
fn who_finds_the_directory_taken_for_a_moment_waits_for_it() {
    let place = Place::new();
    place.ok(&["key", "new", "--name", "tests", "--can", "admin"]);
    // As another command has it, or a node that is not up yet.
    let lock = std::fs::File::options().write(true).open(place.path("data/LOCK")).unwrap();
    lock.lock().unwrap();
    let begun = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut node = begun(&["up", "--set", "api.listen=127.0.0.1:0"]);
    let mut asks = begun(&["key", "list"]);
    for waits in [&mut node, &mut asks] {
        let mut told = String::new();
        BufReader::new(waits.stderr.as_mut().unwrap()).read_line(&mut told).unwrap();
        assert!(told.contains("waiting for another process, which has"), "{told}");
    }
    drop(lock);
    // Whichever of the two has it first: the other asks it, or waits once more.
    let asked = asks.wait_with_output().unwrap();
    assert_eq!(asked.status.code(), Some(0));
    assert!(String::from_utf8(asked.stdout).unwrap().contains("tests"));
    let mut line = String::new();
    BufReader::new(node.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("trawl is up"), "{line}");
    kill_process(Pid::from_child(&node), Signal::TERM).unwrap();
    // One that stops is waited for, too.
    assert!(place.ok(&["key", "list"]).contains("tests"));
    assert_eq!(node.wait().unwrap().code(), Some(0));
}

#[test]
fn what_is_told_beside_a_log_of_json_is_json_too() {
    let place = Place::new();
    let node = Node::start(&place, &[], "");
    let second = place.run(&["up", "--log", "json"]);
    assert_eq!(node.stop(), 0);
    let log = std::fs::read_to_string(place.path("up.log")).unwrap();
    let told = lines(&(log + &second.err));
    let of = |begin: &str| {
        let message = |line: &Value| line["fields"]["message"].as_str().unwrap().to_owned();
        told.iter().find(|line| message(line).starts_with(begin)).unwrap().clone()
    };
    assert_eq!(
        (&of("made the root key")["level"], &of("stopping")["level"]),
        (&"INFO".into(), &"INFO".into())
    );
    let refused = told.iter().find(|line| line["level"] == "ERROR").unwrap();
    assert!(refused["fields"]["message"].as_str().unwrap().contains("is in use"), "{refused}");
    assert!(refused["timestamp"].is_string() && refused["target"] == "trawl", "{refused}");
}

#[test]
fn others_are_let_in_only_with_a_certificate_and_a_key() {
    let place = Place::new();
    let open = ["up", "--set", "api.listen=0.0.0.0:0"];
    let bare = place.run(&open);
    assert_eq!(bare.code, 2);
    assert!(bare.err.contains("api.tls_certificate"), "{}", bare.err);
    let (certificate, key) = certificate(&place);
    let (certificate, key) =
        (format!("api.tls_certificate={certificate}"), format!("api.tls_key=file:{key}"));
    let half = place.run(&[&open[..], &["--set", &certificate]].concat());
    assert_eq!(half.code, 2);
    assert!(half.err.contains("belong together"), "{}", half.err);
    let keyless = place.run(&[&open[..], &["--set", &certificate, "--set", &key]].concat());
    assert_eq!(keyless.code, 2);
    assert!(keyless.err.contains("trawl key new"), "{}", keyless.err);
}

#[test]
fn with_a_certificate_commands_reach_the_node_and_nobody_else_is_believed() {
    let place = Place::new();
    place.write("t/a.txt", "write to person.number1@mail.example.org\n");
    let (certificate, key) = certificate(&place);
    let (certificate, key) =
        (format!("api.tls_certificate={certificate}"), format!("api.tls_key=file:{key}"));
    let node = Node::up(&place, &["api.listen=0.0.0.0:0", &certificate, &key]);
    let found = place.ok(&["scan", "t", "--format", "jsonl"]);
    assert_eq!(crate::support::lines(&found).len(), 1);
    // The note's certificate is the one that counts.
    let note = place.path("data/running.json");
    let mut running: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&note).unwrap()).unwrap();
    running["certificate"] = "AAAA".into();
    std::fs::write(&note, running.to_string()).unwrap();
    let other = place.run(&["findings"]);
    assert_eq!(other.code, 1);
    assert!(other.err.contains("can't be asked"), "{}", other.err);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_node_that_is_stopped_keeps_what_is_at_work() {
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
    crate::support::age(&place.path("t"));
    let node = Node::up(&place, &["api.stream_interval=10ms"]);
    let order = json!({ "target": shown(&place.path("t")) });
    let ordered = node.ask("POST", "/api/v1/scans").json(&order).send().json();
    let id = ordered["id"].as_str().unwrap().to_owned();
    let mut events = BufReader::new(node.ask("GET", &format!("/api/v1/scans/{id}/events")).begin());
    let mut told = String::new();
    while !told.contains("event: progress") {
        assert_ne!(events.read_line(&mut told).unwrap(), 0, "{told}");
    }
    node.signal(Signal::TERM);
    events.read_to_string(&mut told).unwrap();
    assert!(told.contains("event: stopping") || told.contains("event: end"), "{told}");
    assert_eq!(node.ended(), 0);

    let node = Node::up(&place, &[]);
    let scan = node.scan(shown(&place.path("t")));
    assert_eq!(scan["state"], "finished");
    assert_eq!(scan["counts"]["findings"], 48 * 40);
    assert_eq!(node.get("/api/v1/scans")["scans"].as_array().unwrap().len(), 1);
}

#[test]
fn a_node_ends_within_its_bound_whatever_hangs_and_loses_nothing() {
    let place = crate::support::letters();
    // So slow that it is met at work.
    place.ok(&["source", "add", "slow", "t", "--objects-per-second", "4"]);
    let bounds = ["node.stop_within=1s", "api.request_within=10m", "api.stream_interval=10ms"];
    let node = Node::up(&place, &bounds);
    let order = json!({ "source": "slow" });
    let ordered = node.ask("POST", "/api/v1/scans").json(&order).send().json();
    let id = ordered["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/scans/{id}");
    let at_work = (0..).map(|_| node.get(&path)).find(|scan| scan["done_objects"] != 0).unwrap();
    assert_eq!(at_work["state"], "running", "{at_work}");
    // A request whose body never comes.
    let post = node.ask("POST", "/api/v1/scans").header("Content-Type", "application/json");
    let mut hangs = post.header("Content-Length", "2").header("Expect", "100-continue").begin();
    let mut told = [0; 25];
    hangs.read_exact(&mut told).unwrap();
    assert!(told.starts_with(b"HTTP/1.1 100 Continue"));
    let (key, before) = (node.key.clone(), node.log().len());
    assert_eq!(node.stop(), 0);
    let log = std::fs::read_to_string(place.path("up.log")).unwrap();
    assert!(log[before..].contains("not all could be kept in time"), "it was waited for");
    assert!(!place.path("data/running.json").exists());
    drop(hangs);

    let node = Node::up_with(&place, &[], &key);
    let ended = node.events(&id).pop().unwrap().1;
    assert_eq!((&ended["state"], &ended["adds_up"]), (&"finished".into(), &true.into()));
    assert_eq!(ended["counts"]["findings"], 10);
    assert_eq!(node.get("/api/v1/scans")["scans"].as_array().unwrap().len(), 1);
    let findings = node.get("/api/v1/findings")["findings"].as_array().unwrap().clone();
    let ids: std::collections::BTreeSet<&str> =
        findings.iter().map(|finding| finding["id"].as_str().unwrap()).collect();
    assert_eq!((findings.len(), ids.len()), (10, 10));
    let searched = || node.get("/api/v1/search?q=type:email")["count"].clone();
    while searched() != 10 {}
    assert_eq!(node.stop(), 0);
}

/// A certificate of its own and its key, as files.
fn certificate(place: &Place) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["trawl.example.org".to_owned()]).unwrap();
    let certificate = place.write("node.pem", made.cert.pem());
    let key = place.write("node.key", made.signing_key.serialize_pem());
    (shown(&certificate).to_owned(), shown(&key).to_owned())
}
