//! Reading the present of a range, a step at a time.
//!
//! A step reads some objects with their findings and verdicts, and says what is to be done next. It
//! holds only if the range's bounds were the same before and after: a cut moves objects, and what
//! has moved is not what has gone. Whatever is not plain (a log that was dropped, an object without
//! a row, a bound that has changed) is answered by reading the range whole, object by object, so
//! that nothing is missed and nothing of it is missing meanwhile.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use parking_lot::Mutex;
use trawl_model::range::{Bounds, RangeHead};
use trawl_model::source::Source;
use trawl_model::{Finding, Mark, Object, ObjectId, ObjectKey, RangeId, SourceId, TenantId};
use trawl_model::{Timestamp, TypeId, Verdict};
use trawl_search::lane::Change;
use trawl_storage::findings::{Layout, of_object};
use trawl_storage::records::range::{RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::records::source::{SourceAt, SourceEntry, SourceKey, SourceRow};
use trawl_storage::records::tenant::{TenantAt, TenantEntry, TenantKey, TenantRow};
use trawl_storage::{Db, Page, StoreError};

use super::Part;
use super::documents::Present;
use super::rows;
use crate::range::is_shown;
use crate::rulebook::Rulebook;

/// Entries of a log that are read at once. Each names the objects of one commit.
const LOG_ENTRIES: usize = 64;
/// Rows of objects that are read at once.
const ROWS: usize = 256;
/// So often an object is read again because a scan changed what counts of it meanwhile. Then its
/// range's log names it again.
const TRIES: usize = 3;

/// How far the reading of a range is.
#[derive(Debug, Clone)]
pub enum Progress {
    /// Its log is to be read behind this version.
    Log(u64),
    /// Its log is read up to a version, and these objects are to be looked at.
    Objects {
        /// The version.
        to: u64,
        /// Whether the log goes on behind it.
        more: bool,
        /// Those that are left, the last ones first.
        left: Vec<ObjectKey>,
    },
    /// It is to be read whole.
    Whole,
    /// It is being read whole.
    Pass(Pass),
}

/// A range that is being read whole.
#[derive(Debug, Clone)]
pub struct Pass {
    /// Its version before the first row was read.
    pub version: u64,
    /// Its bounds then.
    pub bounds: Bounds,
    /// The last object that was read.
    pub after: Option<ObjectKey>,
    /// What it was found to hold.
    pub met: BTreeSet<ObjectId>,
}

/// What comes after a step.
#[derive(Debug)]
pub(super) enum Next {
    /// Another step.
    More(Progress),
    /// The range is read up to this version; whether its log goes on.
    Done(u64, bool),
    /// It is to be read whole, and these before it: they have what was its own.
    Whole(Vec<RangeAt>),
    /// There is no such range any more.
    Gone,
}

/// What a step has read.
#[derive(Debug)]
pub(super) struct Read {
    /// What is to be taken in before the next step.
    pub(super) changes: Vec<Change>,
    /// A range that only a note names yet.
    pub(super) found: Option<RangeAt>,
    /// What comes next.
    pub(super) next: Next,
}

impl Read {
    fn next(next: Next) -> Self {
        Self { changes: Vec::new(), found: None, next }
    }

    fn whole() -> Self {
        Self::next(Next::Whole(Vec::new()))
    }

    fn gone(range: RangeId) -> Self {
        Self { changes: vec![Change::Range(range)], found: None, next: Next::Gone }
    }
}

/// What a step must know of the lane.
pub(super) struct Around<'a> {
    /// Which part of all ranges is the lane's.
    pub(super) part: Part,
    /// Whether the lane has read a range before.
    pub(super) knows: &'a (dyn Fn(&RangeAt) -> bool + Sync),
    /// Whether it may hold anything of the range that is read.
    pub(super) holds: bool,
}

/// Reads ranges.
pub(super) struct Reader {
    db: Db,
    rules: Rulebook,
    documents: usize,
    starts: Mutex<HashMap<(SourceId, u32), Timestamp>>,
}

