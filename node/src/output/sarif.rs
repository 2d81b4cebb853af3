//! SARIF 2.1.0, for code scanning: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use trawl_detect::Rule;
use trawl_model::scan::{Scan, ScanState};
use trawl_model::{Level, State, Verdict};

use super::record::share;
use super::{Common, Findings, place};
use crate::clock::written;
use crate::results::{Live, Origin};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A log of one run.
pub(super) struct Sarif {
    common: Common,
    first: bool,
}

impl Sarif {
    pub(super) fn new(common: Common) -> Self {
        Self { common, first: true }
    }

    /// The base under which the paths of a source stand.
    fn base(&self, origin: &Origin) -> String {
        let at = self.common.origins.iter().position(|known| known.id == origin.id);
        format!("ROOT{}", at.unwrap_or(0))
    }

    fn result(&self, origin: &Origin, live: &Live) -> Value {
        let finding = &live.finding;
        let view = finding.place.view();
        let rules = self.common.rules.list();
        let at = rules.iter().position(|rule| *rule.reference.id == *finding.rule.id);
        let name = at.map_or(finding.type_id.as_str(), |at| rules[at].name.as_str());
        let percent = finding.confidence.as_percent();
        let text = format!("{name} ({}, {percent}% sure)", finding.preview);
        let mut location = Map::new();
        let artifact =
            json!({ "uri": encoded(live.object.as_bytes()), "uriBaseId": self.base(origin) });
        let mut physical = Map::from_iter([("artifactLocation".to_owned(), artifact)]);
        if let Some(region) = region(live) {
            physical.insert("region".to_owned(), region);
        }
        location.insert("physicalLocation".to_owned(), physical.into());
        let inside = place::behind(&view);
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
            "ruleId": &*finding.rule.id,
            "level": level(finding.sensitivity),
            "message": { "text": text },
            "locations": [location],
            "partialFingerprints": {
                "trawlFinding/v1": live.id.to_string(),
                "trawlMark/v1": finding.mark.to_string(),
            },
            "rank": percent,
            "properties": {
                "type": finding.type_id.as_str(),
                "ruleVersion": finding.rule.version,
                "confidence": share(finding.confidence),
                "sensitivity": finding.sensitivity.name(),
                "place": view,
                "token": finding.token.to_string(),
                "firstSeen": written(finding.first_seen),
                "state": if live.state == State::Open { "open" } else { "closed" },
            },
        });
        if let Some(at) = at {
            result["ruleIndex"] = at.into();
        }
        if let Some(said) = live.verdict.as_ref().filter(|said| said.verdict != Verdict::Confirmed)
        {
            result["suppressions"] = json!([{
                "kind": "external",
                "status": "accepted",
                "justification": said.verdict.name(),
            }]);
        }
        result
    }
}

impl Findings for Sarif {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let rules: Vec<Value> = self.common.rules.list().iter().map(rule).collect();
        let mut bases = Map::new();
        for origin in &self.common.origins {
            let uri = format!("file://{}", encoded(&origin.folder()));
            let uri = if uri.ends_with('/') { uri } else { format!("{uri}/") };
            bases.insert(self.base(origin), json!({ "uri": uri }));
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

    fn finding(&mut self, out: &mut dyn Write, origin: &Origin, live: &Live) -> io::Result<()> {
        out.write_all(if self.first { b"\n" } else { b",\n" })?;
        self.first = false;
        serde_json::to_writer(&mut *out, &self.result(origin, live)).map_err(io::Error::from)
    }

    fn end(&mut self, out: &mut dyn Write, scans: &[(Arc<Origin>, Scan)]) -> io::Result<()> {
        let invocations: Vec<Value> = scans
            .iter()
            .map(|(_, scan)| {
                let mut invocation = json!({
                    "executionSuccessful": scan.state == ScanState::Finished,
                    "startTimeUtc": written(scan.started),
                });
                if let Some(ended) = scan.ended {
                    invocation["endTimeUtc"] = written(ended).into();
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
fn region(live: &Live) -> Option<Value> {
    let view = live.finding.place.view();
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

/// A path as a URI has it (RFC 3986): what may not stand there, byte by byte.
fn encoded(path: &[u8]) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path {
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
        assert_eq!(encoded(b"a b/\xff:c#d?.txt"), "a%20b/%FF%3Ac%23d%3F.txt");
    }
}
