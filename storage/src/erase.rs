//! Deleting all that belongs to a source, once its head says that it is deleted: from then on
//! nothing of it is live, and each step may be broken off at any point, and begun again.
//!
//! Findings go after the person rows that they lead to, ranges after the names that they lead to. A
//! sweep then shows that nothing is left, and deletes what a late writer has put meanwhile.

use std::collections::BTreeMap;

use trawl_model::source::Source;
use trawl_model::{Generation, ObjectId, RangeId, Token};

use crate::db::Db;
use crate::error::StoreError;
use crate::fence::{Outcome, WriteId};
use crate::findings::{Layout, delete_rows, remove_persons};
use crate::records::{
    FindingRow, FindingsAt, NameAt, NameRow, PersonRow, RangeAt, RangeEntry, RangeKey, RangeRow,
    SourceAt, SourceEntry, SourceKey, SourceRow,
};
use crate::sweep::Swept;
use crate::table::Record;
use crate::verbs::{Commit, Cursor, Delete, Span};

/// Rows that are read at once.
const PAGE_ROWS: usize = 1000;

/// So often a commit is tried that others overtake, or that is not answered.
const TRIES: usize = 16;

/// Deletes the findings of a bucket of a source, the person rows first.
pub async fn bucket(db: &Db, at: &FindingsAt) -> Result<u64, StoreError> {
    let mut span = Span::all();
    let mut deleted = 0;
    loop {
        let page = db.scan::<FindingRow>(at, span.clone(), PAGE_ROWS).await?;
        deleted += page.rows.len() as u64;
        remove(db, page.rows).await?;
        match page.next {
            Some(key) => span = span.after(key),
            None => return Ok(deleted),
        }
    }
}

/// The buckets in which a source's findings lie, of all its layouts.
pub fn buckets<'a>(at: &'a SourceAt, source: &Source) -> impl Iterator<Item = FindingsAt> + 'a {
    let (layouts, buckets) = (source.layout, source.buckets);
    (0..=layouts).flat_map(move |layout| {
        let place = Layout { tenant: at.tenant.clone(), source: at.source, layout };
        (0..buckets).map(move |bucket| place.bucket(bucket))
    })
}

async fn remove(db: &Db, rows: Vec<FindingRow>) -> Result<(), StoreError> {
    type Of = (FindingsAt, ObjectId, Generation);
    let mut tokens = BTreeMap::<Of, std::collections::BTreeSet<Token>>::new();
    for row in &rows {
        let of = (row.at.clone(), row.object, row.generation);
        tokens.entry(of).or_default().insert(row.finding.token);
    }
    for ((at, object, generation), tokens) in tokens {
        remove_persons(db, &at, object, generation, tokens).await?;
    }
    let keys: Vec<_> = rows.iter().map(|row| (row.at.clone(), row.key())).collect();
    delete_rows::<FindingRow>(db, keys).await
}

/// The ranges of a source that its directory names, and those that only a note names.
pub async fn ranges(db: &Db, at: &SourceAt) -> Result<Vec<RangeId>, StoreError> {
    let mut found = Vec::new();
    let mut span = SourceKey::directory();
    loop {
        let page = db.scan::<SourceRow>(at, span.clone(), PAGE_ROWS).await?;
        for row in page.rows {
            let SourceEntry::Directory { range, .. } = row.entry else { continue };
            found.push(range);
            let place = RangeAt { tenant: at.tenant.clone(), source: at.source, range };
            let head = db.get::<RangeRow>(&place, &RangeKey::Head).await?.map(|row| row.entry);
            if let Some(RangeEntry::Head(head)) = head {
                found.extend(head.child.map(|child| child.range));
            }
        }
        match page.next {
            Some(key) => span = span.after(key),
            None => return Ok(found),
        }
    }
}

/// Deletes a range: the names of its objects, then its rows. Its fence stays, and its head says
/// that it is gone.
pub async fn range(db: &Db, at: &RangeAt) -> Result<(), StoreError> {
    let mut span = RangeKey::objects();
    loop {
        let page = db.scan::<RangeRow>(at, span.clone(), PAGE_ROWS).await?;
        let mut names = Vec::new();
        for row in &page.rows {
            if let RangeEntry::Object(_, object) = &row.entry {
                let (tenant, source) = (at.tenant.clone(), at.source);
                names.push((NameAt { tenant, source, object: object.id }, ()));
            }
        }
        delete_rows::<NameRow>(db, names).await?;
        match page.next {
            Some(key) => span = span.after(key),
            None => break,
        }
    }
    end_range(db, at).await
}

