//! The actor of a running scan.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{Instrument, Span};
use trawl_model::range::{Child, RangeScan};
use trawl_model::scan::{Scan, ScanState};
use trawl_model::source::Running;
use trawl_model::{RangeId, ScanId, SourceId, Timestamp};
use trawl_storage::records::source::SourceAt;

use super::plan::{self, Standing, Step, Sums};
use super::record::{self, Place};
use super::state;
use crate::crash;
use crate::error::Error;
use crate::keeper::{Keeper, Report};
use crate::node::{Keepers, OnEnd};
use crate::orders::Orders;
use crate::progress::{self, Progress, Window};
use crate::range::{Command, Moment, Reply, ScanOrder};

/// How often the directory is read again and clocks are looked at: messages only shorten the wait.
const LOOK_MILLIS: u64 = 1_000;
/// Keepers of one range that may fail before the scan ends for it: each next one waits longer.
const KEEPERS: u32 = 4;
/// Ranges that are read into memory at once when a scan begins.
const ENTERED_AT_ONCE: usize = 16;
/// Findings that are looked at after a scan that went on from a crash, and so many at once. What
/// lies behind is dead too, and takes room alone.
const SWEPT_ROWS: usize = 20_000;
/// So long it goes on at the most: until then nobody is told how far the scan is.
const SWEPT_MILLIS: u64 = 2_000;
const SWEPT_AT_ONCE: usize = 1_000;
/// Looks that may fail one after the other before the scan ends for it.
const FAILED_LOOKS: u32 = 8;

/// What a person said of what has vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vanished {
    /// It is gone: close it.
    Close,
    /// It is not: leave it.
    Keep,
}

/// What a director works with.
pub(crate) struct Arguments {
    pub(crate) at: SourceAt,
    pub(crate) scan: Scan,
    pub(crate) other_root: bool,
    pub(crate) resumed: bool,
    pub(crate) root: Vec<u8>,
    pub(crate) vanished_percent: u8,
    pub(crate) keepers: Arc<Keepers>,
    /// Called when all that was at work for the scan has been let go of.
    pub(crate) let_go: Box<dyn Fn(SourceId, ScanId) + Send + Sync>,
    /// Who is told when it has ended.
    pub(crate) ended: OnEnd,
    /// The scan's span.
    pub(crate) span: Span,
}

/// What a director is told.
pub(crate) enum Message {
    Report(Report),
    Look,
    Sums(RpcReplyPort<Sums>),
    Progress(RpcReplyPort<Progress>),
    /// Let the scan rest: its record says why.
    Halt,
    Stop,
}

/// A running scan.
#[derive(Clone)]
pub struct ScanHandle {
    /// Its id.
    pub id: ScanId,
    /// Its number among the scans of its source.
    pub number: u32,
    /// Its source.
    pub source: SourceId,
    actor: ActorRef<Message>,
    end: watch::Receiver<End>,
    halted: Arc<AtomicBool>,
}

/// How a scan has ended; none while it is at work.
type End = Option<Result<Scan, String>>;

impl ScanHandle {
    /// How far it is, summed over its ranges.
    pub async fn sums(&self) -> Sums {
        if let Some(Ok(scan)) = &*self.end.borrow() {
            return Sums::of(scan);
        }
        match self.actor.call(Message::Sums, None).await {
            Ok(ractor::rpc::CallResult::Success(sums)) => sums,
            _ => Sums::default(),
        }
    }

    /// How far it is, how fast it gets on, and what can be said of its end.
    pub async fn progress(&self) -> Option<Progress> {
        match self.actor.call(Message::Progress, None).await {
            Ok(ractor::rpc::CallResult::Success(progress)) => Some(progress),
            _ => None,
        }
    }

    /// Whether it is still at work, and is not told to rest.
    pub(crate) fn is_running(&self) -> bool {
        let ended = self.end.borrow().is_some() || self.end.has_changed().is_err();
        !ended && !self.halted.load(Ordering::SeqCst)
    }

    /// Lets the scan rest: what is under way is kept and given back, then nothing of it is at work.
    pub(crate) fn halt(&self) {
        self.halted.store(true, Ordering::SeqCst);
        let _ = self.actor.cast(Message::Halt);
    }

    /// Waits until nothing of it is at work.
    pub(crate) async fn gone(&self) {
        let _ = self.actor.wait(None).await;
    }

