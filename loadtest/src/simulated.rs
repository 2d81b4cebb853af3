//! The command `simulate`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use trawl_loadtest::simulate::{Options, Rule, run};

use super::{Outcome, ended};

/// What is played.
#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// Decides everything that happens.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Nodes of the cluster.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=500))]
    nodes: u16,
    /// Faults go on until so many units are done.
    #[arg(long, default_value_t = 1_000)]
    units: u64,
    /// So many seeds, one after the other, from `--seed` on.
    #[arg(long, default_value_t = 1, conflicts_with = "trace")]
    seeds: u64,
    /// Writes down what happens, a line for each thing.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Leaves a rule out: something is to go wrong.
    #[arg(long, value_name = "RULE")]
    without: Option<Rule>,
}

pub(super) fn played(given: &Simulate) -> Outcome {
    let (nodes, units, without) = (usize::from(given.nodes), given.units, given.without);
    let mut trace = given.trace.as_ref().map(File::create).transpose()?.map(BufWriter::new);
    let mut well = true;
    let (mut done, mut events) = (0, 0);
    for seed in given.seed..given.seed.saturating_add(given.seeds) {
        let options = Options { seed, nodes, units, without };
        let out = trace.as_mut().map(|out| out as &mut dyn Write);
        let report = run(&options, out)?;
        (done, events) = (done + 1, events + report.events);
        if report.broken.is_some() || given.seeds == 1 {
            print!("{report}");
        }
        well &= report.broken.is_none();
    }
    if let Some(mut trace) = trace {
        trace.flush()?;
    }
    if given.seeds > 1 {
        let word = if well { "all of them held" } else { "NOT all of them held" };
        println!("{done} seeds, {events} events: {word}");
    }
    ended(well)
}
