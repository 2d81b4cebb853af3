//! A folder of which the writing is held, so that whoever writes is met at work, or fails.

use std::io::{self, Write};
use std::path::Path;

use parking_lot::{Condvar, Mutex};
use trawl_search::IndexError;
use trawl_search::split::{Blobs, FileSlice, Folder, Mounted, Shared};

/// A folder whose splits are let through, held, or refused.
pub(crate) struct Held {
    folder: Box<dyn Blobs>,
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    held: bool,
    refused: bool,
    waiting: usize,
}

impl Held {
    /// A folder that lets all through.
    pub(crate) fn of(path: &Path) -> Self {
        Self::holding(Box::new(Folder::open(path).unwrap()))
    }

    /// The same of a folder that several nodes reach, with copies in one that this one has for itself.
    pub(crate) fn shared(path: &Path, copies: &Path) -> Self {
        std::fs::create_dir_all(path).unwrap();
        let shared = Shared::open(Mounted::at(path), "these nodes", copies, 1 << 30).unwrap();
        Self::holding(Box::new(shared))
    }

    fn holding(folder: Box<dyn Blobs>) -> Self {
        Self { folder, state: Mutex::default(), moved: Condvar::new() }
    }

    /// From now on who has written a split waits before he is told so.
    pub(crate) fn hold(&self) {
        self.state.lock().held = true;
    }

    /// All that wait go on.
    pub(crate) fn let_go(&self) {
        self.state.lock().held = false;
        self.moved.notify_all();
    }

    /// Whether splits can be written.
    pub(crate) fn refuse(&self, refused: bool) {
        self.state.lock().refused = refused;
    }

    /// How many wait: their files are there, and nothing names them yet.
    pub(crate) fn waiting(&self) -> usize {
        self.state.lock().waiting
    }

    fn written(&self) {
        let mut state = self.state.lock();
        state.waiting += 1;
        while state.held {
            self.moved.wait(&mut state);
        }
        state.waiting -= 1;
    }
}

impl Blobs for Held {
    fn open(&self, name: &str) -> Result<FileSlice, IndexError> {
        self.folder.open(name)
    }

    fn put(
        &self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), IndexError> {
        let is_split = name.ends_with(".split");
        if is_split && self.state.lock().refused {
            return Err(IndexError::io(name, io::Error::other("a disk that takes nothing")));
        }
        self.folder.put(name, write)?;
        if is_split {
            self.written();
        }
        Ok(())
    }

    fn list(&self) -> Result<Vec<String>, IndexError> {
        self.folder.list()
    }

    fn delete(&self, name: &str) -> Result<(), IndexError> {
        self.folder.delete(name)
    }

    fn open_anew(&self, name: &str) -> Result<FileSlice, IndexError> {
        self.folder.open_anew(name)
    }

    fn place(&self) -> Option<&str> {
        self.folder.place()
    }
}
