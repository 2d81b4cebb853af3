//! Schedules: at which moments scans of a source are ordered. Pure: the moment is given.
//!
//! Where a pattern names its minutes and hours, one by one or as lists and ranges, a time that the clocks
//! of a place pass over is due at the first moment after, and one that they show twice is due once, when
//! it is shown first. Its times are sought on a clock that never changes, and only then led to moments of
//! the place. A pattern with `*` for minute or hour, steps of it included, is due at each moment that
//! shows it.

pub mod hours;
pub mod records;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use trawl_model::Timestamp;
use trawl_model::schedule::Schedule;

use crate::error::Error;

pub use records::{Schedules, check};

/// The longest pattern, in characters.
const PATTERN_CHARS: usize = 256;

/// A place may leave out a whole day, as Samoa did when it moved to the other side of the date line;
/// the search does not get over that by itself.
const SKIPPED_HOURS: i64 = 48;

/// The times of a schedule.
#[derive(Debug, Clone)]
pub struct Times {
    cron: Cron,
    zone: TimeZone,
}

impl Times {
    /// Those of a pattern with five fields, or one such as `@daily`, in a zone.
    pub fn read(cron: &str, zone: &str) -> Result<Self, Error> {
        let wrong = |why: String| {
            Error::Schedule(format!(
                "{cron:?}: {why}; write minute, hour, day of the month, month and day of the week, \
                 such as \"30 2 * * mon-fri\""
            ))
        };
        if cron.len() > PATTERN_CHARS {
            return Err(Error::Schedule(format!(
                "a pattern has at most {PATTERN_CHARS} characters"
            )));
        }
        let parser =
            CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(cron).map_err(|error| wrong(error.to_string()))?;
        let zone = zone_of(zone)?;
        let epoch = jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        if cron.find_next_occurrence(&epoch, false).is_err() {
            return Err(wrong("there is no such day in any year".into()));
        }
        Ok(Self { cron, zone })
    }

    /// Those of a schedule that is kept.
    pub fn of(schedule: &Schedule) -> Result<Self, Error> {
        Self::read(&schedule.cron, &schedule.zone)
    }

    /// The first of them after a moment; none if there is none.
    pub fn next_after(&self, at: Timestamp) -> Option<Timestamp> {
        let at = jiff::Timestamp::from_microsecond(at.as_micros()).ok()?;
        let next = if self.is_named() { self.next_named(at) } else { self.next_shown(at) };
        next.map(|next| Timestamp::from_micros(next.as_microsecond()))
    }

    /// Whether the pattern names its minutes and hours.
    fn is_named(&self) -> bool {
        let pattern = &self.cron.pattern;
        !pattern.minutes.from_wildcard && !pattern.hours.from_wildcard
    }

    /// The next time that is named, as its place has it. What is later on the clock is no earlier in the
    /// place, so whatever the clock showed before is over; times that it shows twice, the second time, and
    /// those that were passed over together, after the first of them, are over too.
    fn next_named(&self, at: jiff::Timestamp) -> Option<jiff::Timestamp> {
        let mut shown = at.to_zoned(self.zone.clone()).datetime();
        loop {
            shown = self.cron.find_next_occurrence(&shown, false).ok()?;
            let due = first_at(&self.zone, shown)?;
            if due > at {
                return Some(due);
            }
        }
    }

    /// The next moment that shows one of the times.
    fn next_shown(&self, at: jiff::Timestamp) -> Option<jiff::Timestamp> {
        for hours in 0..SKIPPED_HOURS {
            let from = at.checked_add(SignedDuration::from_hours(hours)).ok()?;
            let from = from.to_zoned(self.zone.clone());
            if let Ok(next) = self.cron.find_next_occurrence(&from, hours > 0) {
                return Some(next.timestamp());
            }
        }
        None
    }

    /// Whether a scan is due, given up to when all times are settled. Times that were missed, for the
    /// node was not there, are due together, once.
    pub fn is_due(&self, settled: Timestamp, now: Timestamp) -> bool {
        self.next_after(settled).is_some_and(|next| next <= now)
    }
}

/// The first moment at which the clocks of a place show this or more.
fn first_at(zone: &TimeZone, shown: DateTime) -> Option<jiff::Timestamp> {
    let at = zone.to_ambiguous_timestamp(shown);
    let is_passed_over = matches!(at.offset(), AmbiguousOffset::Gap { .. });
    // Earlier of two moments; of none, as much after the change as was wanted after what it left out.
    let moment = at.compatible().ok()?;
    if is_passed_over {
        return zone
            .preceding(moment.checked_add(SignedDuration::from_nanos(1)).ok()?)
            .next()
            .map(|change| change.timestamp());
    }
    Some(moment)
}

/// A time zone by its name.
pub(crate) fn zone_of(name: &str) -> Result<TimeZone, Error> {
    TimeZone::get(name).map_err(|_| {
        Error::Schedule(format!(
            "{name:?} is no time zone; write its name in the IANA database, such as Europe/Berlin"
        ))
    })
}

#[cfg(test)]
mod tests;
