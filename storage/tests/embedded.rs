//! The embedded store under what befalls it: crashes, torn journals, full disks, second processes.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use trawl_model::{NodeId, ObjectId, ObjectKey, SourceId, TenantId};
use trawl_storage::embedded::{Options, Step};
use trawl_storage::records::{
    NameAt, NameRow, Node, NodeAt, NodeEntry, NodeKey, NodeRow, TenantAt, TenantEntry, TenantKey,
    TenantRow,
};
use trawl_storage::{Commit, Db, EmbeddedStore, Fence, Outcome, Span, StoreError, WriteId};

/// Where the child of a crash test works; without it the test that is the child does nothing.
const CHILD_DIR: &str = "TRAWL_TEST_CHILD_DIR";
/// At which step of a write the child ends itself, and how many of them it lets pass.
const CHILD_STEP: &str = "TRAWL_TEST_CHILD_STEP";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn options(dir: &Path) -> Options {
    Options { reserve_bytes: 0, ..Options::new(dir) }
}

fn db(dir: &Path) -> Db {
    Db::new(EmbeddedStore::open(options(dir)).unwrap())
}

fn tenant_at() -> TenantAt {
    TenantAt { tenant: TenantId::default_tenant() }
}

/// Commit number `n` writes ten sources, and deletes those of the commit before last.
fn commit(n: u64, expected: Option<Fence>) -> Commit<TenantRow> {
    let mut commit = Commit::new(tenant_at(), expected, WriteId::random().unwrap());
    commit.puts.extend(
        (0..10).map(|i| TenantRow { at: tenant_at(), entry: TenantEntry::Source(source(n, i)) }),
    );
    if n >= 2 {
        let (from, until) = (source(n - 2, 0), source(n - 1, 0));
        let range = (TenantKey::Source(from), TenantKey::Source(until));
        commit.deletes.push(trawl_storage::Delete::Range(range.0, range.1));
    }
    commit
}

fn source(n: u64, i: u8) -> SourceId {
    SourceId::from_bytes((n * 256 + u64::from(i)).to_be_bytes())
}

fn name(n: u64, i: u8) -> NameRow {
    let mut object = [i; 16];
    object[..8].copy_from_slice(&n.to_be_bytes());
    let at = NameAt {
        tenant: TenantId::default_tenant(),
        source: source(0, 0),
        object: ObjectId::from_bytes(object),
    };
    NameRow { at, key: ObjectKey::new(vec![b'k'; 600]) }
}

async fn applied(db: &Db, commit: Commit<TenantRow>) -> Fence {
    match db.commit(commit).await.unwrap() {
        Outcome::Applied(fence) => fence,
        other => panic!("{other:?}"),
    }
}

/// Whole commits alone are there; answers the number of the last, from 1.
async fn check(db: &Db) -> u64 {
    let Some(fence) = db.fence::<TenantRow>(&tenant_at()).await.unwrap() else {
        assert_eq!(db.collect::<TenantRow>(&tenant_at(), Span::all(), 99).await.unwrap(), []);
        return 0;
    };
    let last = fence.version - 1;
    let rows = db.collect::<TenantRow>(&tenant_at(), Span::all(), 99).await.unwrap();
    let expected: Vec<TenantRow> = (last.saturating_sub(1)..=last)
        .flat_map(|n| (0..10).map(move |i| source(n, i)))
        .map(|source| TenantRow { at: tenant_at(), entry: TenantEntry::Source(source) })
        .collect();
    assert_eq!(rows, expected, "after commit {last}");
    fence.version
}

#[test]
fn what_was_written_is_there_when_the_store_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..3 {
        let db = db(dir.path());
        runtime().block_on(async {
            assert_eq!(check(&db).await, round * 3);
            for n in round * 3..round * 3 + 3 {
                let fence = db.fence::<TenantRow>(&tenant_at()).await.unwrap();
                let _ = applied(&db, commit(n, fence)).await;
            }
        });
    }
}

