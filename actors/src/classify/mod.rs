//! The classifiers of a node: threads that turn pieces into findings.
//!
//! They are CPU and nothing else: pieces come through a bounded queue, and what leaves is findings
//! without a value. The memory of pieces in flight is bounded by one budget for the whole node,
//! whose permit travels with the piece.

mod budget;
mod cache;
mod pool;

pub use budget::{Budget, Permit};
pub use pool::{Classified, Context, Found, Pool, Task};
pub(crate) use pool::{path_in, path_of};
