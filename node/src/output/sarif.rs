//! SARIF 2.1.0, for code scanning: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use trawl_detect::{Rule, Rules};
use trawl_model::scan::ScanState;
use trawl_model::{Level, ObjectKey, State, Verdict};

use super::{Findings, place};
use crate::records::{Finding, Scan, Source};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A log of one run.
pub(super) struct Sarif {
    sources: Vec<Source>,
    rules: Rules,
    first: bool,
}

impl Sarif {
    pub(super) fn new(sources: Vec<Source>, rules: Rules) -> Self {
        Self { sources, rules, first: true }
    }

    /// The base under which the paths of a source stand.
    fn base(&self, source: &Source) -> String {
        let at = self.sources.iter().position(|known| known.id == source.id);
        format!("ROOT{}", at.unwrap_or(0))
    }

    fn result(&self, source: &Source, finding: &Finding) -> Value {
        let view = &finding.place;
        let rules = self.rules.list();
        let at = rules.iter().position(|rule| *rule.reference.id == *finding.rule);
        let name = at.map_or(finding.type_id.as_str(), |at| rules[at].name.as_str());
        let percent = finding.percent();
        let text = format!("{name} ({}, {percent}% sure)", finding.preview);
        let mut location = Map::new();
        let artifact = json!({ "uri": encoded(&finding.object), "uriBaseId": self.base(source) });
        let mut physical = Map::from_iter([("artifactLocation".to_owned(), artifact)]);
        if let Some(region) = region(finding) {
            physical.insert("region".to_owned(), region);
        }
        location.insert("physicalLocation".to_owned(), physical.into());
        let inside = place::behind(view);
        if !view.member.is_empty() || view.line.is_none() {
            let name = inside.trim_start_matches([' ', '>', ',']);
            if !name.is_empty() {
                location.insert(
                    "logicalLocations".to_owned(),
                    json!([{ "fullyQualifiedName": name, "kind": "member" }]),
                );
            }
        }
        let mut result = json!({
            "ruleId": finding.rule,
            "level": level(finding.sensitivity),
            "message": { "text": text },
            "locations": [location],
            "partialFingerprints": {
                "trawlFinding/v1": finding.id,
                "trawlMark/v1": finding.mark,
            },
            "rank": percent,
            "properties": {
                "type": finding.type_id,
                "ruleVersion": finding.rule_version,
                "confidence": finding.confidence,
                "sensitivity": finding.sensitivity.name(),
                "place": view,
                "token": finding.token,
                "firstSeen": finding.first_seen,
                "state": if finding.state == State::Open { "open" } else { "closed" },
            },
        });
        if let Some(at) = at {
            result["ruleIndex"] = at.into();
        }
        if let Some(said) = finding.verdict.filter(|said| *said != Verdict::Confirmed) {
            result["suppressions"] = json!([{
                "kind": "external",
                "status": "accepted",
                "justification": said.name(),
            }]);
        }
        result
    }
}

impl Findings for Sarif {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let rules: Vec<Value> = self.rules.list().iter().map(rule).collect();
        let mut bases = Map::new();
        for source in &self.sources {
            let uri = format!("file://{}", encoded(&source.root));
            let uri = if uri.ends_with('/') { uri } else { format!("{uri}/") };
            bases.insert(self.base(source), json!({ "uri": uri }));
        }
        let driver = json!({
            "name": "trawl",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        });
        write!(
            out,
            "{{\"$schema\":{},\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\
             \"columnKind\":\"unicodeCodePoints\",\"originalUriBaseIds\":{},\"results\":[",
            json!(SCHEMA),
            Value::from(bases),
        )
    }

    fn finding(
        &mut self,
        out: &mut dyn Write,
        source: &Source,
        finding: &Finding,
    ) -> io::Result<()> {
        out.write_all(if self.first { b"\n" } else { b",\n" })?;
        self.first = false;
        serde_json::to_writer(&mut *out, &self.result(source, finding)).map_err(io::Error::from)
    }

    fn end(&mut self, out: &mut dyn Write, scans: &[Scan]) -> io::Result<()> {
        let invocations: Vec<Value> = scans
            .iter()
            .map(|scan| {
                let mut invocation = json!({
                    "executionSuccessful": scan.state == ScanState::Finished,
                    "startTimeUtc": scan.started,
                });
                if let Some(ended) = &scan.ended {
                    invocation["endTimeUtc"] = ended.as_str().into();
                }
                invocation
            })
            .collect();
        write!(out, "\n]")?;
        if !invocations.is_empty() {
            write!(out, ",\"invocations\":{}", Value::from(invocations))?;
        }
        writeln!(out, "}}]}}")
    }
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": &*rule.reference.id,
        "name": rule.type_id.as_str(),
        "shortDescription": { "text": rule.name },
        "defaultConfiguration": { "level": level(rule.sensitivity) },
        "properties": {
            "version": rule.reference.version,
            "category": rule.category.name(),
            "sensitivity": rule.sensitivity.name(),
            "tags": rule.regulations,
        },
    })
}

/// Where in the file; none where the value lies in a member of it, or where only its format
/// knows a place.
fn region(finding: &Finding) -> Option<Value> {
    let view = &finding.place;
    if !view.member.is_empty() {
        return None;
    }
    let (start, end) = (view.start?, view.end?);
    let mut region = json!({ "byteOffset": start, "byteLength": end.saturating_sub(start) });
    if let (Some(line), Some(column)) = (view.line, view.column) {
        region["startLine"] = line.into();
        region["startColumn"] = column.into();
    }
    Some(region)
}

fn level(sensitivity: Level) -> &'static str {
    match sensitivity {
        Level::Critical | Level::High => "error",
        Level::Medium => "warning",
        Level::Low => "note",
    }
}

/// A path, as it is shown, as a URI has it (RFC 3986): what may not stand there, byte by byte.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in ObjectKey::of_revealed(path).as_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                uri.push(char::from(*byte));
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_bytes_is_a_uri() {
        assert_eq!(encoded(r"a b/\xff:c#d?.txt"), "a%20b/%FF%3Ac%23d%3F.txt");
    }
}
