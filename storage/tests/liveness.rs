//! Which findings count, and how those that don't are cleaned away.

#![allow(clippy::unwrap_used)]

use std::collections::{HashMap, HashSet};

use trawl_model::finding::{RuleRef, Score};
use trawl_model::fingerprint::{FewBytes, Fingerprint};
use trawl_model::object::{Buckets, Object};
use trawl_model::range::{Bounds, Child, RangeHead};
use trawl_model::source::Source;
use trawl_model::unit::{Part, Reading, Resume, Unit, UnitId, Work};
use trawl_model::{
    ByType, Confidence, Counted, Coverage, Finding, FindingId, Generation, Level, Mark, ObjectId,
    ObjectKey, Place, Preview, RangeId, SourceId, Spot, TenantId, Timestamp, Token, TypeId,
};
use trawl_storage::findings::{self, Layout};
use trawl_storage::memory::MemoryStore;
use trawl_storage::records::{
    FindingRow, NameAt, NameRow, PersonAt, PersonKey, PersonRow, RangeAt, RangeEntry, RangeKey,
    RangeRow, SourceAt, SourceEntry, SourceKey, SourceRow,
};
use trawl_storage::{Commit, Db, Limits, Outcome, WriteId, sweep};

const OBJECT: ObjectId = ObjectId::from_bytes([5; 16]);
const SOURCE: SourceId = SourceId::from_bytes([1; 8]);
const RANGE: RangeId = RangeId::from_bytes([2; 12]);
const CHILD: RangeId = RangeId::from_bytes([3; 12]);

struct World {
    db: Db,
}

fn tenant() -> TenantId {
    TenantId::default_tenant()
}

fn layout() -> Layout {
    Layout { tenant: tenant(), source: SOURCE, layout: 0 }
}

fn key() -> ObjectKey {
    ObjectKey::new(*b"m/file")
}

fn generation(version: u64) -> Generation {
    Generation { version, number: 0, turn: 0 }
}

fn counted(version: u64, up_to: u32) -> Counted {
    Counted { generation: generation(version), up_to }
}

fn buckets() -> Buckets {
    let mut buckets = Buckets::default();
    [0, 3].into_iter().for_each(|bucket| buckets.insert(bucket));
    buckets
}

fn finding(n: u32) -> Finding {
    let mut id = [0; 12];
    id[..4].copy_from_slice(&n.to_be_bytes());
    let spot = Spot::Name { offset: u64::from(n), length: 3 };
    Finding {
        id: FindingId::from_bytes(id),
        type_id: TypeId::new("email"),
        rule: RuleRef { id: "email".into(), version: 1 },
        confidence: Confidence::percent(85),
        sensitivity: Level::Medium,
        place: Place {
            member: vec![],
            spot,
            line: None,
            column: None,
            row: None,
            field: None,
            via: vec![],
        },
        part: None,
        preview: Preview::of_secret(),
        token: token(n),
        mark: Mark::from_bytes([0; 8]),
        first_seen: Timestamp::from_micros(1),
        score: Score::default(),
    }
}

fn token(n: u32) -> Token {
    let mut token = [1; 17];
    token[1..5].copy_from_slice(&n.to_be_bytes());
    Token::from_bytes(token)
}

fn row(version: u64, sequence: u32, n: u32) -> FindingRow {
    // A finding's bucket is of its place, and so of the finding.
    let at = layout().bucket(if n.is_multiple_of(2) { 0 } else { 3 });
    let generation = generation(version);
    FindingRow { at, object: OBJECT, generation, sequence, finding: finding(n) }
}

fn person(row: &FindingRow) -> PersonRow {
    PersonRow {
        at: PersonAt::of(tenant(), row.finding.token, OBJECT),
        key: PersonKey {
            source: SOURCE,
            object: OBJECT,
            generation: row.generation,
            bucket: row.at.bucket,
        },
    }
}

impl World {
    fn new() -> Self {
        Self { db: Db::new(MemoryStore::new(Limits::default())) }
    }

