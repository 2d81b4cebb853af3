//! The actor of a lane.
//!
//! Its algorithm: one step at a time, as [`Plan`] says. It reads what has changed, takes it in, and
//! from then on it is found. What is in memory is published now and then: a split is written while
//! the lane goes on, then the list of the dead, then both are named by one commit of the manifest,
//! together with the cursors of the ranges as they were when the split was begun. Splits become one
//! in the same way. A step that fails is tried again later; if it isn't known what the lane in memory
//! has come to, it is opened anew from its manifest, and what was not published is read again.
//!
//! Its known weakness: all findings of one object are in memory at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use tokio::task::AbortHandle;
use trawl_search::IndexError;
use trawl_search::compaction;
use trawl_search::lane::{Change, Lane};
use trawl_search::split::DeadList;
use trawl_storage::records::manifest::ManifestAt;
use trawl_storage::records::range::RangeAt;

use super::files;
use super::manifest::{self, Manifest};
use super::plan::{Plan, Sealed, Seen, Step};
use super::publish::{Job, Written};
use super::read::{Around, Next, Reader};
use super::shown::Shown;
use super::waker::Ear;
use super::{Common, Part, blocking};
use crate::background;
use crate::error::Error;
use crate::range::Moment;

/// How long it is waited for somebody who has a file open that is replaced.
const AGAIN: Duration = Duration::from_millis(200);

/// Who waits until all is read that there was when the lane was opened: nobody but itself.
const OPENING: u64 = 0;

/// What a lane is told.
pub(super) enum Message {
    /// Take the next step.
    Go,
    /// A split was written, or could not be.
    Written(Box<Result<Written, Unwritten>>),
    /// Read all that there is now, and say so.
    CatchUp(Port),
    /// Publish all that is in memory, and say so.
    Flush(Port),
    /// Finish what is being written, and stop.
    Stop,
}

/// Who waits for a lane.
pub(super) type Port = RpcReplyPort<Result<(), Error>>;

/// A split that could not be written.
pub(super) struct Unwritten {
    opened: u64,
    of_tail: bool,
    error: IndexError,
}

/// What a lane works with.
#[derive(Clone)]
pub(super) struct Arguments {
    pub(super) common: Arc<Common>,
    /// The number of its index.
    pub(super) index: u32,
    pub(super) part: Part,
    pub(super) shown: Arc<Shown>,
}

pub(super) struct LaneActor;

/// A lane at work.
pub(super) struct AtWork {
    arguments: Arguments,
    reader: Reader,
    /// The epoch in which the lane is ours.
    held: Option<u64>,
    ear: Arc<Ear>,
    going: Arc<AtomicBool>,
    open: Open,
    /// How often it was opened.
    opened: u64,
    /// Files in whose place others have come, and that are still open somewhere.
    replaced: Vec<String>,
    waiting: HashMap<u64, Port>,
    flushing: Vec<Port>,
    next_waiter: u64,
    /// It is being waited until all is read that there was when it was opened, or it is so.
    opening: bool,
    /// Wakes a lane that rests.
    timer: Option<AbortHandle>,
    /// It can't be used, and does nothing.
    broken: Option<Broken>,
    stopping: bool,
}

/// Why a lane can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broken {
    /// Somebody else has it.
    Overtaken,
    /// Its files can't be read. What they lie on may come back: at this moment it is tried again.
    Unreadable(Moment),
}

/// A lane that is open.
struct Open {
    manifest: Manifest,
    /// Taken out while changes are taken in.
    lane: Option<Lane>,
    list: DeadList,
    plan: Plan,
}

impl Actor for LaneActor {
    type Msg = Message;
    type State = AtWork;
    type Arguments = Arguments;

