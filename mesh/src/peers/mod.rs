//! Whom this node is connected with.
//!
//! One task holds the [`plan`] and carries out what it decides: it dials, resolves the names of seeds,
//! sees to connections and shows who is there. All else tells it what happened, through a queue with a
//! bound, and waits where the queue is full. A connection is dialled, greeted and served by tasks of
//! its own, whose numbers are bounded by what is dialled at once, by the places for handshakes, and by
//! the number of peers.

mod greeting;
mod plan;
mod telling;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quinn::Connection;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use self::greeting::{Greeting, close};
use self::plan::{Action, Candidate, Goal, Plan};
pub(crate) use self::plan::{Event, LinkId, Me};
use crate::counts::{Counts, Hold};
use crate::data::Line;
use crate::endpoint::{self, Endpoint, Knock};
use crate::gossip::Slot;
use crate::ground::Ground;
use crate::hello::{Hello, Peer};
use crate::name::NodeName;
use crate::options::{Data, Options};
use crate::refusal::{Reason, Refusal};
use crate::session::{Receivers, Session};

/// What was told and not yet taken in. Who tells more waits.
const TOLD: usize = 64;

/// The connections that stand, by the names of the peers.
pub(crate) type Sessions = Arc<BTreeMap<NodeName, Arc<Session>>>;

/// What the task is told.
pub(crate) enum Told {
    /// Something happened.
    Happened(Event),
    /// Whether one who says hello would be kept.
    Invite(Candidate, oneshot::Sender<Result<(), Refusal>>),
    /// Whether this connection is kept.
    Admit(Candidate, Connection, oneshot::Sender<Result<(), Refusal>>),
}

/// The task.
pub(crate) struct Peers {
    plan: Plan,
    started: Instant,
    seeds: Vec<String>,
    endpoint: Arc<Endpoint>,
    ground: Arc<dyn Ground>,
    greeting: Arc<Greeting>,
    told: mpsc::Receiver<Told>,
    sessions: watch::Sender<Sessions>,
    receivers: Arc<Receivers>,
    counts: Arc<Counts>,
    links: Arc<AtomicU64>,
    tasks: JoinSet<()>,
    addresses: usize,
    data: Data,
}

/// How others speak to the task and see what it shows.
#[derive(Clone)]
pub(crate) struct Handle {
    pub(crate) tell: mpsc::Sender<Told>,
    pub(crate) sessions: watch::Receiver<Sessions>,
}

impl Peers {
    pub(crate) fn new(
        me: Me,
        ours: Hello,
        options: &Options,
        endpoint: Arc<Endpoint>,
        ground: Arc<dyn Ground>,
        receivers: Arc<Receivers>,
        counts: Arc<Counts>,
    ) -> (Self, Handle) {
        let (tell, told) = mpsc::channel(TOLD);
        let (sessions, seen) = watch::channel(Sessions::default());
        let within = options.transport.handshake_within;
        let greeting = Greeting::new(ours, tell.clone(), within);
        let dialling = options.dialling.clone();
        let peers = Self {
            plan: Plan::new(me, options.seeds.len(), options.peers, dialling),
            started: Instant::now(),
            seeds: options.seeds.clone(),
            endpoint,
            ground,
            greeting: Arc::new(greeting),
            told,
            sessions,
            receivers,
            counts,
            links: Arc::new(AtomicU64::new(1)),
            tasks: JoinSet::new(),
            addresses: options.dialling.addresses,
            data: options.data.clone(),
        };
        (peers, Handle { tell, sessions: seen })
    }

