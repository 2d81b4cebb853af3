//! A node that serves, and sources that it can be ordered to scan.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use trawl_actors::catalogue::{Catalogue, NewSource};
use trawl_actors::{Connectors, Options};
use trawl_model::source::{Profile, Source};
use trawl_model::{SourceId, TenantId};
use trawl_sources::files::{Files, Settings};
use trawl_sources::{Connector, SourceError};

use super::{Around, Trawl};

/// A gate before each object: closed, it lets through as many as it is told to.
#[derive(Default)]
pub(crate) struct Gate {
    state: Mutex<(u64, u64)>,
    moved: Condvar,
}

impl Gate {
    /// Lets so many more through.
    pub(crate) fn let_through(&self, count: u64) {
        let mut state = self.state.lock();
        state.0 = state.0.saturating_add(count);
        self.moved.notify_all();
    }

    /// How many have come to it.
    pub(crate) fn came(&self) -> u64 {
        self.state.lock().1
    }

    fn pass(&self) {
        let mut state = self.state.lock();
        state.1 += 1;
        while state.0 == 0 {
            self.moved.wait(&mut state);
        }
        state.0 -= 1;
    }
}

/// Folders; all of them behind one gate, if there is one.
pub(crate) struct Folders {
    pub(crate) gate: Option<Arc<Gate>>,
}

impl Connectors for Folders {
    fn connect(&self, source: &Source) -> Result<Arc<dyn Connector>, SourceError> {
        let path = PathBuf::from(String::from_utf8(source.location.clone()).unwrap());
        let around = Around::new(&path);
        let Some(gate) = self.gate.clone() else { return Ok(Arc::new(around)) };
        Ok(Arc::new(around.on_open(move |_| {
            gate.pass();
            None
        })))
    }
}

impl Trawl {
    /// A node that serves.
    pub(crate) async fn serve(data: &Path, options: Options, gate: Option<&Arc<Gate>>) -> Self {
        let trawl = Self::open(data, options).await;
        let folders = Folders { gate: gate.cloned() };
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
