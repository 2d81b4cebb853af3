//! A node whose store is a real database.

use std::path::Path;

use rustix::process::Signal;
use trawl_storage::testing::cassandra;

use crate::index_elsewhere::{found, in_bucket, server, splits};
use crate::support::node::Node;
use crate::support::{Place, letters, lines, shown, until};

/// One of several nodes of a database: a folder, with settings and a data directory of its own.
struct Nodes {
    address: String,
    root_key: String,
}

impl Nodes {
    /// Starts the database, and makes its tables.
    fn begin(folder: &Path, place: &Place) -> Self {
        let address = cassandra::run(&["up"], folder).pop().unwrap();
        let root_key = shown(&place.write("shared.key", "0f".repeat(32))).to_owned();
        Self { address, root_key }
    }

    /// Settings of a node in a folder: all share database and root key.
    fn set(&self, place: &Place) {
        self.set_also(place, "");
    }

    /// The same, and others.
    fn set_also(&self, place: &Place, also: &str) {
        let Self { address, root_key } = self;
        place.write(
            "trawl.toml",
            format!(
                "node.root_key = 'file:{root_key}'\nstore.kind = 'cql'\n\
                 database.nodes = ['{address}']\ndatabase.replication = ['datacenter1:1']\n\
                 range.shards = 1\ncluster.beat = '1s'\ncluster.take_over = '6s'\n{also}"
            ),
        );
    }
}

/// Ids of findings, however they are ordered.
fn ids(text: &str) -> Vec<String> {
    let id = |line: &serde_json::Value| line["id"].as_str().unwrap().to_owned();
    let mut ids: Vec<String> = lines(text).iter().map(id).collect();
    ids.sort();
    ids
}

/// Searches until all addresses are found: after a start, what was not written yet is taken in anew.
fn finds_all(place: &Place) {
    let searched = || {
        let found = place.ok(&["search", "type:email", "--limit", "100", "--format", "jsonl"]);
        lines(&found).iter().filter(|line| line["kind"] == "finding").count()
    };
    let most = (0..200).map(|_| searched()).find(|found| *found == 15);
    assert_eq!(most, Some(15));
}

#[test]
fn a_node_keeps_all_in_a_database_and_another_one_goes_on_with_it() {
    let folder = cassandra::folder(env!("CARGO_TARGET_TMPDIR"), "node");
    let place = letters();
    let nodes = Nodes::begin(&folder, &place);
    nodes.set(&place);

    let unmade = place.run(&["findings"]);
    assert_eq!(unmade.code, 1);
    assert!(unmade.err.contains("make them with `trawl migrate`"), "{}", unmade.err);
    place.ok(&["migrate"]);

    // By a command that is at work by itself, and then by a node.
    let alone = ids(&place.ok(&["scan", "t", "--format", "jsonl"]));
    assert_eq!(alone.len(), 10);
    let node = Node::up(&place, &[]);
    // Keys are in the database: one is good at each node.
    let key = node.key.clone();
    for n in 0..5 {
        place.write(&format!("t/new{n}.txt"), format!("ask another{n}@mail.example.org\n"));
    }
    let ended = node.scan(shown(&place.path("t")));
    assert_eq!(ended["state"], "finished", "{ended}");
    let found = ids(&place.ok(&["findings", "--format", "jsonl"]));
    assert_eq!(found.len(), 15);
    finds_all(&place);

    // Another machine: whoever wants to change something is told who is at work; reading is free.
    let other = Place::new();
    nodes.set(&other);
    let second = other.run(&["up", "--set", "api.listen=127.0.0.1:0"]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("is at work on this database"), "{}", second.err);
    let added = other.run(&["source", "add", "here", shown(&place.path("t"))]);
    assert!(added.err.contains("is at work on this database"), "{}", added.err);
    let looked = other.run(&["doctor"]);
    assert!(looked.out.contains("all else is checked there"), "{}", looked.out);
    assert_eq!(ids(&other.ok(&["findings", "--format", "jsonl"])), found);
    let backup = place.run(&["backup", "copy"]);
    assert!(backup.err.contains("a database keeps is copied by its own means"), "{}", backup.err);
    assert!(!place.path("copy").exists());

    // One that falls is followed by itself, and goes on as if nothing had been.
    node.signal(Signal::KILL);
    drop(node);
    let node = Node::up_with(&place, &[], &key);
    finds_all(&place);
    // Or by another one. It has no files of the index that the first has written, and says so.
    assert_eq!(node.stop(), 0);
    let node = Node::up_with(&other, &[], &key);
    let unsearched = other.run(&["search", "type:email", "--limit", "100", "--format", "jsonl"]);
    assert_eq!(unsearched.code, 1, "{}", unsearched.out);
    assert!(unsearched.err.contains("`trawl index rebuild`"), "{}", unsearched.err);
    other.ok(&["index", "rebuild"]);
    finds_all(&other);
    // It falls, and the first takes over when it has not been heard for long enough.
    node.signal(Signal::KILL);
    drop(node);
    let node = Node::up_with(&place, &[], &key);
    let again = node.scan(shown(&place.path("t")));
    assert_eq!(again["state"], "finished", "{again}");
    assert_eq!(ids(&place.ok(&["findings", "--format", "jsonl"])), found);
    assert_eq!(node.stop(), 0);
    place.ok(&["audit", "verify"]);
    cassandra::run(&["down"], &folder);
}

