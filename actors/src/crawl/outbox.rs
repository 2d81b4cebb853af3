//! Findings on their way into the store: batch by batch, before anybody counts them.

use std::collections::HashMap;

use trawl_model::{Generation, Mark, ObjectId, ObjectKey, Timestamp, TypeId};
use trawl_storage::findings;
use trawl_storage::records::finding::{FindingRow, FindingsAt};
use trawl_storage::records::name::{NameAt, NameRow};
use trawl_storage::records::person::{PersonAt, PersonKey, PersonRow};
use trawl_storage::{Db, StoreError};

use super::desks::Desk;
use crate::classify::Found;
use crate::message::{Due, Lease};

/// Marks of former findings that are remembered of one object, to hand down when they were first
/// seen. Those beyond are seen anew.
const FORMER_MARKS: usize = 1_000_000;

/// Rows of a kind that are put at a time.
const PUT_ROWS: usize = 4_000;

/// Rows that are to be put.
#[derive(Default)]
pub(super) struct Outbox {
    findings: Vec<FindingRow>,
    persons: Vec<PersonRow>,
    names: Vec<NameRow>,
}

impl Outbox {
    /// How many findings wait.
    pub(super) fn len(&self) -> usize {
        self.findings.len()
    }

    /// The name of an object: by it a finding's id leads back to the range.
    pub(super) fn name(&mut self, desk: &Desk, object: ObjectId, key: &ObjectKey) {
        let (tenant, source) = (desk.context.tenant.clone(), desk.context.source);
        self.names.push(NameRow { at: NameAt { tenant, source, object }, key: key.clone() });
    }

    /// A batch of findings of an object.
    pub(super) fn add(
        &mut self,
        desk: &Desk,
        object: ObjectId,
        generation: Generation,
        sequence: u32,
        found: Vec<Found>,
    ) {
        let (tenant, source) = (&desk.context.tenant, desk.context.source);
        for Found { finding, bucket, person } in found {
            if person {
                let at = PersonAt::of(tenant.clone(), finding.token, object);
                let key = PersonKey { source, object, generation, bucket };
                self.persons.push(PersonRow { at, key });
            }
            let at = FindingsAt { tenant: tenant.clone(), source, layout: desk.layout, bucket };
            self.findings.push(FindingRow { at, object, generation, sequence, finding });
        }
    }

    /// Puts all of it, some rows at a time: on their way into the store they take many times the
    /// room that they take here. It is durable when this returns.
    pub(super) async fn put(&mut self, db: &Db) -> Result<(), StoreError> {
        // A person's value stands in an object many times, and leads there once.
        self.persons.sort_unstable_by(|a, b| (&a.at, &a.key).cmp(&(&b.at, &b.key)));
        self.persons.dedup();
        while !self.is_empty() {
            let (names, findings, persons) =
                (last_of(&mut self.names), last_of(&mut self.findings), last_of(&mut self.persons));
            let (named, found, told) =
                tokio::join!(db.put(names), db.put(findings), db.put(persons));
            named.and(found).and(told)?;
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.findings.is_empty() && self.persons.is_empty()
    }
}

/// Takes as many rows as are put at a time.
fn last_of<R>(rows: &mut Vec<R>) -> Vec<R> {
    if rows.len() <= PUT_ROWS {
        return std::mem::take(rows);
    }
    let last = rows.split_off(rows.len() - PUT_ROWS);
    if rows.len() < rows.capacity() / 4 {
        rows.shrink_to(PUT_ROWS);
    }
    last
}

/// When values of an object were first seen, by what their former findings say.
#[derive(Default)]
pub(super) struct FirstSeen {
    known: HashMap<(TypeId, Mark), Timestamp>,
}

impl FirstSeen {
    /// Reads the object's former findings.
    pub(super) async fn read(db: &Db, desk: &Desk, due: &Due) -> Result<Self, StoreError> {
        let mut known = HashMap::new();
        if due.former.is_empty() {
            return Ok(Self { known });
        }
        let layout = findings::Layout {
            tenant: desk.context.tenant.clone(),
            source: desk.context.source,
            layout: desk.layout,
        };
        let mut live = findings::of_object(db, layout, due.id, &due.former, &due.former_buckets);
        while let Some(rows) = live.next().await? {
            for row in rows {
                let at = row.finding.first_seen;
                let first = known.entry((row.finding.type_id, row.finding.mark)).or_insert(at);
                *first = at.min(*first);
            }
            if known.len() >= FORMER_MARKS {
                break;
            }
        }
        Ok(Self { known })
    }

    /// Fills in when each was first seen.
    pub(super) fn date(&self, lease: &Lease, found: &mut [Found]) {
        for Found { finding, .. } in found {
            let known = self.known.get(&(finding.type_id.clone(), finding.mark));
            finding.first_seen = known.copied().unwrap_or(lease.started);
        }
    }
}
