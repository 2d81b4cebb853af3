//! The invariants of the design, by their names, and what is held against them: at each commit, at each answer,
//! at the end of each scan, and when all faults have healed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use trawl_actors::director::plan;
use trawl_actors::message::{Checkpoint, Lease, Outcome, Progress};
use trawl_actors::range::Write;
use trawl_model::object::Object;
use trawl_model::range::{Phase, RangeScan};
use trawl_model::unit::UnitId;
use trawl_model::{Class, Item, ObjectKey, RangeId, Reason};

use super::queue::{Micros, SECOND};
use super::source::{CHUNKS, Temper, file_of};
use super::store::{Fence, RangeCommit, Writer};
use super::world::World;

/// An invariant of the design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// A partition takes only the next version of the highest epoch that it has seen.
    OneWriter,
    /// What was answered is kept.
    AcknowledgedIsKept,
    /// What is found of an object is what it holds, once.
    SameContent,
    /// Both ledgers add up, and nothing is pending when a scan ends.
    CoverageAddsUp,
    /// The index is as one that is made anew.
    IndexEqualsRebuild,
    /// When the last fault has healed all ends within a bound, and take-overs are bounded.
    ItEnds,
    /// Queues and what is in flight are bounded.
    Bounded,
}

impl Invariant {
    /// Its name in the design.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneWriter => "one-writer",
            Self::AcknowledgedIsKept => "acknowledged-is-kept",
            Self::SameContent => "same-content-same-findings",
            Self::CoverageAddsUp => "coverage-adds-up",
            Self::IndexEqualsRebuild => "index-equals-rebuild",
            Self::ItEnds => "it-ends",
            Self::Bounded => "bounded",
        }
    }
}

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub invariant: Invariant,
    /// The moment of the simulation, in microseconds.
    pub at: u64,
    /// What was seen.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, seconds) = (self.invariant.name(), self.at as f64 / 1e6);
        write!(f, "{name} does not hold, {seconds:.6} s into the simulation: {}", self.what)
    }
}

/// Deaths of one unit's readers of which one may be due to each: more than that is a reader that is never set
/// aside.
const MOST_DEATHS: u32 = 60;
/// When all has healed, shards may change hands for so long yet.
pub(super) const SETTLES: Micros = 90 * SECOND;

/// What was seen so far.
#[derive(Default)]
pub(super) struct Oracles {
    pub(super) broken: Option<Broken>,
    pub(super) healed_at: Option<Micros>,
    /// Those who were taken for gone by what was read of them long before.
    pub(super) misjudged: u64,
    writers: BTreeMap<RangeId, (u64, Option<Writer>)>,
    /// Objects that are due, since which scan, and what was live when they became so.
    due: BTreeMap<(usize, u32), (u32, u64)>,
    /// Objects that a range has had.
    known: Vec<Vec<bool>>,
    /// What was read of a source by a process: since when, and how many objects.
    read: BTreeMap<(usize, usize), (Micros, u64)>,
    deaths: BTreeMap<(RangeId, UnitId), u32>,
    /// The last scan of each source, begun when all had healed.
    pub(super) settled: BTreeMap<usize, u32>,
}

impl Oracles {
    /// The first one counts.
    pub(super) fn broken(&mut self, invariant: Invariant, at: Micros, what: String) {
        self.broken.get_or_insert(Broken { invariant, at, what });
    }

    /// A range was raised to an epoch.
    pub(super) fn raised(&mut self, range: RangeId, epoch: u64) {
        let seen = self.writers.entry(range).or_default();
        if epoch > seen.0 {
            *seen = (epoch, None);
        }
    }

    fn wrote(&mut self, commit: &RangeCommit, before: Fence, now: Micros) {
        let seen = self.writers.entry(commit.range).or_default();
        let (epoch, by) = (commit.expected.epoch, commit.by);
        let what = if epoch < seen.0 {
            format!("n{} writes in epoch {epoch}, after {}", by.node, seen.0)
        } else if seen.1.is_some_and(|writer| writer != by) && epoch == seen.0 {
            format!("n{} writes in epoch {epoch}, which is another's", by.node)
        } else if (before.version, before.write) != (commit.expected.version, commit.expected.write)
        {
            format!("n{} writes behind {}, on {}", by.node, before.version, commit.expected.version)
        } else {
            *seen = (epoch, Some(by));
            return;
        };
        self.broken(Invariant::OneWriter, now, format!("{}: {what}", commit.range));
    }

