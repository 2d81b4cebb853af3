//! Whole scans of real folders, on the embedded store.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{Around, Trawl, options, write};
use trawl_actors::Vanished;
use trawl_model::scan::ScanState;
use trawl_model::{Class, Item, Reason};
use trawl_sources::Listing;
use trawl_sources::files::Settings;
use trawl_storage::records::range::RangeRow;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_finds_what_there_is_and_its_ledgers_add_up() {
    let (data, root) = (folder(), folder());
    write(
        root.path(),
        "letter.txt",
        "Write to jane.roe@mail.example.org, card 4111 1111 1111 1111.\n",
    );
    write(root.path(), "a/b/people.csv", "name,email\nJane,jane.roe@mail.example.org\n");
    write(root.path(), "noise.bin", [0u8, 159, 146, 150, 0, 0, 1, 2, 3]);
    std::os::unix::fs::symlink("letter.txt", root.path().join("link")).unwrap();
    let trawl = Trawl::open(data.path(), options()).await;
    let scan = trawl.scan(root.path()).await;
    assert_eq!(scan.state, ScanState::Finished);
    assert_eq!(scan.listed_objects, 4);
    assert_eq!(scan.coverage.total_bytes(), scan.listed_bytes);
    assert_eq!(scan.coverage.total_items(Item::Object), scan.listed_objects);
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Read), 2);
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Skipped(Reason::Binary)), 1);
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Skipped(Reason::Symlink)), 1);
    let letter = trawl.findings(root.path(), "letter.txt").await;
    let mut types: Vec<_> = letter.iter().map(|f| f.finding.type_id.as_str()).collect();
    types.sort_unstable();
    assert_eq!(types, ["email", "payment_card"]);
    assert_eq!(trawl.findings(root.path(), "a/b/people.csv").await.len(), 1);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_for_a_source_that_is_being_scanned_joins_its_scan() {
    let (data, root) = (folder(), folder());
    for n in 0..200 {
        write(root.path(), &format!("f{n:03}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
    let trawl = Trawl::open(data.path(), options()).await;
    let order = || trawl.node.scan(support::target(root.path()));
    let (one, other) = tokio::join!(order(), order());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!((one.id, one.number), (other.id, 1));
    let (first, second) = tokio::join!(one.wait(), other.wait());
    assert_eq!(first.unwrap(), second.unwrap());
    let next = order().await.unwrap();
    assert_eq!(next.number, 2, "what has ended is not joined");
    assert_eq!(one.wait().await.unwrap().number, 1, "an end can be asked for at any time");
    assert_eq!(next.wait().await.unwrap().counts.same, 200);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_in_which_nothing_has_changed_are_not_committed_one_by_one() {
    const PAGES: u64 = 60;
    let (data, root) = (folder(), folder());
    for n in 0..PAGES * 5 {
        write(root.path(), &format!("f{n:03}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
    let mut small = options();
    small.crawl.list_page = 5;
    let trawl = Trawl::open(data.path(), small).await;
    trawl.scan(root.path()).await;
    let at = &trawl.ranges(root.path()).await[0];
    let version = async || trawl.db.fence::<RangeRow>(at).await.unwrap().unwrap().version;
    let before = version().await;
    assert_eq!(trawl.scan(root.path()).await.counts.same, PAGES * 5);
    let commits = version().await - before;
    assert!(commits < PAGES / 2, "{commits} commits for {PAGES} pages");
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_range_lists_its_own_keys_and_no_others() {
    const FILES: usize = 600;
    const PAGE: usize = 20;
    let (data, root) = (folder(), folder());
    for n in 0..FILES {
        let text = format!("mail u{n}@mail.example.org\n");
        write(root.path(), &format!("d{:02}/f{n:03}.txt", n / 25), text);
    }
    let mut small = options();
    (small.tuning.max_objects, small.crawl.list_page) = (50, PAGE);
    let trawl = Trawl::open(data.path(), small).await;
    trawl.scan(root.path()).await;
    let ranges = trawl.ranges(root.path()).await.len();
    assert!(ranges >= 10, "{ranges} ranges");
    let listed = Arc::new(AtomicUsize::new(0));
    let count = {
        let listed = Arc::clone(&listed);
        move |page: &Listing| {
            listed.fetch_add(page.entries.len(), Ordering::SeqCst);
        }
    };
    let scan = trawl.scan_around(Around::new(root.path()).on_list(count)).await;
    assert_eq!(scan.counts.same, FILES as u64);
    // A range that is cut while it is listed leaves a page to be listed by its child once more.
    let most = FILES + ranges * PAGE;
    assert!(listed.load(Ordering::SeqCst) <= most, "{} of {FILES}", listed.load(Ordering::SeqCst));
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_scan_reads_only_what_has_changed() {
    let (data, root) = (folder(), folder());
    for n in 0..300 {
        write(
            root.path(),
            &format!("d{}/f{n}.txt", n % 7),
            format!("mail u{n}@mail.example.org\n"),
        );
    }
    write(root.path(), "picture.bin", vec![0; 999]);
    write(root.path(), "cut short.gz", b"\x1F\x8B\x08\0\0\0\0\0\0\x03");
    let trawl = Trawl::open(data.path(), options()).await;
    let first = trawl.scan(root.path()).await;
    assert_eq!((first.counts.new, first.counts.findings), (302, 300));
    let broken = Class::Failed(Reason::Broken);
    assert_eq!(first.coverage.items_of(Item::Object, broken), 1);
    let before = trawl.node.read_bytes();
    let second = trawl.scan(root.path()).await;
    assert_eq!(second.counts.same, 302);
    assert_eq!(second.coverage.items_of(Item::Object, broken), 1);
    assert_eq!(second.counts.findings, 300);
    assert_eq!(trawl.node.read_bytes(), before, "nothing was read");
    assert_eq!(second.coverage.items_of(Item::Object, Class::Carried), 300);

    write(root.path(), "d1/f1.txt", "mail changed@mail.example.org and more@mail.example.org\n");
    write(root.path(), "d9/new.txt", "mail new@mail.example.org\n");
    std::fs::remove_file(root.path().join("d2/f2.txt")).unwrap();
    std::fs::rename(root.path().join("d3/f3.txt"), root.path().join("d3/moved.txt")).unwrap();
    let third = trawl.scan(root.path()).await;
    let counts = third.counts;
    assert_eq!((counts.same, counts.changed, counts.new, counts.vanished), (299, 1, 2, 2));
    assert_eq!(counts.renamed, 1);
    let objects = trawl.objects(root.path()).await;
    assert!(objects["d2/f2.txt"].closed);
    assert_eq!(objects["d3/moved.txt"].renamed_from, Some(support::key("d3/f3.txt")));
    assert_eq!(trawl.findings(root.path(), "d1/f1.txt").await.len(), 2);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_seen_and_mark_stay_when_text_moves() {
    let (data, root) = (folder(), folder());
    write(root.path(), "f.txt", "mail jane@mail.example.org\n");
    let trawl = Trawl::open(data.path(), options()).await;
    trawl.scan(root.path()).await;
    let before = trawl.findings(root.path(), "f.txt").await.remove(0).finding;
    write(root.path(), "f.txt", "a line above\nmail jane@mail.example.org\n");
    trawl.scan(root.path()).await;
    let after = trawl.findings(root.path(), "f.txt").await.remove(0).finding;
    assert_ne!(before.id, after.id, "it stands in another place");
    assert_eq!((before.mark, before.first_seen), (after.mark, after.first_seen));
    assert_eq!(after.place.line, Some(2));
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_most_has_vanished_a_person_is_asked() {
    let (data, root) = (folder(), folder());
    for n in 0..10 {
        write(root.path(), &format!("f{n}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
    let trawl = Trawl::open(data.path(), options()).await;
    trawl.scan(root.path()).await;
    for n in 0..6 {
        std::fs::remove_file(root.path().join(format!("f{n}.txt"))).unwrap();
    }
    let waiting = trawl.scan(root.path()).await;
    assert_eq!(waiting.state, ScanState::Waiting);
    assert!(trawl.objects(root.path()).await.values().all(|object| !object.closed));
    let word = Some(Vanished::Close);
    let closed = trawl.scan_with(root.path(), Settings::default(), word).await;
    assert_eq!(closed.state, ScanState::Finished);
    assert_eq!(trawl.objects(root.path()).await.values().filter(|o| o.closed).count(), 6);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_text_is_read_in_parts_and_the_same_is_found() {
    let (data, cut, root) = (folder(), folder(), folder());
    let mut text = String::new();
    for n in 0..40_000 {
        text.push_str(&format!("line {n} with nothing in it but words and words and words\n"));
        if n % 500 == 0 {
            text.push_str(&format!("mail u{n}@mail.example.org\n"));
        }
    }
    write(root.path(), "large.txt", &text);
    let whole = Trawl::open(data.path(), options()).await;
    whole.scan(root.path()).await;
    let expected = whole.findings(root.path(), "large.txt").await.len();
    assert_eq!(expected, 80);
    whole.close().await;

    let mut small = options();
    small.crawl.part_bytes = 256 << 10;
    let parted = Trawl::open(cut.path(), small).await;
    let scan = parted.scan(root.path()).await;
    assert_eq!(scan.coverage.total_bytes(), text.len() as u64);
    let object = parted.objects(root.path()).await.remove("large.txt").unwrap();
    assert!(object.parts > 1);
    let by_type = object.by_type.all(expected as u64).expect("counted through");
    assert_eq!(by_type.iter().map(|of| of.count).sum::<u64>(), expected as u64);
    assert_eq!(parted.findings(root.path(), "large.txt").await.len(), expected);
    parted.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_range_is_cut_and_nothing_is_lost() {
    let (data, root) = (folder(), folder());
    for n in 0..900 {
        write(root.path(), &format!("f{n:04}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
    let mut small = options();
    small.tuning.max_objects = 200;
    small.crawl.list_page = 50;
    let trawl = Trawl::open(data.path(), small).await;
    let scan = trawl.scan(root.path()).await;
    assert_eq!((scan.listed_objects, scan.counts.findings), (900, 900));
    let ranges = trawl.ranges(root.path()).await.len();
    assert!(ranges > 2);
    assert_eq!(trawl.all(root.path()).await.len(), 900);
    let again = trawl.scan(root.path()).await;
    assert_eq!(again.counts.same, 900);
    assert_eq!(trawl.ranges(root.path()).await.len(), ranges, "nothing grows, nothing is cut");
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_goes_on_where_it_was() {
    let (data, reference, root) = (folder(), folder(), folder());
    for n in 0..2_000 {
        write(root.path(), &format!("f{n:04}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
    let whole = Trawl::open(reference.path(), options()).await;
    whole.scan(root.path()).await;
    let expected = whole.all(root.path()).await.len();
    whole.close().await;
    for _ in 0..3 {
        let trawl = Trawl::open(data.path(), options()).await;
        let connector = std::sync::Arc::new(
            trawl_sources::files::Files::new(root.path().to_owned(), Settings::default()).unwrap(),
        );
        let target = trawl_actors::Target::of(connector);
        let handle = trawl.node.scan(target).await.unwrap();
        while handle.sums().await.listed_objects == 0 {
            tokio::task::yield_now().await;
        }
        trawl.close().await;
    }
    let trawl = Trawl::open(data.path(), options()).await;
    let scan = trawl.scan(root.path()).await;
    assert_eq!(scan.state, ScanState::Finished);
    assert_eq!(scan.listed_objects, 2_000);
    assert_eq!(trawl.all(root.path()).await.len(), expected);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_holds_nothing_of_scans_that_have_ended() {
    let (data, one, other) = (folder(), folder(), folder());
    write(one.path(), "letter.txt", "Write to jane.roe@mail.example.org.\n");
    write(other.path(), "letter.txt", "Write to john.roe@mail.example.org.\n");
    let trawl = Trawl::open(data.path(), options()).await;
    for _ in 0..500 {
        tokio::join!(trawl.scan(one.path()), trawl.scan(other.path()));
    }
    while trawl.node.held() != [0; 4] {
        tokio::task::yield_now().await;
    }
    assert_eq!(trawl.source(one.path()).await.last_scan, 500);
    trawl.close().await;
}
