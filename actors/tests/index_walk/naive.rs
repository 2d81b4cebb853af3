//! A plain walk over the store: what is live, as documents.

use std::collections::{BTreeMap, BTreeSet};

use trawl_actors::range::is_shown;
use trawl_model::{
    Finding, Mark, Object, ObjectKey, Place, RangeId, SourceId, Spot, State, Timestamp, TypeId,
    Verdict,
};
use trawl_search::{Document, Facts, FindingFacts, ObjectFacts};
use trawl_storage::Db;
use trawl_storage::findings::{Layout, of_object};
use trawl_storage::records::{
    RangeAt, RangeEntry, RangeKey, RangeRow, SourceAt, SourceEntry, SourceKey, SourceRow, TenantAt,
    TenantEntry, TenantKey, TenantRow,
};

use crate::hand::tenant;
use crate::support::ENGINE;

const ALL: usize = usize::MAX;

/// All documents that there are.
pub(crate) async fn documents(db: &Db) -> Vec<Document> {
    let at = TenantAt { tenant: tenant() };
    let mut documents = Vec::new();
    let mut starts = BTreeMap::new();
    for row in db.collect::<TenantRow>(&at, TenantKey::scans(), ALL).await.unwrap() {
        if let TenantEntry::Scan { started, source, number, .. } = row.entry {
            starts.insert((source, number), started);
        }
    }
    for row in db.collect::<TenantRow>(&at, TenantKey::sources(), ALL).await.unwrap() {
        let TenantEntry::Source(source) = row.entry else { continue };
        for range in ranges(db, source).await {
            of_range(db, source, range, &starts, &mut documents).await;
        }
    }
    documents
}

async fn ranges(db: &Db, source: SourceId) -> BTreeSet<RangeId> {
    let at = SourceAt { tenant: tenant(), source };
    let mut ranges = BTreeSet::new();
    // Whoever makes a source enters it first, and may fall before it has a record.
    let Some(row) = db.get::<SourceRow>(&at, &SourceKey::Head).await.unwrap() else {
        return ranges;
    };
    let SourceEntry::Head(head) = row.entry else { panic!("a head was asked for") };
    if head.deleted {
        return ranges;
    }
    let rows = db.collect::<SourceRow>(&at, SourceKey::directory(), ALL).await.unwrap();
    let mut all: Vec<RangeId> = rows
        .into_iter()
        .filter_map(|row| match row.entry {
            SourceEntry::Directory { range, .. } => Some(range),
            _ => None,
        })
        .collect();
    while let Some(range) = all.pop() {
        let at = RangeAt { tenant: tenant(), source, range };
        let row = db.get::<RangeRow>(&at, &RangeKey::Head).await.unwrap().unwrap();
        let RangeEntry::Head(head) = row.entry else { panic!("a head was asked for") };
        all.extend(head.child.map(|child| child.range));
        ranges.insert(range);
    }
    ranges
}

async fn of_range(
    db: &Db,
    source: SourceId,
    range: RangeId,
    starts: &BTreeMap<(SourceId, u32), Timestamp>,
    documents: &mut Vec<Document>,
) {
    let at = RangeAt { tenant: tenant(), source, range };
    let (mut objects, mut verdicts, mut bounds) = (Vec::new(), Vec::new(), None);
    for row in db.collect::<RangeRow>(&at, trawl_storage::Span::all(), ALL).await.unwrap() {
        match row.entry {
            RangeEntry::Head(head) => bounds = Some(head.bounds),
            RangeEntry::Object(key, object) => objects.push((key, object)),
            RangeEntry::Verdict { object, type_id, mark, verdict } => {
                verdicts.push((object, type_id, mark, verdict.verdict));
            }
            _ => {}
        }
    }
    let bounds = bounds.unwrap();
    for (key, object) in objects {
        if bounds.hold(&key) && is_shown(&object) {
            let layout = Layout { tenant: tenant(), source, layout: 0 };
            let live = of_object(db, layout, object.id, &object.counted, &object.buckets);
            let rows = live.collect().await.unwrap();
            let findings: Vec<Finding> = rows.into_iter().map(|row| row.finding).collect();
            let first_seen = starts[&(source, object.first_in)];
            documents.extend(of_object_row(&at, &key, &object, &findings, &verdicts, first_seen));
        }
    }
}

fn of_object_row(
    at: &RangeAt,
    key: &ObjectKey,
    object: &Object,
    findings: &[Finding],
    verdicts: &[(ObjectKey, TypeId, Mark, Verdict)],
    first_seen: Timestamp,
) -> Vec<Document> {
    let is_name = |place: &Place| matches!(place.spot, Spot::Name { .. });
    // The one value that names hold.
    let found = findings.iter().any(|f| is_name(&f.place));
    let path = key.revealed();
    let path = if found { path.replace("ann@x.y", "•••") } else { path };
    let bytes = object.coverage.bytes().map(|(class, _)| class);
    let items = object.coverage.items().map(|(_, class, _)| class);
    let coverage: BTreeSet<_> = bytes.chain(items).collect();
    let of_the_object = Document {
        tenant: at.tenant.clone(),
        source: at.source,
        range: at.range,
        object: object.id,
        name: path.rsplit('/').next().unwrap().to_owned(),
        path,
        format: object.format.clone(),
        state: if object.closed { State::Closed } else { State::Open },
        first_seen,
        facts: Facts::Object(ObjectFacts {
            size: object.size,
            coverage: coverage.into_iter().collect(),
        }),
    };
    let mut all = vec![of_the_object.clone()];
    for finding in findings {
        let rule = ENGINE.rules().by_id(&finding.rule.id).unwrap();
        let said = verdicts.iter().find(|(of, type_id, mark, _)| {
            (of, type_id, mark) == (key, &finding.type_id, &finding.mark)
        });
        let facts = FindingFacts {
            id: finding.id,
            type_id: finding.type_id.clone(),
            category: rule.category.name().to_owned(),
            rule: finding.rule.id.to_string(),
            jurisdictions: rule.jurisdiction.clone(),
            regulations: rule.regulations.clone(),
            confidence: finding.confidence,
            sensitivity: finding.sensitivity,
            verdict: said.map(|(.., verdict)| *verdict),
            person: rule.person,
            token: finding.token,
            members: finding.place.member.iter().map(trawl_model::Step::shown).collect(),
        };
        all.push(Document {
            first_seen: finding.first_seen,
            facts: Facts::Finding(Box::new(facts)),
            ..of_the_object.clone()
        });
    }
    all
}
