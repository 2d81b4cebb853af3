//! Which shards a node takes, and which it hands over: pure, as one node sees it.
//!
//! A hash of node and shard proposes whose a shard is to be, among those that live; so whoever comes gets
//! its share from all, and whoever goes leaves its own to all. What is heard of others is only a hint: a
//! shard that another has is taken from it when it has left, has named this node as the next, or when its
//! counter in the store stood still for the take-over time. And the epoch decides.
//!
//! The first shard is not spread: who has it leads, and stays.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use trawl_model::NodeId;
use trawl_storage::records::node::Node;

use super::watch::{Seen, Watch};
use crate::range::Moment;

/// Shards that are handed over, or read, at one look.
pub const AT_ONCE: usize = 16;
/// At every so many looks all shards are read that this node has not: it may have been named as the next
/// owner of one that it would not ask for.
const SWEEP_EVERY: u64 = 10;

/// One node's view of who is to have which shard.
#[derive(Debug)]
pub struct Planner {
    me: NodeId,
    shards: u16,
    take_over: Duration,
    /// Whoever comes is handed nothing before it is seen for so long.
    settle: Duration,
    /// Since when others are seen that may have shards.
    live: BTreeMap<NodeId, Moment>,
    /// This node is to have none.
    draining: bool,
    watch: Watch,
    looks: u64,
}

impl Planner {
    /// Of a node that has just come.
    pub fn new(me: NodeId, shards: u16, take_over: Duration, settle: Duration) -> Self {
        let (live, watch) = Default::default();
        Self { me, shards, take_over, settle, live, draining: false, watch, looks: 0 }
    }

    /// Those are seen now that may have shards, with the counter that each tells, if it does.
    pub fn see(&mut self, others: impl IntoIterator<Item = (NodeId, Option<u64>)>, now: Moment) {
        let mut seen = BTreeSet::new();
        for (node, counter) in others.into_iter().filter(|(node, _)| *node != self.me) {
            seen.insert(node);
            self.live.entry(node).or_insert(now);
            if let Some(counter) = counter {
                self.watch.hear(node, counter, now);
            }
        }
        self.live.retain(|node, _| seen.contains(node));
    }

    /// From now on this node is to have no shards, or may have some again.
    pub fn drain(&mut self, draining: bool) {
        self.draining = draining;
    }

    /// The shards whose heads are to be read now, given those that it has: these too now and then, for somebody
    /// may have taken one in which nothing is at work.
    pub fn to_read(&mut self, held: &BTreeSet<u16>, now: Moment) -> Vec<u16> {
        let sweeps = self.looks.is_multiple_of(SWEEP_EVERY);
        self.looks += 1;
        let is_proposed = |shard: &u16| self.proposed(*shard, now) == Some(self.me);
        let is_wanted = |shard: &u16| sweeps || (!held.contains(shard) && is_proposed(shard));
        (1..self.shards).filter(is_wanted).collect()
    }

    /// Whether it can only be said by the counter in the store whether an owner lives.
    pub fn doubts(&self, owner: NodeId, now: Moment) -> bool {
        owner != self.me && !self.seems_to_live(owner, now)
    }

    /// Whether a shard is taken: its owner as the store has it, and what that one says of itself there,
    /// where it was read.
    pub fn takes(
        &mut self,
        shard: u16,
        owner: Option<NodeId>,
        head: Option<Option<&Node>>,
        now: Moment,
    ) -> bool {
        match (owner, head) {
            (None, _) => self.proposed(shard, now) == Some(self.me),
            // Named as the next one, or it was a process of this node before.
            (Some(owner), _) if owner == self.me => true,
            (Some(_), None) => false,
            (Some(owner), Some(head)) => {
                let is_free = self.watch.look(owner, head, self.take_over, now) == Seen::Free;
                is_free && self.proposed_without(Some(owner), shard, now) == Some(self.me)
            }
        }
    }