/// Two machines take turns at what these nodes share. The files of their index lie in this folder, to which
/// the settings lead.
fn takes_turns(nodes: &Nodes, files: &Path, also: impl Fn(&Place) -> String) {
    let (one, other) = (letters(), Place::new());
    for place in [&one, &other] {
        nodes.set_also(place, &also(place));
    }
    one.ok(&["migrate"]);
    let node = Node::up(&one, &[]);
    let key = node.key.clone();
    assert_eq!(node.scan(shown(&one.path("t")))["state"], "finished");
    // What it has taken in by then it writes before it ends.
    until(|| found(&one) == 10);
    assert_eq!(node.stop(), 0);
    let written = splits(files);
    assert!(!written.is_empty());

    // All is found at once, in the files that the first has written, and nothing was made anew.
    let node = Node::up_with(&other, &[], &key);
    assert_eq!(found(&other), 10);
    assert_eq!(node.ask("GET", "/readyz").send().status, 200);
    assert_eq!(splits(files), written);
    one.write("t/new.txt", "ask another@mail.example.org\n");
    assert_eq!(node.scan(shown(&one.path("t")))["state"], "finished");
    until(|| found(&other) == 11);
    // It falls, and what it has written and what it has not is found by the first.
    node.signal(Signal::KILL);
    drop(node);
    let node = Node::up_with(&one, &[], &key);
    until(|| found(&one) == 11);
    let checks = node.get("/api/v1/checks");
    assert!(checks["checks"].as_array().unwrap().iter().all(|check| check["state"] == "ok"));
    assert_eq!(node.stop(), 0);
}

#[test]
fn who_takes_over_finds_the_index_as_it_was_in_a_folder_and_in_a_bucket() {
    let folder = cassandra::folder(env!("CARGO_TARGET_TMPDIR"), "turns");
    let place = Place::new();
    let nodes = Nodes::begin(&folder, &place);
    let server = server("turns");
    let shared = place.path("shared");
    std::fs::create_dir(&shared).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            takes_turns(&nodes, &shared, |_| {
                let at = shown(&shared);
                format!(
                    "database.keyspace = 'mounted'\nindex.files = 'folder'\nindex.folder = '{at}'\n"
                )
            });
        });
        scope.spawn(|| {
            takes_turns(&nodes, &server.objects().join("of/tests"), |place| {
                format!("database.keyspace = 'bucket'\n{}", in_bucket(place, &server))
            });
        });
    });
    // Another keyspace is another store.
    let stranger = Place::new();
    nodes.set_also(
        &stranger,
        &format!("index.files = 'folder'\nindex.folder = '{}'\n", shown(&shared)),
    );
    stranger.ok(&["migrate"]);
    let taken = stranger.run(&["search", "*"]);
    assert!(taken.code == 1 && taken.err.contains("the index of another store"), "{}", taken.err);
    cassandra::run(&["down"], &folder);
}

