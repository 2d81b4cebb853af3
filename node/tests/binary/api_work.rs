//! Work over HTTP: scans are ordered and watched, findings listed, explained and judged, and all of
//! it is what the command line says.

use crate::support::node::Node;
use crate::support::stored::give_up;
use crate::support::{Place, age, lines, shown, two_days_ago};
use serde_json::{Value, json};

/// A folder with letters, each with an address of its own.
fn letters(count: usize) -> Place {
    let place = Place::new();
    for n in 0..count {
        let text = format!("Dear reader,\nwrite to person.number{n}@mail.example.org\n");
        place.write(&format!("t/letter{n}.txt"), text);
    }
    place.write("t/noise.bin", [0xFF, 0xD8, 0xFF, 0, 1, 2, 3]);
    age(&place.path("t"));
    place
}

fn scanned(place: &Place, settings: &[&str]) -> Node {
    let node = Node::up(place, settings);
    let scan = node.scan(shown(&place.path("t")));
    assert_eq!((&scan["state"], &scan["adds_up"]), (&"finished".into(), &true.into()), "{scan}");
    node
}

/// Pauses an order that nobody has begun yet, of a folder that was scanned and where no node runs. Gives
/// the id of its scan.
fn paused(place: &Place) -> String {
    give_up(place, "letter0.txt");
    let queued = place.ok(&["parked", "release", shown(&place.path("t"))]);
    let id = queued.split([' ', ';']).nth(1).unwrap().to_owned();
    place.ok(&["scans", "pause", &id]);
    id
}

fn findings(node: &Node, query: &str) -> Vec<Value> {
    node.get(&format!("/api/v1/findings{query}"))["findings"].as_array().unwrap().clone()
}