    /// Waits for its end, or until it rests: the scan's state says which.
    pub async fn wait(&self) -> Result<Scan, Error> {
        let mut end = self.end.clone();
        // Who would tell the end is gone: the node is stopping.
        let ended = end.wait_for(Option::is_some).await.map_err(|_| Error::Stopping)?;
        match ended.clone() {
            Some(Ok(scan)) => Ok(scan),
            Some(Err(error)) => Err(Error::Failed(error)),
            None => Err(Error::Stopping),
        }
    }

    /// Stops following it; it goes on at the next start.
    pub(crate) async fn stop(&self) {
        let _ = self.actor.cast(Message::Stop);
        let _ = self.actor.wait(None).await;
    }
}

pub(crate) async fn start(
    arguments: Arguments,
    supervisor: ractor::ActorCell,
) -> Result<ScanHandle, Error> {
    let (id, number, source) = (arguments.scan.id, arguments.scan.number, arguments.scan.source);
    let (ended, end) = watch::channel(None);
    let (actor, _) = Actor::spawn_linked(None, DirectorActor, (arguments, ended), supervisor)
        .await
        .map_err(|error| Error::Failed(error.to_string()))?;
    actor.send_interval(std::time::Duration::from_millis(LOOK_MILLIS), || Message::Look);
    let halted = Arc::default();
    Ok(ScanHandle { id, number, source, actor, end, halted })
}

struct DirectorActor;

struct Directed {
    arguments: Arguments,
    order: ScanOrder,
    ranges: HashMap<RangeId, Keeper>,
    fallen: HashMap<RangeId, Fallen>,
    children: Vec<NewChild>,
    failed_looks: u32,
    /// Whether what has vanished is closed: decided once, when all is read.
    closes: Option<bool>,
    /// Nobody had said what is to become of all that has vanished: it waits for a person.
    waits: bool,
    /// The scan is to rest, and these ranges do.
    halting: Option<HashSet<RangeId>>,
    /// What was done of late.
    window: Window,
    ended: watch::Sender<End>,
}

/// Keepers of a range that have failed.
#[derive(Default)]
struct Fallen {
    count: u32,
    why: Option<String>,
    next_at: Option<Moment>,
}

/// A child that is to be entered.
struct NewChild {
    parent: RangeId,
    child: Child,
    lane: u16,
}

impl Actor for DirectorActor {
    type Msg = Message;
    type State = Directed;
    type Arguments = (Arguments, watch::Sender<End>);

    async fn pre_start(
        &self,
        myself: ActorRef<Message>,
        (arguments, ended): (Arguments, watch::Sender<End>),
    ) -> Result<Directed, ActorProcessingErr> {
        let scan = &arguments.scan;
        let order = ScanOrder { number: scan.number, rules: scan.rules, started: scan.started };
        let mut directed = Directed {
            arguments,
            order,
            ranges: HashMap::new(),
            fallen: HashMap::new(),
            children: Vec::new(),
            failed_looks: 0,
            closes: None,
            waits: false,
            halting: None,
            window: Window::default(),
            ended,
        };
        let span = directed.arguments.span.clone();
        directed.begin(&myself).instrument(span).await?;
        Ok(directed)
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        directed: &mut Directed,
    ) -> Result<(), ActorProcessingErr> {
        let span = directed.arguments.span.clone();
        directed.take(&myself, message).instrument(span).await;
        if directed.has_ended() {
            myself.stop(None);
        }
        Ok(())
    }

    /// A scan that has ended, or that is no longer followed here, holds nothing of the node.
    async fn post_stop(
        &self,
        _: ActorRef<Message>,
        directed: &mut Directed,
    ) -> Result<(), ActorProcessingErr> {
        let Arguments { keepers, scan, let_go, .. } = &directed.arguments;
        for (_, keeper) in directed.ranges.drain() {
            keepers.let_go(&keeper).await;
        }
        let_go(scan.source, scan.id);
        Ok(())
    }
}

impl Directed {
    async fn begin(&mut self, myself: &ActorRef<Message>) -> Result<(), Error> {
        let (number, resumed) = (self.arguments.scan.number, self.arguments.resumed);
        tracing::info!(number, resumed, "a scan is at work");
        self.enter_all(myself).await
    }

