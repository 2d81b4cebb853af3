//! Whom to dial and when, and which connection of a pair stays: decisions alone, without a clock, a
//! socket or chance. What happened, the time and a random number come in; what to do comes out.
//!
//! Nodes find each other by seeds and by gossip. A seed is resolved again and again, and each of its
//! addresses that does not lead to a peer is dialled once; so parts of a cluster that began apart find
//! together. A node whose name is known is dialled until it is there, each time after a longer wait.
//!
//! Where two nodes dial each other at once, both connections come about. Both sides then keep the one
//! that the node with the smaller name dialled; of two that the same side dialled, the newer one, for it
//! would not have dialled had the older one been of use. The rule names no time, so both sides come to
//! the same in whatever order they learn of them. What is asked on a connection that gives way is lost, so
//! it is kept from coming about: the smaller name refuses who comes while it dials him for the first time,
//! and does not dial who is saying hello.
//!
//! A later start of a node takes the place of an earlier one, and the earlier one is refused from then
//! on. Known weakness: of two nodes that run as copies of each other, the one that started later stays
//! connected. Which one may write is settled by the fences of the store, not here.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use trawl_model::NodeId;

use crate::hello::Peer;
use crate::name::NodeName;
use crate::options::Dialling;
use crate::refusal::{Reason, Refusal};

/// Who says hello is given so long to come to its end.
const INVITED: Duration = Duration::from_secs(2);

/// A time, since the mesh began.
pub(crate) type Moment = Duration;

/// A connection that said hello, by number.
pub(crate) type LinkId = u64;

/// What is dialled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Goal {
    /// Whichever node is there.
    Address(SocketAddr),
    /// This node.
    Node(NodeName),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// Gossip tells where a node is.
    Known { name: NodeName, address: SocketAddr },
    /// To where the name of a seed leads; nowhere, if it could not be resolved.
    Resolved { seed: usize, addresses: Vec<SocketAddr> },
    /// What was dialled did not come about. The peer is named as far as it is known.
    Failed { goal: Goal, reason: Reason, peer: Option<NodeName> },
    /// A connection ended.
    Lost { name: NodeName, link: LinkId },
    /// Time has passed.
    Tick,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Look to where this seed leads.
    Resolve { seed: usize },
    /// Dial.
    Dial { goal: Goal, address: SocketAddr },
}

/// A connection that might be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) link: LinkId,
    pub(crate) peer: Peer,
    /// For which goal, where this node dialled.
    pub(crate) goal: Option<Goal>,
}

/// Who this node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Me {
    pub(crate) name: NodeName,
    pub(crate) node: NodeId,
    pub(crate) instance: u64,
    pub(crate) address: SocketAddr,
}

/// All that is known of others.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    me: Me,
    most_peers: usize,
    options: Dialling,
    seeds: Vec<Seed>,
    /// Addresses that seeds led to, with when they did.
    addresses: BTreeMap<SocketAddr, Moment>,
    /// What is being dialled, and where.
    under_way: BTreeMap<Goal, SocketAddr>,
    /// Who answered at an address that is not the one it gives for itself.
    aliases: BTreeMap<SocketAddr, NodeName>,
    nodes: BTreeMap<NodeName, Known>,
    links: BTreeMap<NodeName, Held>,
}

#[derive(Debug, Clone)]
struct Seed {
    /// When it is resolved next; none while it is.
    at: Option<Moment>,
    failures: u32,
}

#[derive(Debug, Clone)]
struct Known {
    address: SocketAddr,
    /// When it is dialled next.
    at: Moment,
    /// Since it was there for longer than the longest wait.
    failures: u32,
    /// Since when it is not there.
    since: Moment,
    /// When it was last dialled at once because it had moved.
    moved: Option<Moment>,
}

#[derive(Debug, Clone)]
struct Held {
    link: LinkId,
    peer: Peer,
    dialled_by_smaller: bool,
    since: Moment,
}

impl Plan {
    pub(crate) fn new(me: Me, seeds: usize, most_peers: usize, options: Dialling) -> Self {
        Self {
            me,
            most_peers,
            options,
            seeds: vec![Seed { at: Some(Moment::ZERO), failures: 0 }; seeds],
            addresses: BTreeMap::new(),
            under_way: BTreeMap::new(),
            aliases: BTreeMap::new(),
            nodes: BTreeMap::new(),
            links: BTreeMap::new(),
        }
    }

