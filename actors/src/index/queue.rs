//! Which range of a lane is read next.
//!
//! Ranges whose log is to be read come in the order in which they were told of, and take turns with
//! those that are to be read whole, so that what is new is not kept waiting by what is large.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use trawl_model::SourceId;
use trawl_storage::records::range::RangeAt;

use super::read::Progress;
use crate::range::Moment;

/// The ranges that are to be read.
#[derive(Debug, Default)]
pub(super) struct Queue {
    due: BTreeMap<RangeAt, Due>,
    logs: VecDeque<RangeAt>,
    wholes: VecDeque<RangeAt>,
    /// Whose turn it is.
    whole_is_next: bool,
}

#[derive(Debug)]
struct Due {
    since: Moment,
    whole: bool,
    progress: Option<Progress>,
    /// It was told of once more while it was read.
    again: bool,
    /// These are to be read whole before.
    first: BTreeSet<RangeAt>,
}

impl Queue {
    /// Whether nothing is to be read.
    pub(super) fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    /// How many ranges are to be read.
    pub(super) fn len(&self) -> usize {
        self.due.len()
    }

    /// All that is to be read, and whether it is being read: then it is read once more if it has
    /// changed since that was begun.
    pub(super) fn all(&self) -> impl Iterator<Item = (&RangeAt, bool)> {
        self.due.iter().map(|(at, due)| (at, due.progress.is_some()))
    }

    /// Since when the oldest of them waits.
    pub(super) fn since(&self) -> Option<Moment> {
        self.due.values().map(|due| due.since).min()
    }

    /// A known range may have changed.
    pub(super) fn changed(&mut self, at: &RangeAt, now: Moment) {
        if let Some(due) = self.due.get_mut(at) {
            // What was read of it may be older.
            due.again |= due.progress.is_some();
            return;
        }
        self.due.insert(at.clone(), Due::new(now, false));
        self.logs.push_back(at.clone());
    }

    /// A range that nobody knew is to be read whole.
    pub(super) fn found(&mut self, at: &RangeAt, now: Moment) {
        if !self.due.contains_key(at) {
            self.due.insert(at.clone(), Due::new(now, true));
            self.wholes.push_back(at.clone());
        }
    }

    /// The range whose turn it is, and how far it is read; none where there is none, or where all
    /// that there are wait for another.
    pub(super) fn next(&mut self) -> Option<(RangeAt, Option<Progress>)> {
        let at = match (self.logs.front().cloned(), self.next_whole()) {
            (Some(log), Some(whole)) => {
                if self.whole_is_next {
                    whole
                } else {
                    log
                }
            }
            (log, whole) => log.or(whole)?,
        };
        let due = self.due.get_mut(&at)?;
        self.whole_is_next = !due.whole;
        let progress = due.progress.take().or(due.whole.then_some(Progress::Whole));
        Some((at, progress))
    }

    fn next_whole(&self) -> Option<RangeAt> {
        let ready = |at: &&RangeAt| {
            self.due.get(*at).is_some_and(|due| due.first.iter().all(|at| !self.is_whole(at)))
        };
        self.wholes.iter().find(ready).cloned()
    }

    fn is_whole(&self, at: &RangeAt) -> bool {
        self.due.get(at).is_some_and(|due| due.whole)
    }

    /// A range is read so far.
    pub(super) fn goes_on(&mut self, at: &RangeAt, progress: Progress) {
        if let Some(due) = self.due.get_mut(at) {
            due.progress = Some(progress);
        }
    }

    /// A range is to be read whole, and these before it.
    pub(super) fn whole(&mut self, at: &RangeAt, first: Vec<RangeAt>, now: Moment) {
        for other in &first {
            self.found(other, now);
        }
        let Some(due) = self.due.get_mut(at) else { return };
        due.progress = None;
        due.again = false;
        due.first.extend(first);
        if !std::mem::replace(&mut due.whole, true) {
            self.logs.retain(|other| other != at);
            self.wholes.push_back(at.clone());
        }
    }

