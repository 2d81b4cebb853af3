//! The other nodes of the cluster: how this one comes to know them, and proves who it is.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use trawl_actors::{Answering, Cluster};
use trawl_cluster_config::{Mesh as Settings, StoreKind};
use trawl_mesh::gossip::keys;
use trawl_mesh::{CredentialFiles, Credentials, Equal, Identity, Mesh, Options};
use trawl_model::{IdKey, NodeId};

use crate::error::Error;
use crate::forward::{Forwarding, Service};
use crate::settings::len;

/// How often it is looked whether another certificate lies at its place.
const LOOK: Duration = Duration::from_secs(60);

/// A share of what all peers together may take is any one's: so many of them fill it.
const PEERS_TO_FILL: usize = 4;

/// Requests to one peer that are under way at once: of crawlers, and of people (`api::elsewhere`).
const ASKED_AT_ONCE: usize = 48;

/// So many more it takes, for it may not yet have seen that some have ended.
const BESIDE: usize = 16;

/// What gossip keeps of a node, at the most.
const OF_A_NODE: usize = 8 << 10;

/// What a node has of the mesh.
#[derive(Clone)]
pub(crate) struct Meshed {
    /// The other nodes.
    pub(crate) cluster: Cluster,
    /// What is asked of this one for a person.
    pub(crate) forwarding: Arc<Forwarding>,
}

/// Where the certificate lies; none where the node is to know no others.
fn files(settings: &Settings) -> Result<Option<(CredentialFiles, String)>, Error> {
    if settings.listen.is_none() {
        return Ok(None);
    }
    let missing = |what: &str| {
        Error::Usage(format!(
            "{what} is not set, and mesh.listen is: name the cluster, the node's certificate, its key and \
             the authorities, as `trawl cluster init` and `trawl cluster issue` have made them"
        ))
    };
    let files = CredentialFiles {
        certificate: settings.certificate.clone().ok_or_else(|| missing("mesh.certificate"))?,
        key: settings.key.clone().ok_or_else(|| missing("mesh.key"))?,
        authorities: settings.authorities.clone().ok_or_else(|| missing("mesh.authorities"))?,
    };
    let cluster = settings.cluster.clone().ok_or_else(|| missing("mesh.cluster"))?;
    Ok(Some((files, cluster)))
}

/// How a node takes part.
fn options(settings: &Settings) -> Option<Options> {
    let mut options = Options::new(settings.listen?);
    options.advertise = settings.advertise;
    options.seeds.clone_from(&settings.seeds);
    options.peers = len(settings.peers);
    options.transport.idle = settings.idle.get();
    options.transport.keep_alive = settings.idle.get() / 4;
    options.dialling.longest_wait = settings.redial.get();
    let known = options.peers.max(settings.seeds.len()) * 2;
    options.dialling.remembered = options.dialling.remembered.max(known);
    options.gossip.every = settings.gossip_every.get();
    options.gossip.kept_nodes = options.gossip.kept_nodes.max(known);
    options.gossip.kept_bytes =
        options.gossip.kept_bytes.max(options.gossip.kept_nodes * OF_A_NODE);
    options.data.asked_at_once_a_peer = ASKED_AT_ONCE;
    options.data.at_once_a_peer = ASKED_AT_ONCE + BESIDE;
    options.transport.request_streams = (ASKED_AT_ONCE + 2 * BESIDE) as u32;
    options.transport.receive_window =
        options.transport.stream_window * (ASKED_AT_ONCE + BESIDE) as u32;
    options.data.message_bytes = settings.message_bytes.as_len();
    options.data.at_once = len(settings.requests_at_once);
    options.data.request_bytes = settings.request_bytes.as_len();
    options.data.request_bytes_a_peer =
        (options.data.request_bytes / PEERS_TO_FILL).max(options.data.message_bytes);
    options.data.received_bytes = settings.answer_bytes.as_len();
    options.data.received_bytes_a_peer =
        (options.data.received_bytes / PEERS_TO_FILL).max(options.data.message_bytes);
    // Who follows a scan through another node does so as long as it lasts.
    options.data.longest = Duration::from_secs(86_400);
    Some(options)
}

/// Begins to listen for other nodes, and to dial them, where that is set.
pub(crate) async fn begin(
    settings: &trawl_cluster_config::Settings,
    node: NodeId,
    id_key: &IdKey,
) -> Result<Option<Meshed>, Error> {
    let of = &settings.mesh;
    let (Some((files, cluster)), Some(options)) = (files(of)?, options(of)) else {
        return Ok(None);
    };
    if settings.store.kind != StoreKind::Cql {
        return Err(Error::Usage(
            "mesh.listen: nodes of a cluster share a database; set store.kind to cql, or leave mesh.listen \
             unset"
                .to_owned(),
        ));
    }
    let cluster =
        cluster.parse().map_err(|error| Error::Usage(format!("mesh.cluster: {error}")))?;
    let credentials = Credentials::read(&files, &cluster, SystemTime::now())?;
    let equal = |name: &str, hash| Equal { name: name.to_owned(), hash };
    let identity = Identity {
        node,
        instance: instance(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        equals: vec![
            // A key that lies in the database, wrapped by the root key: who has it has both.
            equal("database or root key", id_key.hash("nodes of a cluster").take()),
            equal("datacenter", *blake3::hash(settings.database.datacenter.as_bytes()).as_bytes()),
        ],
    };
    let answering = Arc::new(Answering::default());
    let forwarding = Arc::new(Forwarding::default());
    let service = Service { actors: Arc::clone(&answering), forwarding: Arc::clone(&forwarding) };
    // Its control streams lead to nobody yet.
    let (mesh, _) = Mesh::start(options, &credentials, identity, Arc::new(service)).await?;
    let (name, address) = (mesh.name(), mesh.address());
    mesh.tell(keys::ROLES, &settings.node.roles.join(",")).await?;
    tracing::info!(%name, %address, %cluster, "this node is in the mesh");
    tokio::spawn(renew(mesh.clone(), files, cluster));
    Ok(Some(Meshed { cluster: Cluster::over(mesh, answering), forwarding }))
}

/// Which of its starts this is: larger at each one.
fn instance() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Shows what was renewed, from when it lies there.
async fn renew(mesh: Mesh, files: CredentialFiles, cluster: trawl_mesh::ClusterName) {
    let read = |files: &CredentialFiles| {
        let files = files.clone();
        let reading = tokio::task::spawn_blocking(move || read(&files));
        async { reading.await.ok().flatten() }
    };
    let mut shown = read(&files).await;
    loop {
        tokio::time::sleep(LOOK).await;
        let now = read(&files).await;
        if now.is_none() || now == shown {
            continue;
        }
        shown = now;
        let credentials = Credentials::read(&files, &cluster, SystemTime::now());
        match credentials.and_then(|credentials| mesh.reload(&credentials)) {
            Ok(()) => tracing::info!("another certificate is shown to other nodes"),
            Err(error) => tracing::error!(%error, "the certificate of the mesh is left as it is"),
        }
    }
}

/// A hash of all that lies there; none where not all of it can be read.
fn read(files: &CredentialFiles) -> Option<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    for path in [&files.certificate, &files.key, &files.authorities] {
        let bytes = zeroize::Zeroizing::new(std::fs::read(path).ok()?);
        hasher.update(&(bytes.len() as u64).to_be_bytes()).update(&bytes);
    }
    Some(hasher.finalize())
}
