//! A store against a map: whatever is asked in whatever order, both answer alike.

use std::collections::BTreeMap;

use proptest::prelude::*;
use trawl_model::unit::UnitId;
use trawl_model::{Generation, ObjectId, ObjectKey, SourceId, TenantId, Token};

use super::{fresh_tenant, head, object, range_of};
use crate::db::Db;
use crate::fence::{Fence, Outcome, Start, WriteId};
use crate::records::{PersonAt, PersonKey, PersonRow, RangeAt, RangeKey, RangeRow};
use crate::table::Record;
use crate::verbs::{Commit, Delete, Span};

/// Something that is asked of a store.
#[derive(Debug, Clone)]
pub enum Step {
    /// Puts plain rows.
    Put(Vec<(u8, u8)>),
    /// Deletes a plain row.
    DeleteRow(u8, u8),
    /// Deletes a plain range.
    DeleteRange(u8, u8, u8),
    /// Deletes a plain partition.
    DeletePartition(u8),
    /// Reads a plain partition in pages of this size.
    Scan(u8, u8),
    /// Commits on the present fence, or on one that was, or on none.
    Commit {
        /// How many commits ago the fence was that it is made on; beyond the first there is none.
        on: u8,
        /// Keys and sizes of objects.
        puts: Vec<(Vec<u8>, u8)>,
        /// What to delete, if it covers none of the puts.
        delete: Option<(Vec<u8>, Vec<u8>)>,
    },
    /// The last commit once more.
    Again,
    /// Raises the epoch.
    Raise(u8),
    /// Reads the fenced partition in pages of this size.
    ScanFenced(u8),
}

/// Steps that are likely to meet each other.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let small = || 0u8..6;
    let bytes = || {
        let byte = prop_oneof![Just(0u8), Just(1), Just(0xFF), Just(b'a')];
        proptest::collection::vec(byte, 0..3)
    };
    let step = prop_oneof![
        3 => proptest::collection::vec((0u8..3, small()), 1..5).prop_map(Step::Put),
        1 => (0u8..3, small()).prop_map(|(p, k)| Step::DeleteRow(p, k)),
        1 => (0u8..3, small(), small()).prop_map(|(p, a, b)| Step::DeleteRange(p, a, b)),
        1 => (0u8..3).prop_map(Step::DeletePartition),
        2 => (0u8..3, 1u8..4).prop_map(|(p, n)| Step::Scan(p, n)),
        5 => (
            prop_oneof![4 => Just(0u8), 1 => 1u8..4],
            proptest::collection::vec((bytes(), any::<u8>()), 0..4),
            proptest::option::of((bytes(), bytes())),
        )
            .prop_map(|(on, puts, delete)| Step::Commit { on, puts, delete }),
        1 => Just(Step::Again),
        1 => (0u8..5).prop_map(Step::Raise),
        2 => (1u8..4).prop_map(Step::ScanFenced),
    ];
    proptest::collection::vec(step, 1..40)
}

struct Model {
    tenant: TenantId,
    plain: BTreeMap<(u8, u8), PersonRow>,
    at: RangeAt,
    fenced: BTreeMap<RangeKey, RangeRow>,
    /// All fences there have been, the present one last.
    fences: Vec<Fence>,
    last: Option<Commit<RangeRow>>,
    writes: u64,
}

/// Asks the same of a store and of a map.
pub async fn a_store_answers_as_a_map_does(db: &Db, steps: Vec<Step>) {
    let tenant = fresh_tenant();
    let mut model = Model {
        at: range_of(tenant.clone()),
        tenant,
        plain: BTreeMap::new(),
        fenced: BTreeMap::new(),
        fences: Vec::new(),
        last: None,
        writes: 0,
    };
    for step in steps {
        model.step(db, step).await;
    }
}

impl Model {
    fn person(&self, partition: u8, key: u8) -> PersonRow {
        PersonRow {
            at: PersonAt {
                tenant: self.tenant.clone(),
                token: Token::from_bytes([partition; 17]),
                slice: 0,
            },
            key: PersonKey {
                source: SourceId::from_bytes([0; 8]),
                object: ObjectId::from_bytes([key; 16]),
                generation: Generation::default(),
                bucket: 0,
            },
        }
    }

