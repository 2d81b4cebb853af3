//! A socket on a network that is played: packets are late, overtake each other, come twice, and get
//! lost, all as a seed says.

use std::fmt;
use std::future::Future;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use quinn::crypto::{AeadKey, CryptoError, HandshakeTokenKey};
use quinn::udp::{RecvMeta, Transmit};
use quinn::{
    AsyncUdpSocket, ClientConfig, ConnectionId, ConnectionIdGenerator, Endpoint, EndpointConfig,
    ServerConfig, TimeSource, TokioRuntime, UdpPoller,
};
use turmoil::net::UdpSocket;

use super::chance::Chance;
use crate::ground::Ground;

/// Of a thousand packets so many get lost, and so many come twice.
#[derive(Debug, Default)]
pub(super) struct Weather {
    pub(super) lost: AtomicU64,
    pub(super) doubled: AtomicU64,
}

/// What a node stands on between two crashes.
pub(super) struct Played {
    socket: Mutex<Option<Arc<Socket>>>,
    chance: Mutex<Chance>,
}

impl Played {
    pub(super) fn new(socket: UdpSocket, weather: Arc<Weather>, mut chance: Chance) -> Self {
        let of_packets = Mutex::new(chance.another());
        let (socket, waits) = (Arc::new(socket), Mutex::new(None));
        let socket = Socket { socket, weather, chance: of_packets, waits };
        Self { socket: Mutex::new(Some(Arc::new(socket))), chance: Mutex::new(chance) }
    }
}

impl Ground for Played {
    fn endpoint(&self, mut server: ServerConfig, _: SocketAddr) -> io::Result<Endpoint> {
        let socket = self.socket.lock().take();
        let socket = socket.ok_or_else(|| io::Error::other("there is one socket"))?;
        let (seed, ids) = {
            let mut chance = self.chance.lock();
            (chance.seed(), chance.another())
        };
        let mut config = EndpointConfig::default();
        config.rng_seed(Some(seed));
        config.cid_generator(move || Box::new(Ids(ids.clone())));
        server.token_key(Arc::new(Open)).time_source(Arc::new(Never));
        let runtime = Arc::new(TokioRuntime);
        Endpoint::new_with_abstract_socket(config, Some(server), socket, runtime)
    }

    fn client(&self, mut config: ClientConfig) -> ClientConfig {
        let ids = Mutex::new(self.chance.lock().another());
        let first = move || {
            let mut ids = ids.lock();
            ConnectionId::new(&[ids.next().to_be_bytes(), ids.next().to_be_bytes()].concat())
        };
        config.initial_dst_cid_provider(Arc::new(first));
        config
    }

    fn chance(&self) -> u16 {
        self.chance.lock().below(1 << 16) as u16
    }
}

/// Tokens in plain text, which are the same again. Who has closed a connection reads even them as frames.
#[derive(Clone, Copy)]
struct Open;

const TAG: [u8; 16] = [7; 16];

impl HandshakeTokenKey for Open {
    fn aead_from_hkdf(&self, _: &[u8]) -> Box<dyn AeadKey> {
        Box::new(Self)
    }
}

impl AeadKey for Open {
    fn seal(&self, data: &mut Vec<u8>, _: &[u8]) -> Result<(), CryptoError> {
        data.extend(TAG);
        Ok(())
    }

    fn open<'a>(&self, data: &'a mut [u8], _: &[u8]) -> Result<&'a mut [u8], CryptoError> {
        let length = data.strip_suffix(&TAG).ok_or(CryptoError)?.len();
        Ok(&mut data[..length])
    }
}

/// The time of day that tokens bear.
struct Never;

impl TimeSource for Never {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000)
    }
}

/// Ids of connections, as a seed says.
#[derive(Clone)]
struct Ids(Chance);

impl ConnectionIdGenerator for Ids {
    fn generate_cid(&mut self) -> ConnectionId {
        ConnectionId::new(&self.0.next().to_be_bytes())
    }

    fn cid_len(&self) -> usize {
        size_of::<u64>()
    }

    fn cid_lifetime(&self) -> Option<Duration> {
        None
    }
}

type Readable = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

struct Socket {
    socket: Arc<UdpSocket>,
    weather: Arc<Weather>,
    chance: Mutex<Chance>,
    waits: Mutex<Option<Readable>>,
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.fmt(f)
    }
}

impl Socket {
    /// How many of a packet arrive.
    fn copies(&self) -> usize {
        let drawn = self.chance.lock().below(1_000);
        let lost = self.weather.lost.load(Ordering::Relaxed);
        let doubled = self.weather.doubled.load(Ordering::Relaxed);
        match drawn {
            _ if drawn < lost => 0,
            _ if drawn < lost + doubled => 2,
            _ => 1,
        }
    }
}

impl AsyncUdpSocket for Socket {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(Always)
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        for _ in 0..self.copies() {
            self.socket.try_send_to(transmit.contents, transmit.destination)?;
        }
        Ok(())
    }

    fn poll_recv(
        &self,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
        metas: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        loop {
            match self.socket.try_recv_from(&mut buffers[0]) {
                Ok((length, from)) => {
                    metas[0] = RecvMeta::default();
                    metas[0].addr = from;
                    (metas[0].len, metas[0].stride) = (length, length);
                    return Poll::Ready(Ok(1));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
            let mut waits = self.waits.lock();
            let readable = waits.get_or_insert_with(|| {
                let socket = Arc::clone(&self.socket);
                Box::pin(async move { socket.readable().await })
            });
            let readable = ready!(readable.as_mut().poll(context));
            *waits = None;
            readable?;
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }
}

/// A network that is played takes whatever is sent.
#[derive(Debug)]
struct Always;

impl UdpPoller for Always {
    fn poll_writable(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
