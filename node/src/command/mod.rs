//! The commands: one file each.

mod audit;
mod backup;
mod cluster;
mod completions;
mod config;
mod coverage;
mod detect;
mod doctor;
mod dry_run;
mod explain;
mod findings;
mod index;
mod key;
mod migrate;
mod node;
mod ordering;
mod parked;
mod restore;
mod rules;
mod scan;
mod scans;
mod schedule;
mod search;
mod source;
mod steer;
mod top;
mod up;
mod verdict;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, Global, Scans, Steer};
use crate::error::{Error, exit};
use crate::orders;
use crate::{log, terminal};

/// What a command ends with where nothing failed.
type Ended = Result<u8, Error>;

/// Runs what the command line asks for.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    log::quiet_panics();
    // The place of a panic is in the log; its message may quote content and is nowhere.
    match std::panic::catch_unwind(AssertUnwindSafe(|| run(&cli.global, cli.command))) {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(error)) => ended_by(&error),
        Err(_) => {
            terminal::complain("a fault in trawl itself ended the command; what was kept is kept");
            ExitCode::from(exit::FAILED)
        }
    }
}

fn run(global: &Global, command: Command) -> Ended {
    match command {
        Command::Up => up::run(global),
        Command::Node(asked) => node::run(global, &asked),
        Command::Scan(scan) => scan::run(global, &scan),
        Command::Explain(explain) => explain::run(global, &explain),
        Command::Coverage(coverage) => coverage::run(global, &coverage),
        Command::Findings(findings) => findings::run(global, &findings),
        Command::Index(asked) => index::run(global, &asked),
        Command::Search(asked) => search::run(global, &asked),
        Command::Scans(Scans { steer: Some(Steer::Pause { scan }), .. }) => {
            steer::run(global, scan, orders::Command::Pause)
        }
        Command::Scans(Scans { steer: Some(Steer::Resume { scan }), .. }) => {
            steer::run(global, scan, orders::Command::Resume)
        }
        Command::Scans(Scans { steer: Some(Steer::Cancel { scan }), .. }) => {
            steer::run(global, scan, orders::Command::Cancel)
        }
        Command::Scans(Scans { steer: Some(Steer::Show { scan, format }), .. }) => {
            scans::show(global, scan, format)
        }
        Command::Scans(scans) => scans::run(global, &scans),
        Command::Source(asked) => source::run(global, &asked),
        Command::Schedule(asked) => schedule::run(global, &asked),
        Command::Parked(asked) => parked::run(global, &asked),
        Command::Verdict(verdict) => verdict::run(global, &verdict),
        Command::Audit(audit) => audit::run(global, &audit),
        Command::Backup(asked) => backup::run(global, &asked),
        Command::Restore(asked) => restore::run(global, &asked),
        Command::Doctor(asked) => doctor::run(global, &asked),
        Command::Key(key) => key::run(global, &key),
        Command::Migrate(asked) => migrate::run(global, &asked),
        Command::Cluster(asked) => cluster::run(global, &asked),
        Command::Top(asked) => top::run(global, &asked),
        Command::Detect(detect) => detect::run(global, &detect),
        Command::Config(config) => config::run(global, &config),
        Command::Rules(rules) => rules::run(global, &rules),
        Command::Completions { shell } => completions::run(shell),
    }
}

fn ended_by(error: &Error) -> ExitCode {
    if !matches!(error, Error::OutputClosed) {
        terminal::complain(&error.to_string());
    }
    ExitCode::from(error.exit_code())
}
