//! The director of a scan: enters its ranges, follows their phases, and ends it.
//!
//! What comes next is decided by [`plan::next`] from what the ranges say; the actor carries
//! messages and commits. The end is committed on the version of the source that was read before
//! the ranges were looked at, so that a cut in between refuses it.

mod actor;
mod handle;
pub mod plan;
mod ranges;
pub(crate) mod record;
pub mod state;

pub(crate) use actor::{Arguments, start};
pub use handle::{ScanHandle, Vanished};
pub use record::shard_of;
