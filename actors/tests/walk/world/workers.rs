//! Workers and what they say: they stall, die, say things twice, and hear nothing.

use trawl_actors::message::{Answer, Checkpoint, Lease, LeaseRef, ProcessId, Pull, WorkerId};
use trawl_actors::range::Command;
use trawl_model::RangeId;

use super::World;
use crate::rule::Rule;
use crate::worker::Job;

pub(super) struct Worker {
    pub(super) id: WorkerId,
    pub(super) jobs: Vec<Job>,
    pub(super) asleep: u32,
}

/// Who waits for an answer, and what he said under which lease.
#[derive(Clone)]
pub(super) struct Sender {
    worker: WorkerId,
    range: RangeId,
    lease: LeaseRef,
    number: u32,
}

/// A checkpoint on its way, or a copy of one.
#[derive(Clone)]
pub(super) struct Letter {
    from: Sender,
    owner: usize,
    checkpoint: Checkpoint,
}

impl Worker {
    pub(super) fn new(id: u64) -> Self {
        // Each is a process.
        let id = WorkerId::of(ProcessId::drawn(id << 16), 1);
        Self { id, jobs: Vec::new(), asleep: 0 }
    }
}

impl World {
    /// A worker dies; perhaps nobody is told.
    pub(super) fn kill_worker(&mut self) {
        let which = self.dice(3) as usize;
        for at in 0..self.workers[which].jobs.len() {
            self.excuse(which, at);
        }
        let dead = self.replace_worker(which);
        if self.dice(2) == 0 {
            self.command_all(&Command::WorkerLost(dead, None));
        }
    }

    /// Another worker stands where one was.
    pub(super) fn replace_worker(&mut self, which: usize) -> WorkerId {
        let dead = self.workers[which].id;
        self.letters.retain(|letter| letter.from.worker != dead);
        self.workers[which] = Worker::new(self.lives);
        self.lives += 1;
        dead
    }

    pub(super) fn deliver_letter(&mut self) {
        if self.letters.is_empty() {
            return;
        }
        let which = self.dice(self.letters.len() as u64) as usize;
        let letter = self.letters.swap_remove(which);
        // A message may come twice.
        if self.misfortune(8) {
            self.letters.push(letter.clone());
        }
        let Letter { from, owner, mut checkpoint } = letter;
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

    pub(super) fn lease(&mut self, leases: Vec<Lease>, owner: usize) {
        for lease in leases {
            self.note_start(&lease);
            let clock = self.owners[owner].state.clocks.get(&lease.lease.unit).copied();
            let lost = self.misfortune(12);
            let worker =
                clock.and_then(|clock| self.workers.iter().position(|w| w.id == clock.worker));
            if let Some(worker) = worker.filter(|_| !lost) {
                let job = Job::new(lease, owner, self.without);
                self.workers[worker].jobs.push(job);
            }
        }
    }

    pub(super) fn answer(&mut self, from: Option<Sender>, answer: &Answer) {
        let Some(from) = from else { return };
        if self.misfortune(12) {
            return;
        }
        let Some(which) = self.workers.iter().position(|worker| worker.id == from.worker) else {
            return;
        };
        let mut jobs = self.workers[which].jobs.iter();
        let Some(at) = jobs.position(|job| job.is(from.range, &from.lease)) else { return };
        let job = &mut self.workers[which].jobs[at];
        if job.waiting.as_ref().is_none_or(|waiting| waiting.number != from.number) {
            // To something said twice, which was answered already.
            return;
        }
        match answer {
            Answer::Accepted { after, complete, halt } => {
                job.put_late(&mut self.store);
                job.answered(after.clone(), *complete, *halt);
                if job.over {
                    self.workers[which].jobs.remove(at);
                }
            }
            Answer::Refused(_) => self.give_up(which, at),
        }
    }

    /// A worker does a step of one of its jobs, asks for more, or says again what nobody answered.
    pub(super) fn work(&mut self) {
        let which = self.dice(3) as usize;
        if self.workers[which].asleep > 0 && !self.calm {
            self.workers[which].asleep -= 1;
            return;
        }
        if self.workers[which].jobs.len() < 2 && self.dice(2) == 0 {
            self.pull(which);
        }
        if self.workers[which].jobs.is_empty() {
            return;
        }
        let at = self.dice(self.workers[which].jobs.len() as u64) as usize;
        if self.owners[self.workers[which].jobs[at].owner].dead {
            // Nobody answers any more.
            return self.give_up(which, at);
        }
        if self.kills(which, at) {
            return self.die_of_it(which, at);
        }
        let checkpoint_now = self.dice(2) == 0;
        let worker = self.workers[which].id;
        let job = &mut self.workers[which].jobs[at];
        let (owner, range, lease) = (job.owner, job.lease.range, job.lease.lease.clone());
        let checkpoint = match job.waiting.clone() {
            Some(waiting) => (self.dice(6) == 0).then_some(waiting),
            None => job.step(&self.folder, &mut self.store, checkpoint_now, self.without),
        };
        if let Some(checkpoint) = checkpoint {
            let from = Sender { worker, range, lease, number: checkpoint.number };
            self.letters.push(Letter { from, owner, checkpoint });
        }
    }

    fn pull(&mut self, which: usize) {
        let owners = self.living_owners();
        let owner = owners[self.dice(owners.len() as u64) as usize];
        let suspects = self.may_take_suspects(which);
        let pull = Pull { worker: self.workers[which].id, want: 2, suspects, without: Vec::new() };
        self.owners[owner].queue.push_back((Command::Pull(pull), None));
    }

    /// Suspects run one at a time on a node: one worker at a time may ask for them.
    fn may_take_suspects(&self, which: usize) -> bool {
        if self.without == Some(Rule::SuspectsRunAlone) {
            return true;
        }
        let asked = self
            .owners
            .iter()
            .filter(|owner| !owner.dead)
            .flat_map(super::owners::Owner::asked)
            .any(|command| matches!(command, Command::Pull(Pull { suspects: true, .. })));
        let has_one = self.workers.iter().flat_map(|w| &w.jobs).any(|job| job.lease.suspect);
        self.workers[which].jobs.is_empty() && !asked && !has_one
    }

    fn give_up(&mut self, which: usize, at: usize) {
        self.excuse(which, at);
        self.workers[which].jobs.remove(at);
    }
}
