//! What is scanned.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use trawl_model::SourceId;

use super::Shared;
use super::caller::Caller;
use super::extract::{Id, Json, Nothing, Query, expected};
use super::page::{Sources, SourcesQuery};
use super::problem::{Problem, Refusal};
use crate::answers::Span;
use crate::records::{Profile, Source};
use crate::stewardship::{Added, Deleted, Validation};

/// All sources.
#[utoipa::path(
    get, path = "/api/v1/sources", tag = "sources", params(SourcesQuery),
    security(("key" = ["read"])),
    responses(
        (status = 200, description = "A page of sources, by their ids", body = Sources),
        (status = 404, description = "There is no such source", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    Query(asked): Query<SourcesQuery>,
) -> Result<axum::Json<Sources>, Refusal> {
    let SourcesQuery { source, limit, cursor } = asked;
    let page = api.answers().sources(source.as_deref(), &Span { limit, cursor }).await?;
    Ok(axum::Json(page.into()))
}

/// One source.
#[utoipa::path(
    get, path = "/api/v1/sources/{source}", tag = "sources", security(("key" = ["read"])),
    params(("source" = String, Path, description = "Its id")),
    responses((status = 200, description = "The source, with its ETag", body = Source,
        headers(("ETag" = String, description = "For If-Match")))),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Id(id): Id<SourceId>,
    _: Query<Nothing>,
) -> Result<Response, Refusal> {
    Ok(tagged(StatusCode::OK, api.answers().source(id).await?))
}

/// Adds a source. It must be there and be readable, unless it is said that it may be missing.
#[utoipa::path(
    post, path = "/api/v1/sources", tag = "sources", request_body = Added,
    security(("key" = ["admin"])),
    responses(
        (status = 201, description = "The source, with its ETag", body = Source,
            headers(("ETag" = String, description = "For If-Match"))),
    ),
)]
pub(crate) async fn add(
    State(api): State<Shared>,
    caller: Caller,
    _: Query<Nothing>,
    Json(added): Json<Added>,
) -> Result<Response, Refusal> {
    let source = api.stewardship().add(api.answers(), &caller.actor, &added).await?;
    Ok(tagged(StatusCode::CREATED, source))
}

/// Says something else of a source. What is left out is said no more.
#[utoipa::path(
    put, path = "/api/v1/sources/{source}", tag = "sources", request_body = Profile,
    security(("key" = ["admin"])),
    params(
        ("source" = String, Path, description = "Its id"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the source as it was read"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of what is to stay"),
    ),
    responses(
        (status = 200, description = "The source as it is now, with its ETag", body = Source,
            headers(("ETag" = String, description = "For If-Match"))),
        (status = 412, description = "Something else was said of it", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn change(
    State(api): State<Shared>,
    caller: Caller,
    Id(id): Id<SourceId>,
    _: Query<Nothing>,
    headers: HeaderMap,
    Json(profile): Json<Profile>,
) -> Result<Response, Refusal> {
    let expected = expected(&headers)?;
    let changed =
        api.stewardship().change(api.answers(), &caller.actor, id, &profile, &expected).await?;
    Ok(tagged(StatusCode::OK, changed))
}

/// Deletes a source. Nothing of it is live when this is answered; all that belongs to it is erased
/// after that, by itself. To delete what is deleted is no error, unless it is to be as it was read.
#[utoipa::path(
    delete, path = "/api/v1/sources/{source}", tag = "sources", security(("key" = ["admin"])),
    extensions(("x-needs-room" = json!(false))),
    params(
        ("source" = String, Path, description = "Its id"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the source as it was read"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of what is to stay"),
    ),
    responses(
        (status = 202, description = "It is deleted, and is being erased", body = Deleted),
        (status = 412, description = "Something else was said of it, or it is deleted", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete(
    State(api): State<Shared>,
    caller: Caller,
    Id(id): Id<SourceId>,
    _: Query<Nothing>,
    headers: HeaderMap,
) -> Result<(StatusCode, axum::Json<Deleted>), Refusal> {
    let expected = expected(&headers)?;
    let deleted = api.stewardship().delete(api.answers(), &caller.actor, id, &expected).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(deleted)))
}

/// How far the erasure of a deleted source is.
#[utoipa::path(
    get, path = "/api/v1/sources/{source}/erasure", tag = "sources", security(("key" = ["admin"])),
    params(("source" = String, Path, description = "Its id")),
    responses((status = 200, description = "Whether nothing of it is left", body = Deleted)),
)]
pub(crate) async fn erasure(
    State(api): State<Shared>,
    Id(id): Id<SourceId>,
    _: Query<Nothing>,
) -> Result<axum::Json<Deleted>, Refusal> {
    Ok(axum::Json(api.stewardship().erasure(id).await?))
}

/// Whether a source is there and can be read, and all that is missing.
#[utoipa::path(
    get, path = "/api/v1/sources/{source}/validation", tag = "sources",
    security(("key" = ["scan"])),
    params(("source" = String, Path, description = "Its id")),
    responses((status = 200, description = "What is missing", body = Validation)),
)]
pub(crate) async fn validate(
    State(api): State<Shared>,
    Id(id): Id<SourceId>,
    _: Query<Nothing>,
) -> Result<axum::Json<Validation>, Refusal> {
    Ok(axum::Json(api.stewardship().validate(id).await?))
}

fn tagged(status: StatusCode, source: Source) -> Response {
    let tag = source.profile.tag();
    let mut response = (status, axum::Json(source)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
