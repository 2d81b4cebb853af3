//! The log: on standard error, so that output can be piped.
//!
//! No found value may be in it, at no level. Our own rooms see to that; other crates don't know of
//! it, and what they say below `info` may quote what they work on. So that is never let through.

mod json;

use std::io::{self, IsTerminal};
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::ColorChoice;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt, reload};
use trawl_cluster_config::{Log, LogFormat};

use crate::error::Error;
use crate::screen;
use crate::telemetry::Beside;

/// The way to the filter of the log, once it was begun.
static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Whether each line on standard error is one JSON object, once the log was begun.
static IS_JSON: AtomicBool = AtomicBool::new(false);

/// What a log lets through.
pub(crate) struct Filter(EnvFilter);

impl Filter {
    /// As the settings say it.
    pub(crate) fn of(settings: &Log) -> Result<Self, Error> {
        let filter = EnvFilter::try_new(&settings.level)
            .map_err(|error| Error::Usage(format!("log.level {:?}: {error}", settings.level)))?;
        Ok(Self(filter))
    }

    /// From now on the log lets through what this one does.
    pub(crate) fn apply(self) {
        if let Some(Err(error)) = FILTER.get().map(|filter| filter.reload(self.0)) {
            tracing::error!(%error, "the log goes on as it was");
        }
    }
}

/// Begins to log; what else is to hear of spans is `beside`.
pub(crate) fn start(settings: &Log, beside: Option<Beside>) -> Result<(), Error> {
    let (wanted, handle) = reload::Layer::new(Filter::of(settings)?.0);
    let _ = FILTER.set(handle);
    IS_JSON.store(settings.format == LogFormat::Json, Ordering::Relaxed);
    let filter = wanted.and(filter_fn(is_ours_or_loud));
    let layer = match settings.format {
        LogFormat::Json => fmt::layer()
            .fmt_fields(json::Held)
            .event_format(json::Json)
            .with_writer(Screen)
            .with_filter(filter)
            .boxed(),
        _ => fmt::layer().with_ansi(colours()).with_writer(Screen).with_filter(filter).boxed(),
    };
    let layers: Vec<Beside> = [layer].into_iter().chain(beside).collect();
    tracing_subscriber::registry()
        .with(layers)
        .try_init()
        .map_err(|error| Error::Usage(format!("the log can't be started: {error}")))
}

/// What a user is told, as a line of the log; none where that is text for people, as it is until it
/// was begun.
pub(crate) fn line(level: Level, what: &str) -> Option<String> {
    if IS_JSON.load(Ordering::Relaxed) { json::told(level, what).ok() } else { None }
}

/// Makes panics say where they happened and nothing else: their messages may quote content. The
/// place is that of a fault of ours, for whoever mends it.
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(told));
}

fn told(panic: &PanicHookInfo<'_>) {
    let (file, line) = panic.location().map_or(("?", 0), |at| (at.file(), at.line()));
    if trawl_sources::panics::reading() {
        // It is caught where it happened, and the object counts as failed with its reason.
        tracing::warn!(file, line, "the reader of a format gave up on an object");
    } else {
        tracing::error!(file, line, "a fault in trawl itself; please report it with this place");
    }
}

fn is_ours_or_loud(meta: &Metadata<'_>) -> bool {
    let is_loud = *meta.level() <= Level::INFO && !is_of_database(meta);
    is_loud || meta.target().starts_with("trawl")
}

/// What a database warns of with its answers, it writes into its own log. With the settings that Cassandra
/// comes with, it warns of each batch that is larger than 5 KiB, as most are that a scan sends.
fn is_of_database(meta: &Metadata<'_>) -> bool {
    *meta.level() == Level::WARN && meta.target() == "scylla::network::connection"
}

fn colours() -> bool {
    let stderr = io::stderr();
    stderr.is_terminal() && anstream::AutoStream::choice(&stderr) != ColorChoice::Never
}

/// Standard error, beside a progress bar where there is one, and after a view that has the terminal.
struct Screen;

impl fmt::MakeWriter<'_> for Screen {
    type Writer = Line;

    fn make_writer(&self) -> Line {
        Line
    }
}

struct Line;

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if screen::hold(bytes) {
            return Ok(bytes.len());
        }
        crate::terminal::BARS.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
