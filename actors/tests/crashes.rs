//! Scans that fall at every named point, and an object that kills whoever reads it.
//!
//! The test starts itself as the process that falls. What it kept must be what an undisturbed scan
//! keeps: no finding lost, none double, ledgers that add up.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]
#![allow(clippy::print_stdout, reason = "a test without a harness says itself how it went")]

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use support::{Trawl, options, write};
use trawl_actors::{crash, erase};
use trawl_model::scan::{Scan, ScanState};
use trawl_model::source::Profile;
use trawl_model::{Class, Item, Reason};

/// A scan that is let fall at one point ends after so many starts.
const STARTS: u32 = 12;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, child, data, root, points] = arguments.as_slice()
        && child == "scan"
    {
        crash::arm(points).unwrap();
        block_on(scan(Path::new(data), Path::new(root)));
        return ExitCode::SUCCESS;
    }
    if let [_, child, data, root, points] = arguments.as_slice()
        && child == "delete"
    {
        crash::arm(points).unwrap();
        block_on(delete(Path::new(data), Path::new(root)));
        return ExitCode::SUCCESS;
    }
    if let [_, child, data, _, points] = arguments.as_slice()
        && child == "forget"
    {
        crash::arm(points).unwrap();
        block_on(forget(Path::new(data)));
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    every_point();
    an_object_that_kills_its_reader();
    a_deletion_that_falls_anywhere_is_made_good();
    a_forgetting_that_falls_leaves_nothing_behind();
    a_first_scan_that_falls_at_its_end_leaves_its_root();
    println!("test result: ok. 5 passed; 0 failed; 0 ignored;");
    ExitCode::SUCCESS
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// What a scan left: the scan itself, and all that is live.
async fn scan(data: &Path, root: &Path) -> (Scan, Vec<String>) {
    let mut small = options();
    small.tuning.max_objects = 60;
    small.tuning.unit_objects = 8;
    small.crawl.list_page = 25;
    small.crawl.part_bytes = 64 << 10;
    small.crawl.checkpoint_millis = 5;
    small.crawl.checkpoint_objects = 4;
    let mut trace = std::fs::File::options();
    let trace = trace.create(true).truncate(false).read(true).write(true);
    small.trace = Some(Arc::new(trace.open(data.with_extension("trace")).unwrap()));
    let trawl = Trawl::open(data, small).await;
    let scan = trawl.scan(root).await;
    let all = trawl.all(root).await;
    assert_eq!(trawl.stored().await, all.len(), "what is dead is swept out");
    trawl.close().await;
    (scan, all)
}

fn corpus(root: &Path) {
    for n in 0..160 {
        let text = format!("mail u{n}@mail.example.org\nand v{n}@mail.example.org\n");
        write(root, &format!("d{}/f{n:03}.txt", n % 3), text);
    }
    let mut large = String::new();
    for n in 0..8_000 {
        writeln!(large, "line {n} of words and words and words and words").unwrap();
        if n % 100 == 0 {
            writeln!(large, "mail large{n}@mail.example.org").unwrap();
        }
    }
    write(root, "large.txt", &large);
}

/// Forgets at once what is closed, and sweeps.
async fn forget(data: &Path) {
    let mut forgetful = options();
    forgetful.policy.closed_days = 0;
    let trawl = Trawl::open(data, forgetful).await;
    trawl.node.forget().await.unwrap();
    trawl.node.sweep().await.unwrap();
    trawl.close().await;
}

fn a_forgetting_that_falls_leaves_nothing_behind() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    block_on(scan(data.path(), root.path()));
    for n in 0..20 {
        std::fs::remove_file(root.path().join(format!("d{}/f{n:03}.txt", n % 3))).unwrap();
    }
    let (_, expected) = block_on(scan(data.path(), root.path()));
    assert!(starts("forget", data.path(), root.path(), "forget.findings:3"), "it falls");
    block_on(async {
        forget(data.path()).await;
        let trawl = Trawl::open(data.path(), options()).await;
        let (source, all) = (trawl.source_at(root.path()).source, trawl.all(root.path()).await);
        let forgotten = |line: &String| {
            let name = line.split(' ').next().unwrap();
            !root.path().join(name).exists()
        };
        let kept: Vec<String> = expected.into_iter().filter(|line| !forgotten(line)).collect();
        assert_eq!(all, kept);
        let left = trawl.left_of(source).await;
        let names = left.iter().filter(|row| row.starts_with("name ")).count();
        assert_eq!(names, trawl.objects(root.path()).await.len(), "no name is left behind");
        assert_eq!(trawl.stored().await, all.len(), "and no finding");
        trawl.close().await;
    });
    println!("test a_forgetting_that_falls_leaves_nothing_behind ... ok");
}

/// Of a source that was added by its location nobody has seen a root before its first scan.
fn a_first_scan_that_falls_at_its_end_leaves_its_root() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    block_on(async {
        let trawl = Trawl::open(data.path(), options()).await;
        trawl.add(root.path(), Profile::default()).await;
        trawl.close().await;
    });
    assert!(falls(data.path(), root.path(), "end.scan-put"), "it falls");
    std::fs::remove_file(root.path().join("d0/f000.txt")).unwrap();
    let (scan, _) = block_on(scan(data.path(), root.path()));
    // It would wait for a person's word if the root were another one.
    adds_up("after the fall", &scan);
    assert_eq!((scan.number, scan.counts.vanished), (2, 1));
    println!("test a_first_scan_that_falls_at_its_end_leaves_its_root ... ok");
}

