//! A copy of a store in one file, taken while it is written to, and a store made of such a copy.
//!
//! The file is a header, chunks of rows, and an end. Each chunk bears a hash of its own, and the end
//! one of all chunks, so that a file that was cut short or changed is refused. Rows come as they lie
//! in fjall, in the order of their keys.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};
use std::ops::Bound;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use fjall::{PersistMode, Readable, Snapshot};

use super::engine::{Engine, Shared};
use super::options::Options;
use crate::directory::{Directory, FORMAT, io_error, sync_dir};
use crate::error::StoreError;
use crate::table::{Kind, Table};
use crate::verbs::Copied;

/// The file of a copy, in its folder.
pub const BACKUP_FILE: &str = "store.backup";

const MAGIC: &[u8; 8] = b"TRAWLBAK";
/// The layout of the file.
const LAYOUT: u32 = 1;
/// A chunk is closed at so many bytes.
const CHUNK_BYTES: usize = 1 << 20;
/// A row and its key are never longer than this; no chunk is longer than both.
const ROW_BYTES: usize = 8 << 20;
/// The tags of chunks of rows, by their kind, and of the end.
const PLAIN: u8 = 1;
const FENCED: u8 = 2;
const END: u8 = 3;

/// Writes a copy of the store into a folder, as the store is at one moment.
pub(super) fn write(
    shared: &Shared,
    folder: &Path,
    without: &[&'static Table],
) -> Result<Copied, StoreError> {
    let failed = |error: io::Error| io_error(folder, &error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(StoreError::BadFile {
            path: folder.to_owned(),
            what: "is not empty; name a new folder for the backup".to_owned(),
        });
    }
    let unfinished = folder.join(BACKUP_FILE).with_extension("new");
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true).mode(0o600);
    let file = options.open(&unfinished).map_err(failed)?;
    let mut out = Copy {
        out: BufWriter::new(file),
        folder,
        copied: Copied::default(),
        all: blake3::Hasher::new(),
    };
    let written = out.copy(shared, without).and_then(|()| {
        let file = out.out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        std::fs::rename(&unfinished, folder.join(BACKUP_FILE)).map_err(failed)?;
        sync_dir(folder).map_err(failed)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written.map(|()| out.copied)
}

/// A copy that is being written.
struct Copy<'a> {
    out: BufWriter<File>,
    folder: &'a Path,
    copied: Copied,
    all: blake3::Hasher,
}

impl Copy<'_> {
    fn copy(&mut self, shared: &Shared, without: &[&'static Table]) -> Result<(), StoreError> {
        let failed = |error: io::Error| io_error(self.folder, &error);
        let mut header = MAGIC.to_vec();
        header.extend_from_slice(&LAYOUT.to_be_bytes());
        header.extend_from_slice(&FORMAT.to_be_bytes());
        self.out.write_all(&header).map_err(failed)?;
        let view = View::of(shared)?;
        for (tag, kind) in [(PLAIN, Kind::Plain), (FENCED, Kind::Fenced)] {
            let mut behind = Bound::Unbounded;
            while let Some((chunk, last)) = view.chunk(shared, kind, behind, without)? {
                self.chunk(tag, &chunk)?;
                behind = Bound::Excluded(last);
            }
        }
        let mut end = vec![END];
        end.extend_from_slice(&self.copied.rows.to_be_bytes());
        end.extend_from_slice(&self.copied.bytes.to_be_bytes());
        end.extend_from_slice(self.all.finalize().as_bytes());
        self.out.write_all(&end).map_err(failed)
    }

    fn chunk(&mut self, tag: u8, chunk: &Chunk) -> Result<(), StoreError> {
        self.copied.rows += chunk.rows;
        self.copied.bytes += chunk.bytes.len() as u64 - 8 * chunk.rows;
        if chunk.rows == 0 {
            return Ok(());
        }
        let hash = blake3::hash(&chunk.bytes);
        self.all.update(&[tag]).update(hash.as_bytes());
        let mut head = vec![tag];
        head.extend_from_slice(&(chunk.bytes.len() as u32).to_be_bytes());
        head.extend_from_slice(hash.as_bytes());
        let written = self.out.write_all(&head).and_then(|()| self.out.write_all(&chunk.bytes));
        written.map_err(|error| io_error(self.folder, &error))
    }
}

/// The store at one moment.
struct View {
    snapshot: Snapshot,
    opening: u64,
}

/// Rows, each as the length and the bytes of its key and of its value.
#[derive(Default)]
struct Chunk {
    rows: u64,
    bytes: Vec<u8>,
}

impl View {
    fn of(shared: &Shared) -> Result<Self, StoreError> {
        shared.read(|engine| Ok(Self { snapshot: engine.db.snapshot(), opening: engine.opening }))
    }

    /// The rows behind a key, and the last key that was looked at; none when that was all. The
    /// store is held for one chunk alone, so that it can be closed and opened meanwhile: then what
    /// was seen at the first moment is no longer kept, and the copy is given up.
    fn chunk(
        &self,
        shared: &Shared,
        kind: Kind,
        behind: Bound<Vec<u8>>,
        without: &[&'static Table],
    ) -> Result<Option<(Chunk, Vec<u8>)>, StoreError> {
        shared.read(|engine| {
            if engine.opening != self.opening {
                return Err(StoreError::Disk {
                    dir: shared.options.dir.clone(),
                    message: "a write failed while the store was copied; try again".to_owned(),
                });
            }
            let (mut chunk, mut last) = (Chunk::default(), None);
            let range = (behind, Bound::Unbounded);
            for guard in self.snapshot.range::<Vec<u8>, _>(engine.keyspace(kind), range) {
                let (key, value) =
                    guard.into_inner().map_err(|error| shared.engine_error(&error))?;
                let is_left_out = without.iter().any(|table| key.first() == Some(&table.number));
                if !is_left_out {
                    chunk.rows += 1;
                    for part in [&key, &value] {
                        chunk.bytes.extend_from_slice(&(part.len() as u32).to_be_bytes());
                        chunk.bytes.extend_from_slice(part);
                    }
                }
                let full = chunk.bytes.len() >= CHUNK_BYTES;
                last = Some(key.to_vec());
                if full {
                    break;
                }
            }
            Ok(last.map(|last| (chunk, last)))
        })
    }
}

/// Makes the store of a data directory from the copy in a folder. The directory must hold none.
pub fn restore(options: &Options, folder: &Path) -> Result<Copied, StoreError> {
    let path = folder.join(BACKUP_FILE);
    let file = File::open(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            bad(&path, "is not there; name the folder that a backup was written to")
        }
        _ => io_error(&path, &error),
    })?;
    let mut source = Source { path: &path, file: BufReader::new(file), all: blake3::Hasher::new() };
    source.header()?;
    let directory = Directory::take(&options.dir)?;
    directory.of_itself()?;
    if directory.store().exists() {
        return Err(StoreError::BadFile {
            path: options.dir.clone(),
            what: "holds a store; name a directory that holds none".to_owned(),
        });
    }
    let unfinished = directory.unfinished_store()?;
    let restored = source.fill(options, &unfinished);
    if restored.is_err() {
        let _ = std::fs::remove_dir_all(&unfinished);
    }
    let copied = restored?;
    directory.finish_store(&unfinished)?;
    Ok(copied)
}

