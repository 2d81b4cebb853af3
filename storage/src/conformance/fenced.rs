//! Cases of fenced records.

use std::sync::Arc;

use trawl_model::ObjectKey;

use super::{fresh_tenant, head, object, range_of, write};
use crate::db::Db;
use crate::error::StoreError;
use crate::faults::{Fault, FaultyStore};
use crate::fence::{Fence, Outcome, Start, WriteId};
use crate::records::{RangeAt, RangeKey, RangeRow};
use crate::store::Store;
use crate::verbs::{Commit, Delete, Span};

async fn rows(db: &Db, at: &RangeAt) -> Vec<RangeRow> {
    db.collect::<RangeRow>(at, Span::all(), usize::MAX).await.unwrap()
}

async fn applied(db: &Db, commit: Commit<RangeRow>) -> Fence {
    let write = commit.write;
    match db.commit(commit).await.unwrap() {
        Outcome::Applied(fence) => {
            assert_eq!(fence.write, write);
            fence
        }
        other => panic!("{other:?} instead of an applied commit"),
    }
}

fn key(bytes: &[u8]) -> ObjectKey {
    ObjectKey::new(bytes)
}

/// First commits, next ones, stale ones and repeated ones, each with its outcome.
pub async fn a_commit_counts_on_the_fence_that_it_names(db: &Db) {
    let at = range_of(fresh_tenant());
    assert_eq!(db.fence::<RangeRow>(&at).await.unwrap(), None);
    let first = Commit::new(at.clone(), None, write())
        .starting(Start { epoch: 2, version: 40 })
        .put(head(&at, 1));
    let fence = applied(db, first.clone()).await;
    assert_eq!((fence.epoch, fence.version), (2, 41));
    assert_eq!(db.fence::<RangeRow>(&at).await.unwrap(), Some(fence));

    // The same again is the same commit; another first one is refused.
    assert_eq!(db.commit(first).await.unwrap(), Outcome::Applied(fence));
    let other = Commit::new(at.clone(), None, write()).put(head(&at, 9));
    assert_eq!(db.commit(other).await.unwrap(), Outcome::Rejected(Some(fence)));

    let second = Commit::new(at.clone(), Some(fence), write()).put(object(&at, b"a", 1));
    let next = applied(db, second.clone()).await;
    assert_eq!((next.epoch, next.version), (2, 42));
    assert_eq!(db.commit(second).await.unwrap(), Outcome::Applied(next));

    // What was made on an older fence, or on one that never was, changes nothing.
    let never = Fence { write: WriteId::from_bytes([9; 16]), ..next };
    for stale in [Some(fence), Some(never), None] {
        let commit = Commit::new(at.clone(), stale, write()).put(head(&at, 9));
        assert_eq!(db.commit(commit).await.unwrap(), Outcome::Rejected(Some(next)));
    }
    assert_eq!(rows(db, &at).await, [head(&at, 1), object(&at, b"a", 1)]);

    let nowhere = range_of(fresh_tenant());
    let commit = Commit::new(nowhere.clone(), Some(fence), write()).put(head(&nowhere, 1));
    assert_eq!(db.commit(commit).await.unwrap(), Outcome::Rejected(None));
    assert_eq!(rows(db, &nowhere).await, []);
}

/// Who reads a fence reads behind it all that its commit put, also while it is being written: what is
/// decided on both is otherwise written over what was not seen.
pub async fn a_fence_is_seen_with_what_was_put_under_it(db: &Db) {
    const ROWS: u16 = 250;
    let (at, last) = (range_of(fresh_tenant()), ROWS.to_be_bytes());
    let mut fence = None;
    for round in 1..=60 {
        let rows = (1..=ROWS).map(|n| object(&at, &n.to_be_bytes(), round));
        let mut commit = Commit::new(at.clone(), fence, write());
        commit.puts = rows.collect();
        let name = commit.write;
        let look = async {
            loop {
                let seen = db.fence::<RangeRow>(&at).await.unwrap();
                let row = db.get::<RangeRow>(&at, &RangeKey::Object(key(&last))).await.unwrap();
                if seen.is_some_and(|fence| fence.write == name) {
                    return assert_eq!(row, Some(object(&at, &last, round)));
                }
            }
        };
        let (applied, ()) = tokio::join!(applied(db, commit), look);
        fence = Some(applied);
    }
}

