//! Overlaps: of values that share text, which one stays.
//!
//! Greedy, the best first, within clusters of values that overlap in a row. A cluster that is
//! longer than the bound is resolved by neighbours alone (a value goes if any better one overlaps
//! it, whether that one stays or not), so that no value's fate depends on text far away.

use std::cmp::Reverse;
use std::ops::Range;

use crate::reach::CLUSTER_BYTES;

/// A value that may stay.
pub(super) struct Rival {
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// What it is worth before its length counts.
    pub(super) worth: (u8, u8),
    /// What decides where all else is equal.
    pub(super) number: u32,
}

impl Rival {
    fn rank(&self) -> impl Ord + use<> {
        (Reverse(self.worth), Reverse(self.span.len()), self.span.start, self.number)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.span.start < other.span.end && other.span.start < self.span.end
    }
}

/// Which of the rivals, sorted by their beginnings, stay.
pub(super) fn resolve(rivals: &[Rival]) -> Vec<bool> {
    let mut stays = vec![false; rivals.len()];
    let mut first = 0;
    while first < rivals.len() {
        let mut end = rivals[first].span.end;
        let mut after = first + 1;
        while after < rivals.len() && rivals[after].span.start < end {
            end = end.max(rivals[after].span.end);
            after += 1;
        }
        let cluster = &rivals[first..after];
        if end - rivals[first].span.start <= CLUSTER_BYTES {
            greedily(cluster, &mut stays[first..after]);
        } else {
            by_neighbours(cluster, &mut stays[first..after]);
        }
        first = after;
    }
    stays
}

fn greedily(cluster: &[Rival], stays: &mut [bool]) {
    if let [_] = cluster {
        stays[0] = true;
        return;
    }
    let mut order: Vec<usize> = (0..cluster.len()).collect();
    order.sort_unstable_by_key(|i| cluster[*i].rank());
    let mut kept: Vec<usize> = Vec::new();
    for i in order {
        if !kept.iter().any(|k| cluster[*k].overlaps(&cluster[i])) {
            stays[i] = true;
            kept.push(i);
        }
    }
}

fn by_neighbours(cluster: &[Rival], stays: &mut [bool]) {
    let longest = cluster.iter().map(|r| r.span.len()).max().unwrap_or(0);
    for (i, rival) in cluster.iter().enumerate() {
        let from = cluster.partition_point(|r| r.span.start + longest <= rival.span.start);
        stays[i] = !cluster[from..]
            .iter()
            .take_while(|r| r.span.start < rival.span.end)
            .any(|r| r.rank() < rival.rank() && r.overlaps(rival));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rivals(list: &[(usize, usize, u8)]) -> Vec<Rival> {
        let rival = |(i, (start, end, worth)): (usize, &(usize, usize, u8))| Rival {
            span: *start..*end,
            worth: (1, *worth),
            number: i as u32,
        };
        list.iter().enumerate().map(rival).collect()
    }

    #[test]
    fn the_surer_then_the_longer_then_the_first_stays() {
        assert_eq!(resolve(&rivals(&[(0, 10, 80), (5, 9, 85)])), [false, true]);
        assert_eq!(resolve(&rivals(&[(0, 10, 80), (5, 20, 80)])), [false, true]);
        assert_eq!(resolve(&rivals(&[(0, 10, 80), (5, 15, 80)])), [true, false]);
        assert_eq!(resolve(&rivals(&[(0, 10, 80), (10, 15, 80)])), [true, true]);
    }

    #[test]
    fn what_gave_way_to_one_that_gives_way_itself_stays_in_a_short_row() {
        assert_eq!(
            resolve(&rivals(&[(0, 10, 70), (8, 20, 80), (18, 30, 90)])),
            [true, false, true]
        );
    }

    #[test]
    fn a_row_longer_than_the_bound_is_resolved_by_neighbours() {
        let row: Vec<_> = (0..200).map(|i| (i * 8, i * 8 + 10, 70)).collect();
        let stays = resolve(&rivals(&row));
        assert!(stays[0] && stays[1..].iter().all(|s| !s));
    }
}
