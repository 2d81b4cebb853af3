//! Keys of the API.

use clap::{Subcommand, ValueEnum};
use trawl_storage::records::Right;

use super::ListFormat;

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
