//! What nodes tell each other of themselves: who lives, what it is for, how busy it is.
//!
//! The protocol is chitchat's, which gives up whoever falls silent by how regular it was before. The
//! transport is ours: messages go over the connections of the mesh, so that only nodes of the cluster
//! take part. Whoever is heard of is dialled; who is connected and not yet heard of is told first.
//!
//! All of it is hints. A node that is held to be dead may live, and the other way round.
//!
//! Known weakness: chitchat keeps what it is told, and a node is believed about others. So what is kept
//! in all has a bound. Past it this node hears nothing, holds all others to be dead, and hears again when
//! it has forgotten them. Connections and requests are not concerned.

mod slot;
mod transport;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chitchat::{Chitchat, ChitchatConfig, ChitchatHandle, ChitchatId, FailureDetectorConfig};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

pub(crate) use self::slot::{Heard, Message, Slot};
use self::transport::{Filled, Wires};
use crate::counts::Counts;
use crate::error::MeshError;
use crate::name::{ClusterName, NodeName};
use crate::options::Gossip as Options;
use crate::peers::{self, Event, Told};

/// Keys under which nodes tell of themselves.
pub mod keys {
    /// What the node is for: words with commas between.
    pub const ROLES: &str = "roles";
    /// How busy it is: a number from 0 to 100.
    pub const LOAD: &str = "load";
    /// The version of its program. It is told without being asked.
    pub const PROGRAM: &str = "program";
}

/// A node tells so many things of itself at the most.
pub const MAX_KEYS: usize = 32;

/// The longest key.
pub const MAX_KEY_BYTES: usize = 64;

/// The longest value.
pub const MAX_VALUE_BYTES: usize = 1_024;

/// A key that was deleted is remembered for so long, so that it does not come back.
const DELETED_FOR: Duration = Duration::from_secs(900);

/// So many signs of life of a node are looked at to tell how regular it is.
const SIGNS: usize = 1_000;

/// A silence of so many rounds says nothing of how regular a node is.
const LONGEST_ROUNDS: u32 = 10;

/// A node of which nothing is known is believed to speak every so many rounds.
const FIRST_ROUNDS: u32 = 5;

/// What gossip knows of a node that lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which of its starts it is.
    pub instance: u64,
    /// Where it is reached.
    pub address: SocketAddr,
    /// What it tells of itself.
    pub values: BTreeMap<String, String>,
}

/// Who speaks.
pub(crate) struct Speaker {
    pub(crate) name: NodeName,
    pub(crate) instance: u64,
    pub(crate) address: SocketAddr,
    pub(crate) cluster: ClusterName,
    pub(crate) program: String,
}

/// Gossip that is under way.
pub(crate) struct Gossip {
    chitchat: Arc<ChitchatHandle>,
    alive: watch::Receiver<Arc<BTreeMap<NodeName, Seen>>>,
    task: AbortHandle,
}

impl Gossip {
    pub(crate) async fn start(
        speaker: Speaker,
        options: &Options,
        peers: peers::Handle,
        messages: mpsc::Receiver<Message>,
        counts: Arc<Counts>,
    ) -> Result<Self, MeshError> {
        let failed = |error: &dyn std::fmt::Display| MeshError::Gossip(error.to_string());
        let name = speaker.name.clone();
        let id = ChitchatId::new(speaker.name.as_str(), speaker.instance, speaker.address);
        let config = ChitchatConfig {
            chitchat_id: id,
            cluster_id: speaker.cluster.to_string(),
            gossip_interval: options.every,
            listen_addr: speaker.address,
            // Who is dialled first is the business of the peers.
            seed_nodes: Vec::new(),
            failure_detector_config: FailureDetectorConfig::new(
                f64::from(options.suspicion),
                SIGNS,
                options.every * LONGEST_ROUNDS,
                options.every * FIRST_ROUNDS,
                options.forgotten_after,
            ),
            marked_for_deletion_grace_period: DELETED_FOR,
            catchup_callback: None,
            extra_liveness_predicate: None,
        };
        let first = vec![(keys::PROGRAM.to_owned(), speaker.program)];
        let filled = Arc::new(Filled::new(options));
        let wires = Wires::new(peers.sessions.clone(), messages, Arc::clone(&filled), counts);
        let chitchat = chitchat::spawn_chitchat(config, first, &wires)
            .await
            .map_err(|error| failed(&error))?;
        filled.look_at(chitchat.chitchat());
        let chitchat = Arc::new(chitchat);
        let (show, alive) = watch::channel(Arc::new(BTreeMap::new()));
        let round = Rounds { name, chitchat: Arc::clone(&chitchat), peers, show };
        let task = tokio::spawn(round.run(options.every)).abort_handle();
        Ok(Self { chitchat, alive, task })
    }

