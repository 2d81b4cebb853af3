//! Values that have an order: how each is read, and how ends that are left out become ends that
//! are held.

use trawl_cluster_config::Bytes;
use trawl_model::{Confidence, Level, Timestamp};

use super::time;
use super::tree::{Between, Term};

/// A value with an order, of which each has a next one.
pub(super) trait Ordered: Copy + Ord {
    /// Reads what is written: the first and the last value that it means. A day means all its
    /// microseconds.
    fn read(text: &str) -> Option<(Self, Self)>;

    /// The next value; none behind the last.
    fn next(self) -> Option<Self>;

    /// The value before; none before the first.
    fn before(self) -> Option<Self>;

    /// The leaf that asks for a stretch of them.
    fn term(between: Between<Self>) -> Term;
}

/// The stretch from the one to the other, of which each may be a stretch itself; ends that are not
/// held lie outside. None where nothing is left.
pub(super) fn between<T: Ordered>(
    from: Option<(T, T)>,
    to: Option<(T, T)>,
    (from_held, to_held): (bool, bool),
) -> Option<Between<T>> {
    let from = match from {
        Some((first, last)) => Some(if from_held { first } else { last.next()? }),
        None => None,
    };
    let to = match to {
        Some((first, last)) => Some(if to_held { last } else { first.before()? }),
        None => None,
    };
    match (from, to) {
        (Some(from), Some(to)) if from > to => None,
        _ => Some(Between { from, to }),
    }
}

impl Ordered for Confidence {
    fn read(text: &str) -> Option<(Self, Self)> {
        let percent = match text.strip_suffix('%') {
            Some(whole) => digits(whole)?,
            None => hundredths(text)?,
        };
        let confidence = Self::percent(u8::try_from(percent).ok().filter(|p| *p <= 100)?);
        Some((confidence, confidence))
    }

    fn next(self) -> Option<Self> {
        (self.as_percent() < 100).then(|| Self::percent(self.as_percent() + 1))
    }

    fn before(self) -> Option<Self> {
        self.as_percent().checked_sub(1).map(Self::percent)
    }

    fn term(between: Between<Self>) -> Term {
        Term::Confidence(between)
    }
}

/// A number with at most two places behind its point, and zeros behind these, in hundredths.
fn hundredths(text: &str) -> Option<u32> {
    let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
    let kept = format!("{:0<2}", places.trim_end_matches('0'));
    if text.is_empty() || places.is_empty() || kept.len() > 2 {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { digits(whole)? };
    whole.checked_mul(100)?.checked_add(digits(&kept)?)
}

/// A whole number of nothing but digits.
fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl Ordered for Level {
    fn read(text: &str) -> Option<(Self, Self)> {
        let level = Self::ALL.into_iter().find(|l| l.name().eq_ignore_ascii_case(text))?;
        Some((level, level))
    }

    fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|level| *level > self)
    }

    fn before(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|level| *level < self)
    }

    fn term(between: Between<Self>) -> Term {
        Term::Sensitivity(between)
    }
}

impl Ordered for Timestamp {
    fn read(text: &str) -> Option<(Self, Self)> {
        time::read(text)
    }

    fn next(self) -> Option<Self> {
        self.as_micros().checked_add(1).map(Self::from_micros)
    }

    fn before(self) -> Option<Self> {
        self.as_micros().checked_sub(1).map(Self::from_micros)
    }

    fn term(between: Between<Self>) -> Term {
        Term::FirstSeen(between)
    }
}

impl Ordered for u64 {
    fn read(text: &str) -> Option<(Self, Self)> {
        let bytes = Bytes::parse(text)?.get();
        Some((bytes, bytes))
    }

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn before(self) -> Option<Self> {
        self.checked_sub(1)
    }

    fn term(between: Between<Self>) -> Term {
        Term::Size(between)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_is_read_as_a_number_or_in_percent() {
        let read = |text| Confidence::read(text).map(|(first, _)| first.as_percent());
        for (text, percent) in [
            ("0.8", 80),
            ("0.85", 85),
            (".5", 50),
            ("1", 100),
            ("1.0", 100),
            ("0", 0),
            ("0.800", 80),
            ("85%", 85),
            ("0.05", 5),
        ] {
            assert_eq!(read(text), Some(percent), "{text}");
        }
        for text in
            ["", ".", "1.01", "0.855", "-1", "+1", "85", "101%", "%", "0.8.1", "1e0", "0,8", "1."]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn ends_that_are_left_out_are_the_next_that_is_held() {
        let one = |percent| Some((Confidence::percent(percent), Confidence::percent(percent)));
        let made = between(one(50), one(80), (false, false)).unwrap();
        assert_eq!(
            (made.from, made.to),
            (Some(Confidence::percent(51)), Some(Confidence::percent(79)))
        );
        assert_eq!(between(one(50), one(51), (false, false)), None);
        assert_eq!(between(one(100), None, (false, true)), None);
        assert_eq!(between(None, one(0), (true, false)), None);
        assert_eq!(between(one(80), one(50), (true, true)), None);
    }
}
