//! Who may ask.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use trawl_storage::records::Right;
use utoipa::ToSchema;

use super::Shared;
use super::caller::Caller;
use super::extract::{Id, Json, Nothing, Query};
use super::idempotency::ShownOnce;
use super::page::{Keys, PageQuery};
use super::problem::Refusal;
use crate::records::{Key, NewKey, key::schema};

/// A key that is to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// What people call it.
    #[schema(min_length = 1, max_length = 100)]
    pub(crate) name: String,
    /// What it may do: one right or several.
    #[schema(value_type = Vec<schema::Right>, min_items = 1)]
    pub(crate) can: Vec<Right>,
}

/// All keys, revoked ones included.
#[utoipa::path(
    get, path = "/api/v1/keys", tag = "keys", params(PageQuery), security(("key" = ["admin"])),
    responses((status = 200, description = "A page of keys, the oldest first", body = Keys)),
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    Query(asked): Query<PageQuery>,
) -> Result<axum::Json<Keys>, Refusal> {
    Ok(axum::Json(api.answers().keys(&asked.into()).await?.into()))
}

/// Makes a key. The answer is the one time that it is shown: a repeated Idempotency-Key is
/// answered with the code `shown-once`.
#[utoipa::path(
    post, path = "/api/v1/keys", tag = "keys", request_body = Wanted,
    security(("key" = ["admin"])),
    responses((status = 201, description = "The key, shown this once", body = NewKey)),
)]
pub(crate) async fn new(
    State(api): State<Shared>,
    caller: Caller,
    _: Query<Nothing>,
    Json(wanted): Json<Wanted>,
) -> Result<Response, Refusal> {
    let made = api.answers().new_key(&caller.actor, &wanted.name, &wanted.can).await?;
    let mut response = (StatusCode::CREATED, axum::Json(made)).into_response();
    response.extensions_mut().insert(ShownOnce);
    Ok(response)
}

/// Ends a key. It stays in the list.
#[utoipa::path(
    delete, path = "/api/v1/keys/{key}", tag = "keys", security(("key" = ["admin"])),
    extensions(("x-needs-room" = json!(false))),
    params(("key" = String, Path, description = "Its id")),
    responses((status = 200, description = "The key as it is now", body = Key)),
)]
pub(crate) async fn revoke(
    State(api): State<Shared>,
    caller: Caller,
    Id(id): Id<String>,
    _: Query<Nothing>,
) -> Result<axum::Json<Key>, Refusal> {
    Ok(axum::Json(api.answers().revoke_key(&caller.actor, &id).await?))
}
