//! The way of a command to a running node: its API, over one connection, with the key from the note
//! in the data directory.

use std::sync::Arc;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, IF_MATCH};
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_rustls::TlsConnector;
use trawl_model::ScanId;

use crate::api::Problem;
use crate::error::Error;
use crate::orders::{Order, Ordered};
use crate::running::Running;
use crate::tls;
use crate::watched::Watched;

/// An answer that is longer is not from a node of ours: pages have a bound.
const MAX_ANSWER_BYTES: usize = 512 << 20;

/// A running node.
pub(crate) struct Remote {
    running: Running,
    connection: Mutex<SendRequest<Full<Bytes>>>,
}

/// An answer that comes line by line.
pub(crate) struct Lines {
    answer: Response<Incoming>,
    held: Vec<u8>,
}

impl Remote {
    /// Connects to a node.
    pub(crate) async fn to(running: Running) -> Result<Self, Error> {
        let connection = Mutex::new(connect(&running).await?);
        Ok(Self { running, connection })
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        self.running.url()
    }

    /// Orders a scan.
    pub(crate) async fn order(&self, order: &Order) -> Result<Ordered, Error> {
        self.change(Method::POST, "/api/v1/scans", Some(order)).await
    }

    /// Watches a scan, over a connection of its own.
    pub(crate) async fn watch(&self, scan: ScanId) -> Result<Watched, Error> {
        let apart = Self::to(self.running.clone()).await?;
        let path = format!("/api/v1/scans/{scan}/events");
        let answer = apart.send(Method::GET, &path, None, None).await?;
        if answer.status().is_success() {
            return Ok(Watched::of(Lines { answer, held: Vec::new() }));
        }
        Err(self.refused(answer).await)
    }

    /// The parts of the node that are not ready.
    pub(crate) async fn unready(&self) -> Result<Vec<String>, Error> {
        let answer = self.send(Method::GET, "/readyz", None, None).await?;
        // 503 is an answer too: it says which part is not.
        let bytes = self.bytes(answer).await?;
        let told: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|error| self.broken(&error))?;
        let parts = told["parts"].as_array().ok_or_else(|| self.broken(&"it says no parts"))?;
        let unready = parts.iter().filter(|part| part["ready"] != true);
        let said = unready.map(|part| {
            let (name, why) = (part["name"].as_str(), part["why"].as_str());
            format!("{}: {}", name.unwrap_or("a part"), why.unwrap_or("not ready"))
        });
        Ok(said.collect())
    }

    /// Asks for something.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
    ) -> Result<T, Error> {
        let query = serde_html_form::to_string(query)
            .map_err(|error| Error::Fault(format!("a query: {error}")))?;
        let mark = if query.is_empty() { "" } else { "?" };
        let answer = self.send(Method::GET, &format!("{path}{mark}{query}"), None, None).await?;
        self.read(answer).await
    }

    /// Asks for a change.
    pub(crate) async fn change<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, Error> {
        let answer = self.send(method, path, written(body)?, None).await?;
        self.read(answer).await
    }

    /// Asks for a change of what still is as it was when it had this `ETag`.
    pub(crate) async fn change_if<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
        tag: &str,
    ) -> Result<T, Error> {
        let answer = self.send(method, path, written(body)?, Some(tag)).await?;
        self.read(answer).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        tag: Option<&str>,
    ) -> Result<Response<Incoming>, Error> {
        let path = path.parse::<Uri>().map_err(|_| {
            let what =
                "what is asked for is too long for the node that runs; ask for less at a time";
            Error::Usage(what.to_owned())
        })?;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.running.address.to_string())
            .header(AUTHORIZATION, format!("Bearer {}", self.running.key))
            .header(ACCEPT, "application/json, text/event-stream");
        if let Some(tag) = tag {
            request = request.header(IF_MATCH, tag);
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(Bytes::from(body.unwrap_or_default())));
        let request = request.map_err(|error| Error::Fault(format!("a request: {error}")))?;
        let mut connection = self.connection.lock().await;
        // The node ends what has been at rest for long.
        if connection.ready().await.is_err() {
            *connection = connect(&self.running).await?;
        }
        connection.send_request(request).await.map_err(|error| self.broken(&error))
    }

    async fn read<T: DeserializeOwned>(&self, answer: Response<Incoming>) -> Result<T, Error> {
        if !answer.status().is_success() {
            return Err(self.refused(answer).await);
        }
        let bytes = self.bytes(answer).await?;
        serde_json::from_slice(&bytes).map_err(|error| self.broken(&error))
    }

    async fn refused(&self, answer: Response<Incoming>) -> Error {
        let status = answer.status();
        match self.bytes(answer).await {
            Ok(bytes) => match serde_json::from_slice::<Problem>(&bytes) {
                Ok(problem) => Error::Refused(Box::new(problem)),
                Err(_) => self.broken(&format!("it answered {status}")),
            },
            Err(error) => error,
        }
    }

    async fn bytes(&self, answer: Response<Incoming>) -> Result<Bytes, Error> {
        let body = Limited::new(answer.into_body(), MAX_ANSWER_BYTES).collect().await;
        Ok(body.map_err(|error| self.broken(&error))?.to_bytes())
    }

    fn broken(&self, why: &dyn std::fmt::Display) -> Error {
        Error::unreachable(self.running.address, why)
    }
}

