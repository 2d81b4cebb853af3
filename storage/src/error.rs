//! The one error of this room.

use std::path::PathBuf;

use trawl_model::wire::WireError;

/// Why a verb was not carried out. Of a commit nothing was written: what may have been is
/// [`Outcome::Unknown`](crate::Outcome::Unknown). Of a plain write some may have been, which harms
/// nobody: it is tried again.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// More rows than a commit or a batch may have.
    #[error(
        "{table}: {rows} rows in one write, at most {limit} are allowed; write in smaller steps"
    )]
    TooManyRows {
        /// The table.
        table: &'static str,
        /// How many there were.
        rows: usize,
        /// How many there may be.
        limit: usize,
    },
    /// More bytes than a commit or a batch may have.
    #[error(
        "{table}: {bytes} bytes in one write, at most {limit} are allowed; write in smaller steps"
    )]
    TooManyBytes {
        /// The table.
        table: &'static str,
        /// How many there were.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A key that no store could keep.
    #[error("{table}: a key of {bytes} bytes, at most {limit} are allowed")]
    KeyTooLong {
        /// The table.
        table: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// Rows of several partitions in one write.
    #[error("{table}: rows of more than one partition in one write; write them apart")]
    ManyPartitions {
        /// The table.
        table: &'static str,
    },
    /// The head of a fenced partition is never deleted.
    #[error("{table}: the head of a partition is never deleted; mark it gone instead")]
    Head {
        /// The table.
        table: &'static str,
    },
    /// A commit that deletes what it puts: stores disagree on what that means.
    #[error("{table}: a row is put and deleted by the same commit; do one of the two")]
    PutAndDeleted {
        /// The table.
        table: &'static str,
    },
    /// A verb that is not for tables of this kind.
    #[error("{table}: {verb} is not for this kind of table")]
    WrongKind {
        /// The table.
        table: &'static str,
        /// The verb.
        verb: &'static str,
    },
    /// A row that doesn't fit its table, or was written by something else.
    #[error(
        "{table}: a row has a {what} that can't be read; the store was written by something else, or is damaged"
    )]
    Row {
        /// The table.
        table: &'static str,
        /// Which part of it.
        what: &'static str,
    },
    /// A cursor that no sweep gave.
    #[error("{table}: the cursor is not one that a sweep of this table gave")]
    Cursor {
        /// The table.
        table: &'static str,
    },
    /// A value that could not be encoded or decoded.
    #[error("{table}: {source}")]
    Wire {
        /// The table.
        table: &'static str,
        /// Why.
        source: WireError,
    },
    /// The disk is full.
    #[error("no space left for {dir}: make room and try again; what was acknowledged is kept")]
    Full {
        /// The data directory.
        dir: PathBuf,
    },
    /// The disk, or the file system on it, failed.
    #[error("{dir}: {message}")]
    Disk {
        /// The data directory.
        dir: PathBuf,
        /// What the store said.
        message: String,
    },
    /// Rows could not be read from the disk.
    #[error("{table}: rows can't be read from the disk: {message}")]
    Read {
        /// The table.
        table: &'static str,
        /// What the store said.
        message: String,
    },
    /// Another process has the data directory.
    #[error("{dir} is in use by process {holder}; stop that process, or name another directory")]
    InUse {
        /// The data directory.
        dir: PathBuf,
        /// The process that has it, or `unknown`.
        holder: String,
    },
    /// The data directory was written by a newer version.
    #[error(
        "{dir} has format {found}, and this program knows format {known}; run the newer program"
    )]
    Newer {
        /// The data directory.
        dir: PathBuf,
        /// The format that it has.
        found: u32,
        /// The newest format that is known here.
        known: u32,
    },
    /// A file of the data directory that is not as it was written.
    #[error("{path}: {what}")]
    BadFile {
        /// The file.
        path: PathBuf,
        /// What is wrong, and the way out.
        what: String,
    },
    /// The root key is not the one that this store's keys were wrapped with.
    #[error("the root key is not the one that this store was made with; give that one back")]
    RootKey,
    /// A commit's outcome could not be learnt in as many tries as there may be.
    #[error("{table}: the outcome of a commit could not be learnt; try again later")]
    Unsettled {
        /// The table.
        table: &'static str,
    },
    /// No random bytes from the system.
    #[error("the system gave no random bytes: {0}")]
    Random(String),
    /// No node of the database answers.
    #[error("the database can't be reached: {message}")]
    Unreachable {
        /// What the driver said.
        message: String,
    },
    /// The database did not do what it was asked.
    #[error("{table}: the database did not answer as it should: {message}")]
    Database {
        /// The table.
        table: &'static str,
        /// What the driver said.
        message: String,
    },
    /// The database would not do what it was asked.
    #[error("{table}: the database refuses what it is asked: {message}")]
    Refused {
        /// The table.
        table: &'static str,
        /// What it said.
        message: String,
    },
    /// A keyspace that is not as this program wants it.
    #[error("keyspace {keyspace}: {what}")]
    Keyspace {
        /// The keyspace.
        keyspace: String,
        /// What is wrong, and the way out.
        what: String,
    },
    /// A store that is not copied by us.
    #[error("this store is not copied by trawl: back the database up by its own means")]
    NoBackup,
    /// The store has been closed.
    #[error("the store has been closed")]
    Closed,
}