    async fn take(&mut self, myself: &ActorRef<Message>, message: Message) {
        match message {
            Message::Sums(port) => {
                let _ = port.send(plan::sum(&self.standing().await));
            }
            Message::Progress(port) => {
                let _ = port.send(self.progress().await);
            }
            Message::Stop => myself.stop(None),
            Message::Halt => self.halt().await,
            Message::Report(Report::AtRest(range)) => {
                self.halting.get_or_insert_default().insert(range);
                self.rest_if_all_do().await;
            }
            Message::Report(Report::Lost(_, why)) => self.end(Err(why)),
            Message::Report(Report::Failed(range, why)) => {
                self.fallen.entry(range).or_default().why = Some(why);
            }
            Message::Report(Report::Child { parent, child, lane }) => {
                if !self.children.iter().any(|known| known.child == child) {
                    self.children.push(NewChild { parent, child, lane });
                }
                self.look(myself).await;
            }
            Message::Report(Report::Phase(..)) | Message::Look => self.look(myself).await,
        }
    }

    async fn enter_all(&mut self, myself: &ActorRef<Message>) -> Result<(), Error> {
        let places = record::directory(self.arguments.keepers.db(), &self.arguments.at).await?;
        for some in places.chunks(ENTERED_AT_ONCE) {
            let mut entering = JoinSet::new();
            for place in some {
                entering.spawn(self.entering(myself, place.range));
            }
            while let Some(entered) = entering.join_next().await {
                let keeper = entered.map_err(|error| Error::Failed(error.to_string()))??;
                self.ranges.insert(keeper.range(), keeper);
            }
        }
        Ok(())
    }

    async fn enter(&mut self, myself: &ActorRef<Message>, range: RangeId) -> Result<(), Error> {
        let keeper = self.entering(myself, range).await?;
        self.ranges.insert(range, keeper);
        Ok(())
    }

    /// Gets a keeper for a range, and has it take part.
    fn entering(
        &self,
        myself: &ActorRef<Message>,
        range: RangeId,
    ) -> impl Future<Output = Result<Keeper, Error>> + Send + use<> {
        let report = {
            let myself = myself.clone();
            Arc::new(move |report| {
                let _ = myself.cast(Message::Report(report));
            })
        };
        let (keepers, at) = (Arc::clone(&self.arguments.keepers), self.arguments.at.clone());
        let (order, priority) = (self.order.clone(), self.arguments.scan.order.priority);
        let span = self.arguments.span.clone();
        async move {
            let keeper = keepers.keep(&at, range, priority, report, &span).await?;
            while keeper.ask(Command::Begin(order.clone())).await? == Reply::Again {}
            Ok(keeper)
        }
    }

    /// Looks at what there is to do. What fails is tried again at the next look, within a bound.
    async fn look(&mut self, myself: &ActorRef<Message>) {
        if self.has_ended() || self.arguments.keepers.room().is_full() {
            // What it would write has to wait; and it is to answer who asks.
            return;
        }
        if self.halting.is_some() {
            // Asked once more, for those that have been followed by others meanwhile.
            return self.halt().await;
        }
        match self.go_on(myself).await {
            Ok(()) => self.failed_looks = 0,
            Err(error) if error.is_lasting() || self.failed_looks >= FAILED_LOOKS => {
                self.end(Err(error.to_string()));
            }
            Err(error) => {
                self.failed_looks += 1;
                tracing::warn!(%error, "a look at a scan failed; it is tried again");
            }
        }
    }

    /// Asks all ranges to rest. Leases of workers that are silent run out meanwhile.
    async fn halt(&mut self) {
        self.halting.get_or_insert_default();
        for keeper in self.ranges.values() {
            keeper.tell(Command::Halt);
            keeper.tell(Command::Tick);
        }
        self.rest_if_all_do().await;
    }

    /// When no range has a lease out, nothing is at work. A scan that is cancelled ends there.
    async fn rest_if_all_do(&mut self) {
        let Some(resting) = &self.halting else { return };
        let rests =
            |(range, keeper): (&RangeId, &Keeper)| resting.contains(range) || keeper.is_gone();
        if self.has_ended() || !self.ranges.iter().all(rests) {
            return;
        }
        let keepers = Arc::clone(&self.arguments.keepers);
        for (_, keeper) in self.ranges.drain() {
            // What it has answered and not yet committed is committed now.
            keepers.let_go(&keeper).await;
        }
        let orders = Orders::of(keepers.db(), &self.arguments.at.tenant);
        let rested = match orders.scan(self.arguments.scan.id).await {
            Ok(scan) if scan.state == ScanState::Cancelled => {
                orders.settle(&scan, keepers.clock().wall()).await
            }
            other => other,
        };
        self.end(rested.map_err(|error| error.to_string()));
    }

