//! Whoever has the first shard leads: it follows each scan through the ranges of its source, around the real
//! `director::plan`, and enters what is cut. Whom it asks for a range is a hint: the owner of its shard as it
//! was read last.

use std::collections::BTreeMap;

use trawl_actors::director::plan::{self, Standing, Step, Summary};
use trawl_model::RangeId;
use trawl_model::range::{Child, RangeScan};

use super::event::{Ask, Reply, SourceSeen, Then, Word};
use super::queue::{Micros, SECOND};
use super::source::order;
use super::store::{Running, SourceWrite};
use super::world::World;

/// How long a look waits for the ranges.
const LOOK_PATIENCE: Micros = 2 * SECOND;
/// So often owners are read.
const OWNERS_EVERY: Micros = 2 * SECOND;

/// What a leader knows.
pub(super) struct Leader {
    pub(super) epoch: u64,
    owners: Vec<Option<usize>>,
    owners_at: Option<Micros>,
    looks: BTreeMap<usize, Look>,
    /// Whether what has vanished is closed: decided once a scan, when all is read.
    closes: BTreeMap<(usize, u32), bool>,
}

/// A look at all ranges of a source, under way.
struct Look {
    id: u64,
    since: Micros,
    version: u64,
    running: Option<Running>,
    ranges: Vec<RangeId>,
    heard: BTreeMap<RangeId, (RangeScan, Option<Child>)>,
}

impl Leader {
    pub(super) fn new(epoch: u64) -> Self {
        let (looks, closes) = Default::default();
        Self { epoch, owners: Vec::new(), owners_at: None, looks, closes }
    }
}

