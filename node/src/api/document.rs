//! The document of the API, OpenAPI 3.1: made from the routes, and completed with what holds for
//! all of them.

use std::collections::{BTreeSet, HashSet};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::Shared;
use super::extract::{Nothing, Query};
use super::problem::{Code, Problem};
use crate::error::Error;

/// The name of the one way to say who asks.
pub(crate) const SCHEME: &str = "key";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Trawl",
        description = "Finds personal data and secrets, and remembers what it found and where it \
                       looked. Every error is a problem document (RFC 9457) with a `code` that \
                       never changes its meaning and the way out.",
    ),
    components(schemas(Problem)),
    tags(
        (name = "sources", description = "What is scanned"),
        (name = "schedules", description = "When sources are scanned without anybody asking"),
        (name = "scans", description = "Scans, ordered and watched"),
        (name = "parked", description = "What scans have given up"),
        (name = "findings", description = "What was found, why, and what was said of it"),
        (name = "coverage", description = "What was read, and what was not and why"),
        (name = "audit", description = "What was changed, and by whom"),
        (name = "keys", description = "Who may ask"),
        (name = "rules", description = "Rules of one's own"),
        (name = "node", description = "How the node is"),
    ),
)]
struct Bare;

/// A mark that a route bears: a name of the document, and what stands there.
pub(crate) type Mark = (&'static str, bool);

/// Makes room, or costs next to none.
pub(crate) const FRUGAL: Mark = ("x-needs-room", false);

/// Looks at all that is kept, and takes longer the more there is.
pub(crate) const LONG: Mark = ("x-takes-long", true);

/// The routes that bear a mark: as their declarations say, and nowhere else.
pub(crate) struct Marked(HashSet<(Method, String)>);

impl Marked {
    /// Those that the document of the API tells of.
    pub(crate) fn of_document(document: &Value, (name, says): Mark) -> Self {
        let mut marked = HashSet::new();
        let paths = document["paths"].as_object();
        for (path, operations) in paths.into_iter().flatten() {
            for (method, operation) in operations.as_object().into_iter().flatten() {
                let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes());
                if let (true, Ok(method)) = (operation[name].as_bool() == Some(says), method) {
                    marked.insert((method, path.clone()));
                }
            }
        }
        Self(marked)
    }

    /// Whether a request is for one of them.
    pub(crate) fn is(&self, request: &Request) -> bool {
        let Some(path) = request.extensions().get::<MatchedPath>() else { return false };
        // A question for the head of an answer is one for the answer.
        let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        self.0.contains(&(method.clone(), path.as_str().to_owned()))
    }
}

/// What the routes are added to.
pub(crate) fn bare() -> utoipa::openapi::OpenApi {
    Bare::openapi()
}

/// The document of these routes, with what holds for all of them.
pub(crate) fn whole(routes: &utoipa::openapi::OpenApi) -> Result<Value, Error> {
    let fault = |error: serde_json::Error| Error::Fault(format!("the document: {error}"));
    let mut document = serde_json::to_value(routes).map_err(fault)?;
    document["components"]["securitySchemes"] = json!({
        SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": "A key made by `trawl key new`. What stands with a route is the right \
                            that it needs: read, scan, judge or admin. Each of the others takes \
                            read with it, and admin is all of them.",
        }
    });
    let paths = document["paths"].as_object_mut();
    for (path, operations) in paths.into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    Ok(document)
}

/// Adds the answers that a route has like all others, the headers that all take, and a name of its
/// own.
fn complete(path: &str, method: &str, operation: &mut Value) {
    operation["operationId"] = json!(name(path, method));
    let keyed = operation["security"][0].get(SCHEME).is_some();
    let has_body = operation.get("requestBody").is_some();
    let has_id = path.contains('{');
    let mut codes = vec![
        Code::BadQuery,
        Code::WrongHost,
        Code::TooSlow,
        Code::TooMany,
        Code::Fault,
        Code::Stopping,
    ];
    if keyed {
        codes.extend([Code::NoKey, Code::MayNot]);
    }
    if has_id {
        codes.push(Code::NotFound);
    }
    if has_body {
        codes.extend([Code::BadJson, Code::TooLarge, Code::NotJson, Code::BadBody]);
    }
    if method != "get" {
        codes.extend([Code::AtWork, Code::OtherRequest, Code::DiskFull]);
    }
    let statuses: BTreeSet<u16> = codes.iter().map(|code| code.status().as_u16()).collect();
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for status in statuses {
        responses.entry(status.to_string()).or_insert_with(|| refusal(status));
    }
    let parameters = &mut operation["parameters"];
    if parameters.is_null() {
        *parameters = json!([]);
    }
    let Some(parameters) = parameters.as_array_mut() else { return };
    if method != "get" {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The same request with the same key is carried out once, and answered \
                            again with the same answer.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" },
        }));
    }
}

/// What programs that make clients call an operation: no two are called alike.
fn name(path: &str, method: &str) -> String {
    let path = path.trim_start_matches("/api/v1");
    let mut name = method.to_owned();
    for word in path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        name.push('_');
        name.push_str(word);
    }
    name
}

/// An answer that is none, of this status.
fn refusal(status: u16) -> Value {
    let codes = Code::ALL.iter().filter(|code| code.status().as_u16() == status);
    let codes: Vec<&str> = codes.map(|code| code.name()).collect();
    let mut refusal = Map::from_iter([
        ("description".to_owned(), json!(format!("Code: {}", codes.join(", ")))),
        (
            "content".to_owned(),
            json!({
                "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/Problem" }
                }
            }),
        ),
    ]);
    if [Code::TooMany, Code::DiskFull].iter().any(|code| status == code.status().as_u16()) {
        refusal.insert(
            "headers".to_owned(),
            json!({ "Retry-After": {
                "description": "Seconds after which to ask again", "schema": { "type": "integer" }
            } }),
        );
    }
    refusal.into()
}

/// This document.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "node", security(()),
    responses((status = 200, description = "The document of the API", body = Object)),
)]
pub(crate) async fn openapi(State(api): State<Shared>, _: Query<Nothing>) -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], api.document().to_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_operations_are_called_alike() {
        let (_, routes) = super::super::routes().split_for_parts();
        let document = whole(&routes).unwrap();
        let paths = document["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|path| path.as_object().unwrap().values());
        let names: Vec<&str> = operations.map(|of| of["operationId"].as_str().unwrap()).collect();
        let different: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(different.len(), names.len(), "{names:?}");
        assert!(different.contains("get_findings_finding_verdict"), "{names:?}");
    }

    #[test]
    fn routes_that_make_room_and_those_that_take_long_are_told_apart() {
        let (_, routes) = super::super::routes().split_for_parts();
        let document = whole(&routes).unwrap();
        let named = |mark| {
            let marked = Marked::of_document(&document, mark).0.into_iter();
            let mut named: Vec<String> =
                marked.map(|(method, path)| format!("{method} {path}")).collect();
            named.sort_unstable();
            named
        };
        let frugal = [
            "DELETE /api/v1/keys/{key}",
            "DELETE /api/v1/rule-packs/{pack}",
            "DELETE /api/v1/sources/{source}",
            "POST /api/v1/config/reload",
            "POST /api/v1/rule-packs/{pack}/check",
            "POST /api/v1/scans/{scan}/cancel",
            "POST /api/v1/scans/{scan}/pause",
        ];
        assert_eq!(named(FRUGAL), frugal);
        assert_eq!(named(LONG), ["GET /api/v1/audit/verification", "GET /api/v1/checks"]);
    }
}
