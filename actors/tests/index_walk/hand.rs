//! A hand that writes a store as owners and workers do, at random: findings first, then one commit
//! of the range with the log entry; cuts in their steps; verdicts; what closes, vanishes and goes.

use std::collections::BTreeMap;

use trawl_actors::index::Waker;
use trawl_actors::range::{child_start, is_shown, log};
use trawl_model::range::{Bounds, Child, RangeHead};
use trawl_model::source::{Profile, Source};
use trawl_model::{
    Class, Confidence, Counted, Coverage, Finding, FindingId, Generation, Mark, Object, ObjectId,
    ObjectKey, Place, Plaintext, Preview, RangeId, Reason, Score, SourceId, Spot, Step, TenantId,
    Timestamp, Token, TypeId, Verdict,
};
use trawl_search::testing::Seed;
use trawl_storage::fence::Start;
use trawl_storage::findings::{Layout, remove_generation};
use trawl_storage::records::{
    FindingRow, FindingsAt, LogEntry, RangeAt, RangeEntry, RangeKey, RangeRow, SourceAt,
    SourceEntry, SourceKey, SourceRow, TenantAt, TenantEntry, TenantKeys, TenantRow, VerdictEntry,
};
use trawl_storage::{Commit, Db, Delete, Fenced, Outcome, WriteId};

use crate::support::ENGINE;

const FOLDERS: &[&str] = &["hr", "Müller", "invoices", "経理", "old files", "отчёт"];
const NAMES: &[&str] = &["letter", "customerList", "請求書", "notes", "Bericht-2024", "dump"];
const FORMATS: &[&str] = &["text", "csv", "pdf", "docx"];
/// Buckets of a source.
const BUCKETS: u16 = 4;
/// A range has no more objects when a cut comes to its mind.
const FEW: usize = 4;
/// 2026-01-01.
const NEW_YEAR: i64 = 1_767_225_600_000_000;
const HOUR: i64 = 3_600_000_000;

/// Who writes, and what he knows.
pub(crate) struct Hand {
    db: Db,
    waker: Waker,
    pub(crate) seed: Seed,
    sources: BTreeMap<SourceId, Vec<Known>>,
    next: u64,
    /// Entries of a log.
    log_entries: u32,
}

/// A range that is written.
#[derive(Clone)]
struct Known {
    at: RangeAt,
    head: RangeHead,
    objects: BTreeMap<ObjectKey, Object>,
    verdicts: BTreeMap<(ObjectKey, TypeId, Mark), VerdictEntry>,
}

/// What a commit writes.
#[derive(Default)]
struct Draft {
    puts: Vec<RangeEntry>,
    deletes: Vec<Delete<RangeKey>>,
    shown: Vec<ObjectKey>,
    whole: bool,
}

pub(crate) fn tenant() -> TenantId {
    TenantId::default_tenant()
}

async fn commit<R: Fenced>(db: &Db, commit: Commit<R>) {
    assert!(matches!(db.commit(commit).await.unwrap(), Outcome::Applied(_)));
}

impl Hand {
    pub(crate) async fn new(db: Db, waker: Waker, seed: u64) -> Self {
        let at = TenantAt { tenant: tenant() };
        if db.fence::<TenantRow>(&at).await.unwrap().is_none() {
            let head = TenantEntry::Head(TenantKeys { id: Vec::new(), tokens: Vec::new() });
            let row = TenantRow { at: at.clone(), entry: head };
            commit(&db, Commit::new(at, None, WriteId::random().unwrap()).put(row)).await;
        }
        let seed = Seed::new(seed);
        Self { db, waker, seed, sources: BTreeMap::new(), next: 0, log_entries: 12 }
    }

    /// Something.
    pub(crate) async fn act(&mut self) {
        let sources: Vec<SourceId> = self.sources.keys().copied().collect();
        if sources.is_empty() || (sources.len() < 3 && self.seed.chance(10)) {
            return self.new_source().await;
        }
        let source = sources[self.seed.below(sources.len())];
        match self.seed.below(100) {
            0..=54 => self.read(source).await,
            55..=64 => self.judge(source).await,
            65..=72 => self.turn(source).await,
            73..=77 => self.drop_row(source).await,
            78..=84 => self.cut(source).await,
            85..=93 => self.strike(source).await,
            94..=98 => self.due(source).await,
            _ => self.delete(source).await,
        }
    }

