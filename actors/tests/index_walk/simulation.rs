//! Random scans, verdicts, cuts, deletions, starts and rebuilds; and in between every answer is that
//! of a plain walk over the store.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use trawl_actors::index::{Index, Options, Waker};
use trawl_actors::{SharedClock, SystemClock};
use trawl_search::Document;
use trawl_search::leaf::{Cursor, Hit, Request, SortValue};
use trawl_search::query::{FIELDS, Field, Query, Sort, count, parse};
use trawl_search::split::Folder;
use trawl_search::testing::{self, Seed};
use trawl_storage::memory::MemoryStore;
use trawl_storage::{Db, Limits};

use crate::hand::Hand;
use crate::naive;
use crate::searching::{found, options, request};
use crate::support::ENGINE;

/// A store that somebody writes, and an index that follows it.
pub(crate) struct World {
    db: Db,
    folder: PathBuf,
    blobs: Arc<Folder>,
    waker: Waker,
    hand: Hand,
    pub(crate) index: Index,
    seed: Seed,
    number: u64,
}

/// Bounds under which little is done at once.
fn small(seed: &mut Seed) -> Options {
    let mut options = options();
    options.lanes = 1 + seed.below(3) as u16;
    options.batch_documents = 1 + seed.below(30);
    options.tuning.publish_millis = 1 + seed.below(40) as u64;
    options.tuning.look_millis = 20;
    options.tuning.publish_bytes = 8 << 10;
    options.tuning.tail_bytes = 64 << 10;
    options.compaction.factor = 2 + seed.below(3);
    options.compaction.smallest_tier = 8;
    options
}

fn folder(path: &Path) -> Arc<Folder> {
    Arc::new(Folder::open(path).unwrap())
}

async fn index(db: &Db, blobs: Arc<Folder>, options: Options, waker: Waker) -> Index {
    let clock: SharedClock = Arc::new(SystemClock::new());
    Index::start(options, db.clone(), blobs, Arc::clone(&ENGINE), clock, waker).await.unwrap()
}

impl World {
    async fn new(seed: u64, folder: &Path) -> Self {
        let store = MemoryStore::new(Limits { page_rows: 7, ..Limits::default() });
        Self::on(seed, Db::new(store), folder).await
    }

    /// On a store that is there: what it holds is nothing that the hand knows of.
    pub(crate) async fn on(seed: u64, db: Db, folder: &Path) -> Self {
        let folder = folder.to_owned();
        let waker = Waker::default();
        let hand = Hand::new(db.clone(), waker.clone(), seed).await;
        let (number, mut seed) = (seed, Seed::new(!seed));
        let blobs = self::folder(&folder);
        let index = index(&db, Arc::clone(&blobs), small(&mut seed), waker.clone()).await;
        Self { db, folder, blobs, waker, hand, index, seed, number }
    }

    pub(crate) async fn act(&mut self, times: usize) {
        for _ in 0..times {
            self.hand.act().await;
            if self.seed.chance(20) {
                // The index comes to its turn.
                tokio::task::yield_now().await;
            }
        }
    }

    /// Something happens to the index.
    async fn shake(&mut self) {
        match self.seed.below(6) {
            0 | 1 => self.index.publish().await.unwrap(),
            2 => {
                let (index, mut act) = (self.index.clone(), self.seed.below(30));
                let rebuilt = tokio::spawn(async move { index.rebuild().await });
                while !rebuilt.is_finished() && act > 0 {
                    self.hand.act().await;
                    act -= 1;
                }
                rebuilt.await.unwrap().unwrap();
            }
            3 => {
                self.index.stop().await;
                self.blobs = self::folder(&self.folder);
                self.open().await;
            }
            4 => {
                // Another takes over while this one is at work: what it publishes late is refused.
                let overtaken = self.index.clone();
                self.open().await;
                self.act(3).await;
                overtaken.stop().await;
            }
            _ => self.index.tidy().await.unwrap(),
        }
    }

    async fn open(&mut self) {
        let options = small(&mut self.seed);
        let blobs = Arc::clone(&self.blobs);
        self.index = index(&self.db, blobs, options, self.waker.clone()).await;
    }

    /// Some queries, with facets, orders and pages.
    pub(crate) async fn compare(&mut self, queries: usize) {
        self.index.catch_up().await.unwrap();
        let documents = naive::documents(&self.db).await;
        for _ in 0..queries {
            let text = testing::query(&documents, self.seed.number());
            let sort = self.sort();
            let facets: Vec<Field> = FIELDS.iter().filter(|f| f.facet).map(|f| f.field).collect();
            let facet = facets[self.seed.below(facets.len())];
            let mut asked = request(&text);
            (asked.sort, asked.facets, asked.limit) = (sort, vec![facet], 9);
            let query: Query = parse(&text).unwrap();
            let answer = self.index.search(asked).await.unwrap();
            assert_eq!(answer.unsearched, []);
            let mut wanted: Vec<&Document> =
                documents.iter().filter(|document| query.matches(document)).collect();
            let of = format!("seed {}: {text}", self.number);
            assert_eq!(answer.count, wanted.len() as u64, "{of}");
            assert_eq!(answer.facets, [count(&query, &documents, facet)], "{of}");
            wanted.sort_by(|one, other| sort.compare(one, other));
            let shown = answer.hits.iter().map(|hit| (hit.source, hit.object, hit.finding));
            let wanted = wanted.into_iter().take(9).map(ids);
            assert_eq!(shown.collect::<Vec<_>>(), wanted.collect::<Vec<_>>(), "{of}");
        }
    }

