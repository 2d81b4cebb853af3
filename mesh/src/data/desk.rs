//! The side that answers.
//!
//! A stream is a request. Its head says kind, deadline and length, and before any of the body is read
//! there must be a place and room for its bytes, among those of this peer and among all: where there is
//! none, the answer is `busy` at once, and nothing waits. Then the body is read and the service asked,
//! until it has answered, the deadline has come, or whoever asked no longer waits.

use std::sync::Arc;
use std::time::Duration;

use quinn::{RecvStream, SendStream, VarInt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::message::{self, RequestHead, StatusMessage};
use super::service::{Answer, Body, Held, Request, Service};
use super::status::{Failed, Status};
use crate::counts::{Counts, Hold};
use crate::hello::Peer;
use crate::options::Data;
use crate::wire;

/// Where requests of all peers are answered.
pub(crate) struct Desk {
    service: Arc<dyn Service>,
    options: Data,
    places: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    counts: Arc<Counts>,
}

/// The share of one peer.
pub(crate) struct Share {
    peer: Peer,
    places: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
}

/// A request with its place.
struct Taken {
    head: RequestHead,
    body: Body,
    deadline: Instant,
    _places: [OwnedSemaphorePermit; 2],
    _at_work: Hold<Arc<Counts>>,
}

impl Desk {
    pub(crate) fn new(service: Arc<dyn Service>, options: Data, counts: Arc<Counts>) -> Self {
        let places = Arc::new(Semaphore::new(options.at_once));
        let bytes = Arc::new(Semaphore::new(options.request_bytes));
        Self { service, options, places, bytes, counts }
    }

    /// The share of a peer for one connection.
    pub(crate) fn share(&self, peer: Peer) -> Share {
        Share {
            peer,
            places: Arc::new(Semaphore::new(self.options.at_once_a_peer)),
            bytes: Arc::new(Semaphore::new(self.options.request_bytes_a_peer)),
        }
    }

    /// Answers the request of one stream.
    pub(crate) async fn answer(&self, share: &Share, mut send: SendStream, mut recv: RecvStream) {
        let head: RequestHead = match timeout(self.options.head_within, wire::read(&mut recv)).await
        {
            Ok(Ok(head)) => head,
            Ok(Err(error)) => {
                self.counts.streams_refused.one();
                let failed = Failed::new(Status::Refused, error.to_string());
                return self.say(&mut send, failed).await;
            }
            Err(_) => {
                self.counts.streams_refused.one();
                return give_up(&mut send, Status::Deadline);
            }
        };
        let kind = head.kind;
        let mut is_within = false;
        let outcome = self.carry_out(share, head, &mut send, &mut recv, &mut is_within).await;
        let status = outcome.as_ref().map_or_else(|failed| failed.status, |()| Status::Answered);
        self.counts.answered.one(kind, status);
        match outcome {
            Ok(()) => {}
            // There is nobody to tell.
            Err(Failed { status: Status::Cancelled | Status::Gone, .. }) => {
                give_up(&mut send, Status::Cancelled);
            }
            // What would follow a part of a frame would be read as the rest of it.
            Err(failed) if is_within => give_up(&mut send, failed.status),
            Err(failed) => self.say(&mut send, failed).await,
        }
    }

    async fn carry_out(
        &self,
        share: &Share,
        head: RequestHead,
        send: &mut SendStream,
        recv: &mut RecvStream,
        is_within: &mut bool,
    ) -> Result<(), Failed> {
        let taken = self.take(share, head, recv).await?;
        let Taken { head, body, deadline, _places, _at_work } = taken;
        let request = Request { from: share.peer.clone(), kind: head.kind, body, deadline };
        let stopped = send.stopped();
        let answering = async {
            let mut answer = Answer {
                stream: &mut *send,
                counts: &self.counts,
                message_bytes: self.options.message_bytes,
                is_within: &mut *is_within,
            };
            self.service.answer(request, &mut answer).await?;
            if *is_within {
                return Err(Failed::new(Status::Failed, "the writing of a frame was broken off"));
            }
            let gone = |_| Failed::new(Status::Cancelled, "whoever asked is gone");
            message::write_end(send).await.map_err(gone)?;
            let _ = send.finish();
            Ok(())
        };
        tokio::select! {
            biased;
            _ = stopped => Err(Failed::new(Status::Cancelled, "whoever asked no longer waits")),
            answered = timeout_at(deadline, answering) => {
                answered.unwrap_or_else(|_| Err(too_late()))
            }
        }
    }

    /// A place, room, and the body.
    async fn take(
        &self,
        share: &Share,
        head: RequestHead,
        recv: &mut RecvStream,
    ) -> Result<Taken, Failed> {
        let (length, most) = (head.length as usize, self.options.message_bytes);
        if length > most {
            let word = format!("a request may have {most} bytes, this has {length}");
            return Err(Failed::new(Status::Refused, word));
        }
        let within = Duration::from_millis(head.within_ms.into()).min(self.options.longest);
        let deadline = Instant::now() + within;
        let place = |places: &Arc<Semaphore>, whose| {
            Arc::clone(places).try_acquire_owned().map_err(|_| {
                Failed::new(Status::Busy, format!("as many requests {whose} are at work as may be"))
            })
        };
        let room = |bytes: &Arc<Semaphore>, whose| {
            Arc::clone(bytes).try_acquire_many_owned(head.length).map(Some).map_err(|_| {
                let word = format!("requests {whose} hold as many bytes as they may");
                Failed::new(Status::Busy, word)
            })
        };
        let places = [place(&share.places, "of this peer")?, place(&self.places, "of all peers")?];
        let permits = [room(&share.bytes, "of this peer")?, room(&self.bytes, "of all peers")?];
        let at_work = Hold::take(Arc::clone(&self.counts), |counts| &counts.at_work, 1);
        let hold =
            Hold::take(Arc::clone(&self.counts), |counts| &counts.request_bytes, length as u64);
        let held = Held { _permits: permits, _hold: hold };
        let mut bytes = vec![0; length];
        let whole = async {
            recv.read_exact(&mut bytes).await.map_err(|error| match error {
                quinn::ReadExactError::FinishedEarly(_) => {
                    Failed::new(Status::Refused, "the body has fewer bytes than its head says")
                }
                _ => Failed::new(Status::Cancelled, "the body was cut"),
            })?;
            match recv.read_chunk(1, true).await {
                Ok(None) => Ok(()),
                Ok(Some(_)) => {
                    Err(Failed::new(Status::Refused, "the body has more bytes than its head says"))
                }
                Err(_) => Err(Failed::new(Status::Cancelled, "the body was cut")),
            }
        };
        timeout_at(deadline, whole).await.unwrap_or_else(|_| Err(too_late()))?;
        self.counts.bytes_received.add(length as u64);
        let body = Body::new(bytes, held);
        Ok(Taken { head, body, deadline, _places: places, _at_work: at_work })
    }

    /// Says why there is no answer, to someone who may not read it.
    async fn say(&self, send: &mut SendStream, failed: Failed) {
        let word = message::shortened(failed.word);
        let status = StatusMessage { status: failed.status as u8, word };
        let said = timeout(self.options.head_within, message::write_status(send, &status)).await;
        match said {
            Ok(Ok(())) => {
                let _ = send.finish();
            }
            _ => give_up(send, failed.status),
        }
    }
}

fn too_late() -> Failed {
    Failed::new(Status::Deadline, "there was no answer within the deadline")
}

/// Leaves a stream; what was written of it and not yet read is dropped.
fn give_up(send: &mut SendStream, status: Status) {
    // It fails only where the stream has ended.
    let _ = send.reset(VarInt::from_u32(status as u32));
}
