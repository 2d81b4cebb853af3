//! How many commits a second the ranges of a node make, all together.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::SharedClock;
use crate::crawl::Bucket;

/// The pace of a node's commits. Cheap to clone.
#[derive(Clone)]
pub struct Pace {
    bucket: Arc<Mutex<Bucket>>,
    clock: SharedClock,
}

impl Pace {
    /// So many a second; as many as there are, where no number is given.
    pub fn new(per_second: Option<u32>, clock: SharedClock) -> Self {
        let bucket = Arc::new(Mutex::new(Bucket::new(per_second.map(u64::from))));
        Self { bucket, clock }
    }

    /// From now on so many.
    pub fn set(&self, per_second: Option<u32>) {
        self.bucket.lock().set(per_second.map(u64::from));
    }

    /// How long a commit waits that is made now. What is decided meanwhile goes into the next one.
    pub(super) fn wait(&self) -> Duration {
        Duration::from_millis(self.bucket.lock().take(1, self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use trawl_model::Timestamp;

    use super::*;
    use crate::clock::Clock;
    use crate::range::Moment;

    struct Still;

    impl Clock for Still {
        fn wall(&self) -> Timestamp {
            Timestamp::from_micros(0)
        }

        fn now(&self) -> Moment {
            Moment(10_000)
        }

        fn pause(&self, _: u64) {}
    }

    #[test]
    fn what_is_more_than_may_be_waits_and_a_new_pace_holds_at_once() {
        let pace = Pace::new(Some(10), Arc::new(Still));
        let waits: Vec<Duration> = (0..12).map(|_| pace.wait()).collect();
        assert_eq!(waits[..10], [Duration::ZERO; 10]);
        assert_eq!(waits[10..], [Duration::from_millis(100), Duration::from_millis(200)]);
        pace.set(None);
        assert_eq!(pace.wait(), Duration::ZERO);
    }
}
