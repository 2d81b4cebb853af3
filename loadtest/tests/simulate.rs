//! The cluster, simulated: seeds in which all holds, that a seed plays one day, and that a rule that is left
//! out is noticed.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

use trawl_loadtest::simulate::{Options, Report, Rule, run};

/// Seeds that are played by each run of the tests.
const SEEDS: u64 = 200;

fn options(seed: u64) -> Options {
    let nodes = 5 + (seed % 4) as usize;
    Options { seed, nodes, units: 400, without: None }
}

fn play(options: &Options) -> Report {
    run(options, None).unwrap()
}

#[test]
fn all_holds_whatever_happens() {
    let first: u64 = 0;
    for seed in first..first + SEEDS {
        let report = play(&options(seed));
        assert!(report.broken.is_none(), "{report}");
    }
}

#[test]
fn a_seed_plays_the_same_day_byte_for_byte() {
    for seed in [3, 14] {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let one = run(&options(seed), Some(&mut first)).unwrap();
        let two = run(&options(seed), Some(&mut second)).unwrap();
        assert!(first == second, "seed {seed}: the traces differ");
        assert_eq!(one, two);
        assert_eq!(first.iter().filter(|byte| **byte == b'\n').count() as u64, one.lines);
        // Whether it is written or not.
        assert_eq!(play(&options(seed)), one);
    }
    assert_ne!(play(&options(3)).hash, play(&options(7)).hash);
}

/// Seeds among which one must notice that a rule is missing.
const SEEDS_WITHOUT: u64 = 60;

#[test]
fn each_rule_left_out_is_noticed() {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let noticed = |rule: &Rule| {
        (0..SEEDS_WITHOUT).any(|seed| {
            let options = Options { without: Some(*rule), ..options(seed) };
            // Be it by an assertion of the code.
            std::panic::catch_unwind(|| play(&options).broken.is_some()).unwrap_or(true)
        })
    };
    let missed: Vec<Rule> = Rule::ALL.into_iter().filter(|rule| !noticed(rule)).collect();
    std::panic::set_hook(quiet);
    assert!(missed.is_empty(), "nobody noticed that these were left out: {missed:?}");
}
