//! A lane of the index, around the real `index::plan`: it reads the logs of its ranges behind its cursors, and
//! publishes what it has with them, by one fenced commit. What a document shows is a hash of what is live.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use trawl_actors::index::plan::{All, Pass, Plan, Progress, Sealed, Seen, Step};
use trawl_model::{ObjectKey, RangeId, TenantId};
use trawl_storage::records::range::RangeAt;

use super::event::{
    Ask, LaneRead, LogSeen, ObjectsSeen, OfRange, PassSeen, RangesSeen, Reply, Then, Timer,
};
use super::queue::Micros;
use super::source::{Source, file_of, object_id, of_object_id};
use super::store::{Document, Fence, Manifest, Of, Outcome, Publication};
use super::world::World;

/// What a document takes up in memory.
const DOCUMENT_BYTES: u64 = 100;
/// Objects that are looked at in one step.
const OBJECTS: usize = 64;
/// Cursors that are published together, at the most.
const CURSORS: usize = 200;

/// A lane that a node has.
pub(super) struct Lane {
    /// Which of all openings.
    opened: u64,
    epoch: u64,
    /// When it goes on by itself.
    wakes_at: Option<Micros>,
    state: Option<Open>,
}

/// A lane that is open.
struct Open {
    plan: Plan,
    fence: Fence,
    documents: BTreeMap<Of, Document>,
    of_range: BTreeMap<RangeId, BTreeSet<Of>>,
    /// What is not yet published.
    dirty: BTreeSet<Of>,
    publishing: Option<(Rc<Publication>, Sealed, BTreeSet<Of>)>,
    /// A step is under way.
    busy: bool,
}

fn at(source: usize, range: RangeId) -> RangeAt {
    RangeAt { tenant: TenantId::default_tenant(), source: Source::id(source), range }
}

