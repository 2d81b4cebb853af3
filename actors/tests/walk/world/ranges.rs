//! What owners set going once a decision is committed: cutting ranges step by step, so that anyone
//! may fall in between, and cleaning.

use trawl_actors::range::{Command, Dead, Effect, Write, child_start};
use trawl_model::range::{Bounds, Child};
use trawl_model::{ObjectKey, RangeId};

use super::{Fault, World};
use crate::rule::Rule;

/// Rows that are copied at once.
const COPIED_ROWS: usize = 2;

/// Steps by which an errand may be late.
const SLOW_STEPS: u64 = 1_500;

/// Something that an owner has set going. It ends with its owner.
pub(super) struct Errand {
    pub(super) owner: usize,
    what: What,
    /// Whoever is to do it has other things to do until then.
    not_before: u64,
}

enum What {
    Clean(Dead),
    Make { child: RangeId, bounds: Bounds, version: u64, copied: Option<ObjectKey> },
    Enter { child: Child },
}

impl World {
    pub(super) fn effect(
        &mut self,
        which: usize,
        command: &Command,
        effect: Effect,
    ) -> Result<(), Fault> {
        if effect == Effect::AtRest {
            return self.rests(which);
        }
        self.set_going(which, command, effect);
        Ok(())
    }

    fn set_going(&mut self, which: usize, command: &Command, effect: Effect) {
        let owner = &mut self.owners[which];
        let what = match effect {
            Effect::Wake | Effect::Phase(_) | Effect::AtRest => return,
            Effect::Full => {
                self.ranges += 1;
                let mut id = [0; 12];
                id[..2].copy_from_slice(&self.ranges.to_be_bytes());
                let child = RangeId::from_bytes(id);
                return owner.queue.push_back((Command::Cut { child }, None));
            }
            Effect::Clean(dead) | Effect::Forget(dead) => What::Clean(dead),
            Effect::MakeChild { child, bounds } => {
                if self.without == Some(Rule::RowsBeforeBound) {
                    owner.queue.push_front((Command::ChildMade, None));
                }
                let above = self.without != Some(Rule::ChildBeginsAbove);
                let version = if above { child_start(owner.fence.version) } else { 1 };
                What::Make { child, bounds, version, copied: None }
            }
            Effect::EnterChild => {
                let left = self.without == Some(Rule::CutIsMadeGood)
                    && matches!(command, Command::TakeOver { .. });
                match owner.state.head.child.clone().filter(|_| !left) {
                    Some(child) => What::Enter { child },
                    None => return,
                }
            }
        };
        let slow = self.misfortune(2);
        let not_before = self.clock + if slow { self.dice(SLOW_STEPS) } else { 0 };
        self.errands.push(Errand { owner: which, what, not_before });
    }

    pub(super) fn run_errand(&mut self) {
        let which = self.dice(self.errands.len() as u64) as usize;
        if self.errands[which].not_before > self.clock {
            return;
        }
        let Errand { owner, what, not_before } = self.errands.swap_remove(which);
        let more = match what {
            What::Clean(dead) => {
                self.clean(&dead);
                None
            }
            What::Make { child, bounds, version, copied } => {
                self.make_child(owner, child, bounds, version, copied)
            }
            What::Enter { child } => self.enter_child(owner, child),
        };
        self.errands.extend(more.map(|what| Errand { owner, what, not_before }));
    }

    fn clean(&mut self, dead: &Dead) {
        let gone = |generation| dead.generations.iter().any(|c| c.generation == generation);
        self.store.changes += 1;
        self.store
            .findings
            .retain(|(object, generation, _, _)| *object != dead.object || !gone(*generation));
    }

    /// The next step of making a child; in the end its parent is told.
    fn make_child(
        &mut self,
        owner: usize,
        child: RangeId,
        bounds: Bounds,
        version: u64,
        copied: Option<ObjectKey>,
    ) -> Option<What> {
        if self.misfortune(10) {
            // It failed: the range goes on whole, and what there is of the child is an orphan.
            self.owners[owner].state.apply(&Write::Cutting(None));
            return None;
        }
        if !self.store.ranges.contains_key(&child) {
            self.put_range(child, bounds.clone(), version);
            return Some(What::Make { child, bounds, version, copied });
        }
        let from = copied.map_or_else(|| bounds.from.clone(), |key| key.successor());
        let parent = &self.store.ranges[&self.owners[owner].range].rows;
        let rows: Vec<_> =
            parent.objects.range(from..).filter(|(key, _)| bounds.hold(key)).collect();
        let rows: Vec<_> = rows
            .into_iter()
            .take(COPIED_ROWS)
            .map(|(key, object)| (key.clone(), object.clone()))
            .collect();
        let parts: Vec<_> = parent
            .parts
            .iter()
            .filter(|((key, _), _)| rows.iter().any(|(copied, _)| copied == key))
            .map(|(at, part)| (at.clone(), part.clone()))
            .collect();
        let last = rows.last().map(|(key, _)| key.clone());
        let kept = self.store.ranges.get_mut(&child)?;
        kept.fence.version += 1;
        kept.rows.parts.extend(parts);
        let holders = rows.iter().filter(|(_, object)| object.findings > 0);
        kept.holders.extend(holders.map(|(key, _)| key.clone()));
        kept.rows.objects.extend(rows);
        if last.is_some() {
            return Some(What::Make { child, bounds, version, copied: last });
        }
        kept.rows.head.objects = kept.rows.objects.len() as u64;
        if self.without != Some(Rule::RowsBeforeBound) {
            self.owners[owner].queue.push_front((Command::ChildMade, None));
        }
        None
    }

    /// The next step of telling the directory of a child; in the end its parent may forget it.
    fn enter_child(&mut self, owner: usize, child: Child) -> Option<What> {
        if !self.store.ranges.contains_key(&child.range) {
            return Some(What::Enter { child });
        }
        if !self.store.directory.values().any(|range| *range == child.range) {
            self.store.directory.insert(child.from.clone(), child.range);
            self.store.source += 1;
            return Some(What::Enter { child });
        }
        if !self.owners.iter().any(|owner| owner.range == child.range && !owner.dead) {
            self.take_over(child.range);
            return Some(What::Enter { child });
        }
        self.owners[owner].queue.push_back((Command::ChildEntered, None));
        None
    }
}
