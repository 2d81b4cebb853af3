//! The bounds of a request: how long it may take, how many are at work at once, and that a panic
//! of one ends it alone.

use std::any::Any;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::problem::{Code, Refusal};

/// Gives a request up that takes too long. What it has changed by then is changed.
pub(crate) async fn within_time(
    State(api): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let within = api.settings().api.request_within;
    tokio::time::timeout(within.get(), next.run(request)).await.map_err(|_| {
        Refusal::new(Code::TooSlow, format!("the request was given up after {within}"))
    })
}

/// Refuses a request where as many are at work as may be.
pub(crate) async fn in_number(
    State(api): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let Ok(_one) = api.requests().try_acquire() else { return Err(Code::TooMany.into()) };
    Ok(next.run(request).await)
}

/// The answer where a handler has panicked. What it said of that is nowhere: it may quote content.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Refusal::from(Code::Fault).into_response()
}
