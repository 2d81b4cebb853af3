//! Nodes that work for another one, over a real mesh on loopback: one store, several nodes of one process.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::command::{Folders, Gate};
use support::options;
use support::world::{Member, World, found, undisturbed, until};
use trawl_actors::Options;
use trawl_model::scan::{Order, ScanState};
use trawl_model::source::Profile;
use trawl_model::unit::Unit;
use trawl_model::{Class, Item, ScanId, SourceId};
use trawl_storage::records::range::{RangeEntry, RangeRow};

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_have_no_shards_do_the_work_of_one_that_crawls_nothing() {
    let world = World::new().await;
    world.fill(300);
    let owner = world.owner().await;
    let workers = [world.worker("w1", 2, 1, &owner).await, world.worker("w2", 3, 1, &owner).await];
    for member in workers.iter().chain([&owner]) {
        member.serve(Folders::default()).await;
    }
    let source = owner.trawl.add(world.root(), Profile::default()).await;
    let scan = owner.scan(source).await;
    let all = found(&world, &owner, &scan).await;
    assert_eq!(all.len(), 600);
    assert_eq!(all.len(), undisturbed(&world).await.len());
    assert!(workers.iter().any(|worker| worker.trawl.node.read_bytes() > 0));
    assert_eq!(owner.trawl.node.read_bytes(), 0);
    for member in workers {
        member.stop().await;
    }
    owner.stop().await;
}

