//! Listening: connections within a number, each with a bound on how long a head may take, TLS where
//! it is set, and an end that lets what is at work finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use parking_lot::RwLock;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use trawl_cluster_config::Api as Settings;

use super::Door;
use crate::error::Error;
use crate::live::Live;
use crate::tls;

/// Bytes of a request's head, at the most. A cursor fits, for it holds the beginnings of names alone.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// The wait after the system gave no connection, such as when there are no more files.
const PAUSE: Duration = Duration::from_millis(100);

/// Something that listens.
pub(crate) struct Listening {
    listener: TcpListener,
    tls: Shown,
    settings: Live,
    connections: Arc<Semaphore>,
}

/// Whether others can reach an address.
pub(crate) fn is_open(address: SocketAddr) -> bool {
    !address.ip().is_loopback()
}

/// The certificate and key that the settings name; none where none are named.
pub(crate) fn shown_by(settings: &Settings) -> Result<Option<Tls>, Error> {
    let (path, reference) = match (&settings.tls_certificate, &settings.tls_key) {
        (None, None) => return Ok(None),
        (Some(path), Some(reference)) => (path, reference),
        _ => {
            return Err(Error::Usage(
                "api.tls_certificate and api.tls_key belong together: set both, or none".to_owned(),
            ));
        }
    };
    let pem = std::fs::read(path).map_err(Error::reading(path))?;
    let chain = tls::chain(path, &pem)?;
    let first = chain[0].clone();
    let mut read = blake3::Hasher::new();
    read.update(&pem);
    let (key, read) = tls::key("api.tls_key", reference, move |key| read.update(key).finalize())?;
    let mut config = ServerConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| {
            Error::Usage(format!("api.tls_certificate and api.tls_key don't go together: {error}"))
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Ok(Some(Tls { acceptor, certificate: first.to_vec(), read }))
}

/// What a node shows and proves who it is with.
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    /// Its own certificate, without those that it was signed by.
    pub(crate) certificate: Vec<u8>,
    /// Of what was read.
    read: blake3::Hash,
}

impl Tls {
    /// Whether it is made of the same certificates and key.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.read == other.read
    }
}

/// What is shown to those who connect now; none without TLS. All clones change together.
#[derive(Clone)]
pub(crate) struct Shown(Option<Arc<RwLock<Tls>>>);

impl Shown {
    /// This, until another is set.
    pub(crate) fn of(tls: Option<Tls>) -> Self {
        Self(tls.map(|tls| Arc::new(RwLock::new(tls))))
    }

    /// The certificate; none without TLS.
    pub(crate) fn certificate(&self) -> Option<Vec<u8>> {
        self.0.as_ref().map(|shown| shown.read().certificate.clone())
    }

    /// Whether this would show what is not shown yet.
    pub(crate) fn is_other(&self, tls: Option<&Tls>) -> bool {
        self.0.as_ref().zip(tls).is_some_and(|(shown, tls)| !shown.read().is(tls))
    }

    /// From now on this is shown, where anything is.
    pub(crate) fn set(&self, tls: Tls) {
        if let Some(shown) = &self.0 {
            *shown.write() = tls;
        }
    }

    fn acceptor(&self) -> Option<TlsAcceptor> {
        self.0.as_ref().map(|shown| shown.read().acceptor.clone())
    }
}

/// Something that serves, until it is told to stop.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Server {
    /// Serves what comes in by this door.
    pub(crate) fn start(listening: Listening, door: Arc<Door>) -> Result<Self, Error> {
        let (address, (stop, stopping)) = (listening.address()?, watch::channel(false));
        let serving = tokio::spawn(listening.serve(door, stopping));
        Ok(Self { address, stop, serving })
    }

    /// Takes nobody in any more, and waits until who is in has been answered.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.serving.await;
    }
}

impl Listening {
    /// Begins to listen.
    pub(crate) async fn begin(settings: Live, tls: Shown) -> Result<Self, Error> {
        let (address, most) = (settings.now().api.listen, settings.now().api.connections);
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| Error::Listening { address, source })?;
        let connections = Arc::new(Semaphore::new(most as usize));
        Ok(Self { listener, tls, settings, connections })
    }

    /// Where it listens: with the port that was taken, where the settings left that open.
    fn address(&self) -> Result<SocketAddr, Error> {
        let failed = |source| Error::System { what: "the address that is listened on", source };
        self.listener.local_addr().map_err(failed)
    }

    /// Answers until it is told to stop, and then until what is at work is answered.
    async fn serve(self, door: Arc<Door>, mut stopping: watch::Receiver<bool>) {
        let router = Router::new().fallback(move |request: Request| {
            let door = Arc::clone(&door);
            async move { door.wait_and_pass(request).await }
        });
        let graceful = GracefulShutdown::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.accept() => accepted,
                _ = stopping.wait_for(|stopping| *stopping) => break,
            };
            let Some((stream, permit)) = accepted else { continue };
            let (router, watcher) = (router.clone(), graceful.watcher());
            let head_within = self.settings.now().api.head_within.get();
            let tls = self.tls.acceptor();
            tokio::spawn(async move {
                let _permit: OwnedSemaphorePermit = permit;
                match tls {
                    None => answer(stream, router, watcher, head_within).await,
                    Some(tls) => {
                        // Who doesn't come to the end of the greeting holds no connection.
                        let greeted = tokio::time::timeout(head_within, tls.accept(stream)).await;
                        if let Ok(Ok(stream)) = greeted {
                            answer(stream, router, watcher, head_within).await;
                        }
                    }
                }
            });
        }
        drop(self.listener);
        graceful.shutdown().await;
    }

    async fn accept(&self) -> Option<(TcpStream, OwnedSemaphorePermit)> {
        let permit = Arc::clone(&self.connections).acquire_owned().await.ok()?;
        match self.listener.accept().await {
            Ok((stream, _)) => {
                // Answers are written whole: waiting to gather more only delays them.
                let _ = stream.set_nodelay(true);
                Some((stream, permit))
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
                None
            }
        }
    }
}

async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
    head_within: Duration,
) {
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_within)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(connection).await {
        // A client that breaks off is its own affair.
        tracing::debug!(%error, "a connection ended");
    }
}