    /// Takes in what happened, and says what is to be done now.
    pub(crate) fn on(&mut self, event: Event, now: Moment, chance: u16) -> Vec<Action> {
        match event {
            Event::Known { name, address } => self.learn(name, address, now, chance),
            Event::Resolved { seed, addresses } => self.resolved(seed, addresses, now, chance),
            Event::Failed { goal, reason, peer } => self.failed(goal, reason, peer, now, chance),
            Event::Lost { name, link } => self.lost(&name, link, now, chance),
            Event::Tick => {}
        }
        self.due(now)
    }

    /// Whether one who has dialled and says hello would be kept. While he says it he is not dialled.
    pub(crate) fn invite(&mut self, candidate: &Candidate, now: Moment) -> Result<(), Refusal> {
        self.would(candidate)?;
        let Peer { name, address, .. } = &candidate.peer;
        let known = self.nodes.get(name);
        // A dial that has failed before may fail again, as through a wall that lets one side out alone; and
        // one to where the node no longer is leads nowhere.
        let is_first = known.is_none_or(|known| known.failures == 0 && known.address == *address);
        let goals = [Goal::Node(name.clone()), Goal::Address(*address)];
        let is_dialled = goals.iter().any(|goal| self.under_way.contains_key(goal));
        if self.me.name < *name && is_first && is_dialled && !self.links.contains_key(name) {
            let word = "the two are being connected the other way".to_owned();
            return Err(Refusal::ours(Reason::Duplicate, word).of(name));
        }
        if let Some(known) = self.nodes.get_mut(name) {
            known.at = known.at.max(now + INVITED);
        }
        Ok(())
    }

    /// Whether this connection would be kept as things are.
    fn would(&self, candidate: &Candidate) -> Result<(), Refusal> {
        let peer = &candidate.peer;
        let refuse = |reason, word: String| Err(Refusal::ours(reason, word).of(&peer.name));
        if peer.name == self.me.name {
            if (peer.node, peer.instance) == (self.me.node, self.me.instance) {
                return refuse(Reason::Myself, "this is the node itself".to_owned());
            }
            let word =
                format!("two nodes have the certificate of {}: issue one for each node", peer.name);
            return refuse(Reason::NameTaken, word);
        }
        let others = self.links.values().map(|held| (&held.peer.name, held.peer.node));
        let mut others = others.chain([(&self.me.name, self.me.node)]);
        if let Some((other, _)) =
            others.find(|(name, node)| **name != peer.name && *node == peer.node)
        {
            let word = format!(
                "{} has the identity of {other}: a data directory was copied; give one of them an \
                 empty one",
                peer.name
            );
            return refuse(Reason::IdentityTaken, word);
        }
        let Some(held) = self.links.get(&peer.name) else {
            if self.links.len() >= self.most_peers {
                let word = format!("has {} peers, which is as many as may be", self.most_peers);
                return refuse(Reason::Full, word);
            }
            return Ok(());
        };
        if held.peer.node != peer.node {
            let word = format!(
                "another node with the certificate of {} is connected: stop it, or issue one for \
                 each node",
                peer.name
            );
            return refuse(Reason::NameTaken, word);
        }
        match peer.instance.cmp(&held.peer.instance) {
            std::cmp::Ordering::Greater => return Ok(()),
            std::cmp::Ordering::Less => {
                let word = format!("a later start of {} is connected: stop one of them", peer.name);
                return refuse(Reason::Superseded, word);
            }
            std::cmp::Ordering::Equal => {}
        }
        let dialled_by_smaller = self.is_by_smaller(candidate);
        if dialled_by_smaller == held.dialled_by_smaller || dialled_by_smaller {
            return Ok(());
        }
        refuse(Reason::Duplicate, "the two are connected".to_owned())
    }

