//! How many threads there are to be of each kind: pure.
//!
//! From time to time it is looked at each pool. It grows by a step when all of it is busy, more waits for
//! it than is soon done, and nothing else is what holds it up; it shrinks by a step when for several looks
//! on end not all of it was ever busy. In between it stays. What makes it grow and what makes it shrink
//! exclude each other whatever its size: so while nothing changes it goes one way, and comes to rest.

use std::collections::BTreeMap;
use std::time::Duration;

/// A kind of work that has threads of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Crawlers: they read.
    Scan,
    /// Classifiers: they find what is in what was read.
    Analysis,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Scan, Self::Analysis];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Analysis => "analysis",
        }
    }
}

/// Between how many threads a pool may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// No fewer, unless that is more than the most.
    pub least: usize,
    /// No more.
    pub most: usize,
}

impl Bounds {
    /// The nearest size that is allowed.
    pub fn hold(self, size: usize) -> usize {
        size.max(self.least).min(self.most)
    }
}

/// What sizes go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How often it is looked.
    pub look: Duration,
    /// With more than this waiting a pool grows. Where its queue is short, half of that is enough.
    pub depth: usize,
    /// With so much of the memory for content taken, of a hundred, crawlers wait for classifiers.
    pub memory_percent: u8,
    /// With so much of all cores' time taken, of a hundred, more crawlers would only get into each
    /// other's way.
    pub cores_percent: u8,
    /// So many looks on end a pool was not all busy before it shrinks.
    pub idle_looks: u32,
    /// Crawlers.
    pub scan: Bounds,
    /// Classifiers.
    pub analysis: Bounds,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(10),
            depth: 10,
            memory_percent: 90,
            cores_percent: 90,
            idle_looks: 3,
            scan: Bounds { least: 1, most: 16 },
            analysis: Bounds { least: 1, most: 4 },
        }
    }
}

impl Rules {
    /// The bounds of a pool.
    pub fn bounds(&self, kind: Kind) -> Bounds {
        match kind {
            Kind::Scan => self.scan,
            Kind::Analysis => self.analysis,
        }
    }

    /// Whether more waits for a pool than is soon done.
    fn is_much(&self, seen: &Seen) -> bool {
        let depth = seen.room.map_or(self.depth, |room| self.depth.min(room / 2));
        seen.waiting > depth || seen.offered
    }
}

/// What is seen of a pool at a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// How many there are to be.
    pub size: usize,
    /// The most that were busy at once since the last look.
    pub busy: usize,
    /// What waits for it.
    pub waiting: usize,
    /// What may wait for it at the most, where there is a bound.
    pub room: Option<usize>,
    /// There is more elsewhere, though it is not known how much.
    pub offered: bool,
}

/// What is seen at a look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// The pools that there are.
    pub pools: BTreeMap<Kind, Seen>,
    /// Of a hundred bytes of the memory for content so many are taken.
    pub memory_percent: u8,
    /// Of a hundred parts of all cores' time so many are taken.
    pub cores_percent: u8,
    /// Crawlers that wait because their source is read no faster than it may be.
    pub limited: usize,
}

/// Why a pool does not grow, though more waits for it than is soon done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// What was read already takes the memory: whoever reads more waits for classifiers.
    Memory,
    /// The cores have enough to do.
    Cores,
    /// Sources may be read no faster.
    Limits,
    /// Enough waits for the classifiers.
    Classifiers,
}

impl Look {
    /// What holds a pool up, if not its size.
    pub fn held(&self, kind: Kind, rules: &Rules) -> Option<Held> {
        if kind != Kind::Scan {
            return None;
        }
        let seen = self.pools.get(&kind)?;
        let behind =
            self.pools.get(&Kind::Analysis).is_some_and(|analysis| rules.is_much(analysis));
        [
            (self.memory_percent >= rules.memory_percent, Held::Memory),
            (behind, Held::Classifiers),
            (self.limited > 0 && self.limited * 2 >= seen.size, Held::Limits),
            (self.cores_percent >= rules.cores_percent, Held::Cores),
        ]
        .into_iter()
        .find_map(|(holds, held)| holds.then_some(held))
    }
}

/// Decides the sizes of pools, from look to look.
#[derive(Debug, Clone, Default)]
pub struct Planner {
    /// For how many looks on end each was not all busy.
    idle: BTreeMap<Kind, u32>,
}

impl Planner {
    /// How large each pool is to be from now on.
    pub fn next(&mut self, rules: &Rules, look: &Look) -> BTreeMap<Kind, usize> {
        let next = |(kind, seen): (&Kind, &Seen)| (*kind, self.size(*kind, seen, rules, look));
        look.pools.iter().map(next).collect()
    }

