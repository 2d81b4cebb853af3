//! What a scan has given up: parked units, and objects that were set aside or could not be read.

use trawl_model::coverage::{Class, Item, Reason};
use trawl_model::unit::{UnitId, Work};
use trawl_model::{ObjectKey, RangeId, SourceId, TenantId};
use trawl_storage::records::range::{RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::{Db, Span};

use crate::director::record;
use crate::error::Error;

/// Rows that are read at once.
const PAGE_ROWS: usize = 1_000;

/// Something that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// The range that it is of.
    pub range: RangeId,
    /// What it is.
    pub what: What,
    /// What happened, without content.
    pub error: String,
}

/// What was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A unit: what lies behind it was not listed.
    Unit(UnitId),
    /// An object: it is tried again by the next scan.
    Object(ObjectKey, Reason),
}

/// All that was given up of a source, at most so many, in the order of ranges.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    source: SourceId,
    most: usize,
) -> Result<Vec<Parked>, Error> {
    let at = record::source_at(tenant, source);
    let mut parked = Vec::new();
    for place in record::directory(db, &at).await? {
        let at = RangeAt { tenant: tenant.clone(), source, range: place.range };
        let head = db.get::<RangeRow>(&at, &RangeKey::Head).await?.map(|row| row.entry);
        let Some(RangeEntry::Head(head)) = head else { continue };
        for span in [RangeKey::units(UnitId(head.units_from)), RangeKey::objects()] {
            let mut each = |entry| match entry {
                RangeEntry::Object(key, _) if !head.bounds.hold(&key) => {}
                entry => parked.extend(given_up(place.range, entry)),
            };
            walk(db, &at, span, &mut each).await?;
            if parked.len() >= most {
                parked.truncate(most);
                return Ok(parked);
            }
        }
    }
    Ok(parked)
}

async fn walk(
    db: &Db,
    at: &RangeAt,
    mut span: Span<RangeKey>,
    each: &mut (dyn FnMut(RangeEntry) + Send),
) -> Result<(), Error> {
    loop {
        let page = db.scan::<RangeRow>(at, span.clone(), PAGE_ROWS).await?;
        page.rows.into_iter().for_each(|row| each(row.entry));
        match page.next {
            Some(key) => span = span.after(key),
            None => return Ok(()),
        }
    }
}

fn given_up(range: RangeId, entry: RangeEntry) -> Option<Parked> {
    match entry {
        RangeEntry::Unit(id, unit) if unit.work == Work::List => {
            Some(Parked { range, what: What::Unit(id), error: unit.parked? })
        }
        RangeEntry::Object(key, object) if !object.closed => {
            let given_up = |reason: &Reason| {
                let class = Class::Failed(*reason);
                object.coverage.items_of(Item::Object, class) > 0
            };
            let reasons = [Reason::ReaderDied, Reason::SourceFailed];
            let reason = reasons.into_iter().find(given_up)?;
            let error = object.error.unwrap_or_else(|| reason.to_string());
            Some(Parked { range, what: What::Object(key, reason), error })
        }
        _ => None,
    }
}
