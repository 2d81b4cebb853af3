//! What whoever directs a scan hears of its ranges.

use trawl_model::RangeId;
use trawl_model::range::{Child, Phase};

/// What a keeper tells whoever directs the scan.
#[derive(Debug, Clone)]
pub enum Report {
    /// The range has come to another phase.
    Phase(RangeId, Phase),
    /// The scan was to rest, and no lease of the range is out any more.
    AtRest(RangeId),
    /// The range was cut: the child is to be entered in the directory.
    Child {
        /// The range that was cut.
        parent: RangeId,
        /// Its child.
        child: Child,
        /// The child's lane.
        lane: u16,
    },
    /// Its store can't keep anything: the scan ends.
    Lost(RangeId, String),
    /// The range is another owner's.
    Overtaken(RangeId),
    /// The keeper stops because of this; another one may go on.
    Failed(RangeId, String),
}
