//! How a scan begins whose turn has come: its source is asked whether it is there, beside all else, for
//! it may never answer; then the scan is looked at once more, and a director is set to it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use trawl_model::SourceId;
use trawl_model::scan::{Scan, ScanState};
use trawl_model::source::{Selection, Source};
use trawl_sources::connector::RootProof;
use trawl_sources::{Connector, SourceError};
use trawl_storage::Fence;

use super::service::Connectors;
use super::{Inner, Node};
use crate::answering;
use crate::director::record;
use crate::error::Error;
use crate::queue::Waiting;

/// What is asked of a source, and how.
struct ToAsk {
    connectors: Arc<dyn Connectors>,
    head: Source,
    /// What the scan reads of it, where that is not what the source itself says.
    selection: Option<Selection>,
    within: Duration,
}

/// What a source that is there answers.
type Answered = (Arc<dyn Connector>, RootProof);

/// Begins a scan whose turn has come, beside all else.
pub(super) async fn begin_beside(inner: Weak<Inner>, waiting: Waiting) {
    let (source, scan) = (waiting.source, waiting.scan);
    let asked = Asked { inner, source };
    if let Err(error) = Node::ask_and_begin(&asked.inner, waiting).await {
        tracing::warn!(%source, %scan, %error, "a scan could not be begun");
        if let Some(here) = asked.inner.upgrade() {
            Node { inner: here }.rest(source);
        }
    }
}

/// A source that is asked, until this is dropped.
struct Asked {
    inner: Weak<Inner>,
    source: SourceId,
}

impl Drop for Asked {
    fn drop(&mut self) {
        let Some(inner) = self.inner.upgrade() else { return };
        if let Some(service) = &mut *inner.service.lock() {
            service.asked.remove(&self.source);
        }
        inner.changed.notify_waiters();
        inner.kick.notify_one();
    }
}

impl Node {
    /// Asks a source whether it is there, and begins its scan then. The node is not held meanwhile.
    async fn ask_and_begin(inner: &Weak<Inner>, waiting: Waiting) -> Result<(), Error> {
        let Some(here) = inner.upgrade() else { return Ok(()) };
        let Some(to_ask) = (Self { inner: here }).to_ask(waiting).await? else { return Ok(()) };
        let ToAsk { connectors, head, selection, within } = to_ask;
        let runtime = Handle::current();
        let asked = head.clone();
        let answer = answering::ask(within, move || {
            let mut head = head;
            if selection.is_some() {
                head.profile.selection = selection;
            }
            let connector = connectors.connect(&head).map_err(|error| vec![error])?;
            let proof = runtime.block_on(connector.validate())?;
            Ok((connector, proof))
        });
        let answer = answer.await;
        let Some(here) = inner.upgrade() else { return Ok(()) };
        (Self { inner: here }).begin_queued(waiting, (asked, answer)).await
    }

    /// What is to be asked of the source of a scan that waits; none where this node serves no more.
    async fn to_ask(&self, waiting: Waiting) -> Result<Option<ToAsk>, Error> {
        let (_, head) = self.head_of(waiting.source).await?;
        let selection = self.orders().selection(waiting.scan).await?;
        let within = self.inner.policy.read().answer_within;
        let service = self.inner.service.lock();
        let connectors = service.as_ref().map(|service| Arc::clone(&service.connectors));
        Ok(connectors.map(|connectors| ToAsk { connectors, head, selection, within }))
    }

    /// Begins a scan whose source has answered, if it is still to begin.
    async fn begin_queued(
        &self,
        waiting: Waiting,
        (asked, answer): (Source, Result<Answered, Vec<SourceError>>),
    ) -> Result<(), Error> {
        let source = waiting.source;
        let _one = self.inner.ordering.lock().await;
        if !self.may_begin(waiting) || self.head_of(source).await?.1.profile != asked.profile {
            // What is read of it was said anew meanwhile: it is asked again.
            return Ok(());
        }
        let begun = match answer {
            Ok((connector, proof)) => self.begin(source, connector, proof).await,
            Err(errors) => Err(Error::Source(errors)),
        };
        match begun {
            Err(Error::Source(errors)) => self.fail(waiting, Error::Source(errors)).await?,
            Err(Error::Paused(_) | Error::Deleted(_)) => {}
            other => other?,
        }
        self.dequeue(source);
        Ok(())
    }

    /// Whether a scan still waits and may be begun: that may be otherwise since its turn came.
    fn may_begin(&self, waiting: Waiting) -> bool {
        let source = waiting.source;
        let (scans, service) = (self.inner.scans.lock(), self.inner.service.lock());
        let Some(service) = &*service else { return false };
        service.scan_of(source) == Some(waiting.scan)
            && !scans.contains_key(&source)
            && service.known.allows(source, self.inner.clock.wall())
            && self.room().is_enough()
            && self.is_leader()
    }

    async fn head_of(&self, source: SourceId) -> Result<(Fence, Source), Error> {
        let head = record::source(&self.inner.db, &self.orders().source_at(source)).await?;
        head.ok_or(Error::NoSource(source))
    }

    /// A scan whose source can't be read at all has failed.
    async fn fail(&self, waiting: Waiting, error: Error) -> Result<(), Error> {
        let (tenant, error) = (&self.inner.options.tenant, error.to_string());
        let scan = record::change_scan(&self.inner.db, tenant, waiting.scan, |scan| {
            Ok(Scan { state: ScanState::Failed, error: Some(error.clone()), ..scan })
        });
        let scan = scan.await?;
        let settled = self.orders().settle(&scan, self.inner.clock.wall()).await?;
        (self.inner.options.ended.0)(&settled);
        self.inner.changed.notify_waiters();
        Ok(())
    }
}
