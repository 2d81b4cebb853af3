//! The lanes of one index: those that are here, and those that other nodes have.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use parking_lot::RwLock;
use ractor::ActorRef;
use tokio::time::{Instant, sleep};
use trawl_mesh::Status as Answered;
use trawl_search::lane::Lane as Searched;
use trawl_search::leaf::{self, Unsearched};
use trawl_storage::records::Built;
use trawl_storage::records::manifest::ManifestAt;

use super::away::Away;
use super::lane::{Arguments, Message, Port};
use super::root::{self, Seat};
use super::sharing::Sharing;
use super::shown::Shown;
use super::status::LaneStatus;
use super::{Common, Part, blocking};
use crate::cluster::Kind;
use crate::cluster::lanes::{LaneDone, LaneOrder, LaneTold};
use crate::error::Error;

/// How long another node may take for what it is told; then it is told once more.
const TOLD_WITHIN: Duration = Duration::from_secs(600);
/// How long it is waited for a lane that goes from one node to another.
const MOVES_WITHIN: Duration = Duration::from_secs(60);
/// And how often it is looked meanwhile.
const MOVES_AGAIN: Duration = Duration::from_millis(250);

/// The lanes of one index, at work.
pub(super) struct Set {
    built: Built,
    common: Arc<Common>,
    root: ActorRef<root::Message>,
    lanes: Vec<Lane>,
    /// They are arranged by one at a time; whether all have been stopped for good.
    stopped: tokio::sync::Mutex<bool>,
}

/// A lane, wherever it is.
pub(super) struct Lane {
    part: Part,
    here: RwLock<Option<Arc<Seat>>>,
    /// Of the node that leads, where others have lanes.
    away: Option<Arc<Away>>,
}

/// Where the manifest of a lane lies.
pub(super) fn manifest_of(built: Built, lane: u16) -> ManifestAt {
    ManifestAt { index: built.number, lane }
}

/// What a lane was told has come to this.
enum Told {
    Done(Result<LaneDone, Error>),
    /// It is still at it.
    Late,
    /// It is nowhere, or goes from one node to another.
    Moves,
}

impl Lane {
    fn new(common: &Common, built: Built, lane: u16) -> Self {
        let part = Part { lane, lanes: built.lanes };
        let away = common.sharing.as_ref().filter(|_| common.leads).map(|sharing| {
            let news = Arc::clone(&common.news);
            let away = Away::new(built.number, part, sharing.shard_of(lane), news);
            away.listen(common);
            Arc::new(away)
        });
        Self { part, here: RwLock::default(), away }
    }

    /// Its number.
    pub(super) fn number(&self) -> u16 {
        self.part.lane
    }

    /// Where it is at work here.
    pub(super) fn seat(&self) -> Option<Arc<Seat>> {
        self.here.read().clone()
    }

    /// As it is seen from here where another node has it.
    pub(super) fn away(&self) -> Option<Arc<Away>> {
        self.away.clone().filter(|_| self.here.read().is_none())
    }

    /// One that is here because whoever has its shard takes none.
    pub(super) fn left_to_us(&self) -> Option<Arc<Away>> {
        self.away.clone().filter(|away| self.here.read().is_some() && away.is_left_to_us())
    }

    fn is_ours(&self, sharing: Option<&Sharing>) -> bool {
        let Some(sharing) = sharing else { return true };
        let is_left = || self.away.as_ref().is_some_and(|away| away.is_left_to_us());
        sharing.has(sharing.shard_of(self.part.lane)) || is_left()
    }

    fn status(&self) -> Option<LaneStatus> {
        let here = self.seat().map(|seat| seat.shown().status());
        here.or_else(|| self.away.as_ref().map(|away| away.status()))
    }
}

impl Set {
    /// Opens all lanes of an index that are this node's, and lets them begin.
    pub(super) async fn start(
        common: &Arc<Common>,
        built: Built,
        root: &ActorRef<root::Message>,
    ) -> Result<Self, Error> {
        let lanes = (0..built.lanes).map(|lane| Lane::new(common, built, lane)).collect();
        let (common, root) = (Arc::clone(common), root.clone());
        let set = Self { built, common, root, lanes, stopped: tokio::sync::Mutex::new(false) };
        let arranged = set.arrange().await;
        // What others are to have opens when they have it.
        match arranged {
            Err(error) if set.common.sharing.is_none() => {
                set.stop().await;
                Err(error)
            }
            _ => Ok(set),
        }
    }

