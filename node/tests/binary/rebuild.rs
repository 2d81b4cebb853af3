//! Making the index of a running node anew: asked for twice, and broken off.

use crate::support::node::Node;
use crate::support::{Place, age};
use rustix::process::Signal;
use serde_json::Value;

const PATH: &str = "/api/v1/index/rebuild";
const FILES: u64 = 200;
const IN_EACH: u64 = 30;

/// So much, in steps so small that a node is met at work on it.
fn large() -> Place {
    let place = Place::new();
    for n in 0..FILES {
        let line = |m| format!("write to person.{n}.{m}@mail.example.org\n");
        place.write(&format!("t/file{n}.txt"), (0..IN_EACH).map(line).collect::<String>());
    }
    age(&place.path("t"));
    place.ok(&["scan", "t"]);
    place
}

fn up(place: &Place, key: Option<&str>) -> Node {
    let settings = ["index.batch_documents=10"];
    let node = match key {
        Some(key) => Node::up_with(place, &settings, key),
        None => Node::up(place, &settings),
    };
    // By then the index has taken all in.
    while node.get("/api/v1/search?q=*")["count"] != FILES * (IN_EACH + 1) {}
    node
}

/// All is found, whole and as often as it is there.
fn is_right(node: &Node) {
    let answer = node.get("/api/v1/search?q=type:email&facet=state&limit=1");
    assert_eq!(answer["count"], FILES * IN_EACH, "{answer}");
    assert_eq!(answer["facets"]["state"]["open"], FILES * IN_EACH, "{answer}");
    assert!(answer["unsearched"].as_array().is_none_or(Vec::is_empty), "{answer}");
    assert_eq!(node.get("/api/v1/search?q=path:file7%20kind:object")["count"], 1);
}

fn begin(node: &Node) -> Value {
    let begun = node.ask("POST", PATH).send();
    assert_eq!(begun.status, 202, "{}", begun.text());
    begun.json()
}

/// Waits for the end of what is being made; all is found meanwhile.
fn ended(node: &Node) -> Value {
    loop {
        let told = node.get(PATH);
        is_right(node);
        if told["state"] != "running" {
            assert_eq!(told["state"], "finished", "{told}");
            assert_eq!(told["documents"], FILES * (IN_EACH + 1), "{told}");
            assert!(told["started"].as_str() <= told["ended"].as_str(), "{told}");
            return told;
        }
    }
}

/// Meets a node at work on it.
fn at_work(node: &Node) {
    let begun = begin(node);
    let told = (0..).map(|_| node.get(PATH)).find(|told| told["documents"] != 0).unwrap();
    assert_eq!(
        (&told["state"], &told["started"]),
        (&"running".into(), &begun["started"]),
        "{told}"
    );
}

#[test]
fn an_index_that_is_asked_for_twice_is_made_once() {
    let place = large();
    let node = up(&place, None);
    at_work(&node);
    let first = node.get(PATH);
    let again = begin(&node);
    assert_eq!(again["state"], "running", "{again}");
    assert_eq!(again["started"], first["started"], "it goes on");
    assert!(again["documents"].as_u64() >= first["documents"].as_u64(), "{again}");
    let last = ended(&node);
    assert_eq!(last["started"], first["started"]);
    // What was asked for is in the record, each time.
    let entries = node.get("/api/v1/audit")["entries"].as_array().unwrap().clone();
    assert_eq!(entries.iter().filter(|entry| entry["action"] == "index-rebuild").count(), 2);
    // After its end a further one is begun.
    assert!(begin(&node)["started"].as_str() > last["started"].as_str());
    ended(&node);
    assert_eq!(node.stop(), 0);
}

#[test]
fn an_index_that_was_broken_off_is_gone_on_with_at_the_next_start() {
    let place = large();
    let mut node = up(&place, None);
    let key = node.key.clone();
    for signal in [Signal::KILL, Signal::TERM] {
        at_work(&node);
        node.signal(signal);
        assert_eq!(node.ended(), if signal == Signal::TERM { 0 } else { -1 });
        node = up(&place, Some(&key));
        is_right(&node);
        // Nobody has asked this start for it. One that is told to stop may come to the end before.
        let told = node.ask("GET", PATH).send();
        if signal == Signal::KILL || told.status == 200 {
            ended(&node);
        } else {
            assert_eq!(told.code(), "not-found");
        }
        let entries = node.get("/api/v1/audit")["entries"].as_array().unwrap().clone();
        let asked = entries.iter().filter(|entry| entry["action"] == "index-rebuild").count();
        assert_eq!(asked, if signal == Signal::KILL { 1 } else { 3 });
        begin(&node);
        ended(&node);
    }
    assert_eq!(node.stop(), 0);
}