    /// The shards that are handed over now, and to whom.
    pub fn hands_over(&self, held: &BTreeSet<u16>, now: Moment) -> Vec<(u16, NodeId)> {
        let settled = |(node, since): (&NodeId, &Moment)| {
            let seen = u128::from(now.0.saturating_sub(since.0));
            let is_settled = seen >= self.settle.as_millis();
            (is_settled && self.seems_to_live(*node, now)).then_some(*node)
        };
        let settled: Vec<NodeId> =
            self.live.iter().filter_map(settled).chain(self.here()).collect();
        let moved = held.iter().filter(|shard| **shard != 0).filter_map(|shard| {
            let to = best(*shard, settled.iter().copied())?;
            (to != self.me).then_some((*shard, to))
        });
        moved.take(AT_ONCE).collect()
    }

    /// Whose a shard is to be, among all that seem to live; none where nobody may have any.
    pub fn proposed(&self, shard: u16, now: Moment) -> Option<NodeId> {
        self.proposed_without(None, shard, now)
    }

    fn proposed_without(&self, gone: Option<NodeId>, shard: u16, now: Moment) -> Option<NodeId> {
        let others = self.live.keys().copied().filter(|node| Some(*node) != gone);
        let live = others.filter(|node| self.seems_to_live(*node, now));
        best(shard, live.chain(self.here()))
    }

    /// This node, where it may have shards.
    fn here(&self) -> Option<NodeId> {
        (!self.draining).then_some(self.me)
    }

    fn seems_to_live(&self, node: NodeId, now: Moment) -> bool {
        self.live.contains_key(&node) && !self.watch.stands(node, self.take_over / 2, now)
    }
}

/// The one with the highest hash.
fn best(shard: u16, nodes: impl Iterator<Item = NodeId>) -> Option<NodeId> {
    nodes.max_by_key(|node| (weight(shard, *node), *node))
}

/// A hash of both, which is the same on all nodes and in all versions.
fn weight(shard: u16, node: NodeId) -> u64 {
    let mut hash = mixed(u64::from(shard) + 1);
    for bytes in node.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        hash = mixed(hash ^ u64::from_be_bytes(word));
    }
    hash
}