    /// What is known of those who live.
    pub(crate) fn alive(&self) -> watch::Receiver<Arc<BTreeMap<NodeName, Seen>>> {
        self.alive.clone()
    }

    /// Tells others something of this node.
    pub(crate) async fn tell(&self, key: &str, value: &str) -> Result<(), MeshError> {
        let wrong = |found, why| Err(MeshError::Option { option: "gossip", found, why });
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return wrong(format!("a key of {} bytes", key.len()), "a key has 1 to 64 bytes");
        }
        if value.len() > MAX_VALUE_BYTES {
            let found = format!("{key} of {} bytes", value.len());
            return wrong(found, "a value has at most 1,024 bytes");
        }
        let told = |chitchat: &mut Chitchat| {
            let own = chitchat.self_node_state();
            let room = own.contains_key(key) || own.num_key_values() < MAX_KEYS;
            if room {
                own.set(key, value);
            }
            room
        };
        if self.chitchat.with_chitchat(told).await {
            return Ok(());
        }
        wrong(key.to_owned(), "a node tells at most 32 things of itself")
    }

    pub(crate) fn stop(&self) {
        self.task.abort();
        self.chitchat.abort();
    }
}

impl Drop for Gossip {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Leads from gossip to peers and back, once a round.
struct Rounds {
    name: NodeName,
    chitchat: Arc<ChitchatHandle>,
    peers: peers::Handle,
    show: watch::Sender<Arc<BTreeMap<NodeName, Seen>>>,
}

impl Rounds {
    async fn run(mut self, every: Duration) {
        let mut round = tokio::time::interval(every);
        loop {
            tokio::select! {
                _ = round.tick() => {}
                // Who comes is told at once.
                changed = self.peers.sessions.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
            }
            let (known, alive) = self.chitchat.with_chitchat(|chitchat| look(chitchat)).await;
            for (name, address) in known {
                if name == self.name || self.peers.sessions.borrow().contains_key(&name) {
                    continue;
                }
                let told = Told::Happened(Event::Known { name, address });
                if self.peers.tell.send(told).await.is_err() {
                    return;
                }
            }
            let strangers: Vec<SocketAddr> = {
                let sessions = self.peers.sessions.borrow_and_update();
                let strange = |name: &NodeName| !alive.contains_key(name);
                let strangers = sessions.iter().filter(|(name, _)| strange(name));
                strangers.map(|(_, session)| session.peer.address).collect()
            };
            for address in strangers {
                // It fails only where gossip has ended.
                let _ = self.chitchat.gossip(address);
            }
            self.show.send_if_modified(|shown| {
                let is_new = **shown != alive;
                if is_new {
                    *shown = Arc::new(alive);
                }
                is_new
            });
        }
    }
}

/// All nodes with their addresses, and what is known of those who live. Of a node that was started
/// several times the last start counts.
fn look(chitchat: &Chitchat) -> (BTreeMap<NodeName, SocketAddr>, BTreeMap<NodeName, Seen>) {
    let mut ids: Vec<&ChitchatId> = chitchat.node_states().keys().collect();
    ids.sort_by_key(|id| id.generation_id);
    let named = |id: &ChitchatId| id.node_id.parse::<NodeName>().ok();
    let known = ids.iter().filter_map(|id| Some((named(id)?, id.gossip_advertise_addr))).collect();
    let mut live: Vec<&ChitchatId> = chitchat.live_nodes().collect();
    live.sort_by_key(|id| id.generation_id);
    let alive = live.into_iter().filter_map(|id| {
        let values = chitchat.node_state(id)?.key_values();
        let values = values.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let (instance, address) = (id.generation_id, id.gossip_advertise_addr);
        Some((named(id)?, Seen { instance, address, values }))
    });
    (known, alive.collect())
}