impl Reader {
    /// One that gives about so many documents a step.
    pub(super) fn new(db: Db, rules: Rulebook, documents: usize) -> Self {
        Self { db, rules, documents, starts: Mutex::default() }
    }

    /// One step.
    pub(super) async fn step(
        &self,
        at: &RangeAt,
        progress: Progress,
        around: &Around<'_>,
    ) -> Result<Read, StoreError> {
        match progress {
            Progress::Log(cursor) => self.log(at, cursor).await,
            Progress::Objects { to, more, left } => self.objects(at, to, more, left).await,
            Progress::Whole => self.begin(at, around).await,
            Progress::Pass(pass) => self.pass(at, pass).await,
        }
    }

    /// Reads the log behind a version.
    async fn log(&self, at: &RangeAt, cursor: u64) -> Result<Read, StoreError> {
        let Some(fence) = self.db.fence::<RangeRow>(at).await? else {
            return Ok(Read::gone(at.range));
        };
        let page = if fence.version > cursor {
            let span = RangeKey::log_after(cursor);
            self.db.scan::<RangeRow>(at, span, LOG_ENTRIES).await?
        } else {
            Page { rows: Vec::new(), next: None }
        };
        // After the log: what was dropped before it was read is known now.
        let Some(head) = self.head(at).await? else { return Ok(Read::gone(at.range)) };
        // Whoever opens the lane may find the range read, and its child known by this note alone.
        let found = noted(at, &head);
        if cursor < head.log_from {
            return Ok(Read::whole());
        }
        let (mut to, mut named) = (cursor, BTreeSet::new());
        for row in page.rows {
            let RangeEntry::Log(version, entry) = row.entry else { continue };
            if entry.whole {
                return Ok(Read::whole());
            }
            to = version;
            named.extend(entry.objects);
        }
        let more = page.next.is_some();
        if !more {
            // Whatever was committed before the log was read was in it.
            to = to.max(fence.version);
        }
        let next = if named.is_empty() {
            Next::Done(to, more)
        } else {
            let left = named.into_iter().rev().collect();
            Next::More(Progress::Objects { to, more, left })
        };
        Ok(Read { changes: Vec::new(), found, next })
    }

    /// Looks at some of the objects that the log has named.
    async fn objects(
        &self,
        at: &RangeAt,
        to: u64,
        more: bool,
        mut left: Vec<ObjectKey>,
    ) -> Result<Read, StoreError> {
        let Some((source, head)) = self.heads(at).await? else { return Ok(Read::gone(at.range)) };
        let mut keys = Vec::new();
        while keys.len() < ROWS
            && let Some(key) = left.pop()
        {
            if head.bounds.hold(&key) {
                keys.push(key);
            }
        }
        let mut objects = rows::of_keys(&self.db, at, &keys).await?;
        let objects = keys.into_iter().map(|key| objects.remove(&key).map(|object| (key, object)));
        let Some(objects) = objects.collect::<Option<Vec<_>>>() else { return Ok(Read::whole()) };
        let (changes, rest) = self.changes(at, &source, objects).await?;
        left.extend(rest.into_iter().rev().map(|(key, _)| key));
        if !self.has_bounds(at, &head.bounds).await? {
            return Ok(Read::whole());
        }
        let next = if left.is_empty() {
            Next::Done(to, more)
        } else {
            Next::More(Progress::Objects { to, more, left })
        };
        Ok(Read { changes, found: None, next })
    }

    /// Begins to read a range whole. What it had and has no more is in ranges behind it that the
    /// directory or its note names: those of them that the lane does not know are to come first, so
    /// that an object is found in the one until it is found in the other. They lie behind it, so
    /// that no two wait for each other.
    async fn begin(&self, at: &RangeAt, around: &Around<'_>) -> Result<Read, StoreError> {
        let Some(fence) = self.db.fence::<RangeRow>(at).await? else {
            return Ok(Read::gone(at.range));
        };
        let Some(head) = self.head(at).await? else { return Ok(Read::gone(at.range)) };
        let child = noted(at, &head);
        if around.holds
            && let Some(to) = &head.bounds.to
        {
            let mut others = self.behind(at, around.part, to, child.clone()).await?;
            others.retain(|other| other != at && !(around.knows)(other));
            if !others.is_empty() {
                return Ok(Read::next(Next::Whole(others)));
            }
        }
        let (version, bounds) = (fence.version, head.bounds);
        let pass = Pass { version, bounds, after: None, met: BTreeSet::new() };
        Ok(Read { found: child, ..self.pass(at, pass).await? })
    }

