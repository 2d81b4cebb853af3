//! What is kept in a data directory, reached past the binary: for what no reader can be made to meet.

use std::sync::Arc;

use trawl_model::coverage::{Class, Coverage, Item, Reason};
use trawl_model::id::RuleSetId;
use trawl_model::scan::{Order, Scan};
use trawl_model::{ObjectKey, ScanId, SourceId, TenantId, Timestamp};
use trawl_storage::embedded::Options;
use trawl_storage::records::{
    AuditKey, AuditRow, AuditRowEntry, RangeAt, RangeEntry, RangeKey, RangeRow, ScanAt, ScanEntry,
    ScanRow, SourceAt, SourceEntry, SourceKey, SourceRow, TenantAt, TenantEntry, TenantKey,
    TenantRow,
};
use trawl_storage::{Commit, Db, EmbeddedStore, Outcome, WriteId};

use super::Place;

/// Writes down that an object could not be read, of the source that has it. No node may run there.
pub(crate) fn give_up(place: &Place, object: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = EmbeddedStore::open(Options::new(place.path("data"))).unwrap();
        let db = Db::new(store);
        let (at, row) = row_of(&db, &ObjectKey::new(object.as_bytes())).await;
        let RangeEntry::Object(key, kept) = row.entry else { panic!("an object") };
        let mut kept = Arc::unwrap_or_clone(kept);
        kept.coverage = Coverage::new();
        kept.coverage.add_items(Item::Object, Class::Failed(Reason::SourceFailed), 1);
        kept.error = Some("could not open a file: input/output error".to_owned());
        let row = RangeRow { at: at.clone(), entry: RangeEntry::Object(key, kept.into()) };
        let fence = db.fence::<RangeRow>(&at).await.unwrap();
        let commit = Commit::new(at, fence, WriteId::random().unwrap()).put(row);
        assert!(matches!(db.commit(commit).await.unwrap(), Outcome::Applied(_)));
    });
}

/// Writes another actor into an entry of the audit record, as somebody would who has the disk.
pub(crate) fn tamper_with_audit(place: &Place, sequence: u64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = Db::new(EmbeddedStore::open(Options::new(place.path("data"))).unwrap());
        let at = trawl_actors::audit::chain(&TenantId::default_tenant());
        let row = db.get::<AuditRow>(&at, &AuditKey::Entry(sequence)).await.unwrap().unwrap();
        let AuditRowEntry::Entry(sequence, mut entry) = row.entry else { panic!("an entry") };
        entry.actor = "nobody".to_owned();
        let fence = db.fence::<AuditRow>(&at).await.unwrap();
        let row = AuditRow { at: at.clone(), entry: AuditRowEntry::Entry(sequence, entry) };
        let commit = Commit::new(at, fence, WriteId::random().unwrap()).put(row);
        assert!(matches!(db.commit(commit).await.unwrap(), Outcome::Applied(_)));
    });
}

/// Leaves what a crash leaves of an order before it is one: the record of a scan that its source does
/// not name. Gives its id.
pub(crate) fn order_by_half(place: &Place) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = Db::new(EmbeddedStore::open(Options::new(place.path("data"))).unwrap());
        let (tenant, source) = (TenantId::default_tenant(), sources(&db).await[0]);
        let (id, rules) = (ScanId::from_bytes([7; ScanId::LEN]), RuleSetId::from_bytes([0; 12]));
        // Long after all that was ordered: it is the first of the list.
        let at = Timestamp::from_micros(i64::MAX / 2);
        let scan = Scan::ordered(id, source, 2, rules, at, Order::default());
        let of_tenant = TenantAt { tenant: tenant.clone() };
        let (ordered, started) = (at, at);
        let entry = TenantEntry::Scan { ordered, started, scan: id, source, number: 2 };
        let row = TenantRow { at: of_tenant.clone(), entry };
        let fence = db.fence::<TenantRow>(&of_tenant).await.unwrap();
        let commit = Commit::new(of_tenant, fence, WriteId::random().unwrap()).put(row);
        assert!(matches!(db.commit(commit).await.unwrap(), Outcome::Applied(_)));
        let at = ScanAt { tenant, scan: id };
        let row = ScanRow { at: at.clone(), entry: ScanEntry::Head(scan) };
        let commit = Commit::new(at, None, WriteId::random().unwrap()).put(row);
        assert!(matches!(db.commit(commit).await.unwrap(), Outcome::Applied(_)));
        id.to_string()
    })
}

/// All sources.
async fn sources(db: &Db) -> Vec<SourceId> {
    let at = TenantAt { tenant: TenantId::default_tenant() };
    let rows = db.collect::<TenantRow>(&at, TenantKey::sources(), 100).await.unwrap();
    let id = |row: &TenantRow| match row.entry {
        TenantEntry::Source(source) => Some(source),
        _ => None,
    };
    rows.iter().filter_map(id).collect()
}

/// The first range of each source.
async fn ranges(db: &Db) -> Vec<RangeAt> {
    let mut ranges = Vec::new();
    for source in sources(db).await {
        let tenant = TenantId::default_tenant();
        let at = SourceAt { tenant: tenant.clone(), source };
        let rows = db.collect::<SourceRow>(&at, SourceKey::directory(), 1).await.unwrap();
        ranges.extend(rows.iter().filter_map(|row| match row.entry {
            SourceEntry::Directory { range, .. } => {
                Some(RangeAt { tenant: tenant.clone(), source, range })
            }
            _ => None,
        }));
    }
    ranges
}

/// The row of an object, and the range that has it.
async fn row_of(db: &Db, key: &ObjectKey) -> (RangeAt, RangeRow) {
    for at in ranges(db).await {
        let row = db.get::<RangeRow>(&at, &RangeKey::Object(key.clone())).await.unwrap();
        if let Some(row) = row {
            return (at, row);
        }
    }
    panic!("no source has the object");
}
