//! What people order, as it is kept: each order is a fenced commit of the scan's record and of its
//! source's, so that it survives whatever happens to the node. Whether a node works at it is no
//! concern of this file.
//!
//! A source has at most one open scan: its head names it, and a scan that no head names counts for
//! nothing. So an order is made by the commit of the head; what a crash leaves before that is a
//! record of a scan that nobody has been told of.

use trawl_model::id::RuleSetId;
use trawl_model::scan::{Order, Scan, ScanState};
use trawl_model::source::{Running, Selection, Source};
use trawl_model::{IdKey, Origin, ScanId, SourceId, TenantId, Timestamp};
use trawl_storage::Db;
use trawl_storage::records::source::{SourceAt, SourceEntry};
use trawl_storage::records::tenant::{TenantAt, TenantEntry, TenantKey, TenantRow};

use crate::director::record;
use crate::director::state::{self, Command, Refused};
use crate::error::Error;

/// Sources of a tenant that are read into memory.
const MOST_SOURCES: usize = 1_000_000;

/// The orders of a tenant.
#[derive(Debug, Clone)]
pub struct Orders {
    db: Db,
    tenant: TenantId,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// The scan that carries it out.
    pub scan: Scan,
    /// It was ordered before, and this order has joined it.
    pub joined: bool,
}

/// A scan that has been begun.
pub(crate) struct Begun {
    pub(crate) scan: Scan,
    pub(crate) source: Source,
    /// Something was left off by a scan before.
    pub(crate) resumed: bool,
}

impl Orders {
    /// Those of a tenant.
    pub fn of(db: &Db, tenant: &TenantId) -> Self {
        Self { db: db.clone(), tenant: tenant.clone() }
    }

    /// Orders a scan of a source, or joins the one that is open. What joins raises the priority of
    /// what it joins, never lowers it. The scan remembers the call that ordered it, not those that
    /// joined.
    pub async fn order(
        &self,
        source: SourceId,
        order: Order,
        origin: Option<Origin>,
        at: Timestamp,
    ) -> Result<Ordered, Error> {
        self.select(source, order, None, origin, at).await
    }

    /// As `order`, for what is selected of the source, by this scan alone. One that is open and reads
    /// something else, or not all anew where that is ordered, is not joined.
    pub async fn select(
        &self,
        source: SourceId,
        order: Order,
        selection: Option<&Selection>,
        origin: Option<Origin>,
        at: Timestamp,
    ) -> Result<Ordered, Error> {
        self.order_with(source, order, selection, origin, at, &[]).await
    }

    /// Ends the open scan of a source where it is, if it can't be joined by an order.
    pub(crate) async fn end_other(
        &self,
        source: SourceId,
        order: Order,
        selection: Option<&Selection>,
        at: Timestamp,
    ) -> Result<(), Error> {
        let head = record::source(&self.db, &self.source_at(source)).await?;
        let Some((_, head)) = head.filter(|(_, head)| !head.deleted) else { return Ok(()) };
        let Some(open) = self.open_of(&head, at).await? else { return Ok(()) };
        if self.is_joined(&open, order, selection).await.is_err() {
            let given_up = self.command(open.id, Command::Cancel).await?;
            self.settle(&given_up, at).await?;
        }
        Ok(())
    }

    /// Whether an open scan does what is ordered, so that the order may join it.
    async fn is_joined(
        &self,
        open: &Scan,
        order: Order,
        selection: Option<&Selection>,
    ) -> Result<(), Error> {
        if self.selection(open.id).await?.as_ref() != selection {
            return Err(Error::OtherSelection(open.id));
        }
        joined(open, order).map(|_| ())
    }

    /// Joins the open scan of a source, if there is one.
    pub(crate) async fn join(
        &self,
        source: SourceId,
        order: Order,
        selection: Option<&Selection>,
        at: Timestamp,
    ) -> Result<Option<Scan>, Error> {
        let head = record::source(&self.db, &self.source_at(source)).await?;
        let (_, head) = head.ok_or(Error::NoSource(source))?;
        if head.deleted {
            return Err(Error::Deleted(source));
        }
        let Some(open) = self.open_of(&head, at).await? else { return Ok(None) };
        self.is_joined(&open, order, selection).await?;
        let joined = record::change_scan(&self.db, &self.tenant, open.id, |scan| {
            Ok(Scan { order: joined(&scan, order)?, ..scan })
        });
        match joined.await {
            // It has come to its end meanwhile.
            Err(Error::Ended(..)) => Ok(None),
            joined => joined.map(Some),
        }
    }

