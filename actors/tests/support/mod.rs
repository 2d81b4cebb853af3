//! What tests of whole nodes need: a store in a folder, a node on it, and what it found.

#![allow(dead_code, reason = "each test uses a part of it")]

mod around;
pub(crate) mod command;
pub(crate) mod world;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use trawl_actors::{Node, Options, SystemClock, Target};
use trawl_detect::{Engine, Rules};
use trawl_model::scan::Scan;
use trawl_model::source::Source;
use trawl_model::{Object, ObjectKey, ScanId, SourceId, TenantId};
use trawl_sources::files::{Files, Settings};
use trawl_storage::embedded::{EmbeddedStore, Options as StoreOptions};
use trawl_storage::records::finding::FindingRow;
use trawl_storage::records::range::{RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::records::scan::{ScanAt, ScanEntry, ScanKey, ScanRow};
use trawl_storage::records::source::{SourceAt, SourceEntry, SourceKey, SourceRow};
use trawl_storage::{Db, StoreError, findings, keys};

pub(crate) use around::Around;

/// The engine with the rules that it has, made once.
pub(crate) static ENGINE: LazyLock<Arc<Engine>> = LazyLock::new(|| {
    let rules = Rules::built_in().expect("the built-in rules are right");
    Arc::new(Engine::compile(&rules).expect("the built-in rules compile"))
});

/// A node on a data directory.
pub(crate) struct Trawl {
    pub(crate) node: Node,
    pub(crate) db: Db,
}

pub(crate) fn options() -> Options {
    let tenant = TenantId::default_tenant();
    let mut options = Options::new(tenant, trawl_model::NodeId::from_bytes([7; 12]));
    // Who tests something else has the threads that he says.
    options.policy.pools.look = std::time::Duration::from_secs(3_600);
    options
}

impl Trawl {
    pub(crate) async fn open(data: &Path, options: Options) -> Self {
        let store = open_once_free(data).await;
        Self::open_on(Db::new(store), data, options).await
    }

    /// A node on a store that is open.
    pub(crate) async fn open_on(db: Db, data: &Path, options: Options) -> Self {
        Self::open_by(db, data, options, Arc::new(SystemClock::new())).await
    }

    /// A node that goes by this clock.
    pub(crate) async fn open_by(
        db: Db,
        data: &Path,
        options: Options,
        clock: trawl_actors::SharedClock,
    ) -> Self {
        let root = keys::RootKey::of_directory(&db, data).await.unwrap();
        let keys = keys::open_tenant(&db, &root, &options.tenant).await.unwrap();
        let node = Node::start(options, db.clone(), keys, Arc::clone(&ENGINE), clock);
        Self { node: node.await.unwrap(), db }
    }

    pub(crate) async fn scan(&self, root: &Path) -> Scan {
        self.scan_with(root, Settings::default(), None).await
    }

    pub(crate) async fn scan_with(
        &self,
        root: &Path,
        settings: Settings,
        vanished: Option<trawl_actors::Vanished>,
    ) -> Scan {
        let connector = Arc::new(Files::new(root.to_owned(), settings).unwrap());
        let target = Target { vanished, ..Target::of(connector) };
        let handle = self.node.scan(target).await.unwrap();
        handle.wait().await.unwrap()
    }

    /// A scan of files that somebody stands around.
    pub(crate) async fn scan_around(&self, around: Around) -> Scan {
        let connector = Arc::new(around);
        let target = Target::of(connector);
        self.node.scan(target).await.unwrap().wait().await.unwrap()
    }

    /// Stops the node and closes its store.
    pub(crate) async fn close(self) {
        self.node.stop().await;
    }

    pub(crate) fn source_at(&self, root: &Path) -> SourceAt {
        let connector = Files::new(root.to_owned(), Settings::default()).unwrap();
        let source = self.node.source_of(&connector);
        SourceAt { tenant: TenantId::default_tenant(), source }
    }

    pub(crate) async fn source(&self, root: &Path) -> Source {
        let row = self.db.get::<SourceRow>(&self.source_at(root), &SourceKey::Head).await.unwrap();
        match row.unwrap().entry {
            SourceEntry::Head(source) => source,
            _ => panic!("a head was asked for"),
        }
    }

    /// A scan, as it is kept.
    pub(crate) async fn kept_scan(&self, scan: ScanId) -> Scan {
        let at = ScanAt { tenant: TenantId::default_tenant(), scan };
        let row = self.db.get::<ScanRow>(&at, &ScanKey::Head).await.unwrap().unwrap();
        let ScanEntry::Head(scan) = row.entry else { panic!("the head of a scan") };
        scan
    }

    /// The ranges of a source.
    pub(crate) async fn ranges(&self, root: &Path) -> Vec<RangeAt> {
        let at = self.source_at(root);
        let rows = self.db.collect::<SourceRow>(&at, SourceKey::directory(), 10_000).await.unwrap();
        rows.into_iter()
            .filter_map(|row| match row.entry {
                SourceEntry::Directory { range, .. } => {
                    Some(RangeAt { tenant: at.tenant.clone(), source: at.source, range })
                }
                _ => None,
            })
            .collect()
    }

    /// All objects of a source that lie within their range's bounds.
    pub(crate) async fn objects(&self, root: &Path) -> BTreeMap<String, Object> {
        let mut objects = BTreeMap::new();
        for at in self.ranges(root).await {
            let head = self.db.get::<RangeRow>(&at, &RangeKey::Head).await.unwrap().unwrap();
            let RangeEntry::Head(head) = head.entry else { panic!("a head was asked for") };
            let before = self.db.fence::<RangeRow>(&at).await.unwrap();
            let rows = self.db.collect::<RangeRow>(&at, RangeKey::objects(), 1_000_000).await;
            let rows = rows.unwrap();
            let holders = self.db.collect::<RangeRow>(&at, RangeKey::holders(), 1_000_000).await;
            let holders = holders.unwrap();
            if self.db.fence::<RangeRow>(&at).await.unwrap() == before {
                assert_holders(&rows, &holders);
            }
            for row in rows {
                if let RangeEntry::Object(key, object) = row.entry
                    && head.bounds.hold(&key)
                {
                    objects.insert(key.revealed(), Arc::unwrap_or_clone(object));
                }
            }
        }
        objects
    }

    /// The live findings of an object.
    pub(crate) async fn findings(&self, root: &Path, key: &str) -> Vec<FindingRow> {
        let source = self.source_at(root).source;
        let objects = self.objects(root).await;
        let object = &objects[key];
        self.live(source, object).await
    }

    /// All live findings of a source: object, type, place and id, as one line each.
    pub(crate) async fn all(&self, root: &Path) -> Vec<String> {
        let source = self.source_at(root).source;
        let mut lines = Vec::new();
        for (key, object) in self.objects(root).await {
            for row in self.live(source, &object).await {
                let finding = row.finding;
                lines.push(format!("{key} {} {:?} {}", finding.type_id, finding.place, finding.id));
            }
        }
        lines.sort();
        lines
    }

    /// The live findings of an object that is known.
    pub(crate) async fn live_of(&self, root: &Path, object: &Object) -> Vec<FindingRow> {
        self.live(self.source_at(root).source, object).await
    }

    /// Findings that lie in the store, live or not.
    pub(crate) async fn stored(&self) -> usize {
        let (mut cursor, mut stored) = (None, 0);
        loop {
            let page = self.db.sweep::<FindingRow>(cursor, 1_000).await.unwrap();
            stored += page.rows.len();
            match page.next {
                Some(next) => cursor = Some(next),
                None => return stored,
            }
        }
    }

    async fn live(&self, source: SourceId, object: &Object) -> Vec<FindingRow> {
        let layout = findings::Layout { tenant: TenantId::default_tenant(), source, layout: 0 };
        let (counted, buckets) = (&object.counted, &object.buckets);
        let live = findings::of_object(&self.db, layout, object.id, counted, buckets);
        let rows = live.collect().await.unwrap();
        assert_eq!(rows.len() as u64, object.findings, "the row counts its findings");
        rows
    }
}

/// The files of a folder, to be scanned.
pub(crate) fn target(root: &Path) -> Target {
    let connector = Arc::new(Files::new(root.to_owned(), Settings::default()).unwrap());
    Target::of(connector)
}

/// Opens a directory that an actor of the node before may be about to let go of.
pub(crate) async fn open_once_free(data: &Path) -> EmbeddedStore {
    const TRIES: usize = 100_000;
    for _ in 0..TRIES {
        match EmbeddedStore::open(StoreOptions::new(data)) {
            Ok(store) => return store,
            Err(StoreError::InUse { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the directory is never let go of");
}

pub(crate) fn write(root: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    age(&path);
}

/// Makes a file look as if it was written long ago: what was written just now is read again by the
/// next scan.
pub(crate) fn age(path: &Path) {
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3_600);
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(long_ago).unwrap();
}

pub(crate) fn key(name: &str) -> ObjectKey {
    ObjectKey::new(name.as_bytes())
}

/// The objects of which a range says that they have findings are those that have some.
fn assert_holders(objects: &[RangeRow], holders: &[RangeRow]) {
    let has = objects.iter().filter_map(|row| match &row.entry {
        RangeEntry::Object(key, object) if object.findings > 0 => Some(key),
        _ => None,
    });
    let said = holders.iter().filter_map(|row| match &row.entry {
        RangeEntry::Holder(key) => Some(key),
        _ => None,
    });
    assert!(said.eq(has), "what a range says of who has findings is not so");
}