async fn end_range(db: &Db, at: &RangeAt) -> Result<(), StoreError> {
    for _ in 0..TRIES {
        let Some(fence) = db.fence::<RangeRow>(at).await? else { return Ok(()) };
        let head = db.get::<RangeRow>(at, &RangeKey::Head).await?.map(|row| row.entry);
        let Some(RangeEntry::Head(mut head)) = head else { return Ok(()) };
        if head.gone {
            return Ok(());
        }
        (head.gone, head.scan, head.child, head.objects) = (true, None, None, 0);
        let row = RangeRow { at: at.clone(), entry: RangeEntry::Head(head) };
        let end = Commit::new(at.clone(), Some(fence), WriteId::random()?)
            .put(row)
            .delete(Delete::Partition);
        for _ in 0..TRIES {
            match db.commit(end.clone()).await? {
                Outcome::Applied(_) => return Ok(()),
                Outcome::Rejected(_) => break,
                Outcome::Unknown => {}
            }
        }
    }
    Err(StoreError::Unsettled { table: "range" })
}

/// What a sweep for what is left of a source looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Findings.
    Findings,
    /// Rows of the person index.
    Persons,
    /// Names of objects.
    Names,
    /// Ranges.
    Ranges,
}

impl Left {
    /// All of them, in the order in which they are deleted.
    pub const ALL: [Self; 4] = [Self::Findings, Self::Persons, Self::Names, Self::Ranges];
}

/// Sweeps through `limit` rows of one kind and deletes those of the source. A sweep that deletes
/// nothing shows that nothing is left.
pub async fn left(
    db: &Db,
    at: &SourceAt,
    what: Left,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Swept, StoreError> {
    match what {
        Left::Findings => {
            let page = db.sweep::<FindingRow>(cursor, limit).await?;
            let mut swept = Swept::of(&page);
            let is = |row: &FindingRow| row.at.tenant == at.tenant && row.at.source == at.source;
            let dead: Vec<FindingRow> = page.rows.into_iter().filter(is).collect();
            swept.deleted = dead.len() as u64;
            remove(db, dead).await?;
            Ok(swept)
        }
        Left::Persons => {
            let page = db.sweep::<PersonRow>(cursor, limit).await?;
            let mut swept = Swept::of(&page);
            let is = |row: &PersonRow| row.at.tenant == at.tenant && row.key.source == at.source;
            let dead: Vec<PersonRow> = page.rows.into_iter().filter(is).collect();
            swept.deleted = dead.len() as u64;
            delete_rows::<PersonRow>(db, dead.into_iter().map(|row| (row.at, row.key))).await?;
            Ok(swept)
        }
        Left::Names => {
            let page = db.sweep::<NameRow>(cursor, limit).await?;
            let mut swept = Swept::of(&page);
            let is = |row: &NameRow| row.at.tenant == at.tenant && row.at.source == at.source;
            let dead: Vec<NameRow> = page.rows.into_iter().filter(is).collect();
            swept.deleted = dead.len() as u64;
            delete_rows::<NameRow>(db, dead.into_iter().map(|row| (row.at, ()))).await?;
            Ok(swept)
        }
        Left::Ranges => {
            let page = db.sweep::<RangeRow>(cursor, limit).await?;
            let mut swept = Swept::of(&page);
            let is = |row: &RangeRow| row.at.tenant == at.tenant && row.at.source == at.source;
            let gone = |row: &RangeRow| matches!(&row.entry, RangeEntry::Head(h) if h.gone);
            let rows = page.rows.into_iter().filter(|row| is(row) && !gone(row));
            let ranges: std::collections::BTreeSet<RangeAt> = rows.map(|row| row.at).collect();
            for place in &ranges {
                range(db, place).await?;
            }
            swept.deleted = ranges.len() as u64;
            Ok(swept)
        }
    }
}
