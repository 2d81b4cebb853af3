//! The janitor: what nothing names goes when its time has come, and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use trawl_actors::{Clock, SharedClock};
use trawl_search::leaf::search_all;

use crate::searching::{found, request};
use crate::support::command::Hands;
use crate::world::{Bounds, World, multi, until};

const GRACE_MILLIS: u64 = 60_000;

/// A corpus that was published, by a clock that is set.
async fn published() -> (World, Arc<Hands>) {
    published_where(false).await
}

/// The same, where other nodes reach it or not.
async fn published_where(shared: bool) -> (World, Arc<Hands>) {
    let hands = Hands::at("2026-01-01T00:00Z");
    let mut bounds = Bounds::still();
    bounds.clock = hands.clone() as SharedClock;
    bounds.options.grace_millis = GRACE_MILLIS;
    bounds.options.tuning.gather_millis = 0;
    bounds.shared = shared;
    let world = World::by(bounds).await;
    world.corpus();
    world.scan().await;
    assert_eq!(world.found("type:email").await, 320);
    world.index.publish().await.unwrap();
    (world, hands)
}

fn with(names: &BTreeSet<String>, more: &[&str]) -> BTreeSet<String> {
    names.iter().cloned().chain(more.iter().map(|name| (*name).to_owned())).collect()
}

#[test]
fn a_file_that_nothing_names_stays_for_its_time_and_one_that_is_named_for_ever() {
    multi().block_on(async {
        let (world, hands) = published().await;
        let named = world.names();
        assert!(!named.is_empty());
        world.stray("one.split");
        world.stray("one.dead");
        world.index.tidy().await.unwrap();
        hands.pause(GRACE_MILLIS - 1);
        // Its time begins when it is met.
        world.stray("other.split");
        world.index.tidy().await.unwrap();
        assert_eq!(world.names(), with(&named, &["one.split", "one.dead", "other.split"]));
        hands.pause(1);
        world.index.tidy().await.unwrap();
        assert_eq!(world.names(), with(&named, &["other.split"]));
        hands.pause(GRACE_MILLIS - 2);
        world.index.tidy().await.unwrap();
        assert_eq!(world.names(), with(&named, &["other.split"]));
        hands.pause(1);
        world.index.tidy().await.unwrap();
        assert_eq!(world.names(), named);
        hands.pause(1_000 * GRACE_MILLIS);
        world.index.tidy().await.unwrap();
        assert_eq!(world.names(), named);
        assert_eq!(found(&world.index, "type:email").await.len(), 320);
        let world = world.reopen().await;
        assert_eq!(found(&world.index, "type:email").await.len(), 320);
        world.end().await;
    });
}

#[test]
fn a_file_that_is_being_written_stays_however_long_that_takes() {
    multi().block_on(async {
        let (world, hands) = published().await;
        world.write("d1/new.txt", "write to somebody@mail.example.org\n");
        world.scan().await;
        assert_eq!(world.found("type:email").await, 321);
        world.files.hold();
        let index = world.index.clone();
        let published = tokio::spawn(async move { index.publish().await });
        until(|| world.files.waiting() > 0).await;
        let (there, named) = world.splits();
        assert_eq!(there, named + 1);
        for _ in 0..3 {
            world.index.tidy().await.unwrap();
            hands.pause(GRACE_MILLIS);
        }
        world.index.tidy().await.unwrap();
        assert_eq!(world.splits(), (there, named));
        world.files.let_go();
        published.await.unwrap().unwrap();
        assert_eq!(world.splits(), (there, there));
        let world = world.reopen().await;
        assert_eq!(found(&world.index, "type:email").await.len(), 321);
        world.end().await;
    });
}

#[test]
fn what_another_node_writes_stays_for_its_time_whoever_is_started_meanwhile() {
    multi().block_on(async {
        let (world, hands) = published_where(true).await;
        let named = world.names();
        // One is half written, and one is whole, and named in the next moment.
        for name in [".new-half", "whole.split", "notes.txt"] {
            world.stray(name);
        }
        let strays = with(&named, &[".new-half", "whole.split", "notes.txt"]);
        let world = world.reopen().await;
        world.index.tidy().await.unwrap();
        hands.pause(GRACE_MILLIS - 1);
        world.index.tidy().await.unwrap();
        assert_eq!(world.names(), strays);
        // Who looks anew waits anew: it costs time alone.
        let world = world.reopen().await;
        world.index.tidy().await.unwrap();
        hands.pause(GRACE_MILLIS - 1);
        world.index.tidy().await.unwrap();
        assert_eq!(world.names(), strays);
        hands.pause(1);
        world.index.tidy().await.unwrap();
        assert_eq!(world.names(), with(&named, &["notes.txt"]), "that is none of the index");
        assert_eq!(found(&world.index, "type:email").await.len(), 320);
        world.end().await;
    });
}

#[test]
fn a_copy_that_is_damaged_is_fetched_once_more() {
    multi().block_on(async {
        let (world, _) = published_where(true).await;
        let copies = world.data.path().join("copies");
        for file in std::fs::read_dir(&copies).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some() {
                std::fs::write(path, "damaged").unwrap();
            }
        }
        let world = world.reopen().await;
        let (_, unsearched) = world.index.parts();
        assert_eq!(unsearched, []);
        assert_eq!(found(&world.index, "type:email").await.len(), 320);
        world.end().await;
    });
}

#[test]
fn the_files_of_an_index_that_was_replaced_go_when_nobody_searches_them() {
    multi().block_on(async {
        let (world, hands) = published().await;
        let before = world.names();
        // A search that takes its time.
        let (parts, unsearched) = world.index.parts();
        assert_eq!(unsearched, []);
        world.index.rebuild().await.unwrap();
        let after = world.names();
        assert!(before.is_subset(&after) && before != after, "{after:?}");
        world.index.tidy().await.unwrap();
        hands.pause(GRACE_MILLIS);
        world.index.tidy().await.unwrap();
        assert_eq!(world.names(), after, "somebody has them open");
        assert_eq!(search_all(parts.iter(), &request("type:email")).unwrap().count, 320);
        drop(parts);
        // The lanes that it had let go of them within moments.
        let left: BTreeSet<_> = after.difference(&before).cloned().collect();
        while world.names() != left {
            world.index.tidy().await.unwrap();
            assert!(left.is_subset(&world.names()));
        }
        assert_eq!(found(&world.index, "type:email").await.len(), 320);
        world.end().await;
    });
}
