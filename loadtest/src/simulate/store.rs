//! The store: fenced partitions of ranges, sources, nodes, shards and lanes, and plain findings. It does one
//! thing after the other, as a database does that is asked with conditions; what is slow or lost is the way
//! to it and back.

use std::collections::BTreeMap;

use trawl_actors::range::{RangeState, Write, is_shown};
use trawl_model::generation::is_live;
use trawl_model::object::Object;
use trawl_model::range::RangeHead;
use trawl_model::{Counted, Generation, ObjectKey, RangeId, TenantId};
use trawl_storage::records::node::Node;
use trawl_storage::records::range::LogEntry;

use super::queue::Micros;
use super::rule::Rule;
use super::source::{Source, file_of, of_object_id};

/// What a fenced partition is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fence {
    pub(super) epoch: u64,
    pub(super) version: u64,
    pub(super) write: u64,
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Applied(Fence),
    Rejected(Option<Fence>),
}

/// Which process writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Writer {
    pub(super) node: usize,
    pub(super) life: u32,
}

/// A commit of a range.
#[derive(Debug)]
pub(super) struct RangeCommit {
    pub(super) range: RangeId,
    pub(super) expected: Fence,
    pub(super) write: u64,
    pub(super) by: Writer,
    pub(super) writes: Vec<Write>,
    pub(super) log: Option<(u64, LogEntry)>,
    /// The entries of the log before this one are let go.
    pub(super) trim: Option<u64>,
}

/// A range, as its partition holds it.
pub(super) struct KeptRange {
    pub(super) source: usize,
    pub(super) fence: Fence,
    pub(super) rows: RangeState,
    pub(super) log: BTreeMap<u64, LogEntry>,
}

/// A scan that is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) number: u32,
    pub(super) rules: u8,
    pub(super) started: Micros,
}

/// A source, as its partition holds it.
#[derive(Default)]
pub(super) struct KeptSource {
    pub(super) version: u64,
    pub(super) running: Option<Running>,
    pub(super) last: u32,
    /// First keys of ranges, and their lanes.
    pub(super) directory: BTreeMap<ObjectKey, (RangeId, u16)>,
}

/// What is written into a source.
#[derive(Debug, Clone)]
pub(super) enum SourceWrite {
    Enter { from: ObjectKey, range: RangeId, lane: u16 },
    End { number: u32 },
}

/// A finding, put without a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) generation: Generation,
    pub(super) sequence: u32,
    pub(super) chunk: u8,
    pub(super) value: u32,
}

/// A node's record, and when its counter was raised last.
#[derive(Default)]
pub(super) struct KeptNode {
    pub(super) fence: Fence,
    pub(super) head: Option<Node>,
    pub(super) raised_at: Micros,
}

/// A shard.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KeptShard {
    pub(super) fence: Option<Fence>,
    pub(super) owner: Option<usize>,
}

/// What the index shows of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) range: RangeId,
    pub(super) shows: u64,
}

/// An object of a source, in one word.
pub(super) type Of = (u32, u32);

/// A lane's manifest: splits, as documents, and how far each range is read.
#[derive(Default, Clone)]
pub(super) struct Manifest {
    pub(super) fence: Fence,
    pub(super) cursors: BTreeMap<RangeId, u64>,
    pub(super) documents: BTreeMap<Of, Document>,
}

/// What a lane publishes.
#[derive(Debug)]
pub(super) struct Publication {
    pub(super) lane: u16,
    pub(super) expected: Fence,
    pub(super) write: u64,
    pub(super) cursors: Vec<(RangeId, u64)>,
    pub(super) removed: Vec<RangeId>,
    pub(super) documents: Vec<(Of, Option<Document>)>,
}

/// All that is kept.
pub(super) struct Store {
    pub(super) ranges: BTreeMap<RangeId, KeptRange>,
    pub(super) sources: Vec<KeptSource>,
    pub(super) findings: Vec<Vec<Vec<Row>>>,
    pub(super) nodes: Vec<KeptNode>,
    pub(super) shards: Vec<KeptShard>,
    pub(super) lanes: Vec<Manifest>,
    pub(super) without: Option<Rule>,
}

impl Store {
    fn fits(&self, expected: Fence, fence: Fence) -> bool {
        let same = (expected.version, expected.write) == (fence.version, fence.write);
        match self.without {
            Some(Rule::VersionIsChecked) => expected.epoch == fence.epoch,
            // Whoever was overtaken only has to guess the version.
            Some(Rule::EpochIsChecked) => expected.version == fence.version,
            _ => expected.epoch == fence.epoch && same,
        }
    }

