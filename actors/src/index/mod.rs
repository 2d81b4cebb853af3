//! The index of a node: what the store holds, made searchable.
//!
//! An index has a fixed number of **lanes**; each reads the logs of a share of the ranges, and
//! publishes splits. Of several nodes that reach the files, each has the lanes whose shards it has
//! ([`sharing`], [`attending`]), and the one that leads asks the others ([`away`], [`asked`]). The record of indices says which index serves, and which one is being built to
//! take its place. Whoever has changed something tells the [`Waker`]; what nobody told of is found by
//! a look around. Searching asks no actor: each lane shows what is to be searched.
//!
//! What is decided is pure ([`plan`], [`queue`]); [`read`] reads the store, [`documents`] and
//! [`names`] make of it what is searched, [`publish`] and [`manifest`] keep it, and [`janitor`]
//! removes what nothing names.

mod asked;
mod attending;
mod away;
mod documents;
mod files;
mod indices;
mod janitor;
mod lane;
mod manifest;
mod names;
pub mod plan;
mod publish;
mod queue;
mod read;
mod root;
mod rounds;
mod rows;
mod searching;
mod set;
mod sharing;
mod shown;
mod status;
mod waker;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use ractor::{Actor, ActorRef};
use tokio::sync::{Notify, OwnedMutexGuard, Semaphore, watch};
use tracing::Instrument;
use trawl_model::{SourceId, TenantId};
use trawl_search::compaction;
use trawl_search::leaf::{self, Unsearched, Waits};
use trawl_search::split::Blobs;
use trawl_storage::Db;
use trawl_storage::records::{Built, IndexHead};

use crate::background::Tasks;
use crate::clock::SharedClock;
use crate::cluster::Cluster;
use crate::crash;
use crate::error::Error;
use crate::room::Room;
use crate::rulebook::Rulebook;
pub(crate) use asked::Reached;
use files::Files;
pub use plan::Tuning;
use root::Root;
use set::Set;
pub use sharing::Sharing;
pub use status::{LaneStatus, Rebuild, Status};
pub(crate) use waker::Relay;
pub use waker::Waker;

/// How often it is looked whether a source is out of the files.
const LOOK_AT_PURGE: Duration = Duration::from_millis(20);

/// What an index is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whose findings are indexed.
    pub tenant: TenantId,
    /// How many lanes an index has that is made now.
    pub lanes: u16,
    /// The bounds of a lane's work.
    pub tuning: Tuning,
    /// Which splits become one.
    pub compaction: compaction::Tuning,
    /// Findings and objects that are taken in at once.
    pub batch_documents: usize,
    /// How long a file stays that nothing names.
    pub grace_millis: u64,
    /// Where large splits lie while they are made; in memory where it is not said.
    pub scratch: Option<PathBuf>,
    /// Whether there is room for what is written.
    pub room: Room,
    /// Nobody else writes to the files: what nothing names at the start is removed at once.
    pub alone: bool,
    /// So far the threads that take in what has changed stand behind others: from 0, for not at all, to
    /// 19.
    pub behind: u8,
    /// The same of those that write splits.
    pub writing_behind: u8,
    /// Threads that share what a lane takes in, where thousands come at once.
    pub threads: usize,
    /// Searches that are at work at once.
    pub searches: usize,
    /// Another node leads, and has searches answered: this one has its share of the lanes at the most.
    pub elsewhere: bool,
    /// The other nodes, where each has a share of the lanes; none where the node that leads has all of
    /// them.
    pub sharing: Option<Sharing>,
}

impl Options {
    /// The defaults, for a tenant.
    pub fn new(tenant: TenantId) -> Self {
        Self {
            tenant,
            lanes: 2,
            tuning: Tuning::default(),
            compaction: compaction::Tuning::default(),
            batch_documents: 10_000,
            grace_millis: 600_000,
            scratch: None,
            room: Room::unwatched(),
            alone: false,
            behind: 0,
            writing_behind: 0,
            threads: 1,
            searches: 16,
            elsewhere: false,
            sharing: None,
        }
    }
}

/// A share of all ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    lane: u16,
    lanes: u16,
}

impl Part {
    /// Whether a range with this lane belongs here. A range has one of many lanes, for as long as it
    /// lasts, and children keep that of their parent; an index has few, over which they are spread.
    fn takes(self, lane: u16) -> bool {
        lane % self.lanes.max(1) == self.lane
    }
}

