//! What holds for every request: an id that goes through log and answer, what is counted, and the
//! headers that keep a browser from doing what it should not.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::Shared;

/// The header that bears a request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id of a request that is taken over; a longer one would make the log unreadable.
const MAX_ID_CHARS: usize = 64;

/// Makes ids for requests that bring none.
pub(crate) struct Ids {
    /// Of this start of the node.
    begin: String,
    next: AtomicU64,
}

impl Ids {
    /// Ids of one start.
    pub(crate) fn of_start(random: [u8; 8]) -> Self {
        Self { begin: data_encoding::HEXLOWER.encode(&random), next: AtomicU64::new(1) }
    }

    /// The id that a request brings, or a new one.
    fn of(&self, headers: &HeaderMap) -> String {
        let brought = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
        match brought.filter(|id| is_plain(id)) {
            Some(id) => id.to_owned(),
            None => format!("{}-{}", self.begin, self.next.fetch_add(1, Ordering::Relaxed)),
        }
    }
}

fn is_plain(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=MAX_ID_CHARS).contains(&id.len()) && id.chars().all(plain)
}

/// Carries a request through, under its id.
pub(crate) async fn observe(State(api): State<Shared>, request: Request, next: Next) -> Response {
    let id = api.ids().of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", |path| path.as_str());
    let span = tracing::info_span!(
        "request", id = %id, %method, route, key = tracing::field::Empty
    );
    let begun = Instant::now();
    let _one = api.metrics().request_begins();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), begun.elapsed());
    api.metrics().answered(&method, route, status, took);
    span.in_scope(|| tracing::debug!(status = status.as_u16(), micros = took.as_micros() as u64));
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_over_if_it_is_plain_and_else_made() {
        let ids = Ids::of_start([7; 8]);
        let of = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, id.parse().unwrap());
            ids.of(&headers)
        };
        assert_eq!(of("trace-1.2_3"), "trace-1.2_3");
        assert_eq!(of("a b"), "0707070707070707-1");
        assert_eq!(of(&"x".repeat(65)), "0707070707070707-2");
        assert_eq!(ids.of(&HeaderMap::new()), "0707070707070707-3");
    }
}
