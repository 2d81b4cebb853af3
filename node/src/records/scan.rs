//! A scan.

use serde::{Deserialize, Serialize};
use trawl_model::range::Counts;
use trawl_model::scan::ScanState;
use trawl_model::{Item, scan};
use utoipa::ToSchema;

use super::coverage::Ledger;
use crate::clock::written;

/// A scan: one pass over a source, and what it came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Scan {
    /// Its id.
    pub(crate) id: String,
    /// The source.
    pub(crate) source: String,
    /// Where the source lies.
    pub(crate) location: String,
    /// Its number among the scans of its source, from 1.
    pub(crate) number: u32,
    /// How it stands.
    #[schema(value_type = schema::ScanState)]
    pub(crate) state: ScanState,
    /// When it was begun.
    pub(crate) started: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) ended: Option<String>,
    /// The rules that it applies, as one id.
    pub(crate) rules: String,
    /// Objects that listing saw.
    pub(crate) listed_objects: u64,
    /// The sum of their sizes.
    pub(crate) listed_bytes: u64,
    /// What kinds of objects there were, and how many findings.
    pub(crate) counts: Kinds,
    /// What became of everything.
    #[serde(flatten)]
    pub(crate) ledgers: Ledger,
    /// Whether both ledgers sum to what listing saw. Of a scan at work they do at its end.
    pub(crate) adds_up: bool,
    /// Why it failed or waits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) error: Option<String>,
}

/// What kinds of objects a scan met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Kinds {
    /// Seen for the first time.
    pub(crate) new: u64,
    /// Changed since they were read.
    pub(crate) changed: u64,
    /// Unchanged.
    pub(crate) same: u64,
    /// Gone.
    pub(crate) vanished: u64,
    /// Gone here and met there.
    pub(crate) renamed: u64,
    /// Findings in all of them.
    pub(crate) findings: u64,
}

impl Scan {
    /// A scan of a source that lies there.
    pub(crate) fn of(location: &str, scan: &scan::Scan) -> Self {
        let Counts { new, changed, same, vanished, renamed, findings } = scan.counts;
        Self {
            id: scan.id.to_string(),
            source: scan.source.to_string(),
            location: location.to_owned(),
            number: scan.number,
            state: scan.state,
            started: written(scan.started),
            ended: scan.ended.map(written),
            rules: scan.rules.to_string(),
            listed_objects: scan.listed_objects,
            listed_bytes: scan.listed_bytes,
            counts: Kinds { new, changed, same, vanished, renamed, findings },
            ledgers: Ledger::of(&scan.coverage),
            adds_up: adds_up(scan),
            error: scan.error.clone(),
        }
    }

    /// Whether nothing more will come of it by itself.
    pub(crate) fn is_over(&self) -> bool {
        !matches!(self.state, ScanState::Queued | ScanState::Running)
    }
}

/// Whether both ledgers sum to what listing saw.
fn adds_up(scan: &scan::Scan) -> bool {
    scan.coverage.total_bytes() == scan.listed_bytes
        && scan.coverage.total_items(Item::Object) == scan.listed_objects
}

mod schema {
    #![allow(dead_code, reason = "only their schemas are asked for")]

    #[derive(utoipa::ToSchema)]
    #[schema(rename_all = "kebab-case")]
    pub(super) enum ScanState {
        Running,
        Waiting,
        Finished,
        Cancelled,
        Failed,
        Queued,
        Paused,
    }
}
