//! A cluster of real processes over a real database, and what befalls it: nodes are killed, held, stopped and
//! cut off, and the database is restarted, while the cluster scans. Each scan must come to the findings and
//! the coverage of one that is left alone, none lost and none double.
//!
//! One cluster lives through all of it, on a fresh copy of the corpus for each scenario. What a node said
//! is in its log, and no found value in anything that is told here.

pub mod crew;
pub mod database;
pub mod ground;
pub mod judged;
pub mod packets;
pub mod scenario;
pub mod streams;

use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub use self::packets::Line;
pub use self::scenario::Scenario;

use self::crew::Crew;
use self::database::Database;
use self::ground::Ground;
use self::judged::Undisturbed;
use crate::corpus;
use crate::formats::Unwritten;
use crate::kill::copy;
use crate::random::Random;

/// Settings by which all goes on more quickly than a cluster needs, and is cut into more pieces.
const QUICK: &str = "cluster.beat = '500ms'\ncluster.take_over = '3s'\nmesh.gossip_every = '100ms'\n\
                     mesh.redial = '1s'\nmesh.idle = '3s'\n";

/// Objects of a unit: so few that each node has one, and several are out when something happens.
const UNIT_OBJECTS: u32 = 20;

/// What is done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The binary.
    pub trawl: PathBuf,
    /// Where all of it lies; an empty folder.
    pub work: PathBuf,
    /// Where the database keeps its own.
    pub database: PathBuf,
    /// Decides the corpus, whom it befalls and when.
    pub seed: u64,
    /// Bytes of the corpus.
    pub size: u64,
    /// What befalls the cluster, one after the other.
    pub scenarios: Vec<Scenario>,
    /// So many nodes.
    pub nodes: usize,
    /// How long what can last does, beyond what it takes to be noticed.
    pub hold: Duration,
    /// How long each object waits; the binary was built with the feature `failpoints` then.
    pub wait: Option<Duration>,
    /// Whether nodes are noticed to be gone sooner than by the defaults.
    pub is_quick: bool,
    /// How good the lines between nodes are.
    pub line: Line,
    /// Whether nodes stand on the loopback, also where they could have namespaces.
    pub on_loopback: bool,
    /// More arguments of `trawl up`.
    pub arguments: Vec<String>,
    /// Set from outside when all is to end.
    pub is_broken_off: Arc<AtomicBool>,
}

impl Plan {
    /// The command by which one scenario is played again.
    fn again(&self, scenario: Scenario) -> String {
        let Self { seed, size, nodes, hold, wait, is_quick, line, on_loopback, .. } = self;
        let mut command = format!(
            "trawl-loadtest faults --scenario {} --seed {seed} --size {size} --nodes {nodes} --hold {}",
            scenario.name(),
            hold.as_secs()
        );
        let mut also = |is_set: bool, word: &str, number: String| {
            if is_set {
                command.push_str(&format!(" --{word}{number}"));
            }
        };
        let millis = |time: Duration| format!(" {}", time.as_millis());
        also(wait.is_some(), "wait", wait.map_or_else(String::new, millis));
        also(!line.delay.is_zero(), "delay-ms", millis(line.delay));
        also(line.loss_percent > 0, "loss-percent", format!(" {}", line.loss_percent));
        also(*is_quick, "quick", String::new());
        also(*on_loopback, "loopback", String::new());
        for argument in &self.arguments {
            also(true, "up-arg", format!("={argument}"));
        }
        command
    }
}

/// What is told as it goes.
#[derive(Debug)]
pub enum Told<'a> {
    /// On what the nodes stand: each in a namespace of its own, or why not.
    Ground(Option<&'a str>),
    /// Objects of the corpus, when the undisturbed scan has ended.
    Corpus(u64),
    /// A scenario that has come to its end.
    Trial(&'a Trial),
}

/// What came of a scenario.
#[derive(Debug)]
pub struct Trial {
    /// Which one.
    pub scenario: Scenario,
    /// When it happened, and what.
    pub happened: String,
    /// From the scan's beginning to its end.
    pub took: Duration,
    /// What was not as it must be.
    pub faults: Vec<String>,
    /// What the nodes said last, and the command by which it is played again, where something was not.
    pub last_words: String,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ground(None) => write!(f, "nodes      each in a network namespace of its own"),
            Self::Ground(Some(why)) => write!(f, "nodes      on the loopback: {why}"),
            Self::Corpus(objects) => write!(f, "corpus     {objects} objects"),
            Self::Trial(trial) => trial.fmt(f),
        }
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, took) = (self.scenario.name(), self.took.as_secs_f64());
        write!(f, "{name}: {}; the scan took {took:.1} s", self.happened)?;
        for fault in &self.faults {
            write!(f, "\nFAULT      {fault}")?;
        }
        if !self.last_words.is_empty() {
            write!(f, "\n{}", self.last_words)?;
        }
        Ok(())
    }
}

