//! The bounds of a request: how long it may take, how many are at work at once, and that a panic
//! of one ends it alone.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use trawl_cluster_config::{Api as Bounds, Span};

use super::Shared;
use super::problem::{Code, Refusal};

/// How many of something there are at once. Their bound may change meanwhile: who has begun stays.
#[derive(Default)]
pub(crate) struct Slots(Arc<AtomicUsize>);

/// One of them, as long as it lasts.
pub(crate) struct Slot(Arc<AtomicUsize>);

impl Slots {
    /// One more, if there are fewer than so many.
    pub(crate) fn take(&self, most: u32) -> Option<Slot> {
        let more = |taken: usize| (taken < most as usize).then_some(taken + 1);
        let (set, fetch) = (Ordering::AcqRel, Ordering::Acquire);
        self.0.fetch_update(set, fetch, more).ok().map(|_| Slot(Arc::clone(&self.0)))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Gives a request up that takes too long. What it has changed by then is changed. One that looks at
/// all that is kept may take longer than others.
pub(crate) async fn within_time(
    State(api): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let within = within(&api.settings().api, api.long().is(&request));
    tokio::time::timeout(within.get(), next.run(request)).await.map_err(|_| {
        Refusal::new(Code::TooSlow, format!("the request was given up after {within}"))
    })
}

fn within(bounds: &Bounds, is_long: bool) -> Span {
    if is_long { bounds.long_request_within } else { bounds.request_within }
}

/// Refuses a request where as many are at work as may be.
pub(crate) async fn in_number(
    State(api): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let most = api.settings().api.requests_at_once;
    let Some(_one) = api.requests().take(most) else { return Err(Code::TooMany.into()) };
    Ok(next.run(request).await)
}

/// The answer where a handler has panicked. What it said of that is nowhere: it may quote content.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Refusal::from(Code::Fault).into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    async fn falls() -> &'static str {
        panic!("anna.schmidt@firma.example.de")
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_for_and_its_words_are_not_told() {
        let router = Router::new().route("/", get(falls)).layer(CatchPanicLayer::custom(panicked));
        let request = Request::new(Body::empty());
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 500);
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "fault");
        assert!(!problem.to_string().contains("anna"));
    }

    #[test]
    fn a_request_that_looks_at_all_has_a_bound_of_its_own() {
        let (short, long) = (Span::secs(1), Span::hours(1));
        let bounds =
            Bounds { request_within: short, long_request_within: long, ..Bounds::default() };
        assert_eq!((within(&bounds, false), within(&bounds, true)), (short, long));
    }

    #[test]
    fn there_are_no_more_than_the_bound_of_the_moment() {
        let slots = Slots::default();
        let (first, second) = (slots.take(2).unwrap(), slots.take(2).unwrap());
        assert!(slots.take(2).is_none());
        let third = slots.take(3).unwrap();
        drop(first);
        assert!(
            slots.take(1).is_none(),
            "a bound that has become narrower waits for who has begun"
        );
        drop((second, third));
        assert!(slots.take(1).is_some());
    }
}
