//! Sources, and what is said of them.

use clap::{Args, Subcommand, ValueEnum};
use trawl_model::Priority;
use trawl_model::source::CLOSED_DAYS_MAX;

use super::ListFormat;

#[derive(Debug, Subcommand)]
pub(crate) enum Source {
    /// Adds a source under a name
    #[command(after_help = "\
Examples:
  trawl source add hr /srv/hr --exclude '*.bak' --label owner=people
  trawl source add archive /mnt/archive --hours 'mon-fri 22:00-06:00' --zone Europe/Berlin \\
      --bytes-per-second 20MiB

A folder that was scanned by its path before is the same source, and keeps its findings.")]
    Add {
        /// What it is called
        name: String,
        /// A folder or a file
        location: std::path::PathBuf,
        #[command(flatten)]
        profile: ProfileFlags,
    },
    /// Lists the sources
    List {
        /// How they are written
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Shows all that is said of a source, as JSON
    Show {
        /// Its name, id or location
        source: String,
    },
    /// Changes what is said of a source; what is not named stays
    Change {
        /// Its name, id or location
        source: String,
        /// What it is called from now on
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        profile: ProfileFlags,
        /// Takes back what was said; may be given again
        #[arg(long, value_enum, value_name = "WHAT")]
        clear: Vec<Clear>,
    },
    /// Looks whether a source can be read, and says all that is missing
    Validate {
        /// Its name, id or location
        source: String,
    },
    /// Deletes a source with all that belongs to it: findings, verdicts, names, schedules
    Delete {
        /// Its name, id or location
        source: String,
        /// Without this, it is only told what would go
        #[arg(long)]
        yes: bool,
    },
}

/// What is said of a source.
#[derive(Debug, Args, Default)]
pub(crate) struct ProfileFlags {
    /// Reads only paths that match; may be given again
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// Passes over paths that match; may be given again
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Skips larger objects, such as 100MiB
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_size: Option<String>,
    /// A word about it; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) label: Vec<String>,
    /// Which of several sources is served first
    #[arg(long, value_enum)]
    pub(crate) priority: Option<PriorityWord>,
    /// Reads no more of it in a second, such as 20MiB
    #[arg(long, value_name = "SIZE")]
    pub(crate) bytes_per_second: Option<String>,
    /// Opens no more of its objects in a second
    #[arg(long, value_name = "COUNT")]
    pub(crate) objects_per_second: Option<u64>,
    /// Reads it only in these hours, such as 'mon-fri 22:00-06:00'; may be given again
    #[arg(long, value_name = "DAYS FROM-TO")]
    pub(crate) hours: Vec<String>,
    /// The time zone of the hours, such as Europe/Berlin
    #[arg(long, default_value = "UTC", requires = "hours")]
    pub(crate) zone: String,
    /// Keeps findings of what has vanished for so many days, at most 36500
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=i64::from(CLOSED_DAYS_MAX)))]
    pub(crate) keep_closed: Option<u32>,
}

/// What can be taken back of what was said of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Clear {
    Labels,
    Selection,
    Limits,
    Hours,
    KeepClosed,
}

/// Which of several is served first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PriorityWord {
    /// Whenever nobody else wants anything
    Low,
    /// As most are
    Normal,
    /// Before all others
    High,
}

impl PriorityWord {
    /// The priority.
    pub(crate) fn priority(self) -> Priority {
        match self {
            Self::Low => Priority::Low,
            Self::Normal => Priority::Normal,
            Self::High => Priority::High,
        }
    }
}
