//! Times in queries: a year, a month, a day or a time of day is the whole stretch that it names.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, ToSpan};
use trawl_model::Timestamp;

/// Years that may be asked for: before the first no scan was, and behind the last the calendar's
/// own bound is near.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=9000;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// The first and the last microsecond of what is written.
pub(super) fn read(text: &str) -> Option<(Timestamp, Timestamp)> {
    let (first, next) = match text.split_once(['T', 't']) {
        Some((date, time)) => moment(date, time)?,
        None => days(text)?,
    };
    Some((Timestamp::from_micros(first), Timestamp::from_micros(next.checked_sub(1)?)))
}

/// The first microsecond of a year, a month or a day, and the first behind it.
fn days(text: &str) -> Option<(i64, i64)> {
    let parts: Vec<&str> = text.split('-').collect();
    let (first, next) = match parts.as_slice() {
        [year] => {
            let first = date(year, "01", "01")?;
            (first, first.checked_add(1.year()).ok()?)
        }
        [year, month] => {
            let first = date(year, month, "01")?;
            (first, first.checked_add(1.month()).ok()?)
        }
        [year, month, day] => {
            let first = date(year, month, day)?;
            (first, first.tomorrow().ok()?)
        }
        _ => return None,
    };
    Some((micros(first, Time::midnight())?, micros(next, Time::midnight())?))
}

/// The same of a minute, a second or a part of a second.
fn moment(date_text: &str, rest: &str) -> Option<(i64, i64)> {
    let [year, month, day] =
        <[&str; 3]>::try_from(date_text.split('-').collect::<Vec<_>>()).ok()?;
    let date = date(year, month, day)?;
    let (clock, east) = zone(rest)?;
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let (seconds, unit) = match parts.next() {
        None => (0, MINUTE),
        Some(seconds) => fraction(seconds)?,
    };
    if parts.next().is_some() || seconds >= MINUTE {
        return None;
    }
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()?;
    let first = micros(date, time)? + seconds - east;
    Some((first, first + unit))
}

/// The time of day, and by how many microseconds its zone is ahead of UTC.
fn zone(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = text.find(['+', '-']) else { return Some((text, 0)) };
    let (clock, zone) = text.split_at(at);
    let (sign, zone) = zone.split_at(1);
    let (hours, minutes) = zone.split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let ahead = i64::from(hours * 60 + minutes) * MINUTE;
    Some((clock, if sign == "-" { -ahead } else { ahead }))
}

/// Seconds with up to six places, in microseconds, and how long the last place is.
fn fraction(text: &str) -> Option<(i64, i64)> {
    let Some((whole, places)) = text.split_once('.') else {
        return Some((i64::from(number(text, 2)?) * SECOND, SECOND));
    };
    if places.len() > 6 {
        return None;
    }
    let unit = 10_i64.pow(6 - u32::try_from(places.len()).ok()?);
    let part = i64::from(number(places, places.len())?) * unit;
    Some((i64::from(number(whole, 2)?) * SECOND + part, unit))
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = i16::try_from(number(year, 4)?).ok().filter(|year| YEARS.contains(year))?;
    let (month, day) = (number(month, 2)?, number(day, 2)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A number of exactly so many digits.
fn number(text: &str, length: usize) -> Option<u32> {
    let plain = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn micros(date: Date, time: Time) -> Option<i64> {
    Offset::UTC.to_timestamp(date.to_datetime(time)).ok().map(jiff::Timestamp::as_microsecond)
}

/// The shortest text whose first microsecond this is: a day, or all six places.
pub(super) fn first(time: Timestamp) -> String {
    let date_time = Offset::UTC.to_datetime(calendar(time));
    if date_time.time() == Time::midnight() {
        date_time.date().to_string()
    } else {
        date_time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
    }
}

/// The shortest text whose last microsecond this is.
pub(super) fn last(time: Timestamp) -> String {
    let next = Timestamp::from_micros(time.as_micros().saturating_add(1));
    if Offset::UTC.to_datetime(calendar(next)).time() == Time::midnight() {
        Offset::UTC.to_datetime(calendar(time)).date().to_string()
    } else {
        first(time)
    }
}

/// The time in the calendar's own type. What lies outside of the calendar was never read from a
/// query; it is shown as 1970.
fn calendar(time: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::UNIX_EPOCH
        .checked_add(SignedDuration::from_micros(time.as_micros()))
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn micros_of(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn a_time_is_the_whole_stretch_that_it_names() {
        for (text, first, next) in [
            ("2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2028-02-29", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z"),
            ("2026-05-31T23:59", "2026-05-31T23:59:00Z", "2026-06-01T00:00:00Z"),
            ("2026-05-31T08:30:05Z", "2026-05-31T08:30:05Z", "2026-05-31T08:30:06Z"),
            ("2026-05-31T08:30:05.5+02:00", "2026-05-31T06:30:05.5Z", "2026-05-31T06:30:05.6Z"),
            ("2026-05-31T23:30-02:00", "2026-06-01T01:30:00Z", "2026-06-01T01:31:00Z"),
        ] {
            let (start, end) = read(text).unwrap();
            assert_eq!(start.as_micros(), micros_of(first), "{text}");
            assert_eq!(end.as_micros() + 1, micros_of(next), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "26",
            "2026-5",
            "2026-13",
            "2026-02-30",
            "1969",
            "9001",
            "2026-05-31T8:30",
            "2026-05-31T24:00",
            "2026-05T08:30",
            "2026-05-31T08:30:60",
            "2026-05-31T08:30+2",
            "2026-05-31T08:30:05.1234567",
            "2026-05-31T08:30:05.",
            "+2026",
            "2026-05-31T",
            "2026-05-31T08:30+24:00",
            "2026-05-31-01",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn ends_are_written_so_that_they_are_read_back(micros in 0i64..200_000_000_000_000_000, day: bool) {
            const DAY: i64 = 24 * 60 * MINUTE;
            let time = Timestamp::from_micros(if day { micros / DAY * DAY } else { micros });
            prop_assert_eq!(read(&first(time)).unwrap().0, time);
            let end = Timestamp::from_micros(time.as_micros() - i64::from(day && micros >= DAY));
            prop_assert_eq!(read(&last(end)).unwrap().1, end);
        }

        #[test]
        fn any_text_is_read_or_none(text in "[0-9TZ:+.-]{0,30}") {
            if let Some((first, last)) = read(&text) {
                prop_assert!(first <= last);
            }
        }
    }
}
