//! What of a data directory is the embedded store's: where fjall's files are made, and where they lie.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::directory::{Directory, STORE_DIR, io_error, sync_dir};
use crate::error::StoreError;

const JOURNAL_EXTENSION: &str = "jnl";
const UNFINISHED_STORE_DIR: &str = "store.new";

impl Directory {
    /// Where fjall's files lie.
    pub(super) fn store(&self) -> PathBuf {
        self.path().join(STORE_DIR)
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
        let path = self.path().join(UNFINISHED_STORE_DIR);
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(io_error(&path, &error)),
            _ => Ok(path),
        }
    }

    /// Moves what was made to its place.
    pub(super) fn finish_store(&self, unfinished: &Path) -> Result<(), StoreError> {
        std::fs::rename(unfinished, self.store())
            .and_then(|()| sync_dir(self.path()))
            .map_err(|error| io_error(self.path(), &error))
    }
}
