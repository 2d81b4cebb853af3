//! What was changed, and by whom.

use axum::extract::State;

use super::Shared;
use super::extract::{Nothing, Query};
use super::page::{Entries, PageQuery};
use super::problem::Refusal;
use crate::records::Verification;

/// The entries of the audit record. With `previous` and `hash` of each anyone can verify them.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit", params(PageQuery), security(("key" = ["admin"])),
    responses((status = 200, description = "A page of entries, the oldest first", body = Entries)),
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    Query(asked): Query<PageQuery>,
) -> Result<axum::Json<Entries>, Refusal> {
    Ok(axum::Json(api.answers().audit(&asked.into()).await?.into()))
}

/// Whether no entry was changed, taken out or put between.
#[utoipa::path(
    get, path = "/api/v1/audit/verification", tag = "audit", security(("key" = ["admin"])),
    extensions(("x-takes-long" = json!(true))),
    responses((status = 200, description = "Whether the record is whole", body = Verification)),
)]
pub(crate) async fn verify(
    State(api): State<Shared>,
    _: Query<Nothing>,
) -> Result<axum::Json<Verification>, Refusal> {
    Ok(axum::Json(api.answers().verify_audit().await?))
}
