//! The bound of what waits to be exported, and what became of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry_otlp::SpanExporter as Otlp;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor};
use parking_lot::Mutex;

use super::allowed::exported;

/// How often it is said that nothing can be exported.
const SAID_EVERY: Duration = Duration::from_secs(60);

/// What became of spans, since the start.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    waiting: AtomicU64,
    exported: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
}

impl Counts {
    /// Those that wait or are being sent.
    pub(crate) fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// The others, by what became of them.
    pub(crate) fn outcomes(&self) -> [(&'static str, u64); 3] {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        [
            ("exported", read(&self.exported)),
            ("failed", read(&self.failed)),
            ("dropped", read(&self.dropped)),
        ]
    }

    /// One more is to wait, if there are fewer than so many.
    fn enter(&self, most: u64) -> bool {
        let more = |waiting: u64| (waiting < most).then_some(waiting + 1);
        let entered = self.waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).is_ok();
        if !entered {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        entered
    }

    fn sent(&self, spans: u64, well: bool) {
        self.waiting.fetch_sub(spans, Ordering::AcqRel);
        let count = if well { &self.exported } else { &self.failed };
        count.fetch_add(spans, Ordering::Relaxed);
    }
}

/// Lets no more wait than may. What waits lies in the queue of the processor behind, which has as much
/// room.
#[derive(Debug)]
pub(super) struct Bounded {
    next: BatchSpanProcessor,
    most: u64,
    counts: Arc<Counts>,
}

impl Bounded {
    pub(super) fn of(next: BatchSpanProcessor, most: u64, counts: Arc<Counts>) -> Self {
        Self { next, most, counts }
    }
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.next.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.counts.enter(self.most) {
            self.next.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.next.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.next.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.next.set_resource(resource);
    }
}

/// Sends what may leave, and counts it.
#[derive(Debug)]
pub(super) struct Exporter {
    otlp: Otlp,
    counts: Arc<Counts>,
    said: Mutex<Seldom>,
}

impl Exporter {
    pub(super) fn of(otlp: Otlp, counts: Arc<Counts>) -> Self {
        Self { otlp, counts, said: Mutex::default() }
    }
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        let sent = self.otlp.export(batch.into_iter().map(exported).collect()).await;
        self.counts.sent(spans, sent.is_ok());
        if let Err(error) = &sent
            && self.said.lock().says(Instant::now())
        {
            tracing::warn!(%error, spans, "traces can't be exported, and are dropped");
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.otlp.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.otlp.set_resource(resource);
    }
}

/// Says something again and again, but seldom.
#[derive(Debug, Default)]
struct Seldom(Option<Instant>);

impl Seldom {
    fn says(&mut self, now: Instant) -> bool {
        let says = self.0.is_none_or(|last| now.duration_since(last) >= SAID_EVERY);
        if says {
            self.0 = Some(now);
        }
        says
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_wait_than_may_and_each_is_counted_once() {
        let counts = Counts::default();
        assert_eq!([(); 4].map(|()| counts.enter(3)), [true, true, true, false]);
        counts.sent(2, true);
        counts.sent(1, false);
        assert_eq!(counts.waiting(), 0);
        assert_eq!(counts.outcomes(), [("exported", 2), ("failed", 1), ("dropped", 1)]);
        assert!(counts.enter(3));
    }

    #[test]
    fn what_goes_on_for_long_is_said_seldom() {
        let (mut seldom, begun) = (Seldom::default(), Instant::now());
        let said: Vec<u64> =
            (0..150).filter(|second| seldom.says(begun + Duration::from_secs(*second))).collect();
        assert_eq!(said, [0, 60, 120]);
    }
}
