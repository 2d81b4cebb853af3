//! A ledger: amounts by key, few of them and in the order of their keys.
//!
//! Each object in memory has two, most with one entry, and a range at work holds tens of thousands
//! of objects: a tree would take ten times the room.

use serde::{Deserialize, Deserializer, Serialize};

/// Amounts by key. None of them is zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Ledger<K>(Vec<(K, u64)>);

impl<K> Default for Ledger<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> Ledger<K> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(K, u64)> {
        self.0.iter()
    }
}

impl<K: Copy + Ord> Ledger<K> {
    /// The sum of all amounts, which stops at the largest number.
    pub(crate) fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, (_, amount)| sum.saturating_add(*amount))
    }

    /// The amount of a key.
    pub(crate) fn of(&self, key: K) -> u64 {
        self.find(key).map_or(0, |at| self.0[at].1)
    }

    /// Adds an amount.
    pub(crate) fn add(&mut self, key: K, amount: u64) {
        match self.find(key) {
            Ok(at) => self.0[at].1 = self.0[at].1.saturating_add(amount),
            Err(at) if amount > 0 => self.0.insert(at, (key, amount)),
            Err(_) => {}
        }
    }

    /// Takes an amount out, but no more than there is: how much was missing.
    pub(crate) fn take(&mut self, key: K, amount: u64) -> u64 {
        let Ok(at) = self.find(key) else { return amount };
        let held = self.0[at].1;
        if held > amount {
            self.0[at].1 -= amount;
        } else {
            self.0.remove(at);
        }
        amount.saturating_sub(held)
    }

    /// Takes out all of a key.
    pub(crate) fn remove(&mut self, key: K) {
        if let Ok(at) = self.find(key) {
            self.0.remove(at);
        }
    }

    /// Cuts the amounts down to a sum, the last keys first: what is left of that sum.
    pub(crate) fn cut_to(&mut self, sum: u64) -> u64 {
        let mut room = sum;
        for (_, amount) in &mut self.0 {
            *amount = (*amount).min(room);
            room -= *amount;
        }
        self.0.retain(|(_, amount)| *amount > 0);
        room
    }

    fn find(&self, key: K) -> Result<usize, usize> {
        self.0.binary_search_by(|(held, _)| held.cmp(&key))
    }
}

impl<'de, K: Copy + Ord + Deserialize<'de>> Deserialize<'de> for Ledger<K> {
    /// What was damaged on its way is in no order: of a key that is there twice the last counts.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Vec::<(K, u64)>::deserialize(deserializer)?;
        if entries.iter().all(|(_, amount)| *amount > 0)
            && entries.windows(2).all(|pair| pair[0].0 < pair[1].0)
        {
            return Ok(Self(entries));
        }
        let sorted: std::collections::BTreeMap<K, u64> = entries.into_iter().collect();
        Ok(Self(sorted.into_iter().filter(|(_, amount)| *amount > 0).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_does_as_a_tree_does(
            steps in proptest::collection::vec((any::<bool>(), 0u8..6, 0u64..100), 0..40)
        ) {
            let (mut ledger, mut tree) = (Ledger::new(), BTreeMap::<u8, u64>::new());
            for (adds, key, amount) in steps {
                let held = tree.entry(key).or_default();
                if adds {
                    ledger.add(key, amount);
                    *held += amount;
                } else {
                    prop_assert_eq!(ledger.take(key, amount), amount.saturating_sub(*held));
                    *held = held.saturating_sub(amount);
                }
                tree.retain(|_, amount| *amount > 0);
                let entries: Vec<_> = tree.iter().map(|(key, amount)| (*key, *amount)).collect();
                prop_assert_eq!(ledger.iter().copied().collect::<Vec<_>>(), entries);
                prop_assert_eq!(ledger.of(key), tree.get(&key).copied().unwrap_or(0));
                prop_assert_eq!(ledger.total(), tree.values().sum::<u64>());
            }
        }

        #[test]
        fn entries_in_any_order_are_read_in_theirs(
            entries in proptest::collection::vec((0u8..6, 0u64..4), 0..8)
        ) {
            let written = serde_json::to_string(&entries).unwrap();
            let read: Ledger<u8> = serde_json::from_str(&written).unwrap();
            let mut tree: BTreeMap<u8, u64> = entries.into_iter().collect();
            tree.retain(|_, amount| *amount > 0);
            prop_assert_eq!(read.iter().copied().collect::<Vec<_>>(), tree.into_iter().collect::<Vec<_>>());
        }
    }
}