    pub(super) fn built(&self) -> Built {
        self.built
    }

    /// All of them.
    pub(super) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// Opens lanes that have become this node's, and leaves those that no longer are.
    pub(super) async fn arrange(&self) -> Result<(), Error> {
        let stopped = self.stopped.lock().await;
        let mut all = Ok(());
        for lane in self.lanes.iter().filter(|_| !*stopped) {
            all = all.and(self.arrange_one(lane).await);
        }
        all
    }

    async fn arrange_one(&self, lane: &Lane) -> Result<(), Error> {
        let sharing = self.common.sharing.as_ref();
        let seat = lane.seat();
        let is_overtaken = seat.as_ref().is_some_and(|seat| seat.shown().is_overtaken());
        if is_overtaken && let Some(away) = &lane.away {
            away.is_taken();
        }
        let is_ours = lane.is_ours(sharing);
        if let Some(seat) = seat
            && sharing.is_some()
            && (is_overtaken || !is_ours)
        {
            if let Some(away) = &lane.away {
                away.listen(&self.common);
            }
            *lane.here.write() = None;
            // What it publishes may take a while, and comes to nothing where it was overtaken.
            tokio::spawn(leave(seat, is_overtaken));
        }
        let may_open = sharing.is_none_or(Sharing::is_certain);
        if is_ours && may_open && lane.seat().is_none() {
            let arguments = Arguments {
                common: Arc::clone(&self.common),
                index: self.built.number,
                part: lane.part,
                shown: Arc::new(Shown::new(self.built.number, lane.part.lane)),
            };
            let seat = Seat::take(arguments, &self.root).await?;
            *lane.here.write() = Some(seat);
            if let Some(away) = &lane.away {
                away.rest(&self.common);
            }
            if sharing.is_some() {
                tracing::info!(
                    index = self.built.number,
                    lane = lane.part.lane,
                    "a lane is opened"
                );
            }
        }
        Ok(())
    }

    /// Publishes and leaves those of a shard that goes to another node.
    pub(super) async fn leave_shard(&self, shard: u16) {
        let _one = self.stopped.lock().await;
        let Some(sharing) = &self.common.sharing else { return };
        let of_shard = self.lanes.iter().filter(|lane| sharing.shard_of(lane.part.lane) == shard);
        let leaving = of_shard.filter_map(|lane| {
            let seat = lane.here.write().take()?;
            if let Some(away) = &lane.away {
                away.listen(&self.common);
            }
            Some(leave(seat, false))
        });
        join_all(leaving.collect::<Vec<_>>()).await;
    }

    /// All that is to be searched here, and what can't be.
    pub(super) fn parts(&self) -> (Vec<leaf::Part>, Vec<Unsearched>) {
        let (mut parts, mut unsearched) = (Vec::new(), Vec::new());
        for lane in &self.lanes {
            match lane.seat() {
                Some(seat) => match seat.shown().parts() {
                    Ok(shown) => parts.extend(shown.iter().cloned()),
                    Err(why) => unsearched.push(why),
                },
                None => unsearched.extend(lane.away().and_then(|away| away.unsearched())),
            }
        }
        (parts, unsearched)
    }

    /// Whether files can't be read of any lane, as far as it is known of those that other nodes have.
    pub(super) fn has_lost_files(&self) -> bool {
        self.lanes.iter().any(|lane| match lane.seat() {
            Some(seat) => seat.shown().parts().is_err(),
            None => lane.away().is_some_and(|away| away.is_unreadable()),
        })
    }

    /// Waits until all lanes have read what there is now.
    pub(super) async fn catch_up(&self) -> Result<(), Error> {
        self.tell_all(LaneOrder::CatchUp).await.map(drop)
    }

    /// Waits until all lanes have published what they have in memory.
    pub(super) async fn flush(&self) -> Result<(), Error> {
        self.tell_all(LaneOrder::Publish).await.map(drop)
    }

    /// The same of those that are here.
    pub(super) async fn flush_here(&self) -> Result<(), Error> {
        let seats = self.lanes.iter().filter_map(Lane::seat);
        let flushed = seats.map(|seat| async move { ask(&seat, Message::Flush).await });
        join_all(flushed).await.into_iter().collect()
    }

    /// Whether files of any lane hold anything of a source.
    pub(super) async fn holds(&self, source: trawl_model::SourceId) -> Result<bool, Error> {
        let done = self.tell_all(LaneOrder::Holds(source)).await?;
        Ok(done.into_iter().any(|done| done.holds))
    }

