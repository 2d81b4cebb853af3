//! Splits in a place that several nodes reach: a folder that they mount, or a bucket.
//!
//! What is read lies whole in a folder of the node's own, its [`cache`]: a file is copied from the place
//! when it is first opened, and is mapped there. So a place that goes away takes nothing with it that is
//! open, and what it fails at is an error and never a fault of memory. What is written is kept there as
//! well, for it is opened next.
//!
//! A place belongs to one store, whose mark lies in it: what one store does not name is removed, and
//! would be what another one names.

mod bucket;
mod cache;
mod mounted;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tantivy::directory::FileSlice;

use super::folder::{Blobs, UNFINISHED};
use crate::error::IndexError;
pub use bucket::{Bucket, BucketOptions, Keys};
use cache::Cache;
pub use mounted::Mounted;

/// The file that says whose a place is.
const OWNER: &str = "owner";
/// What it holds is no longer than this.
const MAX_OWNER_BYTES: usize = 256;
const BUFFER_BYTES: usize = 1 << 20;

/// A place that several nodes reach. Whole files go there and come from there.
pub trait Place: Send + Sync {
    /// How it is called.
    fn name(&self) -> &str;

    /// Whose it is: of who asks, from now on, if it was nobody's.
    fn owner(&self, asks: &str) -> Result<String, IndexError>;

    /// Copies a file from there.
    fn fetch(&self, name: &str, to: &mut dyn Write) -> Result<Told, IndexError>;

    /// Copies a file there. It is there as a whole and for good when this has returned, or not at all.
    fn store(&self, name: &str, from: &mut File, whole: &Whole) -> Result<(), IndexError>;

    /// The names of the files of an index that are there. Others are none of ours.
    fn list(&self) -> Result<Vec<String>, IndexError>;

    /// Removes a file. That it is not there is no error.
    fn delete(&self, name: &str) -> Result<(), IndexError>;
}

/// A file as it was written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// How long it is.
    pub bytes: u64,
    /// The hash of all of it.
    pub hash: blake3::Hash,
}

/// What a place tells of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// How long it is.
    pub bytes: u64,
    /// The hash of all of it, where the place has kept that.
    pub hash: Option<blake3::Hash>,
}

/// The files of a place, as far as they are needed in a folder of one's own.
pub struct Shared {
    place: Box<dyn Place>,
    owner: String,
    /// The place has said that it is this owner's.
    is_owned: AtomicBool,
    cache: Cache,
    /// One at a time fetches a file; who waits for him finds it in the cache.
    turns: Mutex<HashMap<String, Weak<Mutex<()>>>>,
}

impl Shared {
    /// Files of a place that belongs to this owner. As many bytes as said are kept in the folder of the
    /// cache, and whatever is open. What another place has left there is removed.
    pub fn open(
        place: impl Place + 'static,
        owner: &str,
        cache: &Path,
        most_bytes: u64,
    ) -> Result<Self, IndexError> {
        let shared = Self::unasked(place, owner, cache, most_bytes)?;
        shared.place()?;
        Ok(shared)
    }

    /// The same, without a word to the place before something of it is needed.
    pub fn unasked(
        place: impl Place + 'static,
        owner: &str,
        cache: &Path,
        most_bytes: u64,
    ) -> Result<Self, IndexError> {
        let cache = Cache::open(cache, place.name(), most_bytes)?;
        let (owner, is_owned, turns) = (owner.to_owned(), AtomicBool::new(false), Mutex::default());
        Ok(Self { place: Box::new(place), owner, is_owned, cache, turns })
    }

    /// The place, which is this owner's.
    fn place(&self) -> Result<&dyn Place, IndexError> {
        if !self.is_owned.load(Ordering::Acquire) {
            let owner = self.place.owner(&self.owner)?;
            if owner != self.owner {
                let (place, asks) = (self.place.name().to_owned(), self.owner.clone());
                return Err(IndexError::Taken { place, owner, asks });
            }
            self.is_owned.store(true, Ordering::Release);
        }
        Ok(&*self.place)
    }