    async fn go_on(&mut self, myself: &ActorRef<Message>) -> Result<(), Error> {
        self.replace_fallen(myself).await?;
        while let Some(NewChild { parent, child, lane }) = self.children.last() {
            self.enter_child(myself, *parent, child.clone(), *lane).await?;
            self.children.pop();
        }
        for keeper in self.ranges.values() {
            keeper.tell(Command::Tick);
        }
        self.advance().await
    }

    /// A keeper that has died is followed by another, later each time; past a bound the scan ends.
    async fn replace_fallen(&mut self, myself: &ActorRef<Message>) -> Result<(), Error> {
        let gone = self.ranges.values().filter(|keeper| keeper.is_gone());
        let gone: Vec<RangeId> = gone.map(Keeper::range).collect();
        for range in gone {
            let now = self.arguments.keepers.clock().now();
            let fallen = self.fallen.entry(range).or_default();
            match fallen.next_at {
                None if fallen.count >= KEEPERS => {
                    let why = fallen.why.as_deref().unwrap_or("see the log");
                    let error = format!(
                        "the part of the node that keeps a range has failed {} times ({why}); \
                         what was kept stays, and the next scan goes on from there",
                        fallen.count + 1
                    );
                    self.end(Err(error));
                    return Ok(());
                }
                None => {
                    fallen.count += 1;
                    fallen.next_at = Some(now.plus(LOOK_MILLIS << fallen.count.min(8)));
                }
                Some(at) if at > now => {}
                Some(_) => {
                    fallen.next_at = None;
                    self.enter(myself, range).await?;
                }
            }
        }
        Ok(())
    }

    /// The child of a cut is entered in the directory, and takes part; then its parent may forget
    /// it.
    async fn enter_child(
        &mut self,
        myself: &ActorRef<Message>,
        parent: RangeId,
        child: Child,
        lane: u16,
    ) -> Result<(), Error> {
        let (keepers, at) = (Arc::clone(&self.arguments.keepers), self.arguments.at.clone());
        let known = record::directory(keepers.db(), &at).await?;
        if !known.iter().any(|place| place.range == child.range) {
            let (fence, _) = record::source(keepers.db(), &at)
                .await?
                .ok_or(Error::Record("a range without a source"))?;
            let place = Place { from: child.from, range: child.range, lane };
            record::enter_range(keepers.db(), &at, fence, &place, keepers.shards()).await?;
        }
        crash::point("cut.entered");
        if !self.ranges.contains_key(&child.range) {
            self.enter(myself, child.range).await?;
        }
        if let Some(parent) = self.ranges.get(&parent) {
            parent.ask(Command::ChildEntered).await?;
            crash::point("cut.struck");
        }
        Ok(())
    }

    async fn standing(&self) -> Vec<RangeScan> {
        let mut standing = Vec::with_capacity(self.ranges.len());
        for keeper in self.ranges.values() {
            standing.extend(keeper.progress().await);
        }
        standing
    }

    async fn progress(&mut self) -> Progress {
        let ranges = self.standing().await;
        let sums = plan::sum(&ranges);
        let (objects, bytes) = progress::done(&sums);
        self.window.note(self.arguments.keepers.clock().now(), objects, bytes);
        let listed = self.children.is_empty()
            && ranges.len() == self.ranges.len()
            && ranges.iter().all(plan::is_listed);
        progress::of(&sums, listed, &self.window)
    }

