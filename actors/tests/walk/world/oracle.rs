//! What must be so: at every step, at the end of a scan, and when all faults have healed.

use std::collections::{BTreeMap, BTreeSet};

use trawl_actors::director::plan::Sums;
use trawl_model::generation::is_live;
use trawl_model::object::Object;
use trawl_model::range::Phase;
use trawl_model::{Class, Counted, Generation, Item, ObjectKey, Reason};

use super::{DEATHS, Fault, World};
use crate::listing::object_id;
use crate::rule::Rule;
use crate::source::{Temper, Value};
use crate::store::Kept;

/// What was seen before.
#[derive(Default)]
pub(super) struct Memory {
    /// Objects that were in a range.
    known: BTreeSet<ObjectKey>,
    /// Objects that are due, since which scan, and what was live when they became so.
    due: BTreeMap<ObjectKey, (u32, Vec<Value>)>,
}

const DIED: Class = Class::Failed(Reason::ReaderDied);

impl World {
    /// The rows of all objects, wherever they are.
    fn objects(&self) -> Result<BTreeMap<&ObjectKey, &Object>, Fault> {
        let mut objects = BTreeMap::new();
        for kept in self.store.seen() {
            let bounds = &kept.rows.head.bounds;
            for (key, object) in kept.rows.objects.iter().filter(|(key, _)| bounds.hold(key)) {
                if objects.insert(key, &**object).is_some() {
                    return Err(Fault::Doubled(key.clone()));
                }
            }
        }
        Ok(objects)
    }

    fn live(&self, key: &ObjectKey, object: &Object) -> Vec<Value> {
        let ignore = self.without == Some(Rule::SequencesCount);
        let mut live: Vec<Value> = self
            .store
            .findings_of(object_id(key))
            .filter(|(_, generation, sequence, _)| {
                is_live(&object.counted, *generation, if ignore { 0 } else { *sequence })
            })
            .map(|(_, _, _, value)| *value)
            .collect();
        // A finding met twice is one.
        live.sort_unstable();
        live.dedup();
        live
    }

    pub(super) fn check_always(&mut self) -> Result<(), Fault> {
        let mut memory = std::mem::take(&mut self.memory);
        let objects = self.objects()?;
        if let Some(lost) = memory.known.iter().find(|key| !objects.contains_key(key)) {
            return Err(Fault::Lost(lost.clone()));
        }
        for (key, object) in &objects {
            self.check_object(key, object, &mut memory)?;
        }
        memory.known.extend(objects.keys().map(|key| (*key).clone()));
        for range in self.store.living() {
            // A child that is not made yet is missed with its first object.
            let Some(kept) = self.store.ranges.get(&range) else { continue };
            check_holders(kept)?;
            let Some(scan) = kept.rows.head.scan.as_ref() else { continue };
            let (have, listed) = (scan.coverage.total_bytes(), scan.listed_bytes);
            // Of what vanished while it was due, the ledger keeps what listing saw.
            if have != listed {
                return Err(Fault::Coverage(have, listed));
            }
        }
        self.memory = memory;
        Ok(())
    }

    fn check_object(
        &self,
        key: &ObjectKey,
        object: &Object,
        memory: &mut Memory,
    ) -> Result<(), Fault> {
        let live = self.live(key, object);
        match object.due {
            Some(scan) => {
                let before = memory.due.entry(key.clone()).or_insert_with(|| (scan, live.clone()));
                if before.0 == scan && before.1 != live {
                    return Err(Fault::ShownTooSoon(key.clone()));
                }
                *before = (scan, live.clone());
            }
            None => {
                memory.due.remove(key);
            }
        }
        let vouched =
            object.fingerprint.is_some() && object.due.is_none() && object.coverage.is_whole();
        if vouched && object.read_in > 0 {
            let live: BTreeSet<Value> = live.into_iter().collect();
            if !self.folder.past.get(key).is_some_and(|past| past.contains(&live)) {
                return Err(Fault::LiveButNever(key.clone()));
            }
        }
        let is_there = self.folder.files.contains_key(key) && !self.folder.removed.contains(key);
        if object.closed && is_there {
            return Err(Fault::WronglyClosed(key.clone()));
        }
        let set_aside = object.coverage.items_of(Item::Object, DIED) > 0;
        if set_aside && !self.folder.tempers.contains_key(key) {
            let hits = self.most_hits(key);
            if hits < u32::from(DEATHS) {
                return Err(Fault::InnocentSetAside(key.clone(), hits));
            }
        }
        Ok(())
    }

