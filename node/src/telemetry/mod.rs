//! Traces, exported by OpenTelemetry's protocol where the settings name a collector.
//!
//! What is traced are the spans that the log has too: requests, scans and units. A thread of its own
//! sends them in batches; who ends a span only puts it into a queue, and where that is full the span is
//! dropped and counted. So a collector that is slow or gone costs spans, and nothing else.

mod allowed;
mod client;
mod counted;

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider,
};
use tracing::{Metadata, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::{Layer, Registry};
use trawl_cluster_config::Otel;
use trawl_model::TraceContext;

use crate::error::Error;
use client::Client;
use counted::{Bounded, Exporter};

pub(crate) use counted::Counts;

/// A layer of the log.
pub(crate) type Beside = Box<dyn Layer<Registry> + Send + Sync>;

/// The export of traces.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    counts: Arc<Counts>,
}

impl Traces {
    /// Begins to export, where the settings say where to; with the layer that hears of spans.
    pub(crate) fn begin(settings: &Otel) -> Result<Option<(Self, Beside)>, Error> {
        let Some(endpoint) = &settings.endpoint else { return Ok(None) };
        let client = Client::to(endpoint, settings)?;
        let failed = |error| Error::Usage(format!("otel.endpoint: {endpoint}: {error}"));
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(client.address())
            .with_timeout(settings.export_within.get())
            .with_http_client(client)
            .build()
            .map_err(failed)?;
        let counts = Arc::new(Counts::default());
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(settings.queue_spans as usize)
            .with_max_export_batch_size(settings.batch_spans as usize)
            .with_scheduled_delay(settings.export_every.get())
            .build();
        let processor = BatchSpanProcessor::builder(Exporter::of(exporter, Arc::clone(&counts)))
            .with_batch_config(batches)
            .build();
        let most = u64::from(settings.queue_spans);
        let share = f64::from(settings.sampled.get()) / 100.0;
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share)));
        let resource = Resource::builder_empty()
            .with_service_name("trawl")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(Bounded::of(processor, most, Arc::clone(&counts)))
            .with_sampler(sampler)
            .with_resource(resource)
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("trawl"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(filter_fn(is_traced));
        Ok(Some((Self { provider, counts }, Box::new(layer))))
    }

    /// What became of spans.
    pub(crate) fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.counts)
    }

    /// Sends what waits, and ends; within this time, whatever waits still. It blocks.
    pub(crate) fn end(self, within: Duration) {
        if let Err(error) = self.provider.shutdown_with_timeout(within) {
            tracing::warn!(%error, "not all traces could be exported in time");
        }
    }
}

/// Spans alone: what is said in events, such as an error, may name what is not to leave the node.
fn is_traced(meta: &Metadata<'_>) -> bool {
    meta.is_span() && allowed::NAMES.contains(&meta.name()) && meta.target().starts_with("trawl")
}

/// A span goes on in a trace that began elsewhere. Before anybody is within it.
pub(crate) fn follow(span: &Span, place: &TraceContext) {
    let flags = if place.sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
    let (trace, parent) = (TraceId::from_bytes(place.trace), SpanId::from_bytes(place.span));
    let parent = SpanContext::new(trace, parent, flags, true, TraceState::default());
    // Where nothing is exported there is no trace to be in.
    let _ = span.set_parent(Context::new().with_remote_span_context(parent));
}

/// Where a span stands in its trace; none where nothing is exported.
pub(crate) fn place_of(span: &Span) -> Option<TraceContext> {
    let context = span.context();
    let span = context.span();
    let place = span.span_context();
    place.is_valid().then(|| TraceContext {
        trace: place.trace_id().to_bytes(),
        span: place.span_id().to_bytes(),
        sampled: place.is_sampled(),
    })
}