    async fn put(&self, rows: &[FindingRow]) {
        self.db.put(rows.to_vec()).await.unwrap();
        self.db.put(rows.iter().map(person).collect()).await.unwrap();
    }

    async fn live(&self, counted: &[Counted]) -> Vec<FindingRow> {
        let live = findings::of_object(&self.db, layout(), OBJECT, counted, &buckets());
        live.collect().await.unwrap()
    }

    async fn stored(&self) -> Vec<(u64, u32, u32)> {
        let rows = self.db.sweep::<FindingRow>(None, 10_000).await.unwrap().rows;
        let number = |row: &FindingRow| {
            u32::from_be_bytes(row.finding.id.as_bytes()[..4].try_into().unwrap())
        };
        let mut stored: Vec<_> =
            rows.iter().map(|row| (row.generation.version, row.sequence, number(row))).collect();
        stored.sort_unstable();
        stored
    }

    async fn persons(&self) -> Vec<PersonRow> {
        let mut rows = self.db.sweep::<PersonRow>(None, 10_000).await.unwrap().rows;
        rows.sort_by_key(|row| (row.key.generation, row.at.token));
        rows
    }

    /// A source with one range that holds the object, and nothing that names a generation.
    async fn source(&self, deleted: bool) {
        let at = SourceAt { tenant: tenant(), source: SOURCE };
        let known = Source::new(tenant(), "files", Vec::new());
        let source = Source { last_scan: 1, deleted, ..known };
        let row = |entry| SourceRow { at: at.clone(), entry };
        let directory = |from: &[u8], range| {
            let from = ObjectKey::new(from);
            SourceEntry::Directory { from, range, shard: 0, lane: 0 }
        };
        let elsewhere = RangeId::from_bytes([9; 12]);
        let commit = Commit::new(at.clone(), None, WriteId::random().unwrap())
            .put(row(SourceEntry::Head(source)))
            .put(row(directory(b"", elsewhere)))
            .put(row(directory(b"m", RANGE)))
            .put(row(directory(b"n", elsewhere)));
        assert!(matches!(self.db.commit(commit).await.unwrap(), Outcome::Applied(_)));
        let at = NameAt { tenant: tenant(), source: SOURCE, object: OBJECT };
        self.db.put(vec![NameRow { at, key: key() }]).await.unwrap();
    }

    async fn range(&self, range: RangeId, head: RangeHead, entries: Vec<RangeEntry>) {
        let at = RangeAt { tenant: tenant(), source: SOURCE, range };
        let expected = self.db.fence::<RangeRow>(&at).await.unwrap();
        let mut commit = Commit::new(at.clone(), expected, WriteId::random().unwrap())
            .put(RangeRow { at: at.clone(), entry: RangeEntry::Head(head) });
        commit.puts.extend(entries.into_iter().map(|entry| RangeRow { at: at.clone(), entry }));
        assert!(matches!(self.db.commit(commit).await.unwrap(), Outcome::Applied(_)));
    }

    async fn sweep(&self) -> (u64, u64) {
        let (mut deleted, mut left, mut cursor) = (0, 0, None);
        loop {
            let swept = sweep::dead_findings(&self.db, cursor, 3).await.unwrap();
            deleted += swept.deleted;
            left += swept.left;
            match swept.next {
                Some(next) => cursor = Some(next),
                None => return (deleted, left),
            }
        }
    }
}

fn head() -> RangeHead {
    RangeHead::new(Bounds::everything(), 0)
}

fn object(counted: Vec<Counted>) -> RangeEntry {
    let object = Object { counted, buckets: buckets(), ..Object::unread(OBJECT, 1, 1) };
    RangeEntry::Object(key(), object.into())
}

fn fingerprint() -> Fingerprint {
    Fingerprint { size: 1, modified: None, tag: FewBytes::new(), identity: FewBytes::new() }
}

