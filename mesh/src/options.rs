//! What the mesh can be told. Everything that could grow has its bound here.

use std::net::SocketAddr;
use std::time::Duration;

use crate::error::MeshError;

/// How a node takes part in the mesh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where it listens, on UDP.
    pub listen: SocketAddr,
    /// Where others reach it; where it listens, if there is none.
    pub advertise: Option<SocketAddr>,
    /// Whom it dials first, as `host:port`; names are resolved anew at each attempt.
    pub seeds: Vec<String>,
    /// So many peers are held at the most.
    pub peers: usize,
    /// Connections as such.
    pub transport: Transport,
    /// Dialling, and dialling again.
    pub dialling: Dialling,
    /// Requests and answers.
    pub data: Data,
    /// Gossip.
    pub gossip: Gossip,
}

/// Bounds of connections.
///
/// What peers have sent and nobody has read is at most `peers` times `receive_window`; what is to be
/// sent and not yet acknowledged at most `peers` times `send_window`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transport {
    /// A connection from which nothing came for so long is gone.
    pub idle: Duration,
    /// After so long without traffic a sign of life is sent; shorter than a third of `idle`.
    pub keep_alive: Duration,
    /// A handshake with its hello takes no longer.
    pub handshake_within: Duration,
    /// So many handshakes of others are under way at once; who comes then is refused.
    pub handshakes_at_once: usize,
    /// So many of one source: an address, or a network of version 6.
    pub handshakes_at_once_a_source: usize,
    /// So many that have not yet been looked at are held.
    pub incoming: usize,
    /// Bytes on one stream that were not yet read.
    pub stream_window: u32,
    /// Bytes on all streams of a connection that were not yet read. So many that answers which nobody
    /// reads hold up nothing else: a share of `stream_window` for each request that may be under way to a
    /// peer, and some for the rest.
    pub receive_window: u32,
    /// Bytes of a connection that were not yet acknowledged.
    pub send_window: u32,
    /// Requests that a peer may have begun and not ended, as streams. Above what it may have answered
    /// at once, so that it is told that it is too much.
    pub request_streams: u32,
    /// Messages of gossip that a peer may have begun.
    pub gossip_streams: u32,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(10),
            keep_alive: Duration::from_secs(3),
            handshake_within: Duration::from_secs(5),
            handshakes_at_once: 64,
            handshakes_at_once_a_source: 8,
            incoming: 256,
            stream_window: 128 << 10,
            receive_window: 6 << 20,
            send_window: 4 << 20,
            request_streams: 64,
            gossip_streams: 8,
        }
    }
}

/// How often a peer is dialled that can't be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialling {
    /// The wait after the first failure. It doubles with each one.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
    /// So many are dialled at once.
    pub at_once: usize,
    /// So many addresses that a seed's name leads to are tried.
    pub addresses: usize,
    /// So many addresses are remembered; further ones that gossip tells of are not dialled.
    pub remembered: usize,
    /// A node that could not be reached for so long is no longer dialled, until gossip tells of it anew.
    pub forgotten_after: Duration,
}

impl Default for Dialling {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(15),
            at_once: 16,
            addresses: 16,
            remembered: 512,
            forgotten_after: Duration::from_secs(3_600),
        }
    }
}

/// Bounds of requests and answers.
///
/// Requests that are held take at most `request_bytes`. Each that is at work holds one frame of its
/// answer while the other side does not read it: at most `at_once` times `message_bytes`, and of one peer
/// `at_once_a_peer` times that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// The largest body of a request, and the largest frame of an answer.
    pub message_bytes: usize,
    /// So many requests of others are answered at once.
    pub at_once: usize,
    /// So many of one peer. Above what a peer asks at once: it may ask anew before it is seen here that it
    /// no longer waits for what it has asked.
    pub at_once_a_peer: usize,
    /// Bytes of requests of others that are held, together.
    pub request_bytes: usize,
    /// Of one peer.
    pub request_bytes_a_peer: usize,
    /// So many of our own requests to one peer are under way; further ones wait within their deadlines.
    pub asked_at_once_a_peer: usize,
    /// Bytes of frames that were received for our own requests and are held.
    pub received_bytes: usize,
    /// Of one peer.
    pub received_bytes_a_peer: usize,
    /// A request's head comes within this, or it is dropped.
    pub head_within: Duration,
    /// The longest deadline that is believed.
    pub longest: Duration,
}

impl Default for Data {
    fn default() -> Self {
        Self {
            message_bytes: 1 << 20,
            at_once: 256,
            at_once_a_peer: 48,
            request_bytes: 64 << 20,
            request_bytes_a_peer: 8 << 20,
            asked_at_once_a_peer: 32,
            received_bytes: 64 << 20,
            received_bytes_a_peer: 16 << 20,
            head_within: Duration::from_secs(5),
            longest: Duration::from_secs(120),
        }
    }
}

