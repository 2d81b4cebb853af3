//! How fast a source is read: a pure bucket of what may be taken, and its use by crawlers.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use trawl_model::Fingerprint;
use trawl_model::source::RateLimits;
use trawl_sources::Content;

use crate::clock::SharedClock;
use crate::range::Moment;

/// So much is read before it is taken at the node that keeps the limits: each time is a question.
const BORROWED_BYTES: u64 = 256 << 10;
/// Where there were no limits, it is asked again after so long whether there are.
const LENT_AGAIN_MILLIS: u64 = 2_000;
/// What another node may take at once.
const MOST_BYTES: u64 = 64 << 20;
/// And of objects.
const MOST_OBJECTS: u64 = 1_000;
/// What may be taken at once after a time in which nothing was: so much of a second's worth.
const BURST_MICROS: u64 = 1_000_000;
/// Who waits looks so often whether the scan is to rest.
const LOOK_MILLIS: u64 = 100;

/// A bucket: whoever takes from it is told how long to wait. What is taken is owed until time has
/// paid for it, so that nothing is too large to be taken, and those that take next wait longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bucket {
    per_second: Option<u64>,
    /// The moment, in microseconds, at which all that was taken is paid for.
    paid_at: u64,
}

impl Bucket {
    /// A bucket that is full; without a rate it never ends.
    pub fn new(per_second: Option<u64>) -> Self {
        Self { per_second, paid_at: 0 }
    }

    /// From now on another rate holds.
    pub fn set(&mut self, per_second: Option<u64>) {
        self.per_second = per_second;
    }

    /// Whether there is a rate.
    pub fn is_limited(&self) -> bool {
        self.per_second.is_some()
    }

    /// Takes something; answers with how many milliseconds to wait before going on.
    pub fn take(&mut self, amount: u64, now: Moment) -> u64 {
        let Some(rate) = self.per_second else { return 0 };
        let now = now.0.saturating_mul(1_000);
        let cost = u128::from(amount) * 1_000_000 / u128::from(rate.max(1));
        let cost = u64::try_from(cost).unwrap_or(u64::MAX);
        // What was left over a while ago is not saved up beyond the burst.
        self.paid_at = self.paid_at.max(now.saturating_sub(BURST_MICROS)).saturating_add(cost);
        self.paid_at.saturating_sub(now).div_ceil(1_000)
    }
}

/// What is taken of what a source may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Taken {
    pub(crate) objects: u64,
    pub(crate) bytes: u64,
}

/// What taking it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lent {
    /// Whether there are limits at all.
    pub(crate) limited: bool,
    /// How long to wait before going on.
    pub(crate) wait_millis: u64,
}

/// The node that directs the scan of a source, and keeps the limits for all nodes.
pub(crate) trait Lender: Send + Sync {
    /// Takes something there; none where it does not answer.
    fn borrow(&self, taken: Taken) -> Option<Lent>;
}

/// The limits of a source at work, shared by all who read it: those of this node, by this; those of all
/// nodes, by who lends.
pub(crate) struct Throttle {
    clock: SharedClock,
    limits: Limits,
    /// The scan is to rest, or the node stops: nobody waits any more, and nobody goes on.
    over: AtomicBool,
    /// Those that wait.
    waiting: AtomicUsize,
}

enum Limits {
    Here { bytes: Mutex<Bucket>, objects: Mutex<Bucket> },
    There { lender: Box<dyn Lender>, owed: Mutex<Owed> },
}

/// What is known of limits that are kept on another node.
struct Owed {
    /// Whether there are any, as was heard last.
    limited: bool,
    /// When that was.
    heard: Moment,
    /// What was read and not yet taken there.
    bytes: u64,
}

impl Throttle {
    pub(crate) fn new(clock: SharedClock, limits: RateLimits) -> Self {
        let (bytes, objects, over, waiting) = Default::default();
        let throttle = Self { clock, limits: Limits::Here { bytes, objects }, over, waiting };
        throttle.set(limits);
        throttle
    }

