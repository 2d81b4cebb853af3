//! The one endpoint of a node: a UDP port on which it dials and is dialled.
//!
//! Whoever comes is first asked to show that the address is its own (a retry, which costs this side no
//! memory and sends no more than came), then takes one of a number of places for handshakes, of which one
//! source has only some, and loses it when the time is over. Who has no certificate of the cluster's authority gets no further.
//!
//! Credentials can be replaced: handshakes from then on use the new ones, and connections with those
//! whom they do not believe are closed. Known weakness: until then a connection lives on after its
//! certificate has run out.

mod places;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parking_lot::RwLock;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{ConnectionError, IdleTimeout, TransportConfig, VarInt};
use rustls::pki_types::CertificateDer;

use self::places::{Place, Places};
use crate::authority::{Credentials, Facts};
use crate::counts::Counts;
use crate::error::MeshError;
use crate::ground::Ground;
use crate::name::{ClusterName, NodeName};
use crate::options::{Options, Transport};
use crate::refusal::{Reason, Refusal};
use crate::tls;

/// Bytes that are held of those that have not yet been looked at, each and together.
const INCOMING_BYTES: u64 = 16 << 10;
const ALL_INCOMING_BYTES: u64 = 1 << 20;

/// So much is shown of what another says.
const MAX_SHOWN_BYTES: usize = 256;

/// The endpoint of a node.
pub(crate) struct Endpoint {
    quinn: quinn::Endpoint,
    ground: Arc<dyn Ground>,
    client: RwLock<quinn::ClientConfig>,
    credentials: RwLock<Credentials>,
    node: NodeName,
    cluster: ClusterName,
    options: Transport,
    handshakes: Places,
    pub(crate) counts: Arc<Counts>,
}

/// Someone who comes, with a place among the handshakes.
pub(crate) struct Knock {
    connecting: quinn::Connecting,
    /// From where.
    pub(crate) from: SocketAddr,
    place: Place,
}

/// A connection with a node of the cluster that has not yet said hello.
pub(crate) struct Link {
    /// The connection.
    pub(crate) connection: quinn::Connection,
    /// Whose certificate it is.
    pub(crate) peer: NodeName,
    /// A place among the handshakes, where the other side dialled.
    pub(crate) place: Option<Place>,
}

impl Endpoint {
    /// Begins to listen.
    pub(crate) fn bind(
        options: &Options,
        credentials: &Credentials,
        counts: Arc<Counts>,
        ground: Arc<dyn Ground>,
    ) -> Result<Self, MeshError> {
        let transport = &options.transport;
        let (server, client) = configs(credentials, transport)?;
        let address = options.listen;
        let quinn = ground
            .endpoint(server, address)
            .map_err(|source| MeshError::Listening { address, source })?;
        Ok(Self {
            quinn,
            ground,
            client: RwLock::new(client),
            credentials: RwLock::new(credentials.clone()),
            node: credentials.node().clone(),
            cluster: credentials.cluster().clone(),
            options: transport.clone(),
            handshakes: Places::new(
                transport.handshakes_at_once,
                transport.handshakes_at_once_a_source,
            ),
            counts,
        })
    }

    /// Where it listens: with the port that was taken, where that was left open.
    pub(crate) fn address(&self) -> Result<SocketAddr, MeshError> {
        self.quinn.local_addr().map_err(MeshError::crypto("the address that is listened on"))
    }

    /// From now on handshakes use these.
    pub(crate) fn reload(&self, credentials: &Credentials) -> Result<(), MeshError> {
        if *credentials.node() != self.node || *credentials.cluster() != self.cluster {
            return Err(MeshError::Credentials {
                place: "the new certificate".to_owned(),
                why: format!(
                    "is of {}, this node is {}: issue one for it, or start the node anew",
                    credentials.cluster().full_name(credentials.node()),
                    self.cluster.full_name(&self.node)
                ),
            });
        }
        let (server, client) = configs(credentials, &self.options)?;
        self.quinn.set_server_config(Some(server));
        *self.client.write() = client;
        *self.credentials.write() = credentials.clone();
        Ok(())
    }

