//! What breaks: processes that die, stand still and go on, links that carry nothing one way, a store that is
//! slow or gone, wall clocks that are set. And what heals it.

use super::event::Event;
use super::node::Runs;
use super::queue::{Micros, SECOND};
use super::world::World;
use crate::random::Random;

/// Something breaks, or heals.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    /// The next one is due.
    Next,
    Crash(usize),
    /// All processes die at once.
    CrashAll,
    Start(usize),
    Pause(usize),
    Resume {
        node: usize,
        life: u32,
    },
    /// Words of one node don't reach another; or do again.
    Cut {
        from: usize,
        to: usize,
        on: bool,
    },
    /// A node hears nobody, or nobody hears it.
    Alone {
        node: usize,
        hears: bool,
        on: bool,
    },
    /// Questions of a node don't reach the store, or its answers don't come back.
    NoStore {
        node: usize,
        questions: bool,
        on: bool,
    },
    /// The store is slow for all.
    Slow(bool),
    /// The store is gone for all.
    Down(bool),
    /// A wall clock is set.
    Wall(usize),
    /// A folder of a source can't be seen.
    Hide {
        source: usize,
        on: bool,
    },
}

/// What goes wrong on the way, beside what breaks: how much of it, and what is broken now.
pub(super) struct Weather {
    /// From 0, when nothing goes wrong, to 8.
    pub(super) storm: u64,
    /// By how much more goes wrong where less is done in all.
    pub(super) rough: u64,
    pub(super) cut: Vec<Vec<u32>>,
    pub(super) no_questions: Vec<u32>,
    pub(super) no_answers: Vec<u32>,
    pub(super) slow: u32,
    pub(super) down: u32,
    /// Between two faults.
    pub(super) pause: Micros,
    /// Whether wall clocks are set.
    pub(super) walls: bool,
    /// All faults have healed.
    pub(super) calm: bool,
    /// Sources change so often.
    pub(super) change: Micros,
}

impl Weather {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            storm: 0,
            rough: 1,
            cut: vec![vec![0; nodes]; nodes],
            no_questions: vec![0; nodes],
            no_answers: vec![0; nodes],
            slow: 0,
            down: 0,
            pause: 10 * SECOND,
            walls: false,
            calm: false,
            change: SECOND,
        }
    }
}

/// One more, or one less.
fn turn(count: &mut u32, on: bool) {
    *count = if on { *count + 1 } else { count.saturating_sub(1) };
}

