//! What every route does with those who may not ask, and with what can't be asked.

use std::io::{Read, Write};

use crate::support::node::{Answer, Node};
use crate::support::{Place, shown};
use serde_json::{Value, json};

/// Each operation of the document: method, path with ids that lead nowhere, right.
fn operations(document: &Value) -> Vec<(String, String, Option<String>)> {
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let right = operation["security"][0]["key"][0].as_str().map(str::to_owned);
            let path: Vec<&str> = path
                .split('/')
                .map(|part| if part.starts_with('{') { "0" } else { part })
                .collect();
            operations.push((method.to_uppercase(), path.join("/"), right));
        }
    }
    operations
}

fn key(place: &Place, right: &str) -> String {
    place.ok(&["key", "new", "--name", right, "--can", right]).trim().to_owned()
}

#[test]
fn every_route_refuses_who_has_no_key_too_little_right_or_another_host() {
    let place = Place::new();
    let keys = ["read", "scan", "judge"].map(|right| (right, key(&place, right)));
    let node = Node::up(&place, &[]);
    let operations = operations(&node.get("/api/v1/openapi.json"));
    assert!(operations.len() >= 35, "{operations:?}");
    let open = operations.iter().filter(|(.., right)| right.is_none());
    let open: Vec<&str> = open.map(|(_, path, _)| path.as_str()).collect();
    assert_eq!(open, ["/api/v1/openapi.json", "/healthz", "/readyz"]);

    for (method, path, right) in &operations {
        let ask = || node.ask(method, path);
        let other = ask().host(Some("evil.example")).send();
        assert_eq!((other.status, other.code().as_str()), (403, "wrong-host"), "{method} {path}");
        let page = ask().header("Origin", "http://evil.example").send();
        assert_eq!((page.status, page.code().as_str()), (403, "wrong-origin"), "{method} {path}");
        let Some(right) = right else {
            assert_eq!(ask().key(None).send().status, 200);
            continue;
        };
        let nobody = ask().key(None).send();
        assert_eq!((nobody.status, nobody.code().as_str()), (401, "no-key"), "{method} {path}");
        assert_eq!(nobody.header("www-authenticate"), Some("Bearer"));
        for wrong in ["trawl", &node.key[..node.key.len() - 1], "trawl_default_x_y"] {
            let wrong = ask().key(Some(wrong)).send();
            assert_eq!((wrong.status, wrong.code().as_str()), (401, "key-refused"));
        }
        let tenant = ask().header("Trawl-Tenant", "other").send();
        assert_eq!((tenant.status, tenant.code().as_str()), (403, "other-tenant"));
        for (has, key) in &keys {
            let may = *has == right || right == "read";
            let answer = ask().key(Some(key)).send();
            assert_eq!(answer.status == 403, !may, "{method} {path} by {has}: {answer:?}");
            if !may {
                assert_eq!(answer.code(), "may-not");
            }
        }
    }
}

#[test]
fn a_key_that_is_revoked_is_good_no_more() {
    let place = Place::new();
    let node = Node::up(&place, &[]);
    let wanted = json!({ "name": "dashboards", "can": ["read"] });
    let made = node.ask("POST", "/api/v1/keys").json(&wanted).send();
    assert_eq!(made.status, 201);
    let (id, key) = (made.json()["id"].clone(), made.json()["key"].as_str().unwrap().to_owned());
    let sources = || node.ask("GET", "/api/v1/sources").key(Some(&key)).send();
    assert_eq!(sources().status, 200);
    let path = format!("/api/v1/keys/{}", id.as_str().unwrap());
    assert_eq!(node.ask("DELETE", &path).send().status, 200);
    assert_eq!((sources().status, sources().code().as_str()), (401, "key-refused"));
    let again = node.ask("DELETE", &path).send();
    assert_eq!(again.status, 200, "ending what has ended is no error");

    let listed = node.get("/api/v1/keys");
    let listed = listed["keys"].as_array().unwrap().iter().find(|key| key["id"] == id).unwrap();
    assert!(listed["revoked_by"].as_str().unwrap().starts_with("key tests ("), "{listed}");
    assert!(listed.get("key").is_none() && listed.get("hash").is_none());
    // What is changed is in the record, with the key that did it.
    let entries = node.get("/api/v1/audit");
    let actions: Vec<&str> = entries["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["key-new", "key-new", "key-revoke"]);
    // Of the secret nothing is kept.
    let secret = key.rsplit('_').next().unwrap().to_owned();
    node.stop();
    let mut files = vec![place.path("data"), place.path("up.log")];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{path:?}");
    }
}