    async fn advance(&mut self) -> Result<(), Error> {
        if self.has_ended() {
            return Ok(());
        }
        let keepers = Arc::clone(&self.arguments.keepers);
        // Before the ranges are looked at: a cut in between raises it, and the end is refused.
        let Some((fence, source)) = record::source(keepers.db(), &self.arguments.at).await? else {
            return Err(Error::Record("a scan without a source"));
        };
        let ranges = self.standing().await;
        let (objects, bytes) = progress::done(&plan::sum(&ranges));
        self.window.note(keepers.clock().now(), objects, bytes);
        let cuts = self.ranges.len() - ranges.len();
        let mut standing = Standing {
            number: self.order.number,
            ranges: &ranges,
            cuts,
            word: self.closes,
            other_root: self.arguments.other_root,
            vanished_percent: self.arguments.vanished_percent,
        };
        let mut step = plan::next(&standing);
        if self.closes.is_none() && matches!(step, Step::Close(_) | Step::AskPerson) {
            // Orders that have joined it may have said it meanwhile.
            let orders = Orders::of(keepers.db(), &self.arguments.at.tenant);
            standing.word = orders.scan(self.arguments.scan.id).await?.order.close_vanished;
            step = plan::next(&standing);
        }
        match step {
            Step::Wait => Ok(()),
            Step::Close(close) => {
                self.closes = Some(close);
                self.close(close).await
            }
            Step::AskPerson => {
                (self.closes, self.waits) = (Some(false), true);
                self.close(false).await
            }
            Step::Finish => {
                let waits = self.waits;
                let (sums, at) = (plan::sum(&ranges), keepers.clock().wall());
                let tenant = &self.arguments.at.tenant;
                let ended =
                    record::change_scan(keepers.db(), tenant, self.arguments.scan.id, |scan| {
                        finished(scan, &sums, waits, at)
                    })
                    .await;
                let scan = match ended {
                    // Whoever has paused it halts it: it ends when it is resumed.
                    Err(Error::Paused(_)) => return Ok(()),
                    ended => ended?,
                };
                let running = Running { number: scan.number, scan: scan.id };
                let root = if waits { source.root.clone() } else { self.arguments.root.clone() };
                crash::point("end.scan-put");
                let ended = trawl_model::source::Source {
                    // One that was ordered since it has ended stays.
                    running: source.running.filter(|of| of.scan != scan.id),
                    finished: Some(running),
                    root,
                    ..source
                };
                record::put_source(keepers.db(), &self.arguments.at, fence, ended).await?;
                crash::point("end.head-put");
                if self.arguments.resumed || !self.fallen.is_empty() {
                    self.sweep().await;
                }
                self.end(Ok(scan));
                Ok(())
            }
        }
    }

    /// What a crash has left is swept out, as far as that goes quickly: it counts for nothing.
    async fn sweep(&self) {
        let db = self.arguments.keepers.db();
        let clock = self.arguments.keepers.clock();
        let until = clock.now().plus(SWEPT_MILLIS);
        let (mut cursor, mut left) = (None, SWEPT_ROWS);
        while left > 0 && clock.now() < until {
            match trawl_storage::sweep::dead_findings(db, cursor.take(), SWEPT_AT_ONCE).await {
                Ok(swept) => {
                    tracing::debug!(rows = swept.rows, deleted = swept.deleted, "swept");
                    left = left.saturating_sub(SWEPT_AT_ONCE);
                    cursor = swept.next;
                }
                Err(error) => tracing::warn!(%error, "what a crash has left could not be swept"),
            }
            if cursor.is_none() {
                return;
            }
        }
    }

    async fn close(&self, close: bool) -> Result<(), Error> {
        let number = self.order.number;
        for keeper in self.ranges.values() {
            while keeper.ask(Command::Close { number, close }).await? == Reply::Again {}
        }
        Ok(())
    }

    fn has_ended(&self) -> bool {
        self.ended.borrow().is_some()
    }

    fn end(&self, how: Result<Scan, String>) {
        if !self.has_ended() {
            match &how {
                Ok(scan) => {
                    let (state, objects) = (scan.state.name(), scan.listed_objects);
                    let findings = scan.counts.findings;
                    tracing::info!(state, objects, findings, "a scan is no longer at work");
                    if scan.ended.is_some() {
                        (self.arguments.ended.0)(scan);
                    }
                }
                Err(why) => tracing::error!(why, "a scan could not go on"),
            }
            self.ended.send_replace(Some(how));
        }
    }
}

/// A scan whose ranges are all done.
fn finished(scan: Scan, sums: &Sums, waits: bool, at: Timestamp) -> Result<Scan, Error> {
    debug_assert_eq!(
        sums.coverage.total_bytes(),
        sums.listed_bytes,
        "coverage-adds-up: the ledger of bytes is what listing saw"
    );
    let how = if waits { ScanState::Waiting } else { ScanState::Finished };
    let state = state::ended(scan.state, how).map_err(|_| Error::Paused(scan.id))?;
    Ok(Scan {
        state,
        ended: Some(at),
        coverage: sums.coverage.clone(),
        listed_bytes: sums.listed_bytes,
        listed_objects: sums.listed_objects,
        listed_whole: true,
        counts: sums.counts,
        error: waits.then(|| ASK.to_owned()),
        ..scan
    })
}

const ASK: &str = "more has vanished than may be closed unasked, or the root is another one: \
    nothing was closed; scan again and say whether what has vanished is to be closed or kept";
