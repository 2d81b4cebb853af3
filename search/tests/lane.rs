//! A lane against a plain map: objects change and vanish, ranges are read anew, sources are
//! deleted, and all the while the tail is published and splits become one.

// The makers of tests unwrap as the tests do.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trawl_model::{ObjectId, SourceId, TenantId};
use trawl_search::Document;
use trawl_search::compaction::{Tuning, plan};
use trawl_search::lane::{Change, Lane, Work};
use trawl_search::leaf::{Cursor, Request, Scope, search_all};
use trawl_search::query::{Query, Sort, count, parse};
use trawl_search::split::{Dead, Scratch, Split};
use trawl_search::testing::{self, Seed, inside};

const TUNING: Tuning = Tuning {
    factor: 3,
    most_at_once: 5,
    smallest_tier: 20,
    most_documents: 10_000,
    dead_percent: 30,
};

/// All that there is of each object: documents of one range, at least one.
type Objects = BTreeMap<ObjectId, Vec<Document>>;

/// A lane, and what is to be found in it.
struct Beside {
    lane: Lane,
    objects: Objects,
    /// What there was when the tail was sealed last, and when what is published now was.
    sealed: Objects,
    then: Objects,
    published: Vec<(Split, Dead)>,
    pool: Vec<Document>,
    splits: usize,
    seed: Seed,
    /// Nothing comes while something is written.
    is_calm: bool,
}

impl Beside {
    fn new(seed: u64) -> Self {
        let pool = testing::documents(seed, 400);
        let seed = Seed::new(!seed);
        Self {
            lane: Lane::default(),
            objects: Objects::new(),
            sealed: Objects::new(),
            then: Objects::new(),
            published: Vec::new(),
            pool,
            splits: 0,
            seed,
            is_calm: false,
        }
    }

    fn living(&self) -> impl Iterator<Item = &Document> {
        self.objects.values().flatten()
    }

    /// Some changes at once; objects may come more than once.
    fn change(&mut self) {
        let changes: Vec<_> = (0..=self.seed.below(12)).map(|_| self.one()).collect();
        for change in &changes {
            match change {
                Change::Object { object, documents, .. } => {
                    self.objects.remove(object);
                    if !documents.is_empty() {
                        self.objects.insert(*object, documents.clone());
                    }
                }
                Change::Range(gone) => self.objects.retain(|_, all| all[0].range != *gone),
                Change::RangeBut(gone, kept) => {
                    self.objects.retain(|id, all| all[0].range != *gone || kept.contains(id));
                }
                Change::Source(gone) => {
                    self.objects.retain(|_, all| all[0].source != *gone);
                }
            }
        }
        let threads = 1 + self.seed.below(3);
        self.lane.apply(&changes, threads).unwrap();
    }

    fn one(&mut self) -> Change {
        let seed = &mut self.seed;
        let like = self.pool[seed.below(self.pool.len())].clone();
        match seed.below(40) {
            0 => Change::Source(SourceId::from_bytes([seed.below(3) as u8; 8])),
            1 | 2 => Change::Range(like.range),
            3 | 4 => {
                let there = self.objects.iter().filter(|(_, all)| all[0].range == like.range);
                let kept = there.map(|(object, _)| *object).filter(|_| seed.chance(60));
                Change::RangeBut(like.range, Arc::new(kept.collect()))
            }
            _ => {
                // It may have moved to another range, and never lies in another source.
                let range = self.pool[seed.below(self.pool.len())].range;
                let source = source_of(like.object);
                let of_object = self.pool.iter().filter(|d| d.object == like.object);
                let all = of_object.map(|d| Document { source, range, ..d.clone() });
                let documents = all.filter(|_| seed.chance(80)).collect();
                Change::Object { source, object: like.object, documents }
            }
        }
    }

