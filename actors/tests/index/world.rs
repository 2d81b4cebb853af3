//! A node with its store in a folder, an index that follows it, and a folder that is scanned.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trawl_actors::index::{Index, Options, Waker};
use trawl_actors::range::log;
use trawl_actors::{SharedClock, SystemClock};
use trawl_model::range::RangeHead;
use trawl_model::{Timestamp, Verdict};
use trawl_storage::records::{LogEntry, RangeAt, RangeEntry, RangeKey, RangeRow, VerdictEntry};
use trawl_storage::{Commit, WriteId, settle};

use crate::held::Held;
use crate::searching::{Met, found, options, request};
use crate::support::{self, ENGINE, Trawl, write};

/// What is told apart by what is counted.
const FIELDS: [&str; 6] = ["type", "coverage", "format", "state", "verdict", "reason"];

/// A node whose ranges tell an index.
pub(crate) struct World {
    pub(crate) data: tempfile::TempDir,
    pub(crate) root: tempfile::TempDir,
    pub(crate) trawl: Trawl,
    pub(crate) index: Index,
    pub(crate) files: Arc<Held>,
    waker: Waker,
    bounds: Bounds,
}

/// What the index is started with.
#[derive(Clone)]
pub(crate) struct Bounds {
    pub(crate) options: Options,
    pub(crate) clock: SharedClock,
    /// Whether other nodes reach the files too.
    pub(crate) shared: bool,
}

impl Bounds {
    /// Small ones, by the machine's clock. Nobody looks around by himself: what is found was told of.
    pub(crate) fn small() -> Self {
        let mut options = options();
        options.tuning.look_millis = 86_400_000;
        Self { options, clock: Arc::new(SystemClock::new()), shared: false }
    }

    /// The same where nothing is written but by order.
    pub(crate) fn still() -> Self {
        let mut bounds = Self::small();
        bounds.options.tuning.publish_millis = 86_400_000;
        bounds.options.compaction.factor = 1_000;
        bounds.options.compaction.dead_percent = 1_000;
        bounds
    }
}

