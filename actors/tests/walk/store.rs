//! A store with one fenced range and plain findings.

use std::collections::BTreeSet;

use trawl_actors::range::{RangeState, Write};
use trawl_model::{Generation, ObjectId};

use crate::source::Value;

/// A row that was put without a condition.
pub(crate) type Row = (ObjectId, Generation, u32, Value);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fence {
    pub(crate) epoch: u64,
    pub(crate) version: u64,
    pub(crate) write: u64,
}

#[derive(Clone)]
pub(crate) struct Commit {
    pub(crate) expected: Fence,
    pub(crate) write: u64,
    pub(crate) writes: Vec<Write>,
}

pub(crate) struct Store {
    pub(crate) fence: Fence,
    pub(crate) range: RangeState,
    pub(crate) findings: BTreeSet<Row>,
    pub(crate) check_version: bool,
    pub(crate) check_epoch: bool,
}

impl Store {
    pub(crate) fn commit(&mut self, commit: &Commit) -> bool {
        let epoch_fits = !self.check_epoch || commit.expected.epoch == self.fence.epoch;
        let version_fits = !self.check_version
            || (commit.expected.version == self.fence.version
                && commit.expected.write == self.fence.write);
        // Without the check of epochs an overtaken owner only has to guess the version.
        let version_fits =
            version_fits || (!self.check_epoch && commit.expected.version == self.fence.version);
        if !(epoch_fits && version_fits) {
            return false;
        }
        self.fence =
            Fence { version: commit.expected.version + 1, write: commit.write, ..self.fence };
        for write in commit.writes.iter().filter(|write| write.is_stored()) {
            self.range.apply(write);
        }
        true
    }

    pub(crate) fn raise(&mut self, epoch: u64, write: u64) -> bool {
        let raised = epoch > self.fence.epoch;
        if raised {
            self.fence = Fence { epoch, write, ..self.fence };
        }
        raised
    }

    /// What a new owner reads: the rows, and no clock of anybody.
    pub(crate) fn read(&self) -> (Fence, RangeState) {
        (self.fence, self.range.clone())
    }
}
