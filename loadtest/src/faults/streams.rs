//! A way from a node to the database that can be cut: a relay of its connections. While it is cut nothing
//! goes either way, and nobody is told, as in a network that loses everything.

use std::io;
use std::net::{SocketAddr, TcpListener};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// Bytes of one connection that are under way here, each way.
const BYTES: usize = 64 << 10;

/// The way of one node.
#[derive(Debug)]
pub struct Route {
    /// Where the node finds it.
    pub address: SocketAddr,
    is_open: watch::Sender<bool>,
}

impl Route {
    /// From a socket to the database.
    pub fn lay(runtime: &Handle, from: TcpListener, to: SocketAddr) -> io::Result<Self> {
        let address = from.local_addr()?;
        from.set_nonblocking(true)?;
        let from = {
            let _within = runtime.enter();
            tokio::net::TcpListener::from_std(from)?
        };
        let (is_open, gate) = watch::channel(true);
        runtime.spawn(async move {
            while let Ok((near, _)) = from.accept().await {
                tokio::spawn(carry(near, to, gate.clone()));
            }
        });
        Ok(Self { address, is_open })
    }

    /// Lets nothing through any more.
    pub fn cut(&self) {
        self.is_open.send_replace(false);
    }

    /// Lets through what has waited, and all that comes.
    pub fn heal(&self) {
        self.is_open.send_replace(true);
    }
}

/// Carries a connection until both sides have ended it, or one of them breaks it off.
async fn carry(near: TcpStream, to: SocketAddr, mut gate: watch::Receiver<bool>) -> io::Result<()> {
    opened(&mut gate).await?;
    let far = TcpStream::connect(to).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    tokio::try_join!(pump(from_near, to_far, gate.clone()), pump(from_far, to_near, gate))?;
    Ok(())
}

async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut gate: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut bytes = vec![0; BYTES];
    loop {
        let read = from.read(&mut bytes).await?;
        opened(&mut gate).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        to.write_all(&bytes[..read]).await?;
    }
}

/// Waits until the way is open; fails when it is given up.
async fn opened(gate: &mut watch::Receiver<bool>) -> io::Result<()> {
    gate.wait_for(|is_open| *is_open).await.map(drop).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_sent_while_the_way_is_cut_comes_when_it_is_healed() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let database = TcpListener::bind("127.0.0.1:0").unwrap();
        let from = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = database.local_addr().unwrap();
        let route = Route::lay(runtime.handle(), from, to).unwrap();
        let mut near = TcpStream::connect(route.address).unwrap();
        near.write_all(b"one").unwrap();
        let (mut far, _) = database.accept().unwrap();
        let mut three = [0; 3];
        far.read_exact(&mut three).unwrap();
        route.cut();
        near.write_all(b"two").unwrap();
        // So long nothing came; that nothing would come later can't be waited for.
        far.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        far.read_exact(&mut three).unwrap_err();
        route.heal();
        far.set_read_timeout(None).unwrap();
        far.read_exact(&mut three).unwrap();
        assert_eq!(&three, b"two");
        drop(far);
        assert_eq!(near.read(&mut three).unwrap(), 0);
    }
}
