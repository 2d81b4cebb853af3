//! The records of a source and its scans, and their commits.

use trawl_model::range::{Bounds, RangeHead};
use trawl_model::scan::Scan;
use trawl_model::source::{Selection, Source};
use trawl_model::{ObjectKey, RangeId, ScanId, SourceId, TenantId};
use trawl_storage::fence::Start;
use trawl_storage::records::range::{RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::records::scan::{ScanAt, ScanEntry, ScanKey, ScanRow};
use trawl_storage::records::source::{SourceAt, SourceEntry, SourceKey, SourceRow};
use trawl_storage::records::tenant::{TenantAt, TenantEntry, TenantRow};
use trawl_storage::{Commit, Db, Delete, Fence, Fenced, Outcome, Record, StoreError, WriteId};

use super::plan::{self, Sums};
use crate::error::{Error, is_lasting};
use crate::keeper;

/// Ranges of one source that are read into memory.
const DIRECTORY_ROWS: usize = 1_000_000;
/// How often a commit is tried that others overtake or that is not answered.
const TRIES: u32 = 16;
/// How much longer it waits each time.
const RETRY: std::time::Duration = std::time::Duration::from_millis(25);

/// A range of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) from: ObjectKey,
    pub(crate) range: RangeId,
    pub(crate) lane: u16,
}

/// Commits until it is applied; `Unknown` is settled by the same write again.
pub(crate) async fn commit<R: Fenced>(
    db: &Db,
    commit: Commit<R>,
) -> Result<Result<Fence, Option<Fence>>, Error> {
    settle(|| db.commit(&commit)).await
}

/// Gives a conditional write until it is known what became of it.
pub(crate) async fn settle<F>(write: impl Fn() -> F) -> Result<Result<Fence, Option<Fence>>, Error>
where
    F: Future<Output = Result<Outcome, StoreError>>,
{
    let mut unknown = StoreError::Unsettled { table: "a fenced partition" };
    for tried in 0..TRIES {
        match write().await {
            Ok(Outcome::Applied(fence)) => return Ok(Ok(fence)),
            Ok(Outcome::Rejected(current)) => return Ok(Err(current)),
            Ok(Outcome::Unknown) => {}
            Err(error) if is_lasting(&error) => return Err(error.into()),
            Err(error) => unknown = error,
        }
        // At once the first time.
        tokio::time::sleep(RETRY * tried).await;
    }
    Err(unknown.into())
}

/// The source as it stands, with its fence, read before anything that depends on it.
pub(crate) async fn source(db: &Db, at: &SourceAt) -> Result<Option<(Fence, Source)>, Error> {
    let Some(fence) = db.fence::<SourceRow>(at).await? else { return Ok(None) };
    match db.get::<SourceRow>(at, &SourceKey::Head).await?.map(|row| row.entry) {
        Some(SourceEntry::Head(source)) => Ok(Some((fence, source))),
        _ => Err(Error::Record("a source without a head")),
    }
}

/// The directory of a source.
pub(crate) async fn directory(db: &Db, at: &SourceAt) -> Result<Vec<Place>, Error> {
    let rows = db.collect::<SourceRow>(at, SourceKey::directory(), DIRECTORY_ROWS).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| match row.entry {
            SourceEntry::Directory { from, range, lane, .. } => Some(Place { from, range, lane }),
            SourceEntry::Head(_) | SourceEntry::Schedule(..) => None,
        })
        .collect())
}

/// A source that is not yet known is entered: in the catalogue first, so that what has a record
/// can be found.
pub(crate) async fn make_source(db: &Db, at: &SourceAt, source: Source) -> Result<Fence, Error> {
    enter_in_catalogue(db, &at.tenant, TenantEntry::Source(at.source)).await?;
    let row = SourceRow { at: at.clone(), entry: SourceEntry::Head(source) };
    let first = Commit::new(at.clone(), None, WriteId::random()?).put(row);
    commit(db, first).await?.map_err(|_| Error::Overtaken)
}

/// The first range of a source, and its line in the directory.
pub(crate) async fn make_first_range(
    db: &Db,
    at: &SourceAt,
    fence: Fence,
    shards: u16,
) -> Result<Fence, Error> {
    let range = RangeId::from_bytes(fresh()?);
    let place = RangeAt { tenant: at.tenant.clone(), source: at.source, range };
    let lane = shard_of(range, shards);
    let head = RangeHead::new(Bounds::everything(), lane);
    keeper::make(db, &place, head, Start::default()).await?;
    enter_range(db, at, fence, &Place { from: ObjectKey::default(), range, lane }, shards).await
}

