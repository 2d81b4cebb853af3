//! The first words on a connection, and whether two nodes belong together.
//!
//! Whoever dialled says who it is; the other says who it is, if it will; then the first says yes. Who
//! will not closes the connection with the reason and a word, which the other side then has, too. What
//! must be equal on all nodes is given by the caller as names with hashes: what only one side names is
//! not compared, so that a newer program may compare more.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use trawl_model::NodeId;
use trawl_model::wire::Versioned;

use crate::name::{ClusterName, NodeName};
use crate::refusal::{Reason, Refusal};
use crate::wire::Message;

/// The versions of the protocol that this program speaks, from the first to the last.
pub(crate) const VERSIONS: (u16, u16) = (1, 1);

/// So many things are compared at the most.
pub const MAX_EQUALS: usize = 16;

/// The longest name of a thing that is compared, and of a program.
pub const MAX_WORD_BYTES: usize = 128;

/// Who a node is, and what it must have in common with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id, which lasts as long as its data directory.
    pub node: NodeId,
    /// Which of its starts this is: larger at each one. The time of the start, in milliseconds, will do.
    pub instance: u64,
    /// The version of its program, for people.
    pub program: String,
    /// What is the same on all nodes of a cluster.
    pub equals: Vec<Equal>,
}

/// Something that is the same on all nodes of a cluster: its name for people, and a hash of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equal {
    /// What it is, such as `root key`.
    pub name: String,
    /// A hash of it that tells nothing of it.
    pub hash: [u8; 32],
}

/// What a node says of itself, version 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) cluster: ClusterName,
    pub(crate) versions: (u16, u16),
    pub(crate) node: NodeId,
    pub(crate) instance: u64,
    pub(crate) address: SocketAddr,
    pub(crate) program: String,
    pub(crate) equals: Vec<Equal>,
}

impl Versioned for Hello {
    const VERSION: u16 = 1;
}

impl Message for Hello {
    const NAME: &'static str = "hello";
}

/// A node that said hello and belongs to the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its name, by its certificate.
    pub name: NodeName,
    /// Its id, by its own word.
    pub node: NodeId,
    /// Which of its starts it is.
    pub instance: u64,
    /// Where it says that it can be reached.
    pub address: SocketAddr,
    /// The version of its program.
    pub program: String,
    /// The version of the protocol that both speak.
    pub version: u16,
}

/// Whether the node of this name, which says this, belongs together with us.
pub(crate) fn judge(ours: &Hello, theirs: &Hello, name: &NodeName) -> Result<Peer, Refusal> {
    let refuse = |reason, word: String| Err(Refusal::ours(reason, word).of(name));
    if ours.cluster != theirs.cluster {
        return refuse(
            Reason::Cluster,
            format!("{name} is of the cluster {}, not {}", theirs.cluster, ours.cluster),
        );
    }
    let version = ours.versions.1.min(theirs.versions.1);
    if version < ours.versions.0.max(theirs.versions.0) {
        let ((first, last), (their_first, their_last)) = (ours.versions, theirs.versions);
        return refuse(
            Reason::Version,
            format!(
                "{name} speaks versions {their_first} to {their_last} of the protocol, this node \
                 {first} to {last}: update the older program"
            ),
        );
    }
    let words = || theirs.equals.iter().map(|equal| &equal.name).chain([&theirs.program]);
    if theirs.equals.len() > MAX_EQUALS || words().any(|word| word.len() > MAX_WORD_BYTES) {
        return refuse(Reason::Malformed, format!("{name} says more than a hello holds"));
    }
    for equal in &ours.equals {
        let same = |other: &&Equal| other.name == equal.name;
        if theirs.equals.iter().find(same).is_some_and(|other| other.hash != equal.hash) {
            let what = &equal.name;
            return refuse(
                Reason::Differs,
                format!(
                    "{name} has another {what} than the node that it meets: set the {what} of the \
                     cluster on both"
                ),
            );
        }
    }
    Ok(Peer {
        name: name.clone(),
        node: theirs.node,
        instance: theirs.instance,
        address: theirs.address,
        program: theirs.program.clone(),
        version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::node;
    use crate::wire::{decode, encode};

    fn hello() -> Hello {
        Hello {
            cluster: "prod".parse().unwrap(),
            versions: (1, 1),
            node: NodeId::from_bytes([7; 12]),
            instance: 1_900_000_000_000,
            address: SocketAddr::from(([10, 0, 0, 1], 7_400)),
            program: "0.1.0".to_owned(),
            equals: vec![Equal { name: "root key".to_owned(), hash: [9; 32] }],
        }
    }

    fn refused(change: fn(&mut Hello)) -> Refusal {
        let mut theirs = hello();
        change(&mut theirs);
        judge(&hello(), &theirs, &node("n2")).unwrap_err()
    }

    #[test]
    fn those_that_agree_belong_together() {
        let mut theirs = hello();
        theirs.versions = (1, 3);
        theirs.equals.push(Equal { name: "something newer".to_owned(), hash: [1; 32] });
        let peer = judge(&hello(), &theirs, &node("n2")).unwrap();
        assert_eq!((peer.name, peer.version), (node("n2"), 1));
        theirs.equals.clear();
        judge(&hello(), &theirs, &node("n2")).unwrap();
    }

    #[test]
    fn what_differs_is_named() {
        let refusal = refused(|hello| hello.equals[0].hash = [8; 32]);
        assert_eq!(refusal.reason, Reason::Differs);
        assert!(refusal.word.contains("n2 has another root key"), "{refusal}");
        let refusal = refused(|hello| hello.cluster = "test".parse().unwrap());
        assert_eq!(
            (refusal.reason, &*refusal.word),
            (Reason::Cluster, "n2 is of the cluster test, not prod")
        );
        let refusal = refused(|hello| hello.versions = (2, 4));
        assert_eq!(refusal.reason, Reason::Version);
        assert!(refusal.word.contains("speaks versions 2 to 4"), "{refusal}");
        let refusal = refused(|hello| hello.program = "x".repeat(200));
        assert_eq!(refusal.reason, Reason::Malformed);
    }

    #[test]
    fn hellos_of_version_1_are_read_for_ever() {
        let sample = "0001 0470726f64 01 01 070707070707070707070707 fd000001ba60d33800 \
                      00 0a000001 fb1ce8 05302e312e30 01 08726f6f74206b6579";
        let mut sample = crate::testing::bytes(sample);
        sample.extend([9; 32]);
        assert_eq!(encode(&hello()).unwrap(), sample);
        assert_eq!(decode::<Hello>(&sample).unwrap(), hello());
    }
}
