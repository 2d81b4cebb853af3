//! The nodes of the cluster, and emptying one.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use trawl_actors::cluster::Member;
use trawl_actors::ownership;
use trawl_mesh::NodeName;

use super::Shared;
use super::caller::Caller;
use super::extract::{Id, Nothing, Query};
use super::problem::{Code, Refusal};
use crate::error::Error;
use crate::records::{ClusterNode, ClusterStatus, Draining};
use crate::{audit, start};

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
    let index = api.index().status();
    let nodes = match node.cluster() {
        Some(cluster) => {
            let leader = ownership::owner(api.answers().db()).await.map_err(Error::from)?;
            let shards = ownership::owners(api.answers().db(), node.shards()).await;
            let shards = shards.map_err(Error::from)?;
            let here = cluster.mesh().name();
            let of = |member: Member| {
                let node = (member.name != *here).then(|| member.name.to_string());
                let lanes = index.serving.iter().filter(|lane| lane.node == node).count();
                let lanes = u16::try_from(lanes).unwrap_or(u16::MAX);
                ClusterNode::of(member, leader, &shards, lanes)
            };
            cluster.members().into_iter().map(of).collect()
        }
        None => vec![ClusterNode {
            name: start::host(),
            id: Some(node.id().to_string()),
            address: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            roles: api.settings().node.roles.clone(),
            leads: true,
            shards: node.shards(),
            lanes: u16::try_from(index.serving.len()).unwrap_or(u16::MAX),
            drains: false,
            connected: true,
            load: Some(node.busy()),
        }],
    };
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

/// Empties a node: others take its shards over, it reads nothing any more, and where it leads another one
/// does. It lasts until the node is started anew, or is told otherwise.
#[utoipa::path(
    post, path = "/api/v1/cluster/nodes/{node}/drain", tag = "node", security(("key" = ["admin"])),
    params(("node" = String, Path, description = "What its certificate calls it")),
    responses((status = 202, description = "It is being emptied", body = Draining)),
)]
pub(crate) async fn drain(
    State(api): State<Shared>,
    caller: Caller,
    Id(node): Id<NodeName>,
    _: Query<Nothing>,
) -> Result<(StatusCode, axum::Json<Draining>), Refusal> {
    told(&api, &caller, node, true).await
}

/// Has a node that was emptied take part again.
#[utoipa::path(
    post, path = "/api/v1/cluster/nodes/{node}/undrain", tag = "node", security(("key" = ["admin"])),
    params(("node" = String, Path, description = "What its certificate calls it")),
    responses((status = 202, description = "It takes part again", body = Draining)),
)]
pub(crate) async fn undrain(
    State(api): State<Shared>,
    caller: Caller,
    Id(node): Id<NodeName>,
    _: Query<Nothing>,
) -> Result<(StatusCode, axum::Json<Draining>), Refusal> {
    told(&api, &caller, node, false).await
}

async fn told(
    api: &Shared,
    caller: &Caller,
    node: NodeName,
    drains: bool,
) -> Result<(StatusCode, axum::Json<Draining>), Refusal> {
    let alone = "this node is in no cluster, and there is nobody to take over from it";
    let cluster = api.node().cluster().ok_or_else(|| Refusal::new(Code::Conflict, alone))?;
    let members = cluster.members();
    let member = members.iter().find(|member| member.name == node && member.connected);
    if member.is_none() {
        let detail =
            format!("no node {node} is connected; `trawl cluster status` shows all that are");
        return Err(Refusal::new(Code::NotFound, detail));
    }
    let others = || members.iter().filter(|other| other.name != node);
    if drains && !(others().any(Member::may_have_shards) && others().any(Member::crawls)) {
        let detail = format!("there is no other node that could take over from {node}");
        return Err(Refusal::new(Code::Conflict, detail));
    }
    let action = if drains { "node-drain" } else { "node-undrain" };
    let (db, tenant) = (api.answers().db(), api.answers().tenant());
    let subject = node.to_string();
    audit::enter(db, tenant, &caller.actor, action, &subject, "").await.map_err(Error::from)?;
    let told = cluster.drain_node(&node, drains).await;
    told.map_err(|failed| Refusal::new(Code::NotKnown, format!("{node}: {failed}")))?;
    Ok((StatusCode::ACCEPTED, axum::Json(Draining { node: subject, drains })))
}
