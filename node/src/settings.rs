//! From settings to the bounds of the other rooms: the one place where both are known.

use trawl_actors::range::Tuning;
use trawl_cluster_config::Settings;
use trawl_sources::Limits;

/// The bounds of reading.
pub(crate) fn reading(settings: &Settings) -> Limits {
    let scan = &settings.scan;
    Limits {
        piece_bytes: scan.piece_bytes.as_len(),
        overlap_bytes: scan.overlap_bytes.as_len(),
        whole_bytes: scan.whole_bytes.as_len(),
        max_depth: scan.max_depth,
        max_decoded_bytes: scan.max_decoded_bytes.get(),
        max_expansion: scan.max_expansion,
        max_members: scan.max_members,
        max_field_bytes: scan.max_field_bytes.as_len(),
        max_nesting: scan.max_nesting,
    }
}

/// The bounds of a range's owner.
pub(crate) fn tuning(settings: &Settings) -> Tuning {
    let (scan, range) = (&settings.scan, &settings.range);
    let len = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    Tuning {
        max_objects: range.max_objects,
        unit_objects: len(range.unit_objects),
        unit_bytes: range.unit_bytes.get(),
        lease_millis: range.lease.as_millis(),
        decision_rows: len(range.decision_rows),
        attempts: range.attempts,
        backoff_millis: range.retry_backoff.as_millis(),
        backoff_max_millis: range.retry_backoff_max.as_millis(),
        deaths: u8::try_from(range.deaths_before_set_aside).unwrap_or(u8::MAX),
        parts_at_once: len(scan.parts_at_once),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_of_the_settings_are_those_of_the_rooms() {
        let settings = Settings::default();
        assert_eq!(reading(&settings), Limits::default());
        assert_eq!(tuning(&settings), Tuning::default());
        assert_eq!(settings.scan.overlap_bytes.as_len(), trawl_detect::reach::OVERLAP_BYTES);
    }
}
