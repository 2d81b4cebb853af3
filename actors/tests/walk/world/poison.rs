//! Objects that kill: who dies of them, and who may be charged with which death.

use std::collections::{BTreeMap, BTreeSet};

use trawl_actors::message::{Lease, LeasedWork, WorkerId};
use trawl_actors::range::{Command, RangeState};
use trawl_model::unit::{Reading, UnitId};
use trawl_model::{ObjectKey, RangeId};

use super::{DEATHS, Fault, World};
use crate::source::Temper;

/// Which attempt at which unit.
type Attempt = (RangeId, UnitId, u32);
/// An object in a scan.
type InScan = (ObjectKey, u32);

/// What the world knows of deaths, and owners don't.
#[derive(Default)]
pub(super) struct Poison {
    /// Deaths of objects, by the attempts that they ended, until an owner hears of them.
    deaths: BTreeMap<Attempt, ObjectKey>,
    /// Attempts that may have been ended by something other than the object they had open.
    excused: BTreeSet<Attempt>,
    /// What was being read at the start of the attempt, and how far.
    starts: BTreeMap<(RangeId, UnitId), (Option<ObjectKey>, u64)>,
    killed: BTreeMap<InScan, u32>,
    /// Deaths of an object before it was named.
    unnamed: BTreeMap<InScan, u32>,
    /// Deaths of an object that was named, since one in which it was read further.
    named: BTreeMap<InScan, u32>,
    /// Deaths of others that hit an object which was named.
    hits: BTreeMap<InScan, u32>,
}

/// A unit that is about to lose its worker or owner, as its owner knows it.
#[derive(Clone)]
pub(super) struct Fallen {
    unit: UnitId,
    attempt: u32,
    scan: u32,
    named: Option<ObjectKey>,
    at: u64,
}

impl Fallen {
    pub(super) fn of(state: &RangeState, command: &Command) -> Vec<Self> {
        let falls = |id: &UnitId| match command {
            Command::TakeOver { living } => {
                let holder = state.units.get(id).and_then(|unit| unit.holder);
                !holder.is_some_and(|holder| living.contains(&WorkerId(holder).process()))
            }
            Command::WorkerLost(worker, _) => {
                state.clocks.get(id).is_some_and(|clock| clock.worker == *worker)
            }
            _ => false,
        };
        let out = state.units.iter().filter(|(id, unit)| unit.lease.is_some() && falls(id));
        out.map(|(id, unit)| Self {
            unit: *id,
            attempt: unit.attempt,
            scan: unit.scan,
            named: unit.named.clone(),
            at: place_of(unit.reading.as_ref()),
        })
        .collect()
    }
}

fn place_of(reading: Option<&Reading>) -> u64 {
    reading.and_then(|reading| reading.resume.levels.first()).map_or(0, |level| level.at)
}

impl World {
    pub(super) fn plant_poison(&mut self) {
        for always in [true, false] {
            let (key, chunk) = (self.key(), self.dice(3) as usize);
            let starts = 1 + self.dice(3) as u32;
            let temper = if always {
                Temper::Kills { chunk }
            } else {
                Temper::KillsAtFirst { chunk, starts }
            };
            self.folder.tempers.insert(key, temper);
        }
    }

    pub(super) fn note_start(&mut self, lease: &Lease) {
        let (LeasedWork::Read { reading, .. } | LeasedWork::Part { reading, .. }) = &lease.work
        else {
            return;
        };
        let object = reading.as_ref().map(|reading| reading.object.clone());
        let start = (object, place_of(reading.as_ref()));
        self.poison.starts.insert((lease.range, lease.lease.unit), start);
    }

    /// Whether the next step of a job is its worker's last.
    pub(super) fn kills(&self, which: usize, at: usize) -> bool {
        let job = &self.workers[which].jobs[at];
        let Some((key, chunk)) = job.about_to_read() else { return false };
        let killed = || self.poison.killed.get(&(key.clone(), job.lease.scan)).copied();
        self.folder.tempers.get(key).is_some_and(|temper| {
            temper.chunk() == chunk
                && match temper {
                    Temper::Kills { .. } => true,
                    Temper::KillsAtFirst { starts, .. } => killed().unwrap_or(0) < *starts,
                }
        })
    }

