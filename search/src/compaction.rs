//! Which splits of a lane are to become one: a pure decision.
//!
//! Splits are in tiers by the number of their living documents, each tier [`Tuning::factor`] times
//! as large as the one below. As many splits of a tier become one of a tier above, so that a document
//! is written once a tier, and there are less than `factor` splits a tier when all is done. A split of which a large share is dead is written anew by itself, or with what its tier
//! merges anyway. One with what may not stay in it is written anew before all else. What is larger than a split may become is left alone until enough of it is dead.

use std::collections::BTreeMap;

/// What is known of a split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// How many documents it has, the dead ones too.
    pub documents: u64,
    /// How many of them are dead.
    pub dead: u64,
    /// Whether some of the dead may not stay in it.
    pub is_to_be_purged: bool,
}

/// How much is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// So many splits of a tier become one, at least two. More mean less writing, and more splits
    /// to search.
    pub factor: usize,
    /// Never more splits are merged at once: each is open meanwhile.
    pub most_at_once: usize,
    /// Splits up to so many documents are of the lowest tier. They become one whatever their
    /// sizes, for such a split costs more to search than to write.
    pub smallest_tier: u64,
    /// No split becomes larger.
    pub most_documents: u64,
    /// From so many dead in a hundred on, a split is written anew.
    pub dead_percent: u64,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            factor: 8,
            most_at_once: 16,
            smallest_tier: 1_000,
            most_documents: 10_000_000,
            dead_percent: 30,
        }
    }
}

impl Candidate {
    /// How many documents of it would be written.
    pub fn living(&self) -> u64 {
        self.documents.saturating_sub(self.dead)
    }

    fn is_mostly_dead(&self, tuning: &Tuning) -> bool {
        self.dead > 0 && self.dead * 100 >= self.documents * tuning.dead_percent.max(1)
    }
}

/// The next splits that are to become one; none where all is well. Two plans made of the same are
/// the same.
pub fn plan(splits: &[Candidate], tuning: &Tuning) -> Option<Vec<String>> {
    let purged = splits.iter().filter(|split| split.is_to_be_purged);
    if let Some(first) = purged.min_by_key(|split| (split.living(), &split.name)) {
        return Some(vec![first.name.clone()]);
    }
    let mut tiers: BTreeMap<u32, Vec<&Candidate>> = BTreeMap::new();
    for split in splits {
        tiers.entry(tier(split.living(), tuning)).or_default().push(split);
    }
    let full = tiers.into_values().find_map(|splits| of_tier(splits, tuning));
    full.or_else(|| {
        let rotten = splits.iter().filter(|split| split.is_mostly_dead(tuning));
        let worst = rotten.max_by_key(|split| (split.dead, &split.name))?;
        Some(vec![worst.name.clone()])
    })
}

/// The tier of a split of so many documents.
fn tier(documents: u64, tuning: &Tuning) -> u32 {
    let (mut tier, mut bound) = (0, tuning.smallest_tier.max(1));
    while documents > bound {
        tier += 1;
        bound = bound.saturating_mul(tuning.factor.max(2) as u64);
    }
    tier
}

