//! The supervisor of the lanes: one that dies is followed by another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::RwLock;
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, SupervisionEvent};

use super::lane::{self, Arguments, LaneActor};
use super::shown::Shown;
use crate::error::Error;

/// How long it is waited before a lane that has died is opened again.
const AGAIN: Duration = Duration::from_secs(1);

/// The place of a lane: whoever keeps it, asks who sits there now.
pub(super) struct Seat {
    arguments: Arguments,
    actor: RwLock<ActorRef<lane::Message>>,
    left: AtomicBool,
}

impl Seat {
    /// Opens a lane.
    pub(super) async fn take(
        arguments: Arguments,
        root: &ActorRef<Message>,
    ) -> Result<Arc<Self>, Error> {
        let actor = start(&arguments, root.get_cell()).await?;
        let seat = Self { arguments, actor: RwLock::new(actor), left: AtomicBool::new(false) };
        let seat = Arc::new(seat);
        let _ = root.cast(Message::Taken(Arc::clone(&seat)));
        Ok(seat)
    }

    pub(super) fn actor(&self) -> ActorRef<lane::Message> {
        self.actor.read().clone()
    }

    pub(super) fn shown(&self) -> &Shown {
        &self.arguments.shown
    }

    /// Lets the lane finish what it is writing, and stops it for good.
    pub(super) async fn stop(&self) {
        self.left.store(true, Ordering::Release);
        let actor = self.actor();
        let _ = actor.cast(lane::Message::Stop);
        let _ = actor.wait(None).await;
    }
}

/// Starts a lane, on threads that stand back for those that answer.
async fn start(arguments: &Arguments, root: ActorCell) -> Result<ActorRef<lane::Message>, Error> {
    let common = Arc::clone(&arguments.common);
    let started = Actor::spawn_linked(None, LaneActor, arguments.clone(), root);
    let started = common.tasks.run(started).await.map_err(super::thread_failed)?;
    started.map(|(actor, _)| actor).map_err(crate::keeper::why_not)
}

/// What the supervisor is told.
pub(super) enum Message {
    /// Somebody has taken a seat.
    Taken(Arc<Seat>),
    /// A lane that has died is to be opened again.
    Again(Arc<Seat>),
}

/// The supervisor of lanes and janitor.
pub(super) struct Root;

impl Actor for Root {
    type Msg = Message;
    type State = Vec<Arc<Seat>>;
    type Arguments = ();

    async fn pre_start(
        &self,
        _: ActorRef<Message>,
        (): (),
    ) -> Result<Vec<Arc<Seat>>, ActorProcessingErr> {
        Ok(Vec::new())
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        seats: &mut Vec<Arc<Seat>>,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Taken(seat) => {
                seats.retain(|seat| !seat.left.load(Ordering::Acquire));
                seats.push(seat);
            }
            Message::Again(seat) if !seat.left.load(Ordering::Acquire) => {
                match start(&seat.arguments, myself.get_cell()).await {
                    Ok(actor) => *seat.actor.write() = actor,
                    Err(error) => {
                        tracing::error!(%error, "a lane of the index could not be opened again");
                        seat.arguments.shown.failed(error.to_string());
                        again(&myself, seat);
                    }
                }
            }
            Message::Again(_) => {}
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Message>,
        event: SupervisionEvent,
        seats: &mut Vec<Arc<Seat>>,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorFailed(cell, error) => {
                tracing::error!(%error, "an actor of the index failed");
                let fallen = seats.iter().find(|seat| seat.actor().get_id() == cell.get_id());
                if let Some(seat) = fallen {
                    again(&myself, Arc::clone(seat));
                }
            }
            // Who keeps a seat that was left keeps its files.
            SupervisionEvent::ActorTerminated(..) => {
                seats.retain(|seat| !seat.left.load(Ordering::Acquire));
            }
            _ => {}
        }
        Ok(())
    }
}

fn again(myself: &ActorRef<Message>, seat: Arc<Seat>) {
    drop(myself.send_after(AGAIN, move || Message::Again(seat)));
}
