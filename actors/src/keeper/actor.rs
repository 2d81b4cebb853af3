//! The actor: messages in, commits out, answers after.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, SpawnErr};
use tracing::{Instrument, Span};
use trawl_model::RangeId;
use trawl_model::range::RangeScan;
use trawl_model::unit::UnitId;
use trawl_storage::findings;
use trawl_storage::records::range::{RangeAt, RangeRow};
use trawl_storage::{Commit, Db, Fence, Outcome, StoreError, WriteId};

use super::commit::{Gathered, Log, log_entry_bytes};
use super::inbox::{Inbox, Place};
use super::report::Report;
use super::{Pace, cleaning, cutting, load};
use crate::clock::SharedClock;
use crate::crash;
use crate::director::record;
use crate::error::{Error, is_lasting};
use crate::index::Waker;
use crate::message::{Answer, ProcessId, Refusal, WorkerId};
use crate::range::{
    Batch, Clock, Command, Dead, Decision, Effect, Moment, RangeState, Reply, ScanOrder, Tuning,
    decide,
};
use crate::recorder::Trace;

/// Rows of a commit that are left free: head and log come on top of what is decided.
const SPARE_ROWS: usize = 20;
/// How often a commit is sent again that fails, or of which nothing is heard: some seconds in all.
const COMMIT_TRIES: u32 = 12;
/// How long a commit waits that is sent the third time; the wait doubles.
const RETRY_MILLIS: u64 = 25;
/// The longest wait.
const RETRY_MILLIS_MAX: u64 = 1_000;

const TAKEN_OVER: &str = "another node has taken it over";

/// What a keeper is told.
pub(super) enum Message {
    /// A command, who waits for its answer, and the room that it takes.
    Ask(Box<Command>, Option<RpcReplyPort<Reply>>, Option<Place>),
    /// A commit has come to its end.
    Committed(Result<Outcome, StoreError>),
    /// The child of a cut has its rows, or could not be made.
    ChildMade(Result<(), String>),
    /// How far the scan is here, as it is committed: who ends a scan by it may outlive this keeper.
    Progress(RpcReplyPort<Option<RangeScan>>),
    /// How many units wait to be pulled.
    Waiting(RpcReplyPort<usize>),
    /// Findings could not be kept: the scan can't go on.
    CannotKeep(String),
    /// Finish what is under way, and stop.
    Stop,
}

/// What a keeper works with.
pub struct Arguments {
    /// The range.
    pub at: RangeAt,
    /// The epoch of its shard.
    pub epoch: u64,
    /// Its store.
    pub db: Db,
    /// Its clock.
    pub clock: SharedClock,
    /// Its bounds.
    pub tuning: Tuning,
    /// Entries of a log that no index reads.
    pub log_entries: u32,
    /// Whom it tells what the index is to read.
    pub index: Waker,
    /// The layout of the source's findings.
    pub layout: u16,
    /// What the process before has left of a reader that died with it.
    pub trace: Option<Trace>,
    /// The pace of all commits of its node.
    pub pace: Pace,
    /// Readers may run in processes of which nothing is known here.
    pub elsewhere: bool,
    /// Processes that are known to live.
    pub living: BTreeSet<ProcessId>,
    /// Whom it tells how far it is.
    pub report: Arc<dyn Fn(Report) + Send + Sync>,
    /// The range's span, within that of its scan.
    pub span: Span,
    /// Called when there is work to be pulled.
    pub wake: Arc<dyn Fn() + Send + Sync>,
}

/// Says which units were out when the process before died, and how far suspects had come.
fn tell_of_the_dead(state: &RangeState) {
    for (id, unit) in state.units.iter().filter(|(_, unit)| unit.lease.is_some()) {
        let steps = state.trace.and_then(|trace| trace.steps_of(state.range, *id, unit.attempt));
        let resume = unit.reading.as_ref().and_then(|r| r.resume.levels.last()).map(|at| at.at);
        let (range, unit_id, named) = (state.range, id.0, unit.named.is_some());
        let (attempt, before) = (unit.attempt, unit.fell_at.as_ref().map(|fall| fall.steps));
        tracing::info!(%range, unit_id, attempt, named, steps, resume, before, "a reader died");
    }
}

type Waiting = (Box<Command>, Option<RpcReplyPort<Reply>>, Option<Place>);

