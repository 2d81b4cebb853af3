//! The world of a simulation: its nodes, its store, what lies between them, and the loop in which one thing
//! happens after the other.

use std::rc::Rc;

use trawl_actors::message::ProcessId;
use trawl_actors::range::{Moment, Tuning};

use super::event::{Ask, Asked, Event, Reply, Then, Timer, Word};
use super::faults::Weather;
use super::node::{Node, Process, Runs, Setup};
use super::oracles::{Invariant, Oracles};
use super::queue::{Micros, Queue, SECOND};
use super::rule::Rule;
use super::source::Source;
use super::store::{Store, Writer};
use super::trace::Trace;
use crate::random::Random;

/// How long an answer of the store is waited for.
pub(super) const STORE_PATIENCE: Micros = 2 * SECOND;
/// What has come to a node that stands still, at the most; what comes then is lost.
const MOST_MISSED: usize = 20_000;

/// The bounds of ranges and of the index.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    pub(super) tuning: Tuning,
    pub(super) log_entries: u32,
    /// Keys of a page.
    pub(super) page: usize,
    pub(super) lane: trawl_actors::index::plan::Tuning,
    /// Chunks that a worker reads between two checkpoints, and how long one takes.
    pub(super) chunks: (u64, u64),
    pub(super) chunk_micros: (u64, u64),
    /// How long work that was found is kept before others are told.
    pub(super) gather: Micros,
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) events: u64,
    pub(super) commits: u64,
    pub(super) refused: u64,
    pub(super) faults: u64,
    pub(super) units: u64,
    pub(super) scans: u64,
    pub(super) cuts: u64,
    pub(super) take_overs: u64,
    pub(super) moves: u64,
    pub(super) published: u64,
}

/// The world.
pub(super) struct World<'t> {
    pub(super) now: Micros,
    pub(super) queue: Queue<Event>,
    pub(super) random: Random,
    pub(super) trace: Trace<'t>,
    pub(super) setup: Setup,
    pub(super) bounds: Bounds,
    pub(super) nodes: Vec<Node>,
    pub(super) store: Store,
    pub(super) sources: Vec<Source>,
    pub(super) weather: Weather,
    pub(super) oracles: Oracles,
    pub(super) counts: Counts,
    pub(super) without: Option<Rule>,
    /// Ids of keepers, jobs, questions, writes: none is given twice.
    pub(super) next: u64,
}

