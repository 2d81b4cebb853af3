//! What must hold between settings, once each is right by itself.

use std::fmt::Display;

use crate::{Bytes, Settings, Span};

/// One setting that is bounded by another.
pub(crate) struct Agreement {
    /// The bounded one.
    pub(crate) key: &'static str,
    /// What part of the other it may be at most: `half of`, or nothing for all of it.
    pub(crate) part: &'static str,
    /// The bounding one.
    pub(crate) with: &'static str,
    /// Why.
    pub(crate) why: &'static str,
    /// The value and the most that it may be, where it is more.
    pub(crate) broken: fn(&Settings) -> Option<(String, String)>,
}

/// All of them.
pub(crate) static AGREEMENTS: &[Agreement] = &[
    Agreement {
        key: "scan.overlap_bytes",
        part: "half of ",
        with: "scan.piece_bytes",
        why: "else more is read again than anew",
        broken: |s| over(s.scan.overlap_bytes, Bytes::new(s.scan.piece_bytes.get() / 2)),
    },
    Agreement {
        key: "scan.piece_bytes",
        part: "a quarter of ",
        with: "scan.content_in_flight_bytes",
        why: "else one reader holds up all others",
        broken: |s| over(s.scan.piece_bytes, Bytes::new(s.scan.content_in_flight_bytes.get() / 4)),
    },
    Agreement {
        key: "scan.whole_bytes",
        part: "",
        with: "scan.content_in_flight_bytes",
        why: "what is loaded whole counts as in flight, and must fit",
        broken: |s| over(s.scan.whole_bytes, s.scan.content_in_flight_bytes),
    },
    Agreement {
        key: "scan.max_field_bytes",
        part: "",
        with: "scan.piece_bytes",
        why: "a field that is kept whole lies in one piece",
        broken: |s| over(s.scan.max_field_bytes, s.scan.piece_bytes),
    },
    Agreement {
        key: "range.unit_objects",
        part: "",
        with: "range.max_objects",
        why: "a unit lies within its range",
        broken: |s| over(u64::from(s.range.unit_objects), s.range.max_objects),
    },
    Agreement {
        key: "range.decision_rows",
        part: "half of ",
        with: "range.commit_rows",
        why: "a commit carries the log and the head beside what was decided",
        broken: |s| over(s.range.decision_rows, s.range.commit_rows / 2),
    },
    Agreement {
        key: "scan.parts_at_once",
        part: "",
        with: "range.decision_rows",
        why: "one decision hands out the parts of an object",
        broken: |s| over(s.scan.parts_at_once, s.range.decision_rows),
    },
    Agreement {
        key: "range.checkpoint_interval",
        part: "half of ",
        with: "range.lease",
        why: "a worker that checkpoints in time never loses its lease by that alone",
        broken: |s| over(s.range.checkpoint_interval, Span::millis(s.range.lease.as_millis() / 2)),
    },
    Agreement {
        key: "range.retry_backoff",
        part: "",
        with: "range.retry_backoff_max",
        why: "waits grow from the one to the other",
        broken: |s| over(s.range.retry_backoff, s.range.retry_backoff_max),
    },
    Agreement {
        key: "index.publish_bytes",
        part: "",
        with: "index.tail_bytes",
        why: "a lane writes before it has to stop",
        broken: |s| over(s.index.publish_bytes, s.index.tail_bytes),
    },
    Agreement {
        key: "mesh.peers",
        part: "half of ",
        with: "mesh.requests_at_once",
        why: "each peer has one under way as long as it waits for work",
        broken: |s| over(s.mesh.peers, s.mesh.requests_at_once / 2),
    },
    Agreement {
        key: "otel.batch_spans",
        part: "",
        with: "otel.queue_spans",
        why: "what is sent at once has waited before",
        broken: |s| over(s.otel.batch_spans, s.otel.queue_spans),
    },
    Agreement {
        key: "disk.reserve_bytes",
        part: "half of ",
        with: "disk.low_bytes",
        why: "what makes room is written above the reserve",
        broken: |s| over(s.disk.reserve_bytes, Bytes::new(s.disk.low_bytes.get() / 2)),
    },
    Agreement {
        key: "disk.low_bytes",
        part: "",
        with: "disk.enough_bytes",
        why: "what stopped goes on when there is more room than when it stopped",
        broken: |s| over(s.disk.low_bytes, s.disk.enough_bytes),
    },
    Agreement {
        key: "cluster.beat",
        part: "a quarter of ",
        with: "cluster.take_over",
        why: "one word that is lost is no reason to take over",
        broken: |s| over(s.cluster.beat, Span::millis(s.cluster.take_over.as_millis() / 4)),
    },
    Agreement {
        key: "api.streams",
        part: "",
        with: "api.connections",
        why: "each stream keeps a connection",
        broken: |s| over(s.api.streams, s.api.connections),
    },
];

fn over<T: PartialOrd + Display>(value: T, most: T) -> Option<(String, String)> {
    (value > most).then(|| (value.to_string(), most.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_agree() {
        let defaults = Settings::default();
        for agreement in AGREEMENTS {
            assert_eq!((agreement.broken)(&defaults), None, "{}", agreement.key);
        }
    }

    #[test]
    fn an_agreement_names_settings_that_there_are() {
        for agreement in AGREEMENTS {
            assert!(crate::layers::setting(agreement.key).is_some(), "{}", agreement.key);
            assert!(crate::layers::setting(agreement.with).is_some(), "{}", agreement.with);
        }
    }

    #[test]
    fn an_overlap_larger_than_half_a_piece_is_noticed() {
        let mut settings = Settings::default();
        settings.scan.overlap_bytes = Bytes::mib(1);
        let broken: Vec<_> =
            AGREEMENTS.iter().filter(|a| (a.broken)(&settings).is_some()).collect();
        assert_eq!(broken.len(), 1);
        assert_eq!(broken[0].key, "scan.overlap_bytes");
    }
}