    /// A commit; whether it is the first time that it comes.
    pub(super) fn commit(&mut self, commit: &RangeCommit) -> (Outcome, bool) {
        let Some(fence) = self.ranges.get(&commit.range).map(|kept| kept.fence) else {
            return (Outcome::Rejected(None), false);
        };
        if fence.write == commit.write {
            return (Outcome::Applied(fence), false);
        }
        if !self.fits(commit.expected, fence) {
            return (Outcome::Rejected(Some(fence)), false);
        }
        let Some(kept) = self.ranges.get_mut(&commit.range) else {
            return (Outcome::Rejected(None), false);
        };
        let version = commit.expected.version + 1;
        kept.fence = Fence { version, write: commit.write, epoch: fence.epoch };
        for write in &commit.writes {
            kept.rows.apply(write);
        }
        if let Some(to) = commit.trim {
            kept.log = kept.log.split_off(&to);
        }
        if let Some((version, entry)) = &commit.log {
            kept.log.insert(*version, entry.clone());
        }
        (Outcome::Applied(kept.fence), true)
    }

    /// Raises a range to the epoch of its shard.
    pub(super) fn raise(&mut self, range: RangeId, epoch: u64, write: u64) -> Outcome {
        let Some(kept) = self.ranges.get_mut(&range) else { return Outcome::Rejected(None) };
        if kept.fence.epoch < epoch {
            kept.fence = Fence { epoch, write, ..kept.fence };
        }
        if kept.fence.write == write {
            Outcome::Applied(kept.fence)
        } else {
            Outcome::Rejected(Some(kept.fence))
        }
    }

    /// Makes a range.
    pub(super) fn make(
        &mut self,
        source: usize,
        range: RangeId,
        head: RangeHead,
        version: u64,
        write: u64,
    ) -> Outcome {
        let kept = self.ranges.entry(range).or_insert_with(|| {
            let (tenant, id) = (TenantId::default_tenant(), Source::id(source));
            let rows = RangeState::new(tenant, id, range, head);
            let fence = Fence { epoch: 0, version, write };
            KeptRange { source, fence, rows, log: BTreeMap::new() }
        });
        if kept.fence.write == write {
            Outcome::Applied(kept.fence)
        } else {
            Outcome::Rejected(Some(kept.fence))
        }
    }

    /// Copies some rows of a range behind a key into its child: gives the last of them, none when all are
    /// copied.
    pub(super) fn copy(
        &mut self,
        parent: RangeId,
        child: RangeId,
        after: Option<&ObjectKey>,
        expected: Fence,
        write: u64,
        most: usize,
    ) -> (Outcome, Option<ObjectKey>) {
        let rejected = (Outcome::Rejected(None), None);
        let Some(bounds) = self.ranges.get(&child).map(|kept| kept.rows.head.bounds.clone()) else {
            return rejected;
        };
        let Some(from) = self.ranges.get(&parent).map(|kept| &kept.rows) else { return rejected };
        let begin = after.map_or_else(|| bounds.from.clone(), ObjectKey::successor);
        let inside = |(key, _): &(&ObjectKey, _)| bounds.hold(key);
        let rows: Vec<_> = from.objects.range(begin..).take_while(inside).take(most).collect();
        let rows: Vec<_> = rows.into_iter().map(|(key, row)| (key.clone(), row.clone())).collect();
        let ours = |((key, _), _): &(&(ObjectKey, u32), _)| rows.iter().any(|(of, _)| of == key);
        let parts = from.parts.iter().filter(ours);
        let parts: Vec<_> = parts.map(|(at, part)| (at.clone(), part.clone())).collect();
        let last = rows.last().map(|(key, _)| key.clone());
        let Some(kept) = self.ranges.get_mut(&child) else { return rejected };
        if kept.fence.write != write {
            if kept.fence != expected {
                return (Outcome::Rejected(Some(kept.fence)), None);
            }
            kept.fence = Fence { version: expected.version + 1, write, ..expected };
            kept.rows.objects.extend(rows);
            kept.rows.parts.extend(parts);
            kept.rows.head.objects = kept.rows.objects.len() as u64;
        }
        (Outcome::Applied(kept.fence), last)
    }

    /// Changes a source on a version; whether it did.
    pub(super) fn change_source(&mut self, source: usize, version: u64, what: SourceWrite) -> bool {
        let kept = &mut self.sources[source];
        if kept.version != version {
            return false;
        }
        match what {
            SourceWrite::Enter { from, range, lane } => {
                kept.directory.insert(from, (range, lane));
            }
            SourceWrite::End { number } => {
                if kept.running.is_none_or(|running| running.number != number) {
                    return false;
                }
                kept.running = None;
            }
        }
        kept.version += 1;
        true
    }

