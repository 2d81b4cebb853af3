//! From what the store holds of an object to what is searched.

use std::collections::BTreeSet;

use trawl_detect::{Engine, Rules};
use trawl_model::{Finding, Mark, Object, ObjectKey, State, Timestamp, TypeId, Verdict};
use trawl_search::{Document, Facts, FindingFacts, ObjectFacts};
use trawl_storage::records::range::RangeAt;

use super::names::Masks;

/// What the store holds of an object.
pub(super) struct Present<'p> {
    /// The range.
    pub(super) at: &'p RangeAt,
    /// Its key.
    pub(super) key: &'p ObjectKey,
    /// Its row.
    pub(super) object: &'p Object,
    /// When the scan began that saw it first.
    pub(super) first_seen: Timestamp,
    /// Its live findings.
    pub(super) findings: &'p [Finding],
    /// What people said of them.
    pub(super) verdicts: &'p [(TypeId, Mark, Verdict)],
}

impl Present<'_> {
    /// The object, and each of its findings.
    pub(super) fn documents(&self, engine: &Engine) -> Vec<Document> {
        let masks = if self.object.read_in == 0 {
            Masks::searched(engine, self.key)
        } else {
            Masks::of(self.findings.iter().map(|finding| &finding.place))
        };
        let path = masks.path(self.key);
        let template = Document {
            tenant: self.at.tenant.clone(),
            source: self.at.source,
            range: self.at.range,
            object: self.object.id,
            name: path.rsplit('/').next().unwrap_or_default().to_owned(),
            path,
            format: self.object.format.clone(),
            state: if self.object.closed { State::Closed } else { State::Open },
            first_seen: self.first_seen,
            facts: Facts::Object(self.facts()),
        };
        let findings = self.findings.iter().map(|finding| Document {
            first_seen: finding.first_seen,
            facts: Facts::Finding(Box::new(self.finding(finding, &masks, engine.rules()))),
            ..template.clone()
        });
        std::iter::once(template.clone()).chain(findings).collect()
    }

    fn facts(&self) -> ObjectFacts {
        let coverage = &self.object.coverage;
        let bytes = coverage.bytes().map(|(class, _)| class);
        let items = coverage.items().map(|(_, class, _)| class);
        let classes: BTreeSet<_> = bytes.chain(items).collect();
        ObjectFacts { size: self.object.size, coverage: classes.into_iter().collect() }
    }

    fn finding(&self, finding: &Finding, masks: &Masks, rules: &Rules) -> FindingFacts {
        let said = self
            .verdicts
            .iter()
            .find(|(type_id, mark, _)| *type_id == finding.type_id && *mark == finding.mark);
        // A rule that is no longer there has left no facets.
        let rule = rules.by_id(&finding.rule.id);
        FindingFacts {
            id: finding.id,
            type_id: finding.type_id.clone(),
            category: rule.map_or_else(String::new, |rule| rule.category.name().to_owned()),
            rule: finding.rule.id.to_string(),
            jurisdictions: rule.map_or_else(Vec::new, |rule| rule.jurisdiction.clone()),
            regulations: rule.map_or_else(Vec::new, |rule| rule.regulations.clone()),
            confidence: finding.confidence,
            sensitivity: finding.sensitivity,
            verdict: said.map(|(_, _, verdict)| *verdict),
            person: rule.is_some_and(|rule| rule.person),
            token: finding.token,
            members: masks.members(&finding.place.member),
        }
    }
}
