//! Scans: one pass over a source.

use serde::{Deserialize, Serialize};

use crate::coverage::Coverage;
use crate::id::{RuleSetId, ScanId, SourceId};
use crate::range::Counts;
use crate::time::Timestamp;

/// How a scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScanState {
    /// At work, or interrupted: it goes on where it was.
    Running,
    /// More than half of the source has vanished: a person must say whether that is so.
    Waiting,
    /// Ended.
    Finished,
    /// Given up; what it read counts.
    Cancelled,
    /// Its source could not be read at all.
    Failed,
}

impl ScanState {
    /// Whether it can still change.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Waiting)
    }

    /// The name, as shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// A scan, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Its id.
    pub id: ScanId,
    /// What it scans.
    pub source: SourceId,
    /// Its number among the scans of its source, from 1.
    pub number: u32,
    /// The rules that it applies.
    pub rules: RuleSetId,
    /// How it stands.
    pub state: ScanState,
    /// When it was begun.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What became of everything; set at its end, and summed over the ranges before.
    pub coverage: Coverage,
    /// Sum of sizes as listed.
    pub listed_bytes: u64,
    /// Objects listed.
    pub listed_objects: u64,
    /// What kinds of objects there were.
    pub counts: Counts,
    /// Why it failed or waits.
    pub error: Option<String>,
}
