//! Pools that grow while more waits than is soon done, and shrink when there is nothing to do.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use support::command::Gate;
use support::{Trawl, options, write};
use trawl_actors::pools::{Bounds, Kind};
use trawl_actors::{Options, Policy, PoolLoad};
use trawl_model::scan::{Order, ScanState};
use trawl_model::source::Profile;

const FILES: u64 = 240;
const UNIT: u64 = 8;
const BOUNDS: Bounds = Bounds { least: 2, most: 6 };

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn corpus(root: &Path) {
    for n in 0..FILES {
        write(root, &format!("f{n:03}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
}

/// Small units, and pools that are looked at all the time, whatever else the machine does.
fn looked_at() -> Options {
    let mut looked_at = options();
    looked_at.tuning.unit_objects = UNIT as usize;
    (looked_at.crawl.crawlers, looked_at.classifiers) = (BOUNDS.least, BOUNDS.least);
    let pools = &mut looked_at.policy.pools;
    (pools.look, pools.cores_percent) = (Duration::from_millis(2), u8::MAX);
    (pools.scan, pools.analysis) = (BOUNDS, BOUNDS);
    looked_at
}

/// Waits until a pool is as it should be.
async fn until(trawl: &Trawl, kind: Kind, is: impl Fn(PoolLoad) -> bool) {
    while !is(trawl.node.pool(kind)) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crawlers_come_while_units_wait_and_go_when_all_is_done() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), looked_at(), Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan;
    // Each comes to the gate, and stands there.
    until(&trawl, Kind::Scan, |pool| pool.workers == BOUNDS.most && pool.busy == BOUNDS.most).await;
    let units = (FILES / UNIT) as usize;
    until(&trawl, Kind::Scan, |pool| pool.depth == units - BOUNDS.most).await;
    assert_eq!(trawl.node.busy(), 100);
    gate.let_through(u64::MAX);
    let scan = trawl.node.ended(scan.id).await.unwrap();
    assert_eq!((scan.state, scan.listed_objects), (ScanState::Finished, FILES));
    let rests = |pool| pool == PoolLoad { workers: BOUNDS.least, busy: 0, depth: 0 };
    until(&trawl, Kind::Scan, rests).await;
    until(&trawl, Kind::Analysis, rests).await;
    assert_eq!(trawl.all(root.path()).await.len() as u64, FILES);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_bounds_hold_while_a_scan_is_at_work_and_a_node_stops_whatever_its_size() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    let options = looked_at();
    let held_to = |scan| {
        let pools = trawl_actors::pools::Rules { scan, ..options.policy.pools };
        Policy { pools, ..options.policy }
    };
    let trawl = Trawl::serve(data.path(), options.clone(), Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan;
    until(&trawl, Kind::Scan, |pool| pool.busy == BOUNDS.most).await;
    // They go one by one, as they come to the end of their units.
    trawl.node.hold_to(held_to(Bounds { least: 1, most: 1 }));
    while trawl.node.pool(Kind::Scan).workers > 1 {
        gate.let_through(1);
        tokio::task::yield_now().await;
    }
    // Nothing of what they had is lost, nor what is broken off now.
    trawl.node.hold_to(held_to(Bounds { least: 3, most: 3 }));
    until(&trawl, Kind::Scan, |pool| pool.workers == 3).await;
    trawl.close_behind(&gate, u64::MAX).await;
    let trawl = Trawl::serve(data.path(), looked_at(), Some(&gate)).await;
    let scan = trawl.node.ended(scan.id).await.unwrap();
    assert_eq!((scan.state, scan.listed_objects), (ScanState::Finished, FILES));
    assert_eq!(trawl.all(root.path()).await.len() as u64, FILES);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_does_not_crawl_has_no_crawlers_whatever_waits() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let mut options = looked_at();
    options.crawl.crawlers = 0;
    let trawl = Trawl::serve(data.path(), options, None).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    trawl.node.order(source, Order::default(), None).await.unwrap();
    // The listing waits, and nobody comes for it.
    until(&trawl, Kind::Scan, |pool| pool.depth == 1).await;
    assert_eq!(trawl.node.pool(Kind::Scan), PoolLoad { workers: 0, busy: 0, depth: 1 });
    trawl.close().await;
}
