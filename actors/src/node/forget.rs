//! Forgetting what has been closed for long enough, and releasing what was given up.

use std::collections::HashMap;

use tracing::Span;
use trawl_model::object::Object;
use trawl_model::scan::Order;
use trawl_model::unit::UnitId;
use trawl_model::{Origin, Priority, RangeId, SourceId, Timestamp};
use trawl_storage::records::range::{RangeAt, RangeEntry, RangeKey, RangeRow};
use trawl_storage::records::tenant::{TenantAt, TenantEntry, TenantKey, TenantRow};
use trawl_storage::sweep;

use super::Node;
use crate::audit;
use crate::cluster::keeping::{Directed, Tell, What};
use crate::cluster::{Done, Kind, SHORT};
use crate::director::record;
use crate::error::Error;
use crate::orders::Ordered;
use crate::owners::Home;
use crate::parked;
use crate::range::{Command, Reply};

/// Microseconds of a day.
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
/// Rows that are read or swept at once.
const PAGE_ROWS: usize = 1_000;
/// Things that are released at once, at the most.
const RELEASED: usize = 100_000;

/// What a release came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Released {
    /// Units that are tried again at once, by the scan at work.
    pub units: u64,
    /// The scan that tries all the rest again, where one was ordered.
    pub ordered: Option<Ordered>,
}

impl Node {
    /// Forgets objects that were closed longer ago than their findings are kept: their rows, findings,
    /// person rows, verdicts and names. Sources at work are left for the next time, and ranges of other
    /// nodes to these. Says how many ranges had some.
    pub async fn forget(&self) -> Result<u64, Error> {
        let now = self.inner.clock.wall();
        let mut ranges = 0;
        for (source, up_to) in self.closed_for_long(now).await? {
            let at = record::source_at(&self.inner.options.tenant, source);
            let mut entered = false;
            for place in record::directory(&self.inner.db, &at).await? {
                let tenant = at.tenant.clone();
                let range = RangeAt { tenant, source, range: place.range };
                let is_here = self.inner.keepers.holds(range.range);
                if !is_here || !self.has_old(&range, up_to).await? {
                    continue;
                }
                if !std::mem::replace(&mut entered, true) {
                    let detail = format!("what was closed by scan {up_to} or before");
                    let what = (source.to_string(), detail);
                    let tenant = &self.inner.options.tenant;
                    audit::enter(&self.inner.db, tenant, now, "retention", what).await?;
                }
                ranges += u64::from(self.forget_in(&at, &range, up_to).await?);
            }
        }
        Ok(ranges)
    }

    /// One range at a time is kept for this, and no scan of its source begins meanwhile.
    async fn forget_in(
        &self,
        source: &trawl_storage::records::source::SourceAt,
        at: &RangeAt,
        up_to: u32,
    ) -> Result<bool, Error> {
        let _one = self.inner.ordering.lock().await;
        let keepers = &self.inner.keepers;
        let is_kept = keepers.keeper_of(at.range).is_some_and(|keeper| !keeper.is_gone());
        if is_kept || self.at_work(at.source).is_some() || keepers.stewards().has(at.source) {
            return Ok(false);
        }
        let nobody = std::sync::Arc::new(|_| ());
        let keeper = keepers.keep(source, at.range, Priority::Low, nobody, &Span::none()).await?;
        let forgotten = async {
            while keeper.ask(Command::Forget { up_to }).await? == Reply::Again {}
            Ok(true)
        };
        let forgotten = forgotten.await;
        keepers.let_go(&keeper).await;
        forgotten
    }

    /// Of each source the number of the last scan that ended so long ago that what it closed is to be
    /// forgotten.
    async fn closed_for_long(&self, now: Timestamp) -> Result<HashMap<SourceId, u32>, Error> {
        let mut cutoffs = HashMap::new();
        let usual = self.inner.policy.read().closed_days;
        for (source, head) in self.catalogue().list().await? {
            let days = head.profile.closed_days.unwrap_or(usual);
            cutoffs.insert(source, kept_since(now, days));
        }
        let at = TenantAt { tenant: self.inner.options.tenant.clone() };
        let mut found = HashMap::new();
        let mut span = TenantKey::scans();
        while !cutoffs.is_empty() {
            let page = self.inner.db.scan::<TenantRow>(&at, span.clone(), PAGE_ROWS).await?;
            for row in page.rows {
                let TenantEntry::Scan { scan, source, number, .. } = row.entry else { continue };
                let Some(cutoff) = cutoffs.get(&source) else { continue };
                let ended = record::scan(&self.inner.db, &at.tenant, scan).await?;
                if ended.and_then(|scan| scan.ended).is_some_and(|ended| ended <= *cutoff) {
                    // The newest come first.
                    cutoffs.remove(&source);
                    found.insert(source, number);
                }
            }
            match page.next {
                Some(key) => span = span.after(key),
                None => break,
            }
        }
        Ok(found)
    }

