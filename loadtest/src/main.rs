//! The binary `trawl-loadtest`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod judged;
mod nodes;
mod simulated;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use trawl_loadtest::compare::By;
use trawl_loadtest::corpus;
use trawl_loadtest::judge::Judge;
use trawl_loadtest::large::Large;
use trawl_loadtest::recall::Measured;
use trawl_loadtest::scan::Scan;
use trawl_loadtest::{compare, kill, recall, report, scan, truth};

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
    /// The same seed and size give the same bytes on every machine, from the same version. The truth lies beside the
    /// folder, never inside: a line of JSON for each planted value and each near miss.
    ///
    /// Example: trawl-loadtest corpus --seed 7 --size 20MB /tmp/corpus
    Corpus(Corpus),
    /// Scans a corpus with trawl and measures what was found against the truth.
    ///
    /// Prints recall and precision of each type and overall, whether both ledgers of coverage sum
    /// to the corpus, the peak memory of the scan and its throughput. Exits with 1 below the given
    /// bounds, or when the ledgers don't add up.
    ///
    /// Example: trawl-loadtest recall --size 20MB --min-recall 0.99 --min-precision 0.99
    Recall(Recall),
    /// Scans labelled sets with trawl, and writes how right it was.
    ///
    /// The sets are files in which people have marked what is to be found.
    ///
    /// Example: trawl-loadtest accuracy --document docs/accuracy.md
    Accuracy(judged::Accuracy),
    /// Tells how many alarms a megabyte are false, by those that people have looked at.
    ///
    /// The sources of the crates that are built into trawl are scanned, and logs of servers. Of what is found some
    /// are drawn by a seed, and their labels looked up; those that have none are listed by their places.
    ///
    /// Example: trawl-loadtest alarms --trawl target/release/trawl
    Alarms(judged::Alarms),
    /// Kills a scan at random moments and compares what it found in the end.
    ///
    /// An undisturbed scan comes first. Then scans are killed with SIGKILL and started again until
    /// they end, over and over until so many kills are spent, and once more for each named crash
    /// point. Exits with 1 when a finding is lost, double or elsewhere.
    ///
    /// Example: trawl-loadtest kill --runs 50 --seed 7 --size 200MB --large
    Kill(Kill),
    /// Kills a node that people use at random moments, and looks whether all is there that was
    /// acknowledged to them.
    ///
    /// They order scans of folders that change, and pause, resume and cancel them; say of findings
    /// what they are; search; keep sources, keys and schedules. After each start all that was
    /// acknowledged must be there, and have its entry in the audit record. In the end the findings
    /// are those of an undisturbed scan, and the index is as one that is made anew.
    ///
    /// Example: trawl-loadtest kill-node --runs 50 --seed 7 --size 2MB
    KillNode(nodes::KillNode),
    /// Backs a node up while people use it, and looks whether what is restored is what was kept at
    /// one moment.
    ///
    /// Two backups are written under the load of `kill-node`. Each is restored into a directory of
    /// its own: whatever was acknowledged before it was begun is there, nothing is there by half,
    /// the audit record is the beginning of the one that was copied, and search shows what is kept.
    ///
    /// Example: trawl-loadtest back-up --seed 7 --size 2MB
    BackUp(nodes::UnderLoad),
    /// Measures a running node: how many small reads it answers a second, and how soon a finding
    /// that was kept is found by a search.
    ///
    /// A node is started on a port that is free, and scans a corpus. Then connections ask it for a
    /// source, a scan and single findings as fast as they are answered, while it scans all anew.
    ///
    /// Example: trawl-loadtest api --size 100MB --connections 8 --seconds 20 --before "taskset -c 0"
    Api(nodes::Api),
    /// Measures how fast what is kept becomes searchable, and how large the index is.
    ///
    /// A corpus is scanned without a node, which makes no index. The first search takes all in and
    /// writes it down; a second one that has nothing left to do says what of that was the search.
    ///
    /// Example: trawl-loadtest index --size 100MB --before "taskset -c 0"
    Index(nodes::Index),
    /// Measures how much faster a scan goes with more nodes.
    ///
    /// For each number of nodes a cluster is started over a database that is there, and scans as many
    /// objects for each of them, before each of which its reader waits. The binary is one that was built
    /// with the feature `failpoints`, which has that wait. Exits with 1 where the rate of any is less than
    /// the given share of what as many times the first would be.
    ///
    /// Example: trawl-loadtest scaling --database 127.0.0.1:9042 --nodes 1,2,4,8 --at-least 0.9
    Scaling(nodes::Scaling),
    /// Tells how long shards and lanes take to go from one node to another.
    ///
    /// Three nodes run over a database that is there, in a keyspace of its own. One joins, falls, and is
    /// emptied, once where it follows and once where it leads.
    ///
    /// Example: trawl-loadtest hand-over --database 127.0.0.1:9042
    HandOver(nodes::HandOver),
    /// Lets faults befall a cluster while it scans, and looks whether anything is lost or double.
    ///
    /// A database and three nodes are started, each node in a network namespace of its own where this may
    /// make some, else on the loopback. For each scenario the cluster scans a corpus anew, and when it has
    /// come so far, something happens. In the end findings and coverage are those of a scan that is left
    /// alone, or the exit code is 1.
    ///
    /// Example: trawl-loadtest faults --scenario leader-paused --seed 7
    Faults(nodes::Faults),
    /// Plays a cluster in one process, under faults that a seed decides.
    ///
    /// The code that decides is the real one; network, store, clocks and chance are played. When an
    /// invariant of the design does not hold, its name, the moment, and the command that plays it again
    /// are printed, and the exit code is 1.
    ///
    /// Example: trawl-loadtest simulate --seed 1 --nodes 50 --units 1000000
    Simulate(simulated::Simulate),
    /// Compares two files of findings (JSON lines): equal, or exit code 1.
    Compare(Compare),
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