#[test]
fn what_a_database_wants_of_a_node_is_named() {
    let place = Place::new();
    let settings = "store.kind = 'cql'\ndatabase.nodes = ['127.0.0.1:1']\n\
                    database.connect_within = '1s'\n";
    place.write("trawl.toml", settings);
    let unreached = place.run(&["up", "--set", "api.listen=127.0.0.1:0"]);
    assert_eq!(unreached.code, 1);
    assert!(unreached.err.contains("the database can't be reached: 127.0.0.1:1"));
    let restored = place.run(&["restore", "nowhere", "--root-key", "nowhere"]);
    assert!(restored.err.contains("a database keeps is restored by its own means"));
    // What has a store of its own is not hidden behind a database.
    let place = letters();
    place.ok(&["scan", "t"]);
    let both = place.run(&["findings", "--set", "store.kind=cql", "--set", "database.nodes=a:1"]);
    assert_eq!(both.code, 1);
    assert!(both.err.contains("is a store of this directory's own"), "{}", both.err);
}

#[test]
fn a_database_that_falls_under_a_scan_costs_time_alone() {
    let folder = cassandra::folder(env!("CARGO_TARGET_TMPDIR"), "falls");
    let place = Place::new();
    for n in 0..120 {
        place.write(&format!("t/{n:03}.txt"), format!("ask person{n}@mail.example.org\n"));
    }
    let nodes = Nodes::begin(&folder, &place);
    nodes.set(&place);
    place.ok(&["migrate"]);
    place.ok(&["source", "add", "slow", shown(&place.path("t")), "--objects-per-second", "12"]);
    let node = Node::up(&place, &[]);
    let id = place.ok(&["scan", "t", "--detach"]).trim().to_owned();
    let scan = |node: &Node| node.ask("GET", &format!("/api/v1/scans/{id}")).send();
    until(|| scan(&node).json()["counts"]["findings"].as_u64().is_some_and(|found| found > 20));
    cassandra::run(&["kill", "1"], &folder);
    // It says so, and so does what it is asked.
    until(|| node.ask("GET", "/readyz").send().status == 503);
    until(|| scan(&node).status == 500);
    cassandra::run(&["start", "1"], &folder);
    until(|| node.ask("GET", "/readyz").send().status == 200);
    let ended = node.events(&id).pop().unwrap();
    assert_eq!((ended.0.as_str(), &ended.1["state"]), ("end", &"finished".into()), "{ended:?}");
    let found = lines(&place.ok(&["findings", "--format", "jsonl"]));
    let objects: std::collections::BTreeSet<&str> =
        found.iter().map(|finding| finding["object"].as_str().unwrap()).collect();
    assert_eq!((found.len(), objects.len()), (120, 120), "each once, and none is missing");
    let sums = place.ok(&["coverage"]);
    assert!(sums.contains("Both ledgers sum to what listing saw."), "{sums}");

    // One that is held for longer than another one waits is followed, and ends when it finds out.
    let other = Place::new();
    nodes.set(&other);
    node.signal(Signal::STOP);
    let next = Node::up_with(&other, &[], &node.key);
    node.signal(Signal::CONT);
    assert_eq!(node.ended(), 1);
    let log = std::fs::read_to_string(place.path("up.log")).unwrap();
    assert!(log.contains("another node has taken over"), "{log}");
    next.scan(shown(&place.path("t")));
    assert_eq!(lines(&other.ok(&["findings", "--format", "jsonl"])).len(), 120);
    assert_eq!(next.stop(), 0);
    place.ok(&["audit", "verify"]);
    cassandra::run(&["down"], &folder);
}
