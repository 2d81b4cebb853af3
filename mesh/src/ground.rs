//! What a mesh stands on: a socket, and chance. They are the machine's, but where a test plays them.

use std::io;
use std::net::SocketAddr;

use quinn::{ClientConfig, Endpoint, ServerConfig};

/// What a mesh stands on.
pub(crate) trait Ground: Send + Sync {
    /// Begins to listen.
    fn endpoint(&self, server: ServerConfig, address: SocketAddr) -> io::Result<Endpoint>;

    /// With what is dialled.
    fn client(&self, config: ClientConfig) -> ClientConfig {
        config
    }

    /// A number that nobody can foresee.
    fn chance(&self) -> u16;
}

/// This machine, by the runtime that this is called in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine;

impl Ground for Machine {
    fn endpoint(&self, server: ServerConfig, address: SocketAddr) -> io::Result<Endpoint> {
        Endpoint::server(server, address)
    }

    /// Half, where the system has none.
    fn chance(&self) -> u16 {
        getrandom::u32().map_or(u16::MAX / 2, |number| number as u16)
    }
}
