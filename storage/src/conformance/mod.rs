//! What every store must pass. Each case works under a tenant of its own, so that a store may hold
//! other things and cases may run side by side. A case that is not passed panics, as tests do.

// These are tests, though they stand where other test targets can reach them.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

mod fenced;
mod model;
mod plain;

pub use fenced::{
    a_commit_beyond_its_bounds_is_refused_whole, a_commit_counts_on_the_fence_that_it_names,
    a_commit_deletes_and_puts_as_one, a_commit_that_was_held_back_changes_nothing_once_overtaken,
    a_fence_is_seen_with_what_was_put_under_it, a_gone_partition_keeps_its_fence,
    an_epoch_is_raised_and_overtakes, an_unknown_commit_is_settled,
    heads_stay_and_nothing_is_put_and_deleted_at_once,
};
pub use model::{Step, a_store_answers_as_a_map_does, steps};
pub use plain::{
    deletes_take_rows_ranges_and_partitions, keys_are_sorted_and_paged_whatever_they_hold,
    puts_are_repeated_without_harm, sweeps_meet_every_row_once,
};

use trawl_model::object::Object;
use trawl_model::range::{Bounds, RangeHead};
use trawl_model::{ObjectId, ObjectKey, RangeId, SourceId, TenantId};

use crate::db::Db;
use crate::fence::{Outcome, WriteId};
use crate::records::{RangeAt, RangeEntry, RangeRow};
use crate::verbs::{Commit, Span};

/// All cases but the one of the model, which wants steps, and that of opening again, which wants a
/// store that can be opened twice.
pub async fn all(db: &Db) {
    keys_are_sorted_and_paged_whatever_they_hold(db).await;
    puts_are_repeated_without_harm(db).await;
    deletes_take_rows_ranges_and_partitions(db).await;
    sweeps_meet_every_row_once(db).await;
    a_commit_counts_on_the_fence_that_it_names(db).await;
    a_fence_is_seen_with_what_was_put_under_it(db).await;
    a_commit_deletes_and_puts_as_one(db).await;
    an_epoch_is_raised_and_overtakes(db).await;
    a_commit_beyond_its_bounds_is_refused_whole(db).await;
    heads_stay_and_nothing_is_put_and_deleted_at_once(db).await;
    a_gone_partition_keeps_its_fence(db).await;
}

/// What is answered is there when the store is opened again, and goes on from there. `open` opens
/// the same store each time; the handle before is dropped.
pub async fn what_was_answered_is_there_after_opening_again(open: impl Fn() -> Db) {
    let at = range_of(fresh_tenant());
    let mut expected = None;
    for round in 0..3u8 {
        let db = open();
        let fence = db.fence::<RangeRow>(&at).await.unwrap();
        assert_eq!(fence, expected);
        let rows = db.collect::<RangeRow>(&at, Span::all(), usize::MAX).await.unwrap();
        let objects = (0..round).map(|n| object(&at, &[n], 1));
        let head_before = (round > 0).then(|| head(&at, u64::from(round) - 1));
        assert_eq!(rows, head_before.into_iter().chain(objects).collect::<Vec<_>>());
        let commit = Commit::new(at.clone(), fence, write())
            .put(head(&at, u64::from(round)))
            .put(object(&at, &[round], 1));
        match db.commit(commit).await.unwrap() {
            Outcome::Applied(fence) => expected = Some(fence),
            other => panic!("{other:?} instead of an applied commit"),
        }
    }
}

/// A tenant that nobody else has.
pub fn fresh_tenant() -> TenantId {
    let id = SourceId::from_bytes(WriteId::random().unwrap().as_bytes()[..8].try_into().unwrap());
    format!("t{id}").parse().unwrap()
}

/// A range of a tenant.
pub fn range_of(tenant: TenantId) -> RangeAt {
    RangeAt { tenant, source: SourceId::from_bytes([1; 8]), range: RangeId::from_bytes([2; 12]) }
}

/// The head of a range, with so many objects.
pub fn head(at: &RangeAt, objects: u64) -> RangeRow {
    let head = RangeHead { objects, ..RangeHead::new(Bounds::everything(), 0) };
    RangeRow { at: at.clone(), entry: RangeEntry::Head(head) }
}

/// An object of a range, told apart by its size.
pub fn object(at: &RangeAt, key: &[u8], size: u64) -> RangeRow {
    let object = Object::unread(ObjectId::from_bytes([3; 16]), size, 1);
    RangeRow { at: at.clone(), entry: RangeEntry::Object(ObjectKey::new(key), object.into()) }
}

/// The name of a write.
pub fn write() -> WriteId {
    WriteId::random().unwrap()
}
