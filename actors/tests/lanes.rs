//! Nodes that share the lanes of one index, whose files all of them reach.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use support::ENGINE;
use support::command::Folders;
use support::world::{Member, World, folder, until};
use trawl_actors::index::{Index, Options as IndexOptions, Sharing, Waker};
use trawl_actors::{Options, SystemClock};
use trawl_model::source::Profile;
use trawl_model::{FindingId, ObjectId, SourceId, TenantId};
use trawl_search::leaf::{Request, Scope, Waits};
use trawl_search::query::{Field, parse};
use trawl_search::split::{Mounted, Shared};

/// As many lanes as there are shards that are spread.
const LANES: u16 = 15;

/// A node and its share of the index.
struct Searcher {
    member: Member,
    index: Index,
    _copies: tempfile::TempDir,
}

/// What a match is known by.
type Met = (SourceId, ObjectId, Option<FindingId>);

fn small_ranges(node: &mut Options) {
    (node.tuning.max_objects, node.crawl.list_page) = (20, 10);
    node.tuning.unit_objects = 5;
}

/// A node among those that share lanes, or with an index of its own files.
async fn searcher(
    world: &World,
    (name, number): (&str, u8),
    of: Option<&Searcher>,
    shares: bool,
) -> Searcher {
    let waker = Waker::default();
    let hears = waker.clone();
    let of_node = |node: &mut Options| {
        small_ranges(node);
        node.index = hears;
    };
    let member = world.sharing(name, number, of.map(|of| &of.member), of_node).await;
    let copies = folder();
    let mut small = IndexOptions::new(TenantId::default_tenant());
    small.lanes = LANES;
    small.tuning.publish_millis = 50;
    small.elsewhere = of.is_some();
    let (cluster, ownership) =
        (member.trawl.node.cluster().unwrap().clone(), member.trawl.node.ownership().clone());
    small.sharing = shares.then(|| Sharing { cluster: cluster.clone(), ownership, shards: 16 });
    let place = world.data.path().join("index");
    std::fs::create_dir_all(&place).unwrap();
    let files = Shared::open(Mounted::at(&place), "these nodes", copies.path(), 1 << 30).unwrap();
    let (db, clock) = (member.trawl.db.clone(), Arc::new(SystemClock::new()));
    let index = Index::start(small, db, Arc::new(files), Arc::clone(&ENGINE), clock, waker);
    let index = index.await.unwrap();
    index.answer_in(&cluster);
    member.serve(Folders::default()).await;
    Searcher { member, index, _copies: copies }
}

impl Searcher {
    /// How many lanes of the index that serves are here.
    fn lanes(&self) -> usize {
        self.index.status().here().serving.len()
    }

    async fn leave(self) {
        self.index.stop().await;
        self.member.leave().await;
    }

    async fn scan(&self, world: &World) -> BTreeSet<Met> {
        let source = self.member.trawl.add(world.root(), Profile::default()).await;
        self.member.scan(source).await;
        self.index.catch_up().await.unwrap();
        self.found().await
    }

    /// All that is found: on one page, and on many.
    async fn found(&self) -> BTreeSet<Met> {
        let one = self.index.search(request("*", 10_000)).await.unwrap();
        assert_eq!(one.unsearched, []);
        let hits = |answer: &trawl_search::leaf::Answer| -> Vec<Met> {
            answer.hits.iter().map(|hit| (hit.source, hit.object, hit.finding)).collect()
        };
        let (mut request, mut pages) = (request("*", 97), Vec::new());
        loop {
            let page = self.index.search(request.clone()).await.unwrap();
            assert_eq!((&page.unsearched, page.count), (&Vec::new(), one.count));
            assert_eq!(page.facets, one.facets);
            pages.extend(hits(&page));
            match page.next {
                Some(next) => (request.after, request.waits) = (Some(next), Waits::default()),
                None => break,
            }
        }
        assert_eq!(pages, hits(&one), "pages are the whole, in its order");
        let met: BTreeSet<Met> = pages.into_iter().collect();
        assert_eq!(met.len() as u64, one.count, "nothing comes twice");
        assert_eq!(one.facets[0].values().sum::<u64>(), one.count);
        met
    }
}

fn request(query: &str, limit: usize) -> Request {
    let scope = Scope::tenant(TenantId::default_tenant());
    let mut request = Request::new(scope, parse(query).unwrap(), limit);
    request.facets = vec![Field::Kind, Field::Type];
    request
}

/// Whether each lane is with one of these, and each of them has some.
fn are_spread(all: &[&Searcher]) -> bool {
    let lanes: Vec<usize> = all.iter().map(|searcher| searcher.lanes()).collect();
    lanes.iter().sum::<usize>() == usize::from(LANES) && lanes.iter().all(|lanes| *lanes > 0)
}

