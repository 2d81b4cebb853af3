//! Requests of people that one node takes and another answers: the one that leads, over the mesh. So the
//! API of any node answers for all.
//!
//! The node that takes a request has looked at its host, its size and how many there are; the one that
//! answers looks at its key. A key of a command line is known where it was made: that node says whose it
//! is, and is believed, for whoever has a certificate of the cluster reaches all that is kept anyway.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use trawl_actors::cluster::FRAME_BYTES;
use trawl_actors::{Answering, Cluster};
use trawl_mesh::{Answer, Failed, Frames, NodeName, Request as Asked, Status};
use trawl_model::wire::{self, MAX_VALUE_BYTES, Versioned};
use trawl_model::{KeyId, Origin};

use crate::api::{Door, call};

/// The kind of question that a request of a person is; none of actors has this number.
pub(crate) const CALL: u16 = 48;

/// What a call takes beside its body, about.
const BESIDE_BODY: usize = 128 << 10;

/// Headers that are of one connection, and what a node says of itself.
const OF_ONE_CONNECTION: [HeaderName; 6] = [
    header::CONNECTION,
    header::HOST,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// A request of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Call {
    method: String,
    /// Path and query.
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    /// Whose command line it is, where it is one of the node that sends it.
    local: Option<Local>,
}

impl Versioned for Call {
    const VERSION: u16 = 1;
}

/// How an answer begins; its body follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
}

impl Versioned for Head {
    const VERSION: u16 = 1;
}

/// Somebody at the command line of another node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Local {
    /// As the audit record names him.
    pub(crate) actor: String,
    /// The id of the key that was made for him.
    pub(crate) key: KeyId,
}

/// Whence a request comes that another node has taken.
#[derive(Debug, Clone)]
pub(crate) struct Forwarded {
    /// That node.
    pub(crate) node: NodeName,
    /// Whose command line there.
    pub(crate) local: Option<Local>,
}

/// What answers other nodes: questions of actors, and those of people.
pub(crate) struct Service {
    pub(crate) actors: Arc<Answering>,
    pub(crate) forwarding: Arc<Forwarding>,
}

#[async_trait]
impl trawl_mesh::Service for Service {
    async fn answer(&self, request: Asked, answer: &mut Answer<'_>) -> Result<(), Failed> {
        match request.kind {
            CALL => self.forwarding.answer(request, answer).await,
            _ => self.actors.answer(request, answer).await,
        }
    }
}

/// The way in for what other nodes have taken, open as long as this one leads.
#[derive(Default)]
pub(crate) struct Forwarding {
    pub(crate) door: Door,
}

impl Forwarding {
    async fn answer(&self, asked: Asked, answer: &mut Answer<'_>) -> Result<(), Failed> {
        let call: Call = wire::decode(&asked.body).map_err(refused)?;
        let from = asked.from.name.clone();
        drop(asked.body);
        let request = call.request(from).map_err(refused)?;
        let passed = self.door.pass(request).await;
        let response =
            passed.map_err(|_| Failed::new(Status::NotHere, "this node does not lead"))?;
        let (parts, mut body) = response.into_parts();
        let (status, headers) = (parts.status.as_u16(), sent(&parts.headers));
        let head = wire::encode(&Head { status, headers }).map_err(refused)?;
        answer.send(head).await?;
        let most = answer.most().min(FRAME_BYTES);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Failed::new(Status::Failed, "the answer broke off"))?;
            let Ok(mut bytes) = frame.into_data() else { continue };
            while !bytes.is_empty() {
                answer.send(bytes.split_to(bytes.len().min(most))).await?;
            }
        }
        Ok(())
    }
}

impl Call {
    fn request(self, node: NodeName) -> Result<Request<Body>, axum::http::Error> {
        let mut request = Request::builder().method(self.method.as_str()).uri(self.target);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let forwarded = Forwarded { node, local: self.local };
        request.extension(forwarded).body(Body::from(self.body))
    }
}

/// Why a request was not answered by the node that leads.
#[derive(Debug)]
pub(crate) enum NotForwarded {
    /// Its body is longer than what nodes send each other.
    TooLarge {
        /// What it may have.
        most: usize,
    },
    /// Its body can't be read.
    Unread,
    /// Too much is under way.
    Busy,
    /// The node that was asked does not lead, and has done nothing.
    Nobody(String),
    /// Nobody knows what became of it.
    Broken(String),
}

/// A request that is whole, for another node.
pub(crate) struct Gathered {
    bytes: Vec<u8>,
}

