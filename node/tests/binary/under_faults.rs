//! A cluster of real processes over a real database comes to what one process finds that is left alone,
//! whatever befalls it meanwhile.

use std::sync::Arc;
use std::time::Duration;

use trawl_loadtest::faults::{self, Line, Scenario};
use trawl_storage::testing::cassandra;

#[test]
fn whatever_befalls_a_cluster_nothing_is_lost_and_nothing_is_double() {
    let folder = tempfile::tempdir().unwrap();
    let plan = faults::Plan {
        trawl: env!("CARGO_BIN_EXE_trawl").into(),
        work: folder.path().canonicalize().unwrap(),
        database: cassandra::folder(env!("CARGO_TARGET_TMPDIR"), "faults"),
        seed: 4,
        size: 2_000_000,
        scenarios: Scenario::all().to_vec(),
        nodes: 3,
        hold: Duration::from_secs(1),
        wait: None,
        is_quick: true,
        line: Line::default(),
        on_loopback: false,
        arguments: Vec::new(),
        is_broken_off: Arc::default(),
    };
    let trials = faults::run(&plan, |told| println!("{told}")).unwrap();
    let faults: usize = trials.iter().map(|trial| trial.faults.len()).sum();
    assert_eq!((trials.len(), faults), (Scenario::all().len(), 0));
}
