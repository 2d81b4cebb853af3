//! How far a scan is, and what can honestly be said of how long it still takes. Pure.

use std::collections::VecDeque;
use std::time::Duration;

use trawl_model::{Class, Item};

use crate::director::plan::Sums;
use crate::range::Moment;

/// The rate is that of so much time.
const WINDOW_MILLIS: u64 = 60_000;
/// Of moments that are closer than this the last is kept.
const APART_MILLIS: u64 = 500;
/// In a shorter time than this no rate is told.
const SHORTEST_MILLIS: u64 = 3_000;

/// How far a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// Objects listed so far.
    pub listed_objects: u64,
    /// Their bytes.
    pub listed_bytes: u64,
    /// Of these, objects that are done: read, carried, skipped or failed.
    pub done_objects: u64,
    /// Their bytes.
    pub done_bytes: u64,
    /// Findings that count so far.
    pub findings: u64,
    /// All is listed: nothing comes on top.
    pub listing_ended: bool,
    /// Bytes that were done a second of late, where that can be told.
    pub bytes_per_second: Option<f64>,
    /// Objects that were done a second of late, where that can be told.
    pub objects_per_second: Option<f64>,
    /// How long it still takes.
    pub remaining: Remaining,
}

/// How long a scan still takes, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Remaining {
    /// Nothing is known.
    #[default]
    Unknown,
    /// There is more to come than is listed: this is the least.
    AtLeast(Duration),
    /// All is listed, and this is what it takes if it goes on as of late.
    About(Duration),
}

/// What was done, as it was seen of late.
#[derive(Debug, Clone, Default)]
pub struct Window {
    seen: VecDeque<(Moment, u64, u64)>,
}

impl Window {
    /// Notes how much was done at a moment: objects and bytes. However often it is looked, few moments
    /// are kept: one that came right after another takes its place.
    pub fn note(&mut self, at: Moment, objects: u64, bytes: u64) {
        let last_but_one = self.seen.len().checked_sub(2).map(|n| self.seen[n].0);
        if last_but_one.is_some_and(|before| before.plus(APART_MILLIS) > at) {
            self.seen.pop_back();
        }
        self.seen.push_back((at, objects, bytes));
        // The oldest that is kept is the last one outside: so the window is always full.
        while self.seen.len() > 2 && self.seen[1].0.plus(WINDOW_MILLIS) <= at {
            self.seen.pop_front();
        }
    }

    /// What was done of late; none where too little was seen.
    pub fn recent(&self) -> Option<Recent> {
        let (first, last) = (self.seen.front()?, self.seen.back()?);
        let millis = last.0.0.saturating_sub(first.0.0);
        if millis < SHORTEST_MILLIS {
            return None;
        }
        let (objects, bytes) = (last.1.saturating_sub(first.1), last.2.saturating_sub(first.2));
        Some(Recent { millis, objects, bytes })
    }
}

/// What was done in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recent {
    /// How long it took.
    pub millis: u64,
    /// Objects that were done.
    pub objects: u64,
    /// Bytes that were done.
    pub bytes: u64,
}

impl Recent {
    /// Of what was done, so much a second: less than one, where it is slow.
    fn per_second(self, done: u64) -> f64 {
        done as f64 * 1_000.0 / self.millis.max(1) as f64
    }

    /// How many seconds what is left takes, given how much of its kind was done; none where nothing was.
    fn seconds(self, left: u64, done: u64) -> Option<u64> {
        if left == 0 {
            return Some(0);
        }
        let takes = u128::from(left) * u128::from(self.millis);
        let takes = (done > 0).then(|| takes.div_ceil(u128::from(done) * 1_000))?;
        Some(u64::try_from(takes).unwrap_or(u64::MAX))
    }
}

/// What sums and window come to. Where not all is listed, no end is told but the least.
pub fn of(sums: &Sums, listing_ended: bool, window: &Window) -> Progress {
    let (done_objects, done_bytes) = done(sums);
    let recent = window.recent();
    let left_objects = sums.listed_objects.saturating_sub(done_objects);
    let left_bytes = sums.listed_bytes.saturating_sub(done_bytes);
    let takes = recent.and_then(|recent| {
        // Whichever of both takes longer: many small ones, or few large ones.
        let objects = recent.seconds(left_objects, recent.objects)?;
        Some(objects.max(recent.seconds(left_bytes, recent.bytes)?))
    });
    Progress {
        listed_objects: sums.listed_objects,
        listed_bytes: sums.listed_bytes,
        done_objects,
        done_bytes,
        findings: sums.counts.findings,
        listing_ended,
        bytes_per_second: recent.map(|recent| recent.per_second(recent.bytes)),
        objects_per_second: recent.map(|recent| recent.per_second(recent.objects)),
        remaining: match takes.map(Duration::from_secs) {
            Some(takes) if listing_ended => Remaining::About(takes),
            Some(takes) => Remaining::AtLeast(takes),
            None => Remaining::Unknown,
        },
    }
}

