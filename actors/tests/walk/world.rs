//! The world of a walk: one source, one range, owners and workers that may be anything but right
//! about the time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use trawl_actors::message::{Answer, Checkpoint, Lease, Pull, WorkerId};
use trawl_actors::range::{
    Batch, Command, Decision, Moment, RangeState, Reply, ScanOrder, Tuning, Write, decide,
};
use trawl_model::generation::is_live;
use trawl_model::id::{RangeId, RuleSetId};
use trawl_model::range::{Bounds, Phase, RangeHead};
use trawl_model::unit::UnitId;
use trawl_model::{Counted, Generation, ObjectKey, SourceId, TenantId};

use crate::source::{Folder, Value};
use crate::store::{Commit, Fence, Store};
use crate::worker::{Job, object_id};

/// The rules that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// 2: a commit names the version that it follows.
    VersionIsChecked,
    /// 7: a commit of a lower epoch changes nothing.
    EpochIsChecked,
    /// 3: what is unknown is settled before anything else.
    UnknownIsSettled,
    /// 9: a generation is never given twice.
    GenerationsAreNew,
    /// 10: only batches up to the one that is named count.
    SequencesCount,
    /// 11: the generations of a reading under way stand in the unit, and are taken on.
    GenerationsOfReadingAreKept,
    /// 11: the row names what it named before, until the object is read to its end.
    FormerStayUntilTheEnd,
    /// 16: a word of an older attempt is refused.
    AttemptsAreChecked,
    /// 16: the owner takes only the next checkpoint.
    CheckpointsAreNumbered,
    /// 17: findings are put before the commit that makes them count.
    FindingsBeforeCommit,
    /// 18: an unreadable folder closes nothing.
    GapsCloseNothing,
    /// 19: the fingerprint is compared on going on and after the last byte.
    FingerprintIsCompared,
    /// 19: an object that changed again keeps none.
    UnsteadyKeepsNone,
    /// 19: a modification just before the read leaves none.
    SettledFingerprints,
    /// 32: a sweep keeps what a unit names.
    SweepKeepsReadings,
}

impl Rule {
    pub(crate) const ALL: [Self; 15] = [
        Self::VersionIsChecked,
        Self::EpochIsChecked,
        Self::UnknownIsSettled,
        Self::GenerationsAreNew,
        Self::SequencesCount,
        Self::GenerationsOfReadingAreKept,
        Self::FormerStayUntilTheEnd,
        Self::AttemptsAreChecked,
        Self::CheckpointsAreNumbered,
        Self::FindingsBeforeCommit,
        Self::GapsCloseNothing,
        Self::FingerprintIsCompared,
        Self::UnsteadyKeepsNone,
        Self::SettledFingerprints,
        Self::SweepKeepsReadings,
    ];
}

/// What a walk found wrong.
#[derive(Debug)]
#[allow(dead_code, reason = "read by whoever reads the panic")]
pub(crate) enum Fault {
    /// What is live is nothing that the source ever held.
    LiveButNever(ObjectKey),
    /// At the end, what is live is not what the source holds.
    WrongAtTheEnd(ObjectKey, usize, usize),
    /// At the end, a file that is gone is not closed, or one that is there is.
    WronglyClosed(ObjectKey),
    /// The ledgers don't add up.
    Coverage(u64, u64),
    /// It did not end.
    Endless(Option<Phase>),
}

struct Owner {
    epoch: u64,
    fence: Fence,
    state: RangeState,
    queue: VecDeque<(Command, Option<(usize, usize)>)>,
    flight: Option<Flight>,
    dead: bool,
}

struct Flight {
    commit: Commit,
    after: RangeState,
    decisions: Vec<(Decision, Option<(usize, usize)>)>,
}

struct Worker {
    jobs: Vec<Job>,
    asleep: u32,
}

/// A checkpoint on its way, or a copy of one.
struct Letter {
    from: (usize, usize),
    owner: usize,
    checkpoint: Checkpoint,
}

