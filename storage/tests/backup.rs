//! Copies of the embedded store: taken while it is written to, and refused where they are damaged.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use trawl_model::{NodeId, ObjectId, ObjectKey, SourceId, TenantId};
use trawl_storage::embedded::{BACKUP_FILE, Options, restore};
use trawl_storage::records::{
    NameAt, NameRow, Node, NodeAt, NodeEntry, NodeKey, NodeRow, TenantAt, TenantEntry, TenantKey,
    TenantRow,
};
use trawl_storage::{Commit, Db, EmbeddedStore, Outcome, Record, Span, StoreError, WriteId};

fn options(dir: &Path) -> Options {
    Options { reserve_bytes: 0, ..Options::new(dir) }
}

fn open(dir: &Path) -> Db {
    Db::new(EmbeddedStore::open(options(dir)).unwrap())
}

fn at() -> TenantAt {
    TenantAt { tenant: TenantId::default_tenant() }
}

fn source(n: u64) -> SourceId {
    SourceId::from_bytes(n.to_be_bytes())
}

fn name(n: u64) -> NameRow {
    let mut object = [0; 16];
    object[..8].copy_from_slice(&n.to_be_bytes());
    let object = ObjectId::from_bytes(object);
    let at = NameAt { tenant: TenantId::default_tenant(), source: source(0), object };
    NameRow { at, key: ObjectKey::new(vec![b'k'; 900]) }
}

/// Step `n` puts a name, and then makes it count: by two sources of the tenant, in one commit.
async fn step(db: &Db, n: u64) {
    db.put(vec![name(n)]).await.unwrap();
    let expected = db.fence::<TenantRow>(&at()).await.unwrap();
    let mut commit = Commit::new(at(), expected, WriteId::random().unwrap());
    for source in [source(2 * n), source(2 * n + 1)] {
        commit.puts.push(TenantRow { at: at(), entry: TenantEntry::Source(source) });
    }
    assert!(matches!(db.commit(commit).await.unwrap(), Outcome::Applied(_)));
}

/// How many steps are there: each of them whole.
async fn steps(db: &Db) -> u64 {
    let rows = db.collect::<TenantRow>(&at(), Span::all(), usize::MAX).await.unwrap();
    let steps = rows.len() as u64 / 2;
    assert!(rows.iter().map(Record::key).eq((0..2 * steps).map(|n| TenantKey::Source(source(n)))));
    for n in 0..steps {
        assert_eq!(db.get::<NameRow>(&name(n).at, &()).await.unwrap(), Some(name(n)));
    }
    let version = db.fence::<TenantRow>(&at()).await.unwrap().map_or(0, |fence| fence.version);
    assert_eq!(version, steps);
    steps
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_taken_while_all_goes_on_is_the_store_of_one_moment() {
    let (dir, copies, restored) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let db = open(dir.path());
    for n in 0..1500 {
        step(&db, n).await;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (db, stop) = (db.clone(), Arc::clone(&stop));
        async move {
            let mut n = 1500;
            while !stop.load(Ordering::Relaxed) {
                step(&db, n).await;
                n += 1;
            }
            n
        }
    });
    let folders: Vec<_> = (0..3).map(|n| copies.path().join(n.to_string())).collect();
    for folder in &folders {
        assert!(db.backup(folder, &[]).await.unwrap().rows > 4500);
    }
    stop.store(true, Ordering::Relaxed);
    let last = writer.await.unwrap();
    drop(db);
    let mut before = 1500;
    for (n, folder) in folders.iter().enumerate() {
        let dir = restored.path().join(n.to_string());
        restore(&options(&dir), folder).unwrap();
        let now = steps(&open(&dir)).await;
        assert!((before..=last).contains(&now), "{now} of {last}");
        // What was restored is a store like any other.
        step(&open(&dir), now).await;
        assert_eq!(steps(&open(&dir)).await, now + 1);
        before = now;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_changed_or_cut_short_anywhere_is_refused_and_leaves_nothing() {
    let (dir, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let db = open(dir.path());
    for n in 0..3 {
        step(&db, n).await;
    }
    let folder = copies.path().join("copy");
    db.backup(&folder, &[]).await.unwrap();
    let file = folder.join(BACKUP_FILE);
    let whole = std::fs::read(&file).unwrap();
    let target = copies.path().join("data");
    let refused = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        let error = restore(&options(&target), &folder).unwrap_err();
        assert!(matches!(&error, StoreError::BadFile { path, .. } if *path == file), "{error}");
        assert!(!target.join("store").exists() && !target.join("store.new").exists());
    };
    for at in (0..whole.len()).step_by(31).chain(whole.len() - 60..whole.len()) {
        refused(&whole[..at]);
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        refused(&changed);
    }
    refused(&[whole.as_slice(), b"more"].concat());
    std::fs::write(&file, &whole).unwrap();
    restore(&options(&target), &folder).unwrap();
    assert_eq!(steps(&open(&target)).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_over_and_what_is_to_be_made_anew_is_left_out() {
    let (dir, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let db = open(dir.path());
    step(&db, 0).await;
    let node = NodeId::from_bytes([7; 12]);
    let head = NodeRow {
        at: NodeAt { node },
        entry: NodeEntry::Head(Node { counter: 1, ..Node::default() }),
    };
    let first = Commit::new(NodeAt { node }, None, WriteId::random().unwrap()).put(head);
    assert!(matches!(db.commit(first).await.unwrap(), Outcome::Applied(_)));

    let folder = copies.path().join("copy");
    db.backup(&folder, &[<NodeRow as Record>::TABLE]).await.unwrap();
    let again = db.backup(&folder, &[]).await.unwrap_err().to_string();
    assert!(again.contains("is not empty"), "{again}");
    drop(db);
    let over = restore(&options(dir.path()), &folder).unwrap_err().to_string();
    assert!(over.contains("holds a store"), "{over}");
    let none = restore(&options(&copies.path().join("data")), copies.path()).unwrap_err();
    assert!(none.to_string().contains("is not there"), "{none}");

    let target = copies.path().join("data");
    restore(&options(&target), &folder).unwrap();
    let db = open(&target);
    assert_eq!(steps(&db).await, 1);
    assert_eq!(db.get::<NodeRow>(&NodeAt { node }, &NodeKey::Head).await.unwrap(), None);
    assert_eq!(db.fence::<NodeRow>(&NodeAt { node }).await.unwrap(), None);
}
