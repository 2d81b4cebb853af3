//! The words of the command line: one file a subject. Each flag that is also a setting only overrides
//! it.

mod cluster;
mod detect;
mod findings;
mod keep;
mod key;
mod parked;
mod scan;
mod schedule;
mod search;
mod source;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use trawl_cluster_config::Layers;

pub(crate) use cluster::{Cluster, Node, StatusFormat, Top};
pub(crate) use detect::{Config, Detect, Rules};
pub(crate) use findings::{
    Coverage, CoverageFormat, Explain, Findings, LevelWord, SetVerdict, StateFilter, VerdictWord,
};
pub(crate) use keep::{Audit, Backup, Doctor, Migrate, Restore};
pub(crate) use key::Key;
pub(crate) use parked::Parked;
pub(crate) use scan::{Scan, Scans, Steer, Vanished};
pub(crate) use schedule::Schedule;
pub(crate) use search::{Index, Search, SearchFormat};
pub(crate) use source::{Clear, PriorityWord, ProfileFlags, Source};

/// Finds personal and secret data in files, and remembers what it found and where it looked.
///
/// Nothing leaves this machine, and no value that was found is ever stored, shown or logged:
/// findings hold a masked preview and a keyed token.
#[derive(Debug, Parser)]
#[command(name = "trawl", version, propagate_version = true, after_help = EXAMPLES)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  trawl scan ~/Documents                 scan a folder; again: only what has changed
  trawl explain FINDING                  why it is a finding, and where it stands
  trawl coverage                         what was read, and what was not and why
  trawl findings --type email --format csv
  echo 'mail: a.person@mail.example.org' | trawl detect

Exit codes: 0 done, 1 something failed, 2 wrong usage or settings, 3 --fail-on matches,
130 stopped by the user.

Settings come from trawl.toml, TRAWL_… variables and flags: see `trawl config print`.";

const UP: &str = "\
Examples:
  trawl up
  trawl up --data /var/lib/trawl --set api.listen=127.0.0.1:7400

Stop it with Ctrl-C or SIGTERM: what is at work is kept, and goes on at the next start. It listens on
loopback alone unless a certificate is set (api.tls_certificate, api.tls_key) and a key was made.";

/// What holds for every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// The directory that keeps findings and progress [setting node.data_dir, default ./data]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    #[arg(help_heading = "Settings", value_parser = OsStringValueParser::new().try_map(text))]
    pub(crate) data: Option<String>,
    /// The file of settings [default: trawl.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(help_heading = "Settings")]
    pub(crate) config: Option<PathBuf>,
    /// Sets a setting, such as scan.max_depth=4; may be given again
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = pair)]
    #[arg(help_heading = "Settings")]
    pub(crate) set: Vec<(String, String)>,
    /// How the log on standard error is written: text or json [setting log.format]
    #[arg(long, global = true, value_name = "FORMAT", help_heading = "Settings")]
    pub(crate) log: Option<String>,
    /// How much is logged: off, error, warn, info, debug, trace [setting log.level]
    #[arg(long, global = true, value_name = "LEVEL", help_heading = "Settings")]
    pub(crate) log_level: Option<String>,
}

impl Global {
    /// The layers of the settings, these flags included.
    pub(crate) fn layers(&self) -> Layers {
        let mut layers = Layers::of_process();
        if let Some(file) = &self.config {
            layers = layers.file(file);
        }
        layers = layers.overrides(self.set.iter().map(|(key, value)| (key, value)));
        let flags = [
            ("--data", "node.data_dir", &self.data),
            ("--log", "log.format", &self.log),
            ("--log-level", "log.level", &self.log_level),
        ];
        flags.into_iter().fold(layers, |layers, (flag, key, value)| match value {
            Some(value) => layers.flag(flag, key, value),
            None => layers,
        })
    }
}

/// What becomes a setting, and so is text.
fn text(given: OsString) -> Result<String, &'static str> {
    given.into_string().map_err(|_| "settings are text, and this is no UTF-8; reach it by a link")
}

/// How many of a list are wanted: none would look as if there were none.
fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1 can be asked for".to_owned()),
        Ok(count) => Ok(count),
        Err(_) => Err("write a number, such as 50".to_owned()),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| "write KEY=VALUE, such as scan.max_depth=4".to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Starts a node that stays: it answers over HTTP and scans what is ordered
    #[command(after_help = UP)]
    Up,
    /// Scans folders or files and shows what is in them
    Scan(Scan),
    /// Tells why a finding is one, and where it stands
    Explain(Explain),
    /// Shows what was read, and what was not and why
    Coverage(Coverage),
    /// Lists findings that are kept
    Findings(Findings),
    /// Searches findings and objects
    Search(Search),
    /// Looks after what is searched
    #[command(subcommand)]
    Index(Index),
    /// Lists the scans, and pauses, resumes or cancels one
    Scans(Scans),
    /// Looks after sources
    #[command(subcommand)]
    Source(Source),
    /// Looks after the times at which scans are ordered by themselves
    #[command(subcommand)]
    Schedule(Schedule),
    /// Shows what scans have given up, and has it tried again
    #[command(subcommand)]
    Parked(Parked),
    /// Says of a finding what it is; no scan resets that
    Verdict(SetVerdict),
    /// Looks after the keys of the API
    #[command(subcommand)]
    Key(Key),
    /// Looks for values in a text, without keeping anything
    Detect(Detect),
    /// Shows or checks the settings
    #[command(subcommand)]
    Config(Config),
    /// Looks after the record of what people changed
    #[command(subcommand)]
    Audit(Audit),
    /// Writes a copy of all that is kept, while all goes on
    Backup(Backup),
    /// Makes a data directory of a backup
    Restore(Restore),
    /// Makes the tables of a database, or what is missing of them
    Migrate(Migrate),
    /// Makes the certificates by which nodes know each other
    #[command(subcommand)]
    Cluster(Cluster),
    /// Shows live how it is with the nodes, and what they work at
    Top(Top),
    /// Empties a node of the cluster, or has it take part again
    #[command(subcommand)]
    Node(Node),
    /// Looks whether all is well, and says what to do where it isn't
    Doctor(Doctor),
    /// Shows what is looked for
    #[command(subcommand)]
    Rules(Rules),
    /// Writes completions for a shell
    #[command(
        after_help = "Example:\n  trawl completions bash > ~/.local/share/bash-completion/completions/trawl"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: counts by type, then the first findings
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line, one line a finding
    Jsonl,
    /// Comma-separated values with a header (RFC 4180)
    Csv,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

impl Format {
    /// Whether there are colours in it.
    pub(crate) fn is_styled(self) -> bool {
        self == Self::Table
    }
}

/// How other lists are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Table,
    /// One JSON object a line
    Jsonl,
}

/// Where output goes.
#[derive(Debug, Args)]
pub(crate) struct Out {
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Writes into a file, which appears only when it is whole; a pipe or device is written to
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_agrees_with_itself() {
        super::Cli::command().debug_assert();
    }
}
