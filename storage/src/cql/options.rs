//! What the CQL store can be told.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::verbs::Limits;

/// How a database is reached and asked.
#[derive(Clone)]
pub struct Options {
    /// Nodes to ask first, as `host:port`; the others are learnt from them.
    pub nodes: Vec<String>,
    /// Where nodes are reached that call themselves otherwise: behind a translation of addresses.
    pub addresses: HashMap<SocketAddr, SocketAddr>,
    /// The keyspace.
    pub keyspace: String,
    /// The datacenter whose nodes are asked, and in which conditional writes are decided.
    pub datacenter: String,
    /// As whom; nobody, where the database asks for nobody.
    pub login: Option<Login>,
    /// How connections are encrypted; not at all, where there is none.
    pub tls: Option<Arc<rustls::ClientConfig>>,
    /// How long a connection may take to be made.
    pub connect_within: Duration,
    /// How long a request may take, with all its tries.
    pub request_within: Duration,
    /// After so long a read or a plain write is sent to a second replica as well; never, where there is
    /// none. Conditional writes are never sent twice.
    pub speculate_after: Option<Duration>,
    /// How many statements of each class are under way at once.
    pub at_once: AtOnce,
    /// How much one write may hold.
    pub limits: Limits,
    /// Over how many shards ranges are spread: remembered when the tables are made, and the same for all
    /// who open them.
    pub shards: u32,
}

/// A user of the database.
#[derive(Clone)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// How many statements are under way at once, by class. Whoever comes then waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtOnce {
    /// Reads of one row, or of a fence.
    pub reads: usize,
    /// Pages.
    pub pages: usize,
    /// Plain writes and deletes.
    pub writes: usize,
    /// Conditional writes.
    pub commits: usize,
}

impl Default for AtOnce {
    fn default() -> Self {
        Self { reads: 256, pages: 16, writes: 128, commits: 32 }
    }
}

impl Options {
    /// The defaults for these nodes.
    pub fn new(nodes: impl IntoIterator<Item = String>, datacenter: impl Into<String>) -> Self {
        Self {
            nodes: nodes.into_iter().collect(),
            addresses: HashMap::new(),
            keyspace: "trawl".to_owned(),
            datacenter: datacenter.into(),
            login: None,
            tls: None,
            connect_within: Duration::from_secs(5),
            request_within: Duration::from_secs(10),
            speculate_after: None,
            at_once: AtOnce::default(),
            limits: LIMITS,
            shards: 64,
        }
    }
}

/// What a database bears: a conditional batch takes its partition's replicas for one round, and pages
/// are gathered in the memory of one of its nodes.
pub const LIMITS: Limits =
    Limits { commit_rows: 500, commit_bytes: 256 * 1024, page_rows: 5_000, key_bytes: 32 * 1024 };

/// A plain batch stays so far below 50 KiB, at which servers refuse it by default.
pub(super) const BATCH_BYTES: usize = 40 * 1024;

/// What a row of a batch takes beside its values.
pub(super) const ROW_BYTES: usize = 64;

/// Partitions that travel in one plain batch: servers warn of more.
pub(super) const PARTITIONS: usize = 10;
