//! Keeps the lanes of a node as its shards are: looks now and then which are its own, and, where it leads,
//! tells those that are elsewhere what has changed.

use std::sync::{Arc, Weak};

use futures_util::future::join_all;
use tokio::time::{MissedTickBehavior, interval};
use trawl_storage::records::{Built, IndexHead};

use super::away::Away;
use super::set::{Lane, Set};
use super::sharing::Sharing;
use super::{Index, Inner, indices};
use crate::error::Error;

/// Lanes of other nodes that are asked at once.
const ASKED_AT_ONCE: usize = 16;

/// Attends to the lanes of a node that shares them, until it stops.
pub(super) async fn attend(inner: Weak<Inner>) {
    let Some(common) = inner.upgrade().map(|inner| Arc::clone(&inner.common)) else { return };
    let Some(sharing) = common.sharing.clone() else { return };
    let mut look = interval(sharing.look());
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let is_look = tokio::select! {
            _ = look.tick() => true,
            () = common.news.notified() => false,
        };
        let Some(index) = inner.upgrade().map(|inner| Index { inner }) else { return };
        if index.inner.is_stopping() {
            return;
        }
        if let Err(error) = index.arrange().await {
            tracing::warn!(%error, "not all lanes of the index that are to be here could be opened; it is tried again");
        }
        index.follow(&sharing, is_look).await;
    }
}

impl Index {
    /// All indices of which there are lanes here: the one that serves, and the one that is being built.
    pub(super) fn sets(&self) -> Vec<Arc<Set>> {
        let serving = Arc::clone(&self.inner.serving.read());
        let building = self.inner.building.read().clone();
        [serving].into_iter().chain(building).collect()
    }

    /// Opens lanes that have become this node's, and leaves those that no longer are.
    async fn arrange(&self) -> Result<(), Error> {
        if !self.inner.common.leads {
            self.take_over_sets().await?;
        }
        let mut all = Ok(());
        for set in self.sets() {
            all = all.and(set.arrange().await);
        }
        all
    }

    /// Another node leads: the indices are those that it has begun.
    async fn take_over_sets(&self) -> Result<(), Error> {
        let inner = &self.inner;
        let IndexHead { serving, building, .. } = indices::read(&inner.common.db).await?;
        let known = self.sets();
        let Some(serving) = self.set_of(serving, &known).await? else { return Ok(()) };
        let building = self.set_of(building, &known).await?;
        *inner.serving.write() = Arc::clone(&serving);
        inner.building.write().clone_from(&building);
        for set in known {
            let is = |now: &Arc<Set>| Arc::ptr_eq(now, &set);
            if !is(&serving) && !building.as_ref().is_some_and(is) {
                set.stop().await;
            }
        }
        Ok(())
    }

    async fn set_of(
        &self,
        built: Option<Built>,
        known: &[Arc<Set>],
    ) -> Result<Option<Arc<Set>>, Error> {
        let Some(built) = built else { return Ok(None) };
        if let Some(set) = known.iter().find(|set| set.built() == built) {
            return Ok(Some(Arc::clone(set)));
        }
        Set::start(&self.inner.common, built, &self.inner.root).await.map(Arc::new).map(Some)
    }

    /// Tells lanes that other nodes have what has changed in them, and hears how they are.
    async fn follow(&self, sharing: &Sharing, all: bool) {
        let common = &self.inner.common;
        let mut asked: Vec<Arc<Away>> = Vec::new();
        for set in self.sets() {
            asked.extend(set.lanes().iter().filter_map(Lane::away));
            // Those that were left to this node may have another owner by now.
            for left in set.lanes().iter().filter_map(Lane::left_to_us).filter(|_| all) {
                left.find(common, sharing).await;
            }
        }
        asked.retain(|away| all || away.has_news());
        for some in asked.chunks(ASKED_AT_ONCE) {
            join_all(some.iter().map(|away| away.follow(common, sharing, all))).await;
        }
    }
}
