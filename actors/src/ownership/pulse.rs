//! How sure a node may be that it has what it has, by how its beats went. Pure, so that it is tested by
//! itself.

use std::time::Duration;

use super::Standing;
use crate::range::Moment;

/// The beats of a node.
#[derive(Debug)]
pub struct Pulse {
    /// How long no beat may be kept until it is uncertain.
    patience: Duration,
    /// When the beat was begun that was kept last.
    kept: Moment,
}

impl Pulse {
    /// Of a node that has just begun a beat that was kept, and that others may take over after so long:
    /// half of that it waits.
    pub fn new(take_over: Duration, begun: Moment) -> Self {
        Self { patience: take_over / 2, kept: begun }
    }

    /// A beat is kept that was begun then: until it was begun again the counter stood, at the most.
    pub fn kept(&mut self, begun: Moment) -> Standing {
        self.kept = begun;
        Standing::Certain
    }

    /// A beat was not kept, as far as is known.
    pub fn failed(&self, now: Moment) -> Standing {
        let since = u128::from(now.0.saturating_sub(self.kept.0));
        if since >= self.patience.as_millis() { Standing::Uncertain } else { Standing::Certain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_uncertain_from_half_the_take_over_time_on() {
        let mut pulse = Pulse::new(Duration::from_millis(100), Moment(0));
        assert_eq!(pulse.failed(Moment(49)), Standing::Certain);
        assert_eq!(pulse.failed(Moment(50)), Standing::Uncertain);
        // What counts is when it was begun: the answer may have taken long.
        assert_eq!(pulse.kept(Moment(60)), Standing::Certain);
        assert_eq!(pulse.failed(Moment(109)), Standing::Certain);
        assert_eq!(pulse.failed(Moment(110)), Standing::Uncertain);
    }
}
