//! What can go wrong for a user: one sentence with the thing, the place and the way out, and the
//! exit code that scripts go by.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use trawl_search::IndexError;
use trawl_search::query::Fault;
use trawl_sources::SourceError;
use trawl_storage::StoreError;

/// Why a command ended otherwise than well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line asks for what can't be.
    #[error("{0}")]
    Usage(String),
    /// A query can't be read, or an order or a list of facets beside it.
    #[error("{said}")]
    Query {
        /// What is wrong, with the text and its place in it.
        said: String,
        /// Which kind of mistake it is.
        fault: Fault,
        /// Where in the query, in bytes; none where it is beside the query.
        span: Option<Range<usize>>,
    },
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] trawl_cluster_config::Error),
    /// The settings can't be read again by a node that runs.
    #[error("{0}; the settings of before are still in effect")]
    NotReloaded(Box<Error>),
    /// The rules are wrong.
    #[error(transparent)]
    Rules(#[from] trawl_detect::Error),
    /// Examples of rules show something else than they say.
    #[error("{0}")]
    Examples(String),
    /// What was asked for is not there.
    #[error("{0}")]
    Missing(String),
    /// What was to be changed is not what it was when it was read.
    #[error("{0}")]
    Changed(String),
    /// What can't be, and so is a fault of ours.
    #[error("a fault in trawl itself: {0}")]
    Fault(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A node has the data directory, and there may be one alone.
    #[error(
        "{} is in use by the node that answers at {url}; stop that one, or name another directory \
         with --data", .dir.display()
    )]
    NodeRuns {
        /// The data directory.
        dir: PathBuf,
        /// Where the node answers.
        url: String,
    },
    /// The disk is too full for a node to be of use.
    #[error("the disk is full: {0}; make room, and start it again")]
    Full(String),
    /// The index failed, or was asked for what it can't give.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The node could not carry out an order.
    #[error(transparent)]
    Node(#[from] trawl_actors::Error),
    /// Targets that can't be scanned: all that is wrong with them.
    #[error("{}", targets(.0))]
    Targets(Vec<(String, Vec<SourceError>)>),
    /// The running node refused what it was asked.
    #[error("{}", .0.detail)]
    Refused(Box<crate::api::Problem>),
    /// The running node could not be asked, or did not answer as one.
    #[error("the node that runs at {address} can't be asked: {why}; see its log, or stop it")]
    Unreachable {
        /// Where it answers.
        address: std::net::SocketAddr,
        /// Why not.
        why: String,
    },
    /// Nobody listens where the note in the data directory says that a node does.
    #[error("the node that ran at {address} can't be asked: {why}; start one with `trawl up`")]
    Unheard {
        /// Where it answered.
        address: std::net::SocketAddr,
        /// Why not.
        why: String,
    },
    /// An address can't be listened on.
    #[error("{address}: can't be listened on: {source}; name another address in api.listen")]
    Listening {
        /// The address.
        address: std::net::SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A file can't be read or written.
    #[error("{}: can't be {action}: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What was to be done with it.
        action: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// Nobody reads the output any more. That is no failure of ours.
    #[error("the output was closed")]
    OutputClosed,
    /// The output can't be written.
    #[error("the output can't be written: {0}")]
    Output(io::Error),
    /// The certificates of a cluster could not be made or read.
    #[error(transparent)]
    Mesh(#[from] trawl_mesh::MeshError),
    /// What another stage was to follow has not ended.
    #[error("what was at work has not ended within node.stop_within; start the node again")]
    Unended,
    /// A name of a node or a cluster that can be none.
    #[error(transparent)]
    Name(#[from] trawl_mesh::NameError),
    /// The system would not let us work.
    #[error("{what}: {source}")]
    System {
        /// What was asked of it.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
}

impl Error {
    /// What the process ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_)
            | Self::Query { .. }
            | Self::Config(_)
            | Self::NotReloaded(_)
            | Self::Name(_)
            | Self::Rules(_)
            | Self::Examples(_)
            | Self::Targets(_) => exit::USAGE,
            Self::Index(IndexError::Cursor(_) | IndexError::Limit { .. }) => exit::USAGE,
            Self::Node(
                trawl_actors::Error::Profile(_)
                | trawl_actors::Error::Schedule(_)
                | trawl_actors::Error::Source(_),
            ) => exit::USAGE,
            Self::Refused(problem) if matches!(problem.status, 400 | 422) => exit::USAGE,
            Self::OutputClosed => exit::DONE,
            _ => exit::FAILED,
        }
    }

    /// A node that did not answer as one.
    pub(crate) fn unreachable(address: std::net::SocketAddr, why: &dyn std::fmt::Display) -> Self {
        Self::Unreachable { address, why: why.to_string() }
    }

    /// A file that could not be read.
    pub(crate) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, action: "read", source }
    }

    /// A file that could not be written.
    pub(crate) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, action: "written", source }
    }
}

/// Errors of writing to the output: a pipe that nobody reads is told apart.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Output(error),
        }
    }
}

/// Exit codes. They are documented in the help and never change their meaning.
pub(crate) mod exit {
    /// All is well.
    pub(crate) const DONE: u8 = 0;
    /// Something failed.
    pub(crate) const FAILED: u8 = 1;
    /// The command line, the settings, the rules or a target are wrong.
    pub(crate) const USAGE: u8 = 2;
    /// `--fail-on` matches.
    pub(crate) const MATCHED: u8 = 3;
    /// Stopped by the user, as shells have it.
    pub(crate) const INTERRUPTED: u8 = 130;
}

fn targets(failed: &[(String, Vec<SourceError>)]) -> String {
    let lines = failed
        .iter()
        .flat_map(|(target, errors)| errors.iter().map(move |error| format!("{target}: {error}")));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_that_nobody_reads_is_no_failure() {
        let closed = Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(closed.exit_code(), exit::DONE);
        let full = Error::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.exit_code(), exit::FAILED);
    }
}
