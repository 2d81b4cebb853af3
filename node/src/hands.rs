//! Who carries out what is changed: the node that runs in this process or, where none does, the command
//! itself, which has the store for itself. What was done is the same; a node does some of it later, by
//! itself.

use std::sync::Arc;

use trawl_actors::catalogue::Catalogue;
use trawl_actors::schedule::Schedules;
use trawl_actors::{Index, Node, Orders, Released, erase, parked};
use trawl_cluster_config::StoreKind;
use trawl_model::scan::{Order, Scan, ScanState};
use trawl_model::{Origin, ScanId, SourceId, TenantId};
use trawl_sources::Connector;
use trawl_storage::Db;

use crate::answers::Answers;
use crate::error::Error;
use crate::live::Live;
use crate::orders::Command;
use crate::{clock, disk, start, terminal};

/// Who carries out what is changed.
pub(crate) enum Hands {
    /// A node at work, and what is searched of it.
    Node(Node, Index),
    /// Nobody but us: nothing is at work.
    Alone(Alone),
}

/// What is left of a source that is deleted.
pub(crate) enum Left {
    /// Something that is kept.
    Rows,
    /// Documents in files of the index, which nothing finds.
    Index,
    /// Nobody knows, for a part of the index can't be read.
    Unread(String),
}

/// A store that nobody else has open.
pub(crate) struct Alone {
    db: Db,
    tenant: TenantId,
    settings: Live,
}

impl Hands {
    /// Ours, on the store that answers.
    pub(crate) fn alone(answers: &Answers) -> Self {
        let (db, tenant) = (answers.db().clone(), answers.tenant().clone());
        Self::Alone(Alone { db, tenant, settings: answers.settings() })
    }

    /// The records of sources.
    pub(crate) fn catalogue(&self) -> Catalogue {
        match self {
            Self::Node(node, _) => node.catalogue(),
            Self::Alone(alone) => Catalogue::of(&alone.db, &alone.tenant),
        }
    }

    /// The schedules of sources.
    pub(crate) fn schedules(&self) -> Schedules {
        match self {
            Self::Node(node, _) => node.schedules(),
            Self::Alone(alone) => Schedules::of(&alone.db, &alone.tenant),
        }
    }

    /// The id of the source that a connector reads.
    pub(crate) async fn source_of(&self, connector: &dyn Connector) -> Result<SourceId, Error> {
        match self {
            Self::Node(node, _) => Ok(node.source_of(connector)),
            Self::Alone(Alone { db, tenant, settings }) => {
                let (key, _) = start::keys(&settings.now(), db, tenant).await?;
                let (kind, location) = (connector.kind(), connector.location());
                Ok(SourceId::of_location(&key, tenant, kind, &location))
            }
        }
    }

    /// What is said of a source has changed: whoever is at work holds to it from now on.
    pub(crate) async fn hold_to(&self, source: SourceId) -> Result<(), Error> {
        match self {
            Self::Node(node, _) => Ok(node.changed(source).await?),
            Self::Alone(_) => Ok(()),
        }
    }

    /// Says of a source that it is deleted: nothing of it is live from now on.
    pub(crate) async fn delete(&self, source: SourceId) -> Result<(), Error> {
        match self {
            Self::Node(node, _) => node.delete(source).await?,
            Self::Alone(_) => self.catalogue().delete(source).await?,
        };
        Ok(())
    }

    /// Erases what belonged to a source that is deleted, rows and what is searched. A node does it by
    /// itself. Says what is left.
    pub(crate) async fn erase(&self, source: SourceId) -> Result<Option<Left>, Error> {
        let Self::Alone(alone) = self else { return self.left(source).await };
        let Alone { db, tenant, settings } = alone;
        if !self.catalogue().get(source).await?.erased {
            erase::rows(db, tenant, source, clock::now()).await?;
            let settings = settings.now();
            if settings.store.kind == StoreKind::Cql {
                // Who was at work elsewhere, and was cut off, may still be putting what he found.
                terminal::tell(
                    "waiting for the longest lease before it is proven that nothing is left",
                );
                tokio::time::sleep(settings.range.lease.get()).await;
            }
            // Nothing else is at work: there is no lease to wait for.
            erase::prove(db, tenant, source).await?;
        }
        let settings = settings.now();
        if disk::has_index(&settings) {
            let engine = Arc::new(start::engine(&settings)?);
            let index = start::index(&settings, db, engine, start::Indexing::default()).await?;
            let purged = index.purged(source).await;
            index.stop().await;
            purged?;
        }
        Ok(None)
    }

    /// What is left of a source that is deleted.
    pub(crate) async fn left(&self, source: SourceId) -> Result<Option<Left>, Error> {
        if !self.catalogue().get(source).await?.erased {
            return Ok(Some(Left::Rows));
        }
        // Without a node the index is opened by whoever erases, who has waited for it.
        let Self::Node(_, index) = self else { return Ok(None) };
        Ok(match index.holds(source).await {
            Ok(false) => None,
            Ok(true) => Some(Left::Index),
            Err(error) => Some(Left::Unread(error.to_string())),
        })
    }

    /// Has all that was given up of a source tried again.
    pub(crate) async fn release(
        &self,
        source: SourceId,
        origin: Option<Origin>,
    ) -> Result<Released, Error> {
        match self {
            Self::Node(node, _) => Ok(node.release(source, origin).await?),
            Self::Alone(Alone { db, tenant, .. }) => {
                let mut released = Released::default();
                if !parked::list(db, tenant, source, 1).await?.is_empty() {
                    // No scan is at work that could try it at once: the next one tries all of it.
                    let orders = Orders::of(db, tenant);
                    let order = orders.order(source, Order::default(), origin, clock::now());
                    released.ordered = Some(order.await?);
                }
                Ok(released)
            }
        }
    }

    /// Tells a scan something.
    pub(crate) async fn tell(&self, scan: ScanId, command: Command) -> Result<(), Error> {
        match (self, command) {
            (Self::Node(node, _), Command::Pause) => node.pause(scan).await?,
            (Self::Node(node, _), Command::Resume) => node.resume(scan).await?,
            (Self::Node(node, _), Command::Cancel) => node.cancel(scan).await?,
            (Self::Alone(alone), command) => alone.tell(scan, command).await?,
        };
        Ok(())
    }
}

impl Alone {
    async fn tell(&self, scan: ScanId, command: Command) -> Result<Scan, Error> {
        let orders = Orders::of(&self.db, &self.tenant);
        let told = orders.command(scan, command.of_scans()).await?;
        if told.state == ScanState::Cancelled && told.ended.is_none() {
            return Ok(orders.settle(&told, clock::now()).await?);
        }
        Ok(told)
    }
}
