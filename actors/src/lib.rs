//! Supervised actors, what they say to each other, and the state machines that decide.
//!
//! A [`Node`] takes a store, an engine and a clock, and scans what it is given. Decisions are made
//! in pure code ([`range`], [`director::plan`]); actors carry messages, commits and effects around
//! them; crawlers and classifiers are threads that share nothing with owners but messages. An
//! [`Index`] makes searchable what the store holds, whoever put it there.

pub mod answering;
pub mod audit;
mod background;
pub mod catalogue;
pub mod classify;
pub mod clock;
pub mod cluster;
mod cores;
pub mod crash;
pub mod crawl;
pub mod crew;
pub mod director;
pub mod erase;
pub mod error;
pub mod index;
pub mod keeper;
pub mod message;
pub mod node;
pub mod orders;
pub mod owners;
pub mod ownership;
pub mod parked;
pub mod pools;
pub mod progress;
pub mod queue;
pub mod range;
pub mod recorder;
pub mod room;
pub mod rulebook;
pub mod schedule;
mod traced;

pub use clock::{Clock, SharedClock, SystemClock};
pub use cluster::Cluster;
pub use director::{ScanHandle, Vanished};
pub use error::Error;
pub use index::Index;
pub use node::{
    Answering, Connectors, Load, Node, OnEnd, Options, Policy, PoolLoad, Released, Target, Waits,
};
pub use orders::{Ordered, Orders};
pub use ownership::Ownership;
pub use room::Room;
pub use rulebook::Rulebook;