    /// What an open scan reads of its source, where that is not what the source itself says.
    pub(crate) async fn selection(&self, scan: ScanId) -> Result<Option<Selection>, Error> {
        record::selection(&self.db, &self.tenant, scan).await
    }

    /// As `select`; with it some rows of the source are written, or nothing at all.
    pub(crate) async fn order_with(
        &self,
        source: SourceId,
        order: Order,
        selection: Option<&Selection>,
        origin: Option<Origin>,
        at: Timestamp,
        entries: &[SourceEntry],
    ) -> Result<Ordered, Error> {
        let place = self.source_at(source);
        if let Some(scan) = self.join(source, order, selection, at).await? {
            let unchanged = |head: Source| Ok((head, entries.to_vec()));
            record::change_source(&self.db, &place, unchanged).await?;
            return Ok(Ordered { scan, joined: true });
        }
        let (_, head) = record::source(&self.db, &place).await?.ok_or(Error::NoSource(source))?;
        let (id, number) = (ScanId::from_bytes(record::fresh()?), head.last_scan + 1);
        let rules = NOT_BEGUN;
        let scan = Scan { origin, ..Scan::ordered(id, source, number, rules, at, order) };
        record::make_scan(&self.db, &self.tenant, &scan, selection).await?;
        record::change_source(&self.db, &place, |head| {
            if head.deleted || head.last_scan + 1 != number {
                return Err(Error::Overtaken);
            }
            let running = Some(Running { number, scan: id });
            Ok((Source { running, last_scan: number, ..head }, entries.to_vec()))
        })
        .await?;
        Ok(Ordered { scan, joined: false })
    }

    /// Gives a scan a command; answers with the scan as it is then.
    pub async fn command(&self, scan: ScanId, command: Command) -> Result<Scan, Error> {
        record::change_scan(&self.db, &self.tenant, scan, |scan| {
            let state = state::decide(scan.state, command).map_err(|refused| match refused {
                Refused::Ended => Error::Ended(scan.id, scan.state),
                Refused::Paused => Error::Paused(scan.id),
            })?;
            Ok(Scan { state, ..scan })
        })
        .await
    }

    /// The scan that a source's head names as its open one: one that is cancelled and not yet
    /// settled is settled first, as of now, and is none.
    pub(crate) async fn open_of(
        &self,
        head: &Source,
        now: Timestamp,
    ) -> Result<Option<Scan>, Error> {
        let Some(running) = head.running else { return Ok(None) };
        let scan = record::scan(&self.db, &self.tenant, running.scan).await?;
        match scan {
            Some(scan) if scan.state == ScanState::Cancelled => {
                self.settle(&scan, now).await?;
                Ok(None)
            }
            Some(scan) if scan.ended.is_none() && scan.state.is_open() => Ok(Some(scan)),
            _ => {
                // It has ended, and a crash came before its source was told.
                self.end_of(scan, running).await?;
                Ok(None)
            }
        }
    }

    async fn end_of(&self, scan: Option<Scan>, running: Running) -> Result<(), Error> {
        let Some(scan) = scan else { return Ok(()) };
        let finished = scan.state == ScanState::Finished;
        record::change_source(&self.db, &self.source_at(scan.source), |head| {
            if head.running != Some(running) {
                return Ok((head, Vec::new()));
            }
            let last = if finished { Some(running) } else { head.finished };
            Ok((Source { running: None, finished: last, ..head }, Vec::new()))
        })
        .await
        .map(|_| ())
    }

    /// Ends a scan at which nobody works any more, where it is: what was read is counted, and what
    /// was not is pending. Nothing is closed.
    pub async fn settle(&self, scan: &Scan, at: Timestamp) -> Result<Scan, Error> {
        let place = self.source_at(scan.source);
        let (sums, listed_whole) = record::sums(&self.db, &place, scan.number).await?;
        let settled = record::change_scan(&self.db, &self.tenant, scan.id, |scan| {
            Ok(Scan {
                ended: scan.ended.or(Some(at)),
                coverage: sums.coverage.clone(),
                listed_bytes: sums.listed_bytes,
                listed_objects: sums.listed_objects,
                listed_whole,
                counts: sums.counts,
                ..scan
            })
        })
        .await?;
        record::change_source(&self.db, &place, |head| {
            let is_it = head.running.is_some_and(|running| running.scan == scan.id);
            Ok((Source { running: head.running.filter(|_| !is_it), ..head }, Vec::new()))
        })
        .await?;
        Ok(settled)
    }

