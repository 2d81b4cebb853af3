//! What workers know of owners: whom to ask for work, and whom to tell what was done.

use async_trait::async_trait;
use trawl_model::RangeId;

use crate::error::Error;
use crate::message::{Answer, Checkpoint, Lease, Pull, WorkerId};

/// The owners of ranges, wherever they run.
#[async_trait]
pub trait Owners: Send + Sync + 'static {
    /// Asks for work; waits until there is some. None when the node stops.
    async fn pull(&self, pull: Pull) -> Option<Vec<Lease>>;

    /// Says what was done.
    async fn checkpoint(&self, range: RangeId, checkpoint: Checkpoint) -> Result<Answer, Error>;

    /// Says that a worker is still at what it has of a range, though it has nothing to tell.
    fn alive(&self, range: RangeId, worker: WorkerId);
}