/// All that is found, and how much of each value of each field.
pub(crate) type Answers = (BTreeSet<Met>, BTreeMap<&'static str, BTreeMap<String, u64>>);

impl World {
    pub(crate) async fn new() -> Self {
        Self::by(Bounds::small()).await
    }

    pub(crate) async fn by(bounds: Bounds) -> Self {
        let (data, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Self::open(data, root, bounds).await
    }

    pub(crate) async fn open(
        data: tempfile::TempDir,
        root: tempfile::TempDir,
        bounds: Bounds,
    ) -> Self {
        let waker = Waker::default();
        let mut small = support::options();
        small.index = waker.clone();
        small.tuning.max_objects = 60;
        small.tuning.unit_objects = 8;
        small.crawl.list_page = 25;
        small.crawl.checkpoint_millis = 5;
        let trawl = Trawl::open(data.path(), small).await;
        let (at, copies) = (data.path().join("index"), data.path().join("copies"));
        let files = if bounds.shared { Held::shared(&at, &copies) } else { Held::of(&at) };
        let files = Arc::new(files);
        let index = start(&trawl, &files, &bounds, &waker).await;
        Self { data, root, trawl, index, files, waker, bounds }
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        write(self.root.path(), name, text);
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.root.path().join(name)).unwrap();
    }

    /// Files with two addresses each, in more than one range.
    pub(crate) fn corpus(&self) {
        for n in 0..160 {
            let text = format!("mail u{n}@mail.example.org\nand v{n}@mail.example.org\n");
            self.write(&format!("d{}/f{n:03}.txt", n % 3), &text);
        }
    }

    pub(crate) async fn scan(&self) {
        self.trawl.scan(self.root.path()).await;
    }

    pub(crate) async fn found(&self, query: &str) -> usize {
        self.index.catch_up().await.unwrap();
        found(&self.index, query).await.len()
    }

    /// What is answered now.
    pub(crate) async fn answers(&self) -> Answers {
        answers(&self.index).await
    }

    /// Somebody says something of the first finding of an object.
    pub(crate) async fn judge(&self, object: &str, verdict: Verdict) {
        let finding = self.trawl.findings(self.root.path(), object).await.remove(0).finding;
        let (db, key) = (&self.trawl.db, support::key(object));
        loop {
            let (at, mut head) = self.range_of(object).await;
            let fence = db.fence::<RangeRow>(&at).await.unwrap().unwrap();
            let version = fence.version + 1;
            assert_eq!(log::enter(&mut head, version, 1_000, None), None);
            let said =
                VerdictEntry { verdict, at: Timestamp::default(), by: "a person".to_owned() };
            let (type_id, mark) = (finding.type_id.clone(), finding.mark);
            let log = LogEntry { objects: vec![key.clone()], whole: false };
            let lane = head.lane;
            let entries = [
                RangeEntry::Head(head),
                RangeEntry::Log(version, log),
                RangeEntry::Verdict { object: key.clone(), type_id, mark, verdict: said },
            ];
            let mut commit = Commit::new(at.clone(), Some(fence), WriteId::random().unwrap());
            for entry in entries {
                commit = commit.put(RangeRow { at: at.clone(), entry });
            }
            if settle(db, &commit).await.unwrap() {
                self.waker.changed(&at, lane);
                return;
            }
        }
    }

    async fn range_of(&self, object: &str) -> (RangeAt, RangeHead) {
        for at in self.trawl.ranges(self.root.path()).await {
            let row = self.trawl.db.get::<RangeRow>(&at, &RangeKey::Head).await.unwrap().unwrap();
            let RangeEntry::Head(head) = row.entry else { panic!("a head was asked for") };
            if head.bounds.hold(&support::key(object)) {
                return (at, head);
            }
        }
        panic!("{object} is in no range");
    }

    pub(crate) async fn reopen(self) -> Self {
        self.index.stop().await;
        let Self { data, root, trawl, index, files, bounds, .. } = self;
        // They hold the store.
        drop((index, files));
        trawl.close().await;
        Self::open(data, root, bounds).await
    }

    /// As a fall does, of which nobody is told; what is held is let go when nobody waits for it.
    pub(crate) async fn fall(self) -> Fallen {
        let Self { data, root, trawl, files, bounds, .. } = self;
        trawl.close().await;
        Fallen { data, root, files, bounds }
    }

    /// The index that serves finds what one that is made anew does.
    pub(crate) async fn is_as_if_made_anew(&self) {
        self.index.catch_up().await.unwrap();
        let before = self.answers().await;
        self.index.rebuild().await.unwrap();
        assert_eq!(self.answers().await, before);
    }

    /// The number of the index that serves.
    pub(crate) fn serving(&self) -> u32 {
        self.index.status().serving[0].index
    }

    /// The files of the index, by their names.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        let files = std::fs::read_dir(self.data.path().join("index")).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// How many splits lie there, and how many the index that serves has published.
    pub(crate) fn splits(&self) -> (usize, usize) {
        let there = self.names().iter().filter(|name| name.ends_with(".split")).count();
        (there, self.index.status().serving.iter().map(|lane| lane.splits).sum())
    }

    /// Puts a file among those of the index that nothing names.
    pub(crate) fn stray(&self, name: &str) {
        std::fs::write(self.data.path().join("index").join(name), "of nobody").unwrap();
    }

    pub(crate) async fn end(self) {
        self.index.stop().await;
        self.trawl.close().await;
    }
}

/// What a fall leaves.
pub(crate) struct Fallen {
    data: tempfile::TempDir,
    root: tempfile::TempDir,
    files: Arc<Held>,
    bounds: Bounds,
}

impl Fallen {
    pub(crate) fn files(&self) -> &Held {
        &self.files
    }

    pub(crate) async fn open(self) -> World {
        let Self { data, root, files, bounds } = self;
        drop(files);
        World::open(data, root, bounds).await
    }
}

async fn start(trawl: &Trawl, files: &Arc<Held>, bounds: &Bounds, waker: &Waker) -> Index {
    let Bounds { options, clock, .. } = bounds.clone();
    let (db, files, waker) = (trawl.db.clone(), files.clone(), waker.clone());
    Index::start(options, db, files, Arc::clone(&ENGINE), clock, waker).await.unwrap()
}

/// What an index answers now.
pub(crate) async fn answers(index: &Index) -> Answers {
    let mut counts = BTreeMap::new();
    for field in FIELDS {
        counts.insert(field, counted(index, "*", field).await);
    }
    (found(index, "*").await, counts)
}

/// How many there are by each value of a field.
async fn counted(index: &Index, query: &str, by: &str) -> BTreeMap<String, u64> {
    let mut asked = request(query);
    asked.facets = trawl_search::query::facets(by).unwrap();
    index.search(asked).await.unwrap().facets.remove(0)
}

/// Asks again and again until it is so.
pub(crate) async fn until(is: impl Fn() -> bool) {
    while !is() {
        tokio::task::yield_now().await;
    }
}

pub(crate) fn multi() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}
