//! A node of a play: a mesh, a service that says back what it is asked, and somebody who asks others
//! again and again.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use rcgen::{KeyPair, PKCS_ED25519};
use tokio::time::Instant;
use turmoil::Sim;
use turmoil::net::UdpSocket;

use super::NODES;
use super::chance::Chance;
use super::ground::{Played, Weather};
use super::record::{Asked, Record};
use crate::authority::NODE_LIFETIME;
use crate::data::{Answer, Failed, Request, Service, Status};
use crate::options::Transport;
use crate::testing::{authority, cluster, node, options};
use crate::tests::node::{ECHO, identity};
use crate::{Credentials, Mesh, Options};

/// Where all listen.
const PORT: u16 = 7_311;

/// The name of a node.
pub(super) fn name(number: usize) -> String {
    format!("n{}", number + 1)
}

/// What all nodes of a play share.
#[derive(Clone)]
pub(super) struct Cast {
    pub(super) seed: u64,
    /// How often there is gossip, if at all: what chitchat says to whom first is drawn by chitchat.
    pub(super) gossip: Option<Duration>,
    pub(super) record: Arc<Record>,
    pub(super) weather: Arc<Weather>,
}

impl Cast {
    /// Puts a node on the stage.
    pub(super) fn enter(&self, sim: &mut Sim<'_>, number: usize) {
        let (cast, instances) = (self.clone(), Arc::new(AtomicU64::new(0)));
        sim.host(name(number), move || {
            let instance = instances.fetch_add(1, Ordering::Relaxed) + 1;
            cast.clone().run(number, instance)
        });
    }

    /// From a beginning to a crash.
    async fn run(self, number: usize, instance: u64) -> Result<(), Box<dyn Error>> {
        let name = name(number);
        self.record.begins(&name, instance);
        let mut chance = Chance::new(self.seed, (number as u64 + 1) << 32 | instance);
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
        let ground = Played::new(socket, Arc::clone(&self.weather), chance.another());
        let mut identity = identity(number as u8 + 1);
        identity.instance = instance;
        let service = Arc::new(Echo { name: name.clone(), record: Arc::clone(&self.record) });
        let (credentials, options) = (of(number), self.options(number));
        let ground = Arc::new(ground);
        let (mesh, _controls) =
            Mesh::start_on(ground, options, credentials, identity, service).await?;
        if self.gossip.is_none() {
            mesh.let_gossip_fall().await;
        }
        let (mut changes, mut alive) = (mesh.changes(), mesh.alive());
        let mut is_last = false;
        let mut next = Instant::now();
        loop {
            tokio::select! {
                biased;
                changes = changes.next() => {
                    self.record.changes(&name, &changes.ok_or("the mesh has ended")?);
                }
                _ = alive.changed() => {
                    let heard = alive.borrow_and_update().keys().map(ToString::to_string).collect();
                    self.record.hears_of(&name, heard);
                }
                () = tokio::time::sleep_until(next) => {
                    next += Duration::from_millis(20 + chance.below(300));
                    if !self.record.is_last() {
                        self.ask(&mesh, number, &mut chance);
                    } else if !is_last {
                        is_last = true;
                        let others = (0..NODES).filter(|other| *other != number);
                        others.for_each(|other| self.ask_one(&mesh, other, 1_000, 64));
                    }
                }
            }
        }
    }

    fn options(&self, number: usize) -> Options {
        let address = |number: usize| SocketAddr::from((turmoil::lookup(name(number)), PORT));
        let mut options = options();
        options.listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT));
        options.advertise = Some(address(number));
        // Who hears no gossip hears of nobody.
        let seeds = if self.gossip.is_some() { 1 } else { NODES };
        options.seeds = (0..seeds).map(|seed| address(seed).to_string()).collect();
        // It is not begun anew within the play where it is let fall.
        options.gossip.every = self.gossip.unwrap_or(Duration::from_secs(60));
        options.transport = Transport {
            idle: Duration::from_millis(1_500),
            keep_alive: Duration::from_millis(300),
            handshake_within: Duration::from_millis(1_000),
            ..Transport::default()
        };
        options
    }

    /// Asks somebody something.
    fn ask(&self, mesh: &Mesh, number: usize, chance: &mut Chance) {
        let other = (number + 1 + chance.below(NODES as u64 - 1) as usize) % NODES;
        let (within, bytes) = (50 + chance.below(2_000), chance.below(30_000));
        self.ask_one(mesh, other, within, bytes as usize);
    }

    fn ask_one(&self, mesh: &Mesh, other: usize, within: u64, bytes: usize) {
        let (record, mesh, number) = (Arc::clone(&self.record), mesh.clone(), self.record.number());
        let within = Duration::from_millis(within);
        tokio::spawn(async move {
            let (began, to) = (Instant::now(), name(other));
            let mut body = number.to_be_bytes().to_vec();
            body.resize(size_of::<u64>() + bytes, number as u8);
            let answer = mesh.ask(&node(&to), ECHO, body.clone(), within).await;
            let answer = answer.map(|said| *said == *body).map_err(|failed| failed.status);
            let asked = Asked { from: mesh.name().as_str(), to: &to, number, within };
            record.ended(&asked, answer, began.elapsed());
        });
    }
}

struct Echo {
    name: String,
    record: Arc<Record>,
}

#[async_trait]
impl Service for Echo {
    async fn answer(&self, request: Request, answer: &mut Answer<'_>) -> Result<(), Failed> {
        let number = request.body.first_chunk().map(|number| u64::from_be_bytes(*number));
        let number = number.ok_or_else(|| Failed::new(Status::Refused, "no number"))?;
        self.record.serves(&self.name, number);
        answer.send(request.body.to_vec()).await
    }
}

/// Certificates take long to be made, and are the same in all plays.
fn of(number: usize) -> &'static Credentials {
    static ALL: OnceLock<Vec<Credentials>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let authority = authority();
        // Signatures of these are all of one length, and so are packets.
        let credentials = |number| {
            let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
            let (node, now) = (node(&name(number)), SystemTime::now());
            let issued = authority.issue_for(&key, &node, NODE_LIFETIME, now).unwrap();
            let (certificate, key) = (issued.certificate(), issued.key());
            Credentials::of_pem(certificate, key, authority.certificate(), &cluster(), now).unwrap()
        };
        (0..NODES).map(credentials).collect()
    });
    &all[number]
}