    fn sort(&mut self) -> Sort {
        let all = ["path", "-path", "first_seen", "-first_seen", "confidence", "-size"];
        all[self.seed.below(all.len())].parse().unwrap()
    }

    /// A start leaves only files that are named.
    pub(crate) async fn is_tidy(&mut self) {
        self.index.stop().await;
        let mut options = small(&mut self.seed);
        options.alone = true;
        // Nothing new is written meanwhile.
        options.tuning.publish_millis = 86_400_000;
        options.tuning.publish_bytes = u64::MAX;
        options.tuning.tail_bytes = u64::MAX;
        options.compaction.factor = 1_000;
        options.compaction.most_at_once = 1_000;
        options.compaction.dead_percent = 1_000;
        let blobs = Arc::clone(&self.blobs);
        self.index = index(&self.db, blobs, options, self.waker.clone()).await;
        let files = std::fs::read_dir(&self.folder).unwrap();
        let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let splits = files.filter(|file| file.ends_with(".split")).count();
        let named: usize = self.index.status().serving.iter().map(|lane| lane.splits).sum();
        assert_eq!(splits, named, "what a start leaves");
    }
}

type Ids = (trawl_model::SourceId, trawl_model::ObjectId, Option<trawl_model::FindingId>);

fn ids(document: &Document) -> Ids {
    (document.source, document.object, document.finding().map(|finding| finding.id))
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

#[test]
fn every_answer_is_that_of_a_walk_over_the_store_whatever_happens() {
    block_on(async {
        let mut most = 0;
        for seed in 0..10 {
            let folder = tempfile::tempdir().unwrap();
            let mut world = World::new(seed, folder.path()).await;
            for _ in 0..10 {
                let times = 10 + world.seed.below(30);
                world.act(times).await;
                world.shake().await;
                world.compare(20).await;
                most = most.max(naive::documents(&world.db).await.len());
            }
            world.is_tidy().await;
            world.index.stop().await;
        }
        assert!(most > 100, "{most} documents at most");
    });
}

#[test]
fn what_is_there_throughout_is_found_once_at_each_moment() {
    block_on(async {
        for seed in 200..212 {
            let folder = tempfile::tempdir().unwrap();
            let mut world = World::new(seed, folder.path()).await;
            world.act(60).await;
            world.index.catch_up().await.unwrap();
            let mut throughout = naive::documents(&world.db).await;
            for _ in 0..200 {
                world.act(1).await;
                let now = naive::documents(&world.db).await;
                throughout.retain(|document| {
                    now.iter().any(|d| Document { range: document.range, ..d.clone() } == *document)
                });
                // It fails where something comes twice.
                let found = found(&world.index, "*").await;
                for document in &throughout {
                    assert!(found.contains(&ids(document)), "seed {seed}: {document:?}");
                }
                if world.seed.chance(3) {
                    world.index.catch_up().await.unwrap();
                    throughout = naive::documents(&world.db).await;
                }
            }
            world.index.stop().await;
        }
    });
}

#[test]
fn pages_under_writes_give_nothing_twice_and_skip_nothing_that_was_there_throughout() {
    block_on(async {
        for seed in 100..112 {
            let folder = tempfile::tempdir().unwrap();
            let mut world = World::new(seed, folder.path()).await;
            world.act(120).await;
            world.index.catch_up().await.unwrap();
            let sorts = ["path", "-path", "first_seen", "-first_seen"];
            let sort: Sort = sorts[seed as usize % sorts.len()].parse().unwrap();
            let mut throughout = naive::documents(&world.db).await;
            let (mut met, mut after) = (Vec::new(), None::<Cursor>);
            loop {
                let asked = Request { sort, after, limit: 5, ..request("*") };
                let answer = world.index.search(asked).await.unwrap();
                met.extend(answer.hits.into_iter().map(|hit| {
                    let Hit { sorted_by, source, object, finding } = hit;
                    // A name with a value in it is veiled as long as that is found: then it stands
                    // elsewhere in the order, and may be met at both places.
                    ((source, object, finding), sorted_by)
                }));
                after = answer.next;
                if after.is_none() {
                    break;
                }
                world.act(6).await;
                if world.seed.chance(10) {
                    world.index.publish().await.unwrap();
                }
                let now = naive::documents(&world.db).await;
                // It may have moved to another range: that changes nothing of what it is.
                throughout.retain(|document| {
                    now.iter().any(|d| Document { range: document.range, ..d.clone() } == *document)
                });
            }
            let at: BTreeSet<&(Ids, Option<SortValue>)> = met.iter().collect();
            assert_eq!(at.len(), met.len(), "seed {seed}: something came twice");
            let all: BTreeSet<Ids> = met.iter().map(|(ids, _)| *ids).collect();
            for document in &throughout {
                assert!(all.contains(&ids(document)), "seed {seed}: {document:?}");
            }
            assert!(!throughout.is_empty());
            world.index.stop().await;
        }
    });
}
