//! Workers: they ask for work here and elsewhere, read, put findings, say what they have done until it is
//! answered, and die of what they read.

use std::rc::Rc;

use trawl_actors::cluster::offers::Said;
use trawl_actors::crawl::Bucket;
use trawl_actors::message::{Answer, Lease, LeaseRef, Pull, WorkerId};
use trawl_actors::recorder::Trace;
use trawl_mesh::NodeName;
use trawl_model::RangeId;

use super::event::{Ask, Then, Timer, Word};
use super::job::{Desk, Done, Job};
use super::oracles::Invariant;
use super::queue::{Micros, SECOND};
use super::rule::Rule;
use super::store::Row;
use super::world::World;

/// How long a question for work waits for its answer.
const PULL_PATIENCE: Micros = 6 * SECOND;
/// What is not answered is said again.
const SAID_AGAIN: Micros = 2 * SECOND;

/// Where nobody keeps the range of a lease for so long, the lease is over.
const NOBODY_PATIENCE: Micros = 8 * SECOND;
/// At every so many looks it is said that workers are still at what they have.
const ALIVE_EVERY: u64 = 5;

/// A worker.
pub(super) struct Worker {
    pub(super) id: WorkerId,
    pub(super) job: Option<AtWork>,
    /// A question for work that is under way.
    asks: Option<Asks>,
    /// The last question whose answer was taken.
    taken: u64,
}

/// A lease that it is at.
pub(super) struct AtWork {
    id: u64,
    pub(super) job: Job,
    /// Who gave it.
    home: usize,
    said_at: Micros,
    /// When it was last heard that the lease is still its own.
    heard_at: Micros,
    /// What is put before what is said next.
    puts: Rc<Vec<(u32, Row)>>,
    putting: bool,
}

/// A question for work.
struct Asks {
    question: u64,
    since: Micros,
    suspects: bool,
    /// Who is being asked, and had said so often that it may have some; none for this node.
    of: Option<(NodeName, Said)>,
    /// Who is to be asked next.
    then: Vec<(NodeName, Said)>,
}

impl Worker {
    pub(super) fn new(id: WorkerId) -> Self {
        Self { id, job: None, asks: None, taken: 0 }
    }

    fn is_idle(&self) -> bool {
        self.job.is_none() && self.asks.is_none()
    }
}

