//! Searching all lanes: those that are here on threads of this node, others by asking the nodes that have
//! them, all at once. A lane that is not where it was thought to be is looked for again for a short while,
//! and named in the answer where it is nowhere: there may be more matches then.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use tokio::time::{Instant, sleep};
use trawl_mesh::NodeName;
use trawl_search::leaf::{Answer, Partial, Request, merge, search_some};

use super::away::Away;
use super::set::{Lane, Set};
use super::sharing::Sharing;
use super::{Asked, Index, blocking};
use crate::cluster::Kind;
use crate::cluster::lanes::{Found, Question, Search};
use crate::error::Error;

/// How long another node may take for its share of an answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);
/// How long a lane is looked for that is nowhere.
const LOOKED_FOR: Duration = Duration::from_secs(2);
/// And how often.
const LOOKED_AGAIN: Duration = Duration::from_millis(100);

impl Index {
    /// Searches what is found now. What could not be searched is named in the answer. It waits where as
    /// many searches are at work as may be, and is given up where nobody waits for it any more.
    pub async fn search(&self, request: Request) -> Result<Answer, Error> {
        request.check()?;
        let searching = Arc::clone(&self.inner.searching);
        let _one = searching.acquire_owned().await.map_err(|_| Error::Stopping)?;
        // Who asks may go away meanwhile; its thread is given back then, too.
        let _asked = Asked(request.waits.clone());
        loop {
            let set = Arc::clone(&self.inner.serving.read());
            let (mut found, left) = self.search_set(&set, &request).await?;
            if !left.is_empty() && !Arc::ptr_eq(&set, &self.inner.serving.read()) {
                // Another index has come to serve, and others have left this one.
                continue;
            }
            for away in left.into_iter().filter_map(Lane::away) {
                let why = away.unsearched().map_or_else(|| MOVES.to_owned(), |known| known.why);
                let unsearched = vec![away.unsearched_for(why)];
                found.push(Partial { unsearched, ..Partial::default() });
            }
            return Ok(merge(found, &request));
        }
    }

    /// What lanes have found, and those that could not be asked.
    async fn search_set<'s>(
        &self,
        set: &'s Set,
        request: &Request,
    ) -> Result<(Vec<Partial>, Vec<&'s Lane>), Error> {
        let until = Instant::now() + LOOKED_FOR;
        let (mut found, mut left) = (Vec::new(), set.lanes().iter().collect::<Vec<_>>());
        loop {
            let (some, rest) = self.search_once(set, left, request).await?;
            found.extend(some);
            left = rest;
            if left.is_empty() || Instant::now() >= until {
                return Ok((found, left));
            }
            sleep(LOOKED_AGAIN).await;
        }
    }

    /// One look for these lanes, wherever they are.
    async fn search_once<'s>(
        &self,
        set: &'s Set,
        lanes: Vec<&'s Lane>,
        request: &Request,
    ) -> Result<(Vec<Partial>, Vec<&'s Lane>), Error> {
        let common = &self.inner.common;
        let (mut parts, mut found, mut left) = (Vec::new(), Vec::new(), Vec::new());
        let mut there: BTreeMap<NodeName, Vec<(&Lane, Arc<Away>)>> = BTreeMap::new();
        for lane in lanes {
            match (lane.seat(), lane.away(), common.sharing.as_ref()) {
                (Some(seat), _, sharing) => {
                    // Before what is searched: what comes between is found.
                    let behind = sharing.and_then(|_| seat.shown().behind());
                    let shown =
                        seat.shown().parts().map(|shown| parts.extend(shown.iter().cloned()));
                    let unsearched: Vec<_> = shown.err().into_iter().chain(behind).collect();
                    found.push(Partial { unsearched, ..Partial::default() });
                }
                (None, Some(away), Some(sharing)) => match away.home(common, sharing).await {
                    Some(home) => there.entry(home).or_default().push((lane, away)),
                    None => left.push(lane),
                },
                // It has come here, or has gone, just now.
                _ => left.push(lane),
            }
        }
        let here = async {
            let request = request.clone();
            blocking(move || search_some(parts.iter(), &request)).await
        };
        let others = there.into_iter().map(|(home, lanes)| async move {
            let Some(sharing) = &common.sharing else { return (Partial::default(), lanes) };
            search_there(sharing, set.built().number, &home, lanes, request).await
        });
        let (here, others) = join(here, join_all(others)).await;
        found.push(here??);
        for (some, absent) in others {
            found.push(some);
            left.extend(absent.into_iter().map(|(lane, _)| lane));
        }
        Ok((found, left))
    }
}

/// Why a lane was not searched of which nothing else is known.
const MOVES: &str = "it goes from one node to another; search again";

/// What another node has found in its lanes, and those that it does not have.
async fn search_there<'s>(
    sharing: &Sharing,
    index: u32,
    home: &NodeName,
    lanes: Vec<(&'s Lane, Arc<Away>)>,
    request: &Request,
) -> (Partial, Vec<(&'s Lane, Arc<Away>)>) {
    let numbers = lanes.iter().map(|(lane, _)| lane.number()).collect();
    let search = Search { index, lanes: numbers, question: Question::of(request) };
    match sharing.cluster.ask::<Found>(home, Kind::Search, &search, ANSWERS_WITHIN).await {
        Ok(Found { found, absent }) => {
            let is_absent = |lane: &Lane| absent.contains(&lane.number());
            let left: Vec<_> = lanes.into_iter().filter(|(lane, _)| is_absent(lane)).collect();
            left.iter().for_each(|(_, away)| away.is_lost(home));
            (found, left)
        }
        Err(failed) => {
            tracing::debug!(node = %home, %failed, "lanes could not be searched");
            lanes.iter().for_each(|(_, away)| away.is_lost(home));
            (Partial::default(), lanes)
        }
    }
}
