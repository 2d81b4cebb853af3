//! Packs of rules of one's own: put while a node runs or without one, applied to the next scan, kept in
//! versions, refused where they are wrong.

use serde_json::{Value, json};

use crate::support::node::{Answer, Node};
use crate::support::{BADGE, Place, age, lines, shown};

/// A folder with a badge and an address in one file, and a badge in another.
fn badges() -> Place {
    let place = Place::new();
    place.write("t/a.txt", "badge BDG-123456, write to jane.roe@mail.example.org\n");
    place.write("t/fixtures/b.txt", "badge BDG-654321\n");
    age(&place.path("t"));
    place
}

fn pack(files: &[(&str, &str)]) -> Value {
    let files = files.iter().map(|(name, text)| json!({ "name": name, "text": text }));
    json!({ "files": files.collect::<Vec<_>>() })
}

fn put(node: &Node, name: &str, files: &[(&str, &str)]) -> Answer {
    node.ask("PUT", &format!("/api/v1/rule-packs/{name}")).json(&pack(files)).send()
}

/// The types that a scan of the folder finds, and how bad they are.
fn found(place: &Place, node: &Node) -> Vec<(String, String)> {
    node.scan(shown(&place.path("t")));
    let findings = node.get("/api/v1/findings?state=open")["findings"].as_array().unwrap().clone();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let mut found: Vec<_> =
        findings.iter().map(|of| (text(of, "type"), text(of, "sensitivity"))).collect();
    found.sort();
    found
}

fn of(types: &[(&str, &str)]) -> Vec<(String, String)> {
    types.iter().map(|(name, how)| ((*name).to_owned(), (*how).to_owned())).collect()
}

#[test]
fn a_pack_that_is_put_while_a_node_runs_applies_to_the_next_scan_and_is_kept_in_versions() {
    let place = badges();
    let node = Node::up(&place, &[]);
    let email = ("email", "medium");
    assert_eq!(found(&place, &node), of(&[email]));
    assert_eq!(node.get("/api/v1/rule-packs"), json!({ "revision": 0, "packs": [] }));

    let first = put(&node, "own", &[("staff/badge.toml", BADGE)]);
    assert_eq!(first.status, 200, "{}", first.text());
    let first = first.json();
    assert_eq!((&first["version"], &first["rules"]), (&json!(1), &json!(1)));
    assert_eq!(first["files"], json!([{ "name": "staff/badge.toml", "bytes": BADGE.len() }]));
    // Nothing has changed in the folder, and all of it is read again.
    assert_eq!(found(&place, &node), of(&[("badge", "low"), ("badge", "low"), email]));
    // The same again is no new version.
    assert_eq!(put(&node, "own", &[("staff/badge.toml", BADGE)]).json(), first);

    // Another pack speaks of rules of this one.
    let said = "[[override]]\nrule = 'own.badge'\nsensitivity = 'critical'\nreason = 'opens doors'\n\
                [[suppress]]\ntype = 'badge'\npaths = ['fixtures/**']\nreason = 'badges of nobody'\n";
    assert_eq!(put(&node, "said", &[("overrides.toml", said)]).status, 200);
    assert_eq!(found(&place, &node), of(&[("badge", "critical"), email]));
    let removed = node.ask("DELETE", "/api/v1/rule-packs/own").send();
    assert_eq!((removed.status, removed.code().as_str()), (422, "bad-rules"), "{}", removed.text());
    assert!(removed.text().contains("there is no such rule"), "{}", removed.text());

    let rules = node.get("/api/v1/rules")["rules"].as_array().unwrap().clone();
    assert!(rules.iter().any(|rule| rule["id"] == "own.badge"), "{} rules", rules.len());
    assert_eq!(node.ask("DELETE", "/api/v1/rule-packs/said").send().status, 200);
    let left = node.ask("DELETE", "/api/v1/rule-packs/own").send();
    assert_eq!(left.json(), json!({ "revision": 4, "packs": [] }));
    assert_eq!(found(&place, &node), of(&[email]));

    // No version is given twice, and those before can be had.
    let again = put(&node, "own", &[("staff/badge.toml", &BADGE.replace("90", "85"))]);
    assert_eq!(again.json()["version"], 2);
    assert_eq!(node.get("/api/v1/rule-packs/own?version=1"), first);
    let files = node.get("/api/v1/rule-packs/own/files?version=1");
    assert_eq!(files["files"][0], json!({ "name": "staff/badge.toml", "text": BADGE }));
    let entries = node.get("/api/v1/audit")["entries"].as_array().unwrap().clone();
    let of_packs = entries.iter().filter(|entry| entry["subject"] == "own");
    let actions: Vec<_> = of_packs.map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["rules-put", "rules-remove", "rules-put"]);
}

