//! The note that a running node leaves in its data directory: where it answers, and a key. Only its
//! own user can read it. It is a hint: what says whether a node runs is the lock of the directory.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The file's name in the data directory.
const FILE: &str = "running.json";

/// Where a node answers, and how it is asked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Running {
    /// Where to connect.
    pub(crate) address: SocketAddr,
    /// The key of this machine's command line.
    pub(crate) key: String,
    /// The certificate that the node shows, in Base64; none where it speaks without TLS.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) certificate: Option<String>,
}

impl Running {
    /// A node that listens there.
    pub(crate) fn of(listens: SocketAddr, key: String, certificate: Option<&[u8]>) -> Self {
        let certificate = certificate.map(|bytes| data_encoding::BASE64.encode(bytes));
        Self { address: reached(listens), key, certificate }
    }

    /// Leaves the note, which goes when nobody holds it any more.
    pub(crate) fn leave(&self, dir: &Path) -> Result<Note, Error> {
        self.write(dir)?;
        Ok(Note { path: dir.join(FILE) })
    }

    /// The same node that shows another certificate.
    pub(crate) fn showing(&self, certificate: &[u8]) -> Self {
        let certificate = Some(data_encoding::BASE64.encode(certificate));
        Self { certificate, ..self.clone() }
    }

    /// Writes the note, whole or not at all.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), Error> {
        let path = dir.join(FILE);
        let text = serde_json::to_vec(self).map_err(std::io::Error::from);
        let text = text.map_err(Error::writing(&path))?;
        let write = || {
            // Made for its owner alone.
            let mut file = tempfile::Builder::new().prefix(".running-").tempfile_in(dir)?;
            file.write_all(&text)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(Error::writing(&path))
    }

    /// The note of a data directory; none where no node has left one.
    pub(crate) fn read(dir: &Path) -> Option<Self> {
        let text = std::fs::read(dir.join(FILE)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// The URL at which people find it.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }
}

/// A note that lies in the data directory as long as this lives.
pub(crate) struct Note {
    path: PathBuf,
}

impl Drop for Note {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, "the note of the running node could not be removed");
        }
    }
}

/// From this machine, who listens on all addresses is reached on loopback.
fn reached(listens: SocketAddr) -> SocketAddr {
    let ip = match listens.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listens.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_note_is_for_its_owner_alone_and_goes_with_the_node() {
        let dir = tempfile::tempdir().unwrap();
        let running = Running::of("0.0.0.0:7300".parse().unwrap(), "key".into(), Some(b"x"));
        let note = running.leave(dir.path()).unwrap();
        let mode = std::fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let read = Running::read(dir.path()).unwrap();
        assert_eq!(read.address, "127.0.0.1:7300".parse().unwrap());
        assert!(read == running);
        drop(note);
        assert!(Running::read(dir.path()).is_none());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
