//! An index whose files lie where several nodes reach them: in a bucket of a real server, or in a folder.

use std::path::Path;

use rustix::process::Signal;
use trawl_search::testing::s3::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};

use crate::in_a_cluster::Cluster;
use crate::support::node::Node;
use crate::support::{Place, letters, lines, shown, until};

/// Settings of an index in a bucket. The secrets lie in files of the place.
pub(crate) fn in_bucket(place: &Place, server: &Server) -> String {
    let access = shown(&place.write("access.key", ACCESS_KEY)).to_owned();
    let secret = shown(&place.write("secret.key", SECRET_KEY)).to_owned();
    format!(
        "index.files = 's3'\nindex.bucket = '{BUCKET}'\nindex.prefix = 'of/tests'\n\
         index.endpoint = '{}'\nindex.access_key = 'file:{access}'\n\
         index.secret_key = 'file:{secret}'\nindex.request_within = '2s'\n",
        server.address
    )
}

pub(crate) fn server(name: &str) -> Server {
    Server::up(env!("CARGO_TARGET_TMPDIR"), name)
}

/// The splits that lie in a folder.
pub(crate) fn splits(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut splits: Vec<String> = names.filter(|name| name.ends_with(".split")).collect();
    splits.sort();
    splits
}

/// How many addresses are found. Nothing is left unsearched.
pub(crate) fn found(place: &Place) -> usize {
    let found = place.ok(&["search", "type:email", "--limit", "100", "--format", "jsonl"]);
    lines(&found).iter().filter(|line| line["kind"] == "finding").count()
}

fn write_another(place: &Place, n: usize) {
    place.write(&format!("t/new{n}.txt"), format!("ask another{n}@mail.example.org\n"));
}

#[test]
fn an_index_in_a_bucket_is_found_again_when_all_that_was_copied_of_it_is_lost() {
    let server = server("embedded");
    let place = letters();
    place.write("trawl.toml", in_bucket(&place, &server));
    let objects = server.objects().join("of/tests");

    // By commands alone.
    place.ok(&["scan", "t"]);
    assert_eq!(found(&place), 10);
    assert!(!splits(&objects).is_empty());
    assert!(!place.path("data/index").exists());
    let doctor = place.ok(&["doctor"]);
    let row = doctor.lines().find(|line| line.starts_with("index files")).unwrap();
    assert!(row.contains("files in s3://trawl/of/tests"), "{row}");

    // By a node that falls, and whose copies are lost.
    let settings = ["index.publish_every=10ms"];
    let node = Node::up(&place, &settings);
    let key = node.key.clone();
    write_another(&place, 0);
    assert_eq!(node.scan(shown(&place.path("t")))["state"], "finished");
    until(|| found(&place) == 11);
    let _ = node.get("/api/v1/checks");
    node.signal(Signal::KILL);
    drop(node);
    let copies = place.path("data/index-copies");
    assert!(!splits(&copies).is_empty());
    std::fs::remove_dir_all(&copies).unwrap();
    let node = Node::up_with(&place, &settings, &key);
    until(|| found(&place) == 11);
    assert!(!splits(&copies).is_empty());
    let checks = node.get("/api/v1/checks");
    assert!(checks["checks"].as_array().unwrap().iter().all(|check| check["state"] == "ok"));

    // What no longer belongs to it goes after its grace, and nothing else.
    assert_eq!(node.stop(), 0);
    let node = Node::up_with(&place, &["index.grace=400ms"], &key);
    let (before, strangers) = (splits(&objects), server.objects().join("of/strange.split"));
    std::fs::write(&strangers, "a stranger's").unwrap();
    place.ok(&["index", "rebuild"]);
    until(|| splits(&objects).iter().all(|split| !before.contains(split)));
    until(|| splits(&copies) == splits(&objects));
    assert!(strangers.exists());
    assert_eq!(found(&place), 11);

    // No backup has it, and what is restored of one may not take it from the store that it was made of.
    place.ok(&["backup", "copy"]);
    assert_eq!(node.stop(), 0);
    let root_key = place.path("data/root.key");
    let restored = ["--data", "restored", "restore", "copy", "--root-key", shown(&root_key)];
    place.ok(&restored);
    let taken = place.run(&["--data", "restored", "search", "*"]);
    assert_eq!(taken.code, 1);
    for word in ["s3://trawl/of/tests", "another store", "`owner`"] {
        assert!(taken.err.contains(word), "{}", taken.err);
    }
    let elsewhere =
        ["--data", "restored", "--set", "index.prefix=restored", "search", "type:email"];
    assert!(place.ok(&elsewhere).contains("11 matches"));
    assert!(!std::fs::read_to_string(place.path("up.log")).unwrap().contains(SECRET_KEY));
}

