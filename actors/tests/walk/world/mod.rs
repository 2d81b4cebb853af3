//! The world of a walk: one source, its ranges, owners and workers that may be anything but right
//! about the time.

mod director;
mod oracle;
mod owners;
mod poison;
mod ranges;
mod resting;
mod tampering;
mod workers;

use std::collections::{BTreeMap, BTreeSet};

use trawl_actors::range::{Command, RangeState, ScanOrder, Tuning};
use trawl_model::id::RuleSetId;
use trawl_model::range::{Bounds, Phase, RangeHead};
use trawl_model::{ObjectKey, RangeId, SourceId, TenantId, Timestamp};

use crate::rule::Rule;
use crate::source::Folder;
use crate::store::{Fence, Kept, Store};
use crate::worker::Job;
use director::Look;
use oracle::Memory;
use owners::{Late, Owner};
use poison::Poison;
use ranges::Errand;
use workers::{Letter, Worker};

/// Deaths after which an object is set aside, where objects kill.
const DEATHS: u8 = 2;

/// Steps within which a scan ends when all faults have healed.
const CALM_STEPS: usize = 15_000;

/// What a walk found wrong.
#[derive(Debug)]
#[allow(dead_code, reason = "read by whoever reads the panic")]
pub(crate) enum Fault {
    /// What is live is nothing that the source ever held.
    LiveButNever(ObjectKey),
    /// While an object was being read, something else was shown than before.
    ShownTooSoon(ObjectKey),
    /// At the end, what is live is not what the source holds.
    WrongAtTheEnd(ObjectKey, usize, usize),
    /// At the end, a file that is gone is not closed, or one that is there is.
    WronglyClosed(ObjectKey),
    /// An object is in no range that counts.
    Lost(ObjectKey),
    /// An object is in two ranges that count.
    Doubled(ObjectKey),
    /// A range says of an object that it has findings which has none, or says nothing of one that has.
    Holder(ObjectKey),
    /// The ledgers don't add up.
    Coverage(u64, u64),
    /// A scan was ended that is not done.
    EndedTooSoon(RangeId),
    /// What a scan says of what it saw is not what there was.
    Sums(&'static str, u64, u64),
    /// An object has harmed no one, and was set aside.
    InnocentSetAside(ObjectKey, u32),
    /// An object killed more of its readers than it may.
    TooManyStarts(ObjectKey, u32),
    /// An object that kills was not set aside.
    NotSetAside(ObjectKey),
    /// A lease was given of a range that is to rest.
    LeaseWhileResting(RangeId),
    /// A range is said to rest, and a lease of it is out.
    RestsWithLeases(RangeId),
    /// It did not end.
    Endless(Vec<Option<Phase>>),
}

pub(crate) struct World {
    random: u64,
    folder: Folder,
    store: Store,
    owners: Vec<Owner>,
    workers: Vec<Worker>,
    letters: Vec<Letter>,
    late: Vec<Late>,
    errands: Vec<Errand>,
    look: Option<Look>,
    /// The look of a director that stalls.
    stalled: Option<Look>,
    scan: u32,
    /// The last scan that was ended.
    ended: u32,
    started: Timestamp,
    writes: u64,
    clock: u64,
    /// Ranges and workers that there ever were.
    ranges: u16,
    lives: u64,
    calm: bool,
    /// The scan was begun when all faults had healed.
    settled: bool,
    weather: u64,
    /// A file that is being written to, and for how many steps yet.
    burst: Option<(ObjectKey, u32)>,
    keys: u64,
    without: Option<Rule>,
    tuning: Tuning,
    poison: Poison,
    memory: Memory,
}

impl World {
    pub(crate) fn new(seed: u64, without: Option<Rule>) -> Self {
        // What there is in a walk beside the weather.
        let kind = 7 - seed / 8 % 8;
        let (cuts, parts, poison) = (kind & 1 != 0, kind & 2 != 0, kind & 4 != 0);
        let deaths = if poison && without != Some(Rule::KillersAreSetAside) { DEATHS } else { 200 };
        let tuning = Tuning {
            max_objects: if cuts { 4 } else { 20_000 },
            unit_objects: 2,
            decision_rows: 6,
            lease_millis: 40,
            backoff_millis: 5,
            deaths,
            ..Tuning::default()
        };
        let store = Store {
            ranges: BTreeMap::new(),
            directory: BTreeMap::new(),
            source: 1,
            findings: BTreeSet::new(),
            changes: 0,
            without,
        };
        let mut world = Self {
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66,
            folder: Folder { now: 1_000, ..Folder::default() },
            store,
            owners: Vec::new(),
            workers: (0..3).map(Worker::new).collect(),
            letters: Vec::new(),
            late: Vec::new(),
            errands: Vec::new(),
            look: None,
            stalled: None,
            scan: 1,
            ended: 0,
            started: Timestamp::default(),
            writes: 0,
            clock: 0,
            ranges: 0,
            lives: 3,
            calm: false,
            settled: false,
            weather: 1 + seed % 8,
            burst: None,
            keys: if cuts { 16 } else { 10 },
            without,
            tuning,
            poison: Poison::default(),
            memory: Memory::default(),
        };
        world.fill(parts, poison);
        let first = world.new_range(Bounds::everything(), 1);
        world.store.directory.insert(ObjectKey::default(), first);
        world.take_over(first);
        world
    }