    /// A node takes another for gone, by a counter that was raised and read then.
    pub(super) fn judged(
        &mut self,
        now: Micros,
        take_over: Duration,
        (raised_at, read_at): (Micros, Micros),
        (node, former): (usize, Option<usize>),
    ) {
        // Who is stopped between reading and judging knows no better: its clock goes on, what it read does not.
        let stood = now.saturating_sub(raised_at);
        let least = take_over.as_micros() as u64 - SECOND;
        if stood < least {
            let seconds = stood as f64 / 1e6;
            let what = format!("n{node} takes over from {former:?}, raised {seconds:.1} s before");
            self.broken(Invariant::ItEnds, now, what);
        } else if read_at.saturating_sub(raised_at) < least {
            self.misjudged += 1;
        }
    }

    /// A shard has another owner.
    pub(super) fn shard_taken(
        &mut self,
        now: Micros,
        shard: u16,
        former: Option<usize>,
        node: usize,
        forced: bool,
    ) {
        if forced && self.healed_at.is_some_and(|healed| now > healed + SETTLES) {
            let what = format!("n{node} takes shard {shard} from {former:?}, who is well");
            self.broken(Invariant::ItEnds, now, what);
        }
    }

    /// Objects were opened under a budget of so many a second.
    pub(super) fn read(&mut self, now: Micros, node: usize, source: usize, opens: u64, rate: u64) {
        let (since, all) = self.read.entry((node, source)).or_insert((now, 0));
        *all += opens;
        let most = rate * ((now - *since) / SECOND + 2) + 200;
        if *all > most {
            let what = format!("n{node} opened {all} objects of s{source}, of at most {most}");
            self.broken(Invariant::Bounded, now, what);
        }
    }

    /// A process begins: its budgets are full.
    pub(super) fn begins(&mut self, node: usize) {
        self.read.retain(|(of, _), _| *of != node);
    }

    /// A reader died of a unit.
    pub(super) fn died(&mut self, now: Micros, range: RangeId, unit: UnitId) {
        let deaths = self.deaths.entry((range, unit)).or_default();
        *deaths += 1;
        if *deaths > MOST_DEATHS {
            let what = format!("{range} {}: {deaths} readers died of it", unit.0);
            self.broken(Invariant::ItEnds, now, what);
        }
    }
}

