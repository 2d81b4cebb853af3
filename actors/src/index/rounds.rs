//! Waiting until ranges were read that wait to be read now.

use std::collections::BTreeMap;

use trawl_model::SourceId;
use trawl_storage::records::range::RangeAt;

/// Ranges that are to be read, and how often: twice where one was being read when it was begun to
/// wait, for it may have changed since that was begun.
#[derive(Debug, Clone, Default)]
pub(super) struct Rounds(BTreeMap<RangeAt, u8>);

impl Rounds {
    /// Waits for these; it is said of each whether it is being read now.
    pub(super) fn of<'r>(ranges: impl IntoIterator<Item = (&'r RangeAt, bool)>) -> Self {
        let ranges = ranges.into_iter();
        Self(ranges.map(|(at, is_read)| (at.clone(), 1 + u8::from(is_read))).collect())
    }

    /// Whether all were read.
    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// A range is read from its beginning, and these before it: who waits for it waits for them.
    pub(super) fn begun_anew(&mut self, at: &RangeAt, before: &[RangeAt]) {
        if let Some(times) = self.0.get_mut(at) {
            *times = 1;
            for other in before {
                self.0.entry(other.clone()).or_insert(1);
            }
        }
    }

    /// Who waits for a range waits for another, too.
    pub(super) fn joined_by(&mut self, at: &RangeAt, other: &RangeAt) {
        if self.0.contains_key(at) {
            self.0.entry(other.clone()).or_insert(1);
        }
    }

    /// A range was read; whether its log goes on.
    pub(super) fn done(&mut self, at: &RangeAt, more: bool) {
        match self.0.get_mut(at) {
            Some(times) if more => *times = 1,
            Some(times) if *times > 1 => *times -= 1,
            _ => self.forget(at),
        }
    }

    /// Nobody waits for a range any more.
    pub(super) fn forget(&mut self, at: &RangeAt) {
        self.0.remove(at);
    }

    /// Nobody waits for those of a source any more.
    pub(super) fn forget_source(&mut self, source: SourceId) {
        self.0.retain(|at, _| at.source != source);
    }
}
