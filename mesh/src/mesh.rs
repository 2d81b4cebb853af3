//! The mesh of a node: begun once, spoken to through handles that can be cloned.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::authority::Credentials;
use crate::control::{Controls, Hand};
use crate::counts::Counts;
use crate::data::{Asking, Body, Desk, Failed, Frames, Service, Status};
use crate::endpoint::Endpoint;
use crate::error::MeshError;
use crate::gossip::{self, Gossip, Heard, Seen};
use crate::ground::{Ground, Machine};
use crate::hello::{Hello, Identity, MAX_EQUALS, MAX_WORD_BYTES, Peer, VERSIONS};
use crate::name::NodeName;
use crate::options::Options;
use crate::peers::{self, Me, Peers, Sessions};
use crate::session::Receivers;

/// Peers are told that the node goes for so long.
const FAREWELL: Duration = Duration::from_secs(1);

/// A node's part of the mesh. Clones are of the same.
#[derive(Clone)]
pub struct Mesh(Arc<Inner>);

struct Inner {
    this: Peer,
    address: SocketAddr,
    endpoint: Arc<Endpoint>,
    peers: peers::Handle,
    asking: Arc<Asking>,
    gossip: Gossip,
    counts: Arc<Counts>,
    stopping: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// A change of who is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A peer is there.
    Up(Peer),
    /// A peer is gone. If it is there again at once, both are told.
    Down(Peer),
}

/// Tells who comes and who goes. Nothing is missed and nothing piles up: what is told is the difference
/// to what was told before.
pub struct Changes {
    sessions: watch::Receiver<Sessions>,
    told: Sessions,
}

impl Mesh {
    /// Begins to listen and to dial. What comes for control is found in the second part.
    pub async fn start(
        options: Options,
        credentials: &Credentials,
        identity: Identity,
        service: Arc<dyn Service>,
    ) -> Result<(Self, Controls), MeshError> {
        Self::start_on(Arc::new(Machine), options, credentials, identity, service).await
    }

    /// The same, on another ground.
    pub(crate) async fn start_on(
        ground: Arc<dyn Ground>,
        options: Options,
        credentials: &Credentials,
        identity: Identity,
        service: Arc<dyn Service>,
    ) -> Result<(Self, Controls), MeshError> {
        options.check()?;
        let is_long = |word: &str| word.len() > MAX_WORD_BYTES;
        let names = || identity.equals.iter().map(|equal| equal.name.as_str());
        if identity.equals.len() > MAX_EQUALS || names().chain([&*identity.program]).any(is_long) {
            return Err(MeshError::Option {
                option: "identity",
                found: format!("{} names to compare", identity.equals.len()),
                why: "it has at most 16 names, each of at most 128 bytes",
            });
        }
        let counts = Arc::new(Counts::default());
        let endpoint =
            Endpoint::bind(&options, credentials, Arc::clone(&counts), Arc::clone(&ground))?;
        let endpoint = Arc::new(endpoint);
        let listening = endpoint.address()?;
        let address = advertised(&options, listening)?;
        let name = credentials.node().clone();
        let this = Peer {
            name: name.clone(),
            node: identity.node,
            instance: identity.instance,
            address,
            program: identity.program.clone(),
            version: VERSIONS.1,
        };
        let hello = Hello {
            cluster: credentials.cluster().clone(),
            versions: VERSIONS,
            node: identity.node,
            instance: identity.instance,
            address,
            program: identity.program.clone(),
            equals: identity.equals,
        };
        let (heard, messages) =
            Heard::new(options.gossip.received, options.gossip.message_within, Arc::clone(&counts));
        let (hand, controls) =
            Hand::new(options.peers, options.dialling.first_wait, Arc::clone(&counts));
        let receivers = Arc::new(Receivers {
            desk: Desk::new(service, options.data.clone(), Arc::clone(&counts)),
            heard,
            hand,
            counts: Arc::clone(&counts),
            head_within: options.data.head_within,
        });
        let me =
            Me { name: name.clone(), node: identity.node, instance: identity.instance, address };
        let (stopping, stopped) = watch::channel(false);
        let (peers, handle) = Peers::new(
            me,
            hello,
            &options,
            Arc::clone(&endpoint),
            ground,
            receivers,
            Arc::clone(&counts),
        );
        let task = tokio::spawn(peers.run(stopped));
        let speaker = gossip::Speaker {
            name: name.clone(),
            instance: identity.instance,
            address,
            cluster: credentials.cluster().clone(),
            program: identity.program,
        };
        let gossip =
            Gossip::start(speaker, &options.gossip, handle.clone(), messages, Arc::clone(&counts))
                .await?;
        let asking = Arc::new(Asking::new(options.data, Arc::clone(&counts)));
        let inner = Inner {
            this,
            address: listening,
            endpoint,
            peers: handle,
            asking,
            gossip,
            counts,
            stopping,
            task: Mutex::new(Some(task)),
        };
        Ok((Self(Arc::new(inner)), controls))
    }

    /// The name of this node.
    pub fn name(&self) -> &NodeName {
        &self.0.this.name
    }

