//! A node that serves, and sources that it can be ordered to scan.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use parking_lot::{Condvar, Mutex};
use trawl_actors::catalogue::{Catalogue, NewSource};
use trawl_actors::range::Moment;
use trawl_actors::{Connectors, Options};
use trawl_model::source::{Profile, Source};
use trawl_model::{Reason, SourceId, TenantId, Timestamp};
use trawl_sources::files::{Files, Settings};
use trawl_sources::{Connector, SourceError};
use trawl_storage::records::{
    FindingRow, NameRow, PersonRow, RangeEntry, RangeRow, SourceEntry, SourceRow, TenantEntry,
    TenantRow,
};
use trawl_storage::{Db, Record};

use super::{Around, Trawl, open_once_free};

/// A gate before each object: closed, it lets through as many as it is told to.
#[derive(Default)]
pub(crate) struct Gate {
    state: Mutex<Standing>,
    moved: Condvar,
}

#[derive(Default)]
struct Standing {
    /// So many more are let through.
    more: u64,
    came: u64,
    passed: u64,
}

impl Gate {
    /// Lets so many more through.
    pub(crate) fn let_through(&self, count: u64) {
        let mut state = self.state.lock();
        state.more = state.more.saturating_add(count);
        self.moved.notify_all();
    }

    /// Lets one more through, if somebody stands before it.
    pub(crate) fn let_one_through(&self) {
        let mut state = self.state.lock();
        if state.more == 0 && state.came > state.passed {
            state.more = 1;
            self.moved.notify_all();
        }
    }

    /// How many have come to it.
    pub(crate) fn came(&self) -> u64 {
        self.state.lock().came
    }

    fn pass(&self) {
        let mut state = self.state.lock();
        state.came += 1;
        while state.more == 0 {
            self.moved.wait(&mut state);
        }
        state.more -= 1;
        state.passed += 1;
    }
}

/// A clock whose hands are set.
pub(crate) struct Hands {
    micros: AtomicI64,
    stands: AtomicBool,
}

impl Hands {
    /// Shows this, such as `2026-01-01T00:00Z`.
    pub(crate) fn at(text: &str) -> Arc<Self> {
        let hands = Self { micros: AtomicI64::new(0), stands: AtomicBool::new(false) };
        hands.set(text);
        Arc::new(hands)
    }

    pub(crate) fn set(&self, text: &str) {
        let at: jiff::Timestamp = text.parse().unwrap();
        self.micros.store(at.as_microsecond(), Ordering::SeqCst);
    }

    /// Whether it stands still while somebody waits: then nobody's time ever comes.
    pub(crate) fn stand(&self, stands: bool) {
        self.stands.store(stands, Ordering::SeqCst);
    }

    pub(crate) fn millis(&self) -> i64 {
        self.micros.load(Ordering::SeqCst) / 1_000
    }
}

impl trawl_actors::Clock for Hands {
    fn wall(&self) -> Timestamp {
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst))
    }

    fn now(&self) -> Moment {
        Moment(self.millis() as u64)
    }

    fn pause(&self, millis: u64) {
        if self.stands.load(Ordering::SeqCst) {
            return std::thread::yield_now();
        }
        self.micros.fetch_add(millis as i64 * 1_000, Ordering::SeqCst);
    }
}

/// Folders; all of them behind one gate, if there is one.
#[derive(Default)]
pub(crate) struct Folders {
    pub(crate) gate: Option<Arc<Gate>>,
    /// Objects that can't be opened now.
    pub(crate) broken: Arc<Mutex<Vec<String>>>,
    /// A folder that hangs: who asks for it stands before this gate.
    pub(crate) hung: Option<(PathBuf, Arc<Gate>)>,
    /// Nothing of it is there, as long as this says so.
    pub(crate) missing: Arc<AtomicBool>,
}

