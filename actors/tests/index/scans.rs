//! Real scans of real folders, searched.

use std::collections::BTreeMap;
use std::path::Path;

use trawl_actors::index::{Index, Waker};
use trawl_search::testing::inside;

use crate::searching::{folder, found, index, options, request};
use crate::support::{self, Trawl, write};

/// A node whose ranges tell an index.
struct World {
    data: tempfile::TempDir,
    root: tempfile::TempDir,
    trawl: Trawl,
    index: Index,
}

impl World {
    async fn new() -> Self {
        let (data, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (trawl, index) = open(data.path()).await;
        Self { data, root, trawl, index }
    }

    fn write(&self, name: &str, text: &str) {
        write(self.root.path(), name, text);
    }

    async fn scan(&self) {
        self.trawl.scan(self.root.path()).await;
    }

    async fn found(&self, query: &str) -> usize {
        self.index.catch_up().await.unwrap();
        found(&self.index, query).await.len()
    }

    async fn reopen(self) -> Self {
        let Self { data, root, trawl, index } = self;
        index.stop().await;
        // It holds the store.
        drop(index);
        trawl.close().await;
        let (trawl, index) = open(data.path()).await;
        Self { data, root, trawl, index }
    }

    /// The index that serves finds what one that is made anew does.
    async fn is_as_if_made_anew(&self) {
        self.index.catch_up().await.unwrap();
        let before = found(&self.index, "*").await;
        let mut counts = BTreeMap::new();
        for field in ["type", "coverage", "format", "state", "verdict", "reason"] {
            counts.insert(field, counted(&self.index, "*", field).await);
        }
        self.index.rebuild().await.unwrap();
        assert_eq!(found(&self.index, "*").await, before);
        for (field, count) in counts {
            assert_eq!(counted(&self.index, "*", field).await, count, "{field}");
        }
    }
}

async fn open(data: &Path) -> (Trawl, Index) {
    let waker = Waker::default();
    let mut small = support::options();
    small.index = waker.clone();
    small.tuning.max_objects = 60;
    small.tuning.unit_objects = 8;
    small.crawl.list_page = 25;
    small.crawl.checkpoint_millis = 5;
    let trawl = Trawl::open(data, small).await;
    let mut options = options();
    // Nobody looks around by himself: what is found was told of.
    options.tuning.look_millis = 86_400_000;
    let index = index(&trawl.db, folder(&data.join("index")), options, waker).await;
    (trawl, index)
}

fn multi() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

fn corpus(world: &World) {
    for n in 0..160 {
        let text = format!("mail u{n}@mail.example.org\nand v{n}@mail.example.org\n");
        world.write(&format!("d{}/f{n:03}.txt", n % 3), &text);
    }
}

#[test]
fn what_a_scan_finds_is_searched_across_cuts_changes_and_starts() {
    multi().block_on(async {
        let world = World::new().await;
        corpus(&world);
        world.scan().await;
        assert!(world.trawl.ranges(world.root.path()).await.len() > 1, "the range was cut");
        assert_eq!(world.found("type:email").await, 320);
        assert_eq!(world.found("kind:object coverage:read").await, 160);
        assert_eq!(world.found("path:f007").await, 3);
        let world = world.reopen().await;
        assert_eq!(found(&world.index, "type:email").await.len(), 320, "what was published");
        world.write("d1/f007.txt", "mail u7@mail.example.org\n");
        std::fs::remove_file(world.root.path().join("d0/f000.txt")).unwrap();
        world.write("d1/new.txt", "write to somebody@mail.example.org\n");
        world.scan().await;
        assert_eq!(world.found("type:email state:open").await, 320 - 1 - 2 + 1);
        assert_eq!(world.found("type:email state:closed").await, 2);
        world.is_as_if_made_anew().await;
        world.index.stop().await;
        world.trawl.close().await;
    });
}

#[test]
fn objects_that_were_not_read_are_found_with_the_reason() {
    multi().block_on(async {
        let world = World::new().await;
        world.write("a.txt", "nothing\n");
        world.write("b.bin", "\u{7f}ELF\0\0\0\0");
        std::os::unix::fs::symlink("a.txt", world.root.path().join("link")).unwrap();
        world.scan().await;
        assert_eq!(world.found("coverage:skipped").await, 2);
        assert_eq!(world.found("reason:symlink path:link").await, 1);
        world.is_as_if_made_anew().await;
        world.index.stop().await;
        world.trawl.close().await;
    });
}

#[test]
fn values_in_names_stand_in_no_file_of_the_index() {
    multi().block_on(async {
        let world = World::new().await;
        let value = "anna.plain@mail.example.org";
        world.write(&format!("letters of {value}/note.txt"), "nothing\n");
        world.write(&format!("{value}.txt"), "nothing\n");
        // Never opened, so that nobody has searched its name.
        let link = world.root.path().join(format!("link {value}"));
        std::os::unix::fs::symlink("note.txt", link).unwrap();
        world.scan().await;
        assert_eq!(world.found("type:email").await, 2);
        assert_eq!(world.found("path:note").await, 2);
        assert_eq!(world.found("path:anna").await, 0);
        assert_eq!(world.found("path:link").await, 1);
        world.index.publish().await.unwrap();
        world.index.stop().await;
        let mut files = 0;
        for file in std::fs::read_dir(world.data.path().join("index")).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for word in ["anna", "plain@"] {
                assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word}");
            }
            files += 1;
        }
        assert!(files > 0);
        world.trawl.close().await;
    });
}

