//! Whole scans over stores that lose, delay and refuse writes, and of sources whose objects fail.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use support::{Around, Trawl, options, write};
use trawl_actors::{Options, Target};
use trawl_model::scan::{Scan, ScanState};
use trawl_model::{Class, Fingerprint, Item, ObjectKey, Reason};
use trawl_sources::files::{Files, Settings};
use trawl_sources::{Content, SourceError};
use trawl_storage::embedded::{EmbeddedStore, Options as StoreOptions};
use trawl_storage::faults::{Fault, FaultyStore};
use trawl_storage::{Db, Store};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn small() -> Options {
    let mut small = options();
    small.tuning.max_objects = 40;
    small.tuning.unit_objects = 8;
    small.tuning.attempts = 2;
    small.tuning.backoff_millis = 1;
    small.crawl.list_page = 20;
    small.crawl.part_bytes = 32 << 10;
    small.crawl.checkpoint_millis = 5;
    small.crawl.checkpoint_objects = 4;
    small
}

fn corpus(root: &Path) {
    for n in 0..120 {
        write(root, &format!("f{n:03}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
    let line = "words and words and words\nmail large@mail.example.org\n";
    write(root, "large.txt", line.repeat(4_000));
}

async fn faulty(data: &Path) -> (Arc<FaultyStore>, Trawl) {
    let store = EmbeddedStore::open(StoreOptions::new(data)).unwrap();
    let store = Arc::new(FaultyStore::new(Arc::new(store)));
    let db = Db::shared(Arc::clone(&store) as Arc<dyn Store>);
    (store, Trawl::open_on(db, data, small()).await)
}

fn places(all: &[String]) -> Vec<&str> {
    // Ids differ between data directories.
    all.iter().map(|line| line.rsplit_once(' ').unwrap().0).collect()
}

fn adds_up(scan: &Scan) {
    assert_eq!(scan.state, ScanState::Finished);
    assert_eq!(scan.coverage.total_bytes(), scan.listed_bytes);
    assert_eq!(scan.coverage.total_items(Item::Object), scan.listed_objects);
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Pending), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_are_lost_or_unanswered_or_late_change_nothing_of_what_is_found() {
    let (one, other, root) = (folder(), folder(), folder());
    corpus(root.path());
    let (_, whole) = faulty(one.path()).await;
    whole.scan(root.path()).await;
    let expected = whole.all(root.path()).await;
    whole.close().await;

    let (store, trawl) = faulty(other.path()).await;
    let kinds = [Fault::Lost, Fault::None, Fault::Unanswered, Fault::HeldBack, Fault::None];
    store.plan((0..600).map(|n| kinds[(n * 7 + n / 5) % kinds.len()]));
    let scan = tokio::select! {
        scan = trawl.scan(root.path()) => scan,
        () = release(&store) => unreachable!("it goes on for ever"),
    };
    adds_up(&scan);
    assert!(trawl.ranges(root.path()).await.len() > 1, "it was cut");
    let all = trawl.all(root.path()).await;
    assert_eq!(places(&all), places(&expected));
    trawl.close().await;
}

/// Lets late writes go, again and again.
async fn release(store: &FaultyStore) {
    let mut beat = tokio::time::interval(std::time::Duration::from_millis(3));
    loop {
        beat.tick().await;
        store.release().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_whose_store_is_silent_for_long_is_followed_by_another() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let (store, trawl) = faulty(data.path()).await;
    store.plan([Fault::None; 12]);
    store.plan([Fault::Lost; 16]);
    let scan = trawl.scan(root.path()).await;
    adds_up(&scan);
    assert_eq!(scan.listed_objects, 121);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_the_scan_with_its_word_and_the_next_one_goes_on() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let (store, trawl) = faulty(data.path()).await;
    store.plan([Fault::None; 25]);
    store.plan([Fault::Full]);
    let connector = Arc::new(Files::new(root.path().to_owned(), Settings::default()).unwrap());
    let target = Target::of(connector);
    let error = trawl.node.scan(target).await.unwrap().wait().await.unwrap_err().to_string();
    assert!(error.contains("no space left"), "{error}");
    trawl.close().await;
    drop(store);
    let trawl = Trawl::open(data.path(), small()).await;
    let scan = trawl.scan(root.path()).await;
    adds_up(&scan);
    assert_eq!(scan.number, 1, "the same scan");
    assert_eq!(trawl.all(root.path()).await.len(), 120 + 4_000);
    trawl.close().await;
}

async fn scanned(trawl: &Trawl, around: Around) -> Scan {
    let scan = trawl.scan_around(around).await;
    adds_up(&scan);
    scan
}

fn is(key: &ObjectKey, name: &str) -> bool {
    key.as_bytes() == name.as_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_fails_for_ever_costs_only_itself() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let trawl = Trawl::open(data.path(), small()).await;
    let fails = |key: &ObjectKey| {
        let what = "could not open a file: input/output error".to_owned();
        is(key, "f050.txt").then_some(SourceError { reason: Reason::Io, what, transient: true })
    };
    let scan = scanned(&trawl, Around::new(root.path()).on_open(fails)).await;
    let failed = Class::Failed(Reason::SourceFailed);
    assert_eq!(scan.coverage.items_of(Item::Object, failed), 1);
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Read), 120);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_vanishes_while_its_parts_are_out_fails_as_a_whole() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let trawl = Trawl::open(data.path(), small()).await;
    let (path, opens) = (root.path().join("large.txt"), AtomicU32::new(0));
    let vanishes = move |key: &ObjectKey| {
        if is(key, "large.txt") && opens.fetch_add(1, Ordering::SeqCst) == 2 {
            std::fs::remove_file(&path).unwrap();
        }
        None
    };
    let scan = scanned(&trawl, Around::new(root.path()).on_open(vanishes)).await;
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Failed(Reason::Vanished)), 1);
    assert_eq!(trawl.all(root.path()).await.len(), 120);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_shrinks_while_its_parts_are_out_is_read_again_by_the_next_scan() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let trawl = Trawl::open(data.path(), small()).await;
    let (path, opens) = (root.path().join("large.txt"), AtomicU32::new(0));
    let shrinks = move |key: &ObjectKey| {
        if is(key, "large.txt") && opens.fetch_add(1, Ordering::SeqCst) == 2 {
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_len(54 * 100).unwrap();
            support::age(&path);
        }
        None
    };
    scanned(&trawl, Around::new(root.path()).on_open(shrinks)).await;
    scanned(&trawl, Around::new(root.path())).await;
    assert_eq!(trawl.findings(root.path(), "large.txt").await.len(), 100);
    assert_eq!(trawl.all(root.path()).await.len(), 220);
    trawl.close().await;
}

