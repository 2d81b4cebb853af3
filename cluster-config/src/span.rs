//! Lengths of time, written as `5s`.

use std::fmt;
use std::time::Duration;

use crate::bytes::split_number;

/// A length of time, in whole milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

/// The units that a length of time may be written in, and their milliseconds. The largest that
/// leaves no rest is the one that it is shown in.
const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl Span {
    /// So many milliseconds.
    pub const fn millis(count: u64) -> Self {
        Self(count)
    }

    /// So many seconds.
    pub const fn secs(count: u64) -> Self {
        Self(count.saturating_mul(1_000))
    }

    /// So many minutes.
    pub const fn minutes(count: u64) -> Self {
        Self(count.saturating_mul(60_000))
    }

    /// So many hours.
    pub const fn hours(count: u64) -> Self {
        Self(count.saturating_mul(3_600_000))
    }

    /// The length.
    pub const fn get(self) -> Duration {
        Duration::from_millis(self.0)
    }

    /// The milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Reads `250ms`, `5s`, `2m`, `1h`, `7d`. A number without a unit is refused, for whoever
    /// wrote it may have meant any of them.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = split_number(text)?;
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
        number.checked_mul(*factor).map(Self)
    }
}

impl From<Span> for Duration {
    fn from(span: Span) -> Self {
        span.get()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = UNITS.iter().find(|(_, factor)| self.0 > 0 && self.0.is_multiple_of(*factor));
        match exact {
            Some((unit, factor)) => write!(f, "{}{unit}", self.0 / factor),
            None => write!(f, "0s"),
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_length_of_time_is_read_in_its_unit() {
        assert_eq!(Span::parse("250ms"), Some(Span::millis(250)));
        assert_eq!(Span::parse("5 s"), Some(Span::secs(5)));
        assert_eq!(Span::parse("2m"), Some(Span::minutes(2)));
        assert_eq!(Span::parse("7d"), Some(Span::hours(7 * 24)));
    }

    #[test]
    fn what_has_no_unit_is_refused() {
        for text in ["", "5", "s", "1.5s", "-1s", "5 sec", "1h30m", "999999999999999999d"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_length_of_time_is_read_as_it_is_shown(millis in any::<u64>()) {
            let span = Span::millis(millis);
            prop_assert_eq!(Span::parse(&span.to_string()), Some(span));
        }
    }
}
