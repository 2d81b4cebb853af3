//! The settings of the node.

use axum::extract::State;

use super::Shared;
use super::caller::Caller;
use super::extract::{Nothing, Query};
use super::problem::{Problem, Refusal};
use crate::reload::Reloaded;

/// Reads the settings again. Those that may change while the node runs take effect, the others are
/// named and wait for its next start. Where anything is wrong, all stays as it is.
#[utoipa::path(
    post, path = "/api/v1/config/reload", tag = "node", security(("key" = ["admin"])),
    extensions(("x-needs-room" = json!(false))),
    responses(
        (status = 200, description = "What has taken effect, and what waits", body = Reloaded),
        (status = 422, description = "The settings are wrong", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn reload(
    State(api): State<Shared>,
    caller: Caller,
    _: Query<Nothing>,
) -> Result<axum::Json<Reloaded>, Refusal> {
    Ok(axum::Json(api.reload().reload(&caller.actor).await?))
}
