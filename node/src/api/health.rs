//! Whether the node lives, and whether it is of use.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use trawl_actors::ownership::Standing as Ownership;
use utoipa::ToSchema;

use super::Shared;
use super::extract::{Nothing, Query};
use crate::disk;

/// The path at which it is told that the process lives.
pub(super) const ALIVE: &str = "/healthz";

/// The node lives.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// Whether the node is of use.
#[derive(Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// Whether all of its parts are ready.
    ready: bool,
    /// Each part.
    parts: Vec<Part>,
}

/// A part of the node.
#[derive(Serialize, ToSchema)]
pub(crate) struct Part {
    /// Which.
    name: &'static str,
    /// Whether it is ready.
    ready: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Whether the node lives. It answers as long as it can answer at all.
#[utoipa::path(
    get, path = "/healthz", tag = "node", security(()),
    responses((status = 200, description = "It lives", body = Health)),
)]
pub(crate) async fn healthz(_: Query<Nothing>) -> axum::Json<Health> {
    lives()
}

/// The same between two stages.
pub(super) fn alive() -> Response {
    lives().into_response()
}

fn lives() -> axum::Json<Health> {
    axum::Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// Whether the node is of use, and which part isn't ready.
#[utoipa::path(
    get, path = "/readyz", tag = "node", security(()),
    responses(
        (status = 200, description = "All parts are ready", body = Readiness),
        (status = 503, description = "Some part is not ready", body = Readiness),
    ),
)]
pub(crate) async fn readyz(State(api): State<Shared>, _: Query<Nothing>) -> Response {
    let store = api.answers().kept_key(trawl_model::KeyId::from_bytes([0; 12])).await;
    let store = Part {
        name: "store",
        ready: store.is_ok(),
        // What lies where is not for who asks.
        why: store.err().map(|_| "it can't be read; the log of the node says why".to_owned()),
    };
    let stopping = *api.stopping().borrow();
    let node =
        Part { name: "node", ready: !stopping, why: stopping.then(|| "it is stopping".to_owned()) };
    let room = api.node().room();
    let standing = room.standing();
    let disk = Part {
        name: "disk",
        ready: room.is_enough(),
        why: (!room.is_enough()).then(|| disk::told(&standing, room.bounds())),
    };
    let unsearched = api.index().parts().1.len();
    let index = Part {
        name: "index",
        ready: unsearched == 0,
        why: (unsearched > 0).then(|| {
            format!(
                "{unsearched} parts of it can't be read, and nothing is found in them; the log of the \
                 node says why, and `trawl index rebuild` makes it anew"
            )
        }),
    };
    let ownership = api.node().ownership().of_lead();
    let leader = match api.elsewhere() {
        Some(elsewhere) => elsewhere.leader().await.map(drop),
        None => Err("no node is known that leads"),
    };
    let shards = Part {
        name: "shards",
        ready: match ownership {
            Ownership::Elsewhere => leader.is_ok(),
            ownership => ownership == Ownership::Certain,
        },
        why: match ownership {
            Ownership::Certain => None,
            Ownership::Uncertain => Some(
                "the database does not keep that this node is at work; it gives out nothing until \
                 then, and another one may take over"
                    .to_owned(),
            ),
            Ownership::Lost => Some("another node has taken over".to_owned()),
            Ownership::Elsewhere => leader.err().map(str::to_owned),
        },
    };
    let parts = vec![store, index, disk, shards, node];
    let ready = parts.iter().all(|part| part.ready);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(Readiness { ready, parts })).into_response()
}