#[test]
fn a_scan_that_is_ordered_over_http_finds_what_the_command_line_finds() {
    let place = letters(10);
    let node = scanned(&place, &[]);
    let over_http = findings(&node, "");
    assert_eq!(over_http.len(), 10);
    let scan = node.get("/api/v1/scans")["scans"][0].clone();
    assert_eq!(node.get(&format!("/api/v1/scans/{}", scan["id"].as_str().unwrap())), scan);
    let source = node.get("/api/v1/sources")["sources"][0].clone();
    assert_eq!(source["location"], shown(&place.path("t")));
    let path = format!("/api/v1/sources/{}", source["id"].as_str().unwrap());
    assert_eq!(node.get(&path), source);
    let coverage = node.get("/api/v1/coverage");
    assert_eq!(coverage["unread"][0]["object"], "noise.bin");
    let id = over_http[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(node.get(&format!("/api/v1/findings/{id}")), over_http[0]);
    let explained = node.get(&format!("/api/v1/findings/{id}/explanation"));
    assert_eq!(explained["finding"], over_http[0]);
    assert!(explained["why"].as_array().is_some_and(|why| !why.is_empty()), "{explained}");
    assert_eq!(node.stop(), 0);

    assert_eq!(lines(&place.ok(&["findings", "--format", "jsonl"])), over_http);
    assert_eq!(lines(&place.ok(&["scans", "--format", "jsonl"])), [scan]);
    let document: Value =
        serde_json::from_str(&place.ok(&["coverage", "--format", "json"])).unwrap();
    for part in ["coverage", "scans", "unread"] {
        assert_eq!(document[part], coverage[part], "{part}");
    }
}

#[test]
fn progress_is_told_by_events_to_the_end() {
    let place = letters(30);
    let node = Node::up(&place, &["api.stream_interval=10ms"]);
    let order = json!({ "target": shown(&place.path("t")) });
    let ordered = node.ask("POST", "/api/v1/scans").json(&order).send();
    let id = ordered.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(ordered.json()["state"], "queued");
    assert_eq!(ordered.header("location"), Some(format!("/api/v1/scans/{id}").as_str()));
    let mut events = node.events(&id);
    let (name, last) = events.pop().unwrap();
    assert_eq!((name.as_str(), &last["state"]), ("end", &"finished".into()));
    assert_eq!(last["counts"]["findings"], 30);
    assert_eq!((&last["all_listed"], &last["pace"]), (&true.into(), &Value::Null));
    assert_eq!((&last["done_objects"], &last["listed_objects"]), (&31.into(), &31.into()));
    let shown = place.ok(&["scans", "show", &id]);
    assert!(shown.contains("31 objects") && shown.contains("that is all"), "{shown}");
    let shown = place.ok(&["scans", "show", &id, "--format", "jsonl"]);
    assert_eq!(lines(&shown), std::slice::from_ref(&last));
    for (name, scan) in &events {
        assert_eq!(name, "progress");
        assert!(scan["state"] == "queued" || scan["state"] == "running", "{scan}");
        assert!(scan["done_objects"].as_u64() <= scan["listed_objects"].as_u64(), "{scan}");
        assert!(scan["done_bytes"].as_u64() <= scan["listed_bytes"].as_u64(), "{scan}");
        let told = scan["pace"]["remaining_seconds"].is_u64();
        assert!(!told || scan["all_listed"] == true, "an end is told before it is known: {scan}");
    }
    assert_eq!(node.events(&id).len(), 1, "of what has ended the end alone is told");
}

#[test]
fn a_scan_that_was_paused_while_no_node_ran_is_resumed_by_way_of_the_node() {
    let place = letters(3);
    place.ok(&["scan", "t"]);
    let id = paused(&place);
    let node = Node::up(&place, &[]);
    assert_eq!(node.get(&format!("/api/v1/scans/{id}"))["state"], "paused");
    assert!(place.ok(&["scans", "resume", &id]).contains(&id));
    assert_eq!(node.events(&id).pop().unwrap().1["state"], "finished");
    let ended = place.run(&["scans", "cancel", &id]);
    assert_eq!(ended.code, 1);
    let audit = place.ok(&["audit", "list", "--format", "jsonl"]);
    for action in ["parked-release", "scan-pause", "scan-resume"] {
        assert!(audit.contains(action), "{action}");
    }
    assert!(!audit.contains("scan-cancel"), "it was refused");
}

#[test]
fn an_order_for_a_part_waits_its_turn_and_remembers_its_part() {
    let place = letters(6);
    let folder = shown(&place.path("t")).to_owned();
    // It may be read at no hour of the present: on the day before yesterday alone.
    place.ok(&["source", "add", "letters", "t", "--hours", &two_days_ago()]);
    let node = Node::up(&place, &[]);
    let order = |body: Value| node.ask("POST", "/api/v1/scans").json(&body).send();
    let part = json!({ "target": folder, "exclude": ["letter[0-3].txt"] });
    let ordered = order(part.clone());
    assert_eq!((ordered.status, &ordered.json()["state"]), (202, &"queued".into()));
    let id = ordered.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(order(part).json()["joined"], true);
    let waits = node.get(&format!("/api/v1/scans/{id}"));
    assert_eq!((&waits["state"], &waits["waits_for"]), (&"queued".into(), &"hours".into()));
    assert!(waits["waits_until"].as_str() > waits["started"].as_str(), "{waits}");
    assert!(place.ok(&["scans"]).contains("queued (hours)"));
    assert!(place.ok(&["scans", "show", &id]).contains("they begin "));
    let all = order(json!({ "target": folder }));
    assert_eq!((all.status, all.code().as_str()), (409, "conflict"));
    assert!(all.json()["detail"].as_str().unwrap().contains(&id), "{}", all.text());
    assert_eq!(node.stop(), 0);

    place.ok(&["source", "change", "letters", "--clear", "hours"]);
    let node = Node::up(&place, &[]);
    assert_eq!(node.events(&id).pop().unwrap().1["state"], "finished");
    assert_eq!(findings(&node, "").len(), 2);
    let scan = node.scan(&folder);
    assert_eq!((scan["state"].as_str(), findings(&node, "").len()), (Some("finished"), 6));
}

#[test]
fn a_scan_that_is_paused_goes_on_when_it_is_wanted_now() {
    let place = letters(3);
    place.ok(&["scan", "t"]);
    let id = paused(&place);
    let node = Node::up(&place, &[]);
    assert_eq!(lines(&place.ok(&["scan", "t", "--format", "jsonl"])).len(), 3);
    assert_eq!(node.get(&format!("/api/v1/scans/{id}"))["state"], "finished");
}

#[test]
fn pages_give_each_finding_once_whatever_their_size() {
    let place = letters(7);
    let many: String =
        (0..40).map(|n| format!("mail person.{n}@mail.example.org, please\n")).collect();
    place.write("t/many.txt", many);
    let node = scanned(&place, &[]);
    let all: Vec<Value> = findings(&node, "");
    assert_eq!(all.len(), 47);
    for limit in [1, 3, 46, 47, 1000] {
        let mut paged = Vec::new();
        let mut next = Value::Null;
        loop {
            let cursor = next.as_str().map(|next| format!("&cursor={next}")).unwrap_or_default();
            let page = node.get(&format!("/api/v1/findings?limit={limit}{cursor}"));
            let items = page["findings"].as_array().unwrap();
            assert!(items.len() <= limit);
            paged.extend(items.iter().cloned());
            next = page["next"].clone();
            if next.is_null() {
                break;
            }
        }
        assert_eq!(paged, all, "pages of {limit}");
    }
    let filtered = findings(&node, "?type=email&type=us.*&path_prefix=many&state=open");
    assert_eq!(filtered.len(), 40);
    assert!(findings(&node, "?verdict=confirmed").is_empty());
}

#[test]
fn findings_are_listed_by_the_scan_that_found_them() {
    let place = letters(4);
    let node = scanned(&place, &[]);
    let first = node.get("/api/v1/scans")["scans"][0]["id"].as_str().unwrap().to_owned();
    place.write("t/letter1.txt", "now write to somebody.else@mail.example.org\n");
    let second = node.scan(shown(&place.path("t")))["id"].as_str().unwrap().to_owned();
    place.write("u/other.txt", "and to nobody.new@mail.example.org\n");
    let other = node.scan(shown(&place.path("u")))["id"].as_str().unwrap().to_owned();
    let of = |scan: &str| {
        let found = findings(&node, &format!("?scan={scan}"));
        found.iter().map(|found| found["object"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(&first), ["letter0.txt", "letter2.txt", "letter3.txt"]);
    assert_eq!(of(&second), ["letter1.txt"]);
    assert_eq!(of(&other), ["other.txt"]);
    let source = node.get(&format!("/api/v1/scans/{other}"))["source"].as_str().unwrap().to_owned();
    assert!(findings(&node, &format!("?scan={first}&source={source}")).is_empty());
    let told = |scan: &str| {
        let out = place.ok(&["findings", "--scan", scan, "--format", "jsonl"]);
        lines(&out).iter().map(|found| found["object"].clone()).collect::<Vec<_>>()
    };
    let there = told(&first);
    assert_eq!(there, ["letter0.txt", "letter2.txt", "letter3.txt"]);
    let unknown = node.ask("GET", &format!("/api/v1/findings?scan={}", "0".repeat(20))).send();
    assert_eq!((unknown.status, unknown.code().as_str()), (404, "not-found"));
    let wrong = node.ask("GET", "/api/v1/findings?scan=x").send();
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "bad-request"));
    assert_eq!(node.stop(), 0);
    assert_eq!(told(&first), there);
}

#[test]
fn a_page_bounds_what_is_looked_at_and_says_where_to_go_on() {
    let place = letters(1_200);
    let node = scanned(&place, &["api.page_rows=1000"]);
    let (mut pages, mut cursor) = (0, String::new());
    loop {
        let page = node.get(&format!("/api/v1/findings?type=us.ssn{cursor}"));
        assert_eq!(page["findings"], json!([]));
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert!((2..=4).contains(&pages), "{pages} pages to look at 1,200 objects");
    let unread = node.get("/api/v1/coverage");
    let next = unread["next"].as_str().expect("there is more to look at");
    let rest = node.get(&format!("/api/v1/coverage?cursor={next}"));
    let count = |page: &Value| page["unread"].as_array().unwrap().len();
    assert_eq!((count(&unread) + count(&rest), &rest["next"]), (1, &Value::Null));
}

#[test]
fn what_a_scan_has_kept_is_searched_over_http_and_by_the_command_alike() {
    let place = letters(6);
    let node = scanned(&place, &[]);
    let path = "/api/v1/search?q=type:email&facet=type&limit=4";
    // The index follows within moments: each look asks again until it has.
    let page = (0..).map(|_| node.get(path)).find(|page| page["count"] == 6).unwrap();
    assert_eq!(page["matches"].as_array().unwrap().len(), 4);
    assert_eq!(page["facets"]["type"]["email"], 6);
    let next = page["next"].as_str().unwrap();
    let rest = node.get(&format!("{path}&cursor={next}"));
    assert_eq!(rest["matches"].as_array().unwrap().len(), 2);
    let wrong = node.ask("GET", "/api/v1/search?q=tipe:email").send();
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "query-unknown-name"));
    assert!(wrong.json()["detail"].as_str().unwrap().contains("type"), "{}", wrong.text());
    assert_eq!(wrong.json()["span"], serde_json::json!({ "start": 0, "end": 4 }));

    let words = ["search", "type:email", "--facet", "type", "--format", "json"];
    let there = place.ok(&words);
    let table = place.ok(&["search", "type:email"]);
    node.stop();
    assert_eq!(place.ok(&words), there);
    assert_eq!(place.ok(&["search", "type:email"]), table);
}

