//! One simulation: the world that a seed makes, a storm until so many units are done, and the calm after it.

use std::io;
use std::time::Duration;

use trawl_actors::index::plan::Tuning as LaneTuning;
use trawl_actors::message::ProcessId;
use trawl_actors::ownership::Bounds as Beats;
use trawl_actors::range::Tuning;
use trawl_model::ObjectKey;
use trawl_model::range::{Bounds as Keys, RangeHead};

use super::clock::Clocks;
use super::event::Event;
use super::faults::{Fault, Weather, stream};
use super::node::{Node, Process, Runs, Setup};
use super::oracles::{Invariant, Oracles, SETTLES};
use super::queue::{Micros, Queue, SECOND};
use super::report::Report;
use super::rule::Rule;
use super::source::{CHUNKS, Kind, Source};
use super::store::{KeptNode, KeptShard, KeptSource, Manifest, Store};
use super::trace::Trace;
use super::world::{Bounds, Counts, World};
use crate::random::Random;

/// What is simulated.
#[derive(Debug, Clone)]
pub struct Options {
    /// Decides everything.
    pub seed: u64,
    /// Nodes of the cluster.
    pub nodes: usize,
    /// Faults go on until so many units are done.
    pub units: u64,
    /// A rule that is left out.
    pub without: Option<Rule>,
}

/// Of a run with more units than this, ranges, shards and faults are those of a large cluster.
const LARGE: u64 = 20_000;
/// The most objects that there are in all sources.
const MOST_OBJECTS: u64 = 240_000;
/// How long lanes may take to come to what is there.
const INDEX_PATIENCE: Micros = 600 * SECOND;

/// Plays it, and tells what came of it.
pub fn run(options: &Options, out: Option<&mut dyn io::Write>) -> io::Result<Report> {
    let mut world = World::of(options, Trace::new(out));
    world.storm(options.units);
    let stormy = world.now;
    if !world.is_broken() {
        world.calm();
    }
    if let Some(failed) = world.trace.take_failure() {
        return Err(failed);
    }
    let counts = world.counts;
    Ok(Report {
        seed: options.seed,
        nodes: options.nodes,
        asked: options.units,
        without: options.without,
        units: counts.units,
        scans: counts.scans,
        events: counts.events,
        commits: counts.commits,
        refused: counts.refused,
        faults: counts.faults,
        cuts: counts.cuts,
        take_overs: counts.take_overs,
        misjudged: world.oracles.misjudged,
        moves: counts.moves,
        published: counts.published,
        micros: world.now,
        calm_micros: world.now - stormy,
        lines: world.trace.lines(),
        hash: world.trace.hash(),
        broken: world.oracles.broken.take(),
    })
}

fn setup(options: &Options, random: &mut Random) -> Setup {
    let large = options.units > LARGE;
    let beat = Duration::from_secs(3);
    Setup {
        nodes: options.nodes,
        shards: if large { 64 } else { 8 },
        lanes: if large { 8 } else { 3 },
        workers: if large { 4 } else { 2 },
        bounds: Beats { beat, take_over: beat * 4 },
        settle: Duration::from_secs(3),
        rate: random.chance(20).then_some(if large { 200 } else { 20 }),
    }
}

fn bounds(options: &Options, random: &mut Random) -> Bounds {
    let large = options.units > LARGE;
    let tuning = Tuning {
        max_objects: if large { 1_000 } else { random.between(20, 60) },
        unit_objects: if large { 3 } else { random.between(1, 5) as usize },
        decision_rows: if large { 400 } else { random.between(6, 60) as usize },
        lease_millis: 20_000,
        backoff_millis: 500,
        backoff_max_millis: 10_000,
        ..Tuning::default()
    };
    let lane = LaneTuning {
        publish_millis: random.between(1, 10) * 1_000,
        publish_bytes: if large { 200_000 } else { random.between(1_000, 20_000) },
        tail_bytes: 400_000,
        ..LaneTuning::default()
    };
    Bounds {
        tuning,
        log_entries: if large { 200 } else { random.between(3, 40) as u32 },
        page: if large { 200 } else { random.between(6, 40) as usize },
        lane,
        chunks: (2, 7),
        chunk_micros: (50_000, 400_000),
        gather: SECOND + options.nodes as Micros * 100_000,
    }
}

