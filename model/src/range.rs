//! Ranges: contiguous stretches of a source's keys. What the range says is so; nothing else is.

use serde::{Deserialize, Serialize};

use crate::coverage::Coverage;
use crate::id::RangeId;
use crate::object::ObjectKey;

/// A stretch of keys: from the first, which belongs to it, to the last, which doesn't.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bounds {
    /// The first key; the empty one for the first range of a source.
    pub from: ObjectKey,
    /// The first key that no longer belongs; none for the last range of a source.
    pub to: Option<ObjectKey>,
}

impl Bounds {
    /// All keys that there are.
    pub fn everything() -> Self {
        Self { from: ObjectKey::default(), to: None }
    }

    /// Whether a key belongs here. A row outside its range's bounds is not live.
    pub fn hold(&self, key: &ObjectKey) -> bool {
        *key >= self.from && self.to.as_ref().is_none_or(|to| key < to)
    }
}

/// How far a range is with its scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Keys are still being listed; objects may be read already.
    Listing,
    /// All keys are listed; objects are being read.
    Reading,
    /// All is read; what has vanished is not yet closed.
    Read,
    /// What has vanished is closed, or was told to be left.
    Done,
}

/// A range's part in a scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeScan {
    /// The number of the scan.
    pub number: u32,
    /// How far it is.
    pub phase: Phase,
    /// All keys up to this one are listed.
    pub listed_to: Option<ObjectKey>,
    /// What became of what was listed.
    pub coverage: Coverage,
    /// Sum of sizes as listed: what the ledger of bytes must come to.
    pub listed_bytes: u64,
    /// Objects listed: what the ledger of items must come to.
    pub listed_objects: u64,
    /// What kinds of objects there were.
    pub counts: Counts,
}

/// What listing saw, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Seen for the first time.
    pub new: u64,
    /// Changed since they were read, or to be read again for another reason.
    pub changed: u64,
    /// The same as when they were read.
    pub same: u64,
    /// There before, and no longer.
    pub vanished: u64,
    /// Of the new ones, those that were somewhere else before.
    pub renamed: u64,
    /// Findings that count, of objects that are there.
    pub findings: u64,
}

/// A note in a range that was cut: where its keys went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// The new range.
    pub range: RangeId,
    /// Its first key.
    pub from: ObjectKey,
    /// Its end: the end of the old range before the cut.
    pub to: Option<ObjectKey>,
}

/// The head of a range: its first row, never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeHead {
    /// Its keys.
    pub bounds: Bounds,
    /// Its scan: at work, or the last.
    pub scan: Option<RangeScan>,
    /// How many objects it has, vanished ones that are kept included.
    pub objects: u64,
    /// The lane that reads its log.
    pub lane: u16,
    /// The number of the next unit.
    pub next_unit: u64,
    /// The log begins behind this version: what was before is trimmed or dropped.
    pub log_from: u64,
    /// Entries in the log.
    pub log_entries: u32,
    /// Finished units are deleted up to this number.
    pub units_from: u64,
    /// It was cut, and the source's directory may not know yet.
    pub child: Option<Child>,
    /// Its rows are deleted; the fence stays.
    pub gone: bool,
    /// Each object that has findings has a row that says so. Ranges that are older than such rows
    /// have them for some objects only.
    pub holders: bool,
}

impl RangeHead {
    /// A range in which nothing has happened.
    pub fn new(bounds: Bounds, lane: u16) -> Self {
        Self {
            bounds,
            scan: None,
            objects: 0,
            lane,
            next_unit: 0,
            log_from: 0,
            log_entries: 0,
            units_from: 0,
            child: None,
            gone: false,
            holders: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cut_gives_each_key_to_one_side(key: Vec<u8>, cut: Vec<u8>) {
            let (key, cut) = (ObjectKey::new(key), ObjectKey::new(cut));
            let left = Bounds { to: Some(cut.clone()), ..Bounds::everything() };
            let right = Bounds { from: cut, to: None };
            prop_assert!(left.hold(&key) != right.hold(&key));
        }
    }
}
