//! Reading a range into memory.

use std::sync::Arc;

use trawl_model::range::RangeHead;
use trawl_storage::records::range::{RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::{Db, Fence, Record, Span, WriteId};

use crate::director::record::{self, settle};
use crate::error::Error;
use crate::range::RangeState;

/// Rows that are read at a time.
const PAGE_ROWS: usize = 1_000;
/// Room is made beforehand for at most so many objects, whatever a head says.
const MOST_EXPECTED: usize = 200_000;

/// Raises the range to the epoch of its shard, and reads it.
pub(super) async fn take(db: &Db, at: &RangeAt, epoch: u64) -> Result<(Fence, RangeState), Error> {
    let write = WriteId::random()?;
    let raised = settle(|| db.raise::<RangeRow>(at, epoch, write, Vec::new())).await?;
    let fence = match raised {
        Ok(fence) => fence,
        Err(Some(fence)) if fence.epoch == epoch => fence,
        Err(Some(_)) => return Err(Error::Overtaken),
        Err(None) => return Err(Error::Record("a range without a head")),
    };
    Ok((fence, read(db, at).await?))
}

/// Reads all of a range that its keeper needs: not the verdicts, and not the log.
pub(super) async fn read(db: &Db, at: &RangeAt) -> Result<RangeState, Error> {
    let head = match db.get::<RangeRow>(at, &RangeKey::Head).await?.map(|row| row.entry) {
        Some(RangeEntry::Head(head)) => head,
        _ => return Err(Error::Record("a range without a head")),
    };
    let units = RangeKey::units(trawl_model::unit::UnitId(head.units_from));
    let mut state = RangeState::new(at.tenant.clone(), at.source, at.range, head);
    for span in [RangeKey::objects(), RangeKey::parts(), units] {
        read_span(db, at, span, &mut state).await?;
    }
    Ok(state)
}

async fn read_span(
    db: &Db,
    at: &RangeAt,
    span: Span<RangeKey>,
    state: &mut RangeState,
) -> Result<(), Error> {
    // They come in order, and a map of what is in order is made at once.
    let expected = usize::try_from(state.head.objects).unwrap_or(0).min(MOST_EXPECTED);
    let mut objects = Vec::new();
    let mut pages = db.pages::<RangeRow>(at.clone(), &span, PAGE_ROWS);
    while let Some(rows) = pages.next().await? {
        for row in rows {
            match row?.entry {
                // A row outside the bounds is not live.
                RangeEntry::Object(key, object) if state.head.bounds.hold(&key) => {
                    if objects.is_empty() {
                        objects.reserve(expected);
                    }
                    objects.push((key, object));
                }
                RangeEntry::Part(key, number, part) if state.head.bounds.hold(&key) => {
                    state.parts.insert((key, number), part);
                }
                RangeEntry::Unit(id, unit) => {
                    state.units.insert(id, Arc::new(unit));
                }
                _ => {}
            }
        }
    }
    if !objects.is_empty() {
        state.objects = objects.into_iter().collect();
    }
    Ok(())
}

/// A new range, and its first commit.
pub async fn make(
    db: &Db,
    at: &RangeAt,
    head: RangeHead,
    start: trawl_storage::fence::Start,
) -> Result<Fence, Error> {
    let row = RangeRow { at: at.clone(), entry: RangeEntry::Head(head) };
    debug_assert_eq!(row.partition(), *at);
    let commit =
        trawl_storage::Commit::new(at.clone(), None, WriteId::random()?).starting(start).put(row);
    record::commit(db, commit).await?.map_err(|_| Error::Overtaken)
}