impl World<'_> {
    /// A node has taken a shard, and its lanes with it.
    pub(super) fn open_lanes(&mut self, node: usize, shard: u16, epoch: u64) {
        let shards = self.setup.shards;
        for lane in (0..self.setup.lanes).filter(|lane| lane % shards == shard) {
            self.open_lane(node, lane, epoch);
        }
    }

    fn open_lane(&mut self, node: usize, lane: u16, epoch: u64) {
        let (opened, write) = (self.id(), self.id());
        let lanes = &mut self.nodes[node].process.lanes;
        lanes.insert(lane, Lane { opened, epoch, wakes_at: None, state: None });
        let ask = Ask::OpenLane { lane, epoch, write };
        self.ask(node, ask, Then::Lane { lane, opened });
    }

    pub(super) fn close_lanes(&mut self, node: usize, shard: u16) {
        let shards = self.setup.shards;
        self.nodes[node].process.lanes.retain(|lane, _| lane % shards != shard);
    }

    fn lane(&mut self, node: usize, lane: u16, opened: u64) -> Option<&mut Lane> {
        let lanes = &mut self.nodes[node].process.lanes;
        lanes.get_mut(&lane).filter(|lane| lane.opened == opened)
    }

    /// Its manifest is read, in an epoch of its own.
    pub(super) fn lane_opened(
        &mut self,
        node: usize,
        lane: u16,
        opened: u64,
        reply: Option<Reply>,
    ) {
        let (tuning, write) = (self.bounds.lane.clone(), self.id());
        let sources: BTreeMap<RangeId, usize> = self.source_of_ranges();
        let Some(of) = self.lane(node, lane, opened) else { return };
        match reply {
            Some(Reply::Lane(Some(manifest))) => {
                let Manifest { fence, cursors, documents } = *manifest;
                let known = cursors.iter();
                let known = known.filter_map(|(range, version)| {
                    Some((at(*sources.get(range)?, *range), *version))
                });
                let mut of_range: BTreeMap<RangeId, BTreeSet<Of>> = BTreeMap::new();
                for (of, document) in &documents {
                    of_range.entry(document.range).or_default().insert(*of);
                }
                let plan = Plan::new(tuning, known);
                let (dirty, publishing) = (BTreeSet::new(), None);
                of.state =
                    Some(Open { plan, fence, documents, of_range, dirty, publishing, busy: false });
                self.lane_goes_on(node, lane, opened);
            }
            Some(_) => drop(self.nodes[node].process.lanes.remove(&lane)),
            None => {
                let epoch = of.epoch;
                let ask = Ask::OpenLane { lane, epoch, write };
                self.ask(node, ask, Then::Lane { lane, opened });
            }
        }
    }

    fn source_of_ranges(&self) -> BTreeMap<RangeId, usize> {
        self.store.ranges.iter().map(|(range, kept)| (*range, kept.source)).collect()
    }

    /// Who is taken to have a lane.
    pub(super) fn lane_owner(&self, node: usize, lane: u16) -> Option<usize> {
        if self.nodes[node].process.lanes.contains_key(&lane) {
            return Some(node);
        }
        // A hint, as gossip gives it.
        self.store.shards[usize::from(lane % self.setup.shards)].owner
    }

    /// Somebody tells of changes in a range.
    pub(super) fn woken(&mut self, node: usize, lane: u16, source: usize, range: RangeId) {
        let now = self.local(node);
        let Some(of) = self.nodes[node].process.lanes.get_mut(&lane) else { return };
        let opened = of.opened;
        if let Some(open) = &mut of.state {
            open.plan.woken([at(source, range)], now);
            self.lane_goes_on(node, lane, opened);
        }
    }

    /// It is time for a lane to go on.
    pub(super) fn lane_wakes(&mut self, node: usize, lane: u16, opened: u64) {
        let now = self.now;
        let Some(of) = self.lane(node, lane, opened) else { return };
        if of.wakes_at.is_some_and(|at| at <= now) {
            of.wakes_at = None;
            self.lane_goes_on(node, lane, opened);
        }
    }

    /// The next step of a lane.
    pub(super) fn lane_goes_on(&mut self, node: usize, lane: u16, opened: u64) {
        let (now, write) = (self.local(node), self.id());
        let Some(open) = self.lane(node, lane, opened).and_then(|lane| lane.state.as_mut()) else {
            return;
        };
        if open.busy {
            return;
        }
        let tail_bytes = open.dirty.len() as u64 * DOCUMENT_BYTES;
        let seen = Seen { tail_bytes, news: open.has_news(), no_room: false };
        match open.plan.next(seen, now) {
            Step::Look => {
                open.busy = true;
                self.lane_asks(node, lane, opened, Ask::Around { lane }, LaneRead::Around);
            }
            Step::Read(of) => {
                open.busy = true;
                let progress = open.plan.progress(&of);
                let source = u64::from_be_bytes(*of.source.as_bytes()) as usize - 1;
                let (ask, read) = question((source, of.range), progress);
                self.lane_asks(node, lane, opened, ask, read);
            }
            Step::Publish => {
                let publication = open.seal(lane, write);
                self.lane_asks(node, lane, opened, Ask::Publish(publication), LaneRead::Publish);
                self.lane_goes_on(node, lane, opened);
            }
            Step::Compact => {
                open.plan.compacts();
                open.plan.compacted(false);
                self.lane_goes_on(node, lane, opened);
            }
            Step::Rest(until) => {
                let wait = until.0.saturating_sub(now.0).max(1);
                let at = self.now + self.nodes[node].clocks.after(wait);
                let Some(of) = self.lane(node, lane, opened) else { return };
                if of.wakes_at.is_none_or(|before| at < before) {
                    of.wakes_at = Some(at);
                    self.set_timer(node, wait, Timer::Lane { lane, opened });
                }
            }
        }
    }

    fn lane_asks(&mut self, node: usize, lane: u16, opened: u64, ask: Ask, read: LaneRead) {
        self.ask(node, ask, Then::LaneRead { lane, opened, read });
    }

    /// The store has answered a lane.
    pub(super) fn lane_read(
        &mut self,
        node: usize,
        lane: u16,
        opened: u64,
        read: LaneRead,
        reply: Option<Reply>,
    ) {
        let now = self.local(node);
        let Some(of) = self.lane(node, lane, opened) else { return };
        let (epoch, Some(open)) = (of.epoch, of.state.as_mut()) else { return };
        if let LaneRead::Publish = read {
            return self.lane_published(node, lane, opened, epoch, reply);
        }
        open.busy = false;
        match (read, reply) {
            (_, None) => open.plan.failed(None, now),
            (LaneRead::Around, Some(Reply::Around(ranges, sources))) => {
                let ranges = ranges.into_iter().map(|(source, range)| at(source, range));
                let all = All {
                    tenant: Some(TenantId::default_tenant()),
                    sources: (0..sources).map(Source::id).collect(),
                    ranges: ranges.collect(),
                    ..All::default()
                };
                open.plan.looked(all, now);
            }
            (LaneRead::Log { of, cursor }, Some(Reply::Log(seen))) => {
                open.log(of, cursor, seen, now);
            }
            (LaneRead::Objects { of, to, more, left }, Some(Reply::Objects(seen))) => {
                open.objects(of, (to, more), left, seen, now);
            }
            (LaneRead::Ranges { of }, Some(Reply::Ranges(seen))) => open.begin(of, seen, now),
            (LaneRead::Pass { of, pass }, Some(Reply::Pass(seen))) => {
                open.pass(of, *pass, seen, now);
            }
            _ => open.plan.failed(None, now),
        }
        self.lane_goes_on(node, lane, opened);
    }

    fn lane_published(
        &mut self,
        node: usize,
        lane: u16,
        opened: u64,
        epoch: u64,
        reply: Option<Reply>,
    ) {
        let Some(open) = self.lane(node, lane, opened).and_then(|lane| lane.state.as_mut()) else {
            return;
        };
        match reply {
            Some(Reply::Outcome(Outcome::Applied(fence))) => {
                let Some((publication, sealed, _)) = open.publishing.take() else { return };
                open.fence = fence;
                open.plan.published(Some(&sealed));
                let cursors = publication.cursors.clone();
                self.nodes[node].process.indexed.extend(cursors);
                self.counts.published += 1;
                self.lane_goes_on(node, lane, opened);
            }
            // The same again: if it was applied, the store knows it by its name.
            None => {
                let publication = open.publishing.as_ref().map(|(of, ..)| Rc::clone(of));
                if let Some(publication) = publication {
                    let ask = Ask::Publish(publication);
                    self.lane_asks(node, lane, opened, ask, LaneRead::Publish);
                }
            }
            Some(Reply::Outcome(Outcome::Rejected(Some(at)))) if at.epoch == epoch => {
                self.note(node, format_args!("opens lane {lane} anew"));
                self.open_lane(node, lane, epoch);
            }
            Some(_) => {
                self.note(node, format_args!("has lost lane {lane}"));
                self.nodes[node].process.lanes.remove(&lane);
            }
        }
    }
}