    /// Begins the open scan of a source under the first of these rules, or goes on with it. One that was
    /// begun under rules that nobody knows here is ended where it is, and ordered anew.
    pub(crate) async fn begin(
        &self,
        source: SourceId,
        known: &[RuleSetId],
        at: Timestamp,
    ) -> Result<Option<Begun>, Error> {
        let rules = *known.first().ok_or(Error::Record("no rules"))?;
        let place = self.source_at(source);
        let (_, head) = record::source(&self.db, &place).await?.ok_or(Error::NoSource(source))?;
        let Some(mut open) = self.open_of(&head, at).await? else { return Ok(None) };
        let resumed = open.rules != NOT_BEGUN;
        if resumed && !known.iter().any(|rules| open.rules == rules_of(&open, *rules)) {
            let selection = self.selection(open.id).await?;
            let given_up = self.command(open.id, Command::Cancel).await?;
            self.settle(&given_up, at).await?;
            let (order, origin) = (open.order, open.origin);
            open = self.select(source, order, selection.as_ref(), origin, at).await?.scan;
        }
        let (id, is_new) = (open.id, open.rules == NOT_BEGUN);
        let scan = record::change_scan(&self.db, &self.tenant, id, |scan| {
            let state =
                state::decide(scan.state, Command::Begin).map_err(|_| Error::Paused(scan.id))?;
            let scan = Scan { state, error: None, ..scan };
            if is_new {
                let rules = rules_of(&scan, rules);
                return Ok(Scan { rules, started: at, ..scan });
            }
            Ok(scan)
        })
        .await?;
        if is_new && scan.started != scan.ordered {
            record::note_begun(&self.db, &self.tenant, &scan).await?;
        }
        Ok(Some(Begun { scan, source: head, resumed }))
    }

    /// All sources, those that are deleted too.
    pub(crate) async fn sources(&self) -> Result<Vec<(SourceId, Source)>, Error> {
        let at = TenantAt { tenant: self.tenant.clone() };
        let rows = self.db.collect::<TenantRow>(&at, TenantKey::sources(), MOST_SOURCES).await?;
        let mut sources = Vec::with_capacity(rows.len());
        for row in rows {
            let TenantEntry::Source(id) = row.entry else { continue };
            let head = record::source(&self.db, &self.source_at(id)).await?;
            sources.extend(head.map(|(_, head)| (id, head)));
        }
        Ok(sources)
    }

    /// A scan, as it is kept.
    pub async fn scan(&self, scan: ScanId) -> Result<Scan, Error> {
        record::scan(&self.db, &self.tenant, scan).await?.ok_or(Error::NoScan(scan))
    }

    pub(crate) fn source_at(&self, source: SourceId) -> SourceAt {
        record::source_at(&self.tenant, source)
    }
}

/// Whether a scan was ever begun: objects were listed, or could have been.
pub fn was_begun(scan: &Scan) -> bool {
    scan.rules != NOT_BEGUN
}

/// The rules of a scan that nobody has begun.
pub(crate) const NOT_BEGUN: RuleSetId = RuleSetId::from_bytes([0; RuleSetId::LEN]);

/// What a scan does that an order has joined.
fn joined(scan: &Scan, order: Order) -> Result<Order, Error> {
    if scan.ended.is_some() || !scan.state.is_open() {
        return Err(Error::Ended(scan.id, scan.state));
    }
    if order.full && !scan.order.full && scan.rules != NOT_BEGUN {
        // What is under way was begun under its own rules.
        return Err(Error::NotFull(scan.id));
    }
    Ok(Order {
        priority: scan.order.priority.max(order.priority),
        full: scan.order.full || order.full,
        close_vanished: order.close_vanished.or(scan.order.close_vanished),
    })
}

/// The rules that a scan applies: one that reads everything has rules of its own, under which nothing
/// was ever read.
pub(crate) fn rules_of(scan: &Scan, rules: RuleSetId) -> RuleSetId {
    if !scan.order.full {
        return rules;
    }
    let key = IdKey::from_bytes([0; 32]);
    let hash = key.hash("rules of one scan").field(rules.as_bytes());
    RuleSetId::from_bytes(hash.field(&scan.number.to_be_bytes()).take())
}
