//! Scans under command: each command is committed first, and then whoever is at work is told.

use std::sync::Arc;

use trawl_model::scan::{Order, Scan, ScanState};
use trawl_model::source::{Selection, Source};
use trawl_model::{Origin, ScanId, SourceId};
use trawl_sources::Connector;
use trawl_sources::connector::RootProof;
use trawl_storage::records::source::SourceAt;

use super::{AtWork, LookedFor, Node, Target};
use crate::answering;
use crate::crawl::{Desk, Throttle};
use crate::director::state::Command;
use crate::director::{self, ScanHandle, Vanished, record};
use crate::error::Error;
use crate::orders::{Begun, Ordered};
use crate::progress::Progress;
use crate::traced;

impl Node {
    /// Scans a source now, whatever waits: joins the scan of it that is under way, goes on with one
    /// that was interrupted, queued or paused, or begins a new one; one of these that does not do what
    /// is ordered ends where it is, but for one that is under way. Returns as soon as it is under way.
    pub async fn scan(&self, target: Target) -> Result<ScanHandle, Error> {
        let connector = target.connector;
        let within = self.inner.policy.read().answer_within;
        let proof = answering::validate(within, Arc::clone(&connector)).await;
        let proof = proof.map_err(Error::Source)?;
        let source = self.source_of(&*connector);
        // One order at a time: two of one source would both begin.
        let _one = self.inner.ordering.lock().await;
        let close_vanished = target.vanished.map(|word| word == Vanished::Close);
        let order = Order { priority: target.priority, full: target.full, close_vanished };
        let (orders, now) = (self.orders(), self.inner.clock.wall());
        let selection = target.selection.as_ref();
        if let Some(running) = self.running(source).await {
            if let Some(joined) = orders.join(source, order, selection, now).await? {
                self.inner.keepers.set_priority(source, joined.order.priority);
                return Ok(running);
            }
            running.gone().await;
        }
        let at = record::source_at(&self.inner.options.tenant, source);
        let left_off = self.prepare(&at, &*connector, &target.settings, &proof.0).await?;
        orders.end_other(source, order, selection, now).await?;
        let ordered = orders.select(source, order, selection, target.origin, now).await?.scan;
        orders.command(ordered.id, Command::Resume).await?;
        let mut begun = orders
            .begin(source, &self.inner.known_rules().await?, now)
            .await?
            .ok_or(Error::Record("an order without a scan"))?;
        begun.resumed |= left_off;
        self.direct(&at, begun, connector, proof, false).await
    }

    /// Orders a scan of a source; it begins when its turn comes. Returns at once.
    pub async fn order(
        &self,
        source: SourceId,
        order: Order,
        origin: Option<Origin>,
    ) -> Result<Ordered, Error> {
        self.select(source, order, None, origin).await
    }

    /// As `order`, for what is selected of the source, by this scan alone.
    pub async fn select(
        &self,
        source: SourceId,
        order: Order,
        selection: Option<&Selection>,
        origin: Option<Origin>,
    ) -> Result<Ordered, Error> {
        let _one = self.inner.ordering.lock().await;
        let (orders, now) = (self.orders(), self.inner.clock.wall());
        let ordered = orders.select(source, order, selection, origin, now).await?;
        let scan = &ordered.scan;
        tracing::info!(%source, scan = %scan.id, joined = ordered.joined, "a scan was ordered");
        if self.at_work(source) == Some(scan.id) {
            self.inner.keepers.set_priority(source, scan.order.priority);
        } else if scan.state != ScanState::Paused {
            self.enqueue(scan);
        }
        Ok(ordered)
    }

    /// Holds a scan until somebody resumes it. What is under way is kept and given back.
    pub async fn pause(&self, scan: ScanId) -> Result<Scan, Error> {
        self.told(scan, Command::Pause).await
    }

    /// Lets a scan go on that was paused; it waits for its turn.
    pub async fn resume(&self, scan: ScanId) -> Result<Scan, Error> {
        self.told(scan, Command::Resume).await
    }

    /// Ends a scan where it is: what was read counts, and nothing is closed.
    pub async fn cancel(&self, scan: ScanId) -> Result<Scan, Error> {
        self.told(scan, Command::Cancel).await
    }

    async fn told(&self, scan: ScanId, command: Command) -> Result<Scan, Error> {
        let _one = self.inner.ordering.lock().await;
        let scan = self.orders().command(scan, command).await?;
        let is_at_work = self.at_work(scan.source) == Some(scan.id);
        let told = match scan.state {
            ScanState::Queued => {
                self.enqueue(&scan);
                Ok(scan)
            }
            ScanState::Paused | ScanState::Cancelled if is_at_work => {
                self.dequeue(scan.source);
                self.halt(scan.source);
                Ok(scan)
            }
            ScanState::Cancelled => {
                self.dequeue(scan.source);
                let settled = self.orders().settle(&scan, self.inner.clock.wall()).await;
                settled.inspect(|settled| (self.inner.options.ended.0)(settled))
            }
            _ => {
                self.dequeue(scan.source);
                Ok(scan)
            }
        };
        self.inner.changed.notify_waiters();
        told
    }

    /// Waits until a scan has ended.
    pub async fn ended(&self, scan: ScanId) -> Result<Scan, Error> {
        loop {
            let changed = self.inner.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let scan = self.orders().scan(scan).await?;
            if scan.ended.is_some() {
                return Ok(scan);
            }
            changed.await;
        }
    }

    /// How far a scan is that is at work on this node.
    pub async fn progress(&self, scan: ScanId) -> Option<Progress> {
        let (handle, room) = (self.handle(scan)?, self.room());
        if room.is_full() {
            return None;
        }
        tokio::select! {
            progress = handle.progress() => progress,
            // Who tells it may be waiting for room.
            () = room.until_full() => None,
        }
    }

