//! The bounds of the API: pages, streams, connections, and what one idempotency key may do at once.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::node::{Answer, Node, Request};
use crate::support::{Place, age, letters, shown, two_days_ago};
use serde_json::{Value, json};

/// What was told so that its end isn't waited for for ever.
const PATIENCE: Duration = Duration::from_secs(120);

/// All pages of a list, each within bounds, and how many there were.
fn pages(node: &Node, query: &str, within: impl Fn(&Value)) -> (Vec<Value>, usize) {
    let (mut met, mut cursor, mut count) = (Vec::new(), String::new(), 0);
    loop {
        let page = node.get(&format!("/api/v1/findings?limit=10000{query}{cursor}"));
        within(&page);
        met.extend(page["findings"].as_array().unwrap().iter().cloned());
        count += 1;
        let Some(next) = page["next"].as_str() else { return (met, count) };
        cursor = format!("&cursor={next}");
    }
}

fn ids(findings: &[Value]) -> BTreeSet<&str> {
    findings.iter().map(|finding| finding["id"].as_str().unwrap()).collect()
}

#[test]
fn a_page_of_findings_ends_early_where_they_are_large() {
    let place = Place::new();
    for n in 0..200 {
        let name = format!("t/{}/{n:03}-{}.txt", "long".repeat(60), "name".repeat(60));
        place.write(&name, format!("write to person.number{n}@mail.example.org\n"));
    }
    // One object alone has more than a page.
    let many: String =
        (0..200).map(|n| format!("mail reader.{n}@mail.example.org now\n")).collect();
    place.write(&format!("t/{}/many.txt", "long".repeat(60)), many);
    age(&place.path("t"));
    place.ok(&["scan", "t"]);
    let node = Node::up(&place, &["api.page_items=10000"]);
    let (all, one) = pages(&node, "", |_| ());
    assert_eq!((all.len(), one), (400, 1));
    assert_eq!(node.stop(), 0);
    let node = Node::up(&place, &["api.page_items=10000", "api.page_bytes=64KiB"]);
    let (met, count) = pages(&node, "", |page| {
        let items = page["findings"].as_array().unwrap().len();
        assert!((1..200).contains(&items), "{items} items");
        assert!(page.to_string().len() < 100 << 10);
    });
    assert!(count > 4, "{count} pages");
    assert_eq!(ids(&met).len(), 400, "none comes twice");
    assert_eq!(met, all);
}

