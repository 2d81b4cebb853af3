//! A lane: the splits that are published, and what is not yet.
//!
//! What is new is searched at once: each change becomes a small split in memory (a **tail** part),
//! and many of these become one. Documents are replaced by range and object: the new state of an
//! object kills whatever the lane holds of it, wherever it lies. When the tail is published, it is
//! one split, and what died while it was written is dead in it from its first moment.

mod kill;
mod tail;

use std::sync::Arc;

use trawl_model::{ObjectId, RangeId, SourceId};

use crate::document::Document;
use crate::error::IndexError;
use crate::leaf::Part;
use crate::split::{Bundle, Dead, Input, Scratch, Split, merge, moved};
use kill::Killing;
use tail::Tail;

/// The new state of an object.
#[derive(Debug, Clone)]
pub struct Change {
    /// What is replaced.
    pub of: Replaced,
    /// What there is now: nothing, where the object is gone.
    pub documents: Vec<Document>,
}

/// What a change replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// What a range holds of an object.
    Object(RangeId, ObjectId),
    /// All of a range: it is indexed whole.
    Range(RangeId),
    /// All of a source: it is deleted.
    Source(SourceId),
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
    dead: Dead,
}

impl Held {
    fn new(split: Split, dead: Dead) -> Self {
        Self { part: Part::new(split, &dead), dead }
    }

    fn kill(&mut self, killing: &Killing) -> Result<(), IndexError> {
        let found = killing.find(self.part.split())?;
        if self.dead.extend(found) > 0 {
            self.part = Part::new(self.part.split().clone(), &self.dead);
        }
        Ok(())
    }
}

/// What is about to be published or replaced: splits as they were when it was begun. It is worked
/// on while the lane goes on.
pub struct Work {
    inputs: Vec<Held>,
    from_tail: bool,
}

impl Work {
    /// The split that the inputs become, without what was dead in them when the work was begun.
    pub fn run(&self, scratch: &Scratch) -> Result<Bundle, IndexError> {
        let inputs = self.inputs.iter();
        let inputs: Vec<_> =
            inputs.map(|held| Input { split: held.part.split(), dead: &held.dead }).collect();
        merge(&inputs, scratch)
    }

    /// The names of the splits that it takes in.
    pub fn takes(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().map(|held| held.part.split().name())
    }
}

impl Lane {
    /// One of these splits, with what is dead in each, and nothing in its tail.
    pub fn of(splits: impl IntoIterator<Item = (Split, Dead)>) -> Self {
        let splits = splits.into_iter().map(|(split, dead)| Held::new(split, dead));
        Self { splits: splits.collect(), tail: Tail::default() }
    }

    /// Takes changes in: from now on they are searched. Of two of one object the later counts.
    /// Where a split can't be read, it is not known what dies in it: the lane is to be made anew.
    pub fn apply(&mut self, changes: &[Change]) -> Result<(), IndexError> {
        let new = self.tail.make(changes)?;
        let killing = Killing::of(changes);
        for held in self.splits.iter_mut().chain(self.tail.parts_mut()) {
            held.kill(&killing)?;
        }
        new.map_or(Ok(()), |part| self.tail.add(part))
    }

    /// How many bytes what is not yet published takes up. Whoever feeds the lane stops at a bound.
    pub fn tail_bytes(&self) -> u64 {
        self.tail.bytes()
    }

    /// All that is to be searched, as it is now.
    pub fn parts(&self) -> Arc<[Part]> {
        self.splits.iter().chain(self.tail.parts()).map(|held| held.part.clone()).collect()
    }

    /// The published splits, and what is dead in each.
    pub fn splits(&self) -> impl Iterator<Item = (&Split, &Dead)> {
        self.splits.iter().map(|held| (held.part.split(), &held.dead))
    }

    /// Begins to publish the tail as one split; none where there is nothing in it. What comes
    /// meanwhile goes into the next. Work that is given up costs nothing: the next takes it in.
    pub fn publish(&mut self) -> Option<Work> {
        let inputs = self.tail.seal().to_vec();
        (!inputs.is_empty()).then_some(Work { inputs, from_tail: true })
    }

    /// Begins to make one split of those with these names; none where one of them isn't there.
    pub fn compact(&self, names: &[&str]) -> Option<Work> {
        let named = |name: &&str| self.splits.iter().find(|held| held.part.split().name() == *name);
        let inputs = names.iter().map(|name| named(name).cloned()).collect::<Option<Vec<_>>>()?;
        Some(Work { inputs, from_tail: false })
    }

    /// What died in the inputs since the work was begun, as it stands in the split that they
    /// became; none where one of them is gone, and the result is to be thrown away.
    pub fn died_since(&self, work: &Work) -> Option<Dead> {
        let mut inputs = Vec::with_capacity(work.inputs.len());
        for then in &work.inputs {
            let now = self.now(then, work.from_tail)?;
            inputs.push((then.part.split().meta().documents, &then.dead, &now.dead));
        }
        Some(moved(inputs))
    }

    /// Puts the split in the place of its inputs, once that is committed; false where it is to be
    /// thrown away.
    pub fn replace(&mut self, work: &Work, split: Split) -> bool {
        let Some(dead) = self.died_since(work) else { return false };
        let gone = |held: &Held| !work.takes().any(|name| name == held.part.split().name());
        if work.from_tail {
            self.tail.retain(gone);
        } else {
            self.splits.retain(gone);
        }
        if split.meta().documents > 0 {
            self.splits.push(Held::new(split, dead));
        }
        true
    }

    fn now(&self, then: &Held, from_tail: bool) -> Option<&Held> {
        let name = then.part.split().name();
        let is = |held: &&Held| held.part.split().name() == name;
        if from_tail { self.tail.parts().find(is) } else { self.splits.iter().find(is) }
    }
}