/// Gathers a request.
pub(crate) async fn gathered(
    request: Request<Body>,
    local: Option<Local>,
    message_bytes: usize,
) -> Result<Gathered, NotForwarded> {
    let most = message_bytes.min(MAX_VALUE_BYTES).saturating_sub(BESIDE_BODY);
    let (parts, body) = request.into_parts();
    let too_large = || NotForwarded::TooLarge { most };
    let body = http_body_util::Limited::new(body, most).collect().await.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            too_large()
        } else {
            NotForwarded::Unread
        }
    })?;
    let mut headers = parts.headers;
    if local.is_some() {
        headers.remove(header::AUTHORIZATION);
    }
    if let Some(Origin { request, trace }) = call::current() {
        // There it is the same call.
        let known = [(call::REQUEST_ID, request.to_string()), (call::TRACEPARENT, trace.header())];
        for (name, value) in known {
            if let Ok(value) = HeaderValue::try_from(value) {
                // In place of what the caller brought, not beside it.
                headers.insert(name, value);
            }
        }
    }
    let call = Call {
        method: parts.method.as_str().to_owned(),
        target: parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers: sent(&headers),
        body: body.to_bytes().to_vec(),
        local,
    };
    Ok(Gathered { bytes: wire::encode(&call).map_err(|_| too_large())? })
}

/// What a request has as long as its answer lasts.
pub(crate) struct Beside {
    /// Ends streams of events.
    pub(crate) stopping: watch::Receiver<bool>,
    /// Its place among others.
    pub(crate) _held: Box<dyn Any + Send>,
}

/// Has a request answered by the node of this name.
pub(crate) async fn forward(
    cluster: &Cluster,
    to: &NodeName,
    request: Gathered,
    within: Duration,
    beside: Beside,
) -> Result<Response<Body>, NotForwarded> {
    let asked = cluster.mesh().frames(to, CALL, request.bytes, within).await;
    let mut frames = asked.map_err(not_forwarded)?;
    let head = frames.next().await.map_err(not_forwarded)?;
    let head = head.ok_or_else(|| NotForwarded::Broken("the answer has no head".to_owned()))?;
    let head: Head = wire::decode(&head).map_err(broken)?;
    let is_stream = |(name, value): &(String, Vec<u8>)| {
        name == header::CONTENT_TYPE.as_str() && value.starts_with(EVENTS)
    };
    let is_stream = head.headers.iter().any(is_stream);
    let rest = Rest { frames, beside, is_stream, over: false };
    let body = Body::from_stream(futures_util::stream::unfold(rest, Rest::next));
    head.response(body).map_err(broken)
}

/// The kind of a stream of events.
const EVENTS: &[u8] = b"text/event-stream";

/// The event by which such a stream ends that goes on elsewhere.
const STOPPING: &[u8] = b"event: stopping\ndata: {}\n\n";

/// The body of an answer, as it comes.
struct Rest {
    frames: Frames,
    beside: Beside,
    is_stream: bool,
    over: bool,
}

impl Rest {
    async fn next(mut self) -> Option<(Result<body::Bytes, Failed>, Self)> {
        if self.over {
            return None;
        }
        let (stopping, is_stream) = (&mut self.beside.stopping, self.is_stream);
        let stopped = async {
            if !is_stream || stopping.wait_for(|stopping| *stopping).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let frame = tokio::select! {
            frame = self.frames.next() => frame.transpose()?,
            () = stopped => {
                self.over = true;
                return Some((Ok(body::Bytes::from_static(STOPPING)), self));
            }
        };
        self.over = frame.is_err();
        Some((frame.map(|frame| body::Bytes::copy_from_slice(&frame)), self))
    }
}

impl Head {
    fn response(self, body: Body) -> Result<Response<Body>, axum::http::Error> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(body)
    }
}

/// Headers but for those of one connection.
fn sent(headers: &HeaderMap<HeaderValue>) -> Vec<(String, Vec<u8>)> {
    let whole = headers.iter().filter(|(name, _)| !OF_ONE_CONNECTION.contains(name));
    whole.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}

fn refused(error: impl std::fmt::Display) -> Failed {
    Failed::new(Status::Refused, error.to_string())
}

fn broken(error: impl std::fmt::Display) -> NotForwarded {
    NotForwarded::Broken(error.to_string())
}

fn not_forwarded(failed: Failed) -> NotForwarded {
    match failed.status {
        Status::Busy => NotForwarded::Busy,
        Status::NotHere => NotForwarded::Nobody(failed.to_string()),
        _ => NotForwarded::Broken(failed.to_string()),
    }
}
