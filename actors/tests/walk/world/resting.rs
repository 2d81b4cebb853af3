//! Scans that are paused, resumed and cancelled.

use trawl_actors::range::Command;

use super::{Fault, World};

impl World {
    /// The scan is to rest, wherever it is at work.
    pub(super) fn pause(&mut self) {
        self.command_all(&Command::Halt);
    }

    /// A range rests. It is resumed by another owner, as after a start; or its scan was cancelled, and
    /// the next one begins.
    pub(super) fn rests(&mut self, which: usize) -> Result<(), Fault> {
        let owner = &self.owners[which];
        let range = owner.range;
        if owner.state.units.values().any(|unit| unit.lease.is_some()) {
            return Err(Fault::RestsWithLeases(range));
        }
        if !owner.dead {
            self.bury(which);
            // Who has been overtaken and does not know it rests alone: leases of another are out.
            self.excuse_all_of(range);
            self.take_over(range);
        }
        if self.ended != self.scan && !self.calm && self.dice(4) == 0 {
            self.begin_next();
        }
        Ok(())
    }
}
