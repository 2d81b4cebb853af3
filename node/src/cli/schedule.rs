//! Times at which scans are ordered by themselves.

use clap::Subcommand;

use super::{ListFormat, PriorityWord};

#[derive(Debug, Subcommand)]
pub(crate) enum Schedule {
    /// Orders a scan of a source at the times of a pattern, of a node that serves
    #[command(after_help = "\
Examples:
  trawl schedule add hr nightly '30 2 * * mon-fri' --zone Europe/Berlin
  trawl schedule add hr monthly '0 4 1 * *' --full

The pattern is cron's: minute, hour, day of the month, month, day of the week. A time that the clocks
pass over comes right after, one that they show twice comes once, and times that were missed are made
up for by one scan.")]
    Add {
        /// The source: its name, id or location
        source: String,
        /// What the schedule is called
        name: String,
        /// The times
        cron: String,
        /// On the clocks of which place
        #[arg(long, default_value = "UTC")]
        zone: String,
        /// Which of several scans is served first
        #[arg(long, value_enum, default_value_t = PriorityWord::Normal)]
        priority: PriorityWord,
        /// Reads everything again, also what has not changed
        #[arg(long)]
        full: bool,
    },
    /// Lists the schedules of a source, or of all
    List {
        /// The source
        source: Option<String>,
        /// How they are written
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Removes a schedule
    Remove {
        /// The source
        source: String,
        /// The schedule
        name: String,
    },
    /// Shows the next times of a schedule
    Next {
        /// The source
        source: String,
        /// The schedule
        name: String,
        /// So many
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=100))]
        count: u8,
    },
}
