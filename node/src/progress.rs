//! How far a scan is: a bar where standard error is a terminal, and now and then a line in the log.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal::{self, BARS};

/// How often the bar is drawn anew.
pub(crate) const LOOK: Duration = Duration::from_millis(200);

/// Of so many looks, one is told to the log.
const LOOKS_PER_LINE: u32 = 5;

/// What a scan came to so far.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Objects listed.
    pub(crate) listed_objects: u64,
    /// Sum of their sizes.
    pub(crate) listed_bytes: u64,
    /// Objects of these that are done.
    pub(crate) done_objects: u64,
    /// Bytes of these that are done.
    pub(crate) done_bytes: u64,
    /// Findings.
    pub(crate) findings: u64,
    /// Something is not wholly listed yet.
    pub(crate) is_listing: bool,
    /// About how many seconds it still takes; none where that can't be told.
    pub(crate) remaining_seconds: Option<u64>,
}

impl Standing {
    /// Adds what another scan came to, that is at work beside it: who takes longest says how long.
    pub(crate) fn add(&mut self, other: &Self) {
        self.listed_objects += other.listed_objects;
        self.listed_bytes = self.listed_bytes.saturating_add(other.listed_bytes);
        self.done_objects += other.done_objects;
        self.done_bytes = self.done_bytes.saturating_add(other.done_bytes);
        self.findings += other.findings;
        self.is_listing |= other.is_listing;
        self.remaining_seconds = self.remaining_seconds.max(other.remaining_seconds);
    }
}

/// A progress bar.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    looks: u32,
}

impl Progress {
    /// A bar, where there is a terminal to draw it on.
    pub(crate) fn start() -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = BARS.add(ProgressBar::new(0));
            bar.enable_steady_tick(LOOK);
            bar
        });
        Self { bar, looks: 0 }
    }

    /// Shows how far it is.
    pub(crate) fn show(&mut self, standing: &Standing) {
        if self.looks.is_multiple_of(LOOKS_PER_LINE) {
            tracing::info!(
                listed_objects = standing.listed_objects,
                listed_bytes = standing.listed_bytes,
                done_objects = standing.done_objects,
                done_bytes = standing.done_bytes,
                findings = standing.findings,
                "scanning"
            );
        }
        self.looks += 1;
        let Some(bar) = &self.bar else { return };
        bar.set_style(style(standing.is_listing));
        bar.set_length(standing.listed_bytes);
        bar.set_position(standing.done_bytes);
        let done = terminal::number(standing.done_objects);
        let of = terminal::number(standing.listed_objects);
        let findings = terminal::number(standing.findings);
        let left = match standing.remaining_seconds {
            Some(seconds) if !standing.is_listing => {
                format!(", about {} left", terminal::lasting(seconds))
            }
            _ => String::new(),
        };
        bar.set_message(format!("{done}/{of} objects, {findings} findings{left}"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A share of what is listed is shown only once all is.
fn style(is_listing: bool) -> ProgressStyle {
    let template = if is_listing {
        "{spinner} {bytes} of {total_bytes} so far, {msg}, listing"
    } else {
        "{bar:24} {bytes}/{total_bytes} {msg}"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
