//! A lane against a plain map: objects change and vanish, ranges are read anew, sources are
//! deleted, and all the while the tail is published and splits become one.

// The makers of tests unwrap as the tests do.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use trawl_model::{ObjectId, RangeId, SourceId, TenantId};
use trawl_search::Document;
use trawl_search::compaction::{Candidate, Tuning, plan};
use trawl_search::lane::{Change, Lane, Replaced, Work};
use trawl_search::leaf::{Cursor, Request, Scope, search_all};
use trawl_search::query::{Query, Sort, count, parse};
use trawl_search::split::{Dead, Scratch, Split};
use trawl_search::testing::{self, Seed};

const TUNING: Tuning = Tuning {
    factor: 3,
    most_at_once: 5,
    smallest_tier: 20,
    most_documents: 10_000,
    dead_percent: 30,
};

/// A lane, and what is to be found in it.
struct Beside {
    lane: Lane,
    objects: BTreeMap<(RangeId, ObjectId), Vec<Document>>,
    pool: Vec<Document>,
    splits: usize,
    seed: Seed,
}

impl Beside {
    fn new(seed: u64) -> Self {
        let pool = testing::documents(seed, 400);
        let seed = Seed::new(!seed);
        Self { lane: Lane::default(), objects: BTreeMap::new(), pool, splits: 0, seed }
    }

    fn living(&self) -> impl Iterator<Item = &Document> {
        self.objects.values().flatten()
    }

    /// Some changes at once; objects may come more than once.
    fn change(&mut self) {
        let changes: Vec<_> = (0..=self.seed.below(12)).map(|_| self.one()).collect();
        for change in &changes {
            match change.of {
                Replaced::Object(range, object) => {
                    self.objects.remove(&(range, object));
                }
                Replaced::Range(gone) => self.objects.retain(|(range, _), _| *range != gone),
                Replaced::Source(gone) => {
                    for documents in self.objects.values_mut() {
                        documents.retain(|document| document.source != gone);
                    }
                }
            }
            for document in &change.documents {
                let key = (document.range, document.object);
                self.objects.entry(key).or_default().push(document.clone());
            }
        }
        self.lane.apply(&changes).unwrap();
    }

    fn one(&mut self) -> Change {
        let seed = &mut self.seed;
        let like = self.pool[seed.below(self.pool.len())].clone();
        let of = match seed.below(40) {
            0 => Replaced::Source(SourceId::from_bytes([seed.below(3) as u8; 8])),
            1 | 2 => Replaced::Range(like.range),
            _ => Replaced::Object(like.range, like.object),
        };
        let belongs = |document: &&Document| match of {
            Replaced::Object(range, object) => document.range == range && document.object == object,
            Replaced::Range(range) => document.range == range,
            Replaced::Source(_) => false,
        };
        let all: Vec<_> = self.pool.iter().filter(belongs).cloned().collect();
        Change { of, documents: all.into_iter().filter(|_| seed.chance(80)).collect() }
    }

    fn end(&mut self, work: &Work) {
        let bundle = work.run(&Scratch::Memory).unwrap();
        // What comes while it is written.
        while self.seed.chance(50) {
            self.change();
        }
        self.splits += 1;
        let name = format!("{:04}", self.splits);
        let split = Split::of_bytes(&name, bundle.to_bytes().unwrap()).unwrap();
        assert!(self.lane.replace(work, split.clone()));
        assert!(!self.lane.replace(work, split), "its inputs are gone");
    }

    fn publish(&mut self) {
        if let Some(work) = self.lane.publish() {
            self.end(&work);
        }
    }

    fn compact(&mut self) {
        let candidates = self.lane.splits().map(|(split, dead)| Candidate {
            name: split.name().to_owned(),
            documents: split.meta().documents.into(),
            dead: dead.len(),
        });
        let candidates: Vec<_> = candidates.collect();
        if let Some(names) = plan(&candidates, &TUNING) {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let work = self.lane.compact(&names).unwrap();
            self.end(&work);
        }
    }

    /// As after a start: the splits with their dead, and the tail from what is not in them.
    fn restart(&mut self) {
        self.publish();
        self.publish();
        if self.lane.tail_bytes() > 0 {
            return;
        }
        let splits = self.lane.splits().map(|(split, dead)| {
            (split.clone(), Dead::of_bytes("a", &dead.to_bytes().unwrap()).unwrap())
        });
        self.lane = Lane::of(splits.collect::<Vec<_>>());
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
