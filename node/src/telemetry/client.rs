//! The way to a collector: one request over one connection at a time, from the thread that exports.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use opentelemetry_http::{HttpClient, HttpError};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;
use trawl_cluster_config::{Otel, Span};

use crate::error::Error;
use crate::tls;

/// A collector's answer is a few bytes; of a longer one nothing is read.
const MAX_ANSWER_BYTES: usize = 64 << 10;
/// Where OTLP has traces, if the address names no path.
const PATH: &str = "/v1/traces";

/// The way to one collector.
pub(super) struct Client {
    /// For the thread that exports alone: it goes on while the node's own ends.
    runtime: Runtime,
    address: Uri,
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
    within: Span,
}

impl Client {
    /// To the collector at this address. Nothing is sent yet.
    pub(super) fn to(endpoint: &str, settings: &Otel) -> Result<Self, Error> {
        let wrong = |why: &str| Error::Usage(format!("otel.endpoint: {endpoint}: {why}"));
        let address: Uri = endpoint.parse().map_err(|_| wrong("is no address"))?;
        let (host, is_tls) = match (address.host(), address.scheme_str()) {
            (Some(host), Some(scheme)) => (host.to_owned(), scheme == "https"),
            _ => return Err(wrong("names no host")),
        };
        let port = address.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let tls = match (&settings.certificates, is_tls) {
            (Some(path), true) => Some(connector(path)?),
            (None, true) => {
                return Err(wrong(
                    "needs otel.certificates, which says whose certificate is believed",
                ));
            }
            (_, false) => None,
        };
        let address = match address.path() {
            "" | "/" => format!("{}{PATH}", endpoint.trim_end_matches('/'))
                .parse()
                .map_err(|_| wrong("is no address"))?,
            _ => address,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let failed = |source| Error::System { what: "no thread exports traces", source };
        let within = settings.export_within;
        Ok(Self { runtime: runtime.map_err(failed)?, address, host, port, tls, within })
    }

    /// Where it leads to.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    async fn sent(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // An address of IPv6 is in brackets only where a port could follow.
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((host, self.port)).await?;
        match &self.tls {
            None => over(stream, request).await,
            Some(tls) => {
                let name = ServerName::try_from(host.to_owned())?;
                over(tls.connect(name, stream).await?, request).await
            }
        }
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let within = self.within.get();
        self.runtime.block_on(async {
            match tokio::time::timeout(within, self.sent(request)).await {
                Ok(answered) => answered,
                Err(_) => Err(format!("no answer came in {}", self.within).into()),
            }
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Believes who shows a certificate that one of these has signed.
fn connector(path: &std::path::Path) -> Result<TlsConnector, Error> {
    let roots = tls::roots("otel.certificates", path)?;
    let config = ClientConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Usage(format!("otel.certificates: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    // What goes wrong with it is told to who waits for the answer.
    tokio::spawn(connection);
    let (mut head, body) = request.into_parts();
    let authority = head.uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
    let host = HeaderValue::from_str(authority)?;
    head.headers.insert(HOST, host);
    let path = head.uri.path_and_query().map_or(PATH, |path| path.as_str());
    head.uri = path.parse()?;
    let answer = sender.send_request(Request::from_parts(head, Full::new(body))).await?;
    let (head, body) = answer.into_parts();
    let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await?.to_bytes();
    Ok(Response::from_parts(head, body))
}
