//! Making the child of a cut: copies of the rows behind it, in a range of its own.

use trawl_model::range::{Bounds, RangeHead};
use trawl_model::{ObjectKey, RangeId};
use trawl_storage::fence::Start;
use trawl_storage::records::range::{RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::{Commit, Db, Fence, WriteId};

use super::load;
use crate::director::record;
use crate::error::Error;
use crate::range::child_start;

/// Rows that are read from the old range at a time.
const PAGE_ROWS: usize = 400;
/// Bytes of rows that go into one commit of the child: below what any commit may have.
const COMMIT_BYTES: usize = 128 * 1024;

/// Makes the child with copies of the rows in its bounds. Its versions begin above those of the
/// old range, so that no generation is given twice.
pub(super) async fn make_child(
    db: &Db,
    parent: &RangeAt,
    fence: Fence,
    child: RangeId,
    bounds: &Bounds,
    lane: u16,
) -> Result<(), Error> {
    let at = RangeAt { range: child, ..parent.clone() };
    let mut head = RangeHead::new(bounds.clone(), lane);
    let start = Start { epoch: 0, version: child_start(fence.version) };
    let mut fence = load::make(db, &at, head.clone(), start).await?;
    let parts_from = RangeKey::Part(bounds.from.clone(), 0);
    let first_verdict = RangeKey::verdicts_of(&bounds.from).from;
    let spans = [
        RangeKey::objects_from(bounds.from.clone()),
        trawl_storage::Span {
            from: std::ops::Bound::Included(parts_from),
            until: RangeKey::parts().until,
        },
        trawl_storage::Span { from: first_verdict, until: RangeKey::verdicts().until },
    ];
    for span in spans {
        let mut rest = span;
        loop {
            let page = db.scan::<RangeRow>(parent, rest.clone(), PAGE_ROWS).await?;
            let mut batch: Vec<RangeRow> = Vec::new();
            let mut bytes = 0;
            for row in page.rows {
                if !key_of(&row.entry).is_some_and(|key| bounds.hold(key)) {
                    continue;
                }
                head.objects += u64::from(matches!(row.entry, RangeEntry::Object(..)));
                let weight = weight_of(&row.entry);
                if bytes + weight > COMMIT_BYTES {
                    fence = copy(db, &at, fence, std::mem::take(&mut batch), None).await?;
                    bytes = 0;
                }
                bytes += weight;
                if let RangeEntry::Object(key, object) = &row.entry
                    && object.findings > 0
                {
                    let entry = RangeEntry::Holder(key.clone());
                    batch.push(RangeRow { at: at.clone(), entry });
                }
                batch.push(RangeRow { at: at.clone(), entry: row.entry });
            }
            if !batch.is_empty() {
                fence = copy(db, &at, fence, batch, None).await?;
            }
            match page.next {
                Some(key) => rest = rest.after(key),
                None => break,
            }
        }
    }
    copy(db, &at, fence, Vec::new(), Some(head)).await?;
    Ok(())
}

async fn copy(
    db: &Db,
    at: &RangeAt,
    fence: Fence,
    rows: Vec<RangeRow>,
    head: Option<RangeHead>,
) -> Result<Fence, Error> {
    let mut commit = Commit::new(at.clone(), Some(fence), WriteId::random()?);
    commit.puts = rows;
    if let Some(head) = head {
        commit.puts.push(RangeRow { at: at.clone(), entry: RangeEntry::Head(head) });
    }
    record::commit(db, commit).await?.map_err(|_| Error::Overtaken)
}

fn key_of(entry: &RangeEntry) -> Option<&ObjectKey> {
    match entry {
        RangeEntry::Object(key, _) | RangeEntry::Part(key, ..) => Some(key),
        RangeEntry::Verdict { object, .. } => Some(object),
        _ => None,
    }
}

fn weight_of(entry: &RangeEntry) -> usize {
    let key = key_of(entry).map_or(0, |key| key.as_bytes().len());
    let rest = match entry {
        // Twice the key, for the row that says that it has findings.
        RangeEntry::Object(_, object) => crate::range::object_weight(object) + key + 32,
        _ => 4 * 1024,
    };
    key + rest
}
