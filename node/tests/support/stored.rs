//! What is kept in a data directory, reached past the binary: for what no reader can be made to meet.

use trawl_model::coverage::{Class, Coverage, Item, Reason};
use trawl_model::{ObjectKey, TenantId};
use trawl_storage::embedded::Options;
use trawl_storage::records::{
    RangeAt, RangeEntry, RangeKey, RangeRow, SourceAt, SourceEntry, SourceKey, SourceRow, TenantAt,
    TenantEntry, TenantKey, TenantRow,
};
use trawl_storage::{Commit, Db, EmbeddedStore, Outcome, WriteId};

use super::Place;

/// Writes down that an object of the one source could not be read. No node may run there.
pub(crate) fn give_up(place: &Place, object: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = EmbeddedStore::open(Options::new(place.path("data"))).unwrap();
        let db = Db::new(store);
        let at = range(&db).await;
        let key = ObjectKey::new(object.as_bytes().to_vec());
        let row = db.get::<RangeRow>(&at, &RangeKey::Object(key)).await.unwrap().unwrap();
        let RangeEntry::Object(key, mut kept) = row.entry else { panic!("an object") };
        kept.coverage = Coverage::new();
        kept.coverage.add_items(Item::Object, Class::Failed(Reason::SourceFailed), 1);
        kept.error = Some("could not open a file: input/output error".to_owned());
        let row = RangeRow { at: at.clone(), entry: RangeEntry::Object(key, kept) };
        let fence = db.fence::<RangeRow>(&at).await.unwrap();
        let commit = Commit::new(at, fence, WriteId::random().unwrap()).put(row);
        assert!(matches!(db.commit(commit).await.unwrap(), Outcome::Applied(_)));
    });
}

/// The first range of the first source.
async fn range(db: &Db) -> RangeAt {
    let tenant = TenantId::default_tenant();
    let at = TenantAt { tenant: tenant.clone() };
    let sources = db.collect::<TenantRow>(&at, TenantKey::sources(), 1).await.unwrap();
    let TenantEntry::Source(source) = sources[0].entry else { panic!("a source") };
    let at = SourceAt { tenant: tenant.clone(), source };
    let ranges = db.collect::<SourceRow>(&at, SourceKey::directory(), 1).await.unwrap();
    let SourceEntry::Directory { range, .. } = ranges[0].entry else { panic!("a range") };
    RangeAt { tenant, source, range }
}