impl Connectors for Folders {
    fn connect(&self, source: &Source) -> Result<Arc<dyn Connector>, SourceError> {
        let path = PathBuf::from(String::from_utf8(source.location.clone()).unwrap());
        if self.missing.load(Ordering::SeqCst) {
            let (reason, what) = (Reason::SourceFailed, "the root is not there".to_owned());
            return Err(SourceError { reason, what, transient: false });
        }
        let hung = self.hung.clone().filter(|(hung, _)| path == *hung);
        let around = Around::new(&path).on_validate(move || {
            if let Some((_, gate)) = &hung {
                gate.pass();
            }
        });
        let (gate, broken) = (self.gate.clone(), Arc::clone(&self.broken));
        Ok(Arc::new(around.on_open(move |key| {
            if let Some(gate) = &gate {
                gate.pass();
            }
            let is_broken = broken.lock().contains(&key.revealed());
            is_broken.then(|| SourceError {
                reason: trawl_model::Reason::Io,
                what: "could not open a file: input/output error".to_owned(),
                transient: true,
            })
        })))
    }
}

impl Trawl {
    /// A node that serves.
    pub(crate) async fn serve(data: &Path, options: Options, gate: Option<&Arc<Gate>>) -> Self {
        let trawl = Self::open(data, options).await;
        let folders = Folders { gate: gate.cloned(), ..Folders::default() };
        trawl.node.serve(Arc::new(folders)).await.unwrap();
        trawl
    }

    /// A node that serves, and goes by a clock that is set by hand.
    pub(crate) async fn serve_by(
        data: &Path,
        options: Options,
        gate: Option<&Arc<Gate>>,
        clock: &Arc<Hands>,
    ) -> Self {
        let db = Db::new(open_once_free(data).await);
        let clock = Arc::clone(clock);
        let trawl = Self::open_by(db, data, options, clock).await;
        let folders = Folders { gate: gate.cloned(), ..Folders::default() };
        trawl.node.serve(Arc::new(folders)).await.unwrap();
        trawl
    }

    /// Adds a source.
    pub(crate) async fn add(&self, root: &Path, profile: Profile) -> SourceId {
        let files = Files::new(root.to_owned(), Settings::default()).unwrap();
        let (id, location) = (self.node.source_of(&files), files.location());
        let new = NewSource { id, kind: "files".into(), location, profile };
        self.catalogue().add(new).await.unwrap();
        id
    }

    pub(crate) fn catalogue(&self) -> Catalogue {
        Catalogue::of(&self.db, &TenantId::default_tenant())
    }

    /// Rows that belong to a source beside its own head, wherever they are.
    pub(crate) async fn left_of(&self, source: SourceId) -> Vec<String> {
        let mut left = Vec::new();
        for row in swept::<FindingRow>(&self.db).await {
            left.extend((row.at.source == source).then(|| format!("finding {}", row.object)));
        }
        for row in swept::<PersonRow>(&self.db).await {
            left.extend((row.key.source == source).then(|| format!("person {}", row.key.object)));
        }
        for row in swept::<NameRow>(&self.db).await {
            left.extend((row.at.source == source).then(|| format!("name {}", row.at.object)));
        }
        for row in swept::<RangeRow>(&self.db).await {
            let gone = matches!(&row.entry, RangeEntry::Head(head) if head.gone);
            let is = row.at.source == source && !gone;
            left.extend(is.then(|| format!("range {}", row.at.range)));
        }
        for row in swept::<SourceRow>(&self.db).await {
            let head = matches!(row.entry, SourceEntry::Head(_));
            left.extend((row.at.source == source && !head).then(|| "directory".to_owned()));
        }
        for row in swept::<TenantRow>(&self.db).await {
            let is = matches!(row.entry, TenantEntry::Name(_, of) if of == source);
            left.extend(is.then(|| "name of the source".to_owned()));
        }
        left
    }

    /// Stops a node whose readers stand before a gate: they end when they are let through.
    pub(crate) async fn close_behind(self, gate: &Gate, count: u64) {
        let stopping = self.close();
        tokio::pin!(stopping);
        gate.let_through(count);
        stopping.await;
    }

    /// Waits until nothing is at work.
    pub(crate) async fn at_rest(&self) {
        while self.node.held() != [0; 4] {
            tokio::task::yield_now().await;
        }
    }
}

/// All rows of a record.
async fn swept<R: Record>(db: &Db) -> Vec<R> {
    let (mut cursor, mut rows) = (None, Vec::new());
    loop {
        let page = db.sweep::<R>(cursor, 1_000).await.unwrap();
        rows.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() {
            return rows;
        }
    }
}