/// How gossip goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gossip {
    /// So often each node tells some others what it knows.
    pub every: Duration,
    /// A node that was not heard of is given up earlier the smaller this is. Of the detector of
    /// failures, in which eight is usual.
    pub suspicion: u32,
    /// A node that is gone is forgotten after so long.
    pub forgotten_after: Duration,
    /// A message comes within this, or it is dropped.
    pub message_within: Duration,
    /// Messages that were received and not yet looked at, each of at most 64 KiB.
    pub received: usize,
    /// So many nodes are known, with those that are gone. Past that no more are. The names of all of them go
    /// with each message, so there is room for 512 at any rate and seldom for far more.
    pub kept_nodes: usize,
    /// Bytes that are kept of all nodes, some 8 KiB for each and what it tells. Past that nothing new is
    /// believed.
    pub kept_bytes: usize,
}

impl Default for Gossip {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(1),
            suspicion: 8,
            forgotten_after: Duration::from_secs(3_600),
            message_within: Duration::from_secs(5),
            received: 64,
            kept_nodes: 512,
            kept_bytes: 16 << 20,
        }
    }
}

impl Options {
    /// The defaults, for a node that listens there.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            advertise: None,
            seeds: Vec::new(),
            peers: 256,
            transport: Transport::default(),
            dialling: Dialling::default(),
            data: Data::default(),
            gossip: Gossip::default(),
        }
    }

    /// What contradicts itself is refused before anything is begun.
    pub fn check(&self) -> Result<(), MeshError> {
        let Self { transport, data, dialling, gossip, .. } = self;
        let wrong = |option, found: String, why| Err(MeshError::Option { option, found, why });
        if self.peers == 0 || self.peers > MAX_PEERS {
            return wrong("peers", self.peers.to_string(), "it is 1 to 4,096");
        }
        if transport.keep_alive.is_zero() || transport.keep_alive.saturating_mul(3) > transport.idle
        {
            let found = format!("{:?}", transport.keep_alive);
            return wrong("transport.keep_alive", found, "it is at most a third of transport.idle");
        }
        if transport.idle > MAX_IDLE {
            let found = format!("{:?}", transport.idle);
            return wrong("transport.idle", found, "it is at most 10 minutes");
        }
        let streams = (data.asked_at_once_a_peer as u64).saturating_add(BESIDE_ANSWERS);
        let windows = u64::from(transport.stream_window).saturating_mul(streams);
        if windows > u64::from(transport.receive_window) {
            let found = transport.receive_window.to_string();
            return wrong(
                "transport.receive_window",
                found,
                "it is at least transport.stream_window times 16 more than \
                 data.asked_at_once_a_peer, or answers that nobody reads would hold up all else",
            );
        }
        if (transport.request_streams as usize) <= data.at_once_a_peer {
            let found = transport.request_streams.to_string();
            return wrong(
                "transport.request_streams",
                found,
                "it is more than data.at_once_a_peer, so that a peer is told that it is too much",
            );
        }
        if data.message_bytes == 0 || data.message_bytes > MAX_MESSAGE_BYTES {
            let found = data.message_bytes.to_string();
            return wrong("data.message_bytes", found, "it is 1 byte to 16 MiB");
        }
        for (option, bytes) in [
            ("data.request_bytes", data.request_bytes),
            ("data.request_bytes_a_peer", data.request_bytes_a_peer),
            ("data.received_bytes", data.received_bytes),
            ("data.received_bytes_a_peer", data.received_bytes_a_peer),
        ] {
            if bytes < data.message_bytes || bytes > MAX_BUDGET_BYTES {
                let why = "it is at least data.message_bytes and at most 1 GiB";
                return wrong(option, bytes.to_string(), why);
            }
        }
        for (option, number) in [
            ("data.at_once", data.at_once),
            ("data.at_once_a_peer", data.at_once_a_peer),
            ("data.asked_at_once_a_peer", data.asked_at_once_a_peer),
            ("transport.handshakes_at_once", transport.handshakes_at_once),
            ("transport.handshakes_at_once_a_source", transport.handshakes_at_once_a_source),
            ("dialling.at_once", dialling.at_once),
            ("dialling.addresses", dialling.addresses),
            ("gossip.received", gossip.received),
            ("transport.gossip_streams", transport.gossip_streams as usize),
        ] {
            if number == 0 || number > MAX_AT_ONCE {
                return wrong(option, number.to_string(), "it is 1 to 65,536");
            }
        }
        if dialling.first_wait.is_zero() || dialling.first_wait > dialling.longest_wait {
            let found = format!("{:?}", dialling.first_wait);
            return wrong("dialling.first_wait", found, "it is at most dialling.longest_wait");
        }
        if dialling.remembered < self.seeds.len().max(self.peers) {
            let found = dialling.remembered.to_string();
            let why = "it is at least peers and the number of seeds";
            return wrong("dialling.remembered", found, why);
        }
        const MINUTE: Duration = Duration::from_secs(60);
        const HOUR: Duration = Duration::from_secs(3_600);
        const DAY: Duration = Duration::from_secs(86_400);
        for (option, time, most, why) in [
            ("transport.handshake_within", transport.handshake_within, MINUTE, UP_TO_A_MINUTE),
            ("dialling.longest_wait", dialling.longest_wait, HOUR, UP_TO_AN_HOUR),
            ("data.head_within", data.head_within, MINUTE, UP_TO_A_MINUTE),
            ("data.longest", data.longest, DAY, UP_TO_A_DAY),
            ("gossip.every", gossip.every, MINUTE, UP_TO_A_MINUTE),
            ("gossip.forgotten_after", gossip.forgotten_after, 30 * DAY, UP_TO_A_MONTH),
            ("gossip.message_within", gossip.message_within, MINUTE, UP_TO_A_MINUTE),
        ] {
            if time.is_zero() || time > most {
                return wrong(option, format!("{time:?}"), why);
            }
        }
        Ok(())
    }
}

