//! The stores that there are pass what every store must pass.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;
use trawl_storage::conformance;
use trawl_storage::embedded::Options;
use trawl_storage::memory::MemoryStore;
use trawl_storage::{Db, EmbeddedStore, Limits, Store};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn embedded() -> (tempfile::TempDir, Arc<dyn Store>) {
    let dir = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(Options::new(dir.path())).unwrap();
    (dir, Arc::new(store))
}

async fn pass(store: Arc<dyn Store>) {
    conformance::all(&Db::shared(store.clone())).await;
    conformance::a_commit_that_was_held_back_changes_nothing_once_overtaken(store.clone()).await;
    conformance::an_unknown_commit_is_settled(store).await;
}

#[test]
fn the_store_in_memory_passes() {
    runtime().block_on(pass(Arc::new(MemoryStore::new(Limits::default()))));
}

#[test]
fn the_embedded_store_passes() {
    let (_dir, store) = embedded();
    runtime().block_on(pass(store));
}

#[test]
fn the_embedded_store_passes_being_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Db::new(EmbeddedStore::open(Options::new(dir.path())).unwrap());
    runtime().block_on(conformance::what_was_answered_is_there_after_opening_again(open));
}

#[test]
fn the_embedded_store_answers_as_a_map_does() {
    let (_dir, store) = embedded();
    let db = Db::shared(store);
    let runtime = runtime();
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() };
    proptest!(config, |(steps in conformance::steps())| {
        runtime.block_on(conformance::a_store_answers_as_a_map_does(&db, steps));
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]
    #[test]
    fn the_store_in_memory_answers_as_a_map_does(steps in conformance::steps()) {
        let db = Db::new(MemoryStore::new(Limits::default()));
        runtime().block_on(conformance::a_store_answers_as_a_map_does(&db, steps));
    }
}
