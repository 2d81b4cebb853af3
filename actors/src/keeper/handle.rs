//! The handle by which others speak to a keeper.

use std::sync::Arc;

use ractor::{Actor, ActorRef, ActorStatus, RpcReplyPort};
use trawl_model::RangeId;
use trawl_model::range::RangeScan;

use super::actor::{Arguments, KeeperActor, Message, why_not};
use super::inbox::Inbox;
use crate::error::Error;
use crate::range::{Command, Reply};

/// Why findings can't be kept is said in so many bytes.
const MOST_WHY_BYTES: usize = 1_024;

/// A handle to a keeper. It doesn't say where the keeper runs.
#[derive(Clone)]
pub struct Keeper {
    range: RangeId,
    actor: ActorRef<Message>,
    inbox: Arc<Inbox>,
}

impl Keeper {
    /// Begins to keep a range, which there is.
    pub async fn start(arguments: Arguments, supervisor: ractor::ActorCell) -> Result<Self, Error> {
        let (range, inbox) = (arguments.at.range, Arc::new(Inbox::default()));
        let arguments = (arguments, Arc::clone(&inbox));
        let (actor, _) =
            Actor::spawn_linked(None, KeeperActor, arguments, supervisor).await.map_err(why_not)?;
        Ok(Self { range, actor, inbox })
    }

    /// Which range it keeps.
    pub fn range(&self) -> RangeId {
        self.range
    }

    /// Gives a command, and waits for its answer: first, where much is under way, until there is room for
    /// it. Whoever gives up before that has asked nothing.
    pub async fn ask(&self, command: Command) -> Result<Reply, Error> {
        let place = self.inbox.place(&command).await;
        let ask = |port| Message::Ask(Box::new(command), Some(port), place);
        match self.actor.call(ask, None).await {
            Ok(ractor::rpc::CallResult::Success(reply)) => Ok(reply),
            _ => Err(Error::Stopping),
        }
    }

    /// Gives a command for which nobody waits. What is under way already is not said twice.
    pub fn tell(&self, command: Command) {
        let place = match &command {
            Command::Alive(..) => match self.inbox.place_of_sign() {
                Some(place) => Some(place),
                None => return,
            },
            Command::WorkerLost(worker, _) if !self.inbox.says_lost(*worker) => return,
            _ => None,
        };
        let _ = self.actor.cast(Message::Ask(Box::new(command), None, place));
    }

    /// How far its scan is.
    pub async fn progress(&self) -> Option<RangeScan> {
        match self.actor.call(|port: RpcReplyPort<_>| Message::Progress(port), None).await {
            Ok(ractor::rpc::CallResult::Success(scan)) => scan,
            _ => None,
        }
    }

    /// How many units wait to be pulled.
    pub(crate) async fn waiting(&self) -> usize {
        match self.actor.call(Message::Waiting, None).await {
            Ok(ractor::rpc::CallResult::Success(waiting)) => waiting,
            _ => 0,
        }
    }

    /// Says that findings can't be kept, and why: whoever directs the scan is told, once and in few words.
    pub(crate) fn cannot_keep(&self, mut why: String) {
        if self.inbox.says_cannot_keep() {
            why.truncate(why.floor_char_boundary(MOST_WHY_BYTES));
            why.shrink_to_fit();
            let _ = self.actor.cast(Message::CannotKeep(why));
        }
    }

    /// Whether both lead to the same keeper, and not to one that followed it.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.actor.get_id() == other.actor.get_id()
    }

    /// Whether it has stopped, or has died.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.actor.get_status(), ActorStatus::Stopping | ActorStatus::Stopped)
    }

    /// Finishes what is under way, and stops.
    pub async fn stop(&self) {
        let _ = self.actor.cast(Message::Stop);
        let _ = self.actor.wait(None).await;
    }
}
