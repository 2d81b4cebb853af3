//! Who has which shard, as a node plays it around the real `Planner`, `Watch` and `Pulse`: it raises its
//! counter, looks at shards and their owners, takes, hands over, and learns that it was overtaken.

use trawl_actors::ownership::Standing;
use trawl_actors::ownership::plan::AT_ONCE;
use trawl_actors::ownership::pulse::Pulse;
use trawl_actors::ownership::watch::Seen;
use trawl_model::NodeId;
use trawl_storage::records::node::Node as Head;

use super::event::{Ask, Reply, ShardSeen, Then, Timer};
use super::leader::Leader;
use super::node::{Held, Node, Runs};
use super::owner::Ends;
use super::rule::Rule;
use super::store::Outcome;
use super::world::World;

/// So often it is looked whether the shards that a node has are still its own: at every so many looks.
const VERIFY_EVERY: u64 = 3;

impl World<'_> {
    /// A process takes the record of its node.
    pub(super) fn take_record(&mut self, node: usize) {
        let write = self.id();
        self.ask(node, Ask::Begin { write }, Then::Begun);
    }

    pub(super) fn begun(&mut self, node: usize, reply: Option<Reply>) {
        let now = self.local(node);
        let Some(Reply::Node(fence, head)) = reply else { return self.take_record(node) };
        let take_over = self.setup.bounds.take_over;
        let process = &mut self.nodes[node].process;
        if process.record.is_none() {
            process.record = Some((fence, head));
            (process.pulse, process.standing) = (Pulse::new(take_over, now), Standing::Certain);
            self.set_timer(node, self.setup.bounds.beat.as_millis() as u64, Timer::Beat);
        }
    }

    pub(super) fn beat(&mut self, node: usize) {
        let (begun, write) = (self.local(node).0, self.id());
        let Some((expected, head)) = self.nodes[node].process.record.clone() else { return };
        let head = Head { counter: head.counter + 1, ..head };
        self.ask(node, Ask::Beat { expected, write, head }, Then::Beaten { begun });
    }

    pub(super) fn beaten(&mut self, node: usize, begun: u64, reply: Option<Reply>) {
        let (now, beat) = (self.local(node), self.setup.bounds.beat.as_millis() as u64);
        let process = &mut self.nodes[node].process;
        let Some((fence, head)) = &mut process.record else { return };
        let mut wait = beat / 3;
        match reply {
            Some(Reply::Outcome(Outcome::Applied(at))) => {
                *fence = at;
                head.counter += 1;
                process.standing = process.pulse.kept(trawl_actors::range::Moment(begun));
                wait = beat;
            }
            Some(Reply::Outcome(Outcome::Rejected(Some(at)))) if at.epoch == fence.epoch => {
                // An earlier one of ours, of which nothing was heard.
                (*fence, head.counter) = (at, head.counter + 1);
                process.standing = process.pulse.failed(now);
            }
            _ => process.standing = process.pulse.failed(now),
        }
        self.set_timer(node, wait, Timer::Beat);
    }

    /// What a node hears of others by gossip: whether they live, and their counters.
    pub(super) fn gossip(&mut self, node: usize) {
        let mut others: Vec<(NodeId, Option<u64>)> = Vec::new();
        for other in (0..self.nodes.len()).filter(|other| *other != node) {
            if self.nodes[other].runs == Runs::Yes && !self.weather.is_cut(other, node) {
                self.nodes[node].process.heard[other] = Some(self.now);
            }
        }
        for other in self.nodes[node].living(self.now) {
            let of = &self.nodes[other];
            // What it told last, when it was heard last.
            let heard = self.nodes[node].process.heard[other] == Some(self.now);
            let counter =
                of.process.record.as_ref().filter(|_| heard).map(|(_, head)| head.counter);
            others.push((of.id, counter));
        }
        let now = self.local(node);
        self.nodes[node].process.planner.see(others, now);
    }

    /// Looks at shards: those that it may take, and those that it is to hand over.
    pub(super) fn look_at_shards(&mut self, node: usize) {
        let now = self.local(node);
        let process = &mut self.nodes[node].process;
        process.looks += 1;
        let held: std::collections::BTreeSet<u16> = process.held.keys().copied().collect();
        let verify = process.looks.is_multiple_of(VERIFY_EVERY) && !held.is_empty();
        let to_read = process.planner.to_read(&held, now);
        let moves = process.planner.hands_over(&held, now);
        if !held.contains(&0) {
            self.ask(node, Ask::Shards { shards: vec![0] }, Then::First);
        }
        if !to_read.is_empty() {
            self.ask(node, Ask::Shards { shards: to_read }, Then::Shards);
        }
        if verify {
            self.ask(node, Ask::Shards { shards: held.into_iter().collect() }, Then::Held);
        }
        for (shard, to) in moves {
            let next = Node::of_id(to);
            let process = &mut self.nodes[node].process;
            let Some(held) = process.held.get_mut(&shard).filter(|held| held.next.is_none()) else {
                continue;
            };
            held.next = Some(next);
            self.note(node, format_args!("hands shard {shard} over to n{next}"));
            self.stop_shard(node, shard);
        }
        self.name_next(node);
    }

    /// Shards whose ranges are all let go are named the next owner's.
    fn name_next(&mut self, node: usize) {
        let process = &self.nodes[node].process;
        let busy = |shard: u16| process.keepers.values().any(|keeper| keeper.shard == shard);
        let ready = process.held.iter().filter_map(|(shard, held)| {
            let next = held.next.filter(|_| !busy(*shard))?;
            Some((*shard, held.fence, next))
        });
        let ready: Vec<_> = ready.collect();
        for (shard, expected, next) in ready {
            let write = self.id();
            self.nodes[node].process.held.remove(&shard);
            self.ask(node, Ask::Name { shard, expected, next, write }, Then::Nothing);
        }
    }

    /// The first shard was read: whose it is leads.
    pub(super) fn saw_first(&mut self, node: usize, reply: Option<Reply>) {
        let Some(Reply::Shards(shards)) = reply else { return };
        let Some(seen) = shards.into_iter().next() else { return };
        let (now, me) = (self.local(node), node);
        let still = self.still();
        let process = &mut self.nodes[node].process;
        if process.held.contains_key(&0) || process.standing != Standing::Certain {
            return;
        }
        let free = match seen.kept.owner {
            Some(owner) if owner != me => {
                let id = Node::id_of(owner);
                process.watch.look(id, seen.head.as_ref(), still, now) == Seen::Free
            }
            _ => true,
        };
        if free {
            self.take(node, &seen);
        }
    }

    /// How long a counter must stand still.
    fn still(&self) -> std::time::Duration {
        if self.without == Some(Rule::TakerWaits) {
            std::time::Duration::ZERO
        } else {
            self.setup.bounds.take_over
        }
    }

    /// Shards were read that it may take.
    pub(super) fn saw_shards(&mut self, node: usize, reply: Option<Reply>) {
        let Some(Reply::Shards(shards)) = reply else { return };
        let now = self.local(node);
        let mut taken = 0;
        for seen in shards {
            let process = &mut self.nodes[node].process;
            let owner = seen.kept.owner.map(Node::id_of);
            let doubted = owner.is_some_and(|owner| process.planner.doubts(owner, now));
            let head = (doubted || owner.is_none()).then_some(seen.head.as_ref());
            let takes = process.planner.takes(seen.shard, owner, head, now);
            let may =
                !process.held.contains_key(&seen.shard) && process.standing == Standing::Certain;
            if takes && may && taken < AT_ONCE {
                taken += 1;
                self.take(node, &seen);
            }
        }
    }

    fn take(&mut self, node: usize, seen: &ShardSeen) {
        let (shard, former, write) = (seen.shard, seen.kept.owner, self.id());
        let left = seen.head.as_ref().is_none_or(|head| head.left);
        let forced = former.is_some_and(|former| former != node) && !left;
        if forced {
            let read = (seen.raised_at, seen.read_at);
            self.oracles.judged(self.now, self.setup.bounds.take_over, read, (node, former));
        }
        let ask = Ask::RaiseShard { shard, seen: seen.kept.fence, former, write, forced };
        self.ask(node, ask, Then::Taken { shard });
    }

    pub(super) fn took(&mut self, node: usize, shard: u16, reply: Option<Reply>) {
        let Some(Reply::Outcome(Outcome::Applied(fence))) = reply else { return };
        let epoch = fence.epoch;
        self.nodes[node].process.held.insert(shard, Held { fence, next: None });
        self.note(node, format_args!("has shard {shard} in epoch {epoch}"));
        if shard == 0 {
            self.nodes[node].process.leader = Some(Leader::new(epoch));
        }
        self.open_lanes(node, shard, epoch);
    }

    /// The shards that it has were read.
    pub(super) fn saw_held(&mut self, node: usize, reply: Option<Reply>) {
        let Some(Reply::Shards(shards)) = reply else { return };
        for seen in shards {
            let held = self.nodes[node].process.held.get(&seen.shard).copied();
            let lost = |held: Held| seen.kept.fence.is_none_or(|f| f.epoch > held.fence.epoch);
            if held.is_some_and(lost) {
                self.lose_shard(node, seen.shard);
            }
        }
    }

    /// Somebody else has it now.
    pub(super) fn lose_shard(&mut self, node: usize, shard: u16) {
        if self.nodes[node].process.held.remove(&shard).is_none() {
            return;
        }
        self.note(node, format_args!("has lost shard {shard}"));
        let keepers = self.nodes[node].process.keepers.values();
        let ranges: Vec<_> = keepers.filter(|k| k.shard == shard).map(|k| k.range).collect();
        for range in ranges {
            self.end_keeper(node, range, Ends::Lost);
        }
        self.close_lanes(node, shard);
        if shard == 0 {
            self.nodes[node].process.leader = None;
        }
    }
}