/// An archive in which files lie unpacked.
fn zip(files: &[(String, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let short = |value: usize| u16::try_from(value).unwrap().to_le_bytes();
    let long = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    for (name, text) in files {
        let at = bytes.len();
        let mut fields = vec![10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        fields.extend(crc(text.as_bytes()).to_le_bytes());
        fields.extend([long(text.len()), long(text.len())].concat());
        fields.extend([short(name.len()), short(0)].concat());
        bytes.extend([b"PK\x03\x04", &fields[..], name.as_bytes(), text.as_bytes()].concat());
        directory.extend([b"PK\x01\x02\x14\0", &fields[..], &[0; 10], &long(at)].concat());
        directory.extend(name.as_bytes());
    }
    let (count, at) = (short(files.len()), bytes.len());
    bytes.extend(&directory);
    bytes.extend([b"PK\x05\x06\0\0\0\0", &count[..], &count, &long(directory.len())].concat());
    bytes.extend([&long(at)[..], &[0, 0]].concat());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ (if crc & 1 == 1 { 0xEDB8_8320 } else { 0 });
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[test]
fn a_finding_that_is_larger_than_a_page_has_a_page_of_its_own() {
    let place = Place::new();
    let texts = ["one", "two", "three"].map(|who| format!("write to {who}@mail.example.org\n"));
    let long = |n| format!("{n}{}.txt", "n".repeat(65_000));
    let files: Vec<(String, &str)> =
        texts.iter().enumerate().map(|(n, text)| (long(n), text.as_str())).collect();
    place.write("t/large.zip", zip(&files));
    place.write("t/small.txt", "write to four@mail.example.org and five@mail.example.org\n");
    age(&place.path("t"));
    place.ok(&["scan", "t"]);
    let node = Node::up(&place, &["api.page_bytes=64KiB"]);
    let (met, count) = pages(&node, "", |page| {
        assert!(!page["findings"].as_array().unwrap().is_empty(), "{page}");
    });
    let large = met.iter().filter(|finding| finding.to_string().len() > 65_000).count();
    assert_eq!((met.len(), ids(&met).len(), large), (5, 5, 3));
    assert_eq!(count, 4, "the two of the small file share one");
}

#[test]
fn a_stream_too_many_is_refused_until_another_has_ended() {
    let place = letters();
    // Its scan waits for its hours as long as it is watched.
    place.ok(&["source", "add", "letters", "t", "--hours", &two_days_ago()]);
    let node = Node::up(&place, &["api.streams=2", "api.stream_interval=10ms"]);
    let order = json!({ "source": "letters" });
    let ordered = node.ask("POST", "/api/v1/scans").json(&order).send().json();
    let id = ordered["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/scans/{id}/events");
    let (one, other) = (watching(node.ask("GET", &path)), watching(node.ask("GET", &path)));
    let refused = || node.ask("GET", &path).send();
    for _ in 0..3 {
        let refused = refused();
        assert_eq!((refused.status, refused.code().as_str()), (429, "too-many-requests"));
        assert_eq!(refused.header("retry-after"), Some("1"));
    }
    assert_eq!(node.get("/api/v1/scans")["scans"][0]["id"], id.as_str(), "others are answered");
    // One goes, and another takes its place as soon as that is known.
    drop(one);
    let mut third = (0..).find_map(|_| let_in(node.ask("GET", &path))).unwrap();
    assert_eq!(refused().status, 429);

    let cancelled = node.ask("POST", &format!("/api/v1/scans/{id}/cancel")).send();
    assert_eq!(cancelled.status, 200, "{}", cancelled.text());
    for stream in [&mut third, &mut { other }] {
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        assert!(told.contains("event: end"), "{told}");
    }
    // Of what has ended the end alone is told: no stream stays.
    for _ in 0..5 {
        let last = (0..).map(|_| node.ask("GET", &path).send()).find(|last| last.status != 429);
        assert!(last.unwrap().text().contains("event: end"));
    }
}

/// The stream of who is let in.
fn watching(request: Request<'_>) -> TcpStream {
    let_in(request).expect("there is room")
}

fn let_in(request: Request<'_>) -> Option<TcpStream> {
    let mut stream = request.begin();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut told = Vec::new();
    while !told.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        told.extend(byte);
    }
    told.starts_with(b"HTTP/1.1 200").then_some(stream)
}

/// A connection on which it is not waited for ever.
fn connect(node: &Node) -> TcpStream {
    let stream = TcpStream::connect(&node.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Asks on a connection that stays, and gives the head of the answer.
fn ask(stream: &mut TcpStream, node: &Node) -> String {
    let asked = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", node.address);
    stream.write_all(asked.as_bytes()).unwrap();
    answered(stream)
}

/// Reads one answer to its end.
fn answered(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    stream.read_exact(&mut vec![0; length.parse().unwrap()]).unwrap();
    head
}

/// Waits until the node has ended a connection, and gives what it said before.
fn ended(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    match stream.read_to_end(&mut said) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
    }
    String::from_utf8(said).unwrap()
}

#[test]
fn a_connection_too_many_waits_until_another_has_ended() {
    let place = Place::new();
    let node = Node::up(&place, &["api.connections=2", "api.streams=1"]);
    let (mut first, silent) = (connect(&node), connect(&node));
    assert!(ask(&mut first, &node).starts_with("http/1.1 200"));
    let third = node.ask("GET", "/api/v1/sources").begin();
    for _ in 0..20 {
        assert!(ask(&mut first, &node).starts_with("http/1.1 200"), "who is in is answered");
    }
    third.set_nonblocking(true).unwrap();
    assert_eq!(third.peek(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    third.set_nonblocking(false).unwrap();
    third.set_read_timeout(Some(PATIENCE)).unwrap();
    drop(silent);
    assert_eq!(Answer::read(third).status, 200);
    // Neither who says nothing nor who waits keeps a node from its end.
    let (_silent, _waits) = (connect(&node), connect(&node));
    assert!(ask(&mut first, &node).starts_with("http/1.1 200"));
    assert_eq!(node.stop(), 0);
    let log = std::fs::read_to_string(place.path("up.log")).unwrap();
    assert!(!log.contains("not all could be kept in time"), "{log}");
}

#[test]
fn who_says_no_head_in_time_is_let_go_and_makes_room_for_another() {
    let bounds = ["api.head_within=1s", "api.connections=3", "api.streams=1"];
    let node = Node::up(&Place::new(), &bounds);
    let (mut silent, mut halting, mut lasting) = (connect(&node), connect(&node), connect(&node));
    halting.write_all(b"GET /healthz HTTP/1.1\r\nHost: ").unwrap();
    assert!(ask(&mut lasting, &node).starts_with("http/1.1 200"));
    // All are taken: this one waits for the first that is let go.
    assert_eq!(node.get("/healthz")["status"], "ok");
    for stream in [&mut silent, &mut halting, &mut lasting] {
        let said = ended(stream);
        assert!(!said.contains("200 OK"), "{said}");
    }
    // Whose head is there may take his time for the body.
    let post = node.ask("POST", "/api/v1/scans").header("Content-Type", "application/json");
    let mut slow = post.header("Content-Length", "2").begin();
    let mut other = connect(&node);
    assert_eq!(ended(&mut other), "", "by then the bound of the head is past");
    slow.write_all(b"{}").unwrap();
    assert_eq!(Answer::read(slow).code(), "bad-request");
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_key_whose_request_is_at_work_is_refused_to_another_and_then_answers_again() {
    let place = letters();
    let other_key = place.ok(&["key", "new", "--name", "other", "--can", "admin"]);
    let node = Node::up(&place, &[]);
    let order = json!({ "target": shown(&place.path("t")) }).to_string();
    let post = |key: &str| {
        let post = node.ask("POST", "/api/v1/scans").header("Content-Type", "application/json");
        post.header("Idempotency-Key", key)
    };
    // It is at work as long as the rest of its body has not come.
    let begin = |key: &str| {
        let length = order.len().to_string();
        let begun = post(key).header("Content-Length", &length).header("Expect", "100-continue");
        let mut stream = begun.begin();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut told = [0; 25];
        stream.read_exact(&mut told).unwrap();
        assert!(told.starts_with(b"HTTP/1.1 100 Continue"));
        stream.write_all(&order.as_bytes()[..10]).unwrap();
        stream
    };
    let mut first = begin("one");
    for body in [order.as_str(), "{}"] {
        let refused = post("one").body(body).send();
        assert_eq!((refused.status, refused.code().as_str()), (409, "at-work"));
    }
    // The same words by another caller are another request.
    let theirs = post("one").key(Some(other_key.trim())).body("{}").send();
    assert_eq!((theirs.status, theirs.code().as_str()), (400, "bad-request"));
    first.write_all(&order.as_bytes()[10..]).unwrap();
    let first = Answer::read(first);
    assert_eq!(first.status, 202, "{}", first.text());
    let again = post("one").body(order.as_str()).send();
    assert_eq!((again.status, again.json()), (202, first.json()));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let changed = post("one").body("{}").send();
    assert_eq!((changed.status, changed.code().as_str()), (422, "other-request"));
    node.events(first.json()["id"].as_str().unwrap());

    // Who breaks off has asked for nothing, and holds his key no longer.
    drop(begin("two"));
    let mut answers = (0..).map(|_| post("two").body(order.as_str()).send());
    let next = answers.find(|answer| answer.status != 409).unwrap();
    assert_eq!((next.status, next.header("idempotency-replayed")), (202, None));
    node.events(next.json()["id"].as_str().unwrap());
    assert_eq!(node.get("/api/v1/scans")["scans"].as_array().unwrap().len(), 2);
    assert_eq!(node.stop(), 0);
}
