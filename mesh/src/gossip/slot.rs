//! How messages of gossip go: each on a stream of its own, the newest one alone.
//!
//! Gossip is worth little when it is old. A peer has a slot for one message; whatever comes before that
//! one has gone takes its place. So a peer that reads slowly costs one message of memory, whoever has
//! much to tell.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use quinn::{Connection, RecvStream, VarInt};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use crate::counts::Counts;
use crate::hello::Peer;
use crate::wire::Purpose;

/// The largest message: what the one who speaks it takes for a datagram.
pub(crate) const MAX_GOSSIP_BYTES: usize = 64 << 10;

/// Gossip goes after requests.
const LAST: i32 = -1;

/// The message that goes next to a peer.
#[derive(Default)]
pub(crate) struct Slot {
    newest: Mutex<Option<Bytes>>,
    filled: Notify,
}

impl Slot {
    /// Puts a message in, and says whether another one had to give way.
    pub(crate) fn put(&self, message: Bytes) -> bool {
        let before = self.newest.lock().replace(message);
        self.filled.notify_one();
        before.is_some()
    }

    async fn take(&self) -> Bytes {
        loop {
            let filled = self.filled.notified();
            if let Some(message) = self.newest.lock().take() {
                return message;
            }
            filled.await;
        }
    }
}

/// A message that came, and from whom.
pub(crate) struct Message {
    pub(crate) from: Peer,
    pub(crate) bytes: Vec<u8>,
}

/// Where messages are sent and received.
pub(crate) struct Heard {
    received: mpsc::Sender<Message>,
    within: Duration,
    counts: Arc<Counts>,
}

impl Heard {
    /// With room for so many that were not yet looked at.
    pub(crate) fn new(
        room: usize,
        within: Duration,
        counts: Arc<Counts>,
    ) -> (Self, mpsc::Receiver<Message>) {
        let (received, taken) = mpsc::channel(room);
        (Self { received, within, counts }, taken)
    }

    /// Sends what is in the slot, until the connection ends.
    pub(crate) async fn send(&self, slot: &Slot, connection: &Connection) {
        loop {
            let message = slot.take().await;
            let sent = async {
                let mut stream = connection.open_uni().await?;
                let _ = stream.set_priority(LAST);
                let written = async {
                    stream.write_all(&[Purpose::Gossip as u8]).await?;
                    stream.write_chunk(message).await
                };
                match timeout(self.within, written).await {
                    Ok(Ok(())) => {
                        let _ = stream.finish();
                        self.counts.gossip_sent.one();
                    }
                    _ => {
                        let _ = stream.reset(VarInt::from_u32(0));
                        self.counts.gossip_dropped.one();
                    }
                }
                Ok::<_, quinn::ConnectionError>(())
            };
            if sent.await.is_err() {
                return;
            }
        }
    }

    /// Receives one message. Where there is no room for it, it is dropped.
    pub(crate) async fn take(&self, from: &Peer, mut stream: RecvStream) {
        let read = timeout(self.within, stream.read_to_end(MAX_GOSSIP_BYTES + 1)).await;
        let Ok(Ok(mut bytes)) = read else {
            self.counts.gossip_dropped.one();
            return;
        };
        if bytes.first() != Some(&(Purpose::Gossip as u8)) {
            self.counts.streams_refused.one();
            return;
        }
        bytes.remove(0);
        match self.received.try_send(Message { from: from.clone(), bytes }) {
            Ok(()) => self.counts.gossip_received.one(),
            Err(_) => self.counts.gossip_dropped.one(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_newest_message_wins() {
        let slot = Slot::default();
        assert!(!slot.put(Bytes::from_static(b"old")));
        assert!(slot.put(Bytes::from_static(b"new")));
        assert_eq!(slot.take().await, b"new".as_slice());
        assert!(!slot.put(Bytes::from_static(b"next")));
        assert_eq!(slot.take().await, b"next".as_slice());
    }
}