/// Why an actor could not be started.
pub(crate) fn why_not(error: SpawnErr) -> Error {
    match error {
        SpawnErr::StartupFailed(error) => match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(error) => Error::Failed(error.to_string()),
        },
        error => Error::Failed(error.to_string()),
    }
}

/// A command, what was decided about it, and who waits for the answer.
struct Decided {
    command: Box<Command>,
    decision: Decision,
    port: Option<RpcReplyPort<Reply>>,
    place: Option<Place>,
}

pub(super) struct KeeperActor;

pub(super) struct Kept {
    arguments: Arguments,
    inbox: Arc<Inbox>,
    fence: Fence,
    state: RangeState,
    /// What is committed of its scan.
    committed: Option<RangeScan>,
    queue: VecDeque<Waiting>,
    flight: Option<Flight>,
    /// What was answered and waits for the next commit.
    waiting: Gathered,
    /// When something was committed last.
    committed_at: Moment,
    stopping: bool,
    /// What was set going and is not waited for until the keeper stops.
    errands: tokio::task::JoinSet<()>,
}

struct Flight {
    commit: Arc<Commit<RangeRow>>,
    decisions: Vec<Decided>,
    /// What was in memory alone before these were decided.
    before: InMemory,
    /// The index is to be told.
    is_logged: bool,
    /// How often it was sent without coming to an end.
    tries: u32,
}

/// The part of a range's state that no row keeps.
struct InMemory {
    clocks: BTreeMap<UnitId, Clock>,
    resting: BTreeMap<UnitId, Moment>,
    order: Option<ScanOrder>,
    halted: bool,
}

impl InMemory {
    fn of(state: &RangeState) -> Self {
        let (clocks, resting) = (state.clocks.clone(), state.resting.clone());
        Self { clocks, resting, order: state.order.clone(), halted: state.halted }
    }
}

impl Actor for KeeperActor {
    type Msg = Message;
    type State = Kept;
    type Arguments = (Arguments, Arc<Inbox>);

    async fn pre_start(
        &self,
        myself: ActorRef<Message>,
        (mut arguments, inbox): (Arguments, Arc<Inbox>),
    ) -> Result<Kept, ActorProcessingErr> {
        let span = arguments.span.clone();
        let taken = load::take(&arguments.db, &arguments.at, arguments.epoch);
        let (fence, mut state) = taken.instrument(span.clone()).await?;
        (state.trace, state.elsewhere) = (arguments.trace, arguments.elsewhere);
        span.in_scope(|| {
            tracing::debug!(epoch = arguments.epoch, "a range is kept");
            tell_of_the_dead(&state);
        });
        let living = std::mem::take(&mut arguments.living);
        let take_over = Box::new(Command::TakeOver { living });
        let queue = VecDeque::from([(take_over, None, None)]);
        let committed_at = arguments.clock.now();
        let mut kept = Kept {
            arguments,
            inbox,
            fence,
            committed: state.head.scan.clone(),
            state,
            queue,
            flight: None,
            waiting: Gathered::default(),
            committed_at,
            stopping: false,
            errands: tokio::task::JoinSet::new(),
        };
        span.in_scope(|| kept.advance(&myself))?;
        Ok(kept)
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        kept: &mut Kept,
    ) -> Result<(), ActorProcessingErr> {
        let span = kept.arguments.span.clone();
        kept.take(&myself, message).instrument(span).await?;
        while kept.errands.try_join_next().is_some() {}
        if kept.stopping && kept.flight.is_none() {
            myself.stop(None);
        }
        Ok(())
    }

    async fn post_stop(
        &self,
        _: ActorRef<Message>,
        kept: &mut Kept,
    ) -> Result<(), ActorProcessingErr> {
        while kept.errands.join_next().await.is_some() {}
        Ok(())
    }
}

