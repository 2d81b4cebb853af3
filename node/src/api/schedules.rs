//! Schedules of sources.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use trawl_model::SourceId;
use utoipa::IntoParams;

use super::Shared;
use super::caller::Caller;
use super::extract::{Json, Nothing, Of, Query, expected};
use super::page::Schedules;
use super::problem::{Problem, Refusal};
use crate::answers::{Span, TimesQuery};
use crate::records::{Schedule, Times, Timing};

/// Which schedules are asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct SchedulesQuery {
    /// Only those of this source, by its name, its id or its location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// At most so many; as many as a page may have where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 10000)]
    pub(crate) limit: Option<u32>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
}

/// All schedules.
#[utoipa::path(
    get, path = "/api/v1/schedules", tag = "schedules", params(SchedulesQuery),
    security(("key" = ["read"])),
    responses(
        (status = 200, description = "A page of schedules, by source and name", body = Schedules),
        (status = 404, description = "There is no such source", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    Query(asked): Query<SchedulesQuery>,
) -> Result<axum::Json<Schedules>, Refusal> {
    let SchedulesQuery { source, limit, cursor } = asked;
    let page = api.answers().schedules(source.as_deref(), &Span { limit, cursor }).await?;
    Ok(axum::Json(page.into()))
}

/// One schedule.
#[utoipa::path(
    get, path = "/api/v1/sources/{source}/schedules/{schedule}", tag = "schedules",
    security(("key" = ["read"])),
    params(
        ("source" = String, Path, description = "The source's id"),
        ("schedule" = String, Path, description = "The schedule's name"),
    ),
    responses((status = 200, description = "The schedule, with its ETag", body = Schedule,
        headers(("ETag" = String, description = "For If-Match")))),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Of(source, name): Of<SourceId, String>,
    _: Query<Nothing>,
) -> Result<Response, Refusal> {
    Ok(tagged(api.answers().schedule(source, &name).await?))
}

/// Adds a schedule, or puts it in the place of the one of this name. Times before now are none of its.
#[utoipa::path(
    put, path = "/api/v1/sources/{source}/schedules/{schedule}", tag = "schedules",
    request_body = Timing, security(("key" = ["admin"])),
    params(
        ("source" = String, Path, description = "The source's id"),
        ("schedule" = String, Path, description = "The schedule's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the schedule as it was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*`, so that none is replaced"),
    ),
    responses(
        (status = 200, description = "The schedule as it is now, with its ETag", body = Schedule,
            headers(("ETag" = String, description = "For If-Match"))),
        (status = 412, description = "It has changed, or isn't there, or is", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn put(
    State(api): State<Shared>,
    caller: Caller,
    Of(source, name): Of<SourceId, String>,
    _: Query<Nothing>,
    headers: HeaderMap,
    Json(timing): Json<Timing>,
) -> Result<Response, Refusal> {
    let (at, expected) = ((source, name.as_str()), expected(&headers)?);
    let stewardship = api.stewardship();
    let put = stewardship.schedule(api.answers(), &caller.actor, at, &timing, &expected);
    Ok(tagged(put.await?))
}

/// Removes a schedule. Scans that it has ordered go on.
#[utoipa::path(
    delete, path = "/api/v1/sources/{source}/schedules/{schedule}", tag = "schedules",
    security(("key" = ["admin"])),
    params(
        ("source" = String, Path, description = "The source's id"),
        ("schedule" = String, Path, description = "The schedule's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the schedule as it was read"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of what is to stay"),
    ),
    responses(
        (status = 200, description = "The schedule as it was", body = Schedule),
        (status = 412, description = "It has changed", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn remove(
    State(api): State<Shared>,
    caller: Caller,
    Of(source, name): Of<SourceId, String>,
    _: Query<Nothing>,
    headers: HeaderMap,
) -> Result<axum::Json<Schedule>, Refusal> {
    let (at, expected) = ((source, name.as_str()), expected(&headers)?);
    let removed = api.stewardship().unschedule(api.answers(), &caller.actor, at, &expected);
    Ok(axum::Json(removed.await?))
}

/// The next times of a schedule.
#[utoipa::path(
    get, path = "/api/v1/sources/{source}/schedules/{schedule}/times", tag = "schedules",
    security(("key" = ["read"])),
    params(
        ("source" = String, Path, description = "The source's id"),
        ("schedule" = String, Path, description = "The schedule's name"),
        TimesQuery,
    ),
    responses((status = 200, description = "The times, the next one first", body = Times)),
)]
pub(crate) async fn times(
    State(api): State<Shared>,
    Of(source, name): Of<SourceId, String>,
    Query(asked): Query<TimesQuery>,
) -> Result<axum::Json<Times>, Refusal> {
    Ok(axum::Json(api.answers().times(source, &name, asked).await?))
}

fn tagged(schedule: Schedule) -> Response {
    let tag = schedule.tag();
    let mut response = (StatusCode::OK, axum::Json(schedule)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
