//! The ranges of a scan, wherever they are kept: on this node, on others, or nowhere just now.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::{AbortHandle, JoinSet};
use tracing::{Instrument, Span};
use trawl_mesh::{Failed, NodeName, Status};
use trawl_model::{Priority, RangeId};
use trawl_storage::records::range::RangeAt;
use trawl_storage::records::source::SourceAt;

use super::plan::Summary;
use crate::cluster::keeping::{
    Cut, Directed, How, Keep, Kept, LetGo, Look, Looked, MOST_RANGES, News, Tell, What,
};
use crate::cluster::{Cluster, Done, Kind, SHORT, Seen};
use crate::error::Error;
use crate::keeper::{Keeper, Report};
use crate::node::Keepers;
use crate::owners::Home;
use crate::range::{Command, Reply, ScanOrder};

/// Ranges that are read into memory at once here.
const AT_ONCE: usize = 16;
/// Ranges of one question to keep them: each is read into memory.
const KEPT_AT_ONCE: usize = 64;
/// How long a node may take to read so many ranges into memory.
const KEEPS_WITHIN: Duration = Duration::from_secs(20);
/// How long it is waited at a node until there is something to look at, before it is asked anew.
const WAITS_FOR_NEWS: Duration = Duration::from_secs(30);
/// What comes within so short a time is looked at together.
const GATHER: Duration = Duration::from_millis(200);
/// How long it is waited before a node is asked again that did not answer.
const REST: Duration = Duration::from_secs(1);

/// What all ranges of a scan are told.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) at: SourceAt,
    pub(super) of: Directed,
    pub(super) scan: ScanOrder,
    pub(super) root: Vec<u8>,
    pub(super) span: Span,
    /// Who is told of what happens in them.
    pub(super) report: Arc<dyn Fn(Report) + Send + Sync>,
    /// Who is told that there is something to look at.
    pub(super) news: Arc<dyn Fn() + Send + Sync>,
    /// It was told, and not yet heard.
    pub(super) is_told: Arc<AtomicBool>,
}

/// Which ranges get keepers now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Those whose shards are this node's.
    Ours,
    /// Those of others too: some of each node, for it is asked and waited for.
    All,
}

/// A range that another node keeps.
struct There {
    node: NodeName,
    /// Why its keeper is no more.
    failed: Option<String>,
}

/// What was seen of ranges on other nodes.
#[derive(Default)]
pub(super) struct SeenThere {
    pub(super) cut: Vec<Cut>,
    pub(super) at_rest: Vec<RangeId>,
    /// Why the scan can't go on.
    pub(super) lost: Option<String>,
}

/// The ranges of a scan.
pub(super) struct Ranges {
    keepers: Arc<Keepers>,
    order: Order,
    here: HashMap<RangeId, Keeper>,
    there: HashMap<RangeId, There>,
    /// Those that nobody keeps now, as far as is known.
    nowhere: BTreeSet<RangeId>,
    /// Their lanes.
    lanes: HashMap<RangeId, u16>,
    /// What those of each other node come to, as it said last.
    summaries: HashMap<NodeName, Summary>,
    waiting: JoinSet<()>,
    waited_at: HashMap<NodeName, AbortHandle>,
}

impl Ranges {
    pub(super) fn new(keepers: Arc<Keepers>, order: Order) -> Self {
        let (here, there, summaries, waited_at) = Default::default();
        let (nowhere, lanes, waiting) = Default::default();
        Self { keepers, order, here, there, nowhere, lanes, summaries, waiting, waited_at }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.here.len() + self.there.len() + self.nowhere.len()
    }

    pub(super) fn contains(&self, range: RangeId) -> bool {
        self.lanes.contains_key(&range)
    }

    /// What is told from now on is told anew.
    pub(super) fn hears_news(&self) {
        self.order.is_told.store(false, Ordering::SeqCst);
    }

    /// Enters a range, which is not kept yet.
    pub(super) fn add(&mut self, range: RangeId, lane: u16) {
        self.lanes.insert(range, lane);
        self.nowhere.insert(range);
    }