/// The smallest splits of a tier, if there are enough that may become one.
fn of_tier(mut splits: Vec<&Candidate>, tuning: &Tuning) -> Option<Vec<String>> {
    splits.sort_by_key(|split| (split.living(), &split.name));
    let (mut documents, mut taken) = (0, Vec::new());
    for split in splits.into_iter().take(tuning.most_at_once) {
        documents += split.living();
        if documents > tuning.most_documents {
            break;
        }
        taken.push(split.name.clone());
    }
    let enough = tuning.factor.max(2).min(tuning.most_at_once.max(2));
    (taken.len() >= enough).then_some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(name: usize, documents: u64, dead: u64) -> Candidate {
        let (name, dead) = (format!("{name:06}"), dead.min(documents));
        Candidate { name, documents, dead, is_to_be_purged: false }
    }

    fn tuning() -> impl Strategy<Value = Tuning> {
        (2usize..9, 0usize..9, 1u64..500).prop_map(|(factor, more, smallest_tier)| Tuning {
            factor,
            most_at_once: factor + more,
            smallest_tier,
            most_documents: 100_000,
            dead_percent: 30,
        })
    }

    /// Does what is planned until nothing is; gives how many documents were written above the
    /// lowest tier.
    fn settle(splits: &mut Vec<Candidate>, tuning: &Tuning, next: &mut usize) -> u64 {
        let mut written = 0;
        while let Some(names) = plan(splits, tuning) {
            assert!(!names.is_empty() && names.len() <= tuning.most_at_once);
            let (merged, kept): (Vec<_>, Vec<_>) =
                splits.drain(..).partition(|split| names.contains(&split.name));
            assert_eq!(merged.len(), names.len());
            let living = merged.iter().map(Candidate::living).sum();
            assert!(living <= tuning.most_documents || merged.len() == 1);
            written += if tier(living, tuning) > 0 { living } else { 0 };
            *splits = kept;
            if living > 0 {
                splits.push(split(*next, living, 0));
            }
            *next += 1;
        }
        written
    }

    proptest! {
        #[test]
        fn it_ends_and_leaves_few_splits_and_little_that_is_dead(
            given in proptest::collection::vec((1u64..50_000, 0u64..50_000), 0..60),
            tuning in tuning()
        ) {
            let mut splits: Vec<_> =
                (0..).zip(&given).map(|(n, (all, dead))| split(n, *all, *dead)).collect();
            let living: u64 = splits.iter().map(Candidate::living).sum();
            let mut next = splits.len();
            settle(&mut splits, &tuning, &mut next);
            prop_assert_eq!(splits.iter().map(Candidate::living).sum::<u64>(), living);
            prop_assert!(splits.iter().all(|split| !split.is_mostly_dead(&tuning)));
            let mut tiers = BTreeMap::<u32, u64>::new();
            for split in &splits {
                *tiers.entry(tier(split.living(), &tuning)).or_default() += 1;
            }
            for (tier, count) in tiers {
                let most = tuning.smallest_tier * (tuning.factor as u64).pow(tier);
                // Where as many as belong to one would be too large together, they stay.
                let too_large = most * tuning.factor as u64 > tuning.most_documents;
                prop_assert!(too_large || count < tuning.factor as u64, "{count} in tier {tier}");
            }
        }

        #[test]
        fn a_document_is_written_at_most_once_a_tier(
            batches in proptest::collection::vec(1u64..400, 1..300),
            tuning in tuning()
        ) {
            let (mut splits, mut next, mut written) = (Vec::new(), 0, 0);
            let all: u64 = batches.iter().sum();
            for batch in batches {
                splits.push(split(next, batch, 0));
                next += 1;
                written += settle(&mut splits, &tuning, &mut next);
            }
            let tiers = u64::from(tier(all, &tuning));
            prop_assert!(written <= all * tiers, "{written} of {all} in {tiers} tiers");
        }
    }

    #[test]
    fn what_is_small_waits_for_others_and_what_is_mostly_dead_does_not() {
        let tuning = Tuning::default();
        let few: Vec<_> = (0..7).map(|n| split(n, 100, 0)).collect();
        assert_eq!(plan(&few, &tuning), None);
        let enough: Vec<_> = (0..8).map(|n| split(n, 100, 0)).collect();
        assert_eq!(plan(&enough, &tuning).map(|names| names.len()), Some(8));
        let mut rotten = few;
        rotten.push(split(9, 1_000_000, 300_000));
        assert_eq!(plan(&rotten, &tuning), Some(vec!["000009".to_owned()]));
        rotten.push(Candidate { is_to_be_purged: true, ..split(10, 2_000_000, 1) });
        assert_eq!(plan(&rotten, &tuning), Some(vec!["000010".to_owned()]));
    }
}
