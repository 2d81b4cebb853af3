//! What changes something is refused where there is no room on the disk; what makes room goes on as
//! long as anything can be written.

use std::collections::HashSet;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use trawl_actors::room;

use super::Shared;
use super::caller::Caller;
use super::problem::{Code, Refusal};
use crate::disk;

/// What the declaration of a route says that needs no room.
const NEEDS_ROOM: &str = "x-needs-room";

/// Routes that make room, or cost next to none: as their declarations say, and nowhere else.
pub(crate) struct Frugal(HashSet<(Method, String)>);

impl Frugal {
    /// Those that the document of the API tells of.
    pub(crate) fn of_document(document: &serde_json::Value) -> Self {
        let mut frugal = HashSet::new();
        let paths = document["paths"].as_object();
        for (path, operations) in paths.into_iter().flatten() {
            for (method, operation) in operations.as_object().into_iter().flatten() {
                let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes());
                if let (Some(false), Ok(method)) = (operation[NEEDS_ROOM].as_bool(), method) {
                    frugal.insert((method, path.clone()));
                }
            }
        }
        Self(frugal)
    }
}

/// Lets a request pass that writes nothing, or for which there is room.
pub(crate) async fn enough(
    State(api): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    // What is no route, and who is nobody, is told so whatever the disk.
    if !reads && request.extensions().get::<Caller>().is_some() {
        let room = api.node().room();
        let standing = room.standing();
        let may = match standing.state {
            room::State::Writing => true,
            room::State::Tight => is_frugal(&api, &request),
            room::State::Full => false,
        };
        if !may {
            return Err(Refusal::new(Code::DiskFull, disk::told(&standing, room.bounds())));
        }
    }
    Ok(next.run(request).await)
}

fn is_frugal(api: &Shared, request: &Request) -> bool {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    path.is_some_and(|path| api.frugal().0.contains(&(request.method().clone(), path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_room_is_told_apart() {
        let (_, routes) = super::super::routes().split_for_parts();
        let frugal = Frugal::of_document(&super::super::document::whole(&routes).unwrap());
        let mut named: Vec<String> =
            frugal.0.iter().map(|(method, path)| format!("{method} {path}")).collect();
        named.sort_unstable();
        let all = [
            "DELETE /api/v1/keys/{key}",
            "DELETE /api/v1/sources/{source}",
            "POST /api/v1/config/reload",
            "POST /api/v1/scans/{scan}/cancel",
            "POST /api/v1/scans/{scan}/pause",
        ];
        assert_eq!(named, all);
    }
}
