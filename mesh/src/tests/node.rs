//! A node of a test: a mesh, and a service that does what it is asked to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use trawl_model::NodeId;

use crate::authority::Authority;
use crate::data::{Answer, Failed, Request, Service, Status};
use crate::testing::{credentials, node, options, until};
use crate::{Controls, Counts, Equal, Identity, Mesh, Options};

/// Answers with what was asked.
pub(super) const ECHO: u16 = 1;
/// Answers with as many frames of 1,000 bytes as the body has.
pub(super) const FRAMES: u16 = 2;
/// Never answers.
pub(super) const HANG: u16 = 3;
/// Is on another node.
pub(super) const ELSEWHERE: u16 = 4;
/// Answers with frames as large as they may be, without end.
pub(super) const ENDLESS: u16 = 5;
/// Answers with two bytes more than a frame may have.
pub(super) const LARGE: u16 = 6;

/// Falls.
pub(super) const FALL: u16 = 7;

/// Answers with a frame that it breaks off where the other side does not read, and with another one.
pub(super) const BREAK_OFF: u16 = 8;

/// Longer than any test.
pub(super) const LONG: Duration = Duration::from_secs(60);

pub(super) struct Node {
    pub(super) mesh: Mesh,
    pub(super) controls: Controls,
    /// How many requests hang.
    pub(super) hanging: Arc<AtomicUsize>,
}

struct Obedient(Arc<AtomicUsize>);

struct Hanging<'a>(&'a AtomicUsize);

impl<'a> Hanging<'a> {
    fn new(hanging: &'a AtomicUsize) -> Self {
        hanging.fetch_add(1, Ordering::SeqCst);
        Self(hanging)
    }
}

impl Drop for Hanging<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Service for Obedient {
    async fn answer(&self, request: Request, answer: &mut Answer<'_>) -> Result<(), Failed> {
        match request.kind {
            ECHO => answer.send(request.body.to_vec()).await,
            FRAMES => {
                for number in 0..request.body.len() {
                    answer.send(vec![number as u8; 1_000]).await?;
                }
                Ok(())
            }
            HANG => {
                let _hanging = Hanging::new(&self.0);
                std::future::pending().await
            }
            ELSEWHERE => Err(Failed::new(Status::NotHere, "shard 7 is on n3")),
            ENDLESS => loop {
                answer.send(vec![7; answer.most()]).await?;
            },
            BREAK_OFF => {
                {
                    let mut sent = std::pin::pin!(answer.send(vec![7; answer.most()]));
                    std::future::poll_fn(|context| {
                        let _ = sent.as_mut().poll(context);
                        std::task::Poll::Ready(())
                    })
                    .await;
                }
                let again = answer.send("another").await;
                // As one who does not look at what became of it.
                drop(again);
                Ok(())
            }
            FALL => panic!("as asked"),
            LARGE => answer.send(vec![7; answer.most() + 2]).await,
            kind => Err(Failed::new(Status::Refused, format!("kind {kind} is not known here"))),
        }
    }
}

pub(super) fn identity(number: u8) -> Identity {
    Identity {
        node: NodeId::from_bytes([number; 12]),
        instance: 1,
        program: "0.1.0".to_owned(),
        equals: vec![Equal { name: "root key".to_owned(), hash: [1; 32] }],
    }
}

impl Node {
    pub(super) async fn start(
        ca: &Authority,
        number: u8,
        change: impl FnOnce(&mut Options, &mut Identity),
    ) -> Self {
        let name = format!("n{number}");
        Self::named(ca, &name, number, change).await
    }

    pub(super) async fn named(
        ca: &Authority,
        name: &str,
        number: u8,
        change: impl FnOnce(&mut Options, &mut Identity),
    ) -> Self {
        let (mut options, mut identity) = (options(), identity(number));
        options.gossip.every = Duration::from_millis(20);
        change(&mut options, &mut identity);
        let hanging = Arc::new(AtomicUsize::new(0));
        let service = Arc::new(Obedient(Arc::clone(&hanging)));
        let credentials = credentials(ca, name);
        let (mesh, controls) = Mesh::start(options, &credentials, identity, service).await.unwrap();
        Self { mesh, controls, hanging }
    }

    /// One that dials this one.
    pub(super) async fn beside(&self, ca: &Authority, number: u8) -> Self {
        let seed = self.seed();
        Self::start(ca, number, |options, _| options.seeds = vec![seed]).await
    }

    pub(super) fn seed(&self) -> String {
        self.mesh.address().to_string()
    }

    pub(super) fn counts(&self) -> &Arc<Counts> {
        self.mesh.counts()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.mesh.peers().iter().map(|peer| peer.name.to_string()).collect()
    }

    /// Waits until it is connected with exactly these.
    pub(super) async fn meets(&self, names: &[&str]) {
        until(|| self.names() == names).await;
    }

    pub(super) fn hanging(&self) -> usize {
        self.hanging.load(Ordering::SeqCst)
    }

    /// Asks for an echo, which must come.
    pub(super) async fn is_served_by(&self, name: &str) {
        let body = self.mesh.ask(&node(name), ECHO, "are you there?", LONG).await.unwrap();
        assert_eq!(&*body, b"are you there?");
    }

    /// The bare connection with a peer, for what no node of ours would do.
    pub(super) fn bare(&self, name: &str) -> quinn::Connection {
        self.mesh.connection(&node(name)).unwrap()
    }
}
