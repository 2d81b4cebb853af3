//! Documents and queries made from a seed, for tests that hold an index against
//! [`Query::matches`](crate::Query::matches). The same seed makes the same, on every machine.
//! And what stands in a split, laid open for who looks for what must not stand there.

mod documents;
mod findings;
mod hostile;
mod inside;
mod queries;
pub mod s3;
mod seed;

pub use documents::documents;
pub use findings::findings;
pub use hostile::hostile_query;
pub use inside::inside;
pub use queries::{broken, query};
pub use seed::Seed;
