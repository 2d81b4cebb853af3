//! Which of the scans that wait are begun next, and whose units are given out first: pure.

use std::cmp::Reverse;

use trawl_model::{Priority, ScanId, SourceId, Timestamp};

/// Of so many looks for work one takes all sources alike, so that a low one gets on too.
const FAIR_LOOK: usize = 8;

/// A scan that waits for its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Its source.
    pub source: SourceId,
    /// The scan.
    pub scan: ScanId,
    /// Which is served first.
    pub priority: Priority,
    /// When it was ordered.
    pub ordered: Timestamp,
    /// It was begun before, and was interrupted.
    pub begun: bool,
}

/// Which scans are begun now: as many as there is room for, the most urgent first. One that has
/// waited for `patience` is as urgent as the highest, and older than those that came after: so none
/// waits for ever, whatever is ordered meanwhile.
pub fn next(
    waiting: &[Waiting],
    at_work: usize,
    at_once: usize,
    now: Timestamp,
    patience_micros: u64,
) -> Vec<Waiting> {
    let mut turns: Vec<Waiting> = waiting.to_vec();
    turns.sort_by_key(|scan| {
        let impatient = now.micros_since(scan.ordered) >= patience_micros;
        let priority = if impatient { Priority::High } else { scan.priority };
        (Reverse(priority), Reverse(scan.begun), scan.ordered, scan.scan)
    });
    turns.truncate(at_once.saturating_sub(at_work));
    turns
}

/// The order in which those who may have work are asked for it: the most urgent first, those that
/// are alike by turns. In one look of some all are alike.
pub fn order_of_asking(priorities: &[Priority], look: usize) -> Vec<usize> {
    let count = priorities.len();
    let is_fair = look % FAIR_LOOK == FAIR_LOOK - 1;
    // Each time the next one is the first.
    let first = if is_fair { look / FAIR_LOOK } else { look };
    let mut order: Vec<usize> = (0..count).map(|n| (first + n) % count).collect();
    if !is_fair {
        order.sort_by_key(|n| Reverse(priorities[*n]));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scan(n: u8, priority: Priority, ordered: i64) -> Waiting {
        Waiting {
            source: SourceId::from_bytes([n; 8]),
            scan: ScanId::from_bytes([n; 12]),
            priority,
            ordered: Timestamp::from_micros(ordered),
            begun: false,
        }
    }

    fn priority() -> impl Strategy<Value = Priority> {
        proptest::sample::select(&Priority::ALL[..])
    }

    const PATIENCE: u64 = 1_000;

    #[test]
    fn the_most_urgent_is_begun_first_and_of_those_alike_the_oldest() {
        let now = Timestamp::from_micros(500);
        let waiting = [
            scan(1, Priority::Low, 1),
            scan(2, Priority::Normal, 3),
            scan(3, Priority::High, 4),
            scan(4, Priority::Normal, 2),
        ];
        let begun = next(&waiting, 1, 4, now, PATIENCE);
        let begun: Vec<u8> = begun.iter().map(|scan| scan.source.as_bytes()[0]).collect();
        assert_eq!(begun, [3, 4, 2]);
    }

    proptest! {
        /// Each turn one scan is begun and ends, and a newer one of the highest priority is ordered.
        #[test]
        fn whoever_waits_comes_to_his_turn_whatever_is_ordered_meanwhile(
            mut waiting in proptest::collection::vec((priority(), 0i64..1_000), 1..20),
        ) {
            waiting.push((Priority::Low, 0));
            let mut waiting: Vec<Waiting> = waiting
                .into_iter()
                .enumerate()
                .map(|(n, (priority, ordered))| scan(n as u8, priority, ordered))
                .collect();
            let last = waiting[waiting.len() - 1].scan;
            let before = waiting.len();
            let mut turns = 0;
            for now in 0.. {
                let at = Timestamp::from_micros(now * 100);
                let begun = next(&waiting, 0, 1, at, PATIENCE)[0];
                waiting.retain(|scan| scan.scan != begun.scan);
                if begun.scan == last {
                    break;
                }
                turns += 1;
                waiting.push(scan(100 + turns as u8 % 100, Priority::High, now * 100 + 1));
            }
            // As long as its patience lasts, and then behind those that are older.
            prop_assert!(turns <= 10 + before + 10, "{} turns", turns);
        }

        #[test]
        fn all_who_may_have_work_are_asked_and_each_is_the_first_some_time(
            priorities in proptest::collection::vec(priority(), 1..9)
        ) {
            let mut first = std::collections::BTreeSet::new();
            for look in 0..FAIR_LOOK * priorities.len() * FAIR_LOOK {
                let order = order_of_asking(&priorities, look);
                let mut all = order.clone();
                all.sort_unstable();
                prop_assert_eq!(all, (0..priorities.len()).collect::<Vec<_>>());
                first.insert(order[0]);
                if look % FAIR_LOOK != FAIR_LOOK - 1 {
                    prop_assert_eq!(Some(&priorities[order[0]]), priorities.iter().max());
                }
            }
            prop_assert_eq!(first.len(), priorities.len(), "nobody is always asked after another");
        }
    }

    #[test]
    fn where_nobody_is_there_nobody_is_asked() {
        assert!(order_of_asking(&[], 3).is_empty());
    }
}
