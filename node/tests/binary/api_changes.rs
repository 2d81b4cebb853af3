//! Changes over HTTP: on which condition they are made, what is refused, what of that the audit record says,
//! and what a key of idempotency remembers.

use serde_json::{Value, json};

use crate::support::node::{Answer, Node};
use crate::support::{Place, letters, lines, shown, two_days_ago};

/// What the audit record says was done, in order.
fn actions(node: &Node) -> Vec<String> {
    let entries = node.get("/api/v1/audit")["entries"].as_array().unwrap().clone();
    entries.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// A node with a folder of letters that is a source called hr; gives the source's id.
fn with_source(place: &Place) -> (Node, String) {
    place.ok(&["source", "add", "hr", "t"]);
    let node = Node::up(place, &[]);
    let source = node.get("/api/v1/sources")["sources"][0]["id"].as_str().unwrap().to_owned();
    (node, source)
}

fn is_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text());
}

#[test]
fn what_is_refused_is_in_no_record_as_if_it_had_been_done() {
    let place = letters();
    place.write("u/a.txt", "nothing");
    let (node, source) = with_source(&place);
    let scan = node.scan(shown(&place.path("t")))["id"].as_str().unwrap().to_owned();
    let add = |name: &str, folder: &str| {
        let added = json!({ "target": shown(&place.path(folder)), "profile": { "name": name } });
        node.ask("POST", "/api/v1/sources").json(&added).send()
    };
    assert_eq!(add("other", "u").status, 201);
    let before = actions(&node);
    is_refused(&add("hr", "t"), 409, "conflict");
    place.write("v/a.txt", "nothing");
    is_refused(&add("hr", "v"), 409, "conflict");
    let renamed = node.ask("PUT", &format!("/api/v1/sources/{source}"));
    is_refused(&renamed.json(&json!({ "name": "other" })).send(), 409, "conflict");
    for command in ["pause", "resume", "cancel"] {
        let told = node.ask("POST", &format!("/api/v1/scans/{scan}/{command}")).send();
        is_refused(&told, 409, "conflict");
    }
    assert_eq!(actions(&node), before);

    // An order can't be looked at before: who works at the source may end it meanwhile.
    place.ok(&["source", "change", "hr", "--hours", &two_days_ago()]);
    let order = |body: Value| node.ask("POST", "/api/v1/scans").json(&body).send();
    let target = shown(&place.path("t")).to_owned();
    let first = order(json!({ "target": target, "exclude": ["*.bak"] }));
    assert_eq!(first.status, 202);
    let before = actions(&node).len();
    is_refused(&order(json!({ "target": target })), 409, "conflict");
    assert_eq!(actions(&node)[before..], ["scan", "scan-refused"]);
    assert_eq!(node.get("/api/v1/audit/verification")["whole"], true);
}

#[test]
fn a_source_is_changed_to_nothing_that_could_not_be_read_or_kept() {
    let place = letters();
    let (node, source) = with_source(&place);
    let path = format!("/api/v1/sources/{source}");
    let put = |profile: Value| node.ask("PUT", &path).json(&profile).send();
    for (part, globs) in [("include", ["[z-a"]), ("exclude", ["{a,b"])] {
        let refused = put(json!({ "name": "hr", "selection": { part: globs } }));
        is_refused(&refused, 422, "bad-target");
    }
    for days in [36_501u32, 999_999_999] {
        let refused = put(json!({ "name": "hr", "closed_days": days }));
        is_refused(&refused, 422, "bad-body");
        assert!(refused.json()["detail"].as_str().unwrap().contains("36500"), "{}", refused.text());
    }
    assert!(!actions(&node).contains(&"source-change".to_owned()));
    let kept =
        put(json!({ "name": "hr", "closed_days": 36_500, "selection": { "include": ["*"] } }));
    assert_eq!(kept.status, 200, "{}", kept.text());
    assert_eq!(place.run(&["source", "change", "hr", "--keep-closed", "36501"]).code, 2);
    let wrong = place.run(&["source", "change", "hr", "--include", "[z-a"]);
    assert!(wrong.code != 0 && wrong.err.contains("[z-a"), "{}", wrong.err);
    assert_eq!(node.scan(shown(&place.path("t")))["state"], "finished");
}

