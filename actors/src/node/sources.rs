//! What a node that serves does with its sources beside scanning them: it orders what schedules say,
//! keeps to allowed hours, and erases what is deleted.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::task::JoinSet;
use trawl_model::scan::{Order, Scan, ScanState};
use trawl_model::schedule::Schedule;
use trawl_model::source::{Hours, Profile, Source};
use trawl_model::{SourceId, Timestamp};
use trawl_storage::records::source::SourceEntry;

use super::Node;
use super::service::Service;
use crate::catalogue::Catalogue;
use crate::director::state::Command;
use crate::erase;
use crate::error::Error;
use crate::orders::Ordered;
use crate::schedule::{Schedules, Times, hours};

/// How long an erasure rests that has failed.
const ERASE_AGAIN: Duration = Duration::from_secs(10);

/// What is known of sources, as of the last look at their records.
#[derive(Default)]
pub(super) struct Known {
    hours: HashMap<SourceId, Hours>,
    schedules: HashMap<SourceId, Vec<Scheduled>>,
    /// Sources that are deleted and not yet erased; whether they were at work here.
    erased: HashMap<SourceId, bool>,
    erasing: HashSet<SourceId>,
    /// They end with the service.
    pub(super) tasks: JoinSet<()>,
}

/// What a scan waits for that would go on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Room on the disk.
    Room,
    /// The hours of its source, which begin then; none where they never do.
    Hours(Option<Timestamp>),
}

struct Scheduled {
    name: String,
    schedule: Schedule,
    next: Option<Timestamp>,
}

impl Known {
    /// Whether a source may be read now.
    pub(super) fn allows(&self, source: SourceId, now: Timestamp) -> bool {
        self.hours.get(&source).is_none_or(|allowed| hours::allow(allowed, now))
    }
}

impl Node {
    /// Takes note of a source, as its record is now: its hours, its limits and its schedules hold from
    /// now on. To be called when they have been changed.
    pub async fn changed(&self, source: SourceId) -> Result<(), Error> {
        let head = self.catalogue().get(source).await?;
        self.note(source, &head).await?;
        if let Some(desk) = self.inner.crawl.desks.here.read().get(&source) {
            desk.throttle.set(head.profile.limits);
        }
        self.inner.kick.notify_one();
        Ok(())
    }

    pub(super) async fn note(&self, source: SourceId, head: &Source) -> Result<(), Error> {
        let mut scheduled = Vec::new();
        if !head.deleted {
            for (name, schedule) in self.schedules().list(source).await? {
                // One that this version can't read is left as it is.
                let next = Times::of(&schedule).ok().and_then(|t| t.next_after(schedule.settled));
                scheduled.push(Scheduled { name, schedule, next });
            }
        }
        let mut service = self.inner.service.lock();
        let Some(service) = &mut *service else { return Ok(()) };
        let known = &mut service.known;
        match head.profile.hours.clone().filter(|_| !head.deleted) {
            Some(allowed) => known.hours.insert(source, allowed),
            None => known.hours.remove(&source),
        };
        match scheduled.is_empty() {
            true => known.schedules.remove(&source),
            false => known.schedules.insert(source, scheduled),
        };
        if head.deleted && !head.erased {
            known.erased.entry(source).or_insert(false);
        }
        Ok(())
    }

    /// Changes what is said of a source, and holds to it at once.
    pub async fn change(
        &self,
        source: SourceId,
        change: impl FnOnce(Profile) -> Profile,
    ) -> Result<Source, Error> {
        let changed = self.catalogue().change(source, change).await?;
        self.changed(source).await?;
        Ok(changed)
    }

    /// Deletes a source: nothing of it is live when this returns. All that belongs to it goes after
    /// that, by itself; until it is gone, its record says so.
    pub async fn delete(&self, source: SourceId) -> Result<Source, Error> {
        let _one = self.inner.ordering.lock().await;
        let head = self.catalogue().delete(source).await?;
        self.inner.options.index.look();
        let (at_work, now) = (self.at_work(source), self.inner.clock.wall());
        if let Some(open) = self.orders().open_of(&head, now).await? {
            let cancelled = self.orders().command(open.id, Command::Cancel).await?;
            if at_work != Some(open.id) {
                let settled = self.orders().settle(&cancelled, now).await?;
                (self.inner.options.ended.0)(&settled);
            }
        }
        self.dequeue(source);
        self.halt(source);
        self.note(source, &head).await?;
        if let Some(service) = &mut *self.inner.service.lock() {
            service.known.erased.entry(source).and_modify(|was| *was |= at_work.is_some());
        }
        self.inner.changed.notify_waiters();
        self.inner.kick.notify_one();
        Ok(head)
    }

    /// Waits until nothing is left of a source that was deleted.
    pub async fn erased(&self, source: SourceId) -> Result<(), Error> {
        loop {
            let changed = self.inner.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.catalogue().get(source).await?.erased {
                return Ok(());
            }
            changed.await;
        }
    }

    /// Orders what schedules say. Times that were missed are due together, once.
    pub(super) async fn order_what_is_due(&self, now: Timestamp) {
        for (source, name, order) in self.due(now) {
            match self.order_scheduled(source, &name, order, now).await {
                Ok(Some(scan)) => {
                    tracing::info!(%source, name, scan = %scan.id, "a schedule was due");
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%source, name, %error, "a schedule was due"),
            }
        }
    }

    fn due(&self, now: Timestamp) -> Vec<(SourceId, String, Order)> {
        let service = self.inner.service.lock();
        let Some(service) = &*service else { return Vec::new() };
        let schedules = service.known.schedules.iter();
        let all = schedules.flat_map(|(source, of)| of.iter().map(move |one| (*source, one)));
        all.filter(|(_, one)| one.next.is_some_and(|next| next <= now))
            .map(|(source, one)| (source, one.name.clone(), one.schedule.order))
            .collect()
    }

