//! The owner of a range, without its actor: what it decides.
//!
//! [`decide`] takes what is known of a range and a command, and gives back changes, an answer and
//! what is to be done once the changes are committed. It has no clock, no store and no randomness
//! but what it is given, so that the rules of ranges are tested by themselves. The actor around it
//! applies the changes, commits them in groups, and answers only then.

mod begin;
mod closing;
mod cut;
mod decide;
mod forgetting;
mod lease;
mod listing;
pub mod log;
mod parts;
mod reading;
mod releasing;
mod shown;
mod state;
mod units;

pub use cut::child_start;
pub use decide::{Batch, Command, Decision, Effect, Reply, Tuning, decide};
pub(crate) use parts::MOST_PARTS;
pub use shown::is_shown;
pub(crate) use state::object_weight;
pub use state::{Clock, Cut, Dead, Moment, RangeState, ScanOrder, Write};
pub use units::Units;
