//! What a network does to conditional writes, between driver and server: frames are lost, held back,
//! refused, answers are lost behind the write. A proxy does it, at the frames of the protocol itself.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use scylla::errors::DbError;
use scylla::statement::Consistency;
use scylla_proxy::{
    Condition, Node, Proxy, Reaction, RequestFrame, RequestOpcode, RequestReaction, RequestRule,
    ResponseFrame, ResponseReaction, ResponseRule, RunningProxy, ShardAwareness,
    get_exclusive_local_address,
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use trawl_model::ObjectKey;
use trawl_storage::conformance::{fresh_tenant, head, object, range_of, write};
use trawl_storage::cql::CqlStore;
use trawl_storage::records::{RangeAt, RangeKey, RangeRow};
use trawl_storage::{Commit, Db, Delete, Fence, Outcome, Span, StoreError};

use crate::server::{ADDRESS, made, options, runtime};

/// So long a request is waited for. What is held back is held for longer.
const WITHIN: Duration = Duration::from_secs(4);
const HELD: Duration = Duration::from_secs(12);
/// What doesn't come by then won't.
const PATIENCE: Duration = Duration::from_secs(60);

/// A store behind a proxy.
struct Proxied {
    proxy: RunningProxy,
    db: Db,
}

async fn proxied() -> Proxied {
    let keyspace = "trawl_test";
    made(&options(keyspace)).await.unwrap();
    let real: SocketAddr = ADDRESS.parse().unwrap();
    let address = SocketAddr::new(get_exclusive_local_address(), real.port());
    let node = Node::builder()
        .real_address(real)
        .proxy_address(address)
        .shard_awareness(ShardAwareness::Unaware)
        .build();
    let proxy = Proxy::builder().with_node(node).build().run().await.unwrap();
    let mut options = options(keyspace);
    options.nodes = vec![address.to_string()];
    // By itself the driver would go where the server says that it is.
    options.addresses.insert(real, address);
    options.request_within = WITHIN;
    let db = Db::shared(Arc::new(CqlStore::open(options).await.unwrap()));
    Proxied { proxy, db }
}

type Sent = UnboundedReceiver<(RequestFrame, Option<u16>)>;
type Answered = UnboundedReceiver<(ResponseFrame, Option<u16>)>;

impl Proxied {
    /// What befalls the next batch; those that follow pass. Tells of each that comes.
    fn batches(&mut self, reaction: RequestReaction) -> Sent {
        let (tell, told) = unbounded_channel();
        let is_batch = || Condition::RequestOpcode(RequestOpcode::Batch);
        let first = is_batch().and(Condition::TrueForLimitedTimes(1));
        let rest = RequestReaction::noop().with_feedback_when_performed(tell.clone());
        self.proxy.running_nodes[0].change_request_rules(Some(vec![
            RequestRule(first, reaction.with_feedback_when_performed(tell)),
            RequestRule(is_batch(), rest),
        ]));
        told
    }

    /// What befalls the answer to the next conditional write; those that follow pass. Tells of each.
    fn answers(&mut self, reaction: ResponseReaction) -> Answered {
        let (tell, told) = unbounded_channel();
        let is_ours = || Condition::BodyContainsCaseSensitive(Box::from(&b"[applied]"[..]));
        let first = is_ours().and(Condition::TrueForLimitedTimes(1));
        let rest = ResponseReaction::noop().with_feedback_when_performed(tell.clone());
        self.proxy.running_nodes[0].change_response_rules(Some(vec![
            ResponseRule(first, reaction.with_feedback_when_performed(tell)),
            ResponseRule(is_ours(), rest),
        ]));
        told
    }
}

async fn rows(db: &Db, at: &RangeAt) -> Vec<RangeRow> {
    db.collect::<RangeRow>(at, Span::all(), usize::MAX).await.unwrap()
}

async fn begun(db: &Db, at: &RangeAt) -> Fence {
    let first = Commit::new(at.clone(), None, write()).put(head(at, 1));
    match db.commit(first).await.unwrap() {
        Outcome::Applied(fence) => fence,
        other => panic!("{other:?} instead of an applied commit"),
    }
}

/// The fence, as soon as a connection that was broken is there again.
async fn fence_once_back(db: &Db, at: &RangeAt) -> Option<Fence> {
    loop {
        match db.fence::<RangeRow>(at).await {
            Ok(fence) => return fence,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

fn count<T>(told: &mut UnboundedReceiver<T>) -> usize {
    std::iter::from_fn(|| told.try_recv().ok()).count()
}

#[test]
fn a_commit_whose_answer_is_lost_is_settled_by_its_name() {
    runtime().block_on(async {
        let mut proxied = proxied().await;
        let at = range_of(fresh_tenant());
        let fence = begun(&proxied.db, &at).await;

        let mut sent = proxied.batches(RequestReaction::noop());
        let mut answered = proxied.answers(ResponseReaction::drop_frame());
        let commit = Commit::new(at.clone(), Some(fence), write()).put(object(&at, b"a", 1));
        assert_eq!(proxied.db.commit(&commit).await.unwrap(), Outcome::Unknown);
        assert_eq!((count(&mut sent), count(&mut answered)), (1, 1), "it was sent once");

        let now = proxied.db.fence::<RangeRow>(&at).await.unwrap().unwrap();
        assert_eq!((now.version, now.write), (fence.version + 1, commit.write));
        assert_eq!(proxied.db.commit(&commit).await.unwrap(), Outcome::Applied(now));
        assert_eq!(rows(&proxied.db, &at).await, [head(&at, 1), object(&at, b"a", 1)]);

        let mut answered = proxied.answers(ResponseReaction::drop_frame());
        let raise = write();
        let raised = proxied.db.raise::<RangeRow>(&at, 7, raise, vec![head(&at, 2)]).await;
        assert_eq!(raised.unwrap(), Outcome::Unknown);
        assert_eq!(count(&mut answered), 1);
        let raised = proxied.db.raise::<RangeRow>(&at, 7, raise, vec![head(&at, 2)]).await;
        let expected = Fence { epoch: 7, write: raise, ..now };
        assert_eq!(raised.unwrap(), Outcome::Applied(expected));
    });
}

#[test]
fn a_commit_that_is_lost_on_its_way_is_sent_again_under_its_name() {
    runtime().block_on(async {
        let mut proxied = proxied().await;
        let at = range_of(fresh_tenant());
        let fence = begun(&proxied.db, &at).await;
        for lost in [RequestReaction::drop_frame(), RequestReaction::drop_connection()] {
            let mut sent = proxied.batches(lost);
            let now = proxied.db.fence::<RangeRow>(&at).await.unwrap();
            let commit = Commit::new(at.clone(), now, write()).put(object(&at, b"a", 1));
            assert_eq!(proxied.db.commit(&commit).await.unwrap(), Outcome::Unknown);
            assert_eq!(count(&mut sent), 1, "nothing was sent again by the driver");
            assert_eq!(fence_once_back(&proxied.db, &at).await, now);
            let settled = trawl_storage::settle(&proxied.db, &commit).await;
            assert!(settled.unwrap());
        }
        let now = proxied.db.fence::<RangeRow>(&at).await.unwrap().unwrap();
        assert_eq!(now.version, fence.version + 2);
    });
}

#[test]
fn a_commit_that_was_held_back_changes_nothing_behind_its_successor() {
    runtime().block_on(async {
        let mut proxied = proxied().await;
        let at = range_of(fresh_tenant());
        let fence = begun(&proxied.db, &at).await;

        let mut sent = proxied.batches(RequestReaction::delay(HELD));
        let mut answered = proxied.answers(ResponseReaction::noop());
        let held = Commit::new(at.clone(), Some(fence), write())
            .put(head(&at, 9))
            .delete(Delete::Row(RangeKey::Object(ObjectKey::new(*b"a"))));
        assert_eq!(proxied.db.commit(held).await.unwrap(), Outcome::Unknown);
        assert_eq!((count(&mut sent), count(&mut answered)), (1, 0), "it is on its way");

        let successor = Commit::new(at.clone(), Some(fence), write()).put(object(&at, b"a", 1));
        let now = match proxied.db.commit(successor).await.unwrap() {
            Outcome::Applied(now) => now,
            other => panic!("{other:?} instead of an applied commit"),
        };
        // The answer to the successor, and that to what was held back and let go.
        for _ in 0..2 {
            tokio::time::timeout(PATIENCE, answered.recv()).await.unwrap().unwrap();
        }
        assert_eq!(proxied.db.fence::<RangeRow>(&at).await.unwrap(), Some(now));
        assert_eq!(rows(&proxied.db, &at).await, [head(&at, 1), object(&at, b"a", 1)]);
    });
}

#[test]
fn what_the_server_says_of_a_commit_is_never_taken_for_more_than_it_is() {
    runtime().block_on(async {
        let mut proxied = proxied().await;
        let at = range_of(fresh_tenant());
        let fence = begun(&proxied.db, &at).await;
        let forge = RequestReaction::forge;
        let unsure = [
            forge().write_timeout(),
            forge().write_failure(),
            forge().overloaded(),
            forge().server_error(),
            forge().truncate_error(),
            // It may be said behind the round that decided.
            forge().unavailable(),
            // A write whose outcome is not known.
            forge().other(0x1700),
        ];
        for reaction in unsure {
            let mut sent = proxied.batches(reaction);
            let commit = Commit::new(at.clone(), Some(fence), write()).put(head(&at, 9));
            assert_eq!(proxied.db.commit(commit).await.unwrap(), Outcome::Unknown);
            assert_eq!(count(&mut sent), 1, "nothing was sent again by the driver");
        }
        for reaction in [forge().is_bootstrapping(), forge().invalid()] {
            let mut sent = proxied.batches(reaction);
            let commit = Commit::new(at.clone(), Some(fence), write()).put(head(&at, 9));
            let refused = proxied.db.commit(commit).await;
            let is_error =
                matches!(refused, Err(StoreError::Database { .. } | StoreError::Refused { .. }));
            assert!(is_error, "{refused:?}");
            assert_eq!(count(&mut sent), 1);
        }
        assert_eq!(proxied.db.fence::<RangeRow>(&at).await.unwrap(), Some(fence));
        assert_eq!(rows(&proxied.db, &at).await, [head(&at, 1)]);
    });
}

#[test]
fn a_read_that_fails_is_tried_again_by_the_driver() {
    runtime().block_on(async {
        let mut proxied = proxied().await;
        let at = range_of(fresh_tenant());
        begun(&proxied.db, &at).await;
        // Prepared beforehand.
        assert_eq!(rows(&proxied.db, &at).await, [head(&at, 1)]);

        let (tell, mut told) = unbounded_channel();
        let is_read = || {
            let control = Condition::not(Condition::ConnectionRegisteredAnyEvent);
            Condition::RequestOpcode(RequestOpcode::Execute).and(control)
        };
        let first = is_read().and(Condition::TrueForLimitedTimes(1));
        let consistency = Consistency::LocalQuorum;
        // Enough answered, and none of them with the data: at once it may be otherwise.
        let timeout = RequestReaction::forge_with_error(DbError::ReadTimeout {
            consistency,
            received: 2,
            required: 2,
            data_present: false,
        });
        let rest = RequestReaction::noop().with_feedback_when_performed(tell.clone());
        proxied.proxy.running_nodes[0].change_request_rules(Some(vec![
            RequestRule(first, timeout.with_feedback_when_performed(tell)),
            RequestRule(is_read(), rest),
        ]));
        assert_eq!(rows(&proxied.db, &at).await, [head(&at, 1)]);
        assert_eq!(count(&mut told), 2);
    });
}
