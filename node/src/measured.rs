//! The store, its requests counted and their times taken: by verb, table and, of conditional writes,
//! outcome.

use std::ops::Bound;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use async_trait::async_trait;
use prometheus::{Histogram, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};
use trawl_storage::store::{RawCommit, RawDelete, RawRaise, Row, Store, SweptRow};
use trawl_storage::table::{Kind, Table};
use trawl_storage::value::Value;
use trawl_storage::{Copied, Cursor, Fence, Limits, Outcome, Page, StoreError};

/// Seconds: from what lies in memory to a database that is given up.
const BUCKETS: &[f64] =
    &[0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

/// What a store can be asked for that takes its time.
const VERBS: [&str; 9] =
    ["get", "scan", "last", "put", "delete", "sweep", "fence", "commit", "raise"];

/// What becomes of a conditional write that is answered.
const OUTCOMES: [&str; 3] = ["applied", "rejected", "unknown"];

/// Numbers of tables lie below this.
const TABLES: usize = 256;

/// What is counted.
#[derive(Clone)]
pub(crate) struct Measures {
    took: HistogramVec,
    errors: IntCounterVec,
    commits: IntCounterVec,
    /// Those of [`Measures::took`] that are in use, by verb and number of table: to look one up by its
    /// labels takes longer than some reads.
    known: Arc<[[OnceLock<Histogram>; TABLES]; VERBS.len()]>,
}

impl Measures {
    /// Counters that begin at nothing.
    pub(crate) fn registered(registry: &Registry) -> prometheus::Result<Self> {
        let opts = HistogramOpts::new(
            "trawl_store_request_duration_seconds",
            "How long requests to the store took, by verb and table.",
        );
        let took = HistogramVec::new(opts.buckets(BUCKETS.to_vec()), &["verb", "table"])?;
        let errors = IntCounterVec::new(
            Opts::new("trawl_store_errors_total", "Requests to the store that failed, by verb."),
            &["verb"],
        )?;
        let commits = IntCounterVec::new(
            Opts::new(
                "trawl_store_conditional_writes_total",
                "Conditional writes that were answered, by what became of them.",
            ),
            &["table", "outcome"],
        )?;
        registry.register(Box::new(took.clone()))?;
        registry.register(Box::new(errors.clone()))?;
        registry.register(Box::new(commits.clone()))?;
        // There from the start, so that a rate is known from the first one on.
        for verb in VERBS {
            errors.with_label_values(&[verb]);
        }
        for table in trawl_storage::records::TABLES.iter().filter(|of| of.kind == Kind::Fenced) {
            for outcome in OUTCOMES {
                commits.with_label_values(&[table.name, outcome]);
            }
        }
        let known = Arc::new(std::array::from_fn(|_| std::array::from_fn(|_| OnceLock::new())));
        Ok(Self { took, errors, commits, known })
    }

    fn ended<T>(
        &self,
        verb: &'static str,
        table: &'static Table,
        began: Instant,
        answer: &Result<T, StoreError>,
    ) {
        let took = || self.took.with_label_values(&[verb, table.name]);
        let seconds = began.elapsed().as_secs_f64();
        match VERBS.iter().position(|known| *known == verb) {
            Some(at) => {
                self.known[at][usize::from(table.number)].get_or_init(took).observe(seconds);
            }
            None => took().observe(seconds),
        }
        if answer.is_err() {
            self.errors.with_label_values(&[verb]).inc();
        }
    }

    fn became(&self, table: &'static Table, outcome: &Result<Outcome, StoreError>) {
        let [applied, rejected, unknown] = OUTCOMES;
        let outcome = match outcome {
            Ok(Outcome::Applied(_)) => applied,
            Ok(Outcome::Rejected(_)) => rejected,
            Ok(Outcome::Unknown) => unknown,
            Err(_) => return,
        };
        self.commits.with_label_values(&[table.name, outcome]).inc();
    }
}

/// A store whose requests are measured.
pub(crate) struct Measured {
    store: Arc<dyn Store>,
    measures: Measures,
}

impl Measured {
    /// The store seen so.
    pub(crate) fn new(store: Arc<dyn Store>, measures: Measures) -> Self {
        Self { store, measures }
    }
}

#[async_trait]
impl Store for Measured {
    fn limits(&self) -> &Limits {
        self.store.limits()
    }

    async fn get(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        key: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let began = Instant::now();
        let answer = self.store.get(table, partition, key).await;
        self.measures.ended("get", table, began, &answer);
        answer
    }

    async fn scan(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
        limit: usize,
    ) -> Result<Page<Row, ()>, StoreError> {
        let began = Instant::now();
        let answer = self.store.scan(table, partition, from, until, limit).await;
        self.measures.ended("scan", table, began, &answer);
        answer
    }

    async fn last(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
    ) -> Result<Option<Row>, StoreError> {
        let began = Instant::now();
        let answer = self.store.last(table, partition, from, until).await;
        self.measures.ended("last", table, began, &answer);
        answer
    }

    async fn put(
        &self,
        table: &'static Table,
        partitions: Vec<(Vec<Value>, Vec<Row>)>,
    ) -> Result<(), StoreError> {
        let began = Instant::now();
        let answer = self.store.put(table, partitions).await;
        self.measures.ended("put", table, began, &answer);
        answer
    }

    async fn delete(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        delete: RawDelete,
    ) -> Result<(), StoreError> {
        let began = Instant::now();
        let answer = self.store.delete(table, partition, delete).await;
        self.measures.ended("delete", table, began, &answer);
        answer
    }

    async fn sweep(
        &self,
        table: &'static Table,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<SweptRow, Cursor>, StoreError> {
        let began = Instant::now();
        let answer = self.store.sweep(table, cursor, limit).await;
        self.measures.ended("sweep", table, began, &answer);
        answer
    }

    async fn fence(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
    ) -> Result<Option<Fence>, StoreError> {
        let began = Instant::now();
        let answer = self.store.fence(table, partition).await;
        self.measures.ended("fence", table, began, &answer);
        answer
    }

    async fn commit(
        &self,
        table: &'static Table,
        commit: RawCommit,
    ) -> Result<Outcome, StoreError> {
        let began = Instant::now();
        let answer = self.store.commit(table, commit).await;
        self.measures.ended("commit", table, began, &answer);
        self.measures.became(table, &answer);
        answer
    }

    async fn raise(&self, table: &'static Table, raise: RawRaise) -> Result<Outcome, StoreError> {
        let began = Instant::now();
        let answer = self.store.raise(table, raise).await;
        self.measures.ended("raise", table, began, &answer);
        self.measures.became(table, &answer);
        answer
    }

    async fn backup(
        &self,
        folder: &Path,
        without: &[&'static Table],
    ) -> Result<Copied, StoreError> {
        self.store.backup(folder, without).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trawl_model::TenantId;
    use trawl_storage::Db;
    use trawl_storage::memory::MemoryStore;
    use trawl_storage::records::{TABLES, TenantAt, TenantKey, TenantRow};

    #[test]
    fn every_table_has_a_place() {
        assert!(TABLES.iter().all(|table| usize::from(table.number) < super::TABLES));
    }

    #[tokio::test]
    async fn requests_are_counted_by_verb_and_table_and_outcome() {
        let measures = Measures::registered(&Registry::new()).unwrap();
        let store = Arc::new(MemoryStore::new(Limits::default()));
        let db = Db::new(Measured::new(store, measures.clone()));
        let at = TenantAt { tenant: TenantId::default_tenant() };
        for _ in 0..3 {
            assert!(db.get::<TenantRow>(&at, &TenantKey::Head).await.unwrap().is_none());
        }
        let write = trawl_storage::WriteId::from_bytes([1; 16]);
        let raised = db.raise::<TenantRow>(&at, 4, write, vec![]).await.unwrap();
        assert_eq!(raised, Outcome::Rejected(None));
        let took = |verb| measures.took.with_label_values(&[verb, "tenant"]).get_sample_count();
        assert_eq!((took("get"), took("raise"), took("commit")), (3, 1, 0));
        let became = |outcome| measures.commits.with_label_values(&["tenant", outcome]).get();
        assert_eq!((became("rejected"), became("applied")), (1, 0));
    }
}
