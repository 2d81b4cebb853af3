//! How far a scan is: a bar where standard error is a terminal, and now and then a line in the log.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal::{self, BARS};

/// How often the bar is drawn anew.
pub(crate) const LOOK: Duration = Duration::from_millis(200);

/// Of so many looks, one is told to the log.
const LOOKS_PER_LINE: u32 = 5;

/// After so many looks that saw no new object all is taken to be listed.
const LOOKS_WITHOUT_LISTING: u32 = 10;

/// What a scan came to so far.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Objects listed.
    pub(crate) listed_objects: u64,
    /// Sum of their sizes.
    pub(crate) listed_bytes: u64,
    /// Objects of these that are not read yet.
    pub(crate) pending_objects: u64,
    /// Bytes of these that are not read yet.
    pub(crate) pending_bytes: u64,
    /// Findings.
    pub(crate) findings: u64,
}

/// A progress bar.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    looks: u32,
    listed_objects: u64,
    looks_since_listing: u32,
}

impl Progress {
    /// A bar, where there is a terminal to draw it on.
    pub(crate) fn start() -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = BARS.add(ProgressBar::new(0));
            bar.enable_steady_tick(LOOK);
            bar
        });
        Self { bar, looks: 0, listed_objects: 0, looks_since_listing: 0 }
    }

    /// Shows how far it is.
    pub(crate) fn show(&mut self, standing: &Standing) {
        let done = standing.listed_bytes.saturating_sub(standing.pending_bytes);
        let objects = standing.listed_objects.saturating_sub(standing.pending_objects);
        if self.looks.is_multiple_of(LOOKS_PER_LINE) {
            tracing::info!(
                listed_objects = standing.listed_objects,
                listed_bytes = standing.listed_bytes,
                done_objects = objects,
                done_bytes = done,
                findings = standing.findings,
                "scanning"
            );
        }
        self.looks += 1;
        self.looks_since_listing = match standing.listed_objects == self.listed_objects {
            true => self.looks_since_listing + 1,
            false => 0,
        };
        self.listed_objects = standing.listed_objects;
        let Some(bar) = &self.bar else { return };
        bar.set_style(style(self.looks_since_listing >= LOOKS_WITHOUT_LISTING));
        bar.set_length(standing.listed_bytes);
        bar.set_position(done);
        let (objects, of) = (terminal::number(objects), terminal::number(standing.listed_objects));
        let findings = terminal::number(standing.findings);
        bar.set_message(format!("{objects}/{of} objects, {findings} findings"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// How long it takes is only told once all is listed.
fn style(is_listed: bool) -> ProgressStyle {
    let template = if is_listed {
        "{bar:24} {bytes}/{total_bytes} {msg}, {eta} left"
    } else {
        "{spinner} {bytes} of {total_bytes} so far, {msg}, listing"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