fn sources(options: &Options, random: &mut Random) -> Vec<Source> {
    let large = options.units > LARGE;
    let objects = (options.units / 3).clamp(60, MOST_OBJECTS);
    let many = if large { (options.nodes as u64).clamp(4, 40) } else { random.between(1, 3) };
    let kind = Kind {
        objects: (objects / many).max(20) as usize,
        coarse: random.chance(50),
        large_percent: if random.chance(60) { 8 } else { 0 },
        killers: if random.chance(40) { if large { 3 } else { 150 } } else { 0 },
    };
    (0..many as usize).map(|number| Source::new(number, &kind)).collect()
}

impl<'t> World<'t> {
    fn of(options: &Options, trace: Trace<'t>) -> Self {
        let mut random = stream(options.seed, 1);
        let setup = setup(options, &mut random);
        let bounds = bounds(options, &mut random);
        let sources = sources(options, &mut random);
        let nodes: Vec<Node> = (0..setup.nodes).map(|n| node(&setup, n, &mut random)).collect();
        let mut weather = Weather::new(setup.nodes);
        weather.storm = random.between(1, 8);
        weather.walls = !sources.iter().any(Source::is_coarse) && random.chance(50);
        let large = options.units > LARGE;
        weather.pause = if large { 4 * SECOND } else { random.between(2, 16) * SECOND };
        weather.rough = if large { 1 } else { 4 };
        weather.change = if large { 5 * SECOND } else { random.between(1, 10) * SECOND / 2 };
        let lists = |source: &Source| vec![Vec::new(); source.files.len()];
        let store = Store {
            ranges: std::collections::BTreeMap::new(),
            sources: sources.iter().map(|_| KeptSource::default()).collect(),
            findings: sources.iter().map(lists).collect(),
            nodes: nodes.iter().map(|_| KeptNode::default()).collect(),
            shards: vec![KeptShard::default(); usize::from(setup.shards)],
            lanes: vec![Manifest::default(); usize::from(setup.lanes)],
            without: options.without,
        };
        let mut world = World {
            now: 10 * SECOND,
            queue: Queue::new(),
            random,
            trace,
            setup,
            bounds,
            nodes,
            store,
            sources,
            weather,
            oracles: Oracles::default(),
            counts: Counts::default(),
            without: options.without,
            next: 0,
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        for source in 0..self.sources.len() {
            let (range, write) = (self.new_range_id(), self.id());
            let lane = trawl_actors::director::shard_of(range, self.setup.lanes);
            let head = RangeHead::new(Keys::everything(), lane);
            self.store.make(source, range, head, 1, write);
            let directory = &mut self.store.sources[source].directory;
            directory.insert(ObjectKey::default(), (range, lane));
            let (order, change) = (self.random.below(20 * SECOND), self.random.below(5 * SECOND));
            self.queue.push(self.now + order, Event::Order(source));
            self.queue.push(self.now + change, Event::Change(source));
        }
        for node in 0..self.nodes.len() {
            self.start(node);
        }
        let first = self.random.between(15, 40) * SECOND;
        self.queue.push(self.now + first, Event::Fault(Fault::Next));
    }

    pub(super) fn is_broken(&self) -> bool {
        self.oracles.broken.is_some()
    }

    /// Somebody orders a scan: now and then under other rules, so that all is read anew.
    pub(super) fn order(&mut self, source: usize) {
        if self.weather.calm || self.store.sources[source].running.is_some() {
            return;
        }
        let last = self.store.sources[source].last;
        let rules = if self.random.chance(75) { last as u8 } else { last.saturating_sub(1) as u8 };
        let number = self.store.order(source, rules, self.now);
        self.sources[source].was_hidden = self.sources[source].hidden;
        self.trace.line(self.now, format_args!("s{source} scan {number} under rules {rules}"));
    }

    /// A scan has ended: another one follows, some time.
    pub(super) fn order_next(&mut self, source: usize) {
        let wait = self.random.between(SECOND, 8 * SECOND);
        self.queue.push(self.now + wait, Event::Order(source));
    }

    /// Until so many units are done.
    fn storm(&mut self, units: u64) {
        let workers = (self.setup.workers * self.setup.nodes) as u64;
        let longest = 1_200 * SECOND + units * 120 * SECOND / workers;
        while self.counts.units < units && !self.is_broken() && self.now < longest && self.step() {}
    }

    /// All has healed: what runs ends, and one more scan sees what is there.
    fn calm(&mut self) {
        self.heal();
        self.oracles.healed_at = Some(self.now);
        self.run_to_the_end("after all had healed");
        for source in 0..self.sources.len() {
            if self.is_broken() {
                return;
            }
            let last = self.store.sources[source].last;
            let rules = last as u8;
            let number = self.store.order(source, rules, self.now);
            self.sources[source].was_hidden = false;
            self.oracles.settled.insert(source, number);
        }
        self.run_to_the_end("when nothing was wrong any more");
        if self.is_broken() {
            return;
        }
        self.check_end();
        self.index_follows();
        // Nobody takes anything from anybody any more.
        let quiet = self.oracles.healed_at.unwrap_or(self.now) + SETTLES + 20 * SECOND;
        while self.now < quiet && !self.is_broken() && self.step() {}
    }

    fn run_to_the_end(&mut self, when: &str) {
        let until = self.now + self.patience();
        let runs = |world: &Self| world.store.sources.iter().any(|kept| kept.running.is_some());
        while runs(self) && !self.is_broken() {
            if self.now > until || !self.step() {
                let of = |kept: &KeptSource| kept.running.is_some();
                let open = self.store.sources.iter().filter(|kept| of(kept)).count();
                let left: usize =
                    self.store.ranges.values().map(|kept| kept.rows.units.len()).sum();
                let what = format!("{open} scans go on {when}, {left} units are left");
                return self.broken(Invariant::ItEnds, what);
            }
        }
    }

    /// How long all that there is may take to be read, with all that healing takes.
    fn patience(&self) -> Micros {
        let objects: usize = self.sources.iter().map(|source| source.files.len()).sum();
        let (_, slowest) = self.bounds.chunk_micros;
        let workers = (self.setup.workers * self.setup.nodes) as u64;
        let work = objects as u64 * CHUNKS as u64 * slowest / workers;
        let rate = self.setup.rate.map_or(0, |rate| objects as u64 * SECOND / rate);
        900 * SECOND + 4 * work + 2 * rate
    }

    fn index_follows(&mut self) {
        let until = self.now + INDEX_PATIENCE;
        loop {
            let Some((lane, many)) = self.index_differs() else { return };
            if self.is_broken() {
                return;
            }
            if self.now > until {
                let what = format!("lane {lane} differs in {many} documents");
                return self.broken(Invariant::IndexEqualsRebuild, what);
            }
            let next = self.now + 10 * SECOND;
            while self.now < next && self.step() {}
        }
    }
}

fn node(setup: &Setup, n: usize, random: &mut Random) -> Node {
    let id = Node::id_of(n);
    let clocks = Clocks {
        begun: random.below(1_000_000_000),
        fast: random.between(0, 400) as i64 - 200,
        wrong: 0,
    };
    let now = clocks.now(0);
    Node {
        id,
        name: format!("n{n}").parse().expect("a letter and a number are a name"),
        clocks,
        runs: Runs::No,
        life: 0,
        missed: Vec::new(),
        left: None,
        process: Process::new(setup, id, now, ProcessId::drawn(0)),
    }
}
