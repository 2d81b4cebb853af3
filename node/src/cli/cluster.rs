//! The nodes of a cluster, and how they know each other.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use trawl_cluster_config::Span;

#[derive(Debug, Subcommand)]
pub(crate) enum Cluster {
    /// Makes the authority of a cluster: whom its nodes know each other by
    #[command(after_help = "\
Example:
  trawl cluster init prod --folder /safe/prod

Its certificate (ca.pem) goes to every node; its key (ca.key) to none: whoever has it can make nodes. Keep
it where no node is, and a copy apart.")]
    Init {
        /// What the cluster is called: a-z, 0-9 and -
        name: String,
        /// The folder of the authority
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, default_value = "cluster-ca")]
        folder: PathBuf,
        /// How long it lasts
        #[arg(long, value_name = "DAYS", default_value_t = 3_650)]
        #[arg(value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: u32,
    },
    /// Shows the nodes of the cluster, and how it is with them
    Status {
        /// How it is written
        #[arg(long, value_enum, default_value_t = StatusFormat::Table)]
        format: StatusFormat,
    },
    /// Issues a certificate and a key for a node
    #[command(after_help = "\
Example:
  trawl cluster issue db1 --folder /safe/prod --out /safe/nodes

NODE.pem and NODE.key go to that node, with ca.pem. Nothing is ever written over: to renew one, name
another folder with --out.")]
    Issue {
        /// What the node is called: a-z, 0-9 and -
        node: String,
        /// The folder of the authority
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, default_value = "cluster-ca")]
        folder: PathBuf,
        /// The folder to write to [default: that of the authority]
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: Option<PathBuf>,
        /// How long it lasts
        #[arg(long, value_name = "DAYS", default_value_t = 365)]
        #[arg(value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: u32,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Node {
    /// Empties a node: others take its work over
    #[command(after_help = "\
Example:
  trawl node drain db2

Waits until the node has no shards and reads nothing any more; it can be stopped or upgraded then. It takes
part again when it is started anew, or with `trawl node undrain`.")]
    Drain {
        /// What its certificate calls it
        node: String,
        /// Does not wait
        #[arg(long)]
        no_wait: bool,
    },
    /// Has a node take part again that was emptied
    #[command(after_help = "Example:\n  trawl node undrain db2")]
    Undrain {
        /// What its certificate calls it
        node: String,
    },
}

/// Asked more often, a node would be kept busy with answering.
const LEAST_EVERY: Span = Span::millis(200);
/// What is shown anew more seldom is not live.
const MOST_EVERY: Span = Span::hours(1);

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl top
  trawl top --every 5s

Keys: q, Esc or Ctrl-C ends it; p holds what is shown, and lets it go on; j, k and the arrows scroll a list that
has no room, PgUp and PgDn by pages, Tab goes to the next list. It asks the node that runs on the data
directory; where that does not answer for a while, what was seen last stays until it does.

Where there is no terminal: trawl cluster status, trawl scans.")]
pub(crate) struct Top {
    /// How often it asks: from 200ms to 1h
    #[arg(long, value_name = "TIME", default_value_t = Span::secs(1), value_parser = every)]
    pub(crate) every: Span,
}

fn every(text: &str) -> Result<Span, String> {
    match Span::parse(text) {
        Some(span) if (LEAST_EVERY..=MOST_EVERY).contains(&span) => Ok(span),
        Some(_) => Err(format!("it can be from {LEAST_EVERY} to {MOST_EVERY}")),
        None => Err("write a time with its unit, such as 500ms or 5s".to_owned()),
    }
}

/// How the status of a cluster is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusFormat {
    /// For people
    Table,
    /// One JSON document
    Json,
}
