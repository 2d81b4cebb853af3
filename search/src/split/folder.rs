//! Where splits lie.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::Directory;
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{FileHandle, FileSlice, MmapDirectory};
use tempfile::NamedTempFile;

use crate::error::IndexError;

/// Where files lie that are written once and never changed: a folder, or a store of objects.
pub trait Blobs: Send + Sync {
    /// The file, to be read by stretches.
    fn open(&self, name: &str) -> Result<FileSlice, IndexError>;

    /// Writes a file. It is there as a whole and for good when this has returned, or not at all.
    fn put(
        &self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), IndexError>;

    /// The names of all files, in order.
    fn list(&self) -> Result<Vec<String>, IndexError>;

    /// Removes a file. That it is not there is no error.
    fn delete(&self, name: &str) -> Result<(), IndexError>;

    /// The file once more, where what was opened is damaged: it may lie as it was written elsewhere.
    fn open_anew(&self, name: &str) -> Result<FileSlice, IndexError> {
        self.open(name)
    }

    /// How the place is called, where it is one that others reach too.
    fn place(&self) -> Option<&str> {
        None
    }

    /// A moment that tells copies that were opened before from those that are opened after it.
    fn moment(&self) -> u64 {
        0
    }

    /// Of files that lie elsewhere: removes the copies that are here but for those of these names, for what
    /// is open, and for what was opened after that moment. The place is not asked.
    fn keep_copies(&self, _names: &[String], _moment: u64) {}
}

/// A local folder. Files are mapped into memory, so that what is read is read once and by the page.
#[derive(Clone)]
pub struct Folder {
    path: PathBuf,
    mapped: MmapDirectory,
}

/// Begins the names of files that are not yet whole.
pub(super) const UNFINISHED: &str = ".new-";

impl Folder {
    /// The folder at this path; it is made if it is not there, and what a crash has left half
    /// written is removed. One process at a time uses it.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let failed = |error| IndexError::io(&path.to_string_lossy(), error);
        fs::create_dir_all(path).map_err(failed)?;
        for entry in fs::read_dir(path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        let mapped = MmapDirectory::open(path)
            .map_err(|error| IndexError::engine("open its folder")(error.into()))?;
        Ok(Self { path: path.to_owned(), mapped })
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    fn write(
        &self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut file = self.begin()?;
        let mut buffered = io::BufWriter::with_capacity(1 << 20, file.as_file_mut());
        write(&mut buffered)?;
        buffered.flush()?;
        drop(buffered);
        file.as_file().sync_all()?;
        self.keep(file, name)
    }

    /// A file that is not whole yet, and is gone when it is dropped.
    pub(super) fn begin(&self) -> io::Result<NamedTempFile> {
        tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.path)
    }

    /// Gives a file that is whole its name.
    pub(super) fn keep(&self, file: NamedTempFile, name: &str) -> io::Result<()> {
        file.persist(self.path.join(name)).map_err(|error| error.error)?;
        self.sync()
    }

    /// The file, mapped.
    pub(super) fn handle(&self, name: &str) -> Result<Arc<dyn FileHandle>, IndexError> {
        self.mapped.get_file_handle(Path::new(name)).map_err(|error| match error {
            OpenReadError::FileDoesNotExist(_) => {
                IndexError::io(name, io::Error::from(io::ErrorKind::NotFound))
            }
            OpenReadError::IoError { io_error, .. } => {
                IndexError::Io { name: name.to_owned(), cause: io_error }
            }
            other => IndexError::engine("open a split")(other.into()),
        })
    }
}

impl Blobs for Folder {
    fn open(&self, name: &str) -> Result<FileSlice, IndexError> {
        self.handle(name).map(FileSlice::new)
    }

    fn put(
        &self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), IndexError> {
        self.write(name, write).map_err(|error| IndexError::io(name, error))
    }

    fn list(&self) -> Result<Vec<String>, IndexError> {
        let failed = |error| IndexError::io(&self.path.to_string_lossy(), error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn delete(&self, name: &str) -> Result<(), IndexError> {
        match fs::remove_file(self.path.join(name)).and_then(|()| self.sync()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(IndexError::io(name, error))
            }
            _ => Ok(()),
        }
    }
}
