//! A scan of a running node, as its events tell of it.

use crate::error::Error;
use crate::records::Scan;
use crate::remote::Lines;

/// A scan that is watched.
pub(crate) struct Watched {
    lines: Lines,
    event: String,
}

impl Watched {
    /// What these lines tell of.
    pub(crate) fn of(lines: Lines) -> Self {
        Self { lines, event: String::new() }
    }

    /// How it stands, as soon as that has changed.
    pub(crate) async fn next(&mut self) -> Result<Scan, Error> {
        while let Some(line) = self.lines.next().await {
            if let Some(event) = line.strip_prefix("event: ") {
                event.clone_into(&mut self.event);
            }
            let Some(data) = line.strip_prefix("data: ") else { continue };
            if self.event == "stopping" {
                break;
            }
            return serde_json::from_str(data)
                .map_err(|error| Error::Fault(format!("an event of a scan: {error}")));
        }
        Err(Error::Node(trawl_actors::Error::Stopping))
    }
}
