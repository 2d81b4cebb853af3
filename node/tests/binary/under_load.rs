//! A node that people use keeps what it has acknowledged to them, whatever becomes of it: it is killed
//! at random moments, and copied while all goes on.

use tempfile::TempDir;
use trawl_loadtest::siege::backup::back_up;
use trawl_loadtest::siege::kill_node;
use trawl_loadtest::siege::memory::Kind;
use trawl_loadtest::siege::place::Plan;

const NO_FAULTS: [&str; 0] = [];

fn plan(folder: &TempDir, seed: u64) -> Plan {
    let work = folder.path().canonicalize().unwrap();
    // People who ask without a pause would leave scans that stand behind them nothing of a slow
    // machine, and there would be nothing to judge.
    let config = work.join("trawl.toml");
    std::fs::write(&config, "[scan]\nnice = 0\n").unwrap();
    Plan {
        trawl: env!("CARGO_BIN_EXE_trawl").into(),
        work,
        seed,
        folders: 1,
        size: 1_000,
        arguments: vec!["--config".into(), config.display().to_string()],
    }
}

#[test]
fn a_node_that_is_killed_under_load_keeps_all_that_it_has_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = kill_node(&plan(&folder, 4), 4, |_, _| {}).unwrap();
    assert_eq!(outcome.faults, NO_FAULTS);
    assert!(outcome.kills >= 4, "{outcome:?}");
    let things = |wanted| outcome.things.iter().find(|(kind, _)| *kind == wanted).unwrap().1;
    assert!(things(Kind::Verdict) > 10 && things(Kind::Scan) > 0, "{outcome:?}");
    assert!(outcome.released > 0, "{outcome:?}");
}

#[test]
fn a_backup_that_is_written_under_load_is_what_was_kept_at_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = back_up(&plan(&folder, 5)).unwrap();
    assert_eq!(outcome.faults, NO_FAULTS);
    assert_eq!(outcome.restored.len(), 2);
    for restored in &outcome.restored {
        let ((from, to), cut) = (restored.written, restored.cut);
        assert!(from <= cut.after && cut.after <= cut.before && cut.before <= to, "{restored:?}");
        let all = [restored.verdicts, restored.findings, restored.scans];
        assert!(all.iter().all(|count| *count > 0), "{restored:?}");
    }
}
