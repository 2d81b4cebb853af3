//! What must hold at the end of every scan, and that content stays where it is.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use trawl_model::scan::{Scan, ScanState};
use trawl_model::{Class, Item, Object, Reason};

use crate::support::{Trawl, options};

/// A value that is planted in every file that is made here.
pub(crate) const MARKER: &str = "zebra.quagga7193@mail.example.org";
/// What of it may be nowhere but in the source.
const TELLING: &[u8] = b"zebra.quagga";

/// All that was logged in this process.
static LOG: LazyLock<Arc<Mutex<Vec<u8>>>> = LazyLock::new(|| {
    let log: Arc<Mutex<Vec<u8>>> = Arc::default();
    let made = Arc::clone(&log);
    tracing_subscriber::fmt()
        .with_env_filter("trace")
        .with_ansi(false)
        .with_writer(move || Tee(Arc::clone(&made)))
        .init();
    let said = Arc::clone(&log);
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // What the program would print: not what a format says that reads content.
        if !trawl_sources::panics::reading() {
            said.lock().unwrap().extend_from_slice(panic.to_string().as_bytes());
            usual(panic);
        }
    }));
    log
});

struct Tee(Arc<Mutex<Vec<u8>>>);

impl Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Begins to gather what is logged.
pub(crate) fn gather_log() {
    LazyLock::force(&LOG);
}

/// What holds of every scan, whatever it met.
#[track_caller]
pub(crate) fn adds_up(scan: &Scan) {
    assert_eq!(scan.state, ScanState::Finished, "{:?}", scan.error);
    assert_eq!(scan.coverage.total_bytes(), scan.listed_bytes, "bytes: {:?}", scan.coverage);
    assert_eq!(scan.coverage.total_items(Item::Object), scan.listed_objects, "{:?}", scan.coverage);
    assert!(scan.coverage.bytes().all(|(class, _)| class != Class::Pending), "nothing is left");
}

/// What became of an object: its one class.
#[track_caller]
pub(crate) fn class_of(object: &Object) -> Class {
    let mut classes = object.coverage.items().filter(|(item, ..)| *item == Item::Object);
    let (_, class, count) = classes.next().expect("an object has a class");
    assert_eq!((count, classes.next()), (1, None), "and one alone: {:?}", object.coverage);
    class
}

/// What holds of every object: its own ledger sums to its size, no reader of it died, and what was
/// not read has a word.
#[track_caller]
pub(crate) fn has_a_word(name: &str, object: &Object) {
    assert_eq!(object.coverage.total_bytes(), object.size, "{name}: {:?}", object.coverage);
    let class = class_of(object);
    let died = |(class, _): (Class, u64)| class.reason() == Some(Reason::ReaderDied);
    assert!(!object.coverage.bytes().any(died), "{name}: {:?}", object.error);
    assert_ne!(class.reason(), Some(Reason::ReaderDied), "{name}: {:?}", object.error);
    if let Class::Failed(_) = class {
        assert!(object.error.as_ref().is_some_and(|e| e.len() > 8), "{name}: {class:?}");
    }
}

/// Closes a node. It never held more content than it may: who holds a document that is loaded whole may
/// exceed the bound by that one.
pub(crate) async fn close(trawl: Trawl) {
    let (bound, peak) = (options().content_in_flight, trawl.node.peak_in_flight());
    assert!(peak <= bound + options().crawl.reading.whole_bytes, "{peak} bytes in flight");
    trawl.close().await;
}

/// The planted value is in nothing that was said or kept: not in the log, not in a row, not in a
/// file of the data directory.
pub(crate) async fn tells_nothing(trawl: &Trawl, root: &Path, data: &Path) {
    for (name, object) in trawl.objects(root).await {
        let said = format!("{:?} {} {:?}", object.error, object.format, object.coverage);
        assert!(!holds(said.as_bytes()), "{name}: {said}");
        for row in trawl.live_of(root, &object).await {
            let said = format!("{:?} {}", row.finding, row.finding.preview.as_str());
            assert!(!holds(said.as_bytes()), "{name}: a finding tells its value");
        }
    }
    assert!(!holds(&LOG.lock().unwrap()), "the log tells a value");
    assert_kept_nowhere(data);
}

/// No file below a folder holds the value.
fn assert_kept_nowhere(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_kept_nowhere(&path);
        } else if let Ok(bytes) = std::fs::read(&path) {
            assert!(!holds(&bytes), "{} holds a value", path.display());
        }
    }
}

fn holds(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, TELLING).is_some()
}