#[test]
fn what_cannot_be_asked_is_a_problem_with_a_code_and_the_way_out() {
    let place = Place::new();
    let node = Node::up(&place, &["api.request_bytes=1KiB"]);
    let refused = |answer: Answer| (answer.status, answer.code());
    let is = |status: u16, code: &str| (status, code.to_owned());
    let get = |path: &str| refused(node.ask("GET", path).send());
    assert_eq!(get("/nothing"), is(404, "no-such-route"));
    assert_eq!(get("/api/v1/nothing"), is(404, "no-such-route"));
    assert_eq!(get("/api/v1/findings/none"), is(404, "not-found"));
    assert_eq!(get("/api/v1/scans/none"), is(404, "not-found"));
    assert_eq!(get("/api/v1/sources/none"), is(404, "not-found"));
    assert_eq!(get("/api/v1/findings?typ=email"), is(400, "bad-query"));
    assert_eq!(get("/api/v1/findings?limit=many"), is(400, "bad-query"));
    for (asked, said) in [
        ("search?limit=abc", "limit: invalid digit"),
        ("search?q=a&q=b", "q: is given more than once"),
        ("findings?state=opn&limit=1", "state: unknown variant `opn`"),
        ("search?typ=a", "typ: unknown field `typ`"),
    ] {
        let answer = node.ask("GET", &format!("/api/v1/{asked}")).send();
        assert_eq!(answer.code(), "bad-query", "{asked}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(said), "{asked}: {detail}");
    }
    // Before there is a request it can't be answered with a problem.
    for (head, status) in [
        (format!("GET /?q={} HTTP/1.1\r\n\r\n", "a".repeat(66_000)), 414),
        ("no request\r\n\r\n".to_owned(), 400),
    ] {
        let mut stream = std::net::TcpStream::connect(&node.address).unwrap();
        // Who is refused before all is read may be told so while it is written.
        let _ = std::io::Write::write_all(&mut stream, head.as_bytes());
        let answer = Answer::read(stream);
        assert_eq!((answer.status, answer.body.len()), (status, 0));
    }
    assert_eq!(get("/api/v1/findings?limit=0"), is(400, "bad-request"));
    assert_eq!(get("/api/v1/scans?limit=10001"), is(400, "bad-request"));
    assert_eq!(get("/api/v1/findings?min_confidence=101"), is(400, "bad-request"));
    assert_eq!(get("/api/v1/findings?cursor=x"), is(400, "bad-request"));
    assert_eq!(get("/api/v1/sources?cursor=AAAA"), is(400, "bad-request"));
    let other = node.ask("PATCH", "/api/v1/scans").send();
    assert_eq!(other.header("allow"), Some("GET,HEAD,POST"));
    assert_eq!(refused(other), is(405, "wrong-method"));

    let post = |body: &str| node.ask("POST", "/api/v1/scans").body(body);
    let json = |body: &str| refused(post(body).header("Content-Type", "application/json").send());
    assert_eq!(refused(post("{}").send()), is(415, "not-json"));
    assert_eq!(
        refused(post("{}").header("Content-Type", "text/plain").send()),
        is(415, "not-json")
    );
    assert_eq!(json("{"), is(400, "bad-json"));
    assert_eq!(json("[1]"), is(422, "bad-body"));
    assert_eq!(json("{\"targets\":\"/tmp\"}"), is(422, "bad-body"));
    assert_eq!(json("{}"), is(400, "bad-request"));
    assert_eq!(json("{\"target\":\"here\"}"), is(400, "bad-request"));
    assert_eq!(json("{\"target\":\"/no/such/folder\"}"), is(422, "bad-target"));
    assert_eq!(json("{\"source\":\"none\"}"), is(404, "not-found"));
    assert_eq!(json(&format!("{{{}}}", " ".repeat(1024))), is(413, "too-large"));
    // Who says beforehand that it is too much is refused beforehand.
    let announced = node.ask("POST", "/api/v1/scans").header("Content-Type", "application/json");
    assert_eq!(refused(announced.header("Content-Length", "1025").send()), is(413, "too-large"));
}

#[test]
fn a_request_that_takes_too_long_is_given_up() {
    let place = Place::new();
    let node = Node::up(&place, &["api.request_within=100ms"]);
    // It never sends the body that it has promised.
    let request = node.ask("POST", "/api/v1/scans").header("Content-Type", "application/json");
    let answer = Answer::read(request.header("Content-Length", "10").begin());
    assert_eq!((answer.status, answer.code().as_str()), (408, "too-slow"));
    assert_eq!(node.get("/healthz")["status"], "ok");
}

#[test]
fn more_requests_than_may_be_are_refused_and_told_when_to_come_back() {
    let place = Place::new();
    let node = Node::up(&place, &["api.requests_at_once=1"]);
    // It is at work as long as its body has not come.
    let request = node.ask("POST", "/api/v1/scans").header("Content-Type", "application/json");
    let mut first = request.header("Content-Length", "2").header("Expect", "100-continue").begin();
    // The node says so when it begins to read.
    let mut told = [0; 25];
    first.read_exact(&mut told).unwrap();
    assert!(told.starts_with(b"HTTP/1.1 100 Continue"));
    let second = node.ask("GET", "/api/v1/sources").send();
    assert_eq!((second.status, second.code().as_str()), (429, "too-many-requests"));
    assert_eq!(second.header("retry-after"), Some("1"));
    first.write_all(b"{}").unwrap();
    assert_eq!(Answer::read(first).status, 400);
    assert_eq!(node.ask("GET", "/api/v1/sources").send().status, 200);
}

#[test]
fn each_answer_bears_an_id_and_is_guarded() {
    let place = Place::new();
    let node = Node::up(&place, &[]);
    let named = node.ask("GET", "/api/v1/sources").header("X-Request-Id", "from-outside.7").send();
    assert_eq!(named.header("x-request-id"), Some("from-outside.7"));
    let forged = node.ask("GET", "/nowhere").header("X-Request-Id", "a b\tc").send();
    let made = forged.header("x-request-id").unwrap();
    assert!(made.len() > 16 && !made.contains(' '), "{made}");
    for answer in [&named, &forged] {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"));
    }
    let line = node.log().lines().find(|line| line.contains("from-outside.7")).map(str::to_owned);
    let line: Value = serde_json::from_str(&line.expect("the log names the request")).unwrap();
    assert_eq!(line["route"], "/api/v1/sources");

    let small = node.ask("GET", "/api/v1/openapi.json").header("Accept-Encoding", "gzip").send();
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    let whole = node.ask("GET", "/api/v1/openapi.json").send();
    assert!(small.body.len() * 4 < whole.body.len());
}

#[test]
fn health_readiness_and_metrics_tell_how_the_node_is() {
    let place = Place::new();
    let node = Node::up(&place, &[]);
    assert_eq!(node.ask("GET", "/healthz").key(None).send().status, 200);
    let ready = node.ask("GET", "/readyz").key(None).send();
    assert_eq!((ready.status, ready.json()["ready"].clone()), (200, true.into()));
    node.ask("GET", "/nowhere/whatever/a/caller/likes").send();
    let text = node.ask("GET", "/metrics").send().text();
    for line in [
        "# TYPE trawl_http_requests_total counter",
        "# TYPE trawl_http_request_duration_seconds histogram",
        "# TYPE process_resident_memory_bytes gauge",
        "trawl_http_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"} 1",
        "trawl_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert!(!text.contains("whatever"), "no label is of a caller's choice");
}

#[test]
fn metrics_tell_of_scans_how_long_they_took_how_they_ended_and_what_waits() {
    let place = crate::support::letters();
    let node = Node::up(&place, &["scan.at_once=1"]);
    let metric = |line: &str| {
        let text = node.ask("GET", "/metrics").send().text();
        let found = text.lines().find_map(|of| of.strip_prefix(line).map(str::to_owned));
        found.unwrap_or_else(|| panic!("{line} in\n{text}")).trim().parse::<f64>().unwrap()
    };
    let ended = |state: &str| {
        metric(&format!("trawl_scan_duration_seconds_count{{state=\"{state}\"}}")) as u64
    };
    assert_eq!((ended("finished"), ended("failed")), (0, 0), "there from the start");
    node.scan(shown(&place.path("t")));
    assert_eq!((ended("finished"), ended("failed"), ended("cancelled")), (1, 0, 0));
    assert!(metric("trawl_scan_duration_seconds_sum{state=\"finished\"}") > 0.0);
    assert!(metric("trawl_scan_duration_seconds_bucket{state=\"finished\",le=\"+Inf\"}") > 0.0);
    assert!(metric("trawl_read_bytes_total") > 0.0);
    let lasting = "trawl_http_request_duration_seconds_count{route=\"/api/v1/scans\"}";
    assert_eq!(metric(lasting) as u64, 1);
    for queue in
        ["trawl_classify_queue_batches", "trawl_index_queue_ranges", "trawl_index_lag_seconds"]
    {
        assert!(metric(queue) >= 0.0);
    }

    // What waits behind something that is at work.
    for n in 0..10 {
        place.write(&format!("slow/{n}.txt"), "nothing");
        place.write(&format!("next/{n}.txt"), "nothing");
    }
    place.ok(&["source", "add", "slow", "slow", "--objects-per-second", "1"]);
    place.ok(&["source", "add", "next", "next"]);
    let scan = |source: &str| {
        let order = json!({ "source": source });
        let ordered = node.ask("POST", "/api/v1/scans").json(&order).send();
        ordered.json()["id"].as_str().unwrap().to_owned()
    };
    let slow = scan("slow");
    while metric("trawl_scans_in_progress") as u64 == 0 {}
    let next = scan("next");
    assert_eq!(metric("trawl_scans_queued") as u64, 1);
    for id in [&next, &slow] {
        node.ask("POST", &format!("/api/v1/scans/{id}/cancel")).send();
        node.events(id);
    }
    assert_eq!(ended("cancelled") + ended("finished"), 3);
    while metric("trawl_scans_in_progress") as u64 > 0 {}
    assert_eq!(metric("trawl_scans_queued") as u64, 0);
}

#[test]
fn the_document_describes_itself_as_openapi_and_every_answer_has_a_schema() {
    let place = Place::new();
    let node = Node::up(&place, &[]);
    let document = node.get("/api/v1/openapi.json");
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path} says what it does");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let content = response["content"].as_object();
                assert!(content.is_some_and(|kinds| !kinds.is_empty()), "{method} {path} {status}");
            }
        }
    }
}