/// What all lanes work with.
struct Common {
    db: Db,
    rules: Rulebook,
    files: Arc<Files>,
    clock: SharedClock,
    tenant: TenantId,
    tuning: Tuning,
    compaction: compaction::Tuning,
    batch_documents: usize,
    scratch: Option<PathBuf>,
    waker: Waker,
    room: Room,
    writing_behind: u8,
    /// Where lanes and janitor are at work.
    tasks: Tasks,
    threads: usize,
    /// Nobody else reads or writes the files.
    alone: bool,
    /// The other nodes that have lanes.
    sharing: Option<Sharing>,
    /// This node leads: it has searches answered, and indices begun and ended.
    leads: bool,
    /// There may be something to tell a lane of another node, or a lane to be opened.
    news: Arc<Notify>,
}

/// An index at work. Cheap to clone.
#[derive(Clone)]
pub struct Index {
    inner: Arc<Inner>,
}

struct Inner {
    common: Arc<Common>,
    lanes: u16,
    root: ActorRef<root::Message>,
    janitor: ActorRef<janitor::Message>,
    serving: RwLock<Arc<Set>>,
    building: RwLock<Option<Arc<Set>>>,
    /// One is built at a time.
    rebuilding: Arc<tokio::sync::Mutex<()>>,
    rebuild: Mutex<Option<Rebuild>>,
    /// How many searches more may be at work.
    searching: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

impl Inner {
    fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}

impl Index {
    /// Opens the index that serves, and goes on with one that was being built. The waker is told of
    /// changes by those who make them; rules give findings their facets.
    pub async fn start(
        options: Options,
        db: Db,
        blobs: Arc<dyn Blobs>,
        rules: impl Into<Rulebook>,
        clock: SharedClock,
        waker: Waker,
    ) -> Result<Self, Error> {
        let failed = |error: ractor::SpawnErr| Error::Failed(error.to_string());
        // What a lane has in memory waits for room.
        let db = options.room.waiting(&db);
        let common = Arc::new(Common {
            db: db.clone(),
            rules: rules.into(),
            files: Arc::new(Files::new(blobs)),
            clock,
            tenant: options.tenant,
            tuning: options.tuning,
            compaction: options.compaction,
            batch_documents: options.batch_documents,
            scratch: options.scratch,
            waker,
            room: options.room,
            writing_behind: options.writing_behind,
            tasks: Tasks::start("index", options.behind, options.lanes.into())
                .map_err(|error| Error::Failed(format!("a thread of the index: {error}")))?,
            threads: options.threads,
            alone: options.alone,
            sharing: options.sharing,
            leads: !options.elsewhere,
            news: Arc::default(),
        });
        let (head, built) = if options.elsewhere {
            (IndexHead::default(), Built { number: 0, lanes: 0 })
        } else {
            let head = indices::take(&db, options.lanes).await?;
            let built = head.serving.ok_or(Error::Record("indices of which none serves"))?;
            (head, built)
        };
        let (root, _) = Actor::spawn(None, Root, ()).await.map_err(failed)?;
        let serving = Set::start(&common, built, &root).await?;
        let arguments = janitor::Arguments {
            common: Arc::clone(&common),
            grace_millis: options.grace_millis,
            at_once: options.alone && !options.elsewhere,
        };
        let janitor = Actor::spawn_linked(None, janitor::Janitor, arguments, root.get_cell());
        let janitor = common.tasks.run(janitor).await.map_err(thread_failed)?;
        let (janitor, _) = janitor.map_err(crate::keeper::why_not)?;
        let inner = Inner {
            common,
            lanes: options.lanes,
            root,
            janitor,
            serving: RwLock::new(Arc::new(serving)),
            building: RwLock::default(),
            rebuilding: Arc::default(),
            rebuild: Mutex::default(),
            searching: Arc::new(Semaphore::new(options.searches.max(1))),
            stopping: watch::Sender::new(false),
        };
        let index = Self { inner: Arc::new(inner) };
        if index.inner.common.sharing.is_some() {
            tokio::spawn(attending::attend(Arc::downgrade(&index.inner)));
        }
        index.end_those_that_have_ended(&head.ended).await?;
        if head.building.is_some() {
            index.begin_rebuild();
        }
        Ok(index)
    }

