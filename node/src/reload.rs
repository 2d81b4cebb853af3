//! The settings, read again while the node runs: asked for by a signal or by a key, which is all the
//! same. What is wrong refuses all of it; what takes effect is in the audit record before.

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use trawl_actors::Node;
use trawl_cluster_config::{Layers, Reload};
use trawl_model::TenantId;
use trawl_storage::Db;
use utoipa::ToSchema;

use crate::api::{self, Shown, Tls};
use crate::error::Error;
use crate::live::Live;
use crate::log::Filter;
use crate::running::Running;
use crate::{audit, settings};

/// Who reads them again when the process is told to by the system.
pub(crate) const BY_SIGNAL: &str = "signal SIGHUP";

/// The key under which it is told that what lies at the certificate's place is another one.
const CERTIFICATE: &str = "api.tls_certificate";

/// What reading the settings again came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Reloaded {
    /// The settings that have taken effect. `api.tls_certificate` is among them when another
    /// certificate or key lies at its place.
    pub(crate) applied: Vec<String>,
    /// The settings that were changed and take effect at the next start.
    pub(crate) waiting: Vec<String>,
}

/// Reads settings again.
pub(crate) struct Reloading {
    /// The layers, as the command line has them.
    pub(crate) layers: Box<dyn Fn() -> Layers + Send + Sync>,
    /// What is in effect.
    pub(crate) live: Live,
    /// Who holds to it.
    pub(crate) node: Node,
    /// What is shown to those who connect.
    pub(crate) shown: Shown,
    /// Where the node is found.
    pub(crate) running: Running,
    /// The store, for the audit record.
    pub(crate) db: Db,
    /// Whose record.
    pub(crate) tenant: TenantId,
    /// One at a time.
    pub(crate) one: Mutex<()>,
}

/// All that can be wrong has been looked for.
struct Prepared {
    reload: Reload,
    filter: Filter,
    tls: Option<Tls>,
}

impl Reloading {
    /// Reads the settings again, for whom the audit record names so.
    pub(crate) async fn reload(&self, actor: &str) -> Result<Reloaded, Error> {
        let _one = self.one.lock().await;
        let reloaded = self.take_effect(actor).await;
        reloaded.inspect_err(|error| tracing::error!(%error, "the settings are left as they are"))
    }

    async fn take_effect(&self, actor: &str) -> Result<Reloaded, Error> {
        let prepared = self.prepare().await;
        let Prepared { reload, filter, tls } =
            prepared.map_err(|error| Error::NotReloaded(Box::new(error)))?;
        let (mut applied, waiting) = (reload.applied, reload.waiting);
        let tls = tls.filter(|tls| self.shown.is_other(Some(tls)));
        if tls.is_some() && !applied.iter().any(|key| key == CERTIFICATE) {
            applied.push(CERTIFICATE.to_owned());
        }
        if !applied.is_empty() {
            let detail = applied.join(", ");
            audit::enter(&self.db, &self.tenant, actor, "config-reload", "settings", &detail)
                .await?;
            if let Some(tls) = tls {
                // Who finds the node by its note knows it by its certificate.
                let running = self.running.showing(&tls.certificate);
                running.write(&reload.settings.node.data_dir)?;
                self.shown.set(tls);
            }
            filter.apply();
            self.node.hold_to(settings::policy(&reload.settings));
            self.live.set(reload.settings);
        }
        tracing::info!(?applied, "the settings were read again");
        if !waiting.is_empty() {
            tracing::warn!(?waiting, "settings were changed that take effect at the next start");
        }
        Ok(Reloaded { applied, waiting })
    }

    async fn prepare(&self) -> Result<Prepared, Error> {
        let (layers, in_effect) = ((self.layers)(), self.live.now());
        // Files may lie where reading takes long.
        let prepared = spawn_blocking(move || {
            let reload = Reload::plan(&in_effect, &layers.load()?);
            let filter = Filter::of(&reload.settings.log)?;
            let tls = api::shown_by(&reload.settings.api)?;
            Ok(Prepared { reload, filter, tls })
        });
        prepared.await.map_err(|error| Error::Fault(format!("reading settings: {error}")))?
    }
}
