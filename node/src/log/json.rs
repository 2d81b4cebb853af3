//! A line of the log as one JSON object.
//!
//! What is said at that moment is in `fields`. What it belongs to is beside it: all that the spans
//! around it hold (`request_id`, `scan`, `unit` and their like), each under its own name, so that
//! who collects logs asks for one field, however deep a line was said.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes lines so.
pub(super) struct Json;

#[derive(Serialize)]
struct Line<'a> {
    timestamp: String,
    level: &'static str,
    target: &'a str,
    fields: Fields,
    /// The innermost span.
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<&'static str>,
    #[serde(flatten)]
    context: Map<String, Value>,
}

/// What spans hold: one JSON object behind the other, for each time that something was recorded. So
/// recording costs no reading of what is there already; that is done where a line is written, and of
/// most requests none is.
pub(super) struct Held;

impl<'w> FormatFields<'w> for Held {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        JsonFields::new().format_fields(writer, fields)
    }

    fn add_fields(
        &self,
        held: &'w mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        self.format_fields(held.as_writer(), fields)
    }
}

impl<S> FormatEvent<S, Held> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        around: &FmtContext<'_, S, Held>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (mut span, mut context) = (None, Map::new());
        // From the outermost on: what is further in is nearer to what is said.
        for around in around.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
            span = Some(around.name());
            let extensions = around.extensions();
            let Some(held) = extensions.get::<FormattedFields<Held>>() else { continue };
            let held = serde_json::Deserializer::from_str(held).into_iter::<Map<String, Value>>();
            context.extend(held.flatten().flatten());
        }
        // What came by way of the crate `log` is of whoever said it, and not of that crate.
        let normalized = event.normalized_metadata();
        let meta = normalized.as_ref().unwrap_or_else(|| event.metadata());
        let (level, target) = (meta.level().as_str(), meta.target());
        let line = Line { timestamp, level, target, fields, span, context };
        let line = serde_json::to_string(&line).map_err(|_| fmt::Error)?;
        writer.write_str(&line)?;
        writer.write_char('\n')
    }
}

/// A line of what a user is told, whatever the log lets through.
pub(super) fn told(level: Level, what: &str) -> Result<String, fmt::Error> {
    let mut timestamp = String::new();
    SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
    let fields = Fields(Map::from_iter([("message".to_owned(), what.into())]));
    let (level, span, context) = (level.as_str(), None, Map::new());
    let line = Line { timestamp, level, target: "trawl", fields, span, context };
    serde_json::to_string(&line).map_err(|_| fmt::Error)
}

/// What an event says.
#[derive(Default, Serialize)]
#[serde(transparent)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        // What the crate `log` says of a line is in its target, or says no more than that.
        if field.name().starts_with("log.") {
            return;
        }
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use parking_lot::Mutex;
    use tracing_subscriber::fmt::MakeWriter;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Kept {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    /// The one line that is written of what is said.
    fn logged(say: impl FnOnce()) -> Value {
        let kept = Kept::default();
        let layer = tracing_subscriber::fmt::layer()
            .fmt_fields(Held)
            .event_format(Json)
            .with_writer(kept.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), say);
        let line = String::from_utf8(kept.0.lock().clone()).unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        serde_json::from_str(&line).unwrap()
    }

    #[test]
    fn a_line_has_what_it_says_and_all_that_is_around_it() {
        let line = logged(|| {
            let request = tracing::error_span!("request", request_id = "a\"b", work = "outer");
            let _request = request.enter();
            let unit = tracing::error_span!(
                "unit",
                unit = 7,
                work = "inner",
                later = tracing::field::Empty
            );
            let _unit = unit.enter();
            unit.record("later", "known");
            tracing::warn!(count = 3, work = "mine", error = %"said\nso", "what is said");
        });
        assert!(line["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')), "{line}");
        assert_eq!((&line["level"], &line["span"]), (&"WARN".into(), &"unit".into()));
        assert_eq!((&line["request_id"], &line["unit"]), (&"a\"b".into(), &7.into()));
        assert_eq!((&line["work"], &line["later"]), (&"inner".into(), &"known".into()));
        let said = serde_json::json!({
            "message": "what is said", "count": 3, "work": "mine", "error": "said\nso"
        });
        assert_eq!(line["fields"], said);
    }

    #[test]
    fn a_line_of_another_crate_is_of_that_one() {
        let line = logged(|| {
            let record = tracing_log::log::Record::builder()
                .level(tracing_log::log::Level::Warn)
                .target("fjall::journal")
                .module_path(Some("fjall::journal"))
                .file(Some("journal.rs"))
                .line(Some(7))
                .args(format_args!("what is said"))
                .build();
            tracing_log::format_trace(&record).unwrap();
        });
        assert_eq!((&line["level"], &line["target"]), (&"WARN".into(), &"fjall::journal".into()));
        assert_eq!(line["fields"], serde_json::json!({ "message": "what is said" }));
    }
}
