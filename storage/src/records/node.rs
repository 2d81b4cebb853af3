//! Nodes: who they are, and the counter by which they are seen to live.

use serde::{Deserialize, Serialize};
use trawl_model::{NodeId, Timestamp};

use super::{Kinded, kinded_record, versioned};
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Value};

fields! {
    /// A node.
    NodeAt {
        /// Its id.
        node: NodeId,
    }
}

/// What names a row of a node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKey {
    /// The head, which is all there is.
    Head,
}

/// The head of a node.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Node {
    /// Raised as long as the node lives and reaches the store.
    pub counter: u64,
    /// When it was started last.
    pub started: Timestamp,
    /// Whether it has stopped, and said so.
    pub left: bool,
    /// The machine on which it runs.
    pub host: String,
    /// The version of its program.
    pub version: String,
}

versioned! { Node => 1 }

/// A row of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeEntry {
    /// The head.
    Head(Node),
}

kinded_record! {
    /// A row of a node.
    NodeRow ("node", 7): NodeAt, NodeKey, NodeEntry
}

impl Fields for NodeKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        kinded(0, Vec::new(), Vec::new())
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        (unkinded(values)?.0 == 0).then_some(Self::Head)
    }
}

impl Kinded for NodeEntry {
    type Key = NodeKey;

    fn key(&self) -> NodeKey {
        NodeKey::Head
    }

    fn body(&self) -> Result<Value, StoreError> {
        let Self::Head(node) = self;
        table::encode(&TABLE, node)
    }

    fn read(NodeKey::Head: NodeKey, body: &[u8]) -> Result<Self, StoreError> {
        table::decode(&TABLE, body).map(Self::Head)
    }
}