    /// Until when the certificate that is shown holds.
    pub(crate) fn holds_until(&self) -> SystemTime {
        self.credentials.read().holds_until()
    }

    /// Whether the other side of a connection is believed by the credentials of now.
    pub(crate) fn believes(&self, connection: &quinn::Connection) -> bool {
        let now = SystemTime::now();
        chain(connection).is_some_and(|chain| self.credentials.read().believes(&chain, now))
    }

    /// Dials a node, or whichever node is there.
    pub(crate) async fn dial(
        &self,
        address: SocketAddr,
        node: Option<&NodeName>,
    ) -> Result<Link, Refusal> {
        let name = node.map_or_else(|| self.cluster.domain(), |node| self.cluster.full_name(node));
        let config = self.ground.client(self.client.read().clone());
        let connecting = self
            .quinn
            .connect_with(config, address, &name)
            .map_err(|error| Refusal::ours(Reason::Unreachable, format!("{address}: {error}")))?;
        let connection = self.greeted(address, connecting).await?;
        let peer = self.named(&connection)?;
        Ok(Link { connection, peer, place: None })
    }

    /// The next one who comes and finds a place; none when the endpoint is closed.
    pub(crate) async fn accept(&self) -> Option<Knock> {
        loop {
            let incoming = self.quinn.accept().await?;
            if !incoming.remote_address_validated() && incoming.may_retry() {
                // It fails only where it may not be sent, which was asked.
                let _ = incoming.retry();
                continue;
            }
            let Some(place) = self.handshakes.take(incoming.remote_address().ip()) else {
                self.counts.refuse(Reason::Busy);
                incoming.refuse();
                continue;
            };
            let from = incoming.remote_address();
            match incoming.accept() {
                Ok(connecting) => return Some(Knock { connecting, from, place }),
                Err(error) => {
                    let refusal = refusal(from, &error);
                    self.counts.refuse(refusal.reason);
                    tracing::debug!(%refusal, "a connection did not come about");
                }
            }
        }
    }

    /// Sees to the handshake of one who comes.
    pub(crate) async fn open(&self, knock: Knock) -> Result<Link, Refusal> {
        let Knock { connecting, from, place } = knock;
        let opened = async {
            let connection = self.greeted(from, connecting).await?;
            let peer = self.named(&connection)?;
            Ok(Link { connection, peer, place: Some(place) })
        };
        opened.await.inspect_err(|refusal: &Refusal| self.counts.refuse(refusal.reason))
    }

    /// Closes all connections, and takes no others.
    pub(crate) fn close(&self) {
        let reason = Reason::Stopping;
        self.quinn.close(VarInt::from_u32(reason as u32), reason.word().as_bytes());
    }

    /// Waits until peers were told that all is closed.
    pub(crate) async fn closed(&self, within: Duration) {
        // Who does not answer learns it by silence.
        let _ = tokio::time::timeout(within, self.quinn.wait_idle()).await;
    }

    async fn greeted(
        &self,
        address: SocketAddr,
        connecting: quinn::Connecting,
    ) -> Result<quinn::Connection, Refusal> {
        match tokio::time::timeout(self.options.handshake_within, connecting).await {
            Ok(connected) => connected.map_err(|error| refusal(address, &error)),
            Err(_) => {
                let within = self.options.handshake_within;
                let word = format!("{address}: no handshake within {within:?}");
                Err(Refusal::ours(Reason::Unreachable, word))
            }
        }
    }

    /// The name in the certificate that the handshake has checked.
    fn named(&self, connection: &quinn::Connection) -> Result<NodeName, Refusal> {
        let facts = chain(connection).and_then(|chain| Facts::of(chain.first()?));
        facts.filter(|facts| facts.cluster == self.cluster).map(|facts| facts.node).ok_or_else(
            || {
                let word =
                    format!("{}: its certificate names no node", connection.remote_address());
                Refusal::ours(Reason::Certificate, word)
            },
        )
    }
}