    /// A range is read; whether its log goes on.
    pub(super) fn done(&mut self, at: &RangeAt, more: bool, now: Moment) {
        let Some(due) = self.due.remove(at) else { return };
        let those = if due.whole { &mut self.wholes } else { &mut self.logs };
        those.retain(|other| other != at);
        if more || due.again {
            self.changed(at, if more { due.since } else { now });
        }
    }

    /// The reading of a range has failed: it is begun anew.
    pub(super) fn failed(&mut self, at: &RangeAt) {
        if let Some(due) = self.due.get_mut(at) {
            due.progress = None;
        }
    }

    /// All of a source is gone.
    pub(super) fn forget(&mut self, source: SourceId) {
        self.due.retain(|at, _| at.source != source);
        self.logs.retain(|at| at.source != source);
        self.wholes.retain(|at| at.source != source);
    }
}

impl Due {
    fn new(since: Moment, whole: bool) -> Self {
        Self { since, whole, progress: None, again: false, first: BTreeSet::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trawl_model::{RangeId, TenantId};

    const NOW: Moment = Moment(7);

    fn at(source: u8, range: u8) -> RangeAt {
        RangeAt {
            tenant: TenantId::default_tenant(),
            source: SourceId::from_bytes([source; 8]),
            range: RangeId::from_bytes([range; 12]),
        }
    }

    fn turn(queue: &mut Queue) -> RangeAt {
        queue.next().unwrap().0
    }

    #[test]
    fn what_is_told_twice_is_read_once_and_what_changes_while_it_is_read_once_more() {
        let mut queue = Queue::default();
        queue.changed(&at(1, 1), NOW);
        queue.changed(&at(1, 1), NOW);
        assert_eq!(turn(&mut queue), at(1, 1));
        queue.goes_on(&at(1, 1), Progress::Log(3));
        queue.changed(&at(1, 1), NOW);
        queue.done(&at(1, 1), false, NOW);
        assert_eq!(turn(&mut queue), at(1, 1));
        queue.done(&at(1, 1), false, NOW);
        assert!(queue.is_empty() && queue.next().is_none());
    }

    #[test]
    fn a_range_that_nobody_knew_takes_turns_with_those_whose_log_goes_on() {
        let mut queue = Queue::default();
        queue.changed(&at(1, 1), NOW);
        queue.found(&at(1, 9), NOW);
        queue.changed(&at(1, 2), NOW);
        assert_eq!(turn(&mut queue), at(1, 1));
        queue.done(&at(1, 1), false, NOW);
        let turns = [turn(&mut queue), turn(&mut queue), turn(&mut queue)];
        assert_eq!(turns, [at(1, 9), at(1, 2), at(1, 9)]);
    }

    #[test]
    fn a_range_that_was_cut_is_read_after_its_children() {
        let mut queue = Queue::default();
        queue.changed(&at(1, 1), NOW);
        queue.changed(&at(1, 5), NOW);
        assert_eq!(turn(&mut queue), at(1, 1));
        queue.whole(&at(1, 1), vec![at(1, 9)], NOW);
        // The parent waits for the child, and not for the log, which takes its turn.
        assert_eq!([turn(&mut queue), turn(&mut queue)], [at(1, 9), at(1, 5)]);
        queue.done(&at(1, 5), false, NOW);
        queue.done(&at(1, 9), true, NOW);
        // It has become a known one, whose log goes on, and takes turns with its parent.
        assert_eq!([turn(&mut queue), turn(&mut queue)], [at(1, 1), at(1, 9)]);
    }

    #[test]
    fn a_source_that_is_deleted_is_no_longer_waited_for() {
        let mut queue = Queue::default();
        queue.changed(&at(1, 1), NOW);
        queue.found(&at(2, 9), NOW);
        queue.next();
        queue.goes_on(&at(1, 1), Progress::Log(3));
        queue.changed(&at(1, 1), NOW);
        queue.forget(at(1, 1).source);
        assert_eq!(queue.all().collect::<Vec<_>>(), [(&at(2, 9), false)]);
        assert_eq!(turn(&mut queue), at(2, 9));
    }
}
