//! The side that asks.
//!
//! What is asked is dropped when whoever asks no longer waits: the streams are reset, and the other
//! side drops what it does. A deadline holds on both sides; what was not answered by then is a failure
//! here, whatever the other side does.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use quinn::{
    Connection, ConnectionError, ReadError, ReadExactError, RecvStream, SendStream, VarInt,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::message::{self, RequestHead, StatusMessage, Tag};
use super::service::{Body, Held};
use super::status::{Failed, Status};
use crate::counts::{Counts, Hold};
use crate::options::Data;
use crate::wire::{self, Purpose};

/// What is needed to ask any peer.
pub(crate) struct Asking {
    options: Data,
    received: Arc<Semaphore>,
    counts: Arc<Counts>,
}

/// The frames of an answer, as they come. Dropping it cancels the request.
pub struct Frames {
    stream: RecvStream,
    deadline: Instant,
    kind: u16,
    asking: Arc<Asking>,
    /// Bytes of this peer that may be held.
    received: Arc<Semaphore>,
    state: State,
    _place: OwnedSemaphorePermit,
}

/// The way to a peer, with places for what is asked of it and room for what it answers.
pub(crate) struct Line {
    pub(crate) connection: Connection,
    places: Arc<Semaphore>,
    received: Arc<Semaphore>,
}

impl Line {
    pub(crate) fn new(connection: Connection, options: &Data) -> Self {
        Self {
            connection,
            places: Arc::new(Semaphore::new(options.asked_at_once_a_peer)),
            received: Arc::new(Semaphore::new(options.received_bytes_a_peer)),
        }
    }
}

/// How far an answer was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Up to the end of a frame.
    Between,
    /// Into a frame: whoever read it was dropped there, or is reading.
    Within,
    /// To its end, good or bad.
    Over,
}

impl Asking {
    pub(crate) fn new(options: Data, counts: Arc<Counts>) -> Self {
        let received = Arc::new(Semaphore::new(options.received_bytes));
        Self { options, received, counts }
    }

    /// Sends a request; the answer is read by whoever wants it.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        line: &Line,
        kind: u16,
        body: Bytes,
        within: Duration,
    ) -> Result<Frames, Failed> {
        let within = within.min(self.options.longest);
        let deadline = Instant::now() + within;
        let sent = timeout_at(deadline, self.send(line, kind, body, deadline)).await;
        let sent = sent.unwrap_or_else(|_| Err(too_late()));
        let sent = sent.inspect_err(|failed| self.counts.asked.one(kind, failed.status));
        let (stream, place) = sent?;
        let (asking, received, state) =
            (Arc::clone(self), Arc::clone(&line.received), State::Between);
        Ok(Frames { stream, deadline, kind, asking, received, state, _place: place })
    }

    async fn send(
        &self,
        line: &Line,
        kind: u16,
        body: Bytes,
        deadline: Instant,
    ) -> Result<(RecvStream, OwnedSemaphorePermit), Failed> {
        let (length, most) = (body.len(), self.options.message_bytes);
        if length > most {
            let word = format!("a request may have {most} bytes, this has {length}: ask for less");
            return Err(Failed::new(Status::Refused, word));
        }
        let ended = |_| Failed::new(Status::Gone, "the mesh has ended");
        let place = Arc::clone(&line.places).acquire_owned().await.map_err(ended)?;
        let (send, recv) = line.connection.open_bi().await.map_err(|error| gone(&error))?;
        let within = deadline.saturating_duration_since(Instant::now());
        let head = RequestHead {
            kind,
            // Both are within the bounds of the options.
            within_ms: u32::try_from(within.as_millis()).unwrap_or(u32::MAX),
            length: u32::try_from(length).unwrap_or(u32::MAX),
        };
        let mut sending = Sending(Some(send));
        let head =
            wire::framed(&head).map_err(|error| Failed::new(Status::Refused, error.to_string()))?;
        match sending.write(&[&[Purpose::Request as u8], &head[..]].concat(), body).await {
            Ok(()) => self.counts.bytes_sent.add(length as u64),
            // The other side wants no more of it; why, stands in the answer.
            Err(quinn::WriteError::Stopped(_)) => {}
            Err(error) => return Err(Failed::new(Status::Gone, error.to_string())),
        }
        Ok((recv, place))
    }
}

impl Frames {
    /// The next frame; none when the answer is whole.
    ///
    /// If the future is dropped before it has come to its end, a part of a frame may be lost, and the
    /// answer has failed.
    pub async fn next(&mut self) -> Result<Option<Body>, Failed> {
        match self.state {
            State::Over => return Ok(None),
            State::Within => {
                self.ended(Status::Failed);
                return Err(Failed::new(Status::Failed, "the reading of a frame was broken off"));
            }
            State::Between => self.state = State::Within,
        }
        let deadline = self.deadline;
        let next = timeout_at(deadline, self.read()).await.unwrap_or_else(|_| Err(too_late()));
        match &next {
            Ok(Some(_)) => self.state = State::Between,
            Ok(None) => self.ended(Status::Answered),
            Err(failed) => self.ended(failed.status),
        }
        next
    }

