//! All that a node answers of what is kept and of what is searched, page by page.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::Path;

use serde_json::Value;

use super::place::Place;
use super::searching::id;
use crate::node::Connection;

/// Items of a page.
const PAGE: usize = 1_000;

/// The fields by which all documents are counted.
const FACETS: &str = "kind,type,category,rule,jurisdiction,regulation,sensitivity,person,verdict,\
                      state,source,format,coverage,reason";

/// The orders in which all documents are walked: what an index keeps beside its words.
const ORDERS: [&str; 5] = ["path", "-first_seen", "-confidence", "-sensitivity", "size"];

/// Fields of findings that are counted, and are told of each finding too.
const COUNTED: [(&str, &str); 4] =
    [("type", "type"), ("rule", "rule"), ("sensitivity", "sensitivity"), ("verdict", "verdict")];

/// All documents of an index.
#[derive(Debug, PartialEq)]
pub struct Documents {
    /// How many are counted.
    counted: u64,
    /// Each of them, by path.
    all: Vec<Value>,
    /// Which come where, in each order.
    orders: Vec<Vec<String>>,
    /// How many there are of each value of each field.
    facets: Value,
}

/// All items of a list.
pub fn list(connection: &mut Connection, path: &str, items: &str) -> io::Result<Vec<Value>> {
    let joined = if path.contains('?') { '&' } else { '?' };
    let path = format!("{path}{joined}limit={PAGE}");
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let mut page = connection.get(&format!("{path}{cursor}"))?;
        match page[items].take() {
            Value::Array(mut page) => all.append(&mut page),
            other => return Err(io::Error::other(format!("{path}: {items} is {other}"))),
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(all),
        }
    }
}

/// All findings that are kept.
pub fn findings(connection: &mut Connection) -> io::Result<Vec<Value>> {
    list(connection, "/api/v1/findings", "findings")
}

/// All documents, when the index has taken in what is kept.
pub fn documents(connection: &mut Connection) -> io::Result<Documents> {
    all_is_well(connection)?;
    let counted = connection.get(&format!("/api/v1/search?q=*&limit=1&facet={FACETS}"))?;
    let (mut all, mut orders) = (Vec::new(), Vec::new());
    for order in ORDERS {
        let path = format!("/api/v1/search?q=*&sort={order}");
        let walked = list(connection, &path, "matches")?;
        orders.push(walked.iter().map(id).collect());
        if all.is_empty() {
            all = walked;
        }
    }
    let (facets, counted) = (counted["facets"].clone(), counted["count"].as_u64().unwrap_or(0));
    Ok(Documents { counted, all, orders, facets })
}

/// All documents of a data directory that no node has open.
pub fn documents_at_rest(place: &Place, data: &Path) -> io::Result<Documents> {
    let (mut all, mut orders, mut facets, mut counted) = (Vec::new(), Vec::new(), Value::Null, 0);
    for order in ORDERS {
        let (mut walked, mut after) = (Vec::new(), None::<String>);
        loop {
            // Behind an equals sign, an order may begin with a minus.
            let (sort, limit) = (format!("--sort={order}"), PAGE.to_string());
            let mut words = vec!["search", "*", "--format", "json", "--limit", &limit, &sort];
            words.extend(["--facet", FACETS]);
            if let Some(after) = &after {
                words.extend(["--after", after]);
            }
            let mut page: Value = serde_json::from_str(&place.run(&words, data)?)?;
            if let Value::Array(mut matches) = page["matches"].take() {
                walked.append(&mut matches);
            }
            (facets, counted) = (page["facets"].take(), page["count"].as_u64().unwrap_or(0));
            match page["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => break,
            }
        }
        orders.push(walked.iter().map(id).collect());
        if all.is_empty() {
            all = walked;
        }
    }
    Ok(Documents { counted, all, orders, facets })
}