impl World<'_> {
    /// Workers that have nothing to do ask for work: all, or one of them.
    pub(super) fn look_for_work(&mut self, node: usize, one: bool) {
        for worker in 0..self.setup.workers {
            if self.nodes[node].process.workers[worker].is_idle() {
                self.pull(node, worker);
                if one {
                    return;
                }
            }
        }
    }

    fn pull(&mut self, node: usize, worker: usize) {
        let (question, since) = (self.id(), self.now);
        let process = &mut self.nodes[node].process;
        let suspects = process.suspects.is_none();
        if suspects {
            process.suspects = Some(worker);
        }
        process.turn += 1;
        let then = process.offers.to_ask(process.turn);
        let of = &mut process.workers[worker];
        of.asks = Some(Asks { question, since, suspects, of: None, then });
        let pull = Pull { worker: of.id, want: 1, suspects, without: Vec::new() };
        let me = self.writer(node);
        self.go_round(node, question, me, worker, &pull);
    }

    /// A worker is given leases, or none.
    pub(super) fn given(
        &mut self,
        node: usize,
        home: usize,
        question: u64,
        worker: usize,
        leases: &[Lease],
    ) {
        let of = &mut self.nodes[node].process.workers[worker];
        let waits = of.asks.as_ref().is_some_and(|asks| asks.question == question);
        if !waits {
            if of.taken != question {
                // It asks no longer: whoever gave them has them back.
                for lease in leases {
                    let (range, checkpoint) = (lease.range, Job::release(lease));
                    self.say(node, home, Word::Checkpoint { worker, range, checkpoint });
                }
            }
            return;
        }
        let Some(lease) = leases.first() else { return self.in_vain(node, worker, true) };
        of.taken = question;
        if let Some(asks) = of.asks.take()
            && asks.suspects
            && !lease.suspect
        {
            self.may_ask_for_suspects(node, worker);
        }
        let id = self.id();
        let (job, now, puts) = (Job::new(lease.clone()), self.now, Rc::default());
        let at = AtWork { id, job, home, said_at: now, heard_at: now, puts, putting: false };
        let LeaseRef { unit, attempt, generation } = lease.lease.clone();
        self.note(
            node,
            format_args!(
                "w{worker} is at {} {}.{attempt} {}.{}",
                lease.range, unit.0, generation.version, generation.number
            ),
        );
        self.nodes[node].process.workers[worker].job = Some(at);
        self.read_on(node, worker);
    }

    fn may_ask_for_suspects(&mut self, node: usize, worker: usize) {
        let suspects = &mut self.nodes[node].process.suspects;
        if *suspects == Some(worker) {
            *suspects = None;
        }
    }

    /// Nobody who was asked has work: the next one is asked.
    fn in_vain(&mut self, node: usize, worker: usize, heard: bool) {
        let process = &mut self.nodes[node].process;
        let Some(mut asks) = process.workers[worker].asks.take() else { return };
        if let Some((name, said)) = asks.of.take()
            && asks.suspects
            && heard
        {
            process.offers.in_vain(&name, said);
        }
        if let Some((name, said)) = asks.then.pop() {
            let of = &mut self.nodes[node].process.workers[worker];
            let pull =
                Pull { worker: of.id, want: 1, suspects: asks.suspects, without: Vec::new() };
            let (question, since) = (self.next + 1, self.now);
            self.next = question;
            let to = self.node_called(&name);
            let asks = Asks { question, since, of: Some((name, said)), ..asks };
            self.nodes[node].process.workers[worker].asks = Some(asks);
            self.say(node, to, Word::Pull { question, worker, pull });
        } else if asks.suspects {
            self.may_ask_for_suspects(node, worker);
        }
    }

    pub(super) fn node_called(&self, name: &NodeName) -> usize {
        name.as_str().trim_start_matches('n').parse().unwrap_or(0)
    }

    /// It reads for a while.
    fn read_on(&mut self, node: usize, worker: usize) {
        let ((least, most), now) = (self.bounds.chunk_micros, self.now);
        let chunks = self.random.between(self.bounds.chunks.0, self.bounds.chunks.1);
        let mut micros = chunks * self.random.between(least, most);
        if self.random.below(400) == 0 {
            // Something that takes long: a document that is read whole.
            micros += self.random.between(5, 90) * SECOND;
        }
        let Some(at) = &self.nodes[node].process.workers[worker].job else { return };
        let (job, source, opens) = (at.id, at.job.lease.source, at.job.opened);
        if let Some(rate) = self.setup.rate {
            let source = u64::from_be_bytes(*source.as_bytes()) as usize - 1;
            let local = self.local(node);
            let budgets = &mut self.nodes[node].process.budgets;
            let budget = budgets.entry(source).or_insert_with(|| Bucket::new(Some(rate)));
            micros += budget.take(opens, local) * 1_000;
            self.oracles.read(now, node, source, opens, rate);
        }
        self.set_timer(node, micros / 1_000, Timer::Step { worker, job });
    }

    fn at_work(&mut self, node: usize, worker: usize, job: u64) -> Option<&mut AtWork> {
        self.nodes[node].process.workers.get_mut(worker)?.job.as_mut().filter(|at| at.id == job)
    }

    /// What it has read is to be put and said.
    pub(super) fn work(&mut self, node: usize, worker: usize, job: u64) {
        let (wall, without) = (self.nodes[node].clocks.wall(self.now), self.without);
        let page = self.bounds.page;
        let fails = !self.weather.calm && self.random.below(300) == 0;
        let chunks = self.random.between(self.bounds.chunks.0, self.bounds.chunks.1) as usize;
        let Some(at) =
            self.nodes[node].process.workers.get_mut(worker).and_then(|w| w.job.as_mut())
        else {
            return;
        };
        if at.id != job || at.job.said.is_some() {
            return;
        }
        let source = u64::from_be_bytes(*at.job.lease.source.as_bytes()) as usize - 1;
        at.job.opened = 0;
        if fails {
            at.job.fail();
        } else {
            let desk = Desk { source: &self.sources[source], wall, page, without };
            match at.job.work(&desk, chunks) {
                Done::Say => {}
                Done::Died(chunk) => return self.dies(node, worker, chunk),
            }
        }
        at.puts = Rc::new(at.job.take_puts());
        let rows = Rc::clone(&at.puts);
        let late = without == Some(Rule::FindingsBeforeCommit);
        if rows.is_empty() || late {
            return self.speak(node, worker, job);
        }
        at.putting = true;
        self.ask(node, Ask::Put { source, rows }, Then::Put { worker, job });
    }

    /// What was put is kept, or is put again.
    pub(super) fn put(&mut self, node: usize, worker: usize, job: u64, kept: bool) {
        let Some(at) = self.at_work(node, worker, job) else { return };
        if kept {
            at.putting = false;
            return self.speak(node, worker, job);
        }
        let source = u64::from_be_bytes(*at.job.lease.source.as_bytes()) as usize - 1;
        let rows = Rc::clone(&at.puts);
        self.ask(node, Ask::Put { source, rows }, Then::Put { worker, job });
    }

    /// It says what it has done.
    fn speak(&mut self, node: usize, worker: usize, job: u64) {
        let now = self.now;
        let Some(at) = self.at_work(node, worker, job) else { return };
        let Some(checkpoint) = at.job.said.clone() else { return };
        at.said_at = now;
        let (home, range) = (at.home, at.job.lease.range);
        self.say(node, home, Word::Checkpoint { worker, range, checkpoint });
    }

    /// What it said is answered.
    pub(super) fn taken(
        &mut self,
        node: usize,
        worker: usize,
        range: RangeId,
        lease: &LeaseRef,
        number: u32,
        answer: Option<&Answer>,
    ) {
        let now = self.now;
        let late = self.without == Some(Rule::FindingsBeforeCommit);
        let Some(at) = &mut self.nodes[node].process.workers[worker].job else { return };
        let said = at.job.said.as_ref().map(|said| said.number);
        let is_it = at.job.lease.range == range && at.job.lease.lease == *lease;
        if !is_it || said != Some(number) {
            // To something that was said twice.
            return;
        }
        match answer {
            Some(Answer::Accepted { after, complete, .. }) => {
                let said = at.job.said.clone();
                let (rows, lease) = (Rc::clone(&at.puts), at.job.lease.clone());
                at.heard_at = now;
                let over = *complete || at.job.gives_back();
                at.job.answered(after.clone());
                if late && !rows.is_empty() {
                    let source = u64::from_be_bytes(*lease.source.as_bytes()) as usize - 1;
                    self.ask(node, Ask::Put { source, rows }, Then::Nothing);
                }
                if let Some(said) = said {
                    self.acknowledged(&lease, &said, *complete);
                }
                if over {
                    self.end_job(node, worker);
                } else {
                    self.read_on(node, worker);
                }
            }
            Some(Answer::Refused(why)) => {
                let unit = lease.unit.0;
                self.note(node, format_args!("w{worker} is refused {range} {unit}: {why:?}"));
                self.end_job(node, worker);
            }
            // Nobody keeps it there, for now; after a while it is over.
            None if now - at.heard_at > NOBODY_PATIENCE => self.end_job(node, worker),
            None => {}
        }
    }

    fn end_job(&mut self, node: usize, worker: usize) {
        self.nodes[node].process.workers[worker].job = None;
        self.may_ask_for_suspects(node, worker);
        self.pull(node, worker);
    }

    /// An object has killed its reader, and perhaps the process with it.
    fn dies(&mut self, node: usize, worker: usize, chunk: u64) {
        let whole = !self.weather.calm && self.random.chance(30);
        let Some(at) = self.nodes[node].process.workers[worker].job.take() else { return };
        let (range, lease) = (at.job.lease.range, at.job.lease.lease.clone());
        let trace = Trace::new(range, lease.unit, lease.attempt, chunk);
        self.note(node, format_args!("w{worker} dies of {range} {}", lease.unit.0));
        self.oracles.died(self.now, range, lease.unit);
        if whole {
            self.nodes[node].left = Some(trace);
            self.crash(node);
            let start = super::faults::Fault::Start(node);
            self.queue.push(self.now + 8 * SECOND, super::event::Event::Fault(start));
            return;
        }
        let process = &mut self.nodes[node].process;
        let fresh = process.fresh_worker();
        let dead = std::mem::replace(&mut process.workers[worker], fresh).id;
        self.may_ask_for_suspects(node, worker);
        self.say(node, at.home, Word::Lost { worker: dead, trace: Some(trace) });
        if at.home != node {
            // What it asked for here, and was given meanwhile.
            self.say(node, node, Word::Lost { worker: dead, trace: Some(trace) });
        }
    }

    /// Looks at what all workers wait for: says it again, says that they are at it, gives up.
    pub(super) fn look_at_workers(&mut self, node: usize) {
        let (now, lease) = (self.now, self.bounds.tuning.lease_millis * 1_000);
        let alive = self.nodes[node].process.looks.is_multiple_of(ALIVE_EVERY);
        for worker in 0..self.setup.workers {
            let of = &mut self.nodes[node].process.workers[worker];
            if of.asks.as_ref().is_some_and(|asks| now - asks.since > PULL_PATIENCE) {
                self.in_vain(node, worker, false);
                continue;
            }
            let Some(at) = &of.job else { continue };
            let (id, home, range) = (at.id, at.home, at.job.lease.range);
            let LeaseRef { unit, attempt, .. } = at.job.lease.lease;
            let silent = at.job.said.is_some() && !at.putting;
            if silent && now - at.heard_at > lease.max(10 * SECOND) + 90 * SECOND {
                self.note(node, format_args!("w{worker} gives up {range} {}", unit.0));
                self.end_job(node, worker);
            } else if silent && now - at.said_at > SAID_AGAIN {
                self.speak(node, worker, id);
            } else if !silent && alive {
                self.say(node, home, Word::Alive { range, unit, attempt });
            }
        }
        let waits = self.nodes[node].process.in_flight;
        let most = 200 + 8 * (self.nodes[node].process.keepers.len() + self.setup.workers);
        if waits > most {
            self.broken(Invariant::Bounded, format!("n{node} has asked the store {waits} things"));
        }
    }
}
