//! The call that is being answered: its id, and its place in a trace.
//!
//! A caller brings an id (`X-Request-Id`), a trace (`traceparent`, W3C Trace Context), both or
//! neither. What is not brought, or is not well formed, is made.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName};
use trawl_model::{Origin, RequestId, TraceContext};

/// The header that bears a call's id, in requests and in answers.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The header of W3C Trace Context.
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

tokio::task_local! {
    static CALL: Origin;
}

/// Answers within a call: what is asked for [`current`] meanwhile is this one.
pub(crate) async fn within<F: Future>(call: Origin, answering: F) -> F::Output {
    CALL.scope(call, answering).await
}

/// The call that is being answered; none outside of one.
pub(crate) fn current() -> Option<Origin> {
    CALL.try_with(Origin::clone).ok()
}

/// What a caller brings, where it is well formed.
pub(crate) struct Brought {
    request: Option<RequestId>,
    /// Where the call stands in a trace that the caller began.
    pub(crate) trace: Option<TraceContext>,
}

impl Brought {
    /// In these headers.
    pub(crate) fn by(headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let request = text(REQUEST_ID).and_then(RequestId::new);
        Self { request, trace: text(TRACEPARENT).and_then(TraceContext::parse) }
    }
}

/// Makes ids for calls that bring none.
pub(crate) struct Ids {
    /// Of this start of the node.
    start: [u8; 32],
    next: AtomicU64,
}

impl Ids {
    /// Ids of one start.
    pub(crate) fn of_start(random: [u8; 32]) -> Self {
        Self { start: random, next: AtomicU64::new(1) }
    }

    /// What a call is known by; `exported` is its place in its trace, where that is exported. The id of
    /// one that brings none is that of its trace.
    pub(crate) fn of(&self, brought: &Brought, exported: Option<TraceContext>) -> Origin {
        let trace = exported.or(brought.trace).unwrap_or_else(|| self.fresh());
        let request = brought.request.clone();
        Origin { request: request.unwrap_or_else(|| RequestId::of_trace(&trace)), trace }
    }

    /// A trace that nobody else has.
    fn fresh(&self) -> TraceContext {
        let nth = self.next.fetch_add(1, Ordering::Relaxed);
        let hash = *blake3::keyed_hash(&self.start, &nth.to_be_bytes()).as_bytes();
        let (mut trace, mut span) = ([0; 16], [0; 8]);
        trace.copy_from_slice(&hash[..16]);
        span.copy_from_slice(&hash[16..24]);
        TraceContext { trace, span, sampled: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn of(ids: &Ids, brought: &[(HeaderName, &str)]) -> (String, String) {
        let mut headers = HeaderMap::new();
        for (name, value) in brought {
            headers.insert(name, value.parse().unwrap());
        }
        let origin = ids.of(&Brought::by(&headers), None);
        (origin.request.to_string(), origin.trace.trace_id())
    }

    #[test]
    fn what_a_caller_brings_is_taken_over_if_it_is_well_formed() {
        let ids = Ids::of_start([7; 32]);
        let traced = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let (id, trace) = of(&ids, &[(REQUEST_ID, "trace-1.2_3"), (TRACEPARENT, &traced)]);
        assert_eq!((id.as_str(), trace.as_str()), ("trace-1.2_3", TRACE));
        let (id, trace) = of(&ids, &[(TRACEPARENT, &traced)]);
        assert_eq!((id.as_str(), trace.as_str()), (TRACE, TRACE));
        let (id, trace) = of(&ids, &[(REQUEST_ID, "trace-1.2_3"), (TRACEPARENT, "00-0-0-0")]);
        assert_eq!(id, "trace-1.2_3");
        assert_ne!(trace, TRACE);
    }

    #[test]
    fn what_a_caller_does_not_bring_is_made_and_never_twice() {
        let ids = Ids::of_start([7; 32]);
        let (first, second) = (of(&ids, &[]), of(&ids, &[(REQUEST_ID, "a b")]));
        assert_eq!((&first.0, &second.0), (&first.1, &second.1));
        assert_ne!(first, second);
        assert_ne!(first, of(&Ids::of_start([8; 32]), &[]));
    }
}