#[test]
fn a_pack_with_a_mistake_is_refused_with_place_and_reason_and_nothing_is_changed() {
    let place = badges();
    let node = Node::up(&place, &["api.rule_pack_bytes=64KiB"]);
    let cases = [
        (
            pack(&[("b.toml", &BADGE.replace("BDG-\\d{6}'", "BDG-(\\d{6}'"))]),
            "own/b.toml: pattern[0].regex",
        ),
        (pack(&[("b.toml", "id = ")]), "own/b.toml:1:6"),
        (
            pack(&[("b.toml", &BADGE.replace("finds = 'BDG", "finds = 'BDX"))]),
            "own.badge, example 1: \"BDX-123456\" is to be found",
        ),
        (
            pack(&[("b.toml", &BADGE.replace("own.badge", "us.ssn"))]),
            "\"us.ssn\" is the id of the rule",
        ),
        (pack(&[("../b.toml", BADGE)]), "is no name of a file"),
        (pack(&[]), "no rule and nothing about any rule is in it"),
    ];
    for (body, wanted) in cases {
        for (method, path) in [("PUT", "own"), ("POST", "own/check")] {
            let path = format!("/api/v1/rule-packs/{path}");
            let answer = node.ask(method, &path).json(&body).send();
            let (status, code) = (answer.status, answer.code());
            assert_eq!((status, code.as_str()), (422, "bad-rules"), "{}", answer.text());
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(wanted), "{detail} has no {wanted}");
        }
    }
    let named = node.ask("PUT", "/api/v1/rule-packs/Own").json(&pack(&[("b.toml", BADGE)])).send();
    assert_eq!((named.status, named.code().as_str()), (422, "bad-rules"), "{}", named.text());
    let large = pack(&[("b.toml", BADGE), ("d.txt", &"x".repeat(70_000))]);
    let large = node.ask("PUT", "/api/v1/rule-packs/own").json(&large).send();
    assert_eq!((large.status, large.code().as_str()), (413, "too-large"));
    let missing = node.ask("GET", "/api/v1/rule-packs/own").send();
    assert_eq!((missing.status, missing.code().as_str()), (404, "not-found"));
    assert_eq!(node.get("/api/v1/rule-packs"), json!({ "revision": 0, "packs": [] }));
}