impl Lines {
    /// The next line, without its end; none when that was all.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.held) {
                let line: Vec<u8> = self.held.drain(..=end).collect();
                return Some(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            let frame = self.answer.body_mut().frame().await?.ok()?;
            if let Ok(data) = frame.into_data() {
                self.held.extend_from_slice(&data);
            }
        }
    }
}

fn written(body: Option<&impl Serialize>) -> Result<Option<Vec<u8>>, Error> {
    let body = body.map(serde_json::to_vec).transpose();
    body.map_err(|error| Error::Fault(format!("a body: {error}")))
}

async fn connect(running: &Running) -> Result<SendRequest<Full<Bytes>>, Error> {
    let address = running.address;
    let unreachable = |why: &dyn std::fmt::Display| Error::unreachable(address, why);
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|error| Error::Unheard { address, why: error.to_string() })?;
    let Some(certificate) = &running.certificate else { return begin(stream, address).await };
    let certificate = data_encoding::BASE64.decode(certificate.as_bytes());
    let certificate = certificate.map_err(|error| unreachable(&error))?;
    let tls = pinned(certificate).map_err(|error| unreachable(&error))?;
    let name = ServerName::IpAddress(address.ip().into());
    let stream = tls.connect(name, stream).await.map_err(|error| unreachable(&error))?;
    begin(stream, address).await
}

async fn begin(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: std::net::SocketAddr,
) -> Result<SendRequest<Full<Bytes>>, Error> {
    let (sender, connection) = handshake(TokioIo::new(stream))
        .await
        .map_err(|error| Error::unreachable(address, &error))?;
    tokio::spawn(async move {
        // What goes wrong is told to who asks.
        let _ = connection.await;
    });
    Ok(sender)
}

fn pinned(certificate: Vec<u8>) -> Result<TlsConnector, rustls::Error> {
    let provider = tls::provider();
    let known = provider.signature_verification_algorithms;
    let pinned = Arc::new(Pinned { certificate: CertificateDer::from(certificate), known });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(pinned)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Trusts the one certificate that the node has noted, by whatever name it is called: the note is
/// read from a file that only its own user can write. That the other side has its key is proven as
/// ever.
#[derive(Debug)]
struct Pinned {
    certificate: CertificateDer<'static>,
    known: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if end_entity.as_ref() == self.certificate.as_ref() {
            return Ok(ServerCertVerified::assertion());
        }
        Err(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.known.supported_schemes()
    }
}