/// Has the node look whether all is well, for which its index takes in all that is kept.
pub fn all_is_well(connection: &mut Connection) -> io::Result<()> {
    let looked = connection.get("/api/v1/checks")?;
    let checks = looked["checks"].as_array().map_or([].as_slice(), Vec::as_slice);
    match checks.iter().find(|check| check["state"] != "ok") {
        None if !checks.is_empty() => Ok(()),
        bad => Err(io::Error::other(format!("not all is well: {bad:?}"))),
    }
}

impl Documents {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// What is not the same in another index of the same store.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        if self.counted != other.counted {
            differences.push(format!("{} documents, and {}", self.counted, other.counted));
        }
        if let Some((one, two)) = self.all.iter().zip(&other.all).find(|(one, two)| one != two) {
            differences.push(format!("{one}\n  and {two}"));
        }
        for (order, (one, two)) in ORDERS.iter().zip(self.orders.iter().zip(&other.orders)) {
            if let Some(at) = one.iter().zip(two).position(|(one, two)| one != two) {
                differences.push(format!("by {order}, {} and {} at {at}", one[at], two[at]));
            }
        }
        if self.facets != other.facets {
            differences.push(format!("{}\n  and {}", self.facets, other.facets));
        }
        differences
    }

    /// What is not as it is kept: each finding is there, once, as it is listed, and is counted by
    /// what is told of it; and each object has as many as it says.
    pub fn against(&self, kept: &[Value]) -> Vec<String> {
        let mut differences = Vec::new();
        let shown = self.orders.iter().map(|shown| shown.len() as u64);
        for (order, shown) in ORDERS.iter().zip(shown).filter(|(_, shown)| *shown != self.counted) {
            differences.push(format!("{} are counted, and {shown} shown by {order}", self.counted));
        }
        let is_finding = |of: &&Value| of["kind"] == "finding";
        let mut found: BTreeMap<String, Value> = BTreeMap::new();
        for of in self.all.iter().filter(is_finding) {
            let mut bare = of.clone();
            bare.as_object_mut().map(|fields| fields.remove("kind"));
            if found.insert(id(of), bare).is_some() {
                differences.push(format!("found twice: {of}"));
            }
        }
        for finding in kept {
            let listed = finding["id"].as_str().unwrap_or_default();
            match found.remove(listed) {
                Some(same) if same == *finding => {}
                Some(other) => differences.push(format!("found as {other}\n  kept as {finding}")),
                None => differences.push(format!("kept and not found: {finding}")),
            }
        }
        differences.extend(found.keys().map(|id| format!("found and not kept: {id}")));
        differences.extend(self.miscounted(kept));
        differences.extend(self.incomplete(kept));
        differences
    }

    fn miscounted(&self, kept: &[Value]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (facet, field) in COUNTED {
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            for finding in kept {
                *counts.entry(finding[field].as_str().unwrap_or("none")).or_default() += 1;
            }
            let told = self.facets[facet].as_object();
            let told = told.into_iter().flatten().map(|(value, count)| (value.as_str(), count));
            let told: BTreeMap<&str, u64> =
                told.map(|(value, count)| (value, count.as_u64().unwrap_or(0))).collect();
            if told != counts {
                wrong.push(format!("{facet} is counted as {told:?}, and is {counts:?}"));
            }
        }
        wrong
    }

    fn incomplete(&self, kept: &[Value]) -> Vec<String> {
        let of = |of: &Value| (of["source"].to_string(), of["object"].to_string());
        let mut counts = BTreeMap::new();
        for finding in kept {
            *counts.entry(of(finding)).or_insert(0_u64) += 1;
        }
        let (mut wrong, mut met) = (Vec::new(), HashSet::new());
        for object in self.all.iter().filter(|of| of["kind"] == "object") {
            if !met.insert(id(object)) {
                wrong.push(format!("found twice: {object}"));
            }
            let (said, has) = (object["findings"].as_u64(), counts.remove(&of(object)));
            if said != Some(has.unwrap_or(0)) {
                wrong.push(format!("has {has:?} findings: {object}"));
            }
        }
        wrong.extend(
            counts.keys().map(|object| format!("has findings and is not found: {object:?}")),
        );
        wrong
    }
}
