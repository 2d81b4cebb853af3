//! Requests of people that one node takes and another answers: the one that leads, over the mesh. So the
//! API of any node answers for all.
//!
//! The node that takes a request has looked at its host, its size and how many there are; the one that
//! answers looks at its key. A key of a command line is known where it was made: that node says whose it
//! is, and is believed, for whoever has a certificate of the cluster reaches all that is kept anyway.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use axum::{Router, body};
use http_body_util::BodyExt;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use tower::ServiceExt;
use trawl_actors::{Answering, Cluster};
use trawl_mesh::{Answer, Failed, Frames, NodeName, Request as Asked, Status};
use trawl_model::KeyId;
use trawl_model::wire::{self, Versioned};

/// The kind of question that a request of a person is. Those of actors lie below.
const CALL: u16 = 1_000;

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

/// The API that answers what other nodes have taken, as long as this one leads.
#[derive(Default)]
pub(crate) struct Forwarding {
    router: RwLock<Option<Router>>,
}

/// Ends it that this node answers.
pub(crate) struct Answers(Arc<Forwarding>);

impl Drop for Answers {
    fn drop(&mut self) {
        *self.0.router.write() = None;
    }
}

impl Forwarding {
    /// This API answers, until the guard is dropped.
    #[must_use]
    pub(crate) fn answer_by(self: &Arc<Self>, router: Router) -> Answers {
        *self.router.write() = Some(router);
        Answers(Arc::clone(self))
    }

    async fn answer(&self, asked: Asked, answer: &mut Answer<'_>) -> Result<(), Failed> {
        let router = self.router.read().clone();
        let router =
            router.ok_or_else(|| Failed::new(Status::NotHere, "this node does not lead"))?;
        let call: Call = wire::decode(&asked.body).map_err(refused)?;
        let from = asked.from.name.clone();
        drop(asked.body);
        let request = call.request(from).map_err(refused)?;
        let response: Result<_, Infallible> = router.oneshot(request).await;
        let Ok(response) = response;
        let (parts, mut body) = response.into_parts();
        let (status, headers) = (parts.status.as_u16(), sent(&parts.headers));
        let head = wire::encode(&Head { status, headers }).map_err(refused)?;
        answer.send(head).await?;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Failed::new(Status::Failed, "the answer broke off"))?;
            let Ok(mut bytes) = frame.into_data() else { continue };
            while !bytes.is_empty() {
                let most = bytes.len().min(answer.most());
                answer.send(bytes.split_to(most)).await?;
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
    Broken,
    /// Too much is under way.
    Busy,
    /// No node answers now.
    Nobody(String),
}

/// Has a request answered by the node of this name.
pub(crate) async fn forward(
    cluster: &Cluster,
    to: &NodeName,
    request: Request<Body>,
    local: Option<Local>,
    most: usize,
    within: Duration,
) -> Result<Response<Body>, NotForwarded> {
    let most = most.saturating_sub(BESIDE_BODY);
    let (parts, body) = request.into_parts();
    let too_large = || NotForwarded::TooLarge { most };
    let body = http_body_util::Limited::new(body, most).collect().await.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            too_large()
        } else {
            NotForwarded::Broken
        }
    })?;
    let mut headers = parts.headers;
    if local.is_some() {
        headers.remove(header::AUTHORIZATION);
    }
    let call = Call {
        method: parts.method.as_str().to_owned(),
        target: parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers: sent(&headers),
        body: body.to_bytes().to_vec(),
        local,
    };
    let call = wire::encode(&call).map_err(|_| too_large())?;
    let asked = cluster.mesh().frames(to, CALL, call, within).await;
    let mut frames = asked.map_err(not_forwarded)?;
    let head = frames.next().await.map_err(not_forwarded)?;
    let head = head.ok_or_else(|| NotForwarded::Nobody("its answer has no head".to_owned()))?;
    let unreadable = |error: wire::WireError| NotForwarded::Nobody(error.to_string());
    let head: Head = wire::decode(&head).map_err(unreadable)?;
    head.response(Body::from_stream(rest(frames)))
        .map_err(|error| NotForwarded::Nobody(error.to_string()))
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

/// The body of an answer, as it comes.
fn rest(
    frames: Frames,
) -> impl futures_util::Stream<Item = Result<body::Bytes, Failed>> + Send + 'static {
    futures_util::stream::try_unfold(frames, |mut frames| async move {
        let frame = frames.next().await?;
        Ok(frame.map(|frame| (body::Bytes::copy_from_slice(&frame), frames)))
    })
}

/// Headers but for those of one connection.
fn sent(headers: &HeaderMap<HeaderValue>) -> Vec<(String, Vec<u8>)> {
    let whole = headers.iter().filter(|(name, _)| !OF_ONE_CONNECTION.contains(name));
    whole.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}

fn refused(error: impl std::fmt::Display) -> Failed {
    Failed::new(Status::Refused, error.to_string())
}

fn not_forwarded(failed: Failed) -> NotForwarded {
    match failed.status {
        Status::Busy => NotForwarded::Busy,
        _ => NotForwarded::Nobody(failed.to_string()),
    }
}