    async fn pre_start(
        &self,
        myself: ActorRef<Message>,
        arguments: Arguments,
    ) -> Result<AtWork, ActorProcessingErr> {
        let common = Arc::clone(&arguments.common);
        let reader = Reader::new(common.db.clone(), common.rules.clone(), common.batch_documents);
        let going = Arc::new(AtomicBool::new(false));
        let ear = {
            let (myself, going) = (myself.clone(), Arc::clone(&going));
            Arc::new(Ear::new(arguments.part, Box::new(move || go(&myself, &going))))
        };
        let mut held = None;
        let (open, broken) = open(&arguments, &mut held).await?;
        let mut at_work = AtWork {
            arguments,
            reader,
            held,
            ear,
            going,
            open,
            opened: 0,
            replaced: Vec::new(),
            waiting: HashMap::new(),
            flushing: Vec::new(),
            next_waiter: OPENING,
            opening: false,
            timer: None,
            broken: None,
            stopping: false,
        };
        match broken {
            None => at_work.show(),
            Some(error) => at_work.break_with(&error),
        }
        at_work.arguments.shown.hears_by(&at_work.ear);
        common.waker.add(Arc::clone(&at_work.ear));
        at_work.tell_cursors();
        go(&myself, &at_work.going);
        Ok(at_work)
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        at_work: &mut AtWork,
    ) -> Result<(), ActorProcessingErr> {
        // Whatever it is, the lane no longer rests.
        at_work.stop_timer();
        match message {
            Message::Go => at_work.go_on(&myself).await,
            Message::Written(written) => at_work.written(*written).await,
            Message::CatchUp(port) => at_work.catch_up(port),
            Message::Flush(port) => at_work.flush(port),
            Message::Stop => at_work.stopping = true,
        }
        let is_broken = at_work.broken.is_some();
        if at_work.stopping && (is_broken || !at_work.open.plan.is_writing()) {
            myself.stop(None);
        } else if at_work.timer.is_none() {
            go(&myself, &at_work.going);
        }
        Ok(())
    }

    async fn post_stop(
        &self,
        _: ActorRef<Message>,
        at_work: &mut AtWork,
    ) -> Result<(), ActorProcessingErr> {
        at_work.arguments.common.waker.remove(&at_work.ear);
        at_work.stop_timer();
        Ok(())
    }
}

/// Whether there was no room for a file.
fn is_no_space(error: &Error) -> bool {
    matches!(error, Error::Index(error) if error.is_no_space())
}

/// Asks for a step, unless one is asked for.
fn go(actor: &ActorRef<Message>, going: &AtomicBool) {
    if !going.swap(true, Ordering::AcqRel) {
        let _ = actor.cast(Message::Go);
    }
}

/// Opens a lane from its manifest; anew, where it was held in an epoch. Where its files can't be read,
/// it is empty and of no use.
async fn open(
    arguments: &Arguments,
    held: &mut Option<u64>,
) -> Result<(Open, Option<IndexError>), Error> {
    let common = &arguments.common;
    let at = ManifestAt { index: arguments.index, lane: arguments.part.lane };
    let fence = manifest::claim(&common.db, &at, *held).await?;
    *held = Some(fence.epoch);
    let (manifest, cursors) = Manifest::read(&common.db, at, fence).await?;
    let files = Arc::clone(&common.files);
    let (manifest, opened) = blocking(move || {
        let opened = manifest.open(&files);
        (manifest, opened)
    })
    .await?;
    let plan = Plan::new(common.tuning.clone(), cursors);
    let (opened, error) = match opened {
        Ok(opened) => (opened, None),
        Err(error) => ((Lane::default(), DeadList::default()), Some(error)),
    };
    let (lane, list) = opened;
    Ok((Open { manifest, lane: Some(lane), list, plan }, error))
}

