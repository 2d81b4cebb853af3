use jiff::civil::Date;
use jiff::{Span, Zoned};
use proptest::prelude::*;

use super::*;

/// Zones with changes by an hour, by half an hour, at midnight, to the other side of the date line,
/// and with none.
const ZONES: [&str; 14] = [
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Santiago",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
];

fn zone() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&ZONES[..])
}

fn at(zoned: &Zoned) -> Timestamp {
    Timestamp::from_micros(zoned.timestamp().as_microsecond())
}

fn zoned(at: Timestamp, zone: &str) -> Zoned {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap();
    at.to_zoned(zone_of(zone).unwrap())
}

/// A moment of the years in which these zones changed their clocks.
fn moment() -> impl Strategy<Value = Timestamp> {
    (1_262_304_000i64..1_798_761_600).prop_map(|second| Timestamp::from_micros(second * 1_000_000))
}

/// A field of a pattern, and which values it means.
fn field(most: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("*".to_owned()),
        3 => (0..=most).prop_map(|n| n.to_string()),
        1 => (0..=most, 0..=most).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => (0..=most, 0..=most).prop_map(|(a, b)| format!("{a},{b}")),
        1 => (2..=most.max(2)).prop_map(|n| format!("*/{n}")),
    ]
}

/// A field that names its values: one, a list, a range, or a range in steps; and the values.
fn named(most: u32) -> impl Strategy<Value = (String, Vec<u32>)> {
    let values = proptest::collection::btree_set(0..=most, 1..5);
    let list = values.prop_map(|values| {
        let words: Vec<String> = values.iter().map(u32::to_string).collect();
        (words.join(","), values.into_iter().collect())
    });
    let range = (0..=most, 0..=most).prop_map(|(a, b)| {
        let (from, to) = (a.min(b), a.max(b));
        (format!("{from}-{to}"), (from..=to).collect())
    });
    let steps = (0..=most, 0..=most, 1usize..7).prop_map(|(a, b, step)| {
        let (from, to) = (a.min(b), a.max(b));
        (format!("{from}-{to}/{step}"), (from..=to).step_by(step).collect())
    });
    prop_oneof![3 => list, 2 => range, 1 => steps]
}

