//! Scans: ordering one, and what is done about those that there are.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use serde::{Deserialize, Serialize};
use trawl_model::ScanId;
use utoipa::ToSchema;

use super::{ListFormat, Out, PriorityWord, count};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl scan ~/Documents
  trawl scan src config --exclude '**/node_modules/**' --fail-on critical
  trawl scan /srv/share --format sarif --out trawl.sarif
  trawl scan /srv/share --dry-run
  trawl scan /srv/share --detach         of a node that runs: trawl scans show SCAN tells how far it is

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
    /// Which of several scans is served first, where a node runs; as is said of the source where it
    /// is left out. Given of a scan that is open already, it can raise its priority
    #[arg(long, value_enum, value_name = "PRIORITY")]
    pub(crate) priority: Option<PriorityWord>,
    /// Shows how far it is, waits for the end and lists what there is; it is what is done where
    /// nothing is said
    #[arg(long, conflicts_with = "detach")]
    pub(crate) wait: bool,
    /// Orders the scans from the node that runs, writes their ids, one a line, and waits for nothing
    #[arg(long, conflicts_with_all = ["dry_run", "fail_on", "format", "out"])]
    pub(crate) detach: bool,
}

impl Scan {
    /// Whether the scans are only ordered.
    pub(crate) fn is_detached(&self) -> bool {
        self.detach && !self.wait
    }
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
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Scans {
    #[command(subcommand)]
    pub(crate) steer: Option<Steer>,
    /// How they are written
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
    /// At most so many, the newest first
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = count)]
    pub(crate) limit: usize,
}

/// What is done about scans.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Steer {
    /// Lists the scans, the newest first
    List,
    /// Shows one scan: how far it is, how fast it gets on, what it came to
    Show {
        /// Its id, as the list shows it
        #[arg(value_parser = scan)]
        scan: ScanId,
        /// How it is written
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Holds a scan until it is resumed; what it has read is kept
    Pause {
        /// Its id, as the list shows it
        #[arg(value_parser = scan)]
        scan: ScanId,
    },
    /// Lets a paused scan go on
    Resume {
        /// Its id
        #[arg(value_parser = scan)]
        scan: ScanId,
    },
    /// Ends a scan where it is: what it has read counts, and nothing is closed
    Cancel {
        /// Its id
        #[arg(value_parser = scan)]
        scan: ScanId,
    },
}

fn scan(text: &str) -> Result<ScanId, String> {
    text.parse().map_err(|error: trawl_model::id::IdError| error.to_string())
}
