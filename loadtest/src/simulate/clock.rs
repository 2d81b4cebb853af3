//! The clocks of a node: one that only goes on, a little faster or slower than the others', and one that says
//! what time it is, and may be told otherwise.

use trawl_actors::range::Moment;
use trawl_model::Timestamp;

use super::queue::Micros;
use super::source::stamp;

const MILLION: i64 = 1_000_000;

/// The clocks of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clocks {
    /// What the monotonic clock began with.
    pub(super) begun: u64,
    /// By so many parts of a million it is fast.
    pub(super) fast: i64,
    /// By so many microseconds the wall clock is wrong.
    pub(super) wrong: i64,
}

impl Clocks {
    /// Its monotonic clock.
    pub(super) fn now(&self, now: Micros) -> Moment {
        let passed = u128::from(now) * (MILLION + self.fast) as u128 / MILLION as u128;
        Moment(self.begun + passed as u64 / 1_000)
    }

    /// How long it takes until so many milliseconds have passed on it.
    pub(super) fn after(&self, millis: u64) -> Micros {
        (u128::from(millis) * 1_000 * MILLION as u128 / (MILLION + self.fast) as u128) as u64 + 1
    }

    pub(super) fn wall(&self, now: Micros) -> Timestamp {
        Timestamp::from_micros(stamp(now).as_micros() + self.wrong)
    }
}