pub(crate) struct World {
    random: u64,
    pub(crate) folder: Folder,
    store: Store,
    owners: Vec<Owner>,
    workers: Vec<Worker>,
    letters: Vec<Letter>,
    late: Vec<Commit>,
    scan: u32,
    started: trawl_model::Timestamp,
    writes: u64,
    clock: u64,
    calm: bool,
    weather: u64,
    /// A file that is being written to, and for how many steps yet.
    burst: Option<(ObjectKey, u32)>,
    without: Option<Rule>,
    tuning: Tuning,
}

impl World {
    pub(crate) fn new(seed: u64, without: Option<Rule>) -> Self {
        let source = SourceId::from_bytes([0; 8]);
        let head = RangeHead::new(Bounds::everything(), 0);
        let range =
            RangeState::new(TenantId::default_tenant(), source, RangeId::from_bytes([0; 12]), head);
        let store = Store {
            fence: Fence { epoch: 0, version: 1, write: 0 },
            range,
            findings: BTreeSet::new(),
            check_version: without != Some(Rule::VersionIsChecked),
            check_epoch: without != Some(Rule::EpochIsChecked),
        };
        let tuning = Tuning {
            unit_objects: 2,
            decision_rows: 6,
            lease_millis: 40,
            backoff_millis: 5,
            deaths: 200,
            ..Tuning::default()
        };
        let mut world = Self {
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66,
            folder: Folder { now: 1_000, ..Folder::default() },
            store,
            owners: Vec::new(),
            workers: (0..3).map(|_| Worker { jobs: Vec::new(), asleep: 0 }).collect(),
            letters: Vec::new(),
            late: Vec::new(),
            scan: 1,
            started: trawl_model::Timestamp::default(),
            writes: 0,
            clock: 0,
            calm: false,
            weather: 1 + seed % 8,
            burst: None,
            without,
            tuning,
        };
        for _ in 0..8 {
            let key = world.key();
            world.folder.write(&key, 0..3);
        }
        world.folder.now += 100;
        world.started = world.folder.wall();
        world.take_over();
        world
    }

