//! An index that falls inside publishing, compacting and rebuilding, as if it were killed there. What
//! is opened afterwards answers as a plain walk over the store does, and so does what is made anew.
//!
//! The test starts itself as the process that falls.

use std::path::Path;
use std::process::{Command, Stdio};

use trawl_actors::crash::{INDEX_POINTS, arm};
use trawl_storage::Db;

use crate::simulation::{World, block_on};
use crate::support::open_once_free;

const FOLDER: &str = "TRAWL_TEST_INDEX_FOLDER";
const POINT: &str = "TRAWL_TEST_INDEX_POINT";
/// A child that has not fallen by then never comes to its point.
const ROUNDS: usize = 40;

#[test]
fn after_a_fall_at_any_point_every_answer_is_that_of_a_walk_over_the_store() {
    for (seed, point) in (300..).zip(INDEX_POINTS) {
        for nth in [1, 3] {
            let folder = tempfile::tempdir().unwrap();
            assert!(falls(folder.path(), seed, &format!("{point}:{nth}")), "{point}:{nth}");
            block_on(async {
                let mut world = open(seed, folder.path()).await;
                world.compare(15).await;
                // One that was being built is built to its end before.
                world.index.rebuild().await.unwrap();
                world.compare(15).await;
                world.is_tidy().await;
                world.index.stop().await;
            });
        }
    }
}

async fn open(seed: u64, folder: &Path) -> World {
    let db = Db::new(open_once_free(&folder.join("store")).await);
    World::on(seed, db, &folder.join("index")).await
}

/// The process that falls.
#[test]
fn child_that_writes_and_indexes_until_it_falls() {
    #[allow(clippy::disallowed_methods)] // A test's own way to speak to its child.
    let (folder, point) = (std::env::var_os(FOLDER), std::env::var(POINT));
    let (Some(folder), Ok(point)) = (folder, point) else { return };
    let (seed, point) = point.split_once(' ').unwrap();
    arm(point).unwrap();
    block_on(async {
        let mut world = open(seed.parse().unwrap(), Path::new(&folder)).await;
        for round in 0..ROUNDS {
            world.act(12).await;
            if round % 3 == 2 {
                world.index.rebuild().await.unwrap();
            } else {
                world.index.catch_up().await.unwrap();
                world.index.publish().await.unwrap();
            }
        }
    });
}

fn falls(folder: &Path, seed: u64, point: &str) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "crashes::child_that_writes_and_indexes_until_it_falls"]);
    child.env(FOLDER, folder).env(POINT, format!("{seed} {point}"));
    !child.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
}
