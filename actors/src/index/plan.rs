//! What a lane does next: events and time in, a step out. Pure, so that it is tested by itself.

use std::collections::{BTreeMap, BTreeSet};

use trawl_model::SourceId;
use trawl_storage::records::range::RangeAt;

use super::queue::Queue;
pub use super::read::{All, Pass, Progress};
use super::rounds::Rounds;
use crate::range::Moment;

/// The bounds of a lane's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// How long a change waits for others.
    pub gather_millis: u64,
    /// How often all ranges are looked at.
    pub look_millis: u64,
    /// How long what is in memory waits until it is published.
    pub publish_millis: u64,
    /// From so many bytes in memory on it is published at once.
    pub publish_bytes: u64,
    /// At so many bytes nothing more is read until something was published.
    pub tail_bytes: u64,
    /// The first wait after a failure; it doubles.
    pub backoff_millis: u64,
    /// The longest wait after a failure.
    pub backoff_max_millis: u64,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            gather_millis: 250,
            look_millis: 30_000,
            publish_millis: 10_000,
            publish_bytes: 16 << 20,
            tail_bytes: 64 << 20,
            backoff_millis: 100,
            backoff_max_millis: 30_000,
        }
    }
}

/// What a lane does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Looks at all ranges that there are.
    Look,
    /// Reads on in a range.
    Read(RangeAt),
    /// Publishes what is in memory.
    Publish,
    /// Looks whether splits are to become one.
    Compact,
    /// Waits for a word, and not longer than until then.
    Rest(Moment),
}

/// What is known of the lane beside the plan.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// What is not yet published takes up so much.
    pub tail_bytes: u64,
    /// Whether there is anything to publish.
    pub news: bool,
    /// Whether there is no room on the disk: nothing is written, what is in memory is searched.
    pub no_room: bool,
}

/// How far a range is read.
#[derive(Debug, Clone, Copy, Default)]
struct Cursor {
    /// In memory.
    applied: u64,
    /// In the manifest.
    published: Option<u64>,
}

/// Somebody who waits until all that was there when he asked is read.
#[derive(Debug)]
struct Waiter {
    id: u64,
    /// None until there was a look around.
    left: Option<Rounds>,
}

/// The cursors that are to be published together.
#[derive(Debug, Default)]
pub struct Sealed {
    /// Ranges, and how far they are read.
    pub set: Vec<(RangeAt, u64)>,
    /// Ranges that are gone.
    pub removed: Vec<RangeAt>,
}

/// The plan of a lane.
#[derive(Debug)]
pub struct Plan {
    tuning: Tuning,
    cursors: BTreeMap<RangeAt, Cursor>,
    removed: BTreeSet<RangeAt>,
    /// Sources that are deleted, and of which nothing is left.
    cleared: BTreeSet<SourceId>,
    queue: Queue,
    reading: Option<(RangeAt, Option<Progress>)>,
    hold_until: Moment,
    look_at: Moment,
    publishing: bool,
    compacting: bool,
    may_compact: bool,
    flush: bool,
    news_since: Option<Moment>,
    waiters: Vec<Waiter>,
    failures: u32,
    rest_until: Moment,
}

impl Plan {
    /// A lane that has read so far.
    pub fn new(tuning: Tuning, cursors: impl IntoIterator<Item = (RangeAt, u64)>) -> Self {
        let cursor = |(at, version)| (at, Cursor { applied: version, published: Some(version) });
        Self {
            tuning,
            cursors: cursors.into_iter().map(cursor).collect(),
            removed: BTreeSet::new(),
            cleared: BTreeSet::new(),
            queue: Queue::default(),
            reading: None,
            hold_until: Moment::default(),
            look_at: Moment::default(),
            publishing: false,
            compacting: false,
            may_compact: true,
            flush: false,
            news_since: None,
            waiters: Vec::new(),
            failures: 0,
            rest_until: Moment::default(),
        }
    }

    /// Decides.
    pub fn next(&mut self, seen: Seen, now: Moment) -> Step {
        if now < self.rest_until {
            return Step::Rest(self.rest_until);
        }
        if now >= self.look_at {
            return Step::Look;
        }
        if self.is_to_publish(seen, now) && !seen.no_room {
            return Step::Publish;
        }
        if self.may_compact && !self.compacting && !seen.no_room {
            self.may_compact = false;
            return Step::Compact;
        }
        let has_room = seen.tail_bytes < self.tuning.tail_bytes;
        if has_room && (now >= self.hold_until || !self.waiters.is_empty()) {
            self.reading = self.queue.next();
            if let Some((at, _)) = &self.reading {
                return Step::Read(at.clone());
            }
        }
        Step::Rest(self.wakes_at(seen, now))
    }

    fn is_to_publish(&mut self, seen: Seen, now: Moment) -> bool {
        if !seen.news {
            self.news_since = None;
            self.flush = false;
            return false;
        }
        let since = *self.news_since.get_or_insert(now);
        let is_late = since.plus(self.tuning.publish_millis) <= now;
        let large = self.tuning.publish_bytes.min(self.tuning.tail_bytes);
        !self.publishing && (is_late || self.flush || seen.tail_bytes >= large)
    }

