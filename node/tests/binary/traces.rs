//! Traces, exported to a collector. What collects here is a listener of the test's own, which reads
//! OTLP with OpenTelemetry's own messages.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::support::node::Node;
use crate::support::{Place, letters, shown};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::json;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// Collects what is sent; the bodies come through the channel. It ends with the test.
fn collector() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("otel.endpoint=http://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || listener.incoming().for_each(|stream| take(stream.unwrap(), &tell)));
    (endpoint, told)
}

fn take(mut stream: TcpStream, tell: &Sender<Vec<u8>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("POST /v1/traces HTTP/1.1"), "{line}");
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    let _ = tell.send(body);
}

fn spans(bodies: &[Vec<u8>]) -> Vec<Span> {
    let requests = bodies.iter().map(|body| ExportTraceServiceRequest::decode(&**body).unwrap());
    let resources = requests.flat_map(|request| request.resource_spans);
    let scopes = resources.flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(span: &Span, key: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|found| found.value.clone()?.value) {
        Some(Any::StringValue(text)) => text,
        Some(Any::IntValue(number)) => number.to_string(),
        other => panic!("{key}: {other:?} in {span:?}"),
    }
}

#[test]
fn a_trace_goes_from_its_caller_to_the_units_and_is_sent_before_the_end() {
    let place = letters();
    let (endpoint, collected) = collector();
    // So seldom that nothing is sent before the node stops.
    let node = Node::up(&place, &[&endpoint, "otel.export_every=10m"]);
    let order = json!({ "target": shown(&place.path("t")) });
    let request = node.ask("POST", "/api/v1/scans").header("X-Request-Id", "follow-me.3");
    let traced = request.header("traceparent", &format!("00-{TRACE}-{CALLER}-01"));
    let scan = traced.json(&order).send().json()["id"].as_str().unwrap().to_owned();
    node.events(&scan);
    let apart = node.ask("GET", "/nowhere").header("X-Request-Id", "apart.1").send();
    assert_eq!(apart.status, 404);
    // As the log has it, so does the trace.
    let log = node.log();
    let line = log.lines().find(|line| line.contains("apart.1")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    let apart = line["trace_id"].as_str().unwrap().to_owned();
    assert_eq!(node.stop(), 0);

    let bodies: Vec<Vec<u8>> = collected.try_iter().collect();
    for hidden in ["person.number", "letter", "local user", shown(&place.path("t"))] {
        let is_there = |body: &Vec<u8>| body.windows(hidden.len()).any(|w| w == hidden.as_bytes());
        assert!(!bodies.iter().any(is_there), "{hidden} has left the node");
    }
    let spans = spans(&bodies);
    let of: Vec<&Span> = spans.iter().filter(|span| hex(&span.trace_id) == TRACE).collect();
    let named =
        |name: &str| of.iter().copied().filter(|span| span.name == name).collect::<Vec<_>>();
    let (request, scans, units) = (named("POST /api/v1/scans"), named("scan"), named("unit"));
    assert_eq!((request.len(), scans.len()), (1, 1), "{of:?}");
    assert_eq!(hex(&request[0].parent_span_id), CALLER);
    assert_eq!(attribute(request[0], "http.response.status_code"), "202");
    assert_eq!(attribute(request[0], "trawl.request_id"), "follow-me.3");
    assert_eq!(scans[0].parent_span_id, request[0].span_id);
    assert_eq!(attribute(scans[0], "trawl.scan"), scan);
    assert!(units.iter().any(|unit| attribute(unit, "trawl.work") == "read"));
    assert!(units.iter().all(|unit| unit.parent_span_id == scans[0].span_id));
    assert!(spans.iter().any(|span| hex(&span.trace_id) == apart && span.name == "GET none"));
}

#[test]
fn a_collector_that_never_answers_costs_spans_and_nothing_else() {
    let place = Place::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("otel.endpoint=http://{}", silent.local_addr().unwrap());
    let settings = [
        &endpoint,
        "otel.export_every=10ms",
        "otel.export_within=50ms",
        "otel.queue_spans=16",
        "otel.batch_spans=4",
    ];
    let node = Node::up(&place, &settings);
    let counted = |outcome: &str| {
        let text = node.ask("GET", "/metrics").send().text();
        let line = format!("trawl_trace_spans_total{{outcome=\"{outcome}\"}} ");
        let count = text.lines().find_map(|of| of.strip_prefix(&line).map(str::to_owned));
        count.unwrap().parse::<u64>().unwrap()
    };
    while counted("failed") == 0 || counted("dropped") == 0 {
        assert_eq!(node.ask("GET", "/api/v1/sources").send().status, 200);
    }
    assert_eq!(counted("exported"), 0);
    assert!(node.log().contains("traces can't be exported"));
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_caller_says_whether_his_trace_is_kept_and_the_share_says_it_of_others() {
    let place = Place::new();
    let (endpoint, collected) = collector();
    let node = Node::up(&place, &[&endpoint, "otel.sampled=0%"]);
    for (id, flags) in [("kept", Some("01")), ("left", Some("00")), ("begun-here", None)] {
        let request = node.ask("GET", "/healthz").header("X-Request-Id", id);
        let request = match flags {
            Some(flags) => request.header("traceparent", &format!("00-{TRACE}-{CALLER}-{flags}")),
            None => request,
        };
        assert_eq!(request.send().status, 200);
    }
    assert_eq!(node.stop(), 0);
    let spans = spans(&collected.try_iter().collect::<Vec<_>>());
    let ids: Vec<String> = spans.iter().map(|span| attribute(span, "trawl.request_id")).collect();
    assert_eq!(ids, ["kept"]);
}

#[test]
fn an_address_that_can_not_be_is_refused_at_the_start() {
    let place = Place::new();
    for (setting, why) in [
        ("otel.endpoint=https://127.0.0.1:4318", "otel.certificates"),
        ("otel.endpoint=grpc://127.0.0.1:4317", "http://"),
        ("otel.batch_spans=10000", "otel.queue_spans"),
    ] {
        let ran = place.run(&["up", "--set", "api.listen=127.0.0.1:0", "--set", setting]);
        assert_eq!(ran.code, 2, "{setting}");
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}
