//! The objects of a source in the order of their keys, and the live findings of each.

use std::collections::{HashSet, VecDeque};
use std::future::ready;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::task::JoinSet;
use trawl_model::object::Buckets;
use trawl_model::range::RangeHead;
use trawl_model::{FindingRef, Mark, Object, ObjectKey, OfType, RangeId, SourceId, State, TypeId};
use trawl_storage::findings::{Layout, of_object};
use trawl_storage::records::{
    FindingRow, RangeAt, RangeEntry, RangeKey, RangeRow, SourceAt, SourceEntry, SourceKey,
    SourceRow, VerdictEntry,
};
use trawl_storage::{Pages, Span, StoreError};

use super::reached::{self, Reached, Spotted};
use super::{Ask, Live, Origin, Results, SORTED_FINDINGS, TRIES};
use crate::error::Error;

/// Objects that are read at a time.
const PAGE_OBJECTS: usize = 500;

/// So many objects may be read before their findings are given.
const OBJECTS_AHEAD: usize = 32;

/// An object, and the range that holds it.
pub(crate) struct Held {
    /// The range.
    pub(crate) at: RangeAt,
    /// Its key.
    pub(crate) key: ObjectKey,
    /// Its row.
    pub(crate) object: Arc<Object>,
}

/// So many objects are asked for at once that are read one by one.
const ASKED_AT_ONCE: usize = 32;

/// Goes through the objects of a source.
pub(crate) struct Objects<'a> {
    results: &'a Results,
    source: SourceId,
    /// Only those that have findings.
    holding: bool,
    prefix: Vec<u8>,
    first: ObjectKey,
    directory: Option<Span<SourceKey>>,
    ranges: VecDeque<RangeId>,
    met: HashSet<RangeId>,
    last: Option<RangeId>,
    range: Option<(RangeAt, RangeHead, Pages<RangeRow>)>,
}

impl<'a> Objects<'a> {
    /// The objects whose key begins so.
    pub(crate) fn new(results: &'a Results, source: SourceId, prefix: Vec<u8>) -> Self {
        Self {
            results,
            source,
            holding: false,
            first: ObjectKey::new(&prefix),
            prefix,
            directory: Some(SourceKey::directory()),
            ranges: VecDeque::new(),
            met: HashSet::new(),
            last: None,
            range: None,
        }
    }

    /// Of those only the ones that have findings.
    pub(crate) fn holding(self) -> Self {
        Self { holding: true, ..self }
    }

    /// The same from this key on. What the directory names before it is not read.
    pub(crate) async fn starting(mut self, from: ObjectKey) -> Result<Self, StoreError> {
        if from > self.first {
            let range = self.results.range_of(self.source, &from).await?;
            if let Some((begins, _)) = range {
                self.directory = Some(Span::from(SourceKey::Directory(begins)));
            }
            self.first = from;
        }
        Ok(self)
    }

