//! A lane that another node has, as the node sees it that leads: it hears for it what has changed, tells
//! it, and remembers how it is.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;
use trawl_mesh::{Failed, NodeName, Status as Answered};
use trawl_search::leaf::Unsearched;
use trawl_storage::records::range::RangeAt;

use super::sharing::Sharing;
use super::status::LaneStatus;
use super::waker::{Ear, Told};
use super::{Common, Part};
use crate::cluster::lanes::{Follow, Followed, MOST_RANGES, Named};
use crate::cluster::{Kind, SHORT};

/// So many ranges are remembered whose publishing is waited for; the logs of others are kept for longer.
const MAX_FOLLOWED: usize = 10_000;

/// A lane that another node has.
pub(super) struct Away {
    index: u32,
    lane: u16,
    shard: u16,
    ear: Arc<Ear>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Who had it when it was looked last.
    home: Option<NodeName>,
    /// Who has its shard and takes no lanes: then it is for the node that leads.
    refused: Option<NodeName>,
    status: LaneStatus,
    /// Why nothing of it can be searched.
    broken: Option<String>,
    /// Whoever has it can't read its files.
    unreadable: bool,
    /// Ranges that have changed, of which it isn't known that the change is published.
    followed: VecDeque<RangeAt>,
}

impl Away {
    /// Whoever is woken asks around; nobody hears for it before [`listen`](Self::listen).
    pub(super) fn new(index: u32, part: Part, shard: u16, news: Arc<Notify>) -> Self {
        let ear = Ear::new(part, Box::new(move || news.notify_one()));
        let status = LaneStatus { index, lane: part.lane, ..LaneStatus::default() };
        let broken = Some("it is not known yet which node has it".to_owned());
        let state = State { status, broken, ..State::default() };
        let (ear, state) = (Arc::new(ear), Mutex::new(state));
        Self { index, lane: part.lane, shard, ear, state }
    }

    /// Hears from now on what has changed, all that was before among it.
    pub(super) fn listen(&self, common: &Common) {
        self.ear.forgets();
        common.waker.add(Arc::clone(&self.ear));
        self.ear.tell_all();
    }

    /// Hears nothing more: the lane is here.
    pub(super) fn rest(&self, common: &Common) {
        common.waker.remove(&self.ear);
        self.state.lock().followed.clear();
    }

    /// Whether whoever has its shard takes no lanes.
    pub(super) fn is_left_to_us(&self) -> bool {
        let state = self.state.lock();
        state.refused.is_some() && state.refused == state.home
    }

    /// Somebody has taken it after all.
    pub(super) fn is_taken(&self) {
        self.state.lock().refused = None;
    }

    /// Whether there is something to be told.
    pub(super) fn has_news(&self) -> bool {
        self.ear.has_heard()
    }

    /// How it was when it was looked last.
    pub(super) fn status(&self) -> LaneStatus {
        let state = self.state.lock();
        let home = state.home.as_ref();
        let node = Some(home.map_or_else(|| "nobody".to_owned(), ToString::to_string));
        let mut status = state.status.clone();
        status.error = status.error.or_else(|| state.broken.clone());
        LaneStatus { node, ..status }
    }

    /// Why nothing of it can be searched, if that is so.
    pub(super) fn unsearched(&self) -> Option<Unsearched> {
        let why = self.state.lock().broken.clone()?;
        Some(self.unsearched_for(why))
    }

    /// Whether its files can't be read where it is.
    pub(super) fn is_unreadable(&self) -> bool {
        self.state.lock().unreadable
    }

    /// That nothing of it was searched, and why.
    pub(super) fn unsearched_for(&self, why: String) -> Unsearched {
        Unsearched { split: format!("lane {} of index {}", self.lane, self.index), why }
    }

    /// The node that has it, as far as it is known; else as the store has it.
    pub(super) async fn home(&self, common: &Common, sharing: &Sharing) -> Option<NodeName> {
        let known = self.state.lock().home.clone();
        match known {
            Some(home) => Some(home),
            None => self.find(common, sharing).await,
        }
    }

