//! What the store does about a question, one after the other, and what is held against the invariants then.

use trawl_model::RangeId;
use trawl_storage::records::node::Node as Head;

use super::event::{
    Ask, Asked, LogSeen, ObjectsSeen, PassSeen, RangesSeen, Reply, ShardSeen, SourceSeen,
};
use super::oracles::Invariant;
use super::source::{file_of, of_object_id, stamp};
use super::store::{Fence, KeptShard, Outcome, SourceWrite, Writer};
use super::world::World;

/// Rows that are copied into a child at once.
const COPIED: usize = 100;
/// Entries of a log that are read at once.
const ENTRIES: usize = 64;
/// Rows that are read at once of a range that is indexed whole.
const ROWS: usize = 256;

impl World<'_> {
    pub(super) fn at_store(&mut self, asked: Asked) {
        let Asked { ask, from, then, back } = asked;
        let reply = self.do_ask(ask, from);
        self.reply(from, then, back, reply);
    }

    fn do_ask(&mut self, ask: Ask, from: Writer) -> Reply {
        match ask {
            Ask::Commit(commit) => {
                let before = self.store.ranges.get(&commit.range).map(|kept| kept.fence);
                let (outcome, fresh) = self.store.commit(&commit);
                let node = from.node;
                if fresh {
                    self.counts.commits += 1;
                    let (range, version) = (commit.range, commit.expected.version + 1);
                    let rows = commit.writes.len();
                    self.note(node, format_args!("commits {range} v{version}, {rows} rows"));
                    self.check_commit(&commit, before.unwrap_or_default());
                } else if let Outcome::Rejected(at) = outcome {
                    self.counts.refused += 1;
                    let (range, version) = (commit.range, commit.expected.version + 1);
                    let at = at.unwrap_or_default();
                    self.note(
                        node,
                        format_args!(
                            "is refused {range} v{version}: it is at {}.{}",
                            at.epoch, at.version
                        ),
                    );
                }
                Reply::Outcome(outcome)
            }
            Ask::Raise { range, epoch, write } => {
                let outcome = self.store.raise(range, epoch, write);
                if let Outcome::Applied(fence) = outcome {
                    self.oracles.raised(range, fence.epoch);
                }
                Reply::Outcome(outcome)
            }
            Ask::Read { range } => {
                let kept = self.store.ranges.get(&range);
                Reply::Rows(kept.map(|kept| {
                    let mut rows = kept.rows.clone();
                    let bounds = rows.head.bounds.clone();
                    rows.objects.retain(|key, _| bounds.hold(key));
                    rows.parts.retain(|(key, _), _| bounds.hold(key));
                    Box::new((kept.fence, rows))
                }))
            }
            Ask::Make { source, range, head, version, write } => {
                Reply::Outcome(self.store.make(source, range, *head, version, write))
            }
            Ask::Copy { parent, child, after, expected, write } => {
                let (outcome, last) =
                    self.store.copy(parent, child, after.as_ref(), expected, write, COPIED);
                Reply::Copied(outcome, last)
            }
            Ask::Put { source, rows } => {
                if self.store.put(source, &rows) {
                    let what = format!("a finding of s{source} is put twice with other content");
                    self.broken(Invariant::SameContent, what);
                }
                Reply::Kept
            }
            Ask::Clean { dead } => {
                let (source, file) = of_object_id(dead.object);
                self.store.clean(source, file, &dead.generations);
                self.check_file(source, file);
                Reply::Kept
            }
            Ask::Begin { write } => self.begin_node(from, write),
            Ask::Beat { expected, write, head } => self.keep_beat(from, expected, write, head),
            Ask::Shards { shards } => {
                let seen = shards.into_iter().map(|shard| self.shard_seen(shard));
                Reply::Shards(seen.collect())
            }
            Ask::RaiseShard { shard, seen, former, write, forced } => {
                self.raise_shard(from, (shard, seen, write), former, forced)
            }
            Ask::Name { shard, expected, next, write } => {
                let kept = &mut self.store.shards[usize::from(shard)];
                if kept.fence == Some(expected) {
                    let version = expected.version + 1;
                    kept.fence = Some(Fence { version, write, ..expected });
                    kept.owner = Some(next);
                    self.counts.moves += 1;
                }
                Reply::Kept
            }
            Ask::Source { source } => {
                let kept = &self.store.sources[source];
                Reply::Source(SourceSeen {
                    version: kept.version,
                    running: kept.running,
                    directory: kept.directory.values().map(|(range, _)| *range).collect(),
                })
            }
            Ask::ChangeSource { source, version, what } => {
                let node = from.node;
                let changed = self.store.change_source(source, version, what.clone());
                if changed {
                    match what {
                        SourceWrite::Enter { range, .. } => {
                            self.note(node, format_args!("enters {range} in s{source}"));
                        }
                        SourceWrite::End { number } => {
                            self.note(node, format_args!("ends scan {number} of s{source}"));
                            self.scan_ended(source, number);
                        }
                    }
                }
                Reply::Changed
            }
            Ask::OpenLane { lane, epoch, write } => {
                let kept = &mut self.store.lanes[usize::from(lane)];
                if kept.fence.epoch > epoch {
                    return Reply::Lane(None);
                }
                kept.fence = Fence { epoch, version: kept.fence.version + 1, write };
                Reply::Lane(Some(Box::new(kept.clone())))
            }
            Ask::Around { lane } => self.around(lane),
            Ask::Log { range, cursor } => Reply::Log(self.log(range, cursor)),
            Ask::Objects { range, keys } => {
                let kept = self.store.ranges.get(&range);
                Reply::Objects(kept.map(|kept| {
                    let bounds = kept.rows.head.bounds.clone();
                    let documents = keys.into_iter().map(|key| {
                        let object = kept.rows.objects.get(&key);
                        let document = object.map(|object| self.store.document(range, object));
                        (key, document)
                    });
                    ObjectsSeen { bounds, documents: documents.collect() }
                }))
            }
            Ask::Ranges { range } => Reply::Ranges(self.ranges_seen(range)),
            Ask::Pass { range, after } => {
                let kept = self.store.ranges.get(&range);
                Reply::Pass(kept.map(|kept| {
                    let bounds = kept.rows.head.bounds.clone();
                    let begin = after.map_or_else(|| bounds.from.clone(), |key| key.successor());
                    let rows: Vec<_> = kept.rows.objects.range(begin..).take(ROWS).collect();
                    let (ended, last) = (rows.len() < ROWS, rows.last().map(|(key, _)| *key));
                    let after = last.cloned();
                    let held = rows.iter().filter(|(key, _)| bounds.hold(key));
                    let documents = held.filter_map(|(key, object)| {
                        Some(((*key).clone(), self.store.document(range, object)?))
                    });
                    let documents = documents.collect();
                    PassSeen { bounds, documents, after, ended }
                }))
            }
            Ask::Publish(publication) => {
                let before = self.store.lanes[usize::from(publication.lane)].fence;
                let outcome = self.store.publish(&publication);
                if let Outcome::Applied(_) = outcome
                    && before.write != publication.write
                {
                    if before != publication.expected {
                        let (lane, node) = (publication.lane, from.node);
                        let what = format!("n{node} publishes in lane {lane}, which is another's");
                        self.broken(Invariant::OneWriter, what);
                    }
                    let (lane, many) = (publication.lane, publication.documents.len());
                    let node = from.node;
                    self.note(node, format_args!("publishes {many} in lane {lane}"));
                }
                Reply::Outcome(outcome)
            }
        }
    }

    fn begin_node(&mut self, from: Writer, write: u64) -> Reply {
        let now = self.now;
        let kept = &mut self.store.nodes[from.node];
        if kept.fence.write != write {
            let counter = kept.head.as_ref().map_or(0, |head| head.counter) + 1;
            let started = stamp(now);
            let (host, version) = (String::new(), String::new());
            kept.head = Some(Head { counter, started, left: false, host, version });
            kept.fence = Fence { epoch: kept.fence.epoch + 1, write, ..kept.fence };
            kept.raised_at = now;
        }
        match &kept.head {
            Some(head) => Reply::Node(kept.fence, head.clone()),
            None => Reply::Kept,
        }
    }

    fn keep_beat(&mut self, from: Writer, expected: Fence, write: u64, head: Head) -> Reply {
        let now = self.now;
        let kept = &mut self.store.nodes[from.node];
        if kept.fence == expected {
            kept.fence = Fence { version: expected.version + 1, write, ..expected };
            (kept.head, kept.raised_at) = (Some(head), now);
        }
        let fence = kept.fence;
        let is_ours = fence.write == write;
        Reply::Outcome(if is_ours {
            Outcome::Applied(fence)
        } else {
            Outcome::Rejected(Some(fence))
        })
    }

    fn shard_seen(&self, shard: u16) -> ShardSeen {
        let kept = self.store.shards[usize::from(shard)];
        let owner = kept.owner.map(|owner| &self.store.nodes[owner]);
        let head = owner.and_then(|owner| owner.head.clone());
        let raised_at = owner.map_or(0, |owner| owner.raised_at);
        ShardSeen { shard, kept, head, raised_at, read_at: self.now }
    }

    fn raise_shard(
        &mut self,
        from: Writer,
        (shard, seen, write): (u16, Option<Fence>, u64),
        former: Option<usize>,
        forced: bool,
    ) -> Reply {
        let kept = &mut self.store.shards[usize::from(shard)];
        if kept.fence == seen {
            let before = seen.unwrap_or_default();
            let fence = Fence { epoch: before.epoch + 1, version: before.version + 1, write };
            *kept = KeptShard { fence: Some(fence), owner: Some(from.node) };
            if forced {
                self.counts.take_overs += 1;
            }
            let now = self.now;
            self.oracles.shard_taken(now, shard, former, from.node, forced);
        }
        let fence = self.store.shards[usize::from(shard)].fence;
        Reply::Outcome(match fence {
            Some(fence) if fence.write == write => Outcome::Applied(fence),
            other => Outcome::Rejected(other),
        })
    }

    fn around(&self, lane: u16) -> Reply {
        let mut ranges = Vec::new();
        for (source, kept) in self.store.sources.iter().enumerate() {
            let of_lane = kept.directory.values().filter(|(_, of)| *of == lane);
            ranges.extend(of_lane.map(|(range, _)| (source, *range)));
        }
        Reply::Around(ranges, self.store.sources.len())
    }

    fn log(&self, range: RangeId, cursor: u64) -> Option<LogSeen> {
        let kept = self.store.ranges.get(&range)?;
        let mut entries: Vec<_> = kept.log.range(cursor + 1..).take(ENTRIES + 1).collect();
        let more = entries.len() > ENTRIES;
        entries.truncate(ENTRIES);
        Some(LogSeen {
            version: kept.fence.version,
            entries: entries.into_iter().map(|(at, entry)| (*at, entry.clone())).collect(),
            more,
            log_from: kept.rows.head.log_from,
            child: kept.rows.head.child.as_ref().map(|child| child.range),
        })
    }

    /// What is to be known before a range is read whole: the ranges that have what it had and has no more.
    fn ranges_seen(&self, range: RangeId) -> Option<RangesSeen> {
        let kept = self.store.ranges.get(&range)?;
        let head = &kept.rows.head;
        let child = head.child.as_ref().map(|child| child.range);
        let mut rest: Vec<RangeId> = child.into_iter().collect();
        if let Some(to) = &head.bounds.to {
            let behind = self.store.sources[kept.source].directory.range(to.clone()..);
            rest.extend(behind.filter(|(_, (_, lane))| *lane == head.lane).map(|(_, (of, _))| *of));
        }
        let mut behind = std::collections::BTreeSet::new();
        while let Some(other) = rest.pop() {
            if behind.insert(other)
                && let Some(kept) = self.store.ranges.get(&other)
            {
                rest.extend(kept.rows.head.child.as_ref().map(|child| child.range));
            }
        }
        Some(RangesSeen {
            version: kept.fence.version,
            bounds: head.bounds.clone(),
            child,
            behind: behind.into_iter().collect(),
        })
    }

    /// What is live of an object, after some of its findings were deleted.
    fn check_file(&mut self, source: usize, file: u32) {
        let key = self.sources[source].key(file);
        let object = self.store.holder(source, &key).and_then(|kept| kept.rows.objects.get(&key));
        if let Some(object) = object.cloned() {
            self.check_object(source, file_of(&key), &object);
        }
    }
}
