//! Which findings of an object are live, and how those that have ceased to be are removed.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::ops::Bound;

use trawl_model::object::Buckets;
use trawl_model::{Counted, FindingId, Generation, ObjectId, SourceId, TenantId, Token};

use crate::db::Db;
use crate::error::StoreError;
use crate::records::{FindingKey, FindingRow, FindingsAt, PersonAt, PersonKey, PersonRow};
use crate::table::{Plain, Record};
use crate::verbs::{Delete, Span};

/// Rows that are read at once.
const PAGE_ROWS: usize = 1000;

/// Rows that are asked for one by one before it is quicker to go through all.
const ROWS_ASKED_FOR: usize = 64;

/// Deletes that are under way at once: they share their syncs.
const DELETES_AT_ONCE: usize = 256;

/// Where a source's findings lie.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Layout {
    /// The tenant.
    pub tenant: TenantId,
    /// The source.
    pub source: SourceId,
    /// The layout in which the source lies.
    pub layout: u16,
}

impl Layout {
    /// A bucket of the source.
    pub fn bucket(&self, bucket: u16) -> FindingsAt {
        let Self { tenant, source, layout } = self.clone();
        FindingsAt { tenant, source, layout, bucket }
    }
}

/// The live findings of an object, page by page: of those that its row (and its parts) count, and
/// of a finding met twice the earliest row.
///
/// Who reads them reads the object's row once more at the end, and begins again where it names
/// other generations.
pub struct Live {
    db: Db,
    layout: Layout,
    object: ObjectId,
    /// Sorted, so that the earliest row comes first.
    counted: Vec<Counted>,
    buckets: VecDeque<u16>,
    /// Which of `counted` is read in the present bucket, and behind which key.
    at: usize,
    behind: Option<FindingKey>,
    /// Findings met in the present bucket. A finding's bucket is of its place alone, so that it
    /// is never met in another.
    met: BTreeSet<FindingId>,
}

/// The live findings of an object. `counted` and `buckets` are what its row names and, where it is
/// cut into parts, what those name.
pub fn of_object(
    db: &Db,
    layout: Layout,
    object: ObjectId,
    counted: &[Counted],
    buckets: &Buckets,
) -> Live {
    let mut counted = counted.to_vec();
    counted.sort_unstable();
    Live {
        db: db.clone(),
        layout,
        object,
        counted,
        buckets: buckets.iter().collect(),
        at: 0,
        behind: None,
        met: BTreeSet::new(),
    }
}

