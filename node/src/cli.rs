//! The words of the command line. Each flag that is also a setting only overrides it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use serde::{Deserialize, Serialize};
use trawl_cluster_config::Layers;
use trawl_model::{FindingRef, Level, Verdict};
use trawl_storage::records::Right;
use utoipa::ToSchema;

use crate::asked;

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
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The directory that keeps findings and progress [setting node.data_dir, default ./data]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    #[arg(help_heading = "Settings")]
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
    Source(asked::Source),
    /// Looks after the times at which scans are ordered by themselves
    #[command(subcommand)]
    Schedule(asked::Schedule),
    /// Shows what scans have given up, and has it tried again
    #[command(subcommand)]
    Parked(asked::Parked),
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

/// How coverage is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageFormat {
    /// For people
    Table,
    /// One JSON document: the sums of all, then each scan with what was not read
    Json,
    /// One JSON object a line: each scan, then each thing that was not read
    Jsonl,
}

/// Where output goes.
#[derive(Debug, Args)]
pub(crate) struct Out {
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Writes into a file, which appears only when it is whole
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl scan ~/Documents
  trawl scan src config --exclude '**/node_modules/**' --fail-on critical
  trawl scan /srv/share --format sarif --out trawl.sarif
  trawl scan /srv/share --dry-run

A scan that was interrupted goes on where it was when it is given again; one that has ended
becomes incremental: only what is new or changed is read. The output lists all findings of the
targets, not only new ones.")]
pub(crate) struct Scan {
    /// Folders or files; each is a source of its own
    #[arg(required = true, value_name = "TARGET", value_hint = ValueHint::AnyPath)]
    pub(crate) targets: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) out: Out,
    /// Reads only paths under the target that match; may be given again [setting scan.include]
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// Passes over paths under the target that match; may be given again [setting scan.exclude]
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Skips larger files, such as 100MiB [setting scan.max_object_bytes]
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_size: Option<String>,
    /// Lists what would be read and what not, and reads nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Ends with code 3 where there are findings of this type (email, us.*) or at least this
    /// level (low, medium, high, critical); may be given again
    #[arg(long, value_name = "TYPE|LEVEL")]
    pub(crate) fail_on: Vec<String>,
    /// Answers a scan that waits because more than half of a source has vanished: close the
    /// findings of what is gone, or keep them open
    #[arg(long, value_enum, value_name = "ANSWER")]
    pub(crate) vanished: Option<Vanished>,
    /// Reads everything again, also what has not changed
    #[arg(long)]
    pub(crate) full: bool,
}

/// What to do about much that has vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Vanished {
    /// It is gone: close its findings
    Close,
    /// It will be back: keep them open
    Keep,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  trawl explain $(trawl findings --limit 1 --format csv | sed -n '2s/,.*//p')"
)]
pub(crate) struct Explain {
    /// The finding's id, as every output shows it
    #[arg(value_parser = finding)]
    pub(crate) finding: FindingRef,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl coverage                       the last scan of each source
  trawl coverage SCAN --format jsonl   one scan; one line for each thing that was not read")]
pub(crate) struct Coverage {
    /// A scan by its id, as `trawl scans` shows it [default: the last of each source]
    #[arg(value_name = "SCAN")]
    pub(crate) scan: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = CoverageFormat::Table)]
    pub(crate) format: CoverageFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl findings --type 'us.*' --min-confidence 85
  trawl findings --sensitivity critical --path-prefix src/ --format jsonl
  trawl findings --verdict none --state open --limit 20")]
pub(crate) struct Findings {
    #[command(flatten)]
    pub(crate) out: Out,
    /// Only of this type; `us.*` takes all that begin so; may be given again
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<String>,
    /// Only of this source, by id or by location
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Only in objects whose name begins so
    #[arg(long, value_name = "PREFIX")]
    pub(crate) path_prefix: Option<String>,
    /// Only those that are at least this sure, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) min_confidence: Option<u8>,
    /// Only open ones, closed ones (their object has vanished), or all
    #[arg(long, value_enum, default_value_t = StateFilter::All)]
    pub(crate) state: StateFilter,
    /// Only those with this verdict
    #[arg(long, value_enum)]
    pub(crate) verdict: Option<VerdictWord>,
    /// Only those that are at least this bad
    #[arg(long, value_enum)]
    pub(crate) sensitivity: Option<LevelWord>,
    /// At most so many
    #[arg(long, value_name = "COUNT")]
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StateFilter {
    Open,
    Closed,
    All,
}

/// A verdict, or that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VerdictWord {
    /// It is what it is said to be
    Confirmed,
    /// It is not
    FalsePositive,
    /// It is, and may stay
    Accepted,
    /// Nothing is said of it
    None,
}