#[test]
fn a_store_that_was_closed_leaves_no_journal_to_be_read_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut longest = 0;
    for round in 0..4 {
        let db = db(dir.path());
        runtime().block_on(async {
            assert_eq!(check(&db).await, round * 2);
            for n in round * 2..round * 2 + 2 {
                let fence = db.fence::<TenantRow>(&tenant_at()).await.unwrap();
                let _ = applied(&db, commit(n, fence)).await;
            }
            // Enough that it is worth to be sorted.
            let names = (0..2000).map(|n| name(round * 2000 + n, 0)).collect();
            db.put::<NameRow>(names).await.unwrap();
            for n in 0..(round + 1) * 2000 {
                let row = name(n, 0);
                let found = db.get::<NameRow>(&row.at, &()).await.unwrap();
                assert!(found == Some(row), "name {n} in round {round}");
            }
        });
        longest = longest.max(std::fs::metadata(journal(dir.path())).unwrap().len());
        drop(db);
        assert_eq!(std::fs::metadata(journal(dir.path())).unwrap().len(), 0);
    }
    assert!(longest > 1_000_000, "there was something to be sorted: {longest} bytes");
}

fn journal(dir: &Path) -> PathBuf {
    std::fs::read_dir(dir.join("store"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ext| ext == "jnl"))
        .unwrap()
}

#[test]
fn a_journal_that_is_torn_anywhere_holds_whole_commits() {
    let dir = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let db = db(dir.path());
        let mut fence = None;
        for n in 0..6 {
            fence = Some(applied(&db, commit(n, fence)).await);
        }
    });
    let journal = journal(dir.path());
    let bytes = std::fs::read(&journal).unwrap();
    let len = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    let mut seen = std::collections::BTreeSet::new();
    for at in (0..len).step_by(97).chain([len]) {
        // Torn with nothing behind, and with the zeros that were laid out before.
        for zeros in [0, 4096] {
            let mut torn = bytes[..at].to_vec();
            torn.resize(at + zeros, 0);
            std::fs::write(&journal, torn).unwrap();
            seen.insert(runtime().block_on(check(&db(dir.path()))));
        }
    }
    assert_eq!(seen, (0..=6).collect());
}

/// The child of the crash tests: commits and puts, and tells what was answered.
#[test]
fn child_that_writes_until_it_is_killed() {
    #[allow(clippy::disallowed_methods)] // A test's own way to speak to its child.
    let (dir, step) = (std::env::var_os(CHILD_DIR), std::env::var(CHILD_STEP).ok());
    let Some(dir) = dir else { return };
    let mut options = options(Path::new(&dir));
    // Small enough that tables are made and merged too.
    options.write_buffer_bytes = 256 * 1024;
    if let Some((step, passes)) = step.as_deref().and_then(|step| step.split_once(':')) {
        let (step, left) = (step.to_owned(), AtomicUsize::new(passes.parse().unwrap()));
        options.probe = Some(Arc::new(move |now: Step| {
            if format!("{now:?}") == step && left.fetch_sub(1, Ordering::Relaxed) == 0 {
                let own = rustix::process::getpid();
                rustix::process::kill_process(own, rustix::process::Signal::KILL).unwrap();
            }
            Ok(())
        }));
    }
    let db = Db::new(EmbeddedStore::open(options).unwrap());
    runtime().block_on(async {
        let mut fence = db.fence::<TenantRow>(&tenant_at()).await.unwrap();
        if let Some(fence) = fence {
            // The puts beside the last commit may have died with the former child.
            db.put((0..50).map(|i| name(fence.version - 1, i)).collect()).await.unwrap();
        }
        loop {
            let n = fence.map_or(0, |fence| fence.version);
            let puts = tokio::spawn({
                let db = db.clone();
                async move { db.put((0..50).map(|i| name(n, i)).collect()).await.unwrap() }
            });
            fence = Some(applied(&db, commit(n, fence)).await);
            puts.await.unwrap();
            println!("acknowledged {}", n + 1);
        }
    });
}

fn spawn_child(dir: &Path, step: Option<String>) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "--nocapture", "child_that_writes_until_it_is_killed"]);
    child.env(CHILD_DIR, dir).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Some(step) = step {
        child.env(CHILD_STEP, step);
    }
    child.spawn().unwrap()
}