#[test]
fn a_source_that_is_deleted_is_found_no_more_before_anybody_looks_around() {
    multi().block_on(async {
        let world = World::new().await;
        world.write("a.txt", "write to anna@mail.example.org\n");
        world.scan().await;
        assert_eq!(world.found("type:email").await, 1);
        let (source, _) = world.trawl.node.catalogue().list().await.unwrap().remove(0);
        world.trawl.node.delete(source).await.unwrap();
        // It is not waited until all is read: who waits for an index has it look around.
        while !found(&world.index, "*").await.is_empty() {
            tokio::task::yield_now().await;
        }
        world.index.stop().await;
        world.trawl.close().await;
    });
}

#[test]
fn of_a_source_that_is_deleted_no_file_of_the_index_has_anything() {
    multi().block_on(async {
        let mut world = World::new().await;
        world.write("a.txt", "write to anna@mail.example.org\n");
        world.scan().await;
        assert_eq!(world.found("type:email").await, 1);
        let other = tempfile::tempdir().unwrap();
        write(other.path(), "b.txt", "write to bert@mail.example.org\n");
        world.trawl.scan(other.path()).await;
        assert_eq!(world.found("type:email").await, 2);
        world.index.publish().await.unwrap();
        let at = world.root.path().as_os_str().as_encoded_bytes().to_vec();
        let sources = world.trawl.node.catalogue().list().await.unwrap();
        let (source, _) = sources.into_iter().find(|(_, head)| head.location == at).unwrap();
        assert!(world.index.holds(source).await.unwrap());
        world.trawl.node.delete(source).await.unwrap();
        // What has it is written anew, whatever becomes of who is at it.
        world = world.reopen().await;
        world.index.purged(source).await.unwrap();
        assert_eq!(world.found("type:email").await, 1);
        for part in world.index.parts().0 {
            let inside = inside(part.split()).unwrap();
            assert!(memchr::memmem::find(&inside, source.to_string().as_bytes()).is_none());
        }
        world.index.stop().await;
        world.trawl.close().await;
    });
}

#[test]
fn who_goes_away_gives_his_place_among_the_searches_back() {
    multi().block_on(async {
        let world = World::new().await;
        for _ in 0..20 {
            tokio::select! {
                biased;
                // It is begun, and left.
                _ = world.index.search(request("*")) => {}
                () = std::future::ready(()) => {}
            }
            assert_eq!(found(&world.index, "*").await.len(), 0);
        }
        world.index.stop().await;
        world.trawl.close().await;
    });
}

/// How many there are by each value of a field.
async fn counted(index: &Index, query: &str, by: &str) -> BTreeMap<String, u64> {
    let mut asked = request(query);
    asked.facets = trawl_search::query::facets(by).unwrap();
    index.search(asked).await.unwrap().facets.remove(0)
}