    /// The worker dies of what it reads, and perhaps its node with it. Whoever owns the range
    /// hears of it.
    pub(super) fn die_of_it(&mut self, which: usize, at: usize) {
        let job = &self.workers[which].jobs[at];
        let (range, lease, scan) = (job.lease.range, job.lease.lease.clone(), job.lease.scan);
        let Some((key, _)) = job.about_to_read() else { return };
        let (key, suspect) = (key.clone(), job.lease.suspect);
        let attempt = (range, lease.unit, lease.attempt);
        *self.poison.killed.entry((key.clone(), scan)).or_default() += 1;
        let whole_node = self.dice(2) == 0;
        if !suspect {
            // Nobody knew of it, and who was named beside it is hit too.
            for worker in 0..self.workers.len() {
                for at in 0..self.workers[worker].jobs.len() {
                    self.excuse(worker, at);
                }
            }
            self.poison.excused.remove(&attempt);
        }
        self.poison.deaths.insert(attempt, key);
        if whole_node {
            return self.node_falls();
        }
        let dead = self.replace_worker(which);
        for owner in self.owners.iter_mut().filter(|owner| !owner.dead) {
            // What an owner waits for while it cuts stays in front.
            let at = usize::from(matches!(owner.queue.front(), Some((Command::ChildMade, _))));
            owner.queue.insert(at, (Command::WorkerLost(dead, None), None));
        }
    }

    /// All who work and all who own fall, and others take over.
    fn node_falls(&mut self) {
        for worker in 0..self.workers.len() {
            self.replace_worker(worker);
        }
        for owner in self.living_owners() {
            self.bury(owner);
        }
        self.look = None;
        let ranges: Vec<RangeId> = self.store.directory.values().copied().collect();
        ranges.into_iter().for_each(|range| self.take_over(range));
    }

    /// A job ends, or is hit, without having killed anyone.
    pub(super) fn excuse(&mut self, which: usize, at: usize) {
        let lease = &self.workers[which].jobs[at].lease;
        let attempt = (lease.range, lease.lease.unit, lease.lease.attempt);
        self.poison.excused.insert(attempt);
    }

    /// A range passes to another owner though nobody died: what is out is hit.
    pub(super) fn excuse_all_of(&mut self, range: RangeId) {
        let rows = &self.store.ranges[&range].rows;
        let out = rows.units.iter().filter(|(_, unit)| unit.lease.is_some());
        self.poison.excused.extend(out.map(|(id, unit)| (range, *id, unit.attempt)));
    }

    /// An owner has learnt of deaths.
    pub(super) fn learn_of_deaths(
        &mut self,
        range: RangeId,
        fallen: &[Fallen],
    ) -> Result<(), Fault> {
        for Fallen { unit, attempt, scan, named, at } in fallen {
            let start = self.poison.starts.get(&(range, *unit)).filter(|start| start.0 == *named);
            let further = *at > start.map_or(0, |start| start.1);
            let attempt = (range, *unit, *attempt);
            if let Some(key) = self.poison.deaths.remove(&attempt) {
                self.count_death((key, *scan), named.is_some(), further)?;
            } else if let Some(named) = named
                && self.poison.excused.contains(&attempt)
            {
                // Only those at one place count together; and what it was set aside for stays counted.
                let hits = self.poison.hits.entry((named.clone(), *scan)).or_default();
                *hits = if further { (*hits).max(1) } else { *hits + 1 };
            }
        }
        Ok(())
    }

    /// An object may kill once before it is named, and then, where nobody gets further, as often as
    /// it takes to set it aside, and once more.
    fn count_death(&mut self, object: InScan, named: bool, further: bool) -> Result<(), Fault> {
        let key = object.0.clone();
        if !named {
            let unnamed = self.poison.unnamed.entry(object).or_default();
            *unnamed += 1;
            return if *unnamed <= 1 { Ok(()) } else { Err(Fault::TooManyStarts(key, *unnamed)) };
        }
        let count = self.poison.named.entry(object).or_default();
        *count = if further { 1 } else { *count + 1 };
        let count = *count;
        if count <= u32::from(DEATHS) + 1 { Ok(()) } else { Err(Fault::TooManyStarts(key, count)) }
    }

    /// How often an object was hit by deaths of others in a scan.
    pub(super) fn hits(&self, key: &ObjectKey, scan: u32) -> u32 {
        self.poison.hits.get(&(key.clone(), scan)).copied().unwrap_or(0)
    }

    /// How often an object was hit in the scan in which it was hit most.
    pub(super) fn most_hits(&self, key: &ObjectKey) -> u32 {
        let of_key = |((hit, _), count): (&InScan, &u32)| (hit == key).then_some(*count);
        self.poison.hits.iter().filter_map(of_key).max().unwrap_or(0)
    }

    /// Whether an object has killed in a scan.
    pub(super) fn has_killed(&self, key: &ObjectKey, scan: u32) -> bool {
        self.poison.killed.contains_key(&(key.clone(), scan))
    }

    /// Whether an object has killed before it was named.
    pub(super) fn has_killed_unnamed(&self, key: &ObjectKey, scan: u32) -> bool {
        self.poison.unnamed.contains_key(&(key.clone(), scan))
    }
}