    /// The ranges that have what a range had and has no more, whoever of them has it now: each may
    /// have been cut in its turn, and a child may be named by a note alone.
    async fn behind(
        &self,
        at: &RangeAt,
        part: Part,
        to: &ObjectKey,
        child: Option<RangeAt>,
    ) -> Result<Vec<RangeAt>, StoreError> {
        // Read after the head: the directory names a child before its note is struck out.
        let mut rest = self.ranges(&at.tenant, at.source, part, to).await?;
        rest.extend(child);
        let mut all = BTreeSet::new();
        while let Some(other) = rest.pop() {
            if all.insert(other.clone())
                && let Some(head) = self.head(&other).await?
            {
                rest.extend(noted(&other, &head));
            }
        }
        Ok(all.into_iter().collect())
    }

    /// Goes through some of the objects of a range that is read whole.
    async fn pass(&self, at: &RangeAt, mut pass: Pass) -> Result<Read, StoreError> {
        let Some(source) = self.source(&at.tenant, at.source).await? else {
            return Ok(Read::gone(at.range));
        };
        let mut span = RangeKey::objects();
        span.from = match &pass.after {
            Some(key) => Bound::Excluded(RangeKey::Object(key.clone())),
            None => Bound::Included(RangeKey::Object(pass.bounds.from.clone())),
        };
        let page = self.db.scan::<RangeRow>(at, span, ROWS).await?;
        let rows = page.rows.into_iter().filter_map(|row| match row.entry {
            RangeEntry::Object(key, object) => Some((key, object)),
            _ => None,
        });
        let rows: Vec<(ObjectKey, Arc<Object>)> = rows.collect();
        let mut after = rows.last().map(|(key, _)| key.clone());
        let is_held =
            |(key, object): &(ObjectKey, Arc<Object>)| pass.bounds.hold(key) && is_shown(object);
        let held: Vec<_> = rows.into_iter().filter(is_held).collect();
        let keys: Vec<ObjectKey> = held.iter().map(|(key, _)| key.clone()).collect();
        pass.met.extend(held.iter().map(|(_, object)| object.id));
        let (mut changes, rest) = self.changes(at, &source, held).await?;
        if !rest.is_empty() {
            after = keys.get(..keys.len() - rest.len()).and_then(<[_]>::last).cloned();
        }
        let ended = page.next.is_none() && rest.is_empty();
        pass.after = after.or(pass.after);
        if !self.has_bounds(at, &pass.bounds).await? {
            return Ok(Read::whole());
        }
        if !ended {
            return Ok(Read { changes, found: None, next: Next::More(Progress::Pass(pass)) });
        }
        changes.push(Change::RangeBut(at.range, Arc::new(pass.met)));
        Ok(Read { changes, found: None, next: Next::Done(pass.version, true) })
    }

    /// The present of objects, which come in order, until it is many documents; and those that are left.
    async fn changes(
        &self,
        at: &RangeAt,
        source: &Source,
        objects: Vec<(ObjectKey, Arc<Object>)>,
    ) -> Result<(Vec<Change>, Vec<(ObjectKey, Arc<Object>)>), StoreError> {
        let (mut all, mut documents, mut rest) = (Vec::new(), 0, objects.into_iter());
        while documents < self.documents
            && let Some((key, object)) = rest.next()
        {
            let findings = self.findings(at, source, &object).await?;
            documents += 1 + findings.len();
            all.push(Known { key, object, findings });
        }
        self.confirm(at, source, &mut all).await?;
        let said = self.said(at, &all).await?;
        let mut changes = Vec::with_capacity(all.len());
        for Known { key, object, findings } in &all {
            let mut documents = Vec::new();
            if is_shown(object) {
                let first_seen = self.start(at, object.first_in).await?;
                let verdicts = said.get(key).map_or([].as_slice(), Vec::as_slice);
                let present = Present { at, key, object, first_seen, findings, verdicts };
                let engine = self.rules.for_findings(&self.db, &at.tenant, findings).await;
                documents = present.documents(&engine);
            }
            changes.push(Change::Object { source: at.source, object: object.id, documents });
        }
        Ok((changes, rest.collect()))
    }

