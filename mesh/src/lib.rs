//! Bytes between the nodes of a cluster.
//!
//! One QUIC endpoint a node, TLS 1.3 with certificates on both sides, and on each connection: requests
//! and answers, gossip, and one stream for control. The room is used by `actors` and `node`; it knows
//! neither a record nor a scan, and decides nothing about the cluster: who owns what is settled in
//! the store, and all that is heard here is a hint.

#![forbid(unsafe_code)]

pub mod authority;
pub mod control;
pub mod counts;
pub mod data;
mod endpoint;
mod error;
pub mod gossip;
mod ground;
mod hello;
mod mesh;
mod name;
pub mod options;
mod peers;
mod refusal;
mod session;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tls;
mod wire;

pub use authority::{Authority, CredentialFiles, Credentials};
pub use control::{Control, Controls};
pub use counts::Counts;
pub use data::{Answer, Body, Failed, Frames, Request, Service, Status};
pub use error::MeshError;
pub use gossip::Seen;
pub use hello::{Equal, Identity, MAX_EQUALS, MAX_WORD_BYTES, Peer};
pub use mesh::{Change, Changes, Mesh};
pub use name::{ClusterName, MAX_NAME_BYTES, NameError, NodeName};
pub use options::Options;
pub use refusal::{Reason, Refusal};
