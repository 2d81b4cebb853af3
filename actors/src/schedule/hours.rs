//! The hours in which a source may be read, on the clocks of its place. Pure: the moment is given.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use trawl_model::Timestamp;
use trawl_model::source::{Hours, Window};

use super::zone_of;
use crate::error::Error;

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// Bits of all days of a week.
const ALL_DAYS: u8 = 0b111_1111;
/// Within so many minutes a window opens, or none ever does: a week and a day, and what clocks pass
/// over.
const SEARCHED_MINUTES: i64 = 9 * 24 * 60;
const MINUTE_MICROS: i64 = 60_000_000;

/// Whether hours are what they must be.
pub fn check(hours: &Hours) -> Result<(), Error> {
    zone_of(&hours.zone)?;
    let fits = |window: &Window| {
        window.days != 0 && window.days & !ALL_DAYS == 0 && window.from < DAY && window.to <= DAY
    };
    if hours.windows.iter().all(fits) {
        return Ok(());
    }
    Err(Error::Profile("a window has a day, and two times such as mon-fri 22:00-06:00".to_owned()))
}

/// Whether the source may be read at a moment. What can't be understood allows nothing.
pub fn allow(hours: &Hours, at: Timestamp) -> bool {
    zone_of(&hours.zone).is_ok_and(|zone| allow_in(&zone, &hours.windows, at))
}

fn allow_in(zone: &TimeZone, windows: &[Window], at: Timestamp) -> bool {
    let Ok(at) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return false };
    let shown = zone.to_datetime(at);
    windows.iter().any(|window| holds(*window, shown))
}

/// The next moment at which the source may be read, to the minute: at once, if it may be now.
pub fn next_opening(hours: &Hours, at: Timestamp) -> Option<Timestamp> {
    let zone = zone_of(&hours.zone).ok()?;
    if allow_in(&zone, &hours.windows, at) {
        return Some(at);
    }
    let first = at.plus_micros(MINUTE_MICROS - at.as_micros().rem_euclid(MINUTE_MICROS));
    (0..SEARCHED_MINUTES)
        .map(|minute| first.plus_micros(minute * MINUTE_MICROS))
        .find(|minute| allow_in(&zone, &hours.windows, *minute))
}

fn holds(window: Window, shown: DateTime) -> bool {
    let minute = shown.hour() as u16 * 60 + shown.minute() as u16;
    let day = shown.weekday().to_monday_zero_offset() as u8;
    let begins_on = |day: u8| window.days & (1 << day) != 0;
    if window.from < window.to {
        return begins_on(day) && (window.from..window.to).contains(&minute);
    }
    // Over midnight: the evening of its day, or the morning of the next.
    let evening = begins_on(day) && minute >= window.from;
    evening || (begins_on((day + 6) % 7) && minute < window.to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Zoned;
    use proptest::prelude::*;

    fn hours(zone: &str, windows: &[(u8, u16, u16)]) -> Hours {
        let window = |&(days, from, to): &(u8, u16, u16)| Window { days, from, to };
        Hours { zone: zone.to_owned(), windows: windows.iter().map(window).collect() }
    }

    fn at(text: &str) -> Timestamp {
        let at: Zoned = text.parse().unwrap();
        Timestamp::from_micros(at.timestamp().as_microsecond())
    }

    #[test]
    fn a_window_over_midnight_belongs_to_the_day_on_which_it_begins() {
        // Friday, 22:00 to 06:00.
        let nights = hours("Europe/Berlin", &[(0b1_0000, 22 * 60, 6 * 60)]);
        let berlin = |text: &str| at(&format!("{text}[Europe/Berlin]"));
        assert!(!allow(&nights, berlin("2026-03-27T21:59")));
        assert!(allow(&nights, berlin("2026-03-27T22:00")));
        assert!(allow(&nights, berlin("2026-03-28T05:59")));
        assert!(!allow(&nights, berlin("2026-03-28T06:00")));
        assert!(!allow(&nights, berlin("2026-03-27T05:00")), "the night before is Thursday's");
        let opens = next_opening(&nights, berlin("2026-03-24T12:00")).unwrap();
        assert_eq!(opens, berlin("2026-03-27T22:00"));
    }

    #[test]
    fn what_makes_no_window_is_refused() {
        for wrong in [(0, 0, 60), (0b1000_0000, 0, 60), (1, DAY, 60), (1, 0, DAY + 1)] {
            assert!(check(&hours("UTC", &[wrong])).is_err(), "{wrong:?}");
        }
        assert!(check(&hours("Nowhere", &[(1, 0, 60)])).is_err());
        assert!(check(&hours("Asia/Tokyo", &[(1, 0, DAY)])).is_ok());
    }

    proptest! {
        #[test]
        fn whenever_it_opens_it_is_open_and_was_closed_until_then(
            zone in proptest::sample::select(
                &["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe"][..]
            ),
            windows in proptest::collection::vec((1u8..128, 0..DAY, 0..=DAY), 1..4),
            second in 1_262_304_000i64..1_798_761_600
        ) {
            let hours = hours(zone, &windows);
            let now = Timestamp::from_micros(second * 1_000_000);
            prop_assert!(check(&hours).is_ok());
            let opens = next_opening(&hours, now);
            prop_assert!(opens.is_some() || windows.iter().all(|w| w.1 == w.2));
            if let Some(opens) = opens {
                prop_assert!(allow(&hours, opens));
                prop_assert!(opens == now || !allow(&hours, opens.plus_micros(-1)));
            }
        }
    }
}
