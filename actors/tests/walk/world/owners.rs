//! Owners of ranges: they decide, commit, learn late what became of it, and are overtaken.

use std::collections::{BTreeSet, VecDeque};

use trawl_actors::message::ProcessId;
use trawl_actors::range::{Batch, Command, Decision, Moment, RangeState, Reply, decide};
use trawl_model::RangeId;

use super::poison::Fallen;
use super::workers::Sender;
use super::{Fault, World};
use crate::rule::Rule;
use crate::store::{Commit, Fence};

pub(super) struct Owner {
    pub(super) range: RangeId,
    epoch: u64,
    pub(super) fence: Fence,
    pub(super) state: RangeState,
    pub(super) queue: VecDeque<Asked>,
    flight: Option<Flight>,
    pub(super) dead: bool,
}

/// A command, and who waits for its answer.
pub(super) type Asked = (Command, Option<Sender>);

struct Flight {
    commit: Commit,
    fallen: Vec<Fallen>,
    after: RangeState,
    decided: Vec<Decided>,
}

struct Decided {
    asked: Asked,
    decision: Decision,
}

/// A commit that is held up on its way, and the deaths that it tells of.
pub(super) type Late = (Commit, Vec<Fallen>);

impl Owner {
    /// Commands that are not yet answered.
    pub(super) fn asked(&self) -> impl Iterator<Item = &Command> {
        let flight = self.flight.iter().flat_map(|flight| &flight.decided);
        flight.map(|decided| &decided.asked.0).chain(self.queue.iter().map(|asked| &asked.0))
    }

    fn has_work(&self) -> bool {
        let copies = self.state.cutting.is_some()
            && !matches!(self.queue.front(), Some((Command::ChildMade, _)));
        !self.dead && (self.flight.is_some() || (!self.queue.is_empty() && !copies))
    }
}

impl World {
    /// Some range of the directory passes to another owner.
    pub(super) fn overtake(&mut self) {
        let ranges: Vec<RangeId> = self.store.directory.values().copied().collect();
        let range = ranges[self.dice(ranges.len() as u64) as usize];
        self.excuse_all_of(range);
        self.take_over(range);
    }

    /// A new owner reads the range; the former ones don't know of it.
    pub(super) fn take_over(&mut self, range: RangeId) {
        self.writes += 1;
        let Some((fence, state)) = self.store.raise(range, self.writes) else { return };
        let mut living: BTreeSet<ProcessId> =
            self.workers.iter().map(|worker| worker.id.process()).collect();
        if self.dice(2) == 0 {
            // It has not heard of some, or of any.
            let unheard = self.dice(4) as usize;
            living = living.into_iter().skip(unheard).collect();
        }
        let mut queue = VecDeque::from([(Command::TakeOver { living }, None)]);
        queue.push_back((Command::Begin(self.order()), None));
        let (epoch, flight) = (fence.epoch, None);
        self.owners.push(Owner { range, epoch, fence, state, queue, flight, dead: false });
        let own = |which: &usize| self.owners[*which].range == range && !self.owners[*which].dead;
        let owners: Vec<usize> = (0..self.owners.len()).filter(own).collect();
        if let Some(oldest) = owners.len().checked_sub(4).map(|_| owners[0]) {
            self.bury(oldest);
        }
    }

    pub(super) fn bury(&mut self, which: usize) {
        let owner = &mut self.owners[which];
        owner.dead = true;
        owner.flight = None;
        owner.queue.clear();
        self.errands.retain(|errand| errand.owner != which);
    }

    pub(super) fn living_owners(&self) -> Vec<usize> {
        (0..self.owners.len()).filter(|which| !self.owners[*which].dead).collect()
    }

    pub(super) fn command_all(&mut self, command: &Command) {
        for owner in self.owners.iter_mut().filter(|owner| !owner.dead) {
            owner.queue.push_back((command.clone(), None));
        }
    }

    pub(super) fn land_late_commit(&mut self) -> Result<(), Fault> {
        if !self.late.is_empty() {
            let which = self.dice(self.late.len() as u64) as usize;
            let late = self.late.swap_remove(which);
            self.commit(&late)?;
        }
        Ok(())
    }

    /// Whether a commit is taken; if so, what it says of deaths is so.
    fn commit(&mut self, (commit, fallen): &Late) -> Result<bool, Fault> {
        let taken = self.store.commit(commit);
        if taken {
            self.learn_of_deaths(commit.range, fallen)?;
        }
        Ok(taken)
    }

    /// An owner decides and commits, or learns what became of its commit.
    pub(super) fn own(&mut self) -> Result<(), Fault> {
        let busy: Vec<usize> =
            (0..self.owners.len()).filter(|which| self.owners[*which].has_work()).collect();
        if busy.is_empty() {
            return Ok(());
        }
        let which = busy[self.dice(busy.len() as u64) as usize];
        if self.owners[which].flight.is_none() {
            self.group(which)?;
        }
        self.settle(which)
    }