impl AtWork {
    async fn go_on(&mut self, myself: &ActorRef<Message>) {
        self.going.store(false, Ordering::Release);
        self.remove_replaced().await;
        let now = self.arguments.common.clock.now();
        let told = self.ear.heard();
        self.open.plan.woken(told.ranges, now);
        if told.all {
            self.open.plan.look_now();
        }
        if let Some(Broken::Unreadable(again)) = self.broken
            && again <= now
        {
            self.open_anew().await;
        }
        let step = match self.broken {
            None => self.open.plan.next(self.seen(), now),
            Some(Broken::Unreadable(again)) => Step::Rest(again),
            Some(Broken::Overtaken) => {
                Step::Rest(now.plus(self.arguments.common.tuning.look_millis))
            }
        };
        let is_open = self.broken.is_some() || self.open.lane.is_some();
        let done = match &step {
            Step::Look | Step::Read(_) | Step::Publish | Step::Compact if !is_open => {
                self.open_again(now).await;
                Ok(())
            }
            Step::Look => self.look().await,
            Step::Read(at) => self.read(at).await,
            Step::Publish => self.publish(myself),
            Step::Compact => self.compact(myself),
            Step::Rest(until) => {
                let mut wait = Duration::from_millis(until.0.saturating_sub(now.0));
                if !self.replaced.is_empty() {
                    wait = wait.min(AGAIN);
                }
                self.timer = Some(myself.send_after(wait, || Message::Go).abort_handle());
                Ok(())
            }
        };
        match done {
            Ok(()) => self.answer(),
            Err(error) => {
                let at = if let Step::Read(at) = &step { Some(at) } else { None };
                self.failed(at, &error).await;
            }
        }
        self.tell_status();
    }

    fn seen(&self) -> Seen {
        let lane = self.open.lane.as_ref();
        Seen {
            tail_bytes: lane.map_or(0, Lane::tail_bytes),
            news: lane.is_some_and(Lane::has_news),
            no_room: !self.arguments.common.room.is_enough(),
        }
    }

    async fn look(&mut self) -> Result<(), Error> {
        let tenant = &self.arguments.common.tenant;
        let all = self.reader.all(tenant, self.arguments.part).await?;
        if !std::mem::replace(&mut self.opening, true) {
            self.open.plan.wait(OPENING);
        }
        let now = self.arguments.common.clock.now();
        let gone: Vec<Change> =
            self.open.plan.looked(all, now).into_iter().map(Change::Source).collect();
        if gone.is_empty() { Ok(()) } else { self.apply(gone).await }
    }

    async fn read(&mut self, at: &RangeAt) -> Result<(), Error> {
        let progress = self.open.plan.progress(at);
        let plan = &self.open.plan;
        let knows = |range: &RangeAt| plan.knows(range);
        let lane = self.open.lane.as_ref();
        let around = Around {
            part: self.arguments.part,
            knows: &knows,
            holds: knows(at) || lane.is_some_and(|lane| lane.may_hold(&at.range)),
        };
        let read = self.reader.step(at, progress, &around).await?;
        if !read.changes.is_empty() {
            self.apply(read.changes).await?;
        }
        let now = self.arguments.common.clock.now();
        let plan = &mut self.open.plan;
        if let Some(child) = read.found {
            plan.also(at, child, now);
        }
        match read.next {
            Next::More(progress) => plan.goes_on(at, progress),
            Next::Done(version, more) => plan.done(at, version, more, now),
            Next::Whole(first) => plan.whole(at, first, now),
            Next::Gone => plan.gone(at, now),
        }
        Ok(())
    }

    /// Takes changes in: from now on they are found.
    async fn apply(&mut self, changes: Vec<Change>) -> Result<(), Error> {
        let Some(mut lane) = self.open.lane.take() else { return Err(Error::Stopping) };
        let documents: usize = changes.iter().map(|change| change.documents().len()).sum();
        let threads = self.arguments.common.threads;
        let (lane, applied) = blocking(move || {
            let applied = lane.apply(&changes, threads);
            (lane, applied)
        })
        .await?;
        // After a failure it is not known what is dead: the lane is left out, and opened anew.
        applied?;
        self.open.lane = Some(lane);
        self.arguments.shown.took_in(documents as u64);
        self.show();
        Ok(())
    }

    fn publish(&mut self, myself: &ActorRef<Message>) -> Result<(), Error> {
        let Some(work) = self.open.lane.as_mut().and_then(Lane::publish) else { return Ok(()) };
        let room = Manifest::room(&self.arguments.common.db);
        let cursors = self.open.plan.seal(room);
        let files = &self.arguments.common.files;
        self.begin(myself, Job::new(files, self.opened, work, cursors)?);
        Ok(())
    }

