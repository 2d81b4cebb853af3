//! Looks at the pools of threads from time to time, and has them grow and shrink.

use std::collections::BTreeMap;
use std::sync::Weak;
use std::sync::atomic::Ordering;

use tokio::time::{sleep, timeout};

use super::{Inner, Node};
use crate::cluster::Cluster;
use crate::cores::Cores;
use crate::crawl::Crawlers;
use crate::crew::Crew;
use crate::pools::{Kind, Look, Planner, Seen};

/// How a pool of threads stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PoolLoad {
    /// Threads that are there.
    pub workers: usize,
    /// Those of them that are at something.
    pub busy: usize,
    /// What waits for it: units that are kept on this node, as of the last look; batches of pieces.
    pub depth: usize,
}

impl Node {
    /// How a pool of threads stands.
    pub fn pool(&self, kind: Kind) -> PoolLoad {
        let inner = &self.inner;
        let of = |crew: &Crew, depth| PoolLoad { workers: crew.len(), busy: crew.busy(), depth };
        match kind {
            Kind::Scan => {
                let depth = inner.units_waiting.load(Ordering::Relaxed);
                let crawlers = inner.crawlers.lock();
                let none = PoolLoad { depth, ..PoolLoad::default() };
                crawlers.as_ref().map_or(none, |crawlers| of(crawlers.crew(), depth))
            }
            Kind::Analysis => of(inner.crawl.pool.crew(), inner.crawl.pool.waiting()),
        }
    }
}

/// Looks as often as the policy says, as long as the node is there.
pub(super) async fn follow(inner: Weak<Inner>) {
    let (mut planner, mut cores) = (Planner::default(), Cores::new());
    loop {
        let Some(look) = inner.upgrade().map(|inner| inner.policy.read().pools.look) else {
            return;
        };
        sleep(look).await;
        let Some(inner) = inner.upgrade() else { return };
        // An owner that is slow to say is for the next look.
        if let Ok(waiting) = timeout(look, inner.keepers.waiting()).await {
            inner.units_waiting.store(waiting, Ordering::Relaxed);
        }
        inner.look_at_pools(&mut planner, cores.look());
    }
}

impl Inner {
    fn look_at_pools(&self, planner: &mut Planner, cores_percent: u8) {
        let (rules, pool) = (self.policy.read().pools, &self.crawl.pool);
        let mut look = Look {
            pools: BTreeMap::new(),
            memory_percent: self.crawl.budget.taken_percent(),
            cores_percent,
            limited: self.crawl.desks.limited(),
        };
        // Whoever takes them to stop waits for this, and nobody comes after.
        let crawlers = self.crawlers.lock();
        let Some(crawlers) = &*crawlers else { return };
        if self.options.crawl.crawlers > 0 {
            look.pools.insert(Kind::Scan, self.see_crawlers(crawlers));
        }
        let (size, busy) = (pool.crew().wanted(), pool.crew().most_busy());
        let (waiting, room, offered) = (pool.waiting(), pool.room(), false);
        look.pools.insert(Kind::Analysis, Seen { size, busy, waiting, room, offered });
        for (kind, size) in planner.next(&rules, &look) {
            let seen = look.pools[&kind];
            let held = look.held(kind, &rules);
            tracing::trace!(pool = kind.name(), ?seen, ?held, size, "a pool is looked at");
            if size == seen.size {
                continue;
            }
            tracing::debug!(pool = kind.name(), from = seen.size, to = size, "a pool is resized");
            let resized = match kind {
                Kind::Scan => crawlers.crew().resize(size),
                Kind::Analysis => pool.resize(size),
            };
            if let Err(error) = resized {
                tracing::warn!(pool = kind.name(), %error, "no thread can be started");
            }
        }
    }

    fn see_crawlers(&self, crawlers: &Crawlers) -> Seen {
        let came = self.crawl.from_others.swap(false, Ordering::Relaxed);
        // Units came from others, and one of them has not been found without any since.
        let has = |cluster: &Cluster| !cluster.offers().to_ask(0).is_empty();
        let offered = came && self.options.cluster.as_ref().is_some_and(has);
        let crew = crawlers.crew();
        Seen {
            size: crew.wanted(),
            busy: crew.most_busy(),
            waiting: self.units_waiting.load(Ordering::Relaxed),
            room: None,
            offered,
        }
    }
}