    /// Of a source whose limits another node keeps; whether there were any when its scan was looked up here.
    pub(crate) fn lent(clock: SharedClock, limited: bool, lender: Box<dyn Lender>) -> Self {
        let owed = Mutex::new(Owed { limited, heard: clock.now(), bytes: 0 });
        let (over, waiting) = Default::default();
        Self { clock, limits: Limits::There { lender, owed }, over, waiting }
    }

    /// From now on these limits hold, where they are kept here.
    pub(crate) fn set(&self, limits: RateLimits) {
        if let Limits::Here { bytes, objects } = &self.limits {
            bytes.lock().set(limits.bytes_per_second);
            objects.lock().set(limits.objects_per_second);
        }
    }

    /// Nobody waits any more: whoever reads stops where he is.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Whether it was ended.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Takes something for another node, which waits itself.
    pub(crate) fn lend(&self, taken: Taken) -> Lent {
        let Limits::Here { bytes, objects } = &self.limits else {
            return Lent { limited: true, wait_millis: LENT_AGAIN_MILLIS };
        };
        let (mut bytes, mut objects, now) = (bytes.lock(), objects.lock(), self.clock.now());
        let limited = bytes.is_limited() || objects.is_limited();
        // Who takes nothing of one does not wait for what others have taken of it; and whatever is asked, it
        // does not hold up all others for ever.
        let take = |bucket: &mut Bucket, amount: u64, most: u64| match amount {
            0 => 0,
            amount => bucket.take(amount.min(most), now),
        };
        let of_bytes = take(&mut bytes, taken.bytes, MOST_BYTES);
        let of_objects = take(&mut objects, taken.objects, MOST_OBJECTS);
        Lent { limited, wait_millis: of_bytes.max(of_objects) }
    }

    /// Waits until an object may be opened. Who waits no longer because it is over is to look at that
    /// himself.
    pub(super) fn open(&self) {
        let wait = self.take(Taken { objects: 1, bytes: 0 });
        self.wait(wait);
    }

    /// Waits for what was read; false if it was over before that was paid for.
    fn read(&self, bytes: usize) -> bool {
        let wait = self.take(Taken { objects: 0, bytes: bytes as u64 });
        self.wait(wait)
    }

    /// Takes something; answers with how many milliseconds to wait.
    fn take(&self, taken: Taken) -> u64 {
        let (lender, owed) = match &self.limits {
            Limits::Here { .. } => return self.lend(taken).wait_millis,
            Limits::There { lender, owed } => (lender, owed),
        };
        let (taken, was_limited) = {
            let (mut owed, now) = (owed.lock(), self.clock.now());
            owed.bytes += taken.bytes;
            let is_due = match owed.limited {
                true => taken.objects > 0 || owed.bytes >= BORROWED_BYTES,
                false => owed.heard.plus(LENT_AGAIN_MILLIS) <= now,
            };
            if !is_due {
                return 0;
            }
            // Others go on meanwhile.
            owed.heard = now;
            (Taken { bytes: std::mem::take(&mut owed.bytes), ..taken }, owed.limited)
        };
        loop {
            if let Some(Lent { limited, wait_millis }) = lender.borrow(taken) {
                owed.lock().limited = limited;
                return wait_millis;
            }
            // It goes on as was said last: without limits, or not before it is heard.
            if !was_limited || self.is_over() {
                return 0;
            }
            self.clock.pause(LENT_AGAIN_MILLIS / 4);
        }
    }

    fn wait(&self, millis: u64) -> bool {
        if millis == 0 {
            return true;
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let is_paid = self.wait_until_paid(millis);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        is_paid
    }

    fn wait_until_paid(&self, millis: u64) -> bool {
        let until = self.clock.now().plus(millis);
        loop {
            let left = until.0.saturating_sub(self.clock.now().0);
            if left == 0 {
                return true;
            }
            if self.is_over() {
                return false;
            }
            self.clock.pause(left.min(LOOK_MILLIS));
        }
    }
}

/// Content that is read no faster than its source may be. When the scan is to rest before what was
/// read is paid for, reading is cut off: a format sees that as an error, and whatever it makes of it
/// counts for nothing.
pub(super) struct Throttled {
    pub(super) content: Box<dyn Content>,
    pub(super) throttle: Arc<Throttle>,
    /// Set when a read was cut off.
    pub(super) cut_off: Arc<AtomicBool>,
}

impl Content for Throttled {
    fn fingerprint(&self) -> &Fingerprint {
        self.content.fingerprint()
    }