    /// At the moment at which a scan is ended.
    pub(super) fn check_scan(&self, sums: &Sums) -> Result<(), Fault> {
        for range in self.store.living() {
            let kept = self.store.ranges.get(&range);
            let scan = kept.and_then(|kept| kept.rows.head.scan.as_ref());
            if !scan.is_some_and(|scan| scan.number == self.scan && scan.phase == Phase::Done) {
                return Err(Fault::EndedTooSoon(range));
            }
        }
        let none = [
            ("pending", sums.coverage.bytes_of(Class::Pending), 0),
            ("objects", sums.coverage.total_items(Item::Object), sums.listed_objects),
        ];
        let folders = sums.coverage.total_items(Item::Folder);
        if folders > 1 {
            return Err(Fault::Sums("folders", folders, 1));
        }
        let wrong = none.into_iter().find(|(_, have, want)| have != want);
        wrong.map_or(Ok(()), |(what, have, want)| Err(Fault::Sums(what, have, want)))?;
        let there = self.folder.files.len() as u64;
        let seen = sums.listed_objects;
        if self.calm && self.settled && seen != there {
            return Err(Fault::Sums("listed", seen, there));
        }
        Ok(())
    }

    pub(super) fn check_end(&self) -> Result<(), Fault> {
        let objects = self.objects()?;
        let keys: BTreeSet<&ObjectKey> =
            objects.keys().copied().chain(self.folder.files.keys()).collect();
        for key in keys {
            let there = self.folder.files.contains_key(key);
            let object = objects.get(key).copied();
            if there == object.is_none_or(|object| object.closed) {
                return Err(Fault::WronglyClosed(key.clone()));
            }
            let Some(object) = object.filter(|_| there) else { continue };
            if self.has_killed(key, self.scan) && self.check_killer(key, object)? {
                continue;
            }
            let live = self.live(key, object);
            let expected: Vec<Value> = self.folder.expected(key).into_iter().collect();
            if live != expected {
                return Err(Fault::WrongAtTheEnd(key.clone(), live.len(), expected.len()));
            }
        }
        Ok(())
    }

    /// An object that killed in the last scan: whether it is rightly set aside.
    fn check_killer(&self, key: &ObjectKey, object: &Object) -> Result<bool, Fault> {
        let set_aside = object.coverage.items_of(Item::Object, DIED) > 0;
        match self.folder.tempers.get(key) {
            Some(Temper::Kills { .. }) if !set_aside => Err(Fault::NotSetAside(key.clone())),
            Some(Temper::Kills { .. }) => Ok(true),
            // All its deaths count where its unit was suspect before it killed anyone; and it may
            // have been hit by those of another.
            _ => {
                let known = !self.has_killed_unnamed(key, self.scan);
                Ok(set_aside && (known || self.hits(key, self.scan) > 0))
            }
        }
    }

    /// What a crash left is found by a sweep: it reads the rows first and the range after them.
    pub(super) fn sweep(&mut self) {
        let readings = self.without != Some(Rule::SweepKeepsReadings);
        let parts = self.without != Some(Rule::SweepKeepsParts);
        let mut named: Vec<Counted> = Vec::new();
        let mut leases: Vec<Generation> = Vec::new();
        let mut counted = BTreeMap::new();
        for range in self.store.living() {
            let Some(Kept { rows, .. }) = self.store.ranges.get(&range) else { continue };
            for unit in rows.units.values().filter(|_| readings) {
                named.extend(unit.reading.iter().flat_map(|r| r.counted.iter().copied()));
                leases.extend(unit.lease);
            }
            let parts = rows.parts.values().filter(|_| parts);
            named.extend(parts.flat_map(|part| part.counted.iter().copied()));
            counted.extend(rows.objects.iter().map(|(key, o)| (object_id(key), &o.counted)));
        }
        self.store.changes += 1;
        self.store.findings.retain(|(object, generation, _, _)| {
            let is = |c: &Counted| c.generation == *generation;
            counted.get(object).is_some_and(|counted| counted.iter().any(is))
                || named.iter().any(is)
                || leases.iter().any(|lease| lease.same_lease(*generation))
        });
    }
}

/// The objects of which a range says that they have findings are those that have some.
fn check_holders(kept: &Kept) -> Result<(), Fault> {
    let has = |key: &ObjectKey| kept.rows.objects.get(key).is_some_and(|o| o.findings > 0);
    let wrong = kept.holders.iter().find(|key| !has(key));
    let missed = || kept.rows.objects.keys().find(|key| has(key) && !kept.holders.contains(*key));
    match wrong.or_else(missed) {
        Some(key) => Err(Fault::Holder(key.clone())),
        None => Ok(()),
    }
}
