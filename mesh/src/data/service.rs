//! What the node implements to answer requests.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use quinn::SendStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::message;
use super::status::{Failed, Status};
use crate::counts::{Counts, Hold};
use crate::hello::Peer;

/// Answers requests of other nodes.
#[async_trait]
pub trait Service: Send + Sync + 'static {
    /// Answers one request: in frames, as many as it likes, and then well or with a reason.
    ///
    /// The future is dropped when whoever asked no longer waits, or the deadline has come. What must
    /// not stop in the midst goes into a task of its own.
    async fn answer(&self, request: Request, answer: &mut Answer<'_>) -> Result<(), Failed>;
}

/// What another node asks.
#[derive(Debug)]
pub struct Request {
    /// Who asks.
    pub from: Peer,
    /// What kind of question it is.
    pub kind: u16,
    /// The question. Its bytes count against the budget for as long as it lives.
    pub body: Body,
    /// Until when there must be an answer.
    pub deadline: Instant,
}

impl Request {
    /// How long whoever asked still waits, for questions that follow from this one.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Bytes that came, which count against a budget for as long as they live.
#[derive(Debug)]
pub struct Body {
    bytes: Bytes,
    _held: Held,
}

/// A part of budgets.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) _permits: [Option<OwnedSemaphorePermit>; 2],
    pub(super) _hold: Hold<Arc<Counts>>,
}

impl Body {
    pub(super) fn new(bytes: Vec<u8>, held: Held) -> Self {
        Self { bytes: bytes.into(), _held: held }
    }
}

impl Deref for Body {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Where an answer is written to.
pub struct Answer<'a> {
    pub(super) stream: &'a mut SendStream,
    pub(super) counts: &'a Arc<Counts>,
    pub(super) message_bytes: usize,
    /// A frame was begun and not written to its end.
    pub(super) is_within: &'a mut bool,
}

impl Answer<'_> {
    /// How many bytes a frame may have.
    pub fn most(&self) -> usize {
        self.message_bytes
    }

    /// Writes a frame, and waits where the other side does not read.
    ///
    /// If the future is dropped before it has come to its end, the answer is broken off.
    pub async fn send(&mut self, frame: impl Into<Bytes>) -> Result<(), Failed> {
        let frame = frame.into();
        let length = frame.len();
        if length > self.message_bytes {
            let most = self.message_bytes;
            let word = format!("a frame may have {most} bytes, this has {length}: write several");
            return Err(Failed::new(Status::Failed, word));
        }
        if *self.is_within {
            return Err(Failed::new(Status::Failed, "the writing of a frame was broken off"));
        }
        let gone = || Failed::new(Status::Cancelled, "whoever asked is gone");
        let _hold =
            Hold::take(Arc::clone(self.counts), |counts| &counts.answer_bytes, length as u64);
        *self.is_within = true;
        message::write_frame(self.stream, frame).await.map_err(|_| gone())?;
        *self.is_within = false;
        self.counts.bytes_sent.add(length as u64);
        Ok(())
    }
}
