//! The data directory: which format it has, and who has it open.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// The format that is written here, and the newest that is read.
pub const FORMAT: u32 = 1;

/// The file of the root key.
pub const ROOT_KEY_FILE: &str = "root.key";

const FORMAT_FILE: &str = "FORMAT";
const LOCK_FILE: &str = "LOCK";
const STORE_DIR: &str = "store";
const JOURNAL_EXTENSION: &str = "jnl";
const UNFINISHED_STORE_DIR: &str = "store.new";

/// A data directory that nobody else has as long as this lives.
pub(super) struct Directory {
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
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        make(path).map_err(|error| io_error(path, &error))?;
        let lock = lock(path)?;
        check_format(path)?;
        Ok(Self { path: path.to_owned(), lock })
    }

    /// Where fjall's files lie.
    pub(super) fn store(&self) -> PathBuf {
        self.path.join(STORE_DIR)
    }

    /// Empties fjall's journal: it is closed, and all that it holds lies in its tables. An empty
    /// journal is what it leaves itself when the first batch of one is torn. Where there are
    /// several, something of them is still needed.
    pub(super) fn empty_journal(&self) -> std::io::Result<()> {
        let mut journals = Vec::new();
        for entry in std::fs::read_dir(self.store())? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == JOURNAL_EXTENSION) {
                journals.push(path);
            }
        }
        let [journal] = journals.as_slice() else { return Ok(()) };
        let journal = OpenOptions::new().write(true).open(journal)?;
        journal.set_len(0)?;
        journal.sync_all()
    }

    /// Where fjall's files are made. They are moved to [`Directory::store`] when they are whole:
    /// what was begun and not ended can't be opened.
    pub(super) fn unfinished_store(&self) -> Result<PathBuf, StoreError> {
        let path = self.path.join(UNFINISHED_STORE_DIR);
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(io_error(&path, &error)),
            _ => Ok(path),
        }
    }

    /// Moves what was made to its place.
    pub(super) fn finish_store(&self, unfinished: &Path) -> Result<(), StoreError> {
        std::fs::rename(unfinished, self.store())
            .and_then(|()| sync_dir(&self.path))
            .map_err(|error| io_error(&self.path, &error))
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
pub(super) fn io_error(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            StoreError::Full { dir: path.to_owned() }
        }
        _ => StoreError::Disk { dir: path.to_owned(), message: error.to_string() },
    }
}

pub(super) fn sync_dir(path: &Path) -> std::io::Result<()> {
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
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return write_format(dir),
        Err(error) => return Err(io_error(&path, &error)),
    };
    let found: u32 = text.trim().parse().map_err(|_| StoreError::BadFile {
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
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&unfinished, path)?;
        sync_dir(dir)
    };
    write().map_err(|error| io_error(dir, &error))
}
