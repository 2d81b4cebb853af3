//! Backups of a node under load, and what is restored of each: all of it as it was at one moment
//! while the backup was written.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::client::Square;
use super::memory::{Act, Counted, Cut, Kind, NOTHING, Said, Thing};
use super::place::{Place, Plan};
use super::steering::{self, OPEN, OVER};
use super::{crowd, held, schedules, walk};
use crate::formats::Unwritten;
use crate::node::Node;

/// So many changes are acknowledged before, between and after the backups.
const ACKNOWLEDGEMENTS: u64 = 60;
/// Findings of which somebody has said what they are before the first backup is begun: it is to hold
/// verdicts, and scans stand behind all else.
const VERDICTS: usize = 10;
/// Backups that are written one after the other.
const BACKUPS: usize = 2;
/// More scans than are made meanwhile.
const SCANS: usize = 10_000;

/// A backup, and what is known of the time at which it was written.
#[derive(Debug)]
struct Copy {
    folder: PathBuf,
    from: u64,
    to: u64,
    /// What had been asked for and acknowledged before it was begun.
    acts: BTreeMap<Act, Counted>,
}

/// What was restored of a backup.
#[derive(Debug, Clone)]
pub struct Restored {
    /// Between which moments all of it was so at once.
    pub cut: Cut,
    /// When the backup was begun and when it was written.
    pub written: (u64, u64),
    /// Entries of the audit record.
    pub entries: usize,
    /// Findings, closed ones included.
    pub findings: usize,
    /// Documents of the index that was made anew.
    pub documents: usize,
    /// Verdicts that are given.
    pub verdicts: usize,
    /// Scans that there are.
    pub scans: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Of each backup.
    pub restored: Vec<Restored>,
    /// What was not as it should be.
    pub faults: Vec<String>,
}

/// Backs a node up under load, and restores each backup into a directory of its own.
pub fn back_up(plan: &Plan) -> Result<Outcome, Unwritten> {
    let place = Place::make(plan)?;
    let square = Square::new(crowd::people(plan.folders));
    let node = Node::start(&place.start(&place.data()))?;
    let folders = place.folders(&node, &square)?;
    let copies = std::thread::scope(|scope| {
        let copies = crowd::come(scope, &square, folders, &place.lists(), plan.seed)
            .and_then(|()| copies(&place, &square, &node));
        square.gate.end();
        copies
    })?;
    let record = held::audit(&mut node.connect()?)?;
    node.stop()?;
    let mut outcome = Outcome::default();
    for copy in &copies {
        let restored = restore(&place, &square, copy, &record)?;
        outcome.restored.push(restored);
    }
    outcome.faults = square.faults();
    Ok(outcome)
}

/// Writes the backups while people go in and out.
fn copies(place: &Place, square: &Square, node: &Node) -> io::Result<Vec<Copy>> {
    square.gate.open(node.door().clone());
    super::acknowledged(&square.memory, ACKNOWLEDGEMENTS)?;
    super::wait_for(|_| square.memory.acknowledged_of(Kind::Verdict) >= VERDICTS)?;
    let mut copies = Vec::new();
    for number in 0..BACKUPS {
        let folder = place.beside(&format!("copy-{number}"));
        let (acts, from) = (square.memory.acts(), square.memory.now());
        place.run(&["backup", &folder.display().to_string()], &place.data())?;
        let to = square.memory.now();
        copies.push(Copy { folder, from, to, acts });
        super::acknowledged(&square.memory, ACKNOWLEDGEMENTS)?;
    }
    square.gate.close()?;
    Ok(copies)
}

