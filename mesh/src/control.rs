//! One stream a peer for small messages of control, handed over as bytes both ways.
//!
//! It is made for what has a protocol of its own, such as actors that speak across nodes. The side that
//! dialled opens it, and opens another when the first has ended; the other side takes one at a time.
//! Both find it in [`Controls`]. Nothing is kept for who does not take: where nobody does, the stream is
//! closed, and opened anew after a wait.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use quinn::{RecvStream, SendStream, VarInt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::counts::Counts;
use crate::hello::Peer;
use crate::session::Session;
use crate::wire::Purpose;

/// Control goes before requests and gossip.
const FIRST: i32 = 1;

/// The streams of control, as peers come.
#[derive(Debug)]
pub struct Controls(mpsc::Receiver<Control>);

impl Controls {
    /// The next one; none when the mesh has ended.
    pub async fn next(&mut self) -> Option<Control> {
        self.0.recv().await
    }
}

/// A stream of control with a peer. Dropping it ends it on both sides.
#[derive(Debug)]
pub struct Control {
    /// With whom.
    pub peer: Peer,
    /// Whether the peer dialled: this side is the server of whatever is spoken.
    pub is_server: bool,
    reading: Reading,
    writing: Writing,
}

/// The half of a [`Control`] that is read.
#[derive(Debug)]
pub struct Reading {
    stream: RecvStream,
    _line: Arc<OwnedSemaphorePermit>,
}

/// The half of a [`Control`] that is written.
#[derive(Debug)]
pub struct Writing {
    stream: SendStream,
    _line: Arc<OwnedSemaphorePermit>,
}

impl Control {
    /// Its halves. The stream has its place until both are dropped.
    pub fn into_split(self) -> (Reading, Writing) {
        (self.reading, self.writing)
    }

    fn new(
        session: &Session,
        send: SendStream,
        recv: RecvStream,
        line: OwnedSemaphorePermit,
    ) -> Self {
        // It fails only on a stream that has ended, as the first use will show.
        let _ = send.set_priority(FIRST);
        let line = Arc::new(line);
        Self {
            peer: session.peer.clone(),
            is_server: !session.dialled,
            reading: Reading { stream: recv, _line: Arc::clone(&line) },
            writing: Writing { stream: send, _line: line },
        }
    }
}

impl AsyncRead for Reading {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        AsyncRead::poll_read(Pin::new(&mut self.stream), context, buffer)
    }
}

impl AsyncWrite for Writing {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        AsyncWrite::poll_write(Pin::new(&mut self.stream), context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_flush(Pin::new(&mut self.stream), context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_shutdown(Pin::new(&mut self.stream), context)
    }
}

impl AsyncRead for Control {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.reading).poll_read(context, buffer)
    }
}

impl AsyncWrite for Control {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.writing).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.writing).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.writing).poll_shutdown(context)
    }
}

/// The one place for control on a connection.
pub(crate) struct Lines(Arc<Semaphore>);

impl Default for Lines {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

/// Hands streams of control over.
pub(crate) struct Hand {
    controls: mpsc::Sender<Control>,
    again_after: Duration,
    counts: Arc<Counts>,
}

impl Hand {
    /// With room for so many that were not yet taken.
    pub(crate) fn new(room: usize, again_after: Duration, counts: Arc<Counts>) -> (Self, Controls) {
        let (controls, taken) = mpsc::channel(room);
        (Self { controls, again_after, counts }, Controls(taken))
    }

    /// Opens one, and another whenever it has ended, until the connection ends or nobody takes any.
    pub(crate) async fn open(&self, session: &Session, lines: &Lines) {
        while !self.controls.is_closed() {
            let Ok(line) = Arc::clone(&lines.0).acquire_owned().await else { return };
            let Ok((mut send, recv)) = session.line.connection.open_bi().await else { return };
            if send.write_all(&[Purpose::Control as u8]).await.is_ok() {
                self.offer(Control::new(session, send, recv, line));
            } else {
                drop(line);
            }
            // Until it has ended there is no place for another.
            let Ok(line) = Arc::clone(&lines.0).acquire_owned().await else { return };
            drop(line);
            tokio::time::sleep(self.again_after).await;
        }
    }

    /// Takes the one that the other side has opened.
    pub(crate) async fn take(
        &self,
        session: &Session,
        lines: &Lines,
        mut send: SendStream,
        recv: RecvStream,
    ) {
        match Arc::clone(&lines.0).try_acquire_owned() {
            Ok(line) => self.offer(Control::new(session, send, recv, line)),
            Err(_) => {
                // The other side is done with the first one, and this side not yet. It comes again.
                self.counts.streams_refused.one();
                let _ = send.reset(VarInt::from_u32(0));
            }
        }
    }

    fn offer(&self, control: Control) {
        // Where there is no room it is dropped, and with it the stream.
        if self.controls.try_send(control).is_err() {
            self.counts.streams_refused.one();
        }
    }
}