    fn turn(&self, name: &str) -> Arc<Mutex<()>> {
        let mut turns = self.turns.lock();
        if let Some(turn) = turns.get(name).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Mutex::new(()));
        turns.insert(name.to_owned(), Arc::downgrade(&turn));
        turn
    }

    fn fetch(&self, name: &str) -> Result<FileSlice, IndexError> {
        let mut file = self.cache.begin()?;
        let mut hashed = Hashed::to(file.as_file_mut());
        let told = self.place()?.fetch(name, &mut hashed)?;
        let got = hashed.end().map_err(|error| self.cache.failed(error))?;
        if told.bytes != got.bytes || told.hash.is_some_and(|hash| hash != got.hash) {
            let what = format!(
                "what {} has of it is not what was written ({} bytes came, {} were told)",
                self.place.name(),
                got.bytes,
                told.bytes
            );
            return Err(IndexError::damaged(name, what));
        }
        self.cache.keep(name, file, got.bytes)
    }
}

impl Blobs for Shared {
    fn open(&self, name: &str) -> Result<FileSlice, IndexError> {
        if let Some(file) = self.cache.get(name)? {
            return Ok(file);
        }
        let turn = self.turn(name);
        let _mine = turn.lock();
        match self.cache.get(name)? {
            Some(file) => Ok(file),
            None => self.fetch(name),
        }
    }

    fn open_anew(&self, name: &str) -> Result<FileSlice, IndexError> {
        self.cache.remove(name)?;
        self.open(name)
    }

    fn put(
        &self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), IndexError> {
        let mut file = self.cache.begin()?;
        let mut hashed = Hashed::to(file.as_file_mut());
        let whole = write(&mut hashed).and_then(|()| hashed.end());
        let whole = whole.map_err(|error| IndexError::io(name, error))?;
        file.as_file_mut().rewind().map_err(|error| self.cache.failed(error))?;
        self.place()?.store(name, file.as_file_mut(), &whole)?;
        self.cache.keep(name, file, whole.bytes).map(drop)
    }

    fn list(&self) -> Result<Vec<String>, IndexError> {
        let before = self.cache.moment();
        let names = self.place()?.list()?;
        // What others have removed is of no use here either.
        self.cache.retain(&names, before);
        Ok(names)
    }

    fn delete(&self, name: &str) -> Result<(), IndexError> {
        self.place()?.delete(name)?;
        self.cache.remove(name)
    }

    fn place(&self) -> Option<&str> {
        Some(self.place.name())
    }

    fn moment(&self) -> u64 {
        self.cache.moment()
    }

    fn keep_copies(&self, names: &[String], moment: u64) {
        self.cache.retain(names, moment);
    }
}

/// Writes to a file, and hashes what is written.
struct Hashed<'f> {
    to: BufWriter<&'f mut File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<'f> Hashed<'f> {
    fn to(file: &'f mut File) -> Self {
        let to = BufWriter::with_capacity(BUFFER_BYTES, file);
        Self { to, hasher: blake3::Hasher::new(), bytes: 0 }
    }

    /// What was written, when it is with the disk.
    fn end(mut self) -> io::Result<Whole> {
        self.to.flush()?;
        self.to.get_ref().sync_all()?;
        Ok(Whole { bytes: self.bytes, hash: self.hasher.finalize() })
    }
}

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Whether a file is of an index, by its name. Nothing else of a place is ever listed, and so never
/// removed: somebody may have named a folder that holds more.
fn is_of_index(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let stem = name.strip_suffix(".split").or_else(|| name.strip_suffix(".dead"));
    stem.is_some_and(|stem| !stem.is_empty() && stem.chars().all(plain))
        || name.starts_with(UNFINISHED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_an_index_are_known_by_their_names() {
        for name in ["0q3kd.split", "0q3kd.dead", ".new-a1B2"] {
            assert!(is_of_index(name), "{name}");
        }
        for name in [OWNER, "notes.txt", ".split", "a/b.split", "a b.dead", "a.split.bak", ".place"]
        {
            assert!(!is_of_index(name), "{name}");
        }
    }
}
