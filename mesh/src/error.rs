//! What can go wrong before there is a mesh: files, certificates, the socket.
//!
//! What goes wrong between nodes has types of its own: [`crate::Refusal`] for connections and
//! [`crate::Failed`] for requests.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::name::{ClusterName, NameError};

/// Why a certificate was not made or read, or the mesh did not start.
#[derive(Debug, thiserror::Error)]
pub enum MeshError {
    /// A name that is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A file or folder that could not be read or written.
    #[error("{}: could not be {doing}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file that is there already.
    #[error(
        "{}: is there already and is never written over; name another folder, or move it away if \
         it is no longer needed",
        path.display()
    )]
    Exists {
        /// Which one.
        path: PathBuf,
    },
    /// A file whose content is not what it should be.
    #[error("{place}: {why}")]
    Credentials {
        /// Which file, or what else it was read of.
        place: String,
        /// What is wrong, and the way out.
        why: String,
    },
    /// A certificate of another cluster.
    #[error(
        "{place}: is of the cluster {found}, this node is set to {expected}; issue one with the \
         authority of {expected}, or correct the name of the cluster"
    )]
    OtherCluster {
        /// Which file.
        place: String,
        /// What it says.
        found: ClusterName,
        /// What is set.
        expected: ClusterName,
    },
    /// A setting that is out of its bounds.
    #[error("{option} is {found}: {why}")]
    Option {
        /// Which one.
        option: &'static str,
        /// What it is.
        found: String,
        /// What it may be.
        why: &'static str,
    },
    /// The address can't be listened on.
    #[error(
        "{address} (UDP) can't be listened on: {source}; free it, or set another address for the \
         mesh"
    )]
    Listening {
        /// Which one.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// Gossip could not be started.
    #[error("gossip did not start: {0}")]
    Gossip(String),
    /// What the cryptography says, where no file is to blame.
    #[error("{doing}: {why}")]
    Crypto {
        /// What was tried.
        doing: &'static str,
        /// What was said.
        why: String,
    },
}

impl MeshError {
    /// For `map_err` after an operation on a file.
    pub(crate) fn file(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, doing, source }
    }

    /// For `map_err` after something of cryptography.
    pub(crate) fn crypto<E: std::fmt::Display>(doing: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Crypto { doing, why: error.to_string() }
    }
}
