//! Cases of plain records.

use std::collections::BTreeSet;
use std::ops::Bound;

use trawl_model::{Generation, ObjectId, ObjectKey, SourceId, TenantId, Token};

use super::{fresh_tenant, head, object, range_of, write};
use crate::db::Db;
use crate::records::{
    NameAt, NameRow, PersonAt, PersonKey, PersonRow, RangeEntry, RangeKey, RangeRow,
};
use crate::table::Record;
use crate::verbs::{Commit, Delete, Span};

fn person(tenant: &TenantId, object: u8, bucket: u16) -> PersonRow {
    let at = PersonAt { tenant: tenant.clone(), token: Token::from_bytes([7; 17]), slice: 0 };
    let key = PersonKey {
        source: SourceId::from_bytes([1; 8]),
        object: ObjectId::from_bytes([object; 16]),
        generation: Generation { version: u64::from(bucket), number: 1, turn: 0 },
        bucket,
    };
    PersonRow { at, key }
}

async fn all_of(db: &Db, at: &PersonAt) -> Vec<PersonRow> {
    db.collect::<PersonRow>(at, Span::all(), usize::MAX).await.unwrap()
}

/// Keys of any bytes come back in the order of their bytes, in pages of any size.
pub async fn keys_are_sorted_and_paged_whatever_they_hold(db: &Db) {
    let at = range_of(fresh_tenant());
    let mut keys: Vec<Vec<u8>> = vec![vec![], vec![0xFF; 40], b"a/b".to_vec(), "é".into()];
    for a in [0u8, 1, 0x7F, 0x80, 0xFE, 0xFF] {
        keys.push(vec![a]);
        for b in [0u8, 1, 0xFF] {
            keys.push(vec![a, b]);
            keys.push(vec![a, b, 0]);
        }
    }
    let rows = keys.iter().map(|key| object(&at, key, 1));
    let mut commit = Commit::new(at.clone(), None, write()).put(head(&at, 0));
    commit.puts.extend(rows);
    let _ = db.commit(commit).await.unwrap();

    keys.sort();
    keys.dedup();
    for limit in [1, 2, 7, 1000] {
        let mut met = Vec::new();
        let mut span = RangeKey::objects();
        loop {
            let page = db.scan::<RangeRow>(&at, span.clone(), limit).await.unwrap();
            assert!(page.rows.len() <= limit);
            met.extend(page.rows.into_iter().map(|row| match row.entry {
                RangeEntry::Object(key, _) => key.as_bytes().to_vec(),
                other => panic!("{other:?} is no object"),
            }));
            match page.next {
                Some(key) => span = span.after(key),
                None => break,
            }
        }
        assert_eq!(met, keys, "in pages of {limit}");
    }
    let last = async |span| {
        let row = db.last::<RangeRow>(&at, &span).await.unwrap();
        row.map(|row| match row.entry {
            RangeEntry::Object(key, _) => key.as_bytes().to_vec(),
            other => panic!("{other:?} is no object"),
        })
    };
    assert_eq!(last(RangeKey::objects()).await.as_ref(), keys.last());
    for (n, key) in keys.iter().enumerate() {
        let from = RangeKey::Object(ObjectKey::new(key.clone()));
        let (up_to, before) = (ObjectKey::new(key.clone()).successor(), RangeKey::objects().from);
        let up_to = Span { from: before, until: Bound::Excluded(RangeKey::Object(up_to)) };
        assert_eq!(last(up_to.clone()).await.as_ref(), Some(key));
        let before = Span { until: Bound::Excluded(from.clone()), ..up_to.clone() };
        assert_eq!(last(before).await.as_ref(), n.checked_sub(1).map(|n| &keys[n]));
        let nothing = Span { from: Bound::Excluded(from.clone()), until: up_to.until };
        assert_eq!(last(nothing).await, None);
        let span = Span { from: Bound::Included(from), ..RangeKey::objects() };
        let rest = db.collect::<RangeRow>(&at, span, usize::MAX).await.unwrap();
        assert_eq!(rest.len(), keys.len() - n);
    }
}

/// The same row put twice is one row.
pub async fn puts_are_repeated_without_harm(db: &Db) {
    let tenant = fresh_tenant();
    let at = NameAt {
        tenant: tenant.clone(),
        source: SourceId::from_bytes([1; 8]),
        object: ObjectId::from_bytes([1; 16]),
    };
    let name = NameRow { at: at.clone(), key: ObjectKey::new(*b"a\0b\xFF") };
    let rows: Vec<PersonRow> = (0..10).map(|n| person(&tenant, n, 1)).collect();
    for _ in 0..2 {
        db.put(vec![name.clone(), name.clone()]).await.unwrap();
        db.put(rows.clone()).await.unwrap();
    }
    assert_eq!(db.get::<NameRow>(&at, &()).await.unwrap(), Some(name));
    assert_eq!(all_of(db, &rows[0].at).await, rows);
    let nobody = NameAt { object: ObjectId::from_bytes([2; 16]), ..at };
    assert_eq!(db.get::<NameRow>(&nobody, &()).await.unwrap(), None);
    db.put(Vec::<NameRow>::new()).await.unwrap();
}

/// What is deleted is gone, and nothing else is.
pub async fn deletes_take_rows_ranges_and_partitions(db: &Db) {
    let tenant = fresh_tenant();
    let rows: Vec<PersonRow> = (0..6).map(|n| person(&tenant, n, 1)).collect();
    let other = person(&fresh_tenant(), 0, 1);
    let at = rows[0].at.clone();
    db.put(rows.clone()).await.unwrap();
    db.put(vec![other.clone()]).await.unwrap();

    db.delete::<PersonRow>(&at, Delete::Row(rows[0].key())).await.unwrap();
    assert_eq!(all_of(db, &at).await, rows[1..]);
    db.delete::<PersonRow>(&at, Delete::Range(rows[2].key(), rows[4].key())).await.unwrap();
    assert_eq!(all_of(db, &at).await, [&rows[1..2], &rows[4..]].concat());
    db.delete::<PersonRow>(&at, Delete::Range(rows[5].key(), rows[1].key())).await.unwrap();
    assert_eq!(all_of(db, &at).await.len(), 3, "a range that ends before it begins is empty");
    db.delete::<PersonRow>(&at, Delete::Partition).await.unwrap();
    assert_eq!(all_of(db, &at).await, []);
    assert_eq!(all_of(db, &other.at).await, [other]);

    db.put(rows.clone()).await.unwrap();
    assert_eq!(all_of(db, &at).await, rows, "what was deleted may come again");
}

/// A sweep of any page size meets every row of every partition once.
pub async fn sweeps_meet_every_row_once(db: &Db) {
    let tenants = [fresh_tenant(), fresh_tenant(), fresh_tenant()];
    let mut rows = Vec::new();
    for (n, tenant) in tenants.iter().enumerate() {
        rows.extend((0..=n as u8 * 3).map(|object| person(tenant, object, 9)));
    }
    db.put(rows.clone()).await.unwrap();
    let key = |row: &PersonRow| (row.at.clone(), row.key.clone());
    let expected: BTreeSet<_> = rows.iter().map(key).collect();
    for limit in [1, 3, 1000] {
        let mut met = Vec::new();
        let mut cursor = None;
        loop {
            let page = db.sweep::<PersonRow>(cursor, limit).await.unwrap();
            assert!(page.rows.len() <= limit);
            met.extend(page.rows.iter().filter(|row| tenants.contains(&row.at.tenant)).map(key));
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(met.len(), expected.len());
        assert_eq!(met.into_iter().collect::<BTreeSet<_>>(), expected, "in pages of {limit}");
    }
}
