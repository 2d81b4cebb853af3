//! What a lane holds in memory before it is published has a bound.

use crate::searching::found;
use crate::world::{Bounds, World, multi, until};

/// What a lane has in memory that holds the most.
fn held(world: &World) -> u64 {
    world.index.status().serving.iter().map(|lane| lane.tail_bytes).max().unwrap()
}

fn due(world: &World) -> usize {
    world.index.status().serving.iter().map(|lane| lane.due).sum()
}

/// How much comes into memory at once, at the most: twice what so many findings and objects take up
/// of which a few more are read.
async fn at_once() -> u64 {
    let world = World::by(Bounds::still()).await;
    for n in 0..7 {
        let text = format!("mail u{n}@mail.example.org\nand v{n}@mail.example.org\n");
        world.write(&format!("d{}/f{n:03}.txt", n % 3), &text);
    }
    world.scan().await;
    assert_eq!(world.found("*").await, 21);
    let bytes = held(&world);
    world.end().await;
    2 * bytes
}

/// A lane with so much room in memory, which it says.
fn bounded(bound: u64) -> (u64, Bounds) {
    let mut bounds = Bounds::still();
    bounds.options.tuning.tail_bytes = bound;
    bounds.options.tuning.publish_bytes = bound / 2;
    (bound, bounds)
}

#[test]
fn a_lane_takes_no_more_into_memory_than_its_bound_while_nothing_can_be_written() {
    multi().block_on(async {
        let at_once = at_once().await;
        let (bound, bounds) = bounded(4 * at_once);
        let world = World::by(bounds).await;
        world.files.hold();
        world.corpus();
        world.scan().await;
        let (index, most) = (world.index.clone(), bound + at_once);
        let caught_up = tokio::spawn(async move { index.catch_up().await });
        // It writes, and takes in meanwhile what it may.
        until(|| {
            assert!(held(&world) < most, "{} of {bound}", held(&world));
            world.files.waiting() > 0 && held(&world) >= bound
        })
        .await;
        let (stands, some) = (held(&world), found(&world.index, "*").await);
        // More comes; nothing of it is taken in.
        world.write("d1/new.txt", "write to somebody@mail.example.org\n");
        world.remove("d0/f000.txt");
        world.scan().await;
        for _ in 0..20 {
            assert_eq!(found(&world.index, "*").await, some);
            assert_eq!(held(&world), stands);
        }
        assert!(!caught_up.is_finished() && due(&world) > 0, "there is more to read");

        world.files.let_go();
        until(|| {
            assert!(held(&world) < most, "{} of {bound}", held(&world));
            caught_up.is_finished()
        })
        .await;
        caught_up.await.unwrap().unwrap();
        assert_eq!(world.found("type:email state:open").await, 320 - 2 + 1);
        assert_eq!(world.found("type:email state:closed").await, 2);
        let published: u64 = world.index.status().serving.iter().map(|lane| lane.published).sum();
        assert!(published > 1, "{published} splits");
        world.is_as_if_made_anew().await;
        world.end().await;
    });
}

#[test]
fn a_lane_that_can_not_write_holds_to_its_bound_and_loses_nothing() {
    multi().block_on(async {
        let at_once = at_once().await;
        let (bound, mut bounds) = bounded(4 * at_once);
        bounds.options.tuning.backoff_millis = 1;
        bounds.options.tuning.backoff_max_millis = 5;
        let world = World::by(bounds).await;
        world.files.refuse(true);
        world.corpus();
        world.scan().await;
        let most = bound + at_once;
        until(|| {
            assert!(held(&world) < most, "{} of {bound}", held(&world));
            held(&world) >= bound
        })
        .await;
        let failing = || world.index.status().serving.iter().any(|lane| lane.error.is_some());
        until(failing).await;
        let some = found(&world.index, "*").await;
        assert!(some.len() < 480, "not all fits into memory");
        world.files.refuse(false);
        until(|| due(&world) == 0).await;
        assert_eq!(world.found("*").await, 480);
        assert!(some.is_subset(&found(&world.index, "*").await));
        assert!(held(&world) < most);
        world.end().await;
    });
}
