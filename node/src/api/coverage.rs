//! What was read, and what was not and why.

use axum::extract::State;

use super::Shared;
use super::extract::Query;
use super::page::CoveragePage;
use super::problem::{Problem, Refusal};
use crate::answers::CoverageQuery;

/// The ledgers of a scan, or of the last of each source that has looked at it, however it stands; the sources
/// that were never read; and a page of what was not read. Scans come in pages too, by their sources.
#[utoipa::path(
    get, path = "/api/v1/coverage", tag = "coverage", params(CoverageQuery),
    security(("key" = ["read"])),
    responses(
        (status = 200, description = "Ledgers, and what was not read", body = CoveragePage),
        (status = 404, description = "There is no such scan", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Query(asked): Query<CoverageQuery>,
) -> Result<axum::Json<CoveragePage>, Refusal> {
    let told = api.answers().coverage(&asked).await?;
    let page = api.answers().unread(&asked).await?;
    Ok(axum::Json(CoveragePage {
        coverage: told.coverage,
        scans: told.scans,
        never_read: told.never_read,
        scans_next: told.next,
        unread: page.items,
        next: page.next,
    }))
}