impl World<'_> {
    /// A commit was applied.
    pub(super) fn check_commit(&mut self, commit: &RangeCommit, before: Fence) {
        self.oracles.wrote(commit, before, self.now);
        let Some(kept) = self.store.ranges.get(&commit.range) else { return };
        let source = kept.source;
        if let Some(scan) = &kept.rows.head.scan {
            let (have, listed) = (scan.coverage.total_bytes(), scan.listed_bytes);
            if have != listed {
                let what = format!("{}: {have} bytes of {listed} listed", commit.range);
                return self.broken(Invariant::CoverageAddsUp, what);
            }
        }
        let mut objects = Vec::new();
        for write in &commit.writes {
            match write {
                Write::Object(key, _) => {
                    // Rows of this commit that come later count.
                    objects
                        .extend(kept.rows.objects.get(key).map(|row| (file_of(key), row.clone())));
                }
                Write::DropUnit(_) => self.counts.units += 1,
                _ => {}
            }
        }
        for (file, object) in objects {
            let known = &mut self.oracles.known;
            known.resize(self.sources.len(), Vec::new());
            known[source].resize(self.sources[source].files.len(), false);
            known[source][file as usize] = true;
            self.check_object(source, file, &object);
        }
        if commit.writes.iter().any(|write| matches!(write, Write::DropBehind(_))) {
            self.check_known(source);
        }
    }

    /// Rows that have gone from a range are in another.
    fn check_known(&mut self, source: usize) {
        let known = self.oracles.known.get(source).into_iter().flatten();
        let known = (0u32..).zip(known).filter(|(_, known)| **known);
        let lost = known.map(|(file, _)| file).find(|file| {
            let key = self.sources[source].key(*file);
            let kept = self.store.holder(source, &key);
            kept.is_none_or(|kept| !kept.rows.objects.contains_key(&key))
        });
        if let Some(file) = lost {
            let what = format!("s{source}/{file} was known, and is in no range after a cut");
            self.broken(Invariant::AcknowledgedIsKept, what);
        }
    }

    /// What is live of an object is what it held at some moment, once; and while it is due, what it was before.
    pub(super) fn check_object(&mut self, source: usize, file: u32, object: &Object) {
        let live = self.store.live(object);
        let name = || format!("s{source}/{file}");
        let shows = live.iter().fold(1, |hash, (chunk, value)| {
            super::hash(hash, u64::from(*chunk) << 32 | u64::from(*value))
        });
        if live.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            let what = format!("{}: a finding is there twice", name());
            return self.broken(Invariant::SameContent, what);
        }
        match object.due {
            Some(scan) => {
                let before = self.oracles.due.entry((source, file)).or_insert((scan, shows));
                if before.0 == scan && before.1 != shows {
                    let what = format!("{}: what is shown changes before it is read", name());
                    return self.broken(Invariant::SameContent, what);
                }
                *before = (scan, shows);
            }
            None => {
                self.oracles.due.remove(&(source, file));
            }
        }
        let vouched =
            object.fingerprint.is_some() && object.due.is_none() && object.coverage.is_whole();
        if vouched && object.read_in > 0 {
            let mut content = [0; CHUNKS];
            live.iter().for_each(|(chunk, value)| content[usize::from(*chunk)] = *value);
            if live.len() != CHUNKS || !self.sources[source].ever_held(file, &content) {
                let what = format!("{} never held what is found of it: {live:?}", name());
                return self.broken(Invariant::SameContent, what);
            }
        }
        let of = &self.sources[source];
        if object.closed && of.files[file as usize].is_there && !of.removed.contains(&file) {
            let what = format!("{} is there, and is closed", name());
            self.broken(Invariant::SameContent, what);
        }
    }

    /// A scan is ended in the store.
    pub(super) fn scan_ended(&mut self, source: usize, number: u32) {
        self.counts.scans += 1;
        let mut scans: Vec<RangeScan> = Vec::new();
        let mut seen = 0;
        for range in self.store.living(source) {
            let scan = self.store.ranges.get(&range).and_then(|kept| kept.rows.head.scan.clone());
            let done = |scan: &RangeScan| scan.number == number && scan.phase == Phase::Done;
            match scan.filter(done) {
                Some(scan) => {
                    scans.push(scan);
                    let rows = self.store.ranges.get(&range).map(|kept| kept.rows.objects.values());
                    let rows = rows.into_iter().flatten();
                    seen += rows.filter(|o| !o.closed && o.vanished != Some(number)).count() as u64;
                }
                None => {
                    let what =
                        format!("scan {number} of s{source} is ended, and {range} is not done");
                    return self.broken(Invariant::CoverageAddsUp, what);
                }
            }
        }
        let sums = plan::sum(&scans);
        let (items, listed) = (sums.coverage.total_items(Item::Object), sums.listed_objects);
        let pending = sums.coverage.bytes_of(Class::Pending);
        let settled = self.oracles.settled.get(&source) == Some(&number);
        let there = self.sources[source].count();
        let gaps = self.sources[source].was_hidden;
        let what = if pending > 0 {
            format!("{pending} bytes of s{source} are pending at the end of scan {number}")
        } else if items != listed {
            format!("scan {number} of s{source}: {items} objects of {listed} listed")
        } else if !gaps && listed != seen {
            format!("scan {number} of s{source}: {listed} listed, {seen} have been seen")
        } else if settled && listed != there {
            format!("scan {number} of s{source}: {listed} listed, {there} there")
        } else {
            return self.order_next(source);
        };
        self.broken(Invariant::CoverageAddsUp, what);
    }

    /// A worker was told that what it said is kept.
    pub(super) fn acknowledged(&mut self, lease: &Lease, said: &Checkpoint, complete: bool) {
        let source = u64::from_be_bytes(*lease.source.as_bytes()) as usize - 1;
        let lost = match &said.progress {
            Progress::Read { finished, .. } => finished.iter().find_map(|done| {
                let cut = matches!(done.outcome, Outcome::Cut { .. });
                (!self.is_kept(source, &done.key, lease.scan, cut)).then(|| file_of(&done.key))
            }),
            _ => None,
        };
        if let Some(file) = lost {
            let what = format!("s{source}/{file} was told to be kept, and is not");
            return self.broken(Invariant::AcknowledgedIsKept, what);
        }
        // A listing that changes nothing may be kept with what comes next.
        let lists = matches!(said.progress, Progress::Listed(_));
        let kept = self.store.ranges.get(&lease.range);
        let unit = kept.and_then(|kept| kept.rows.units.get(&lease.lease.unit));
        let of = unit.filter(|unit| {
            unit.attempt < lease.lease.attempt
                || unit.lease.is_some_and(|g| g.same_lease(lease.lease.generation))
        });
        let lost = of.is_some_and(|unit| {
            (unit.attempt < lease.lease.attempt || unit.checkpoint < said.number || complete)
                && !lists
        });
        if lost {
            let (range, unit) = (lease.range, lease.lease.unit.0);
            let what = format!("{range} {unit}: its checkpoint {} is not kept", said.number);
            self.broken(Invariant::AcknowledgedIsKept, what);
        }
    }

    /// Whether an object is kept as read, or cut, in a scan, or a later one has seen it.
    fn is_kept(&self, source: usize, key: &ObjectKey, scan: u32, cut: bool) -> bool {
        let row = self.store.holder(source, key).and_then(|kept| kept.rows.objects.get(key));
        row.is_some_and(|row| row.due != Some(scan) || (cut && row.parts > 0))
    }

    /// When all has healed, and a scan has seen all that is there.
    pub(super) fn check_end(&mut self) {
        for source in 0..self.sources.len() {
            for file in 0..self.sources[source].files.len() as u32 {
                if let Some((invariant, what)) = self.wrong_at_the_end(source, file) {
                    return self.broken(invariant, format!("s{source}/{file} {what}"));
                }
            }
        }
    }

    fn wrong_at_the_end(&self, source: usize, file: u32) -> Option<(Invariant, String)> {
        let of = &self.sources[source];
        let key = of.key(file);
        let there = of.files[file as usize].is_there;
        let row = self.store.holder(source, &key).and_then(|kept| kept.rows.objects.get(&key));
        let Some(object) = row.filter(|object| !object.closed) else {
            return there.then(|| (Invariant::AcknowledgedIsKept, "is not known".to_owned()));
        };
        if !there {
            return Some((Invariant::CoverageAddsUp, "is gone, and not closed".to_owned()));
        }
        let died = Class::Failed(Reason::ReaderDied);
        let set_aside = object.coverage.items_of(Item::Object, died) > 0;
        match (of.temper(file), set_aside) {
            (Temper::Kills(_), true) => return None,
            (Temper::Kills(_), false) => {
                return Some((Invariant::ItEnds, "kills, and is not set aside".to_owned()));
            }
            (_, true) => {
                return Some((Invariant::CoverageAddsUp, "is set aside unharmed".to_owned()));
            }
            (_, false) => {}
        }
        let content = of.files[file as usize].content.iter().zip(0u8..);
        let wanted: Vec<(u8, u32)> = content.map(|(value, chunk)| (chunk, *value)).collect();
        let live = self.store.live(object);
        (live != wanted)
            .then(|| (Invariant::SameContent, format!("has {live:?} of {wanted:?} findings")))
    }

    /// Whether the index is what one made anew would be; of which lane it is not, if so.
    pub(super) fn index_differs(&self) -> Option<(u16, usize)> {
        (0..self.setup.lanes).find_map(|lane| {
            let wanted = self.store.documents(lane);
            let have = &self.store.lanes[usize::from(lane)].documents;
            let missing = wanted.iter().filter(|(of, d)| have.get(of) != Some(*d)).count();
            let spare = have.keys().filter(|of| !wanted.contains_key(of)).count();
            (missing + spare > 0).then_some((lane, missing + spare))
        })
    }
}