#[test]
fn a_pack_is_put_from_a_folder_with_a_node_and_without_one() {
    let place = badges();
    place.write("rules/staff/badge.toml", BADGE);
    place.write("rules/.git/config", "no rule");
    let told = place.ok(&["rules", "put", "own", "rules"]);
    assert_eq!(told, "own: version 1, 1 rules; it applies to scans that begin from now on\n");
    let twice = place.run(&["rules", "put", "other", "rules/staff", "--check"]);
    assert!(twice.code == 2 && twice.err.contains("in own/staff/badge.toml too"), "{}", twice.err);
    let checked = place.ok(&["rules", "put", "own", "rules/staff", "--check"]);
    assert!(checked.starts_with("own: 1 rules are right, and 1 examples show"), "{checked}");
    assert_eq!(lines(&place.ok(&["rules", "packs", "--format", "jsonl"]))[0]["version"], 1);
    let scan = ["scan", "t", "--format", "jsonl", "--fail-on", "badge"];
    let scanned = place.run(&scan);
    let badges = scanned.lines().iter().filter(|finding| finding["type"] == "badge").count();
    assert_eq!((scanned.code, badges), (3, 2), "{}", scanned.err);
    let slip = place.run(&["scan", "t", "--fail-on", "badgers"]);
    assert_eq!(slip.code, 2, "{}", slip.err);
    let id = scanned.lines()[0]["id"].as_str().unwrap().to_owned();
    assert!(place.ok(&["explain", &id]).contains("own.badge v1"));

    let listed = lines(&place.ok(&["rules", "list", "--with-packs", "--format", "jsonl"]));
    assert!(listed.iter().any(|rule| rule["id"] == "own.badge"));
    assert_eq!(place.run(&["rules", "put", "own", "t"]).code, 2);
    place.ok(&["rules", "get", "own", "got"]);
    let got = std::fs::read_to_string(place.path("got/staff/badge.toml")).unwrap();
    assert_eq!(got, BADGE);
    let over = place.run(&["rules", "get", "own", "got"]);
    assert!(over.code == 2 && over.err.contains("something is in it"), "{}", over.err);

    // The same where a node has the store.
    let node = Node::up(&place, &[]);
    let packs = lines(&place.ok(&["rules", "packs", "--format", "jsonl"]));
    assert_eq!((packs.len(), &packs[0]["version"]), (1, &json!(1)));
    place.write("rules/staff/badge.toml", BADGE.replace("low", "high"));
    let told = place.ok(&["rules", "put", "own", "rules"]);
    assert!(told.starts_with("own: version 2"), "{told}");
    let badge = ("badge", "high");
    assert_eq!(found(&place, &node), of(&[badge, badge, ("email", "medium")]));
    assert_eq!(place.run(&["scan", "t", "--fail-on", "badge"]).code, 3);
    let removed = place.ok(&["rules", "remove", "own"]);
    assert_eq!(removed, "removed: own; 0 packs are left\n");
    assert_eq!(place.run(&["rules", "remove", "own"]).code, 1);
}

/// Bytes of text that a node has read.
fn read_bytes(node: &Node) -> u64 {
    let metrics = node.ask("GET", "/metrics").send().text();
    let line = metrics.lines().find(|line| line.starts_with("trawl_read_bytes_total ")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn where_more_is_hidden_what_was_found_is_judged_again_and_nothing_is_read() {
    let place = badges();
    let node = Node::up(&place, &[]);
    let (badge, email) = (("badge", "low"), ("email", "medium"));
    assert_eq!(put(&node, "own", &[("badge.toml", BADGE)]).status, 200);
    assert_eq!(found(&place, &node), of(&[badge, badge, email]));
    let first = node.get("/api/v1/findings?type=badge")["findings"][0]["first_seen"].clone();

    let said = |suppressed: &str| {
        let said = format!(
            "[[override]]\ntype = 'email'\nsensitivity = 'high'\nreason = 'people'\n\
             [[suppress]]\ntype = 'badge'\npaths = ['{suppressed}']\nreason = 'of nobody'\n"
        );
        assert_eq!(put(&node, "said", &[("overrides.toml", &said)]).status, 200);
    };
    let before = read_bytes(&node);
    said("fixtures/**");
    let high = ("email", "high");
    assert_eq!(found(&place, &node), of(&[badge, high]));
    assert_eq!(read_bytes(&node), before);
    assert_eq!(node.get("/api/v1/findings?type=badge")["findings"][0]["first_seen"], first);
    // What has changed is read, and so is all where something else is hidden.
    place.write("t/fixtures/b.txt", "badge BDG-654321, BDG-654322\n");
    age(&place.path("t/fixtures"));
    assert_eq!(found(&place, &node), of(&[badge, high]));
    let changed = read_bytes(&node);
    assert!(changed > before);
    said("a.txt");
    assert_eq!(found(&place, &node), of(&[badge, badge, high]));
    assert!(read_bytes(&node) > changed);
}
