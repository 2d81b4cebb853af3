//! What scans have given up.

use axum::extract::State;
use axum::http::StatusCode;
use trawl_model::SourceId;

use super::Shared;
use super::call;
use super::caller::Caller;
use super::extract::{Id, Nothing, Query};
use super::page::{PageQuery, ParkedPage};
use super::problem::Refusal;
use crate::orders::By;
use crate::records::Released;

/// What scans of a source have given up: listings that failed again and again, objects that were set
/// aside or could not be read.
#[utoipa::path(
    get, path = "/api/v1/sources/{source}/parked", tag = "parked", security(("key" = ["read"])),
    params(("source" = String, Path, description = "The source's id"), PageQuery),
    responses((status = 200, description = "A page of what was given up", body = ParkedPage)),
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    Id(source): Id<SourceId>,
    Query(asked): Query<PageQuery>,
) -> Result<axum::Json<ParkedPage>, Refusal> {
    Ok(axum::Json(api.answers().parked(source, &asked.into()).await?.into()))
}

/// Has all that was given up of a source tried again: listings at once where their scan is at work, the
/// rest by a scan that is ordered.
#[utoipa::path(
    post, path = "/api/v1/sources/{source}/parked/release", tag = "parked",
    security(("key" = ["scan"])),
    params(("source" = String, Path, description = "The source's id")),
    responses((status = 202, description = "What is tried again", body = Released)),
)]
pub(crate) async fn release(
    State(api): State<Shared>,
    caller: Caller,
    Id(source): Id<SourceId>,
    _: Query<Nothing>,
) -> Result<(StatusCode, axum::Json<Released>), Refusal> {
    let by = By { actor: &caller.actor, origin: call::current() };
    let released = api.stewardship().release(api.answers(), &by, source).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(released)))
}
