//! Nodes that share the shards, and with them the ranges of scans that one of them directs.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::sync::Arc;

use support::command::{Folders, Gate};
use support::options;
use support::world::{Member, World, found, undisturbed, until};
use trawl_actors::{Cluster, Options};
use trawl_model::ScanId;
use trawl_model::scan::{Order, ScanState};
use trawl_model::source::{Profile, RateLimits};

/// So many objects make many ranges.
const OBJECTS: usize = 600;

fn small_ranges(node: &mut Options) {
    (node.tuning.max_objects, node.crawl.list_page) = (20, 10);
    node.tuning.unit_objects = 5;
}

/// Whether all shards but the first have one owner among these, each of whom has some.
fn is_shared(members: &[&Member]) -> bool {
    let shards: Vec<usize> = members.iter().map(|member| member.shards()).collect();
    shards.iter().sum::<usize>() == 15 && shards.iter().all(|shards| *shards > 0)
}

/// Orders a scan of everything.
async fn order(leader: &Member, world: &World) -> ScanId {
    let source = leader.trawl.add(world.root(), Profile::default()).await;
    leader.trawl.node.order(source, Order::default(), None).await.unwrap().scan.id
}

async fn behind(gate: &Arc<Gate>, member: &Member) {
    member.serve(Folders { gate: Some(Arc::clone(gate)), ..Folders::default() }).await;
}

/// Three nodes behind a gate, of which the first leads, when each has its share.
async fn three(world: &World, gate: &Arc<Gate>) -> [Member; 3] {
    let leader = world.sharing("n1", 1, None, small_ranges).await;
    let second = world.sharing("n2", 2, Some(&leader), small_ranges).await;
    let third = world.sharing("n3", 3, Some(&leader), small_ranges).await;
    let all = [&leader, &second, &third];
    for member in all {
        behind(gate, member).await;
    }
    until(|| is_shared(&all)).await;
    [leader, second, third]
}

