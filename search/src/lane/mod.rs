//! A lane: the splits that are published, and what is not yet.
//!
//! What is new is searched at once: each change becomes a small split in memory (a **tail** part),
//! and many of these become one. Documents are replaced object by object: the new state of an object
//! kills whatever the lane holds of it, in whichever range it lay, so that one that has moved from
//! range to range is found once throughout. When the tail is published, it is
//! one split, and what died while it was written is dead in it from its first moment.
//!
//! Three moments are kept apart. What is dead in a split *now* is not found. What was dead when the
//! tail was *sealed* is what goes into the list of the dead that is published with it. What was dead
//! when something was *published* last is what a compaction may leave out for good. So what is
//! published is at each moment the lane as it was at one moment, and whoever opens it finds all that
//! was there then, though later changes have killed some of it in memory.
//!
//! What has died because its source was deleted may not stay in the files either: splits that have
//! any of it are written anew.

mod deaths;
mod kill;
mod tail;
mod work;

use std::collections::BTreeSet;
use std::sync::Arc;

use trawl_model::{ObjectId, RangeId, SourceId};

use crate::compaction::Candidate;
use crate::document::Document;
use crate::error::IndexError;
use crate::leaf::Part;
use crate::split::{Dead, DeadList, Split};
use deaths::Deaths;
use kill::Killing;
use tail::Tail;
pub use work::Work;

/// What is different from now on.
#[derive(Debug, Clone)]
pub enum Change {
    /// An object.
    Object {
        /// Its source.
        source: SourceId,
        /// The object, in whichever range it lay: what the lane holds of it is replaced.
        object: ObjectId,
        /// What there is of it now: nothing, where it is gone.
        documents: Vec<Document>,
    },
    /// A range is gone.
    Range(RangeId),
    /// A range was gone through whole: whatever lies in it but these objects is gone.
    RangeBut(RangeId, Arc<BTreeSet<ObjectId>>),
    /// A source is deleted.
    Source(SourceId),
}

impl Change {
    /// What it brings.
    pub fn documents(&self) -> &[Document] {
        match self {
            Self::Object { documents, .. } => documents,
            Self::Range(_) | Self::RangeBut(..) | Self::Source(_) => &[],
        }
    }
}

/// The splits of a lane with what is dead in them, and its tail.
#[derive(Debug, Default)]
pub struct Lane {
    splits: Vec<Held>,
    tail: Tail,
}

/// A split, and what is dead in it.
#[derive(Debug, Clone)]
struct Held {
    part: Part,
    deaths: Deaths,
}

impl Held {
    /// A split in which this was dead when it was published.
    fn new(split: Split, dead: Dead) -> Self {
        Self::with(split, Deaths::of(dead))
    }

    fn with(split: Split, deaths: Deaths) -> Self {
        Self { part: Part::new(split, &deaths.now), deaths }
    }

    fn split(&self) -> &Split {
        self.part.split()
    }

    fn kill(&mut self, killing: &Killing) -> Result<(), IndexError> {
        let found = killing.find(self.part.split())?;
        self.deaths.doomed.extend(found.doomed);
        if self.deaths.now.extend(found.replaced) > 0 {
            self.part = Part::new(self.part.split().clone(), &self.deaths.now);
        }
        Ok(())
    }
}

impl Lane {
    /// One of these splits, with what is dead in each, and nothing in its tail.
    pub fn of(splits: impl IntoIterator<Item = (Split, Dead)>) -> Self {
        let splits = splits.into_iter().map(|(split, dead)| Held::new(split, dead));
        Self { splits: splits.collect(), tail: Tail::default() }
    }

    /// Takes changes in: from now on they are searched. Of two of one object the later counts.
    /// Where a split can't be read, it is not known what dies in it: the lane is to be made anew. Where
    /// thousands come at once, so many threads share them.
    pub fn apply(&mut self, changes: &[Change], threads: usize) -> Result<(), IndexError> {
        let new = self.tail.make(changes, threads)?;
        let killing = Killing::of(changes);
        for held in self.splits.iter_mut().chain(self.tail.parts_mut()) {
            held.kill(&killing)?;
        }
        new.into_iter().try_for_each(|part| self.tail.add(part))
    }

    /// How many bytes what is not yet published takes up. Whoever feeds the lane stops at a bound.
    pub fn tail_bytes(&self) -> u64 {
        self.tail.bytes()
    }