    /// The answer, where it is one frame and no more.
    pub async fn whole(mut self) -> Result<Body, Failed> {
        let malformed = |word| Failed::new(Status::Failed, word);
        let body = self.next().await?.ok_or_else(|| malformed("the answer has no frame"))?;
        match self.next().await? {
            None => Ok(body),
            Some(_) => Err(malformed("the answer has several frames: read them one by one")),
        }
    }

    async fn read(&mut self) -> Result<Option<Body>, Failed> {
        let malformed = |word: String| Failed::new(Status::Failed, word);
        match message::read_tag(&mut self.stream).await.map_err(cut)? {
            Some(Tag::Frame(length)) => self.frame(length).await.map(Some),
            Some(Tag::End) => Ok(None),
            Some(Tag::Status) => {
                let status: StatusMessage = wire::read(&mut self.stream)
                    .await
                    .map_err(|error| malformed(error.to_string()))?;
                Err(Failed::new(Status::of_failure(status.status), status.word))
            }
            None => Err(malformed("the answer is none that is known here".to_owned())),
        }
    }

    async fn frame(&mut self, length: usize) -> Result<Body, Failed> {
        let Asking { options, received, counts } = &*self.asking;
        if length > options.message_bytes {
            let most = options.message_bytes;
            let word = format!("a frame may have {most} bytes, this has {length}");
            return Err(Failed::new(Status::Failed, word));
        }
        // At most what a frame may have, which is far less than a semaphore holds.
        let permits = u32::try_from(length).unwrap_or(u32::MAX);
        let room = |bytes: &Arc<Semaphore>| {
            let room = Arc::clone(bytes).acquire_many_owned(permits);
            async { room.await.map_err(|_| Failed::new(Status::Gone, "the mesh has ended")) }
        };
        // First of what this peer may hold: one that says much and sends little holds up nobody else.
        let permits = [Some(room(&self.received).await?), Some(room(received).await?)];
        let hold = Hold::take(Arc::clone(counts), |counts| &counts.received_bytes, length as u64);
        let held = Held { _permits: permits, _hold: hold };
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).await.map_err(cut)?;
        counts.bytes_received.add(length as u64);
        Ok(Body::new(bytes, held))
    }

    fn ended(&mut self, status: Status) {
        if std::mem::replace(&mut self.state, State::Over) != State::Over {
            self.asking.counts.asked.one(self.kind, status);
            if status != Status::Answered {
                let _ = self.stream.stop(VarInt::from_u32(Status::Cancelled as u32));
            }
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.ended(Status::Cancelled);
    }
}

/// A stream that is reset if it is left before its end; else what was sent would look whole.
struct Sending(Option<SendStream>);

impl Sending {
    async fn write(&mut self, head: &[u8], body: Bytes) -> Result<(), quinn::WriteError> {
        let Some(stream) = &mut self.0 else { return Ok(()) };
        let stopped = stream.stopped();
        let written = async {
            stream.write_all(head).await?;
            stream.write_chunk(body).await
        };
        // A write that waits for room in the window of the whole connection is not told that its stream
        // was stopped, and what stopped streams hold of that window comes back when they are reset.
        tokio::select! {
            biased;
            written = written => written?,
            _ = stopped => return Err(quinn::WriteError::Stopped(VarInt::from_u32(0))),
        }
        // It fails only where the other side wants no more, which it says in its answer.
        let _ = stream.finish();
        self.0 = None;
        Ok(())
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        if let Some(stream) = &mut self.0 {
            let _ = stream.reset(VarInt::from_u32(Status::Cancelled as u32));
        }
    }
}

fn too_late() -> Failed {
    Failed::new(Status::Deadline, "there was no answer within the deadline")
}

fn gone(error: &ConnectionError) -> Failed {
    Failed::new(Status::Gone, format!("the connection broke: {error}"))
}

fn cut(error: ReadExactError) -> Failed {
    match error {
        ReadExactError::FinishedEarly(_) => Failed::new(Status::Gone, "the answer was cut"),
        ReadExactError::ReadError(ReadError::Reset(code)) => {
            let code = u8::try_from(code.into_inner()).unwrap_or(u8::MAX);
            Failed::new(Status::of_failure(code), "the answer was broken off")
        }
        ReadExactError::ReadError(ReadError::ConnectionLost(error)) => gone(&error),
        ReadExactError::ReadError(error) => Failed::new(Status::Gone, error.to_string()),
    }
}