    /// The node that has it, as the store has it.
    pub(super) async fn find(&self, common: &Common, sharing: &Sharing) -> Option<NodeName> {
        let found = match sharing.home_of(&common.db, self.shard).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(lane = self.lane, %error, "it could not be read who has a lane");
                return None;
            }
        };
        let mut state = self.state.lock();
        if found.is_none() {
            state.broken = Some("no node that can be reached has it".to_owned());
        }
        state.home.clone_from(&found);
        found
    }

    /// It is not where it was thought to be.
    pub(super) fn is_lost(&self, at: &NodeName) {
        let mut state = self.state.lock();
        if state.home.as_ref() == Some(at) {
            state.home = None;
        }
    }

    /// Tells it what has changed, and hears how it is. Who has it is looked up now and then, and where it
    /// isn't known.
    pub(super) async fn follow(&self, common: &Common, sharing: &Sharing, look: bool) {
        let home = match look {
            true => self.find(common, sharing).await,
            false => self.home(common, sharing).await,
        };
        let Some(home) = home else { return };
        if self.state.lock().refused.as_ref() == Some(&home) {
            return;
        }
        let mut told = self.ear.heard();
        loop {
            let rest = told.ranges.split_off(told.ranges.len().min(MOST_RANGES));
            let follow = self.to_follow(&told);
            match sharing.cluster.ask::<Followed>(&home, Kind::Follow, &follow, SHORT).await {
                Ok(followed) => self.heard(common, followed),
                Err(failed) => {
                    told.ranges.extend(rest);
                    self.ear.keeps(told);
                    return self.failed(&home, &failed);
                }
            }
            if rest.is_empty() {
                return;
            }
            told = Told { ranges: rest, all: false };
        }
    }

    fn to_follow(&self, told: &Told) -> Follow {
        let mut state = self.state.lock();
        let known: HashSet<&RangeAt> = state.followed.iter().collect();
        let new: Vec<RangeAt> =
            told.ranges.iter().filter(|range| !known.contains(range)).cloned().collect();
        state.followed.extend(new);
        // The log of one that is forgotten is kept until it changes again.
        while state.followed.len() > MAX_FOLLOWED {
            state.followed.pop_front();
        }
        let asked = state.followed.len().min(MOST_RANGES);
        Follow {
            index: self.index,
            lane: self.lane,
            changed: told.ranges.iter().map(named).collect(),
            all: told.all,
            ranges: state.followed.range(..asked).map(named).collect(),
        }
    }

    fn heard(&self, common: &Common, followed: Followed) {
        let mut state = self.state.lock();
        let mut published = HashSet::new();
        for ((source, range), version) in followed.published {
            let at = RangeAt { tenant: common.tenant.clone(), source, range };
            if self.ear.is_indexed(at.clone(), version) {
                published.insert(at);
            }
        }
        // Those that were asked for come last the next time.
        let asked = state.followed.len().min(MOST_RANGES);
        let asked: Vec<RangeAt> = state.followed.drain(..asked).collect();
        state.followed.extend(asked.into_iter().filter(|range| !published.contains(range)));
        state.unreadable = followed.broken.is_some();
        (state.status, state.broken) = (followed.status, followed.broken);
    }

    fn failed(&self, home: &NodeName, failed: &Failed) {
        let mut state = self.state.lock();
        match failed.status {
            Answered::Refused => {
                tracing::warn!(lane = self.lane, node = %home, why = %failed, "a node takes no lanes of the index; this one has them");
                state.refused = Some(home.clone());
            }
            Answered::NotHere => {
                state.home = None;
                state.broken = Some(format!("node {home} is about to open it"));
            }
            _ => {
                state.home = None;
                tracing::debug!(lane = self.lane, node = %home, why = %failed, "a lane was asked in vain");
                state.broken = Some(format!("node {home}, which has it, does not answer"));
            }
        }
    }
}

fn named(range: &RangeAt) -> Named {
    (range.source, range.range)
}
