//! Takes and hands over the shards of a node that shares them with others, as the planner says.

use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::{join, join_all};
use tokio::time::{MissedTickBehavior, timeout};
use trawl_mesh::gossip::keys;
use trawl_model::NodeId;

use super::{Inner, Keepers};
use crate::cluster::{Cluster, Member};
use crate::error::Error;
use crate::ownership::Member as Living;
use crate::ownership::plan::{AT_ONCE, Planner};
use crate::range::Moment;

/// So long the ranges of a shard may take to rest before it is handed over; else it is tried again.
const RESTS_WITHIN: Duration = Duration::from_secs(10);

/// Takes part in the sharing of shards until the node stops.
pub(super) async fn hold(inner: Weak<Inner>, cluster: Cluster, member: Living) {
    let Some(holder) = inner.upgrade().map(|node| Holder::of(&node, cluster, member)) else {
        return;
    };
    let keepers = Arc::clone(&holder.keepers);
    let mut draining = holder.cluster.draining();
    let telling = tell_counter(holder.cluster.clone(), holder.member.clone());
    let holding = async {
        let mut look = tokio::time::interval(holder.member.look());
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = look.tick() => {}
                Ok(()) = draining.changed() => {}
            }
            holder.look().await;
        }
    };
    tokio::select! {
        () = holding => {}
        () = telling => {}
        () = keepers.closed() => {}
    }
}

/// Tells others by which counter this node is seen to live.
async fn tell_counter(cluster: Cluster, member: Living) {
    let mut counter = member.counter();
    loop {
        let now = counter.borrow_and_update().to_string();
        if let Err(error) = cluster.mesh().tell(keys::COUNTER, &now).await {
            tracing::debug!(%error, "others could not be told that this node lives");
        }
        if counter.changed().await.is_err() {
            // It has left; others see it by what the store says.
            return std::future::pending().await;
        }
    }
}

struct Holder {
    keepers: Arc<Keepers>,
    cluster: Cluster,
    member: Living,
}

impl Holder {
    fn of(node: &Inner, cluster: Cluster, member: Living) -> Self {
        Self { keepers: Arc::clone(&node.keepers), cluster, member }
    }

    fn plan<T>(&self, ask: impl FnOnce(&mut Planner, Moment) -> T) -> T {
        self.member.plan(self.keepers.shards(), ask)
    }

    async fn look(&self) {
        let drains = self.cluster.drains();
        self.plan(|planner, _| planner.drain(drains));
        let others = self.cluster.members().into_iter().filter(Member::may_have_shards);
        let others: Vec<(NodeId, Option<u64>)> =
            others.filter_map(|other| Some((other.node?, other.counter))).collect();
        let here = self.member.node();
        let nodes = others.iter().filter(|(node, _)| *node != here).count() + 1;
        self.keepers.share_commits(nodes);
        self.plan(|planner, now| planner.see(others, now));
        self.hand_over().await;
        self.take().await;
    }

    /// What others are to have goes to them: nothing of it is begun here any more, what is at work is kept and
    /// given back, and then the next owner is named.
    async fn hand_over(&self) {
        let held = self.member.shards();
        let handing = self.plan(|planner, now| planner.hands_over(&held, now));
        let handing = handing.into_iter().map(async |(shard, to)| {
            let Some(handing) = self.member.hands_over(shard) else { return };
            let resting =
                async { join(self.keepers.let_go_of_shard(shard), self.leave_lanes(shard)).await };
            let resting = timeout(RESTS_WITHIN, resting).await.map(drop);
            let handed = match resting {
                Ok(()) => handing.to(to).await,
                Err(_) => Err(Error::Failed("what is at work in it does not end".to_owned())),
            };
            match handed {
                Ok(()) => tracing::info!(shard, %to, "a shard is handed over"),
                // It is still said to be ours, and is taken anew.
                Err(error) => {
                    tracing::warn!(shard, %to, %error, "a shard could not be handed over")
                }
            }
        });
        join_all(handing).await;
    }

    /// The lanes of the index that go with a shard are left with it.
    async fn leave_lanes(&self, shard: u16) {
        if let Ok(index) = self.cluster.reached().index() {
            index.leave_shard(shard).await;
        }
    }

    /// Somebody has taken a shard of which this node did not know it yet.
    async fn is_anothers(&self, shard: u16) {
        if let Some(handing) = self.member.hands_over(shard) {
            tracing::warn!(shard, "a shard was taken over by another node");
            self.keepers.let_go_of_shard(shard).await;
            drop(handing);
        }
    }

    async fn take(&self) {
        let held = self.member.shards();
        let shards = self.plan(|planner, now| planner.to_read(&held, now));
        let mut taken = 0;
        for some in shards.chunks(AT_ONCE) {
            let mut free = Vec::new();
            // What is read was so when it was asked, at the least.
            let asked = self.member.now();
            for (shard, read) in join_all(some.iter().map(|shard| self.read(*shard))).await {
                match read {
                    Ok((owner, _)) if held.contains(&shard) => {
                        if owner != Some(self.member.node()) {
                            self.is_anothers(shard).await;
                        }
                    }
                    Ok((owner, head)) => {
                        let head = head.as_ref().map(Option::as_ref);
                        if self.plan(|planner, _| planner.takes(shard, owner, head, asked)) {
                            free.push((shard, owner));
                        }
                    }
                    Err(error) => {
                        tracing::warn!(shard, %error, "it could not be read whose a shard is");
                    }
                }
            }
            let takes = free.into_iter().map(async |(shard, owner)| {
                // Whoever has taken it meanwhile has raised its epoch.
                let judge = async || Ok(self.member.owner_of(shard).await? == owner);
                match self.member.take_if(shard, judge).await {
                    Ok(is_taken) => u32::from(is_taken),
                    Err(error) => {
                        tracing::warn!(shard, %error, "a shard could not be taken");
                        0
                    }
                }
            });
            taken += join_all(takes).await.into_iter().sum::<u32>();
        }
        if taken > 0 {
            tracing::info!(taken, held = self.member.shards().len(), "shards were taken");
        }
    }

    /// Who has a shard, and what that one says of itself in the store where it is doubted whether it lives.
    async fn read(&self, shard: u16) -> (u16, Result<Read, Error>) {
        let reading = async {
            let owner = self.member.owner_of(shard).await?;
            let doubted =
                owner.filter(|owner| self.plan(|planner, now| planner.doubts(*owner, now)));
            let head = match doubted {
                Some(owner) => Some(self.member.head_of(owner).await?),
                None => None,
            };
            Ok((owner, head))
        };
        (shard, reading.await)
    }
}

type Read = (Option<NodeId>, Option<Option<trawl_storage::records::node::Node>>);
