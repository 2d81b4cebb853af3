//! What somebody may have meant.

use strsim::normalized_damerau_levenshtein;

/// How alike two names must be for the one to be taken for the other: two typing errors in a
/// short word, or one word left out of a long one.
const ALIKE: f64 = 0.6;

/// Characters beyond which nothing is near: the comparison takes time by their square.
const MAX_COMPARED_CHARS: usize = 128;

/// The candidate that is most like `found`, if one is like it at all. Case, and whether words are
/// parted by `-` or `_`, makes no difference.
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if found.chars().nth(MAX_COMPARED_CHARS).is_some() {
        return None;
    }
    let plain = |name: &str| name.to_lowercase().replace('-', "_");
    let found = plain(found);
    candidates
        .into_iter()
        .map(|candidate| (normalized_damerau_levenshtein(&found, &plain(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_found_and_what_is_far_is_not() {
        let names = ["piece_bytes", "part_bytes", "overlap_bytes"];
        assert_eq!(nearest("pice_bytes", names), Some("piece_bytes"));
        assert_eq!(nearest("Overlap-Bytes", names), Some("overlap_bytes"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), names), None);
    }
}
