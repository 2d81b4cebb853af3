//! A node: what its process holds in memory, and what outlives it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use trawl_actors::cluster::offers::Offers;
use trawl_actors::cluster::workers::Workers;
use trawl_actors::crawl::Bucket;
use trawl_actors::message::{ProcessId, WorkerId};
use trawl_actors::ownership::plan::Planner;
use trawl_actors::ownership::pulse::Pulse;
use trawl_actors::ownership::watch::Watch;
use trawl_actors::ownership::{Bounds, Standing};
use trawl_actors::range::Moment;
use trawl_actors::recorder::Trace;
use trawl_mesh::NodeName;
use trawl_model::{NodeId, RangeId};
use trawl_storage::records::node::Node as Head;

use super::clock::Clocks;
use super::event::Event;
use super::keeper::Keeper;
use super::lane::Lane;
use super::leader::Leader;
use super::owner::Asking;
use super::queue::{Micros, SECOND};
use super::store::{Fence, Writer};
use super::worker::Worker;

/// Whether a node runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    Yes,
    /// It stands still, and does not know it.
    Paused,
    No,
}

/// A node.
pub(super) struct Node {
    pub(super) id: NodeId,
    pub(super) name: NodeName,
    pub(super) clocks: Clocks,
    pub(super) runs: Runs,
    /// Which of its processes.
    pub(super) life: u32,
    /// What has come to it while it stands still.
    pub(super) missed: Vec<Event>,
    /// What a reader that died has left in a file.
    pub(super) left: Option<Trace>,
    pub(super) process: Process,
}

/// A shard that a process has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) fence: Fence,
    /// It is handed over to this one when its ranges are let go.
    pub(super) next: Option<usize>,
}

/// What a process knows.
pub(super) struct Process {
    pub(super) id: ProcessId,
    /// So many workers it has had.
    had: u16,
    // Ownership.
    pub(super) record: Option<(Fence, Head)>,
    pub(super) pulse: Pulse,
    pub(super) standing: Standing,
    pub(super) planner: Planner,
    pub(super) watch: Watch,
    pub(super) held: BTreeMap<u16, Held>,
    pub(super) looks: u64,
    // Others.
    pub(super) heard: Vec<Option<Micros>>,
    pub(super) connected: BTreeSet<NodeName>,
    pub(super) workers_of_others: Workers,
    pub(super) offers: Offers,
    pub(super) news: bool,
    pub(super) said_at: Micros,
    // Ranges.
    pub(super) keepers: BTreeMap<RangeId, Keeper>,
    pub(super) asking: BTreeMap<u64, Asking>,
    pub(super) leader_seen: u64,
    pub(super) leader: Option<Leader>,
    pub(super) lanes: BTreeMap<u16, Lane>,
    pub(super) indexed: BTreeMap<RangeId, u64>,
    // Workers.
    pub(super) workers: Vec<Worker>,
    pub(super) turn: usize,
    /// Who has a suspect unit, or asks for one now.
    pub(super) suspects: Option<usize>,
    pub(super) budgets: BTreeMap<usize, Bucket>,
    /// Questions to the store that are not answered.
    pub(super) in_flight: usize,
}

/// What a cluster is like.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    pub(super) nodes: usize,
    pub(super) shards: u16,
    pub(super) lanes: u16,
    pub(super) workers: usize,
    pub(super) bounds: Bounds,
    pub(super) settle: Duration,
    /// What a node may read of a source: objects a second.
    pub(super) rate: Option<u64>,
}

impl Process {
    pub(super) fn new(setup: &Setup, node: NodeId, now: Moment, id: ProcessId) -> Self {
        let take_over = setup.bounds.take_over;
        let workers = 0..setup.workers;
        let workers = workers.map(|n| Worker::new(WorkerId::of(id, n as u16))).collect();
        Self {
            id,
            had: setup.workers as u16,
            record: None,
            pulse: Pulse::new(take_over, now),
            standing: Standing::Elsewhere,
            planner: Planner::new(node, setup.shards, take_over, setup.settle),
            watch: Watch::default(),
            held: BTreeMap::new(),
            looks: 0,
            heard: vec![None; setup.nodes],
            connected: BTreeSet::new(),
            workers_of_others: Workers::default(),
            offers: Offers::default(),
            news: false,
            said_at: 0,
            keepers: BTreeMap::new(),
            asking: BTreeMap::new(),
            leader_seen: 0,
            leader: None,
            lanes: BTreeMap::new(),
            indexed: BTreeMap::new(),
            workers,
            turn: 0,
            suspects: None,
            budgets: BTreeMap::new(),
            in_flight: 0,
        }
    }
}

impl Process {
    /// A worker in the place of one that is gone.
    pub(super) fn fresh_worker(&mut self) -> Worker {
        self.had = self.had.wrapping_add(1);
        Worker::new(WorkerId::of(self.id, self.had))
    }
}

/// For so long a node is taken to live that was heard.
const HEARD_LASTS: Micros = 4 * SECOND;

impl Node {
    pub(super) fn id_of(node: usize) -> NodeId {
        let mut id = [0; NodeId::LEN];
        id[..8].copy_from_slice(&super::hash(7, node as u64).to_be_bytes());
        id[8..].copy_from_slice(&(node as u32).to_be_bytes());
        NodeId::from_bytes(id)
    }

    /// Which node an id is of.
    pub(super) fn of_id(id: NodeId) -> usize {
        let bytes = id.as_bytes();
        u32::from_be_bytes([8, 9, 10, 11].map(|n| bytes[n])) as usize
    }

    pub(super) fn writer(&self, node: usize) -> Writer {
        Writer { node, life: self.life }
    }

    /// The others that seem to live.
    pub(super) fn living(&self, now: Micros) -> Vec<usize> {
        let lives = |at: &Option<Micros>| at.is_some_and(|at| now.saturating_sub(at) < HEARD_LASTS);
        let heard = self.process.heard.iter().enumerate();
        heard.filter(|(_, at)| lives(at)).map(|(node, _)| node).collect()
    }
}
