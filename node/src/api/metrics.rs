//! What is counted of the API and of the node, for Prometheus: names and units by its conventions,
//! and no label whose values a caller could choose.

use std::sync::Arc;
use std::time::Duration;

use axum::extract;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use prometheus::{
    Encoder, Gauge, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    Opts, Registry, TextEncoder,
};
use trawl_actors::ownership::Standing as Ownership;
use trawl_actors::pools::Kind;
use trawl_actors::room::{Standing, State};
use trawl_actors::{Index, Node, OnEnd};
use trawl_model::scan::{Scan, ScanState};
use trawl_storage::Db;

use super::Shared;
use super::extract::{Nothing, Query};
use super::problem::Refusal;
use super::{mesh, shards};
use crate::error::Error;
use crate::measured::{Measured, Measures};
use crate::telemetry::Counts;

/// Seconds: most answers come from memory, the slowest wait for many commits.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Seconds: from a folder in which nothing has changed to a source of terabytes.
const SCAN_BUCKETS: &[f64] =
    &[1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0, 604_800.0];

/// How a scan can end.
const ENDED: [ScanState; 4] =
    [ScanState::Finished, ScanState::Waiting, ScanState::Cancelled, ScanState::Failed];

/// What is counted. Clones count together.
#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    took: HistogramVec,
    at_work: IntGauge,
    streams: IntGauge,
    scans: HistogramVec,
    scans_queued: IntGauge,
    scans_at_work: IntGauge,
    batches: IntGauge,
    pools: Pools,
    due: IntGauge,
    lag: Gauge,
    unsearched: IntGauge,
    read_bytes: IntCounter,
    /// Of the node that was looked at last: a process may have one after the other.
    read_of_node: Arc<Mutex<u64>>,
    peak_in_flight: IntGauge,
    disk_free: IntGaugeVec,
    disk_state: IntGaugeVec,
    ownership: IntGaugeVec,
    shards: shards::Metrics,
    mesh: mesh::Metrics,
    spans: Option<Spans>,
    traces: Option<Arc<Counts>>,
    store: Measures,
}

/// The threads that read and classify.
#[derive(Clone)]
struct Pools {
    workers: IntGaugeVec,
    busy: IntGaugeVec,
    depth: IntGaugeVec,
}

/// What became of the spans of traces.
#[derive(Clone)]
struct Spans {
    ended: IntCounterVec,
    waiting: IntGauge,
}

/// Something that is counted as long as it lasts.
pub(crate) struct Lasting(IntGauge);