/// What the other side has shown.
fn chain(connection: &quinn::Connection) -> Option<Vec<CertificateDer<'static>>> {
    connection.peer_identity()?.downcast().ok().map(|chain| *chain)
}

/// What an error of a connection means to people.
pub(crate) fn refusal(address: SocketAddr, error: &ConnectionError) -> Refusal {
    match error {
        ConnectionError::ApplicationClosed(close) => {
            let reason = Reason::of(close.error_code.into_inner());
            let word = shown(&close.reason);
            Refusal::theirs(reason, if word.is_empty() { reason.word().to_owned() } else { word })
        }
        // Alerts of TLS are what certificates come to; whoever sent it said why.
        ConnectionError::TransportError(error) => {
            let word = format!("{address}: the handshake failed here: {error}");
            Refusal::ours(Reason::Certificate, word)
        }
        ConnectionError::ConnectionClosed(close)
            if close.error_code == quinn::TransportErrorCode::CONNECTION_REFUSED =>
        {
            Refusal::theirs(Reason::Busy, format!("{address}: has no room for a handshake"))
        }
        ConnectionError::ConnectionClosed(close) => {
            let (code, said) = (close.error_code, shown(&close.reason));
            let word = format!("{address}: the handshake failed there: {code}: {said}");
            Refusal::theirs(Reason::Certificate, word)
        }
        error => Refusal::ours(Reason::Unreachable, format!("{address}: {error}")),
    }
}

/// Words of another, for people and the log: escaped, and as far as they may go.
fn shown(words: &[u8]) -> String {
    let mut shown = String::new();
    for letter in String::from_utf8_lossy(words).chars() {
        let before = shown.len();
        match letter {
            '"' | '\'' => shown.push(letter),
            _ => shown.extend(letter.escape_debug()),
        }
        if shown.len() > MAX_SHOWN_BYTES {
            shown.truncate(before);
            break;
        }
    }
    shown
}

fn configs(
    credentials: &Credentials,
    options: &Transport,
) -> Result<(quinn::ServerConfig, quinn::ClientConfig), MeshError> {
    const DOING: &str = "QUIC could not be set up";
    let transport = Arc::new(transport(options)?);
    let crypto =
        QuicServerConfig::try_from(tls::server(credentials)?).map_err(MeshError::crypto(DOING))?;
    let mut server = quinn::ServerConfig::with_crypto(Arc::new(crypto));
    server.transport_config(Arc::clone(&transport));
    server.max_incoming(options.incoming);
    server.incoming_buffer_size(INCOMING_BYTES);
    server.incoming_buffer_size_total(ALL_INCOMING_BYTES);
    // Nodes stay where they are.
    server.migration(false);
    let crypto =
        QuicClientConfig::try_from(tls::client(credentials)?).map_err(MeshError::crypto(DOING))?;
    let mut client = quinn::ClientConfig::new(Arc::new(crypto));
    client.transport_config(transport);
    Ok((server, client))
}

fn transport(options: &Transport) -> Result<TransportConfig, MeshError> {
    let idle = IdleTimeout::try_from(options.idle).map_err(|error| MeshError::Option {
        option: "transport.idle",
        found: format!("{:?}: {error}", options.idle),
        why: "it is at most 10 minutes",
    })?;
    let mut config = TransportConfig::default();
    config.max_idle_timeout(Some(idle));
    config.keep_alive_interval(Some(options.keep_alive));
    // The hello and the stream for control come beside the requests.
    config.max_concurrent_bidi_streams(VarInt::from_u32(options.request_streams.saturating_add(2)));
    config.max_concurrent_uni_streams(VarInt::from_u32(options.gossip_streams));
    config.stream_receive_window(VarInt::from_u32(options.stream_window));
    config.receive_window(VarInt::from_u32(options.receive_window));
    config.send_window(u64::from(options.send_window));
    // Nothing here sends datagrams.
    config.datagram_receive_buffer_size(None);
    Ok(config)
}

#[cfg(test)]
mod tests;
