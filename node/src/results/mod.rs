//! What is kept, as users are shown it: live findings, objects, scans, coverage.
//!
//! All of it is read page by page, and by way of the records' own order: source, directory, range,
//! object, bucket. Nothing is swept.

mod ask;
mod matches;
mod objects;
mod point;
mod reached;
mod starts;

use std::cmp::Reverse;
use std::ops::Bound;
use std::sync::Arc;

use trawl_actors::director::plan;
use trawl_model::scan::{Scan, ScanState};
use trawl_model::source::Source;
use trawl_model::{
    Finding, FindingRef, Object, ObjectKey, ScanId, SourceId, State, TenantId, Timestamp, Verdict,
};
use trawl_storage::records::{
    ScanAt, ScanEntry, ScanKey, ScanRow, SourceAt, SourceEntry, SourceKey, SourceRow, TenantAt,
    TenantEntry, TenantKey, TenantRow, VerdictEntry,
};
use trawl_storage::{Db, StoreError};

pub(crate) use ask::{Ask, TypePattern};
pub(crate) use matches::Match;
pub(crate) use objects::{Held, Listener, Objects};
pub(crate) use point::Pointed;
pub(crate) use reached::{Reached, Spotted};
use starts::{Scans, Starts};

use crate::live::Live as Settings;

/// Objects with at most so many findings have them sorted by place; those of larger ones come
/// bucket by bucket, so that no number of findings fills the memory.
const SORTED_FINDINGS: u64 = 10_000;

/// So often an object is read again because a scan changed what counts of it meanwhile.
const TRIES: usize = 3;

/// A source, as findings name it.
#[derive(Debug)]
pub(crate) struct Origin {
    /// Its id.
    pub(crate) id: SourceId,
    /// Its record.
    pub(crate) source: Source,
    /// When its scans were begun, by number.
    pub(crate) scans: Scans,
}

impl Origin {
    /// Where it lies, for people.
    pub(crate) fn location(&self) -> String {
        ObjectKey::new(&self.source.location).revealed()
    }

    /// Whether it is a single file: then that is its one object.
    fn is_file(&self) -> bool {
        self.source.kind == "files" && self.source.root.first() == Some(&b'f')
    }

    /// The folder from which the keys of its objects lead on.
    pub(crate) fn folder(&self) -> Vec<u8> {
        let location = &self.source.location;
        let name = if self.is_file() { location.iter().rposition(|b| *b == b'/') } else { None };
        location[..name.map_or(location.len(), |at| at + 1)].to_vec()
    }

    /// When an object was seen last: the start of the last scan that had it in scope.
    fn last_seen(&self, object: &Object) -> Option<Timestamp> {
        let read = self.scans.start(object.read_in);
        let finished = self.source.finished.map(|scan| scan.number);
        let before = object.vanished.unwrap_or(u32::MAX);
        let seen = finished.map(|last| last.min(before.saturating_sub(1)));
        read.max(seen.and_then(|last| self.scans.last_start(last)))
    }
}

/// A finding as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    /// Its whole id.
    pub(crate) id: FindingRef,
    /// The object that holds it.
    pub(crate) object: Arc<ObjectKey>,
    /// As it is kept, its line counted from the object's beginning.
    pub(crate) finding: Finding,
    /// When it was seen last.
    pub(crate) last_seen: Option<Timestamp>,
    /// Whether its object is there.
    pub(crate) state: State,
    /// What was said of it.
    pub(crate) verdict: Option<VerdictEntry>,
}

impl Live {
    /// The verdict without who and when.
    pub(crate) fn word(&self) -> Option<Verdict> {
        self.verdict.as_ref().map(|entry| entry.verdict)
    }
}

/// The results of a tenant.
#[derive(Clone)]
pub(crate) struct Results {
    db: Db,
    tenant: TenantId,
    settings: Settings,
    starts: Arc<Starts>,
}

impl Results {
    /// Those in a store.
    pub(crate) fn of(db: &Db, tenant: &TenantId, settings: Settings) -> Self {
        Self { db: db.clone(), tenant: tenant.clone(), settings, starts: Arc::default() }
    }

    /// Whose they are.
    pub(crate) fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// All sources that are not deleted.
    pub(crate) async fn sources(&self) -> Result<Vec<Arc<Origin>>, StoreError> {
        let at = TenantAt { tenant: self.tenant.clone() };
        let mut heads = Vec::new();
        let mut rest = Some(TenantKey::sources());
        while let Some(span) = rest.take() {
            let page = self.db.scan::<TenantRow>(&at, span.clone(), usize::MAX).await?;
            for row in page.rows {
                let TenantEntry::Source(id) = row.entry else { continue };
                heads.extend(self.head(id).await?.map(|source| (id, source)));
            }
            rest = page.next.map(|key| span.after(key));
        }
        self.origins(heads).await
    }

