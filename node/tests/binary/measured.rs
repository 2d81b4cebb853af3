//! A corpus of every format, scanned by the real binary: what is planted is found, and a scan that is
//! killed finds the same as one that is left alone.

use std::path::PathBuf;

use tempfile::TempDir;
use trawl_loadtest::compare::By;
use trawl_loadtest::large::Large;
use trawl_loadtest::scan::Scan;
use trawl_loadtest::{corpus, kill, recall};

fn trawl() -> PathBuf {
    env!("CARGO_BIN_EXE_trawl").into()
}

/// A corpus, and the file that has its truth.
fn corpus(folder: &TempDir, seed: u64, size: u64, large: Option<Large>) -> (PathBuf, PathBuf) {
    let (corpus, truth) = (folder.path().join("corpus"), folder.path().join("truth.jsonl"));
    corpus::make(&corpus::Plan { seed, size, large, truth: Some(truth.clone()) }, &corpus).unwrap();
    (corpus, truth)
}

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (corpus, truth) = corpus(&folder, 11, 1_000_000, None);
    let work = folder.path().join("work");
    std::fs::create_dir(&work).unwrap();
    let measured = recall::measure(&Scan::new(&trawl(), &corpus, &work), &truth, 3).unwrap();
    assert!(measured.adds_up(), "{:?} of {:?}", measured.ledgers, measured.extent);
    let score = measured.judge.overall();
    assert!(score.hits > 2_000, "{score:?}");
    assert!(score.recall() >= 0.99 && score.precision() >= 0.99, "{score:?}");
}

#[test]
fn a_scan_that_is_killed_again_and_again_finds_what_one_does_that_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let large = Large { text_bytes: 3_000_000, zip_members: 100, xz_bytes: 1_000_000 };
    let (target, _) = corpus(&folder, 12, 500_000, Some(large));
    let plan = kill::Plan {
        trawl: trawl(),
        target,
        work: folder.path().join("scans"),
        // Small ranges that are cut, and text that is cut into parts. On a machine that is busy all six
        // kills may come at one place of one object, which is no reason to set it aside.
        arguments: [
            "range.max_objects=100",
            "range.unit_objects=10",
            "range.deaths_before_set_aside=10",
            "scan.part_bytes=1MiB",
        ]
        .iter()
        .flat_map(|setting| ["--set".to_owned(), (*setting).to_owned()])
        .collect(),
        kills: 6,
        seed: 12,
        crash_at: Vec::new(),
        crash_variable: String::new(),
        tally: false,
        by: By::Id,
    };
    let rounds = kill::run(&plan, |_| {}).unwrap();
    assert_eq!(rounds.iter().map(|round| round.kills).sum::<u64>(), 6);
    for round in rounds {
        assert!(round.is_good(), "{}: {}", round.what, round.difference);
    }
}