    fn end(&mut self, work: &Work) {
        let bundle = work.run(&Scratch::Memory).unwrap();
        // What comes while it is written.
        while !self.is_calm && self.seed.chance(50) {
            self.change();
        }
        self.splits += 1;
        let name = format!("{:04}", self.splits);
        let split = Split::of_bytes(&name, bundle.to_bytes().unwrap()).unwrap();
        // As it is found by whoever opens what is published: what a list names is there.
        let list = self.lane.dead_with(work, &name).unwrap();
        assert!(self.lane.replace(work, Some(split.clone())));
        if work.takes().next().is_some() {
            assert!(!self.lane.replace(work, Some(split)), "its inputs are gone");
        }
        let splits = self.lane.splits().map(|(split, _)| split.clone());
        self.published = splits.map(|split| (split.clone(), list.of(split.name()))).collect();
        if work.is_of_tail() {
            self.then.clone_from(&self.sealed);
        }
        self.check_published();
    }

    fn publish(&mut self) {
        if let Some(work) = self.lane.publish() {
            self.sealed.clone_from(&self.objects);
            if self.seed.chance(30) {
                // A compaction comes to its end while the tail is written.
                self.compact();
            }
            self.end(&work);
        }
    }

    /// What is published is the lane as it was when the tail was sealed that was published last.
    fn check_published(&self) {
        let lane = Lane::of(self.published.iter().cloned());
        let answer = search_all(lane.parts().iter(), &request(Query::All, 10_000)).unwrap();
        let then: Vec<&Document> = self.then.values().flatten().collect();
        assert_eq!(answer.count, then.len() as u64);
        let found: BTreeSet<_> =
            answer.hits.iter().map(|hit| (hit.source, hit.object, hit.finding)).collect();
        for d in then {
            assert!(found.contains(&(d.source, d.object, d.finding().map(|f| f.id))));
        }
    }

    fn compact(&mut self) {
        if let Some(names) = plan(&self.lane.candidates(), &TUNING) {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let work = self.lane.compact(&names).unwrap();
            self.end(&work);
        }
    }

    /// As after a crash: what was published, and nothing since.
    fn restart(&mut self) {
        self.lane = Lane::of(std::mem::take(&mut self.published));
        let splits = self.lane.splits().map(|(split, dead)| (split.clone(), dead.clone()));
        self.published = splits.collect();
        self.objects.clone_from(&self.then);
    }

    fn check(&mut self) {
        let text = testing::query(&self.pool, self.seed.number());
        let query = parse(&text).unwrap();
        let mut request = request(query.clone(), 7);
        request.facets = vec![trawl_search::query::Field::Type];
        let answer = search_all(self.lane.parts().iter(), &request).unwrap();
        assert_eq!(answer.unsearched, []);
        assert_eq!(answer.facets, [count(&query, self.living(), request.facets[0])], "{text}");
        let mut wanted: Vec<_> = self.living().filter(|d| query.matches(d)).collect();
        assert_eq!(answer.count, wanted.len() as u64, "{text}");
        wanted.sort_by(|one, other| request.sort.compare(one, other));
        for (hit, document) in answer.hits.iter().zip(wanted) {
            assert_eq!((hit.source, hit.object), (document.source, document.object));
            assert_eq!(hit.finding, document.finding().map(|f| f.id));
        }
    }
}

fn source_of(object: ObjectId) -> SourceId {
    SourceId::from_bytes([object.as_bytes()[0] % 3; 8])
}

fn request(query: Query, limit: usize) -> Request {
    Request::new(Scope::tenant(TenantId::default_tenant()), query, limit)
}

#[test]
fn what_is_found_is_what_there_is_whatever_is_published_and_merged() {
    let mut most = 0;
    for seed in 0..8 {
        let mut beside = Beside::new(seed);
        for _ in 0..60 {
            match beside.seed.below(10) {
                0..=5 => beside.change(),
                6 | 7 => beside.publish(),
                8 => beside.compact(),
                _ => beside.restart(),
            }
            beside.check();
            most = most.max(beside.living().count());
        }
    }
    assert!(most > 100, "{most}");
}

