//! A node that runs and is flooded, by people and by a node of its cluster: what it holds for them has a
//! bound, and others are answered. Far more is sent than may be held.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use trawl_mesh::authority::NODE_LIFETIME;
use trawl_mesh::{
    Answer, Authority, Change, Credentials, Failed, Identity, Mesh, Options, Request, Service,
    Status,
};
use trawl_model::NodeId;
use trawl_model::wire::{Versioned, encode};

use crate::support::node::Node;

const MIB: usize = 1 << 20;

/// What is sent by each, all told.
const SENT: usize = 600 * MIB;
/// What a node may come to hold for either, by its settings: bodies of so many connections as ask at once,
/// or requests of one peer as they came and as they are carried out, and the windows of one connection.
const MOST: usize = 2 * (64 + 16 + 8 + 4) * MIB;

/// Of a test that hangs; nothing waits for it otherwise.
const GUARD: Duration = Duration::from_secs(120);
/// Whoever floods waits no longer.
const IMPATIENT: Duration = Duration::from_millis(20);
/// Connections of people, and requests of the other node, at once.
const AT_ONCE: usize = 32;

/// The most that a node's process has held, by the word of the system, or what it holds.
fn held(node: &Node, what: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", node.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib << 10
}

/// Counts the most that it has held anew.
fn forget_the_most(node: &Node) {
    std::fs::write(format!("/proc/{}/clear_refs", node.pid()), "5").unwrap();
}

fn within(node: &Node, flood: impl FnOnce()) {
    forget_the_most(node);
    let before = held(node, "VmRSS");
    flood();
    let grown = held(node, "VmHWM").saturating_sub(before);
    assert!(grown < MOST, "{} MiB", grown / MIB);
    assert_eq!(node.ask("GET", "/api/v1/scans").send().status, 200);
}

/// Heads and bodies that have no end, of people with a key and without one.
pub(crate) fn by_people(node: &Node) {
    within(node, || {
        std::thread::scope(|scope| {
            for number in 0..AT_ONCE {
                scope.spawn(move || pour(node, number, SENT / AT_ONCE));
            }
        });
    });
}

/// Sends so many bytes, on one connection after the other.
fn pour(node: &Node, number: usize, mut bytes: usize) {
    let key = if number.is_multiple_of(2) { &*node.key } else { "none" };
    let beginning = match number % 3 {
        0 => format!("POST /api/v1/scans HTTP/1.1\r\nHost: {}\r\nX-Long: ", node.address),
        1 => body(node, key, "Content-Length: 1000000000"),
        _ => body(node, key, "Transfer-Encoding: chunked"),
    };
    let chunk = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
    while bytes > 0 {
        let mut stream = TcpStream::connect(&node.address).unwrap();
        stream.set_read_timeout(Some(GUARD)).unwrap();
        stream.set_write_timeout(Some(GUARD)).unwrap();
        let mut goes = stream.write_all(beginning.as_bytes()).is_ok();
        while goes && bytes > 0 {
            goes = stream.write_all(&chunk).is_ok();
            bytes = bytes.saturating_sub(chunk.len());
        }
        // Whoever has said too much is told so, or let go.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.take(1 << 20).read_to_end(&mut Vec::new());
    }
}

fn body(node: &Node, key: &str, how: &str) -> String {
    format!(
        "POST /api/v1/scans HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\n{how}\r\n\r\n",
        node.address
    )
}

/// The kind of question that a request of a person is, and what it holds, as `forward.rs` writes it.
const CALL: u16 = 48;

#[derive(Serialize, Deserialize)]
struct Call {
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    local: Option<u8>,
}

impl Versioned for Call {
    const VERSION: u16 = 1;
}

struct Mute;

#[async_trait]
impl Service for Mute {
    async fn answer(&self, _: Request, _: &mut Answer<'_>) -> Result<(), Failed> {
        Err(Failed::new(Status::Refused, "nothing is answered here"))
    }
}

/// Requests of people that another node hands on, as fast as it can, to the one that leads.
pub(crate) fn by_a_node(node: &Node, mesh: u16, authority: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    within(node, || {
        let flood = async { tokio::time::timeout(GUARD, hand_on(node, mesh, authority)).await };
        runtime.block_on(flood).expect("the flood did not come to its end");
    });
}

async fn hand_on(node: &Node, mesh: u16, authority: &Path) {
    let authority = Authority::read(authority).unwrap();
    let peer = joined(&authority, (Ipv4Addr::LOCALHOST, mesh).into()).await;
    let mut changes = peer.changes();
    let name = loop {
        let up = changes.next().await.unwrap().into_iter().find_map(|change| match change {
            Change::Up(peer) if peer.address.port() == mesh => Some(peer.name),
            _ => None,
        });
        if let Some(name) = up {
            break name;
        }
    };
    let header = |name: &str, value: String| (name.to_owned(), value.into_bytes());
    let call = Call {
        method: "POST".to_owned(),
        target: "/api/v1/scans".to_owned(),
        headers: vec![
            header("authorization", format!("Bearer {}", node.key)),
            header("content-type", "application/json".to_owned()),
        ],
        body: vec![b' '; MIB - 1_024],
        local: None,
    };
    let call = encode(&call).unwrap();
    let mut asked = JoinSet::new();
    for _ in 0..SENT / call.len() {
        if asked.len() == AT_ONCE {
            asked.join_next().await.unwrap().unwrap();
        }
        let (peer, name, call) = (peer.clone(), name.clone(), call.clone());
        asked.spawn(async move {
            let _ = peer.ask(&name, CALL, call, IMPATIENT).await;
        });
    }
    asked.join_all().await;
    peer.stop().await;
}

/// Another node of the cluster, that does its worst.
async fn joined(authority: &Authority, seed: SocketAddr) -> Mesh {
    let now = SystemTime::now();
    let issued = authority.issue(&"worst".parse().unwrap(), NODE_LIFETIME, now).unwrap();
    let (certificate, key) = (issued.certificate(), issued.key());
    let (believed, cluster) = (authority.certificate(), authority.cluster());
    let credentials = Credentials::of_pem(certificate, key, believed, cluster, now).unwrap();
    let mut options = Options::new((Ipv4Addr::LOCALHOST, 0).into());
    options.seeds = vec![seed.to_string()];
    options.data.message_bytes = 2 * MIB;
    let node = NodeId::from_bytes([9; NodeId::LEN]);
    let identity = Identity { node, instance: 1, program: "0.1.0".to_owned(), equals: Vec::new() };
    Mesh::start(options, &credentials, identity, Arc::new(Mute)).await.unwrap().0
}
