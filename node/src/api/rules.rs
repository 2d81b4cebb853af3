//! Packs of rules of one's own.

use axum::extract::{FromRequest, Request, State};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Shared;
use super::bounds::Slot;
use super::caller::Caller;
use super::extract::{self, Id, Nothing, Query};
use super::problem::{Code, Refusal};
use crate::records::{
    CheckedRulePack, NewRulePack, RulePack, RulePackFiles, RulePacks, ShownRules,
};

/// So many packs are taken in at once: each may be large.
const AT_ONCE: u32 = 2;

/// Which version of a pack is asked for.
#[derive(Debug, Deserialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionQuery {
    /// The version; the one that applies unless given.
    #[param(minimum = 1)]
    version: Option<u32>,
}

/// A body that may be as large as a pack, and its place among those that are taken in.
pub(crate) struct Large<T>(T, Slot);

impl FromRequest<Shared> for Large<NewRulePack> {
    type Rejection = Refusal;

    async fn from_request(request: Request, api: &Shared) -> Result<Self, Refusal> {
        let Some(slot) = api.packs().take(AT_ONCE) else { return Err(Code::TooMany.into()) };
        let most = api.settings().api.rule_pack_bytes.as_len();
        Ok(Self(extract::json(request, most).await?, slot))
    }
}

/// All rules that apply to scans which begin now, those that come with Trawl among them.
#[utoipa::path(
    get, path = "/api/v1/rules", tag = "rules", security(("key" = ["read"])),
    responses((status = 200, description = "The rules, in the order of their ids", body = ShownRules)),
)]
pub(crate) async fn all(
    State(api): State<Shared>,
    _: Query<Nothing>,
) -> Result<axum::Json<ShownRules>, Refusal> {
    Ok(axum::Json(api.answers().rules().await?))
}

/// The packs that apply to scans which begin now.
#[utoipa::path(
    get, path = "/api/v1/rule-packs", tag = "rules", security(("key" = ["read"])),
    responses((status = 200, description = "The packs, by name", body = RulePacks)),
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    _: Query<Nothing>,
) -> Result<axum::Json<RulePacks>, Refusal> {
    Ok(axum::Json(api.answers().rule_packs().await?))
}

/// A pack.
#[utoipa::path(
    get, path = "/api/v1/rule-packs/{pack}", tag = "rules", security(("key" = ["read"])),
    params(("pack" = String, Path, description = "Its name"), VersionQuery),
    responses((status = 200, description = "The pack, without what is in its files", body = RulePack)),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Id(name): Id<String>,
    Query(asked): Query<VersionQuery>,
) -> Result<axum::Json<RulePack>, Refusal> {
    Ok(axum::Json(api.answers().rule_pack(&name, asked.version).await?))
}

/// The files of a pack.
#[utoipa::path(
    get, path = "/api/v1/rule-packs/{pack}/files", tag = "rules", security(("key" = ["admin"])),
    params(("pack" = String, Path, description = "Its name"), VersionQuery),
    responses((status = 200, description = "All files of the pack", body = RulePackFiles)),
)]
pub(crate) async fn files(
    State(api): State<Shared>,
    Id(name): Id<String>,
    Query(asked): Query<VersionQuery>,
) -> Result<axum::Json<RulePackFiles>, Refusal> {
    Ok(axum::Json(api.answers().rule_pack_files(&name, asked.version).await?))
}

/// Puts a pack, in place of what was there under its name. It is refused with file, place and reason
/// where a rule is wrong, does not go with others, or has an example that shows something else than it
/// says; else it applies to scans that begin from now on, on all nodes.
#[utoipa::path(
    put, path = "/api/v1/rule-packs/{pack}", tag = "rules", request_body = NewRulePack,
    security(("key" = ["admin"])),
    params(("pack" = String, Path, description = "Its name: a-z, 0-9 and -, a letter first")),
    responses((status = 200, description = "The pack as it applies now", body = RulePack)),
)]
pub(crate) async fn put(
    State(api): State<Shared>,
    caller: Caller,
    Id(name): Id<String>,
    _: Query<Nothing>,
    Large(pack, _slot): Large<NewRulePack>,
) -> Result<axum::Json<RulePack>, Refusal> {
    let files = pack.files.into_iter().map(Into::into).collect();
    Ok(axum::Json(api.answers().put_rule_pack(&caller.actor, &name, files).await?))
}

/// Looks whether a pack would be taken. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/rule-packs/{pack}/check", tag = "rules", request_body = NewRulePack,
    security(("key" = ["admin"])), extensions(("x-needs-room" = json!(false))),
    params(("pack" = String, Path, description = "Its name: a-z, 0-9 and -, a letter first")),
    responses((status = 200, description = "It would be", body = CheckedRulePack)),
)]
pub(crate) async fn check(
    State(api): State<Shared>,
    Id(name): Id<String>,
    _: Query<Nothing>,
    Large(pack, _slot): Large<NewRulePack>,
) -> Result<axum::Json<CheckedRulePack>, Refusal> {
    let files = pack.files.into_iter().map(Into::into).collect();
    Ok(axum::Json(api.answers().check_rule_pack(&name, files).await?))
}

/// Removes a pack. Its versions are kept, for findings name them.
#[utoipa::path(
    delete, path = "/api/v1/rule-packs/{pack}", tag = "rules", security(("key" = ["admin"])),
    extensions(("x-needs-room" = json!(false))),
    params(("pack" = String, Path, description = "Its name")),
    responses((status = 200, description = "The packs that are left", body = RulePacks)),
)]
pub(crate) async fn remove(
    State(api): State<Shared>,
    caller: Caller,
    Id(name): Id<String>,
    _: Query<Nothing>,
) -> Result<axum::Json<RulePacks>, Refusal> {
    Ok(axum::Json(api.answers().remove_rule_pack(&caller.actor, &name).await?))
}