/// What is asked to read a range on.
fn question(of: (usize, RangeId), progress: Progress) -> (Ask, LaneRead) {
    let range = of.1;
    match progress {
        Progress::Log(cursor) => (Ask::Log { range, cursor }, LaneRead::Log { of, cursor }),
        Progress::Objects { to, more, mut left } => {
            let first = left.len().saturating_sub(OBJECTS);
            let keys = left.split_off(first);
            (Ask::Objects { range, keys }, LaneRead::Objects { of, to, more, left })
        }
        Progress::Whole => (Ask::Ranges { range }, LaneRead::Ranges { of }),
        Progress::Pass(pass) => {
            let (after, pass) = (pass.after.clone(), Box::new(pass));
            (Ask::Pass { range, after }, LaneRead::Pass { of, pass })
        }
    }
}

type Now = trawl_actors::range::Moment;

impl Open {
    fn has_news(&self) -> bool {
        !self.dirty.is_empty()
    }

    fn set(&mut self, of: Of, document: Option<Document>) {
        let before = match document {
            Some(document) => self.documents.insert(of, document),
            None => self.documents.remove(&of),
        };
        if let Some(before) = before
            && let Some(of_range) = self.of_range.get_mut(&before.range)
        {
            of_range.remove(&of);
        }
        if let Some(document) = document {
            self.of_range.entry(document.range).or_default().insert(of);
        }
        if before != document {
            self.dirty.insert(of);
        }
    }

    fn forget(&mut self, range: RangeId, but: &BTreeSet<Of>) {
        let gone = self.of_range.get(&range).into_iter().flatten();
        let gone: Vec<Of> = gone.filter(|of| !but.contains(of)).copied().collect();
        gone.into_iter().for_each(|of| self.set(of, None));
    }

    fn gone(&mut self, (source, range): OfRange, now: Now) {
        self.forget(range, &BTreeSet::new());
        self.plan.gone(&at(source, range), now);
    }

