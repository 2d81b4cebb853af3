//! The binary `trawl`: start-up and the command line.
//!
//! A command is one file under `command/`, a format of its output one file under `output/`. What
//! is kept is read by `results/`; settings become the bounds of the other rooms in `settings.rs`.
//! This is the room that has a clock, a terminal and a user; the others are given what they need.

mod access;
mod answers;
mod api;
mod audit;
mod cli;
mod clock;
mod command;
mod database;
mod disk;
mod error;
mod forward;
mod hands;
mod keys;
mod live;
mod log;
mod measured;
mod mesh;
mod orders;
mod output;
mod place;
mod profile;
mod progress;
mod reach;
mod records;
mod reload;
mod remote;
mod results;
mod running;
mod screen;
mod settings;
mod signals;
mod start;
mod stewardship;
mod targets;
mod telemetry;
mod terminal;
mod tls;
mod top;
mod watched;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Rows and findings are many small things that are made by one thread and dropped by another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    command::main()
}
