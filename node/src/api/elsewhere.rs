//! A node that does not lead has what it is asked answered by the one that does.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use trawl_actors::{Cluster, ownership};
use trawl_mesh::NodeName;
use trawl_storage::Db;

use super::Shared;
use super::bounds::Slots;
use super::caller::Caller;
use super::problem::{Code, Refusal};
use crate::forward::{self, Local, NotForwarded};

/// Requests that are handed on at once, streams of events among them. The way to the node that leads is that
/// of crawlers too, and these are a third of what may be under way on it.
const MOST: u32 = 16;

/// Whoever follows a scan does so for so long at the most, and asks anew then.
const LONGEST: Duration = Duration::from_secs(23 * 60 * 60);

/// Routes that each node answers for itself, whoever leads. What becomes of rules is settled in the store,
/// and a pack of them may be larger than what is handed on.
const OF_EACH: [&str; 7] = [
    "/metrics",
    "/api/v1/config/reload",
    "/api/v1/checks",
    "/api/v1/rule-packs",
    "/api/v1/rule-packs/{pack}",
    "/api/v1/rule-packs/{pack}/files",
    "/api/v1/rule-packs/{pack}/check",
];

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
    pub(super) async fn leader(&self) -> Result<NodeName, &'static str> {
        let owner = ownership::owner(&self.db).await.map_err(|error| {
            tracing::warn!(%error, "it could not be read which node leads");
            "it can't be read which node leads; the log of the node says why"
        })?;
        let mesh = self.cluster.mesh();
        let owner = owner.filter(|owner| *owner != mesh.this().node).ok_or("no node leads yet")?;
        let leader = mesh.peers().into_iter().find(|peer| peer.node == owner);
        leader.map(|peer| peer.name).ok_or("the node that leads is not connected")
    }
}

/// Hands a request on that came with a key, where this node does not lead; others it answers itself.
pub(super) async fn hand_on(
    State(api): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let Some(elsewhere) = api.elsewhere().cloned() else { return Ok(next.run(request).await) };
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let is_of_each = path.is_none_or(|path| OF_EACH.contains(&path));
    let caller = match request.extensions().get::<Caller>() {
        Some(caller) if !is_of_each => caller.clone(),
        _ => return Ok(next.run(request).await),
    };
    let is_local = api.local_key().is_of(&caller);
    let local = is_local.then(|| Local { actor: caller.actor.to_string(), key: caller.key });
    let most = api.settings().mesh.message_bytes.as_len();
    let changes = !request.method().is_safe();
    // Before it takes a place: whoever sends it slowly holds up nobody but himself.
    let call = forward::gathered(request, local, most).await.map_err(|error| refusal(&error))?;
    let Some(one) = elsewhere.handed_on.take(MOST) else { return Err(Code::TooMany.into()) };
    let leader = elsewhere.leader().await.map_err(|why| Refusal::new(Code::NobodyLeads, why))?;
    let beside = forward::Beside { stopping: api.stopping(), _held: Box::new(one) };
    let mut stopping = api.stopping();
    let answer = tokio::select! {
        answer = forward::forward(&elsewhere.cluster, &leader, call, LONGEST, beside) => answer,
        // Whoever leads by then may never answer.
        _ = stopping.wait_for(|stopping| *stopping) => {
            Err(NotForwarded::Broken("this node has broken off to wait for it".to_owned()))
        }
    };
    answer.map_err(|error| match error {
        NotForwarded::Broken(_) if changes => refusal(&error),
        // Whatever became of it, it may be asked again.
        NotForwarded::Broken(why) => Refusal::new(Code::NobodyLeads, format!("{leader}: {why}")),
        error => refusal(&error),
    })
}

fn refusal(error: &NotForwarded) -> Refusal {
    match error {
        NotForwarded::TooLarge { most } => {
            let detail = format!("nodes hand on {most} bytes at the most");
            Refusal::new(Code::TooLarge, detail)
        }
        NotForwarded::Unread => Code::BadRequest.into(),
        NotForwarded::Busy => Code::TooMany.into(),
        NotForwarded::Nobody(why) => Refusal::new(Code::NobodyLeads, why.clone()),
        NotForwarded::Broken(why) => Refusal::new(Code::NotKnown, why.clone()),
    }
}