    fn fill(&mut self, parts: bool, poison: bool) {
        for _ in 0..self.keys - 2 {
            let key = self.key();
            self.folder.write(&key, 0..3);
        }
        let large = if parts { self.keys / 3 } else { 0 };
        for _ in 0..large {
            let key = self.key();
            self.folder.large.insert(key);
        }
        if poison {
            self.plant_poison();
        }
        self.folder.now += 100;
        self.started = self.folder.wall();
    }

    /// A range in the store that nothing names yet.
    fn new_range(&mut self, bounds: Bounds, version: u64) -> RangeId {
        self.ranges += 1;
        let mut id = [0; 12];
        id[..2].copy_from_slice(&self.ranges.to_be_bytes());
        let range = RangeId::from_bytes(id);
        self.put_range(range, bounds, version);
        range
    }

    fn put_range(&mut self, range: RangeId, bounds: Bounds, version: u64) {
        self.writes += 1;
        let (tenant, source) = (TenantId::default_tenant(), SourceId::from_bytes([0; 8]));
        let rows = RangeState::new(tenant, source, range, RangeHead::new(bounds, 0));
        let fence = Fence { epoch: 0, version, write: self.writes };
        self.store.ranges.insert(range, Kept { fence, rows, holders: BTreeSet::new() });
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
        let n = self.dice(self.keys);
        let folder = if n < self.keys / 2 { "a" } else { "m/" };
        ObjectKey::new(format!("{folder}{n:02}").into_bytes())
    }

    /// One thing happens.
    pub(crate) fn step(&mut self) -> Result<(), Fault> {
        let changes = self.store.changes;
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
            6 if stormy => self.overtake(),
            7 if stormy => self.kill_worker(),
            8..=9 if stormy => {
                let worker = self.dice(3) as usize;
                self.workers[worker].asleep = self.dice(30) as u32;
            }
            10..=11 if stormy => self.land_late_commit()?,
            12 if stormy && self.dice(3) == 0 => self.pause(),
            12 => self.sweep(),
            13..=14 => self.command_all(&Command::Tick),
            15..=19 => self.direct()?,
            20..=25 if !self.errands.is_empty() => self.run_errand(),
            26..=38 => self.deliver_letter(),
            39..=64 => self.own()?,
            _ => self.work(),
        }
        if self.store.changes == changes { Ok(()) } else { self.check_always() }
    }

    /// All faults heal. What is running ends, and one more scan sees what is there now.
    pub(crate) fn heal_and_finish(&mut self) -> Result<(), Fault> {
        self.calm = true;
        // Nobody who lives and is heard loses his lease now.
        self.tuning.lease_millis = 600;
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
        for _ in 0..CALM_STEPS {
            if self.ended == self.scan {
                return Ok(());
            }
            self.step()?;
        }
        let scans = self.store.ranges.values().map(|kept| kept.rows.head.scan.as_ref());
        Err(Fault::Endless(scans.map(|scan| scan.map(|scan| scan.phase)).collect()))
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

    fn order(&self) -> ScanOrder {
        let rules = RuleSetId::from_bytes([1; 12]);
        ScanOrder { number: self.scan, rules, started: self.started }
    }

    fn begin_next(&mut self) {
        self.scan += 1;
        self.settled = self.calm;
        self.store.source += 1;
        self.started = self.folder.wall();
        let order = self.order();
        self.command_all(&Command::Begin(order));
    }
}
