//! The units of a range that are not finished, and which of them wait: so that a decision about one of
//! them does not look at all the others, of which there may be as many as objects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trawl_model::unit::{Unit, UnitId, Work};

/// The units of a range, by number.
#[derive(Debug, Clone, Default)]
pub struct Units {
    /// Shared with what is committed of them.
    all: BTreeMap<UnitId, Arc<Unit>>,
    /// Those that nobody has, and that are not parked.
    waiting: BTreeSet<UnitId>,
    parked: usize,
    /// Of those that somebody has: parts of objects.
    parts_out: usize,
}

impl Units {
    /// A unit.
    pub fn get(&self, id: &UnitId) -> Option<&Unit> {
        self.all.get(id).map(Arc::as_ref)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&UnitId, &Unit)> {
        self.all.iter().map(|(id, unit)| (id, &**unit))
    }

    /// All of them, in order, without their numbers.
    pub fn values(&self) -> impl Iterator<Item = &Unit> {
        self.all.values().map(Arc::as_ref)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Those that nobody has, and that are not parked, in order.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&UnitId, &Unit)> {
        self.waiting.iter().filter_map(|id| Some((id, self.get(id)?)))
    }

    /// How many are not parked.
    pub(super) fn left(&self) -> usize {
        self.all.len() - self.parked
    }

    /// How many parts somebody has.
    pub(super) fn parts_out(&self) -> usize {
        self.parts_out
    }

    /// Puts a unit in, in place of what it was before.
    pub fn insert(&mut self, id: UnitId, unit: Arc<Unit>) {
        self.remove(&id);
        self.count(id, &unit);
        self.all.insert(id, unit);
    }

    /// Takes a unit out.
    pub fn remove(&mut self, id: &UnitId) {
        let Some(unit) = self.all.remove(id) else { return };
        self.waiting.remove(id);
        self.parked -= usize::from(unit.parked.is_some());
        self.parts_out -= usize::from(is_part_out(&unit));
    }

    /// Changes all of them: for tests of what would be without a rule.
    pub fn change(&mut self, mut change: impl FnMut(&UnitId, &mut Unit)) {
        let mut changed = Self::default();
        for (id, mut unit) in std::mem::take(&mut self.all) {
            change(&id, Arc::make_mut(&mut unit));
            changed.insert(id, unit);
        }
        *self = changed;
    }

    fn count(&mut self, id: UnitId, unit: &Unit) {
        if unit.lease.is_none() && unit.parked.is_none() {
            self.waiting.insert(id);
        }
        self.parked += usize::from(unit.parked.is_some());
        self.parts_out += usize::from(is_part_out(unit));
    }
}

fn is_part_out(unit: &Unit) -> bool {
    unit.lease.is_some() && matches!(unit.work, Work::Part { .. })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use trawl_model::{Generation, ObjectKey};

    use super::*;

    fn unit(is_part: bool, out: bool, parked: bool) -> Unit {
        let object = ObjectKey::new("o");
        let work = match is_part {
            true => Work::Part { object, number: 0, start: 0, end: 9 },
            false => Work::Read { first: object.clone(), last: object },
        };
        let lease = out.then_some(Generation { version: 1, number: 0, turn: 0 });
        let parked = parked.then(|| "its source fails".to_owned());
        Unit { lease, parked, ..Unit::new(work, 1) }
    }

    proptest! {
        #[test]
        fn what_is_counted_is_what_a_look_at_all_would_count(
            changes in proptest::collection::vec((0..8_u64, any::<Option<[bool; 3]>>()), 0..60)
        ) {
            let mut units = Units::default();
            for (id, change) in changes {
                match change {
                    Some([part, out, parked]) => {
                        units.insert(UnitId(id), Arc::new(unit(part, out, parked)));
                    }
                    None => units.remove(&UnitId(id)),
                }
                let count = |is: fn(&Unit) -> bool| units.values().filter(|unit| is(unit)).count();
                prop_assert_eq!(units.left(), count(|unit| unit.parked.is_none()));
                prop_assert_eq!(units.parts_out(), count(is_part_out));
                let waits = |unit: &Unit| unit.lease.is_none() && unit.parked.is_none();
                let all: Vec<_> = units.iter().filter(|(_, unit)| waits(unit)).collect();
                prop_assert_eq!(units.waiting().collect::<Vec<_>>(), all);
            }
        }
    }
}