    /// The next objects; none when that was all.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Held>>, StoreError> {
        loop {
            let Some((at, head, mut pages)) = self.range.take() else {
                let Some(head) = self.next_range().await? else { return Ok(None) };
                if let Some((at, span)) = self.stretch(&head) {
                    let pages = self.results.db.pages(at.clone(), &span, PAGE_OBJECTS);
                    self.range = Some((at, head, pages));
                }
                continue;
            };
            let Some(rows) = pages.next().await? else { continue };
            let mut objects = Vec::with_capacity(rows.len());
            let mut holders = Vec::new();
            let mut past = false;
            for row in rows {
                let (key, object) = match row?.entry {
                    RangeEntry::Object(key, object) => (key, Some(object)),
                    RangeEntry::Holder(key) => (key, None),
                    _ => continue,
                };
                past |= !key.as_bytes().starts_with(&self.prefix);
                // What lies outside the bounds has moved to another range.
                if past || !head.bounds.hold(&key) {
                    continue;
                }
                match object {
                    Some(object) if self.holding && object.findings == 0 => {}
                    Some(object) => objects.push(Held { at: at.clone(), key, object }),
                    None => holders.push(key),
                }
            }
            objects.extend(self.of_holders(&at, holders).await?);
            if !past {
                self.range = Some((at, head, pages));
            }
            if !objects.is_empty() {
                return Ok(Some(objects));
            }
        }
    }

    /// The objects of which rows have said that they have findings.
    async fn of_holders(
        &self,
        at: &RangeAt,
        keys: Vec<ObjectKey>,
    ) -> Result<Vec<Held>, StoreError> {
        let object = |key| async move {
            let object = self.results.object(at, &key).await?;
            Ok(object.map(|object| Held { at: at.clone(), key, object }))
        };
        let read = stream::iter(keys).map(object).buffered(ASKED_AT_ONCE);
        // One that was forgotten meanwhile is none.
        read.try_filter_map(|held| ready(Ok(held))).try_collect().await
    }

    /// The head of the next range: those that the directory names, and those that a note names
    /// that the directory doesn't know of yet.
    pub(super) async fn next_range(&mut self) -> Result<Option<RangeHead>, StoreError> {
        loop {
            let Some(range) = self.ranges.pop_front() else {
                if self.next_of_directory().await? {
                    continue;
                }
                return Ok(None);
            };
            if !self.met.insert(range) {
                continue;
            }
            let at = self.at(range);
            let row = self.results.db.get::<RangeRow>(&at, &RangeKey::Head).await?;
            let Some(RangeEntry::Head(head)) = row.map(|row| row.entry) else { continue };
            if let Some(child) = &head.child {
                self.ranges.push_front(child.range);
            }
            if !head.gone {
                self.last = Some(range);
                return Ok(Some(head));
            }
        }
    }

    async fn next_of_directory(&mut self) -> Result<bool, StoreError> {
        let Some(span) = self.directory.take() else { return Ok(false) };
        let at = SourceAt { tenant: self.results.tenant.clone(), source: self.source };
        let page = self.results.db.scan::<SourceRow>(&at, span.clone(), usize::MAX).await?;
        for row in page.rows {
            if let SourceEntry::Directory { range, .. } = row.entry {
                self.ranges.push_back(range);
            }
        }
        self.directory = page.next.map(|key| span.after(key));
        Ok(!self.ranges.is_empty() || self.directory.is_some())
    }

    /// The range whose head was read last, and where in it the wanted keys begin; none where it
    /// has none of them.
    fn stretch(&self, head: &RangeHead) -> Option<(RangeAt, Span<RangeKey>)> {
        let at = self.at(self.last?);
        let first = self.first.clone();
        let behind = head.bounds.to.as_ref().is_some_and(|to| *to <= first);
        let before =
            head.bounds.from > first && !head.bounds.from.as_bytes().starts_with(&self.prefix);
        let span = if self.holding && head.holders {
            RangeKey::holders_from(first)
        } else {
            RangeKey::objects_from(first)
        };
        (!behind && !before).then_some((at, span))
    }

    fn at(&self, range: RangeId) -> RangeAt {
        RangeAt { tenant: self.results.tenant.clone(), source: self.source, range }
    }
}

/// Is given findings.
pub(crate) trait Listener: Send {
    /// All findings of an object by their types, before they are read. True: that is enough, and
    /// none of them is given.
    fn counted(&mut self, _by_type: &[OfType]) -> bool {
        false
    }

    /// A finding. False: that was enough, and no more are given. `bucket` is the one of its object
    /// that is gone through, where that is done bucket by bucket.
    fn finding(&mut self, live: Live, bucket: Option<u16>) -> Result<bool, Error>;

    /// All up to the end of this object was looked at, so many rows since it was said last. False:
    /// that was enough.
    fn looked(&mut self, _object: &ObjectKey, _rows: u64) -> bool {
        true
    }
}

