//! The records of a source and its scans, and their commits.

use trawl_model::range::{Bounds, RangeHead};
use trawl_model::scan::{Scan, ScanState};
use trawl_model::source::{Running, Source};
use trawl_model::{ObjectKey, RangeId, ScanId, SourceId, TenantId};
use trawl_storage::fence::Start;
use trawl_storage::records::range::RangeAt;
use trawl_storage::records::scan::{ScanAt, ScanEntry, ScanKey, ScanRow};
use trawl_storage::records::source::{SourceAt, SourceEntry, SourceKey, SourceRow};
use trawl_storage::records::tenant::{TenantAt, TenantEntry, TenantRow};
use trawl_storage::{Commit, Db, Fence, Fenced, Outcome, Record, StoreError, WriteId};

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
) -> Result<Result<Fence, Option<Fence>>, Error>
where
    Commit<R>: Clone,
{
    settle(|| db.commit(commit.clone())).await
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
            SourceEntry::Head(_) => None,
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
    Ok(row.map(|row| match row.entry {
        ScanEntry::Head(scan) => scan,
    }))
}

/// Keeps a scan, new or changed.
pub(crate) async fn put_scan(db: &Db, tenant: &TenantId, scan: Scan) -> Result<(), Error> {
    let at = ScanAt { tenant: tenant.clone(), scan: scan.id };
    let mut fence = db.fence::<ScanRow>(&at).await?;
    if fence.is_none() {
        let (started, id, source, number) = (scan.started, scan.id, scan.source, scan.number);
        let entry = TenantEntry::Scan { started, scan: id, source, number };
        enter_in_catalogue(db, tenant, entry).await?;
    }
    for _ in 0..TRIES {
        let row = ScanRow { at: at.clone(), entry: ScanEntry::Head(scan.clone()) };
        match commit(db, Commit::new(at.clone(), fence, WriteId::random()?).put(row)).await? {
            Ok(_) => return Ok(()),
            Err(current) => fence = current,
        }
    }
    Err(Error::Overtaken)
}

/// A scan that is given up: its source has another number to go on with.
pub(crate) async fn cancel(db: &Db, tenant: &TenantId, running: Running) -> Result<(), Error> {
    match scan(db, tenant, running.scan).await? {
        Some(old) if old.state.is_open() => {
            put_scan(db, tenant, Scan { state: ScanState::Cancelled, ..old }).await
        }
        _ => Ok(()),
    }
}

async fn enter_in_catalogue(db: &Db, tenant: &TenantId, entry: TenantEntry) -> Result<(), Error> {
    let at = TenantAt { tenant: tenant.clone() };
    let row = TenantRow { at: at.clone(), entry };
    let mut fence = db.fence::<TenantRow>(&at).await?;
    for _ in 0..TRIES {
        if fence.is_none() {
            return Err(Error::Record("a tenant without keys"));
        }
        if db.get::<TenantRow>(&at, &row.key()).await?.is_some() {
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

/// The shard that a range hashes to.
pub(crate) fn shard_of(range: RangeId, shards: u16) -> u16 {
    let bytes = range.as_bytes();
    u16::from_be_bytes([bytes[0], bytes[1]]) % shards.max(1)
}

/// A new id, of random bytes.
pub(crate) fn fresh() -> Result<[u8; 12], Error> {
    let write = WriteId::random()?;
    let mut bytes = [0; 12];
    bytes.copy_from_slice(&write.as_bytes()[..12]);
    Ok(bytes)
}

/// The place of a source in the store.
pub(crate) fn source_at(tenant: &TenantId, source: SourceId) -> SourceAt {
    SourceAt { tenant: tenant.clone(), source }
}
