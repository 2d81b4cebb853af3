//! Sources: what is scanned as one.

use serde::{Deserialize, Serialize};

use crate::id::{ScanId, TenantId};
use crate::scan::Priority;

/// So many buckets a source's findings are spread over, unless it says otherwise.
pub const DEFAULT_BUCKETS: u16 = 256;

/// Findings of what has vanished are kept for at most so many days.
pub const CLOSED_DAYS_MAX: u32 = 36_500;

/// The head of a source: its first row, never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Whose it is.
    pub tenant: TenantId,
    /// The connector that reads it, such as `files`.
    pub kind: String,
    /// Where it lies, as its connector writes it. A true name.
    pub location: Vec<u8>,
    /// The connector's settings, as it writes them.
    pub settings: Vec<u8>,
    /// By what its root was known at the last scan: a folder where a mount was is another root, and
    /// nothing may be closed for it.
    pub root: Vec<u8>,
    /// How many buckets its findings are spread over.
    pub buckets: u16,
    /// The layout of its findings: raised to lay them out anew beside the old.
    pub layout: u16,
    /// The scan at work.
    pub running: Option<Running>,
    /// The number of the last scan that was begun.
    pub last_scan: u32,
    /// The number of the last scan that finished, and its id.
    pub finished: Option<Running>,
    /// It is to be deleted: nothing of it is live.
    pub deleted: bool,
    /// It was deleted, and a sweep has shown that nothing of it is left but this.
    pub erased: bool,
    /// What people have said of it.
    pub profile: Box<Profile>,
}

/// What people say of a source. A source that was only ever scanned by its location has an empty
/// one: the node's own settings hold for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// What it is called: no two sources of a tenant share a name.
    pub name: Option<String>,
    /// Words about it, by key, sorted.
    pub labels: Vec<(String, String)>,
    /// What of it is read, where that is its own affair.
    pub selection: Option<Selection>,
    /// Which of several sources is served first.
    pub priority: Priority,
    /// How fast it may be read.
    pub limits: RateLimits,
    /// When it may be read; none means always.
    pub hours: Option<Hours>,
    /// How long findings of what has vanished from it are kept, in days, where that is its own
    /// affair.
    pub closed_days: Option<u32>,
}

/// What of a source is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Selection {
    /// Only objects whose path matches one of these globs; all if there is none.
    pub include: Vec<String>,
    /// No objects whose path matches one of these.
    pub exclude: Vec<String>,
    /// No larger objects, where that is its own affair.
    pub max_bytes: Option<u64>,
}

/// How fast a source may be read. None means: as fast as it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RateLimits {
    /// Bytes a second.
    pub bytes_per_second: Option<u64>,
    /// Objects that are opened a second.
    pub objects_per_second: Option<u64>,
}

/// When a source may be read: the hours of a week, on the clocks of a place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hours {
    /// The time zone, by its name in the IANA database.
    pub zone: String,
    /// The windows; it may be read in each of them.
    pub windows: Vec<Window>,
}

/// A stretch of a day, on some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The days on which it begins: the lowest bit is Monday.
    pub days: u8,
    /// The minute of the day at which it begins.
    pub from: u16,
    /// The minute of the day at which it ends; where that is no later, of the next day.
    pub to: u16,
}

impl Source {
    /// A source of which nothing is known but where it lies.
    pub fn new(tenant: TenantId, kind: &str, location: Vec<u8>) -> Self {
        Self {
            tenant,
            kind: kind.to_owned(),
            location,
            settings: Vec::new(),
            root: Vec::new(),
            buckets: DEFAULT_BUCKETS,
            layout: 0,
            running: None,
            last_scan: 0,
            finished: None,
            deleted: false,
            erased: false,
            profile: Box::default(),
        }
    }
}

/// A source as version 1 wrote it, which had no profile.
#[derive(Serialize, Deserialize)]
pub(crate) struct SourceV1 {
    tenant: TenantId,
    kind: String,
    location: Vec<u8>,
    settings: Vec<u8>,
    root: Vec<u8>,
    buckets: u16,
    layout: u16,
    running: Option<Running>,
    last_scan: u32,
    finished: Option<Running>,
    deleted: bool,
}

impl From<SourceV1> for Source {
    fn from(old: SourceV1) -> Self {
        Self {
            tenant: old.tenant,
            kind: old.kind,
            location: old.location,
            settings: old.settings,
            root: old.root,
            buckets: old.buckets,
            layout: old.layout,
            running: old.running,
            last_scan: old.last_scan,
            finished: old.finished,
            deleted: old.deleted,
            erased: false,
            profile: Box::default(),
        }
    }
}

/// A scan by number and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Its number.
    pub number: u32,
    /// Its id.
    pub scan: ScanId,
}