    /// Keeps a connection, or says why not. What it takes the place of is to be closed, for a reason.
    pub(crate) fn admit(
        &mut self,
        candidate: Candidate,
        now: Moment,
    ) -> Result<Option<(LinkId, Reason)>, Refusal> {
        self.would(&candidate)?;
        let dialled_by_smaller = self.is_by_smaller(&candidate);
        let Candidate { link, peer, goal } = candidate;
        let (name, address) = (peer.name.clone(), peer.address);
        if let Some(goal) = goal {
            self.under_way.remove(&goal);
            if let Goal::Address(dialled) = goal {
                self.alias(dialled, &name);
            }
        }
        if self.nodes.contains_key(&name) || self.nodes.len() < self.options.remembered {
            // Whether the failures are forgotten is seen when it is lost.
            let before = self.nodes.get(&name);
            let failures = before.map_or(0, |known| known.failures);
            let moved = before.and_then(|known| known.moved);
            let known = Known { address, at: now, failures, since: now, moved };
            self.nodes.insert(name.clone(), known);
        }
        let instance = peer.instance;
        let before = self.links.insert(name, Held { link, peer, dialled_by_smaller, since: now });
        Ok(before.map(|before| {
            let is_later = instance > before.peer.instance;
            (before.link, if is_later { Reason::Superseded } else { Reason::Duplicate })
        }))
    }

    /// When something is to be done next, if nothing happens.
    pub(crate) fn wake(&self) -> Option<Moment> {
        let seeds = self.seeds.iter().filter_map(|seed| seed.at);
        // Whoever waits for a place among those that are dialled is woken when one is free.
        let room = self.room_for_nodes() > 0;
        let nodes = self.nodes.iter().filter(|(name, known)| room && self.is_wanted(name, known));
        seeds.chain(nodes.map(|(_, known)| known.at)).min()
    }

    /// The connections that are kept.
    #[cfg(test)]
    pub(crate) fn links(&self) -> impl Iterator<Item = (&NodeName, LinkId)> {
        self.links.iter().map(|(name, held)| (name, held.link))
    }

    fn is_by_smaller(&self, candidate: &Candidate) -> bool {
        candidate.goal.is_some() == (self.me.name < candidate.peer.name)
    }

    fn is_full(&self) -> bool {
        self.links.len() >= self.most_peers
    }

    fn learn(&mut self, name: NodeName, address: SocketAddr, now: Moment, chance: u16) {
        if name == self.me.name {
            return;
        }
        if let Some(known) = self.nodes.get_mut(&name) {
            if known.address != address && !self.links.contains_key(&name) {
                // It has moved: what was learnt of the old address is of no use. Who is said to move again
                // and again is not dialled the more for it.
                known.address = address;
                let longest = self.options.longest_wait;
                if known.moved.is_none_or(|moved| now.saturating_sub(moved) >= longest) {
                    known.moved = Some(now);
                    known.failures = 0;
                    known.at = now;
                }
            }
            return;
        }
        if self.nodes.len() < self.options.remembered {
            // Both learn of each other at about the same time; the one with the smaller name dials
            // first, and mostly the other finds itself connected.
            let wait = self.wait(u32::from(self.me.name > name), chance);
            let at = now + wait;
            let known = Known { address, at, failures: 0, since: now, moved: None };
            self.nodes.insert(name, known);
        }
    }

    fn resolved(&mut self, seed: usize, addresses: Vec<SocketAddr>, now: Moment, chance: u16) {
        for address in addresses.into_iter().take(self.options.addresses) {
            let room = self.addresses.len() < self.options.remembered;
            if room && !self.is_dialled(address) && !self.is_covered(address) {
                self.addresses.entry(address).or_insert(now);
            }
        }
        let alone = self.links.is_empty();
        let Some(before) = self.seeds.get(seed).map(|seed| seed.failures) else { return };
        // With peers, it is only looked whether there are others.
        let failures = if alone { before.saturating_add(1) } else { u32::MAX };
        let at = Some(now + self.wait(failures, chance));
        self.seeds[seed] = Seed { at, failures: if alone { failures } else { 0 } };
    }

    fn failed(
        &mut self,
        goal: Goal,
        reason: Reason,
        peer: Option<NodeName>,
        now: Moment,
        chance: u16,
    ) {
        self.under_way.remove(&goal);
        match goal {
            Goal::Address(address) => {
                if let (Reason::Duplicate | Reason::Myself, Some(peer)) = (reason, peer) {
                    self.alias(address, &peer);
                }
            }
            Goal::Node(name) => {
                let Some(known) = self.nodes.get_mut(&name) else { return };
                if now.saturating_sub(known.since) > self.options.forgotten_after {
                    self.nodes.remove(&name);
                    return;
                }
                known.failures = known.failures.saturating_add(1);
                let failures = known.failures;
                let wait = self.wait(failures, chance);
                if let Some(known) = self.nodes.get_mut(&name) {
                    known.at = now + wait;
                }
            }
        }
    }