    async fn new_source(&mut self) {
        self.next += 1;
        let id = SourceId::from_bytes(self.next.to_be_bytes());
        let at = SourceAt { tenant: tenant(), source: id };
        self.enter(TenantEntry::Source(id)).await;
        for number in 1..=9 {
            let scan = trawl_model::ScanId::from_bytes(self.seed.bytes());
            let hours = self.next as i64 * 24 + i64::from(number);
            let started = Timestamp::from_micros(NEW_YEAR + hours * HOUR);
            let ordered = started;
            self.enter(TenantEntry::Scan { ordered, started, scan, source: id, number }).await;
        }
        let source = Source {
            tenant: tenant(),
            kind: "files".to_owned(),
            location: b"/srv".to_vec(),
            settings: Vec::new(),
            root: Vec::new(),
            buckets: BUCKETS,
            layout: 0,
            running: None,
            last_scan: 9,
            finished: None,
            deleted: false,
            erased: false,
            profile: Box::new(Profile::default()),
        };
        let range =
            RangeAt { tenant: tenant(), source: id, range: RangeId::from_bytes(self.seed.bytes()) };
        let head = RangeHead::new(Bounds::everything(), self.seed.below(64) as u16);
        self.make(&range, &head, Start::default()).await;
        self.put_source(&at, vec![SourceEntry::Head(source), directory(&range, &head)]).await;
        let known = Known { at: range, head, objects: BTreeMap::new(), verdicts: BTreeMap::new() };
        self.sources.insert(id, vec![known]);
    }

    async fn enter(&mut self, entry: TenantEntry) {
        let at = TenantAt { tenant: tenant() };
        let fence = self.db.fence::<TenantRow>(&at).await.unwrap();
        let row = TenantRow { at: at.clone(), entry };
        commit(&self.db, Commit::new(at, fence, WriteId::random().unwrap()).put(row)).await;
    }

    async fn put_source(&mut self, at: &SourceAt, entries: Vec<SourceEntry>) {
        let fence = self.db.fence::<SourceRow>(at).await.unwrap();
        let mut put = Commit::new(at.clone(), fence, WriteId::random().unwrap());
        for entry in entries {
            put = put.put(SourceRow { at: at.clone(), entry });
        }
        commit(&self.db, put).await;
    }

    async fn make(&mut self, at: &RangeAt, head: &RangeHead, start: Start) {
        let row = RangeRow { at: at.clone(), entry: RangeEntry::Head(head.clone()) };
        let first = Commit::new(at.clone(), None, WriteId::random().unwrap());
        commit(&self.db, first.starting(start).put(row)).await;
    }

    /// A commit of a range, with its log entry, and the word to the index: which may be lost.
    async fn write(&mut self, known: &mut Known, draft: Draft) {
        let fence = self.db.fence::<RangeRow>(&known.at).await.unwrap().unwrap();
        let version = fence.version + 1;
        let write = WriteId::random().unwrap();
        let mut made = Commit::new(known.at.clone(), Some(fence), write);
        made.deletes = draft.deletes;
        let is_logged = draft.whole || !draft.shown.is_empty();
        let (mut entries, lane) = (draft.puts, known.head.lane);
        if is_logged {
            let indexed = self.waker.indexed(&known.at, lane);
            if let Some((from, to)) =
                log::enter(&mut known.head, version, self.log_entries, indexed)
            {
                made.deletes.push(Delete::Range(RangeKey::Log(from), RangeKey::Log(to)));
            }
            let entry = LogEntry { objects: draft.shown, whole: draft.whole };
            entries.push(RangeEntry::Log(version, entry));
        }
        entries.push(RangeEntry::Head(known.head.clone()));
        made.puts =
            entries.into_iter().map(|entry| RangeRow { at: known.at.clone(), entry }).collect();
        commit(&self.db, made).await;
        if is_logged && self.seed.chance(80) {
            self.waker.changed(&known.at, lane);
        }
    }

    fn some_range(&mut self, source: SourceId) -> usize {
        self.seed.below(self.sources[&source].len())
    }

    fn some_object(&mut self, known: &Known) -> Option<(ObjectKey, Object)> {
        let at = self.seed.below(known.objects.len());
        known.objects.iter().nth(at).map(|(key, object)| (key.clone(), object.clone()))
    }

