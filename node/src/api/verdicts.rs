//! What people say of findings.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use trawl_model::FindingRef;
use utoipa::ToSchema;

use super::Shared;
use super::caller::Caller;
use super::extract::{Id, Json, Nothing, Query, expected};
use super::idempotency::{ForNow, is_final};
use super::problem::{Code, Problem, Refusal};
use crate::answers::Expected;
use crate::cli::VerdictWord;
use crate::records::Judged;

/// What is to be said of a finding.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    /// The verdict; `none` takes back what was said.
    pub(crate) verdict: VerdictWord,
}

/// What is to be said of several findings.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaidOfMany {
    /// Each of them.
    #[schema(min_items = 1)]
    pub(crate) verdicts: Vec<SaidOf>,
}

/// What is to be said of one of several findings.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaidOf {
    /// The finding's id.
    #[schema(value_type = String)]
    pub(crate) finding: String,
    /// The verdict; `none` takes back what was said.
    pub(crate) verdict: VerdictWord,
}

/// What became of each.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Outcomes {
    /// In the order in which they were given.
    pub(crate) outcomes: Vec<Outcome>,
}

/// What became of one: `judged` if it was said, `problem` if not.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Outcome {
    /// The finding's id, as it was given.
    pub(crate) finding: String,
    /// What is said of it now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) judged: Option<Judged>,
    /// Why nothing was said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) problem: Option<Problem>,
}

/// What is said of a finding.
#[utoipa::path(
    get, path = "/api/v1/findings/{finding}/verdict", tag = "findings",
    security(("key" = ["read"])),
    params(("finding" = String, Path, description = "The finding's id")),
    responses((status = 200, description = "What is said of it, with its ETag", body = Judged,
        headers(("ETag" = String, description = "For If-Match")))),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Id(id): Id<FindingRef>,
    _: Query<Nothing>,
) -> Result<Response, Refusal> {
    Ok(tagged(api.answers().judged(id).await?))
}

/// Says of a finding what it is. It holds for all findings of the same value and type in the same
/// object, and no scan resets it.
#[utoipa::path(
    put, path = "/api/v1/findings/{finding}/verdict", tag = "findings", request_body = Said,
    security(("key" = ["judge"])),
    params(
        ("finding" = String, Path, description = "The finding's id"),
        ("If-Match" = Option<String>, Header,
            description = "The ETag of what is expected to be said of it now"),
        ("If-None-Match" = Option<String>, Header,
            description = "The ETag of what is expected not to be said of it now"),
    ),
    responses(
        (status = 200, description = "What is said of it now, with its ETag", body = Judged,
            headers(("ETag" = String, description = "For If-Match"))),
        (status = 412, description = "Something else was said of it", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn put(
    State(api): State<Shared>,
    caller: Caller,
    Id(id): Id<FindingRef>,
    _: Query<Nothing>,
    headers: HeaderMap,
    Json(said): Json<Said>,
) -> Result<Response, Refusal> {
    let expected = expected(&headers)?;
    let verdict = said.verdict.verdict();
    Ok(tagged(api.answers().judge(&caller.actor, id, verdict, &expected).await?))
}

/// Says something of several findings, one after the other. Each is said or not for itself.
#[utoipa::path(
    post, path = "/api/v1/verdicts", tag = "findings", request_body = SaidOfMany,
    security(("key" = ["judge"])),
    responses((status = 200, description = "What became of each", body = Outcomes)),
)]
pub(crate) async fn bulk(
    State(api): State<Shared>,
    caller: Caller,
    _: Query<Nothing>,
    Json(said): Json<SaidOfMany>,
) -> Result<Response, Refusal> {
    let (most, count) = (api.settings().api.verdicts_at_once as usize, said.verdicts.len());
    if !(1..=most).contains(&count) {
        let detail = format!("verdicts: there are {count}; from 1 to {most} are allowed");
        return Err(Refusal::new(Code::BadBody, detail));
    }
    let mut outcomes = Vec::with_capacity(count);
    for SaidOf { finding, verdict } in said.verdicts {
        let judged = judge(&api, &caller, &finding, verdict).await;
        let (judged, problem) = match judged {
            Ok(judged) => (Some(judged), None),
            Err(refusal) => (None, Some(refusal.problem())),
        };
        outcomes.push(Outcome { finding, judged, problem });
    }
    Ok(Outcomes { outcomes }.into_response())
}

impl Outcomes {
    /// Whether each was said, or refused for good. Where not, the rest is said when it is asked again.
    fn are_final(&self) -> bool {
        let problems = self.outcomes.iter().filter_map(|outcome| outcome.problem.as_ref());
        problems
            .map(|problem| StatusCode::from_u16(problem.status))
            .all(|status| status.is_ok_and(is_final))
    }
}

impl IntoResponse for Outcomes {
    fn into_response(self) -> Response {
        let are_final = self.are_final();
        let mut response = axum::Json(self).into_response();
        if !are_final {
            response.extensions_mut().insert(ForNow);
        }
        response
    }
}

async fn judge(
    api: &Shared,
    caller: &Caller,
    finding: &str,
    said: VerdictWord,
) -> Result<Judged, Refusal> {
    let id: FindingRef = finding.parse().map_err(|error: trawl_model::id::IdError| {
        Refusal::new(Code::NotFound, error.to_string())
    })?;
    let expected = Expected::WHATEVER;
    Ok(api.answers().judge(&caller.actor, id, said.verdict(), &expected).await?)
}

fn tagged(judged: Judged) -> Response {
    let tag = judged.tag();
    let mut response = axum::Json(judged).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_for_now_as_long_as_one_of_them_is() {
        let outcome = |code: Option<Code>| Outcome {
            finding: "x".to_owned(),
            judged: None,
            problem: code.map(|code| Refusal::from(code).problem()),
        };
        let is_for_now = |codes: &[Option<Code>]| {
            let outcomes = codes.iter().map(|code| outcome(*code)).collect();
            Outcomes { outcomes }.into_response().extensions().get::<ForNow>().is_some()
        };
        assert!(!is_for_now(&[None, None]));
        assert!(!is_for_now(&[None, Some(Code::NotFound), Some(Code::BadRequest)]));
        for code in [Code::Fault, Code::DiskFull, Code::Stopping, Code::TooSlow, Code::Conflict] {
            assert!(is_for_now(&[None, Some(code), Some(Code::NotFound)]), "{}", code.name());
        }
    }
}