    /// All that is to be searched, as it is now.
    pub fn parts(&self) -> Arc<[Part]> {
        self.splits.iter().chain(self.tail.parts()).map(|held| held.part.clone()).collect()
    }

    /// The published splits, and what is dead in each now.
    pub fn splits(&self) -> impl Iterator<Item = (&Split, &Dead)> {
        self.splits.iter().map(|held| (held.split(), &held.deaths.now))
    }

    /// The published splits as a plan of compaction looks at them: only what is known to be dead to
    /// those who open the lane can be left out for good.
    pub fn candidates(&self) -> Vec<Candidate> {
        let candidate = |held: &Held| Candidate {
            name: held.split().name().to_owned(),
            documents: held.split().meta().documents.into(),
            dead: held.deaths.published.len(),
            is_to_be_purged: held.deaths.is_to_be_purged(),
        };
        self.splits.iter().map(candidate).collect()
    }

    /// Whether the files that are searched have anything of a source, be it dead.
    pub fn holds(parts: &[Part], source: &SourceId) -> Result<bool, IndexError> {
        for part in parts {
            if !kill::of_source(part.split(), source)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether anything of a range may be here.
    pub fn may_hold(&self, range: &RangeId) -> bool {
        self.splits
            .iter()
            .chain(self.tail.parts())
            .any(|held| held.split().meta().ranges.may_have(range))
    }

    /// Whether anything was changed that is not yet published.
    pub fn has_news(&self) -> bool {
        self.tail.parts().next().is_some() || self.splits.iter().any(|held| held.deaths.has_news())
    }

    /// Begins to publish the tail as one split, and what has died; none where there is nothing to
    /// be told. What comes meanwhile goes into the next. Work that is given up costs nothing: the
    /// next takes it in.
    pub fn publish(&mut self) -> Option<Work> {
        if !self.has_news() {
            return None;
        }
        self.splits.iter_mut().for_each(|held| held.deaths.seal());
        let tail = self.tail.seal().iter();
        Some(Work::of_tail(tail.map(|held| (held.split().clone(), held.deaths.now.clone()))))
    }

    /// Begins to make one split of those with these names; none where one of them isn't there.
    pub fn compact(&self, names: &[&str]) -> Option<Work> {
        let named = |name: &&str| self.splits.iter().find(|held| held.split().name() == *name);
        let inputs = names.iter().map(|name| {
            named(name).map(|held| (held.split().clone(), held.deaths.published.clone()))
        });
        inputs.collect::<Option<Vec<_>>>().map(Work::of_splits)
    }

    /// What is to be published as dead together with what the work became, whose name this is;
    /// none where one of its inputs is gone, and the result is to be thrown away.
    pub fn dead_with(&self, work: &Work, name: &str) -> Option<DeadList> {
        let new = self.deaths_in(work)?;
        let of = |deaths: &Deaths| {
            if work.is_of_tail() { deaths.sealed.clone() } else { deaths.published.clone() }
        };
        let others = self.splits.iter().filter(|held| !work.takes_in(held.split().name()));
        let mut list: DeadList =
            others.map(|held| (held.split().name().to_owned(), of(&held.deaths))).collect();
        list.insert(name, of(&new));
        Some(list)
    }

    /// Puts the split in the place of its inputs, once that is committed; none where nothing of
    /// them was alive. False where it is to be thrown away.
    pub fn replace(&mut self, work: &Work, split: Option<Split>) -> bool {
        let Some(deaths) = self.deaths_in(work) else { return false };
        let gone = |held: &Held| !work.takes_in(held.split().name());
        if work.is_of_tail() {
            self.tail.retain(gone);
            self.splits.iter_mut().for_each(|held| held.deaths.publish());
        } else {
            self.splits.retain(gone);
        }
        if let Some(split) = split.filter(|split| split.meta().documents > 0) {
            self.splits.push(Held::with(split, deaths));
        }
        true
    }

    /// What has died in the inputs since the work was begun, as it stands in the split that they
    /// become; none where one of them is gone.
    fn deaths_in(&self, work: &Work) -> Option<Deaths> {
        let now = |name: &str| {
            let is = |held: &&Held| held.split().name() == name;
            if work.is_of_tail() { self.tail.parts().find(is) } else { self.splits.iter().find(is) }
        };
        work.deaths(|name| now(name).map(|held| &held.deaths))
    }
}
