//! Searching.

use axum::extract::State;

use super::Shared;
use super::extract::Query;
use super::problem::Refusal;
use crate::answers::SearchQuery;
use crate::records::Matches;

/// Searches findings and objects: counted, sorted, a page at a time. What a scan has kept is found
/// within two seconds.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "findings", params(SearchQuery),
    security(("key" = ["read"])),
    responses((status = 200, description = "A page of matches", body = Matches)),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Query(asked): Query<SearchQuery>,
) -> Result<axum::Json<Matches>, Refusal> {
    Ok(axum::Json(api.answers().search(api.index(), &asked).await?))
}
