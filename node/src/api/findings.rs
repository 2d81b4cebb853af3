//! What was found, and why.

use axum::extract::State;
use trawl_model::FindingRef;

use super::Shared;
use super::extract::{Id, Nothing, Query};
use super::page::Findings;
use super::problem::{Problem, Refusal};
use crate::answers::FindingsQuery;
use crate::records::{Explanation, Finding};

/// Findings, filtered.
#[utoipa::path(
    get, path = "/api/v1/findings", tag = "findings", params(FindingsQuery),
    security(("key" = ["read"])),
    responses(
        (status = 200, description = "A page of findings", body = Findings),
        (status = 404, description = "There is no such source, or no such scan", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    Query(asked): Query<FindingsQuery>,
) -> Result<axum::Json<Findings>, Refusal> {
    Ok(axum::Json(api.answers().findings(&asked).await?.into()))
}

/// One finding.
#[utoipa::path(
    get, path = "/api/v1/findings/{finding}", tag = "findings", security(("key" = ["read"])),
    params(("finding" = String, Path, description = "Its id")),
    responses((status = 200, description = "The finding", body = Finding)),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Id(id): Id<FindingRef>,
    _: Query<Nothing>,
) -> Result<axum::Json<Finding>, Refusal> {
    Ok(axum::Json(api.answers().finding(id).await?))
}

/// Why a finding is one, and where it stands.
#[utoipa::path(
    get, path = "/api/v1/findings/{finding}/explanation", tag = "findings",
    security(("key" = ["read"])),
    params(("finding" = String, Path, description = "Its id")),
    responses((status = 200, description = "Why it is one", body = Explanation)),
)]
pub(crate) async fn explain(
    State(api): State<Shared>,
    Id(id): Id<FindingRef>,
    _: Query<Nothing>,
) -> Result<axum::Json<Explanation>, Refusal> {
    Ok(axum::Json(api.answers().explain(id).await?))
}