impl World<'_> {
    /// What happens next; whether anything does.
    pub(super) fn step(&mut self) -> bool {
        let Some((at, event)) = self.queue.pop() else { return false };
        self.now = at;
        self.counts.events += 1;
        self.happen(event);
        true
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Word { to, .. } | Event::Answer { to, .. } | Event::Timer { of: to, .. }
                if self.nodes[to.node].life != to.life || self.nodes[to.node].runs != Runs::Yes =>
            {
                self.miss(to, event);
            }
            Event::Word { to, from, word } => self.hear(to.node, from, &word),
            Event::Answer { to, then, answer } => {
                let process = &mut self.nodes[to.node].process;
                process.in_flight = process.in_flight.saturating_sub(1);
                self.answered(to.node, then, *answer);
            }
            Event::Timer { of, timer } => self.timer(of.node, timer),
            Event::Ask(asked) => self.at_store(*asked),
            Event::Change(source) => self.change(source),
            Event::Order(source) => self.order(source),
            Event::Fault(fault) => self.fault(fault),
        }
    }

    /// Something comes to a process that is not there. Who stands still finds it later.
    fn miss(&mut self, to: Writer, event: Event) {
        let is_word = matches!(event, Event::Word { .. });
        let node = &mut self.nodes[to.node];
        if node.life == to.life
            && node.runs == Runs::Paused
            && (!is_word || node.missed.len() < MOST_MISSED)
        {
            node.missed.push(event);
        }
    }

    pub(super) fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(super) fn local(&self, node: usize) -> Moment {
        self.nodes[node].clocks.now(self.now)
    }

    pub(super) fn writer(&self, node: usize) -> Writer {
        self.nodes[node].writer(node)
    }

    /// Something is told of a node.
    pub(super) fn note(&mut self, node: usize, what: std::fmt::Arguments<'_>) {
        self.trace.line(self.now, format_args!("n{node} {what}"));
    }

    pub(super) fn set_timer(&mut self, node: usize, millis: u64, timer: Timer) {
        let of = self.writer(node);
        let at = self.now + self.nodes[node].clocks.after(millis);
        self.queue.push(at, Event::Timer { of, timer });
    }

    /// A process says something to another, or to itself.
    pub(super) fn say(&mut self, from: usize, to: usize, word: Word) {
        let word = Rc::new(word);
        let writer = self.writer(from);
        let to_writer = self.writer(to);
        if from == to {
            self.queue.push(self.now, Event::Word { to: to_writer, from: writer, word });
            return;
        }
        if self.weather.is_cut(from, to) {
            return;
        }
        for delay in self.weather.words(&mut self.random) {
            let event = Event::Word { to: to_writer, from: writer, word: Rc::clone(&word) };
            self.queue.push(self.now + delay, event);
        }
    }

    /// A process asks the store.
    pub(super) fn ask(&mut self, from: usize, ask: Ask, then: Then) {
        let writer = self.writer(from);
        self.nodes[from].process.in_flight += 1;
        let way = self.weather.way(from, &ask, &mut self.random);
        let late = Event::Answer { to: writer, then: then.clone(), answer: Box::new(None) };
        let in_time = |there: &Micros| way.back.filter(|back| there + back < STORE_PATIENCE);
        let back = way.there.as_ref().and_then(in_time);
        if back.is_none() {
            self.queue.push(self.now + STORE_PATIENCE, late);
        }
        if let Some(there) = way.there {
            let asked = Asked { ask, from: writer, then, back };
            self.queue.push(self.now + there, Event::Ask(Box::new(asked)));
        }
    }

    /// The answer of the store goes back.
    pub(super) fn reply(&mut self, to: Writer, then: Then, back: Option<Micros>, reply: Reply) {
        if let Some(back) = back {
            let answer = Box::new(Some(reply));
            self.queue.push(self.now + back, Event::Answer { to, then, answer });
        }
    }

    fn timer(&mut self, node: usize, timer: Timer) {
        match timer {
            Timer::Look => self.look(node),
            Timer::Beat => self.beat(node),
            Timer::Resend { range, keeper } => self.resend(node, range, keeper),
            Timer::Step { worker, job } => self.work(node, worker, job),
            Timer::Lane { lane, opened } => self.lane_wakes(node, lane, opened),
        }
    }

    /// A word comes to a process.
    fn hear(&mut self, node: usize, from: Writer, word: &Word) {
        match word {
            Word::Follow { epoch, look, source, range, order } => {
                self.follow(node, from, (*epoch, *look), (*source, *range), order);
            }
            Word::Followed { look, source, range, scan, child } => {
                self.followed(node, *look, *source, *range, scan, child.as_ref());
            }
            Word::Close { epoch, range, number, close } => {
                self.close(node, *epoch, *range, *number, *close);
            }
            Word::Entered { epoch, range, child } => self.entered(node, *epoch, *range, *child),
            Word::Pull { question, worker, pull } => {
                self.pulled(node, from, *question, *worker, pull);
            }
            Word::Leases { question, worker, leases } => {
                self.given(node, from.node, *question, *worker, leases);
            }
            Word::Work => {
                let name = self.nodes[from.node].name.clone();
                self.nodes[node].process.offers.said(&name);
                self.look_for_work(node, false);
            }
            Word::Checkpoint { worker, range, checkpoint } => {
                self.checkpoint(node, from, *worker, *range, checkpoint);
            }
            Word::Taken { worker, range, lease, number, answer } => {
                self.taken(node, *worker, *range, lease, *number, answer.as_ref());
            }
            Word::Alive { range, unit, attempt } => {
                let command = trawl_actors::range::Command::Alive(*unit, *attempt);
                self.command(node, *range, command);
            }
            Word::Lost { worker, trace } => self.lose_worker(node, *worker, *trace),
            Word::Changed { source, range, lane } => self.woken(node, *lane, *source, *range),
        }
    }

    /// The store has answered, or is not waited for any longer.
    fn answered(&mut self, node: usize, then: Then, reply: Option<Reply>) {
        match (then, reply) {
            (Then::Committed { range, keeper }, reply) => {
                self.committed(node, range, keeper, reply);
            }
            (Then::Raised { range, keeper }, reply) => self.raised(node, range, keeper, reply),
            (Then::ReadRange { range, keeper }, reply) => {
                self.read_range(node, range, keeper, reply);
            }
            (Then::ChildMade { range, keeper }, reply) => {
                self.child_made(node, range, keeper, reply);
            }
            (Then::Copied { range, keeper, write }, reply) => {
                self.copied(node, range, keeper, write, reply);
            }
            (Then::Put { worker, job }, reply) => self.put(node, worker, job, reply.is_some()),
            (Then::Nothing, _) => {}
            (Then::Begun, reply) => self.begun(node, reply),
            (Then::Beaten { begun }, reply) => self.beaten(node, begun, reply),
            (Then::First, reply) => self.saw_first(node, reply),
            (Then::Shards, reply) => self.saw_shards(node, reply),
            (Then::Held, reply) => self.saw_held(node, reply),
            (Then::Owners, reply) => self.saw_owners(node, reply),
            (Then::Taken { shard }, reply) => self.took(node, shard, reply),
            (Then::Source { source, look }, reply) => self.saw_source(node, source, look, reply),
            (Then::ChangedSource { source, look }, reply) => {
                self.changed_source(node, source, look, reply);
            }
            (Then::Lane { lane, opened }, reply) => self.lane_opened(node, lane, opened, reply),
            (Then::LaneRead { lane, opened, read }, reply) => {
                self.lane_read(node, lane, opened, read, reply);
            }
        }
    }

    /// An invariant does not hold.
    pub(super) fn broken(&mut self, invariant: Invariant, what: String) {
        self.oracles.broken(invariant, self.now, what);
    }

    /// A process begins.
    pub(super) fn start(&mut self, node: usize) {
        let id = ProcessId::drawn(self.id() << 16);
        let of = &mut self.nodes[node];
        of.life += 1;
        (of.runs, of.missed) = (Runs::Yes, Vec::new());
        let now = of.clocks.now(self.now);
        of.process = Process::new(&self.setup, of.id, now, id);
        self.oracles.begins(node);
        self.note(node, format_args!("starts"));
        self.take_record(node);
        let jitter = self.random.below(1_000);
        self.set_timer(node, 500 + jitter, Timer::Look);
    }
}
