//! Three nodes, of which one is killed and comes back while all is being written: nothing that was
//! acknowledged is lost.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use trawl_model::{ObjectId, ObjectKey, SourceId, TenantId};
use trawl_storage::conformance::{fresh_tenant, head, object, range_of, write};
use trawl_storage::cql::{CqlStore, Options, Replication, migrate};
use trawl_storage::records::{NameAt, NameRow, RangeEntry, RangeKey, RangeRow};
use trawl_storage::testing::cassandra::{self, DATACENTER};
use trawl_storage::{Commit, Db, Fence, Outcome};

use crate::server::{folder, runtime};

/// Chains of commits that grow side by side, each in a partition of its own.
const CHAINS: usize = 8;
/// As many are acknowledged before the next thing happens to a node.
const STEP: u64 = 120;
/// By then as many are acknowledged, or none ever will be.
const PATIENCE: Duration = Duration::from_secs(180);
/// After so long what failed is tried again.
const AGAIN: Duration = Duration::from_millis(20);

#[test]
fn of_three_nodes_one_is_killed_and_comes_back_and_nothing_acknowledged_is_lost() {
    let folder = folder("three");
    let nodes = cassandra::run(&["cluster", "3"], &folder);
    assert_eq!(nodes.len(), 3);
    runtime().block_on(under_load(nodes, &folder));
    cassandra::run(&["down"], &folder);
}

async fn under_load(nodes: Vec<String>, folder: &Path) {
    let mut options = Options::new(nodes, DATACENTER);
    options.request_within = Duration::from_secs(5);
    migrate(&options, &Replication::from([(DATACENTER.to_owned(), 3)])).await.unwrap();
    let db = Db::shared(Arc::new(CqlStore::open(options).await.unwrap()));
    let stop = Arc::new(AtomicBool::new(false));
    let (acknowledges, mut acknowledged) = watch::channel(0);
    let acknowledges = Arc::new(acknowledges);
    let mut writers = Vec::new();
    for _ in 0..CHAINS {
        let writer = Writer {
            db: db.clone(),
            tenant: fresh_tenant(),
            stop: Arc::clone(&stop),
            acknowledges: Arc::clone(&acknowledges),
        };
        writers.push(tokio::spawn(writer.run()));
    }
    // Each in its turn, so that whoever was asked last is among those that are killed.
    for node in ["1", "2", "3"] {
        for what in ["kill", "start"] {
            let until = *acknowledged.borrow() + STEP;
            let enough = acknowledged.wait_for(|so_far| *so_far >= until);
            tokio::time::timeout(PATIENCE, enough).await.unwrap().unwrap();
            assert!(!writers.iter().any(|writer| writer.is_finished()), "a writer gave up");
            let folder = folder.to_owned();
            tokio::task::spawn_blocking(move || cassandra::run(&[what, node], &folder))
                .await
                .unwrap();
        }
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap().check(&db).await;
    }
}

struct Writer {
    db: Db,
    tenant: TenantId,
    stop: Arc<AtomicBool>,
    acknowledges: Arc<watch::Sender<u64>>,
}

/// What was acknowledged to a writer.
struct Written {
    tenant: TenantId,
    fence: Option<Fence>,
    /// The version of each object of its range.
    objects: BTreeMap<ObjectKey, u64>,
    names: u64,
}

impl Writer {
    /// Commits and puts until it is told to stop. What is not known is settled, as an owner does.
    async fn run(self) -> Written {
        let at = range_of(self.tenant.clone());
        let mut written = Written {
            tenant: self.tenant.clone(),
            fence: None,
            objects: BTreeMap::new(),
            names: 0,
        };
        for n in 1.. {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let key = (n % 50u64).to_be_bytes();
            let mut commit =
                Commit::new(at.clone(), written.fence, write()).put(object(&at, &key, n));
            if written.fence.is_none() {
                commit = commit.put(head(&at, 1));
            }
            written.fence = Some(self.committed(commit).await);
            written.objects.insert(ObjectKey::new(key), n);
            self.put(name(&self.tenant, n)).await;
            written.names = n;
            self.acknowledges.send_modify(|so_far| *so_far += 1);
        }
        written
    }

    async fn committed(&self, mut commit: Commit<RangeRow>) -> Fence {
        loop {
            match self.db.commit(&commit).await {
                Ok(Outcome::Applied(fence)) => {
                    assert_eq!(fence.write, commit.write);
                    return fence;
                }
                Ok(Outcome::Rejected(current)) => {
                    panic!("nobody else writes here, and {current:?} is there")
                }
                // The same again, until somebody knows.
                Ok(Outcome::Unknown) => tokio::time::sleep(AGAIN).await,
                // Nothing was written, so that it may go by another name; if it was, that one is refused.
                Err(_) => {
                    commit.write = write();
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    async fn put(&self, row: NameRow) {
        while self.db.put(vec![row.clone()]).await.is_err() {
            tokio::time::sleep(AGAIN).await;
        }
    }
}

fn name(tenant: &TenantId, n: u64) -> NameRow {
    let mut object = [0; 16];
    object[..8].copy_from_slice(&n.to_be_bytes());
    let at = NameAt {
        tenant: tenant.clone(),
        source: SourceId::from_bytes([1; 8]),
        object: ObjectId::from_bytes(object),
    };
    NameRow { at, key: ObjectKey::new(n.to_be_bytes()) }
}

impl Written {
    async fn check(self, db: &Db) {
        let at = range_of(self.tenant.clone());
        assert_eq!(db.fence::<RangeRow>(&at).await.unwrap(), self.fence);
        let rows = db.collect::<RangeRow>(&at, RangeKey::objects(), usize::MAX).await.unwrap();
        let mut expected: Vec<_> =
            self.objects.iter().map(|(key, n)| object(&at, key.as_bytes(), *n)).collect();
        expected.sort_by_key(|row| match &row.entry {
            RangeEntry::Object(key, _) => key.clone(),
            other => panic!("{other:?} is no object"),
        });
        assert_eq!(rows, expected);
        for n in 1..=self.names {
            let row = name(&self.tenant, n);
            assert_eq!(db.get::<NameRow>(&row.at, &()).await.unwrap(), Some(row));
        }
    }
}