impl Results {
    /// Gives what is asked for, object by object and spot by spot, from where a list got on, until
    /// the listener has had enough; false if it has.
    pub(crate) async fn findings(
        &self,
        origin: &Arc<Origin>,
        ask: &Ask,
        from: Option<&Reached>,
        to: &mut dyn Listener,
    ) -> Result<bool, Error> {
        let mut objects = Objects::new(self, origin.id, ask.prefix.clone()).holding();
        if let Some(from) = from {
            objects = objects.starting(from.object.clone()).await?;
        }
        let mut ahead = Ahead::default();
        while let Some(mut page) = objects.next().await? {
            let (rows, last) = (page.len(), page.last().map(|held| held.key.clone()));
            page.retain(|held| ask.wants_object(&held.object));
            let judged = self.judged(&page).await?;
            for held in page {
                let from = from.filter(|from| from.object == held.key);
                let within = from.and_then(|from| from.within.clone());
                if from.is_some() && within.is_none() {
                    continue;
                }
                let judged = judged.contains(&held.key);
                let by_type = held.object.by_type.all(held.object.findings);
                if let Some(by_type) = by_type.filter(|_| !judged && ask.wants_all_of_an_object())
                    && within.is_none()
                    && to.counted(by_type)
                {
                    continue;
                }
                while !ahead.has_room(held.object.findings) {
                    if !ahead.give_one(ask, to).await? {
                        return Ok(false);
                    }
                }
                // As it was begun, so it is gone on with, whatever the object has come to meanwhile.
                let is_small = match &within {
                    Some(within) => within.bucket.is_none(),
                    None => held.object.findings <= SORTED_FINDINGS,
                };
                if is_small {
                    ahead.read(self.clone(), Arc::clone(origin), held, judged, within);
                } else if !self.of_large_object(origin, held, judged, ask, within, to).await? {
                    return Ok(false);
                }
            }
            while !ahead.is_empty() {
                if !ahead.give_one(ask, to).await? {
                    return Ok(false);
                }
            }
            if last.is_some_and(|last| !to.looked(&last, rows as u64)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// On findings of which of these objects, of one range, somebody has said something.
    async fn judged(&self, page: &[Held]) -> Result<HashSet<ObjectKey>, StoreError> {
        let mut judged = HashSet::new();
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(judged) };
        let mut rest = Some(RangeKey::verdicts_among(&first.key, &last.key));
        while let Some(span) = rest.take() {
            let rows = self.db.scan::<RangeRow>(&first.at, span.clone(), usize::MAX).await?;
            for row in rows.rows {
                if let RangeEntry::Verdict { object, .. } = row.entry {
                    judged.insert(object);
                }
            }
            rest = rows.next.map(|key| span.after(key));
        }
        Ok(judged)
    }

    /// Findings of an object that has many are given bucket by bucket, so that no more than those of
    /// one are in memory.
    async fn of_large_object(
        &self,
        origin: &Origin,
        mut held: Held,
        judged: bool,
        ask: &Ask,
        within: Option<Spotted>,
        to: &mut dyn Listener,
    ) -> Result<bool, Error> {
        let first = within.as_ref().and_then(|within| within.bucket).unwrap_or(0);
        let buckets: Vec<u16> = held.object.buckets.iter().filter(|b| *b >= first).collect();
        let mut looked = 0;
        for bucket in buckets {
            let all = self.all_of(origin, &mut held, judged, Some(bucket)).await?;
            looked += all.len() as u64;
            if !give(all, Some(bucket), within.as_ref(), ask, to)? {
                return Ok(false);
            }
        }
        Ok(to.looked(&held.key, looked))
    }

    /// All findings of an object, or of one bucket of it, by their places; they are read again if a
    /// scan changed what counts meanwhile. `judged`: somebody may have said something of one.
    pub(super) async fn all_of(
        &self,
        origin: &Origin,
        held: &mut Held,
        judged: bool,
        bucket: Option<u16>,
    ) -> Result<Vec<Live>, StoreError> {
        let mut tries = TRIES;
        loop {
            let shown = self.shown(origin, held, judged).await?;
            let object = &held.object;
            let mut buckets = object.buckets.clone();
            if let Some(bucket) = bucket {
                buckets = Buckets::default();
                buckets.insert(bucket);
            }
            let (layout, counted) = (self.layout(origin), &object.counted);
            let live = of_object(&self.db, layout, object.id, counted, &buckets);
            let rows = live.collect().await?;
            let now = self.object(&held.at, &held.key).await?;
            tries -= 1;
            match now {
                Some(now) if now.counted != object.counted && tries > 0 => held.object = now,
                _ => {
                    let mut all: Vec<Live> =
                        rows.into_iter().map(|row| shown.finding(row)).collect();
                    all.sort_by(|a, b| {
                        let (x, y) = (&a.finding, &b.finding);
                        reached::order((&x.place, x.id), (&y.place, y.id))
                    });
                    return Ok(all);
                }
            }
        }
    }

    /// An object's row.
    pub(super) async fn object(
        &self,
        at: &RangeAt,
        key: &ObjectKey,
    ) -> Result<Option<Arc<Object>>, StoreError> {
        let row = self.db.get::<RangeRow>(at, &RangeKey::Object(key.clone())).await?;
        Ok(row.and_then(|row| match row.entry {
            RangeEntry::Object(_, object) => Some(object),
            _ => None,
        }))
    }

    pub(super) fn layout(&self, origin: &Origin) -> Layout {
        let (tenant, layout) = (self.tenant.clone(), origin.source.layout);
        Layout { tenant, source: origin.id, layout }
    }

    pub(super) async fn shown(
        &self,
        origin: &Origin,
        held: &Held,
        judged: bool,
    ) -> Result<Shown, StoreError> {
        let verdicts = if judged {
            let verdicts = RangeKey::verdicts_of(&held.key);
            self.db.collect::<RangeRow>(&held.at, verdicts, usize::MAX).await?
        } else {
            Vec::new()
        };
        let parts = if held.object.parts > 0 {
            self.db.collect::<RangeRow>(&held.at, RangeKey::parts_of(&held.key), usize::MAX).await?
        } else {
            Vec::new()
        };
        let mut lines = 0;
        let mut before = Vec::new();
        for row in parts {
            if let RangeEntry::Part(_, number, part) = row.entry {
                before.push((number, lines));
                lines += part.lines;
            }
        }
        Ok(Shown {
            source: origin.id,
            key: Arc::new(held.key.clone()),
            object: held.object.id,
            state: if held.object.closed { State::Closed } else { State::Open },
            last_seen: origin.last_seen(&held.object),
            verdicts: verdicts
                .into_iter()
                .filter_map(|row| match row.entry {
                    RangeEntry::Verdict { type_id, mark, verdict, .. } => {
                        Some((type_id, mark, verdict))
                    }
                    _ => None,
                })
                .collect(),
            lines_before: before,
        })
    }
}

/// Objects whose findings are being read while those of objects before them are given: few are
/// gathered, sorted, and read again if a scan changed what counts meanwhile.
#[derive(Default)]
struct Ahead {
    reading: VecDeque<Reading>,
    findings: u64,
}

/// An object whose findings are being read.
struct Reading {
    object: ObjectKey,
    findings: u64,
    within: Option<Spotted>,
    /// One, which is given up with this.
    task: JoinSet<Result<Vec<Live>, StoreError>>,
}

impl Ahead {
    fn is_empty(&self) -> bool {
        self.reading.is_empty()
    }

    /// Whether an object with so many findings may be read before one is given. One with too many
    /// to be gathered waits until all have been.
    fn has_room(&self, findings: u64) -> bool {
        let fits = self.findings + findings <= SORTED_FINDINGS;
        self.is_empty() || (self.reading.len() < OBJECTS_AHEAD && fits)
    }

    fn read(
        &mut self,
        results: Results,
        origin: Arc<Origin>,
        mut held: Held,
        judged: bool,
        within: Option<Spotted>,
    ) {
        let (object, findings) = (held.key.clone(), held.object.findings);
        let mut task = JoinSet::new();
        task.spawn(async move { results.all_of(&origin, &mut held, judged, None).await });
        self.findings += findings;
        self.reading.push_back(Reading { object, findings, within, task });
    }

    /// Gives those of the first object; false if the listener has had enough.
    async fn give_one(&mut self, ask: &Ask, to: &mut dyn Listener) -> Result<bool, Error> {
        let Some(Reading { object, findings, within, mut task }) = self.reading.pop_front() else {
            return Ok(true);
        };
        self.findings -= findings;
        let Some(read) = task.join_next().await else { return Ok(true) };
        let all = read.map_err(|_| StoreError::Closed)??;
        let looked = all.len() as u64;
        Ok(give(all, None, within.as_ref(), ask, to)? && to.looked(&object, looked))
    }
}

/// Gives those that are asked for, behind where a list got on.
fn give(
    all: Vec<Live>,
    bucket: Option<u16>,
    within: Option<&Spotted>,
    ask: &Ask,
    to: &mut dyn Listener,
) -> Result<bool, Error> {
    for live in all {
        let is_behind = |within: &Spotted| Spotted::of(&live, bucket) > *within;
        if ask.wants(&live) && within.is_none_or(is_behind) && !to.finding(live, bucket)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the rows of a range say of the findings of an object.
pub(super) struct Shown {
    source: SourceId,
    key: Arc<ObjectKey>,
    object: trawl_model::ObjectId,
    state: State,
    last_seen: Option<trawl_model::Timestamp>,
    verdicts: Vec<(TypeId, Mark, VerdictEntry)>,
    lines_before: Vec<(u32, u64)>,
}

impl Shown {
    pub(super) fn finding(&self, row: FindingRow) -> Live {
        let mut finding = row.finding;
        let before = finding.part.and_then(|part| {
            let found = self.lines_before.iter().find(|(number, _)| *number == part);
            found.map(|(_, lines)| *lines)
        });
        // Both count from the part's beginning, and only what ends its rows with its lines is cut.
        let before = before.unwrap_or(0);
        finding.place.line = finding.place.line.map(|line| line + before);
        finding.place.row = finding.place.row.map(|row| row + before);
        let said = self
            .verdicts
            .iter()
            .find(|(type_id, mark, _)| *type_id == finding.type_id && *mark == finding.mark);
        Live {
            id: FindingRef { source: self.source, object: self.object, finding: finding.id },
            object: Arc::clone(&self.key),
            last_seen: self.last_seen,
            state: self.state,
            verdict: said.map(|(_, _, verdict)| verdict.clone()),
            finding,
        }
    }
}
