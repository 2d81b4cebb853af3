//! What is not yet published.

use std::collections::{BTreeSet, HashMap};

use trawl_model::{ObjectId, RangeId};

use super::{Change, Held};
use crate::document::Document;
use crate::error::IndexError;
use crate::split::{Bundle, Dead, Input, Scratch, Split, build_by, merge};

/// From so many parts on, they are made one: each is asked by every search.
const MAX_PARTS: usize = 8;

/// Small splits in memory.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// About to be published: they stay as they are until they are.
    sealed: Vec<Held>,
    parts: Vec<Held>,
    next: u64,
}

impl Tail {
    pub(super) fn parts(&self) -> impl Iterator<Item = &Held> {
        self.sealed.iter().chain(&self.parts)
    }

    pub(super) fn parts_mut(&mut self) -> impl Iterator<Item = &mut Held> {
        self.sealed.iter_mut().chain(&mut self.parts)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.parts().map(|held| held.split().bytes()).sum()
    }

    /// All that there is, to be published.
    pub(super) fn seal(&mut self) -> &[Held] {
        self.sealed.append(&mut self.parts);
        &self.sealed
    }

    /// Lets go what is published.
    pub(super) fn retain(&mut self, keep: impl FnMut(&Held) -> bool) {
        self.sealed.retain(keep);
    }

    /// What the changes bring, in as many parts as threads have made it.
    pub(super) fn make(
        &mut self,
        changes: &[Change],
        threads: usize,
    ) -> Result<Vec<Held>, IndexError> {
        let documents: Vec<&Document> = that_count(changes).collect();
        let built = build_by(&documents, threads)?;
        built.iter().map(|bundle| Ok(Held::new(self.open(bundle)?, Dead::none()))).collect()
    }

    /// Adds what was made. What it replaces in older parts is dead already.
    pub(super) fn add(&mut self, part: Held) -> Result<(), IndexError> {
        self.parts.push(part);
        if self.parts.len() > MAX_PARTS { self.join() } else { Ok(()) }
    }

    /// Makes one of the smaller half, so that what is large is seldom written again.
    fn join(&mut self) -> Result<(), IndexError> {
        self.parts.sort_by_key(|held| std::cmp::Reverse(held.split().bytes()));
        let small = self.parts.split_off(self.parts.len() / 2);
        let inputs: Vec<_> = small
            .iter()
            .map(|held| Input { split: held.split(), dead: &held.deaths.now })
            .collect();
        let bundle = merge(&inputs, &Scratch::Memory)?;
        let split = self.open(&bundle)?;
        if split.meta().documents > 0 {
            self.parts.push(Held::new(split, Dead::none()));
        }
        Ok(())
    }

    fn open(&mut self, bundle: &Bundle) -> Result<Split, IndexError> {
        let name = format!("tail-{}", self.next);
        self.next += 1;
        let bytes = bundle.to_bytes().map_err(|error| IndexError::io(&name, error))?;
        Split::of_bytes(&name, bytes)
    }
}

/// The documents of changes that no later one of them replaces.
fn that_count(changes: &[Change]) -> impl Iterator<Item = &Document> {
    let (mut objects, mut ranges, mut sources) = (HashMap::new(), HashMap::new(), HashMap::new());
    let mut but: Vec<(usize, RangeId, &BTreeSet<ObjectId>)> = Vec::new();
    for (nth, change) in changes.iter().enumerate() {
        match change {
            Change::Object { object, .. } => drop(objects.insert(*object, nth)),
            Change::Range(range) => drop(ranges.insert(*range, nth)),
            Change::RangeBut(range, kept) => but.push((nth, *range, kept)),
            Change::Source(source) => drop(sources.insert(*source, nth)),
        }
    }
    let all = changes.iter().enumerate();
    let all = all.flat_map(|(nth, change)| change.documents().iter().map(move |d| (nth, d)));
    all.filter(move |(nth, document)| {
        let later = |last: Option<&usize>| last.is_some_and(|last| last > nth);
        let left_out = but.iter().any(|(last, range, kept)| {
            last > nth && document.range == *range && !kept.contains(&document.object)
        });
        !left_out
            && !later(objects.get(&document.object))
            && !later(ranges.get(&document.range))
            && !later(sources.get(&document.source))
    })
    .map(|(_, document)| document)
}
