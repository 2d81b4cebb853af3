//! Scans: ordered, listed, watched.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use trawl_model::ScanId;
use trawl_storage::records::Right;

use super::Shared;
use super::call;
use super::caller::Caller;
use super::extract::{Id, Json, Nothing, Query};
use super::page::{PageQuery, Scans};
use super::problem::{Problem, Refusal};
use crate::orders::{By, Command, Order, Ordered};
use crate::records::Scan;

/// All scans.
#[utoipa::path(
    get, path = "/api/v1/scans", tag = "scans", params(PageQuery), security(("key" = ["read"])),
    responses((status = 200, description = "A page of scans, the newest first", body = Scans)),
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    Query(asked): Query<PageQuery>,
) -> Result<axum::Json<Scans>, Refusal> {
    Ok(axum::Json(api.answers().scans(&asked.into()).await?.into()))
}

/// One scan. Of one that is at work, what it came to so far.
#[utoipa::path(
    get, path = "/api/v1/scans/{scan}", tag = "scans", security(("key" = ["read"])),
    params(("scan" = String, Path, description = "Its id")),
    responses((status = 200, description = "The scan", body = Scan)),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Id(id): Id<ScanId>,
    _: Query<Nothing>,
) -> Result<axum::Json<Scan>, Refusal> {
    Ok(axum::Json(api.answers().scan(id).await?))
}

/// Orders a scan. It is answered as soon as the scan is kept, and goes on by itself: a second order
/// of the same source joins the scan that is at work.
#[utoipa::path(
    post, path = "/api/v1/scans", tag = "scans", request_body = Order,
    security(("key" = ["scan"])),
    responses(
        (status = 202, description = "The scan that was ordered", body = Ordered,
            headers(("Location" = String, description = "Where the scan is watched"))),
        (status = 404, description = "There is no such source", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn order(
    State(api): State<Shared>,
    caller: Caller,
    _: Query<Nothing>,
    Json(order): Json<Order>,
) -> Result<Response, Refusal> {
    if order.target.is_some() {
        // Whoever names a path can have any file of the machine read that the node can read.
        caller.must(Right::Admin)?;
    }
    let by = By { actor: &caller.actor, origin: call::current() };
    let ordered = api.orders().scan(api.answers(), &by, &order).await?;
    let place = format!("/api/v1/scans/{}", ordered.id);
    let mut response = (StatusCode::ACCEPTED, axum::Json(ordered)).into_response();
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Holds a scan until somebody resumes it. What is under way is kept.
#[utoipa::path(
    post, path = "/api/v1/scans/{scan}/pause", tag = "scans", security(("key" = ["scan"])),
    extensions(("x-needs-room" = json!(false))),
    params(("scan" = String, Path, description = "Its id")),
    responses((status = 200, description = "The scan as it is now", body = Scan)),
)]
pub(crate) async fn pause(
    State(api): State<Shared>,
    caller: Caller,
    Id(id): Id<ScanId>,
    _: Query<Nothing>,
) -> Result<axum::Json<Scan>, Refusal> {
    told(&api, &caller, id, Command::Pause).await
}

/// Lets a scan go on that was paused. It waits for its turn.
#[utoipa::path(
    post, path = "/api/v1/scans/{scan}/resume", tag = "scans", security(("key" = ["scan"])),
    params(("scan" = String, Path, description = "Its id")),
    responses((status = 200, description = "The scan as it is now", body = Scan)),
)]
pub(crate) async fn resume(
    State(api): State<Shared>,
    caller: Caller,
    Id(id): Id<ScanId>,
    _: Query<Nothing>,
) -> Result<axum::Json<Scan>, Refusal> {
    told(&api, &caller, id, Command::Resume).await
}

/// Ends a scan where it is. What was read counts, and nothing is closed.
#[utoipa::path(
    post, path = "/api/v1/scans/{scan}/cancel", tag = "scans", security(("key" = ["scan"])),
    extensions(("x-needs-room" = json!(false))),
    params(("scan" = String, Path, description = "Its id")),
    responses((status = 200, description = "The scan as it is now", body = Scan)),
)]
pub(crate) async fn cancel(
    State(api): State<Shared>,
    caller: Caller,
    Id(id): Id<ScanId>,
    _: Query<Nothing>,
) -> Result<axum::Json<Scan>, Refusal> {
    told(&api, &caller, id, Command::Cancel).await
}

async fn told(
    api: &Shared,
    caller: &Caller,
    id: ScanId,
    command: Command,
) -> Result<axum::Json<Scan>, Refusal> {
    Ok(axum::Json(api.stewardship().tell(api.answers(), &caller.actor, id, command).await?))
}