    async fn tell_all(&self, what: LaneOrder) -> Result<Vec<LaneDone>, Error> {
        let told = self.lanes.iter().map(|lane| self.tell(lane, what));
        join_all(told).await.into_iter().collect()
    }

    /// Has a lane do something, wherever it is; one that goes from one node to another is waited for.
    async fn tell(&self, lane: &Lane, what: LaneOrder) -> Result<LaneDone, Error> {
        let mut until = Instant::now() + MOVES_WITHIN;
        loop {
            let told = match lane.seat() {
                Some(seat) => match tell_here(&seat, what).await {
                    Err(Error::Stopping) if self.common.sharing.is_some() => Told::Moves,
                    done => Told::Done(done),
                },
                None => self.tell_away(lane, what).await,
            };
            match told {
                Told::Done(done) => return done,
                Told::Late => until = Instant::now() + MOVES_WITHIN,
                Told::Moves if Instant::now() >= until || *self.stopped.lock().await => {
                    let why = lane.away().and_then(|away| away.unsearched());
                    let why =
                        why.map_or_else(|| "it moves".to_owned(), |unsearched| unsearched.why);
                    let lane = lane.part.lane;
                    return Err(Error::Failed(format!("lane {lane} of the index: {why}")));
                }
                Told::Moves => sleep(MOVES_AGAIN).await,
            }
        }
    }

    async fn tell_away(&self, lane: &Lane, what: LaneOrder) -> Told {
        let Some((away, sharing)) = lane.away().zip(self.common.sharing.as_ref()) else {
            return Told::Moves;
        };
        let Some(home) = away.home(&self.common, sharing).await else { return Told::Moves };
        let told = LaneTold { index: self.built.number, lane: lane.part.lane, what };
        match sharing.cluster.ask::<LaneDone>(&home, Kind::Lane, &told, TOLD_WITHIN).await {
            Ok(done) => Told::Done(Ok(done)),
            Err(failed) if failed.status == Answered::Deadline => Told::Late,
            Err(failed) if failed.status == Answered::Failed => {
                Told::Done(Err(Error::Failed(failed.to_string())))
            }
            Err(_) => {
                away.is_lost(&home);
                Told::Moves
            }
        }
    }

    pub(super) fn status(&self) -> Vec<LaneStatus> {
        self.lanes.iter().filter_map(Lane::status).collect()
    }

    /// Stops all lanes that are here. What they have in memory and did not publish is read again.
    pub(super) async fn stop(&self) {
        *self.stopped.lock().await = true;
        for lane in &self.lanes {
            if let Some(away) = &lane.away {
                away.rest(&self.common);
            }
            if let Some(seat) = lane.seat() {
                seat.stop().await;
            }
        }
    }
}

/// Leaves a lane to another node, with all that is in memory published, if that is still ours to do.
async fn leave(seat: Arc<Seat>, is_overtaken: bool) {
    let LaneStatus { index, lane, .. } = seat.shown().status();
    if !is_overtaken && let Err(error) = tell_here(&seat, LaneOrder::Publish).await {
        tracing::info!(index, lane, %error, "what a lane has in memory is read again by the next node");
    }
    seat.stop().await;
    tracing::info!(index, lane, "a lane is left");
}

/// Has a lane that is here do something.
pub(super) async fn tell_here(seat: &Seat, what: LaneOrder) -> Result<LaneDone, Error> {
    match what {
        LaneOrder::CatchUp => ask(seat, Message::CatchUp).await?,
        LaneOrder::Publish => ask(seat, Message::Flush).await?,
        LaneOrder::Holds(source) => {
            let parts = seat.shown().parts();
            let parts = parts
                .map_err(|Unsearched { split, why }| Error::Failed(format!("{split}: {why}")))?;
            let replaced = seat.shown().status().replaced > 0;
            let holds = replaced || blocking(move || Searched::holds(&parts, &source)).await??;
            return Ok(LaneDone { holds });
        }
    }
    Ok(LaneDone { holds: false })
}

async fn ask(seat: &Seat, message: fn(Port) -> Message) -> Result<(), Error> {
    let actor = seat.actor();
    match actor.call(message, None).await {
        Ok(ractor::rpc::CallResult::Success(answer)) => answer,
        _ => Err(Error::Stopping),
    }
}
