//! Whether there is room on the disk for what is to be written: what was seen and what failed in, a
//! state out. Pure.

use crate::range::Moment;

/// From which bytes on what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// With less than this free the store takes nothing at all.
    pub reserve: u64,
    /// With less than this free only what makes room is written.
    pub low: u64,
    /// With so much free all is written again. It lies above `low`, so that what hovers about that
    /// doesn't stop and go on all the time.
    pub enough: u64,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// All is written.
    Writing,
    /// Only what makes room is written, and what ends what is under way.
    Tight,
    /// Nothing is written.
    Full,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Writing, Self::Tight, Self::Full];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Writing => "writing",
            Self::Tight => "tight",
            Self::Full => "full",
        }
    }
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// So much was free on the fullest of the disks.
    Seen {
        /// How much.
        free: u64,
    },
    /// A write failed because there was no room.
    Failed,
}

/// How long nothing is tried after a write that failed; it doubles with each further one. What is
/// free is not all that a write may lack: there are quotas, and file systems that keep some for root.
const REST_MILLIS: u64 = 500;
/// The longest rest.
const REST_MILLIS_MAX: u64 = 60_000;

/// The machine.
#[derive(Debug, Clone)]
pub struct Decider {
    bounds: Bounds,
    state: State,
    /// Failures without as long a time between them as the longest rest.
    failures: u32,
    failed_at: Moment,
}

impl Decider {
    /// One that has seen nothing yet.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, state: State::Writing, failures: 0, failed_at: Moment::default() }
    }

    /// How it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// How it stands after this.
    pub fn decide(&mut self, event: Event, now: Moment) -> State {
        self.state = match event {
            Event::Failed => {
                self.fail(now);
                State::Full
            }
            Event::Seen { free } => self.seen(free, now),
        };
        self.state
    }

    fn fail(&mut self, now: Moment) {
        if self.failed_at.plus(2 * REST_MILLIS_MAX) <= now {
            self.failures = 0;
        }
        // All that was under way fails together, and counts once.
        if self.state != State::Full || self.failures == 0 {
            self.failures += 1;
        }
        self.failed_at = now;
    }

    fn seen(&self, free: u64, now: Moment) -> State {
        let Bounds { reserve, low, enough } = self.bounds;
        let rests = self.failures > 0 && now < self.failed_at.plus(rest_millis(self.failures));
        if free < reserve || (self.state == State::Full && (rests || free < self.out_of_full())) {
            State::Full
        } else if free < low || (self.state != State::Writing && free < enough) {
            State::Tight
        } else {
            State::Writing
        }
    }

    /// With so much free, something is written again: a batch and what it is sorted into must fit
    /// above the reserve, or it fails at once.
    fn out_of_full(&self) -> u64 {
        let Bounds { reserve, low, .. } = self.bounds;
        reserve + low.saturating_sub(reserve) / 2
    }
}

fn rest_millis(failures: u32) -> u64 {
    (REST_MILLIS << failures.saturating_sub(1).min(16)).min(REST_MILLIS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOUNDS: Bounds = Bounds { reserve: 100, low: 200, enough: 300 };

    fn event() -> impl Strategy<Value = (Event, u64)> {
        let seen = (0u64..400).prop_map(|free| Event::Seen { free });
        (prop_oneof![8 => seen, 1 => Just(Event::Failed)], 0u64..5_000)
    }

    fn after(events: &[(Event, u64)]) -> (Decider, Moment) {
        let (mut decider, mut now) = (Decider::new(BOUNDS), Moment(1_000_000));
        for (event, waited) in events {
            now = now.plus(*waited);
            decider.decide(*event, now);
        }
        (decider, now)
    }

    #[test]
    fn writes_stop_below_one_bound_and_go_on_above_another() {
        let mut decider = Decider::new(BOUNDS);
        let mut states = Vec::new();
        for free in [250, 199, 250, 299, 300, 250, 99, 120, 149, 150, 299, 300] {
            states.push(decider.decide(Event::Seen { free }, Moment(1)));
        }
        use State::{Full, Tight, Writing};
        let all = [
            Writing, Tight, Tight, Tight, Writing, Writing, Full, Full, Full, Tight, Tight, Writing,
        ];
        assert_eq!(states, all);
    }

    proptest! {
        #[test]
        fn never_is_more_written_than_what_was_seen_last_allows(
            events in proptest::collection::vec(event(), 0..40),
            free in 0u64..400,
        ) {
            let (mut decider, now) = after(&events);
            let state = decider.decide(Event::Seen { free }, now);
            prop_assert!(free >= BOUNDS.low || state != State::Writing);
            prop_assert!(free >= BOUNDS.reserve || state == State::Full);
        }

        #[test]
        fn between_the_bounds_nothing_changes(
            events in proptest::collection::vec(event(), 0..40),
            hovers in proptest::collection::vec(200u64..300, 1..40),
        ) {
            let (mut decider, mut now) = after(&events);
            let mut last = decider.state();
            for (n, free) in hovers.into_iter().enumerate() {
                now = now.plus(10_000);
                let state = decider.decide(Event::Seen { free }, now);
                // Out of what was full it comes once, into what is tight.
                prop_assert!(state == last || (last == State::Full && state == State::Tight), "{n}");
                last = state;
            }
        }

        #[test]
        fn with_room_again_it_comes_to_write_within_the_longest_rest(
            events in proptest::collection::vec(event(), 0..60),
        ) {
            let (mut decider, now) = after(&events);
            let state = decider.decide(Event::Seen { free: 300 }, now.plus(REST_MILLIS_MAX));
            prop_assert_eq!(state, State::Writing);
        }

        #[test]
        fn where_writes_fail_whatever_is_free_it_is_tried_ever_more_rarely(
            looks in 1usize..2_000,
        ) {
            // A quota: each look sees room, each write fails.
            let (mut decider, mut now, mut tried) = (Decider::new(BOUNDS), Moment(0), 0u32);
            for _ in 0..looks {
                now = now.plus(1_000);
                if decider.decide(Event::Seen { free: 400 }, now) == State::Writing {
                    tried += 1;
                    prop_assert_eq!(decider.decide(Event::Failed, now), State::Full);
                }
            }
            prop_assert!(tried <= 9 + u32::try_from(looks / 60).unwrap(), "{} tries", tried);
        }
    }

    #[test]
    fn what_fails_together_counts_once() {
        let mut decider = Decider::new(BOUNDS);
        for _ in 0..100 {
            decider.decide(Event::Failed, Moment(10));
        }
        let seen = Event::Seen { free: 400 };
        assert_eq!(decider.decide(seen, Moment(10 + REST_MILLIS - 1)), State::Full);
        assert_eq!(decider.decide(seen, Moment(10 + REST_MILLIS)), State::Writing);
    }
}
