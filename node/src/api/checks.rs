//! Whether what is kept is sound: `trawl doctor` of a running node.

use axum::extract::State;

use super::Shared;
use super::extract::{Nothing, Query};
use super::page::Checks;
use super::problem::Refusal;

/// Looks at the store, the root key, the clock, the audit record and the index, and says what to do.
/// All objects are counted for it: it takes longer the more there are.
#[utoipa::path(
    get, path = "/api/v1/checks", tag = "node", security(("key" = ["admin"])),
    extensions(("x-takes-long" = json!(true))),
    responses((status = 200, description = "What was found", body = Checks)),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    _: Query<Nothing>,
) -> Result<axum::Json<Checks>, Refusal> {
    Ok(axum::Json(Checks { checks: api.answers().checks(Ok(api.index())).await }))
}
