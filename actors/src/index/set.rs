//! The lanes of one index.

use std::sync::Arc;

use ractor::ActorRef;
use trawl_search::leaf::{self, Unsearched};
use trawl_storage::records::Built;
use trawl_storage::records::manifest::ManifestAt;

use super::lane::{Arguments, Message, Port};
use super::root::{self, Seat};
use super::shown::Shown;
use super::status::LaneStatus;
use super::{Common, Part};
use crate::error::Error;

/// The lanes of one index, at work.
pub(super) struct Set {
    built: Built,
    seats: Vec<Arc<Seat>>,
}

/// Where the manifest of a lane lies.
pub(super) fn manifest_of(built: Built, lane: u16) -> ManifestAt {
    ManifestAt { index: built.number, lane }
}

impl Set {
    /// Opens all lanes of an index, and lets them begin.
    pub(super) async fn start(
        common: &Arc<Common>,
        built: Built,
        root: &ActorRef<root::Message>,
    ) -> Result<Self, Error> {
        let mut set = Self { built, seats: Vec::with_capacity(built.lanes.into()) };
        for lane in 0..built.lanes {
            let arguments = Arguments {
                common: Arc::clone(common),
                index: built.number,
                part: Part { lane, lanes: built.lanes },
                shown: Arc::new(Shown::new(built.number, lane)),
            };
            match Seat::take(arguments, root).await {
                Ok(seat) => set.seats.push(seat),
                Err(error) => {
                    set.stop().await;
                    return Err(error);
                }
            }
        }
        Ok(set)
    }

    pub(super) fn built(&self) -> Built {
        self.built
    }

    /// All that is to be searched, and what can't be.
    pub(super) fn parts(&self) -> (Vec<leaf::Part>, Vec<Unsearched>) {
        let (mut parts, mut unsearched) = (Vec::new(), Vec::new());
        for seat in &self.seats {
            match seat.shown().parts() {
                Ok(shown) => parts.extend(shown.iter().cloned()),
                Err(why) => unsearched.push(why),
            }
        }
        (parts, unsearched)
    }

    /// Waits until all lanes have read what there is now.
    pub(super) async fn catch_up(&self) -> Result<(), Error> {
        self.ask(Message::CatchUp).await
    }

    /// Waits until all lanes have published what they have in memory.
    pub(super) async fn flush(&self) -> Result<(), Error> {
        self.ask(Message::Flush).await
    }

    async fn ask(&self, message: fn(Port) -> Message) -> Result<(), Error> {
        let asked = self.seats.iter().map(|seat| {
            let actor = seat.actor();
            tokio::spawn(async move { actor.call(message, None).await })
        });
        let asked: Vec<_> = asked.collect();
        let mut all = Ok(());
        for answer in asked {
            let answer = match answer.await {
                Ok(Ok(ractor::rpc::CallResult::Success(answer))) => answer,
                _ => Err(Error::Stopping),
            };
            all = all.and(answer);
        }
        all
    }

    pub(super) fn status(&self) -> Vec<LaneStatus> {
        self.seats.iter().map(|seat| seat.shown().status()).collect()
    }

    /// Stops all lanes. What they have in memory and did not publish is read again.
    pub(super) async fn stop(&self) {
        for seat in &self.seats {
            seat.stop().await;
        }
    }
}