    /// An object is read: a new one, or one that is known.
    async fn read(&mut self, source: SourceId) {
        let nth = self.some_range(source);
        let mut known = self.sources[&source][nth].clone();
        let again = self.some_object(&known).filter(|_| self.seed.chance(50));
        let (key, before) = match again {
            Some((key, object)) => (key, Some(object)),
            None => (self.name(), None),
        };
        let Some(nth) = self.sources[&source].iter().position(|k| k.head.bounds.hold(&key)) else {
            return;
        };
        if before.is_none() {
            known = self.sources[&source][nth].clone();
        }
        let before = before.or_else(|| known.objects.get(&key).cloned());
        let id = before.as_ref().map_or_else(|| ObjectId::from_bytes(self.seed.bytes()), |o| o.id);
        let first_in = before.as_ref().map_or(1 + self.seed.below(9) as u32, |o| o.first_in);
        let mut object = Object::unread(id, 1 << self.seed.below(30), first_in);
        match self.seed.below(10) {
            0 => {
                let skipped = Class::Skipped(Reason::Encrypted);
                object.coverage = Coverage::of_object(skipped, object.size);
            }
            1 => {
                let failed = Class::Failed(Reason::Permission);
                object.coverage = Coverage::of_object(failed, object.size);
            }
            _ => self.find(&known, &key, &mut object).await,
        }
        let mut draft = Draft::default();
        let shows = is_shown(&object) || before.as_ref().is_some_and(is_shown);
        draft.shown.extend(shows.then(|| key.clone()));
        draft.puts.push(RangeEntry::Object(key.clone(), object.clone().into()));
        known.objects.insert(key, object.clone());
        self.write(&mut known, draft).await;
        if let Some(before) = before {
            // What has ceased to count goes, sooner or later.
            let layout = Layout { tenant: tenant(), source, layout: 0 };
            for counted in &before.counted {
                let generation = counted.generation;
                remove_generation(&self.db, &layout, id, generation, &before.buckets)
                    .await
                    .unwrap();
            }
        }
        self.keep(source, nth, known);
    }

    /// Findings of an object, put before the commit that makes them count.
    async fn find(&mut self, known: &Known, key: &ObjectKey, object: &mut Object) {
        let fence = self.db.fence::<RangeRow>(&known.at).await.unwrap().unwrap();
        let generation = Generation { version: fence.version + 1, number: 0, turn: 0 };
        let mut rows = Vec::new();
        for nth in 0..self.seed.below(5) as u64 {
            let bucket = self.seed.below(BUCKETS.into()) as u16;
            object.buckets.insert(bucket);
            let at = FindingsAt { tenant: tenant(), source: known.at.source, layout: 0, bucket };
            let finding = self.finding(object, nth);
            rows.push(FindingRow { at, object: object.id, generation, sequence: 0, finding });
        }
        // A value in the name.
        let text = String::from_utf8_lossy(key.as_bytes()).into_owned();
        if let Some(at) = text.find("ann@") {
            let place = Place {
                spot: Spot::Name { offset: text[..at].chars().count() as u64, length: 7 },
                ..place(0)
            };
            let at = FindingsAt { tenant: tenant(), source: known.at.source, layout: 0, bucket: 0 };
            object.buckets.insert(0);
            let finding = Finding { place, ..self.finding(object, 99) };
            rows.push(FindingRow { at, object: object.id, generation, sequence: 0, finding });
        }
        object.read_in = 1 + self.seed.below(9) as u32;
        object.findings = rows.len() as u64;
        object.counted = vec![Counted { generation, up_to: 0 }];
        object.format = self.seed.pick(FORMATS).to_string();
        object.coverage = Coverage::of_object(Class::Read, object.size);
        // A row of a batch that no checkpoint has told of.
        if let Some(row) = rows.first().cloned() {
            rows.push(FindingRow { sequence: 1, ..row });
        }
        self.db.put(rows).await.unwrap();
    }

