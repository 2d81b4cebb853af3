//! What a scan does next, given how far its ranges are.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};
use trawl_model::coverage::Coverage;
use trawl_model::range::{Counts, Phase, RangeScan};
use trawl_model::scan::Scan;

/// What is known of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<'a> {
    /// What its ranges say.
    pub ranges: &'a Summary,
    /// Ranges of which nothing is known now.
    pub unknown: usize,
    /// What a person said of what has vanished.
    pub word: Option<bool>,
    /// The root is another one than at the last scan.
    pub other_root: bool,
    /// Of a hundred objects, so many may vanish without a person being asked.
    pub vanished_percent: u8,
}

/// The next step of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Ranges are at work.
    Wait,
    /// All is read: the last phase, in which what has vanished is closed, or is not.
    Close(bool),
    /// All is read, and too much has vanished: a person is to say whether that is so. The ranges
    /// end without closing anything.
    AskPerson,
    /// All is done.
    Finish,
}

/// Decides what comes next.
pub fn next(standing: &Standing<'_>) -> Step {
    let ranges = standing.ranges;
    let at_least = |phase: Phase| {
        standing.unknown == 0
            && ranges.others == 0
            && ranges.lowest.is_some_and(|lowest| lowest >= phase)
    };
    if at_least(Phase::Done) {
        return Step::Finish;
    }
    if !at_least(Phase::Read) {
        return Step::Wait;
    }
    let counts = ranges.sums.counts;
    match standing.word {
        Some(close) => Step::Close(close),
        None if counts.vanished == 0 => Step::Close(true),
        None if standing.other_root || is_too_much(counts, standing.vanished_percent) => {
            Step::AskPerson
        }
        None => Step::Close(true),
    }
}

/// What ranges say of a scan, in short: wherever they are kept, it adds up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Ranges that take part.
    pub ranges: usize,
    /// Ranges that are still at another scan.
    pub others: usize,
    /// How far the one is that is least far; none where there are none.
    pub lowest: Option<Phase>,
    /// What they come to.
    pub sums: Sums,
}

impl Summary {
    /// Of ranges for the scan of this number.
    pub fn of(number: u32, ranges: &[RangeScan]) -> Self {
        let here = || ranges.iter().filter(|range| range.number == number);
        Self {
            ranges: here().count(),
            others: ranges.len() - here().count(),
            lowest: here().map(|range| range.phase).min(),
            sums: sum(ranges),
        }
    }

    /// Whether so many are all there are, and listed to their ends.
    pub fn is_listed(&self, ranges: usize) -> bool {
        let is_listed = |lowest: Phase| lowest >= Phase::Reading;
        self.ranges == ranges && self.others == 0 && self.lowest.is_some_and(is_listed)
    }
}

impl AddAssign<&Self> for Summary {
    fn add_assign(&mut self, other: &Self) {
        self.ranges += other.ranges;
        self.others += other.others;
        self.lowest = match (self.lowest, other.lowest) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.sums += &other.sums;
    }
}

/// The sums of a scan over its ranges.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sums {
    /// What became of what was listed.
    pub coverage: Coverage,
    /// Sum of sizes as listed.
    pub listed_bytes: u64,
    /// Objects listed.
    pub listed_objects: u64,
    /// What kinds of objects there were.
    pub counts: Counts,
}

impl Sums {
    /// What a scan that has ended came to.
    pub fn of(scan: &Scan) -> Self {
        Self {
            coverage: scan.coverage.clone(),
            listed_bytes: scan.listed_bytes,
            listed_objects: scan.listed_objects,
            counts: scan.counts,
        }
    }
}

/// Whether a range is listed to its end.
pub fn is_listed(range: &RangeScan) -> bool {
    range.phase >= Phase::Reading
}

/// Adds up.
pub fn sum(ranges: &[RangeScan]) -> Sums {
    let mut sums = Sums::default();
    for RangeScan { coverage, listed_bytes, listed_objects, counts, .. } in ranges {
        sums.add(coverage, *listed_bytes, *listed_objects, counts);
    }
    sums
}

impl Sums {
    fn add(&mut self, coverage: &Coverage, bytes: u64, objects: u64, counts: &Counts) {
        self.coverage += coverage;
        self.listed_bytes = self.listed_bytes.saturating_add(bytes);
        self.listed_objects = self.listed_objects.saturating_add(objects);
        let Counts { new, changed, same, vanished, renamed, findings } = counts;
        let sum = &mut self.counts;
        for (sum, more) in [
            (&mut sum.new, new),
            (&mut sum.changed, changed),
            (&mut sum.same, same),
            (&mut sum.vanished, vanished),
            (&mut sum.renamed, renamed),
            (&mut sum.findings, findings),
        ] {
            *sum = sum.saturating_add(*more);
        }
    }
}

impl AddAssign<&Self> for Sums {
    fn add_assign(&mut self, other: &Self) {
        let Self { coverage, listed_bytes, listed_objects, counts } = other;
        self.add(coverage, *listed_bytes, *listed_objects, counts);
    }
}

fn is_too_much(counts: Counts, percent: u8) -> bool {
    let known = counts.same + counts.changed + counts.vanished;
    u128::from(counts.vanished) * 100 > u128::from(known) * u128::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(phase: Phase, same: u64, vanished: u64) -> RangeScan {
        RangeScan {
            number: 2,
            phase,
            listed_to: None,
            coverage: Coverage::new(),
            listed_bytes: 0,
            listed_objects: 0,
            counts: Counts { same, vanished, ..Counts::default() },
        }
    }

    fn step(ranges: &[RangeScan], unknown: usize, word: Option<bool>, other_root: bool) -> Step {
        let (number, vanished_percent) = (2, 50);
        let whole = Summary::of(number, ranges);
        // Wherever they are kept, it is the same.
        for at in 0..=ranges.len() {
            let mut both = Summary::of(number, &ranges[..at]);
            both += &Summary::of(number, &ranges[at..]);
            assert_eq!(both, whole);
        }
        next(&Standing { ranges: &whole, unknown, word, other_root, vanished_percent })
    }

    #[test]
    fn a_scan_waits_for_the_last_of_its_ranges_and_for_cuts() {
        let ranges = [range(Phase::Read, 1, 0), range(Phase::Reading, 1, 0)];
        assert_eq!(step(&ranges, 0, None, false), Step::Wait);
        assert_eq!(step(&ranges[..1], 1, None, false), Step::Wait);
        assert_eq!(step(&ranges[..1], 0, None, false), Step::Close(true));
        assert_eq!(step(&[], 0, None, false), Step::Wait);
    }

    #[test]
    fn more_than_half_vanished_waits_for_a_person() {
        let half = [range(Phase::Read, 5, 5)];
        let most = [range(Phase::Read, 4, 6)];
        assert_eq!(step(&half, 0, None, false), Step::Close(true));
        assert_eq!(step(&most, 0, None, false), Step::AskPerson);
        assert_eq!(step(&most, 0, Some(true), false), Step::Close(true));
        assert_eq!(step(&most, 0, Some(false), false), Step::Close(false));
    }

    #[test]
    fn another_root_closes_nothing_unasked() {
        assert_eq!(step(&[range(Phase::Read, 100, 1)], 0, None, true), Step::AskPerson);
        assert_eq!(step(&[range(Phase::Read, 100, 0)], 0, None, true), Step::Close(true));
    }

    #[test]
    fn when_all_is_done_it_ends() {
        assert_eq!(step(&[range(Phase::Done, 1, 9)], 0, None, true), Step::Finish);
    }
}
