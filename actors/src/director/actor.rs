//! The actor of a running scan.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use tokio::sync::watch;
use tracing::{Instrument, Span};
use trawl_model::scan::{Scan, ScanState};
use trawl_model::source::Running;
use trawl_model::{RangeId, ScanId, SourceId, Timestamp};
use trawl_storage::Fence;
use trawl_storage::records::source::SourceAt;

use super::handle::{End, ScanHandle};
use super::plan::{self, Standing, Step, Sums};
use super::ranges::{self, Ranges, SeenThere, Whose};
use super::record::{self, Place};
use super::state;
use crate::cluster::keeping::{Cut, Directed as Of, How};
use crate::crash;
use crate::error::Error;
use crate::keeper::Report;
use crate::node::{Keepers, OnEnd};
use crate::orders::Orders;
use crate::progress::{self, Progress, Window};
use crate::range::{Command, Moment, ScanOrder};

/// How often it is looked, and the directory is read again if the source has changed: messages only shorten the
/// wait.
const LOOK_MILLIS: u64 = 1_000;
/// Keepers of one range that may fail before the scan ends for it: each next one waits longer.
const KEEPERS: u32 = 4;
/// Findings that are looked at after a scan that went on from a crash, and so many at once. What
/// lies behind is dead too, and takes room alone.
const SWEPT_ROWS: usize = 20_000;
/// So long it goes on at the most: until then nobody is told how far the scan is.
const SWEPT_MILLIS: u64 = 2_000;
const SWEPT_AT_ONCE: usize = 200;
/// Looks that may fail one after the other before the scan ends for it.
const FAILED_LOOKS: u32 = 8;

/// What a director works with.
pub(crate) struct Arguments {
    pub(crate) at: SourceAt,
    pub(crate) scan: Scan,
    pub(crate) other_root: bool,
    pub(crate) resumed: bool,
    pub(crate) root: Vec<u8>,
    pub(crate) vanished_percent: u8,
    /// The epoch in which this node leads.
    pub(crate) term: u64,
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
    /// There is something to look at, on another node.
    News,
    Sums(RpcReplyPort<Sums>),
    Progress(RpcReplyPort<Progress>),
    /// Let the scan rest: its record says why.
    Halt,
    Stop,
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
    ranges: Ranges,
    fallen: HashMap<RangeId, Fallen>,
    /// Ranges that were cut and whose children are to be entered.
    cuts: Vec<Cut>,
    failed_looks: u32,
    /// The version of the source at which its directory was read last.
    known: Option<Fence>,
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
        let ranges =
            Ranges::new(Arc::clone(&arguments.keepers), ordered(&myself, &arguments, &order));
        let mut directed = Directed {
            arguments,
            order,
            ranges,
            fallen: HashMap::new(),
            cuts: Vec::new(),
            failed_looks: 0,
            known: None,
            closes: None,
            waits: false,
            halting: None,
            window: Window::default(),
            ended,
        };
        let span = directed.arguments.span.clone();
        directed.begin().instrument(span).await?;
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
        if directed.has_ended() {
            directed.ranges.let_go().await;
        } else {
            directed.ranges.let_go_here().await;
        }
        let Arguments { scan, let_go, .. } = &directed.arguments;
        let_go(scan.source, scan.id);
        Ok(())
    }
}

impl Directed {
    async fn begin(&mut self) -> Result<(), Error> {
        let (number, resumed) = (self.arguments.scan.number, self.arguments.resumed);
        tracing::info!(number, resumed, "a scan is at work");
        let places = record::directory(self.arguments.keepers.db(), &self.arguments.at).await?;
        for place in places {
            self.ranges.add(place.range, place.lane);
        }
        // Others are asked by and by: who began the scan is told now.
        self.ranges.place(self.how(), Whose::Ours).await
    }

