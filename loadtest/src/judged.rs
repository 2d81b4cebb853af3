//! The command that judges by labelled sets.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use trawl_loadtest::{accuracy, report, scan};

use crate::{Binary, Outcome, Work, ended};

#[derive(Debug, Args)]
pub(crate) struct Accuracy {
    #[command(flatten)]
    binary: Binary,
    /// The sets.
    #[arg(default_value = "loadtest/labelled")]
    labelled: PathBuf,
    /// Where the document goes.
    #[arg(long, value_name = "FILE", default_value = "docs/accuracy.md")]
    document: PathBuf,
    /// So many mismatches of each type are shown.
    #[arg(long, default_value_t = 0)]
    mismatches: usize,
}

pub(crate) fn by_labels(given: &Accuracy) -> Outcome {
    let work = Work::at(given.binary.keep.as_deref())?;
    let trawl = scan::trawl(given.binary.trawl.as_deref());
    let mut measured = accuracy::measure(&given.labelled, &trawl, work.path(), given.mismatches)?;
    print!("{}", report::mismatches(&measured.judge));
    measured.keep_first(&given.labelled)?;
    fs::write(&given.document, measured.document())?;
    println!("wrote {}", given.document.display());
    ended(true)
}
