//! What scans have given up.

use clap::Subcommand;

use super::{ListFormat, count};

#[derive(Debug, Subcommand)]
pub(crate) enum Parked {
    /// Lists what scans of a source have given up, with what happened
    List {
        /// The source: its name, id or location
        source: String,
        /// How it is written
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
        /// At most so many
        #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = count)]
        limit: usize,
    },
    /// Has all of it tried again
    Release {
        /// The source
        source: String,
    },
}
