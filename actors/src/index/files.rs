//! The files of an index: what they are called, and which of them somebody uses now.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;
use trawl_model::SplitId;
use trawl_search::IndexError;
use trawl_search::split::{Blobs, Bundle, DeadList, FileSlice, Split, Watch};

/// The files, wherever they lie.
pub(super) struct Files {
    blobs: Arc<dyn Blobs>,
    /// Those that are being written, and that no manifest names yet.
    written: Mutex<HashSet<String>>,
    /// Splits that were opened here.
    opened: Mutex<HashMap<String, Watch>>,
}

/// A file that is being written: it stays until this is dropped.
pub(super) struct Unnamed {
    files: Arc<Files>,
    name: String,
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        self.files.written.lock().remove(&self.name);
    }
}

/// The file of a split.
pub(super) fn of_split(split: SplitId) -> String {
    format!("{split}.split")
}

/// The file of a list of the dead.
pub(super) fn of_list(list: SplitId) -> String {
    format!("{list}.dead")
}

impl Files {
    pub(super) fn new(blobs: Arc<dyn Blobs>) -> Self {
        Self { blobs, written: Mutex::default(), opened: Mutex::default() }
    }

    /// Keeps the janitor from a file until a manifest names it.
    pub(super) fn keep(self: &Arc<Self>, name: String) -> Unnamed {
        self.written.lock().insert(name.clone());
        Unnamed { files: Arc::clone(self), name }
    }

    /// Writes a split, and opens it.
    pub(super) fn put_split(&self, id: SplitId, bundle: &Bundle) -> Result<Split, IndexError> {
        self.blobs.put(&of_split(id), &mut |to| bundle.write(to))?;
        self.open_split(id)
    }

    /// Opens a split.
    pub(super) fn open_split(&self, id: SplitId) -> Result<Split, IndexError> {
        let name = of_split(id);
        let split = self.whole(&name, |file| Split::open(&id.to_string(), file))?;
        let mut opened = self.opened.lock();
        opened.retain(|_, watch| watch.is_open());
        opened.insert(name, split.watch());
        Ok(split)
    }

    /// Writes a list of the dead.
    pub(super) fn put_list(&self, id: SplitId, list: &DeadList) -> Result<(), IndexError> {
        let bytes = list.to_bytes().map_err(|error| IndexError::io(&of_list(id), error))?;
        self.blobs.put(&of_list(id), &mut |to| to.write_all(&bytes))
    }

    /// Reads a list of the dead.
    pub(super) fn list(&self, id: SplitId) -> Result<DeadList, IndexError> {
        let name = of_list(id);
        self.whole(&name, |file| {
            let bytes = file.read_bytes().map_err(|error| IndexError::io(&name, error))?;
            DeadList::of_bytes(&name, &bytes)
        })
    }

    /// What is read of a file; once more, where it is damaged, for it may be that only here.
    fn whole<T>(
        &self,
        name: &str,
        read: impl Fn(FileSlice) -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        match read(self.blobs.open(name)?) {
            Err(error) if error.is_damaged() => read(self.blobs.open_anew(name)?),
            read => read,
        }
    }

    /// How the place is called where they lie, if others reach it too.
    pub(super) fn place(&self) -> Option<&str> {
        self.blobs.place()
    }

    /// Tells copies that are opened from now on from others.
    pub(super) fn moment(&self) -> u64 {
        self.blobs.moment()
    }

    /// Removes copies of files that are none of these, and were not opened since.
    pub(super) fn keep_copies(&self, names: &[String], moment: u64) {
        self.blobs.keep_copies(names, moment);
    }

    /// All files that there are.
    pub(super) fn all(&self) -> Result<Vec<String>, IndexError> {
        self.blobs.list()
    }

    /// Removes those of these files that nobody uses; gives those that somebody does.
    pub(super) fn remove_all(&self, mut names: Vec<String>) -> Vec<String> {
        names.retain(|name| match self.remove(name) {
            Ok(gone) => !gone,
            Err(error) => {
                tracing::warn!(%error, "a file of the index could not be removed");
                true
            }
        });
        names
    }

    /// Removes a file that no manifest names, unless somebody uses it. True if it is gone.
    pub(super) fn remove(&self, name: &str) -> Result<bool, IndexError> {
        let is_open = self.opened.lock().get(name).is_some_and(Watch::is_open);
        if is_open || self.written.lock().contains(name) {
            return Ok(false);
        }
        self.blobs.delete(name)?;
        Ok(true)
    }
}
