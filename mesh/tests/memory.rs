//! What a flood takes of the process, by the word of the system: far more is sent than may be held.
//!
//! Both sides are in this process, so both count.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::task::JoinSet;
use trawl_mesh::authority::{AUTHORITY_LIFETIME, NODE_LIFETIME};
use trawl_mesh::{
    Answer, Authority, Change, Controls, Credentials, Failed, Identity, Mesh, NodeName, Options,
    Request, Service, Status,
};
use trawl_model::NodeId;

const MIB: usize = 1 << 20;

/// What is sent, of each kind.
const SENT: usize = 600 * MIB;

/// What both sides may hold by their options: requests of one peer, a frame for each of its requests, the
/// windows of one connection; and as much again for what it takes to hold it.
const MOST: usize = 2 * (8 + 32 + 2 * (6 + 4)) * MIB;

const KEEP: u16 = 1;
const ENDLESS: u16 = 2;

struct Keeping;

#[async_trait]
impl Service for Keeping {
    async fn answer(&self, request: Request, answer: &mut Answer<'_>) -> Result<(), Failed> {
        if request.kind == KEEP {
            // The body is held for as long as this is.
            return std::future::pending().await;
        }
        loop {
            answer.send(vec![7; answer.most()]).await?;
        }
    }
}

async fn node(authority: &Authority, number: u8, seed: Option<SocketAddr>) -> (Mesh, Controls) {
    let now = SystemTime::now();
    let name: NodeName = format!("n{number}").parse().unwrap();
    let issued = authority.issue(&name, NODE_LIFETIME, now).unwrap();
    let credentials = Credentials::of_pem(
        issued.certificate(),
        issued.key(),
        authority.certificate(),
        authority.cluster(),
        now,
    )
    .unwrap();
    let mut options = Options::new(SocketAddr::from(([127, 0, 0, 1], 0)));
    options.seeds = seed.iter().map(SocketAddr::to_string).collect();
    let identity = Identity {
        node: NodeId::from_bytes([number; 12]),
        instance: 1,
        program: "0.1.0".to_owned(),
        equals: Vec::new(),
    };
    Mesh::start(options, &credentials, identity, Arc::new(Keeping)).await.unwrap()
}

/// Bytes of the process: now, or the most that they ever were.
fn held(what: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib << 10
}

async fn flood(n1: &Mesh, n2: &Mesh) {
    let (name, body) = (n1.name().clone(), Bytes::from(vec![5; MIB]));
    let long = Duration::from_secs(60);
    let mut asked = JoinSet::new();
    for _ in 0..SENT / MIB {
        let (n2, name, body) = (n2.clone(), name.clone(), body.clone());
        asked.spawn(async move { n2.ask(&name, KEEP, body, long).await.unwrap_err().status });
    }
    // All but those that are held are told that it is too much.
    let most = Options::new(n1.address()).data.request_bytes_a_peer / MIB;
    for _ in 0..SENT / MIB - most {
        assert_eq!(asked.join_next().await.unwrap().unwrap(), Status::Busy);
    }
    assert_eq!(n1.counts().request_bytes.now() as usize, most * MIB);
    drop(asked);
    while n1.counts().at_work.now() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    // Answers without end, of which nobody reads more than the first frame.
    let mut unread = Vec::new();
    for _ in 0..Options::new(n1.address()).data.asked_at_once_a_peer {
        unread.push(n2.frames(&name, ENDLESS, "?", long).await.unwrap());
    }
    unread[0].next().await.unwrap().unwrap();
    while (n1.counts().at_work.now() as usize) < unread.len() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // One of them is read on and on, while the others wait.
    let sent = |counts: &trawl_mesh::Counts| counts.bytes_sent.get() as usize;
    let (before, mut first) = (sent(n1.counts()), unread.swap_remove(0));
    while sent(n1.counts()) < before + SENT / 10 {
        first.next().await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_flood_takes_no_more_memory_than_the_options_say() {
    let cluster = "prod".parse().unwrap();
    let authority = Authority::make(&cluster, AUTHORITY_LIFETIME, SystemTime::now()).unwrap();
    let (n1, _controls) = node(&authority, 1, None).await;
    let (n2, _others) = node(&authority, 2, Some(n1.address())).await;
    let mut changes = n2.changes();
    while !changes.next().await.unwrap().iter().any(|change| matches!(change, Change::Up(_))) {}
    let before = held("VmRSS");
    let flooded = tokio::time::timeout(Duration::from_secs(60), flood(&n1, &n2)).await;
    flooded.expect("the flood did not come to its end");
    let grown = held("VmHWM").saturating_sub(before);
    println!("grown by {} MiB", grown / MIB);
    assert!(grown < MOST, "{} MiB", grown / MIB);
}
