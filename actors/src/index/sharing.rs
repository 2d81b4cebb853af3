//! Whose the lanes of an index are that several nodes share: whoever has the shard of a lane has the lane.

use std::time::Duration;

use trawl_mesh::NodeName;
use trawl_storage::Db;
use trawl_storage::records::shard::ShardAt;

use crate::cluster::Cluster;
use crate::error::Error;
use crate::ownership::{self, Ownership, Standing};

/// What a node that shares the lanes with others knows them by.
#[derive(Debug, Clone)]
pub struct Sharing {
    /// The other nodes.
    pub cluster: Cluster,
    /// What this one has.
    pub ownership: Ownership,
    /// How many shards there are.
    pub shards: u16,
}

impl Sharing {
    /// The shard of a lane: not the first, which is with the node that leads. It is the same of any index,
    /// so that one that is made anew is spread as the one before.
    pub(super) fn shard_of(&self, lane: u16) -> u16 {
        match self.shards.saturating_sub(1) {
            0 => 0,
            others => 1 + lane % others,
        }
    }

    /// Whether a shard is this node's.
    pub(super) fn has(&self, shard: u16) -> bool {
        self.ownership.takes_at_need() || self.ownership.claimed(shard).is_some()
    }

    /// Whether this node is sure of what it has.
    pub(super) fn is_certain(&self) -> bool {
        self.ownership.standing() == Standing::Certain
    }

    /// The node that has a shard, where it is connected.
    pub(super) async fn home_of(&self, db: &Db, shard: u16) -> Result<Option<NodeName>, Error> {
        let owner = ownership::owner_of(db, ShardAt { shard }).await?;
        Ok(owner.and_then(|owner| self.cluster.name_of(owner)))
    }

    /// How often it is looked who has what.
    pub(super) fn look(&self) -> Duration {
        self.ownership.member().map_or(LOOK, ownership::Member::look)
    }
}

/// How often a node looks that is seen to live by nobody.
const LOOK: Duration = Duration::from_secs(1);
