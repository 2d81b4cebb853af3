//! What holds for every request: an id that goes through log and answer, what is counted, and the
//! headers that keep a browser from doing what it should not.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::field::Empty;
use tracing::{Instrument, Level};

use super::Shared;
use super::call::{self, Brought, REQUEST_ID};
use crate::telemetry;

/// Carries a request through, under its id. Its span is of the level `error`, so that whatever line
/// of it is let through has it.
pub(crate) async fn observe(State(api): State<Shared>, request: Request, next: Next) -> Response {
    let brought = Brought::by(request.headers());
    // What is exported has its place in a trace by its span alone, and is known by that; else the span
    // is made with what the call is known by.
    let known = (!api.is_traced()).then(|| api.ids().of(&brought, None));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", |path| path.as_str());
    let span = tracing::error_span!(
        "request",
        request_id = known.as_ref().map(|call| call.request.as_str()),
        trace_id = known.as_ref().map(|call| call.trace.trace_id()),
        %method,
        route,
        tenant = api.answers().tenant().as_str(),
        client_id = Empty,
        client = Empty,
        status = Empty,
    );
    let call = known.unwrap_or_else(|| {
        if let Some(trace) = &brought.trace {
            telemetry::follow(&span, trace);
        }
        let call = api.ids().of(&brought, telemetry::place_of(&span));
        let (request_id, trace_id) = (call.request.as_str(), call.trace.trace_id());
        tracing::record_all!(span, request_id = request_id, trace_id = trace_id);
        call
    });
    let id = HeaderValue::from_str(call.request.as_str());
    let begun = Instant::now();
    let _one = api.metrics().request_begins();
    let answering = call::within(call, next.run(request));
    let mut response = answering.instrument(span.clone()).await;
    let (status, took) = (response.status(), begun.elapsed());
    api.metrics().answered(&method, route, status, took);
    if api.is_traced() || tracing::enabled!(Level::DEBUG) {
        span.record("status", status.as_u16());
        span.in_scope(|| {
            tracing::debug!(micros = took.as_micros() as u64, "a request was answered");
        });
    }
    let headers = response.headers_mut();
    if let Ok(id) = id {
        headers.insert(REQUEST_ID, id);
    }
    guard(headers, api.is_tls());
    response
}

/// What is answered is data: no browser is to guess its kind, keep it, frame it, or run anything.
fn guard(headers: &mut HeaderMap, tls: bool) {
    let guards = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in guards {
        // A page of our own says for itself what it may.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if tls {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}