proptest! {
    #[test]
    fn a_daily_time_comes_once_on_each_day_that_a_place_has(
        zone in zone(),
        (hour, minute) in (0i8..24, 0i8..60),
        from in moment()
    ) {
        let times = Times::read(&format!("{minute} {hour} * * *"), zone).unwrap();
        let mut now = from;
        let mut days: Vec<Date> = Vec::new();
        for _ in 0..400 {
            let next = times.next_after(now).unwrap();
            prop_assert!(next > now);
            let shown = zoned(next, zone);
            let mut wanted = shown.date().at(hour, minute, 0, 0);
            if shown.datetime() < wanted {
                // It is that of the day before, which the clocks pass over.
                wanted = wanted.checked_sub(Span::new().days(1)).unwrap();
            }
            // What the clocks pass over comes right after.
            if shown.datetime() > wanted {
                let before = shown.checked_sub(Span::new().seconds(1)).unwrap();
                prop_assert!(before.datetime() < wanted, "{} for {}", shown, wanted);
            }
            days.push(wanted.date());
            now = next;
        }
        for pair in days.windows(2) {
            // Samoa had no 30 December 2011.
            let skipped = pair[0].tomorrow().unwrap() != pair[1];
            let apia = zone == "Pacific/Apia" && pair[1].to_string() == "2011-12-31";
            prop_assert!(!skipped || apia, "{} and then {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn what_repeats_within_the_hour_comes_at_each_moment_that_shows_it(
        zone in zone(),
        every in proptest::sample::select(&[5i64, 10, 15, 30][..]),
        from in moment()
    ) {
        let times = Times::read(&format!("*/{every} * * * *"), zone).unwrap();
        let mut now = from;
        for _ in 0..300 {
            let next = times.next_after(now).unwrap();
            prop_assert!(i64::from(zoned(next, zone).minute()) % every == 0);
            let mut minute = now.plus_micros(60_000_000 - now.as_micros() % 60_000_000);
            while minute < next {
                let shows = i64::from(zoned(minute, zone).minute()) % every == 0;
                prop_assert!(!shows, "{} was passed over", zoned(minute, zone));
                minute = minute.plus_micros(60_000_000);
            }
            now = next;
        }
    }

    #[test]
    fn the_next_time_is_the_same_from_wherever_before_it_one_looks(
        zone in zone(),
        (minute, hour, day) in (field(59), field(23), field(6)),
        from in moment(),
        part in 0.0f64..1.0
    ) {
        let times = Times::read(&format!("{minute} {hour} * * {day}"), zone).unwrap();
        let next = times.next_after(from).unwrap();
        prop_assert!(next > from);
        let between = ((next.micros_since(from) - 1) as f64 * part) as i64;
        prop_assert_eq!(times.next_after(from.plus_micros(between)), Some(next));
        prop_assert!(times.is_due(from, next));
        prop_assert!(!times.is_due(from, next.plus_micros(-1)));
        prop_assert!(!times.is_due(next, next), "what is settled is not due again");
    }

    #[test]
    fn each_of_several_times_comes_once_when_the_clocks_get_to_it(
        zone in zone(),
        minutes in named(59),
        hours in named(23),
        from in moment()
    ) {
        let times = Times::read(&format!("{} {} * * *", minutes.0, hours.0), zone).unwrap();
        // Around a change of the clocks, where there is one.
        let from = jiff::Timestamp::from_microsecond(from.as_micros()).unwrap();
        let zone = zone_of(zone).unwrap();
        let change = zone.following(from).next().map_or(from, |change| change.timestamp());
        let change = jiff::Timestamp::from_second(change.as_second() / 60 * 60).unwrap();
        let minute = |n: i64| change + SignedDuration::from_mins(n);
        let begin = -40 * 60;
        let mut reached = minute(begin - 1).to_zoned(zone.clone()).datetime();
        let mut expected = Vec::new();
        for n in begin..=40 * 60 {
            let shown = minute(n).to_zoned(zone.clone()).datetime();
            let mut is_due = false;
            // Whatever the clocks have got to for the first time: one minute, or all that they left out.
            while reached < shown {
                reached = reached.checked_add(Span::new().minutes(1)).unwrap();
                let (minute, hour) = (reached.minute() as u32, reached.hour() as u32);
                is_due |= minutes.1.contains(&minute) && hours.1.contains(&hour);
            }
            if is_due {
                expected.push(Timestamp::from_micros(minute(n).as_microsecond()));
            }
        }
        let (first, last) = (minute(begin), minute(40 * 60));
        let first = Timestamp::from_micros(first.as_microsecond() - 1);
        let last = Timestamp::from_micros(last.as_microsecond());
        let told = std::iter::successors(times.next_after(first), |at| times.next_after(*at));
        prop_assert_eq!(told.take_while(|at| *at <= last).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn any_text_is_a_pattern_or_refused(cron in ".{0,40}", zone in ".{0,12}") {
        let _ = Times::read(&cron, &zone);
    }
}

#[test]
fn times_that_were_missed_are_due_once() {
    let times = Times::read("0 * * * *", "UTC").unwrap();
    let midnight = at(&"2026-03-01T00:00[UTC]".parse::<Zoned>().unwrap());
    let noon = at(&"2026-03-01T12:10[UTC]".parse::<Zoned>().unwrap());
    assert!(times.is_due(midnight, noon));
    assert!(!times.is_due(noon, noon));
}

#[test]
fn a_time_that_the_clocks_pass_over_comes_right_after() {
    let times = Times::read("30 2 * * *", "Europe/Berlin").unwrap();
    let before = at(&"2026-03-29T00:00[Europe/Berlin]".parse::<Zoned>().unwrap());
    let next = zoned(times.next_after(before).unwrap(), "Europe/Berlin");
    assert_eq!(next.to_string(), "2026-03-29T03:00:00+02:00[Europe/Berlin]");
}

#[test]
fn a_time_that_the_clocks_show_twice_comes_once() {
    let times = Times::read("30 2 * * *", "Europe/Berlin").unwrap();
    let before = at(&"2026-10-25T00:00[Europe/Berlin]".parse::<Zoned>().unwrap());
    let first = times.next_after(before).unwrap();
    let second = zoned(times.next_after(first).unwrap(), "Europe/Berlin");
    let first = zoned(first, "Europe/Berlin");
    assert_eq!(first.to_string(), "2026-10-25T02:30:00+02:00[Europe/Berlin]");
    assert_eq!(second.to_string(), "2026-10-26T02:30:00+01:00[Europe/Berlin]");
}

#[test]
fn lists_and_ranges_of_times_keep_to_the_clocks_as_one_time_does() {
    let told = |cron: &str, day: &str| {
        let times = Times::read(cron, "Europe/Berlin").unwrap();
        let begin: Zoned = format!("{day}T00:00[Europe/Berlin]").parse().unwrap();
        let end = at(&begin.tomorrow().unwrap());
        let first = times.next_after(at(&begin).plus_micros(-1));
        std::iter::successors(first, |at| times.next_after(*at))
            .take_while(|at| *at < end)
            .map(|at| jiff::Timestamp::from_microsecond(at.as_micros()).unwrap().to_string())
            .collect::<Vec<_>>()
    };
    let spring = |cron| told(cron, "2027-03-28");
    assert_eq!(spring("30 2,14 28 3 *"), ["2027-03-28T01:00:00Z", "2027-03-28T12:30:00Z"]);
    assert_eq!(spring("15,45 2 28 3 *"), ["2027-03-28T01:00:00Z"]);
    assert_eq!(spring("0 1-3 28 3 *"), ["2027-03-28T00:00:00Z", "2027-03-28T01:00:00Z"]);
    assert_eq!(spring("*/30 2 * * *"), Vec::<String>::new(), "no moment shows it");
    let autumn = |cron| told(cron, "2027-10-31");
    assert_eq!(autumn("0 2,14 31 10 *"), ["2027-10-31T00:00:00Z", "2027-10-31T13:00:00Z"]);
    assert_eq!(autumn("15,45 2 * * *"), ["2027-10-31T00:15:00Z", "2027-10-31T00:45:00Z"]);
    assert_eq!(autumn("*/30 2 * * *").len(), 4);
}

#[test]
fn a_wrong_pattern_and_a_wrong_zone_are_refused_with_what_would_do() {
    for (cron, zone) in [
        ("61 * * * *", "UTC"),
        ("* * * *", "UTC"),
        ("0 0 0 * * *", "UTC"),
        ("0 0 30 2 *", "UTC"),
        ("0 0 * * *", "Mars/Olympus"),
    ] {
        let error = Times::read(cron, zone).unwrap_err().to_string();
        assert!(error.contains("such as"), "{cron} {zone}: {error}");
    }
}

#[test]
fn a_name_is_of_letters_and_digits_and_little_else() {
    let named = |name: &str| check(name, "0 0 * * *", "UTC").is_ok();
    for name in ["nightly", "a", "7", "v1.2", ".hidden", "a..", "Über_nacht-1", &"x".repeat(64)] {
        assert!(named(name), "{name}");
    }
    for name in ["", ".", "..", "...", "-", "_.-", "a/b", "a b", &"x".repeat(65)] {
        assert!(!named(name), "{name}");
    }
}
