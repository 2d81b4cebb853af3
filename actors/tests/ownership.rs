//! Who is at work on a store that several nodes reach. Time is told by the test.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, pause, sleep};
use trawl_actors::ownership::{Bounds, Standing, Who};
use trawl_actors::range::Moment;
use trawl_actors::{Clock, Error, Ownership, SharedClock};
use trawl_model::{NodeId, Timestamp};
use trawl_storage::faults::{Fault, FaultyStore};
use trawl_storage::memory::MemoryStore;
use trawl_storage::records::node::{NodeAt, NodeEntry, NodeKey, NodeRow};
use trawl_storage::records::shard::{ShardAt, ShardRow};
use trawl_storage::{Db, Limits, Store};

/// The time of the test.
struct Told {
    begun: Instant,
}

impl Clock for Told {
    fn wall(&self) -> Timestamp {
        Timestamp::from_micros(i64::try_from(self.begun.elapsed().as_micros()).unwrap())
    }

    fn now(&self) -> Moment {
        Moment(u64::try_from(self.begun.elapsed().as_millis()).unwrap())
    }

    fn pause(&self, _: u64) {}
}

fn clock() -> SharedClock {
    Arc::new(Told { begun: Instant::now() })
}

fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new(Limits::default()))
}

fn who(n: u8) -> Who {
    let node = NodeId::from_bytes([n; NodeId::LEN]);
    Who { node, host: format!("host-{n}"), version: "0.1.0".to_owned() }
}

async fn claim(db: &Db, n: u8) -> Result<Ownership, Error> {
    Ownership::claim(db, who(n), Bounds::default(), clock()).await
}

async fn counter(db: &Db, n: u8) -> u64 {
    let row = db.get::<NodeRow>(&NodeAt { node: who(n).node }, &NodeKey::Head).await.unwrap();
    let NodeEntry::Head(head) = row.unwrap().entry;
    head.counter
}

async fn epoch(db: &Db) -> u64 {
    db.fence::<ShardRow>(&ShardAt { shard: 0 }).await.unwrap().unwrap().epoch
}

#[tokio::test(start_paused = true)]
async fn one_at_a_time_is_at_work_and_the_next_begins_at_once_when_it_has_left() {
    let (db, begun) = (Db::shared(memory()), Instant::now());
    let first = claim(&db, 1).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let refused = claim(&db, 2).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Served { node, host } if *node == who(1).node && host == "host-1"),
        "{refused}"
    );
    // It is seen to live within a beat.
    assert!(begun.elapsed() <= Bounds::default().beat * 4, "{:?}", begun.elapsed());
    assert_eq!(first.standing(), Standing::Certain);
    first.release().await;
    let left = Instant::now();
    let second = claim(&db, 2).await.unwrap();
    assert_eq!((left.elapsed(), epoch(&db).await), (Duration::ZERO, 2));
    second.release().await;
}

#[tokio::test(start_paused = true)]
async fn who_fell_is_followed_after_the_take_over_time_and_by_itself_after_two_beats() {
    let db = Db::shared(memory());
    drop(claim(&db, 1).await.unwrap());
    let fallen = Instant::now();
    drop(claim(&db, 1).await.unwrap());
    let again = fallen.elapsed();
    assert!(again >= Bounds::default().beat * 2 && again < Bounds::default().beat * 3, "{again:?}");
    let fallen = Instant::now();
    let next = claim(&db, 2).await.unwrap();
    let (took, take_over) = (fallen.elapsed(), Bounds::default().take_over);
    assert!(took >= take_over && took < take_over + Bounds::default().beat, "{took:?}");
    next.release().await;
}

#[tokio::test(start_paused = true)]
async fn a_second_process_of_the_same_node_is_refused() {
    let db = Db::shared(memory());
    let first = claim(&db, 1).await.unwrap();
    let refused = claim(&db, 1).await.unwrap_err();
    assert!(matches!(&refused, Error::Twin { host, .. } if host == "host-1"), "{refused}");
    assert_eq!(first.standing(), Standing::Certain);
    first.release().await;
}

#[tokio::test(start_paused = true)]
async fn of_several_that_begin_at_once_one_is_at_work() {
    let db = Db::shared(memory());
    let (one, two, three) = tokio::join!(claim(&db, 1), claim(&db, 2), claim(&db, 3));
    let all = [one, two, three];
    assert_eq!(all.iter().filter(|claimed| claimed.is_ok()).count(), 1);
    for refused in all.iter().filter_map(|claimed| claimed.as_ref().err()) {
        assert!(matches!(refused, Error::Served { .. }), "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn beats_that_are_lost_make_it_uncertain_and_those_that_are_kept_certain_again() {
    let store = Arc::new(FaultyStore::new(memory()));
    let db = Db::shared(Arc::clone(&store) as Arc<dyn Store>);
    let held = claim(&db, 1).await.unwrap();
    let before = counter(&db, 1).await;
    // One that is not answered is the same when it is sent again.
    store.plan([Fault::Unanswered, Fault::None]);
    while counter(&db, 1).await < before + 2 {
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(held.standing(), Standing::Certain);
    let cut = Instant::now();
    store.plan([Fault::Lost; 8]);
    assert_eq!(held.changed(Standing::Certain).await, Standing::Uncertain);
    let (noticed, half) = (cut.elapsed(), Bounds::default().take_over / 2);
    assert!(noticed <= half + Bounds::default().beat, "{noticed:?}");
    assert_eq!(held.changed(Standing::Uncertain).await, Standing::Certain);
    held.release().await;
}

#[tokio::test(start_paused = true)]
async fn who_was_cut_off_for_long_is_taken_over_and_learns_it() {
    let memory = memory();
    let store = Arc::new(FaultyStore::new(Arc::clone(&memory)));
    let (cut, whole) = (Db::shared(Arc::clone(&store) as Arc<dyn Store>), Db::shared(memory));
    let first = claim(&cut, 1).await.unwrap();
    store.plan([Fault::Lost; 40]);
    let second = claim(&whole, 2).await.unwrap();
    // It gave nothing out any more before it was taken over.
    assert_eq!(first.standing(), Standing::Uncertain);
    first.lost().await;
    assert_eq!(second.standing(), Standing::Certain);
    // It has nothing to say any more.
    let before = counter(&whole, 1).await;
    first.release().await;
    assert_eq!(counter(&whole, 1).await, before);
    second.release().await;
}

#[tokio::test]
async fn where_nobody_can_take_over_it_is_certain_without_a_word() {
    pause();
    let alone = Ownership::alone();
    assert_eq!(alone.standing(), Standing::Certain);
    let waited = tokio::time::timeout(Duration::from_secs(3_600), alone.lost()).await;
    assert!(waited.is_err());
    alone.release().await;
}