    async fn step(&mut self, db: &Db, step: Step) {
        match step {
            Step::Put(rows) => {
                let put = rows.iter().map(|(p, k)| self.person(*p, *k)).collect();
                db.put::<PersonRow>(put).await.unwrap();
                for (p, k) in rows {
                    let row = self.person(p, k);
                    self.plain.insert((p, k), row);
                }
            }
            Step::DeleteRow(p, k) => {
                let row = self.person(p, k);
                db.delete::<PersonRow>(&row.at, Delete::Row(row.key())).await.unwrap();
                self.plain.remove(&(p, k));
            }
            Step::DeleteRange(p, a, b) => {
                let (from, until) = (self.person(p, a), self.person(p, b));
                let range = Delete::Range(from.key(), until.key());
                db.delete::<PersonRow>(&from.at, range).await.unwrap();
                self.plain.retain(|(q, k), _| !(*q == p && *k >= a && *k < b));
            }
            Step::DeletePartition(p) => {
                let at = self.person(p, 0).at;
                db.delete::<PersonRow>(&at, Delete::Partition).await.unwrap();
                self.plain.retain(|(q, _), _| *q != p);
            }
            Step::Scan(p, limit) => {
                let at = self.person(p, 0).at;
                let expected: Vec<PersonRow> =
                    self.plain.range((p, 0)..=(p, 255)).map(|(_, row)| row.clone()).collect();
                assert_eq!(pages::<PersonRow>(db, &at, limit).await, expected);
            }
            Step::Commit { on, puts, delete } => self.commit(db, on, puts, delete).await,
            Step::Again => {
                if let Some(commit) = self.last.clone() {
                    self.send(db, commit).await;
                }
            }
            Step::Raise(epoch) => self.raise(db, u64::from(epoch)).await,
            Step::ScanFenced(limit) => {
                let expected: Vec<RangeRow> = self.fenced.values().cloned().collect();
                assert_eq!(pages::<RangeRow>(db, &self.at, limit).await, expected);
                let fence = db.fence::<RangeRow>(&self.at).await.unwrap();
                assert_eq!(fence, self.fences.last().copied());
            }
        }
    }

    fn write(&mut self) -> WriteId {
        self.writes += 1;
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.writes.to_be_bytes());
        WriteId::from_bytes(bytes)
    }

    async fn commit(
        &mut self,
        db: &Db,
        on: u8,
        puts: Vec<(Vec<u8>, u8)>,
        delete: Option<(Vec<u8>, Vec<u8>)>,
    ) {
        let expected = self.fences.iter().rev().nth(usize::from(on)).copied();
        let mut commit = Commit::new(self.at.clone(), expected, self.write())
            .starting(Start { epoch: 1, version: 10 })
            .put(head(&self.at, self.writes));
        let objects: BTreeMap<Vec<u8>, u8> = puts.into_iter().collect();
        let rows = objects.iter().map(|(key, size)| object(&self.at, key, u64::from(*size)));
        commit.puts.extend(rows);
        if let Some((from, until)) = delete
            && !objects.keys().any(|key| *key >= from && *key < until)
        {
            let bound = |key: Vec<u8>| RangeKey::Object(ObjectKey::new(key));
            commit = commit.delete(Delete::Range(bound(from), bound(until)));
        }
        self.last = Some(commit.clone());
        self.send(db, commit).await;
    }

    async fn send(&mut self, db: &Db, commit: Commit<RangeRow>) {
        let outcome = db.commit(commit.clone()).await.unwrap();
        let current = self.fences.last().copied();
        if current == commit.expected {
            let (epoch, version) = current.map_or((1, 10), |f| (f.epoch, f.version));
            let fence = Fence { epoch, version: version + 1, write: commit.write };
            assert_eq!(outcome, Outcome::Applied(fence));
            for delete in commit.deletes {
                let Delete::Range(from, until) = delete else { unreachable!() };
                self.fenced.retain(|key, _| !(*key >= from && *key < until));
            }
            for row in commit.puts {
                self.fenced.insert(row.key(), row);
            }
            self.fences.push(fence);
        } else if let Some(fence) = current.filter(|fence| fence.write == commit.write) {
            assert_eq!(outcome, Outcome::Applied(fence));
        } else {
            assert_eq!(outcome, Outcome::Rejected(current));
        }
    }

    async fn raise(&mut self, db: &Db, epoch: u64) {
        let write = self.write();
        let row = RangeRow {
            at: self.at.clone(),
            entry: crate::records::RangeEntry::Unit(
                UnitId(epoch),
                trawl_model::unit::Unit::new(trawl_model::unit::Work::List, 1),
            ),
        };
        let outcome =
            db.raise::<RangeRow>(&self.at, epoch, write, vec![row.clone()]).await.unwrap();
        match self.fences.last().copied() {
            Some(fence) if fence.epoch < epoch => {
                let raised = Fence { epoch, write, ..fence };
                assert_eq!(outcome, Outcome::Applied(raised));
                self.fenced.insert(row.key(), row);
                self.fences.push(raised);
            }
            current => assert_eq!(outcome, Outcome::Rejected(current)),
        }
    }
}

async fn pages<R: Record + PartialEq + std::fmt::Debug>(
    db: &Db,
    at: &R::Partition,
    limit: u8,
) -> Vec<R> {
    let mut met = Vec::new();
    let mut span = Span::all();
    loop {
        let page = db.scan::<R>(at, span.clone(), usize::from(limit)).await.unwrap();
        met.extend(page.rows);
        match page.next {
            Some(key) => span = span.after(key),
            None => break,
        }
    }
    assert_eq!(db.last::<R>(at, &Span::all()).await.unwrap().as_ref(), met.last());
    met
}