    fn wakes_at(&self, seen: Seen, now: Moment) -> Moment {
        // Who sees that there is room again says so.
        let publish = self.news_since.filter(|_| !self.publishing && !seen.no_room);
        let publish = publish.map(|since| since.plus(self.tuning.publish_millis));
        let read = (!self.queue.is_empty() && self.hold_until > now).then_some(self.hold_until);
        [Some(self.look_at), publish, read].into_iter().flatten().min().unwrap_or(self.look_at)
    }

    /// Whether the lane has read a range before.
    pub fn knows(&self, at: &RangeAt) -> bool {
        self.cursors.contains_key(at)
    }

    /// How far the range is that is to be read.
    pub fn progress(&mut self, at: &RangeAt) -> Progress {
        let progress = self.reading.take().and_then(|(_, progress)| progress);
        progress.unwrap_or_else(|| match self.cursors.get(at) {
            Some(cursor) => Progress::Log(cursor.applied),
            None => Progress::Whole,
        })
    }

    /// The queue of what is to be read.
    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    /// How many ranges are known.
    pub fn ranges(&self) -> usize {
        self.cursors.len()
    }

    /// Somebody tells of changes in these ranges.
    pub fn woken(&mut self, ranges: impl IntoIterator<Item = RangeAt>, now: Moment) {
        for at in ranges {
            if self.queue.is_empty() {
                self.hold_until = now.plus(self.tuning.gather_millis);
            }
            if self.knows(&at) {
                self.queue.changed(&at, now);
            } else {
                self.queue.found(&at, now);
            }
        }
    }

    /// More was told than could be remembered.
    pub fn look_now(&mut self) {
        self.look_at = Moment::default();
    }

    /// What a look around has found. Gives the sources of which all that is searched is to go.
    pub fn looked(&mut self, all: All, now: Moment) -> Vec<SourceId> {
        self.look_at = now.plus(self.tuning.look_millis);
        let of_tenant = |at: &&RangeAt| all.tenant.as_ref() == Some(&at.tenant);
        let known: Vec<RangeAt> = self.cursors.keys().filter(of_tenant).cloned().collect();
        let mut gone: BTreeSet<SourceId> = all.deleted.into_iter().collect();
        gone.extend(known.iter().map(|at| at.source).filter(|of| !all.sources.contains(of)));
        for at in &known {
            if gone.contains(&at.source) {
                self.drop_cursor(at);
            } else {
                self.queue.changed(at, now);
            }
        }
        for at in &all.ranges {
            if !self.knows(at) {
                self.queue.found(at, now);
            }
        }
        gone.iter().for_each(|source| self.queue.forget(*source));
        for waiter in &mut self.waiters {
            match &mut waiter.left {
                Some(left) => gone.iter().for_each(|source| left.forget_source(*source)),
                None => waiter.left = Some(Rounds::of(self.queue.all())),
            }
        }
        // One that was made again may be deleted again.
        self.cleared.retain(|source| !all.sources.contains(source));
        gone.retain(|source| self.cleared.insert(*source));
        if !gone.is_empty() {
            // Of a source that is deleted nothing stays for long, in no file either.
            self.flush = true;
            self.may_compact = true;
        }
        gone.into_iter().collect()
    }

    /// A range is read so far.
    pub fn goes_on(&mut self, at: &RangeAt, progress: Progress) {
        self.failures = 0;
        self.queue.goes_on(at, progress);
    }

    /// A range has a child that only its note may name: it is read too, and who waits for the one
    /// waits for both.
    pub fn also(&mut self, at: &RangeAt, child: RangeAt, now: Moment) {
        if !self.knows(&child) {
            self.queue.found(&child, now);
            self.rounds().for_each(|left| left.joined_by(at, &child));
        }
    }

    /// A range is to be read whole, and these before it.
    pub fn whole(&mut self, at: &RangeAt, first: Vec<RangeAt>, now: Moment) {
        self.rounds().for_each(|left| left.begun_anew(at, &first));
        self.queue.whole(at, first, now);
    }

    /// A range is read up to this version.
    pub fn done(&mut self, at: &RangeAt, version: u64, more: bool, now: Moment) {
        self.failures = 0;
        self.removed.remove(at);
        let cursor = self.cursors.entry(at.clone()).or_default();
        cursor.applied = cursor.applied.max(version);
        self.queue.done(at, more, now);
        self.rounds().for_each(|left| left.done(at, more));
    }

    /// A range is gone.
    pub fn gone(&mut self, at: &RangeAt, now: Moment) {
        self.drop_cursor(at);
        self.queue.done(at, false, now);
        self.rounds().for_each(|left| left.forget(at));
    }

