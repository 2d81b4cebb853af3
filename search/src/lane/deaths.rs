//! What is dead in a split, at three moments.

use crate::split::Dead;

/// What is dead in a split. Each of them holds all of the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Deaths {
    /// Now: it is not found.
    pub(super) now: Dead,
    /// When the tail was sealed last.
    pub(super) sealed: Dead,
    /// When something was published last: whoever opens the lane knows of it.
    pub(super) published: Dead,
}

impl Deaths {
    /// As they are published, and nothing since.
    pub(super) fn of(published: Dead) -> Self {
        Self { now: published.clone(), sealed: published.clone(), published }
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
}
