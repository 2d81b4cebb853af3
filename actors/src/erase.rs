//! Deleting a source with all that belongs to it, in the order of the design: its head says so first,
//! and from then on nothing of it is live; its scan is ended; findings and person rows, names and
//! ranges go; a sweep shows that nothing is left; its head stays, and says that too.
//!
//! Each step may be broken off at any point, by a crash or otherwise: all of it is done again from the
//! start, and what is gone is passed over.

use trawl_model::source::Source;
use trawl_model::{SourceId, TenantId, Timestamp};
use trawl_storage::erase::{self, Left};
use trawl_storage::records::range::RangeAt;
use trawl_storage::records::source::{SourceAt, SourceEntry, SourceRow};
use trawl_storage::{Commit, Db, Delete, StoreError, WriteId};

use crate::crash;
use crate::director::record;
use crate::director::state::Command;
use crate::error::Error;
use crate::orders::Orders;

/// Rows that a sweep looks at at once.
const SWEPT_AT_ONCE: usize = 1_000;
/// So often all is swept, as long as something is met. A writer that is late comes once.
const SWEEPS: u32 = 8;
/// So often a commit is tried that others overtake.
const TRIES: u32 = 16;

/// Deletes all rows of a source that is deleted. No scan of it may be at work.
pub async fn rows(db: &Db, tenant: &TenantId, id: SourceId, at: Timestamp) -> Result<(), Error> {
    let place = record::source_at(tenant, id);
    let head = deleted(db, &place).await?;
    end_scan(&Orders::of(db, tenant), &head, at).await?;
    crash::point("erase.scan-ended");
    for bucket in erase::buckets(&place, &head) {
        if erase::bucket(db, &bucket).await? > 0 {
            crash::point("erase.bucket");
        }
    }
    for range in erase::ranges(db, &place).await? {
        erase::range(db, &RangeAt { tenant: tenant.clone(), source: id, range }).await?;
        crash::point("erase.range");
    }
    Ok(())
}

/// Shows that nothing is left, and says so in the head of the source. Nobody may be at work any more
/// who has had a lease of it.
pub async fn prove(db: &Db, tenant: &TenantId, id: SourceId) -> Result<(), Error> {
    let place = record::source_at(tenant, id);
    deleted(db, &place).await?;
    for _ in 0..SWEEPS {
        let mut met = 0;
        for what in Left::ALL {
            let mut cursor = None;
            loop {
                let swept = erase::left(db, &place, what, cursor, SWEPT_AT_ONCE).await?;
                met += swept.deleted;
                cursor = swept.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        if met == 0 {
            crash::point("erase.swept");
            return end(db, &place).await;
        }
    }
    Err(Error::Failed(format!("{id}: somebody goes on writing to a source that is deleted")))
}

/// Nothing but the head is left of the source's own rows.
async fn end(db: &Db, place: &SourceAt) -> Result<(), Error> {
    for _ in 0..TRIES {
        let (fence, head) =
            record::source(db, place).await?.ok_or(Error::NoSource(place.source))?;
        let head = Source { erased: true, running: None, ..head };
        let row = SourceRow { at: place.clone(), entry: SourceEntry::Head(head) };
        let end = Commit::new(place.clone(), Some(fence), WriteId::random()?)
            .put(row)
            .delete(Delete::Partition);
        if record::commit(db, end).await?.is_ok() {
            crash::point("erase.ended");
            return Ok(());
        }
    }
    Err(Error::Store(StoreError::Unsettled { table: "source" }))
}

async fn deleted(db: &Db, place: &SourceAt) -> Result<Source, Error> {
    match record::source(db, place).await? {
        Some((_, head)) if head.deleted => Ok(head),
        _ => Err(Error::Record("a source to be erased that is not deleted")),
    }
}

async fn end_scan(orders: &Orders, head: &Source, at: Timestamp) -> Result<(), Error> {
    if let Some(open) = orders.open_of(head, at).await? {
        let cancelled = orders.command(open.id, Command::Cancel).await?;
        orders.settle(&cancelled, at).await?;
    }
    Ok(())
}
