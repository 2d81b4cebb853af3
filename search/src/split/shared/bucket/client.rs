//! The way to a bucket: HTTP/1.1 over a few connections that are kept, each answer whole in memory and
//! within its deadline.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{HOST, HeaderValue};
use hyper::{Response, Uri};
use hyper_util::rt::TokioIo;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpService,
};
use parking_lot::Mutex;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::PART_BYTES;

/// No answer is longer: a part of a file, or a page of a list, which has a thousand names.
const MAX_ANSWER_BYTES: usize = PART_BYTES as usize + (1 << 20);
/// Connections that are kept for the next request.
const MAX_IDLE: usize = 8;

/// A client of buckets. Cheap to clone.
#[derive(Clone)]
pub(super) struct Client(Arc<Inner>);

struct Inner {
    tls: Option<TlsConnector>,
    within: Duration,
    idle: Mutex<Vec<(Server, Sender)>>,
}

type Sender = SendRequest<HttpRequestBody>;

/// Who is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Server {
    is_tls: bool,
    host: String,
    port: u16,
}

impl Client {
    /// One whose requests take no longer than this.
    pub(super) fn new(tls: Option<Arc<ClientConfig>>, within: Duration) -> Self {
        let tls = tls.map(TlsConnector::from);
        Self(Arc::new(Inner { tls, within, idle: Mutex::default() }))
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let server = Server::of(request.uri())?;
        let mut sender = match self.idle(&server) {
            Some(sender) => sender,
            None => self.connect(&server).await?,
        };
        let response = sender.send_request(in_origin_form(request)?).await.map_err(broken)?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await.map_err(cut_off)?;
        self.keep(server, sender);
        Ok(Response::from_parts(head, body.to_bytes().into()))
    }

    fn idle(&self, server: &Server) -> Option<Sender> {
        let mut idle = self.0.idle.lock();
        idle.retain(|(_, sender)| !sender.is_closed());
        let at = idle.iter().position(|(to, sender)| to == server && sender.is_ready())?;
        Some(idle.swap_remove(at).1)
    }

    fn keep(&self, server: Server, sender: Sender) {
        let mut idle = self.0.idle.lock();
        if idle.len() < MAX_IDLE {
            idle.push((server, sender));
        }
    }

    async fn connect(&self, server: &Server) -> Result<Sender, HttpError> {
        let failed = |error: io::Error| HttpError::new(HttpErrorKind::Connect, error);
        // An address of IPv6 is in brackets only where a port could follow.
        let host = server.host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((host, server.port)).await.map_err(failed)?;
        // What is written is written whole.
        let _ = stream.set_nodelay(true);
        if !server.is_tls {
            return begin(stream).await;
        }
        let none = || io::Error::other("no certificates are believed (index.certificates)");
        let tls = self.0.tls.as_ref().ok_or_else(|| failed(none()))?;
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|error| failed(io::Error::other(error)))?;
        begin(tls.connect(name, stream).await.map_err(failed)?).await
    }
}

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let within = self.0.within;
        timeout(within, self.answer(request)).await.unwrap_or_else(|_| {
            let late = io::Error::other(format!("no answer came in {}s", within.as_secs_f32()));
            Err(HttpError::new(HttpErrorKind::Timeout, late))
        })
    }
}

impl HttpConnector for Client {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("within", &self.0.within).finish_non_exhaustive()
    }
}

impl Server {
    fn of(address: &Uri) -> Result<Self, HttpError> {
        let none = || io::Error::other("the address names no host");
        let host = address.host().ok_or_else(|| HttpError::new(HttpErrorKind::Unknown, none()))?;
        let is_tls = address.scheme_str() == Some("https");
        let port = address.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        Ok(Self { is_tls, host: host.to_owned(), port })
    }
}

async fn begin<S>(stream: S) -> Result<Sender, HttpError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // It ends when its sender is dropped, or the other side goes away; whoever sends is told.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

/// A request names its host beside its path.
fn in_origin_form(mut request: HttpRequest) -> Result<HttpRequest, HttpError> {
    let address = request.uri().clone();
    if !request.headers().contains_key(HOST)
        && let Some(authority) = address.authority()
    {
        let host = HeaderValue::from_str(authority.as_str());
        request.headers_mut().insert(HOST, host.map_err(wrong)?);
    }
    let path = address.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse().map_err(wrong)?;
    Ok(request)
}

fn wrong(error: impl std::error::Error + Send + Sync + 'static) -> HttpError {
    HttpError::new(HttpErrorKind::Unknown, error)
}

/// A connection that is closed before the answer begins, as the other side may do with one that was idle,
/// is no reason not to ask once more.
fn broken(error: hyper::Error) -> HttpError {
    let unsent = error.is_canceled() || error.is_closed() || error.is_incomplete_message();
    let kind = if unsent { HttpErrorKind::Request } else { HttpErrorKind::Interrupted };
    HttpError::new(kind, error)
}

fn cut_off(error: Box<dyn std::error::Error + Send + Sync>) -> HttpError {
    HttpError::new_boxed(HttpErrorKind::Interrupted, error)
}