    /// Something failed: it is tried again, later each time.
    pub fn failed(&mut self, at: Option<&RangeAt>, now: Moment) {
        if let Some(at) = at {
            self.queue.failed(at);
        }
        let wait = self.tuning.backoff_millis << self.failures.min(16);
        self.failures += 1;
        self.rest_until = now.plus(wait.min(self.tuning.backoff_max_millis));
    }

    /// What is in memory is about to be published. Gives the cursors that go with it, at most so
    /// many: those that are left out are read again by whoever opens the lane.
    pub fn seal(&mut self, most: usize) -> Sealed {
        self.publishing = true;
        self.flush = false;
        self.news_since = None;
        let moved = |(at, cursor): (&RangeAt, &Cursor)| {
            (cursor.published != Some(cursor.applied)).then(|| (at.clone(), cursor.applied))
        };
        let removed: Vec<RangeAt> = self.removed.iter().take(most).cloned().collect();
        let set = self.cursors.iter().filter_map(moved).take(most - removed.len()).collect();
        Sealed { set, removed }
    }

    /// It is published, or could not be.
    pub fn published(&mut self, sealed: Option<&Sealed>) {
        self.publishing = false;
        let Some(sealed) = sealed else { return };
        self.may_compact = true;
        for (at, version) in &sealed.set {
            if let Some(cursor) = self.cursors.get_mut(at) {
                cursor.published = Some(*version);
            }
        }
        for at in &sealed.removed {
            self.removed.remove(at);
        }
    }

    /// Splits are about to become one.
    pub fn compacts(&mut self) {
        self.compacting = true;
    }

    /// What was to be written could not be.
    pub fn gave_up(&mut self, of_tail: bool) {
        if of_tail {
            self.publishing = false;
        } else {
            self.compacting = false;
        }
    }

    /// They are one, or could not be.
    pub fn compacted(&mut self, done: bool) {
        self.compacting = false;
        self.may_compact |= done;
    }

    /// Whether nothing is being written.
    pub fn is_writing(&self) -> bool {
        self.publishing || self.compacting
    }

    /// What is in memory is to be published soon.
    pub fn flush(&mut self) {
        self.flush = true;
        // Who waits for it, as a node that stops does, is told at once where it fails again.
        self.rest_until = Moment::default();
    }

    /// Whether what was to be published soon is.
    pub fn is_flushed(&self) -> bool {
        !self.flush && !self.publishing
    }

    /// Somebody waits until all is read that there is now.
    pub fn wait(&mut self, id: u64) {
        self.waiters.push(Waiter { id, left: None });
        self.look_now();
    }

    /// Those who have waited long enough.
    pub fn ready(&mut self) -> Vec<u64> {
        let is_ready = |waiter: &Waiter| waiter.left.as_ref().is_some_and(Rounds::is_over);
        let ready = self.waiters.iter().filter(|w| is_ready(w)).map(|w| w.id).collect();
        self.waiters.retain(|waiter| !is_ready(waiter));
        ready
    }

    /// Lets go of all who wait.
    pub fn give_up(&mut self) -> Vec<u64> {
        self.waiters.drain(..).map(|waiter| waiter.id).collect()
    }

    /// How far ranges are indexed for good.
    pub fn published_cursors(&self) -> impl Iterator<Item = (&RangeAt, u64)> {
        self.cursors.iter().filter_map(|(at, cursor)| Some((at, cursor.published?)))
    }

    fn drop_cursor(&mut self, at: &RangeAt) {
        if self.cursors.remove(at).is_some_and(|cursor| cursor.published.is_some()) {
            self.removed.insert(at.clone());
        }
    }

    fn rounds(&mut self) -> impl Iterator<Item = &mut Rounds> {
        self.waiters.iter_mut().filter_map(|waiter| waiter.left.as_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_room_nothing_is_written_and_nobody_is_kept_busy() {
        let mut plan = Plan::new(Tuning::default(), []);
        plan.looked(All::default(), Moment(0));
        let tail_bytes = Tuning::default().tail_bytes;
        let full = Seen { tail_bytes, news: true, no_room: true };
        for now in [1, 20_000, 29_999] {
            assert_eq!(plan.next(full, Moment(now)), Step::Rest(Moment(30_000)));
        }
        let room = Seen { no_room: false, ..full };
        assert_eq!(plan.next(room, Moment(29_999)), Step::Publish);
        plan.seal(1);
        assert_eq!(plan.next(room, Moment(29_999)), Step::Compact);
    }

    #[test]
    fn who_wants_it_published_does_not_wait_as_long_as_it_rests_after_a_failure() {
        let mut plan = Plan::new(Tuning::default(), []);
        plan.looked(All::default(), Moment(0));
        let news = Seen { tail_bytes: 1, news: true, no_room: false };
        for _ in 0..8 {
            plan.failed(None, Moment(0));
        }
        assert_eq!(plan.next(news, Moment(1_000)), Step::Rest(Moment(12_800)));
        plan.flush();
        assert_eq!(plan.next(news, Moment(1_000)), Step::Publish);
        plan.failed(None, Moment(1_000));
        assert!(matches!(plan.next(news, Moment(1_001)), Step::Rest(_)));
    }
}