impl VerdictWord {
    /// The verdict; none takes one back.
    pub(crate) fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Confirmed => Some(Verdict::Confirmed),
            Self::FalsePositive => Some(Verdict::FalsePositive),
            Self::Accepted => Some(Verdict::Accepted),
            Self::None => None,
        }
    }
}

/// How bad it is when a value gets out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LevelWord {
    Low,
    Medium,
    High,
    Critical,
}

impl LevelWord {
    /// The level.
    pub(crate) fn level(self) -> Level {
        match self {
            Self::Low => Level::Low,
            Self::Medium => Level::Medium,
            Self::High => Level::High,
            Self::Critical => Level::Critical,
        }
    }
}

/// How matches are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SearchFormat {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line: the matches, then the counts, then the page
    Jsonl,
    /// Comma-separated values with a header (RFC 4180)
    Csv,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl search 'type:us.* confidence:>0.8'
  trawl search 'path:invoices -verdict:false-positive' --facet type,sensitivity
  trawl search 'kind:object coverage:failed' --sort -size --format jsonl

docs/search.md tells the language.")]
pub(crate) struct Search {
    /// What is searched for
    pub(crate) query: String,
    /// How matches are written
    #[arg(long, value_enum, default_value_t = SearchFormat::Table)]
    pub(crate) format: SearchFormat,
    /// Writes into a file, which appears only when it is whole
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// At most so many matches
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: usize,
    /// By what they are sorted; `-` before it begins with the largest [default: -first_seen]
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,
    /// Counts all matches by the values of a field; several are parted by commas
    #[arg(long = "facet", value_name = "FIELD")]
    pub(crate) facets: Vec<String>,
    /// Begins behind the page before, with the word that it has told
    #[arg(long, value_name = "CURSOR")]
    pub(crate) after: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The backup holds what was kept at the moment at which it was begun: findings, verdicts, keys of the API
and the audit record. It holds no root key, and no index, which is made anew.")]
pub(crate) struct Backup {
    /// The folder to write to; it must be new or empty
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  trawl restore /backups/monday --data /var/lib/trawl --root-key /keys/root.key")]
pub(crate) struct Restore {
    /// The folder that a backup was written to
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    /// The root key of the store that was copied, which goes into the data directory
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) root_key: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// How it is written
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
    /// Asks the node that runs there whether it is ready, and nothing else
    #[arg(long)]
    pub(crate) ready: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Scans {
    #[command(subcommand)]
    pub(crate) steer: Option<asked::Steer>,
    /// How they are written
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
    /// At most so many, the newest first
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: usize,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A verdict holds for all findings of the same value and type in the same object, wherever in it they
stand. It is entered in the audit record before it takes effect.")]
pub(crate) struct SetVerdict {
    /// The finding's id
    #[arg(value_parser = finding)]
    pub(crate) finding: FindingRef,
    /// What it is; none takes back what was said
    #[arg(value_enum)]
    pub(crate) verdict: VerdictWord,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl detect notes.txt
  git diff | trawl detect - --format jsonl

The text is taken as it is: no format is read, nothing is kept.")]
pub(crate) struct Detect {
    /// A file, or - for standard input
    #[arg(default_value = "-", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// How what is found is written
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Shows every setting as it holds, and where it was set
    Print,
    /// Checks a file of settings
    Check {
        /// The file
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Makes a key and shows it, this once
    #[command(after_help = "Example:\n  trawl key new --name dashboards --can read")]
    New {
        /// What people call it
        #[arg(long)]
        name: String,
        /// What it may do; may be given again. Each right takes `read` with it, `admin` is all
        #[arg(long, value_enum, required = true, value_name = "RIGHT")]
        can: Vec<RightWord>,
    },
    /// Lists the keys, revoked ones included
    List {
        /// How they are written
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Ends a key
    Revoke {
        /// Its id, as the list shows it
        id: String,
    },
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RightWord {
    /// See sources, scans, coverage and findings
    Read,
    /// Order scans of sources that are known
    Scan,
    /// Give verdicts
    Judge,
    /// All else too: sources, keys, the audit record
    Admin,
}

impl RightWord {
    /// The right.
    pub(crate) fn right(self) -> Right {
        match self {
            Self::Read => Right::Read,
            Self::Scan => Right::Scan,
            Self::Judge => Right::Judge,
            Self::Admin => Right::Admin,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Lists the entries, the oldest first
    List {
        /// How they are written
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Checks that no entry was changed, taken out or put between
    Verify,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Index {
    /// Makes the index anew from what is kept; until it is whole, the present one is searched
    Rebuild,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// Lists the rules
    List {
        /// How they are written
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
}

fn finding(text: &str) -> Result<FindingRef, String> {
    text.parse().map_err(|error: trawl_model::id::IdError| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_agrees_with_itself() {
        super::Cli::command().debug_assert();
    }
}