const UP_TO_A_MINUTE: &str = "it is more than nothing and at most a minute";
const UP_TO_AN_HOUR: &str = "it is more than nothing and at most an hour";
const UP_TO_A_MONTH: &str = "it is more than nothing and at most 30 days";
const UP_TO_A_DAY: &str = "it is more than nothing and at most a day";

/// Windows of so many streams are kept free of answers: for control, gossip and requests.
const BESIDE_ANSWERS: u64 = 16;

/// A full mesh of more nodes is more talk than work.
const MAX_PEERS: usize = 4_096;

/// Who is silent for longer is gone, whatever is set.
const MAX_IDLE: Duration = Duration::from_secs(600);

/// A larger message is a stream of frames.
const MAX_MESSAGE_BYTES: usize = 16 << 20;

/// More is no bound.
const MAX_BUDGET_BYTES: usize = 1 << 30;

/// More is no bound.
const MAX_AT_ONCE: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options::new(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    #[test]
    fn the_defaults_hold() {
        options().check().unwrap();
    }

    #[test]
    fn what_contradicts_itself_is_refused_by_name() {
        let refused = |change: fn(&mut Options)| {
            let mut options = options();
            change(&mut options);
            options.check().unwrap_err().to_string()
        };
        let word = refused(|o| o.transport.keep_alive = o.transport.idle);
        assert!(word.starts_with("transport.keep_alive is 10s"), "{word}");
        let word = refused(|o| o.data.request_bytes_a_peer = 10);
        assert!(word.starts_with("data.request_bytes_a_peer is 10"), "{word}");
        let word = refused(|o| o.transport.request_streams = 32);
        assert!(word.contains("more than data.at_once_a_peer"), "{word}");
        let word = refused(|o| o.data.asked_at_once_a_peer = 64);
        assert!(word.starts_with("transport.receive_window is 6291456"), "{word}");
        // Nothing is too large to be refused.
        let word = refused(|o| o.transport.keep_alive = Duration::MAX);
        assert!(word.starts_with("transport.keep_alive is"), "{word}");
        let word = refused(|o| o.data.asked_at_once_a_peer = usize::MAX);
        assert!(word.starts_with("transport.receive_window is"), "{word}");
        let word = refused(|o| o.data.longest = Duration::MAX);
        assert!(word.starts_with("data.longest is"), "{word}");
        let word = refused(|o| o.dialling.longest_wait = Duration::MAX);
        assert!(word.starts_with("dialling.longest_wait is"), "{word}");
        let word = refused(|o| o.gossip.every = Duration::MAX);
        assert!(word.starts_with("gossip.every is"), "{word}");
        let word = refused(|o| o.data.head_within = Duration::MAX);
        assert!(word.starts_with("data.head_within is"), "{word}");
        assert!(refused(|o| o.gossip.every = Duration::ZERO).starts_with("gossip.every is 0"));
        let word = refused(|o| o.transport.gossip_streams = 0);
        assert!(word.starts_with("transport.gossip_streams is 0"), "{word}");
        let word = refused(|o| o.dialling.remembered = o.peers - 1);
        assert!(word.starts_with("dialling.remembered is 255: it is at least peers"), "{word}");
        assert!(refused(|o| o.peers = 0).starts_with("peers is 0"));
        assert!(refused(|o| o.data.at_once = 0).starts_with("data.at_once is 0"));
    }
}