/// Lets one object after the other through, each when somebody stands before the gate, until it holds.
async fn let_through_until(gate: &Gate, holds: impl Fn() -> bool) {
    until(|| {
        gate.let_one_through();
        holds()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_share_the_shards_and_keep_the_ranges_in_them() {
    let (world, gate) = (World::new().await, Arc::new(Gate::default()));
    world.fill(OBJECTS);
    let [leader, second, third] = three(&world, &gate).await;
    let all = [&leader, &second, &third];
    let scan = order(&leader, &world).await;
    let_through_until(&gate, || all.iter().all(|member| member.trawl.node.ranges() > 1)).await;
    gate.let_through(u64::MAX);
    let scan = leader.ended(scan).await;
    let found = found(&world, &leader, &scan).await;
    assert_eq!(found.len(), undisturbed(&world).await.len());
    assert!(leader.trawl.ranges(world.root()).await.len() > 20);
    // When it has ended, nobody keeps anything of it.
    until(|| all.iter().all(|member| member.trawl.node.held()[0] == 0)).await;
    // Nothing has changed: the next one carries all.
    let again = leader.trawl.node.order(scan.source, Order::default(), None).await.unwrap();
    let again = leader.ended(again.scan.id).await;
    assert_eq!((again.state, again.counts.same), (ScanState::Finished, OBJECTS as u64));
    for member in [third, second, leader] {
        member.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_gets_its_share_while_a_scan_is_at_work_and_who_leaves_hands_it_over() {
    let (world, gate) = (World::new().await, Arc::new(Gate::default()));
    world.fill(OBJECTS);
    let leader = world.sharing("n1", 1, None, small_ranges).await;
    let second = world.sharing("n2", 2, Some(&leader), small_ranges).await;
    behind(&gate, &leader).await;
    behind(&gate, &second).await;
    until(|| is_shared(&[&leader, &second])).await;
    let scan = order(&leader, &world).await;
    let_through_until(&gate, || second.trawl.node.ranges() > 1).await;
    let third = world.sharing("n3", 3, Some(&leader), small_ranges).await;
    behind(&gate, &third).await;
    until(|| is_shared(&[&leader, &second, &third])).await;
    let_through_until(&gate, || third.trawl.node.ranges() > 1).await;
    let leaving = tokio::spawn(second.leave());
    gate.let_through(u64::MAX);
    leaving.await.unwrap();
    let scan = leader.ended(scan).await;
    let found = found(&world, &leader, &scan).await;
    assert_eq!(found.len(), undisturbed(&world).await.len());
    until(|| is_shared(&[&leader, &third])).await;
    for member in [third, leader] {
        member.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_one_that_leads_has_left_the_next_goes_on_with_what_others_keep() {
    let (world, gate) = (World::new().await, Arc::new(Gate::default()));
    world.fill(OBJECTS);
    let [leader, second, third] = three(&world, &gate).await;
    let all = [&leader, &second, &third];
    let scan = order(&leader, &world).await;
    let_through_until(&gate, || all.iter().all(|member| member.trawl.node.ranges() > 1)).await;
    let leaving = tokio::spawn(leader.leave());
    gate.let_through(100);
    // What the second has begun as one that follows ends; then it leads.
    let living = second.trawl.node.ownership().member().unwrap().clone();
    let leads = living.lead_in_turn(std::future::pending()).await.unwrap().unwrap();
    let cluster: Cluster = second.trawl.node.cluster().unwrap().clone();
    let stopping = second.trawl.node.clone();
    let stopping = tokio::spawn(async move { stopping.stop().await });
    gate.let_through(u64::MAX);
    stopping.await.unwrap();
    leaving.await.unwrap();
    let mut next = options();
    small_ranges(&mut next);
    (next.shards, next.crawl.crawlers) = (16, 1);
    (next.node, next.ownership, next.cluster) = (living.node(), leads, Some(cluster));
    let second = world.on(second.mesh, next).await;
    second.serve(Folders::default()).await;
    let scan = second.ended(scan).await;
    let found = found(&world, &second, &scan).await;
    assert_eq!(found.len(), undisturbed(&world).await.len());
    for member in [third, second] {
        member.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_is_paused_rests_wherever_its_ranges_are_kept_and_goes_on() {
    let (world, gate) = (World::new().await, Arc::new(Gate::default()));
    world.fill(OBJECTS);
    let leader = world.sharing("n1", 1, None, small_ranges).await;
    let second = world.sharing("n2", 2, Some(&leader), small_ranges).await;
    for member in [&leader, &second] {
        behind(&gate, member).await;
    }
    until(|| is_shared(&[&leader, &second])).await;
    let scan = order(&leader, &world).await;
    for _ in 0..2 {
        let_through_until(&gate, || second.trawl.node.ranges() > 1).await;
        leader.trawl.node.pause(scan).await.unwrap();
        let_through_until(&gate, || leader.trawl.node.handle(scan).is_none()).await;
        assert_eq!(leader.trawl.kept_scan(scan).await.state, ScanState::Paused);
        until(|| second.trawl.node.ranges() == 0).await;
        leader.trawl.node.resume(scan).await.unwrap();
    }
    gate.let_through(u64::MAX);
    let scan = leader.ended(scan).await;
    let found = found(&world, &leader, &scan).await;
    assert_eq!(found.len(), undisturbed(&world).await.len());
    for member in [second, leader] {
        member.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_read_only_so_fast_is_read_no_faster_by_all_nodes_together() {
    let world = World::new().await;
    world.fill(150);
    let leader = world.sharing("n1", 1, None, small_ranges).await;
    let second = world.sharing("n2", 2, Some(&leader), small_ranges).await;
    for member in [&leader, &second] {
        member.serve(Folders::default()).await;
    }
    until(|| is_shared(&[&leader, &second])).await;
    let limits = RateLimits { objects_per_second: Some(50), ..RateLimits::default() };
    let profile = Profile { limits, ..Profile::default() };
    let source = leader.trawl.add(world.root(), profile).await;
    let scan = leader.scan(source).await;
    assert_eq!(found(&world, &leader, &scan).await.len(), 300);
    assert!([&leader, &second].iter().all(|member| member.trawl.node.read_bytes() > 0));
    // A burst of a second's worth, and the rest at the rate; however slow all else is.
    let took = scan.ended.unwrap().micros_since(scan.started);
    assert!(took >= 2_000_000, "{took}");
    for member in [second, leader] {
        member.leave().await;
    }
}
