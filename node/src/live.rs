//! The settings that are in effect. Those of a node that runs may change when it reads them again, so
//! whoever goes by one asks for it when he needs it.

use std::sync::Arc;

use parking_lot::RwLock;
use trawl_cluster_config::Settings;

/// The settings that are in effect. Cheap to clone; all clones change together.
#[derive(Clone)]
pub(crate) struct Live(Arc<RwLock<Arc<Settings>>>);

impl Live {
    /// These, until others are set.
    pub(crate) fn of(settings: Settings) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(settings))))
    }

    /// Those of this moment.
    pub(crate) fn now(&self) -> Arc<Settings> {
        Arc::clone(&self.0.read())
    }

    /// From now on others are in effect.
    pub(crate) fn set(&self, settings: Settings) {
        *self.0.write() = Arc::new(settings);
    }
}