/// Puts and deletes of a commit are there together.
pub async fn a_commit_deletes_and_puts_as_one(db: &Db) {
    let at = range_of(fresh_tenant());
    let mut commit = Commit::new(at.clone(), None, write()).put(head(&at, 0));
    commit.puts.extend((b'a'..=b'h').map(|n| object(&at, &[n], 1)));
    let fence = applied(db, commit).await;
    let object_at = |n: u8| RangeKey::Object(key(&[n]));
    let commit = Commit::new(at.clone(), Some(fence), write())
        .put(head(&at, 7))
        .put(object(&at, b"f", 2))
        .delete(Delete::Row(object_at(b'a')))
        .delete(Delete::Row(object_at(b'z')))
        .delete(Delete::Range(object_at(b'c'), object_at(b'f')));
    let _ = applied(db, commit).await;
    let expected = [
        head(&at, 7),
        object(&at, b"b", 1),
        object(&at, b"f", 2),
        object(&at, b"g", 1),
        object(&at, b"h", 1),
    ];
    assert_eq!(rows(db, &at).await, expected);
}

/// An epoch goes up only; whoever finds it raised by another has lost.
pub async fn an_epoch_is_raised_and_overtakes(db: &Db) {
    let at = range_of(fresh_tenant());
    let nobody = db.raise::<RangeRow>(&at, 1, write(), vec![]).await.unwrap();
    assert_eq!(nobody, Outcome::Rejected(None), "there is nothing to raise");

    let fence = applied(db, Commit::new(at.clone(), None, write()).put(head(&at, 1))).await;
    let mine = write();
    let raised = Fence { epoch: 3, write: mine, ..fence };
    let raise = || db.raise::<RangeRow>(&at, 3, mine, vec![head(&at, 2)]);
    assert_eq!(raise().await.unwrap(), Outcome::Applied(raised));
    assert_eq!(raise().await.unwrap(), Outcome::Applied(raised), "once more is the same");
    for epoch in [0, 2, 3] {
        let lost = db.raise::<RangeRow>(&at, epoch, write(), vec![head(&at, 9)]).await.unwrap();
        assert_eq!(lost, Outcome::Rejected(Some(raised)));
    }

    // The owner of the former epoch can't commit any more; the new one can.
    let late = Commit::new(at.clone(), Some(fence), write()).put(head(&at, 9));
    assert_eq!(db.commit(late).await.unwrap(), Outcome::Rejected(Some(raised)));
    assert_eq!(rows(db, &at).await, [head(&at, 2)]);
    let next = applied(db, Commit::new(at.clone(), Some(raised), write())).await;
    assert_eq!((next.epoch, next.version), (3, fence.version + 1));
}

/// Too many rows or bytes, or a key that is too long: an error, and nothing is written.
pub async fn a_commit_beyond_its_bounds_is_refused_whole(db: &Db) {
    let at = range_of(fresh_tenant());
    let limits = *db.limits();
    let full = |rows: usize| {
        let mut commit = Commit::new(at.clone(), None, write()).put(head(&at, 0));
        commit.puts.extend((1..rows).map(|n| object(&at, &(n as u32).to_be_bytes(), 1)));
        commit
    };
    let refused = db.commit(full(limits.commit_rows + 1)).await;
    assert!(matches!(refused, Err(StoreError::TooManyRows { .. })), "{refused:?}");

    let mut deletes = full(limits.commit_rows);
    deletes = deletes.delete(Delete::Row(RangeKey::Object(key(b"x"))));
    assert!(matches!(db.commit(deletes).await, Err(StoreError::TooManyRows { .. })));

    let mut heavy = full(1);
    let count = limits.commit_bytes / ObjectKey::MAX_LEN + 1;
    heavy.puts.extend((0..count).map(|n| object(&at, &vec![n as u8; ObjectKey::MAX_LEN], 1)));
    assert!(matches!(db.commit(heavy).await, Err(StoreError::TooManyBytes { .. })));

    let long = full(1).put(object(&at, &vec![1; limits.key_bytes], 1));
    assert!(matches!(db.commit(long).await, Err(StoreError::KeyTooLong { .. })));
    let elsewhere = full(1).put(head(&range_of(fresh_tenant()), 1));
    assert!(matches!(db.commit(elsewhere).await, Err(StoreError::ManyPartitions { .. })));

    assert_eq!(db.fence::<RangeRow>(&at).await.unwrap(), None);
    assert_eq!(rows(db, &at).await, []);
    let _ = applied(db, full(limits.commit_rows)).await;
    assert_eq!(rows(db, &at).await.len(), limits.commit_rows);
}