    /// The live findings of an object, as its row names them.
    async fn findings(
        &self,
        at: &RangeAt,
        source: &Source,
        object: &Object,
    ) -> Result<Vec<Finding>, StoreError> {
        if !has_findings(object) {
            return Ok(Vec::new());
        }
        let layout = Layout { tenant: at.tenant.clone(), source: at.source, layout: source.layout };
        let live = of_object(&self.db, layout, object.id, &object.counted, &object.buckets);
        Ok(live.collect().await?.into_iter().map(|row| row.finding).collect())
    }

    /// Reads the rows of objects once more: where other findings count now, those are read.
    async fn confirm(
        &self,
        at: &RangeAt,
        source: &Source,
        all: &mut [Known],
    ) -> Result<(), StoreError> {
        let mut unsure: Vec<_> = all.iter_mut().filter(|one| has_findings(&one.object)).collect();
        for _ in 1..TRIES {
            let keys: Vec<_> = unsure.iter().map(|one| one.key.clone()).collect();
            let mut now = rows::of_keys(&self.db, at, &keys).await?;
            let mut changed = Vec::new();
            for one in unsure {
                let other = now.remove(&one.key);
                if let Some(object) = other.filter(|now| now.counted != one.object.counted) {
                    one.findings = self.findings(at, source, &object).await?;
                    one.object = object;
                    changed.push(one);
                }
            }
            unsure = changed;
        }
        Ok(())
    }

    /// What people said of objects, which come in order.
    async fn said(
        &self,
        at: &RangeAt,
        objects: &[Known],
    ) -> Result<BTreeMap<ObjectKey, Vec<Said>>, StoreError> {
        let (Some(first), Some(last)) = (objects.first(), objects.last()) else {
            return Ok(BTreeMap::new());
        };
        let span = RangeKey::verdicts_among(&first.key, &last.key);
        let page = self.db.scan::<RangeRow>(at, span, ROWS).await?;
        let mut rows = page.rows;
        // Where much was said, most of it may be of objects between these.
        if page.next.is_some() {
            rows.clear();
            for Known { key, .. } in objects {
                let span = RangeKey::verdicts_of(key);
                rows.extend(self.db.collect::<RangeRow>(at, span, usize::MAX).await?);
            }
        }
        let mut said: BTreeMap<_, Vec<Said>> = BTreeMap::new();
        for row in rows {
            if let RangeEntry::Verdict { object, type_id, mark, verdict } = row.entry {
                said.entry(object).or_default().push((type_id, mark, verdict.verdict));
            }
        }
        Ok(said)
    }

    async fn head(&self, at: &RangeAt) -> Result<Option<RangeHead>, StoreError> {
        let row = self.db.get::<RangeRow>(at, &RangeKey::Head).await?;
        Ok(row.and_then(|row| match row.entry {
            RangeEntry::Head(head) if !head.gone => Some(head),
            _ => None,
        }))
    }

    async fn heads(&self, at: &RangeAt) -> Result<Option<(Source, RangeHead)>, StoreError> {
        let Some(source) = self.source(&at.tenant, at.source).await? else { return Ok(None) };
        Ok(self.head(at).await?.map(|head| (source, head)))
    }

    async fn has_bounds(&self, at: &RangeAt, bounds: &Bounds) -> Result<bool, StoreError> {
        Ok(self.head(at).await?.is_some_and(|head| head.bounds == *bounds))
    }