#[test]
fn of_a_source_that_is_deleted_nothing_stays_in_any_file() {
    for seed in 20..28 {
        let mut beside = Beside::new(seed);
        for _ in 0..40 {
            match beside.seed.below(4) {
                0..=2 => beside.change(),
                _ => beside.publish(),
            }
        }
        beside.is_calm = true;
        let gone = SourceId::from_bytes([(seed % 3) as u8; 8]);
        // Something is being written when it is deleted.
        let written = if seed % 2 == 0 { beside.lane.publish() } else { compaction(&beside) };
        if written.as_ref().is_some_and(Work::is_of_tail) {
            beside.sealed.clone_from(&beside.objects);
        }
        beside.objects.retain(|_, all| all[0].source != gone);
        beside.lane.apply(&[Change::Source(gone)], 1).unwrap();
        assert!(Lane::holds(&beside.lane.parts(), &gone).unwrap());
        if let Some(work) = written {
            beside.end(&work);
        }
        if seed % 4 == 0 {
            // Whoever opens what is published is told once more.
            beside.publish();
            beside.restart();
            beside.lane.apply(&[Change::Source(gone)], 1).unwrap();
        }
        while beside.lane.has_news() || compaction(&beside).is_some() {
            beside.publish();
            beside.compact();
        }
        assert!(!Lane::holds(&beside.lane.parts(), &gone).unwrap());
        for (split, _) in beside.lane.splits() {
            let inside = String::from_utf8_lossy(&inside(split).unwrap()).into_owned();
            assert!(!inside.contains(&gone.to_string()), "{inside}");
        }
        beside.check();
    }
}

fn compaction(beside: &Beside) -> Option<Work> {
    let names = plan(&beside.lane.candidates(), &TUNING)?;
    beside.lane.compact(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn pages_under_changes_give_nothing_twice_and_leave_out_nothing_that_was_there_throughout() {
    for seed in 100..110 {
        let mut beside = Beside::new(seed);
        (0..20).for_each(|_| beside.change());
        let sort: Sort =
            ["path", "-path", "first_seen", "-first_seen"][seed as usize % 4].parse().unwrap();
        let mut throughout: Vec<Document> = beside.living().cloned().collect();
        let mut met = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let request = Request { sort, after, ..request(Query::All, 5) };
            let answer = search_all(beside.lane.parts().iter(), &request).unwrap();
            met.extend(answer.hits.into_iter().map(|hit| (hit.source, hit.object, hit.finding)));
            after = answer.next;
            if after.is_none() {
                break;
            }
            match beside.seed.below(3) {
                0 => beside.change(),
                1 => beside.publish(),
                _ => beside.compact(),
            }
            throughout.retain(|document| beside.living().any(|living| living == document));
        }
        let ids = |d: &Document| (d.source, d.object, d.finding().map(|f| f.id));
        assert!(throughout.iter().all(|document| met.contains(&ids(document))));
        met.sort_unstable();
        let all = met.len();
        met.dedup();
        assert_eq!(met.len(), all);
    }
}

/// All of an object is one change, and a large object is more than one thread makes of it.
#[test]
fn what_comes_in_thousands_is_found_once_by_however_many_threads_it_was_made() {
    let mut objects: BTreeMap<ObjectId, Vec<Document>> = BTreeMap::new();
    for document in testing::findings(5, 5_000) {
        objects.entry(document.object).or_default().push(document);
    }
    let changes: Vec<Change> = objects
        .into_iter()
        .map(|(object, documents)| Change::Object {
            source: documents[0].source,
            object,
            documents,
        })
        .collect();
    let found = |threads: usize, parts: usize| {
        let mut lane = Lane::default();
        lane.apply(&changes, threads).unwrap();
        assert_eq!(lane.parts().len(), parts);
        // The same once more takes the place of what there was.
        lane.apply(&changes, threads).unwrap();
        let answer = search_all(lane.parts().iter(), &request(Query::All, 10_000)).unwrap();
        let hits = answer.hits.iter().map(|hit| (hit.source, hit.object, hit.finding));
        (answer.count, hits.collect::<Vec<_>>())
    };
    let alone = found(1, 1);
    assert_eq!(alone.0, 5_000);
    assert_eq!(found(8, 3), alone, "a thread takes two thousand at least");
}
