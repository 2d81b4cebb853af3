//! What changes something is refused where there is no room on the disk; what makes room goes on as
//! long as anything can be written.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use trawl_actors::room;

use super::Shared;
use super::caller::Caller;
use super::problem::{Code, Refusal};
use crate::disk;

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
            room::State::Tight => api.frugal().is(&request),
            room::State::Full => false,
        };
        if !may {
            return Err(Refusal::new(Code::DiskFull, disk::told(&standing, room.bounds())));
        }
    }
    Ok(next.run(request).await)
}