/// All bits of a number, mixed (the last step of SplitMix64).
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use trawl_model::Timestamp;

    use super::*;

    const SHARDS: u16 = 64;
    const TAKE_OVER: Duration = Duration::from_millis(12_000);
    const SETTLE: Duration = Duration::from_millis(3_000);

    fn node(n: u8) -> NodeId {
        NodeId::from_bytes([n; NodeId::LEN])
    }

    fn planner(me: u8) -> Planner {
        Planner::new(node(me), SHARDS, TAKE_OVER, SETTLE)
    }

    fn head(counter: u64, left: bool) -> Node {
        let started = Timestamp::from_micros(0);
        Node { counter, started, left, host: String::new(), version: String::new() }
    }

    fn proposed(among: &[u8], shard: u16) -> NodeId {
        best(shard, among.iter().copied().map(node)).unwrap()
    }

    #[test]
    fn the_hash_is_the_same_for_ever() {
        let of = |shard| [weight(shard, node(1)), weight(shard, node(2))];
        assert_eq!(of(1), [9_483_125_498_403_576_059, 14_159_338_607_019_244_503]);
    }

    #[test]
    fn who_comes_gets_a_share_of_all_and_moves_nothing_else() {
        let mut share = [0; 5];
        for shard in 1..SHARDS {
            let before = proposed(&[1, 2, 3], shard);
            let after = proposed(&[1, 2, 3, 4], shard);
            assert!(after == before || after == node(4));
            share[usize::from(after.as_bytes()[0])] += 1;
        }
        assert!(share[1..].iter().all(|share| (8..=24).contains(share)), "{share:?}");
    }

    #[test]
    fn free_shards_are_taken_by_whom_they_are_proposed_to() {
        let (mut one, mut two) = (planner(1), planner(2));
        one.see([(node(2), None)], Moment(0));
        two.see([(node(1), None)], Moment(0));
        for shard in 1..SHARDS {
            let takes = [&mut one, &mut two].map(|p| p.takes(shard, None, None, Moment(0)));
            assert_eq!(takes.iter().filter(|takes| **takes).count(), 1);
        }
        assert_eq!(one.to_read(&BTreeSet::new(), Moment(0)).len(), 63, "at first all are read");
        let read = one.to_read(&BTreeSet::new(), Moment(0));
        assert!(read.iter().all(|shard| one.proposed(*shard, Moment(0)) == Some(node(1))));
    }

    #[test]
    fn who_has_just_come_is_handed_nothing_and_then_its_share() {
        let mut one = planner(1);
        let held: BTreeSet<u16> = (0..SHARDS).collect();
        one.see([(node(2), None)], Moment(100));
        assert!(one.hands_over(&held, Moment(3_099)).is_empty());
        one.see([(node(2), None)], Moment(3_100));
        let handed = one.hands_over(&held, Moment(3_100));
        assert_eq!(handed.len(), AT_ONCE);
        assert!(handed.iter().all(|(shard, to)| *shard != 0 && *to == node(2)));
        // It was away for a moment: it waits anew.
        one.see([], Moment(3_200));
        one.see([(node(2), None)], Moment(3_300));
        assert!(one.hands_over(&held, Moment(4_000)).is_empty());
    }

    #[test]
    fn whose_counter_is_heard_to_stand_is_doubted_and_then_followed() {
        let mut one = planner(1);
        let of_two: Vec<u16> = (1..SHARDS).filter(|s| proposed(&[1, 2], *s) == node(2)).collect();
        one.see([(node(2), Some(7))], Moment(1_000));
        assert!(!one.doubts(node(2), Moment(6_999)));
        one.see([(node(2), Some(7))], Moment(7_000));
        assert!(one.doubts(node(2), Moment(7_000)), "it was heard to stand for half the time");
        let shard = of_two[0];
        let stands = head(7, false);
        let mut takes =
            |head: &Node, at| one.takes(shard, Some(node(2)), Some(Some(head)), Moment(at));
        assert!(!takes(&stands, 7_000));
        assert!(!takes(&stands, 12_999));
        assert!(takes(&stands, 13_000), "counted from when it was heard");
        assert!(!takes(&head(8, false), 13_001), "it lives");
        assert!(takes(&head(9, true), 13_002), "it has left");
    }

    #[test]
    fn who_is_named_takes_whatever_it_would_have_asked_for() {
        let mut one = planner(1);
        one.see([(node(2), None)], Moment(0));
        for shard in 1..SHARDS {
            assert!(one.takes(shard, Some(node(1)), None, Moment(0)));
            assert!(!one.takes(shard, Some(node(2)), None, Moment(0)), "nobody has looked at it");
        }
    }

    #[test]
    fn who_drains_hands_over_all_and_takes_none() {
        let mut one = planner(1);
        one.see([(node(2), None), (node(3), None)], Moment(0));
        one.drain(true);
        one.see([(node(2), None), (node(3), None)], Moment(3_000));
        let mut held: BTreeSet<u16> = (0..SHARDS).collect();
        let mut looks = 0;
        while held.len() > 1 {
            for (shard, _) in one.hands_over(&held, Moment(3_000)) {
                held.remove(&shard);
            }
            looks += 1;
        }
        assert_eq!(looks, 4);
        assert!((1..SHARDS).all(|shard| !one.takes(shard, None, None, Moment(3_000))));
    }

    proptest! {
        /// Whoever sees the same nodes proposes the same, and each shard to one of them.
        #[test]
        fn all_that_see_the_same_agree(nodes in prop::collection::btree_set(0_u8..200, 1..20)) {
            let mut views: Vec<Planner> = nodes.iter().map(|n| planner(*n)).collect();
            for view in &mut views {
                view.see(nodes.iter().map(|n| (node(*n), Some(1))), Moment(5));
            }
            for shard in 1..SHARDS {
                let to = views[0].proposed(shard, Moment(5));
                prop_assert!(to.is_some_and(|to| nodes.contains(&to.as_bytes()[0])));
                prop_assert!(views.iter().all(|view| view.proposed(shard, Moment(5)) == to));
            }
        }
    }
}