    /// A scan that is at work on this node.
    pub fn handle(&self, scan: ScanId) -> Option<ScanHandle> {
        let scans = self.inner.scans.lock();
        let known = scans.values().find(|at_work| at_work.scan == scan)?;
        known.handle.clone()
    }

    /// Begins a scan whose turn has come, of a source that is there.
    pub(super) async fn begin(
        &self,
        source: SourceId,
        connector: Arc<dyn Connector>,
        proof: RootProof,
    ) -> Result<(), Error> {
        let at = record::source_at(&self.inner.options.tenant, source);
        self.prepare(&at, &*connector, &[], &proof.0).await?;
        let now = self.inner.clock.wall();
        let known = self.inner.known_rules().await?;
        let Some(begun) = self.orders().begin(source, &known, now).await? else {
            return Ok(());
        };
        self.direct(&at, begun, connector, proof, true).await.map(|_| ())
    }

    /// Sets a director to a scan that was begun.
    async fn direct(
        &self,
        at: &SourceAt,
        begun: Begun,
        connector: Arc<dyn Connector>,
        proof: RootProof,
        served: bool,
    ) -> Result<ScanHandle, Error> {
        let inner = &self.inner;
        let Begun { scan, source, resumed } = begun;
        let (source_id, scan_id) = (at.source, scan.id);
        let looked_for = inner.looked_for(&scan).await?;
        let LookedFor { engine, akin } =
            looked_for.ok_or(Error::Record("a scan of unknown rules"))?;
        let context = Arc::new(inner.context(source_id, &source, engine));
        let layout = source.layout;
        let limits = source.profile.limits;
        let throttle = Arc::new(Throttle::new(Arc::clone(&inner.clock), limits));
        let span = traced::scan(&scan);
        if let Some(origin) = &scan.origin {
            (inner.options.follow)(&span, &origin.trace);
        }
        let (root, of_desk) = (proof.0.clone(), span.clone());
        let desk = Desk {
            scan: scan_id,
            number: scan.number,
            root,
            connector,
            context,
            akin,
            layout,
            throttle,
            span: of_desk,
        };
        inner.crawl.desks.here.write().insert(source_id, desk);
        let arguments = director::Arguments {
            at: at.clone(),
            other_root: source.finished.is_some() && source.root != proof.0,
            scan,
            resumed,
            root: proof.0,
            vanished_percent: inner.options.vanished_percent,
            term: inner.options.ownership.term().ok_or(Error::Overtaken)?,
            keepers: Arc::clone(&inner.keepers),
            let_go: self.let_go(),
            ended: inner.options.ended.clone(),
            span,
        };
        let failures = self.failures_of(source_id);
        let at_work = AtWork { scan: scan_id, handle: None, failures, served };
        inner.scans.lock().insert(source_id, at_work);
        let started = director::start(arguments, inner.root.get_cell()).await;
        if let Some(at_work) = inner.scans.lock().get_mut(&source_id)
            && at_work.scan == scan_id
        {
            at_work.handle = started.as_ref().ok().cloned();
        }
        if started.is_err() {
            inner.keepers.let_go_of(source_id).await;
            self.let_go()(source_id, scan_id);
        }
        started
    }

    /// Makes the source's record if there is none, and its first range; says whether a scan of it was
    /// left off.
    async fn prepare(
        &self,
        at: &SourceAt,
        connector: &dyn Connector,
        settings: &[u8],
        root: &[u8],
    ) -> Result<bool, Error> {
        let db = &self.inner.db;
        self.catalogue().revive(at.source).await?;
        let (fence, source) = match record::source(db, at).await? {
            // Whatever the first scan ends by, a crash that comes before the source is told included:
            // the next one is to know this root.
            Some((_, known)) if known.finished.is_none() && known.root != root => {
                record::change_source(db, at, |head| {
                    let first = head.finished.is_none();
                    let root = if first { root.to_vec() } else { head.root.clone() };
                    Ok((Source { root, ..head }, Vec::new()))
                })
                .await?;
                record::source(db, at).await?.ok_or(Error::NoSource(at.source))?
            }
            Some(known) => known,
            None => {
                let (kind, location) = (connector.kind(), connector.location());
                let source = Source {
                    settings: settings.to_vec(),
                    root: root.to_vec(),
                    ..Source::new(at.tenant.clone(), kind, location)
                };
                (record::make_source(db, at, source.clone()).await?, source)
            }
        };
        if record::directory(db, at).await?.is_empty() {
            record::make_first_range(db, at, fence, self.inner.options.shards).await?;
        }
        Ok(source.running.is_some())
    }

    /// The scan of a source that is under way. One that comes to its end is waited for.
    async fn running(&self, source: SourceId) -> Option<ScanHandle> {
        let known = self.inner.scans.lock().get(&source).and_then(|at| at.handle.clone())?;
        if known.is_running() {
            return Some(known);
        }
        known.gone().await;
        None
    }

    /// Which scan of a source is at work here.
    pub(super) fn at_work(&self, source: SourceId) -> Option<ScanId> {
        self.inner.scans.lock().get(&source).map(|at_work| at_work.scan)
    }

    /// Lets the scan of a source rest that is at work here.
    pub(super) fn halt(&self, source: SourceId) {
        if let Some(desk) = self.inner.crawl.desks.here.read().get(&source) {
            desk.throttle.end();
        }
        let scans = self.inner.scans.lock();
        if let Some(handle) = scans.get(&source).and_then(|at_work| at_work.handle.as_ref()) {
            handle.halt();
        }
    }
}
