//! What must hold between settings, once each is right by itself.

use std::fmt::Display;

use crate::Settings;

/// Two settings that don't go together.
pub(crate) struct Disagreement {
    /// The key to change, whose origin is named.
    pub(crate) key: &'static str,
    /// The key that it must agree with.
    pub(crate) with: &'static str,
    /// What is wrong.
    pub(crate) what: String,
    /// What would be right.
    pub(crate) allowed: String,
}

/// All that doesn't go together.
pub(crate) fn disagreements(settings: &Settings) -> Vec<Disagreement> {
    let (scan, range) = (&settings.scan, &settings.range);
    let half_a_piece = crate::Bytes::new(scan.piece_bytes.get() / 2);
    let quarter_of_flight = crate::Bytes::new(scan.content_in_flight_bytes.get() / 4);
    [
        // Otherwise more is read again than anew.
        at_most("scan.overlap_bytes", scan.overlap_bytes, "half of scan.piece_bytes", half_a_piece),
        // Otherwise a piece or two are all that is ever in flight, or none ever fits.
        at_most(
            "scan.piece_bytes",
            scan.piece_bytes,
            "a quarter of scan.content_in_flight_bytes",
            quarter_of_flight,
        ),
        // What is loaded whole counts as in flight, and must fit.
        at_most(
            "scan.whole_bytes",
            scan.whole_bytes,
            "scan.content_in_flight_bytes",
            scan.content_in_flight_bytes,
        ),
        // A field that is cut lies in one piece.
        at_most("scan.max_field_bytes", scan.max_field_bytes, "scan.piece_bytes", scan.piece_bytes),
        at_most(
            "range.unit_objects",
            range.unit_objects.into(),
            "range.max_objects",
            range.max_objects,
        ),
        at_most(
            "range.retry_backoff",
            range.retry_backoff,
            "range.retry_backoff_max",
            range.retry_backoff_max,
        ),
        // A worker that checkpoints in time must never lose its lease by that alone.
        at_most(
            "range.checkpoint_interval",
            range.checkpoint_interval,
            "half of range.lease",
            crate::Span::millis(range.lease.as_millis() / 2),
        ),
        // The commit that cuts an object into parts carries a row for each.
        at_most("scan.parts_at_once", scan.parts_at_once, "range.commit_rows", range.commit_rows),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn at_most<T: PartialOrd + Display>(
    key: &'static str,
    value: T,
    bound: &'static str,
    most: T,
) -> Option<Disagreement> {
    let with = bound.rsplit(' ').next().unwrap_or(bound);
    (value > most).then(|| Disagreement {
        key,
        with,
        what: format!("is {value}"),
        allowed: format!("at most {bound}, here {most}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bytes;

    #[test]
    fn the_defaults_agree() {
        assert!(disagreements(&Settings::default()).is_empty());
    }

    #[test]
    fn an_overlap_larger_than_half_a_piece_is_noticed() {
        let mut settings = Settings::default();
        settings.scan.overlap_bytes = Bytes::mib(1);
        let found = disagreements(&settings);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].key, found[0].with), ("scan.overlap_bytes", "scan.piece_bytes"));
    }
}
