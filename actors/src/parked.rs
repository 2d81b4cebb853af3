//! What a scan has given up: parked units, and objects that were set aside or could not be read.

use serde::{Deserialize, Serialize};
use trawl_model::coverage::{Class, Item, Reason};
use trawl_model::range::{Bounds, RangeHead};
use trawl_model::unit::{UnitId, Work};
use trawl_model::{ObjectKey, RangeId, SourceId, TenantId};
use trawl_storage::records::range::{RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::{Db, Span};

use crate::director::record;
use crate::error::Error;

/// Rows that are read at once.
const PAGE_ROWS: usize = 1_000;

/// About how many bytes something takes where it is listed, beside its own words.
const LISTED_BYTES: usize = 128;

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

impl Parked {
    /// About how many bytes it takes where it is listed.
    fn weight(&self) -> usize {
        let object = match &self.what {
            What::Unit(_) => 0,
            What::Object(key, _) => key.as_bytes().len(),
        };
        LISTED_BYTES + object + self.error.len()
    }
}

/// Where a list ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The first key of the range that was looked at last.
    from: ObjectKey,
    /// The row of it that was looked at last.
    row: Row,
}

/// A row of a range that may tell of what was given up. Units come first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Row {
    Unit(UnitId),
    Object(ObjectKey),
}

/// What a page has room for.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Things that were given up.
    pub items: usize,
    /// About the bytes of these.
    pub bytes: usize,
    /// Rows that are looked at.
    pub rows: usize,
}

/// Some of what was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Each of them, in the order of ranges.
    pub parked: Vec<Parked>,
    /// Where it ended; none where that was all.
    pub next: Option<Reached>,
}

/// All that was given up of a source, at most so many, in the order of ranges.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    source: SourceId,
    most: usize,
) -> Result<Vec<Parked>, Error> {
    let room = Room { items: most, bytes: usize::MAX, rows: usize::MAX };
    Ok(page(db, tenant, source, None, room).await?.parked)
}

/// A page of what was given up of a source, behind another one.
pub async fn page(
    db: &Db,
    tenant: &TenantId,
    source: SourceId,
    behind: Option<&Reached>,
    room: Room,
) -> Result<Page, Error> {
    let at = record::source_at(tenant, source);
    let mut filling = Filling { parked: Vec::new(), room };
    for place in record::directory(db, &at).await? {
        if behind.is_some_and(|behind| place.from < behind.from) {
            continue;
        }
        let at = RangeAt { tenant: tenant.clone(), source, range: place.range };
        let head = db.get::<RangeRow>(&at, &RangeKey::Head).await?.map(|row| row.entry);
        let Some(RangeEntry::Head(head)) = head else { continue };
        for span in left(&head, &place.from, behind) {
            if let Some(row) = filling.fill(db, &at, &head.bounds, span).await? {
                let next = Some(Reached { from: place.from.clone(), row });
                return Ok(Page { parked: filling.parked, next });
            }
        }
    }
    Ok(Page { parked: filling.parked, next: None })
}

/// What is still to be looked at of a range: its units, then its objects. An object may have come into
/// a later range by a cut since it was looked at, so those behind its key are asked for in all.
fn left(
    head: &RangeHead,
    from: &ObjectKey,
    behind: Option<&Reached>,
) -> impl Iterator<Item = Span<RangeKey>> {
    let (units, objects) = (RangeKey::units(UnitId(head.units_from)), RangeKey::objects());
    let (units, objects) = match behind {
        Some(Reached { from: of, row: Row::Unit(unit) }) if of == from => {
            (Some(units.after(RangeKey::Unit(*unit))), objects)
        }
        Some(Reached { from: of, row: Row::Object(key) }) => {
            let units = (of != from).then_some(units);
            (units, objects.after(RangeKey::Object(key.clone())))
        }
        _ => (Some(units), objects),
    };
    units.into_iter().chain([objects])
}

struct Filling {
    parked: Vec<Parked>,
    room: Room,
}

impl Filling {
    fn take(&mut self, parked: Option<Parked>) {
        if let Some(parked) = parked {
            self.room.bytes = self.room.bytes.saturating_sub(parked.weight());
            self.parked.push(parked);
        }
    }

    fn is_full(&self) -> bool {
        let room = &self.room;
        room.rows == 0 || room.bytes == 0 || self.parked.len() >= room.items
    }

    /// Takes what a stretch of a range tells of; where the page gets full, the row that was the last.
    async fn fill(
        &mut self,
        db: &Db,
        at: &RangeAt,
        bounds: &Bounds,
        mut span: Span<RangeKey>,
    ) -> Result<Option<Row>, Error> {
        loop {
            let page = db.scan::<RangeRow>(at, span.clone(), PAGE_ROWS).await?;
            for row in page.rows {
                let reached = match &row.entry {
                    RangeEntry::Unit(id, _) => Row::Unit(*id),
                    RangeEntry::Object(key, _) => Row::Object(key.clone()),
                    _ => continue,
                };
                if !matches!(&reached, Row::Object(key) if !bounds.hold(key)) {
                    self.take(given_up(at.range, row.entry));
                }
                self.room.rows = self.room.rows.saturating_sub(1);
                if self.is_full() {
                    return Ok(Some(reached));
                }
            }
            match page.next {
                Some(key) => span = span.after(key),
                None => return Ok(None),
            }
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
            let error = object.error.clone().unwrap_or_else(|| reason.to_string());
            Some(Parked { range, what: What::Object(key, reason), error })
        }
        _ => None,
    }
}