    /// Sees to the peers until it is told to stop.
    pub(crate) async fn run(mut self, mut stopping: watch::Receiver<bool>) {
        self.tasks.spawn(accept(
            Arc::clone(&self.endpoint),
            Arc::clone(&self.greeting),
            Arc::clone(&self.links),
        ));
        self.happened(Event::Tick);
        loop {
            let wake = self.plan.wake().map(|wake| self.started + wake);
            let slept = async {
                match wake {
                    Some(wake) => tokio::time::sleep_until(wake).await,
                    None => std::future::pending().await,
                }
            };
            // The same order each time, so that a seed plays the same; what may come without end comes last.
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => break,
                Some(ended) = self.tasks.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "a task of the mesh fell");
                    }
                }
                () = slept => self.happened(Event::Tick),
                Some(told) = self.told.recv() => self.take(told),
            }
        }
        // Before any connection is dropped, which would close it without a reason.
        self.endpoint.close();
        self.sessions.send_replace(Sessions::default());
    }

    fn take(&mut self, told: Told) {
        match told {
            Told::Happened(event) => self.happened(event),
            Told::Invite(candidate, reply) => {
                // Whoever asked may have given up.
                let _ = reply.send(self.plan.invite(&candidate, self.started.elapsed()));
            }
            Told::Admit(candidate, connection, reply) => {
                let _ = reply.send(self.admit(candidate, connection));
            }
        }
    }

    fn admit(&mut self, candidate: Candidate, connection: Connection) -> Result<(), Refusal> {
        let now = self.started.elapsed();
        let (link, dialled, peer) =
            (candidate.link, candidate.goal.is_some(), candidate.peer.clone());
        let replaced = self.plan.admit(candidate, now)?;
        if let Some((replaced, reason)) = replaced {
            self.end(&peer.name, replaced, reason);
        }
        let Peer { name, address, program, .. } = &peer;
        tracing::info!(peer = %name, %address, ?program, dialled, "a peer is connected");
        if dialled {
            self.counts.dialled.one()
        } else {
            self.counts.accepted.one()
        }
        let line = Line::new(connection, &self.data);
        let session = Arc::new(Session { link, peer, line, dialled, slot: Slot::default() });
        self.sessions.send_modify(|sessions| {
            Arc::make_mut(sessions).insert(session.peer.name.clone(), Arc::clone(&session));
        });
        // Credentials may have been replaced since the handshake.
        close_if_not_believed(&self.endpoint, &session);
        self.tasks.spawn(serve(
            session,
            Arc::clone(&self.receivers),
            Arc::clone(&self.counts),
            self.greeting.tell.clone(),
        ));
        self.happened(Event::Tick);
        Ok(())
    }

    fn end(&self, name: &NodeName, link: LinkId, reason: Reason) {
        if let Some(session) = self.sessions.borrow().get(name).filter(|held| held.link == link) {
            close(&session.line.connection, reason, reason.word());
        }
    }

    fn happened(&mut self, event: Event) {
        match &event {
            Event::Lost { name, link } => {
                self.sessions.send_if_modified(|sessions| {
                    let is_this = sessions.get(name).is_some_and(|held| held.link == *link);
                    is_this && Arc::make_mut(sessions).remove(name).is_some()
                });
            }
            Event::Failed { .. } | Event::Known { .. } | Event::Resolved { .. } | Event::Tick => {}
        }
        let now = self.started.elapsed();
        for action in self.plan.on(event, now, self.ground.chance()) {
            match action {
                Action::Resolve { seed } => self.resolve(seed),
                Action::Dial { goal, address } => self.dial(goal, address),
            }
        }
    }

    fn resolve(&mut self, seed: usize) {
        let Some(text) = self.seeds.get(seed).cloned() else { return };
        let (tell, within, most) =
            (self.greeting.tell.clone(), self.greeting.within, self.addresses);
        self.tasks.spawn(async move {
            let addresses = match timeout(within, tokio::net::lookup_host(&text)).await {
                Ok(Ok(addresses)) => addresses.take(most).collect(),
                Ok(Err(error)) => {
                    tracing::warn!(seed = %text, %error, "a seed can't be resolved");
                    Vec::new()
                }
                Err(_) => {
                    tracing::warn!(seed = %text, ?within, "a seed was not resolved in time");
                    Vec::new()
                }
            };
            // It fails only where the mesh has ended.
            let _ = tell.send(Told::Happened(Event::Resolved { seed, addresses })).await;
        });
    }

    fn dial(&mut self, goal: Goal, address: SocketAddr) {
        let (endpoint, greeting) = (Arc::clone(&self.endpoint), Arc::clone(&self.greeting));
        let (counts, link) = (Arc::clone(&self.counts), self.links.fetch_add(1, Ordering::Relaxed));
        self.tasks.spawn(async move {
            let name = match &goal {
                Goal::Address(_) => None,
                Goal::Node(name) => Some(name),
            };
            let outcome = match endpoint.dial(address, name).await {
                Ok(opened) => greeting.begin(opened, link, goal.clone()).await,
                Err(refusal) => Err(refusal),
            };
            let Err(refusal) = outcome else { return };
            counts.refuse(refusal.reason);
            greeting.log(&refusal, address);
            let failed = Event::Failed { goal, reason: refusal.reason, peer: refusal.peer };
            let _ = greeting.tell.send(Told::Happened(failed)).await;
        });
    }
}

/// Closes a connection whose peer the credentials of now do not believe.
pub(crate) fn close_if_not_believed(endpoint: &Endpoint, session: &Session) {
    let connection = &session.line.connection;
    if !endpoint.believes(connection) {
        let peer = &session.peer.name;
        tracing::warn!(%peer, "the certificate of a peer is no longer believed");
        close(connection, Reason::Certificate, "its certificate is no longer believed");
    }
}

/// Greets those who come.
async fn accept(endpoint: Arc<Endpoint>, greeting: Arc<Greeting>, links: Arc<AtomicU64>) {
    let mut greeted = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            Some(_) = greeted.join_next() => {}
            knock = endpoint.accept() => {
                let Some(knock) = knock else { return };
                let link = links.fetch_add(1, Ordering::Relaxed);
                greeted.spawn(greet(Arc::clone(&endpoint), Arc::clone(&greeting), knock, link));
            }
        }
    }
}

async fn greet(endpoint: Arc<Endpoint>, greeting: Arc<Greeting>, knock: Knock, link: LinkId) {
    let from = knock.from;
    let opened = match endpoint.open(knock).await {
        Ok(opened) => opened,
        Err(refusal) => return greeting.log(&refusal, from),
    };
    if let Err(refusal) = greeting.answer(opened, link).await {
        endpoint.counts.refuse(refusal.reason);
        greeting.log(&refusal, from);
    }
}

/// Serves a connection until it ends.
async fn serve(
    session: Arc<Session>,
    receivers: Arc<Receivers>,
    counts: Arc<Counts>,
    tell: mpsc::Sender<Told>,
) {
    let (name, link) = (session.peer.name.clone(), session.link);
    let connection = session.line.connection.clone();
    let hold = Hold::take(Arc::clone(&counts), |counts| &counts.peers, 1);
    session.run(receivers).await;
    drop(hold);
    counts.lost.one();
    let why = connection.closed().await;
    let why = endpoint::refusal(connection.remote_address(), &why);
    tracing::info!(peer = %name, %why, "a peer is gone");
    let _ = tell.send(Told::Happened(Event::Lost { name, link })).await;
}