/// Deletes the source of a folder, with all that belongs to it.
async fn delete(data: &Path, root: &Path) {
    let trawl = Trawl::open(data, options()).await;
    let (id, tenant) = (trawl.source_at(root).source, options().tenant);
    trawl.catalogue().delete(id).await.unwrap();
    let now = trawl_model::Timestamp::from_micros(1);
    erase::rows(&trawl.db, &tenant, id, now).await.unwrap();
    erase::prove(&trawl.db, &tenant, id).await.unwrap();
    assert!(trawl.source(root).await.erased);
    assert!(trawl.left_of(id).await.is_empty(), "nothing is left");
    trawl.close().await;
}

fn a_deletion_that_falls_anywhere_is_made_good() {
    let (keys, root, other) = (folder(), folder(), folder());
    corpus(root.path());
    write(other.path(), "kept.txt", "mail kept@mail.example.org\n");
    let expected = block_on(async {
        scan(keys.path(), root.path()).await;
        let trawl = Trawl::open(keys.path(), options()).await;
        trawl.scan(other.path()).await;
        let expected = trawl.all(other.path()).await;
        trawl.close().await;
        expected
    });
    let mut met = 0;
    for point in crash::POINTS.iter().filter(|point| point.starts_with("erase.")) {
        for nth in [1, 2] {
            let data = copied(keys.path());
            let fell = starts("delete", data.path(), root.path(), &format!("{point}:{nth}"));
            assert!(fell || nth > 1, "{point}: the deletion never came there");
            met += u32::from(fell);
            let kept = block_on(async {
                delete(data.path(), root.path()).await;
                let trawl = Trawl::open(data.path(), options()).await;
                let kept = trawl.all(other.path()).await;
                trawl.close().await;
                kept
            });
            assert_eq!(kept, expected, "{point}: what is another's stays");
        }
    }
    println!("test a_deletion_that_falls_anywhere_is_made_good ... ok ({met} falls)");
}

/// Lets a scan fall at a point. True if it fell; false if it came to its end before.
fn falls(data: &Path, root: &Path, points: &str) -> bool {
    starts("scan", data, root, points)
}

fn starts(what: &str, data: &Path, root: &Path, points: &str) -> bool {
    let this = std::env::current_exe().unwrap();
    let mut child = Command::new(this);
    child.arg(what).arg(data).arg(root).arg(points);
    !child.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
}

fn copied(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    copy(from, to.path());
    to
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn adds_up(point: &str, scan: &Scan) {
    assert_eq!(scan.state, ScanState::Finished, "{point}");
    assert_eq!(scan.coverage.total_bytes(), scan.listed_bytes, "{point}: bytes");
    assert_eq!(scan.coverage.total_items(Item::Object), scan.listed_objects, "{point}: objects");
    assert_eq!(scan.coverage.items_of(Item::Object, Class::Pending), 0, "{point}: pending");
}

fn is_of_scans(point: &str) -> bool {
    point != "object.open" && !point.starts_with("erase.") && !point.starts_with("forget.")
}

fn every_point() {
    let (keys, root) = (folder(), folder());
    corpus(root.path());
    // The keys of ids are made with the data directory: all scans begin with a copy of it.
    block_on(async { Trawl::open(keys.path(), options()).await.close().await });
    let whole = copied(keys.path());
    let (undisturbed, expected) = block_on(scan(whole.path(), root.path()));
    adds_up("undisturbed", &undisturbed);
    assert_eq!(expected.len(), 400);
    let mut met = 0;
    for point in crash::POINTS.iter().filter(|point| is_of_scans(point)) {
        for nth in [1, 3] {
            let data = copied(keys.path());
            let fell = falls(data.path(), root.path(), &format!("{point}:{nth}"));
            assert!(fell || nth > 1, "{point}: the scan never came there");
            met += u32::from(fell);
            let (scan, all) = block_on(scan(data.path(), root.path()));
            adds_up(point, &scan);
            assert_eq!(scan.listed_objects, undisturbed.listed_objects, "{point}:{nth}");
            assert!(all == expected, "{point}:{nth}: {} of {}", all.len(), expected.len());
        }
    }
    println!("test every_point_is_survived ... ok ({met} falls)");
}

fn an_object_that_kills_its_reader() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let mut fallen = 0;
    while falls(data.path(), root.path(), "object.open=d1/f100.txt") {
        fallen += 1;
        assert!(fallen < STARTS, "it ends");
    }
    assert!((1..=4).contains(&fallen), "{fallen} starts were lost");
    let ended = block_on(async {
        let trawl = Trawl::open(data.path(), options()).await;
        let (source, all) = (trawl.source(root.path()).await, trawl.all(root.path()).await);
        let scan = trawl.kept_scan(source.finished.unwrap().scan).await;
        trawl.close().await;
        adds_up("poison", &scan);
        (scan, all)
    });
    let died = Class::Failed(Reason::ReaderDied);
    assert_eq!(ended.0.coverage.items_of(Item::Object, died), 1);
    assert_eq!(ended.0.coverage.items_of(Item::Object, Class::Read), 160);
    assert_eq!(ended.1.len(), 398, "all but what the object holds");
    println!("test an_object_that_kills_its_reader_costs_only_itself ... ok ({fallen} falls)");
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