#[tokio::test]
async fn only_what_the_objects_row_counts_is_live() {
    let world = World::new();
    let rows = [row(4, 0, 1), row(4, 1, 2), row(4, 2, 3), row(5, 0, 4), row(6, 0, 5)];
    world.put(&rows).await;
    assert_eq!(world.live(&[]).await, []);
    let mut live = world.live(&[counted(6, 0), counted(4, 1)]).await;
    live.sort_by_key(|row| row.finding.id);
    assert_eq!(live, [rows[0].clone(), rows[1].clone(), rows[4].clone()]);
}

#[tokio::test]
async fn a_finding_met_twice_is_one_and_its_earliest_row_is_shown() {
    let world = World::new();
    world.put(&[row(7, 3, 2), row(7, 1, 2), row(4, 9, 2), row(5, 0, 2)]).await;
    // However the object's row orders them; a generation that doesn't count shows nothing.
    let live = world.live(&[counted(7, 9), counted(4, 9)]).await;
    assert_eq!(live, [row(4, 9, 2)]);
    assert_eq!(world.live(&[counted(7, 9)]).await, [row(7, 1, 2)]);
}

#[tokio::test]
async fn some_findings_of_an_object_are_the_same_rows_as_among_all_of_them() {
    let rows = |batches: u32| {
        let counting =
            (0..batches).flat_map(|at| [row(4, at, at), row(7, at, at), row(7, at, at + 9)]);
        counting.chain([row(5, 0, 90), row(7, batches, 91)]).collect::<Vec<_>>()
    };
    // Few enough batches to ask for rows one by one, and more.
    for batches in [1, 3, 40] {
        let world = World::new();
        world.put(&rows(batches)).await;
        // Of the other order than they lie in.
        let counted = [counted(7, batches - 1), counted(4, batches - 1)];
        let all = world.live(&counted).await;
        let id = |n| finding(n).id;
        for wanted in [vec![0], vec![0, 9, 90, 91, 99], (0..100).collect::<Vec<_>>(), vec![]] {
            let wanted: HashSet<FindingId> = wanted.into_iter().map(id).collect();
            let (at, buckets) = (layout(), buckets());
            let some =
                findings::some_of_object(&world.db, &at, OBJECT, &counted, &buckets, &wanted);
            let expected = all.iter().filter(|row| wanted.contains(&row.finding.id));
            let expected: HashMap<_, _> =
                expected.map(|row| (row.finding.id, row.clone())).collect();
            assert_eq!(some.await.unwrap(), expected, "{batches} batches");
        }
    }
}

#[tokio::test]
async fn an_object_with_many_findings_comes_in_pages() {
    let world = World::new();
    let rows: Vec<FindingRow> = (0..5000).map(|n| row(4, n / 100, n)).collect();
    world.put(&rows).await;
    let mut live = findings::of_object(&world.db, layout(), OBJECT, &[counted(4, 48)], &buckets());
    let mut met = Vec::new();
    while let Some(page) = live.next().await.unwrap() {
        assert!(page.len() <= 1000);
        met.extend(page);
    }
    met.sort_by_key(|row| row.finding.id);
    assert_eq!(met, rows[..4900]);
}