#[test]
fn a_verdict_is_given_only_on_what_was_read() {
    let place = letters(2);
    let node = scanned(&place, &[]);
    let id = findings(&node, "")[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/findings/{id}/verdict");
    let before = node.ask("GET", &path).send();
    assert_eq!(before.json()["verdict"], Value::Null);
    let tag = before.header("etag").unwrap().to_owned();

    let put = |verdict: &str, tag: &str| {
        let said = json!({ "verdict": verdict });
        node.ask("PUT", &path).header("If-Match", tag).json(&said).send()
    };
    let given = put("false-positive", &tag);
    assert_eq!(given.status, 200, "{}", given.text());
    assert!(given.json()["by"].as_str().unwrap().starts_with("key tests ("));
    let late = put("confirmed", &tag);
    assert_eq!((late.status, late.code().as_str()), (412, "changed"));
    assert_eq!(findings(&node, "?verdict=false-positive")[0]["id"], id.as_str());
    let again = node.ask("GET", &path).send();
    assert_eq!(again.header("etag"), given.header("etag"));
    assert_eq!(put("none", given.header("etag").unwrap()).json()["verdict"], Value::Null);
    assert_eq!(put("accepted", "*").status, 200);
    // What was refused is in no record; what was given is, and by whom.
    let entries = node.get("/api/v1/audit");
    let verdicts: Vec<&str> = entries["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["action"] == "verdict")
        .map(|entry| entry["detail"].as_str().unwrap())
        .collect();
    assert_eq!(
        verdicts,
        ["false-positive, was none", "none, was false-positive", "accepted, was none"]
    );
    let verified = node.get("/api/v1/audit/verification");
    assert_eq!((&verified["whole"], &verified["entries"]), (&true.into(), &6.into()));
}

#[test]
fn verdicts_in_bulk_are_given_or_not_each_for_itself() {
    let place = letters(3);
    let node = scanned(&place, &["api.verdicts_at_once=4"]);
    let ids: Vec<Value> = findings(&node, "").iter().map(|found| found["id"].clone()).collect();
    let of = |id: &Value| json!({ "finding": id, "verdict": "accepted" });
    let said = json!({ "verdicts": [of(&ids[0]), of(&"none".into()), of(&ids[2])] });
    let answer = node.ask("POST", "/api/v1/verdicts").json(&said).send();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let outcomes = answer.json()["outcomes"].clone();
    assert_eq!(outcomes[0]["judged"]["verdict"], "accepted");
    assert_eq!(outcomes[1]["problem"]["code"], "not-found");
    assert_eq!(outcomes[2]["finding"], ids[2]);
    assert_eq!(findings(&node, "?verdict=accepted").len(), 2);
    let too_many = json!({ "verdicts": vec![of(&ids[0]); 5] });
    let refused = node.ask("POST", "/api/v1/verdicts").json(&too_many).send();
    assert_eq!((refused.status, refused.code().as_str()), (422, "bad-body"));
}

#[test]
fn the_same_request_with_the_same_key_is_carried_out_once() {
    let place = letters(1);
    let node = scanned(&place, &[]);
    let id = findings(&node, "")[0]["id"].as_str().unwrap().to_owned();
    let said = |node: &Node, verdict: &str, key: &str| {
        let said = json!({ "verdicts": [{ "finding": id, "verdict": verdict }] });
        node.ask("POST", "/api/v1/verdicts").header("Idempotency-Key", key).json(&said).send()
    };
    let first = said(&node, "confirmed", "one");
    let again = said(&node, "confirmed", "one");
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(again.json(), first.json());
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let other = said(&node, "accepted", "one");
    assert_eq!((other.status, other.code().as_str()), (422, "other-request"));
    let given = |node: &Node| {
        let entries = node.get("/api/v1/audit");
        let entries = entries["entries"].as_array().unwrap().clone();
        entries.iter().filter(|entry| entry["action"] == "verdict").count()
    };
    assert_eq!(given(&node), 1);
    // What was refused because it is wrong is refused again, and a key that is none at once.
    let wrong = node.ask("POST", "/api/v1/verdicts").header("Idempotency-Key", "two words");
    assert_eq!(wrong.json(&json!({})).send().code(), "bad-request");
    // A key is shown once.
    let make = || {
        let wanted = json!({ "name": "n", "can": ["read"] });
        node.ask("POST", "/api/v1/keys").header("Idempotency-Key", "k").json(&wanted).send()
    };
    assert_eq!((make().status, make().code().as_str()), (201, "shown-once"));
    // It is kept: another start knows of it.
    let key = node.key.clone();
    node.stop();
    let node = Node::up_with(&place, &[], &key);
    let later = said(&node, "confirmed", "one");
    assert_eq!(later.json(), first.json());
    assert_eq!(given(&node), 1);
}

#[test]
fn a_scan_has_the_priority_of_its_order_or_of_its_source_and_joins_nothing_that_does_less() {
    let place = letters(3);
    let folder = shown(&place.path("t")).to_owned();
    let hours = two_days_ago();
    place.ok(&["source", "add", "letters", "t", "--priority", "low", "--hours", &hours]);
    let node = Node::up(&place, &[]);
    let order = |more: Value| {
        let mut body = json!({ "source": "letters" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        node.ask("POST", "/api/v1/scans").json(&body).send()
    };
    let id = order(json!({})).json()["id"].as_str().unwrap().to_owned();
    let scan = || node.get(&format!("/api/v1/scans/{id}"));
    assert_eq!((&scan()["priority"], &scan()["full"]), (&"low".into(), &false.into()));
    assert_eq!(scan()["ordered"], scan()["started"], "nobody has begun it");
    assert_eq!(order(json!({ "priority": "high" })).json()["joined"], true);
    assert_eq!(order(json!({ "priority": "normal", "full": true })).json()["joined"], true);
    assert_eq!((&scan()["priority"], &scan()["full"]), (&"high".into(), &true.into()));
    let said = place.ok(&["scans", "show", &id]);
    assert!(said.contains("with priority high, of everything anew; begun "), "{said}");
    assert_eq!(order(json!({ "priority": "soon" })).status, 422);
    assert!(place.ok(&["audit", "list"]).contains("priority high"));
    place.ok(&["scans", "cancel", &id]);

    place.ok(&["scan", &folder, "--priority", "normal", "--detach"]);
    let open = node.get("/api/v1/scans")["scans"][0].clone();
    assert_eq!((&open["number"], &open["priority"]), (&2.into(), &"normal".into()));
}

#[test]
fn a_scan_is_held_goes_on_and_is_ended_by_order() {
    let place = letters(3);
    let node = scanned(&place, &["scan.at_once=1"]);
    let source = findings(&node, "")[0]["source"].clone();
    let tell =
        |id: &str, what: &str| node.ask("POST", &format!("/api/v1/scans/{id}/{what}")).send();
    let ended = node.get("/api/v1/scans")["scans"][0]["id"].as_str().unwrap().to_owned();
    let late = tell(&ended, "pause");
    assert_eq!((late.status, late.code().as_str()), (409, "conflict"));

    let order = json!({ "source": source, "full": true });
    let ordered = node.ask("POST", "/api/v1/scans").json(&order).send().json();
    let id = ordered["id"].as_str().unwrap().to_owned();
    // It may have ended before it is told.
    let paused = tell(&id, "pause");
    if paused.status == 200 {
        assert_eq!(paused.json()["state"], "paused");
        let joined = node.ask("POST", "/api/v1/scans").json(&order).send().json();
        assert_eq!((&joined["id"], &joined["joined"]), (&ordered["id"], &true.into()));
        assert_eq!(tell(&id, "resume").status, 200);
    }
    assert_eq!(node.events(&id).pop().unwrap().1["state"], "finished");
    let next = node.ask("POST", "/api/v1/scans").json(&order).send().json();
    let id = next["id"].as_str().unwrap().to_owned();
    let cancelled = tell(&id, "cancel");
    let settled = node.events(&id).pop().unwrap().1;
    let last = settled["state"].clone();
    assert!(settled["ended"].is_string() && settled["adds_up"] == true, "{settled}");
    assert!(cancelled.status == 409 || last == "cancelled", "{last}");
    assert_eq!(tell(&id, "cancel").status, if last == "cancelled" { 200 } else { 409 });
}

#[test]
fn a_source_is_added_changed_validated_and_deleted_with_all_that_is_of_it() {
    let place = letters(2);
    let node = Node::up(&place, &[]);
    let target = shown(&place.path("t")).to_owned();
    let wanted = json!({ "target": target, "profile": {
        "name": "letters", "labels": { "team": "post" }, "priority": "high",
        "hours": { "zone": "Europe/Berlin", "windows": [
            { "days": ["mon", "sun"], "from": "22:00", "to": "06:00" },
            { "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "00:00" },
        ] },
    } });
    let add = |wanted: &Value| node.ask("POST", "/api/v1/sources").json(wanted).send();
    let added = add(&wanted);
    assert_eq!(added.status, 201, "{}", added.text());
    let source = added.json();
    assert_eq!(source["profile"]["hours"], wanted["profile"]["hours"]);
    let path = format!("/api/v1/sources/{}", source["id"].as_str().unwrap());
    let again = add(&wanted);
    assert_eq!((again.status, again.code().as_str()), (409, "conflict"));
    let absent = add(&json!({ "target": "/no/such/folder" }));
    assert_eq!((absent.status, absent.code().as_str()), (422, "bad-target"));

    let read = node.ask("GET", &path).send();
    let tag = read.header("etag").unwrap().to_owned();
    let change = |tag: &str, profile: Value| {
        node.ask("PUT", &path).header("If-Match", tag).json(&profile).send()
    };
    let changed =
        change(&tag, json!({ "name": "post", "selection": { "exclude": ["letter1.txt"] } }));
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(changed.json()["profile"]["priority"], "normal");
    let late = change(&tag, json!({}));
    assert_eq!((late.status, late.code().as_str()), (412, "changed"));
    let wrong = change("*", json!({ "bytes_per_second": 0 }));
    assert_eq!((wrong.status, wrong.code().as_str()), (422, "bad-body"));

    let valid = node.get(&format!("{path}/validation"));
    assert_eq!(valid, json!({ "valid": true, "missing": [] }));
    let order = json!({ "source": source["id"] });
    let ordered = node.ask("POST", "/api/v1/scans").json(&order).send().json();
    node.events(ordered["id"].as_str().unwrap());
    assert_eq!(findings(&node, "").len(), 1, "what was left out is not read");

    let deleted = node.ask("DELETE", &path).send();
    assert_eq!(deleted.status, 202, "{}", deleted.text());
    assert!(findings(&node, "").is_empty());
    assert_eq!(node.ask("GET", &path).send().code(), "not-found");
    let entries = node.get("/api/v1/audit")["entries"].clone();
    let actions: Vec<&str> =
        entries.as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    // What was refused for what is in it, and not for who asked, was meant, and is in the record.
    for action in ["source-add", "source-change", "scan", "source-delete"] {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
}

#[test]
fn only_who_may_do_all_names_a_path() {
    let place = letters(1);
    let scans = place.ok(&["key", "new", "--name", "s", "--can", "scan"]).trim().to_owned();
    let node = scanned(&place, &[]);
    let source = findings(&node, "")[0]["source"].clone();
    let order =
        |order: Value| node.ask("POST", "/api/v1/scans").key(Some(&scans)).json(&order).send();
    let path = order(json!({ "target": "/etc" }));
    assert_eq!((path.status, path.code().as_str()), (403, "may-not"));
    let known = order(json!({ "source": source, "full": true }));
    assert_eq!(known.status, 202, "{}", known.text());
    let id = known.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(node.events(&id).pop().unwrap().1["number"], 2);
}

#[test]
fn commands_ask_the_node_that_runs_and_write_the_same() {
    let place = letters(5);
    let node = scanned(&place, &["api.page_items=2"]);
    let id = findings(&node, "")[0]["id"].as_str().unwrap().to_owned();
    let asked: [&[&str]; 12] = [
        &["findings"],
        &["findings", "--format", "json"],
        &["findings", "--format", "jsonl"],
        &["findings", "--format", "csv"],
        &["findings", "--format", "sarif"],
        &["findings", "--limit", "3", "--format", "jsonl"],
        &["findings", "--type", "us.*", "--min-confidence", "80"],
        &["scans"],
        &["scans", "--format", "jsonl"],
        &["coverage"],
        &["coverage", "--format", "json"],
        &["explain", &id],
    ];
    let there: Vec<String> = asked.iter().map(|words| place.ok(words)).collect();
    let wrong: [&[&str]; 3] =
        [&["findings", "--source", "nowhere"], &["coverage", "none"], &["key", "revoke", "a/../b"]];
    let refused = |words| {
        let ran = place.run(words);
        (ran.code, ran.err)
    };
    let missed = wrong.map(refused);

    assert_eq!(node.stop(), 0);
    for (words, there) in asked.iter().zip(&there) {
        assert_eq!(place.ok(words), *there, "{words:?}");
    }
    assert_eq!(wrong.map(refused), missed);
}

#[test]
fn commands_change_through_the_node_that_runs() {
    let place = letters(5);
    let node = scanned(&place, &[]);
    let id = findings(&node, "")[0]["id"].as_str().unwrap().to_owned();
    let out = place.ok(&["scan", "t", "--format", "jsonl"]);
    assert_eq!(lines(&out).len(), 5);
    assert_eq!(place.run(&["scan", "t", "--fail-on", "email"]).code, 3);
    assert_eq!(node.get("/api/v1/scans")["scans"].as_array().unwrap().len(), 3);
    assert!(place.ok(&["verdict", &id, "confirmed"]).starts_with("confirmed"));
    assert_eq!(findings(&node, "?verdict=confirmed").len(), 1);
    let key = place.ok(&["key", "new", "--name", "made here", "--can", "read"]);
    assert_eq!(node.ask("GET", "/api/v1/sources").key(Some(key.trim())).send().status, 200);
    // The one at the command line is the system's user, whichever way it goes.
    let audit = place.ok(&["audit", "list", "--format", "jsonl"]);
    let last = lines(&audit).pop().unwrap();
    assert_eq!(last["action"], "key-new");
    assert!(last["actor"].as_str().unwrap().starts_with("local user"), "{last}");
    assert!(place.ok(&["audit", "verify"]).contains("none was changed"));
}

#[test]
fn no_found_value_is_in_any_answer_or_log() {
    let place = letters(3);
    place.write("t/secret.env", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzQQ81xYpL\n");
    let node = scanned(&place, &[]);
    let mut answers = String::new();
    for found in findings(&node, "") {
        let id = found["id"].as_str().unwrap();
        for path in ["", "/explanation", "/verdict"] {
            answers += &node.get(&format!("/api/v1/findings/{id}{path}")).to_string();
        }
        let said = json!({ "verdict": "confirmed" });
        answers +=
            &node.ask("PUT", &format!("/api/v1/findings/{id}/verdict")).json(&said).send().text();
    }
    for path in ["findings", "scans", "sources", "coverage", "audit", "keys", "openapi.json"] {
        answers += &node.get(&format!("/api/v1/{path}")).to_string();
    }
    answers += &node.ask("GET", "/metrics").send().text();
    let log = node.log();
    assert!(log.contains("/api/v1/findings"), "the log is on");
    for value in ["person.number", "wJalrXUtnFEMI"] {
        assert!(!answers.contains(value), "{value} in an answer");
        assert!(!log.contains(value), "{value} in the log");
    }
}

#[test]
fn schedules_are_put_listed_and_removed_if_they_are_as_they_were_read() {
    let place = letters(1);
    let scans = place.ok(&["key", "new", "--name", "s", "--can", "scan"]).trim().to_owned();
    let node = scanned(&place, &[]);
    let source = findings(&node, "")[0]["source"].as_str().unwrap().to_owned();
    let path = |name: &str| format!("/api/v1/sources/{source}/schedules/{name}");
    let put = |name: &str, tag: Option<&str>, timing: Value| {
        let mut request = node.ask("PUT", &path(name));
        if let Some(tag) = tag {
            request = request.header("If-Match", tag);
        }
        request.json(&timing).send()
    };
    let nightly = json!({ "cron": "30 2 * * *", "zone": "Europe/Berlin", "priority": "low" });
    let none = put("nightly", Some("*"), nightly.clone());
    assert_eq!((none.status, none.code().as_str()), (412, "changed"), "there is none to change");
    let added = put("nightly", None, nightly.clone());
    assert_eq!(added.status, 200, "{}", added.text());
    assert_eq!((&added.json()["full"], &added.json()["priority"]), (&false.into(), &"low".into()));
    assert!(added.json()["next"].is_string());
    let read = node.ask("GET", &path("nightly")).send();
    assert_eq!((read.header("etag"), read.json()), (added.header("etag"), added.json()));
    let tag = read.header("etag").unwrap().to_owned();
    let monthly = put("nightly", Some(&tag), json!({ "cron": "0 4 1 * *", "full": true }));
    assert_eq!(monthly.json()["zone"], "UTC");
    let late = put("nightly", Some(&tag), nightly.clone());
    assert_eq!((late.status, late.code().as_str()), (412, "changed"));
    for wrong in [json!({ "cron": "61 * * * *" }), json!({ "cron": "0 4 * * *", "zone": "Mars" })] {
        let refused = put("odd", None, wrong);
        assert_eq!((refused.status, refused.code().as_str()), (422, "bad-body"));
    }
    let misnamed = put("a%2Fb", None, nightly.clone());
    assert_eq!((misnamed.status, misnamed.code().as_str()), (422, "bad-body"));
    let other = node.ask("PUT", &path("x")).key(Some(&scans)).json(&nightly).send();
    assert_eq!((other.status, other.code().as_str()), (403, "may-not"));

    for name in ["a", "b", "c"] {
        assert_eq!(put(name, None, nightly.clone()).status, 200);
    }
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = node.get(&format!("/api/v1/schedules?limit=2{cursor}"));
        names.extend(page["schedules"].as_array().unwrap().iter().map(|one| one["name"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(names, ["a", "b", "c", "nightly"]);
    let times = node.get(&format!("{}/times?count=3", path("nightly")));
    assert_eq!(times["times"].as_array().unwrap().len(), 3);
    let gone = node.ask("DELETE", &path("nightly")).send();
    assert_eq!((gone.status, gone.json()), (200, monthly.json()));
    assert_eq!(node.ask("DELETE", &path("nightly")).send().code(), "not-found");
    let entries = node.get("/api/v1/audit")["entries"].clone();
    let entries = entries.as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap());
    let of_schedules: Vec<&str> = entries.filter(|action| action.starts_with("schedule")).collect();
    let added = ["schedule-add"; 5];
    assert_eq!(of_schedules, [&added[..], &["schedule-remove"]].concat(), "no refusal is entered");
}

#[test]
fn what_was_given_up_comes_in_pages_and_is_released() {
    let place = letters(5);
    place.ok(&["scan", "t"]);
    for n in [0, 2, 4] {
        give_up(&place, &format!("letter{n}.txt"));
    }
    let node = Node::up(&place, &[]);
    let source = node.get("/api/v1/sources")["sources"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/sources/{source}/parked");
    let (mut objects, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = node.get(&format!("{path}?limit=1{cursor}"));
        let items = page["parked"].as_array().unwrap();
        assert!(items.len() <= 1);
        objects.extend(items.iter().map(|one| one["object"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(objects, ["letter0.txt", "letter2.txt", "letter4.txt"]);
    let release = || node.ask("POST", &format!("{path}/release")).send();
    let released = release();
    assert_eq!((released.status, &released.json()["listings"]), (202, &0.into()));
    let scan = released.json()["scan"]["id"].as_str().unwrap().to_owned();
    let ended = node.events(&scan).pop().unwrap().1;
    assert_eq!((&ended["state"], &ended["adds_up"]), (&"finished".into(), &true.into()));
    assert_eq!(node.get(&path)["parked"], json!([]));
    assert_eq!(release().json(), json!({ "listings": 0 }));
}

#[test]
fn a_deletion_says_when_nothing_is_left_and_may_be_asked_for_again() {
    let place = letters(2);
    let node = scanned(&place, &[]);
    let source = findings(&node, "")[0]["source"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/sources/{source}");
    let erasure = format!("{path}/erasure");
    assert_eq!(node.ask("GET", &erasure).send().code(), "not-found", "it is not deleted");
    let delete = || node.ask("DELETE", &path).send();
    assert_eq!(delete().status, 202);
    let gone = (0..).map(|_| node.get(&erasure)).find(|told| told["erased"] == true).unwrap();
    assert_eq!(gone["id"], source.as_str());
    assert_eq!((delete().status, &delete().json()["erased"]), (202, &true.into()));
    let unknown = node.ask("DELETE", "/api/v1/sources/000000000000").send();
    assert_eq!(unknown.code(), "not-found");

    // Wherever a node that dies has been broken off, the command goes on by the source's id.
    node.scan(shown(&place.path("t")));
    assert_eq!(delete().status, 202);
    node.signal(rustix::process::Signal::KILL);
    drop(node);
    let told = place.ok(&["source", "delete", &source, "--yes"]);
    assert_eq!(told, format!("deleted: {source}; nothing of it is left\n"));
    place.ok(&["scan", "t"]);
    assert_eq!(lines(&place.ok(&["findings", "--format", "jsonl"])).len(), 2);
}

#[test]
fn what_is_said_or_deleted_is_searched_so_before_anybody_looks_around() {
    let place = letters(6);
    let node = scanned(&place, &["index.look_every=24h"]);
    let matches = |query: &str| node.get(&format!("/api/v1/search?q={query}"))["count"].clone();
    let becomes = |query: &str, count: u64| while matches(query) != count {};
    becomes("type:email", 6);
    let id = findings(&node, "")[0]["id"].as_str().unwrap().to_owned();
    place.ok(&["verdict", &id, "confirmed"]);
    becomes("verdict:confirmed", 1);
    place.ok(&["source", "delete", shown(&place.path("t")), "--yes"]);
    becomes("*", 0);
}

#[test]
fn when_a_key_was_used_last_is_written_down_now_and_then() {
    let place = letters(1);
    let made =
        |name: &str| place.ok(&["key", "new", "--name", name, "--can", "read"]).trim().to_owned();
    let (key, _) = (made("dashboards"), made("unused"));
    let node = Node::up(&place, &["api.key_use_every=1s"]);
    let known = |name: &str| {
        let keys = node.get("/api/v1/keys")["keys"].as_array().unwrap().clone();
        keys.into_iter().find(|key| key["name"] == name).unwrap()
    };
    assert_eq!(known("dashboards").get("used"), None);
    assert_eq!(node.ask("GET", "/api/v1/sources").key(Some(&key)).send().status, 200);
    let used = (0..).map(|_| known("dashboards")).find(|key| key["used"].is_string()).unwrap();
    assert_eq!(known("unused").get("used"), None);
    // It is used, and not changed: nothing of it is in the record.
    assert_eq!(node.get("/api/v1/audit/verification")["entries"], 3);
    assert_eq!(node.stop(), 0);
    let kept = lines(&place.ok(&["key", "list", "--format", "jsonl"]));
    assert!(kept.contains(&used), "{kept:?}");
    assert!(kept.iter().any(|key| key["name"] == "tests" && key["used"].is_string()));
}
