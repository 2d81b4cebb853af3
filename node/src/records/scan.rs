//! A scan.

use serde::{Deserialize, Serialize};
use trawl_actors::Waits;
use trawl_actors::progress::{Progress, Remaining};
use trawl_model::range::Counts;
use trawl_model::scan::ScanState;
use trawl_model::{Class, Item, Priority, scan};
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
    /// What it waits for, of one that would go on by itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) waits_for: Option<WaitsFor>,
    /// When what it waits for is there, where that is known: when the hours of its source begin.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) waits_until: Option<String>,
    /// Which of several is served first.
    #[schema(value_type = super::profile::schema::Priority)]
    pub(crate) priority: Priority,
    /// Whether everything is read again, also what has not changed.
    pub(crate) full: bool,
    /// When it was ordered.
    pub(crate) ordered: String,
    /// When it was begun; until then, when it was ordered.
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
    /// Whether all is listed. If not, there is more than is listed so far.
    pub(crate) all_listed: bool,
    /// Of the objects listed, those that are done: read, carried, skipped or failed.
    pub(crate) done_objects: u64,
    /// The bytes of these.
    pub(crate) done_bytes: u64,
    /// How fast it gets on, while it is at work and as soon as that can be told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) pace: Option<Pace>,
    /// What kinds of objects there were, and how many findings.
    pub(crate) counts: Kinds,
    /// What became of everything.
    #[serde(flatten)]
    pub(crate) ledgers: Ledger,
    /// Whether both ledgers sum to what listing saw. Of a scan at work they do at its end.
    pub(crate) adds_up: bool,
    /// The id of the request that ordered it, by which its lines in the log are found; none where a
    /// schedule or a command without a node did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) request_id: Option<String>,
    /// Why it failed or waits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) error: Option<String>,
}

/// What a scan waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WaitsFor {
    /// Room on the disk where the node keeps what is found. It goes on when there is some.
    Disk,
    /// The hours in which its source may be read. It goes on when they begin.
    Hours,
}

/// How fast a scan gets on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Pace {
    /// Objects that were done a second of late, to the thousandth: of what is slow it is less than one.
    pub(crate) objects_per_second: f64,
    /// Bytes that were done a second of late, to the thousandth.
    pub(crate) bytes_per_second: f64,
    /// About how many seconds it still takes, if it goes on as of late. It is told only where all is
    /// listed, for before that nobody knows, and where it gets on at all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) remaining_seconds: Option<u64>,
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

impl Pace {
    /// What a node says that works at it; none where it was seen for too short a time.
    pub(crate) fn of(progress: &Progress) -> Option<Self> {
        Some(Self {
            objects_per_second: thousandths(progress.objects_per_second?),
            bytes_per_second: thousandths(progress.bytes_per_second?),
            remaining_seconds: match progress.remaining {
                Remaining::About(takes) => Some(takes.as_secs()),
                Remaining::AtLeast(_) | Remaining::Unknown => None,
            },
        })
    }
}

impl Scan {
    /// A scan of a source that lies there.
    pub(crate) fn of(location: &str, scan: &scan::Scan) -> Self {
        let coverage = &scan.coverage;
        let pending = coverage.items_of(Item::Object, Class::Pending);
        let request_id = scan.origin.as_ref().map(|origin| origin.request.to_string());
        let Counts { new, changed, same, vanished, renamed, findings } = scan.counts;
        Self {
            id: scan.id.to_string(),
            source: scan.source.to_string(),
            location: location.to_owned(),
            number: scan.number,
            state: scan.state,
            waits_for: None,
            waits_until: None,
            priority: scan.order.priority,
            full: scan.order.full,
            ordered: written(scan.ordered),
            started: written(scan.started),
            ended: scan.ended.map(written),
            rules: scan.rules.to_string(),
            listed_objects: scan.listed_objects,
            listed_bytes: scan.listed_bytes,
            all_listed: scan.listed_whole,
            done_objects: scan.listed_objects.saturating_sub(pending),
            done_bytes: scan.listed_bytes.saturating_sub(coverage.bytes_of(Class::Pending)),
            pace: None,
            counts: Kinds { new, changed, same, vanished, renamed, findings },
            ledgers: Ledger::of(&scan.coverage),
            adds_up: adds_up(scan),
            request_id,
            error: scan.error.clone(),
        }
    }

    /// The same, of one of a node that says what it waits for.
    pub(crate) fn waiting(self, waits: Waits) -> Self {
        let (waits_for, until) = match waits {
            Waits::Room => (WaitsFor::Disk, None),
            Waits::Hours(until) => (WaitsFor::Hours, until),
        };
        Self { waits_for: Some(waits_for), waits_until: until.map(written), ..self }
    }

    /// How it stands, with what it waits for.
    pub(crate) fn standing(&self) -> String {
        match self.waits_for {
            Some(WaitsFor::Disk) => format!("{} (disk)", self.state.name()),
            Some(WaitsFor::Hours) => format!("{} (hours)", self.state.name()),
            None => self.state.name().to_owned(),
        }
    }

    /// So many of a hundred of its bytes are done; known only where all is listed.
    pub(crate) fn percent(&self) -> Option<u64> {
        if !self.all_listed || self.listed_bytes == 0 {
            return None;
        }
        // Rounded down: all is said of all alone.
        let percent = u128::from(self.done_bytes) * 100 / u128::from(self.listed_bytes);
        u64::try_from(percent).ok()
    }

    /// Whether nothing more will come of it by itself. What is under way of one that is cancelled is
    /// still counted.
    pub(crate) fn is_over(&self) -> bool {
        match self.state {
            ScanState::Queued | ScanState::Running => false,
            ScanState::Cancelled => self.ended.is_some(),
            _ => true,
        }
    }
}

fn thousandths(rate: f64) -> f64 {
    (rate * 1_000.0).round() / 1_000.0
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