fn restore(place: &Place, square: &Square, copy: &Copy, record: &[Value]) -> io::Result<Restored> {
    let data = copy.folder.with_extension("restored");
    let (from, key) = (copy.folder.display().to_string(), place.data().join("root.key"));
    place.run(&["restore", &from, "--root-key", &key.display().to_string()], &data)?;
    let at_rest = at_rest(place, square, &data)?;
    let said_at_rest = said_at_rest(place, &data)?;
    let node = Node::start(&place.start(&data))?;
    let mut connection = node.connect()?;
    let mut seen = held::look(&mut connection)?;
    seen.said.retain(|thing, _| thing.kind != Kind::Scan);
    seen.said.extend(said_at_rest);
    let entries = held::audit(&mut connection)?;
    let faults = is_prefix(&entries, record).into_iter().chain(seen.faults.iter().cloned());
    faults.chain(is_told(&entries, copy)).for_each(|fault| square.fault(fault));
    let said = said_of_all(square, &seen);
    let cut = square.memory.cut(&said, (copy.from, copy.to)).map_err(io::Error::other)?;
    for act in square.memory.acts_of(&said) {
        // What is there was entered before it took effect.
        if !entries.iter().any(|entry| held::act(entry) == act) {
            square.fault(format!("{act:?} has taken effect, and is not in the record"));
        }
    }
    // It goes on as if nothing had happened.
    let sources = place.come_to_rest(&mut connection, &square.memory)?;
    let kept = walk::findings(&mut connection)?;
    let documents = walk::documents(&mut connection)?;
    documents.against(&kept).into_iter().for_each(|fault| square.fault(fault));
    place.against_undisturbed(&kept, &sources)?.into_iter().for_each(|fault| square.fault(fault));
    node.stop()?;
    let there = |kind| {
        let all = said.iter().filter(|(thing, said)| thing.kind == kind && said.value != NOTHING);
        all.count()
    };
    Ok(Restored {
        cut,
        written: (copy.from, copy.to),
        entries: entries.len(),
        findings: at_rest.0,
        documents: at_rest.1,
        verdicts: there(Kind::Verdict),
        scans: there(Kind::Scan),
    })
}

/// What was restored, before anything goes on in it: the index that is made of it shows what is kept,
/// and nothing is there by half. Gives the number of findings and of documents.
fn at_rest(place: &Place, square: &Square, data: &Path) -> io::Result<(usize, usize)> {
    let listed = place.run(&["findings", "--state", "all", "--format", "jsonl"], data)?;
    let kept: Vec<Value> = listed.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let documents = walk::documents_at_rest(place, data)?;
    documents.against(&kept).into_iter().for_each(|fault| square.fault(fault));
    place.run(&["doctor"], data)?;
    Ok((kept.len(), documents.count()))
}

/// What is said of that of which a node that has started says something else soon after, or nothing at
/// once.
fn said_at_rest(place: &Place, data: &Path) -> io::Result<BTreeMap<Thing, Said>> {
    let mut all = BTreeMap::new();
    let most = SCANS.to_string();
    let listed = place.run(&["scans", "--limit", &most, "--format", "jsonl"], data)?;
    for line in listed.lines() {
        let scan: Value = serde_json::from_str(line)?;
        // One that was open may have come to its end by itself.
        let standing = Some(steering::standing(&scan)).filter(|word| *word != OVER).unwrap_or(OPEN);
        let id = scan["id"].as_str().unwrap_or_default();
        all.insert(Thing::new(Kind::Scan, id), Said::of(standing));
    }
    if all.len() >= SCANS {
        return Err(io::Error::other(format!("there are {SCANS} scans or more")));
    }
    for (name, said) in schedules::listed(place, data)? {
        all.insert(schedules::thing(&name), said);
    }
    Ok(all)
}

/// The record of what was restored is the beginning of the one that was copied, and then tells that
/// it was restored.
fn is_prefix(entries: &[Value], record: &[Value]) -> Option<String> {
    let (last, before) = entries.split_last()?;
    if last["action"] != "restore" {
        return Some(format!("the last entry is {last}, and not that it was restored"));
    }
    let same = record.get(..before.len()) == Some(before);
    (!same).then(|| format!("{} entries are no beginning of the record", before.len()))
}

/// Whatever had been acknowledged before the backup was begun is in the record.
fn is_told(entries: &[Value], copy: &Copy) -> Vec<String> {
    let mut told: BTreeMap<Act, u64> = BTreeMap::new();
    for entry in entries {
        *told.entry(held::act(entry)).or_default() += 1;
    }
    let missing = |(act, counted): &(&Act, &Counted)| {
        told.get(act).copied().unwrap_or(0) < counted.acknowledged
    };
    let missing = copy.acts.iter().filter(missing);
    missing.map(|(act, counted)| format!("{act:?} was acknowledged, {counted:?}")).collect()
}

/// What is seen of all things that are remembered, but of verdicts whose finding is not there.
fn said_of_all(square: &Square, seen: &held::Seen) -> BTreeMap<Thing, Said> {
    let mut all = BTreeMap::new();
    for kind in Kind::ALL {
        for thing in square.memory.things(kind) {
            let said = seen.said.get(&thing).cloned();
            match said.or_else(|| (kind != Kind::Verdict).then(|| Said::of(NOTHING))) {
                Some(said) => drop(all.insert(thing, said)),
                None => continue,
            }
        }
    }
    all
}
