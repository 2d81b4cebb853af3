//! It passes what every store must pass.

use std::sync::Arc;

use proptest::prelude::*;
use trawl_storage::records::NameRow;
use trawl_storage::{Cursor, Db, Store, StoreError, conformance};

use crate::server::{runtime, store};

#[test]
fn the_cql_store_passes() {
    runtime().block_on(async {
        let store: Arc<dyn Store> = store().await;
        conformance::all(&Db::shared(Arc::clone(&store))).await;
        conformance::a_commit_that_was_held_back_changes_nothing_once_overtaken(Arc::clone(&store))
            .await;
        conformance::an_unknown_commit_is_settled(store).await;
    });
}

#[test]
fn a_cursor_that_no_sweep_gave_is_named() {
    runtime().block_on(async {
        let db = Db::shared(store().await);
        for bytes in [vec![], vec![1], vec![0xFF; 40], b"no cursor of anybody's".to_vec()] {
            let swept = db.sweep::<NameRow>(Some(Cursor::from_bytes(bytes)), 10).await;
            assert!(matches!(swept, Err(StoreError::Cursor { .. })), "{swept:?}");
        }
    });
}

#[test]
fn the_cql_store_answers_as_a_map_does() {
    let runtime = runtime();
    let store: Arc<dyn Store> = runtime.block_on(store());
    let db = Db::shared(store);
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() };
    proptest!(config, |(steps in conformance::steps())| {
        runtime.block_on(conformance::a_store_answers_as_a_map_does(&db, steps));
    });
}
