//! Looking after what is kept: copies of it, whether all is well, the record of changes.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::ListFormat;

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
#[command(after_help = "\
The database is the one that the settings name in [database]. Run it from one place at a time: databases
don't bear it that two change the same tables at once. Nothing is ever dropped or changed.

Example:
  trawl migrate --set database.nodes=127.0.0.1:9042 --set database.replication=datacenter1:1")]
pub(crate) struct Migrate {
    /// Looks whether all is as it is to be, and makes nothing
    #[arg(long)]
    pub(crate) check: bool,
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