/// A worker whose crawlers stand before a gate, each with an object.
async fn held_up(world: &World, owner: &Member, gate: &Arc<Gate>) -> (Member, SourceId, ScanId) {
    let worker = world.worker("w1", 2, 1, owner).await;
    worker.serve(Folders { gate: Some(Arc::clone(gate)), ..Folders::default() }).await;
    owner.serve(Folders::default()).await;
    let source = owner.trawl.add(world.root(), Profile::default()).await;
    let ordered = owner.trawl.node.order(source, Order::default(), None).await.unwrap();
    gate.let_through(40);
    until(|| gate.came() > 40).await;
    (worker, source, ordered.scan.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_had_that_fell_is_done_by_the_next_at_once() {
    let (world, gate) = (World::new().await, Arc::new(Gate::default()));
    world.fill(300);
    let owner = world.owner().await;
    let (fallen, _, scan) = held_up(&world, &owner, &gate).await;
    // To others it has fallen; to itself it has not, and works on.
    fallen.mesh.stop().await;
    let next = world.worker("w1", 2, 2, &owner).await;
    next.serve(Folders::default()).await;
    let scan = owner.ended(scan).await;
    let all = found(&world, &owner, &scan).await;
    assert_eq!(all.len(), undisturbed(&world).await.len());
    gate.let_through(u64::MAX);
    fallen.trawl.node.stop().await;
    assert_eq!(found(&world, &owner, &scan).await, all);
    next.stop().await;
    owner.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_had_that_is_gone_for_long_is_done_by_another() {
    let (world, gate) = (World::new().await, Arc::new(Gate::default()));
    world.fill(300);
    let mut patient = options();
    patient.crawl.crawlers = 0;
    patient.missed_after = Duration::from_millis(300);
    let owner = world.member("owner", 1, 1, patient, &[]).await;
    let (gone, _, scan) = held_up(&world, &owner, &gate).await;
    gone.mesh.stop().await;
    let other = world.worker("w2", 3, 1, &owner).await;
    other.serve(Folders::default()).await;
    let scan = owner.ended(scan).await;
    let all = found(&world, &owner, &scan).await;
    assert_eq!(all.len(), undisturbed(&world).await.len());
    gate.let_through(u64::MAX);
    gone.trawl.node.stop().await;
    other.stop().await;
    owner.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_gives_back_what_it_has() {
    let (world, gate) = (World::new().await, Arc::new(Gate::default()));
    world.fill(300);
    let owner = world.owner().await;
    let (leaving, _, scan) = held_up(&world, &owner, &gate).await;
    let other = world.worker("w2", 3, 1, &owner).await;
    other.serve(Folders::default()).await;
    let stopping = tokio::spawn(leaving.stop());
    gate.let_through(u64::MAX);
    stopping.await.unwrap();
    let scan = owner.ended(scan).await;
    let all = found(&world, &owner, &scan).await;
    assert_eq!(all.len(), undisturbed(&world).await.len());
    // Nothing was suspect, so nobody died.
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Read), 300);
    other.stop().await;
    owner.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_a_node_cannot_read_is_left_to_those_that_can() {
    let world = World::new().await;
    world.fill(50);
    let owner = world.owner().await;
    let blind = world.worker("w1", 2, 1, &owner).await;
    let missing = Arc::new(AtomicBool::new(true));
    blind.serve(Folders { missing, ..Folders::default() }).await;
    owner.serve(Folders::default()).await;
    let source = owner.trawl.add(world.root(), Profile::default()).await;
    let ordered = owner.trawl.node.order(source, Order::default(), None).await.unwrap();
    let seeing = world.worker("w2", 3, 1, &owner).await;
    seeing.serve(Folders::default()).await;
    let scan = owner.ended(ordered.scan.id).await;
    assert_eq!(found(&world, &owner, &scan).await.len(), 100);
    assert_eq!(blind.trawl.node.read_bytes(), 0);
    assert!(seeing.trawl.node.read_bytes() > 0);
    for member in [blind, seeing, owner] {
        member.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_settings_of_reading_are_seen_before_anything_is_read() {
    let world = World::new().await;
    world.fill(50);
    let owner = world.owner().await;
    let other = |member: &mut Options| member.crawl.reading.max_depth = 1;
    let other = world.worker_with("w1", 2, 1, &owner, other).await;
    let alike = world.worker("w2", 3, 1, &owner).await;
    for member in [&owner, &other, &alike] {
        member.serve(Folders::default()).await;
    }
    let source = owner.trawl.add(world.root(), Profile::default()).await;
    let scan = owner.scan(source).await;
    assert_eq!(found(&world, &owner, &scan).await.len(), 100);
    assert_eq!(other.trawl.node.read_bytes(), 0);
    for member in [other, alike, owner] {
        member.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_is_paused_rests_on_all_nodes_and_goes_on() {
    let (world, gate) = (World::new().await, Arc::new(Gate::default()));
    world.fill(300);
    let owner = world.owner().await;
    let (worker, source, scan) = held_up(&world, &owner, &gate).await;
    owner.trawl.node.pause(scan).await.unwrap();
    gate.let_through(u64::MAX);
    until(|| owner.trawl.node.handle(scan).is_none()).await;
    let paused = owner.trawl.kept_scan(scan).await;
    assert_eq!((paused.state, paused.source), (ScanState::Paused, source));
    owner.trawl.node.resume(scan).await.unwrap();
    let scan = owner.ended(scan).await;
    assert_eq!(found(&world, &owner, &scan).await.len(), 600);
    worker.stop().await;
    owner.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_comes_to_be_readable_is_read() {
    let world = World::new().await;
    world.fill(50);
    let owner = world.owner().await;
    let soon = |member: &mut Options| member.crawl.refused_millis = 100;
    let worker = world.worker_with("w1", 2, 1, &owner, soon).await;
    let missing = Arc::new(AtomicBool::new(true));
    worker.serve(Folders { missing: Arc::clone(&missing), ..Folders::default() }).await;
    owner.serve(Folders::default()).await;
    let source = owner.trawl.add(world.root(), Profile::default()).await;
    let ordered = owner.trawl.node.order(source, Order::default(), None).await.unwrap();
    until(|| owner.trawl.node.handle(ordered.scan.id).is_some()).await;
    missing.store(false, Ordering::SeqCst);
    let scan = owner.ended(ordered.scan.id).await;
    assert_eq!(found(&world, &owner, &scan).await.len(), 100);
    worker.stop().await;
    owner.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_leaves_hands_over_and_nobody_is_taken_for_dead() {
    let (world, gate) = (World::new().await, Arc::new(Gate::default()));
    world.fill(300);
    let owner = world.owner().await;
    let (worker, _, scan) = held_up(&world, &owner, &gate).await;
    owner.stop().await;
    let mut next = options();
    next.crawl.crawlers = 0;
    let seeds = [worker.mesh.address().to_string()];
    let next = world.member("next", 9, 1, next, &seeds).await;
    let units = units_of(&world, &next).await;
    assert!(units.iter().all(|unit| unit.lease.is_none() && !unit.suspect), "{units:?}");
    next.serve(Folders::default()).await;
    gate.let_through(u64::MAX);
    let scan = next.ended(scan).await;
    assert_eq!(found(&world, &next, &scan).await.len(), 600);
    worker.stop().await;
    next.stop().await;
}

/// The units that are kept.
async fn units_of(world: &World, member: &Member) -> Vec<Unit> {
    let mut units = Vec::new();
    for at in member.trawl.ranges(world.root()).await {
        let all = trawl_storage::Span::all();
        for row in world.db.collect::<RangeRow>(&at, all, 1_000_000).await.unwrap() {
            if let RangeEntry::Unit(_, unit) = row.entry {
                units.push(unit);
            }
        }
    }
    units
}