#[test]
fn a_bucket_that_goes_away_holds_up_what_is_written_and_nothing_else() {
    let server = server("away");
    let place = letters();
    place.write("trawl.toml", in_bucket(&place, &server));
    let settings = ["index.publish_every=10ms", "index.look_every=1s"];
    let node = Node::up(&place, &settings);
    let key = node.key.clone();
    assert_eq!(node.scan(shown(&place.path("t")))["state"], "finished");
    until(|| found(&place) == 10);
    let objects = server.objects().join("of/tests");
    until(|| !splits(&objects).is_empty());

    // What is there is found, and what is new from memory; it is written when the bucket is back.
    server.tell("kill");
    let before = splits(&objects);
    write_another(&place, 0);
    assert_eq!(node.scan(shown(&place.path("t")))["state"], "finished");
    until(|| found(&place) == 11);
    until(|| node.log().contains("a step of the index failed; it is tried again"));
    assert_eq!(node.ask("GET", "/readyz").send().status, 200);
    let checks = node.get("/api/v1/checks");
    let of_files = |check: &&serde_json::Value| check["name"] == "index files";
    let check = checks["checks"].as_array().unwrap().iter().find(of_files).unwrap();
    assert_eq!(check["state"], "failed", "{check}");
    assert!(check["detail"].as_str().unwrap().contains(&server.address), "{check}");
    assert_eq!(splits(&objects), before);
    server.tell("start");
    until(|| splits(&objects) != before);
    assert_eq!(found(&place), 11);
    node.get("/api/v1/checks");
    assert_eq!(node.stop(), 0);

    // Who starts without it is told so.
    server.tell("kill");
    let unreached = place.run(&["up", "--set", "api.listen=127.0.0.1:0"]);
    assert_eq!(unreached.code, 1);
    for word in ["s3://trawl/of/tests", &server.address, "index.endpoint"] {
        assert!(unreached.err.contains(word), "{}", unreached.err);
    }
    let doctor = place.run(&["doctor"]);
    assert!(doctor.code == 1 && doctor.out.contains(&server.address), "{}", doctor.out);
    server.tell("start");

    // A file that is lost is missed, named, and found where it comes back.
    let lost = objects.join(splits(&objects).pop().unwrap());
    let (kept, aside) = (std::fs::read(&lost).unwrap(), place.path("aside"));
    std::fs::rename(&lost, &aside).unwrap();
    std::fs::remove_dir_all(place.path("data/index-copies")).unwrap();
    let node = Node::up_with(&place, &settings, &key);
    let missed = || node.get("/api/v1/search?q=*")["unsearched"].as_array().unwrap().clone();
    let named = missed();
    let why = named[0]["why"].as_str().unwrap();
    assert!(why.contains("index rebuild") && why.contains("it is not there"), "{named:?}");
    // Where files lie is in the log, and is not for everybody who searches.
    assert!(!why.contains("s3://"), "{why}");
    assert!(node.log().contains("s3://trawl/of/tests/"));
    assert_eq!(node.ask("GET", "/readyz").send().status, 503);
    std::fs::write(&lost, kept).unwrap();
    until(|| missed().is_empty());
    assert_eq!(found(&place), 11);
    assert_eq!(node.ask("GET", "/readyz").send().status, 200);
    assert_eq!(node.stop(), 0);
}