impl World<'_> {
    fn leader(&mut self, node: usize) -> Option<&mut Leader> {
        self.nodes[node].process.leader.as_mut()
    }

    /// Looks at all scans, one look at a time for each.
    pub(super) fn lead(&mut self, node: usize) {
        let (now, sources) = (self.now, self.sources.len());
        let Some(leader) = self.leader(node) else { return };
        let stale = leader.owners_at.is_none_or(|at| now - at >= OWNERS_EVERY);
        leader.looks.retain(|_, look| now - look.since < LOOK_PATIENCE);
        let due = (0..sources).filter(|source| !leader.looks.contains_key(source));
        let due: Vec<usize> = due.collect();
        if stale {
            leader.owners_at = Some(now);
            let shards = (0..self.setup.shards).collect();
            self.ask(node, Ask::Shards { shards }, Then::Owners);
        }
        for source in due {
            let id = self.id();
            let Some(leader) = self.leader(node) else { return };
            let look = Look {
                id,
                since: now,
                version: 0,
                running: None,
                ranges: Vec::new(),
                heard: BTreeMap::new(),
            };
            leader.looks.insert(source, look);
            self.ask(node, Ask::Source { source }, Then::Source { source, look: id });
        }
    }

    pub(super) fn saw_owners(&mut self, node: usize, reply: Option<Reply>) {
        let Some(Reply::Shards(shards)) = reply else { return };
        if let Some(leader) = self.leader(node) {
            leader.owners = shards.into_iter().map(|seen| seen.kept.owner).collect();
        }
    }

    /// The source is read, before its ranges are looked at: a cut in between refuses the end.
    pub(super) fn saw_source(&mut self, node: usize, source: usize, id: u64, reply: Option<Reply>) {
        let shards = self.setup.shards;
        let Some(leader) = self.leader(node) else { return };
        let Some(look) = leader.looks.get_mut(&source).filter(|look| look.id == id) else { return };
        let Some(Reply::Source(SourceSeen { version, running, directory })) = reply else {
            leader.looks.remove(&source);
            return;
        };
        let Some(scan) = running else { return };
        (look.version, look.running, look.ranges) = (version, running, directory);
        let (ranges, epoch, owners) = (look.ranges.clone(), leader.epoch, leader.owners.clone());
        let order = order(scan.number, scan.rules, scan.started);
        for range in ranges {
            let shard = usize::from(trawl_actors::director::shard_of(range, shards));
            if let Some(owner) = owners.get(shard).copied().flatten() {
                let (look, order) = (id, order.clone());
                self.say(node, owner, Word::Follow { epoch, look, source, range, order });
            }
        }
    }

    /// A range says how far it is.
    pub(super) fn followed(
        &mut self,
        node: usize,
        id: u64,
        source: usize,
        range: RangeId,
        scan: &RangeScan,
        child: Option<&Child>,
    ) {
        let Some(leader) = self.leader(node) else { return };
        let Some(look) = leader.looks.get_mut(&source).filter(|look| look.id == id) else { return };
        if look.ranges.contains(&range) {
            look.heard.insert(range, (scan.clone(), child.cloned()));
        }
        if look.heard.len() == look.ranges.len()
            && let Some(look) = leader.looks.remove(&source)
        {
            self.seen_all(node, source, &look);
        }
    }

    /// All ranges have said how far they are.
    fn seen_all(&mut self, node: usize, source: usize, look: &Look) {
        let Some(running) = look.running else { return };
        let number = running.number;
        let Some(epoch) = self.leader(node).map(|leader| leader.epoch) else { return };
        let notes =
            look.heard.iter().filter_map(|(parent, (_, child))| Some((parent, child.as_ref()?)));
        let notes: Vec<(RangeId, Child)> = notes.map(|(p, child)| (*p, child.clone())).collect();
        for (parent, child) in &notes {
            if look.heard.contains_key(&child.range) {
                // It takes part: its parent may forget it.
                self.tell_owner(node, *parent, |range| {
                    let child = child.range;
                    Word::Entered { epoch, range, child }
                });
            } else if !look.ranges.contains(&child.range) {
                let lane = self.lane_of(*parent);
                let (from, range) = (child.from.clone(), child.range);
                let what = SourceWrite::Enter { from, range, lane };
                let ask = Ask::ChangeSource { source, version: look.version, what };
                return self.ask(node, ask, Then::ChangedSource { source, look: look.id });
            }
        }
        let scans: Vec<RangeScan> = look.heard.values().map(|(scan, _)| scan.clone()).collect();
        let Some(leader) = self.leader(node) else { return };
        let summary = Summary::of(number, &scans);
        let standing = Standing {
            ranges: &summary,
            unknown: 0,
            word: leader.closes.get(&(source, number)).copied(),
            other_root: false,
            vanished_percent: 50,
        };
        let close = match plan::next(&standing) {
            Step::Wait => return,
            Step::Close(close) => close,
            Step::AskPerson => false,
            Step::Finish => {
                let what = SourceWrite::End { number };
                let ask = Ask::ChangeSource { source, version: look.version, what };
                return self.ask(node, ask, Then::ChangedSource { source, look: look.id });
            }
        };
        leader.closes.insert((source, number), close);
        for range in look.ranges.clone() {
            self.tell_owner(node, range, |range| Word::Close { epoch, range, number, close });
        }
    }

    fn tell_owner(&mut self, node: usize, range: RangeId, word: impl Fn(RangeId) -> Word) {
        let shard = usize::from(trawl_actors::director::shard_of(range, self.setup.shards));
        let owner =
            self.leader(node).and_then(|leader| leader.owners.get(shard).copied().flatten());
        if let Some(owner) = owner {
            self.say(node, owner, word(range));
        }
    }

    /// The lane of a child is its parent's, which whoever told of it says.
    fn lane_of(&self, parent: RangeId) -> u16 {
        self.store.ranges.get(&parent).map_or(0, |kept| kept.rows.head.lane)
    }

    /// A child is entered, or a scan has ended, or neither: the next look sees it.
    pub(super) fn changed_source(&mut self, _: usize, _: usize, _: u64, _: Option<Reply>) {}
}
