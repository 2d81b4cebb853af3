//! A split as tantivy's directory: files that are there, and can only be read.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, FileSlice, Lock, WatchCallback, WatchHandle, WritePtr,
};

use super::footer::Footer;

/// Where tantivy says what an index is made of.
pub(crate) const INDEX: &str = "meta.json";

/// The files of a split.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    body: Arc<dyn FileHandle>,
    index: Arc<[u8]>,
    places: Arc<HashMap<PathBuf, Range<usize>>>,
}

impl Files {
    pub(crate) fn new(body: Arc<dyn FileHandle>, footer: &Footer) -> Self {
        let places = footer.files.iter().map(|file| {
            (PathBuf::from(&file.name), file.bytes.start as usize..file.bytes.end as usize)
        });
        Self { body, index: footer.index.as_slice().into(), places: Arc::new(places.collect()) }
    }
}

impl Directory for Files {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.open_read(path)?))
    }

    fn open_read(&self, path: &Path) -> Result<FileSlice, OpenReadError> {
        let place = self.places.get(path);
        let place = place.ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))?;
        Ok(FileSlice::new(self.body.clone()).slice(place.clone()))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(path == Path::new(INDEX) || self.places.contains_key(path))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        match path == Path::new(INDEX) {
            true => Ok(self.index.to_vec()),
            false => Err(OpenReadError::FileDoesNotExist(path.to_owned())),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(never()), filepath: path.to_owned() })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::IoError { io_error: Arc::new(never()), filepath: path.to_owned() })
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(never())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Err(LockError::IoError(Arc::new(never())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

fn never() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "a split is never changed")
}
