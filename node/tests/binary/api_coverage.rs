//! Coverage over HTTP and by the command alike: which scan is told of a source, and what can be said of what
//! it did not read.

use serde_json::{Value, json};

use crate::support::node::Node;
use crate::support::{Place, age, letters, lines, shown, two_days_ago};

/// Ten letters, and something that is skipped.
fn with_noise() -> Place {
    let place = letters();
    place.write("t/noise.bin", [0xFF, 0xD8, 0xFF, 0, 1, 2, 3]);
    age(&place.path("t"));
    place
}

fn order(node: &Node, source: &str) -> String {
    let ordered = node.ask("POST", "/api/v1/scans").json(&json!({ "source": source })).send();
    assert_eq!(ordered.status, 202, "{}", ordered.text());
    ordered.json()["id"].as_str().unwrap().to_owned()
}

fn coverage(node: &Node) -> Value {
    node.get("/api/v1/coverage")
}

#[test]
fn a_source_is_told_by_the_last_scan_that_looked_at_it_also_where_another_waits_or_never_began() {
    let place = with_noise();
    place.ok(&["source", "add", "hr", "t"]);
    place.ok(&["scan", "t"]);
    place.ok(&["source", "change", "hr", "--hours", &two_days_ago()]);
    let node = Node::up(&place, &[]);
    let is_told = |told: &Value| {
        assert_eq!((&told["scans"][0]["number"], &told["scans"][1]), (&1.into(), &Value::Null));
        assert_eq!(told["scans"][0]["unread_is_listed"], true);
        assert_eq!(told["unread"][0]["object"], "noise.bin");
        assert_eq!((&told["unread"][1], &told["never_read"]), (&Value::Null, &json!([])));
    };
    let queued = order(&node, "hr");
    is_told(&coverage(&node));
    let cancelled = node.ask("POST", &format!("/api/v1/scans/{queued}/cancel")).send();
    assert_eq!(cancelled.json()["state"], "cancelled");
    is_told(&coverage(&node));
    let never_began = node.get(&format!("/api/v1/coverage?scan={queued}"));
    assert_eq!(never_began["scans"][0]["unread_is_listed"], false, "the rows are not of this one");
    assert_eq!(never_began["unread"], json!([]));
    assert_eq!(node.stop(), 0);
    is_told(&serde_json::from_str(&place.ok(&["coverage", "--format", "json"])).unwrap());
}

#[test]
fn a_scan_that_failed_is_the_last_one_and_has_no_list() {
    let place = with_noise();
    place.ok(&["source", "add", "hr", "t"]);
    let node = Node::up(&place, &[]);
    let first = node.scan(shown(&place.path("t")))["id"].as_str().unwrap().to_owned();
    std::fs::rename(place.path("t"), place.path("gone")).unwrap();
    let failed = order(&node, "hr");
    assert_eq!(node.events(&failed).pop().unwrap().1["state"], "failed");
    let told = coverage(&node);
    let scan = &told["scans"][0];
    assert_eq!((&scan["id"], &scan["state"]), (&failed.clone().into(), &"failed".into()));
    assert!(scan["error"].as_str().is_some_and(|error| !error.is_empty()), "{scan}");
    assert_eq!((&scan["unread_is_listed"], &told["unread"]), (&false.into(), &json!([])));
    // What was read before is still what is kept.
    let before = node.get(&format!("/api/v1/coverage?scan={first}"));
    assert_eq!(before["scans"][0]["unread_is_listed"], true);
    assert_eq!(before["unread"][0]["object"], "noise.bin");
    let shown = place.ok(&["coverage"]);
    assert!(shown.contains("failed") && shown.contains("is not listed"), "{shown}");

    std::fs::rename(place.path("gone"), place.path("t")).unwrap();
    let again = order(&node, "hr");
    assert_eq!(node.events(&again).pop().unwrap().1["state"], "finished");
    let told = coverage(&node);
    assert_eq!(
        (&told["scans"][0]["number"], &told["unread"][0]["object"]),
        (&3.into(), &"noise.bin".into())
    );
    let before = node.get(&format!("/api/v1/coverage?scan={first}"));
    assert_eq!(before["scans"][0]["unread_is_listed"], false, "a later one was begun");
}

