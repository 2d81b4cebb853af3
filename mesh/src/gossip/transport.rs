//! Chitchat's transport over the connections of the mesh.
//!
//! An address leads to the connection whose peer gives it for its own; where there is none the message
//! is dropped, as a datagram would be. What came is looked at before it is unpacked: a message holds
//! blocks that can grow when they are unpacked, so their number is bounded.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use chitchat::transport::{Socket, Transport};
use chitchat::{Chitchat, ChitchatMessage, Deserializable, Serializable};
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};

use super::slot::MAX_GOSSIP_BYTES;
use super::{Message, Options};
use crate::counts::Counts;
use crate::peers::Sessions;

/// So many blocks of a message are unpacked, each to at most 64 KiB.
const MAX_BLOCKS: usize = 64;

/// How each packed block begins: the last three bytes of the number of its format, in the order of
/// today and of the first version.
const BLOCK_BEGINS: [[u8; 3]; 2] = [[0xb5, 0x2f, 0xfd], [0xfd, 0x2f, 0xb5]];

/// How much is kept of what others told, and whether that is as much as may be.
pub(super) struct Filled {
    chitchat: OnceLock<Arc<tokio::sync::Mutex<Chitchat>>>,
    most_nodes: usize,
    most_bytes: usize,
}

impl Filled {
    pub(super) fn new(options: &Options) -> Self {
        let (most_nodes, most_bytes) = (options.kept_nodes, options.kept_bytes);
        Self { chitchat: OnceLock::new(), most_nodes, most_bytes }
    }

    /// From now on this is looked at.
    pub(super) fn look_at(&self, chitchat: Arc<tokio::sync::Mutex<Chitchat>>) {
        // It is done once.
        let _ = self.chitchat.set(chitchat);
    }

    async fn is_full(&self) -> bool {
        let Some(chitchat) = self.chitchat.get() else { return false };
        let chitchat = chitchat.lock().await;
        let states = chitchat.node_states();
        let values = states.values().flat_map(|state| state.key_values_including_deleted());
        let bytes: usize = values.map(|(key, value)| key.len() + value.value.len()).sum();
        states.len() >= self.most_nodes || bytes >= self.most_bytes
    }
}

/// The connections of the mesh, for gossip.
pub(super) struct Wires(Mutex<Option<Wire>>);

struct Wire {
    sessions: watch::Receiver<Sessions>,
    messages: mpsc::Receiver<Message>,
    filled: Arc<Filled>,
    counts: Arc<Counts>,
}

impl Wires {
    pub(super) fn new(
        sessions: watch::Receiver<Sessions>,
        messages: mpsc::Receiver<Message>,
        filled: Arc<Filled>,
        counts: Arc<Counts>,
    ) -> Self {
        Self(Mutex::new(Some(Wire { sessions, messages, filled, counts })))
    }
}

#[async_trait]
impl Transport for Wires {
    async fn open(&self, _listen_addr: SocketAddr) -> Result<Box<dyn Socket>, Trouble> {
        match self.0.lock().take() {
            Some(wire) => Ok(Box::new(wire)),
            None => Err(std::io::Error::other("gossip has its connections").into()),
        }
    }
}

/// What chitchat takes for an error.
type Trouble = anyhow::Error;

#[async_trait]
impl Socket for Wire {
    async fn send(&mut self, to: SocketAddr, message: ChitchatMessage) -> Result<(), Trouble> {
        let bytes = message.serialize_to_vec();
        let session = {
            let sessions = self.sessions.borrow();
            sessions.values().find(|session| session.peer.address == to).cloned()
        };
        let dropped = match session {
            Some(session) if bytes.len() <= MAX_GOSSIP_BYTES => session.slot.put(bytes.into()),
            _ => true,
        };
        if dropped {
            self.counts.gossip_dropped.one();
        }
        Ok(())
    }

    async fn recv(&mut self) -> Result<(SocketAddr, ChitchatMessage), Trouble> {
        loop {
            // Nothing is taken before it is known what becomes of it: this may be dropped at each wait.
            let is_full = self.filled.is_full().await;
            let Some(Message { from, bytes }) = self.messages.recv().await else {
                return Err(std::io::Error::other("the mesh has ended").into());
            };
            match read(&bytes) {
                Some(message) if !is_full => return Ok((from.address, message)),
                _ => self.counts.gossip_dropped.one(),
            }
        }
    }
}

/// The message; none where it is none, or would be too large.
fn read(bytes: &[u8]) -> Option<ChitchatMessage> {
    let begins = |window: &&[u8]| BLOCK_BEGINS.iter().any(|begins| begins == window);
    if bytes.windows(3).filter(begins).count() > MAX_BLOCKS {
        return None;
    }
    let mut rest = bytes;
    let message = ChitchatMessage::deserialize(&mut rest).ok()?;
    rest.is_empty().then_some(message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..512), kind in 0_u8..5) {
            read(&bytes);
            let begun = [&45_139_u16.to_le_bytes()[..], &[0, kind], &bytes].concat();
            read(&begun);
        }
    }

    #[test]
    fn a_message_of_many_packed_blocks_is_not_unpacked() {
        let mut bytes = 45_139_u16.to_le_bytes().to_vec();
        bytes.extend([0, 2]);
        for _ in 0..=MAX_BLOCKS {
            bytes.extend([0x28, 0xb5, 0x2f, 0xfd]);
        }
        assert!(read(&bytes).is_none());
    }
}
