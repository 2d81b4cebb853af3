//! A finding and a scan as they are written in JSON. The keys and their order are a promise.

use serde::Serialize;
use trawl_model::TenantId;
use trawl_model::place::PlaceView;
use trawl_model::range::Counts;
use trawl_model::scan::Scan;

use crate::clock::written;
use crate::results::{Live, Origin};

/// A finding. What doesn't apply is absent.
#[derive(Debug, Serialize)]
pub(crate) struct Record<'a> {
    pub(crate) id: String,
    pub(crate) tenant: &'a str,
    pub(crate) source: String,
    pub(crate) object: String,
    #[serde(rename = "type")]
    pub(crate) type_id: &'a str,
    pub(crate) rule: &'a str,
    pub(crate) rule_version: u32,
    pub(crate) confidence: f64,
    pub(crate) sensitivity: &'a str,
    pub(crate) place: PlaceView,
    pub(crate) preview: &'a str,
    pub(crate) token: String,
    pub(crate) first_seen: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_seen: Option<String>,
    pub(crate) state: trawl_model::State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<trawl_model::Verdict>,
}

impl<'a> Record<'a> {
    /// A finding of a tenant.
    pub(crate) fn of(tenant: &'a TenantId, live: &'a Live) -> Self {
        let finding = &live.finding;
        Self {
            id: live.id.to_string(),
            tenant: tenant.as_str(),
            source: live.id.source.to_string(),
            object: live.object.revealed(),
            type_id: finding.type_id.as_str(),
            rule: &finding.rule.id,
            rule_version: finding.rule.version,
            confidence: share(finding.confidence),
            sensitivity: finding.sensitivity.name(),
            place: finding.place.view(),
            preview: finding.preview.as_str(),
            token: finding.token.to_string(),
            first_seen: written(finding.first_seen),
            last_seen: live.last_seen.map(written),
            state: live.state,
            verdict: live.word(),
        }
    }
}

/// A confidence from 0 to 1, in hundredths.
pub(crate) fn share(confidence: trawl_model::Confidence) -> f64 {
    f64::from(confidence.as_percent()) / 100.0
}

/// A scan.
#[derive(Debug, Serialize)]
pub(crate) struct ScanRecord {
    id: String,
    source: String,
    location: String,
    number: u32,
    state: &'static str,
    started: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    rules: String,
    listed_objects: u64,
    listed_bytes: u64,
    counts: Kinds,
    #[serde(flatten)]
    ledgers: LedgerRecord,
    adds_up: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Kinds {
    new: u64,
    changed: u64,
    same: u64,
    vanished: u64,
    renamed: u64,
    findings: u64,
}

#[derive(Debug, Serialize)]
struct Bytes {
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    bytes: u64,
}

#[derive(Debug, Serialize)]
struct Items {
    item: &'static str,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    count: u64,
}

/// Both ledgers, class by class.
#[derive(Debug, Serialize)]
pub(crate) struct LedgerRecord {
    bytes: Vec<Bytes>,
    items: Vec<Items>,
}

impl LedgerRecord {
    /// What became of something.
    pub(crate) fn of(coverage: &trawl_model::Coverage) -> Self {
        let bytes = coverage.bytes().map(|(class, bytes)| Bytes {
            class: class.name(),
            reason: class.reason().map(trawl_model::Reason::name),
            bytes,
        });
        let items = coverage.items().map(|(item, class, count)| Items {
            item: item.plural(),
            class: class.name(),
            reason: class.reason().map(trawl_model::Reason::name),
            count,
        });
        Self { bytes: bytes.collect(), items: items.collect() }
    }
}

impl ScanRecord {
    /// A scan of a source.
    pub(crate) fn of(location: &str, scan: &Scan) -> Self {
        let Counts { new, changed, same, vanished, renamed, findings } = scan.counts;
        Self {
            id: scan.id.to_string(),
            source: scan.source.to_string(),
            location: location.to_owned(),
            number: scan.number,
            state: scan.state.name(),
            started: written(scan.started),
            ended: scan.ended.map(written),
            rules: scan.rules.to_string(),
            listed_objects: scan.listed_objects,
            listed_bytes: scan.listed_bytes,
            counts: Kinds { new, changed, same, vanished, renamed, findings },
            ledgers: LedgerRecord::of(&scan.coverage),
            adds_up: super::ledger::adds_up(scan),
            error: scan.error.clone(),
        }
    }
}

/// Where a scan's source lies; its id where that is not known any more.
pub(crate) fn location_of(origins: &[std::sync::Arc<Origin>], scan: &Scan) -> String {
    let origin = origins.iter().find(|origin| origin.id == scan.source);
    origin.map_or_else(|| scan.source.to_string(), |origin| origin.location())
}