    /// The record of a source that is not deleted.
    async fn source(
        &self,
        tenant: &TenantId,
        source: SourceId,
    ) -> Result<Option<Source>, StoreError> {
        let at = SourceAt { tenant: tenant.clone(), source };
        let row = self.db.get::<SourceRow>(&at, &SourceKey::Head).await?;
        Ok(row.and_then(|row| match row.entry {
            SourceEntry::Head(source) if !source.deleted => Some(source),
            _ => None,
        }))
    }

    /// When a scan of a source was begun that has seen objects. What is known stays: of one that
    /// waits to begin, and that may yet be said to have begun later, nothing is remembered.
    async fn start(&self, at: &RangeAt, number: u32) -> Result<Timestamp, StoreError> {
        let known = self.starts.lock().get(&(at.source, number)).copied();
        if let Some(start) = known {
            return Ok(start);
        }
        let tenant = TenantAt { tenant: at.tenant.clone() };
        let rows = self.db.collect::<TenantRow>(&tenant, TenantKey::scans(), usize::MAX).await?;
        let mut starts = self.starts.lock();
        for row in rows {
            match row.entry {
                TenantEntry::Scan { started, source, number: of, .. }
                    if source == at.source && of <= number =>
                {
                    starts.insert((source, of), started);
                }
                _ => {}
            }
        }
        Ok(starts.get(&(at.source, number)).copied().unwrap_or_default())
    }

    /// All ranges of a lane, by way of the tenant's catalogue and the directory of each source.
    pub(super) async fn all(&self, tenant: &TenantId, part: Part) -> Result<All, StoreError> {
        let at = TenantAt { tenant: tenant.clone() };
        let mut all = All { tenant: Some(tenant.clone()), ..All::default() };
        let mut rest = Some(TenantKey::sources());
        while let Some(span) = rest.take() {
            let page = self.db.scan::<TenantRow>(&at, span.clone(), usize::MAX).await?;
            for row in page.rows {
                let TenantEntry::Source(source) = row.entry else { continue };
                if self.source(tenant, source).await?.is_some() {
                    all.sources.insert(source);
                    let ranges = self.ranges(tenant, source, part, &ObjectKey::default()).await?;
                    all.ranges.extend(ranges);
                } else {
                    all.deleted.insert(source);
                }
            }
            rest = page.next.map(|key| span.after(key));
        }
        Ok(all)
    }

    /// The ranges of a source that are a lane's, and begin at a key or behind it.
    async fn ranges(
        &self,
        tenant: &TenantId,
        source: SourceId,
        part: Part,
        begin: &ObjectKey,
    ) -> Result<Vec<RangeAt>, StoreError> {
        let at = SourceAt { tenant: tenant.clone(), source };
        let rows = self.db.collect::<SourceRow>(&at, SourceKey::directory(), usize::MAX).await?;
        let ranges = rows.into_iter().filter_map(|row| match row.entry {
            SourceEntry::Directory { from, range, lane, .. }
                if part.takes(lane) && from >= *begin =>
            {
                Some(RangeAt { tenant: tenant.clone(), source, range })
            }
            _ => None,
        });
        Ok(ranges.collect())
    }
}

/// An object with its live findings.
struct Known {
    key: ObjectKey,
    object: Arc<Object>,
    findings: Vec<Finding>,
}

/// Whether there may be findings to read.
fn has_findings(object: &Object) -> bool {
    is_shown(object) && !object.counted.is_empty() && !object.buckets.is_empty()
}

/// The child that a range's note names.
fn noted(of: &RangeAt, head: &RangeHead) -> Option<RangeAt> {
    head.child.as_ref().map(|child| RangeAt { range: child.range, ..of.clone() })
}

/// What somebody said of what bears a mark.
type Said = (TypeId, Mark, Verdict);

/// What a look around finds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct All {
    /// Whose.
    pub tenant: Option<TenantId>,
    /// Sources that are there.
    pub sources: HashSet<SourceId>,
    /// Sources that are deleted.
    pub deleted: HashSet<SourceId>,
    /// The lane's ranges.
    pub ranges: Vec<RangeAt>,
}