/// Lets a child write, kills it after so many acknowledgements, and answers the last of them.
fn kill_after(mut child: Child, acknowledgements: usize) -> u64 {
    let mut last = 0;
    let mut met = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        if let Some(n) = line.unwrap().strip_prefix("acknowledged ") {
            last = n.parse().unwrap();
            met += 1;
            if met == acknowledgements {
                child.kill().unwrap();
            }
        }
    }
    child.wait().unwrap();
    last
}

fn check_after_crash(dir: &Path, acknowledged: u64) {
    let db = db(dir);
    runtime().block_on(async {
        let last = check(&db).await;
        assert!(last >= acknowledged, "{acknowledged} was acknowledged, and {last} is there");
        for n in 0..acknowledged {
            for i in [0, 49] {
                let row = name(n, i);
                assert_eq!(db.get::<NameRow>(&row.at, &()).await.unwrap(), Some(row));
            }
        }
    });
}

#[test]
fn a_killed_process_loses_nothing_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    // The moment of death moves against the writes, for the child runs on while it is killed.
    for n in [1, 3, 20, 2, 60, 7] {
        acknowledged = kill_after(spawn_child(dir.path(), None), n).max(acknowledged);
        check_after_crash(dir.path(), acknowledged);
    }
    assert!(acknowledged >= 93);
}

#[test]
fn death_at_each_step_of_a_write_loses_nothing_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for step in ["Decided", "Written", "Answered"] {
        for passes in [0, 1, 2, 9] {
            let child = spawn_child(dir.path(), Some(format!("{step}:{passes}")));
            acknowledged = kill_after(child, usize::MAX).max(acknowledged);
            check_after_crash(dir.path(), acknowledged);
        }
    }
}

#[test]
fn a_second_process_is_refused_and_told_who_has_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let first = EmbeddedStore::open(options(dir.path())).unwrap();
    let Err(error) = EmbeddedStore::open(options(dir.path())) else { panic!("it was let in") };
    let text = error.to_string();
    assert!(text.contains(&std::process::id().to_string()), "{text}");
    assert!(text.contains(&dir.path().display().to_string()), "{text}");
    drop(first);
    EmbeddedStore::open(options(dir.path())).unwrap();
}

#[test]
fn a_newer_format_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(EmbeddedStore::open(options(dir.path())).unwrap());
    std::fs::write(dir.path().join("FORMAT"), "2\n").unwrap();
    let Err(error) = EmbeddedStore::open(options(dir.path())) else { panic!("it was let in") };
    assert!(matches!(error, StoreError::Newer { found: 2, known: 1, .. }), "{error}");
    std::fs::write(dir.path().join("FORMAT"), "none\n").unwrap();
    let Err(error) = EmbeddedStore::open(options(dir.path())) else { panic!("it was let in") };
    assert!(matches!(error, StoreError::BadFile { .. }), "{error}");
}

#[test]
fn a_store_whose_making_was_broken_off_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("store.new")).unwrap();
    std::fs::write(dir.path().join("store.new/0.jnl"), "half").unwrap();
    runtime().block_on(async { check(&db(dir.path())).await });
}

/// A store that fails as a full disk does at the steps that are planned.
fn full_at(dir: &Path, steps: Vec<Step>) -> (Db, Arc<Mutex<Vec<Step>>>) {
    let planned = Arc::new(Mutex::new(steps));
    let probe = planned.clone();
    let mut options = options(dir);
    options.probe = Some(Arc::new(move |now| {
        let mut planned = probe.lock().unwrap();
        if planned.first() == Some(&now) {
            planned.remove(0);
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }));
    (Db::new(EmbeddedStore::open(options).unwrap()), planned)
}

#[test]
fn a_disk_that_fills_is_told_and_the_store_goes_on_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let (db, planned) = full_at(dir.path(), vec![]);
    runtime().block_on(async {
        let fence = applied(&db, commit(0, None)).await;
        planned.lock().unwrap().push(Step::Decided);
        let error = db.commit(commit(1, Some(fence))).await.unwrap_err();
        assert!(error.to_string().contains(&dir.path().display().to_string()), "{error}");
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        assert_eq!(check(&db).await, 1);

        // All was written before the error came: that is seen, and said.
        planned.lock().unwrap().push(Step::Written);
        let fence = applied(&db, commit(1, Some(fence))).await;
        assert_eq!(check(&db).await, 2);
        let _ = applied(&db, commit(2, Some(fence))).await;
        assert_eq!(check(&db).await, 3);
    });
}

