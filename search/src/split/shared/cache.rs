//! Files of a place in a folder of one's own: whole, mapped into memory, and kept for the next start.
//!
//! The least recently opened go first when they are more than may be. What is open stays, and its bytes
//! count: to remove it would be safe, but give no room back before it is closed, and cost its copying once
//! more. So who searches all of an index needs room for all of it, and the bound is for what is left of
//! other times.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_NOW, utimensat};
use tantivy::HasLen;
use tantivy::directory::{FileHandle, FileSlice, OwnedBytes};
use tempfile::NamedTempFile;

use crate::error::IndexError;
use crate::split::folder::{Blobs, Folder};

/// Says of which place the files are.
const PLACE: &str = ".place";

pub(super) struct Cache {
    path: PathBuf,
    folder: Folder,
    most_bytes: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    files: HashMap<String, Kept>,
    /// Counts what is opened and kept.
    moment: u64,
}

struct Kept {
    bytes: u64,
    /// When it was last opened.
    opened: u64,
    open: Weak<Opened>,
}

/// A file that somebody has open.
#[derive(Debug)]
struct Opened(Arc<dyn FileHandle>);

impl HasLen for Opened {
    fn len(&self) -> usize {
        self.0.len()
    }
}

impl FileHandle for Opened {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.0.read_bytes(range)
    }
}

impl Cache {
    /// The cache in this folder, of a place that is called so. What is left of another one is removed, and
    /// so is what a crash has left half copied.
    pub(super) fn open(path: &Path, place: &str, most_bytes: u64) -> Result<Self, IndexError> {
        let failed = |error| IndexError::io(&path.to_string_lossy(), error);
        let folder = Folder::open(path)?;
        let is_of_place = fs::read_to_string(path.join(PLACE)).is_ok_and(|of| of == place);
        if !is_of_place {
            for name in folder.list()? {
                fs::remove_file(path.join(name)).map_err(failed)?;
            }
            fs::write(path.join(PLACE), place).map_err(failed)?;
        }
        let mut files = Vec::new();
        for name in folder.list()? {
            let meta = fs::metadata(path.join(&name)).map_err(failed)?;
            files.push((meta.modified().map_err(failed)?, name, meta.len()));
        }
        files.sort();
        let mut state = State::default();
        for (_, name, bytes) in files {
            let opened = state.next();
            state.files.insert(name, Kept { bytes, opened, open: Weak::new() });
        }
        let cache = Self { path: path.to_owned(), folder, most_bytes, state: Mutex::new(state) };
        cache.make_room(&mut cache.state.lock());
        Ok(cache)
    }