    /// Decides what waits, as far as it goes into one commit.
    fn group(&mut self, which: usize) -> Result<(), Fault> {
        self.writes += 1;
        let (write, now, size) = (self.writes, Moment(self.clock), 1 + self.dice(3));
        let without = self.without;
        let owner = &mut self.owners[which];
        let mut after = owner.state.clone();
        let mut decided = Vec::new();
        let mut writes = Vec::new();
        let mut fallen = Vec::new();
        let mut batch = Batch { version: owner.fence.version + 1, leases: 0 };
        for _ in 0..size {
            let waits = after.cutting.is_some() && without != Some(Rule::NothingElseWhileCopying);
            if waits && !matches!(owner.queue.front(), Some((Command::ChildMade, _))) {
                break;
            }
            let Some(asked) = owner.queue.pop_front() else { break };
            let seen = match without {
                Some(Rule::GenerationsAreNew) => Batch { version: 1, ..batch },
                _ => batch,
            };
            fallen.extend(Fallen::of(&after, &asked.0));
            let state = super::tampering::shown(&after, &asked.0, &self.tuning, without);
            let mut decision = decide(&state, &asked.0, now, seen, &self.tuning);
            super::tampering::decision(&after, &asked.0, &mut decision, without);
            if after.halted && decision.leases > 0 {
                return Err(Fault::LeaseWhileResting(owner.range));
            }
            batch.leases += decision.leases;
            for change in &decision.writes {
                after.apply(change);
            }
            writes.extend(decision.writes.iter().cloned());
            decided.push(Decided { asked, decision });
        }
        let commit = Commit { range: owner.range, expected: owner.fence, write, writes };
        owner.flight = Some(Flight { commit, fallen, after, decided });
        Ok(())
    }

    /// Sends the commit, or sends it again; what comes back decides.
    fn settle(&mut self, which: usize) -> Result<(), Fault> {
        let fate = if self.misfortune(4) { self.dice(3) } else { 9 };
        let Some(flight) = &self.owners[which].flight else { return Ok(()) };
        let sent = (flight.commit.clone(), flight.fallen.clone());
        if !sent.0.stores() {
            return self.applied(which);
        }
        match fate {
            0 => {}
            1 => self.late.push(sent.clone()),
            2 => {
                self.commit(&sent)?;
            }
            _ => return self.send(which, &sent),
        }
        if self.without == Some(Rule::UnknownIsSettled) {
            return self.applied(which);
        }
        Ok(())
    }

    fn send(&mut self, which: usize, sent: &Late) -> Result<(), Fault> {
        let kept = self.store.ranges.get(&sent.0.range);
        let is_ours = kept.is_some_and(|kept| kept.fence.write == sent.0.write);
        if is_ours || self.commit(sent)? {
            return self.applied(which);
        }
        self.rejected(which);
        Ok(())
    }

    fn rejected(&mut self, which: usize) {
        let (fence, rows) = self.store.read(self.owners[which].range);
        let overtaken = fence.epoch > self.owners[which].epoch;
        if overtaken && self.without != Some(Rule::EpochIsChecked) {
            return self.bury(which);
        }
        // A higher version under the same epoch: read again, and decide anew. The clocks stay:
        // they are ours. A cut under way is given up.
        let owner = &mut self.owners[which];
        let decided = owner.flight.take().into_iter().flat_map(|flight| flight.decided);
        let mut queue: VecDeque<Asked> = decided.map(|decided| decided.asked).collect();
        queue.append(&mut owner.queue);
        owner.queue = queue;
        let (mut clocks, order) = (owner.state.clocks.clone(), owner.state.order.clone());
        let halted = owner.state.halted;
        clocks.retain(|id, _| rows.units.get(id).is_some_and(|unit| unit.lease.is_some()));
        owner.state = RangeState { clocks, order, halted, ..rows };
        owner.fence = fence;
    }

    fn applied(&mut self, which: usize) -> Result<(), Fault> {
        let owner = &mut self.owners[which];
        let Some(flight) = owner.flight.take() else { return Ok(()) };
        owner.state = flight.after;
        if flight.commit.stores() {
            let expected = flight.commit.expected;
            let (epoch, version) = (expected.epoch, expected.version + 1);
            owner.fence = Fence { epoch, version, write: flight.commit.write };
        }
        for Decided { asked: (command, from), decision } in flight.decided {
            match decision.reply {
                Reply::Leases(leases) => self.lease(leases, which),
                Reply::Checkpoint(answer) => self.answer(from, &answer),
                Reply::Again => self.owners[which].queue.push_back((command.clone(), None)),
                _ => {}
            }
            for effect in decision.effects {
                self.effect(which, &command, effect)?;
            }
        }
        Ok(())
    }
}