    fn finding(&mut self, object: &Object, nth: u64) -> Finding {
        let rules = ENGINE.rules().list();
        let rule = &rules[self.seed.below(rules.len().min(9))];
        let value = self.seed.below(6) as u8;
        let mut id = [0; 12];
        id[..8].copy_from_slice(&nth.to_be_bytes());
        id[8] = object.id.as_bytes()[0];
        // Handed down from reading to reading.
        let hours = i64::from(object.id.as_bytes()[1]) * 16 + nth as i64;
        let mut place = place(nth * 100);
        if self.seed.chance(30) {
            place.member = vec![Step::Entry { name: b"data/customers.csv".to_vec(), nth: 0 }];
        }
        Finding {
            id: FindingId::from_bytes(id),
            type_id: rule.type_id.clone(),
            rule: rule.reference.clone(),
            confidence: Confidence::percent(50 + self.seed.below(51) as u8),
            sensitivity: rule.sensitivity,
            place,
            part: None,
            preview: Preview::of(&Plaintext::new(b"value".to_vec())),
            token: Token::from_bytes([value; 17]),
            mark: Mark::from_bytes([value; 8]),
            first_seen: Timestamp::from_micros(NEW_YEAR + hours * HOUR),
            score: Score::default(),
        }
    }

    /// A new name. Few share a word, and some hold a value.
    fn name(&mut self) -> ObjectKey {
        self.next += 1;
        let value = if self.seed.chance(10) { " ann@x.y" } else { "" };
        let (folder, name) = (self.seed.pick(FOLDERS), self.seed.pick(NAMES));
        ObjectKey::new(format!("{folder}/{name}{value} {}.txt", self.next).into_bytes())
    }

    /// Somebody says something of a value in an object, or takes it back.
    async fn judge(&mut self, source: SourceId) {
        let nth = self.some_range(source);
        let mut known = self.sources[&source][nth].clone();
        let Some((key, _)) = self.some_object(&known) else { return };
        let rules = ENGINE.rules().list();
        let type_id = rules[self.seed.below(rules.len().min(9))].type_id.clone();
        let mark = Mark::from_bytes([self.seed.below(6) as u8; 8]);
        let mut draft = Draft { shown: vec![key.clone()], ..Draft::default() };
        let of = (key.clone(), type_id.clone(), mark);
        if known.verdicts.remove(&of).is_some() {
            draft.deletes.push(Delete::Row(RangeKey::Verdict(key, type_id, mark)));
        } else {
            let said = [Verdict::Confirmed, Verdict::FalsePositive, Verdict::Accepted];
            let verdict = VerdictEntry {
                verdict: said[self.seed.below(3)],
                at: Timestamp::default(),
                by: "a person".to_owned(),
            };
            known.verdicts.insert(of, verdict.clone());
            draft.puts.push(RangeEntry::Verdict { object: key, type_id, mark, verdict });
        }
        self.write(&mut known, draft).await;
        self.keep(source, nth, known);
    }

    /// An object is closed, or is there again.
    async fn turn(&mut self, source: SourceId) {
        let nth = self.some_range(source);
        let mut known = self.sources[&source][nth].clone();
        let Some((key, mut object)) = self.some_object(&known) else { return };
        object.closed = !object.closed;
        self.change(&mut known, key, object).await;
        self.keep(source, nth, known);
    }

    /// An object is to be read once more.
    async fn due(&mut self, source: SourceId) {
        let nth = self.some_range(source);
        let mut known = self.sources[&source][nth].clone();
        let Some((key, mut object)) = self.some_object(&known) else { return };
        object.due = Some(9);
        object.coverage = Coverage::of_object(Class::Pending, object.size);
        self.change(&mut known, key, object).await;
        self.keep(source, nth, known);
    }

    async fn change(&mut self, known: &mut Known, key: ObjectKey, object: Object) {
        let mut draft = Draft { shown: vec![key.clone()], ..Draft::default() };
        draft.puts.push(RangeEntry::Object(key.clone(), object.clone().into()));
        known.objects.insert(key, object);
        self.write(known, draft).await;
    }

    /// What was closed long ago has no row any more.
    async fn drop_row(&mut self, source: SourceId) {
        let nth = self.some_range(source);
        let mut known = self.sources[&source][nth].clone();
        let Some((key, _)) = self.some_object(&known) else { return };
        known.objects.remove(&key);
        let draft = Draft {
            deletes: vec![Delete::Row(RangeKey::Object(key.clone()))],
            shown: vec![key],
            ..Draft::default()
        };
        self.write(&mut known, draft).await;
        self.keep(source, nth, known);
    }

