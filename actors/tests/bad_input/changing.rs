//! Files that don't hold still: what is done to them is done at a read, so that each run is alike.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use trawl_model::scan::Scan;
use trawl_model::{Class, Fingerprint, Item, ObjectKey, Reason};
use trawl_sources::Content;

use crate::checked::{adds_up, class_of, close, gather_log, has_a_word, tells_nothing};
use crate::folder;
use crate::made::line;
use crate::support::{Around, Trawl, key, options, write};

/// What is done to the tree, at most so many times.
type Meddle = Arc<dyn Fn(&Path) + Send + Sync>;

#[derive(Clone, Copy, PartialEq)]
enum When {
    BeforeOpening,
    AtEachFirstRead,
}

/// What is opened, and what is done to it when it is first read.
struct Watched {
    content: Box<dyn Content>,
    at_read: Option<(PathBuf, Meddle)>,
}

impl Content for Watched {
    fn fingerprint(&self) -> &Fingerprint {
        self.content.fingerprint()
    }

    fn fingerprint_now(&mut self) -> io::Result<Fingerprint> {
        self.content.fingerprint_now()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read_at(offset, buffer);
        if let Some((path, meddle)) = self.at_read.take() {
            meddle(&path);
        }
        read
    }

    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        self.content.data_from(offset)
    }
}

async fn scan(trawl: &Trawl, root: &Path, when: When, times: usize, meddle: Meddle) -> Scan {
    let (path, left) = (root.join(NAME), AtomicUsize::new(times));
    let again = move |key: &ObjectKey| {
        let take = |n: usize| n.checked_sub(1);
        key.as_bytes() == NAME.as_bytes()
            && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok()
    };
    let around = Around::new(root);
    let around = match when {
        When::BeforeOpening => around.on_open(move |key| {
            if again(key) {
                meddle(&path);
            }
            None
        }),
        When::AtEachFirstRead => around.on_content(move |key, content| {
            let at_read = again(key).then(|| (path.clone(), Arc::clone(&meddle)));
            Box::new(Watched { content, at_read })
        }),
    };
    trawl.scan_around(around).await
}

const NAME: &str = "restless.txt";

/// One file that is meddled with, and some that are left alone.
fn tree() -> tempfile::TempDir {
    let root = folder();
    write(root.path(), NAME, line());
    (0..5).for_each(|n| write(root.path(), &format!("calm{n}.txt"), line()));
    root
}

fn grow(path: &Path) {
    let mut file = std::fs::File::options().append(true).open(path).unwrap();
    file.write_all(line().as_bytes()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_grows_once_is_read_once_more_and_whole() {
    gather_log();
    let (data, root) = (folder(), tree());
    let trawl = Trawl::open(data.path(), options()).await;
    let once = scan(&trawl, root.path(), When::AtEachFirstRead, 1, Arc::new(grow)).await;
    adds_up(&once);
    let objects = trawl.objects(root.path()).await;
    assert_eq!(objects[NAME].size, 2 * line().len() as u64, "as large as it was when read");
    assert_eq!(objects[NAME].findings, 2);
    tells_nothing(&trawl, root.path(), data.path()).await;
    close(trawl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_always_grows_is_read_to_an_end_and_again_by_the_next_scan() {
    gather_log();
    let (data, root) = (folder(), tree());
    let trawl = Trawl::open(data.path(), options()).await;
    let first = scan(&trawl, root.path(), When::AtEachFirstRead, 100, Arc::new(grow)).await;
    adds_up(&first);
    let object = trawl.objects(root.path()).await.remove(NAME).unwrap();
    has_a_word(NAME, &object);
    assert_eq!(object.fingerprint, None, "so that the next scan reads it");
    assert!(object.findings >= 1);
    let second = trawl.scan(root.path()).await;
    adds_up(&second);
    let size = std::fs::metadata(root.path().join(NAME)).unwrap().len();
    let object = trawl.objects(root.path()).await.remove(NAME).unwrap();
    assert_eq!((object.size, object.findings), (size, size / line().len() as u64));
    close(trawl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_shrinks_under_the_reader_adds_up() {
    gather_log();
    let (data, root) = (folder(), tree());
    write(root.path(), NAME, line().repeat(100_000));
    let trawl = Trawl::open(data.path(), options()).await;
    let shrink: Meddle = Arc::new(|path| {
        std::fs::File::options().write(true).open(path).unwrap().set_len(100).unwrap();
    });
    let scan = scan(&trawl, root.path(), When::AtEachFirstRead, 1, shrink).await;
    adds_up(&scan);
    let object = trawl.objects(root.path()).await.remove(NAME).unwrap();
    assert_eq!((object.size, object.findings), (100, 2));
    close(trawl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_replaced_adds_up_and_its_successor_is_read() {
    gather_log();
    let (data, root) = (folder(), tree());
    let trawl = Trawl::open(data.path(), options()).await;
    let replace: Meddle = Arc::new(|path| {
        let other = path.with_extension("new");
        std::fs::write(&other, line().repeat(3)).unwrap();
        std::fs::rename(&other, path).unwrap();
        crate::support::age(path);
    });
    adds_up(&scan(&trawl, root.path(), When::AtEachFirstRead, 1, replace).await);
    let second = trawl.scan(root.path()).await;
    adds_up(&second);
    assert_eq!(second.counts.vanished, 0);
    assert_eq!(trawl.findings(root.path(), NAME).await.len(), 3);
    close(trawl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_removed_before_it_is_opened_failed_and_is_closed_by_the_next_scan() {
    gather_log();
    let (data, root) = (folder(), tree());
    let trawl = Trawl::open(data.path(), options()).await;
    let remove: Meddle = Arc::new(|path| std::fs::remove_file(path).unwrap());
    let first = scan(&trawl, root.path(), When::BeforeOpening, 1, remove).await;
    adds_up(&first);
    let object = trawl.objects(root.path()).await.remove(NAME).unwrap();
    assert_eq!(class_of(&object), Class::Failed(Reason::Vanished));
    has_a_word(NAME, &object);
    let second = trawl.scan(root.path()).await;
    adds_up(&second);
    assert_eq!(second.counts.vanished, 1);
    assert!(trawl.objects(root.path()).await[NAME].closed);
    close(trawl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_removed_while_it_is_read_counts_as_read() {
    gather_log();
    let (data, root) = (folder(), tree());
    let trawl = Trawl::open(data.path(), options()).await;
    let remove: Meddle = Arc::new(|path| std::fs::remove_file(path).unwrap());
    let first = scan(&trawl, root.path(), When::AtEachFirstRead, 1, remove).await;
    adds_up(&first);
    let second = trawl.scan(root.path()).await;
    adds_up(&second);
    assert_eq!(second.coverage.items_of(Item::Object, Class::Carried), 5);
    let objects = trawl.objects(root.path()).await;
    assert!(objects[NAME].closed && !objects[&key("calm0.txt").revealed()].closed);
    close(trawl).await;
}
