//! The commands that judge by what people have labelled.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::{Args, ValueEnum};
use trawl_loadtest::accuracy::{self, Sets};
use trawl_loadtest::alarms::{self, Draw, Set, sets};
use trawl_loadtest::{report, scan};

use crate::{Binary, Outcome, Work, ended};

#[derive(Debug, Args)]
pub(crate) struct Accuracy {
    #[command(flatten)]
    binary: Binary,
    /// The sets.
    #[arg(default_value = "loadtest/labelled")]
    labelled: PathBuf,
    /// Those that were written when the rules stood.
    #[arg(long, value_name = "FOLDER", default_value = "loadtest/later")]
    later: PathBuf,
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
    let sets = Sets { labelled: &given.labelled, later: &given.later };
    let mut measured = accuracy::measure(sets, &trawl, work.path(), given.mismatches)?;
    for set in [&measured.labelled, &measured.later] {
        print!("{}", report::mismatches(&set.judge));
    }
    measured.keep_first(sets)?;
    fs::write(&given.document, measured.document())?;
    println!("wrote {}", given.document.display());
    ended(true)
}

#[derive(Debug, Args)]
pub(crate) struct Alarms {
    #[command(flatten)]
    binary: Binary,
    /// The set to scan [default: all]
    #[arg(value_enum)]
    set: Vec<Texts>,
    /// Decides which alarms are drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// So many are drawn of a set at most.
    #[arg(long, default_value_t = 300)]
    draw: usize,
    /// Where cargo unpacks crates [default: that of the home folder]
    #[arg(long, value_name = "FOLDER")]
    crates: Option<PathBuf>,
    /// Which crates are read, in which versions.
    #[arg(long, value_name = "FILE", default_value = "Cargo.lock")]
    lock: PathBuf,
    /// Where logs and labels are.
    #[arg(long, value_name = "FOLDER", default_value = "loadtest/alarms")]
    labels: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Texts {
    /// The sources of the crates of a `Cargo.lock`.
    Sources,
    /// The logs that are kept.
    Logs,
}

pub(crate) fn by_alarms(given: &Alarms) -> Outcome {
    let work = Work::at(given.binary.keep.as_deref())?;
    let wanted = |set| given.set.is_empty() || given.set.contains(&set);
    if wanted(Texts::Sources) {
        let crates = sets::locked(&fs::read_to_string(&given.lock)?);
        let folder = match (&given.crates, env::home_dir()) {
            (Some(folder), _) => folder.clone(),
            (None, Some(home)) => home.join(".cargo/registry/src"),
            (None, None) => return Err("there is no home folder: name one by --crates".into()),
        };
        let folder = sets::unpacked(&folder, &crates)?;
        tell("sources", &folder, &crates, given, work.path())?;
    }
    if wanted(Texts::Logs) {
        let folder = work.path().join("unpacked");
        sets::unpack(&given.labels.join("logs"), &folder)?;
        tell("logs", &folder, &BTreeSet::new(), given, work.path())?;
    }
    ended(true)
}

/// Scans a set, and tells how many of its alarms are false.
fn tell(
    name: &str,
    folder: &Path,
    only: &BTreeSet<String>,
    given: &Alarms,
    work: &Path,
) -> std::io::Result<()> {
    let work = work.join(name);
    fs::create_dir(&work)?;
    let labels = given.labels.join(name).with_extension("tsv");
    let set = Set { name, folder, only, labels: &labels };
    let draw = Draw { seed: given.seed, most: given.draw };
    let trawl = scan::trawl(given.binary.trawl.as_deref());
    print!("{}", alarms::measure(&set, draw, &trawl, &work)?.told());
    Ok(())
}