impl Live {
    /// The next rows; none when that was all.
    pub async fn next(&mut self) -> Result<Option<Vec<FindingRow>>, StoreError> {
        while let Some(&bucket) = self.buckets.front() {
            let Some(counted) = self.counted.get(self.at).copied() else {
                self.buckets.pop_front();
                self.at = 0;
                self.met.clear();
                continue;
            };
            let mut span = span_of(self.object, counted);
            if let Some(key) = self.behind.take() {
                span = span.after(key);
            }
            let at = self.layout.bucket(bucket);
            let page = self.db.scan::<FindingRow>(&at, span, PAGE_ROWS).await?;
            match page.next {
                Some(key) => self.behind = Some(key),
                None => self.at += 1,
            }
            let mut rows = page.rows;
            rows.retain(|row| self.met.insert(row.finding.id));
            if !rows.is_empty() {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }

    /// All of them, in memory: for objects that are known to have few.
    pub async fn collect(mut self) -> Result<Vec<FindingRow>, StoreError> {
        let mut all = Vec::new();
        while let Some(rows) = self.next().await? {
            all.extend(rows);
        }
        Ok(all)
    }
}

/// These of the live findings of an object, as far as they are live. `counted` and `buckets` are what
/// its row names.
///
/// A finding's id doesn't say where it lies. But most objects have one bucket and one batch, or few of
/// each: then a row is asked for wherever it can lie, and no other is read.
pub async fn some_of_object(
    db: &Db,
    layout: &Layout,
    object: ObjectId,
    counted: &[Counted],
    buckets: &Buckets,
    wanted: &HashSet<FindingId>,
) -> Result<HashMap<FindingId, FindingRow>, StoreError> {
    let batches: usize = counted.iter().map(|counted| counted.up_to as usize + 1).sum();
    let places = batches.saturating_mul(buckets.iter().count());
    let mut found = HashMap::with_capacity(wanted.len());
    if places.saturating_mul(wanted.len()) <= ROWS_ASKED_FOR {
        for &finding in wanted {
            if let Some(row) = one_of(db, layout, object, counted, buckets, finding).await? {
                found.insert(finding, row);
            }
        }
        return Ok(found);
    }
    let mut live = of_object(db, layout.clone(), object, counted, buckets);
    while found.len() < wanted.len()
        && let Some(rows) = live.next().await?
    {
        let rows = rows.into_iter().filter(|row| wanted.contains(&row.finding.id));
        found.extend(rows.map(|row| (row.finding.id, row)));
    }
    Ok(found)
}

/// The earliest row that counts of a finding, asked for wherever it can lie.
async fn one_of(
    db: &Db,
    layout: &Layout,
    object: ObjectId,
    counted: &[Counted],
    buckets: &Buckets,
    finding: FindingId,
) -> Result<Option<FindingRow>, StoreError> {
    let mut counted = counted.to_vec();
    counted.sort_unstable();
    for bucket in buckets.iter() {
        let at = layout.bucket(bucket);
        for &Counted { generation, up_to } in &counted {
            for sequence in 0..=up_to {
                let key = FindingKey { object, generation, sequence, finding };
                let row = db.get::<FindingRow>(&at, &key).await?;
                if row.is_some() {
                    return Ok(row);
                }
            }
        }
    }
    Ok(None)
}

/// The keys of what counts of a generation.
pub(crate) fn span_of(object: ObjectId, counted: Counted) -> Span<FindingKey> {
    let key = |sequence, finding| FindingKey {
        object,
        generation: counted.generation,
        sequence,
        finding: FindingId::from_bytes(finding),
    };
    Span {
        from: Bound::Included(key(0, [0; FindingId::LEN])),
        until: Bound::Included(key(counted.up_to, [0xFF; FindingId::LEN])),
    }
}

/// Removes what was put under a generation that has ceased to count for an object, from these
/// buckets: the person rows first, then the findings, which are what leads to the person rows. So
/// it may be broken off at any point, and begun again.
pub async fn remove_generation(
    db: &Db,
    layout: &Layout,
    object: ObjectId,
    generation: Generation,
    buckets: &Buckets,
) -> Result<(), StoreError> {
    for bucket in buckets.iter() {
        let at = layout.bucket(bucket);
        let mut span = span_of(object, Counted { generation, up_to: u32::MAX });
        loop {
            let page = db.scan::<FindingRow>(&at, span.clone(), PAGE_ROWS).await?;
            let keys: Vec<FindingKey> = page.rows.iter().map(Record::key).collect();
            let tokens = page.rows.iter().map(|row| row.finding.token).collect();
            remove_persons(db, &at, object, generation, tokens).await?;
            if let (Some(first), Some(last)) = (keys.first(), keys.last()) {
                let range = Delete::Range(first.clone(), behind(last));
                db.delete::<FindingRow>(&at, range).await?;
            }
            match page.next {
                Some(key) => span = span.after(key),
                None => break,
            }
        }
    }
    Ok(())
}

/// A key behind this one with no row of this batch and finding between.
fn behind(key: &FindingKey) -> FindingKey {
    let mut bytes = *key.finding.as_bytes();
    for byte in bytes.iter_mut().rev() {
        let (next, over) = byte.overflowing_add(1);
        *byte = next;
        if !over {
            return FindingKey { finding: FindingId::from_bytes(bytes), ..key.clone() };
        }
    }
    // All ones: the first of the next batch, or of the next turn.
    let finding = FindingId::from_bytes([0; FindingId::LEN]);
    match key.sequence.checked_add(1) {
        Some(sequence) => FindingKey { sequence, finding, ..key.clone() },
        None => FindingKey {
            generation: key.generation.next_turn(),
            sequence: 0,
            finding,
            ..key.clone()
        },
    }
}

/// Removes the person rows that these tokens have for a generation of an object in a bucket.
pub(crate) async fn remove_persons(
    db: &Db,
    at: &FindingsAt,
    object: ObjectId,
    generation: Generation,
    tokens: BTreeSet<Token>,
) -> Result<(), StoreError> {
    let rows = tokens.into_iter().map(|token| {
        let key = PersonKey { source: at.source, object, generation, bucket: at.bucket };
        (PersonAt::of(at.tenant.clone(), token, object), key)
    });
    delete_rows::<PersonRow>(db, rows).await
}

/// Deletes rows, many at once.
pub(crate) async fn delete_rows<R: Plain>(
    db: &Db,
    rows: impl IntoIterator<Item = (R::Partition, R::Key)>,
) -> Result<(), StoreError> {
    let mut under_way = tokio::task::JoinSet::new();
    for (partition, key) in rows {
        let db = db.clone();
        under_way.spawn(async move { db.delete::<R>(&partition, Delete::Row(key)).await });
        if under_way.len() >= DELETES_AT_ONCE
            && let Some(done) = under_way.join_next().await
        {
            done.map_err(|_| StoreError::Closed)??;
        }
    }
    while let Some(done) = under_way.join_next().await {
        done.map_err(|_| StoreError::Closed)??;
    }
    Ok(())
}
