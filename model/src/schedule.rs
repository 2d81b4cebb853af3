//! Schedules: when scans of a source are ordered without anybody asking.

use serde::{Deserialize, Serialize};

use crate::scan::Order;
use crate::time::Timestamp;

/// A schedule of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The times, as cron writes them: minute, hour, day of the month, month, day of the week.
    pub cron: String,
    /// On the clocks of which place, by its name in the IANA database.
    pub zone: String,
    /// What is ordered.
    pub order: Order,
    /// All of its times up to this moment are settled: a scan was ordered, or joined.
    pub settled: Timestamp,
}
