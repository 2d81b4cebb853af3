//! An index that was being made anew when its process ended, in good order or not.

use std::sync::Arc;

use trawl_actors::SharedClock;
use trawl_model::SplitId;
use trawl_storage::records::manifest::{
    ManifestAt, ManifestEntry, ManifestHead, ManifestRow, Published,
};
use trawl_storage::records::{Built, IndexAt, IndexEntry, IndexKey, IndexRow};
use trawl_storage::{Commit, Db, WriteId, settle};

use crate::support::command::Hands;
use crate::world::{Answers, Bounds, World, multi, until};

const GRACE_MILLIS: u64 = 60_000;

/// By a clock that a test sets. No time passes of which a lane would wait.
fn bounds() -> (Bounds, Arc<Hands>) {
    let hands = Hands::at("2026-01-01T00:00Z");
    let mut bounds = Bounds::still();
    bounds.clock = hands.clone() as SharedClock;
    bounds.options.grace_millis = GRACE_MILLIS;
    bounds.options.tuning.gather_millis = 0;
    (bounds, hands)
}

/// An index that is being made anew and has written its first file, which nothing names.
async fn begun(bounds: Bounds) -> (World, Answers) {
    let world = World::by(bounds).await;
    world.corpus();
    world.scan().await;
    assert_eq!(world.found("type:email").await, 320);
    world.index.publish().await.unwrap();
    let before = world.answers().await;
    world.files.hold();
    world.index.begin_rebuild();
    until(|| world.files.waiting() > 0).await;
    (world, before)
}

/// What was begun is gone on with: all is found throughout, then it serves, and a further one can be
/// made.
async fn goes_on(world: &World, before: &Answers, serving: u32) {
    let over = || world.index.status().rebuild.expect("it is gone on with").ended.is_some();
    let mut is_over = false;
    while !is_over {
        is_over = over();
        assert_eq!(world.answers().await, *before);
    }
    assert_eq!(world.index.status().rebuild.unwrap().error, None);
    assert_eq!(world.serving(), serving + 1);
    world.write("d1/new.txt", "write to somebody@mail.example.org\n");
    world.scan().await;
    assert_eq!(world.found("type:email").await, 321);
    world.is_as_if_made_anew().await;
    assert_eq!(world.serving(), serving + 2);
    assert_eq!(world.found("type:email").await, 321);
}

/// Past the grace only what serves has files.
async fn is_tidied(world: &World, hands: &Hands) {
    world.index.tidy().await.unwrap();
    trawl_actors::Clock::pause(hands, GRACE_MILLIS);
    loop {
        world.index.tidy().await.unwrap();
        let (there, named) = world.splits();
        assert!(named > 0 && there >= named, "{:?}", world.names());
        // Who has searched what was replaced lets go of it within moments.
        if there == named {
            break;
        }
    }
    assert_eq!(world.found("type:email").await, 321);
}

#[test]
fn an_index_that_is_stopped_while_it_is_made_anew_is_made_to_its_end_at_the_next_start() {
    // On one thread: whoever is told to stop has been told before it is looked.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (bounds, hands) = bounds();
        let (world, before) = begun(bounds).await;
        let serving = world.serving();
        let index = world.index.clone();
        let stopped = tokio::spawn(async move { index.stop().await });
        until(|| world.index.status().building.is_empty()).await;
        assert!(!stopped.is_finished(), "what is being written is written to its end");
        assert_eq!(world.answers().await, before);
        world.files.let_go();
        stopped.await.unwrap();
        let over = || world.index.status().rebuild.is_some_and(|rebuild| rebuild.ended.is_some());
        until(over).await;
        assert!(world.index.status().rebuild.unwrap().error.is_some(), "it was broken off");

        let world = world.reopen().await;
        goes_on(&world, &before, serving).await;
        is_tidied(&world, &hands).await;
        world.end().await;
    });
}

#[test]
fn an_index_that_falls_while_it_is_made_anew_serves_as_before_and_leaves_no_file() {
    let (bounds, hands) = bounds();
    let runtime = multi();
    let (fallen, before, serving, left) = runtime.block_on(async {
        let (world, before) = begun(bounds).await;
        let (serving, (there, named)) = (world.serving(), world.splits());
        assert!(there > named, "what is being written is there, and not yet named");
        let left = world.names();
        (world.fall().await, before, serving, left)
    });
    // Nothing is left of it but a thread that has written.
    runtime.shutdown_background();
    fallen.files().let_go();
    multi().block_on(async {
        let world = fallen.open().await;
        assert!(left.is_subset(&world.names()));
        goes_on(&world, &before, serving).await;
        is_tidied(&world, &hands).await;
        assert!(left.is_disjoint(&world.names()), "{:?}", world.names());
        world.end().await;
    });
}

/// Says that an index is being made anew of which a split is published that lies nowhere, as another
/// machine may have left it.
async fn begun_elsewhere(db: &Db) -> Built {
    let row = db.get::<IndexRow>(&IndexAt::ALL, &IndexKey::Head).await.unwrap().unwrap();
    let IndexEntry::Head(mut head) = row.entry;
    let begun = Built { number: head.next, lanes: 1 };
    (head.building, head.next) = (Some(begun), head.next + 1);
    let fence = db.fence::<IndexRow>(&IndexAt::ALL).await.unwrap();
    let row = IndexRow { at: IndexAt::ALL, entry: IndexEntry::Head(head) };
    let commit = Commit::new(IndexAt::ALL, fence, WriteId::random().unwrap()).put(row);
    assert!(settle(db, &commit).await.unwrap());
    let at = ManifestAt { index: begun.number, lane: 0 };
    let mut first = Commit::new(at.clone(), None, WriteId::random().unwrap());
    let split = SplitId::from_bytes([7; SplitId::LEN]);
    let head = ManifestEntry::Head(ManifestHead { dead: None, gone: false });
    let published = Published {
        bytes: 1,
        documents: 1,
        first_seen: None,
        tenants: None,
        sources: None,
        types: None,
    };
    for entry in [head, ManifestEntry::Split(split, published)] {
        first = first.put(ManifestRow { at: at.clone(), entry });
    }
    assert!(settle(db, &first).await.unwrap());
    begun
}

#[test]
fn an_index_that_was_being_made_anew_and_whose_files_are_lost_is_begun_once_more() {
    multi().block_on(async {
        let (bounds, _) = bounds();
        let world = World::by(bounds).await;
        world.corpus();
        world.scan().await;
        assert_eq!(world.found("type:email").await, 320);
        let before = world.answers().await;
        let lost = begun_elsewhere(&world.trawl.db).await;
        let world = world.reopen().await;
        goes_on(&world, &before, lost.number).await;
        world.end().await;
    });
}