async fn three(world: &World) -> [Searcher; 3] {
    let leader = searcher(world, ("n1", 1), None, true).await;
    let second = searcher(world, ("n2", 2), Some(&leader), true).await;
    let third = searcher(world, ("n3", 3), Some(&leader), true).await;
    until(|| are_spread(&[&leader, &second, &third])).await;
    [leader, second, third]
}

/// Findings and objects of as many files as [`World::fill`] makes.
fn of(files: usize) -> usize {
    3 * files
}

#[tokio::test(flavor = "multi_thread")]
async fn lanes_go_with_their_shards_and_all_of_them_are_searched() {
    let world = World::new().await;
    world.fill(200);
    let leader = searcher(&world, ("n1", 1), None, true).await;
    until(|| are_spread(&[&leader])).await;
    let second = searcher(&world, ("n2", 2), Some(&leader), true).await;
    until(|| are_spread(&[&leader, &second])).await;
    let all = leader.scan(&world).await;
    assert_eq!(all.len(), of(200));
    // Who comes gets its share of the lanes, and what is published in them.
    let third = searcher(&world, ("n3", 3), Some(&leader), true).await;
    until(|| are_spread(&[&leader, &second, &third])).await;
    leader.index.catch_up().await.unwrap();
    assert_eq!(leader.found().await, all);
    // What is new is found though nobody looks around.
    world.fill(260);
    assert_eq!(leader.scan(&world).await.len(), of(260));
    // Who leaves has published what it had.
    third.leave().await;
    until(|| are_spread(&[&leader, &second])).await;
    leader.index.catch_up().await.unwrap();
    assert_eq!(leader.found().await.len(), of(260));
    second.leave().await;
    leader.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_falls_costs_a_retry_and_what_was_not_searched_is_named() {
    let world = World::new().await;
    world.fill(200);
    let [leader, second, third] = three(&world).await;
    let all = leader.scan(&world).await;
    assert_eq!(all.len(), of(200));
    // To others it has fallen; it goes on, and finds out.
    third.member.mesh.stop().await;
    third.member.trawl.node.ownership().release().await;
    loop {
        let answer = leader.index.search(request("*", 10_000)).await.unwrap();
        if answer.unsearched.is_empty() {
            assert_eq!(answer.count as usize, all.len());
            if are_spread(&[&leader, &second]) {
                break;
            }
        } else {
            assert!(answer.count as usize <= all.len());
        }
    }
    leader.index.catch_up().await.unwrap();
    assert_eq!(leader.found().await, all);
    // Whatever it still publishes comes to nothing.
    third.index.stop().await;
    third.member.trawl.node.stop().await;
    world.fill(230);
    assert_eq!(leader.scan(&world).await.len(), of(230));
    second.leave().await;
    leader.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_made_anew_by_all_nodes_and_they_change_over_together() {
    let world = World::new().await;
    world.fill(200);
    let [leader, second, third] = three(&world).await;
    let all = leader.scan(&world).await;
    leader.index.rebuild().await.unwrap();
    assert_eq!(leader.found().await, all);
    assert!(leader.index.status().serving.iter().all(|lane| lane.index == 1));
    let is_new = |searcher: &Searcher| {
        let status = searcher.index.status();
        status.building.is_empty() && status.serving.iter().all(|lane| lane.index == 1)
    };
    until(|| [&second, &third].into_iter().all(is_new)).await;
    until(|| are_spread(&[&leader, &second, &third])).await;
    assert_eq!(leader.found().await, all);
    for searcher in [third, second, leader] {
        searcher.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_is_out_of_the_files_of_all_nodes() {
    let world = World::new().await;
    world.fill(120);
    let [leader, second, third] = three(&world).await;
    assert_eq!(leader.scan(&world).await.len(), of(120));
    let source = leader.member.trawl.source_at(world.root()).source;
    leader.index.publish().await.unwrap();
    assert!(leader.index.holds(source).await.unwrap());
    leader.member.trawl.node.delete(source).await.unwrap();
    leader.index.purged(source).await.unwrap();
    assert_eq!(leader.found().await.len(), 0);
    for searcher in [third, second, leader] {
        searcher.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lanes_of_a_node_that_takes_none_are_with_the_one_that_leads() {
    let world = World::new().await;
    world.fill(120);
    let leader = searcher(&world, ("n1", 1), None, true).await;
    let other = searcher(&world, ("n2", 2), Some(&leader), false).await;
    until(|| other.member.shards() > 0 && leader.lanes() == usize::from(LANES)).await;
    assert_eq!(leader.scan(&world).await.len(), of(120));
    assert_eq!(other.lanes(), 0);
    other.leave().await;
    leader.leave().await;
}
