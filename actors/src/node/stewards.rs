//! Ranges that this node keeps for scans that other nodes direct.
//!
//! A steward does for one scan what its director asks, and remembers how its ranges are until the director
//! looks. Of two directors the one of the later term is heard: the other has been followed and does not
//! know it yet. Where no director asks any more, the ranges are let go of.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};

use futures_util::future::join_all;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Span;
use trawl_mesh::{Failed, NodeName, Status};
use trawl_model::range::RangeScan;
use trawl_model::{RangeId, ScanId, SourceId};
use trawl_storage::records::source::SourceAt;

use super::Keepers;
use crate::cluster::keeping::{
    Cut, Directed, How, Keep, Kept, LetGo, Look, Looked, MOST_RANGES, News, Tell, What,
};
use crate::cluster::{Done, ScanFound, Seen};
use crate::director::plan::Summary;
use crate::error::Error;
use crate::index::{Relay, Waker};
use crate::keeper::{Keeper, Report};
use crate::range::{Command, Moment, Reply, ScanOrder};
use crate::traced;

/// Ranges that are read into memory at once.
const AT_ONCE: usize = 16;
/// A scan of which no director has asked for so long is let go of.
const SILENT_MILLIS: u64 = 60_000;
/// Scans of this many sources are kept for others, at the most.
const MOST_SOURCES: usize = 1_000;
/// Where nothing else is known of why.
const SEE_LOG: &str = "the log of its node says why";
/// Keepers that are stopped at once.
const STOPPED_AT_ONCE: usize = 32;
/// Changed ranges of a scan that are named, at the most.
const MOST_CHANGED: usize = 10_000;

/// All stewards of a node.
pub(crate) struct Stewards {
    of: Arc<Mutex<HashMap<SourceId, Arc<Steward>>>>,
    /// What the index of another node is to read; none where it is made here.
    relay: Option<Relay>,
}

/// Does what the director of one scan asks.
struct Steward {
    at: SourceAt,
    scan: ScanId,
    root: Vec<u8>,
    span: Span,
    state: Mutex<State>,
    news: watch::Sender<u64>,
    /// Ranges are entered by one question at a time.
    entering: Arc<tokio::sync::Mutex<()>>,
}

struct State {
    director: NodeName,
    term: u64,
    how: How,
    looked: Moment,
    number: u32,
    ranges: HashMap<RangeId, Keeper>,
    /// Those that were told to rest.
    halted: HashSet<RangeId>,
    at_rest: HashSet<RangeId>,
    cut: HashMap<RangeId, Cut>,
    failed: HashMap<RangeId, String>,
    lost: Option<String>,
    changed: HashSet<RangeId>,
    all_changed: bool,
}

fn refused(why: impl Into<String>) -> Failed {
    Failed::new(Status::Refused, why.into())
}

fn not_here(why: &str) -> Failed {
    Failed::new(Status::NotHere, why.to_owned())
}

impl Steward {
    fn is_news(&self) {
        self.news.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Takes note of what a keeper tells.
    fn note(&self, report: Report) {
        let mut state = self.state.lock();
        match report {
            Report::Phase(..) => {}
            Report::AtRest(range) => {
                state.at_rest.insert(range);
            }
            Report::Child { parent, child, lane } => {
                state.cut.insert(parent, Cut { parent, child, lane });
            }
            Report::Lost(_, why) => state.lost = Some(why),
            Report::Overtaken(range) => {
                state.ranges.remove(&range);
            }
            Report::Failed(range, why) => {
                state.failed.insert(range, why);
            }
        }
        drop(state);
        self.is_news();
    }

    /// Who says this directs the scan, unless somebody has said something in a later term.
    fn hear(&self, from: &NodeName, of: Directed, now: Moment) -> Result<(), Failed> {
        let mut state = self.state.lock();
        if of.term < state.term {
            return Err(refused("another node leads since"));
        }
        (state.term, state.looked) = (of.term, now);
        state.director.clone_from(from);
        Ok(())
    }
}

impl Stewards {
    /// Of a node that leads: its index is made here, and nobody else directs.
    pub(super) fn none() -> Self {
        Self { of: Arc::default(), relay: None }
    }

