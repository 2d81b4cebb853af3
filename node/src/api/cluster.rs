//! The nodes of the cluster.

use std::time::Duration;

use axum::extract::State;
use trawl_actors::ownership;

use super::Shared;
use super::extract::{Nothing, Query};
use super::problem::Refusal;
use crate::error::Error;
use crate::records::{ClusterNode, ClusterStatus};
use crate::start;

/// The nodes of the cluster, and how it is with them.
#[utoipa::path(
    get, path = "/api/v1/cluster", tag = "node", security(("key" = ["read"])),
    responses((status = 200, description = "How it is", body = ClusterStatus)),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    _: Query<Nothing>,
) -> Result<axum::Json<ClusterStatus>, Refusal> {
    let (node, load) = (api.node(), api.node().load());
    let nodes = match node.cluster() {
        Some(cluster) => {
            let leader = ownership::owner(api.answers().db()).await.map_err(Error::from)?;
            let of = |member| ClusterNode::of(member, leader);
            cluster.members().into_iter().map(of).collect()
        }
        None => vec![ClusterNode {
            name: start::host(),
            id: Some(node.id().to_string()),
            address: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            roles: api.settings().node.roles.clone(),
            leads: true,
            connected: true,
            load: Some(node.busy()),
        }],
    };
    let index = api.index().status();
    Ok(axum::Json(ClusterStatus {
        nodes,
        shards: node.shards(),
        scans_queued: load.queued as u64,
        scans_at_work: load.at_work as u64,
        index_due: index.serving.iter().map(|lane| lane.due as u64).sum(),
        index_lag_seconds: Duration::from_millis(index.lag_millis()).as_secs_f64(),
        index_splits: index.serving.iter().map(|lane| lane.splits as u64).sum(),
    }))
}