/// Enters a range in the directory.
pub(crate) async fn enter_range(
    db: &Db,
    at: &SourceAt,
    fence: Fence,
    place: &Place,
    shards: u16,
) -> Result<Fence, Error> {
    let (from, range, lane) = (place.from.clone(), place.range, place.lane);
    let entry = SourceEntry::Directory { from, range, shard: shard_of(range, shards), lane };
    let row = SourceRow { at: at.clone(), entry };
    let entered = Commit::new(at.clone(), Some(fence), WriteId::random()?).put(row);
    commit(db, entered).await?.map_err(|_| Error::Overtaken)
}

/// Writes the head of a source.
pub(crate) async fn put_source(
    db: &Db,
    at: &SourceAt,
    fence: Fence,
    source: Source,
) -> Result<Fence, Error> {
    let row = SourceRow { at: at.clone(), entry: SourceEntry::Head(source) };
    let changed = Commit::new(at.clone(), Some(fence), WriteId::random()?).put(row);
    commit(db, changed).await?.map_err(|_| Error::Overtaken)
}

/// A scan, as it is kept.
pub(crate) async fn scan(db: &Db, tenant: &TenantId, scan: ScanId) -> Result<Option<Scan>, Error> {
    let at = ScanAt { tenant: tenant.clone(), scan };
    let row = db.get::<ScanRow>(&at, &ScanKey::Head).await?;
    Ok(row.and_then(|row| match row.entry {
        ScanEntry::Head(scan) => Some(scan),
        ScanEntry::Selection(_) => None,
    }))
}

/// What an open scan reads of its source, where that is not what the source itself says.
pub(crate) async fn selection(
    db: &Db,
    tenant: &TenantId,
    scan: ScanId,
) -> Result<Option<Selection>, Error> {
    let at = ScanAt { tenant: tenant.clone(), scan };
    let row = db.get::<ScanRow>(&at, &ScanKey::Selection).await?;
    Ok(row.and_then(|row| match row.entry {
        ScanEntry::Selection(selection) => Some(selection),
        ScanEntry::Head(_) => None,
    }))
}

/// Keeps a new scan: in the catalogue first, so that what has a record can be found.
pub(crate) async fn make_scan(
    db: &Db,
    tenant: &TenantId,
    scan: &Scan,
    selection: Option<&Selection>,
) -> Result<(), Error> {
    enter_in_catalogue(db, tenant, catalogued(scan)).await?;
    let at = ScanAt { tenant: tenant.clone(), scan: scan.id };
    let row = ScanRow { at: at.clone(), entry: ScanEntry::Head(scan.clone()) };
    let mut first = Commit::new(at.clone(), None, WriteId::random()?).put(row);
    if let Some(selection) = selection {
        first = first.put(ScanRow { at, entry: ScanEntry::Selection(selection.clone()) });
    }
    commit(db, first).await?.map_err(|_| Error::Overtaken)?;
    Ok(())
}

/// Changes a scan's record, if what it is now allows it. What it reads is forgotten when it has ended: in
/// globs there may be names.
pub(crate) async fn change_scan(
    db: &Db,
    tenant: &TenantId,
    id: ScanId,
    change: impl Fn(Scan) -> Result<Scan, Error>,
) -> Result<Scan, Error> {
    let at = ScanAt { tenant: tenant.clone(), scan: id };
    for _ in 0..TRIES {
        let fence = db.fence::<ScanRow>(&at).await?;
        let before = scan(db, tenant, id).await?.ok_or(Error::NoScan(id))?;
        let after = change(before.clone())?;
        if after == before {
            return Ok(after);
        }
        let row = ScanRow { at: at.clone(), entry: ScanEntry::Head(after.clone()) };
        let mut changed = Commit::new(at.clone(), fence, WriteId::random()?).put(row);
        if after.ended.is_some() {
            changed = changed.delete(Delete::Row(ScanKey::Selection));
        }
        if commit(db, changed).await?.is_ok() {
            return Ok(after);
        }
    }
    Err(Error::Overtaken)
}

/// Says in the catalogue when a scan was begun.
pub(crate) async fn note_begun(db: &Db, tenant: &TenantId, scan: &Scan) -> Result<(), Error> {
    put_in_catalogue(db, tenant, catalogued(scan), |_| Ok(false)).await.map(|_| ())
}

fn catalogued(scan: &Scan) -> TenantEntry {
    TenantEntry::Scan {
        ordered: scan.ordered,
        started: scan.started,
        scan: scan.id,
        source: scan.source,
        number: scan.number,
    }
}

/// Changes the head of a source, if what it is now allows it; other rows go into the same commit.
pub(crate) async fn change_source(
    db: &Db,
    at: &SourceAt,
    change: impl Fn(Source) -> Result<(Source, Vec<SourceEntry>), Error>,
) -> Result<Source, Error> {
    for _ in 0..TRIES {
        let (fence, before) = source(db, at).await?.ok_or(Error::NoSource(at.source))?;
        let (after, entries) = change(before.clone())?;
        if after == before && entries.is_empty() {
            return Ok(after);
        }
        let entries = std::iter::once(SourceEntry::Head(after.clone())).chain(entries);
        let mut changed = Commit::new(at.clone(), Some(fence), WriteId::random()?);
        changed.puts = entries.map(|entry| SourceRow { at: at.clone(), entry }).collect();
        if commit(db, changed).await?.is_ok() {
            return Ok(after);
        }
    }
    Err(Error::Overtaken)
}

