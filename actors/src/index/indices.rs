//! The record of indices: which one serves, which one is being built, which ones have ended.

use trawl_storage::records::{Built, IndexAt, IndexEntry, IndexHead, IndexKey, IndexRow};
use trawl_storage::{Commit, Db, WriteId};

use crate::director::record;
use crate::error::Error;

/// How often a change is tried that another comes before.
const TRIES: usize = 16;

/// The record, made where there is none: then the first index serves, and is empty.
pub(super) async fn take(db: &Db, lanes: u16) -> Result<IndexHead, Error> {
    change(db, |head| {
        if head.serving.is_none() {
            head.serving = Some(next(head, lanes));
        }
    })
    .await
}

/// The index that is being built: a new one, unless one was begun.
pub(super) async fn begin(db: &Db, lanes: u16) -> Result<Built, Error> {
    let head = change(db, |head| {
        if head.building.is_none() {
            head.building = Some(next(head, lanes));
        }
    });
    head.await?.building.ok_or(Error::Record("indices of which none is built"))
}

/// The index that was being built has ended, and another one may be begun.
pub(super) async fn give_up(db: &Db, built: Built) -> Result<(), Error> {
    let given_up = change(db, |head| {
        if head.building == Some(built) {
            head.ended.extend(head.building.take());
        }
    });
    given_up.await.map(drop)
}

/// The index that was built serves from now on, and the one before has ended.
pub(super) async fn switch(db: &Db, built: Built) -> Result<(), Error> {
    let head = change(db, |head| {
        if head.building == Some(built) {
            head.ended.extend(head.serving.take());
            head.serving = head.building.take();
        }
    });
    if head.await?.serving == Some(built) { Ok(()) } else { Err(Error::Overtaken) }
}

/// An index that has ended has no rows any more.
pub(super) async fn strike(db: &Db, built: Built) -> Result<(), Error> {
    change(db, |head| head.ended.retain(|ended| *ended != built)).await.map(drop)
}

/// All indices whose manifests may name files.
pub(super) async fn all(db: &Db) -> Result<Vec<Built>, Error> {
    let head = read(db).await?;
    Ok(head.serving.into_iter().chain(head.building).chain(head.ended).collect())
}

fn next(head: &mut IndexHead, lanes: u16) -> Built {
    let number = head.next;
    head.next += 1;
    Built { number, lanes: lanes.max(1) }
}

async fn change(db: &Db, change: impl Fn(&mut IndexHead)) -> Result<IndexHead, Error> {
    for _ in 0..TRIES {
        // Before the row: what is committed in between refuses the commit.
        let fence = db.fence::<IndexRow>(&IndexAt::ALL).await?;
        let before = read(db).await?;
        let mut head = before.clone();
        change(&mut head);
        if fence.is_some() && head == before {
            return Ok(head);
        }
        let row = IndexRow { at: IndexAt::ALL, entry: IndexEntry::Head(head.clone()) };
        let commit = Commit::new(IndexAt::ALL, fence, WriteId::random()?).put(row);
        if record::commit(db, commit).await?.is_ok() {
            return Ok(head);
        }
    }
    Err(Error::Overtaken)
}

pub(super) async fn read(db: &Db) -> Result<IndexHead, Error> {
    let row = db.get::<IndexRow>(&IndexAt::ALL, &IndexKey::Head).await?;
    Ok(row.map_or_else(IndexHead::default, |IndexRow { entry: IndexEntry::Head(head), .. }| head))
}
