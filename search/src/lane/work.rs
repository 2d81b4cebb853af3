//! What is about to be published, or to become one.

use super::deaths::Deaths;
use crate::error::IndexError;
use crate::split::{Bundle, Dead, Input, Scratch, Split, merge, moved};

/// What is about to be published or replaced: splits as they were when it was begun. It is worked
/// on while the lane goes on.
pub struct Work {
    inputs: Vec<Taken>,
    of_tail: bool,
}

/// A split, and what of it is left out.
struct Taken {
    split: Split,
    left_out: Dead,
}

impl Work {
    /// The tail is to become a split.
    pub(super) fn of_tail(parts: impl Iterator<Item = (Split, Dead)>) -> Self {
        Self { inputs: taken(parts), of_tail: true }
    }

    /// Splits are to become one.
    pub(super) fn of_splits(splits: Vec<(Split, Dead)>) -> Self {
        Self { inputs: taken(splits.into_iter()), of_tail: false }
    }

    /// The split that the inputs become, without what was dead in them when the work was begun.
    pub fn run(&self, scratch: &Scratch) -> Result<Bundle, IndexError> {
        let inputs = self.inputs.iter();
        let inputs: Vec<_> =
            inputs.map(|taken| Input { split: &taken.split, dead: &taken.left_out }).collect();
        merge(&inputs, scratch)
    }

    /// The names of the splits that it takes in.
    pub fn takes(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().map(|taken| taken.split.name())
    }

    /// Whether it publishes the tail.
    pub fn is_of_tail(&self) -> bool {
        self.of_tail
    }

    /// How many bytes its inputs have: about what is written.
    pub fn bytes(&self) -> u64 {
        self.inputs.iter().map(|taken| taken.split.bytes()).sum()
    }

    pub(super) fn takes_in(&self, name: &str) -> bool {
        self.takes().any(|taken| taken == name)
    }

    /// What has died in the inputs since, as it stands in the split that they become. `now` tells
    /// what is dead in an input; where it knows of none, there is no answer.
    pub(super) fn deaths<'d>(&self, now: impl Fn(&str) -> Option<&'d Deaths>) -> Option<Deaths> {
        let all = self.inputs.iter().map(|taken| now(taken.split.name()));
        let all = all.collect::<Option<Vec<&Deaths>>>()?;
        let moved_by =
            |of: fn(&Deaths) -> &Dead| {
                let inputs = self.inputs.iter().zip(&all);
                moved(inputs.map(|(taken, deaths)| {
                    (taken.split.meta().documents, &taken.left_out, of(deaths))
                }))
            };
        let (now, doomed) = (moved_by(|deaths| &deaths.now), moved_by(|deaths| &deaths.doomed));
        Some(if self.of_tail {
            // What has died since is told with the next tail.
            Deaths { now, doomed, ..Deaths::default() }
        } else {
            Deaths {
                now,
                doomed,
                sealed: moved_by(|deaths| &deaths.sealed),
                published: moved_by(|deaths| &deaths.published),
            }
        })
    }
}

fn taken(inputs: impl Iterator<Item = (Split, Dead)>) -> Vec<Taken> {
    inputs.map(|(split, left_out)| Taken { split, left_out }).collect()
}
