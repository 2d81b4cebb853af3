//! Workers of other nodes that have something of ours: pure. They are gone with their process: which is
//! known when another one comes under its name, and is taken to be so when nobody has for long.

use std::collections::{BTreeMap, BTreeSet};

use trawl_mesh::NodeName;

use crate::message::WorkerId;
use crate::range::Moment;

/// What is known of the workers of others.
#[derive(Debug, Default)]
pub struct Workers {
    nodes: BTreeMap<NodeName, Known>,
}

/// A process has no more workers than this.
const MOST_WORKERS: usize = 4_096;

#[derive(Debug)]
struct Known {
    /// Which of the starts of its node.
    instance: u64,
    workers: BTreeSet<WorkerId>,
    /// Since when the node is not connected.
    down: Option<Moment>,
}

impl Workers {
    /// A worker of a node asks for work; false where it is to have none, for it would not be known when it is
    /// gone.
    pub fn asks(&mut self, node: &NodeName, instance: u64, worker: WorkerId) -> bool {
        let others = self.nodes.iter().filter(|(name, _)| *name != node);
        if others.into_iter().any(|(_, known)| known.workers.contains(&worker)) {
            return false;
        }
        let Some(known) = self.nodes.get_mut(node) else { return false };
        if known.instance != instance || known.workers.len() >= MOST_WORKERS {
            return false;
        }
        known.workers.insert(worker);
        true
    }

    /// Whether a worker is of this start of a node.
    pub fn is_of(&self, node: &NodeName, instance: u64, worker: WorkerId) -> bool {
        let known = self.nodes.get(node).filter(|known| known.instance == instance);
        known.is_some_and(|known| known.workers.contains(&worker))
    }

    /// Nobody else is connected than these.
    pub fn only(&mut self, connected: &BTreeSet<NodeName>, now: Moment) {
        for (_, known) in self.nodes.iter_mut().filter(|(name, _)| !connected.contains(*name)) {
            known.down.get_or_insert(now);
        }
    }

    /// A node is connected; workers of its starts before are gone.
    pub fn up(&mut self, node: &NodeName, instance: u64) -> Vec<WorkerId> {
        let fresh = || Known { instance, workers: BTreeSet::new(), down: None };
        let known = self.nodes.entry(node.clone()).or_insert_with(fresh);
        if known.instance == instance {
            known.down = None;
            return Vec::new();
        }
        std::mem::replace(known, fresh()).workers.into_iter().collect()
    }

    /// A node is no longer connected.
    pub fn down(&mut self, node: &NodeName, instance: u64, now: Moment) {
        if let Some(known) = self.nodes.get_mut(node).filter(|known| known.instance == instance) {
            known.down.get_or_insert(now);
        }
    }

    /// Workers of nodes that are not connected for so long.
    pub fn missed(&mut self, patience_millis: u64, now: Moment) -> Vec<WorkerId> {
        let mut missed = Vec::new();
        self.nodes.retain(|_, known| {
            let is_gone = known.down.is_some_and(|since| since.plus(patience_millis) <= now);
            if is_gone {
                missed.extend(std::mem::take(&mut known.workers));
            }
            !is_gone
        });
        missed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const W: [WorkerId; 3] = [WorkerId(1), WorkerId(2), WorkerId(3)];

    fn node() -> NodeName {
        "a".parse().unwrap()
    }

    #[test]
    fn workers_are_gone_with_their_process() {
        let mut workers = Workers::default();
        assert!(workers.up(&node(), 5).is_empty());
        workers.asks(&node(), 5, W[0]);
        workers.asks(&node(), 5, W[1]);
        assert!(workers.up(&node(), 5).is_empty());
        assert_eq!(workers.up(&node(), 6), W[..2]);
        workers.asks(&node(), 6, W[2]);
        // A word of the process before, that was under way.
        assert!(!workers.asks(&node(), 5, W[0]));
        assert!(workers.is_of(&node(), 6, W[2]) && !workers.is_of(&node(), 5, W[2]));
        // What another one has is nobody else's.
        let other = "b".parse().unwrap();
        workers.up(&other, 1);
        assert!(!workers.asks(&other, 1, W[2]));
        assert_eq!(workers.up(&node(), 7), W[2..]);
    }

    #[test]
    fn who_is_back_in_time_is_not_missed() {
        let mut workers = Workers::default();
        workers.up(&node(), 5);
        workers.asks(&node(), 5, W[0]);
        workers.down(&node(), 5, Moment(100));
        workers.down(&node(), 5, Moment(150));
        assert!(workers.missed(100, Moment(199)).is_empty());
        workers.up(&node(), 5);
        assert!(workers.missed(100, Moment(1_000)).is_empty());
        workers.down(&node(), 5, Moment(1_000));
        assert_eq!(workers.missed(100, Moment(1_100)), W[..1]);
        // It is told once.
        assert!(workers.missed(100, Moment(2_000)).is_empty());
        assert!(workers.up(&node(), 5).is_empty());
    }

    #[test]
    fn that_the_former_process_is_down_says_nothing_of_the_next() {
        let mut workers = Workers::default();
        workers.up(&node(), 6);
        workers.asks(&node(), 6, W[0]);
        workers.down(&node(), 5, Moment(0));
        assert!(workers.missed(0, Moment(9)).is_empty());
    }
}