/// No delete takes the head, and none covers what the same commit puts.
pub async fn heads_stay_and_nothing_is_put_and_deleted_at_once(db: &Db) {
    let at = range_of(fresh_tenant());
    let fence = applied(db, Commit::new(at.clone(), None, write()).put(head(&at, 1))).await;
    let on = || Commit::new(at.clone(), Some(fence), write());
    let (a, b) = (RangeKey::Object(key(b"a")), RangeKey::Object(key(b"b")));
    for delete in [Delete::Row(RangeKey::Head), Delete::Range(RangeKey::Head, a.clone())] {
        let refused = db.commit(on().delete(delete)).await;
        assert!(matches!(refused, Err(StoreError::Head { .. })), "{refused:?}");
    }
    for delete in [Delete::Row(a.clone()), Delete::Range(a.clone(), b), Delete::Partition] {
        let refused = db.commit(on().put(object(&at, b"a", 1)).delete(delete)).await;
        assert!(matches!(refused, Err(StoreError::PutAndDeleted { .. })), "{refused:?}");
    }
    let fine = on().put(object(&at, b"b", 1)).delete(Delete::Row(a));
    let _ = applied(db, fine).await;
}

/// A partition that has ended keeps its head and its fence, so that nothing old can come to life.
pub async fn a_gone_partition_keeps_its_fence(db: &Db) {
    let at = range_of(fresh_tenant());
    let first = Commit::new(at.clone(), None, write()).put(head(&at, 1));
    let fence = applied(db, first.put(object(&at, b"a", 1))).await;
    let end =
        Commit::new(at.clone(), Some(fence), write()).put(head(&at, 0)).delete(Delete::Partition);
    let gone = applied(db, end).await;
    assert_eq!(rows(db, &at).await, [head(&at, 0)]);
    assert_eq!(db.fence::<RangeRow>(&at).await.unwrap(), Some(gone));
    for stale in [None, Some(fence)] {
        let commit = Commit::new(at.clone(), stale, write()).put(object(&at, b"a", 1));
        assert_eq!(db.commit(commit).await.unwrap(), Outcome::Rejected(Some(gone)));
    }
}

/// A commit that waited past its time-out, and lands behind its successor, changes nothing; nor
/// does one of an overtaken owner.
pub async fn a_commit_that_was_held_back_changes_nothing_once_overtaken(store: Arc<dyn Store>) {
    let faulty = Arc::new(FaultyStore::new(store));
    let db = &Db::shared(faulty.clone());
    let at = range_of(fresh_tenant());
    let fence = applied(db, Commit::new(at.clone(), None, write()).put(head(&at, 1))).await;

    faulty.plan([Fault::HeldBack]);
    let held =
        Commit::new(at.clone(), Some(fence), write()).put(head(&at, 9)).delete(Delete::Partition);
    assert_eq!(db.commit(held).await.unwrap(), Outcome::Unknown);
    assert_eq!(db.fence::<RangeRow>(&at).await.unwrap(), Some(fence));
    let successor = Commit::new(at.clone(), Some(fence), write()).put(object(&at, b"a", 1));
    let after = applied(db, successor).await;
    assert_eq!(faulty.release().await.unwrap(), [Outcome::Rejected(Some(after))]);

    faulty.plan([Fault::HeldBack, Fault::HeldBack]);
    let held = Commit::new(at.clone(), Some(after), write()).put(head(&at, 9));
    assert_eq!(db.commit(held).await.unwrap(), Outcome::Unknown);
    let late = db.raise::<RangeRow>(&at, 4, write(), vec![head(&at, 9)]).await.unwrap();
    assert_eq!(late, Outcome::Unknown);
    let raised = match db.raise::<RangeRow>(&at, 5, write(), vec![]).await.unwrap() {
        Outcome::Applied(fence) => fence,
        other => panic!("{other:?} instead of a raised epoch"),
    };
    let refused = Outcome::Rejected(Some(raised));
    assert_eq!(faulty.release().await.unwrap(), [refused, refused]);
    assert_eq!(rows(db, &at).await, [head(&at, 1), object(&at, b"a", 1)]);
}

/// A lost commit is tried again with the same write, and one that was applied without an answer
/// shows its write.
pub async fn an_unknown_commit_is_settled(store: Arc<dyn Store>) {
    let faulty = Arc::new(FaultyStore::new(store));
    let db = &Db::shared(faulty.clone());
    let at = range_of(fresh_tenant());
    faulty.plan([Fault::Lost, Fault::Unanswered]);
    let first = Commit::new(at.clone(), None, write()).put(head(&at, 1));
    assert_eq!(db.commit(first.clone()).await.unwrap(), Outcome::Unknown);
    assert_eq!(db.fence::<RangeRow>(&at).await.unwrap(), None, "it was lost");
    assert_eq!(db.commit(first.clone()).await.unwrap(), Outcome::Unknown);
    let shown = db.fence::<RangeRow>(&at).await.unwrap().unwrap();
    assert_eq!(shown.write, first.write, "it was applied, and nobody was told");
    assert_eq!(applied(db, first).await, shown);
    assert_eq!(rows(db, &at).await, [head(&at, 1)]);
}
