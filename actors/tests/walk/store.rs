//! A store: fenced ranges, the directory of their source, and plain findings.

use std::collections::{BTreeMap, BTreeSet};

use trawl_actors::range::{RangeState, Write};
use trawl_model::{Generation, ObjectId, ObjectKey, RangeId};

use crate::rule::Rule;
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
    pub(crate) range: RangeId,
    pub(crate) expected: Fence,
    pub(crate) write: u64,
    pub(crate) writes: Vec<Write>,
}

impl Commit {
    /// Whether there is anything in it for the store.
    pub(crate) fn stores(&self) -> bool {
        self.writes.iter().any(Write::is_stored)
    }
}

/// A range, as its partition holds it.
pub(crate) struct Kept {
    pub(crate) fence: Fence,
    pub(crate) rows: RangeState,
    /// Of which objects a row says that they have findings.
    pub(crate) holders: BTreeSet<ObjectKey>,
}

impl Kept {
    fn apply(&mut self, write: &Write) {
        match write {
            Write::Holder(key) => drop(self.holders.insert(key.clone())),
            Write::DropHolder(key) => drop(self.holders.remove(key)),
            Write::DropBehind(key) => drop(self.holders.split_off(key)),
            _ => {}
        }
        self.rows.apply(write);
    }
}

pub(crate) struct Store {
    pub(crate) ranges: BTreeMap<RangeId, Kept>,
    /// The directory of the source: the first keys of its ranges.
    pub(crate) directory: BTreeMap<ObjectKey, RangeId>,
    /// The version of the source's partition.
    pub(crate) source: u64,
    pub(crate) findings: BTreeSet<Row>,
    /// How often what is live may have changed.
    pub(crate) changes: u64,
    pub(crate) without: Option<Rule>,
}

impl Store {
    pub(crate) fn commit(&mut self, commit: &Commit) -> bool {
        let check_epoch = self.without != Some(Rule::EpochIsChecked);
        let check_version = self.without != Some(Rule::VersionIsChecked);
        let Some(kept) = self.ranges.get_mut(&commit.range) else { return false };
        let (expected, fence) = (commit.expected, kept.fence);
        let epoch_fits = !check_epoch || expected.epoch == fence.epoch;
        let version_fits =
            !check_version || (expected.version == fence.version && expected.write == fence.write);
        // Without the check of epochs an overtaken owner only has to guess the version.
        let version_fits = version_fits || (!check_epoch && expected.version == fence.version);
        if !(epoch_fits && version_fits) {
            return false;
        }
        self.changes += 1;
        kept.fence = Fence { version: expected.version + 1, write: commit.write, ..fence };
        for write in commit.writes.iter().filter(|write| write.is_stored()) {
            kept.apply(write);
        }
        true
    }

    /// Raises a range's epoch, and gives what its new owner reads: the rows, and no clock of
    /// anybody.
    pub(crate) fn raise(&mut self, range: RangeId, write: u64) -> Option<(Fence, RangeState)> {
        let kept = self.ranges.get_mut(&range)?;
        kept.fence = Fence { epoch: kept.fence.epoch + 1, write, ..kept.fence };
        Some((kept.fence, kept.rows.clone()))
    }

    pub(crate) fn read(&self, range: RangeId) -> (Fence, RangeState) {
        let kept = &self.ranges[&range];
        (kept.fence, kept.rows.clone())
    }

    /// The ranges that count: those in the directory, and those that a note names.
    pub(crate) fn living(&self) -> Vec<RangeId> {
        let mut living: Vec<RangeId> = self.directory.values().copied().collect();
        let mut next = 0;
        while let Some(kept) = living.get(next).map(|range| self.ranges.get(range)) {
            next += 1;
            let child = kept.and_then(|kept| kept.rows.head.child.as_ref());
            if let Some(child) = child.filter(|_| self.without != Some(Rule::NotesAreFollowed))
                && !living.contains(&child.range)
            {
                living.push(child.range);
            }
        }
        living
    }

    /// What those who look for keys see: of the ranges that count, or of all there are.
    pub(crate) fn seen(&self) -> Vec<&Kept> {
        if self.without == Some(Rule::OrphansDoNotCount) {
            return self.ranges.values().collect();
        }
        self.living().iter().filter_map(|range| self.ranges.get(range)).collect()
    }

    /// The findings of an object.
    pub(crate) fn findings_of(&self, object: ObjectId) -> impl Iterator<Item = &Row> {
        let first = (object, Generation::default(), 0, (0, 0));
        self.findings.range(first..).take_while(move |row| row.0 == object)
    }
}