#[test]
fn conditions_hold_for_whatever_is_edited() {
    let place = letters();
    let (node, source) = with_source(&place);
    let path = format!("/api/v1/sources/{source}");
    let schedule = format!("{path}/schedules/nightly");
    let ask = |method: &str, path: &str, (name, value): (&str, &str), body: Option<Value>| {
        let request = node.ask(method, path).header(name, value);
        match body {
            Some(body) => request.json(&body).send(),
            None => request.send(),
        }
    };
    let tag_of = |path: &str| node.ask("GET", path).send().header("etag").unwrap().to_owned();
    let nightly = || Some(json!({ "cron": "30 2 * * *" }));
    let new = ("If-None-Match", "*");
    assert_eq!(ask("PUT", &schedule, new, nightly()).status, 200);
    let tag = tag_of(&schedule);
    let other = Some(json!({ "cron": "0 4 * * *" }));
    is_refused(&ask("PUT", &schedule, new, other.clone()), 412, "changed");
    is_refused(&ask("PUT", &schedule, ("If-None-Match", &tag), other), 412, "changed");
    is_refused(&ask("DELETE", &schedule, new, None), 412, "changed");
    assert_eq!(tag_of(&schedule), tag);
    for name in ["%2E", "%2E%2E", "-"] {
        let misnamed =
            node.ask("PUT", &format!("{path}/schedules/{name}")).json(&nightly().unwrap());
        is_refused(&misnamed.send(), 422, "bad-body");
    }

    let tag = tag_of(&path);
    let named = json!({ "name": "people" });
    assert_eq!(ask("PUT", &path, ("If-None-Match", "\"other\""), Some(named)).status, 200);
    is_refused(&ask("DELETE", &path, ("If-Match", &tag), None), 412, "changed");
    is_refused(&ask("DELETE", &path, new, None), 412, "changed");
    assert_eq!(node.get(&path)["profile"]["name"], "people");
    let tag = tag_of(&path);
    assert_eq!(ask("DELETE", &path, ("If-Match", &tag), None).status, 202);
    is_refused(&ask("DELETE", &path, ("If-Match", &tag), None), 412, "changed");
    assert_eq!(node.ask("DELETE", &path).send().status, 202, "to delete it again is no error");
}

#[test]
fn a_request_that_was_not_carried_out_can_be_with_the_same_key() {
    let place = letters();
    let (node, source) = with_source(&place);
    let path = format!("/api/v1/sources/{source}");
    let put = |tag: &str, key: &str| {
        let request = node.ask("PUT", &path).header("If-Match", tag);
        request.header("Idempotency-Key", key).json(&json!({ "name": "people" })).send()
    };
    is_refused(&put("\"none\"", "k"), 412, "changed");
    let tag = node.ask("GET", &path).send().header("etag").unwrap().to_owned();
    let changed = put(&tag, "k");
    assert_eq!((changed.status, changed.header("idempotency-replayed")), (200, None));
    let again = put(&tag, "k");
    assert_eq!((again.status, again.header("idempotency-replayed")), (200, Some("true")));
    is_refused(&put("*", "k"), 422, "other-request");
}

#[test]
fn a_cursor_of_another_question_is_refused() {
    let place = letters();
    place.write("u/a.txt", "write to somebody.else@mail.example.org\n");
    let (node, first) = with_source(&place);
    node.scan(shown(&place.path("t")));
    node.scan(shown(&place.path("u")));
    let sources = node.get("/api/v1/sources")["sources"].as_array().unwrap().clone();
    let mut ids = sources.iter().map(|source| source["id"].as_str().unwrap());
    let second = ids.find(|id| *id != first).unwrap().to_owned();
    let refused = |path: &str| {
        let answer = node.ask("GET", path).send();
        is_refused(&answer, 400, "bad-request");
    };
    let next = |path: &str| node.get(path)["next"].as_str().unwrap().to_owned();
    let cursor = next(&format!("/api/v1/findings?limit=1&source={first}"));
    for question in ["", &format!("&source={second}"), &format!("&source={first}&type=us.*")] {
        refused(&format!("/api/v1/findings?limit=1&cursor={cursor}{question}"));
    }
    let rest = node.get(&format!("/api/v1/findings?limit=100&source={first}&cursor={cursor}"));
    assert_eq!(rest["findings"].as_array().unwrap().len(), 9);
    let cursor = next("/api/v1/sources?limit=1");
    refused(&format!("/api/v1/sources?limit=1&source={second}&cursor={cursor}"));
    refused(&format!("/api/v1/keys?cursor={cursor}"));
}

#[test]
fn keys_come_in_pages() {
    let place = letters();
    for n in 0..4 {
        place.ok(&["key", "new", "--name", &format!("k{n}"), "--can", "read"]);
    }
    let node = Node::up(&place, &[]);
    let all = node.get("/api/v1/keys");
    let all = all["keys"].as_array().unwrap();
    assert_eq!(all.len(), 5);
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = node.get(&format!("/api/v1/keys?limit=2{cursor}"));
        assert!(page["keys"].as_array().unwrap().len() <= 2);
        paged.extend(page["keys"].as_array().unwrap().iter().map(|key| key["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, all.iter().map(|key| key["id"].clone()).collect::<Vec<_>>());
    let told = lines(&place.ok(&["key", "list", "--format", "jsonl"]));
    assert_eq!(told.iter().map(|key| key["id"].clone()).collect::<Vec<_>>(), paged);
}
