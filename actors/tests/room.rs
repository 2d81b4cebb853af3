//! A node that serves while the disk fills: what is under way waits, nothing of it fails, and all of it
//! goes on by itself.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use support::command::{Folders, Gate};
use support::{Trawl, options, write};
use trawl_actors::room::{Bounds, Place, State};
use trawl_actors::{Options, Room, SystemClock};
use trawl_model::scan::{Order, Scan, ScanState};
use trawl_model::source::Profile;
use trawl_model::{Class, Item};
use trawl_storage::embedded::{EmbeddedStore, Options as StoreOptions};
use trawl_storage::faults::{Fault, FaultyStore};
use trawl_storage::{Db, Store};

const FILES: u64 = 120;
const BOUNDS: Bounds = Bounds { reserve: 10, low: 100, enough: 200 };

/// A disk whose room is set by hand.
struct Disk {
    free: Arc<AtomicU64>,
    room: Room,
}

impl Disk {
    fn new() -> Self {
        let free = Arc::new(AtomicU64::new(1_000));
        let seen = Arc::clone(&free);
        let measure = move || vec![(Place::Store, seen.load(Ordering::SeqCst))];
        let clock = Arc::new(SystemClock::new());
        let every = Duration::from_millis(1);
        Self { free, room: Room::watch(BOUNDS, every, Arc::new(measure), clock) }
    }

    /// So much is free, and it was seen.
    async fn comes_to(&self, free: u64, state: State) {
        self.free.store(free, Ordering::SeqCst);
        let mut changes = self.room.changes();
        changes.wait_for(|standing| standing.state == state).await.unwrap();
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn corpus(root: &Path) {
    for n in 0..FILES {
        write(root, &format!("f{n:03}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
}

fn small(disk: &Disk) -> Options {
    let mut small = options();
    small.tuning.unit_objects = 8;
    small.crawl.list_page = 20;
    small.crawl.checkpoint_millis = 1;
    small.crawl.checkpoint_objects = 2;
    small.crawl.crawlers = 2;
    small.room = disk.room.clone();
    small
}

async fn opened(gate: &Gate, count: u64) {
    while gate.came() < count {
        tokio::task::yield_now().await;
    }
}

/// It ended as one that nothing befell.
async fn is_whole(trawl: &Trawl, root: &Path, scan: &Scan) {
    assert_eq!((scan.state, scan.number, &scan.error), (ScanState::Finished, 1, &None));
    assert_eq!(scan.coverage.total_bytes(), scan.listed_bytes);
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Read), FILES);
    assert_eq!(trawl.all(root).await.len() as u64, FILES);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_held_back_where_room_is_scarce_and_goes_on_where_it_was() {
    let (data, root, gate, disk) = (folder(), folder(), Arc::new(Gate::default()), Disk::new());
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), small(&disk), Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    gate.let_through(30);
    opened(&gate, 31).await;
    disk.comes_to(BOUNDS.low - 1, State::Tight).await;
    gate.let_through(FILES);
    while trawl.kept_scan(scan).await.state != ScanState::Queued {
        tokio::task::yield_now().await;
    }
    trawl.at_rest().await;
    let before = gate.came();
    assert!(before < FILES / 2, "what was out is given back: {before} were opened");
    trawl.node.turn().await;
    assert_eq!(trawl.node.held(), [0; 4], "nothing is begun");

    disk.comes_to(BOUNDS.enough, State::Writing).await;
    let ended = trawl.node.ended(scan).await.unwrap();
    is_whole(&trawl, root.path(), &ended).await;
    assert!(gate.came() <= FILES + 8, "what was kept is not read again: {}", gate.came());
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_waits_in_memory_while_nothing_can_be_written() {
    let (data, root, gate, disk) = (folder(), folder(), Arc::new(Gate::default()), Disk::new());
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), small(&disk), Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    gate.let_through(30);
    opened(&gate, 31).await;
    disk.comes_to(0, State::Full).await;
    gate.let_through(FILES);
    trawl.node.turn().await;
    assert_eq!(trawl.kept_scan(scan).await.state, ScanState::Running);
    assert!(trawl.node.progress(scan).await.is_none(), "who asks is answered at once");

    disk.comes_to(1_000, State::Writing).await;
    let ended = trawl.node.ended(scan).await.unwrap();
    is_whole(&trawl, root.path(), &ended).await;
    assert_eq!(gate.came(), FILES, "nothing is read again");
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_finds_no_room_is_tried_again_until_it_does() {
    let (data, root, gate, disk) = (folder(), folder(), Arc::new(Gate::default()), Disk::new());
    corpus(root.path());
    gate.let_through(u64::MAX);
    let store = EmbeddedStore::open(StoreOptions::new(data.path())).unwrap();
    let store = Arc::new(FaultyStore::new(Arc::new(store)));
    let db = Db::shared(Arc::clone(&store) as Arc<dyn Store>);
    let trawl = Trawl::open_on(db, data.path(), small(&disk)).await;
    let folders = Folders { gate: Some(Arc::clone(&gate)), ..Folders::default() };
    trawl.node.serve(Arc::new(folders)).await.unwrap();
    let source = trawl.add(root.path(), Profile::default()).await;
    let mut changes = disk.room.changes();
    changes.mark_unchanged();
    store.plan([Fault::None; 14]);
    store.plan([Fault::Full]);
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    // It fills for a moment in which nobody looks.
    changes.wait_for(|standing| standing.state == State::Full).await.unwrap();
    let ended = trawl.node.ended(scan).await.unwrap();
    is_whole(&trawl, root.path(), &ended).await;
    assert_eq!(gate.came(), FILES, "no keeper fell over it, and nothing is read again");
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_deleted_while_room_is_scarce_and_its_scan_waits() {
    let (data, root, gate, disk) = (folder(), folder(), Arc::new(Gate::default()), Disk::new());
    corpus(root.path());
    let mut options = small(&disk);
    // Who had a lease is waited for so long.
    options.tuning.lease_millis = 10;
    let trawl = Trawl::serve(data.path(), options, Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    trawl.node.order(source, Order::default(), None).await.unwrap();
    gate.let_through(30);
    opened(&gate, 31).await;
    disk.comes_to(BOUNDS.low - 1, State::Tight).await;
    gate.let_through(FILES);
    trawl.node.delete(source).await.unwrap();
    trawl.node.erased(source).await.unwrap();
    assert_eq!(trawl.left_of(source).await, Vec::<String>::new());
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_stops_though_its_scan_waits_for_room_and_the_next_one_goes_on() {
    let (data, root, gate, disk) = (folder(), folder(), Arc::new(Gate::default()), Disk::new());
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), small(&disk), Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    gate.let_through(30);
    opened(&gate, 31).await;
    disk.comes_to(0, State::Full).await;
    gate.let_through(FILES);
    trawl.close().await;

    let disk = Disk::new();
    let trawl = Trawl::serve(data.path(), small(&disk), Some(&gate)).await;
    let ended = trawl.node.ended(scan).await.unwrap();
    is_whole(&trawl, root.path(), &ended).await;
    trawl.close().await;
}
