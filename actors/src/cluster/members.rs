//! The nodes of a cluster, as this one sees them: pure, of what is connected, what gossip tells, and what
//! the store says of who leads.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use trawl_mesh::gossip::keys;
use trawl_mesh::{NodeName, Peer, Seen};
use trawl_model::NodeId;

use crate::message::ProcessId;

/// The role of a node that has shards, and may lead.
pub const SCHEDULES: &str = "schedule";
/// The role of a node that reads sources.
pub const CRAWLS: &str = "crawl";
/// What a node tells that is being emptied.
pub(super) const DRAINS: &str = "yes";

/// A node of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What its certificate calls it.
    pub name: NodeName,
    /// Its id, as far as it was ever connected with this one.
    pub node: Option<NodeId>,
    /// Where other nodes reach it.
    pub address: SocketAddr,
    /// The version of its program.
    pub program: Option<String>,
    /// What it is for, as it tells.
    pub roles: Vec<String>,
    /// Of a hundred of its crawlers, so many are at work, as it tells.
    pub load: Option<u8>,
    /// What its counter in the store was raised to last, as it tells.
    pub counter: Option<u64>,
    /// Which process it is, as it tells.
    pub process: Option<ProcessId>,
    /// Whether it is being emptied, as it tells.
    pub drains: bool,
    /// Whether it is this one, or connected with it.
    pub connected: bool,
    /// Whether gossip holds it to be alive.
    pub alive: bool,
}

impl Member {
    /// Whether it is there to have shards: it tells by which counter it is seen to live.
    pub fn may_have_shards(&self) -> bool {
        let schedules = self.roles.iter().any(|role| role == SCHEDULES);
        self.connected && !self.drains && schedules && self.counter.is_some()
    }

    /// Whether it reads sources.
    pub fn crawls(&self) -> bool {
        self.connected && !self.drains && self.roles.iter().any(|role| role == CRAWLS)
    }
}

/// All that are connected or alive, by name; `here` is this one.
pub(super) fn members(
    here: Peer,
    peers: Vec<Peer>,
    alive: &BTreeMap<NodeName, Seen>,
) -> Vec<Member> {
    let of_peer = |peer: Peer| {
        let member = Member {
            name: peer.name.clone(),
            node: Some(peer.node),
            address: peer.address,
            program: Some(peer.program),
            roles: Vec::new(),
            load: None,
            counter: None,
            process: None,
            drains: false,
            connected: true,
            alive: false,
        };
        (peer.name, member)
    };
    let mut members: BTreeMap<NodeName, Member> = peers.into_iter().map(of_peer).collect();
    members.extend([of_peer(here)]);
    for (name, seen) in alive {
        let unconnected = || Member {
            name: name.clone(),
            node: None,
            address: seen.address,
            program: None,
            roles: Vec::new(),
            load: None,
            counter: None,
            process: None,
            drains: false,
            connected: false,
            alive: true,
        };
        let member = members.entry(name.clone()).or_insert_with(unconnected);
        member.alive = true;
        let told = |key| seen.values.get(key).map(String::as_str);
        let roles = told(keys::ROLES).unwrap_or_default().split(',');
        member.roles = roles.filter(|role| !role.is_empty()).map(str::to_owned).collect();
        member.load =
            told(keys::LOAD).and_then(|load| load.parse().ok()).filter(|load| *load <= 100);
        member.counter = told(keys::COUNTER).and_then(|counter| counter.parse().ok());
        member.process = told(keys::PROCESS).and_then(|process| process.parse().ok());
        member.drains = told(keys::DRAINS) == Some(DRAINS);
        member.program = member.program.take().or_else(|| told(keys::PROGRAM).map(str::to_owned));
    }
    members.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: &str, node: u8) -> Peer {
        Peer {
            name: name.parse().unwrap(),
            node: NodeId::from_bytes([node; NodeId::LEN]),
            instance: 1,
            address: SocketAddr::from(([127, 0, 0, 1], u16::from(node))),
            program: "0.1.0".to_owned(),
            version: 1,
        }
    }

    fn seen(port: u16, values: &[(&str, &str)]) -> Seen {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        Seen { instance: 1, address, values: values.collect() }
    }

    #[test]
    fn who_is_connected_or_alive_is_a_member_and_nobody_twice() {
        let alive = BTreeMap::from([
            ("a".parse().unwrap(), seen(1, &[("roles", "schedule,crawl"), ("load", "50")])),
            (
                "c".parse().unwrap(),
                seen(3, &[("roles", "crawl"), ("load", "900"), ("program", "0.2.0")]),
            ),
        ]);
        let members = members(peer("a", 1), vec![peer("b", 2)], &alive);
        let told: Vec<_> = members
            .iter()
            .map(|m| (m.name.as_str(), m.connected, m.alive, m.roles.len(), m.load))
            .collect();
        assert_eq!(
            told,
            [
                ("a", true, true, 2, Some(50)),
                ("b", true, false, 0, None),
                // What it says of its load can't be.
                ("c", false, true, 1, None)
            ]
        );
        assert_eq!((members[2].node, members[2].program.as_deref()), (None, Some("0.2.0")));
    }
}