    /// A person orders a scan.
    pub(super) fn order(&mut self, source: usize, rules: u8, started: Micros) -> u32 {
        let kept = &mut self.sources[source];
        kept.last += 1;
        kept.running = Some(Running { number: kept.last, rules, started });
        kept.version += 1;
        kept.last
    }

    /// Puts findings; whether one of them was there with other content.
    pub(super) fn put(&mut self, source: usize, rows: &[(u32, Row)]) -> bool {
        let mut clashes = false;
        for (file, row) in rows {
            let of = &mut self.findings[source][*file as usize];
            let same =
                |kept: &&Row| (kept.generation, kept.sequence) == (row.generation, row.sequence);
            match of.iter().find(same) {
                Some(kept) => clashes |= kept != row,
                None => of.push(*row),
            }
        }
        clashes
    }

    /// Deletes findings of generations that have ceased to count.
    pub(super) fn clean(&mut self, source: usize, file: u32, generations: &[Counted]) {
        let gone = |row: &Row| generations.iter().any(|c| c.generation == row.generation);
        self.findings[source][file as usize].retain(|row| !gone(row));
    }

    /// What counts of an object's findings, by its row.
    pub(super) fn live(&self, object: &Object) -> Vec<(u8, u32)> {
        let (source, file) = of_object_id(object.id);
        let rows = self.findings[source][file as usize].iter();
        let live = rows.filter(|row| is_live(&object.counted, row.generation, row.sequence));
        let mut live: Vec<(u8, u32)> = live.map(|row| (row.chunk, row.value)).collect();
        live.sort_unstable();
        live
    }

    /// The ranges of a source that count: those of its directory, and those that a note names.
    pub(super) fn living(&self, source: usize) -> Vec<RangeId> {
        let directory = self.sources[source].directory.values();
        let mut living: Vec<RangeId> = directory.map(|(range, _)| *range).collect();
        let mut next = 0;
        while let Some(range) = living.get(next) {
            next += 1;
            let child = self.ranges.get(range).and_then(|kept| kept.rows.head.child.as_ref());
            if let Some(child) = child.map(|child| child.range)
                && !living.contains(&child)
            {
                living.push(child);
            }
        }
        living
    }

    /// The range that has a key now.
    pub(super) fn holder(&self, source: usize, key: &ObjectKey) -> Option<&KeptRange> {
        let (_, (range, _)) = self.sources[source].directory.range(..=key.clone()).next_back()?;
        let mut kept = self.ranges.get(range)?;
        while !kept.rows.head.bounds.hold(key) {
            let child = kept.rows.head.child.as_ref()?;
            kept = self.ranges.get(&child.range)?;
        }
        Some(kept)
    }

    /// What the index is to show of an object; none where it shows nothing.
    pub(super) fn document(&self, range: RangeId, object: &Object) -> Option<Document> {
        is_shown(object).then(|| {
            let mut shows = super::hash(u64::from(object.closed), object.size);
            for (chunk, value) in self.live(object) {
                shows = super::hash(shows, u64::from(chunk) << 32 | u64::from(value));
            }
            Document { range, shows }
        })
    }

    /// All that a lane is to show: what an index made anew comes to.
    pub(super) fn documents(&self, lane: u16) -> BTreeMap<Of, Document> {
        let mut documents = BTreeMap::new();
        for source in 0..self.sources.len() {
            for range in self.living(source) {
                let Some(kept) = self.ranges.get(&range) else { continue };
                if kept.rows.head.lane != lane {
                    continue;
                }
                let inside = |(key, _): &(&ObjectKey, _)| kept.rows.head.bounds.hold(key);
                for (key, object) in kept.rows.objects.iter().filter(inside) {
                    if let Some(document) = self.document(range, object) {
                        documents.insert((source as u32, file_of(key)), document);
                    }
                }
            }
        }
        documents
    }

    /// Publishes; whether it did.
    pub(super) fn publish(&mut self, publication: &Publication) -> Outcome {
        let unfenced = self.without == Some(Rule::PublishIsFenced);
        let kept = &mut self.lanes[usize::from(publication.lane)];
        if kept.fence.write == publication.write {
            return Outcome::Applied(kept.fence);
        }
        if kept.fence != publication.expected && !unfenced {
            return Outcome::Rejected(Some(kept.fence));
        }
        let version = kept.fence.version + 1;
        kept.fence = Fence { version, write: publication.write, ..kept.fence };
        kept.cursors.extend(publication.cursors.iter().copied());
        for range in &publication.removed {
            kept.cursors.remove(range);
        }
        for (of, document) in &publication.documents {
            match document {
                Some(document) => drop(kept.documents.insert(*of, *document)),
                None => drop(kept.documents.remove(of)),
            }
        }
        Outcome::Applied(kept.fence)
    }
}
