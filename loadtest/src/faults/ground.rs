//! What nodes stand on: each in a network namespace of its own, with an address of its own on a bridge, or,
//! where this process may make none, all on the loopback. From either, lines to other nodes and the way to
//! the database can be cut one by one.
//!
//! The bridge lies in a namespace, too: no other address or rule of the machine meets it, and all of it
//! is gone with the namespaces. A node is cut off from others there by taking its link down. On the
//! loopback, and where lines are to be poor, datagrams go through relays.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};

use tokio::runtime::Runtime;

use super::packets::{Line, Lines};
use super::streams::Route;
use crate::cluster::free_ports;
use crate::namespace::{self, Namespace};

/// The port of the mesh, where each node has an address of its own.
const PORT: u16 = 7301;

/// What is laid.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// So many nodes stand on it.
    pub nodes: usize,
    /// Where the database is.
    pub database: SocketAddr,
    /// How good the lines between nodes are.
    pub line: Line,
    /// Whether it is the loopback in any case.
    pub on_loopback: bool,
    /// Decides what is lost.
    pub seed: u64,
}

/// It lasts as long as this lives.
#[derive(Debug)]
pub struct Ground {
    bridge: Option<Bridge>,
    /// Where nodes listen.
    listen: Vec<SocketAddr>,
    lines: Option<Lines>,
    routes: Vec<Route>,
    why_loopback: Option<String>,
    /// What relays are run by.
    _runtime: Runtime,
}

/// Namespaces on a bridge.
#[derive(Debug)]
struct Bridge {
    hub: Namespace,
    nodes: Vec<Namespace>,
}

impl Ground {
    /// Lays it.
    pub fn lay(plan: &Plan) -> io::Result<Self> {
        namespace::clear_away();
        let (bridge, why_loopback) = if plan.on_loopback {
            (None, Some("it was asked for".to_owned()))
        } else {
            match Bridge::build(plan.nodes) {
                Ok(bridge) => (Some(bridge), None),
                Err(error) => (None, Some(error.to_string())),
            }
        };
        let listen: Vec<SocketAddr> = match &bridge {
            Some(_) => (0..plan.nodes).map(|node| (of_node(node), PORT).into()).collect(),
            None => {
                let ports = free_ports(plan.nodes)?.into_iter();
                ports.map(|port| (Ipv4Addr::LOCALHOST, port).into()).collect()
            }
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("relays")
            .enable_all()
            .build()?;
        let lines = if bridge.is_none() || plan.line != Line::default() {
            let (hub, address) = match &bridge {
                Some(bridge) => (Some(bridge.hub.name()), HUB),
                None => (None, Ipv4Addr::LOCALHOST),
            };
            let bind = || namespace::inside(hub, || UdpSocket::bind((address, 0)));
            Some(Lines::lay(runtime.handle(), &listen, plan.line, plan.seed, bind)?)
        } else {
            None
        };
        let routes = (0..plan.nodes).map(|node| {
            let within = bridge.as_ref().and_then(|bridge| bridge.name(node));
            let from = namespace::inside(within, || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
            Route::lay(runtime.handle(), from, plan.database)
        });
        let routes = routes.collect::<io::Result<_>>()?;
        Ok(Self { bridge, listen, lines, routes, why_loopback, _runtime: runtime })
    }

    /// Why nodes have no namespaces, if they have none.
    pub fn why_loopback(&self) -> Option<&str> {
        self.why_loopback.as_deref()
    }

    /// The namespace of a node.
    pub fn namespace(&self, node: usize) -> Option<&str> {
        self.bridge.as_ref().and_then(|bridge| bridge.name(node))
    }

    /// Where a node listens for others.
    pub fn listens(&self, node: usize) -> Option<SocketAddr> {
        self.listen.get(node).copied()
    }

    /// Where others reach it.
    pub fn reached(&self, node: usize) -> Option<SocketAddr> {
        let doors = self.lines.as_ref().map_or(&self.listen, |lines| &lines.doors);
        doors.get(node).copied()
    }

    /// Where it finds the database.
    pub fn database(&self, node: usize) -> Option<SocketAddr> {
        self.routes.get(node).map(|route| route.address)
    }

    /// Cuts a node off from the others.
    pub fn cut_from_nodes(&self, node: usize) -> io::Result<()> {
        match (&self.bridge, &self.lines) {
            (Some(bridge), _) => bridge.link(node, "down"),
            (None, Some(lines)) => {
                lines.cut(node);
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }

    /// Ends that.
    pub fn heal_to_nodes(&self, node: usize) -> io::Result<()> {
        match (&self.bridge, &self.lines) {
            (Some(bridge), _) => bridge.link(node, "up"),
            (None, Some(lines)) => {
                lines.heal(node);
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }

    /// Cuts a node off from the database.
    pub fn cut_from_database(&self, node: usize) {
        self.routes.iter().skip(node).take(1).for_each(Route::cut);
    }

    /// Ends that.
    pub fn heal_to_database(&self, node: usize) {
        self.routes.iter().skip(node).take(1).for_each(Route::heal);
    }
}

/// The address of the bridge. It may be the same on each, for none meets another.
const HUB: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 254);

fn of_node(node: usize) -> Ipv4Addr {
    Ipv4Addr::new(10, 77, 0, u8::try_from(node + 1).unwrap_or(u8::MAX))
}

/// The bridge's end of the link of a node.
fn link(node: usize) -> String {
    format!("n{}", node + 1)
}

impl Bridge {
    fn build(nodes: usize) -> io::Result<Self> {
        let hub = Namespace::make("hub")?;
        hub.ip(&["link", "add", "bridge", "type", "bridge"])?;
        hub.ip(&["addr", "add", &format!("{HUB}/24"), "dev", "bridge"])?;
        hub.ip(&["link", "set", "bridge", "up"])?;
        let mut built = Self { hub, nodes: Vec::with_capacity(nodes) };
        for node in 0..nodes {
            let (link, own) = (link(node), Namespace::make(&link(node))?);
            let name = own.name();
            built.hub.ip(&[
                "link", "add", &link, "type", "veth", "peer", "name", "mesh", "netns", name,
            ])?;
            built.hub.ip(&["link", "set", &link, "master", "bridge"])?;
            built.hub.ip(&["link", "set", &link, "up"])?;
            own.ip(&["addr", "add", &format!("{}/24", of_node(node)), "dev", "mesh"])?;
            own.ip(&["link", "set", "mesh", "up"])?;
            built.nodes.push(own);
        }
        Ok(built)
    }

    fn name(&self, node: usize) -> Option<&str> {
        self.nodes.get(node).map(Namespace::name)
    }

    fn link(&self, node: usize, state: &str) -> io::Result<()> {
        self.hub.ip(&["link", "set", &link(node), state])
    }
}