#[tokio::test]
async fn a_generation_that_ceased_to_count_is_removed_with_its_person_rows() {
    let world = World::new();
    let (old, new) = ([row(4, 0, 1), row(4, 0, 2), row(4, 7, 3)], [row(5, 0, 1), row(5, 0, 2)]);
    world.put(&old).await;
    world.put(&new).await;
    findings::remove_generation(&world.db, &layout(), OBJECT, generation(4), &buckets())
        .await
        .unwrap();
    assert_eq!(world.stored().await, [(5, 0, 1), (5, 0, 2)]);
    assert_eq!(world.persons().await, new.iter().map(person).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_sweep_deletes_what_nothing_names_and_leaves_the_rest() {
    let world = World::new();
    world.source(false).await;
    let unit = Unit {
        lease: Some(generation(8)),
        reading: Some(Reading {
            object: key(),
            fingerprint: fingerprint(),
            counted: vec![counted(7, 0)],
            buckets: buckets(),
            findings: 1,
            coverage: Coverage::new(),
            resume: Resume::default(),
            again: false,
        }),
        ..Unit::new(Work::Read { first: key(), last: key() }, 1)
    };
    let part = Part {
        scan: 1,
        fingerprint: fingerprint(),
        counted: vec![counted(6, 0)],
        buckets: buckets(),
        findings: 1,
        lines: 0,
        coverage: Coverage::new(),
        by_type: ByType::default(),
    };
    let entries = vec![
        object(vec![counted(4, 1)]),
        RangeEntry::Part(key(), 0, part),
        RangeEntry::Unit(UnitId(1), unit),
    ];
    world.range(RANGE, head(), entries).await;
    // Named by the row up to a batch, by nothing, by a part, by a checkpoint, by a lease.
    let named = [row(4, 0, 1), row(4, 1, 2), row(6, 0, 1), row(7, 0, 1), row(8, 5, 1)];
    // Behind what is named, and of a lease that is over. One shares its token with a live row.
    let mut shares = row(4, 2, 3);
    shares.finding.token = token(1);
    let dead = [row(4, 2, 4), shares, row(5, 0, 1), row(6, 1, 2), row(9, 0, 1)];
    world.put(&named).await;
    world.put(&dead).await;

    assert_eq!(world.sweep().await, (5, 0));
    assert_eq!(world.stored().await, [(4, 0, 1), (4, 1, 2), (6, 0, 1), (7, 0, 1), (8, 5, 1)]);
    let mut expected: Vec<PersonRow> = named.iter().map(person).collect();
    expected.sort_by_key(|row| (row.key.generation, row.at.token));
    assert_eq!(world.persons().await, expected);
    assert_eq!(world.sweep().await, (0, 0), "nothing is left to do");
}

#[tokio::test]
async fn a_sweep_follows_a_cut_to_the_child() {
    let world = World::new();
    world.source(false).await;
    let cut = ObjectKey::new(*b"m/a");
    let bounds = Bounds { from: ObjectKey::default(), to: Some(cut.clone()) };
    let child = Some(Child { range: CHILD, from: cut.clone(), to: None });
    // The old range still has a row, which no longer counts.
    let old = RangeHead { bounds, child, ..head() };
    world.range(RANGE, old, vec![object(vec![counted(4, 9)])]).await;
    let new = RangeHead { bounds: Bounds { from: cut, to: None }, ..head() };
    world.range(CHILD, new, vec![object(vec![counted(5, 9)])]).await;
    world.put(&[row(4, 0, 1), row(5, 0, 1)]).await;
    assert_eq!(world.sweep().await, (1, 0));
    assert_eq!(world.stored().await, [(5, 0, 1)]);
}

#[tokio::test]
async fn a_sweep_leaves_what_it_can_not_place() {
    let world = World::new();
    world.put(&[row(4, 0, 1)]).await;
    assert_eq!(world.sweep().await, (0, 1), "its source is not known");
    world.source(false).await;
    assert_eq!(world.sweep().await, (0, 1), "its range has no head");
    let at = RangeAt { tenant: tenant(), source: SOURCE, range: RANGE };
    world.range(RANGE, RangeHead { gone: true, ..head() }, vec![]).await;
    assert!(world.db.get::<RangeRow>(&at, &RangeKey::Head).await.unwrap().is_some());
    assert_eq!(world.sweep().await, (0, 1), "its range is gone, and nobody says where to");
}

#[tokio::test]
async fn nothing_of_a_deleted_source_is_live() {
    let world = World::new();
    world.source(true).await;
    world.range(RANGE, head(), vec![object(vec![counted(4, 9)])]).await;
    world.put(&[row(4, 0, 1), row(4, 0, 2)]).await;
    assert_eq!(world.sweep().await, (2, 0));
    assert_eq!((world.stored().await.len(), world.persons().await.len()), (0, 0));
    let at = SourceAt { tenant: tenant(), source: SOURCE };
    let row = world.db.get::<SourceRow>(&at, &SourceKey::Head).await.unwrap();
    assert!(row.is_some(), "its record stays");
}
