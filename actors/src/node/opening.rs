//! How this node comes to read a source whose scan another node directs: it asks the owner of a unit which
//! scan it is, and the source itself whether it is the same one from here.

use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use trawl_detect::Engine;
use trawl_mesh::NodeName;
use trawl_model::SourceId;
use trawl_model::scan::Scan;
use trawl_model::source::{RateLimits, Selection, Source};
use trawl_storage::Db;

use super::{Inner, LookedFor};
use crate::answering;
use crate::classify::Context;
use crate::cluster::{Borrow, Cluster, Kind, SHORT, ScanAsked, ScanFound};
use crate::crawl::{Desk, Lender, Lent, Opener, Refused, Taken, Throttle};
use crate::director::record;
use crate::error::Error;
use crate::message::Lease;
use crate::orders::Orders;
use crate::owners::Home;
use crate::ownership;
use crate::traced;

/// Opens desks for a node that is about to be.
#[derive(Clone, Default)]
pub(super) struct Opening(Arc<OnceLock<Weak<Inner>>>);

impl Opening {
    /// It is there.
    pub(super) fn for_node(&self, node: &Arc<Inner>) {
        let _ = self.0.set(Arc::downgrade(node));
    }
}

/// Why a source is not read, and in words.
type Why = (Refused, String);

#[async_trait]
impl Opener for Opening {
    async fn open(&self, owner: &Home, lease: &Lease) -> Result<Desk, Refused> {
        let inner = self.0.get().and_then(Weak::upgrade).ok_or(Refused::ForNow)?;
        let keepers = Arc::clone(&inner.keepers);
        let opened = tokio::select! {
            opened = inner.open_desk(owner, lease) => opened,
            () = keepers.closed() => return Err(Refused::ForNow),
        };
        opened.map_err(|(refused, why)| {
            let source = lease.source;
            match refused {
                Refused::FromHere => {
                    tracing::warn!(%source, %owner, why, "this node can't read a source; others do");
                }
                Refused::ForNow => {
                    tracing::info!(%source, %owner, why, "a source can't be read now; it is tried again");
                }
            }
            refused
        })
    }
}

/// It could not be found out.
fn not_now(why: impl ToString) -> Why {
    (Refused::ForNow, why.to_string())
}

/// It can't be read from this node.
fn not_here(why: impl ToString) -> Why {
    (Refused::FromHere, why.to_string())
}

impl Inner {
    async fn open_desk(&self, owner: &Home, lease: &Lease) -> Result<Desk, Why> {
        let found = match owner {
            Home::Here => {
                let known = self.keepers.stewards().scan(lease.source);
                known.ok_or_else(|| not_now("its scan is not kept here any more"))?
            }
            Home::There(node) => {
                let cluster = self.options.cluster.as_ref();
                let cluster = cluster.ok_or_else(|| not_now("it is in no cluster"))?;
                let asked = ScanAsked { source: lease.source };
                let found = cluster.ask::<ScanFound>(node, Kind::Scan, &asked, SHORT).await;
                found.map_err(not_now)?
            }
        };
        let orders = Orders::of(&self.db, &self.options.tenant);
        let scan = orders.scan(found.scan).await.map_err(not_now)?;
        if scan.source != lease.source || scan.number != lease.scan {
            return Err(not_now("another scan of it has begun meanwhile"));
        }
        let looked_for = self.looked_for(&scan).await.map_err(not_now)?;
        let looked_for = looked_for.ok_or_else(|| {
            not_here(
                "its scan applies other rules and bounds of reading than this node has: give all nodes \
                 the same settings, rules and version",
            )
        })?;
        let at = record::source_at(&self.options.tenant, lease.source);
        let head = record::source(&self.db, &at).await.map_err(not_now)?;
        let (_, head) = head.ok_or_else(|| not_now("its record is gone"))?;
        let selection = orders.selection(scan.id).await.map_err(not_now)?;
        self.desk_of(&scan, head, selection, found.root, looked_for).await
    }

    async fn desk_of(
        &self,
        scan: &Scan,
        head: Source,
        selection: Option<Selection>,
        root: Vec<u8>,
        LookedFor { engine, akin }: LookedFor,
    ) -> Result<Desk, Why> {
        let connectors = {
            let service = self.service.lock();
            let service =
                service.as_ref().ok_or_else(|| not_now("this node does not serve yet"))?;
            Arc::clone(&service.connectors)
        };
        let mut selected = head.clone();
        if selection.is_some() {
            selected.profile.selection = selection;
        }
        let (runtime, within) = (Handle::current(), self.policy.read().answer_within);
        let asked = answering::ask(within, move || {
            let connector = connectors.connect(&selected).map_err(|error| vec![error])?;
            let proof = runtime.block_on(connector.validate())?;
            Ok((connector, proof))
        });
        let (connector, proof) = asked.await.map_err(|errors| not_here(Error::Source(errors)))?;
        if proof.0 != root {
            return Err(not_here(
                "what lies there is not what its scan began with: mount the same on all nodes that are \
                 to read it",
            ));
        }
        let span = traced::scan(scan);
        if let Some(origin) = &scan.origin {
            (self.options.follow)(&span, &origin.trace);
        }
        let throttle = self.throttle_of(scan.source, head.profile.limits)?;
        Ok(Desk {
            scan: scan.id,
            number: scan.number,
            root,
            connector,
            context: Arc::new(self.context(scan.source, &head, engine)),
            akin,
            layout: head.layout,
            throttle: Arc::new(throttle),
            span,
        })
    }

    /// The limits of a source, which the node keeps that directs its scan.
    fn throttle_of(&self, source: SourceId, limits: RateLimits) -> Result<Throttle, Why> {
        let cluster = self.options.cluster.clone().ok_or_else(|| not_now("it is in no cluster"))?;
        let (db, runtime, leader) = (self.db.clone(), Handle::current(), Mutex::default());
        let lender = Box::new(Leader { cluster, db, runtime, source, leader });
        Ok(Throttle::lent(Arc::clone(&self.clock), limits != RateLimits::default(), lender))
    }

    /// What findings of a source are made with.
    pub(super) fn context(&self, source: SourceId, head: &Source, engine: Arc<Engine>) -> Context {
        Context {
            tenant: self.options.tenant.clone(),
            source,
            id_key: self.keys.0.clone(),
            token_key: self.keys.1.clone(),
            buckets: head.buckets,
            least: self.options.least,
            engine,
        }
    }
}

/// Where the limits of a source are kept: on the node that leads.
struct Leader {
    cluster: Cluster,
    db: Db,
    runtime: Handle,
    source: SourceId,
    /// As it was found last.
    leader: Mutex<Option<NodeName>>,
}

impl Lender for Leader {
    fn borrow(&self, taken: Taken) -> Option<Lent> {
        let known = self.leader.lock().clone();
        let asked = self.runtime.block_on(async {
            let leader = match known {
                Some(leader) => leader,
                None => self.find().await?,
            };
            let borrow = Borrow { source: self.source, taken };
            let lent = self.cluster.ask::<Lent>(&leader, Kind::Borrow, &borrow, SHORT).await;
            lent.ok().map(|lent| (leader, lent))
        });
        let (leader, lent) = asked.unzip();
        *self.leader.lock() = leader;
        lent
    }
}

impl Leader {
    async fn find(&self) -> Option<NodeName> {
        let owner = ownership::owner(&self.db).await.ok()??;
        let peers = self.cluster.mesh().peers();
        peers.into_iter().find(|peer| peer.node == owner).map(|peer| peer.name)
    }
}
