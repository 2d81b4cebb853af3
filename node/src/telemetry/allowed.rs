//! What may leave the node in a trace: what is named here, and nothing else. All of it are ids, numbers
//! and words of our own.

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents};

/// Spans that are exported.
pub(super) const NAMES: [&str; 3] = ["request", "scan", "unit"];

/// Attributes that are exported, and as what: by OpenTelemetry's own names where it has one.
const ATTRIBUTES: [(&str, &str); 12] = [
    ("request_id", "trawl.request_id"),
    ("method", "http.request.method"),
    ("route", "http.route"),
    ("status", "http.response.status_code"),
    ("tenant", "trawl.tenant"),
    ("client_id", "trawl.client_id"),
    ("scan", "trawl.scan"),
    ("source", "trawl.source"),
    ("range", "trawl.range"),
    ("unit", "trawl.unit"),
    ("attempt", "trawl.attempt"),
    ("work", "trawl.work"),
];

/// A span as it leaves the node.
pub(super) fn exported(mut span: SpanData) -> SpanData {
    let known = |name: &str| ATTRIBUTES.iter().find(|(of, _)| *of == name).map(|(_, to)| *to);
    let attributes = std::mem::take(&mut span.attributes).into_iter();
    span.attributes = attributes
        .filter_map(|KeyValue { key, value, .. }| Some(KeyValue::new(known(key.as_str())?, value)))
        .collect();
    span.events = SpanEvents::default();
    span.status = Status::Unset;
    if span.name == "request" {
        let value = |name: &str| span.attributes.iter().find(|of| of.key.as_str() == name);
        let text = |name| value(name).map(|of| of.value.as_str().into_owned()).unwrap_or_default();
        let failed = matches!(
            value("http.response.status_code"),
            Some(KeyValue { value: Value::I64(500..), .. })
        );
        let name = format!("{} {}", text("http.request.method"), text("http.route"));
        if failed {
            span.status = Status::error("");
        }
        span.span_kind = SpanKind::Server;
        span.name = name.into();
    }
    span
}

#[cfg(test)]
mod tests {
    use opentelemetry::InstrumentationScope;
    use opentelemetry::trace::{Event, SpanContext, SpanId};
    use opentelemetry_sdk::trace::SpanLinks;

    use super::*;

    fn span(name: &'static str, attributes: Vec<KeyValue>) -> SpanData {
        let at = std::time::SystemTime::UNIX_EPOCH;
        let mut events = SpanEvents::default();
        events.events.push(Event::with_name("secret"));
        SpanData {
            span_context: SpanContext::empty_context(),
            parent_span_id: SpanId::INVALID,
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: name.into(),
            start_time: at,
            end_time: at,
            attributes,
            dropped_attributes_count: 0,
            events,
            links: SpanLinks::default(),
            status: Status::error("secret"),
            instrumentation_scope: InstrumentationScope::default(),
        }
    }

    #[test]
    fn what_is_not_named_stays_here() {
        let attributes = vec![
            KeyValue::new("unit", 7),
            KeyValue::new("path", "secret"),
            KeyValue::new("client", "secret"),
        ];
        let exported = exported(span("unit", attributes));
        assert_eq!(exported.attributes, [KeyValue::new("trawl.unit", 7)]);
        assert!(!format!("{exported:?}").contains("secret"), "{exported:?}");
    }

    #[test]
    fn a_request_is_called_by_its_route_and_has_failed_where_the_node_is_to_blame() {
        let of = |status: i64| {
            let attributes = vec![
                KeyValue::new("method", "GET"),
                KeyValue::new("route", "/api/v1/scans/{scan}"),
                KeyValue::new("status", status),
            ];
            exported(span("request", attributes))
        };
        assert_eq!(of(404).name, "GET /api/v1/scans/{scan}");
        assert_eq!((of(404).status, of(404).span_kind), (Status::Unset, SpanKind::Server));
        assert_eq!(of(500).status, Status::error(""));
    }
}
