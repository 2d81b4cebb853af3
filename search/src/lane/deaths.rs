//! What is dead in a split, at three moments, and what of it may not stay in its file.

use crate::split::Dead;

/// What is dead in a split. Each of the first three holds all of the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Deaths {
    /// Now: it is not found.
    pub(super) now: Dead,
    /// When the tail was sealed last.
    pub(super) sealed: Dead,
    /// When something was published last: whoever opens the lane knows of it.
    pub(super) published: Dead,
    /// Of sources that are deleted: the split is to be written anew without them.
    pub(super) doomed: Dead,
}

impl Deaths {
    /// As they are published, and nothing since.
    pub(super) fn of(published: Dead) -> Self {
        let (now, sealed) = (published.clone(), published.clone());
        Self { now, sealed, published, doomed: Dead::none() }
    }

    /// The tail is sealed: what is dead now is told with it.
    pub(super) fn seal(&mut self) {
        self.sealed.clone_from(&self.now);
    }

    /// What was sealed is published.
    pub(super) fn publish(&mut self) {
        self.published.clone_from(&self.sealed);
    }

    /// Whether something has died that nobody who opens the lane would know of.
    pub(super) fn has_news(&self) -> bool {
        self.now.len() > self.published.len()
    }

    /// Whether the split can be written anew without all that may not stay in it. What isn't
    /// published as dead yet would be in the new one, too.
    pub(super) fn is_to_be_purged(&self) -> bool {
        !self.doomed.is_empty() && self.doomed.lies_in(&self.published)
    }
}