    fn dice(&mut self, sides: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    /// Whether what goes wrong once in so many times in a storm goes wrong now.
    fn misfortune(&mut self, once_in: u64) -> bool {
        !self.calm && self.dice(once_in * 8) < self.weather
    }

    fn key(&mut self) -> ObjectKey {
        let n = self.dice(10);
        ObjectKey::new(if n < 5 { format!("a{n}") } else { format!("m/{n}") }.into_bytes())
    }

    /// One thing happens.
    pub(crate) fn step(&mut self) -> Result<(), Fault> {
        self.clock += 1;
        self.folder.now += self.dice(3);
        if let Some((key, left)) = self.burst.take().filter(|_| !self.calm) {
            if self.dice(3) == 0 {
                let chunk = self.dice(3) as usize;
                self.folder.write(&key, [chunk]);
            }
            self.burst = (left > 0).then(|| (key, left - 1));
        }
        // Some days are stormy, and some are nearly calm, so that scans come to their end too.
        let stormy = !self.calm && self.dice(12) < self.weather;
        match self.dice(100) {
            0..=5 if stormy => self.change_source(),
            6 if stormy => self.take_over(),
            7 if stormy => self.kill_worker(),
            8..=9 if stormy => {
                let worker = self.dice(3) as usize;
                self.workers[worker].asleep = self.dice(30) as u32;
            }
            10..=11 if stormy => self.land_late_commit(),
            12 => self.sweep(),
            13..=14 => self.command_all(&Command::Tick),
            15..=17 => self.next_scan(),
            18..=33 => self.deliver_letter(),
            34..=60 => self.own(),
            _ => self.work(),
        }
        self.check_always()
    }

    /// All faults heal. What is running ends, and one more scan sees what is there now.
    pub(crate) fn heal_and_finish(&mut self) -> Result<(), Fault> {
        self.calm = true;
        self.folder.hidden = false;
        self.folder.now += 1_000;
        self.late.clear();
        for _ in 0..2 {
            self.run_to_done()?;
            self.begin_next();
            self.folder.now += 1_000;
        }
        self.run_to_done()?;
        self.check_end()
    }

    fn run_to_done(&mut self) -> Result<(), Fault> {
        for _ in 0..60_000 {
            let done = self.store.range.head.scan.as_ref();
            if done.is_some_and(|s| s.number == self.scan && s.phase == Phase::Done) {
                return Ok(());
            }
            self.step()?;
        }
        Err(Fault::Endless(self.store.range.head.scan.as_ref().map(|scan| scan.phase)))
    }

    fn change_source(&mut self) {
        // Best where it hurts: under the hands of a worker.
        let open: Vec<ObjectKey> = self
            .workers
            .iter()
            .flat_map(|worker| worker.jobs.iter().filter_map(Job::open).cloned())
            .collect();
        let key = if open.is_empty() || self.dice(3) == 0 {
            self.key()
        } else {
            open[self.dice(open.len() as u64) as usize].clone()
        };
        match self.dice(10) {
            0 => self.folder.remove(&key),
            1 => self.folder.hidden = !self.folder.hidden,
            _ => {
                let chunk = self.dice(3) as usize;
                self.folder.write(&key, [chunk, chunk + 1]);
                if self.dice(3) == 0 {
                    self.burst = Some((key, 12));
                }
            }
        }
    }

    fn take_over(&mut self) {
        self.writes += 1;
        let epoch = self.store.fence.epoch + 1;
        if self.store.raise(epoch, self.writes) {
            let (fence, state) = self.store.read();
            let mut queue = VecDeque::from([(Command::TakeOver, None)]);
            queue.push_back((Command::Begin(self.order()), None));
            let owner = Owner { epoch, fence, state, queue, flight: None, dead: false };
            self.owners.push(owner);
            if self.owners.len() > 3 {
                self.owners[..].iter_mut().rev().skip(3).for_each(|owner| owner.dead = true);
            }
        }
    }

    fn order(&self) -> ScanOrder {
        let rules = RuleSetId::from_bytes([1; 12]);
        ScanOrder { number: self.scan, rules, started: self.started }
    }

    fn kill_worker(&mut self) {
        let worker = self.dice(3) as usize;
        self.workers[worker].jobs.clear();
        self.letters.retain(|letter| letter.from.0 != worker);
        if self.dice(2) == 0 {
            self.command_all(&Command::WorkerLost(WorkerId(worker as u64)));
        }
    }

    fn land_late_commit(&mut self) {
        if !self.late.is_empty() {
            let which = self.dice(self.late.len() as u64) as usize;
            let commit = self.late.swap_remove(which);
            self.store.commit(&commit);
        }
    }

    fn command_all(&mut self, command: &Command) {
        for owner in self.owners.iter_mut().filter(|owner| !owner.dead) {
            owner.queue.push_back((command.clone(), None));
        }
    }

    /// A scan ends when all is read; now and then the next is begun.
    fn next_scan(&mut self) {
        let Some(scan) = self.store.range.head.scan.clone() else { return };
        if scan.number != self.scan {
            return;
        }
        match scan.phase {
            Phase::Read => {
                let number = self.scan;
                self.command_all(&Command::Close { number, close: true });
            }
            Phase::Done if !self.calm && self.dice(3) == 0 => self.begin_next(),
            _ => {}
        }
    }

    fn begin_next(&mut self) {
        self.scan += 1;
        self.started = self.folder.wall();
        let order = self.order();
        self.command_all(&Command::Begin(order));
    }

    fn deliver_letter(&mut self) {
        if self.letters.is_empty() {
            return;
        }
        let which = self.dice(self.letters.len() as u64) as usize;
        let Letter { from, owner, checkpoint } = self.letters.swap_remove(which);
        // A message may come twice.
        if self.misfortune(8) {
            let checkpoint = checkpoint.clone();
            self.letters.push(Letter { from, owner, checkpoint });
        }
        let mut checkpoint = checkpoint;
        let Some(to) = self.owners.get_mut(owner).filter(|owner| !owner.dead) else { return };
        if let Some(unit) = to.state.units.get(&checkpoint.lease.unit) {
            if self.without == Some(Rule::AttemptsAreChecked) {
                checkpoint.lease.attempt = unit.attempt;
                checkpoint.number = unit.checkpoint + 1;
                if let Some(generation) = unit.lease {
                    checkpoint.lease.generation = generation;
                }
            }
            if self.without == Some(Rule::CheckpointsAreNumbered) {
                checkpoint.number = unit.checkpoint + 1;
            }
        }
        to.queue.push_back((Command::Checkpoint(Box::new(checkpoint)), Some(from)));
    }

    /// An owner decides and commits, or learns what became of its commit.
    fn own(&mut self) {
        let alive: Vec<usize> = (0..self.owners.len()).filter(|i| !self.owners[*i].dead).collect();
        let which = alive[self.dice(alive.len() as u64) as usize];
        if self.owners[which].flight.is_some() {
            self.settle(which);
        } else {
            self.group(which);
        }
    }

    fn group(&mut self, which: usize) {
        self.writes += 1;
        let (write, now) = (self.writes, Moment(self.clock));
        let size = 1 + self.dice(3);
        let without = self.without;
        let owner = &mut self.owners[which];
        let mut after = owner.state.clone();
        let mut decisions = Vec::new();
        let mut writes = Vec::new();
        let mut batch = Batch { version: owner.fence.version + 1, leases: 0 };
        for _ in 0..size {
            let Some((command, from)) = owner.queue.pop_front() else { break };
            let seen = match without {
                Some(Rule::GenerationsAreNew) => Batch { version: 1, ..batch },
                _ => batch,
            };
            let mut decision = decide(&after, &command, now, seen, &self.tuning);
            if without == Some(Rule::FormerStayUntilTheEnd) {
                show_early(&after, &mut decision);
            }
            batch.leases += decision.leases;
            for change in &decision.writes {
                after.apply(change);
            }
            writes.extend(decision.writes.iter().cloned());
            decisions.push((decision, from));
        }
        if decisions.is_empty() {
            return;
        }
        let commit = Commit { expected: owner.fence, write, writes };
        owner.flight = Some(Flight { commit, after, decisions });
        self.settle(which);
    }

    /// Sends the commit, or sends it again; what comes back decides.
    fn settle(&mut self, which: usize) {
        let fate = if self.misfortune(4) { self.dice(3) } else { 9 };
        let Some(flight) = &self.owners[which].flight else { return };
        let commit = flight.commit.clone();
        match fate {
            0 => return self.unknown(which),
            1 => {
                self.late.push(commit);
                return self.unknown(which);
            }
            2 => {
                self.store.commit(&commit);
                return self.unknown(which);
            }
            _ => {}
        }
        let is_ours = self.store.fence.write == commit.write;
        if is_ours || self.store.commit(&commit) {
            return self.applied(which);
        }
        self.rejected(which);
    }

    fn unknown(&mut self, which: usize) {
        if self.without == Some(Rule::UnknownIsSettled) {
            self.applied(which);
        }
    }

    fn rejected(&mut self, which: usize) {
        let (fence, range) = self.store.read();
        let owner = &mut self.owners[which];
        owner.flight = None;
        let overtaken = fence.epoch > owner.epoch;
        if overtaken && self.without != Some(Rule::EpochIsChecked) {
            owner.dead = true;
        } else {
            // A higher version under the same epoch: read again. The clocks stay: they are ours.
            let (clocks, order) = (owner.state.clocks.clone(), owner.state.order.clone());
            let clocks = clocks.into_iter().filter(|(id, _)| range.units.contains_key(id));
            owner.state = RangeState { clocks: clocks.collect(), order, ..range };
            owner.fence = fence;
        }
    }

    fn applied(&mut self, which: usize) {
        let owner = &mut self.owners[which];
        let Some(flight) = owner.flight.take() else { return };
        owner.state = flight.after;
        let expected = flight.commit.expected;
        owner.fence = Fence {
            version: expected.version + 1,
            write: flight.commit.write,
            epoch: expected.epoch,
        };
        for (decision, from) in flight.decisions {
            match decision.reply {
                Reply::Leases(leases) => self.lease(leases, which),
                Reply::Checkpoint(answer) => self.answer(from, &answer),
                Reply::Again => {
                    let number = self.scan;
                    self.command_all(&Command::Close { number, close: true });
                }
                _ => {}
            }
        }
    }

    fn lease(&mut self, leases: Vec<Lease>, owner: usize) {
        for lease in leases {
            if !self.misfortune(12) {
                let clock = self.owners[owner].state.clocks.get(&lease.lease.unit).copied();
                if let Some(clock) = clock {
                    let mut job = Job::new(lease, self.without);
                    job.owner = owner;
                    self.workers[clock.worker.0 as usize].jobs.push(job);
                }
            }
        }
    }

    fn answer(&mut self, from: Option<(usize, usize)>, answer: &Answer) {
        let Some((worker, id)) = from else { return };
        if self.misfortune(12) {
            return;
        }
        let Some(at) = self.workers[worker].jobs.iter().position(|job| job.id() == id) else {
            return;
        };
        let job = &mut self.workers[worker].jobs[at];
        match answer {
            Answer::Accepted { after, complete } => {
                job.put_late(&mut self.store);
                job.answered(after.clone(), *complete);
                if job.over {
                    self.workers[worker].jobs.remove(at);
                }
            }
            Answer::Refused(_) => {
                self.workers[worker].jobs.remove(at);
            }
        }
    }

    /// A worker does a step of one of its jobs, asks for more, or says again what nobody answered.
    fn work(&mut self) {
        let which = self.dice(3) as usize;
        if self.workers[which].asleep > 0 && !self.calm {
            self.workers[which].asleep -= 1;
            return;
        }
        if self.workers[which].jobs.len() < 2 && self.dice(2) == 0 {
            let alive: Vec<usize> =
                (0..self.owners.len()).filter(|i| !self.owners[*i].dead).collect();
            let owner = alive[self.dice(alive.len() as u64) as usize];
            let suspects = self.workers[which].jobs.is_empty();
            let pull = Pull { worker: WorkerId(which as u64), want: 2, suspects };
            self.owners[owner].queue.push_back((Command::Pull(pull), None));
        }
        if self.workers[which].jobs.is_empty() {
            return;
        }
        let at = self.dice(self.workers[which].jobs.len() as u64) as usize;
        let checkpoint_now = self.dice(2) == 0;
        let job = &mut self.workers[which].jobs[at];
        let (id, owner) = (job.id(), job.owner);
        let checkpoint = match job.waiting.clone() {
            Some(waiting) => (self.dice(6) == 0).then_some(waiting),
            None => job.step(&self.folder, &mut self.store, checkpoint_now, self.without),
        };
        if self.owners[owner].dead {
            // Nobody answers any more.
            self.workers[which].jobs.remove(at);
            return;
        }
        if let Some(checkpoint) = checkpoint {
            self.letters.push(Letter { from: (which, id), owner, checkpoint });
        }
    }

    /// What a crash left is found by a sweep: it reads the rows first and the range after them.
    fn sweep(&mut self) {
        let keep = self.without != Some(Rule::SweepKeepsReadings);
        let range = &self.store.range;
        let mut named: Vec<Counted> = Vec::new();
        let mut leases: Vec<Generation> = Vec::new();
        for unit in range.units.values().filter(|_| keep) {
            named.extend(unit.reading.iter().flat_map(|reading| reading.counted.iter().copied()));
            leases.extend(unit.lease);
        }
        let counted: BTreeMap<_, _> =
            range.objects.iter().map(|(key, o)| (object_id(key), o.counted.clone())).collect();
        self.store.findings.retain(|(object, generation, _, _)| {
            let by_object = counted
                .get(object)
                .is_some_and(|counted| counted.iter().any(|c| c.generation == *generation));
            by_object
                || named.iter().any(|c| c.generation == *generation)
                || leases.iter().any(|lease| lease.same_lease(*generation))
        });
    }

    fn live(&self, key: &ObjectKey) -> Vec<Value> {
        let Some(object) = self.store.range.objects.get(key) else { return Vec::new() };
        let id = object_id(key);
        let ignore = self.without == Some(Rule::SequencesCount);
        let mut live: Vec<Value> = self
            .store
            .findings
            .iter()
            .filter(|(object_id, generation, sequence, _)| {
                let sequence = if ignore { 0 } else { *sequence };
                *object_id == id && is_live(&object.counted, *generation, sequence)
            })
            .map(|(_, _, _, value)| *value)
            .collect();
        // A finding met twice is one.
        live.sort_unstable();
        live.dedup();
        live
    }

    fn check_always(&self) -> Result<(), Fault> {
        for (key, object) in &self.store.range.objects {
            if object.fingerprint.is_none() || object.read_in == 0 {
                continue;
            }
            let live: BTreeSet<Value> = self.live(key).into_iter().collect();
            let past = self.folder.past.get(key);
            if !past.is_some_and(|past| past.contains(&live)) {
                return Err(Fault::LiveButNever(key.clone()));
            }
        }
        let closed = |key: &&ObjectKey| self.store.range.objects.get(key).is_some_and(|o| o.closed);
        let never_removed =
            self.folder.files.keys().filter(|key| !self.folder.removed.contains(*key));
        if let Some(key) = never_removed.clone().find(closed) {
            return Err(Fault::WronglyClosed(key.clone()));
        }
        let scan = self.store.range.head.scan.as_ref();
        scan.map_or(Ok(()), |scan| {
            let (have, listed) = (scan.coverage.total_bytes(), scan.listed_bytes);
            // Of what vanished while it was due, the ledger keeps what listing saw.
            if have == listed { Ok(()) } else { Err(Fault::Coverage(have, listed)) }
        })
    }

    fn check_end(&self) -> Result<(), Fault> {
        let keys: BTreeSet<&ObjectKey> =
            self.store.range.objects.keys().chain(self.folder.files.keys()).collect();
        for key in keys {
            let there = self.folder.files.contains_key(key);
            let closed = self.store.range.objects.get(key).is_none_or(|object| object.closed);
            if there == closed {
                return Err(Fault::WronglyClosed(key.clone()));
            }
            let live = self.live(key);
            let expected: Vec<Value> = self.folder.expected(key).into_iter().collect();
            if there && live != expected {
                return Err(Fault::WrongAtTheEnd(key.clone(), live.len(), expected.len()));
            }
        }
        Ok(())
    }
}

/// Without the rule: what is under way is shown before the object is read to its end.
fn show_early(state: &RangeState, decision: &mut Decision) {
    let mut early: Vec<Write> = Vec::new();
    for write in &decision.writes {
        if let Write::Unit(UnitId(_), unit) = write
            && let Some(reading) = &unit.reading
            && let Some(object) = state.objects.get(&reading.object)
        {
            let mut object = object.clone();
            object.counted.clone_from(&reading.counted);
            early.push(Write::Object(reading.object.clone(), Box::new(object)));
        }
    }
    decision.writes.extend(early);
}
