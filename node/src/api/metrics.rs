//! What is counted of the API and of the node, for Prometheus: names and units by its conventions,
//! and no label whose values a caller could choose.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry,
    TextEncoder,
};

use super::Shared;
use super::extract::{Nothing, Query};
use super::problem::Refusal;
use crate::error::Error;

/// Seconds: most answers come from memory, the slowest wait for many commits.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    took: HistogramVec,
    at_work: IntGauge,
    streams: IntGauge,
    read_bytes: IntCounter,
    peak_in_flight: IntGauge,
}

/// Something that is counted as long as it lasts.
pub(crate) struct Lasting(IntGauge);

impl Drop for Lasting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Counters that begin at nothing.
    pub(crate) fn new() -> Result<Self, Error> {
        Self::registered().map_err(|error| Error::Fault(format!("the metrics: {error}")))
    }

    fn registered() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("trawl_http_requests_total", "Requests that were answered."),
            &["method", "route", "status"],
        )?;
        let took = HistogramVec::new(
            HistogramOpts::new(
                "trawl_http_request_duration_seconds",
                "How long requests took until their answers began.",
            )
            .buckets(BUCKETS.to_vec()),
            &["route"],
        )?;
        let at_work =
            IntGauge::new("trawl_http_requests_in_progress", "Requests that are at work.")?;
        let streams = IntGauge::new("trawl_http_streams", "Streams of events that are open.")?;
        let read_bytes =
            IntCounter::new("trawl_read_bytes_total", "Bytes of text that scans have read.")?;
        let peak_in_flight = IntGauge::new(
            "trawl_content_in_flight_peak_bytes",
            "The most content that was in memory at once.",
        )?;
        let build = IntGauge::with_opts(
            Opts::new("trawl_build_info", "The version of the program.")
                .const_label("version", env!("CARGO_PKG_VERSION")),
        )?;
        build.set(1);
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(took.clone()))?;
        registry.register(Box::new(at_work.clone()))?;
        registry.register(Box::new(streams.clone()))?;
        registry.register(Box::new(read_bytes.clone()))?;
        registry.register(Box::new(peak_in_flight.clone()))?;
        registry.register(Box::new(build))?;
        let process = prometheus::process_collector::ProcessCollector::for_self();
        registry.register(Box::new(process))?;
        Ok(Self { registry, requests, took, at_work, streams, read_bytes, peak_in_flight })
    }

    /// A request is at work until this is dropped.
    pub(crate) fn request_begins(&self) -> Lasting {
        self.at_work.inc();
        Lasting(self.at_work.clone())
    }

    /// A stream is open until this is dropped.
    pub(crate) fn stream_begins(&self) -> Lasting {
        self.streams.inc();
        Lasting(self.streams.clone())
    }

    /// A request was answered.
    pub(crate) fn answered(
        &self,
        method: &Method,
        route: &str,
        status: StatusCode,
        took: Duration,
    ) {
        const KNOWN: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
        let method = KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other");
        self.requests.with_label_values(&[method, route, status.as_str()]).inc();
        self.took.with_label_values(&[route]).observe(took.as_secs_f64());
    }

    fn written(&self) -> Result<Vec<u8>, Error> {
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut text)
            .map_err(|error| Error::Fault(format!("the metrics: {error}")))?;
        Ok(text)
    }
}

/// What is counted, as Prometheus reads it.
#[utoipa::path(
    get, path = "/metrics", tag = "node", security(("key" = ["read"])),
    responses((status = 200, description = "All counters", body = String, content_type = "text/plain")),
)]
pub(crate) async fn metrics(
    State(api): State<Shared>,
    _: Query<Nothing>,
) -> Result<Response, Refusal> {
    let metrics = api.metrics();
    let read = api.node().read_bytes();
    metrics.read_bytes.inc_by(read.saturating_sub(metrics.read_bytes.get()));
    let peak = i64::try_from(api.node().peak_in_flight()).unwrap_or(i64::MAX);
    metrics.peak_in_flight.set(peak);
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], metrics.written()?).into_response())
}