/// Content whose first read takes as long as it is told to.
struct Slow {
    content: Box<dyn Content>,
    wait: Option<Duration>,
}

impl Content for Slow {
    fn fingerprint(&self) -> &Fingerprint {
        self.content.fingerprint()
    }

    fn fingerprint_now(&mut self) -> std::io::Result<Fingerprint> {
        self.content.fingerprint_now()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
        if let Some(wait) = self.wait.take() {
            // The source is what is slow: nothing else is waited for here.
            std::thread::park_timeout(wait);
        }
        self.content.read_at(offset, buffer)
    }

    fn data_from(&mut self, offset: u64) -> std::io::Result<Option<(u64, u64)>> {
        self.content.data_from(offset)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_takes_longer_than_a_lease_is_not_given_to_another() {
    const LEASE_MILLIS: u64 = 200;
    let (data, root) = (folder(), folder());
    write(root.path(), "slow.txt", "mail slow@mail.example.org\n");
    let mut options = small();
    options.tuning.lease_millis = LEASE_MILLIS;
    let trawl = Trawl::open(data.path(), options).await;
    let opens = Arc::new(AtomicU32::new(0));
    let slow = {
        let opens = Arc::clone(&opens);
        move |_: &ObjectKey, content: Box<dyn Content>| -> Box<dyn Content> {
            opens.fetch_add(1, Ordering::SeqCst);
            Box::new(Slow { content, wait: Some(Duration::from_millis(LEASE_MILLIS * 10)) })
        }
    };
    scanned(&trawl, Around::new(root.path()).on_content(slow)).await;
    assert_eq!(opens.load(Ordering::SeqCst), 1);
    assert_eq!(trawl.all(root.path()).await.len(), 1);
    trawl.close().await;
}