/// Deletes a row of a source beside its head.
pub(crate) async fn strike_from_source(
    db: &Db,
    at: &SourceAt,
    key: SourceKey,
) -> Result<(), Error> {
    for _ in 0..TRIES {
        let fence = db.fence::<SourceRow>(at).await?;
        let strike = Commit::<SourceRow>::new(at.clone(), fence, WriteId::random()?);
        if commit(db, strike.delete(Delete::Row(key.clone()))).await?.is_ok() {
            return Ok(());
        }
    }
    Err(Error::Overtaken)
}

/// What a scan has come to in its ranges, and whether all was listed.
pub(crate) async fn sums(db: &Db, at: &SourceAt, number: u32) -> Result<(Sums, bool), Error> {
    let mut scans = Vec::new();
    let mut listed = true;
    for place in directory(db, at).await? {
        let range = RangeAt { tenant: at.tenant.clone(), source: at.source, range: place.range };
        let head = db.get::<RangeRow>(&range, &RangeKey::Head).await?.map(|row| row.entry);
        let Some(RangeEntry::Head(head)) = head else { continue };
        let scan = head.scan.filter(|scan| scan.number == number);
        listed &= head.child.is_none() && scan.as_ref().is_some_and(plan::is_listed);
        scans.extend(scan);
    }
    Ok((plan::sum(&scans), listed && !scans.is_empty()))
}

/// Enters in the catalogue what is not there.
async fn enter_in_catalogue(db: &Db, tenant: &TenantId, entry: TenantEntry) -> Result<(), Error> {
    put_in_catalogue(db, tenant, entry, |_| Ok(true)).await.map(|_| ())
}

/// Puts an entry into the catalogue. Where there is one, it is asked whether that stays as it is.
pub(crate) async fn put_in_catalogue(
    db: &Db,
    tenant: &TenantId,
    entry: TenantEntry,
    stays: impl Fn(&TenantEntry) -> Result<bool, Error>,
) -> Result<(), Error> {
    let at = TenantAt { tenant: tenant.clone() };
    let row = TenantRow { at: at.clone(), entry };
    let mut fence = db.fence::<TenantRow>(&at).await?;
    for _ in 0..TRIES {
        if fence.is_none() {
            return Err(Error::Record("a tenant without keys"));
        }
        if let Some(known) = db.get::<TenantRow>(&at, &row.key()).await?
            && (known.entry == row.entry || stays(&known.entry)?)
        {
            return Ok(());
        }
        let entered = Commit::new(at.clone(), fence, WriteId::random()?).put(row.clone());
        match commit(db, entered).await? {
            Ok(_) => return Ok(()),
            Err(current) => fence = current,
        }
    }
    Err(Error::Overtaken)
}

/// Deletes an entry of the catalogue, if it is there as it is given.
pub(crate) async fn strike_from_catalogue(
    db: &Db,
    tenant: &TenantId,
    entry: &TenantEntry,
) -> Result<(), Error> {
    let at = TenantAt { tenant: tenant.clone() };
    let row = TenantRow { at: at.clone(), entry: entry.clone() };
    for _ in 0..TRIES {
        let fence = db.fence::<TenantRow>(&at).await?;
        if db.get::<TenantRow>(&at, &row.key()).await?.as_ref() != Some(&row) {
            return Ok(());
        }
        let strike = Commit::<TenantRow>::new(at.clone(), fence, WriteId::random()?);
        if commit(db, strike.delete(Delete::Row(row.key()))).await?.is_ok() {
            return Ok(());
        }
    }
    Err(Error::Overtaken)
}

/// The shard that a range hashes to.
pub fn shard_of(range: RangeId, shards: u16) -> u16 {
    let bytes = range.as_bytes();
    u16::from_be_bytes([bytes[0], bytes[1]]) % shards.max(1)
}

/// A new id, of random bytes.
pub(crate) fn fresh<const N: usize>() -> Result<[u8; N], Error> {
    const { assert!(N <= WriteId::LEN, "a write has no more bytes to be taken from") };
    let write = WriteId::random()?;
    let mut bytes = [0; N];
    bytes.copy_from_slice(&write.as_bytes()[..N]);
    Ok(bytes)
}

/// The place of a source in the store.
pub(crate) fn source_at(tenant: &TenantId, source: SourceId) -> SourceAt {
    SourceAt { tenant: tenant.clone(), source }
}