#[test]
fn a_source_that_was_never_read_is_named_and_one_that_failed_is_told() {
    let place = letters();
    place.ok(&["source", "add", "hr", "t", "--hours", &two_days_ago()]);
    let node = Node::up(&place, &[]);
    let missing = json!({ "target": shown(&place.path("nowhere")), "profile": { "name": "x" },
        "may_be_missing": true });
    assert_eq!(node.ask("POST", "/api/v1/sources").json(&missing).send().status, 201);
    let failed = order(&node, "x");
    assert_eq!(node.events(&failed).pop().unwrap().1["state"], "failed");
    let cancelled = order(&node, "hr");
    assert_eq!(node.ask("POST", &format!("/api/v1/scans/{cancelled}/cancel")).send().status, 200);
    let told = coverage(&node);
    assert_eq!((&told["scans"][0]["id"], &told["scans"][1]), (&failed.into(), &Value::Null));
    let never = &told["never_read"];
    assert_eq!(never[0]["location"], shown(&place.path("t").canonicalize().unwrap()));
    assert_eq!(never[1], Value::Null);
    assert_eq!(told["scans_next"], Value::Null);
    let listed = lines(&place.ok(&["coverage", "--format", "jsonl"]));
    assert_eq!(listed.last().unwrap()["never_read"], never[0]);
    assert!(place.ok(&["coverage"]).contains("never read:"));
    assert_eq!(node.stop(), 0);
    assert_eq!(lines(&place.ok(&["coverage", "--format", "jsonl"])), listed);
}

#[test]
fn the_scans_of_many_sources_come_in_pages_of_their_own() {
    let place = Place::new();
    for n in 0..5 {
        place.write(&format!("s{n}/noise.bin"), [0xFF, 0xD8, 0xFF, 0, 1, 2, 3]);
    }
    place.ok(&["scan", "s0", "s1", "s2", "s3"]);
    place.ok(&["source", "add", "last", "s4"]);
    let node = Node::up(&place, &["api.page_items=2"]);
    let whole = |page: &Value| page["coverage"].clone();
    let first = coverage(&node);
    let count = |page: &Value, list: &str| page[list].as_array().unwrap().len();
    assert_eq!(count(&first, "scans") + count(&first, "never_read"), 2);
    assert_eq!(count(&first, "unread"), 2);
    let (mut scans, mut never) = (count(&first, "scans"), count(&first, "never_read"));
    let mut next = first["scans_next"].clone();
    while let Some(cursor) = next.as_str() {
        let page = node.get(&format!("/api/v1/coverage?scans_cursor={cursor}"));
        assert_eq!(
            (whole(&page), &page["unread"], &page["next"]),
            (whole(&first), &json!([]), &Value::Null)
        );
        scans += count(&page, "scans");
        never += count(&page, "never_read");
        next = page["scans_next"].clone();
    }
    assert_eq!((scans, never), (4, 1));
    let (mut unread, mut next) = (count(&first, "unread"), first["next"].clone());
    while let Some(cursor) = next.as_str() {
        let page = node.get(&format!("/api/v1/coverage?cursor={cursor}"));
        assert_eq!(
            (whole(&page), &page["scans"], &page["never_read"]),
            (whole(&first), &json!([]), &json!([]))
        );
        unread += count(&page, "unread");
        next = page["next"].clone();
    }
    assert_eq!(unread, 4);
    let document: Value =
        serde_json::from_str(&place.ok(&["coverage", "--format", "json"])).unwrap();
    assert_eq!(["scans", "never_read", "unread"].map(|list| count(&document, list)), [4, 1, 4]);
}
