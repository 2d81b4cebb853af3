//! What a node looks at once a second: who is there, its shards, its clocks, its scans, its workers.

use std::collections::BTreeSet;

use trawl_mesh::NodeName;

use super::event::{Timer, Word};
use super::node::Runs;
use super::world::World;

/// How often a node looks around.
const LOOK_MILLIS: u64 = 1_000;
/// After so many looks one worker asks around, though nobody has said that there may be work.
const LOOKS_TO_ASK: u64 = 2;

impl World<'_> {
    pub(super) fn look(&mut self, node: usize) {
        self.set_timer(node, LOOK_MILLIS, Timer::Look);
        self.gossip(node);
        if self.nodes[node].process.record.is_none() {
            // It is being taken.
            return;
        }
        self.connections(node);
        self.look_at_shards(node);
        self.tick(node);
        self.lead(node);
        self.look_at_workers(node);
        self.tell_of_work(node);
        if self.nodes[node].process.looks.is_multiple_of(LOOKS_TO_ASK) {
            self.nodes[node].process.offers.again();
            self.look_for_work(node, true);
        }
    }

    /// Who is connected, and whose workers are gone.
    fn connections(&mut self, node: usize) {
        let (now, patience) = (self.local(node), self.bounds.tuning.lease_millis / 2);
        let is_there = |other: &usize| {
            let reached = !self.weather.is_cut(node, *other) && !self.weather.is_cut(*other, node);
            reached && *other != node && self.nodes[*other].runs != Runs::No
        };
        let living = self.nodes[node].living(self.now).into_iter().filter(is_there);
        let living: Vec<usize> = living.collect();
        let mut connected: BTreeSet<NodeName> = BTreeSet::new();
        let mut gone = Vec::new();
        for other in living {
            let of = &self.nodes[other];
            let (name, life, left) = (of.name.clone(), u64::from(of.life), of.left);
            connected.insert(name.clone());
            let workers = &mut self.nodes[node].process.workers_of_others;
            gone.extend(workers.up(&name, life).into_iter().map(|worker| (worker, left)));
        }
        let process = &mut self.nodes[node].process;
        for name in process.connected.difference(&connected) {
            process.offers.gone(name);
        }
        process.workers_of_others.only(&connected, now);
        process.connected = connected;
        let missed = process.workers_of_others.missed(patience, now);
        gone.extend(missed.into_iter().map(|worker| (worker, None)));
        for (worker, trace) in gone {
            self.lose_worker(node, worker, trace);
        }
    }

    /// Says to others that there may be work here, now and then.
    fn tell_of_work(&mut self, node: usize) {
        let (now, gather) = (self.now, self.bounds.gather);
        let process = &mut self.nodes[node].process;
        if process.news && now - process.said_at >= gather && !process.keepers.is_empty() {
            (process.news, process.said_at) = (false, now);
            let connected: Vec<NodeName> = process.connected.iter().cloned().collect();
            for name in connected {
                let to = self.node_called(&name);
                self.say(node, to, Word::Work);
            }
        }
    }
}
