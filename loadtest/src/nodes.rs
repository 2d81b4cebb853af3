//! The commands that run a node.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use trawl_loadtest::faults::{self, Line, Scenario};
use trawl_loadtest::scan::Subject;
use trawl_loadtest::siege::backup::back_up;
use trawl_loadtest::siege::kill_node;
use trawl_loadtest::siege::place::Plan;
use trawl_loadtest::{corpus, handover, indexing, load, scaling, scan};

use crate::{Binary, Making, Outcome, Work, corpus_of, ended};

/// What is measured, and where.
#[derive(Debug, Args)]
struct Measuring {
    #[command(flatten)]
    making: Making,
    #[command(flatten)]
    binary: Binary,
    /// A corpus that was made before; without it one is made.
    dir: Option<PathBuf>,
    /// Words before the commands that are measured.
    #[arg(long, value_name = "WORDS", default_value = "")]
    before: String,
}

#[derive(Debug, Args)]
pub(crate) struct Api {
    #[command(flatten)]
    measuring: Measuring,
    /// Connections that ask at once.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// How long they ask.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Lets the node rest while it is asked.
    #[arg(long)]
    at_rest: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Index {
    #[command(flatten)]
    measuring: Measuring,
}

#[derive(Debug, Args)]
pub(crate) struct Scaling {
    /// Where the database answers.
    #[arg(long, value_name = "HOST:PORT")]
    database: String,
    /// Numbers of nodes.
    #[arg(long, value_delimiter = ',', default_value = "1,2,4,8")]
    nodes: Vec<usize>,
    /// Objects for each node.
    #[arg(long, default_value_t = 4_000)]
    objects: usize,
    /// Bytes of each object.
    #[arg(long, default_value_t = 4_096)]
    bytes: usize,
    /// How long each object waits, in milliseconds.
    #[arg(long, default_value_t = 20)]
    wait: u64,
    /// Objects that a node reads at once.
    #[arg(long, default_value_t = 4)]
    at_once: usize,
    /// The least share of what as many times the first would be.
    #[arg(long, default_value_t = 0.0)]
    at_least: f64,
    /// Tells each second how far a scan is.
    #[arg(long)]
    progress: bool,
    /// The binary to run [default: the `trawl` beside this one, else that of the PATH]
    #[arg(long, value_name = "PATH")]
    trawl: Option<PathBuf>,
    /// Keeps data and logs in this folder, which must be new or empty
    /// [default: a temporary folder that is removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Nodes that come, fall and are emptied.
#[derive(Debug, Args)]
pub(crate) struct HandOver {
    /// Where the database answers.
    #[arg(long, value_name = "HOST:PORT")]
    database: String,
    /// How often each is measured.
    #[arg(long, default_value_t = 3)]
    times: usize,
    /// The binary to run [default: the `trawl` beside this one, else that of the PATH]
    #[arg(long, value_name = "PATH")]
    trawl: Option<PathBuf>,
    /// Keeps data and logs in this folder, which must be new or empty
    /// [default: a temporary folder that is removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// A node that people use.
#[derive(Debug, Args)]
pub(crate) struct UnderLoad {
    /// Decides what is done, and when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Bytes of each folder that is scanned.
    #[arg(long, default_value = "1MB", value_parser = corpus::size)]
    size: u64,
    /// Folders that are scanned.
    #[arg(long, default_value_t = 2)]
    folders: usize,
    /// The binary to run [default: the `trawl` beside this one, else that of the PATH]
    #[arg(long, value_name = "PATH")]
    trawl: Option<PathBuf>,
    /// Keeps folders, data and logs in this folder, which must be new or empty
    /// [default: a temporary folder that is removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Another argument for `trawl up`; may come more than once.
    #[arg(long = "up-arg", value_name = "ARG", allow_hyphen_values = true)]
    arguments: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct KillNode {
    #[command(flatten)]
    load: UnderLoad,
    /// Kills at random moments.
    #[arg(long, default_value_t = 50)]
    runs: u64,
}

/// What befalls a cluster.
#[derive(Debug, Args)]
pub(crate) struct Faults {
    /// What befalls it; may come more than once [default: all of them, one after the other]
    #[arg(long, value_enum, value_name = "NAME")]
    scenario: Vec<Scenario>,
    /// Decides the corpus, when it happens and to whom.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Bytes of the corpus.
    #[arg(long, default_value = "2MB", value_parser = corpus::size)]
    size: u64,
    /// Nodes of the cluster.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(2..=50))]
    nodes: u8,
    /// How long what can last does, beyond what it takes to be noticed, in seconds.
    #[arg(long, default_value_t = 30)]
    hold: u64,
    /// How long each object waits, in milliseconds; needs a trawl that was built with `--features failpoints`.
    #[arg(long)]
    wait: Option<u64>,
    /// Has nodes notice what is gone in seconds, and not only after the times that they have by default.
    #[arg(long)]
    quick: bool,
    /// How long each datagram between nodes takes, in milliseconds.
    #[arg(long, default_value_t = 0)]
    delay_ms: u64,
    /// So many of a hundred datagrams between nodes are lost.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=90))]
    loss_percent: u64,
    /// Has all nodes on the loopback, also where they could have namespaces.
    #[arg(long)]
    loopback: bool,
    /// Another argument for `trawl up`; may come more than once.
    #[arg(long = "up-arg", value_name = "ARG", allow_hyphen_values = true)]
    arguments: Vec<String>,
    /// The binary to run [default: the `trawl` beside this one, else that of the PATH]
    #[arg(long, value_name = "PATH")]
    trawl: Option<PathBuf>,
    /// Keeps corpus, data, findings and logs in this folder, which must be new or empty
    /// [default: a temporary folder that is removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

impl UnderLoad {
    fn plan(&self, work: &Work) -> std::io::Result<Plan> {
        Ok(Plan {
            trawl: scan::trawl(self.trawl.as_deref()),
            work: work.path().canonicalize()?,
            seed: self.seed,
            folders: self.folders,
            size: self.size,
            arguments: self.arguments.clone(),
        })
    }
}

impl Measuring {
    fn subject(&self, work: &Work) -> Result<Subject, Box<dyn std::error::Error>> {
        let (target, _) = corpus_of(self.dir.as_deref(), &self.making, work.path())?;
        Ok(Subject {
            trawl: scan::trawl(self.binary.trawl.as_deref()),
            before: self.before.split_whitespace().map(str::to_owned).collect(),
            target,
            work: work.path().join("work"),
        })
    }
}

pub(crate) fn asked(given: &Api) -> Outcome {
    let work = Work::at(given.measuring.binary.keep.as_deref())?;
    let plan = load::Plan {
        subject: given.measuring.subject(&work)?,
        connections: given.connections,
        seconds: given.seconds,
        scanning: !given.at_rest,
    };
    let mut measured = load::run(&plan)?;
    let millis = |all: &mut [std::time::Duration], percent| {
        load::percentile(all, percent).as_secs_f64() * 1e3
    };
    let found = &mut measured.found_after;
    println!("scanned    {} findings", measured.findings);
    println!(
        "found      after p50 {:.0} ms, p99 {:.0} ms, at most {:.0} ms, in {} steps",
        millis(found, 50),
        millis(found, 99),
        millis(found, 100),
        found.len()
    );
    let reads = &mut measured.reads;
    println!(
        "reads      {:.0} a second, p50 {:.2} ms, p99 {:.2} ms, at most {:.2} ms, {} failed",
        reads.len() as f64 / measured.asked_for.as_secs_f64().max(1e-9),
        millis(reads, 50),
        millis(reads, 99),
        millis(reads, 100),
        measured.failed
    );
    println!("meanwhile  {} scans came to their end", measured.scans);
    ended(measured.failed == 0)
}

pub(crate) fn indexed(given: &Index) -> Outcome {
    let work = Work::at(given.measuring.binary.keep.as_deref())?;
    let measured = indexing::run(&given.measuring.subject(&work)?)?;
    let indexing::Measured { findings, objects, first, again, bytes } = measured;
    println!("kept       {findings} findings in {objects} objects");
    println!(
        "taken in   in {:.2} s: {:.0} findings a second",
        measured.took().as_secs_f64(),
        measured.rate()
    );
    println!(
        "searched   in {:.2} s with that, and in {:.2} s without",
        first.as_secs_f64(),
        again.as_secs_f64()
    );
    let documents = (findings + objects).max(1);
    println!("index      {bytes} bytes, {:.0} a document", bytes as f64 / documents as f64);
    ended(true)
}

pub(crate) fn scaled(given: &Scaling) -> Outcome {
    let work = Work::at(given.keep.as_deref())?;
    let plan = scaling::Plan {
        trawl: scan::trawl(given.trawl.as_deref()),
        database: given.database.clone(),
        work: work.path().canonicalize()?,
        nodes: given.nodes.clone(),
        objects: given.objects,
        bytes: given.bytes,
        wait_millis: given.wait,
        at_once: given.at_once,
    };
    let mut first = None;
    let far = |far: scaling::Progress| {
        if given.progress {
            let scaling::Progress { after, listed, done } = far;
            println!("{:.1} s: {listed} objects listed, {done} done", after.as_secs_f64());
        }
    };
    let runs = scaling::run(&plan, far, |run| {
        let first = first.get_or_insert_with(|| run.clone());
        println!(
            "{} nodes: {} objects with {} findings in {:.1} s, {:.0} a second, {:.2} of linear; \
             {:.2} ms of a core each, {:.2} times the first",
            run.nodes,
            run.objects,
            run.findings,
            run.took.as_secs_f64(),
            run.rate(),
            share(first, run),
            run.cpu_millis(),
            run.cpu_millis() / first.cpu_millis().max(1e-9)
        );
        let requests = run.requests_an_object();
        let requests = requests.iter().map(|(what, share)| format!("{what} {share:.2}"));
        println!("  of the database, each: {}", requests.collect::<Vec<_>>().join(", "));
    })?;
    ended(
        runs.first().is_none_or(|first| runs.iter().all(|run| share(first, run) >= given.at_least)),
    )
}

pub(crate) fn handed_over(given: &HandOver) -> Outcome {
    let work = Work::at(given.keep.as_deref())?;
    let plan = handover::Plan {
        trawl: scan::trawl(given.trawl.as_deref()),
        database: given.database.clone(),
        work: work.path().canonicalize()?,
        times: given.times,
    };
    handover::run(&plan, |took| {
        println!(
            "{}: all shards have an owner after {:.1} s, all is searched after {:.1} s",
            took.what.name(),
            took.shards.as_secs_f64(),
            took.search.as_secs_f64()
        );
    })?;
    ended(true)
}

/// Which share of as many times the first a run has come to.
fn share(first: &scaling::Run, run: &scaling::Run) -> f64 {
    let linear = first.rate() * run.nodes as f64 / first.nodes.max(1) as f64;
    run.rate() / linear.max(1e-9)
}

pub(crate) fn killed(given: &KillNode) -> Outcome {
    let work = Work::at(given.load.keep.as_deref())?;
    let outcome = kill_node(&given.load.plan(&work)?, given.runs, |kills, told| {
        println!("{kills} of {} kills: it {told}", given.runs);
    })?;
    println!("killed     {} times, {} of them at start", outcome.kills, outcome.at_start);
    println!("changes    {} were acknowledged", outcome.acknowledged);
    for (kind, things) in &outcome.things {
        println!("           of {things} of the kind {kind:?}");
    }
    println!("released   what was given up was tried again {} times", outcome.released);
    println!("audit      {} entries", outcome.entries);
    println!("findings   {}, and {} documents", outcome.findings, outcome.documents);
    told(&outcome.faults)
}

pub(crate) fn backed_up(given: &UnderLoad) -> Outcome {
    let work = Work::at(given.keep.as_deref())?;
    let outcome = back_up(&given.plan(&work)?)?;
    for restored in &outcome.restored {
        let (cut, (from, to)) = (restored.cut, restored.written);
        println!(
            "restored   as it was between {} and {}, written from {from} to {to}",
            cut.after, cut.before
        );
        println!(
            "           {} entries, {} findings, {} documents, {} verdicts",
            restored.entries, restored.findings, restored.documents, restored.verdicts
        );
    }
    told(&outcome.faults)
}

pub(crate) fn befallen(given: &Faults) -> Outcome {
    let work = Work::at(given.keep.as_deref())?;
    let folder = work.path().canonicalize()?;
    let scenarios =
        if given.scenario.is_empty() { Scenario::all().to_vec() } else { given.scenario.clone() };
    let plan = faults::Plan {
        trawl: scan::trawl(given.trawl.as_deref()),
        database: folder.join("database"),
        work: folder,
        seed: given.seed,
        size: given.size,
        scenarios,
        nodes: given.nodes.into(),
        hold: Duration::from_secs(given.hold),
        wait: given.wait.map(Duration::from_millis),
        is_quick: given.quick,
        line: Line {
            delay: Duration::from_millis(given.delay_ms),
            loss_percent: given.loss_percent,
        },
        on_loopback: given.loopback,
        arguments: given.arguments.clone(),
        is_broken_off: until_broken_off()?,
    };
    let trials = faults::run(&plan, |told| println!("{told}"))?;
    let faults = trials.iter().filter(|trial| !trial.faults.is_empty()).count();
    println!("{} scenarios, {faults} of them with faults", trials.len());
    ended(faults == 0)
}

/// Is set when whoever waits at the terminal, or the system, wants an end: so that all is cleared away first.
fn until_broken_off() -> std::io::Result<Arc<AtomicBool>> {
    let is_broken_off = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&is_broken_off);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut terminated = {
        let _within = runtime.enter();
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
        });
        shared.store(true, Ordering::Relaxed);
    });
    Ok(is_broken_off)
}

fn told(faults: &[String]) -> Outcome {
    for fault in faults {
        println!("FAULT      {fault}");
    }
    ended(faults.is_empty())
}