/// Objects and bytes that are done.
pub fn done(sums: &Sums) -> (u64, u64) {
    let pending = sums.coverage.items_of(Item::Object, Class::Pending);
    let bytes = sums.coverage.bytes_of(Class::Pending);
    (sums.listed_objects.saturating_sub(pending), sums.listed_bytes.saturating_sub(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use trawl_model::Coverage;

    fn sums(listed: u64, done: u64, size: u64) -> Sums {
        let mut coverage = Coverage::new();
        for (class, count) in [(Class::Pending, listed - done), (Class::Read, done)] {
            coverage.add_items(Item::Object, class, count);
            coverage.add_bytes(class, count * size);
        }
        let (listed_bytes, listed_objects) = (listed * size, listed);
        Sums { coverage, listed_bytes, listed_objects, ..Sums::default() }
    }

    fn seen(per_second: u64, seconds: u64, size: u64) -> Window {
        let mut window = Window::default();
        for second in 0..=seconds {
            let done = per_second * second;
            window.note(Moment(second * 1_000), done, done * size);
        }
        window
    }

    #[test]
    fn an_end_is_told_only_where_all_is_listed() {
        let (window, sums) = (seen(10, 60, 100), sums(1_000, 600, 100));
        let about = Remaining::About(Duration::from_secs(40));
        assert_eq!(of(&sums, true, &window).remaining, about);
        let least = Remaining::AtLeast(Duration::from_secs(40));
        assert_eq!(of(&sums, false, &window).remaining, least);
    }

    #[test]
    fn nothing_is_told_after_a_moment_or_where_nothing_gets_on() {
        let sums = sums(1_000, 600, 100);
        assert_eq!(of(&sums, true, &seen(10, 2, 100)).remaining, Remaining::Unknown);
        assert_eq!(of(&sums, true, &seen(0, 60, 100)).remaining, Remaining::Unknown);
    }

    #[test]
    fn the_rate_is_that_of_late() {
        let mut window = seen(1_000, 300, 1);
        for second in 301..=400 {
            window.note(Moment(second * 1_000), 300_000, 300_000);
        }
        let recent = window.recent().unwrap();
        assert_eq!((recent.objects, recent.bytes), (0, 0), "it has stood still for all the window");
        assert!(window.seen.len() <= 64);
    }

    #[test]
    fn however_often_it_is_looked_little_is_kept_and_the_rate_is_the_same() {
        let mut window = Window::default();
        for milli in 0..=60_000 {
            window.note(Moment(milli), milli / 100, milli);
        }
        let recent = window.recent().unwrap();
        assert_eq!(recent.per_second(recent.objects), 10.0);
        assert_eq!(recent.per_second(recent.bytes), 1_000.0);
        assert!(window.seen.len() <= 122, "{}", window.seen.len());
    }

    #[test]
    fn what_is_slow_has_a_rate_and_an_end_too() {
        // One object in four seconds, and three in four.
        for (done, seconds, rate, takes) in [(15, 60, 0.25, 1_600), (45, 60, 0.75, 534)] {
            let mut window = Window::default();
            window.note(Moment(0), 0, 0);
            window.note(Moment(seconds * 1_000), done, done * 10);
            let progress = of(&sums(400 + done, done, 10), true, &window);
            assert_eq!(progress.objects_per_second, Some(rate));
            assert_eq!(progress.bytes_per_second, Some(rate * 10.0));
            assert_eq!(progress.remaining, Remaining::About(Duration::from_secs(takes)));
        }
    }

    proptest! {
        #[test]
        fn what_goes_on_as_of_late_ends_when_it_is_said(
            rate in 1u64..1_000,
            size in 0u64..10_000,
            done in 0u64..10_000,
            left in 0u64..10_000
        ) {
            let progress = of(&sums(done + left, done, size), true, &seen(rate, 60, size));
            let Remaining::About(takes) = progress.remaining else { panic!("it is known") };
            let exact = left.div_ceil(rate);
            prop_assert!(takes.as_secs() >= exact && takes.as_secs() <= exact + 1 + exact / 10);
            prop_assert_eq!(progress.done_objects, done);
        }
    }
}
