//! The nodes of a cluster, and how it is with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trawl_actors::cluster::Member;
use trawl_model::NodeId;
use utoipa::ToSchema;

/// How a cluster is, as the node that leads sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ClusterStatus {
    /// Its nodes, by name.
    pub(crate) nodes: Vec<ClusterNode>,
    /// Shards over which ranges are spread.
    pub(crate) shards: u16,
    /// Scans that wait for their turn.
    pub(crate) scans_queued: u64,
    /// Scans at work.
    pub(crate) scans_at_work: u64,
    /// Ranges of which the index is to read something.
    pub(crate) index_due: u64,
    /// For how long the oldest of them has waited, in seconds.
    pub(crate) index_lag_seconds: f64,
    /// Files of the index.
    pub(crate) index_splits: u64,
}

/// A node of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ClusterNode {
    /// What its certificate calls it; of a node that is in no mesh, the name of its machine.
    pub(crate) name: String,
    /// The id of its data directory; none where it was never connected with the node that answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) id: Option<String>,
    /// Where other nodes reach it; none where it is in no mesh.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) address: Option<String>,
    /// The version of its program.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) version: Option<String>,
    /// What it is for.
    pub(crate) roles: Vec<String>,
    /// Whether it leads.
    pub(crate) leads: bool,
    /// Shards that it has.
    pub(crate) shards: u16,
    /// Lanes of the index that it has: those of its shards, where all nodes reach the files.
    pub(crate) lanes: u16,
    /// Whether it is being emptied: it is to have no shards, and reads nothing.
    pub(crate) drains: bool,
    /// Whether it is connected with the node that leads.
    pub(crate) connected: bool,
    /// Of a hundred of its crawlers, so many are at work.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) load: Option<u8>,
}

impl ClusterNode {
    /// How it stands, in a word or two.
    pub(crate) fn standing(&self) -> &'static str {
        match (self.leads, self.connected) {
            (_, true) if self.drains => "drains",
            (true, _) => "leads",
            (false, true) => "connected",
            (false, false) => "not connected",
        }
    }

    /// One that is in the mesh.
    pub(crate) fn of(
        member: Member,
        leader: Option<NodeId>,
        shards: &BTreeMap<NodeId, u16>,
        lanes: u16,
    ) -> Self {
        let shards = member.node.and_then(|node| shards.get(&node).copied()).unwrap_or(0);
        Self {
            name: member.name.to_string(),
            leads: member.node.is_some() && member.node == leader,
            id: member.node.map(|node| node.to_string()),
            address: Some(member.address.to_string()),
            version: member.program,
            roles: member.roles,
            shards,
            lanes,
            drains: member.drains,
            connected: member.connected,
            load: member.load,
        }
    }
}

/// Whether a node is being emptied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Draining {
    /// Its name.
    pub(crate) node: String,
    /// Whether it is.
    pub(crate) drains: bool,
}