    /// From now on other nodes are answered by this one, if only that it shares no lanes.
    pub fn answer_in(&self, cluster: &Cluster) {
        cluster.reached().answer_for(self);
    }

    /// Whether another node has searches answered, and nothing is found here.
    pub fn is_elsewhere(&self) -> bool {
        !self.inner.common.leads
    }

    /// All that is searched now, and what can't be.
    pub fn parts(&self) -> (Vec<leaf::Part>, Vec<Unsearched>) {
        let serving = Arc::clone(&self.inner.serving.read());
        serving.parts()
    }

    /// Whether its files hold anything of a source, be it dead. It tells of the past: what is deleted
    /// is taken out of them by itself.
    pub async fn holds(&self, source: SourceId) -> Result<bool, Error> {
        let mut holds = false;
        for set in self.sets() {
            holds |= set.holds(source).await?;
        }
        Ok(holds)
    }

    /// Waits until its files hold nothing more of a source that is deleted. Each lane takes it out of
    /// them by itself, when it has seen that the source is.
    pub async fn purged(&self, source: SourceId) -> Result<(), Error> {
        while self.holds(source).await? {
            if let Some(why) = self.status().serving.into_iter().find_map(|lane| lane.error) {
                return Err(Error::Failed(why));
            }
            tokio::time::sleep(LOOK_AT_PURGE).await;
        }
        Ok(())
    }

    /// Waits until all that the store holds now is found.
    pub async fn catch_up(&self) -> Result<(), Error> {
        self.ask_serving(async |set| set.catch_up().await).await
    }

    /// Publishes all that is found from memory alone.
    pub async fn publish(&self) -> Result<(), Error> {
        self.ask_serving(async |set| set.flush().await).await
    }

