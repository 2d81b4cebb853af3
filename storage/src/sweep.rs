//! Sweeping out what a crash has left: findings that nothing names, and that can never count.
//!
//! A row is read first, and the range that would name it after. The generation of the row was
//! given before the row was put; so if neither the object's row, nor a part, nor a unit names it
//! now, it can't come to count again. The range is read between two looks at its fence, for while
//! it is read a checkpoint may carry a generation from a unit into the object's row.

use std::collections::{BTreeMap, BTreeSet};

use trawl_model::generation::is_live;
use trawl_model::unit::UnitId;
use trawl_model::{Counted, Generation, ObjectId, ObjectKey, RangeId, Token};

use crate::db::Db;
use crate::error::StoreError;
use crate::findings::{delete_rows, remove_persons, span_of};
use crate::records::{
    FindingRow, FindingsAt, NameAt, NameRow, RangeAt, RangeEntry, RangeKey, RangeRow, SourceAt,
    SourceEntry, SourceKey, SourceRow,
};
use crate::table::Record;
use crate::verbs::{Cursor, Delete, Page, Span};

/// Rows that are read at once.
const PAGE_ROWS: usize = 1000;

/// A range that changes while it is read is read again so often, and then left for the next sweep.
const TRIES: usize = 5;

/// A cut range leads to its child, and that may have been cut too.
const CUTS: usize = 8;

/// What a step of a sweep met.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Swept {
    /// Where to go on; none when that was all.
    pub next: Option<Cursor>,
    /// Rows that were read.
    pub rows: u64,
    /// Dead ones, which were deleted.
    pub deleted: u64,
    /// Rows of which could not be said whether anything names them; they were left.
    pub left: u64,
}

impl Swept {
    /// Of these rows nothing was deleted yet.
    pub(crate) fn of<R>(page: &Page<R, Cursor>) -> Self {
        Self { next: page.next.clone(), rows: page.rows.len() as u64, ..Self::default() }
    }
}

/// What names generations of an object.
struct Names {
    /// The range has a row of the object.
    has_row: bool,
    counted: Vec<Counted>,
    leases: Vec<Generation>,
}

impl Names {
    fn keep(&self, row: &FindingRow) -> bool {
        is_live(&self.counted, row.generation, row.sequence)
            || self.leases.iter().any(|lease| lease.same_lease(row.generation))
    }
}

enum Verdict {
    /// The source is deleted: nothing of it is live.
    AllDead,
    /// What it names is live, the rest is dead.
    Named(Names),
    /// It could not be found out.
    Unsure,
}

