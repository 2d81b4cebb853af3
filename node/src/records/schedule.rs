//! A schedule of a source.

use serde::{Deserialize, Serialize};
use trawl_actors::schedule;
use trawl_model::scan::Priority;
use trawl_model::{SourceId, Timestamp};
use utoipa::ToSchema;

use super::profile::schema;
use crate::clock;

/// When scans of a source are ordered without anybody asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Schedule {
    /// The source, by its id.
    pub(crate) source: String,
    /// Where the source lies.
    pub(crate) location: String,
    /// What the schedule is called.
    pub(crate) name: String,
    /// The times, as cron writes them.
    pub(crate) cron: String,
    /// On the clocks of which place.
    pub(crate) zone: String,
    /// Which of several scans is served first.
    #[schema(value_type = schema::Priority)]
    pub(crate) priority: Priority,
    /// Whether everything is read again, also what has not changed.
    pub(crate) full: bool,
    /// The next time; none where no more come.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) next: Option<String>,
}

/// What is said of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Timing {
    /// The times, as cron writes them: minute, hour, day of the month, month, day of the week, such as
    /// `30 2 * * mon-fri`.
    #[schema(max_length = 256)]
    pub(crate) cron: String,
    /// On the clocks of which place, by its name in the IANA database, such as `Europe/Berlin`.
    #[serde(default = "utc")]
    pub(crate) zone: String,
    /// Which of several scans is served first.
    #[serde(default)]
    #[schema(value_type = schema::Priority)]
    pub(crate) priority: Priority,
    /// Whether to read everything again, also what has not changed.
    #[serde(default)]
    pub(crate) full: bool,
}

/// The next times of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Times {
    /// The times, the next one first.
    pub(crate) times: Vec<String>,
}

fn utc() -> String {
    "UTC".to_owned()
}

impl Schedule {
    /// A schedule that is kept, of a source that lies there.
    pub(crate) fn of(
        (id, location): (SourceId, &str),
        name: String,
        kept: &trawl_model::schedule::Schedule,
        now: Timestamp,
    ) -> Self {
        let times = schedule::Times::of(kept).ok();
        Self {
            source: id.to_string(),
            location: location.to_owned(),
            name,
            cron: kept.cron.clone(),
            zone: kept.zone.clone(),
            priority: kept.order.priority,
            full: kept.order.full,
            next: times.and_then(|times| times.next_after(now)).map(clock::written),
        }
    }

    /// The same as long as nothing else is said of it: its `ETag`.
    pub(crate) fn tag(&self) -> String {
        let said = (&self.cron, &self.zone, self.priority, self.full);
        super::tag("trawl schedule tag 1", &said)
    }
}
