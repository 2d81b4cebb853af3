//! Documents and queries made from a seed, for tests that hold an index against
//! [`Query::matches`](crate::Query::matches). The same seed makes the same, on every machine.

mod documents;
mod findings;
mod queries;
mod seed;

pub use documents::documents;
pub use findings::findings;
pub use queries::{broken, query};
pub use seed::Seed;
