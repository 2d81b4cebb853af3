//! The clock: the one place that reads it, and the one way in which times are written.

use std::time::{SystemTime, UNIX_EPOCH};

use trawl_model::Timestamp;

/// Now.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// As RFC 3339 has it, in UTC: to the millisecond, so that all are equally long.
pub(crate) fn written(time: Timestamp) -> String {
    match jiff::Timestamp::from_microsecond(time.as_micros()) {
        Ok(time) => format!("{time:.3}"),
        Err(_) => format!("@{}us", time.as_micros()),
    }
}

/// The time that [`written`] wrote.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_micros(time.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_and_equally_long() {
        assert_eq!(written(Timestamp::from_micros(0)), "1970-01-01T00:00:00.000Z");
        let time = Timestamp::from_micros(1_700_000_000_123_456);
        assert_eq!(written(time), "2023-11-14T22:13:20.123Z");
        assert_eq!(read(&written(time)), Some(Timestamp::from_micros(1_700_000_000_123_000)));
        assert_eq!(read("yesterday"), None);
    }
}