    async fn has_old(&self, at: &RangeAt, up_to: u32) -> Result<bool, Error> {
        let old =
            |object: &Object| object.closed && object.vanished.is_some_and(|scan| scan <= up_to);
        let mut span = RangeKey::objects();
        loop {
            let page = self.inner.db.scan::<RangeRow>(at, span.clone(), PAGE_ROWS).await?;
            let is_old = |row: &RangeRow| matches!(&row.entry, RangeEntry::Object(_, o) if old(o));
            if page.rows.iter().any(is_old) {
                return Ok(true);
            }
            match page.next {
                Some(key) => span = span.after(key),
                None => return Ok(false),
            }
        }
    }

    /// Sweeps out what a crash has left of what was forgotten or no longer counts.
    pub async fn sweep(&self) -> Result<(), Error> {
        let db = &self.inner.db;
        let mut cursor = None;
        loop {
            cursor = sweep::dead_findings(db, cursor, PAGE_ROWS).await?.next;
            if cursor.is_none() {
                break;
            }
        }
        loop {
            cursor = sweep::dead_names(db, cursor, PAGE_ROWS).await?.next;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }

    /// Releases all that was given up of a source: parked units of a scan at work are tried again at
    /// once; for the rest, a scan is ordered, or the one that is open is joined, which tries all of it.
    pub async fn release(
        &self,
        source: SourceId,
        origin: Option<Origin>,
    ) -> Result<Released, Error> {
        let (db, tenant) = (&self.inner.db, &self.inner.options.tenant);
        let mut released = Released::default();
        let parked = parked::list(db, tenant, source, RELEASED).await?;
        let mut rest = false;
        for one in &parked {
            let parked::What::Unit(unit) = one.what else {
                rest = true;
                continue;
            };
            if self.release_unit(source, one.range, unit).await? {
                released.units += 1;
            } else {
                rest = true;
            }
        }
        if rest {
            released.ordered = Some(self.order(source, Order::default(), origin).await?);
        }
        Ok(released)
    }

    /// Releases a unit of the scan at work, wherever its range is kept; false where there is none.
    async fn release_unit(
        &self,
        source: SourceId,
        range: RangeId,
        unit: UnitId,
    ) -> Result<bool, Error> {
        let keepers = &self.inner.keepers;
        if let Some(keeper) = keepers.keeper_of(range) {
            return Ok(keeper.ask(Command::Release(unit)).await? == Reply::Done);
        }
        let (term, scan) = (self.ownership().term(), self.at_work(source));
        let (Some(cluster), Some(term), Some(scan)) = (keepers.cluster(), term, scan) else {
            return Ok(false);
        };
        let Some(Home::There(node)) = keepers.home_of(keepers.shard_of(range)).await? else {
            return Ok(false);
        };
        let of = Directed { term, source, scan };
        let tell = Tell { of, ranges: vec![range], what: What::Release(unit) };
        Ok(cluster.ask::<Done>(&node, Kind::Tell, &tell, SHORT).await.is_ok())
    }
}

/// What was closed at this moment or before is forgotten, where it is kept for so many days. Where they
/// go back further than time does, nothing ever was.
fn kept_since(now: Timestamp, days: u32) -> Timestamp {
    now.plus_micros(i64::from(days).saturating_mul(DAY_MICROS).saturating_neg())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_longer_is_kept_since_earlier(
            now in any::<i64>(),
            days in any::<u32>(),
            more in any::<u32>()
        ) {
            let now = Timestamp::from_micros(now);
            let longer = kept_since(now, days.saturating_add(more));
            prop_assert!(longer <= kept_since(now, days) && kept_since(now, days) <= now);
        }
    }

    #[test]
    fn days_are_counted_back_from_now_and_for_ever_is_as_far_as_time_goes() {
        let now = Timestamp::from_micros(1_900_000_000_000_000);
        assert_eq!(kept_since(now, 0), now);
        assert_eq!(kept_since(now, 365).plus_micros(365 * DAY_MICROS), now);
        assert!(kept_since(now, 999_999_999) < kept_since(now, 36_500));
        assert_eq!(kept_since(now, u32::MAX), kept_since(now, 999_999_999));
        let first = Timestamp::from_micros(-i64::MAX);
        assert_eq!(kept_since(Timestamp::default(), u32::MAX), first);
    }
}