    /// Of a node that hears for the index of another.
    pub(super) fn hearing(index: &Waker) -> Self {
        let of: Arc<Mutex<HashMap<SourceId, Arc<Steward>>>> = Arc::default();
        let woken = Arc::downgrade(&of);
        let wake = move || {
            let Some(of) = Weak::upgrade(&woken) else { return };
            of.lock().values().for_each(|steward| steward.is_news());
        };
        Self { of, relay: Some(index.relay(Box::new(wake))) }
    }

    /// The scan of a source that is kept here for another node.
    pub(crate) fn scan(&self, source: SourceId) -> Option<ScanFound> {
        let of = self.of.lock();
        let steward = of.get(&source)?;
        Some(ScanFound { scan: steward.scan, root: steward.root.clone() })
    }

    /// Whether a scan of a source is kept here.
    pub(super) fn has(&self, source: SourceId) -> bool {
        self.of.lock().contains_key(&source)
    }

    fn find(&self, from: &NodeName, of: Directed, now: Moment) -> Result<Arc<Steward>, Failed> {
        let known = self.of.lock().get(&of.source).cloned();
        let steward = known.filter(|steward| steward.scan == of.scan);
        let steward = steward.ok_or_else(|| not_here("nothing of the scan is kept here"))?;
        steward.hear(from, of, now)?;
        Ok(steward)
    }

    /// The steward of a scan, which takes the place of one of another scan of the same source.
    async fn enter(
        &self,
        keepers: &Keepers,
        from: &NodeName,
        keep: &Keep,
    ) -> Result<Arc<Steward>, Failed> {
        let (of, now) = (keep.of, keepers.clock().now());
        loop {
            let other = {
                let mut stewards = self.of.lock();
                match stewards.get(&of.source) {
                    Some(known) if known.scan == of.scan && known.root == keep.root => {
                        known.hear(from, of, now)?;
                        return Ok(Arc::clone(known));
                    }
                    Some(other) => {
                        if other.state.lock().term > of.term {
                            return Err(refused("another node leads since"));
                        }
                        Arc::clone(other)
                    }
                    None if stewards.len() >= MOST_SOURCES => {
                        let word = format!("scans of {MOST_SOURCES} sources are kept here already");
                        return Err(Failed::new(Status::Busy, word));
                    }
                    None => {
                        let steward = Arc::new(Steward::new(keepers, from, keep, now));
                        stewards.insert(of.source, Arc::clone(&steward));
                        return Ok(steward);
                    }
                }
            };
            self.end(keepers, &other).await;
        }
    }

    /// Lets go of all ranges of a scan.
    async fn end(&self, keepers: &Keepers, steward: &Arc<Steward>) {
        let _one = steward.entering.lock().await;
        let kept: Vec<Keeper> = steward.state.lock().ranges.values().cloned().collect();
        for some in kept.chunks(STOPPED_AT_ONCE) {
            join_all(some.iter().map(|keeper| keepers.let_go(keeper))).await;
        }
        steward.state.lock().ranges.clear();
        let source = steward.at.source;
        if let Some(relay) = &self.relay {
            relay.forget(|range| range.source == source);
        }
        if self.is_at_work(steward) {
            self.of.lock().remove(&source);
        }
    }

    fn is_at_work(&self, steward: &Arc<Steward>) -> bool {
        let of = self.of.lock();
        of.get(&steward.at.source).is_some_and(|known| Arc::ptr_eq(known, steward))
    }

    /// Whatever no director has asked for is let go of.
    pub(super) async fn tidy(&self, keepers: &Keepers) {
        let now = keepers.clock().now();
        let is_silent =
            |steward: &Arc<Steward>| steward.state.lock().looked.plus(SILENT_MILLIS) <= now;
        let silent: Vec<Arc<Steward>> =
            self.of.lock().values().filter(|steward| is_silent(steward)).cloned().collect();
        for steward in silent {
            tracing::info!(scan = %steward.scan, "nobody directs a scan any more; its ranges are let go of");
            self.end(keepers, &steward).await;
        }
    }

