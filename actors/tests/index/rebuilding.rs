//! An index that is made anew while the one before is searched, and while all goes on.

use trawl_model::Verdict;

use crate::searching::found;
use crate::world::{Bounds, World, multi, until};

/// A corpus that was scanned and published.
async fn published() -> World {
    let world = World::by(Bounds::still()).await;
    world.corpus();
    world.scan().await;
    assert_eq!(world.found("type:email").await, 320);
    world.index.publish().await.unwrap();
    world
}

fn is_over(world: &World) -> bool {
    world.index.status().rebuild.is_some_and(|rebuild| rebuild.ended.is_some())
}

#[test]
fn while_an_index_is_made_anew_what_was_found_and_what_is_new_is_found_throughout() {
    multi().block_on(async {
        let world = published().await;
        let (before, serving) = (world.answers().await, world.serving());
        world.files.hold();
        world.index.begin_rebuild();
        until(|| world.files.waiting() > 0).await;
        let begun = world.index.status().rebuild.unwrap();
        assert_eq!((begun.ended, world.serving()), (None, serving));
        for _ in 0..5 {
            assert_eq!(world.answers().await, before);
        }
        // Who asks for it a second time has what was begun.
        world.index.begin_rebuild();
        assert_eq!(world.index.status().rebuild, Some(begun));

        world.write("d1/f007.txt", "mail u7@mail.example.org\n");
        world.write("d1/new.txt", "write to somebody@mail.example.org\n");
        world.remove("d0/f000.txt");
        world.scan().await;
        world.judge("d2/f002.txt", Verdict::Confirmed).await;
        assert_eq!(world.found("type:email state:open").await, 320 - 1 - 2 + 1);
        assert_eq!(world.found("type:email state:closed").await, 2);
        assert_eq!(world.found("verdict:confirmed").await, 1);
        let after = world.answers().await;
        assert_eq!((is_over(&world), world.serving()), (false, serving));

        world.files.let_go();
        let mut over = false;
        while !over {
            // Looked at before it is asked: once more after the end.
            over = is_over(&world);
            assert_eq!(world.answers().await, after);
        }
        let status = world.index.status();
        assert_eq!(status.rebuild.unwrap().error, None);
        assert_eq!(status.building, []);
        assert_eq!(world.serving(), serving + 1, "one was made");
        // It follows as the one before did.
        world.judge("d2/f005.txt", Verdict::Accepted).await;
        assert_eq!(world.found("verdict:accepted").await, 1);
        world.is_as_if_made_anew().await;
        world.end().await;
    });
}

#[test]
fn each_of_many_searches_answers_the_same_while_one_index_after_the_other_is_made() {
    multi().block_on(async {
        let world = published().await;
        let (before, serving) = (world.answers().await, world.serving());
        for nth in 1..=5 {
            let index = world.index.clone();
            let rebuilt = tokio::spawn(async move { index.rebuild().await });
            while !rebuilt.is_finished() {
                assert_eq!(world.answers().await, before);
            }
            rebuilt.await.unwrap().unwrap();
            assert_eq!((world.answers().await, world.serving()), (before.clone(), serving + nth));
        }
        world.end().await;
    });
}

#[test]
fn two_that_wait_for_an_index_to_be_made_anew_have_one_made_after_the_other() {
    multi().block_on(async {
        let world = published().await;
        let (before, serving) = (world.answers().await, world.serving());
        world.files.hold();
        let rebuild = || {
            let index = world.index.clone();
            tokio::spawn(async move { index.rebuild().await })
        };
        let one = rebuild();
        until(|| world.files.waiting() > 0).await;
        let other = rebuild();
        for _ in 0..5 {
            assert_eq!(world.answers().await, before);
            let mut building: Vec<u32> =
                world.index.status().building.iter().map(|lane| lane.index).collect();
            building.dedup();
            assert_eq!(building, [serving + 1], "one at a time");
        }
        world.files.let_go();
        one.await.unwrap().unwrap();
        other.await.unwrap().unwrap();
        assert_eq!((world.answers().await, world.serving()), (before, serving + 2));
        world.end().await;
    });
}

#[test]
fn an_index_that_can_not_be_written_is_given_up_and_the_next_one_goes_on_with_it() {
    multi().block_on(async {
        let world = published().await;
        let (before, serving) = (world.answers().await, world.serving());
        world.files.refuse(true);
        assert!(world.index.rebuild().await.is_err());
        let status = world.index.status();
        let given_up = status.rebuild.unwrap();
        assert!(given_up.ended.is_some(), "{given_up:?}");
        assert!(given_up.error.as_ref().is_some_and(|why| why.contains("takes nothing")));
        assert_eq!((status.building, world.serving()), (Vec::new(), serving));
        assert_eq!(world.answers().await, before);
        // What comes is found by the one before.
        world.write("d1/new.txt", "write to somebody@mail.example.org\n");
        world.scan().await;
        assert_eq!(world.found("type:email").await, 321);

        world.files.refuse(false);
        world.index.rebuild().await.unwrap();
        let rebuild = world.index.status().rebuild.unwrap();
        assert_eq!((rebuild.error, world.serving()), (None, serving + 1));
        assert_eq!(found(&world.index, "type:email").await.len(), 321);
        world.is_as_if_made_anew().await;
        world.end().await;
    });
}