impl World<'_> {
    pub(super) fn fault(&mut self, fault: Fault) {
        if self.weather.calm {
            // All has healed already.
            return;
        }
        if let Fault::Next = fault {
            return self.break_something();
        }
        self.trace.line(self.now, format_args!("fault {fault:?}"));
        match fault {
            Fault::Next => {}
            Fault::Crash(node) => self.crash(node),
            Fault::CrashAll => (0..self.nodes.len()).for_each(|node| self.crash(node)),
            Fault::Start(node) => {
                if self.nodes[node].runs == Runs::No {
                    self.start(node);
                }
            }
            Fault::Pause(node) => {
                if self.nodes[node].runs == Runs::Yes {
                    self.nodes[node].runs = Runs::Paused;
                }
            }
            Fault::Resume { node, life } => {
                if self.nodes[node].life == life {
                    self.resume(node);
                }
            }
            Fault::Cut { from, to, on } => turn(&mut self.weather.cut[from][to], on),
            Fault::Alone { node, hears, on } => {
                for other in (0..self.nodes.len()).filter(|other| *other != node) {
                    let (from, to) = if hears { (other, node) } else { (node, other) };
                    turn(&mut self.weather.cut[from][to], on);
                }
            }
            Fault::NoStore { node, questions: true, on } => {
                turn(&mut self.weather.no_questions[node], on);
            }
            Fault::NoStore { node, questions: false, on } => {
                turn(&mut self.weather.no_answers[node], on);
            }
            Fault::Slow(on) => turn(&mut self.weather.slow, on),
            Fault::Down(on) => turn(&mut self.weather.down, on),
            Fault::Wall(node) => {
                let hours = self.random.between(0, 48) as i64 - 24;
                self.nodes[node].clocks.wrong = hours * 3_600_000_000;
            }
            Fault::Hide { source, on } => {
                let source = &mut self.sources[source];
                source.hidden = on;
                source.was_hidden |= on;
            }
        }
    }

    fn break_something(&mut self) {
        self.counts.faults += 1;
        let pause = self.weather.pause;
        let next = self.random.between(pause / 4, pause * 7 / 4);
        self.queue.push(self.now + next, Event::Fault(Fault::Next));
        let nodes = self.nodes.len() as u64;
        let node = self.random.below(nodes) as usize;
        let other = self.random.below(nodes) as usize;
        let (short, long) = (self.span(1, 6), self.span(5, 45));
        match self.random.below(20) {
            0..=3 => {
                self.fault(Fault::Crash(node));
                self.later(long, Fault::Start(node));
            }
            4..=7 => {
                let span = if self.random.chance(50) { long } else { short };
                let life = self.nodes[node].life;
                self.fault(Fault::Pause(node));
                self.later(span, Fault::Resume { node, life });
            }
            8..=9 if node != other => {
                self.for_a_while(long, |on| Fault::Cut { from: node, to: other, on });
            }
            10..=11 => {
                let hears = self.random.chance(50);
                self.for_a_while(long, |on| Fault::Alone { node, hears, on });
            }
            12..=14 => {
                let questions = self.random.chance(50);
                self.for_a_while(long, |on| Fault::NoStore { node, questions, on });
            }
            15 => self.for_a_while(short, Fault::Slow),
            16 => self.for_a_while(short, Fault::Down),
            17 if self.weather.walls => self.fault(Fault::Wall(node)),
            18 => {
                let source = self.random.below(self.sources.len() as u64) as usize;
                self.for_a_while(long, |on| Fault::Hide { source, on });
            }
            19 if self.random.chance(20) => {
                self.fault(Fault::CrashAll);
                for node in 0..self.nodes.len() {
                    let span = self.span(5, 20);
                    self.later(span, Fault::Start(node));
                }
            }
            _ => {}
        }
    }

    fn span(&mut self, least: u64, most: u64) -> Micros {
        self.random.between(least * SECOND, most * SECOND)
    }

    fn later(&mut self, span: Micros, fault: Fault) {
        self.queue.push(self.now + span, Event::Fault(fault));
    }

    fn for_a_while(&mut self, span: Micros, fault: impl Fn(bool) -> Fault) {
        self.fault(fault(true));
        self.later(span, fault(false));
    }

    /// The process dies, and all that it held in memory with it.
    pub(super) fn crash(&mut self, node: usize) {
        let of = &mut self.nodes[node];
        if of.runs != Runs::No {
            of.runs = Runs::No;
            of.missed = Vec::new();
            self.note(node, format_args!("dies"));
        }
    }

    /// A process goes on as if nothing had been: first it finds what has come meanwhile.
    fn resume(&mut self, node: usize) {
        let of = &mut self.nodes[node];
        if of.runs == Runs::Paused {
            of.runs = Runs::Yes;
            for event in std::mem::take(&mut of.missed) {
                self.queue.push(self.now, event);
            }
        }
    }

    /// All heals. What is on its way comes as late as it comes.
    pub(super) fn heal(&mut self) {
        self.trace.line(self.now, format_args!("all faults have healed"));
        let nodes = self.nodes.len();
        self.weather = Weather { walls: self.weather.walls, calm: true, ..Weather::new(nodes) };
        self.sources.iter_mut().for_each(|source| source.hidden = false);
        for node in 0..nodes {
            self.nodes[node].clocks.wrong = 0;
            match self.nodes[node].runs {
                Runs::Yes => {}
                Runs::Paused => self.resume(node),
                Runs::No => self.start(node),
            }
        }
        self.oracles.healed_at = Some(self.now);
    }

    /// Somebody changes a source.
    pub(super) fn change(&mut self, which: usize) {
        if self.weather.calm {
            return;
        }
        let next = self.random.between(self.weather.change / 2, self.weather.change * 3 / 2);
        self.queue.push(self.now + next, Event::Change(which));
        // Best where it hurts: under the hands of a worker.
        let many = self.sources[which].files.len() as u64;
        let open = self.open_file(which);
        let file = match open {
            Some(file) if self.random.chance(60) => file,
            _ => self.random.below(many) as u32,
        };
        let most_removed = self.sources[which].files.len() / 6;
        let source = &mut self.sources[which];
        if self.random.chance(6) && source.removed.len() < most_removed {
            source.remove(file);
            self.trace.line(self.now, format_args!("s{which} loses {file}"));
        } else {
            source.write(file, &mut self.random, self.now);
            self.trace.line(self.now, format_args!("s{which} changes {file}"));
        }
    }

    /// An object that somebody is reading.
    fn open_file(&mut self, source: usize) -> Option<u32> {
        let first = self.random.below(self.nodes.len() as u64) as usize;
        let id = super::source::Source::id(source);
        let nodes = self.nodes[first..].iter().chain(&self.nodes[..first]).take(8);
        let mut jobs = nodes.flat_map(|node| &node.process.workers).filter_map(|w| w.job.as_ref());
        jobs.find(|job| job.job.lease.source == id).and_then(|job| job.job.open_file())
    }
}

/// A stream of its own for each thing that is played.
pub(super) fn stream(seed: u64, of: u64) -> Random {
    Random::new(seed, 0x7000 + of)
}
