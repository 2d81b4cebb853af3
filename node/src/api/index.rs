//! Looking after the index.

use axum::extract::State;
use axum::http::StatusCode;

use super::Shared;
use super::caller::Caller;
use super::extract::{Nothing, Query};
use super::problem::Refusal;
use crate::records::Rebuild;

/// Makes the index anew from what is kept, in the background, while the present one serves; then it takes
/// its place. Where that is at work already, it goes on.
#[utoipa::path(
    post, path = "/api/v1/index/rebuild", tag = "node", security(("key" = ["admin"])),
    responses((status = 202, description = "It is being made", body = Rebuild)),
)]
pub(crate) async fn rebuild(
    State(api): State<Shared>,
    caller: Caller,
    _: Query<Nothing>,
) -> Result<(StatusCode, axum::Json<Rebuild>), Refusal> {
    let begun = api.answers().begin_rebuild(&caller.actor, api.index()).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(begun)))
}

/// How far making the index anew is, or how it ended last since the node was started.
#[utoipa::path(
    get, path = "/api/v1/index/rebuild", tag = "node", security(("key" = ["admin"])),
    responses((status = 200, description = "How far it is", body = Rebuild)),
)]
pub(crate) async fn rebuilt(
    State(api): State<Shared>,
    _: Query<Nothing>,
) -> Result<axum::Json<Rebuild>, Refusal> {
    Ok(axum::Json(api.answers().rebuild(api.index())?))
}
