//! Sources: what is scanned as one.

use serde::{Deserialize, Serialize};

use crate::id::{ScanId, TenantId};

/// So many buckets a source's findings are spread over, unless it says otherwise.
pub const DEFAULT_BUCKETS: u16 = 256;

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
}

/// A scan by number and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Its number.
    pub number: u32,
    /// Its id.
    pub scan: ScanId,
}