    /// Which ranges have changed, each to its own scan.
    fn share_out(&self) {
        let (ranges, all) = self.relay.as_ref().map(Relay::heard).unwrap_or_default();
        let stewards = self.of.lock();
        for range in ranges {
            let Some(steward) = stewards.get(&range.source) else { continue };
            let mut state = steward.state.lock();
            if state.changed.len() >= MOST_CHANGED {
                (state.all_changed, state.changed) = (true, HashSet::new());
            } else {
                state.changed.insert(range.range);
            }
        }
        if all {
            stewards.values().for_each(|steward| steward.state.lock().all_changed = true);
        }
    }
}

impl Steward {
    fn new(keepers: &Keepers, from: &NodeName, keep: &Keep, now: Moment) -> Self {
        let Keep { of, how, order, root, .. } = keep;
        let (ranges, halted, at_rest, cut, failed, changed) = Default::default();
        let state = State {
            director: from.clone(),
            term: of.term,
            how: *how,
            looked: now,
            number: order.number,
            ranges,
            halted,
            at_rest,
            cut,
            failed,
            lost: None,
            changed,
            all_changed: false,
        };
        Self {
            at: keepers.source_at(of.source),
            scan: of.scan,
            root: root.clone(),
            span: traced::kept(of.scan, of.source),
            state: Mutex::new(state),
            news: watch::Sender::new(0),
            entering: Arc::default(),
        }
    }

