//! What one request has set going is followed by its id, in the log alone, down to the units.

use crate::support::node::Node;
use crate::support::{Place, letters, lines, shown};
use rustix::process::Signal;
use serde_json::{Value, json};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The lines of a log that belong to a request.
fn of_request(log: &str, id: &str) -> Vec<Value> {
    let of = |line: &Value| line["request_id"] == id;
    // A process that was killed may have left half a line.
    let whole = log.lines().filter(|line| line.ends_with('}')).collect::<Vec<_>>().join("\n");
    lines(&whole).into_iter().filter(of).collect()
}

/// Those that a part of the program wrote.
fn by<'a>(lines: &'a [Value], target: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["target"] == target).collect()
}

fn order(node: &Node, order: &Value, id: &str) -> String {
    let traced = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let request = node.ask("POST", "/api/v1/scans").header("X-Request-Id", id);
    let answer = request.header("traceparent", &traced).json(order).send();
    assert_eq!((answer.status, answer.header("x-request-id")), (202, Some(id)));
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Each line of a scan's work names the scan and the request.
fn assert_followed(lines: &[Value], scan: &str, parts: &[&str]) {
    for part in parts {
        let of = by(lines, part);
        assert!(!of.is_empty(), "{part} says nothing of the request");
        for line in of {
            assert_eq!((&line["scan"], &line["trace_id"]), (&scan.into(), &TRACE.into()), "{line}");
        }
    }
    let units: Vec<_> = lines.iter().filter(|line| line["span"] == "unit").collect();
    assert!(units.iter().any(|line| line["work"] == "read"), "a unit that reads");
    assert!(units.iter().all(|line| line["unit"].is_u64() && line["range"].is_string()));
}

#[test]
fn a_request_is_followed_from_its_call_down_to_the_units() {
    let place = letters();
    let node = Node::up(&place, &[]);
    let target = json!({ "target": shown(&place.path("t")) });
    let scan = order(&node, &target, "follow-me.1");
    node.events(&scan);
    assert_eq!(node.get(&format!("/api/v1/scans/{scan}"))["request_id"], "follow-me.1");
    let log = node.log();
    let lines = of_request(&log, "follow-me.1");
    let call = by(&lines, "trawl::api::observe");
    assert_eq!(call.len(), 1, "{lines:?}");
    assert_eq!(call[0]["status"], 202);
    for (name, value) in
        [("route", "/api/v1/scans"), ("method", "POST"), ("client", "tests"), ("tenant", "default")]
    {
        assert_eq!(call[0][name], value, "{name}");
    }
    assert!(call[0]["client_id"].as_str().is_some_and(|id| node.key.contains(id)));
    assert_eq!(call[0]["trace_id"], TRACE);
    let parts = [
        "trawl_actors::director::actor",
        "trawl_actors::keeper::actor",
        "trawl_actors::crawl::lease",
        "trawl_actors::classify::pool",
    ];
    assert_followed(&lines, &scan, &parts);
    assert!(!log.contains("person.number"), "no found value is in the log");
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_scan_remembers_its_request_over_a_start() {
    let place = letters();
    // So slow that it is met at work.
    place.ok(&["source", "add", "slow", "t", "--objects-per-second", "4"]);
    let node = Node::up(&place, &[]);
    let scan = order(&node, &json!({ "source": "slow" }), "follow-me.2");
    let (key, before) = (node.key.clone(), node.log().len());
    node.signal(Signal::KILL);
    node.ended();
    let node = Node::up_with(&place, &[], &key);
    node.events(&scan);
    let lines = of_request(&node.log()[before..], "follow-me.2");
    assert!(by(&lines, "trawl::api::observe").is_empty(), "nobody has called again");
    assert_followed(
        &lines,
        &scan,
        &["trawl_actors::director::actor", "trawl_actors::crawl::lease"],
    );
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_problem_names_its_request() {
    let node = Node::up(&Place::new(), &[]);
    for (named, path) in [(Some("ask-support.1"), "/nowhere"), (None, "/api/v1/scans/none")] {
        let request = node.ask("GET", path);
        let request = match named {
            Some(id) => request.header("X-Request-Id", id),
            None => request,
        };
        let answer = request.send();
        answer.code();
        let id = answer.header("x-request-id").unwrap();
        assert_eq!(answer.json()["request_id"], id);
        assert!(named.is_none_or(|named| named == id), "{id}");
    }
}