#[test]
fn nothing_is_taken_once_the_reserve_is_touched() {
    let dir = tempfile::tempdir().unwrap();
    drop(db(dir.path()));
    let options = Options { reserve_bytes: u64::MAX, ..Options::new(dir.path()) };
    let db = Db::new(EmbeddedStore::open(options).unwrap());
    runtime().block_on(async {
        let refused = db.commit(commit(0, None)).await;
        assert!(matches!(refused, Err(StoreError::Full { .. })), "{refused:?}");
        assert_eq!(check(&db).await, 0);
    });
}

/// A small file system of its own, where the test may make one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(dir.path())
            .stderr(Stdio::null())
            .status();
        mount.is_ok_and(|status| status.success()).then(|| Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_disk_that_is_truly_full_loses_nothing_acknowledged() {
    let Some(disk) = SmallDisk::mount(24) else {
        println!("SKIPPED: a tmpfs can't be mounted here; the failpoints alone were tried");
        return;
    };
    let dir = disk.0.path().join("data");
    let mut options = options(&dir);
    options.write_buffer_bytes = 4 * 1024 * 1024;
    let db = Db::new(EmbeddedStore::open(options).unwrap());
    runtime().block_on(async {
        let ballast = disk.0.path().join("ballast");
        std::fs::write(&ballast, vec![1; 12 * 1024 * 1024]).unwrap();
        let mut acknowledged = 0;
        let full = loop {
            match db.put((0..200).map(|i| name(acknowledged, i)).collect()).await {
                Ok(()) => acknowledged += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(full, StoreError::Full { .. }), "{full}");
        assert!(full.to_string().contains(&dir.display().to_string()), "{full}");
        // What was acknowledged is read while nothing can be written.
        for n in [0, acknowledged - 1] {
            let row = name(n, 199);
            assert_eq!(db.get::<NameRow>(&row.at, &()).await.unwrap(), Some(row));
        }
        let refused = db.commit(commit(0, None)).await;
        assert!(
            !matches!(refused, Ok(Outcome::Applied(_) | Outcome::Rejected(_)))
                || check(&db).await == 1
        );

        std::fs::remove_file(&ballast).unwrap();
        let fence = db.fence::<TenantRow>(&tenant_at()).await;
        if !matches!(fence, Ok(Some(_))) {
            let _ = applied(&db, commit(0, None)).await;
        }
        assert_eq!(check(&db).await, 1);
        for n in 0..acknowledged {
            for i in [0, 199] {
                let row = name(n, i);
                assert_eq!(db.get::<NameRow>(&row.at, &()).await.unwrap(), Some(row));
            }
        }
        db.put((0..200).map(|i| name(acknowledged, i)).collect()).await.unwrap();
    });
}

#[test]
fn a_counter_is_raised_by_many_at_once_without_a_gap() {
    let dir = tempfile::tempdir().unwrap();
    let db = db(dir.path());
    let at = NodeAt { node: NodeId::from_bytes([1; 12]) };
    runtime().block_on(async {
        let mut raisers = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (db, at) = (db.clone(), at.clone());
            raisers.spawn(async move {
                loop {
                    let expected = db.fence::<NodeRow>(&at).await.unwrap();
                    let row = db.get::<NodeRow>(&at, &NodeKey::Head).await.unwrap();
                    let counter = match row.map(|row| row.entry) {
                        Some(NodeEntry::Head(node)) => node.counter + 1,
                        None => 1,
                    };
                    let node = Node { counter, ..Node::default() };
                    let row = NodeRow { at: at.clone(), entry: NodeEntry::Head(node) };
                    let write = WriteId::random().unwrap();
                    let commit = Commit::new(at.clone(), expected, write).put(row);
                    if matches!(db.commit(commit).await.unwrap(), Outcome::Applied(_)) {
                        break;
                    }
                }
            });
        }
        let _ = raisers.join_all().await;
        let row = db.get::<NodeRow>(&at, &NodeKey::Head).await.unwrap().unwrap();
        let NodeEntry::Head(node) = row.entry;
        assert_eq!(node.counter, 20);
    });
}
