//! From changes to one commit: the last write of a row counts, and the log names what is shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use trawl_model::ObjectKey;
use trawl_model::range::RangeHead;
use trawl_storage::records::range::{LogEntry, RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::{Commit, Delete, Fence, Limits, WriteId};

use crate::range::{Write, log};

/// The share of a commit that an entry of the log may take.
pub(super) const fn log_entry_bytes(limits: &Limits) -> usize {
    limits.commit_bytes / 8
}

/// What is known of the range's log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Log {
    /// Names of an entry that has more bytes are left out: the range is indexed whole.
    pub(super) entry_bytes: usize,
    /// Entries that it may have.
    pub(super) most: u32,
    /// Up to which version every index has read it.
    pub(super) indexed: Option<u64>,
}

/// Changes that are gathered for a commit.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    rows: BTreeMap<RangeKey, Option<RangeEntry>>,
    behind: Option<ObjectKey>,
    forgotten: Vec<ObjectKey>,
    bytes: usize,
    shown: Vec<ObjectKey>,
}

impl Gathered {
    /// Adds what a decision changes.
    pub(super) fn add(&mut self, writes: &[Write], shown: &[ObjectKey]) {
        self.shown.extend_from_slice(shown);
        for write in writes.iter().filter(|write| write.is_stored()) {
            self.bytes += write.weight();
            let (key, entry) = match write.clone() {
                Write::Head(head) => (RangeKey::Head, Some(RangeEntry::Head(*head))),
                Write::Object(key, object) => {
                    (RangeKey::Object(key.clone()), Some(RangeEntry::Object(key, object)))
                }
                Write::Part(key, number, part) => (
                    RangeKey::Part(key.clone(), number),
                    Some(RangeEntry::Part(key, number, *part)),
                ),
                Write::DropPart(key, number) => (RangeKey::Part(key, number), None),
                Write::Unit(id, unit) => {
                    let unit = Arc::unwrap_or_clone(unit);
                    (RangeKey::Unit(id), Some(RangeEntry::Unit(id, unit)))
                }
                Write::DropUnit(id) => (RangeKey::Unit(id), None),
                Write::DropObject(key) => {
                    self.forgotten.push(key.clone());
                    (RangeKey::Object(key), None)
                }
                Write::Holder(key) => {
                    (RangeKey::Holder(key.clone()), Some(RangeEntry::Holder(key)))
                }
                Write::DropHolder(key) => (RangeKey::Holder(key), None),
                Write::DropBehind(key) => {
                    self.behind = Some(key);
                    continue;
                }
                Write::Clock(..)
                | Write::DropClock(_)
                | Write::Rest(..)
                | Write::Order(_)
                | Write::Cutting(_)
                | Write::Halted => continue,
            };
            self.rows.insert(key, entry);
        }
    }

    /// Whether there is anything to commit.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.behind.is_none()
    }

    /// Whether so many more rows and bytes fit.
    pub(super) fn has_room_for(&self, writes: &[Write], rows: usize, bytes: usize) -> bool {
        let stored = writes.iter().filter(|write| write.is_stored());
        let (more, weight) = stored.fold((0, 0), |(n, w), write| (n + 1, w + write.weight()));
        // Head and log come on top.
        // What is forgotten takes a second one.
        let twice = writes.iter().filter(|w| matches!(w, Write::DropObject(_))).count();
        self.rows.len() + self.forgotten.len() + more + twice + 4 <= rows
            && self.bytes + weight <= bytes
    }

    /// Whether the commit writes an entry of the log.
    pub(super) fn is_logged(&self) -> bool {
        self.behind.is_some() || !self.shown.is_empty()
    }

    /// The commit. If it changes what the index shows, it writes a log entry too; a log that has
    /// grown too long is let go of.
    pub(super) fn into_commit(
        mut self,
        at: &RangeAt,
        fence: Fence,
        head: &mut RangeHead,
        log: Log,
        write: WriteId,
    ) -> Commit<RangeRow> {
        let version = fence.version + 1;
        let mut commit = Commit::new(at.clone(), Some(fence), write);
        let whole = self.behind.is_some();
        if whole || !self.shown.is_empty() {
            if let Some((from, to)) = log::enter(head, version, log.most, log.indexed) {
                commit = commit.delete(Delete::Range(RangeKey::Log(from), RangeKey::Log(to)));
            }
            self.shown.sort_unstable();
            self.shown.dedup();
            let bytes: usize = self.shown.iter().map(|key| key.as_bytes().len() + 2).sum();
            let too_long = bytes > log.entry_bytes;
            let objects = if too_long { Vec::new() } else { self.shown };
            let entry = LogEntry { objects, whole: whole || too_long };
            self.rows.insert(RangeKey::Log(version), Some(RangeEntry::Log(version, entry)));
            self.rows.insert(RangeKey::Head, Some(RangeEntry::Head(head.clone())));
        }
        if let Some(behind) = self.behind {
            let holders = RangeKey::Holder(behind.clone());
            commit = commit.delete(Delete::Range(holders, RangeKey::End));
            let objects = RangeKey::Object(behind.clone());
            let parts = RangeKey::Part(ObjectKey::default(), 0);
            commit = commit.delete(Delete::Range(objects, parts));
            if let (std::ops::Bound::Excluded(end), _) =
                (RangeKey::parts().until, RangeKey::verdicts())
            {
                commit = commit.delete(Delete::Range(RangeKey::Part(behind.clone(), 0), end));
            }
            if let std::ops::Bound::Excluded(end) = RangeKey::verdicts().until
                && let std::ops::Bound::Included(from) = RangeKey::verdicts_of(&behind).from
            {
                commit = commit.delete(Delete::Range(from, end));
            }
        }
        for key in self.forgotten {
            let verdicts = RangeKey::verdicts_of(&key);
            if let (std::ops::Bound::Included(from), std::ops::Bound::Excluded(until)) =
                (verdicts.from, verdicts.until)
            {
                commit = commit.delete(Delete::Range(from, until));
            }
        }
        commit.puts.reserve_exact(self.rows.len());
        for (key, entry) in self.rows {
            commit = match entry {
                Some(entry) => commit.put(RangeRow { at: at.clone(), entry }),
                None => commit.delete(Delete::Row(key)),
            };
        }
        commit
    }
}