    fn also(&mut self, (source, range): OfRange, child: Option<RangeId>, now: Now) {
        if let Some(child) = child {
            self.plan.also(&at(source, range), at(source, child), now);
        }
    }

    fn log(&mut self, of: OfRange, cursor: u64, seen: Option<LogSeen>, now: Now) {
        let at = at(of.0, of.1);
        let Some(seen) = seen else { return self.gone(of, now) };
        self.also(of, seen.child, now);
        if cursor < seen.log_from || seen.entries.iter().any(|(_, entry)| entry.whole) {
            return self.plan.whole(&at, Vec::new(), now);
        }
        let (mut to, mut named) = (cursor, BTreeSet::new());
        for (version, entry) in seen.entries {
            to = version;
            named.extend(entry.objects);
        }
        if !seen.more {
            to = to.max(seen.version);
        }
        if named.is_empty() {
            self.plan.done(&at, to, seen.more, now);
        } else {
            let left = named.into_iter().rev().collect();
            self.plan.goes_on(&at, Progress::Objects { to, more: seen.more, left });
        }
    }

    fn objects(
        &mut self,
        of: OfRange,
        (to, more): (u64, bool),
        left: Vec<ObjectKey>,
        seen: Option<ObjectsSeen>,
        now: Now,
    ) {
        let at = at(of.0, of.1);
        let Some(seen) = seen else { return self.gone(of, now) };
        for (key, document) in seen.documents {
            if !seen.bounds.hold(&key) {
                continue;
            }
            let Some(document) = document else { return self.plan.whole(&at, Vec::new(), now) };
            self.set((of.0 as u32, file_of(&key)), document);
        }
        if left.is_empty() {
            self.plan.done(&at, to, more, now);
        } else {
            self.plan.goes_on(&at, Progress::Objects { to, more, left });
        }
    }

    /// What it had and has no more is in ranges behind it: those that are not known come first.
    fn begin(&mut self, of: OfRange, seen: Option<RangesSeen>, now: Now) {
        let range = at(of.0, of.1);
        let Some(seen) = seen else { return self.gone(of, now) };
        let holds = self.of_range.get(&of.1).is_some_and(|of| !of.is_empty());
        if holds || self.plan.knows(&range) {
            let others = seen.behind.into_iter().filter(|other| *other != of.1);
            let others: Vec<RangeAt> = others
                .map(|other| at(of.0, other))
                .filter(|other| !self.plan.knows(other))
                .collect();
            if !others.is_empty() {
                return self.plan.whole(&range, others, now);
            }
        }
        self.also(of, seen.child, now);
        let (version, bounds) = (seen.version, seen.bounds);
        let pass = Pass { version, bounds, after: None, met: BTreeSet::new() };
        self.plan.goes_on(&range, Progress::Pass(pass));
    }

    fn pass(&mut self, of: OfRange, mut pass: Pass, seen: Option<PassSeen>, now: Now) {
        let range = at(of.0, of.1);
        let Some(seen) = seen else { return self.gone(of, now) };
        if seen.bounds != pass.bounds {
            return self.plan.whole(&range, Vec::new(), now);
        }
        for (key, document) in seen.documents {
            pass.met.insert(object_id(of.0, file_of(&key)));
            self.set((of.0 as u32, file_of(&key)), Some(document));
        }
        if !seen.ended {
            pass.after = seen.after;
            return self.plan.goes_on(&range, Progress::Pass(pass));
        }
        let met = pass.met.into_iter().map(|id| {
            let (source, file) = of_object_id(id);
            (source as u32, file)
        });
        self.forget(of.1, &met.collect());
        self.plan.done(&range, pass.version, true, now);
    }

    /// What is in memory and is not published, with the cursors that go with it.
    fn seal(&mut self, lane: u16, write: u64) -> Rc<Publication> {
        let sealed = self.plan.seal(CURSORS);
        let dirty = std::mem::take(&mut self.dirty);
        let documents = dirty.iter().map(|of| (*of, self.documents.get(of).copied()));
        let publication = Rc::new(Publication {
            lane,
            expected: self.fence,
            write,
            cursors: sealed.set.iter().map(|(at, version)| (at.range, *version)).collect(),
            removed: sealed.removed.iter().map(|at| at.range).collect(),
            documents: documents.collect(),
        });
        self.publishing = Some((Rc::clone(&publication), sealed, dirty));
        publication
    }
}