    /// Gets keepers for those that have none, and has them take part. Where a range's shard has no owner
    /// that can be asked now, it stays as it is.
    pub(super) async fn place(&mut self, how: How, whose: Whose) -> Result<(), Error> {
        if self.nowhere.is_empty() {
            return Ok(());
        }
        let (mut here, mut there) = (Vec::new(), BTreeMap::<NodeName, Vec<RangeId>>::new());
        let mut homes = HashMap::new();
        for range in self.nowhere.iter().copied() {
            let shard = self.keepers.shard_of(range);
            if let Entry::Vacant(unknown) = homes.entry(shard) {
                unknown.insert(self.keepers.home_of(shard).await?);
            }
            match &homes[&shard] {
                Some(Home::Here) => here.push(range),
                Some(Home::There(node)) => there.entry(node.clone()).or_default().push(range),
                None => {}
            }
        }
        if whose == Whose::All {
            self.place_there(how, there).await;
        }
        self.place_here(how.priority, here).await
    }

    async fn place_here(&mut self, priority: Priority, ranges: Vec<RangeId>) -> Result<(), Error> {
        for some in ranges.chunks(AT_ONCE) {
            let mut entering = JoinSet::new();
            for range in some.iter().copied() {
                let (keepers, order) = (Arc::clone(&self.keepers), self.order.clone());
                let entered = enter(keepers, order, range, priority);
                entering.spawn(entered.instrument(self.order.span.clone()));
            }
            while let Some(entered) = entering.join_next().await {
                match entered.map_err(|error| Error::Failed(error.to_string()))? {
                    Ok(keeper) => {
                        self.nowhere.remove(&keeper.range());
                        self.here.insert(keeper.range(), keeper);
                    }
                    // Its shard goes to another node just now.
                    Err(Error::NotHeld { .. }) => {}
                    Err(Error::Overtaken) if self.keepers.shares() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    async fn place_there(&mut self, how: How, there: BTreeMap<NodeName, Vec<RangeId>>) {
        let Some(cluster) = self.keepers.cluster().cloned() else { return };
        let mut asking = JoinSet::new();
        for (node, ranges) in there {
            self.wait_for_news(&node, &cluster);
            let Order { of, scan, root, news, .. } = self.order.clone();
            let (cluster, more) = (cluster.clone(), ranges.len() > KEPT_AT_ONCE);
            let ranges = ranges.into_iter().take(KEPT_AT_ONCE).collect();
            asking.spawn(async move {
                let keep = Keep { of, how, order: scan, root, ranges };
                let kept = cluster.ask::<Kept>(&node, Kind::Keep, &keep, KEEPS_WITHIN).await;
                match &kept {
                    // The next of them at the next look.
                    Ok(_) if more => news(),
                    Ok(_) => {}
                    Err(failed) => {
                        tracing::debug!(%node, %failed, "a node does not keep ranges yet");
                    }
                }
                (node, kept.unwrap_or_default())
            });
        }
        while let Some(asked) = asking.join_next().await {
            let Ok((node, Kept { kept, failed })) = asked else { continue };
            let kept = kept.into_iter().map(|range| (range, None));
            let failed = failed.into_iter().map(|(range, why)| (range, Some(why)));
            for (range, failed) in kept.chain(failed) {
                if self.nowhere.remove(&range) {
                    self.there.insert(range, There { node: node.clone(), failed });
                }
            }
        }
    }

    fn wait_for_news(&mut self, node: &NodeName, cluster: &Cluster) {
        while self.waiting.try_join_next().is_some() {}
        if self.waited_at.get(node).is_none_or(AbortHandle::is_finished) {
            let (of, news) = (self.order.of, Arc::clone(&self.order.news));
            let waiting = wait_for_news(node.clone(), cluster.clone(), of, news);
            self.waited_at.insert(node.clone(), self.waiting.spawn(waiting));
        }
    }

    /// Looks at those on other nodes. One whose node has lost its shard is nowhere then.
    pub(super) async fn look_there(&mut self, how: How) -> SeenThere {
        let mut seen = SeenThere::default();
        let Some(cluster) = self.keepers.cluster().cloned() else { return seen };
        // Of a node that has none any more, or does not answer, nothing is known.
        self.summaries.clear();
        let mut asking = JoinSet::new();
        for (node, looks) in self.looks(how) {
            let cluster = cluster.clone();
            asking.spawn(async move {
                let mut all = Vec::new();
                for look in looks {
                    match cluster.ask::<Looked>(&node, Kind::Look, &look, SHORT).await {
                        Ok(looked) => all.push(looked),
                        Err(failed) => return (node, Err(failed)),
                    }
                }
                (node, Ok(all))
            });
        }
        while let Some(asked) = asking.join_next().await {
            let Ok((node, looked)) = asked else { continue };
            match looked {
                Ok(looked) => {
                    for looked in looked {
                        self.take_in(&node, looked, &mut seen);
                    }
                }
                Err(failed) => self.miss(&node, &failed).await,
            }
        }
        seen
    }

    /// What other nodes are to be asked.
    fn looks(&self, how: How) -> BTreeMap<NodeName, Vec<Look>> {
        let mut nodes = BTreeMap::<NodeName, Vec<(RangeId, Option<u64>)>>::new();
        for (range, There { node, failed }) in &self.there {
            if failed.is_none() {
                let indexed =
                    self.keepers.index().indexed(&self.range_at(*range), self.lane(*range));
                nodes.entry(node.clone()).or_default().push((*range, indexed));
            }
        }
        let of = self.order.of;
        let look = |some: &[(RangeId, Option<u64>)]| Look { of, how, ranges: some.to_vec() };
        let looks = nodes.into_iter().map(|(node, ranges)| {
            let looks = ranges.chunks(MOST_RANGES).map(look).collect();
            (node, looks)
        });
        looks.collect()
    }

    fn take_in(&mut self, node: &NodeName, looked: Looked, seen: &mut SeenThere) {
        let Looked { summary, absent, failed, at_rest, cut, lost, changed, all_changed } = looked;
        *self.summaries.entry(node.clone()).or_default() += &summary;
        for range in absent {
            self.is_nowhere(range);
        }
        for (range, why) in failed {
            if let Some(there) = self.there.get_mut(&range) {
                there.failed = Some(why);
            }
        }
        let index = self.keepers.index();
        if all_changed {
            index.look();
        }
        for range in changed {
            index.changed(&self.range_at(range), self.lane(range));
        }
        seen.at_rest.extend(at_rest);
        seen.cut.extend(cut);
        seen.lost = seen.lost.take().or(lost);
    }

    /// A node does not say how it is: what is another's by now is nowhere.
    async fn miss(&mut self, node: &NodeName, failed: &Failed) {
        tracing::debug!(%node, %failed, "a node does not say how far its ranges are");
        let of_node = self.there.iter().filter(|(_, there)| there.node == *node);
        let shards: BTreeSet<u16> =
            of_node.map(|(range, _)| self.keepers.shard_of(*range)).collect();
        let mut lost = BTreeSet::new();
        for shard in shards {
            let is_same = match self.keepers.home_of(shard).await {
                // It answers, and knows nothing of the scan.
                Ok(Some(Home::There(owner))) => owner == *node && failed.status != Status::NotHere,
                Ok(Some(Home::Here)) => false,
                Ok(None) => failed.status != Status::NotHere,
                Err(_) => true,
            };
            if !is_same {
                lost.insert(shard);
            }
        }
        let is_lost = |range: &RangeId| lost.contains(&self.keepers.shard_of(*range));
        let of_node = self.there.iter().filter(|(_, there)| there.node == *node);
        let gone: Vec<RangeId> =
            of_node.map(|(range, _)| *range).filter(|range| is_lost(range)).collect();
        for range in gone {
            self.is_nowhere(range);
        }
    }

    /// Nobody keeps a range any more: another keeper is to follow.
    pub(super) fn is_nowhere(&mut self, range: RangeId) {
        if self.there.remove(&range).is_some() || self.here.remove(&range).is_some() {
            self.nowhere.insert(range);
        }
    }

    /// Those whose keepers are no more, though their shards are where they were, and why as far as another
    /// node has said it. Those whose shards are not are nowhere from now on.
    pub(super) fn fallen(&mut self) -> Vec<(RangeId, Option<String>)> {
        let gone = self.here.iter().filter(|(_, keeper)| keeper.is_gone());
        let (here, moved): (Vec<RangeId>, Vec<RangeId>) =
            gone.map(|(range, _)| *range).partition(|range| self.keepers.holds(*range));
        for range in moved {
            self.is_nowhere(range);
        }
        let there = self.there.iter().filter(|(_, there)| there.failed.is_some());
        let there = there.map(|(range, there)| (*range, there.failed.clone()));
        here.into_iter().map(|range| (range, None)).chain(there).collect()
    }

    /// Tells those that are kept here.
    pub(super) fn tell_here(&self, command: &Command) {
        self.here.values().for_each(|keeper| keeper.tell(command.clone()));
    }

    /// What is known of all of them: of those here as it is now, of others as it was looked last.
    pub(super) async fn summary(&self) -> Summary {
        let mut here = Vec::with_capacity(self.here.len());
        for keeper in self.here.values() {
            here.extend(keeper.progress().await);
        }
        let mut summary = Summary::of(self.order.scan.number, &here);
        self.summaries.values().for_each(|there| summary += there);
        summary
    }

    /// Has a range strike out the note of its child, if it is kept.
    /// False where its owner can't be told now: it may be another one soon.
    pub(super) async fn child_entered(&self, parent: RangeId) -> Result<bool, Error> {
        if let Some(keeper) = self.here.get(&parent) {
            keeper.ask(Command::ChildEntered).await?;
        } else if let Some(There { node, .. }) = self.there.get(&parent) {
            return Ok(self.tell(node, vec![parent], What::ChildEntered).await.is_ok());
        }
        Ok(true)
    }

    /// Has all of them end the scan.
    pub(super) async fn close(&self, number: u32, close: bool) -> Result<(), Error> {
        for keeper in self.here.values() {
            while keeper.ask(Command::Close { number, close }).await? == Reply::Again {}
        }
        let mut nodes = BTreeMap::<&NodeName, Vec<RangeId>>::new();
        for (range, there) in &self.there {
            nodes.entry(&there.node).or_default().push(*range);
        }
        for (node, ranges) in nodes {
            for some in ranges.chunks(MOST_RANGES) {
                self.tell(node, some.to_vec(), What::Close { number, close }).await?;
            }
        }
        Ok(())
    }

    async fn tell(&self, node: &NodeName, ranges: Vec<RangeId>, what: What) -> Result<(), Error> {
        let cluster = self.keepers.cluster().ok_or(Error::Stopping)?;
        let tell = Tell { of: self.order.of, ranges, what };
        let told = cluster.ask::<Done>(node, Kind::Tell, &tell, KEEPS_WITHIN).await;
        told.map(drop).map_err(|failed| Error::Failed(format!("{node}: {failed}")))
    }

    /// Whether all of them rest, given those that have said so.
    pub(super) fn all_rest(&self, is_resting: impl Fn(RangeId) -> bool) -> bool {
        let here = |(range, keeper): (&RangeId, &Keeper)| is_resting(*range) || keeper.is_gone();
        let there =
            |(range, there): (&RangeId, &There)| is_resting(*range) || there.failed.is_some();
        self.here.iter().all(here) && self.there.iter().all(there)
    }

    /// Nothing of the scan is kept any more: what was answered and not yet committed is committed now.
    pub(super) async fn let_go(&mut self) {
        self.let_go_here().await;
        self.there.clear();
        let Some(cluster) = self.keepers.cluster() else { return };
        // All that were ever asked: an answer may have been lost.
        for (node, _) in self.waited_at.drain() {
            let let_go = LetGo { of: self.order.of };
            if let Err(failed) = cluster.ask::<Done>(&node, Kind::LetGo, &let_go, SHORT).await {
                tracing::debug!(%node, %failed, "a node lets go of a scan when nobody asks any more");
            }
        }
        self.waiting.abort_all();
    }

    /// Those on other nodes go on, for whoever directs the scan next.
    pub(super) async fn let_go_here(&mut self) {
        for (_, keeper) in self.here.drain() {
            self.keepers.let_go(&keeper).await;
        }
    }

    fn lane(&self, range: RangeId) -> u16 {
        self.lanes.get(&range).copied().unwrap_or_default()
    }

    fn range_at(&self, range: RangeId) -> RangeAt {
        let SourceAt { tenant, source } = self.order.at.clone();
        RangeAt { tenant, source, range }
    }
}

/// Gets a keeper for a range here, and has it take part.
async fn enter(
    keepers: Arc<Keepers>,
    order: Order,
    range: RangeId,
    priority: Priority,
) -> Result<Keeper, Error> {
    let keeper = keepers.keep(&order.at, range, priority, order.report, &order.span).await?;
    while keeper.ask(Command::Begin(order.scan.clone())).await? == Reply::Again {}
    Ok(keeper)
}

/// Waits at a node until there is something to look at, again and again, and says so.
async fn wait_for_news(
    node: NodeName,
    cluster: Cluster,
    of: Directed,
    news: Arc<dyn Fn() + Send + Sync>,
) {
    let mut seen = None;
    loop {
        let asked = News { of, seen };
        match cluster.ask::<Seen>(&node, Kind::News, &asked, WAITS_FOR_NEWS).await {
            Ok(Seen { times }) => {
                seen = times;
                news();
                tokio::time::sleep(GATHER).await;
            }
            // There was nothing all the time.
            Err(failed) if failed.status == Status::Deadline => {}
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}
