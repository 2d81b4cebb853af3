//! A data directory: which format it has, who has it open, and whose it is.
//!
//! Whatever a node keeps on its own disk lies in one: its store where that is the embedded one, the files of
//! its index, its root key where it made one, its id. One process at a time has it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use trawl_model::NodeId;

use crate::error::StoreError;

/// The format that is written here, and the newest that is read.
pub const FORMAT: u32 = 1;

/// The file of the root key.
pub const ROOT_KEY_FILE: &str = "root.key";

/// The folder of the embedded store.
pub(crate) const STORE_DIR: &str = "store";

const FORMAT_FILE: &str = "FORMAT";
const LOCK_FILE: &str = "LOCK";
const NODE_FILE: &str = "node";
const CLUSTER_FILE: &str = "cluster";

/// No file that is read here is longer.
const MAX_TEXT: u64 = 256;

/// A data directory that nobody else has as long as this lives.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    lock: File,
}

impl Drop for Directory {
    /// Closing the file is not enough: a process that is being started may hold it for a moment.
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

impl Directory {
    /// Takes a data directory, and makes it where there is none: for its own user alone, for names of
    /// objects lie in it as they are. One that is there keeps the rights that it was given.
    pub fn take(path: &Path) -> Result<Self, StoreError> {
        make(path).map_err(|error| io_error(path, &error))?;
        let lock = lock(path)?;
        check_format(path)?;
        Ok(Self { path: path.to_owned(), lock })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Sees that it has no store of its own: what is kept in that would not be seen beside a database.
    pub fn without_store(&self) -> Result<(), StoreError> {
        let path = self.path.join(STORE_DIR);
        if !path.exists() {
            return Ok(());
        }
        let what = "is a store of this directory's own, and what is kept in it would not be seen beside a \
                    database; name another directory in node.data_dir, or set store.kind to embedded";
        Err(StoreError::BadFile { path, what: what.to_owned() })
    }

    /// Sees that it keeps nothing of another cluster, whose findings its index would show. A new one is
    /// that cluster's from now on.
    pub fn of_cluster(&self, cluster: &str) -> Result<(), StoreError> {
        let path = self.path.join(CLUSTER_FILE);
        let bad = |what: &str| StoreError::BadFile { path: path.clone(), what: what.to_owned() };
        match text(&path)? {
            Some(kept) if kept == cluster => Ok(()),
            Some(_) => Err(bad(
                "says that the directory belongs to another keyspace or cluster than the one that \
                 `database.nodes` and `database.keyspace` lead to; set those of before, or name another \
                 directory in node.data_dir",
            )),
            None => write_durably(&path, format!("{cluster}\n").as_bytes()),
        }
    }

    /// Sees that it is not a node's whose store is a database.
    pub(crate) fn of_itself(&self) -> Result<(), StoreError> {
        let path = self.path.join(CLUSTER_FILE);
        if !path.exists() {
            return Ok(());
        }
        let what = "says that the store of this directory is a database; set store.kind to cql, or name \
                    another directory in node.data_dir";
        Err(StoreError::BadFile { path, what: what.to_owned() })
    }
}

/// Of which store a data directory is: of a database, which other directories share, or of its own. Whoever
/// asks has it.
pub fn store_of(dir: &Path) -> Result<String, StoreError> {
    match text(&dir.join(CLUSTER_FILE))? {
        Some(cluster) => Ok(format!("database {cluster}")),
        None => Ok(format!("directory {}", node_of(dir)?)),
    }
}

/// The id of the node whose data directory it is, made when it is first asked for. It lasts as long as
/// the directory; whoever asks has it.
pub fn node_of(dir: &Path) -> Result<NodeId, StoreError> {
    let path = dir.join(NODE_FILE);
    if let Some(id) = text(&path)? {
        return id.parse().map_err(|_| StoreError::BadFile {
            path,
            what: "holds no id of a node; remove it, and the node gets another one".to_owned(),
        });
    }
    let mut bytes = [0; NodeId::LEN];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Random(error.to_string()))?;
    let id = NodeId::from_bytes(bytes);
    write_durably(&path, format!("{id}\n").as_bytes())?;
    Ok(id)
}

/// What a small file holds; none where there is none.
fn text(path: &Path) -> Result<Option<String>, StoreError> {
    let read = File::open(path).and_then(|file| {
        let mut text = String::new();
        file.take(MAX_TEXT).read_to_string(&mut text)?;
        Ok(text)
    });
    match read {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(path, &error)),
    }
}

fn make(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        std::fs::create_dir_all(above)?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

/// The error of a file operation.
pub(crate) fn io_error(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            StoreError::Full { dir: path.to_owned() }
        }
        _ => StoreError::Disk { dir: path.to_owned(), message: error.to_string() },
    }
}

pub(crate) fn sync_dir(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

fn lock(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join(LOCK_FILE);
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(|error| io_error(dir, &error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StoreError::InUse { dir: dir.to_owned(), holder: holder(&mut file) });
        }
        Err(TryLockError::Error(error)) => return Err(io_error(dir, &error)),
    }
    // Who holds it is for people to read: that it can't be written (a full disk) stops nobody.
    let _ = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(file)
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(32).read_to_string(&mut text);
    match text.trim() {
        pid if read.is_ok() && !pid.is_empty() => pid.to_owned(),
        _ => "unknown".to_owned(),
    }
}

fn check_format(dir: &Path) -> Result<(), StoreError> {
    let path = dir.join(FORMAT_FILE);
    let Some(text) = text(&path)? else { return write_format(dir) };
    let found: u32 = text.parse().map_err(|_| StoreError::BadFile {
        path,
        what: "holds no format; the directory is not of this program, or is damaged".to_owned(),
    })?;
    if found > FORMAT {
        return Err(StoreError::Newer { dir: dir.to_owned(), found, known: FORMAT });
    }
    Ok(())
}

fn write_format(dir: &Path) -> Result<(), StoreError> {
    if dir.join(STORE_DIR).exists() {
        return Err(StoreError::BadFile {
            path: dir.join(FORMAT_FILE),
            what: "is missing beside a store; restore a backup into a new directory".to_owned(),
        });
    }
    write_durably(&dir.join(FORMAT_FILE), format!("{FORMAT}\n").as_bytes())
}

/// Writes a small file so that it is there whole or not at all.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let unfinished = path.with_extension("new");
    let dir = path.parent().unwrap_or(Path::new("."));
    let write = || {
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true);
        options.mode(0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&unfinished, path)?;
        sync_dir(dir)
    };
    write().map_err(|error| io_error(dir, &error))
}
