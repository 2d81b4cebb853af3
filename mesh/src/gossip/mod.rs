//! What nodes tell each other of themselves: who lives, what it is for, how busy it is.
//!
//! The protocol is chitchat's, which gives up whoever falls silent by how regular it was before. The
//! transport is ours: messages go over the connections of the mesh, so that only nodes of the cluster
//! take part. Whoever is heard of is dialled; who is connected and not yet heard of is told first.
//!
//! All of it is hints. A node that is held to be dead may live, and the other way round.
//!
//! Known weakness: chitchat keeps what it is told, and a node is believed about others. So what is kept
//! in all has a bound. Past it this node hears nothing that would add to it, may hold others to be dead,
//! and hears again when it has forgotten some. Connections and requests are not concerned.
//!
//! Should chitchat fall all the same, nobody is shown to live until it was begun anew.

mod check;
mod slot;
mod transport;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chitchat::{Chitchat, ChitchatConfig, ChitchatHandle, ChitchatId, FailureDetectorConfig};
use tokio::sync::{RwLock, mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use self::check::Own;
#[cfg(test)]
pub(crate) use self::check::tests::{Op, ack, syn};
pub(crate) use self::slot::{Heard, Message, Slot};
use self::transport::{Filled, Wires};
use crate::counts::Counts;
use crate::error::MeshError;
use crate::name::{ClusterName, NodeName};
use crate::options::Gossip as Options;
use crate::peers::{self, Event, Sessions, Told};

/// Keys under which nodes tell of themselves.
pub mod keys {
    /// What the node is for: words with commas between.
    pub const ROLES: &str = "roles";
    /// How busy it is: a number from 0 to 100.
    pub const LOAD: &str = "load";
    /// The counter by which it is seen to live, as the store has it: a number.
    pub const COUNTER: &str = "counter";
    /// Whether it is being emptied: `yes`, or nothing.
    pub const DRAINS: &str = "drains";
    /// Its process, by which others know its workers: a number in hexadecimal digits.
    pub const PROCESS: &str = "process";
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

/// After it fell, gossip is begun anew after so many rounds; twice as many each time, up to a bound.
const AGAIN_ROUNDS: u32 = 2;
const LONGEST_AGAIN: Duration = Duration::from_secs(60);

/// What gossip knows of a node that lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which of its starts it is, or of those of its gossip.
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
    chitchat: Current,
    alive: watch::Receiver<Arc<BTreeMap<NodeName, Seen>>>,
    task: AbortHandle,
}

/// The chitchat of now. It is held while this node tells something, so that none of it is lost when
/// another takes its place.
type Current = Arc<RwLock<Running>>;

/// Ends with the last who holds it.
struct Running(ChitchatHandle);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What it takes to begin, and to begin anew.
struct Beginning {
    speaker: Speaker,
    options: Options,
    sessions: watch::Receiver<Sessions>,
    messages: Arc<tokio::sync::Mutex<mpsc::Receiver<Message>>>,
    filled: Arc<Filled>,
    counts: Arc<Counts>,
    /// How often it was begun anew.
    again: u64,
}

impl Beginning {
    async fn begin(&self, first: Vec<(String, String)>) -> Result<Running, MeshError> {
        let Self { speaker, options, .. } = self;
        // Others would not believe that versions begin anew, but for a later start.
        let instance = speaker.instance.saturating_add(self.again);
        let id = ChitchatId::new(speaker.name.as_str(), instance, speaker.address);
        let cluster = speaker.cluster.to_string();
        let config = ChitchatConfig {
            chitchat_id: id.clone(),
            cluster_id: cluster.clone(),
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
        let wires = Wires {
            sessions: self.sessions.clone(),
            messages: Arc::clone(&self.messages),
            filled: Arc::clone(&self.filled),
            counts: Arc::clone(&self.counts),
            own: Arc::new(Own { id, cluster }),
        };
        let chitchat = chitchat::spawn_chitchat(config, first, &wires)
            .await
            .map_err(|error| MeshError::Gossip(error.to_string()))?;
        self.filled.look_at(chitchat.chitchat());
        Ok(Running(chitchat))
    }
}

impl Gossip {
    pub(crate) async fn start(
        speaker: Speaker,
        options: &Options,
        peers: peers::Handle,
        messages: mpsc::Receiver<Message>,
        counts: Arc<Counts>,
    ) -> Result<Self, MeshError> {
        let first = vec![(keys::PROGRAM.to_owned(), speaker.program.clone())];
        let beginning = Beginning {
            speaker,
            options: options.clone(),
            sessions: peers.sessions.clone(),
            messages: Arc::new(tokio::sync::Mutex::new(messages)),
            filled: Arc::new(Filled::new(options)),
            counts,
            again: 0,
        };
        let chitchat = Arc::new(RwLock::new(beginning.begin(first).await?));
        let (show, alive) = watch::channel(Arc::new(BTreeMap::new()));
        let rounds = Rounds { beginning, chitchat: Arc::clone(&chitchat), peers, show };
        let task = tokio::spawn(rounds.run()).abort_handle();
        Ok(Self { chitchat, alive, task })
    }

    /// Ends the task of chitchat, as if it had fallen.
    #[cfg(test)]
    pub(crate) async fn fall(&self) {
        self.chitchat.read().await.0.abort();
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
        if self.chitchat.read().await.0.with_chitchat(told).await {
            return Ok(());
        }
        wrong(key.to_owned(), "a node tells at most 32 things of itself")
    }

    pub(crate) fn stop(&self) {
        self.task.abort();
        // Where it is held, it ends with the task.
        if let Ok(chitchat) = self.chitchat.try_read() {
            chitchat.0.abort();
        }
    }
}

impl Drop for Gossip {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Leads from gossip to peers and back, once a round, and begins gossip anew when it fell.
struct Rounds {
    beginning: Beginning,
    chitchat: Current,
    peers: peers::Handle,
    show: watch::Sender<Arc<BTreeMap<NodeName, Seen>>>,
}

/// The mesh has ended.
struct Ended;

impl Rounds {
    async fn run(mut self) {
        let every = self.beginning.options.every;
        let mut wait = every * AGAIN_ROUNDS;
        loop {
            let began = Instant::now();
            let fallen = self.chitchat.read().await.0.termination_watcher();
            let Ok(why) = self.rounds(fallen).await else { return };
            if began.elapsed() > LONGEST_AGAIN {
                wait = every * AGAIN_ROUNDS;
            }
            tracing::error!(%why, ?wait, "gossip fell and is begun anew");
            self.show.send_replace(Arc::default());
            if self.anew(&mut wait).await.is_err() {
                return;
            }
        }
    }

    /// Waits and begins anew with what this node has told, until that comes about.
    async fn anew(&mut self, wait: &mut Duration) -> Result<(), Ended> {
        loop {
            let again = tokio::time::sleep(*wait);
            let mut again = std::pin::pin!(again);
            loop {
                tokio::select! {
                    biased;
                    () = &mut again => break,
                    changed = self.peers.sessions.changed() => changed.map_err(|_| Ended)?,
                }
            }
            *wait = wait.saturating_mul(2).min(LONGEST_AGAIN);
            self.beginning.again += 1;
            let mut chitchat = self.chitchat.write().await;
            let told = |chitchat: &mut Chitchat| {
                let values = chitchat.self_node_state().key_values();
                values.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
            };
            let told = chitchat.0.with_chitchat(told).await;
            match self.beginning.begin(told).await {
                Ok(begun) => {
                    *chitchat = begun;
                    return Ok(());
                }
                Err(error) => tracing::error!(%error, "gossip was not begun anew"),
            }
        }
    }

    /// Round by round, until chitchat has fallen for a reason.
    async fn rounds(
        &mut self,
        fallen: impl Future<Output = anyhow::Result<()>>,
    ) -> Result<String, Ended> {
        let mut fallen = std::pin::pin!(fallen);
        let mut round = tokio::time::interval(self.beginning.options.every);
        loop {
            tokio::select! {
                biased;
                _ = round.tick() => {}
                // Who comes is told at once.
                changed = self.peers.sessions.changed() => changed.map_err(|_| Ended)?,
                ended = &mut fallen => {
                    return Ok(ended.err().map_or_else(String::new, |error| error.to_string()));
                }
            }
            self.round().await?;
        }
    }

    async fn round(&mut self) -> Result<(), Ended> {
        let chitchat = self.chitchat.read().await;
        let (known, alive) = chitchat.0.with_chitchat(|chitchat| look(chitchat)).await;
        for (name, address) in known {
            let is_own = name == self.beginning.speaker.name;
            if is_own || self.peers.sessions.borrow().contains_key(&name) {
                continue;
            }
            let told = Told::Happened(Event::Known { name, address });
            self.peers.tell.send(told).await.map_err(|_| Ended)?;
        }
        let strangers: Vec<SocketAddr> = {
            let sessions = self.peers.sessions.borrow_and_update();
            let strange = |name: &NodeName| !alive.contains_key(name);
            let strangers = sessions.iter().filter(|(name, _)| strange(name));
            strangers.map(|(_, session)| session.peer.address).collect()
        };
        for address in strangers {
            // It fails only where gossip has ended.
            let _ = chitchat.0.gossip(address);
        }
        self.show.send_if_modified(|shown| {
            let is_new = **shown != alive;
            if is_new {
                *shown = Arc::new(alive);
            }
            is_new
        });
        Ok(())
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
