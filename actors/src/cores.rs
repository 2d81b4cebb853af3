//! How much of the machine's cores this process takes.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What was taken up to the last look.
pub(crate) struct Cores {
    looked: Instant,
    taken: Duration,
}

impl Cores {
    pub(crate) fn new() -> Self {
        Self { looked: Instant::now(), taken: taken() }
    }

    /// Of a hundred parts of all cores' time since the last look, so many were taken by this process.
    pub(crate) fn look(&mut self) -> u8 {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        let (now, taken) = (Instant::now(), taken());
        let there_was = now.duration_since(self.looked).as_micros() * cores as u128;
        let was_taken = taken.saturating_sub(self.taken).as_micros();
        *self = Self { looked: now, taken };
        u8::try_from(was_taken * 100 / there_was.max(1)).unwrap_or(100).min(100)
    }
}

/// The time that all threads of the process have computed.
fn taken() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let (secs, nanos) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(secs.unwrap_or_default(), nanos.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_computes_takes_of_the_cores() {
        let mut cores = Cores::new();
        let (mut n, began) = (0u64, taken());
        while taken().saturating_sub(began) < Duration::from_millis(50) {
            n = std::hint::black_box(n.wrapping_mul(7) + 1);
        }
        assert!((1..=100).contains(&cores.look()));
    }
}
