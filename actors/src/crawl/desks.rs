//! What crawlers need to know of sources: of those whose scans are directed here, and of those whose
//! units are given out by another node.
//!
//! Of the second kind a desk is opened when the first unit comes, and put away when none has come for a
//! while. A source that can't be read from this node is not asked for again for a while.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::{Mutex, RwLock};
use tokio::sync::OnceCell;
use tracing::Span;
use trawl_mesh::NodeName;
use trawl_model::{ScanId, SourceId};
use trawl_sources::Connector;

use super::Throttle;
use crate::classify::Context;
use crate::message::Lease;
use crate::owners::Home;
use crate::range::Moment;

/// A desk that was not used for so long is put away.
const UNUSED_MILLIS: u64 = 5 * 60 * 1_000;
/// A source that can't be read from here is tried again after so long.
const REFUSED_MILLIS: u64 = 30_000;
/// So many sources are named at the most that can't be read from here.
const MOST_REFUSED: usize = 1_000;

/// What a crawler needs to know of a source.
#[derive(Clone)]
pub(crate) struct Desk {
    /// The scan for which it is read.
    pub(crate) scan: ScanId,
    /// What the source's root proved to be when the scan began.
    pub(crate) root: Vec<u8>,
    /// What reads it.
    pub(crate) connector: Arc<dyn Connector>,
    /// What its findings are made with.
    pub(crate) context: Arc<Context>,
    /// The layout of its findings.
    pub(crate) layout: u16,
    /// How fast it may be read.
    pub(crate) throttle: Arc<Throttle>,
    /// The scan's span: what is done for it says so.
    pub(crate) span: Span,
}

/// Opens desks for what another node gives out.
#[async_trait]
pub(crate) trait Opener: Send + Sync {
    /// The desk for a lease of that node; none where this node can't read the source. Why not, is in the
    /// log.
    async fn open(&self, owner: &NodeName, lease: &Lease) -> Option<Desk>;
}

/// All desks of a node.
pub(crate) struct Desks {
    /// Of scans that are directed here.
    pub(crate) here: RwLock<HashMap<SourceId, Desk>>,
    there: Mutex<HashMap<SourceId, There>>,
    opener: Box<dyn Opener>,
}

/// A desk for what another node gives out.
#[derive(Clone)]
struct There {
    /// The number of the scan.
    scan: u32,
    /// None where the source can't be read from here.
    desk: Arc<OnceCell<Option<Desk>>>,
    used: Moment,
}

impl There {
    fn is_refused(&self) -> bool {
        matches!(self.desk.get(), Some(None))
    }

    fn is_over(&self, now: Moment) -> bool {
        let kept = if self.is_refused() { REFUSED_MILLIS } else { UNUSED_MILLIS };
        self.used.plus(kept) <= now
    }
}

impl Desks {
    pub(crate) fn new(opener: Box<dyn Opener>) -> Self {
        Self { here: RwLock::default(), there: Mutex::default(), opener }
    }

    /// The desk for a lease; none where the scan has just been stopped here, or the source can't be read
    /// from here.
    pub(super) async fn of(&self, home: &Home, lease: &Lease, now: Moment) -> Option<Desk> {
        let owner = match home {
            Home::Here => return self.here.read().get(&lease.source).cloned(),
            Home::There(owner) => owner,
        };
        let desk = {
            let mut there = self.there.lock();
            let fresh = || There { scan: lease.scan, desk: Arc::default(), used: now };
            let known = there.entry(lease.source).or_insert_with(fresh);
            if known.scan != lease.scan || (known.is_refused() && known.is_over(now)) {
                *known = fresh();
            }
            if !known.is_refused() {
                known.used = now;
            }
            Arc::clone(&known.desk)
        };
        // All who wait for it wait for one.
        desk.get_or_init(|| self.opener.open(owner, lease)).await.clone()
    }

    /// Sources that can't be read from here, and are not yet tried again.
    pub(super) fn refused(&self, now: Moment) -> Vec<SourceId> {
        let there = self.there.lock();
        let refused = there.iter().filter(|(_, desk)| desk.is_refused() && !desk.is_over(now));
        refused.map(|(source, _)| *source).take(MOST_REFUSED).collect()
    }

    /// Puts away what was not used for long.
    pub(super) fn tidy(&self, now: Moment) {
        self.there.lock().retain(|_, desk| !desk.is_over(now));
    }

    /// Nobody waits at any of them any more.
    pub(crate) fn end(&self) {
        self.here.read().values().for_each(|desk| desk.throttle.end());
        let there = self.there.lock();
        let desks = there.values().filter_map(|there| there.desk.get());
        desks.flatten().for_each(|desk| desk.throttle.end());
    }
}
