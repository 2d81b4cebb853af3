//! Scans: one pass over a source.

use serde::{Deserialize, Serialize};

use crate::coverage::Coverage;
use crate::id::{RuleSetId, ScanId, SourceId};
use crate::origin::Origin;
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
    /// Ordered, and not yet begun.
    Queued,
    /// Held until somebody lets it go on; what it read counts.
    Paused,
}

impl ScanState {
    /// Whether it can still change.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Paused | Self::Waiting)
    }

    /// Whether it waits for its turn, or has been begun and not ended.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }

    /// The name, as shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Queued => "queued",
            Self::Paused => "paused",
        }
    }
}

/// Which of several scans is served first. A lower one waits longer, and never for ever.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// Whenever nobody else wants anything.
    Low,
    /// As most are.
    #[default]
    Normal,
    /// Before all others.
    High,
}

impl Priority {
    /// All of them, the lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::High];

    /// The name, as shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// What a scan is ordered to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Order {
    /// Which of several is served first.
    pub priority: Priority,
    /// Everything is read again, whatever is unchanged.
    pub full: bool,
    /// What a person said of what has vanished: whether it is to be closed.
    pub close_vanished: Option<bool>,
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
    /// When it was ordered.
    pub ordered: Timestamp,
    /// What it was ordered to do.
    pub order: Order,
    /// When it was begun; until then, when it was ordered.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What became of everything; set at its end, and summed over the ranges before.
    pub coverage: Coverage,
    /// Sum of sizes as listed.
    pub listed_bytes: u64,
    /// Objects listed.
    pub listed_objects: u64,
    /// Everything was listed. If not, there is more than the sums say.
    pub listed_whole: bool,
    /// What kinds of objects there were.
    pub counts: Counts,
    /// Why it failed or waits.
    pub error: Option<String>,
    /// The call that ordered it; none where a schedule or a command without a node did.
    pub origin: Option<Origin>,
}

impl Scan {
    /// A scan that was ordered just now.
    pub fn ordered(
        id: ScanId,
        source: SourceId,
        number: u32,
        rules: RuleSetId,
        at: Timestamp,
        order: Order,
    ) -> Self {
        Self {
            id,
            source,
            number,
            rules,
            state: ScanState::Queued,
            ordered: at,
            order,
            started: at,
            ended: None,
            coverage: Coverage::new(),
            listed_bytes: 0,
            listed_objects: 0,
            listed_whole: false,
            counts: Counts::default(),
            error: None,
            origin: None,
        }
    }
}

/// A scan as version 1 wrote it, which knew no orders.
#[derive(Serialize, Deserialize)]
pub(crate) struct ScanV1 {
    id: ScanId,
    source: SourceId,
    number: u32,
    rules: RuleSetId,
    state: ScanState,
    started: Timestamp,
    ended: Option<Timestamp>,
    coverage: Coverage,
    listed_bytes: u64,
    listed_objects: u64,
    counts: Counts,
    error: Option<String>,
}

impl From<ScanV1> for Scan {
    fn from(old: ScanV1) -> Self {
        Self {
            id: old.id,
            source: old.source,
            number: old.number,
            rules: old.rules,
            state: old.state,
            ordered: old.started,
            order: Order::default(),
            started: old.started,
            ended: old.ended,
            coverage: old.coverage,
            listed_bytes: old.listed_bytes,
            listed_objects: old.listed_objects,
            listed_whole: old.ended.is_some(),
            counts: old.counts,
            error: old.error,
            origin: None,
        }
    }
}
