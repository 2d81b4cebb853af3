//! The binary `trawl-loadtest`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use trawl_loadtest::corpus::{self, Plan};
use trawl_loadtest::large::Large;

/// Makes synthetic corpora with planted truth, and measures trawl against them.
///
/// Everything in a corpus is invented: names, numbers, keys. The numbers pass the checks of their
/// standards, so keep a corpus away from systems that would act on them.
#[derive(Debug, Parser)]
#[command(name = "trawl-loadtest", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a corpus and its truth.
    ///
    /// The same seed and size give the same bytes, on every machine. The truth lies beside the
    /// folder, never inside: a line of JSON for each planted value and each near miss.
    ///
    /// Example: trawl-loadtest corpus --seed 7 --size 20MB /tmp/corpus
    Corpus(Corpus),
}

#[derive(Debug, Args)]
struct Corpus {
    #[command(flatten)]
    making: Making,
    /// Where the truth goes [default: DIR.truth.jsonl]
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// The folder to make. It must be new or empty.
    dir: PathBuf,
}

#[derive(Debug, Args)]
struct Making {
    /// Decides everything in the corpus.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Bytes to reach, such as 2MB, 1GB or 512KiB. Every format comes at least once.
    #[arg(long, default_value = "20MB", value_parser = corpus::size)]
    size: u64,
    /// Adds a text of 200 MB, a zip of 1,000 members and an xz of 50 MB.
    #[arg(long)]
    large: bool,
}

impl Making {
    fn plan(&self, truth: Option<PathBuf>) -> Plan {
        let large = self.large.then(Large::default);
        Plan { seed: self.seed, size: self.size, large, truth }
    }
}

fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    let done = match command {
        Command::Corpus(given) => make(&given),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("trawl-loadtest: {error}");
            ExitCode::from(1)
        }
    }
}

type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

fn make(given: &Corpus) -> Outcome {
    let plan = given.making.plan(given.truth.clone());
    let made = corpus::make(&plan, &given.dir)?;
    println!("{} objects, {} bytes, {} lines of truth", made.objects, made.bytes, made.planted);
    Ok(ExitCode::SUCCESS)
}
