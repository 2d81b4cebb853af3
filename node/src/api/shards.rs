//! What a node has of the shards, as metrics.

use std::sync::Arc;

use parking_lot::Mutex;
use prometheus::{IntCounterVec, IntGauge, Opts, Registry};
use trawl_actors::Node;

/// How shards come and go.
const MOVES: [&str; 2] = ["taken", "handed-over"];

/// What is counted.
#[derive(Clone)]
pub(super) struct Metrics {
    held: IntGauge,
    ranges: IntGauge,
    moved: IntCounterVec,
    /// Of the life of the node that was looked at last: a process may have one after the other.
    moved_before: Arc<Mutex<[u64; 2]>>,
}

impl Metrics {
    pub(super) fn registered(registry: &Registry) -> prometheus::Result<Self> {
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            prometheus::Result::Ok(gauge)
        };
        let moved = IntCounterVec::new(
            Opts::new(
                "trawl_shards_moved_total",
                "Shards that nodes share, by whether they came or went.",
            ),
            &["what"],
        )?;
        registry.register(Box::new(moved.clone()))?;
        for what in MOVES {
            moved.with_label_values(&[what]);
        }
        Ok(Self {
            held: gauge("trawl_shards_held", "Shards that this node has.")?,
            ranges: gauge("trawl_ranges_kept", "Ranges that this node keeps for scans at work.")?,
            moved,
            moved_before: Arc::default(),
        })
    }

    pub(super) fn look(&self, node: &Node) {
        let len = |len: usize| i64::try_from(len).unwrap_or(i64::MAX);
        self.ranges.set(len(node.ranges()));
        self.held.set(len(node.shards_held()));
        let moved = node.ownership().member().map(|member| member.moved()).unwrap_or_default();
        let mut before = self.moved_before.lock();
        for ((what, now), before) in MOVES.iter().zip([moved.0, moved.1]).zip(&mut *before) {
            let more = now.checked_sub(*before).unwrap_or(now);
            self.moved.with_label_values(&[what]).inc_by(more);
            *before = now;
        }
    }
}
