//! Workers of other nodes that have something of ours: pure. They are gone with their process: which is
//! known when another one comes under its name, and is taken to be so when nobody has for long.

use std::collections::{BTreeMap, BTreeSet};

use trawl_mesh::NodeName;

use crate::message::WorkerId;
use crate::range::Moment;

/// What is known of the workers of others.
#[derive(Debug, Default)]
pub(crate) struct Workers {
    nodes: BTreeMap<NodeName, Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Which of the starts of its node.
    instance: u64,
    workers: BTreeSet<WorkerId>,
    /// Since when the node is not connected.
    down: Option<Moment>,
}

impl Workers {
    /// A worker of a node asks for work.
    pub(crate) fn asks(&mut self, node: &NodeName, instance: u64, worker: WorkerId) {
        let known = self.nodes.entry(node.clone()).or_default();
        if instance > known.instance && known.workers.is_empty() {
            known.instance = instance;
        }
        if instance == known.instance {
            known.workers.insert(worker);
        }
    }

    /// A node is connected; workers of its starts before are gone.
    pub(crate) fn up(&mut self, node: &NodeName, instance: u64) -> Vec<WorkerId> {
        let known = self.nodes.entry(node.clone()).or_default();
        if known.instance == instance {
            known.down = None;
            return Vec::new();
        }
        let before = std::mem::replace(known, Known { instance, ..Known::default() });
        before.workers.into_iter().collect()
    }

    /// A node is no longer connected.
    pub(crate) fn down(&mut self, node: &NodeName, instance: u64, now: Moment) {
        if let Some(known) = self.nodes.get_mut(node).filter(|known| known.instance == instance) {
            known.down.get_or_insert(now);
        }
    }

    /// Workers of nodes that are not connected for so long.
    pub(crate) fn missed(&mut self, patience_millis: u64, now: Moment) -> Vec<WorkerId> {
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
        workers.asks(&node(), 5, W[0]);
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
