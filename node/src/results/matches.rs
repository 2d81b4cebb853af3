//! The bodies of matches: the index says which and in what order, the store what they are now.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use trawl_model::{FindingId, ObjectId, SourceId};
use trawl_search::leaf::Hit;
use trawl_storage::StoreError;
use trawl_storage::findings::some_of_object;
use trawl_storage::records::{NameAt, NameRow};

use super::{Held, Live, Origin, Results, TRIES};

/// A match, as the store has it now.
#[derive(Clone)]
pub(crate) enum Match {
    /// A finding.
    Finding {
        /// Itself.
        live: Box<Live>,
    },
    /// An object.
    Object {
        /// Its source.
        origin: Arc<Origin>,
        /// Its row.
        held: Arc<Held>,
        /// When the scan began that saw it first.
        first_seen: Option<trawl_model::Timestamp>,
    },
}

impl Results {
    /// The body of each hit; none of what is gone since it was indexed. Each object is read once, however
    /// many of its findings are asked for.
    pub(crate) async fn bodies(&self, hits: &[Hit]) -> Result<Vec<Option<Match>>, StoreError> {
        let mut wanted: HashMap<(SourceId, ObjectId), HashSet<FindingId>> = HashMap::new();
        for hit in hits {
            wanted.entry((hit.source, hit.object)).or_default().extend(hit.finding);
        }
        let (mut origins, mut objects) = (HashMap::new(), HashMap::new());
        for ((source, object), findings) in wanted {
            let origin = match origins.get(&source) {
                Some(origin) => Option::clone(origin),
                None => origins.entry(source).or_insert(self.source(source).await?).clone(),
            };
            let Some(origin) = origin else { continue };
            if let Some(found) = self.some_of(&origin, object, &findings).await? {
                let Part { held, findings } = found;
                objects.insert((source, object), (origin, Arc::new(held), findings));
            }
        }
        let body = |hit: &Hit| {
            let (origin, held, findings) = objects.get(&(hit.source, hit.object))?;
            Some(match hit.finding {
                Some(finding) => Match::Finding { live: Box::new(findings.get(&finding)?.clone()) },
                None => {
                    let (origin, held) = (Arc::clone(origin), Arc::clone(held));
                    let first_seen = origin.scans.start(held.object.first_in);
                    Match::Object { origin, held, first_seen }
                }
            })
        };
        Ok(hits.iter().map(body).collect())
    }

    /// An object, and these of its findings.
    pub(super) async fn some_of(
        &self,
        origin: &Origin,
        object: ObjectId,
        wanted: &HashSet<FindingId>,
    ) -> Result<Option<Part>, StoreError> {
        let name = NameAt { tenant: self.tenant.clone(), source: origin.id, object };
        let key = match self.db.get::<NameRow>(&name, &()).await? {
            Some(name) => name.key,
            None => return Ok(None),
        };
        let Some(mut held) = self.held(origin, key).await? else { return Ok(None) };
        let mut findings = HashMap::new();
        for _ in 0..TRIES {
            if wanted.is_empty() {
                break;
            }
            findings = self.wanted_of(origin, &held, wanted).await?;
            // What a generation holds never changes, so what was found was live when the object's row
            // was read. What is missing may have been put under another since.
            let is_all = findings.len() == wanted.len();
            let now = if is_all { None } else { self.object(&held.at, &held.key).await? };
            match now {
                Some(now) if now.counted != held.object.counted => held.object = now,
                _ => break,
            }
        }
        Ok(Some(Part { held, findings }))
    }

    async fn wanted_of(
        &self,
        origin: &Origin,
        held: &Held,
        wanted: &HashSet<FindingId>,
    ) -> Result<HashMap<FindingId, Live>, StoreError> {
        let shown = self.shown(origin, held, true).await?;
        let (layout, object) = (self.layout(origin), &held.object);
        let (counted, buckets) = (&object.counted, &object.buckets);
        let rows = some_of_object(&self.db, &layout, object.id, counted, buckets, wanted).await?;
        Ok(rows.into_iter().map(|(id, row)| (id, shown.finding(row))).collect())
    }
}

/// An object, and some of its findings.
pub(super) struct Part {
    pub(super) held: Held,
    pub(super) findings: HashMap<FindingId, Live>,
}
