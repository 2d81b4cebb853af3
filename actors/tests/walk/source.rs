//! A source that changes while it is read.

use std::collections::{BTreeMap, BTreeSet};

use trawl_model::{Fingerprint, ObjectKey, Timestamp};

/// Chunks of an object's content.
pub(crate) const CHUNKS: usize = 3;

/// A value in a chunk.
pub(crate) type Value = (usize, u32);

/// What stands where.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) values: [u32; CHUNKS],
    pub(crate) modified: u64,
}

/// A folder of files, with its clock (in ticks of a tenth of a second).
#[derive(Default)]
pub(crate) struct Folder {
    pub(crate) files: BTreeMap<ObjectKey, File>,
    pub(crate) hidden: bool,
    pub(crate) now: u64,
    pub(crate) next: u32,
    /// Files that were ever removed.
    pub(crate) removed: BTreeSet<ObjectKey>,
    /// Every content that a file ever had.
    pub(crate) past: BTreeMap<ObjectKey, Vec<BTreeSet<Value>>>,
}

pub(crate) const HIDDEN: &[u8] = b"m/";

impl Folder {
    pub(crate) fn write(&mut self, key: &ObjectKey, chunks: impl IntoIterator<Item = usize>) {
        self.next += 1;
        let next = self.next;
        let now = self.now;
        let file =
            self.files.entry(key.clone()).or_insert(File { values: [next; CHUNKS], modified: now });
        for chunk in chunks {
            file.values[chunk % CHUNKS] = next;
        }
        file.modified = now;
        let values = file.values.iter().copied().enumerate().collect();
        self.past.entry(key.clone()).or_default().push(values);
    }

    pub(crate) fn remove(&mut self, key: &ObjectKey) {
        self.files.remove(key);
        self.removed.insert(key.clone());
    }

    pub(crate) fn is_hidden(&self, key: &ObjectKey) -> bool {
        self.hidden && key.as_bytes().starts_with(HIDDEN)
    }

    /// What the source says of a file without being asked for its content. Its clock is coarse: it
    /// ticks once in two seconds, so that two changes within a tick look alike.
    pub(crate) fn fingerprint(&self, key: &ObjectKey) -> Option<Fingerprint> {
        let file = self.files.get(key).filter(|_| !self.is_hidden(key))?;
        Some(Fingerprint {
            size: 30,
            modified: Some(Timestamp::from_micros((file.modified / 15 * 15 * 100_000) as i64)),
            tag: Vec::new(),
            identity: Vec::new(),
        })
    }

    pub(crate) fn wall(&self) -> Timestamp {
        Timestamp::from_micros(self.now as i64 * 100_000)
    }

    pub(crate) fn expected(&self, key: &ObjectKey) -> BTreeSet<Value> {
        self.files
            .get(key)
            .map(|file| file.values.iter().copied().enumerate().collect())
            .unwrap_or_default()
    }
}
