//! How many findings of each type an object has: what a summary needs without reading them.

use serde::{Deserialize, Serialize};

use crate::finding::{Level, TypeId};

/// How many findings there are of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfType {
    /// The type.
    pub type_id: TypeId,
    /// The worst of their sensitivities.
    pub sensitivity: Level,
    /// How many.
    pub count: u64,
}

/// Findings counted by their types. It is bounded, and what was read in several goes is not
/// counted through, so it may count fewer than there are; who uses it asks [`ByType::all`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ByType(Vec<OfType>);

impl ByType {
    /// Of an object with more types than this, only those that came first are counted: its row
    /// goes into a commit with many others.
    pub const MOST: usize = 64;

    /// One more finding.
    pub fn add(&mut self, type_id: &TypeId, sensitivity: Level) {
        self.add_many(type_id, sensitivity, 1);
    }

    /// All of another.
    pub fn extend(&mut self, other: &Self) {
        for of in &other.0 {
            self.add_many(&of.type_id, of.sensitivity, of.count);
        }
    }

    /// The counts, if they are those of all of so many findings.
    pub fn all(&self, findings: u64) -> Option<&[OfType]> {
        let sum = self.0.iter().fold(0_u64, |sum, of| sum.saturating_add(of.count));
        (sum == findings).then_some(&self.0)
    }

    /// About how many bytes it takes in a row.
    pub fn weight(&self) -> usize {
        self.0.iter().map(|of| of.type_id.as_str().len() + 8).sum()
    }

    fn add_many(&mut self, type_id: &TypeId, sensitivity: Level, count: u64) {
        if let Some(of) = self.0.iter_mut().find(|of| of.type_id == *type_id) {
            of.count = of.count.saturating_add(count);
            of.sensitivity = of.sensitivity.max(sensitivity);
        } else if self.0.len() < Self::MOST {
            self.0.push(OfType { type_id: type_id.clone(), sensitivity, count });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_counts_as_a_map_does_and_knows_when_it_does_not(
            found in proptest::collection::vec(0usize..80, 0..300), cut in 0usize..300
        ) {
            let of = |types: &[usize]| {
                let mut counted = ByType::default();
                types.iter().for_each(|n| counted.add(&TypeId::new(&format!("t{n}")), Level::Low));
                counted
            };
            let (before, behind) = found.split_at(cut.min(found.len()));
            let mut counted = of(before);
            counted.extend(&of(behind));
            let mut plain = BTreeMap::<String, u64>::new();
            found.iter().for_each(|n| *plain.entry(format!("t{n}")).or_default() += 1);
            match counted.all(found.len() as u64) {
                Some(all) => {
                    let all: BTreeMap<_, _> =
                        all.iter().map(|of| (of.type_id.to_string(), of.count)).collect();
                    prop_assert_eq!(all, plain);
                }
                None => prop_assert!(plain.len() > ByType::MOST),
            }
        }
    }

    #[test]
    fn the_worst_sensitivity_is_kept() {
        let mut counted = ByType::default();
        let email = TypeId::new("email");
        counted.add(&email, Level::High);
        counted.add(&email, Level::Low);
        let all = counted.all(2).unwrap();
        assert_eq!((all[0].sensitivity, all[0].count), (Level::High, 2));
        assert_eq!(counted.all(3), None);
    }
}
