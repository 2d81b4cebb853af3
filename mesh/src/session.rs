//! A connection with a peer that said hello: what comes on it is told apart and given to whom it is for.
//!
//! Each stream has its task, and their number is bounded by what QUIC lets the peer open. When the
//! connection ends, all of them are dropped, and with them what was being done for the peer.

use std::sync::Arc;
use std::time::Duration;

use quinn::{RecvStream, SendStream, VarInt};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::control::{Hand, Lines};
use crate::counts::Counts;
use crate::data::{Desk, Line, Share};
use crate::gossip::{Heard, Slot};
use crate::hello::Peer;
use crate::peers::LinkId;
use crate::wire::Purpose;

/// A connection with a peer.
pub(crate) struct Session {
    pub(crate) link: LinkId,
    pub(crate) peer: Peer,
    /// The way to it.
    pub(crate) line: Line,
    /// Whether this node dialled.
    pub(crate) dialled: bool,
    /// The message of gossip that goes next.
    pub(crate) slot: Slot,
}

/// To whom what comes is given; the same for all connections.
pub(crate) struct Receivers {
    pub(crate) desk: Desk,
    pub(crate) heard: Heard,
    pub(crate) hand: Hand,
    pub(crate) counts: Arc<Counts>,
    /// The first byte of a stream comes within this.
    pub(crate) head_within: Duration,
}

impl Session {
    /// Sees to the connection until it ends.
    pub(crate) async fn run(self: Arc<Self>, receivers: Arc<Receivers>) {
        let share = Arc::new(receivers.desk.share(self.peer.clone()));
        let lines = Arc::new(Lines::default());
        let mut streams = JoinSet::new();
        streams.spawn(self.slot_of(Arc::clone(&receivers)));
        if self.dialled {
            let (session, receivers, lines) =
                (Arc::clone(&self), Arc::clone(&receivers), Arc::clone(&lines));
            streams.spawn(async move { receivers.hand.open(&session, &lines).await });
        }
        loop {
            tokio::select! {
                biased;
                Some(ended) = streams.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!(peer = %self.peer.name, %error, "a stream's task fell");
                    }
                }
                accepted = self.line.connection.accept_uni() => {
                    let Ok(recv) = accepted else { break };
                    let (session, receivers) = (Arc::clone(&self), Arc::clone(&receivers));
                    streams.spawn(async move { receivers.heard.take(&session.peer, recv).await });
                }
                accepted = self.line.connection.accept_bi() => {
                    let Ok((send, recv)) = accepted else { break };
                    let stream = Stream {
                        session: Arc::clone(&self),
                        receivers: Arc::clone(&receivers),
                        share: Arc::clone(&share),
                        lines: Arc::clone(&lines),
                    };
                    streams.spawn(stream.both_ways(send, recv));
                }
            }
        }
    }

    fn slot_of(
        self: &Arc<Self>,
        receivers: Arc<Receivers>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let session = Arc::clone(self);
        async move { receivers.heard.send(&session.slot, &session.line.connection).await }
    }
}

/// What a stream needs.
struct Stream {
    session: Arc<Session>,
    receivers: Arc<Receivers>,
    share: Arc<Share>,
    lines: Arc<Lines>,
}

impl Stream {
    async fn both_ways(self, mut send: SendStream, mut recv: RecvStream) {
        let mut purpose = [0];
        let read = timeout(self.receivers.head_within, recv.read_exact(&mut purpose)).await;
        let purpose = matches!(read, Ok(Ok(()))).then(|| Purpose::of(purpose[0])).flatten();
        match purpose {
            Some(Purpose::Request) => self.receivers.desk.answer(&self.share, send, recv).await,
            Some(Purpose::Control) if !self.session.dialled => {
                self.receivers.hand.take(&self.session, &self.lines, send, recv).await;
            }
            _ => {
                self.receivers.counts.streams_refused.one();
                let _ = send.reset(VarInt::from_u32(0));
            }
        }
    }
}