    fn compact(&mut self, myself: &ActorRef<Message>) -> Result<(), Error> {
        let Some(lane) = &self.open.lane else { return Ok(()) };
        let named = compaction::plan(&lane.candidates(), &self.arguments.common.compaction);
        let Some(names) = named else { return Ok(()) };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Some(work) = lane.compact(&names) {
            self.open.plan.compacts();
            let files = &self.arguments.common.files;
            self.begin(myself, Job::new(files, self.opened, work, Sealed::default())?);
        }
        Ok(())
    }

    /// Writes a split, while the lane goes on. It has a thread of its own, which stands behind those that
    /// answer.
    fn begin(&self, myself: &ActorRef<Message>, job: Job) {
        let common = Arc::clone(&self.arguments.common);
        let (opened, of_tail, behind) = (job.opened, job.work.is_of_tail(), common.writing_behind);
        let tell = {
            let myself = myself.clone();
            move |written: Result<Written, IndexError>| {
                let written = written.map_err(|error| Unwritten { opened, of_tail, error });
                let _ = myself.cast(Message::Written(Box::new(written)));
            }
        };
        let write = {
            let tell = tell.clone();
            move || tell(job.run(&common))
        };
        if let Err(error) = background::spawn("index-write".to_owned(), behind, write) {
            tell(Err(IndexError::io("a thread that writes a split", error)));
        }
    }

    async fn written(&mut self, written: Result<Written, Unwritten>) {
        let (opened, of_tail) = match &written {
            Ok(written) => (written.job.opened, written.job.work.is_of_tail()),
            Err(unwritten) => (unwritten.opened, unwritten.of_tail),
        };
        if opened != self.opened || self.broken.is_some() {
            return;
        }
        let done = match written {
            Ok(written) => self.name(written).await,
            Err(Unwritten { error, .. }) => {
                self.open.plan.gave_up(of_tail);
                Err(error.into())
            }
        };
        match done {
            Ok(()) => self.answer(),
            Err(error) => self.failed(None, &error).await,
        }
        self.tell_status();
    }

    /// Names what was written in the manifest.
    async fn name(&mut self, written: Written) -> Result<(), Error> {
        let Open { manifest, lane, list, plan } = &mut self.open;
        let Some(mut held) = lane.take() else { return Err(Error::Stopping) };
        // Where it fails, it isn't known what is published: the lane is left out, and opened anew.
        let published = written.publish(&self.arguments.common, &mut held, manifest, list).await?;
        *lane = Some(held);
        let (of_tail, replaced) = (written.job.work.is_of_tail(), written.replaced());
        if of_tail {
            plan.published(published.then_some(&written.job.cursors));
            self.tell_cursors();
        } else {
            plan.compacted(published);
        }
        drop(written);
        self.arguments.shown.wrote(of_tail);
        self.show();
        if published && self.arguments.common.alone {
            self.replaced.extend(replaced.into_iter().map(files::of_split));
            self.remove_replaced().await;
        }
        Ok(())
    }

    /// Removes what is replaced and that nobody has open. Where others may be about to open it, the
    /// janitor does, after its grace.
    async fn remove_replaced(&mut self) {
        if self.replaced.is_empty() {
            return;
        }
        let (files, replaced) =
            (Arc::clone(&self.arguments.common.files), std::mem::take(&mut self.replaced));
        // What can't be removed here is the janitor's.
        self.replaced = blocking(move || files.remove_all(replaced)).await.unwrap_or_default();
        self.arguments.shown.waits_for(self.replaced.len());
    }

    fn catch_up(&mut self, port: Port) {
        if self.broken.is_some() {
            let _ = port.send(Err(self.why_broken()));
            return;
        }
        self.next_waiter += 1;
        self.waiting.insert(self.next_waiter, port);
        self.open.plan.wait(self.next_waiter);
    }

    fn flush(&mut self, port: Port) {
        if self.broken.is_some() {
            let _ = port.send(Err(self.why_broken()));
            return;
        }
        self.open.plan.flush();
        self.flushing.push(port);
    }