    /// Asks the index that serves; if another has taken its place meanwhile, that one too.
    async fn ask_serving(
        &self,
        ask: impl AsyncFn(Arc<Set>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        loop {
            let serving = Arc::clone(&self.inner.serving.read());
            let answer = ask(Arc::clone(&serving)).await;
            if answer.is_ok() || Arc::ptr_eq(&serving, &self.inner.serving.read()) {
                return answer;
            }
        }
    }

    /// Makes the index anew from the store, while the present one serves; then the new one takes its
    /// place. What was begun and broken off is gone on with.
    pub async fn rebuild(&self) -> Result<(), Error> {
        let one = Arc::clone(&self.inner.rebuilding).lock_owned().await;
        *self.inner.rebuild.lock() = Some(self.begun());
        self.rebuild_alone(one).await
    }

    /// The same in the background; how far it is says the status. Where that is at work already, it
    /// goes on.
    pub fn begin_rebuild(&self) {
        // Who comes meanwhile finds it noted.
        let mut rebuild = self.inner.rebuild.lock();
        let Ok(one) = Arc::clone(&self.inner.rebuilding).try_lock_owned() else { return };
        *rebuild = Some(self.begun());
        drop(rebuild);
        let index = self.clone();
        let rebuilding = async move {
            if let Err(error) = index.rebuild_alone(one).await {
                tracing::warn!(%error, "the index that is being built waits for the next start");
            }
        };
        tokio::spawn(rebuilding.in_current_span());
    }

    fn begun(&self) -> Rebuild {
        let begun = self.inner.common.clock.wall();
        Rebuild { begun, ended: None, documents: 0, error: None }
    }

    async fn rebuild_alone(&self, _one: OwnedMutexGuard<()>) -> Result<(), Error> {
        let rebuilt = self.build_and_switch().await;
        let documents = self.status().found();
        if let Some(rebuild) = &mut *self.inner.rebuild.lock() {
            rebuild.ended = Some(self.inner.common.clock.wall());
            match &rebuilt {
                Ok(()) => rebuild.documents = documents,
                Err(error) => rebuild.error = Some(error.to_string()),
            }
        }
        rebuilt
    }

    async fn build_and_switch(&self) -> Result<(), Error> {
        let inner = &self.inner;
        let set = match self.begin_set().await? {
            set if !set.has_lost_files() => set,
            // One that was begun before, and of which files are lost, comes to nothing.
            set => {
                self.give_up(&set).await?;
                self.begin_set().await?
            }
        };
        let set = Arc::new(set);
        *inner.building.write() = Some(Arc::clone(&set));
        let whole = self.make_whole(&set).await;
        *inner.building.write() = None;
        if let Err(error) = whole {
            set.stop().await;
            // What can't be read on another node is begun anew the next time.
            if set.has_lost_files() {
                self.give_up(&set).await?;
            }
            return Err(error);
        }
        let old = std::mem::replace(&mut *inner.serving.write(), set);
        old.stop().await;
        self.end_those_that_have_ended(&[old.built()]).await
    }

    /// What was begun comes to nothing.
    async fn give_up(&self, set: &Set) -> Result<(), Error> {
        set.stop().await;
        indices::give_up(&self.inner.common.db, set.built()).await?;
        self.end_those_that_have_ended(&[set.built()]).await
    }

    /// The lanes of the index that is being built.
    async fn begin_set(&self) -> Result<Set, Error> {
        let inner = &self.inner;
        let built = indices::begin(&inner.common.db, inner.lanes).await?;
        crash::point("index.rebuild-begun");
        Set::start(&inner.common, built, &inner.root).await
    }

    async fn make_whole(&self, set: &Set) -> Result<(), Error> {
        set.catch_up().await?;
        set.flush().await?;
        crash::point("index.rebuild-whole");
        // What came while it was written.
        set.catch_up().await?;
        indices::switch(&self.inner.common.db, set.built()).await?;
        crash::point("index.rebuild-switched");
        Ok(())
    }

    async fn end_those_that_have_ended(
        &self,
        ended: &[trawl_storage::records::Built],
    ) -> Result<(), Error> {
        let db = &self.inner.common.db;
        for built in ended {
            for lane in 0..built.lanes {
                let at = set::manifest_of(*built, lane);
                let files = Arc::clone(&self.inner.common.files);
                let named = manifest::named(db, &at).await?;
                manifest::end(db, at).await?;
                if self.inner.common.alone {
                    // What somebody has open yet is the janitor's.
                    blocking(move || files.remove_all(named)).await?;
                }
            }
            crash::point("index.rebuild-ended");
            indices::strike(db, *built).await?;
        }
        Ok(())
    }

    /// The place where its files lie and how many are there just now, where others reach it too.
    pub async fn place(&self) -> Result<Option<(String, usize)>, Error> {
        let files = Arc::clone(&self.inner.common.files);
        let Some(place) = files.place().map(str::to_owned) else { return Ok(None) };
        let all = blocking(move || files.all()).await??;
        Ok(Some((place, all.len())))
    }

    /// Removes files that nothing has named for long enough.
    pub async fn tidy(&self) -> Result<(), Error> {
        match self.inner.janitor.call(janitor::Message::Tidy, None).await {
            Ok(ractor::rpc::CallResult::Success(done)) => done,
            _ => Err(Error::Stopping),
        }
    }

    /// How the index is.
    pub fn status(&self) -> Status {
        let building = self.inner.building.read().clone();
        let building = building.map_or_else(Vec::new, |set| set.status());
        let mut rebuild = self.inner.rebuild.lock().clone();
        if let Some(rebuild) = rebuild.as_mut().filter(|rebuild| rebuild.ended.is_none()) {
            rebuild.documents = building.iter().map(|lane| lane.taken_in).sum();
        }
        Status { serving: self.inner.serving.read().status(), building, rebuild }
    }

    /// Publishes what is in memory, and stops.
    pub async fn stop(&self) {
        self.inner.stopping.send_replace(true);
        self.inner.common.news.notify_one();
        let serving = Arc::clone(&self.inner.serving.read());
        if !self.inner.common.room.is_enough() {
            tracing::warn!("there is no room to publish the rest of the index; it is read again");
        } else if let Err(error) = serving.flush_here().await {
            tracing::warn!(%error, "not all of the index could be published; it is read again");
        }
        let building = self.inner.building.write().take();
        if let Some(building) = building {
            building.stop().await;
        }
        serving.stop().await;
        self.inner.janitor.stop(None);
        self.inner.root.stop(None);
        let _ = self.inner.root.wait(None).await;
    }
}

/// Somebody who waits for an answer.
struct Asked(Waits);

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Work that takes a thread for a while.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(thread_failed)
}

fn thread_failed(error: tokio::task::JoinError) -> Error {
    Error::Failed(format!("a thread of the index: {error}"))
}