    /// A file of the cache; none where it is not there.
    pub(super) fn get(&self, name: &str) -> Result<Option<FileSlice>, IndexError> {
        let mut state = self.state.lock();
        if !state.files.contains_key(name) {
            return Ok(None);
        }
        match self.opened(&mut state, name) {
            // Somebody has tidied up.
            Err(IndexError::Io { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
                state.files.remove(name);
                Ok(None)
            }
            opened => opened.map(Some),
        }
    }

    /// A file that is not whole yet; it is gone when it is dropped.
    pub(super) fn begin(&self) -> Result<NamedTempFile, IndexError> {
        self.folder.begin().map_err(|error| self.failed(error))
    }

    /// Keeps a file that is whole, and opens it.
    pub(super) fn keep(
        &self,
        name: &str,
        file: NamedTempFile,
        bytes: u64,
    ) -> Result<FileSlice, IndexError> {
        self.folder.keep(file, name).map_err(|error| self.failed(error))?;
        let mut state = self.state.lock();
        state.files.insert(name.to_owned(), Kept { bytes, opened: 0, open: Weak::new() });
        let file = self.opened(&mut state, name)?;
        self.make_room(&mut state);
        Ok(file)
    }

    /// Removes a file, if it is there.
    pub(super) fn remove(&self, name: &str) -> Result<(), IndexError> {
        self.state.lock().files.remove(name);
        self.folder.delete(name)
    }

    /// Tells what is opened from now on from what was opened before.
    pub(super) fn moment(&self) -> u64 {
        self.state.lock().moment
    }

    /// Removes files but for those with these names, for what is open, and for what was opened after that
    /// moment.
    pub(super) fn retain(&self, names: &[String], moment: u64) {
        let names: HashSet<&String> = names.iter().collect();
        let mut state = self.state.lock();
        let gone = |(name, kept): (&String, &Kept)| {
            let goes = !kept.is_open() && kept.opened <= moment && !names.contains(name);
            goes.then(|| name.clone())
        };
        for name in state.files.iter().filter_map(gone).collect::<Vec<_>>() {
            self.drop_file(&mut state, &name);
        }
    }

    /// For `map_err`: what went wrong here.
    pub(super) fn failed(&self, error: io::Error) -> IndexError {
        IndexError::io(&self.path.to_string_lossy(), error)
    }

    fn opened(&self, state: &mut State, name: &str) -> Result<FileSlice, IndexError> {
        let moment = state.next();
        let Some(kept) = state.files.get_mut(name) else {
            return Err(IndexError::io(name, io::ErrorKind::NotFound.into()));
        };
        let open = match kept.open.upgrade() {
            Some(open) => open,
            None => Arc::new(Opened(self.folder.handle(name)?)),
        };
        (kept.opened, kept.open) = (moment, Arc::downgrade(&open));
        // The order is for the next start as well; there it costs nothing but time if it is lost.
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        let times = Timestamps { last_access: now, last_modification: now };
        let _ = utimensat(CWD, self.path.join(name), &times, AtFlags::empty());
        Ok(FileSlice::new(open))
    }

    fn make_room(&self, state: &mut State) {
        let mut bytes: u64 = state.files.values().map(|kept| kept.bytes).sum();
        while bytes > self.most_bytes {
            let closed = state.files.iter().filter(|(_, kept)| !kept.is_open());
            let Some((name, kept)) = closed.min_by_key(|(_, kept)| kept.opened) else { return };
            bytes -= kept.bytes;
            let name = name.clone();
            self.drop_file(state, &name);
        }
    }

    /// What can't be removed is found at the next start.
    fn drop_file(&self, state: &mut State, name: &str) {
        state.files.remove(name);
        let _ = fs::remove_file(self.path.join(name));
    }
}

impl State {
    fn next(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }
}

impl Kept {
    fn is_open(&self) -> bool {
        self.open.strong_count() > 0
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn put(cache: &Cache, name: &str) -> FileSlice {
        let mut file = cache.begin().unwrap();
        file.write_all(name.repeat(10).as_bytes()).unwrap();
        cache.keep(name, file, 10).unwrap()
    }

    fn names(path: &Path) -> Vec<String> {
        Folder::open(path).unwrap().list().unwrap()
    }

    #[test]
    fn the_least_recently_opened_goes_first_and_what_is_open_stays() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), "here", 30).unwrap();
        let held = put(&cache, "a");
        for name in ["b", "c"] {
            put(&cache, name);
        }
        drop(cache.get("b").unwrap().unwrap());
        put(&cache, "d");
        assert_eq!(names(folder.path()), ["a", "b", "d"]);
        assert!(cache.get("c").unwrap().is_none());
        assert_eq!(held.read_bytes().unwrap().as_slice(), "a".repeat(10).as_bytes());
        drop(held);
        put(&cache, "e");
        assert_eq!(names(folder.path()), ["b", "d", "e"]);
    }

    #[test]
    fn it_outlasts_a_start_in_its_order_and_what_is_half_there_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), "here", 30).unwrap();
        for name in ["a", "b", "c"] {
            put(&cache, name);
        }
        cache.get("a").unwrap();
        let (_, left) = cache.begin().unwrap().keep().unwrap();
        drop(cache);
        let cache = Cache::open(folder.path(), "here", 20).unwrap();
        assert!(!left.exists());
        assert_eq!(names(folder.path()), ["a", "c"]);
        assert!(cache.get("a").unwrap().is_some());
        drop(cache);
        Cache::open(folder.path(), "elsewhere", 20).unwrap();
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn one_that_is_larger_than_all_may_be_is_there_while_it_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), "here", 5).unwrap();
        let held = put(&cache, "a");
        assert!(cache.get("a").unwrap().is_some());
        drop(held);
        put(&cache, "b");
        assert!(cache.get("a").unwrap().is_none());
    }

    #[test]
    fn what_is_no_longer_in_the_place_goes_unless_it_came_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), "here", 100).unwrap();
        for name in ["a", "b"] {
            put(&cache, name);
        }
        let held = put(&cache, "c");
        let moment = cache.moment();
        put(&cache, "d");
        cache.retain(&["a".to_owned()], moment);
        assert_eq!(names(folder.path()), ["a", "c", "d"]);
        drop(held);
        std::fs::remove_file(folder.path().join("a")).unwrap();
        assert!(cache.get("a").unwrap().is_none(), "somebody has tidied up");
    }
}
