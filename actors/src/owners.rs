//! What workers know of owners: whom to ask for work, and whom to tell what was done.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use trawl_mesh::NodeName;
use trawl_model::RangeId;
use trawl_model::unit::UnitId;

use crate::crew::Place;
use crate::error::Error;
use crate::message::{Answer, Checkpoint, Lease, Pull, WorkerId};
use crate::recorder::Trace;

/// On which node the owner of a range runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// On this one.
    Here,
    /// On another.
    There(NodeName),
}

impl std::fmt::Display for Home {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Here => f.write_str("this node"),
            Self::There(node) => node.fmt(f),
        }
    }
}

/// A lease that somebody is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Busy {
    /// Its range.
    pub range: RangeId,
    /// Its unit.
    pub unit: UnitId,
    /// Which attempt at it.
    pub attempt: u32,
}

/// Leases, and whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Where what is done under them is told.
    pub home: Home,
    /// At least one.
    pub leases: Vec<Lease>,
}

/// The owners of ranges, wherever they run.
#[async_trait]
pub trait Owners: Send + Sync + 'static {
    /// Asks for work; waits until there is some. None when the node stops, or who asks has left his place
    /// because there are too many. What its node can't read now is
    /// left out by whoever asks around.
    async fn pull(&self, pull: Pull, place: &Place) -> Option<Given>;

    /// There may be work that was left out before.
    fn wake(&self);

    /// Whether this node takes no more work, and gives back what it has.
    fn takes_none(&self) -> bool;

    /// Says what was done.
    async fn checkpoint(
        &self,
        home: &Home,
        range: RangeId,
        checkpoint: Checkpoint,
    ) -> Result<Answer, Error>;

    /// Says that workers are still at what they have, though they have nothing to tell.
    async fn alive(&self, home: &Home, at_work: Vec<Busy>);

    /// Says that a worker is gone, and with it what it had; how far its reader had come, if that is known.
    async fn lost(&self, home: &Home, worker: WorkerId, trace: Option<Trace>);

    /// Says that findings of a range can't be kept, and why.
    async fn cannot_keep(&self, home: &Home, range: RangeId, why: String);
}