/// Sweeps through `limit` findings and deletes those that are dead, person rows first.
pub async fn dead_findings(
    db: &Db,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Swept, StoreError> {
    let page = db.sweep::<FindingRow>(cursor, limit).await?;
    let mut swept = Swept::of(&page);
    let mut by_object = BTreeMap::<(FindingsAt, ObjectId), Vec<FindingRow>>::new();
    for row in page.rows {
        by_object.entry((row.at.clone(), row.object)).or_default().push(row);
    }
    for ((at, object), rows) in by_object {
        let dead: Vec<FindingRow> = match verdict(db, &at, object).await? {
            Verdict::AllDead => rows,
            Verdict::Named(names) => rows.into_iter().filter(|row| !names.keep(row)).collect(),
            Verdict::Unsure => {
                swept.left += rows.len() as u64;
                continue;
            }
        };
        swept.deleted += dead.len() as u64;
        remove(db, &at, object, dead).await?;
    }
    Ok(swept)
}

/// Deletes dead rows; and before, their person rows, but where a row that is not among them bears
/// the same token under the same generation.
async fn remove(
    db: &Db,
    at: &FindingsAt,
    object: ObjectId,
    dead: Vec<FindingRow>,
) -> Result<(), StoreError> {
    let mut by_generation = BTreeMap::<Generation, Vec<FindingRow>>::new();
    for row in dead {
        by_generation.entry(row.generation).or_default().push(row);
    }
    for (generation, rows) in by_generation {
        let keys: BTreeSet<_> = rows.iter().map(Record::key).collect();
        let mut tokens: BTreeSet<Token> = rows.iter().map(|row| row.finding.token).collect();
        let mut span = span_of(object, Counted { generation, up_to: u32::MAX });
        loop {
            let page = db.scan::<FindingRow>(at, span.clone(), PAGE_ROWS).await?;
            for row in page.rows.iter().filter(|row| !keys.contains(&row.key())) {
                tokens.remove(&row.finding.token);
            }
            match page.next {
                Some(key) => span = span.after(key),
                None => break,
            }
        }
        remove_persons(db, at, object, generation, tokens).await?;
        delete_rows::<FindingRow>(db, keys.into_iter().map(|key| (at.clone(), key))).await?;
    }
    Ok(())
}

async fn verdict(db: &Db, at: &FindingsAt, object: ObjectId) -> Result<Verdict, StoreError> {
    let source = SourceAt { tenant: at.tenant.clone(), source: at.source };
    let head = db.get::<SourceRow>(&source, &SourceKey::Head).await?.map(|row| row.entry);
    match head {
        Some(SourceEntry::Head(head)) if head.deleted => return Ok(Verdict::AllDead),
        Some(SourceEntry::Head(_)) => {}
        _ => return Ok(Verdict::Unsure),
    }
    let name = NameAt { tenant: at.tenant.clone(), source: at.source, object };
    let Some(name) = db.get::<NameRow>(&name, &()).await? else {
        return Ok(Verdict::Unsure);
    };
    let Some(mut range) = range_of(db, &source, &name.key).await? else {
        return Ok(Verdict::Unsure);
    };
    for _ in 0..CUTS {
        let place = RangeAt { tenant: at.tenant.clone(), source: at.source, range };
        match names_in(db, &place, &name.key, object).await? {
            InRange::Names(names) => return Ok(Verdict::Named(names)),
            InRange::Moved(child) => range = child,
            InRange::Unsure => return Ok(Verdict::Unsure),
        }
    }
    Ok(Verdict::Unsure)
}

/// Sweeps through `limit` names and deletes those of objects that their range has no more: what a
/// crash has left of objects that were forgotten.
pub async fn dead_names(
    db: &Db,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Swept, StoreError> {
    let page = db.sweep::<NameRow>(cursor, limit).await?;
    let mut swept = Swept::of(&page);
    for row in page.rows {
        let NameAt { tenant, source, object } = row.at.clone();
        let at = FindingsAt { tenant, source, layout: 0, bucket: 0 };
        match verdict(db, &at, object).await? {
            Verdict::Named(names) if names.has_row => {}
            Verdict::Named(_) | Verdict::AllDead => {
                swept.deleted += 1;
                db.delete::<NameRow>(&row.at, Delete::Row(())).await?;
            }
            Verdict::Unsure => swept.left += 1,
        }
    }
    Ok(swept)
}

/// The range that the directory names for a key.
pub async fn range_of(
    db: &Db,
    source: &SourceAt,
    key: &ObjectKey,
) -> Result<Option<RangeId>, StoreError> {
    let mut found = None;
    let last = SourceKey::Directory(key.clone());
    let mut span = Span { until: std::ops::Bound::Included(last), ..SourceKey::directory() };
    loop {
        let page = db.scan::<SourceRow>(source, span.clone(), PAGE_ROWS).await?;
        if let Some(SourceEntry::Directory { range, .. }) = page.rows.last().map(|row| &row.entry) {
            found = Some(*range);
        }
        match page.next {
            Some(key) => span = span.after(key),
            None => return Ok(found),
        }
    }
}

enum InRange {
    Names(Names),
    /// The key went to this child.
    Moved(RangeId),
    Unsure,
}

/// Reads what a range says of an object, between two looks at its fence.
async fn names_in(
    db: &Db,
    at: &RangeAt,
    key: &ObjectKey,
    object: ObjectId,
) -> Result<InRange, StoreError> {
    for _ in 0..TRIES {
        let before = db.fence::<RangeRow>(at).await?;
        let found = read_names(db, at, key, object).await?;
        if before.is_some() && db.fence::<RangeRow>(at).await? == before {
            return Ok(found);
        }
    }
    Ok(InRange::Unsure)
}

async fn read_names(
    db: &Db,
    at: &RangeAt,
    key: &ObjectKey,
    object: ObjectId,
) -> Result<InRange, StoreError> {
    let head = db.get::<RangeRow>(at, &RangeKey::Head).await?.map(|row| row.entry);
    let Some(RangeEntry::Head(head)) = head else { return Ok(InRange::Unsure) };
    if !head.bounds.hold(key) || head.gone {
        let child = head.child.filter(|child| *key >= child.from);
        return Ok(child.map_or(InRange::Unsure, |child| InRange::Moved(child.range)));
    }
    let (counted, leases) = (Vec::new(), Vec::new());
    let mut names = Names { has_row: false, counted, leases };
    let row = db.get::<RangeRow>(at, &RangeKey::Object(key.clone())).await?;
    if let Some(RangeEntry::Object(_, row)) = row.map(|row| row.entry) {
        if row.id != object {
            return Ok(InRange::Unsure);
        }
        names.has_row = true;
        names.counted.extend_from_slice(&row.counted);
    }
    for span in [RangeKey::parts_of(key), RangeKey::units(UnitId(head.units_from))] {
        let mut span = span;
        loop {
            let page = db.scan::<RangeRow>(at, span.clone(), PAGE_ROWS).await?;
            for row in page.rows {
                names.add(row.entry, key);
            }
            match page.next {
                Some(key) => span = span.after(key),
                None => break,
            }
        }
    }
    Ok(InRange::Names(names))
}

impl Names {
    fn add(&mut self, entry: RangeEntry, key: &ObjectKey) {
        match entry {
            RangeEntry::Part(_, _, part) => self.counted.extend(part.counted),
            RangeEntry::Unit(_, unit) => {
                self.leases.extend(unit.lease);
                let reading = unit.reading.filter(|reading| reading.object == *key);
                self.counted.extend(reading.into_iter().flat_map(|reading| reading.counted));
            }
            _ => {}
        }
    }
}