fn bad(path: &Path, what: &str) -> StoreError {
    StoreError::BadFile { path: path.to_owned(), what: what.to_owned() }
}

/// A copy that is read.
struct Source<'a> {
    path: &'a Path,
    file: BufReader<File>,
    all: blake3::Hasher,
}

impl Source<'_> {
    fn header(&mut self) -> Result<(), StoreError> {
        let mut header = [0; 16];
        self.take(&mut header)?;
        let (magic, numbers) = header.split_at(MAGIC.len());
        let number =
            |at: usize| numbers[at..at + 4].iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        if magic != MAGIC {
            return Err(bad(self.path, "is no backup of this program"));
        }
        if number(0) > LAYOUT || number(4) > FORMAT {
            return Err(bad(self.path, "was written by a newer program; restore with that one"));
        }
        Ok(())
    }

    /// Fills a new store.
    fn fill(&mut self, options: &Options, store: &Path) -> Result<Copied, StoreError> {
        let engine = Engine::open(options, store)?;
        let failed = |error: fjall::Error| super::engine::engine_error(options, &error);
        let (mut copied, mut rest) = (Copied::default(), self.chunk()?);
        for (tag, keyspace) in [(PLAIN, &engine.plain), (FENCED, &engine.fenced)] {
            let mut ingestion = keyspace.start_ingestion().map_err(failed)?;
            let mut last = Vec::new();
            while let Some((_, bytes)) = rest.take_if(|(of, _)| *of == tag) {
                let mut left = bytes.as_slice();
                while !left.is_empty() {
                    let (key, value) = self.row(&mut left)?;
                    if key <= last.as_slice() {
                        return Err(bad(self.path, DAMAGED));
                    }
                    copied.rows += 1;
                    copied.bytes += (key.len() + value.len()) as u64;
                    ingestion.write(key, value).map_err(failed)?;
                    last = key.to_vec();
                }
                rest = self.chunk()?;
            }
            ingestion.finish().map_err(failed)?;
        }
        if rest.is_some() {
            return Err(bad(self.path, DAMAGED));
        }
        self.end(copied)?;
        engine.db.persist(PersistMode::SyncAll).map_err(failed)?;
        Ok(copied)
    }

    /// The next chunk of rows; none at the end.
    fn chunk(&mut self) -> Result<Option<(u8, Vec<u8>)>, StoreError> {
        let mut tag = [0];
        self.take(&mut tag)?;
        if tag[0] == END {
            return Ok(None);
        }
        let (mut length, mut hash) = ([0; 4], [0; blake3::OUT_LEN]);
        self.take(&mut length)?;
        self.take(&mut hash)?;
        let length = u32::from_be_bytes(length) as usize;
        if ![PLAIN, FENCED].contains(&tag[0]) || length > CHUNK_BYTES + ROW_BYTES {
            return Err(bad(self.path, DAMAGED));
        }
        let mut bytes = vec![0; length];
        self.take(&mut bytes)?;
        if *blake3::hash(&bytes).as_bytes() != hash {
            return Err(bad(self.path, DAMAGED));
        }
        self.all.update(&tag).update(&hash);
        Ok(Some((tag[0], bytes)))
    }

    fn row<'b>(&self, bytes: &mut &'b [u8]) -> Result<(&'b [u8], &'b [u8]), StoreError> {
        let mut part = || {
            let (length, rest) = bytes.split_first_chunk::<4>()?;
            let (part, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
            *bytes = rest;
            Some(part)
        };
        let row = part().zip(part());
        row.ok_or_else(|| bad(self.path, DAMAGED))
    }

    /// The end says how much there was, and nothing comes behind it.
    fn end(&mut self, copied: Copied) -> Result<(), StoreError> {
        let mut end = [0; 16 + blake3::OUT_LEN];
        self.take(&mut end)?;
        let mut expected = copied.rows.to_be_bytes().to_vec();
        expected.extend_from_slice(&copied.bytes.to_be_bytes());
        expected.extend_from_slice(self.all.finalize().as_bytes());
        let is_all = self.file.read(&mut [0]).map_err(|error| io_error(self.path, &error))? == 0;
        if end != expected.as_slice() || !is_all {
            return Err(bad(self.path, DAMAGED));
        }
        Ok(())
    }

    fn take(&mut self, bytes: &mut [u8]) -> Result<(), StoreError> {
        self.file.read_exact(bytes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => bad(self.path, DAMAGED),
            _ => io_error(self.path, &error),
        })
    }
}

const DAMAGED: &str = "was cut short or changed since it was written; restore from another backup";
