//! Time, as actors are given it. No actor asks the machine.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use trawl_model::Timestamp;

use crate::range::Moment;

/// Where time comes from.
pub trait Clock: Send + Sync + 'static {
    /// What the wall says: for records.
    fn wall(&self) -> Timestamp;
    /// What has passed since the node began: for leases. It never goes back.
    fn now(&self) -> Moment;
    /// Lets so many milliseconds pass, or fewer. It holds up its thread.
    fn pause(&self, millis: u64);
}

/// A clock that everybody shares.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    begun: Instant,
}

impl SystemClock {
    /// A clock that begins now.
    pub fn new() -> Self {
        Self { begun: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    fn now(&self) -> Moment {
        Moment(u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn pause(&self, millis: u64) {
        // Whoever waits looks again how much is left.
        std::thread::park_timeout(Duration::from_millis(millis));
    }
}