/// What is run, and what of it is kept.
#[derive(Debug, Args)]
struct Binary {
    /// The binary to run [default: the `trawl` beside this one, else that of the PATH]
    #[arg(long, value_name = "PATH")]
    trawl: Option<PathBuf>,
    /// Keeps corpus, data, findings and logs in this folder, which must be new or empty
    /// [default: a temporary folder that is removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// How a scan is run.
#[derive(Debug, Args)]
struct Running {
    #[command(flatten)]
    binary: Binary,
    /// Another argument for `trawl scan`; may come more than once.
    #[arg(long = "scan-arg", value_name = "ARG", allow_hyphen_values = true)]
    scan_arguments: Vec<String>,
}

#[derive(Debug, Args)]
struct Recall {
    #[command(flatten)]
    making: Making,
    #[command(flatten)]
    running: Running,
    /// A corpus that was made before; without it one is made.
    dir: Option<PathBuf>,
    /// Its truth [default: DIR.truth.jsonl]
    #[arg(long, value_name = "FILE", requires = "dir")]
    truth: Option<PathBuf>,
    /// Judges findings (JSON lines) that are there already, and runs no scan.
    #[arg(long, value_name = "FILE", requires = "dir")]
    findings: Option<PathBuf>,
    /// The least recall over all types, from 0 to 1.
    #[arg(long, default_value_t = 0.0)]
    min_recall: f64,
    /// The least precision over all types, from 0 to 1.
    #[arg(long, default_value_t = 0.0)]
    min_precision: f64,
    /// So many mismatches of each type are shown.
    #[arg(long, default_value_t = 5)]
    mismatches: usize,
}

#[derive(Debug, Args)]
struct Kill {
    #[command(flatten)]
    making: Making,
    #[command(flatten)]
    running: Running,
    /// A corpus that was made before; without it one is made.
    dir: Option<PathBuf>,
    /// Kills at random moments.
    #[arg(long, default_value_t = 50)]
    runs: u64,
    /// A crash point, as the value of the variable that names it; may come more than once.
    #[arg(long, value_name = "NAME")]
    crash_at: Vec<String>,
    /// The variable of the environment that names a crash point to trawl.
    #[arg(long, value_name = "VARIABLE", default_value = "TRAWL_FAILPOINTS")]
    crash_variable: String,
    /// Counts what is read again, and fails where it is more than had been read since checkpoints.
    /// Needs a trawl that was built with `--features failpoints`.
    #[arg(long)]
    tally: bool,
    /// Compares findings by object, type and place alone, not by their ids.
    #[arg(long)]
    by_place: bool,
}

#[derive(Debug, Args)]
struct Compare {
    /// Findings of one scan.
    first: PathBuf,
    /// Findings of another.
    second: PathBuf,
    /// Compares by object, type and place alone: ids differ between stores.
    #[arg(long)]
    by_place: bool,
}

impl Making {
    fn plan(&self, truth: Option<PathBuf>) -> corpus::Plan {
        let large = self.large.then(Large::default);
        corpus::Plan { seed: self.seed, size: self.size, large, truth }
    }
}

fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    let done = match command {
        Command::Corpus(given) => make(&given),
        Command::Recall(given) => measure(&given),
        Command::Accuracy(given) => judged::by_labels(&given),
        Command::Alarms(given) => judged::by_alarms(&given),
        Command::Kill(given) => crash(&given),
        Command::Compare(given) => compared(&given),
        Command::Api(given) => nodes::asked(&given),
        Command::Index(given) => nodes::indexed(&given),
        Command::Scaling(given) => nodes::scaled(&given),
        Command::HandOver(given) => nodes::handed_over(&given),
        Command::Simulate(given) => simulated::played(&given),
        Command::KillNode(given) => nodes::killed(&given),
        Command::BackUp(given) => nodes::backed_up(&given),
        Command::Faults(given) => nodes::befallen(&given),
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

fn ended(well: bool) -> Outcome {
    Ok(ExitCode::from(u8::from(!well)))
}

fn make(given: &Corpus) -> Outcome {
    let plan = given.making.plan(given.truth.clone());
    let made = corpus::make(&plan, &given.dir)?;
    println!("{} objects, {} bytes, {} lines of truth", made.objects, made.bytes, made.planted);
    ended(true)
}

fn measure(given: &Recall) -> Outcome {
    let work = Work::at(given.running.binary.keep.as_deref())?;
    let (target, truth) = corpus_of(given.dir.as_deref(), &given.making, work.path())?;
    let truth = given.truth.clone().unwrap_or(truth);
    let (judge, sound) = match &given.findings {
        Some(findings) => {
            (recall::judged(&target, &truth, findings, recall::UNMARKED, given.mismatches)?, true)
        }
        None => {
            let mut scan = Scan::new(
                &scan::trawl(given.running.binary.trawl.as_deref()),
                &target,
                work.path(),
            );
            scan.arguments.clone_from(&given.running.scan_arguments);
            let measured = recall::measure(&scan, &truth, given.mismatches)?;
            tell(&measured);
            let sound = measured.adds_up();
            (measured.judge, sound)
        }
    };
    print!("{}", report::scores(&judge));
    print!("{}", report::mismatches(&judge));
    ended(sound && reaches(&judge, given))
}

fn reaches(judge: &Judge, given: &Recall) -> bool {
    let all = judge.overall();
    let (recall, precision) = (all.recall(), all.precision());
    let reached = recall >= given.min_recall && precision >= given.min_precision;
    if !reached {
        let (least, exact) = (given.min_recall, given.min_precision);
        println!(
            "below the bounds: recall {recall:.4} ({least}), precision {precision:.4} ({exact})"
        );
    }
    reached
}

fn tell(measured: &Measured) {
    let (objects, bytes) = measured.extent;
    println!("corpus     {objects} objects, {bytes} bytes");
    match &measured.ledgers {
        Ok(sums) => {
            let word = if measured.adds_up() { "add up" } else { "do NOT add up" };
            println!("ledgers    {} objects, {} bytes: {word}", sums.objects, sums.bytes);
        }
        Err(error) => println!("ledgers    not read: {error}"),
    }
    println!("memory     {:.0} MiB at the peak", measured.cost.peak_memory as f64 / 1_048_576.0);
    let (seconds, rate) = (measured.cost.elapsed.as_secs_f64(), measured.throughput());
    println!("time       {seconds:.1} s, {rate:.1} MB/s");
}

fn crash(given: &Kill) -> Outcome {
    let work = Work::at(given.running.binary.keep.as_deref())?;
    let (target, _) = corpus_of(given.dir.as_deref(), &given.making, work.path())?;
    let plan = kill::Plan {
        trawl: scan::trawl(given.running.binary.trawl.as_deref()),
        target,
        work: work.path().join("scans"),
        arguments: given.running.scan_arguments.clone(),
        kills: given.runs,
        seed: given.making.seed,
        crash_at: given.crash_at.clone(),
        crash_variable: given.crash_variable.clone(),
        tally: given.tally,
        by: by(given.by_place),
    };
    let rounds = kill::run(&plan, |round| {
        let word = if round.difference.is_none() { "same findings" } else { "NOT the same" };
        let again = match round.read_again {
            Some(again) => {
                let word = if again.is_bounded() { "of at most" } else { "MORE than" };
                format!("{} bytes read again, {word} {}", again.bytes, again.most)
            }
            None => "what was read again is not counted (--tally)".to_owned(),
        };
        println!("{}: {} kills, {word}, {again}", round.what, round.kills);
        if !round.difference.is_none() {
            print!("{}", round.difference);
        }
    })?;
    let kills: u64 = rounds.iter().map(|round| round.kills).sum();
    let failed = rounds.iter().filter(|round| !round.is_good()).count();
    let lost = rounds.iter().filter(|round| !round.difference.is_none()).count();
    println!("{kills} kills in {} rounds, {lost} of them with other findings", rounds.len());
    let again = rounds.iter().filter_map(|round| round.read_again);
    let (bytes, most) = again.fold((0, 0), |(b, m), again| (b + again.bytes, m + again.most));
    if given.tally {
        println!("{bytes} bytes were read again, where {most} had been read since checkpoints");
    }
    ended(failed == 0)
}

fn compared(given: &Compare) -> Outcome {
    let difference = compare::files(&given.first, &given.second, by(given.by_place))?;
    print!("{difference}");
    ended(difference.is_none())
}

fn by(place: bool) -> By {
    if place { By::Place } else { By::Id }
}

/// The corpus that was given, or a new one in the place for work, with its truth.
fn corpus_of(
    given: Option<&Path>,
    making: &Making,
    work: &Path,
) -> Result<(PathBuf, PathBuf), Box<dyn std::error::Error>> {
    if let Some(folder) = given {
        return Ok((folder.to_owned(), truth::beside(folder)));
    }
    let folder = work.join("corpus");
    let made = corpus::make(&making.plan(None), &folder)?;
    println!("made       {} objects, {} bytes", made.objects, made.bytes);
    Ok((folder.clone(), truth::beside(&folder)))
}

/// Where a command works: a folder that is kept, or one that is removed in the end.
enum Work {
    Kept(PathBuf),
    Passing(tempfile::TempDir),
}

impl Work {
    fn at(keep: Option<&Path>) -> std::io::Result<Self> {
        match keep {
            None => tempfile::tempdir().map(Self::Passing),
            Some(folder) => {
                fs::create_dir_all(folder)?;
                if fs::read_dir(folder)?.next().is_some() {
                    let what = format!("{} is not empty: name a new folder", folder.display());
                    return Err(std::io::Error::other(what));
                }
                Ok(Self::Kept(folder.to_owned()))
            }
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(folder) => folder,
            Self::Passing(folder) => folder.path(),
        }
    }
}
