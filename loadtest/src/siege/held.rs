//! Whether all that was acknowledged is there, and the audit record tells of it.

use std::collections::BTreeMap;
use std::io;

use serde_json::Value;

use super::keeping::{self, GOOD, REVOKED};
use super::memory::{Act, Kind, Memory, NOTHING, Said, Thing};
use super::steering::{OPEN, OVER, RELEASE, standing};
use super::{judging, walk};
use crate::node::Connection;

/// Changes that nobody makes but those who remember them.
const REMEMBERED: [&str; 9] = [
    "verdict",
    "source-change",
    "source-delete",
    "key-new",
    "key-revoke",
    "scan-pause",
    "scan-resume",
    "scan-cancel",
    RELEASE,
];

/// What is to be seen of a node.
#[derive(Debug, Default)]
pub struct Seen {
    /// What is said of each thing that is there.
    pub said: BTreeMap<Thing, Said>,
    /// Its findings.
    pub findings: Vec<Value>,
    /// What was seen that can't be.
    pub faults: Vec<String>,
}

/// Looks at all that is kept.
pub fn look(connection: &mut Connection) -> io::Result<Seen> {
    let mut seen = Seen { findings: walk::findings(connection)?, ..Seen::default() };
    for finding in &seen.findings {
        let value = finding["verdict"].as_str().unwrap_or(NOTHING).to_owned();
        let said = Said { value, at: finding["verdict_at"].as_str().map(str::to_owned) };
        let thing = judging::thing(finding);
        if let Some(other) = seen.said.insert(thing, said.clone())
            && other != said
        {
            seen.faults.push(format!("{said:?} and {other:?} of one value: {finding}"));
        }
    }
    for source in walk::list(connection, "/api/v1/sources", "sources")? {
        let thing = keeping::source(source["location"].as_str().unwrap_or_default());
        seen.said.insert(thing, Said::of(keeping::told(&source)));
    }
    for key in walk::list(connection, "/api/v1/keys", "keys")? {
        let thing = keeping::key(key["name"].as_str().unwrap_or_default());
        let value = if key["revoked"].is_string() { REVOKED } else { GOOD };
        seen.said.insert(thing, Said::of(value));
    }
    for scan in walk::list(connection, "/api/v1/scans", "scans")? {
        let thing = Thing::new(Kind::Scan, scan["id"].as_str().unwrap_or_default());
        seen.said.insert(thing, Said::of(standing(&scan)));
    }
    Ok(seen)
}

/// Holds what is seen against what is remembered, and remembers from then on what was seen: nothing
/// is under way. What can't be is told.
pub fn settle(memory: &Memory, seen: &Seen) -> Vec<String> {
    let mut faults = seen.faults.clone();
    for kind in [Kind::Verdict, Kind::Source, Kind::Key, Kind::Scan] {
        for thing in memory.things(kind) {
            let said = match seen.said.get(&thing) {
                Some(said) => said.clone(),
                // What it was said of stands there no more, or not at the moment.
                None if kind == Kind::Verdict => continue,
                None => Said::of(NOTHING),
            };
            let possible = memory.possible(&thing);
            if possible.iter().any(|possible| fits(kind, possible, &said)) {
                memory.settle(&thing, &said);
            } else {
                faults.push(format!("{thing:?}: {said:?} is there, where it may be {possible:?}"));
            }
        }
    }
    faults
}

/// Whether what is seen may have come of what was said. A scan comes to its end by itself.
fn fits(kind: Kind, said: &Said, seen: &Said) -> bool {
    match kind {
        Kind::Verdict => said.value == seen.value && (said.at.is_none() || said.at == seen.at),
        Kind::Scan => said.value == seen.value || (said.value == OPEN && seen.value == OVER),
        _ => said.value == seen.value,
    }
}

/// The audit record, from its first entry to its last: each follows the one before.
pub fn audit(connection: &mut Connection) -> io::Result<Vec<Value>> {
    let entries = walk::list(connection, "/api/v1/audit", "entries")?;
    let mut before = "0".repeat(64);
    for (at, entry) in entries.iter().enumerate() {
        if entry["sequence"] != at as u64 + 1 || entry["previous"] != before.as_str() {
            return Err(io::Error::other(format!("the audit chain is broken at {entry}")));
        }
        entry["hash"].as_str().unwrap_or_default().clone_into(&mut before);
    }
    let verified = connection.get("/api/v1/audit/verification")?;
    if verified["whole"] != true || verified["entries"].as_u64() < Some(entries.len() as u64) {
        return Err(io::Error::other(format!("the audit chain is not whole: {verified}")));
    }
    Ok(entries)
}

/// Each change that was acknowledged has an entry of its own, and there is no entry of these changes
/// that nobody asked for.
pub fn is_told(memory: &Memory, entries: &[Value]) -> Vec<String> {
    let mut told: BTreeMap<Act, u64> = BTreeMap::new();
    for entry in entries {
        *told.entry(act(entry)).or_default() += 1;
    }
    let mut faults = Vec::new();
    for (act, counted) in &memory.acts() {
        let entries = told.remove(act).unwrap_or(0);
        if entries < counted.acknowledged || entries > counted.asked {
            faults.push(format!("{act:?}: {entries} entries, and {counted:?}"));
        }
    }
    let strange = told.keys().filter(|act| REMEMBERED.contains(&act.action.as_str()));
    faults.extend(strange.map(|act| format!("{act:?} is entered, and nobody asked for it")));
    faults
}

/// The change of which an entry tells.
pub fn act(entry: &Value) -> Act {
    let word = |name: &str| entry[name].as_str().unwrap_or_default();
    let action = word("action");
    // Only an answer tells the ids of these.
    let subject = if matches!(action, "source-add" | "key-new") { "" } else { word("subject") };
    // What is said of a source that is changed is by which fields.
    let detail = if action == "source-change" { "" } else { word("detail") };
    let first = detail.split([',', ':']).next().unwrap_or_default();
    Act::new(action, subject, first.trim())
}
