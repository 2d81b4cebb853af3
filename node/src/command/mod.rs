//! The commands: one file each.

mod completions;
mod config;
mod detect;
mod rules;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, Global};
use crate::error::{Error, exit};
use crate::log;

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
            told("a fault in trawl itself ended the command; what was kept is kept");
            ExitCode::from(exit::FAILED)
        }
    }
}

fn run(global: &Global, command: Command) -> Ended {
    match command {
        Command::Detect(detect) => detect::run(global, &detect),
        Command::Config(config) => config::run(global, &config),
        Command::Rules(rules) => rules::run(global, &rules),
        Command::Completions { shell } => completions::run(shell),
    }
}

fn ended_by(error: &Error) -> ExitCode {
    if !matches!(error, Error::OutputClosed) {
        told(&error.to_string());
    }
    ExitCode::from(error.exit_code())
}

/// Says why it ended. What others wrote (names, values of settings) can do nothing to the terminal.
fn told(why: &str) {
    use std::io::Write;
    let mut stderr = anstream::stderr().lock();
    let style = crate::terminal::WRONG;
    let why: Vec<_> = why.lines().map(crate::terminal::safe).collect();
    // Where standard error is gone there is nobody to tell.
    let _ = writeln!(stderr, "{style}trawl:{style:#} {}", why.join("\n       "));
}
