//! Where pieces go: the seam between the reading of formats and whoever classifies.

use trawl_model::unit::Resume;
use trawl_model::{Class, Item, Piece};

/// Whoever takes the pieces wants no more: the lease is lost, the scan is stopped. A format that
/// meets it returns at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("reading was stopped")]
pub struct Stopped;

/// Takes what a format reads. Calls may block: that is the back-pressure.
pub trait Sink {
    /// Takes a piece. What it weighs is counted against the node's budget of content in flight
    /// before this returns.
    fn piece(&mut self, piece: Piece) -> Result<(), Stopped>;

    /// All that lies before `at` has been given, and reading can begin again there. Called at
    /// least once a piece wherever the format can be entered again.
    fn safe_point(&mut self, at: Resume) -> Result<(), Stopped>;

    /// Reserves memory that the format needs beside its pieces (a document that is loaded whole, a
    /// dictionary) until the object is read. Blocks until there is room; what is over the whole
    /// budget is refused with `Ok(false)`.
    fn reserve(&mut self, bytes: usize) -> Result<bool, Stopped>;

    /// Enters items of a class into the object's coverage.
    fn items(&mut self, item: Item, class: Class, count: u64);

    /// Enters bytes of the object *as stored* that were not read, with the reason. What is not
    /// entered was read.
    fn unread_bytes(&mut self, class: Class, bytes: u64);
}
