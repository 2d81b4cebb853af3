//! Whether somebody still waits for an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody still waits for the answer to a question. All clones are of the same question: who
/// goes away says so with one, and who searches gives up by another.
#[derive(Debug, Clone, Default)]
pub struct Waits(Arc<AtomicBool>);

impl Waits {
    /// Nobody waits any more.
    pub fn end(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether nobody waits any more.
    pub fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Ends the search within a split, if nobody waits for it any more.
    pub(crate) fn check(&self) -> tantivy::Result<()> {
        if self.is_over() {
            return Err(tantivy::TantivyError::InternalError("nobody waits for it".to_owned()));
        }
        Ok(())
    }
}