impl Kept {
    async fn take(
        &mut self,
        myself: &ActorRef<Message>,
        message: Message,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Ask(command, port, place) => self.ask(command, port, place),
            Message::Committed(outcome) => self.committed(myself, outcome).await?,
            Message::ChildMade(made) => self.child_made(made),
            Message::CannotKeep(why) => self.tell(Report::Lost(self.arguments.at.range, why)),
            Message::Progress(port) => {
                let _ = port.send(self.committed.clone());
            }
            Message::Waiting(port) => {
                let (now, tuning) = (self.arguments.clock.now(), &self.arguments.tuning);
                let _ = port.send(self.state.waiting(now, tuning));
            }
            Message::Stop => {
                self.stopping = true;
                self.queue.push_back((Box::new(Command::HandOver), None, None));
            }
        }
        self.advance(myself)
    }

    /// Takes a command. While a commit waits for room on the disk, what is said again and again must
    /// not gather here.
    fn ask(
        &mut self,
        command: Box<Command>,
        port: Option<RpcReplyPort<Reply>>,
        place: Option<Place>,
    ) {
        match *command {
            Command::Alive(unit, attempt) => return self.hear(unit, attempt),
            Command::WorkerLost(worker, _) => {
                self.inbox.hears_lost(worker);
                if self.is_said_of(worker) {
                    return;
                }
            }
            Command::Tick | Command::Halt
                if port.is_none() && self.queue.iter().any(|(said, ..)| *said == command) =>
            {
                return;
            }
            _ => {}
        }
        self.queue.push_back((command, port, place));
    }

    /// Who says that he is there is heard at once, and so before leases are said to be late: no row says
    /// until when they last.
    fn hear(&mut self, unit: UnitId, attempt: u32) {
        let until = self.arguments.clock.now().plus(self.arguments.tuning.lease_millis);
        let Some(clock) = self.state.renewed(unit, attempt, until) else { return };
        self.state.apply(&crate::range::Write::Clock(unit, clock));
        // Should what is under way have to be decided anew, it was still said.
        if let Some(before) = self.flight.as_mut().and_then(|f| f.before.clocks.get_mut(&unit)) {
            *before = clock;
        }
    }

    /// Whether the last that waits here of a worker is that it is gone.
    fn is_said_of(&self, worker: WorkerId) -> bool {
        let said = self.queue.iter().rev().find_map(|(said, ..)| match &**said {
            Command::WorkerLost(lost, _) => (*lost == worker).then_some(true),
            Command::Pull(pull) => (pull.worker == worker).then_some(false),
            _ => None,
        });
        said.unwrap_or(false)
    }

    /// Decides what waits, as far as it fits into one commit, and sends that off.
    fn advance(&mut self, myself: &ActorRef<Message>) -> Result<(), ActorProcessingErr> {
        while self.flight.is_none() && (!self.queue.is_empty() || self.must_commit()) {
            let before = InMemory::of(&self.state);
            let (gathered, decisions) = self.gather();
            if decisions.is_empty() && (gathered.is_empty() || self.state.cutting.is_some()) {
                self.waiting = gathered;
                break;
            }
            if gathered.is_empty() {
                self.carry_out(decisions, myself);
                continue;
            }
            if self.may_wait(&decisions) {
                self.waiting = gathered;
                self.carry_out(decisions, myself);
                continue;
            }
            let (at, lane) = (&self.arguments.at, self.state.head.lane);
            let log = Log {
                entry_bytes: log_entry_bytes(self.arguments.db.limits()),
                most: self.arguments.log_entries,
                indexed: self.arguments.index.indexed(at, lane),
            };
            let is_logged = gathered.is_logged();
            let (head, write) = (&mut self.state.head, WriteId::random()?);
            let commit = Arc::new(gathered.into_commit(at, self.fence, head, log, write));
            self.flight = Some(Flight { commit, decisions, before, is_logged, tries: 0 });
            self.send(myself, Duration::ZERO);
        }
        Ok(())
    }

    /// Whether what waits is to be committed now, whatever else is decided.
    fn must_commit(&self) -> bool {
        !self.waiting.is_empty() && (self.stopping || self.is_late())
    }

    /// Whether all of this may be answered now and committed with what comes next.
    fn may_wait(&self, decisions: &[Decided]) -> bool {
        let can_wait = |d: &Decided| d.decision.can_wait || d.decision.writes.is_empty();
        let all = !decisions.is_empty() && decisions.iter().all(can_wait);
        all && !self.stopping && !self.is_late()
    }

    fn is_late(&self) -> bool {
        let wait = self.arguments.tuning.wait_millis;
        self.committed_at.plus(wait) <= self.arguments.clock.now()
    }

    fn gather(&mut self) -> (Gathered, Vec<Decided>) {
        let now = self.arguments.clock.now();
        let mut batch = Batch { version: self.fence.version + 1, leases: 0 };
        let mut gathered = std::mem::take(&mut self.waiting);
        let mut decisions = Vec::new();
        let limits = self.arguments.db.limits();
        let rows = limits.commit_rows.saturating_sub(SPARE_ROWS);
        // Of the rest an entry of the log takes its share.
        let bytes = limits.commit_bytes / 8 * 7 - log_entry_bytes(limits);
        while let Some((command, port, place)) = self.queue.pop_front() {
            if self.state.cutting.is_some() && *command != Command::ChildMade {
                // While rows are copied into the child nothing else is committed here: it waits.
                self.queue.push_front((command, port, place));
                break;
            }
            let decision = decide(&self.state, &command, now, batch, &self.arguments.tuning);
            let fits = gathered.has_room_for(&decision.writes, rows, bytes);
            if !fits && !decisions.is_empty() {
                // It is decided anew for the next commit.
                self.queue.push_front((command, port, place));
                break;
            }
            batch.leases += decision.leases;
            for write in &decision.writes {
                self.state.apply(write);
            }
            gathered.add(&decision.writes, &decision.shown);
            decisions.push(Decided { command, decision, port, place });
        }
        (gathered, decisions)
    }

    /// Sets something going. Its lines say whose it is.
    fn errand(&mut self, errand: impl Future<Output = ()> + Send + 'static) {
        self.errands.spawn(errand.in_current_span());
    }

    fn send(&mut self, myself: &ActorRef<Message>, wait: Duration) {
        if let Some(flight) = &self.flight {
            let (db, commit, myself) =
                (self.arguments.db.clone(), Arc::clone(&flight.commit), myself.clone());
            let wait = wait.max(self.arguments.pace.wait());
            self.errand(async move {
                if !wait.is_zero() {
                    tokio::time::sleep(wait).await;
                }
                let outcome = db.commit(commit).await;
                let _ = myself.cast(Message::Committed(outcome));
            });
        }
    }

    async fn committed(
        &mut self,
        myself: &ActorRef<Message>,
        outcome: Result<Outcome, StoreError>,
    ) -> Result<(), ActorProcessingErr> {
        match outcome {
            Ok(Outcome::Applied(fence)) => {
                tracing::trace!(waiting = self.queue.len(), "a commit was applied");
                crash::point("commit.applied");
                self.fence = fence;
                self.committed_at = self.arguments.clock.now();
                self.committed.clone_from(&self.state.head.scan);
                if let Some(flight) = self.flight.take() {
                    if flight.is_logged {
                        self.arguments.index.changed(&self.arguments.at, self.state.head.lane);
                    }
                    self.carry_out(flight.decisions, myself);
                }
                Ok(())
            }
            Ok(Outcome::Rejected(Some(fence))) if fence.epoch == self.arguments.epoch => {
                self.decide_anew().await
            }
            Ok(Outcome::Rejected(_)) => self.lose(|range, _| Report::Overtaken(range), TAKEN_OVER),
            Err(error) if is_lasting(&error) => self.lose(Report::Lost, &error.to_string()),
            // The same again: if it was applied, the store knows it by its name.
            Ok(Outcome::Unknown) => self.send_again(myself, "what became of it is not known"),
            Err(error) => self.send_again(myself, &error.to_string()),
        }
    }

    /// Sends the commit under way once more, after a while; past a bound the keeper gives up.
    fn send_again(
        &mut self,
        myself: &ActorRef<Message>,
        why: &str,
    ) -> Result<(), ActorProcessingErr> {
        let Some(flight) = &mut self.flight else { return Ok(()) };
        flight.tries += 1;
        let tries = flight.tries;
        let range = self.arguments.at.range;
        if tries > COMMIT_TRIES {
            tracing::error!(%range, tries, why, "a commit was given up");
            return self.lose(Report::Failed, why);
        }
        tracing::warn!(%range, tries, why, "a commit is sent again");
        // At once the first time.
        let wait = (RETRY_MILLIS << (tries - 1).min(16)).min(RETRY_MILLIS_MAX);
        self.send(myself, Duration::from_millis(if tries == 1 { 0 } else { wait }));
        Ok(())
    }

    /// Somebody else has written under our epoch: the range is read again, and what was decided
    /// is decided anew. Those who asked wait on.
    async fn decide_anew(&mut self) -> Result<(), ActorProcessingErr> {
        let Some(flight) = self.flight.take() else { return Ok(()) };
        for Decided { command, port, place, .. } in flight.decisions.into_iter().rev() {
            self.queue.push_front((command, port, place));
        }
        let (db, at) = (&self.arguments.db, &self.arguments.at);
        let fence = db.fence::<RangeRow>(at).await?;
        let state = load::read(db, at).await?;
        let Some(fence) = fence.filter(|fence| fence.epoch == self.arguments.epoch) else {
            return self.lose(|range, _| Report::Overtaken(range), TAKEN_OVER);
        };
        let InMemory { mut clocks, resting, order, halted } = flight.before;
        clocks.retain(|id, _| state.units.get(id).is_some_and(|unit| unit.lease.is_some()));
        self.committed.clone_from(&state.head.scan);
        // A cut under way is given up: what its child copied may have changed.
        self.state = RangeState {
            clocks,
            resting,
            order,
            halted,
            trace: self.arguments.trace,
            elsewhere: self.arguments.elsewhere,
            ..state
        };
        self.fence = fence;
        Ok(())
    }

    fn tell(&self, report: Report) {
        (self.arguments.report)(report);
    }

    /// Refuses all who wait, says why, and stops.
    fn lose(
        &mut self,
        report: fn(RangeId, String) -> Report,
        why: &str,
    ) -> Result<(), ActorProcessingErr> {
        for Decided { decision, port, .. } in
            self.flight.take().into_iter().flat_map(|f| f.decisions)
        {
            let Some(port) = port else { continue };
            let refused = match decision.reply {
                Reply::Leases(_) => Reply::Leases(Vec::new()),
                Reply::Checkpoint(_) => Reply::Checkpoint(Answer::Refused(Refusal::NotOwner)),
                _ => Reply::Refused(Refusal::NotOwner),
            };
            let _ = port.send(refused);
        }
        self.tell(report(self.arguments.at.range, why.to_owned()));
        Err(why.into())
    }

    fn carry_out(&mut self, decisions: Vec<Decided>, myself: &ActorRef<Message>) {
        for Decided { decision, port, .. } in decisions {
            if matches!(&decision.reply, Reply::Leases(leases) if !leases.is_empty()) {
                crash::point("lease.committed");
            }
            if let Some(port) = port {
                let _ = port.send(decision.reply);
            }
            for effect in decision.effects {
                self.effect(effect, myself);
            }
        }
    }

    fn effect(&mut self, effect: Effect, myself: &ActorRef<Message>) {
        let range = self.arguments.at.range;
        match effect {
            Effect::Wake => (self.arguments.wake)(),
            Effect::AtRest => (self.arguments.report)(Report::AtRest(range)),
            Effect::Phase(phase) => (self.arguments.report)(Report::Phase(range, phase)),
            Effect::Clean(dead) => self.clean(dead, false),
            Effect::Forget(dead) => self.clean(dead, true),
            Effect::Full => match record::fresh().map(RangeId::from_bytes) {
                Ok(child) => self.queue.push_back((Box::new(Command::Cut { child }), None, None)),
                Err(error) => tracing::warn!(%range, %error, "a full range could not be cut"),
            },
            Effect::MakeChild { child, bounds } => {
                let (db, at, fence) =
                    (self.arguments.db.clone(), self.arguments.at.clone(), self.fence);
                let (lane, myself) = (self.state.head.lane, myself.clone());
                self.errand(async move {
                    crash::point("cut.before-child");
                    let made = cutting::make_child(&db, &at, fence, child, &bounds, lane).await;
                    crash::point("cut.child-made");
                    let made = made.map_err(|error| error.to_string());
                    let _ = myself.cast(Message::ChildMade(made));
                });
            }
            Effect::EnterChild => {
                crash::point("cut.bound-set");
                if let Some(child) = self.state.head.child.clone() {
                    let lane = self.state.head.lane;
                    (self.arguments.report)(Report::Child { parent: range, child, lane });
                }
            }
        }
    }

    fn child_made(&mut self, made: Result<(), String>) {
        match made {
            Ok(()) => self.queue.push_front((Box::new(Command::ChildMade), None, None)),
            Err(error) => {
                // The range goes on whole; what there is of the child is an orphan, and swept.
                let range = self.arguments.at.range;
                tracing::warn!(%range, %error, "a cut failed");
                self.state.apply(&crate::range::Write::Cutting(None));
            }
        }
    }

    fn clean(&mut self, dead: Dead, forget: bool) {
        let (db, at) = (self.arguments.db.clone(), &self.arguments.at);
        let layout = findings::Layout {
            tenant: at.tenant.clone(),
            source: at.source,
            layout: self.arguments.layout,
        };
        self.errand(async move { cleaning::clean(&db, &layout, dead, forget).await });
    }
}
