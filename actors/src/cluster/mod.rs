//! The other nodes, as this one sees them: what is asked of them, and who of them may have work.
//!
//! Everything goes by requests of the mesh: each has a deadline, is cancelled when nobody waits for it,
//! and counts against budgets on both sides. What is heard is never the truth about who owns what: that
//! stands in the store, and an owner's answer to a checkpoint is what its commit was answered.

pub(crate) mod keeping;
pub(crate) mod lanes;
mod members;
mod message;
pub mod offers;
mod owners;
#[cfg(test)]
mod samples;
pub mod workers;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;
use trawl_mesh::gossip::keys;
use trawl_mesh::{Answer, Failed, Mesh, NodeName, Status};
use trawl_model::NodeId;
use trawl_model::wire::{self, MAX_VALUE_BYTES, Versioned};

use crate::index::Reached;
use crate::message::ProcessId;
use crate::node::Answering;

pub use members::{CRAWLS, Member, SCHEDULES};
pub(crate) use message::{
    AtWork, Borrow, CannotKeep, Done, Drain, Kind, Leases, Left, Lost, ScanAsked, ScanFound, Seen,
    Told,
};
pub(crate) use offers::Offers;
pub(crate) use owners::AllOwners;
pub(crate) use workers::Workers;

/// The kinds of questions that actors of nodes ask each other, by number, and their names in metrics.
pub fn kinds() -> impl Iterator<Item = (u16, &'static str)> {
    Kind::ALL.into_iter().map(|kind| (kind as u16, kind.name()))
}

/// How long a node may take to answer what takes no long work.
pub(crate) const SHORT: Duration = Duration::from_secs(5);

/// A longer frame is not sent: every node takes one of this length, whatever it is told.
pub const FRAME_BYTES: usize = 1 << 20;

/// The other nodes of the cluster. Cheap to clone.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    mesh: Mesh,
    answering: Arc<Answering>,
    offers: Mutex<Offers>,
    /// Whether this node is being emptied.
    drains: watch::Sender<bool>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cluster").field(self.0.mesh.name()).finish()
    }
}

impl Cluster {
    /// Those that are reached over this mesh, which was begun with this as its service.
    pub fn over(mesh: Mesh, answering: Arc<Answering>) -> Self {
        let (offers, drains) = (Mutex::default(), watch::Sender::new(false));
        Self(Arc::new(Inner { mesh, answering, offers, drains }))
    }

    /// What carries what is said.
    pub fn mesh(&self) -> &Mesh {
        &self.0.mesh
    }

    /// The nodes that are connected or alive, this one among them.
    pub fn members(&self) -> Vec<Member> {
        let mesh = &self.0.mesh;
        members::members(mesh.this().clone(), mesh.peers(), &mesh.alive().borrow())
    }

    /// What a node with this id is called, if it is connected.
    pub(crate) fn name_of(&self, node: NodeId) -> Option<NodeName> {
        let peers = self.0.mesh.peers();
        peers.into_iter().find(|peer| peer.node == node).map(|peer| peer.name)
    }

    /// The processes of other nodes that are connected and alive.
    pub(crate) fn processes(&self) -> BTreeSet<ProcessId> {
        let live = self.members().into_iter().filter(|member| member.connected && member.alive);
        live.filter_map(|member| member.process).collect()
    }

    /// Others are to know this process by its workers.
    pub(crate) async fn tell_process(&self, process: ProcessId) -> bool {
        let told = self.0.mesh.tell(keys::PROCESS, &process.to_string()).await;
        told.is_ok()
    }

    /// Whether this node is being emptied: it is to have no shards, and reads nothing.
    pub fn drains(&self) -> bool {
        *self.0.drains.borrow()
    }

    /// Tells that, as often as it changes.
    pub fn draining(&self) -> watch::Receiver<bool> {
        self.0.drains.subscribe()
    }

    /// From now on this node is being emptied, or no longer is. It does not outlast the process.
    pub async fn drain(&self, drains: bool) -> Result<(), Failed> {
        let told = if drains { members::DRAINS } else { "" };
        let told = self.0.mesh.tell(keys::DRAINS, told).await;
        self.0.drains.send_replace(drains);
        told.map_err(|error| Failed::new(Status::Failed, error.to_string()))
    }

    /// The same of another node, by its name.
    pub async fn drain_node(&self, node: &NodeName, drains: bool) -> Result<(), Failed> {
        if node == self.0.mesh.name() {
            return self.drain(drains).await;
        }
        self.ask::<Done>(node, Kind::Drain, &Drain { drains }, SHORT).await.map(drop)
    }

    /// The index of this process, for others.
    pub(crate) fn reached(&self) -> &Reached {
        self.0.answering.reached()
    }

    /// What answers others.
    pub(crate) fn answering(&self) -> &Answering {
        &self.0.answering
    }

    pub(crate) fn offers(&self) -> parking_lot::MutexGuard<'_, Offers> {
        self.0.offers.lock()
    }

    /// Asks a node, and reads its answer.
    pub(crate) async fn ask<A: Versioned>(
        &self,
        node: &NodeName,
        kind: Kind,
        question: &impl Versioned,
        within: Duration,
    ) -> Result<A, Failed> {
        let question = wire::encode(question).map_err(unreadable)?;
        self.ask_encoded(node, kind, question, within).await
    }

    async fn ask_encoded<A: Versioned>(
        &self,
        node: &NodeName,
        kind: Kind,
        question: Vec<u8>,
        within: Duration,
    ) -> Result<A, Failed> {
        let mut frames = self.0.mesh.frames(node, kind as u16, question, within).await?;
        let mut answer = Vec::new();
        while let Some(frame) = frames.next().await? {
            if answer.len() + frame.len() > MAX_VALUE_BYTES {
                let word = format!("an answer may have {MAX_VALUE_BYTES} bytes, this has more");
                return Err(Failed::new(Status::Failed, word));
            }
            answer.extend_from_slice(&frame);
        }
        wire::decode(&answer).map_err(unreadable)
    }
}

/// Sends an answer, in as many frames as it takes.
pub(crate) async fn send(answer: &mut Answer<'_>, value: &impl Versioned) -> Result<(), Failed> {
    let bytes = wire::encode(value).map_err(unreadable)?;
    let most = answer.most().clamp(1, FRAME_BYTES);
    for frame in bytes.chunks(most) {
        answer.send(frame.to_vec()).await?;
    }
    Ok(())
}

/// What a question holds.
pub(crate) fn read<T: Versioned>(body: &[u8]) -> Result<T, Failed> {
    wire::decode(body).map_err(|error| Failed::new(Status::Refused, error.to_string()))
}

fn unreadable(error: wire::WireError) -> Failed {
    Failed::new(Status::Failed, error.to_string())
}