    /// Has a range kept, and take part.
    async fn enter(
        self: Arc<Self>,
        keepers: Arc<Keepers>,
        order: ScanOrder,
        range: RangeId,
    ) -> (RangeId, Result<(), Error>) {
        let known = {
            let state = self.state.lock();
            let known = state.ranges.get(&range).filter(|keeper| !keeper.is_gone());
            // One that rests is followed by another.
            known.filter(|_| !state.halted.contains(&range)).cloned()
        };
        let entered = async {
            let keeper = match known {
                Some(keeper) => keeper,
                None => {
                    let priority = self.state.lock().how.priority;
                    let steward = Arc::downgrade(&self);
                    let report = Arc::new(move |report| {
                        if let Some(steward) = steward.upgrade() {
                            steward.note(report);
                        }
                    });
                    keepers.keep(&self.at, range, priority, report, &self.span).await?
                }
            };
            while keeper.ask(Command::Begin(order.clone())).await? == Reply::Again {}
            let mut state = self.state.lock();
            state.failed.remove(&range);
            state.halted.remove(&range);
            state.at_rest.remove(&range);
            state.ranges.insert(range, keeper);
            Ok(())
        };
        (range, entered.await)
    }
}

/// Keeps ranges for a scan that another node directs. To be run to its end, whoever waits for it.
pub(super) async fn keep(
    keepers: Arc<Keepers>,
    from: NodeName,
    asked: Keep,
) -> Result<Kept, Failed> {
    if asked.ranges.len() > MOST_RANGES {
        return Err(refused(format!("{MOST_RANGES} ranges are kept at once, at the most")));
    }
    let (steward, _one) = loop {
        let steward = keepers.stewards().enter(&keepers, &from, &asked).await?;
        let one = Arc::clone(&steward.entering).lock_owned().await;
        // It may have been let go of meanwhile.
        if keepers.stewards().is_at_work(&steward) {
            break (steward, one);
        }
    };
    if !asked.how.halt {
        steward.state.lock().lost = None;
    }
    let mut kept = Kept::default();
    for some in asked.ranges.chunks(AT_ONCE) {
        let mut entering = JoinSet::new();
        for range in some {
            let (steward, keepers) = (Arc::clone(&steward), Arc::clone(&keepers));
            entering.spawn(steward.enter(keepers, asked.order.clone(), *range));
        }
        while let Some(entered) = entering.join_next().await {
            match entered {
                Ok((range, Ok(()))) => kept.kept.push(range),
                // Whoever asks finds its owner anew.
                Ok((_, Err(Error::NotHeld { .. } | Error::Overtaken))) => {}
                Ok((range, Err(Error::Stopping))) => {
                    let why = steward.state.lock().failed.remove(&range);
                    if keepers.is_owner_of(range) {
                        kept.failed.push((range, why.unwrap_or_else(|| SEE_LOG.to_owned())));
                    }
                }
                Ok((range, Err(error))) => kept.failed.push((range, error.to_string())),
                Err(error) => return Err(Failed::new(Status::Failed, error.to_string())),
            }
        }
    }
    Ok(kept)
}

/// How it is with ranges.
pub(super) async fn look(
    keepers: &Keepers,
    from: &NodeName,
    asked: Look,
) -> Result<Looked, Failed> {
    let stewards = keepers.stewards();
    let steward = stewards.find(from, asked.of, keepers.clock().now())?;
    let mut looked = Looked::default();
    let (mut here, number) = (Vec::new(), {
        let mut state = steward.state.lock();
        state.how = asked.how;
        state.number
    });
    keepers.set_priority(asked.of.source, asked.how.priority);
    for (range, indexed) in asked.ranges {
        let keeper = steward.state.lock().ranges.get(&range).cloned();
        let Some(keeper) = keeper.filter(|_| keepers.is_owner_of(range)) else {
            looked.absent.push(range);
            continue;
        };
        let at = keepers.range_at(&steward.at, range);
        if let Some(relay) = &stewards.relay {
            relay.set_indexed(at, indexed);
        }
        if keeper.is_gone() {
            let why = steward.state.lock().failed.get(&range).cloned();
            looked.failed.push((range, why.unwrap_or_else(|| SEE_LOG.to_owned())));
            continue;
        }
        if asked.how.halt {
            steward.state.lock().halted.insert(range);
            keeper.tell(Command::Halt);
        }
        keeper.tell(Command::Tick);
        here.push(keeper);
    }
    let mut scans: Vec<RangeScan> = Vec::with_capacity(here.len());
    for keeper in &here {
        scans.extend(keeper.progress().await);
    }
    looked.summary = Summary::of(number, &scans);
    // What was kept meanwhile, too.
    stewards.share_out();
    let asked: HashSet<RangeId> = here.iter().map(Keeper::range).collect();
    let is_asked = |range: &RangeId| asked.contains(range);
    let mut state = steward.state.lock();
    looked.at_rest = state.at_rest.iter().copied().filter(is_asked).collect();
    looked.cut = state.cut.values().filter(|cut| is_asked(&cut.parent)).cloned().collect();
    looked.lost.clone_from(&state.lost);
    looked.changed = state.changed.drain().collect();
    looked.all_changed = std::mem::take(&mut state.all_changed);
    Ok(looked)
}

/// Has ranges do something.
pub(super) async fn tell(keepers: &Keepers, from: &NodeName, asked: Tell) -> Result<Done, Failed> {
    let steward = keepers.stewards().find(from, asked.of, keepers.clock().now())?;
    for range in asked.ranges.into_iter().take(MOST_RANGES) {
        let keeper = steward.state.lock().ranges.get(&range).cloned();
        let keeper = keeper.ok_or_else(|| not_here("a range is not kept here"))?;
        let command = match asked.what {
            What::Close { number, close } => Command::Close { number, close },
            What::ChildEntered => Command::ChildEntered,
            What::Release(unit) => Command::Release(unit),
        };
        loop {
            let reply = keeper.ask(command.clone()).await;
            match reply.map_err(|error| Failed::new(Status::Failed, error.to_string()))? {
                Reply::Again => {}
                Reply::Refused(_) if matches!(asked.what, What::Release(_)) => {
                    return Err(refused("there is no such unit"));
                }
                _ => break,
            }
        }
        if asked.what == What::ChildEntered {
            steward.state.lock().cut.remove(&range);
        }
    }
    Ok(Done {})
}

/// Keeps nothing of a scan any more. To be run to its end, whoever waits for it.
pub(super) async fn let_go(
    keepers: Arc<Keepers>,
    from: NodeName,
    asked: LetGo,
) -> Result<Done, Failed> {
    if let Ok(steward) = keepers.stewards().find(&from, asked.of, keepers.clock().now()) {
        keepers.stewards().end(&keepers, &steward).await;
    }
    Ok(Done {})
}

/// Waits until there is something to look at.
pub(super) async fn news(keepers: &Keepers, from: &NodeName, asked: News) -> Result<Seen, Failed> {
    let steward = keepers.stewards().find(from, asked.of, keepers.clock().now())?;
    let mut news = steward.news.subscribe();
    drop(steward);
    let times = match asked.seen {
        None => *news.borrow(),
        // Who would tell it lets go of the scan otherwise.
        Some(seen) => match news.wait_for(|times| *times != seen).await {
            Ok(times) => *times,
            Err(_) => return Err(not_here("nothing of the scan is kept here any more")),
        },
    };
    Ok(Seen { times: Some(times) })
}
