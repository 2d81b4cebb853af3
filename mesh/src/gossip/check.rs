//! What a message of gossip says, looked at before chitchat takes it in.
//!
//! Chitchat believes what its own kind would say, and an assertion that does not hold ends its task. So a
//! message is walked here first, and refused as a whole where it says what no node of ours would: of
//! another cluster, of names that are none, of this node itself, versions that go back or are absurd.

use chitchat::{ChitchatId, Deserializable};

use super::{MAX_KEY_BYTES, MAX_VALUE_BYTES};
use crate::name::NodeName;

/// So many blocks of a message are unpacked, each to at most 64 KiB.
pub(super) const MAX_BLOCKS: usize = 64;

/// No node comes to this version or to so many signs of life.
pub(super) const MAX_VERSION: u64 = 1 << 48;

/// The most that a block is when it is unpacked.
const BLOCK_BYTES: usize = u16::MAX as usize;

const MAGIC: u16 = 45_139;
const PROTOCOL: u8 = 0;

const SYN: u8 = 0;
const SYN_ACK: u8 = 1;
const ACK: u8 = 2;

const NO_MORE_BLOCKS: u8 = 0;
const PACKED: u8 = 1;
const PLAIN: u8 = 2;

const NODE: u8 = 0;
const KEY_VALUE: u8 = 1;
const SET_MAX_VERSION: u8 = 2;

/// Who looks.
pub(super) struct Own {
    pub(super) id: ChitchatId,
    pub(super) cluster: String,
}

impl Own {
    /// The nodes that the message makes known; none where it is to be refused.
    pub(super) fn look(&self, message: &[u8]) -> Option<Vec<ChitchatId>> {
        let mut rest = message;
        if u16::read(&mut rest)? != MAGIC || u8::read(&mut rest)? != PROTOCOL {
            return None;
        }
        let kind = u8::read(&mut rest)?;
        let nodes = match kind {
            SYN | SYN_ACK => digest(&mut rest)?,
            ACK => Vec::new(),
            _ => return None,
        };
        match kind {
            SYN if String::read(&mut rest)? != self.cluster => return None,
            SYN => {}
            _ => self.delta(&unpacked(&mut rest)?)?,
        }
        rest.is_empty().then_some(nodes)
    }

    fn delta(&self, mut rest: &[u8]) -> Option<()> {
        // The latest version of the node that is spoken of.
        let mut latest = None;
        while !rest.is_empty() {
            match u8::read(&mut rest)? {
                NODE => {
                    if named(&mut rest)? == self.id {
                        return None;
                    }
                    version(&mut rest)?;
                    version(&mut rest)?;
                    latest = Some(0);
                }
                KEY_VALUE => {
                    let (key, value) = (String::read(&mut rest)?, String::read(&mut rest)?);
                    let version = version(&mut rest)?;
                    u8::read(&mut rest)?;
                    let is_long = key.len() > MAX_KEY_BYTES || value.len() > MAX_VALUE_BYTES;
                    if is_long || version <= latest? {
                        return None;
                    }
                    latest = Some(version);
                }
                SET_MAX_VERSION => {
                    let version = version(&mut rest)?;
                    if version < latest? {
                        return None;
                    }
                    latest = Some(version);
                }
                _ => return None,
            }
        }
        Some(())
    }
}

/// What a node takes in the digest of all.
pub(super) fn digest_bytes(id: &ChitchatId) -> usize {
    let address = if id.gossip_advertise_addr.is_ipv4() { 7 } else { 19 };
    // Before it the length of the name and the start; after it three numbers.
    2 + id.node_id.len() + 8 + address + 24
}

fn digest(rest: &mut &[u8]) -> Option<Vec<ChitchatId>> {
    (0..u16::read(rest)?)
        .map(|_| {
            let id = named(rest)?;
            (0..3).try_for_each(|_| version(rest).map(|_| ()))?;
            Some(id)
        })
        .collect()
}

fn named(rest: &mut &[u8]) -> Option<ChitchatId> {
    let id = ChitchatId::read(rest)?;
    id.node_id.parse::<NodeName>().is_ok().then_some(id)
}

fn version(rest: &mut &[u8]) -> Option<u64> {
    u64::read(rest).filter(|version| *version <= MAX_VERSION)
}

fn unpacked(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for _ in 0..=MAX_BLOCKS {
        let kind = u8::read(rest)?;
        if kind == NO_MORE_BLOCKS {
            return Some(bytes);
        }
        let length = u16::read(rest)?;
        let (block, after) = rest.split_at_checked(length.into())?;
        *rest = after;
        match kind {
            PACKED => bytes.extend(zstd::bulk::decompress(block, BLOCK_BYTES).ok()?),
            PLAIN => bytes.extend(block),
            _ => return None,
        }
    }
    None
}

/// Reading that fails without a word.
trait Read: Deserializable {
    fn read(rest: &mut &[u8]) -> Option<Self> {
        Self::deserialize(rest).ok()
    }
}

impl<T: Deserializable> Read for T {}

#[cfg(test)]
pub(crate) mod tests {
    use std::net::SocketAddr;