#[test]
fn nodes_share_the_lanes_of_a_bucket_and_one_begins_while_it_is_away() {
    let server = server("cluster");
    let cluster = Cluster::new("index");
    let secrets = Place::new();
    let more = format!("{}index.lanes = 8\n", in_bucket(&secrets, &server));
    let members = [cluster.member(0, &more), cluster.member(1, &more)];
    let letters = letters();
    let first = Node::up(&members[0].place, &["index.publish_every=10ms"]);
    let key = first.key.clone();
    assert_eq!(first.scan(shown(&letters.path("t")))["state"], "finished");
    let count = |node: &Node| {
        let answer = node.ask("GET", "/api/v1/search?q=type:email").send();
        if answer.status != 200 {
            return 0;
        }
        let answer = answer.json();
        // Lanes that nobody has just now are named.
        let is_whole = answer["unsearched"].as_array().is_none_or(Vec::is_empty);
        if is_whole { answer["count"].as_u64().unwrap() } else { 0 }
    };
    until(|| count(&first) == 10);
    let objects = server.objects().join("of/tests");
    until(|| !splits(&objects).is_empty());

    // What a node had copied before, and nobody names, goes.
    let of_place = std::fs::read(members[0].place.path("data/index-copies/.place")).unwrap();
    members[1].place.write("data/index-copies/.place", of_place);
    members[1].place.write("data/index-copies/old.split", "of a source that is deleted");
    let copies = members[1].place.path("data/index-copies");
    server.tell("kill");
    let second = Node::up_with(&members[1].place, &["index.grace=400ms"], &key);
    until(|| second.ask("GET", "/api/v1/scans").send().status == 200);
    until(|| splits(&copies).is_empty());
    server.tell("start");
    until(|| second.ask("GET", "/readyz").send().status == 200);
    let lanes = |node: &Node| -> Vec<u64> {
        let status = node.get("/api/v1/cluster");
        let nodes = status["nodes"].as_array().unwrap().iter();
        nodes.map(|node| node["lanes"].as_u64().unwrap()).collect()
    };
    until(|| lanes(&first).iter().sum::<u64>() == 8 && lanes(&first).iter().all(|of| *of > 0));
    until(|| count(&second) == 10);
    // What is new is found, whoever has its lane.
    letters.write("t/new.txt", "ask eve@mail.example.org");
    assert_eq!(first.scan(shown(&letters.path("t")))["state"], "finished");
    until(|| count(&second) == 11);
    first.signal(Signal::KILL);
    drop(first);
    until(|| count(&second) == 11);
    let (copied, there) = (splits(&copies), splits(&objects));
    assert!(!copied.is_empty() && copied.iter().all(|split| there.contains(split)), "{copied:?}");
    assert_eq!(second.stop(), 0);
}

#[test]
fn settings_of_where_the_index_lies_that_say_two_things_are_refused() {
    let place = Place::new();
    let said = |settings: &[&str]| {
        let flags = settings.iter().flat_map(|set| ["--set", *set]);
        let ran = place.run(&flags.chain(["search", "*"]).collect::<Vec<_>>());
        assert_ne!(ran.code, 0, "{}", ran.out);
        ran.err
    };
    assert!(said(&["index.files=s3"]).contains("index.bucket is not set; set index.bucket to"));
    let both = said(&["index.files=folder", "index.folder=/x", "index.bucket=abc"]);
    assert!(both.contains("index.bucket is \"abc\", and index.files is \"folder\""), "{both}");
    let place = letters();
    place.ok(&["scan", "t"]);
    let nowhere = ["--set", "index.files=folder", "--set", "index.folder=nowhere", "search", "*"];
    let ran = place.run(&nowhere);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("can't use nowhere: there is no such folder; mount it"),
        "{}",
        ran.err
    );
}
