//! What a node that has lanes answers the one that leads.

use std::sync::{Arc, Weak};

use futures_util::future::join_all;
use parking_lot::RwLock;
use trawl_mesh::{Failed, Status};
use trawl_search::leaf::{Partial, search_some};
use trawl_storage::records::range::RangeAt;

use super::root::Seat;
use super::set::{self, Set};
use super::sharing::Sharing;
use super::{Asked, Index, Inner, blocking};
use crate::cluster::lanes::{
    Follow, Followed, Found, LaneDone, LaneTold, MOST_LANES, MOST_RANGES, Search,
};
use crate::error::Error;

/// The index of this process, for those that ask from other nodes.
#[derive(Default)]
pub(crate) struct Reached(RwLock<Weak<Inner>>);

impl Reached {
    /// From now on this one is asked.
    pub(super) fn answer_for(&self, index: &Index) {
        *self.0.write() = Arc::downgrade(&index.inner);
    }

    /// The index, if this node is at work and has lanes.
    pub(crate) fn index(&self) -> Result<Index, Failed> {
        let index = self.0.read().upgrade().map(|inner| Index { inner });
        let index = index.ok_or_else(|| not_here("the index of this node is not open"))?;
        match index.inner.common.sharing {
            Some(_) => Ok(index),
            None => Err(refused("the index of this node is its own (index.files)")),
        }
    }
}

fn not_here(why: impl Into<String>) -> Failed {
    Failed::new(Status::NotHere, why.into())
}

fn refused(why: impl Into<String>) -> Failed {
    Failed::new(Status::Refused, why.into())
}

fn failed(error: Error) -> Failed {
    match error {
        Error::Stopping | Error::Overtaken => not_here(error.to_string()),
        error => Failed::new(Status::Failed, error.to_string()),
    }
}

impl Index {
    /// The lanes of an index with this number.
    fn numbered(&self, number: u32) -> Result<(Arc<Set>, &Sharing), Failed> {
        let found = self.sets().into_iter().find(|set| set.built().number == number);
        let sharing = self.inner.common.sharing.as_ref();
        let found = found.zip(sharing).ok_or_else(|| {
            // It was begun, or has come to serve, since it was looked.
            self.inner.common.news.notify_one();
            not_here(format!("index {number} is not open here"))
        })?;
        Ok(found)
    }

    /// A lane, if it is here and this node is sure that it is its own.
    fn seat(&self, set: &Set, sharing: &Sharing, number: u16) -> Option<Arc<Seat>> {
        let lane = set.lanes().get(usize::from(number))?;
        let seat = lane.seat().filter(|seat| !seat.shown().is_overtaken());
        let is_ours = sharing.is_certain() && sharing.has(sharing.shard_of(number));
        if seat.is_none() && is_ours {
            self.inner.common.news.notify_one();
        }
        seat.filter(|_| is_ours)
    }

    /// Publishes and leaves the lanes of a shard that goes to another node.
    pub(crate) async fn leave_shard(&self, shard: u16) {
        join_all(self.sets().iter().map(|set| set.leave_shard(shard))).await;
    }

    /// Searches lanes for the node that leads.
    pub(crate) async fn search_for(&self, asked: Search) -> Result<Found, Failed> {
        if asked.lanes.len() > MOST_LANES {
            return Err(refused(format!("{MOST_LANES} lanes are searched at once, at the most")));
        }
        let request = asked.question.request().map_err(refused)?;
        let searching = Arc::clone(&self.inner.searching);
        let one = searching.acquire_owned().await.map_err(|_| failed(Error::Stopping))?;
        let (set, sharing) = self.numbered(asked.index)?;
        let (mut parts, mut answer) = (Vec::new(), Found::default());
        let mut unsearched = Vec::new();
        for lane in asked.lanes {
            let Some(seat) = self.seat(&set, sharing, lane) else {
                answer.absent.push(lane);
                continue;
            };
            // Before what is searched: what comes between is found.
            unsearched.extend(seat.shown().behind());
            match seat.shown().parts() {
                Ok(shown) => parts.extend(shown.iter().cloned()),
                Err(why) => unsearched.push(why),
            }
        }
        let _asked = Asked(request.waits.clone());
        let searched = move || {
            let found = search_some(parts.iter(), &request);
            drop(one);
            found
        };
        let found = blocking(searched).await.map_err(failed)?;
        let found = found.map_err(|error| failed(error.into()))?;
        answer.found = Partial { unsearched: [found.unsearched, unsearched].concat(), ..found };
        Ok(answer)
    }

    /// Has a lane read what has changed, and says how far it is.
    pub(crate) fn follow_for(&self, asked: Follow) -> Result<Followed, Failed> {
        if asked.changed.len().max(asked.ranges.len()) > MOST_RANGES {
            return Err(refused(format!("{MOST_RANGES} ranges are named at once, at the most")));
        }
        let (set, sharing) = self.numbered(asked.index)?;
        let seat = self.seat(&set, sharing, asked.lane);
        let seat = seat.ok_or_else(|| not_here(format!("lane {} is not here", asked.lane)))?;
        let ear = seat.shown().ear().ok_or_else(|| not_here("it is about to be opened"))?;
        let tenant = &self.inner.common.tenant;
        let at = |(source, range)| RangeAt { tenant: tenant.clone(), source, range };
        for changed in asked.changed {
            ear.tell(&at(changed));
        }
        if asked.all {
            ear.tell_all();
        }
        let published = asked.ranges.into_iter();
        let published = published.filter_map(|range| Some((range, ear.indexed(&at(range))?)));
        Ok(Followed {
            status: seat.shown().status(),
            broken: seat.shown().parts().err().map(|unsearched| unsearched.why),
            published: published.collect(),
        })
    }

    /// Has a lane do something for the node that leads.
    pub(crate) async fn tell_for(&self, told: LaneTold) -> Result<LaneDone, Failed> {
        let (set, sharing) = self.numbered(told.index)?;
        let seat = self.seat(&set, sharing, told.lane);
        let seat = seat.ok_or_else(|| not_here(format!("lane {} is not here", told.lane)))?;
        set::tell_here(&seat, told.what).await.map_err(failed)
    }
}
