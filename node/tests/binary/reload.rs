//! Settings that are read again while a node runs: by a signal, by the API, by a command.

use crate::support::node::{Answer, Node};
use crate::support::{Place, shown};
use rustix::process::Signal;
use serde_json::{Value, json};

/// A body of more than a kibibyte, and less than two.
fn ordering_something_long(node: &Node) -> Answer {
    let order = json!({ "source": "x".repeat(1_500) });
    node.ask("POST", "/api/v1/scans").json(&order).send()
}

/// What the audit record has of settings.
fn entries(node: &Node) -> Vec<Value> {
    let audit = node.get("/api/v1/audit");
    let entries = audit["entries"].as_array().unwrap().iter();
    entries.filter(|entry| entry["action"] == "config-reload").cloned().collect()
}

/// Whether a request leaves a line of its own.
fn is_told_of(node: &Node, id: &str) -> bool {
    node.ask("GET", "/api/v1/sources").header("X-Request-Id", id).send();
    node.log().contains(id)
}

fn up(place: &Place) -> Node {
    let key = place.ok(&["key", "new", "--name", "tests", "--can", "admin"]);
    Node::start(place, &[], key.trim())
}

#[test]
fn a_signal_has_the_settings_read_again_and_wrong_ones_change_nothing() {
    let place = Place::new();
    place.write("trawl.toml", "[api]\nrequest_bytes = \"1KiB\"\n");
    let node = up(&place);
    assert_eq!(ordering_something_long(&node).status, 413);
    assert!(!is_told_of(&node, "before.1"));

    place.write(
        "trawl.toml",
        "[api]\nrequest_bytes = \"2KiB\"\nhosts = [\"trawl.example.org\"]\n\
         [log]\nlevel = \"debug\"\n[scan]\nnice = 3\nworkers = 3\n",
    );
    node.signal(Signal::HUP);
    // It has taken effect as soon as the bound has.
    while ordering_something_long(&node).status == 413 {}
    assert!(is_told_of(&node, "after.1"));
    let called = node.ask("GET", "/healthz").host(Some("trawl.example.org")).key(None).send();
    assert_eq!(called.status, 200);
    // What waits for a start is named.
    while !node.log().contains("scan.nice") {}
    let kept = entries(&node);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0]["actor"], "signal SIGHUP");
    assert_eq!(kept[0]["detail"], "api.hosts, api.request_bytes, log.level, scan.workers");

    place.write("trawl.toml", "[api]\nrequest_bytes = \"1KiB\"\nrequest_byts = 7\n");
    node.signal(Signal::HUP);
    while !node.log().contains("request_byts") {}
    assert_ne!(ordering_something_long(&node).status, 413, "not a part of it is taken");
    assert!(is_told_of(&node, "after.2"));
    assert_eq!(entries(&node).len(), 1);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_key_with_the_right_has_the_settings_read_again_and_is_told_what_became_of_them() {
    let place = Place::new();
    let read = place.ok(&["key", "new", "--name", "reader", "--can", "read"]);
    place.write("trawl.toml", "[api]\nrequest_bytes = \"1KiB\"\n");
    let node = up(&place);
    let reload = || node.ask("POST", "/api/v1/config/reload");
    assert_eq!(reload().key(Some(read.trim())).send().code(), "may-not");
    assert_eq!(reload().send().json(), json!({ "applied": [], "waiting": [] }));
    assert!(entries(&node).is_empty(), "where nothing changes nothing is entered");

    let waits = "[store]\ncache_bytes = \"64MiB\"\n";
    place.write("trawl.toml", format!("[api]\nrequest_bytes = \"2KiB\"\n{waits}"));
    let told = reload().send().json();
    let waiting = json!({ "applied": ["api.request_bytes"], "waiting": ["store.cache_bytes"] });
    assert_eq!(told, waiting);
    assert_ne!(ordering_something_long(&node).status, 413);
    assert!(entries(&node)[0]["actor"].as_str().unwrap().starts_with("key tests ("));

    place.write("trawl.toml", "[api]\nrequest_bytes = \"1\"\n");
    let refused = reload().send();
    assert_eq!((refused.status, refused.code().as_str()), (422, "bad-settings"));
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("api.request_bytes") && detail.contains("still in effect"), "{detail}");
    assert_ne!(ordering_something_long(&node).status, 413);

    place.write("trawl.toml", format!("[api]\nrequest_bytes = \"1KiB\"\n{waits}"));
    assert_eq!(
        place.ok(&["config", "reload"]),
        "api.request_bytes: in effect\nstore.cache_bytes: takes effect at the next start\n"
    );
    assert_eq!(ordering_something_long(&node).status, 413);
    assert_eq!(node.stop(), 0);
    let nobody = place.run(&["config", "reload"]);
    assert_eq!(nobody.code, 1);
    assert!(nobody.err.contains("no node runs"), "{}", nobody.err);
}

#[test]
fn a_certificate_that_was_renewed_is_shown_from_then_on() {
    let place = Place::new();
    let renew = || {
        let made = rcgen::generate_simple_self_signed(["trawl.example.org".to_owned()]).unwrap();
        let certificate = place.write("node.pem", made.cert.pem());
        let key = place.write("node.key", made.signing_key.serialize_pem());
        (shown(&certificate).to_owned(), shown(&key).to_owned())
    };
    let noted = || {
        let note = std::fs::read(place.path("data/running.json")).unwrap();
        serde_json::from_slice::<Value>(&note).unwrap()["certificate"].clone()
    };
    let (certificate, key) = renew();
    let settings =
        [format!("api.tls_certificate={certificate}"), format!("api.tls_key=file:{key}")];
    let node = Node::up(&place, &[&settings[0], &settings[1]]);
    let before = noted();
    renew();
    assert_eq!(place.ok(&["config", "reload"]), "api.tls_certificate: in effect\n");
    assert_ne!(noted(), before);
    // A command believes nobody but who shows the certificate of the note.
    assert_eq!(place.ok(&["config", "reload"]), "nothing has changed\n");
    // A key that is not the certificate's changes nothing.
    let other = rcgen::generate_simple_self_signed(["trawl.example.org".to_owned()]).unwrap();
    place.write("node.key", other.signing_key.serialize_pem());
    let refused = place.run(&["config", "reload"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("don't go together"), "{}", refused.err);
    assert!(place.ok(&["key", "list"]).contains("tests"));
    assert_eq!(node.stop(), 0);
}