    /// Where it listens: with the port that was taken, where that was left open.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// What it has done and holds.
    pub fn counts(&self) -> &Arc<Counts> {
        &self.0.counts
    }

    /// This node, as its peers see it. Its id is what it was begun with.
    pub fn this(&self) -> &Peer {
        &self.0.this
    }

    /// Who is connected.
    pub fn peers(&self) -> Vec<Peer> {
        self.0.peers.sessions.borrow().values().map(|session| session.peer.clone()).collect()
    }

    /// Who comes and who goes from now on, beginning with those who are there.
    pub fn changes(&self) -> Changes {
        let mut sessions = self.0.peers.sessions.clone();
        sessions.mark_changed();
        Changes { sessions, told: Sessions::default() }
    }

    /// What is known of the nodes that gossip holds to be alive, this one among them.
    pub fn alive(&self) -> watch::Receiver<Arc<BTreeMap<NodeName, Seen>>> {
        self.0.gossip.alive()
    }

    /// Tells others something of this node. A hint, for none of them may rely on it.
    pub async fn tell(&self, key: &str, value: &str) -> Result<(), MeshError> {
        self.0.gossip.tell(key, value).await
    }

    /// Asks a peer, and waits for an answer of one frame. Dropping the future cancels the request.
    pub async fn ask(
        &self,
        peer: &NodeName,
        kind: u16,
        body: impl Into<Bytes>,
        within: Duration,
    ) -> Result<Body, Failed> {
        self.frames(peer, kind, body, within).await?.whole().await
    }

    /// Asks a peer; the answer is read frame by frame. Dropping it cancels the request.
    pub async fn frames(
        &self,
        peer: &NodeName,
        kind: u16,
        body: impl Into<Bytes>,
        within: Duration,
    ) -> Result<Frames, Failed> {
        let session = self.0.peers.sessions.borrow().get(peer).cloned();
        let Some(session) = session else {
            self.0.counts.asked.one(kind, Status::Gone);
            return Err(Failed::new(Status::Gone, format!("{peer} is not connected")));
        };
        self.0.asking.ask(&session.line, kind, body.into(), within).await
    }

    /// The bare connection with a peer.
    #[cfg(test)]
    pub(crate) fn connection(&self, peer: &NodeName) -> Option<quinn::Connection> {
        let sessions = self.0.peers.sessions.borrow();
        Some(sessions.get(peer)?.line.connection.clone())
    }

    /// Ends the task of gossip, as if it had fallen.
    #[cfg(test)]
    pub(crate) async fn let_gossip_fall(&self) {
        self.0.gossip.fall().await;
    }

    /// From now on handshakes use these. Connections with those whom they do not believe are closed,
    /// others live on.
    pub fn reload(&self, credentials: &Credentials) -> Result<(), MeshError> {
        self.0.endpoint.reload(credentials)?;
        // Who is let in from now on is looked at then.
        let sessions = Arc::clone(&self.0.peers.sessions.borrow());
        for session in sessions.values() {
            peers::close_if_not_believed(&self.0.endpoint, session);
        }
        Ok(())
    }

    /// Until when the certificate that is shown holds.
    pub fn holds_until(&self) -> SystemTime {
        self.0.endpoint.holds_until()
    }

    /// Ends it: what is under way is dropped, and peers are told.
    pub async fn stop(&self) {
        self.0.gossip.stop();
        let _ = self.0.stopping.send(true);
        let task = self.0.task.lock().take();
        if let Some(task) = task {
            // It ends by itself; that it fell is told where it fell.
            let _ = task.await;
        }
        self.0.endpoint.close();
        self.0.endpoint.closed(FAREWELL).await;
    }
}

impl Changes {
    /// What has changed since it was last asked; none when the mesh has ended.
    pub async fn next(&mut self) -> Option<Vec<Change>> {
        loop {
            self.sessions.changed().await.ok()?;
            let now = Arc::clone(&self.sessions.borrow_and_update());
            let changes = difference(&self.told, &now);
            self.told = now;
            if !changes.is_empty() {
                return Some(changes);
            }
        }
    }
}

fn difference(before: &Sessions, now: &Sessions) -> Vec<Change> {
    let mut changes = Vec::new();
    let same = |one: &Sessions, name, link| one.get(name).is_some_and(|held| held.link == link);
    for (name, session) in before.iter() {
        if !same(now, name, session.link) {
            changes.push(Change::Down(session.peer.clone()));
        }
    }
    for (name, session) in now.iter() {
        if !same(before, name, session.link) {
            changes.push(Change::Up(session.peer.clone()));
        }
    }
    changes
}

/// Where others reach this node.
fn advertised(options: &Options, listening: SocketAddr) -> Result<SocketAddr, MeshError> {
    let mut address = options.advertise.unwrap_or(listening);
    if address.port() == 0 {
        address.set_port(listening.port());
    }
    if address.ip().is_unspecified() {
        return Err(MeshError::Option {
            option: "advertise",
            found: address.to_string(),
            why: "others can't reach that: set an address of this machine that they can",
        });
    }
    Ok(address)
}