    /// One source.
    pub(crate) async fn source(&self, id: SourceId) -> Result<Option<Arc<Origin>>, StoreError> {
        let Some(source) = self.head(id).await? else { return Ok(None) };
        Ok(self.origins(vec![(id, source)]).await?.pop())
    }

    /// The scans behind one that is known by when it was ordered, the newest first, at most so many.
    pub(crate) async fn scans(
        &self,
        behind: Option<(Timestamp, ScanId)>,
        most: usize,
    ) -> Result<Vec<Scan>, StoreError> {
        let at = TenantAt { tenant: self.tenant.clone() };
        let mut span = TenantKey::scans();
        if let Some((ordered, scan)) = behind {
            span.from = Bound::Excluded(TenantKey::Scan(Reverse(ordered), scan));
        }
        let (mut scans, mut rest) = (Vec::new(), Some(span));
        while let Some(span) = rest.take().filter(|_| scans.len() < most) {
            let page = self.db.scan::<TenantRow>(&at, span.clone(), most - scans.len()).await?;
            for row in page.rows {
                if let TenantEntry::Scan { scan, .. } = row.entry {
                    scans.extend(self.scan(scan).await?);
                }
            }
            rest = page.next.map(|key| span.after(key));
        }
        Ok(scans)
    }

    /// One scan. Of one that is at work, what it came to so far is summed over its ranges.
    pub(crate) async fn scan(&self, scan: ScanId) -> Result<Option<Scan>, StoreError> {
        let at = ScanAt { tenant: self.tenant.clone(), scan };
        let row = self.db.get::<ScanRow>(&at, &ScanKey::Head).await?;
        let Some(ScanEntry::Head(mut scan)) = row.map(|row| row.entry) else { return Ok(None) };
        if scan.state == ScanState::Queued && !self.is_ordered(&scan).await? {
            return Ok(None);
        }
        if scan.ended.is_none() {
            self.sum(&mut scan).await?;
        }
        Ok(Some(scan))
    }

    /// An order is made by the head of its source that names it: what a crash, or a copy at that moment,
    /// leaves before that is the record of a scan of which nobody was told.
    async fn is_ordered(&self, scan: &Scan) -> Result<bool, StoreError> {
        let at = SourceAt { tenant: self.tenant.clone(), source: scan.source };
        let row = self.db.get::<SourceRow>(&at, &SourceKey::Head).await?;
        Ok(row.is_some_and(|row| match row.entry {
            SourceEntry::Head(head) => head.running.is_some_and(|open| open.scan == scan.id),
            _ => false,
        }))
    }

    async fn head(&self, source: SourceId) -> Result<Option<Source>, StoreError> {
        let at = SourceAt { tenant: self.tenant.clone(), source };
        let row = self.db.get::<SourceRow>(&at, &SourceKey::Head).await?;
        let head = row.and_then(|row| match row.entry {
            SourceEntry::Head(source) if !source.deleted => Some(source),
            _ => None,
        });
        if head.is_none() {
            self.starts.forget(source);
        }
        Ok(head)
    }

    async fn origins(
        &self,
        heads: Vec<(SourceId, Source)>,
    ) -> Result<Vec<Arc<Origin>>, StoreError> {
        let most = self.settings.now().api.scan_starts as usize;
        let scans = self.starts.of(&self.db, &heads, most).await?;
        let origin = |((id, source), scans)| Arc::new(Origin { id, source, scans });
        Ok(heads.into_iter().zip(scans).map(origin).collect())
    }

    async fn sum(&self, scan: &mut Scan) -> Result<(), StoreError> {
        scan.coverage = trawl_model::Coverage::new();
        (scan.listed_bytes, scan.listed_objects, scan.counts) = Default::default();
        let mut ranges = Objects::new(self, scan.source, Vec::new());
        let (mut begun, mut listed) = (false, true);
        while let Some(head) = ranges.next_range().await? {
            let part = head.scan.filter(|part| part.number == scan.number);
            listed &= head.child.is_none() && part.as_ref().is_some_and(plan::is_listed);
            let Some(part) = part else { continue };
            begun = true;
            scan.coverage += &part.coverage;
            scan.listed_bytes += part.listed_bytes;
            scan.listed_objects += part.listed_objects;
            let (sum, more) = (&mut scan.counts, part.counts);
            sum.new += more.new;
            sum.changed += more.changed;
            sum.same += more.same;
            sum.vanished += more.vanished;
            sum.renamed += more.renamed;
            sum.findings += more.findings;
        }
        scan.listed_whole = begun && listed;
        Ok(())
    }
}
