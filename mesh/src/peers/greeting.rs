//! The hello on a connection, from both ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use quinn::{Connection, RecvStream, VarInt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use super::plan::{Candidate, Goal, LinkId};
use super::{Told, telling};
use crate::endpoint::{self, Link};
use crate::hello::{Hello, judge};
use crate::name::NodeName;
use crate::refusal::{Reason, Refusal};
use crate::wire::{self, Purpose, WireError};

/// What the one who dialled says when it keeps the connection.
const YES: u8 = 1;

/// Says hello and hears it.
pub(super) struct Greeting {
    ours: Arc<Hello>,
    pub(super) tell: mpsc::Sender<Told>,
    pub(super) within: Duration,
    logged: telling::Told,
    began: Instant,
}

impl Greeting {
    pub(super) fn new(ours: Hello, tell: mpsc::Sender<Told>, within: Duration) -> Self {
        let (ours, logged, began) = (Arc::new(ours), telling::Told::default(), Instant::now());
        Self { ours, tell, within, logged, began }
    }

    /// Writes into the log that nothing came of a connection.
    pub(super) fn log(&self, refusal: &Refusal, address: SocketAddr) {
        self.logged.tell(refusal, address, self.began.elapsed());
    }

    /// As the one who dialled.
    pub(super) async fn begin(&self, link: Link, id: LinkId, goal: Goal) -> Result<(), Refusal> {
        let Link { connection, peer, .. } = link;
        self.bounded(&connection, &peer, self.first(&connection, &peer, id, goal)).await
    }

    /// As the one who was dialled. A place among the handshakes is held until it is done.
    pub(super) async fn answer(&self, link: Link, id: LinkId) -> Result<(), Refusal> {
        let Link { connection, peer, place } = link;
        let outcome = self.bounded(&connection, &peer, self.second(&connection, &peer, id)).await;
        drop(place);
        outcome
    }

    async fn first(
        &self,
        connection: &Connection,
        peer: &NodeName,
        link: LinkId,
        goal: Goal,
    ) -> Result<(), Refusal> {
        let broken = |error: String| broken(connection, error);
        let hello = wire::framed(&*self.ours).map_err(|error| broken(error.to_string()))?;
        let (mut send, mut recv) =
            connection.open_bi().await.map_err(|error| broken(error.to_string()))?;
        send.write_all(&[&[Purpose::Hello as u8], &hello[..]].concat())
            .await
            .map_err(|error| broken(error.to_string()))?;
        let theirs = read(connection, &mut recv).await?;
        let candidate =
            Candidate { link, peer: judge(&self.ours, &theirs, peer)?, goal: Some(goal) };
        self.admit(candidate, connection).await?;
        // It is kept; that it broke in the meantime is seen by whoever uses it.
        let _ = send.write_all(&[YES]).await;
        let _ = send.finish();
        Ok(())
    }

    async fn second(
        &self,
        connection: &Connection,
        peer: &NodeName,
        link: LinkId,
    ) -> Result<(), Refusal> {
        let broken = |error: String| broken(connection, error);
        let (mut send, mut recv) =
            connection.accept_bi().await.map_err(|error| broken(error.to_string()))?;
        let mut purpose = [0];
        recv.read_exact(&mut purpose).await.map_err(|error| broken(error.to_string()))?;
        if Purpose::of(purpose[0]) != Some(Purpose::Hello) {
            return Err(Refusal::ours(Reason::Malformed, format!("{peer} does not say hello")));
        }
        let theirs = read(connection, &mut recv).await?;
        let candidate = Candidate { link, peer: judge(&self.ours, &theirs, peer)?, goal: None };
        self.ask(|reply| Told::Invite(candidate.clone(), reply)).await?;
        wire::write(&mut send, &*self.ours).await.map_err(|error| broken(error.to_string()))?;
        let _ = send.finish();
        let mut yes = [0];
        recv.read_exact(&mut yes).await.map_err(|error| broken(error.to_string()))?;
        if yes[0] != YES {
            return Err(Refusal::ours(Reason::Malformed, format!("{peer} does not say yes")));
        }
        self.admit(candidate, connection).await
    }

    async fn admit(&self, candidate: Candidate, connection: &Connection) -> Result<(), Refusal> {
        let connection = connection.clone();
        self.ask(|reply| Told::Admit(candidate, connection, reply)).await
    }

    async fn ask(
        &self,
        told: impl FnOnce(oneshot::Sender<Result<(), Refusal>>) -> Told,
    ) -> Result<(), Refusal> {
        let stopping = || Refusal::ours(Reason::Stopping, "the node stops");
        let (reply, replied) = oneshot::channel();
        self.tell.send(told(reply)).await.map_err(|_| stopping())?;
        replied.await.map_err(|_| stopping())?
    }

    /// Within the time, and closed with the reason if it comes to nothing.
    async fn bounded(
        &self,
        connection: &Connection,
        peer: &NodeName,
        greeting: impl Future<Output = Result<(), Refusal>>,
    ) -> Result<(), Refusal> {
        let outcome = timeout(self.within, greeting).await.unwrap_or_else(|_| {
            let word = format!("{peer} did not say hello within {:?}", self.within);
            Err(Refusal::ours(Reason::Slow, word))
        });
        outcome.map_err(|refusal| {
            if !refusal.by_peer {
                close(connection, refusal.reason, &refusal.word);
            }
            refusal.of(peer)
        })
    }
}

/// Closes a connection so that the other side knows why.
pub(super) fn close(connection: &Connection, reason: Reason, word: &str) {
    connection.close(VarInt::from_u32(reason as u32), word.as_bytes());
}

async fn read(connection: &Connection, stream: &mut RecvStream) -> Result<Hello, Refusal> {
    wire::read(stream).await.map_err(|error| match error {
        WireError::Cut { .. } => broken(connection, error.to_string()),
        WireError::Version { .. } => Refusal::ours(Reason::Version, error.to_string()),
        _ => Refusal::ours(Reason::Malformed, error.to_string()),
    })
}

/// Why the connection broke: by the word of the other side, if it gave one.
fn broken(connection: &Connection, error: String) -> Refusal {
    match connection.close_reason() {
        Some(reason) => endpoint::refusal(connection.remote_address(), &reason),
        None => Refusal::ours(Reason::Malformed, error),
    }
}
