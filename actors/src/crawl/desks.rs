//! What crawlers need to know of sources: of those whose scans this node directs, and of those whose scans
//! another one does.
//!
//! Of the second kind a desk is opened when the first unit comes, and put away when none has come for a
//! while. A source that can't be read from this node is not asked for again for a while.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::{Mutex, RwLock};
use tokio::sync::OnceCell;
use tracing::Span;
use trawl_model::id::RuleSetId;
use trawl_model::{ScanId, SourceId};
use trawl_sources::Connector;

use super::Throttle;
use crate::classify::Context;
use crate::clock::SharedClock;
use crate::message::{Lease, LeasedWork};
use crate::owners::Home;
use crate::range::Moment;

/// A desk that was not used for so long is put away.
const UNUSED_MILLIS: u64 = 5 * 60 * 1_000;
/// What could not be found out is tried again after so long.
const FOR_NOW_MILLIS: u64 = 2_000;
/// So many sources are named at the most that can't be read from here.
const MOST_REFUSED: usize = 1_000;

/// What a crawler needs to know of a source.
#[derive(Clone)]
pub(crate) struct Desk {
    /// The scan for which it is read.
    pub(crate) scan: ScanId,
    /// The scan's number among those of its source.
    pub(crate) number: u32,
    /// What the source's root proved to be when the scan began.
    pub(crate) root: Vec<u8>,
    /// What reads it.
    pub(crate) connector: Arc<dyn Connector>,
    /// What its findings are made with.
    pub(crate) context: Arc<Context>,
    /// What was found by these rules need only be judged again.
    pub(crate) akin: Arc<[RuleSetId]>,
    /// The layout of its findings.
    pub(crate) layout: u16,
    /// How fast it may be read.
    pub(crate) throttle: Arc<Throttle>,
    /// The scan's span: what is done for it says so.
    pub(crate) span: Span,
}

/// Why there is no desk, and for how long it is not asked for again. The reason is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It could not be found out.
    ForNow,
    /// The source can't be read from this node.
    FromHere,
}

/// Opens desks for what another node gives out.
#[async_trait]
pub(crate) trait Opener: Send + Sync {
    /// The desk for a lease of that owner.
    async fn open(&self, owner: &Home, lease: &Lease) -> Result<Desk, Refused>;
}

/// All desks of a node.
pub(crate) struct Desks {
    /// Of scans that this node directs.
    pub(crate) here: RwLock<HashMap<SourceId, Desk>>,
    /// Of scans that other nodes direct.
    there: Mutex<HashMap<SourceId, There>>,
    opener: Box<dyn Opener>,
    /// How long a source rests that can't be read from here.
    refused_millis: u64,
}

/// A desk for a scan that another node directs.
#[derive(Clone)]
struct There {
    /// The number of the scan.
    scan: u32,
    /// Nothing as long as it is being opened.
    desk: Arc<OnceCell<Result<Desk, Refused>>>,
    used: Moment,
}

impl Desks {
    pub(crate) fn new(opener: Box<dyn Opener>, refused_millis: u64) -> Self {
        Self { here: RwLock::default(), there: Mutex::default(), opener, refused_millis }
    }

    /// How long it stays that one is there, or is refused.
    fn kept_millis(&self, there: &There) -> u64 {
        match there.desk.get() {
            Some(Err(Refused::ForNow)) => self.refused_millis.min(FOR_NOW_MILLIS),
            Some(Err(Refused::FromHere)) => self.refused_millis,
            _ => UNUSED_MILLIS,
        }
    }

    fn is_over(&self, there: &There, now: Moment) -> bool {
        there.used.plus(self.kept_millis(there)) <= now
    }

    /// Whether this node directs the scan of a lease.
    pub(super) fn directs(&self, lease: &Lease) -> bool {
        let here = self.here.read();
        here.get(&lease.source).is_some_and(|desk| desk.number == lease.scan)
    }

    /// The desk for a lease; none where the scan has just been stopped here, or the source can't be read
    /// from here.
    pub(super) async fn of(&self, home: &Home, lease: &Lease, clock: &SharedClock) -> Option<Desk> {
        if self.directs(lease) {
            return self.here.read().get(&lease.source).cloned();
        }
        // Listing closes what it does not see: the root proves anew that it is the same.
        let is_listing = matches!(lease.work, LeasedWork::List { .. });
        let desk = self.at(lease, is_listing, clock.now());
        let opening = || async {
            let opened = self.opener.open(home, lease).await;
            if opened.is_err() {
                self.rests(lease.source, &desk, clock.now());
            }
            opened
        };
        // All who wait for it wait for one.
        desk.get_or_init(opening).await.clone().ok()
    }

    /// Where the desk for a lease is, or comes to be.
    fn at(&self, lease: &Lease, anew: bool, now: Moment) -> Arc<OnceCell<Result<Desk, Refused>>> {
        let mut there = self.there.lock();
        let fresh = || There { scan: lease.scan, desk: Arc::default(), used: now };
        let known = there.entry(lease.source).or_insert_with(fresh);
        let is_refused = matches!(known.desk.get(), Some(Err(_)));
        let is_known = known.desk.get().is_some();
        if known.scan != lease.scan
            || (anew && is_known)
            || (is_refused && self.is_over(known, now))
        {
            *known = fresh();
        } else if !is_refused {
            known.used = now;
        }
        Arc::clone(&known.desk)
    }

    /// Its rest begins when it was refused, not when it was asked for.
    fn rests(&self, source: SourceId, desk: &Arc<OnceCell<Result<Desk, Refused>>>, now: Moment) {
        if let Some(known) = self.there.lock().get_mut(&source)
            && Arc::ptr_eq(&known.desk, desk)
        {
            known.used = now;
        }
    }

    /// Sources of which nobody is to come with a unit now: they can't be read from here, or it is being
    /// found out whether they can.
    pub(crate) fn left_out(&self, now: Moment) -> Vec<SourceId> {
        let there = self.there.lock();
        let left_out = there.iter().filter(|(_, there)| match there.desk.get() {
            None => true,
            Some(Ok(_)) => false,
            Some(Err(_)) => !self.is_over(there, now),
        });
        left_out.map(|(source, _)| *source).take(MOST_REFUSED).collect()
    }

    /// Puts away what was not used for long.
    pub(super) fn tidy(&self, now: Moment) {
        self.there.lock().retain(|_, there| !self.is_over(there, now));
    }

    /// Crawlers that wait because their source is read no faster than it may be.
    pub(crate) fn limited(&self) -> usize {
        let of_here: usize = self.here.read().values().map(|desk| desk.throttle.waiting()).sum();
        let there = self.there.lock();
        let desks = there.values().filter_map(|there| there.desk.get()).flatten();
        of_here + desks.map(|desk| desk.throttle.waiting()).sum::<usize>()
    }

    /// Nobody waits at any of them any more.
    pub(crate) fn end(&self) {
        self.here.read().values().for_each(|desk| desk.throttle.end());
        let there = self.there.lock();
        let desks = there.values().filter_map(|there| there.desk.get());
        desks.flatten().for_each(|desk| desk.throttle.end());
    }
}
