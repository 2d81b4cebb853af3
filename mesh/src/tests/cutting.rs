//! Links that are cut without a word: what is sent on them is lost, and nobody is told.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::node::{HANG, LONG, Node};
use crate::testing::{authority, loopback, node, soon, until};
use crate::{Status, options::Transport};

/// A stretch of wire before a node.
struct Wire {
    address: SocketAddr,
    leads_to: watch::Sender<Option<SocketAddr>>,
    cut: Arc<AtomicBool>,
    _carrying: JoinSet<()>,
}

impl Wire {
    async fn new() -> Self {
        let before = Arc::new(UdpSocket::bind(loopback()).await.unwrap());
        let address = before.local_addr().unwrap();
        let (leads_to, target) = watch::channel(None);
        let cut = Arc::new(AtomicBool::new(false));
        let mut carrying = JoinSet::new();
        carrying.spawn(carry(before, target, Arc::clone(&cut)));
        Self { address, leads_to, cut, _carrying: carrying }
    }
}

/// Carries packets there and back, each sender with a socket of its own.
async fn carry(
    before: Arc<UdpSocket>,
    target: watch::Receiver<Option<SocketAddr>>,
    cut: Arc<AtomicBool>,
) {
    let mut behind: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
    let mut back = JoinSet::new();
    let mut packet = vec![0; 65_536];
    loop {
        let Ok((length, from)) = before.recv_from(&mut packet).await else { continue };
        let Some(target) = *target.borrow() else { continue };
        if cut.load(Ordering::SeqCst) {
            continue;
        }
        if let Entry::Vacant(place) = behind.entry(from) {
            let socket = Arc::new(UdpSocket::bind(loopback()).await.unwrap());
            socket.connect(target).await.unwrap();
            place.insert(Arc::clone(&socket));
            let (before, cut) = (Arc::clone(&before), Arc::clone(&cut));
            back.spawn(async move {
                let mut packet = vec![0; 65_536];
                while let Ok(length) = socket.recv(&mut packet).await {
                    if !cut.load(Ordering::SeqCst) {
                        let _ = before.send_to(&packet[..length], from).await;
                    }
                }
            });
        }
        let _ = behind[&from].send(&packet[..length]).await;
    }
}

async fn start(wire: &Wire, number: u8, seed: Option<SocketAddr>) -> Node {
    let ca = CA.get_or_init(authority);
    let node = Node::start(ca, number, |options, _| {
        options.advertise = Some(wire.address);
        options.seeds = seed.iter().map(SocketAddr::to_string).collect();
        options.transport = Transport {
            idle: Duration::from_millis(600),
            keep_alive: Duration::from_millis(100),
            handshake_within: Duration::from_millis(500),
            ..Transport::default()
        };
    })
    .await;
    wire.leads_to.send_replace(Some(node.mesh.address()));
    node
}

static CA: std::sync::OnceLock<crate::Authority> = std::sync::OnceLock::new();

#[tokio::test]
async fn who_falls_silent_is_gone_and_is_met_again_when_the_link_is_whole() {
    let (first, second) = (Wire::new().await, Wire::new().await);
    let n1 = start(&first, 1, None).await;
    let n2 = start(&second, 2, Some(first.address)).await;
    n1.meets(&["n2"]).await;
    n2.meets(&["n1"]).await;
    for _ in 0..2 {
        let mesh = n2.mesh.clone();
        let asked = tokio::spawn(async move { mesh.ask(&node("n1"), HANG, "?", LONG).await });
        until(|| n1.hanging() == 1).await;
        for wire in [&first, &second] {
            wire.cut.store(true, Ordering::SeqCst);
        }
        // What was asked ends on both sides, and so do the connections.
        assert_eq!(soon(asked).await.unwrap().unwrap_err().status, Status::Gone);
        n1.meets(&[]).await;
        n2.meets(&[]).await;
        until(|| n1.hanging() == 0).await;
        for wire in [&first, &second] {
            wire.cut.store(false, Ordering::SeqCst);
        }
        n1.meets(&["n2"]).await;
        n2.meets(&["n1"]).await;
        soon(n2.is_served_by("n1")).await;
    }
}