    use chitchat::{ChitchatMessage, Serializable};
    use proptest::prelude::*;

    use super::*;

    fn id(name: &str) -> ChitchatId {
        ChitchatId::new(name, 1, SocketAddr::from(([10, 0, 0, 1], 7_400)))
    }

    fn own() -> Own {
        Own { id: id("n1"), cluster: "prod".to_owned() }
    }

    pub(crate) enum Op<'a> {
        Node(&'a ChitchatId),
        KeyValue(&'a str, u64),
        SetMaxVersion(u64),
    }

    /// A message that says this of nodes.
    pub(crate) fn ack(ops: &[Op<'_>]) -> Vec<u8> {
        let mut said = Vec::new();
        for op in ops {
            match op {
                Op::Node(id) => {
                    said.push(NODE);
                    id.serialize(&mut said);
                    said.extend([0; 16]);
                }
                Op::KeyValue(key, version) => {
                    said.push(KEY_VALUE);
                    key.serialize(&mut said);
                    "x".serialize(&mut said);
                    version.serialize(&mut said);
                    said.push(0);
                }
                Op::SetMaxVersion(version) => {
                    said.push(SET_MAX_VERSION);
                    version.serialize(&mut said);
                }
            }
        }
        let mut bytes = [&MAGIC.to_le_bytes()[..], &[PROTOCOL, ACK, PLAIN]].concat();
        (said.len() as u16).serialize(&mut bytes);
        bytes.extend(said);
        bytes.push(NO_MORE_BLOCKS);
        bytes
    }

    /// A message that makes these known.
    pub(crate) fn syn(ids: &[ChitchatId], cluster: &str) -> Vec<u8> {
        let mut bytes = [&MAGIC.to_le_bytes()[..], &[PROTOCOL, SYN]].concat();
        (ids.len() as u16).serialize(&mut bytes);
        for id in ids {
            id.serialize(&mut bytes);
            bytes.extend([0; 24]);
        }
        cluster.serialize(&mut bytes);
        bytes
    }

    fn is_taken(message: &[u8]) -> bool {
        let is_message = ChitchatMessage::deserialize(&mut &*message).is_ok();
        assert!(is_message, "chitchat would not have taken it either");
        own().look(message).is_some()
    }

    #[test]
    fn what_goes_back_or_is_absurd_or_of_the_node_itself_is_refused() {
        let (n1, n2) = (id("n1"), id("n2"));
        let node = || Op::Node(&n2);
        assert!(is_taken(&ack(&[])));
        assert!(is_taken(&ack(&[node(), Op::KeyValue("a", 1), Op::KeyValue("b", 7)])));
        assert!(is_taken(&ack(&[node(), Op::SetMaxVersion(9)])));
        assert!(!is_taken(&ack(&[node(), Op::KeyValue("a", 100), Op::SetMaxVersion(50)])));
        assert!(!is_taken(&ack(&[node(), Op::SetMaxVersion(u64::MAX)])));
        assert!(!is_taken(&ack(&[node(), Op::KeyValue("a", u64::MAX)])));
        assert!(!is_taken(&ack(&[node(), Op::KeyValue(&"k".repeat(65), 1)])));
        assert!(!is_taken(&ack(&[Op::Node(&n1), Op::SetMaxVersion(5)])));
        assert!(!is_taken(&ack(&[Op::Node(&id("no name")), Op::SetMaxVersion(5)])));
    }

    #[test]
    fn nodes_that_are_made_known_have_names_and_are_of_the_cluster() {
        let told = own().look(&syn(&[id("n1"), id("n2")], "prod")).unwrap();
        assert_eq!(told, [id("n1"), id("n2")]);
        let digest = 2 + told.iter().map(digest_bytes).sum::<usize>();
        assert_eq!(syn(&[id("n1"), id("n2")], "prod").len(), 4 + digest + 6);
        assert!(!is_taken(&syn(&[id("n2")], "test")));
        assert!(!is_taken(&syn(&[id("n2")], &"x".repeat(60_000))));
        assert!(!is_taken(&syn(&[id("N2")], "prod")));
        assert!(!is_taken(&syn(&[id(&"n".repeat(64))], "prod")));
        let bad_cluster = ChitchatMessage::BadCluster.serialize_to_vec();
        assert!(!is_taken(&bad_cluster));
    }

    #[test]
    fn a_message_of_many_packed_blocks_is_not_unpacked() {
        let block = zstd::bulk::compress(&[], 0).unwrap();
        let message = |blocks| {
            let mut bytes = [&MAGIC.to_le_bytes()[..], &[PROTOCOL, ACK]].concat();
            for _ in 0..blocks {
                bytes.push(PACKED);
                (block.len() as u16).serialize(&mut bytes);
                bytes.extend(&block);
            }
            bytes.push(NO_MORE_BLOCKS);
            bytes
        };
        assert!(is_taken(&message(MAX_BLOCKS)));
        assert!(!is_taken(&message(MAX_BLOCKS + 1)));
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..512), kind in 0_u8..5) {
            own().look(&bytes);
            own().look(&[&MAGIC.to_le_bytes()[..], &[PROTOCOL, kind], &bytes].concat());
        }
    }
}
