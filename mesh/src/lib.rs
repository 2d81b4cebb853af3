//! Bytes between the nodes of a cluster.
//!
//! One QUIC endpoint a node, TLS 1.3 with certificates on both sides, and on each connection: requests
//! and answers, gossip, and one stream for control. The room is used by `actors` and `node`; it knows
//! neither a record nor a scan, and decides nothing about the cluster: who owns what is settled in
//! the store, and all that is heard here is a hint.

#![forbid(unsafe_code)]

pub mod authority;
pub mod counts;
mod data;
mod endpoint;
mod error;
mod name;
pub mod options;
mod refusal;
#[cfg(test)]
mod testing;
mod tls;

pub use authority::{Authority, CredentialFiles, Credentials};
pub use counts::Counts;
pub use data::{Failed, Status};
pub use error::MeshError;
pub use name::{ClusterName, MAX_NAME_BYTES, NameError, NodeName};
pub use options::Options;
pub use refusal::{Reason, Refusal};
