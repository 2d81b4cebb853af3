//! How this node comes to read a source whose units another node gives out: it asks that node which
//! scan it is, and the source itself whether it is the same one from here.

use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use tokio::runtime::Handle;
use trawl_mesh::NodeName;
use trawl_model::SourceId;
use trawl_model::scan::Scan;
use trawl_model::source::Source;

use super::{Inner, Node};
use crate::answering;
use crate::classify::Context;
use crate::cluster::{Kind, SHORT, ScanAsked, ScanFound};
use crate::crawl::{Desk, Opener, Throttle};
use crate::director::record;
use crate::message::Lease;
use crate::orders;
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

#[async_trait]
impl Opener for Opening {
    async fn open(&self, owner: &NodeName, lease: &Lease) -> Option<Desk> {
        let inner = self.0.get()?.upgrade()?;
        match (Node { inner }).open_desk(owner, lease).await {
            Ok(desk) => Some(desk),
            Err(why) => {
                let source = lease.source;
                tracing::warn!(%source, %owner, why, "this node can't read a source; others do");
                None
            }
        }
    }
}

impl Node {
    async fn open_desk(&self, owner: &NodeName, lease: &Lease) -> Result<Desk, String> {
        let inner = &self.inner;
        let cluster = inner.options.cluster.as_ref().ok_or("it is in no cluster")?;
        let asked = ScanAsked { source: lease.source };
        let found = cluster.ask::<ScanFound>(owner, Kind::Scan, &asked, SHORT).await;
        let found = found.map_err(|failed| failed.to_string())?;
        let scan = self.orders().scan(found.scan).await.map_err(|error| error.to_string())?;
        if scan.source != lease.source || scan.number != lease.scan {
            return Err("another scan of it has begun meanwhile".to_owned());
        }
        if scan.rules != orders::rules_of(&scan, inner.rules) {
            return Err("its scan applies other rules and bounds of reading than this node has: \
                        give all nodes the same settings, rules and version"
                .to_owned());
        }
        let at = record::source_at(&inner.options.tenant, lease.source);
        let head = record::source(&inner.db, &at).await.map_err(|error| error.to_string())?;
        let (_, head) = head.ok_or("its record is gone")?;
        self.desk_of(&scan, head, found.root).await
    }

    async fn desk_of(&self, scan: &Scan, head: Source, root: Vec<u8>) -> Result<Desk, String> {
        let inner = &self.inner;
        let selection = self.orders().selection(scan.id).await;
        let selection = selection.map_err(|error| error.to_string())?;
        let connectors = {
            let service = inner.service.lock();
            let service = service.as_ref().ok_or("this node serves no scans")?;
            Arc::clone(&service.connectors)
        };
        let mut selected = head.clone();
        if selection.is_some() {
            selected.profile.selection = selection;
        }
        let (runtime, within) = (Handle::current(), inner.policy.read().answer_within);
        let asked = answering::ask(within, move || {
            let connector = connectors.connect(&selected).map_err(|error| vec![error])?;
            let proof = runtime.block_on(connector.validate())?;
            Ok((connector, proof))
        });
        let (connector, proof) = asked.await.map_err(|errors| {
            errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        })?;
        if proof.0 != root {
            return Err("what lies there is not what its scan began with: mount the same on all \
                        nodes that are to read it"
                .to_owned());
        }
        let span = traced::scan(scan);
        if let Some(origin) = &scan.origin {
            (inner.options.follow)(&span, &origin.trace);
        }
        let throttle = Throttle::new(Arc::clone(&inner.clock), head.profile.limits);
        Ok(Desk {
            scan: scan.id,
            root,
            connector,
            context: Arc::new(self.context(scan.source, &head)),
            layout: head.layout,
            throttle: Arc::new(throttle),
            span,
        })
    }

    /// What findings of a source are made with.
    pub(super) fn context(&self, source: SourceId, head: &Source) -> Context {
        let inner = &self.inner;
        Context {
            tenant: inner.options.tenant.clone(),
            source,
            id_key: inner.keys.0.clone(),
            token_key: inner.keys.1.clone(),
            buckets: head.buckets,
            least: inner.options.least,
        }
    }
}