impl Drop for Lasting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Counters that begin at nothing; and what became of traces, where any are exported.
    pub(crate) fn new(traces: Option<Arc<Counts>>) -> Result<Self, Error> {
        Self::registered(traces).map_err(|error| Error::Fault(format!("the metrics: {error}")))
    }

    fn registered(traces: Option<Arc<Counts>>) -> prometheus::Result<Self> {
        let registry = Registry::new();
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            prometheus::Result::Ok(gauge)
        };
        let gauges = |name: &str, help: &str, label: &str| {
            let gauges = IntGaugeVec::new(Opts::new(name, help), &[label])?;
            registry.register(Box::new(gauges.clone()))?;
            prometheus::Result::Ok(gauges)
        };
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counters.clone()))?;
            prometheus::Result::Ok(counters)
        };
        let histograms = |name: &str, help: &str, label: &str, buckets: &[f64]| {
            let opts = HistogramOpts::new(name, help).buckets(buckets.to_vec());
            let histograms = HistogramVec::new(opts, &[label])?;
            registry.register(Box::new(histograms.clone()))?;
            prometheus::Result::Ok(histograms)
        };
        let read_bytes =
            IntCounter::new("trawl_read_bytes_total", "Bytes of text that scans have read.")?;
        registry.register(Box::new(read_bytes.clone()))?;
        let build = IntGauge::with_opts(
            Opts::new("trawl_build_info", "The version of the program.")
                .const_label("version", env!("CARGO_PKG_VERSION")),
        )?;
        build.set(1);
        registry.register(Box::new(build))?;
        let process = prometheus::process_collector::ProcessCollector::for_self();
        registry.register(Box::new(process))?;
        let spans = match &traces {
            Some(_) => Some(Spans {
                ended: counters(
                    "trawl_trace_spans_total",
                    "Spans of traces, by what became of them.",
                    &["outcome"],
                )?,
                waiting: gauge("trawl_trace_spans_waiting", "Spans that wait to be exported.")?,
            }),
            None => None,
        };
        let mesh = mesh::Metrics::registered(&registry)?;
        let metrics = Self {
            requests: counters(
                "trawl_http_requests_total",
                "Requests that were answered.",
                &["method", "route", "status"],
            )?,
            took: histograms(
                "trawl_http_request_duration_seconds",
                "How long requests took until their answers began.",
                "route",
                BUCKETS,
            )?,
            at_work: gauge("trawl_http_requests_in_progress", "Requests that are at work.")?,
            streams: gauge("trawl_http_streams", "Streams of events that are open.")?,
            scans: histograms(
                "trawl_scan_duration_seconds",
                "How long scans took that have ended, from their begin, by how they ended.",
                "state",
                SCAN_BUCKETS,
            )?,
            scans_queued: gauge("trawl_scans_queued", "Scans that wait for their turn.")?,
            scans_at_work: gauge("trawl_scans_in_progress", "Scans that are at work.")?,
            batches: gauge(
                "trawl_classify_queue_batches",
                "Batches of text that wait for a thread which classifies.",
            )?,
            pools: Pools {
                workers: gauges("trawl_pool_workers", "Threads of a pool that are there.", "pool")?,
                busy: gauges(
                    "trawl_pool_busy",
                    "Threads of a pool that are at something.",
                    "pool",
                )?,
                depth: gauges(
                    "trawl_pool_depth",
                    "What waits for a pool: units to be read, batches to be classified.",
                    "pool",
                )?,
            },
            due: gauge("trawl_index_queue_ranges", "Ranges that the index has yet to read on.")?,
            lag: Gauge::new(
                "trawl_index_lag_seconds",
                "For how long the oldest change has waited that is not yet found.",
            )?,
            unsearched: gauge(
                "trawl_index_lanes_unsearched",
                "Parts of the index that can't be read, and in which nothing is found.",
            )?,
            peak_in_flight: gauge(
                "trawl_content_in_flight_peak_bytes",
                "The most content that was in memory at once.",
            )?,
            read_bytes,
            read_of_node: Arc::default(),
            shards: shards::Metrics::registered(&registry)?,
            mesh,
            disk_free: gauges(
                "trawl_disk_free_bytes",
                "What is free on the disk, by what lies there.",
                "place",
            )?,
            disk_state: gauges(
                "trawl_disk_state",
                "1 for how the disk stands, 0 for how it could.",
                "state",
            )?,
            ownership: gauges(
                "trawl_ownership_state",
                "1 for how sure the node is that its shards are its own, 0 for how it could be.",
                "state",
            )?,
            spans,
            traces,
            store: Measures::registered(&registry)?,
            registry: registry.clone(),
        };
        registry.register(Box::new(metrics.lag.clone()))?;
        // There from the start, so that a rate is known from the first one on.
        for state in ENDED {
            metrics.scans.with_label_values(&[state.name()]);
        }
        for (kind, pools) in Kind::ALL.into_iter().map(|kind| (kind, &metrics.pools)) {
            for gauges in [&pools.workers, &pools.busy, &pools.depth] {
                gauges.with_label_values(&[kind.name()]);
            }
        }
        Ok(metrics)
    }

    /// The store, its requests being counted.
    pub(crate) fn of_store(&self, db: &Db) -> Db {
        db.through(|store| Measured::new(store, self.store.clone()))
    }

    /// Counts each scan that ends.
    pub(crate) fn of_scans(&self) -> OnEnd {
        let scans = self.scans.clone();
        OnEnd(Arc::new(move |scan: &Scan| {
            let micros = scan.ended.map_or(0, |ended| ended.micros_since(scan.started));
            let took = Duration::from_micros(micros).as_secs_f64();
            scans.with_label_values(&[scan.state.name()]).observe(took);
        }))
    }

    /// What is known elsewhere, as it is now.
    fn look(&self, node: &Node, index: &Index) {
        let load = node.load();
        self.scans_queued.set(len(load.queued));
        self.scans_at_work.set(len(load.at_work));
        self.batches.set(len(load.batches));
        self.pools(node);
        self.read(node.read_bytes());
        self.peak_in_flight.set(len(node.peak_in_flight()));
        self.disk(&node.room().standing());
        let standing = node.ownership().of_lead();
        for state in Ownership::ALL {
            let gauge = self.ownership.with_label_values(&[state.name()]);
            gauge.set(i64::from(state == standing));
        }
        self.shards.look(node);
        if let Some(cluster) = node.cluster() {
            self.mesh.look(cluster.mesh());
        }
        // Of other nodes' lanes these tell themselves.
        let status = index.status().here();
        self.due.set(len(status.serving.iter().map(|lane| lane.due).sum()));
        self.lag.set(Duration::from_millis(status.lag_millis()).as_secs_f64());
        self.unsearched.set(len(index.parts().1.len()));
        if let (Some(spans), Some(counts)) = (&self.spans, &self.traces) {
            spans.waiting.set(i64::try_from(counts.waiting()).unwrap_or(i64::MAX));
            for (outcome, count) in counts.outcomes() {
                let counter = spans.ended.with_label_values(&[outcome]);
                counter.inc_by(count.saturating_sub(counter.get()));
            }
        }
    }

    fn pools(&self, node: &Node) {
        for kind in Kind::ALL {
            let (pool, labels) = (node.pool(kind), [kind.name()]);
            self.pools.workers.with_label_values(&labels).set(len(pool.workers));
            self.pools.busy.with_label_values(&labels).set(len(pool.busy));
            self.pools.depth.with_label_values(&labels).set(len(pool.depth));
        }
    }

    fn read(&self, of_node: u64) {
        let mut before = self.read_of_node.lock();
        self.read_bytes.inc_by(of_node.checked_sub(*before).unwrap_or(of_node));
        *before = of_node;
    }

    /// The last look at a node that has ended: another one of this process may follow.
    pub(crate) fn left(&self, node: &Node, index: &Index) {
        self.look(node, index);
        *self.read_of_node.lock() = 0;
    }

    /// Whether traces are exported.
    pub(crate) fn is_traced(&self) -> bool {
        self.traces.is_some()
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

    fn disk(&self, standing: &Standing) {
        for (place, free) in &standing.free {
            let free = i64::try_from(*free).unwrap_or(i64::MAX);
            self.disk_free.with_label_values(&[place.name()]).set(free);
        }
        for state in State::ALL {
            let gauge = self.disk_state.with_label_values(&[state.name()]);
            gauge.set(i64::from(state == standing.state));
        }
    }

    fn written(&self) -> Result<Vec<u8>, Error> {
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut text)
            .map_err(|error| Error::Fault(format!("the metrics: {error}")))?;
        Ok(text)
    }
}

fn len(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

/// What is counted, as Prometheus reads it.
#[utoipa::path(
    get, path = "/metrics", tag = "node", security(("key" = ["read"])),
    responses((status = 200, description = "All counters", body = String, content_type = "text/plain")),
)]
pub(crate) async fn metrics(
    extract::State(api): extract::State<Shared>,
    _: Query<Nothing>,
) -> Result<Response, Refusal> {
    let metrics = api.metrics();
    metrics.look(api.node(), api.index());
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], metrics.written()?).into_response())
}
