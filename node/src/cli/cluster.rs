//! The nodes of a cluster, and how they know each other.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum, ValueHint};

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

/// How the status of a cluster is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusFormat {
    /// For people
    Table,
    /// One JSON document
    Json,
}