    /// A range is cut, up to the note; the directory is told later.
    async fn cut(&mut self, source: SourceId) {
        let nth = self.some_range(source);
        let mut known = self.sources[&source][nth].clone();
        if known.head.child.is_some() || known.objects.len() < FEW {
            return;
        }
        let from = known.objects.keys().nth(known.objects.len() / 2).unwrap().clone();
        let at = RangeAt { range: RangeId::from_bytes(self.seed.bytes()), ..known.at.clone() };
        let bounds = Bounds { from: from.clone(), to: known.head.bounds.to.clone() };
        let mut child = Known {
            at: at.clone(),
            head: RangeHead::new(bounds.clone(), known.head.lane),
            objects: known.objects.split_off(&from),
            verdicts: BTreeMap::new(),
        };
        let (moved, kept) = std::mem::take(&mut known.verdicts)
            .into_iter()
            .partition(|((key, ..), _)| *key >= from);
        (child.verdicts, known.verdicts) = (moved, kept);
        let fence = self.db.fence::<RangeRow>(&known.at).await.unwrap().unwrap();
        let start = Start { epoch: 0, version: child_start(fence.version) };
        self.make(&at, &child.head, start).await;
        let objects = child.objects.iter();
        let mut copies: Vec<_> = objects
            .map(|(key, object)| RangeEntry::Object(key.clone(), object.clone().into()))
            .collect();
        for ((object, type_id, mark), verdict) in child.verdicts.clone() {
            copies.push(RangeEntry::Verdict { object, type_id, mark, verdict });
        }
        let fence = self.db.fence::<RangeRow>(&at).await.unwrap();
        let mut copied = Commit::new(at.clone(), fence, WriteId::random().unwrap());
        copied.puts = copies.into_iter().map(|entry| RangeRow { at: at.clone(), entry }).collect();
        commit(&self.db, copied).await;
        known.head.bounds.to = Some(from.clone());
        known.head.child = Some(Child { range: at.range, from: from.clone(), to: bounds.to });
        let mut draft = Draft { whole: true, ..Draft::default() };
        draft
            .deletes
            .extend(child.objects.keys().map(|key| Delete::Row(RangeKey::Object(key.clone()))));
        draft.deletes.extend(child.verdicts.keys().map(|(object, type_id, mark)| {
            Delete::Row(RangeKey::Verdict(object.clone(), type_id.clone(), *mark))
        }));
        self.write(&mut known, draft).await;
        self.keep(source, nth, known);
        self.sources.get_mut(&source).unwrap().push(child);
    }

    /// The directory is told of a child, and the note is struck out.
    async fn strike(&mut self, source: SourceId) {
        let ranges = &self.sources[&source];
        let Some(nth) = ranges.iter().position(|known| known.head.child.is_some()) else { return };
        let mut known = ranges[nth].clone();
        let child = known.head.child.clone().unwrap();
        let child = ranges.iter().find(|other| other.at.range == child.range).unwrap().clone();
        let at = SourceAt { tenant: tenant(), source };
        self.put_source(&at, vec![directory(&child.at, &child.head)]).await;
        if self.seed.chance(70) {
            known.head.child = None;
            self.write(&mut known, Draft::default()).await;
            self.keep(source, nth, known);
        }
    }

    /// A source is deleted: nothing of it is live from then on.
    async fn delete(&mut self, source: SourceId) {
        if self.seed.chance(60) {
            return;
        }
        let at = SourceAt { tenant: tenant(), source };
        let row = self.db.get::<SourceRow>(&at, &SourceKey::Head).await.unwrap().unwrap();
        let SourceEntry::Head(head) = row.entry else { panic!("a head was asked for") };
        self.put_source(&at, vec![SourceEntry::Head(Source { deleted: true, ..head })]).await;
        self.sources.remove(&source);
    }

    fn keep(&mut self, source: SourceId, nth: usize, known: Known) {
        self.sources.get_mut(&source).unwrap()[nth] = known;
    }
}

fn directory(at: &RangeAt, head: &RangeHead) -> SourceEntry {
    let (from, range, lane) = (head.bounds.from.clone(), at.range, head.lane);
    SourceEntry::Directory { from, range, shard: 0, lane }
}

fn place(start: u64) -> Place {
    let spot = Spot::Bytes { start, end: start + 7 };
    Place {
        member: Vec::new(),
        spot,
        line: None,
        column: None,
        row: None,
        field: None,
        via: vec![],
    }
}