    /// The order, and that the time is settled, are one commit: neither is there without the other.
    /// Where an open scan does not do what is due, the time stays as it is until that one has ended.
    async fn order_scheduled(
        &self,
        source: SourceId,
        name: &str,
        order: Order,
        now: Timestamp,
    ) -> Result<Option<Scan>, Error> {
        let kept = self.schedules().list(source).await?;
        let kept = kept.into_iter().find(|(known, _)| known == name).map(|(_, kept)| kept);
        let Some(schedule) = kept else {
            self.changed(source).await?;
            return Err(Error::Schedule(format!("{name}: it was removed")));
        };
        let settled = SourceEntry::Schedule(name.to_owned(), Schedule { settled: now, ..schedule });
        let ordered = self.orders().order_with(source, order, None, None, now, &[settled]).await;
        let Ordered { scan, .. } = match ordered {
            Err(Error::OtherSelection(open) | Error::NotFull(open)) => {
                tracing::debug!(%source, name, %open, "a schedule is due, and waits for a scan");
                return Ok(None);
            }
            ordered => ordered?,
        };
        match self.at_work(source) {
            None if scan.state.is_waiting() => self.enqueue(&scan),
            Some(at_work) if at_work == scan.id => {
                self.inner.keepers.set_priority(source, scan.order.priority);
            }
            _ => {}
        }
        self.changed(source).await?;
        Ok(Some(scan))
    }

    /// What a scan waits for, beside its turn.
    pub fn waits_for(&self, scan: &Scan) -> Option<Waits> {
        if !scan.state.is_waiting() {
            return None;
        }
        if !self.room().is_enough() {
            return Some(Waits::Room);
        }
        let known = |service: &Service| service.known.hours.get(&scan.source).cloned();
        let allowed = self.inner.service.lock().as_ref().and_then(known);
        // One that somebody wanted now is at work at any hour.
        let allowed = allowed.filter(|_| scan.state == ScanState::Queued)?;
        let now = self.inner.clock.wall();
        let opens = hours::next_opening(&allowed, now);
        (opens != Some(now)).then_some(Waits::Hours(opens))
    }

    /// Scans of sources that may not be read now rest until they may, and all of them rest where the
    /// disk is nearly full. One that somebody wanted now would go on as another one: it is given
    /// nothing more to do meanwhile.
    pub(super) async fn hold_back(&self, now: Timestamp) {
        let has_room = self.room().is_enough();
        let late: Vec<_> = {
            let (scans, service) = (self.inner.scans.lock(), self.inner.service.lock());
            let Some(service) = &*service else { return };
            let served = scans.iter().filter(|(_, at_work)| at_work.served);
            let late =
                served.filter(|(source, _)| !has_room || !service.known.allows(**source, now));
            late.map(|(source, at_work)| (*source, at_work.scan)).collect()
        };
        for (source, scan) in late {
            match self.orders().command(scan, Command::Yield).await {
                Ok(_) => self.halt(source),
                Err(Error::Ended(..)) => {}
                Err(error) => tracing::warn!(%source, %error, "a scan can't be held back"),
            }
        }
    }

    /// Begins to erase what is deleted and no longer at work.
    pub(super) fn erase_what_is_deleted(&self) {
        let scans = self.inner.scans.lock();
        let mut service = self.inner.service.lock();
        let Some(service) = &mut *service else { return };
        let known = &mut service.known;
        while known.tasks.try_join_next().is_some() {}
        let ready: Vec<(SourceId, bool)> = known
            .erased
            .iter()
            .filter(|(source, _)| !scans.contains_key(source) && !known.erasing.contains(source))
            // Of a store that others may reach it is not known who was at work.
            .map(|(source, was_at_work)| (*source, *was_at_work || self.ownership().is_shared()))
            .collect();
        for (source, was_at_work) in ready {
            known.erasing.insert(source);
            let (node, lease) = (std::sync::Arc::downgrade(&self.inner), self.longest_lease());
            let (db, tenant) = (self.inner.db.clone(), self.inner.options.tenant.clone());
            let now = self.inner.clock.wall();
            known.tasks.spawn(async move {
                let erased = async {
                    erase::rows(&db, &tenant, source, now).await?;
                    if was_at_work {
                        // Who had a lease may still be putting what he found.
                        tokio::time::sleep(lease).await;
                    }
                    erase::prove(&db, &tenant, source).await
                };
                let failed = erased.await.inspect_err(|error| {
                    tracing::warn!(%source, %error, "a source could not be erased; it is tried again");
                });
                if failed.is_err() {
                    tokio::time::sleep(ERASE_AGAIN).await;
                }
                let Some(inner) = node.upgrade() else { return };
                if let Some(service) = &mut *inner.service.lock() {
                    service.known.erasing.remove(&source);
                    if failed.is_ok() {
                        service.known.erased.remove(&source);
                    }
                }
                inner.changed.notify_waiters();
                inner.kick.notify_one();
            });
        }
    }

    fn longest_lease(&self) -> Duration {
        Duration::from_millis(self.inner.options.tuning.lease_millis)
    }

    /// The sources of the node's tenant.
    pub fn catalogue(&self) -> Catalogue {
        Catalogue::of(&self.inner.db, &self.inner.options.tenant)
    }

    /// The schedules of the node's tenant; who changes one tells the node by [`Node::changed`].
    pub fn schedules(&self) -> Schedules {
        Schedules::of(&self.inner.db, &self.inner.options.tenant)
    }
}
