//! How an index is started and asked by tests.

use std::collections::BTreeSet;

use trawl_actors::index::{Index, Options};
use trawl_model::{FindingId, ObjectId, SourceId, TenantId};
use trawl_search::leaf::{Request, Scope};
use trawl_search::query::parse;

/// Small bounds, so that little is enough to meet all of them.
pub(crate) fn options() -> Options {
    let mut options = Options::new(TenantId::default_tenant());
    options.tuning.gather_millis = 1;
    options.tuning.publish_millis = 50;
    options.batch_documents = 20;
    options.searches = 1;
    options.compaction.factor = 3;
    options.compaction.smallest_tier = 20;
    options
}

pub(crate) fn request(query: &str) -> Request {
    Request::new(Scope::tenant(TenantId::default_tenant()), parse(query).unwrap(), 10_000)
}

/// What a match is known by.
pub(crate) type Met = (SourceId, ObjectId, Option<FindingId>);

/// All that a query finds. Nothing comes twice.
pub(crate) async fn found(index: &Index, query: &str) -> BTreeSet<Met> {
    let answer = index.search(request(query)).await.unwrap();
    assert_eq!(answer.unsearched, []);
    let hits = answer.hits.iter().map(|hit| (hit.source, hit.object, hit.finding));
    let met: BTreeSet<Met> = hits.collect();
    assert_eq!(met.len(), answer.hits.len(), "nothing comes twice");
    assert_eq!(answer.count as usize, met.len());
    met
}
