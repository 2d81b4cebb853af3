//! A source that changes while it is read.

use std::collections::{BTreeMap, BTreeSet};

use trawl_model::{FewBytes, Fingerprint, ObjectKey, Timestamp};

/// Chunks of an object's content.
pub(crate) const CHUNKS: usize = 3;

/// Bytes of a chunk.
pub(crate) const CHUNK_BYTES: u64 = 10;

/// A value in a chunk.
pub(crate) type Value = (usize, u32);

/// What stands where.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) values: [u32; CHUNKS],
    pub(crate) modified: u64,
}

/// What an object does to those who read it.
#[derive(Clone, Copy)]
pub(crate) enum Temper {
    /// It kills whoever comes to this chunk.
    Kills { chunk: usize },
    /// It kills the first so many who come to this chunk in a scan.
    KillsAtFirst { chunk: usize, starts: u32 },
}

impl Temper {
    pub(crate) const fn chunk(self) -> usize {
        match self {
            Self::Kills { chunk } | Self::KillsAtFirst { chunk, .. } => chunk,
        }
    }
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
    /// Files that are read in parts.
    pub(crate) large: BTreeSet<ObjectKey>,
    /// Files that harm their readers.
    pub(crate) tempers: BTreeMap<ObjectKey, Temper>,
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
            size: CHUNKS as u64 * CHUNK_BYTES,
            modified: Some(Timestamp::from_micros((file.modified / 15 * 15 * 100_000) as i64)),
            tag: FewBytes::new(),
            identity: FewBytes::new(),
        })
    }

    /// Where a large file is cut, differently at different times.
    pub(crate) fn parts(&self) -> Vec<(u64, u64)> {
        let cuts: &[u64] = match self.now % 3 {
            0 => &[0, 1, 2, 3],
            1 => &[0, 1, 3],
            _ => &[0, 2, 3],
        };
        cuts.windows(2).map(|pair| (pair[0] * CHUNK_BYTES, pair[1] * CHUNK_BYTES)).collect()
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
