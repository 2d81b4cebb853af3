//! A node that does not lead has what it is asked answered by the one that does.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use trawl_actors::Cluster;
use trawl_actors::ownership;
use trawl_mesh::NodeName;
use trawl_storage::Db;

use super::Shared;
use super::bounds::Slots;
use super::problem::{Code, Refusal};
use crate::forward::{self, Local, NotForwarded};

/// Requests that are handed on at once. The way to the node that leads is that of crawlers too.
const MOST: u32 = 16;

/// Whoever follows a scan does so for so long at the most, and asks anew then.
const LONGEST: Duration = Duration::from_secs(23 * 60 * 60);

/// Routes of each node, whoever leads.
const OF_EACH: [&str; 2] = ["/metrics", "/api/v1/config/reload"];

/// The way to the node that leads.
pub(crate) struct Elsewhere {
    cluster: Cluster,
    db: Db,
    handed_on: Slots,
}

impl Elsewhere {
    /// Over this cluster, to whom the store names.
    pub(crate) fn over(cluster: Cluster, db: Db) -> Arc<Self> {
        Arc::new(Self { cluster, db, handed_on: Slots::default() })
    }

    /// The node that leads, if it is connected.
    pub(super) async fn leader(&self) -> Result<NodeName, String> {
        let owner = ownership::owner(&self.db).await.map_err(|error| error.to_string())?;
        let owner = owner.ok_or("no node leads yet")?;
        let peers = self.cluster.mesh().peers();
        let leader = peers.into_iter().find(|peer| peer.node == owner);
        let leader = leader.ok_or_else(|| format!("node {owner} leads, and is not connected"))?;
        Ok(leader.name)
    }
}

/// Hands a request on that needs a key, where this node does not lead; others it answers itself.
pub(super) async fn hand_on(
    State(api): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let Some(elsewhere) = api.elsewhere().cloned() else { return Ok(next.run(request).await) };
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let is_ours =
        |path| OF_EACH.contains(&path) || api.rights().of(request.method(), path).is_none();
    if path.is_none_or(is_ours) {
        return Ok(next.run(request).await);
    }
    let Some(_one) = elsewhere.handed_on.take(MOST) else { return Err(Code::TooMany.into()) };
    let leader = elsewhere.leader().await.map_err(nobody)?;
    let sent = request.headers().get(header::AUTHORIZATION);
    let local = sent.and_then(|sent| api.local_key().presented(sent));
    let local = local.map(|caller| Local { actor: caller.actor.to_string(), key: caller.key });
    let most = api.settings().mesh.message_bytes.as_len();
    let answer = forward::forward(&elsewhere.cluster, &leader, request, local, most, LONGEST).await;
    answer.map_err(|error| match error {
        NotForwarded::TooLarge { most } => {
            Refusal::new(Code::TooLarge, format!("nodes send each other {most} bytes at the most"))
        }
        NotForwarded::Broken => Code::BadRequest.into(),
        NotForwarded::Busy => Code::TooMany.into(),
        NotForwarded::Nobody(why) => nobody(format!("{leader}: {why}")),
    })
}

fn nobody(why: String) -> Refusal {
    Refusal::new(Code::NobodyLeads, why)
}
