//! Lines between nodes that can be cut, slow or lossy: relays of datagrams. Each node is reached at a door
//! of its own, and whoever sends there is known by the address that he listens on, for nodes send from
//! there.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::UdpSocket as Socket;
use tokio::runtime::Handle;

use crate::random::Random;

/// No datagram is longer.
const BYTES: usize = 64 << 10;

/// How good the lines are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Line {
    /// How long each datagram takes.
    pub delay: Duration,
    /// So many of a hundred are lost.
    pub loss_percent: u64,
}

/// The lines between all nodes.
#[derive(Debug)]
pub struct Lines {
    /// Where each node is reached.
    pub doors: Vec<SocketAddr>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    line: Line,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    /// Which nodes are cut off.
    cut: Vec<bool>,
    chance: Random,
}

impl Lines {
    /// Between nodes that listen there. Sockets are made by `bind`, where all of them can be reached.
    pub fn lay(
        runtime: &Handle,
        nodes: &[SocketAddr],
        line: Line,
        seed: u64,
        bind: impl Fn() -> io::Result<UdpSocket>,
    ) -> io::Result<Self> {
        let _within = runtime.enter();
        let socket = || {
            let socket = bind()?;
            socket.set_nonblocking(true)?;
            Socket::from_std(socket).map(Arc::new)
        };
        let now = Now { cut: vec![false; nodes.len()], chance: Random::new(seed, 0x6c69_6e65) };
        let shared = Arc::new(Shared { line, now: Mutex::new(now) });
        let mut doors = Vec::with_capacity(nodes.len());
        for (to, at) in nodes.iter().enumerate() {
            let door = socket()?;
            doors.push(door.local_addr()?);
            // From where the node is sent what each of the others sends it: it answers there.
            let mut behind = Vec::with_capacity(nodes.len());
            for (from, of) in nodes.iter().enumerate() {
                let back = socket()?;
                let way = Way { shared: Arc::clone(&shared), from: to, to: from };
                runtime.spawn(way.carry_back(Arc::clone(&back), *at, Arc::clone(&door), *of));
                behind.push((*of, back));
            }
            runtime.spawn(carry_in(Arc::clone(&shared), door, behind, to, *at));
        }
        Ok(Self { doors, shared })
    }

    /// Cuts a node off from all others.
    pub fn cut(&self, node: usize) {
        self.set(node, true);
    }

    /// Ends that.
    pub fn heal(&self, node: usize) {
        self.set(node, false);
    }

    fn set(&self, node: usize, is_cut: bool) {
        if let Some(cut) = self.shared.now().cut.get_mut(node) {
            *cut = is_cut;
        }
    }
}

/// What comes to the door of a node from the others.
async fn carry_in(
    shared: Arc<Shared>,
    door: Arc<Socket>,
    behind: Vec<(SocketAddr, Arc<Socket>)>,
    to: usize,
    at: SocketAddr,
) {
    let mut bytes = vec![0; BYTES];
    loop {
        let Ok((length, sender)) = door.recv_from(&mut bytes).await else { continue };
        let from = behind.iter().position(|(of, _)| *of == sender);
        if let Some(from) = from
            && from != to
        {
            let way = Way { shared: Arc::clone(&shared), from, to };
            way.send(&behind[from].1, at, &bytes[..length]).await;
        }
    }
}

/// From one node to another.
struct Way {
    shared: Arc<Shared>,
    from: usize,
    to: usize,
}

impl Way {
    /// What a node answers to another, which has come by this socket.
    async fn carry_back(
        self,
        back: Arc<Socket>,
        node: SocketAddr,
        door: Arc<Socket>,
        other: SocketAddr,
    ) {
        let mut bytes = vec![0; BYTES];
        loop {
            let Ok((length, sender)) = back.recv_from(&mut bytes).await else { continue };
            if sender == node {
                self.send(&door, other, &bytes[..length]).await;
            }
        }
    }

    /// Sends a datagram, late, or not at all.
    async fn send(&self, by: &Arc<Socket>, address: SocketAddr, bytes: &[u8]) {
        if !self.shared.lets_through(self.from, self.to) {
            return;
        }
        let delay = self.shared.line.delay;
        if delay.is_zero() {
            // Nobody has promised that it comes.
            let _ = by.send_to(bytes, address).await;
            return;
        }
        let (by, bytes) = (Arc::clone(by), bytes.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            let _ = by.send_to(&bytes, address).await;
        });
    }
}

impl Shared {
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lets_through(&self, from: usize, to: usize) -> bool {
        let mut now = self.now();
        let is_cut = now.cut.iter().enumerate().any(|(n, cut)| *cut && (n == from || n == to));
        !is_cut && !now.chance.chance(self.line.loss_percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Two {
        nodes: [UdpSocket; 2],
        lines: Lines,
        /// What carries; ends with it.
        _runtime: tokio::runtime::Runtime,
    }

    fn two(line: Line) -> Two {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let bind = || UdpSocket::bind("127.0.0.1:0");
        let nodes = [bind().unwrap(), bind().unwrap()];
        for node in &nodes {
            node.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        }
        let addresses = nodes.each_ref().map(|node| node.local_addr().unwrap());
        let lines = Lines::lay(runtime.handle(), &addresses, line, 1, bind).unwrap();
        Two { nodes, lines, _runtime: runtime }
    }

    /// Sends until something comes, which is sent back until it comes, too.
    fn meet(Two { nodes: [a, b], lines, .. }: &Two) {
        let mut bytes = [0; 8];
        let from = loop {
            a.send_to(b"hello", lines.doors[1]).unwrap();
            if let Ok((5, from)) = b.recv_from(&mut bytes) {
                break from;
            }
        };
        loop {
            b.send_to(b"welcome", from).unwrap();
            if let Ok((7, from)) = a.recv_from(&mut bytes) {
                assert_eq!(from, lines.doors[1]);
                return;
            }
        }
    }

    #[test]
    fn datagrams_come_and_are_answered_by_lines_good_and_poor() {
        meet(&two(Line::default()));
        meet(&two(Line { delay: Duration::from_millis(20), loss_percent: 30 }));
    }

    #[test]
    fn nothing_comes_to_a_node_that_is_cut_off_or_from_it_until_that_is_healed() {
        let two = two(Line::default());
        meet(&two);
        let mut bytes = [0; 8];
        for node in [0, 1] {
            two.lines.cut(node);
            two.nodes[0].send_to(b"secret", two.lines.doors[1]).unwrap();
            // What was sent before may come still.
            while let Ok((length, _)) = two.nodes[1].recv_from(&mut bytes) {
                assert_ne!(length, 6);
            }
            two.lines.heal(node);
            meet(&two);
        }
    }
}
