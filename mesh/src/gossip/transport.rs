//! Chitchat's transport over the connections of the mesh.
//!
//! An address leads to the connection whose peer gives it for its own; where there is none the message
//! is dropped, as a datagram would be. What came is looked at before chitchat takes it in: what it says,
//! and whether what it makes known has room.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use chitchat::transport::{Socket, Transport};
use chitchat::{Chitchat, ChitchatId, ChitchatMessage, Deserializable, Serializable};
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};

use super::check::{Own, digest_bytes};
use super::slot::MAX_GOSSIP_BYTES;
use super::{Message, Options};
use crate::counts::Counts;
use crate::peers::Sessions;

/// The largest digest of all nodes. Chitchat puts it into each message, of at most 64 KiB, with what is
/// new, and falls where there is no room for that.
const MAX_DIGEST_BYTES: usize = 60_000;

/// What is kept for a node beside what it tells: signs of life, above all.
const NODE_BYTES: usize = 8 << 10;

/// What is kept for a key beside its text and its value.
const KEY_BYTES: usize = 150;

/// How much is kept of what others told, and whether that is as much as may be.
pub(super) struct Filled {
    chitchat: Mutex<Option<Arc<tokio::sync::Mutex<Chitchat>>>>,
    most_nodes: usize,
    most_bytes: usize,
}

impl Filled {
    pub(super) fn new(options: &Options) -> Self {
        let (most_nodes, most_bytes) = (options.kept_nodes, options.kept_bytes);
        Self { chitchat: Mutex::new(None), most_nodes, most_bytes }
    }

    /// From now on this is looked at.
    pub(super) fn look_at(&self, chitchat: Arc<tokio::sync::Mutex<Chitchat>>) {
        *self.chitchat.lock() = Some(chitchat);
    }

    /// Whether there is room for what a message says that makes these nodes known.
    async fn has_room(&self, told: &[ChitchatId]) -> bool {
        let Some(chitchat) = self.chitchat.lock().clone() else { return true };
        let chitchat = chitchat.lock().await;
        let states = chitchat.node_states();
        let new: Vec<_> = told.iter().filter(|id| !states.contains_key(*id)).collect();
        let values = states.values().flat_map(|state| state.key_values_including_deleted());
        let values = values.map(|(key, value)| key.len() + value.value.len() + KEY_BYTES);
        let nodes = states.keys().map(|id| id.node_id.len() + NODE_BYTES);
        let bytes: usize = values.chain(nodes).sum();
        let known = states.len() + new.len();
        let digest: usize = states.keys().chain(new).map(digest_bytes).sum();
        known <= self.most_nodes && bytes < self.most_bytes && digest <= MAX_DIGEST_BYTES
    }
}

/// The connections of the mesh, for gossip.
#[derive(Clone)]
pub(super) struct Wires {
    pub(super) sessions: watch::Receiver<Sessions>,
    pub(super) messages: Arc<tokio::sync::Mutex<mpsc::Receiver<Message>>>,
    pub(super) filled: Arc<Filled>,
    pub(super) counts: Arc<Counts>,
    pub(super) own: Arc<Own>,
}

/// Those connections, and what was taken of them and not yet looked at.
struct Wire {
    wires: Wires,
    taken: Option<Message>,
}

#[async_trait]
impl Transport for Wires {
    async fn open(&self, _listen_addr: SocketAddr) -> Result<Box<dyn Socket>, Trouble> {
        Ok(Box::new(Wire { wires: self.clone(), taken: None }))
    }
}

/// What chitchat takes for an error.
type Trouble = anyhow::Error;

#[async_trait]
impl Socket for Wire {
    async fn send(&mut self, to: SocketAddr, message: ChitchatMessage) -> Result<(), Trouble> {
        let bytes = message.serialize_to_vec();
        let session = {
            let sessions = self.wires.sessions.borrow();
            sessions.values().find(|session| session.peer.address == to).cloned()
        };
        let dropped = match session {
            Some(session) if bytes.len() <= MAX_GOSSIP_BYTES => session.slot.put(bytes.into()),
            _ => true,
        };
        if dropped {
            self.wires.counts.gossip_dropped.one();
        }
        Ok(())
    }

    async fn recv(&mut self) -> Result<(SocketAddr, ChitchatMessage), Trouble> {
        loop {
            // This may be dropped at each wait; what was taken is then looked at the next time.
            if self.taken.is_none() {
                self.taken = self.wires.messages.lock().await.recv().await;
            }
            let Some(Message { bytes, .. }) = &self.taken else {
                return Err(std::io::Error::other("the mesh has ended").into());
            };
            let is_taken = match self.wires.own.look(bytes) {
                Some(told) => self.wires.filled.has_room(&told).await,
                None => false,
            };
            let Some(Message { from, bytes }) = self.taken.take() else { continue };
            if is_taken && let Ok(message) = ChitchatMessage::deserialize(&mut &bytes[..]) {
                return Ok((from.address, message));
            }
            self.wires.counts.gossip_dropped.one();
        }
    }
}