    fn lost(&mut self, name: &NodeName, link: LinkId, now: Moment, chance: u16) {
        let Some(held) = self.links.get(name).filter(|held| held.link == link) else { return };
        // Who is let in and thrown out again and again waits longer each time.
        let was_of_use = now.saturating_sub(held.since) > self.options.longest_wait;
        self.links.remove(name);
        let before = self.nodes.get(name).map_or(0, |known| known.failures);
        let failures = if was_of_use { 0 } else { before.saturating_add(1) };
        let wait = self.wait(failures.max(1), chance);
        if let Some(known) = self.nodes.get_mut(name) {
            known.at = now + wait;
            known.failures = failures;
            known.since = now;
        }
    }

    fn due(&mut self, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        for (number, seed) in self.seeds.iter_mut().enumerate() {
            if seed.at.is_some_and(|at| at <= now) {
                seed.at = None;
                actions.push(Action::Resolve { seed: number });
            }
        }
        let mut open = std::mem::take(&mut self.addresses);
        open.retain(|address, _| !self.is_covered(*address));
        self.addresses = open;
        let addresses = self.addresses.iter().filter(|(address, _)| !self.is_dialled(**address));
        let addresses = addresses.map(|(address, at)| (*at, Goal::Address(*address), *address));
        let nodes = self.nodes.iter();
        let nodes = nodes.filter(|(name, known)| known.at <= now && self.is_wanted(name, known));
        let nodes = nodes.map(|(name, known)| (known.at, Goal::Node(name.clone()), known.address));
        // Who has waited longest comes first, whatever its name.
        let mut due: Vec<_> = addresses.chain(nodes).collect();
        due.sort_unstable();
        for (_, goal, address) in due {
            let room = match goal {
                Goal::Address(_) => self.room(),
                Goal::Node(_) => self.room_for_nodes(),
            };
            if room == 0 || self.is_dialled(address) {
                continue;
            }
            self.addresses.remove(&address);
            self.under_way.insert(goal.clone(), address);
            actions.push(Action::Dial { goal, address });
        }
        actions
    }

    /// So many more may be dialled.
    fn room(&self) -> usize {
        let room = self.options.at_once.saturating_sub(self.under_way.len());
        if self.is_full() { 0 } else { room }
    }

    /// So many more nodes may be dialled: where there are seeds, some places are kept for them.
    fn room_for_nodes(&self) -> usize {
        let most = self.options.at_once;
        let kept =
            if self.seeds.is_empty() { 0 } else { most.div_ceil(4).min(most.saturating_sub(1)) };
        let nodes = self.under_way.keys().filter(|goal| matches!(goal, Goal::Node(_))).count();
        self.room().min((most - kept).saturating_sub(nodes))
    }

    /// Whether a node whose time has come would be dialled.
    fn is_wanted(&self, name: &NodeName, known: &Known) -> bool {
        !self.links.contains_key(name)
            && !self.under_way.contains_key(&Goal::Node(name.clone()))
            && !self.is_dialled(known.address)
    }

    /// Whether this address is being dialled, for whichever goal.
    fn is_dialled(&self, address: SocketAddr) -> bool {
        self.under_way.values().any(|dialled| *dialled == address)
    }

    /// Whether this address leads to a peer, or to this node.
    fn is_covered(&self, address: SocketAddr) -> bool {
        let leads_to = |name: &NodeName| *name == self.me.name || self.links.contains_key(name);
        address == self.me.address
            || self.aliases.get(&address).is_some_and(leads_to)
            || self.links.values().any(|held| held.peer.address == address)
    }

    fn alias(&mut self, address: SocketAddr, name: &NodeName) {
        if self.aliases.len() >= self.options.remembered {
            // They are learnt again at the price of a connection each.
            self.aliases.clear();
        }
        self.aliases.insert(address, name.clone());
    }

    /// The wait after so many failures: doubled with each, up to a bound, and between half and all of
    /// it, so that those who lost something together do not come back together.
    fn wait(&self, failures: u32, chance: u16) -> Duration {
        if failures == 0 {
            return Duration::ZERO;
        }
        let doubled = 1_u32.checked_shl(failures - 1).unwrap_or(u32::MAX);
        let whole = self.options.first_wait.saturating_mul(doubled).min(self.options.longest_wait);
        whole / 2 + whole.mul_f64(f64::from(chance) / f64::from(u16::MAX) / 2.0)
    }
}

#[cfg(test)]
mod tests;