    fn fingerprint_now(&mut self) -> io::Result<Fingerprint> {
        self.content.fingerprint_now()
    }

    fn size(&self) -> u64 {
        self.content.size()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cut_off.load(Ordering::Relaxed) {
            return Err(cut_off());
        }
        let read = self.content.read_at(offset, buffer)?;
        if !self.throttle.read(read) {
            self.cut_off.store(true, Ordering::Relaxed);
            return Err(cut_off());
        }
        Ok(read)
    }

    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        self.content.data_from(offset)
    }
}

fn cut_off() -> io::Error {
    io::Error::other("the scan is to rest")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use proptest::prelude::*;
    use std::sync::atomic::AtomicU64;
    use trawl_model::Timestamp;
    use trawl_sources::testing::Memory;

    /// A clock that stands still, and somebody who ends what waits for it.
    #[derive(Default)]
    struct Still {
        throttle: Mutex<Option<Arc<Throttle>>>,
        pauses: AtomicU64,
    }

    impl Clock for Still {
        fn wall(&self) -> Timestamp {
            Timestamp::from_micros(0)
        }

        fn now(&self) -> Moment {
            Moment(10_000)
        }

        fn pause(&self, _: u64) {
            if self.pauses.fetch_add(1, Ordering::Relaxed) == 3
                && let Some(throttle) = &*self.throttle.lock()
            {
                throttle.end();
            }
        }
    }

    #[test]
    fn a_read_that_is_not_paid_for_when_its_scan_is_to_rest_is_cut_off_and_so_are_those_after_it() {
        let clock = Arc::new(Still::default());
        let limits = RateLimits { bytes_per_second: Some(1_000), objects_per_second: None };
        let throttle = Arc::new(Throttle::new(Arc::clone(&clock) as SharedClock, limits));
        *clock.throttle.lock() = Some(Arc::clone(&throttle));
        let (content, cut_off) = (Box::new(Memory::new(vec![7; 9_000])), Arc::default());
        let mut throttled =
            Throttled { content, throttle: Arc::clone(&throttle), cut_off: Arc::clone(&cut_off) };
        let mut buffer = [0; 1_000];
        assert_eq!(throttled.read_at(0, &mut buffer).unwrap(), 1_000, "the burst");
        assert!(!throttle.is_over() && !cut_off.load(Ordering::Relaxed));
        for offset in [1_000, 2_000, 8_999] {
            let cut = throttled.read_at(offset, &mut buffer).unwrap_err();
            assert_ne!(cut.kind(), io::ErrorKind::Interrupted, "that would be read again");
            assert!(cut_off.load(Ordering::Relaxed));
        }
        assert_eq!(clock.pauses.load(Ordering::Relaxed), 4, "only the first of them waited");
    }

    /// Another node, which may not answer.
    struct Other {
        throttle: Throttle,
        asked: Mutex<Vec<Taken>>,
        answers: AtomicBool,
    }

    impl Lender for Arc<Other> {
        fn borrow(&self, taken: Taken) -> Option<Lent> {
            self.asked.lock().push(taken);
            self.answers.load(Ordering::Relaxed).then(|| self.throttle.lend(taken))
        }
    }

    #[test]
    fn what_two_nodes_take_comes_from_one_bucket_and_bytes_are_taken_together() {
        let clock: SharedClock = Arc::new(Still::default());
        let limits = RateLimits { bytes_per_second: Some(1 << 20), objects_per_second: Some(10) };
        let throttle = Throttle::new(Arc::clone(&clock), limits);
        let other = Other { throttle, asked: Mutex::default(), answers: AtomicBool::new(true) };
        let other = Arc::new(other);
        let nodes =
            [0, 1].map(|_| Throttle::lent(Arc::clone(&clock), true, Box::new(Arc::clone(&other))));
        let object = Taken { objects: 1, bytes: 0 };
        let waits: Vec<u64> = (0..12).map(|n| nodes[n % 2].take(object)).collect();
        assert_eq!(waits[..10], [0; 10], "the burst");
        assert_eq!(waits[10..], [100, 200]);
        other.asked.lock().clear();
        for _ in 0..8 {
            nodes[0].take(Taken { objects: 0, bytes: 64 << 10 });
        }
        assert_eq!(*other.asked.lock(), [Taken { objects: 0, bytes: 256 << 10 }; 2]);
        let most = other.throttle.lend(Taken { objects: u64::MAX, bytes: u64::MAX });
        assert!(most.wait_millis <= 101_000, "{most:?}");
    }

    #[test]
    fn without_limits_it_is_asked_now_and_then_and_goes_on_where_nobody_answers() {
        let clock: SharedClock = Arc::new(Still::default());
        let throttle = Throttle::new(Arc::clone(&clock), RateLimits::default());
        let other = Other { throttle, asked: Mutex::default(), answers: AtomicBool::new(false) };
        let other = Arc::new(other);
        let node = Throttle::lent(clock, false, Box::new(Arc::clone(&other)));
        node.open();
        assert!(other.asked.lock().is_empty(), "it was heard just now");
        if let Limits::There { owed, .. } = &node.limits {
            owed.lock().heard = Moment(0);
        }
        node.open();
        node.open();
        assert_eq!(other.asked.lock().len(), 1);
    }

    #[test]
    fn what_need_not_wait_is_read_on_also_when_its_scan_is_to_rest() {
        let clock = Arc::new(Still::default());
        let throttle = Arc::new(Throttle::new(clock, RateLimits::default()));
        throttle.end();
        let (content, cut_off) = (Box::new(Memory::new(vec![7; 9_000])), Arc::default());
        let mut throttled = Throttled { content, throttle, cut_off };
        assert_eq!(throttled.read_at(0, &mut [0; 9_000]).unwrap(), 9_000);
    }

    proptest! {
        #[test]
        fn in_no_stretch_of_time_is_more_taken_than_its_rate_and_one_burst(
            rate in 1u64..1_000_000,
            takes in proptest::collection::vec((0u64..2_000_000, 0u64..3_000), 1..60)
        ) {
            let mut bucket = Bucket::new(Some(rate));
            let mut now = 10_000_000;
            let mut taken = Vec::new();
            for (amount, idle) in takes {
                let wait = bucket.take(amount, Moment(now));
                now += wait;
                // Paid for at this moment.
                taken.push((now, amount));
                now += idle;
            }
            for (n, (from, _)) in taken.iter().enumerate() {
                let mut sum = 0u128;
                for (until, amount) in &taken[n..] {
                    sum += u128::from(*amount);
                    let millis = u128::from(until - from) + u128::from(BURST_MICROS / 1_000);
                    let first = u128::from(taken[n].1);
                    prop_assert!(sum <= u128::from(rate) * (millis + 1) / 1_000 + first + 1);
                }
            }
        }

        #[test]
        fn whoever_takes_no_more_than_the_rate_never_waits_longer_than_for_what_he_took(
            rate in 1_000u64..1_000_000,
            parts in 1u64..50
        ) {
            let mut bucket = Bucket::new(Some(rate));
            let mut now = 10_000_000;
            for _ in 0..100 {
                now += 1_000 / parts + 1;
                prop_assert!(bucket.take(rate / parts / 2, Moment(now)) == 0);
            }
        }
    }

    #[test]
    fn without_a_rate_nobody_waits_and_a_new_rate_holds_at_once() {
        let mut bucket = Bucket::new(None);
        assert_eq!(bucket.take(u64::MAX, Moment(5)), 0);
        bucket.set(Some(1_000));
        assert_eq!(bucket.take(3_000, Moment(5_000)), 2_000);
        bucket.set(None);
        assert_eq!(bucket.take(u64::MAX, Moment(5_000)), 0);
    }
}
