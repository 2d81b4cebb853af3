//! Rows of objects by their keys, many at once.

use std::collections::HashMap;
use std::ops::Bound;
use std::sync::Arc;

use trawl_model::{Object, ObjectKey};
use trawl_storage::records::range::{RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::{Db, Span, StoreError};

/// The rows of these objects, which come in order. What a scan has named together mostly stands together, so
/// that a page has many of them; where they stand apart, pages get short. At most three rows are read for
/// each that is wanted.
pub(super) async fn of_keys(
    db: &Db,
    at: &RangeAt,
    keys: &[ObjectKey],
) -> Result<HashMap<ObjectKey, Arc<Object>>, StoreError> {
    let (mut met, mut rest, mut rows) = (HashMap::with_capacity(keys.len()), keys, keys.len());
    while let (Some(first), Some(last)) = (rest.first(), rest.last()) {
        let object = |key: &ObjectKey| Bound::Included(RangeKey::Object(key.clone()));
        let span = Span { from: object(first), until: object(last) };
        let page = db.scan::<RangeRow>(at, span, rows.min(rest.len())).await?;
        let before = met.len();
        let settled = match &page.next {
            Some(RangeKey::Object(to)) => rest.partition_point(|key| key <= to),
            _ => rest.len(),
        };
        for row in page.rows {
            if let RangeEntry::Object(key, object) = row.entry
                && rest[..settled].binary_search(&key).is_ok()
            {
                met.insert(key, object);
            }
        }
        rows = (2 * (met.len() - before)).max(1);
        rest = &rest[settled..];
    }
    Ok(met)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use trawl_model::{ObjectId, RangeId, SourceId, TenantId};
    use trawl_storage::memory::MemoryStore;
    use trawl_storage::{Commit, Limits, Outcome, WriteId};

    use super::*;

    async fn range_of(objects: &BTreeSet<u8>, page_rows: usize) -> (Db, RangeAt) {
        let db = Db::new(MemoryStore::new(Limits { page_rows, ..Limits::default() }));
        let tenant = TenantId::default_tenant();
        let (source, range) = (SourceId::from_bytes([1; 8]), RangeId::from_bytes([2; 12]));
        let at = RangeAt { tenant, source, range };
        let row = |key: &u8| {
            let object = Object::unread(ObjectId::from_bytes([*key; 16]), u64::from(*key), 1);
            let entry = RangeEntry::Object(ObjectKey::new([*key]), Arc::new(object));
            RangeRow { at: at.clone(), entry }
        };
        let commit = Commit::new(at.clone(), None, WriteId::from_bytes([3; 16]));
        let commit = objects.iter().map(row).fold(commit, Commit::put);
        let written = db.commit(commit).await.unwrap();
        assert!(matches!(written, Outcome::Applied(_)));
        (db, at)
    }

    proptest! {
        #[test]
        fn rows_are_those_of_the_keys_wherever_they_stand(
            objects in proptest::collection::btree_set(any::<u8>(), 0..120),
            keys in proptest::collection::btree_set(any::<u8>(), 0..60),
            page_rows in 1usize..40,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let met = runtime.block_on(async {
                let (db, at) = range_of(&objects, page_rows).await;
                let keys: Vec<_> = keys.iter().map(|key| ObjectKey::new([*key])).collect();
                of_keys(&db, &at, &keys).await.unwrap()
            });
            let sizes: BTreeSet<u8> = met.values().map(|object| object.size as u8).collect();
            prop_assert_eq!(sizes, objects.intersection(&keys).copied().collect());
            prop_assert!(met.iter().all(|(key, object)| key.as_bytes() == [object.size as u8]));
        }
    }
}
