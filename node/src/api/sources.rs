//! What is scanned.

use axum::extract::State;
use trawl_model::SourceId;

use super::Shared;
use super::extract::{Id, Nothing, Query};
use super::page::{PageQuery, Sources};
use super::problem::Refusal;
use crate::records::Source;

/// All sources.
#[utoipa::path(
    get, path = "/api/v1/sources", tag = "sources", params(PageQuery), security(("key" = ["read"])),
    responses((status = 200, description = "A page of sources, by their ids", body = Sources)),
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    Query(asked): Query<PageQuery>,
) -> Result<axum::Json<Sources>, Refusal> {
    Ok(axum::Json(api.answers().sources(&asked.into()).await?.into()))
}

/// One source.
#[utoipa::path(
    get, path = "/api/v1/sources/{source}", tag = "sources", security(("key" = ["read"])),
    params(("source" = String, Path, description = "Its id")),
    responses((status = 200, description = "The source", body = Source)),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Id(id): Id<SourceId>,
    _: Query<Nothing>,
) -> Result<axum::Json<Source>, Refusal> {
    Ok(axum::Json(api.answers().source(id).await?))
}