    fn size(&mut self, kind: Kind, seen: &Seen, rules: &Rules, look: &Look) -> usize {
        let (bounds, size) = (rules.bounds(kind), seen.size);
        let idle = self.idle.entry(kind).or_default();
        let (is_much, all_busy) = (rules.is_much(seen), seen.busy >= size);
        if is_much || all_busy || bounds.hold(size) != size {
            *idle = 0;
        }
        if is_much && all_busy && look.held(kind, rules).is_none() {
            // No more than there is for them to do.
            let most = if seen.offered { usize::MAX } else { seen.waiting.max(1) };
            return bounds.hold(size + step(size).min(most));
        }
        if !is_much && !all_busy {
            *idle += 1;
            if *idle >= rules.idle_looks {
                *idle = 0;
                return bounds.hold(size - step(size).min(size - seen.busy));
            }
        }
        bounds.hold(size)
    }
}

/// A quarter: so a large pool does not take for ever, and a small one changes by one.
fn step(size: usize) -> usize {
    (size / 4).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A pool of so many, all of them busy, for which this waits.
    fn pressed(size: usize, waiting: usize) -> Seen {
        Seen { size, busy: size, waiting, ..Seen::default() }
    }

    fn look(kind: Kind, seen: Seen) -> Look {
        Look { pools: BTreeMap::from([(kind, seen)]), ..Look::default() }
    }

    fn bounded(bounds: Bounds) -> Rules {
        Rules { scan: bounds, analysis: bounds, ..Rules::default() }
    }

    fn bounds() -> impl Strategy<Value = Bounds> {
        (1usize..200, 1usize..200).prop_map(|(least, most)| Bounds { least, most })
    }

    fn kind() -> impl Strategy<Value = Kind> {
        proptest::sample::select(Kind::ALL.to_vec())
    }

    fn seen() -> impl Strategy<Value = Seen> {
        let room = proptest::option::of(0usize..100);
        (0usize..300, 0usize..300, 0usize..100, room, any::<bool>()).prop_map(
            |(size, busy, waiting, room, offered)| Seen { size, busy, waiting, room, offered },
        )
    }

    fn around() -> impl Strategy<Value = Look> {
        let pools = proptest::collection::btree_map(kind(), seen(), 0..3);
        (pools, 0u8..=100, 0u8..=100, 0usize..100).prop_map(
            |(pools, memory_percent, cores_percent, limited)| Look {
                pools,
                memory_percent,
                cores_percent,
                limited,
            },
        )
    }

    /// The sizes that a pool comes to, from look to look, as long as nothing else changes.
    fn sizes(kind: Kind, rules: &Rules, mut look: Look, looks: usize) -> Vec<usize> {
        let mut planner = Planner::default();
        let mut next = || {
            let size = planner.next(rules, &look)[&kind];
            look.pools.get_mut(&kind).unwrap().size = size;
            size
        };
        (0..looks).map(|_| next()).collect()
    }

    fn is_one_way(sizes: &[usize]) -> bool {
        sizes.is_sorted() || sizes.iter().rev().is_sorted()
    }

    proptest! {
        #[test]
        fn no_pool_is_ever_outside_of_its_bounds_nor_changed_by_more_than_a_step_within_them(
            bounds in bounds(),
            looks in proptest::collection::vec(around(), 1..40)
        ) {
            let (rules, mut planner) = (bounded(bounds), Planner::default());
            for look in looks {
                for (kind, size) in planner.next(&rules, &look) {
                    prop_assert!(size <= bounds.most && size >= bounds.least.min(bounds.most));
                    let before = look.pools[&kind].size;
                    if bounds.hold(before) == before {
                        prop_assert!(size.abs_diff(before) <= step(before));
                    }
                }
            }
        }

        #[test]
        fn under_pressure_that_lasts_the_most_is_reached_within_forty_looks(
            kind in kind(),
            bounds in bounds(),
            size in 0usize..200
        ) {
            let (rules, mut planner) = (bounded(bounds), Planner::default());
            let mut size = size;
            for _ in 0..40 {
                size = planner.next(&rules, &look(kind, pressed(size, 11)))[&kind];
            }
            prop_assert_eq!(size, bounds.most);
        }

        #[test]
        fn without_any_the_least_is_reached_and_kept(
            kind in kind(),
            bounds in bounds(),
            size in 1usize..200
        ) {
            let rules = bounded(bounds);
            let idle = Seen { size, ..Seen::default() };
            // A step for each three looks; from two hundred on down thirty of them.
            let sizes = sizes(kind, &rules, look(kind, idle), 90);
            prop_assert_eq!(sizes.last(), Some(&bounds.least.min(bounds.most)));
        }

        #[test]
        fn what_does_not_change_is_met_in_one_direction_and_comes_to_rest(
            bounds in bounds(),
            around in around(),
            kind in kind(),
            seen in seen()
        ) {
            let mut around = around;
            around.pools.insert(kind, Seen { size: bounds.hold(seen.size), ..seen });
            let sizes = sizes(kind, &bounded(bounds), around, 200);
            prop_assert!(is_one_way(&sizes), "{:?}", sizes);
            prop_assert!(sizes[150..].iter().all(|size| *size == sizes[150]), "{:?}", sizes);
        }

        #[test]
        fn work_that_stays_the_same_is_met_in_one_direction_and_comes_to_rest(
            bounds in bounds(),
            kind in kind(),
            work in 0usize..400,
            size in 1usize..200
        ) {
            let (rules, mut planner) = (bounded(bounds), Planner::default());
            let (mut size, mut sizes) = (bounds.hold(size), Vec::new());
            for _ in 0..200 {
                let busy = work.min(size);
                let seen = Seen { size, busy, waiting: work - busy, ..Seen::default() };
                size = planner.next(&rules, &look(kind, seen))[&kind];
                sizes.push(size);
            }
            prop_assert!(is_one_way(&sizes), "{:?}", sizes);
            let rest = sizes[150];
            prop_assert!(sizes[150..].iter().all(|size| *size == rest), "{:?}", sizes);
            let is_met = work <= rest + rules.depth || rest == bounds.most;
            prop_assert!(is_met && (rest <= work.max(1) || rest <= bounds.least), "{:?}", sizes);
        }
    }

    #[test]
    fn a_depth_of_ten_is_no_reason_to_grow_and_eleven_is() {
        let rules = bounded(Bounds { least: 1, most: 8 });
        let next = |waiting| {
            let look = look(Kind::Scan, pressed(2, waiting));
            Planner::default().next(&rules, &look)[&Kind::Scan]
        };
        assert_eq!((next(10), next(11)), (2, 3));
    }

    #[test]
    fn a_pool_whose_queue_is_short_grows_when_half_of_it_is_taken() {
        let rules = bounded(Bounds { least: 1, most: 8 });
        let next = |waiting| {
            let seen = Seen { room: Some(8), ..pressed(2, waiting) };
            Planner::default().next(&rules, &look(Kind::Analysis, seen))[&Kind::Analysis]
        };
        assert_eq!((next(4), next(5)), (2, 3));
    }

    #[test]
    fn who_is_not_all_busy_does_not_grow_whatever_waits() {
        let rules = bounded(Bounds { least: 1, most: 8 });
        let seen = Seen { busy: 1, ..pressed(4, 100) };
        assert_eq!(sizes(Kind::Scan, &rules, look(Kind::Scan, seen), 20), [4; 20]);
    }

    #[test]
    fn crawlers_do_not_grow_while_something_else_holds_them_up_and_classifiers_may() {
        let rules = bounded(Bounds { least: 1, most: 8 });
        let free = Look {
            pools: BTreeMap::from([(Kind::Scan, pressed(4, 50)), (Kind::Analysis, pressed(2, 0))]),
            memory_percent: 89,
            cores_percent: 89,
            limited: 1,
        };
        let next = |look: &Look| {
            let sizes = Planner::default().next(&rules, look);
            (sizes[&Kind::Scan], sizes[&Kind::Analysis])
        };
        assert_eq!((free.held(Kind::Scan, &rules), next(&free)), (None, (5, 2)));
        let mut behind = free.clone();
        behind.pools.insert(Kind::Analysis, pressed(2, 11));
        for (look, held, analysis) in [
            (Look { memory_percent: 90, ..free.clone() }, Held::Memory, 2),
            (Look { cores_percent: 90, ..free.clone() }, Held::Cores, 2),
            (Look { limited: 2, ..free.clone() }, Held::Limits, 2),
            (Look { memory_percent: 100, cores_percent: 100, ..behind.clone() }, Held::Memory, 3),
            (behind, Held::Classifiers, 3),
        ] {
            assert_eq!((look.held(Kind::Scan, &rules), next(&look)), (Some(held), (4, analysis)));
        }
    }

    #[test]
    fn a_pool_shrinks_after_several_idle_looks_on_end_and_never_below_what_was_busy() {
        let rules = bounded(Bounds { least: 1, most: 8 });
        let mut planner = Planner::default();
        let mut next = |size, busy| {
            let seen = Seen { size, busy, ..Seen::default() };
            planner.next(&rules, &look(Kind::Scan, seen))[&Kind::Scan]
        };
        assert_eq!([next(8, 0), next(8, 0), next(8, 8), next(8, 0), next(8, 0)], [8; 5]);
        assert_eq!([next(8, 7), next(7, 7), next(7, 7)], [7; 3]);
    }

    #[test]
    fn bounds_that_were_changed_hold_at_the_next_look() {
        let rules = bounded(Bounds { least: 4, most: 6 });
        for (size, held) in [(1, 4), (9, 6), (5, 5)] {
            assert_eq!(sizes(Kind::Scan, &rules, look(Kind::Scan, pressed(size, 0)), 1), [held]);
        }
        assert_eq!(Bounds { least: 4, most: 2 }.hold(3), 2, "the most is what holds");
    }
}