/// Runs the scenarios, to the first at which something is wrong.
pub fn run(plan: &Plan, mut tell: impl FnMut(&Told<'_>)) -> Result<Vec<Trial>, Unwritten> {
    let folder = plan.work.join("corpus");
    corpus::make(&corpus_of(plan), &folder)?;
    let undisturbed = Undisturbed::scan(&plan.trawl, &folder, &plan.work.join("undisturbed"))?;
    tell(&Told::Corpus(undisturbed.objects));
    let database = Database::start(&plan.database)?;
    let ground = Ground::lay(&ground::Plan {
        nodes: plan.nodes,
        database: database.address,
        line: plan.line,
        on_loopback: plan.on_loopback,
        seed: plan.seed,
    })?;
    tell(&Told::Ground(ground.why_loopback()));
    let crew = Crew::muster(&crew_of(plan), ground, database)?;
    let mut stage = Stage { plan, undisturbed, folder, crew };
    let mut trials = Vec::with_capacity(plan.scenarios.len());
    for scenario in &plan.scenarios {
        let trial = stage.play(*scenario);
        tell(&Told::Trial(&trial));
        let is_over = !trial.faults.is_empty();
        trials.push(trial);
        if is_over {
            break;
        }
    }
    Ok(trials)
}

/// All that is needed to play.
struct Stage<'a> {
    plan: &'a Plan,
    undisturbed: Undisturbed,
    /// The corpus.
    folder: PathBuf,
    crew: Crew,
}

impl Stage<'_> {
    fn play(&mut self, scenario: Scenario) -> Trial {
        let mut trial = Trial {
            scenario,
            happened: "nothing yet".to_owned(),
            took: Duration::ZERO,
            faults: Vec::new(),
            last_words: String::new(),
        };
        match self.played(&mut trial) {
            Ok(faults) => trial.faults = faults,
            Err(error) => trial.faults.push(error.to_string()),
        }
        if !trial.faults.is_empty() {
            let (words, again) = (self.crew.last_words(), self.plan.again(scenario));
            trial.last_words = format!("{words}again      {again}");
        }
        trial
    }

    /// Has a fresh copy of the corpus scanned, lets happen what is to, and judges what came of it.
    fn played(&mut self, trial: &mut Trial) -> io::Result<Vec<String>> {
        let Self { plan, undisturbed, folder, crew } = self;
        let scenario = trial.scenario;
        // Where it happens depends on the scenario and the seed alone, whichever others are played.
        let at = Scenario::all().iter().position(|other| *other == scenario).unwrap_or(0);
        let random = &mut Random::new(plan.seed, 0x6661_756c + at as u64);
        let name = scenario.name();
        let target = plan.work.join(format!("scanned-{name}"));
        copy(folder, &target)?;
        crew.come_together()?;
        scenario.prepare(crew, random)?;
        let began = Instant::now();
        let order = json!({ "target": target });
        let ordered = crew.connect(crew.asked()?)?.post("/api/v1/scans", &order)?;
        let id = ordered["id"].as_str().ok_or_else(|| io::Error::other("a scan without an id"))?;
        let path = format!("/api/v1/scans/{id}");
        let share = random.between(LEAST_PERCENT, MOST_PERCENT);
        let wanted = undisturbed.objects * share / 100;
        let mut scan = Value::Null;
        crew.until("a share of the objects is read", |crew| {
            scan = crew.get(&path)?;
            Ok(done(&scan) >= wanted || is_over(&scan))
        })?;
        if is_over(&scan) {
            let what = "the scan was over before anything happened: take a larger corpus";
            return Err(io::Error::other(what));
        }
        let (done, objects) = (done(&scan), undisturbed.objects);
        trial.happened = format!("at {done} of {objects} objects something began to happen");
        let happened = scenario.happen(crew, plan.hold, random)?;
        trial.happened = format!("at {done} of {objects} objects: {happened}");
        crew.until_within(SCAN, "the scan ends", |crew| {
            scan = crew.get(&path)?;
            Ok(is_over(&scan))
        })?;
        trial.took = began.elapsed();
        if scan["state"] != "finished" {
            return Ok(vec![format!("the scan is {}: {}", scan["state"], scan["error"])]);
        }
        crew.come_together()?;
        let scan = crew.get(&path)?;
        let faults = undisturbed.against(crew, &scan, &plan.work.join(format!("{name}.jsonl")))?;
        if faults.is_empty() {
            fs::remove_dir_all(&target)?;
        }
        Ok(faults)
    }
}

/// No scan takes longer. After some faults what was out is read again, one unit after the other.
const SCAN: Duration = Duration::from_secs(1_200);

/// Where among the objects something happens, of a hundred.
const LEAST_PERCENT: u64 = 10;
const MOST_PERCENT: u64 = 40;

/// How many objects are done.
fn done(scan: &Value) -> u64 {
    scan["done_objects"].as_u64().unwrap_or(0)
}

/// Whether a scan has come to an end, good or not.
fn is_over(scan: &Value) -> bool {
    !matches!(scan["state"].as_str(), Some("queued" | "running"))
}

fn corpus_of(plan: &Plan) -> corpus::Plan {
    corpus::Plan { seed: plan.seed, size: plan.size, large: None, truth: None }
}

fn crew_of(plan: &Plan) -> crew::Plan {
    let quick = if plan.is_quick { QUICK } else { "" };
    // Whoever waits needs no core.
    let patient = if plan.wait.is_some() { "scan.workers = 4\n" } else { "" };
    crew::Plan {
        trawl: plan.trawl.clone(),
        work: plan.work.join("nodes"),
        nodes: plan.nodes,
        settings: format!("range.unit_objects = {UNIT_OBJECTS}\n{patient}{quick}"),
        arguments: plan.arguments.clone(),
        wait: plan.wait,
        is_broken_off: Arc::clone(&plan.is_broken_off),
    }
}