    /// What may change meanwhile, as it is now.
    fn how(&self) -> How {
        let Arguments { keepers, scan, .. } = &self.arguments;
        let priority = keepers.priority_of(scan.source).unwrap_or(scan.order.priority);
        How { priority, halt: self.halting.is_some() }
    }

    async fn take(&mut self, myself: &ActorRef<Message>, message: Message) {
        match message {
            Message::Sums(port) => {
                let _ = port.send(self.ranges.summary().await.sums);
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
            Message::Report(Report::Overtaken(range)) => {
                if self.arguments.keepers.shares() {
                    self.ranges.is_nowhere(range);
                } else {
                    self.end(Err(Error::Overtaken.to_string()));
                }
            }
            Message::Report(Report::Child { parent, child, lane }) => {
                self.is_cut(Cut { parent, child, lane });
                self.look().await;
            }
            Message::News => {
                self.ranges.hears_news();
                self.look().await;
            }
            Message::Report(Report::Phase(..)) | Message::Look => self.look().await,
        }
    }

    fn is_cut(&mut self, cut: Cut) {
        if !self.cuts.contains(&cut) {
            self.cuts.push(cut);
        }
    }

    /// Looks at what there is to do. What fails is tried again at the next look, within a bound.
    async fn look(&mut self) {
        if self.has_ended() || self.arguments.keepers.room().is_full() {
            // What it would write has to wait; and it is to answer who asks.
            return;
        }
        if self.halting.is_some() {
            // Asked once more, for those that have been followed by others meanwhile.
            return self.halt().await;
        }
        match self.go_on().await {
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
        self.ranges.tell_here(&Command::Halt);
        self.ranges.tell_here(&Command::Tick);
        let SeenThere { at_rest, .. } = self.ranges.look_there(self.how()).await;
        self.halting.get_or_insert_default().extend(at_rest);
        self.rest_if_all_do().await;
    }

    /// When no range has a lease out, nothing is at work. A scan that is cancelled ends there.
    async fn rest_if_all_do(&mut self) {
        let Some(resting) = &self.halting else { return };
        if self.has_ended() || !self.ranges.all_rest(|range| resting.contains(&range)) {
            return;
        }
        let keepers = Arc::clone(&self.arguments.keepers);
        self.ranges.let_go().await;
        let orders = Orders::of(keepers.db(), &self.arguments.at.tenant);
        let rested = match orders.scan(self.arguments.scan.id).await {
            Ok(scan) if scan.state == ScanState::Cancelled => {
                orders.settle(&scan, keepers.clock().wall()).await
            }
            other => other,
        };
        self.end(rested.map_err(|error| error.to_string()));
    }

    async fn go_on(&mut self) -> Result<(), Error> {
        self.replace_fallen();
        if self.has_ended() {
            return Ok(());
        }
        self.ranges.place(self.how(), Whose::All).await?;
        while let Some(cut) = self.cuts.last()
            && self.enter_child(cut.clone()).await?
        {
            self.cuts.pop();
        }
        self.ranges.tell_here(&Command::Tick);
        self.advance().await
    }

    /// A keeper that has died is followed by another, later each time; past a bound the scan ends.
    fn replace_fallen(&mut self) {
        let now = self.arguments.keepers.clock().now();
        for (range, why) in self.ranges.fallen() {
            let fallen = self.fallen.entry(range).or_default();
            fallen.why = why.or(fallen.why.take());
            match fallen.next_at {
                None if fallen.count >= KEEPERS => {
                    let why = fallen.why.as_deref().unwrap_or("see the log");
                    let error = format!(
                        "the part of the node that keeps a range has failed {} times ({why}); \
                         what was kept stays, and the next scan goes on from there",
                        fallen.count + 1
                    );
                    return self.end(Err(error));
                }
                None => {
                    fallen.count += 1;
                    fallen.next_at = Some(now.plus(LOOK_MILLIS << fallen.count.min(8)));
                }
                Some(at) if at > now => {}
                Some(_) => {
                    fallen.next_at = None;
                    self.ranges.is_nowhere(range);
                }
            }
        }
    }

    /// The child of a cut is entered in the directory, and takes part; then its parent may forget
    /// it. False where that can't be told now.
    async fn enter_child(&mut self, cut: Cut) -> Result<bool, Error> {
        let Cut { parent, child, lane } = cut;
        let (keepers, at) = (Arc::clone(&self.arguments.keepers), self.arguments.at.clone());
        let known = record::directory(keepers.db(), &at).await?;
        if !known.iter().any(|place| place.range == child.range) {
            let (fence, _) = record::source(keepers.db(), &at)
                .await?
                .ok_or(Error::Record("a range without a source"))?;
            let place = Place { from: child.from, range: child.range, lane };
            let entered =
                record::enter_range(keepers.db(), &at, fence, &place, keepers.shards()).await?;
            if self.known == Some(fence) {
                self.known = Some(entered);
            }
        }
        crash::point("cut.entered");
        if !self.ranges.contains(child.range) {
            self.ranges.add(child.range, lane);
            self.ranges.place(self.how(), Whose::All).await?;
        }
        let is_struck = self.ranges.child_entered(parent).await?;
        crash::point("cut.struck");
        Ok(is_struck)
    }

    async fn progress(&mut self) -> Progress {
        let summary = self.ranges.summary().await;
        let (objects, bytes) = progress::done(&summary.sums);
        self.window.note(self.arguments.keepers.clock().now(), objects, bytes);
        let listed = self.cuts.is_empty() && summary.is_listed(self.ranges.len());
        progress::of(&summary.sums, listed, &self.window)
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
        if self.known != Some(fence) {
            // Whoever directed it before may have entered a child just now.
            let places = record::directory(keepers.db(), &self.arguments.at).await?;
            for place in places {
                if !self.ranges.contains(place.range) {
                    self.ranges.add(place.range, place.lane);
                }
            }
            self.known = Some(fence);
        }
        let SeenThere { cut, lost, .. } = self.ranges.look_there(self.how()).await;
        if let Some(why) = lost {
            self.end(Err(why));
            return Ok(());
        }
        cut.into_iter().for_each(|cut| self.is_cut(cut));
        let summary = self.ranges.summary().await;
        let (objects, bytes) = progress::done(&summary.sums);
        self.window.note(keepers.clock().now(), objects, bytes);
        let known = summary.ranges + summary.others;
        let mut standing = Standing {
            ranges: &summary,
            unknown: self.ranges.len().abs_diff(known) + self.cuts.len(),
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
                self.ranges.close(self.order.number, close).await
            }
            Step::AskPerson => {
                (self.closes, self.waits) = (Some(false), true);
                self.ranges.close(self.order.number, false).await
            }
            Step::Finish => {
                let waits = self.waits;
                let (sums, at) = (summary.sums, keepers.clock().wall());
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
        let keepers = &self.arguments.keepers;
        // Who stops the node waits for it.
        while left > 0 && clock.now() < until && !keepers.is_closing() {
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

/// What all ranges of a scan are told, and whom they tell.
fn ordered(myself: &ActorRef<Message>, arguments: &Arguments, scan: &ScanOrder) -> ranges::Order {
    let (reported, looked) = (myself.clone(), myself.clone());
    let told = Arc::new(AtomicBool::new(false));
    let is_told = Arc::clone(&told);
    let (source, id) = (arguments.scan.source, arguments.scan.id);
    ranges::Order {
        at: arguments.at.clone(),
        of: Of { term: arguments.term, source, scan: id },
        scan: scan.clone(),
        root: arguments.root.clone(),
        span: arguments.span.clone(),
        report: Arc::new(move |report| {
            let _ = reported.cast(Message::Report(report));
        }),
        news: Arc::new(move || {
            // Told once until it is heard.
            if !is_told.swap(true, Ordering::SeqCst) {
                let _ = looked.cast(Message::News);
            }
        }),
        is_told: told,
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