    /// Tells those who have waited long enough.
    fn answer(&mut self) {
        for id in self.open.plan.ready() {
            if id == OPENING {
                self.arguments.shown.set_whole(true);
            }
            if let Some(port) = self.waiting.remove(&id) {
                let _ = port.send(Ok(()));
            }
        }
        if self.open.plan.is_flushed() {
            self.flushing.drain(..).for_each(|port| drop(port.send(Ok(()))));
        }
    }

    /// Something failed: those who wait are told, and it is tried again later.
    async fn failed(&mut self, at: Option<&RangeAt>, error: &Error) {
        if is_no_space(error) {
            self.arguments.common.room.failed();
        }
        let (index, lane) = (self.arguments.index, self.arguments.part.lane);
        tracing::warn!(index, lane, %error, "a step of the index failed; it is tried again");
        self.arguments.shown.failed(error.to_string());
        self.open.plan.failed(at, self.arguments.common.clock.now());
        let why = |error: &Error| Error::Failed(error.to_string());
        for id in self.open.plan.give_up() {
            if id == OPENING {
                self.opening = false;
            }
            if let Some(port) = self.waiting.remove(&id) {
                let _ = port.send(Err(why(error)));
            }
        }
        self.flushing.drain(..).for_each(|port| drop(port.send(Err(why(error)))));
        if matches!(error, Error::Overtaken) {
            self.is_overtaken();
        } else if self.open.lane.is_none() {
            self.open_anew().await;
        }
    }

    /// What is in memory is not to be trusted: what is published is opened, and the rest read again.
    async fn open_anew(&mut self) {
        self.opened += 1;
        self.opening = false;
        self.arguments.shown.set_whole(false);
        // What is being written is of a lane that is no more.
        self.open.plan.gave_up(true);
        self.open.plan.gave_up(false);
        match open(&self.arguments, &mut self.held).await {
            Ok((open, None)) => {
                self.open = open;
                self.broken = None;
                self.show();
                self.tell_cursors();
            }
            Ok((open, Some(error))) => {
                self.open = open;
                self.break_with(&error);
            }
            Err(error) => {
                // As it is, it takes nothing in; each step that is due tries to open it once more.
                self.arguments.shown.failed(error.to_string());
                if matches!(error, Error::Overtaken) {
                    self.is_overtaken();
                }
            }
        }
    }

    fn is_overtaken(&mut self) {
        self.broken = Some(Broken::Overtaken);
        self.arguments.shown.overtaken();
    }

    /// Opens a lane that could not be opened when it had failed.
    async fn open_again(&mut self, now: Moment) {
        self.open_anew().await;
        if self.open.lane.is_none() {
            self.open.plan.failed(None, now);
        }
    }

    fn break_with(&mut self, error: &IndexError) {
        let (index, lane) = (self.arguments.index, self.arguments.part.lane);
        if self.broken.is_none() {
            tracing::error!(index, lane, %error, "a lane can't be opened; its files are looked for again");
        }
        let again = self.arguments.common.tuning.look_millis;
        self.broken = Some(Broken::Unreadable(self.arguments.common.clock.now().plus(again)));
        let way_out = if error.is_away() {
            "it is looked for again each index.look_every"
        } else {
            "`trawl index rebuild` makes it anew from what is kept"
        };
        let error = error.without_place();
        let why = format!("a part of the index can't be read ({error}); {way_out}");
        self.arguments.shown.broke(why);
    }

    fn why_broken(&self) -> Error {
        let why = self.arguments.shown.status().error;
        Error::Failed(why.unwrap_or_else(|| "the index can't be used".to_owned()))
    }

    /// Shows what is to be searched.
    fn show(&self) {
        if let Some(lane) = &self.open.lane {
            self.arguments.shown.show(lane);
        }
    }

    fn tell_status(&self) {
        let now = self.arguments.common.clock.now();
        let plan = &self.open.plan;
        let lag = plan.queue().since().map_or(0, |since| now.0.saturating_sub(since.0));
        self.arguments.shown.stands(plan.ranges(), plan.queue().len(), lag);
    }

    fn tell_cursors(&self) {
        let cursors = self.open.plan.published_cursors();
        self.ear.set_indexed(cursors.map(|(at, version)| (at.clone(), version)).collect());
    }

    fn stop_timer(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.abort();
        }
    }
}
