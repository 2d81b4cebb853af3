//! A folder that several nodes mount.
//!
//! Files are copied, not mapped: what a server takes away, or no longer answers for, would end whoever
//! touches it. Half written ones bear a name of their own until they are whole, and are left alone when the
//! folder is opened, for another node may be at work on them; they are listed, so that the janitor removes
//! them, like whatever nothing names, when they were there for longer than the longest writing takes.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{MAX_OWNER_BYTES, OWNER, Place, Told, Whole, is_of_index};
use crate::error::IndexError;
use crate::split::folder::UNFINISHED;

/// A folder that several nodes reach by this path, or by one of their own.
pub struct Mounted {
    path: PathBuf,
    name: String,
}

impl Mounted {
    /// The folder at this path. It is not made: where it is missing, it is not mounted.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), name: path.display().to_string() }
    }

    fn begin(&self) -> io::Result<NamedTempFile> {
        tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.path)
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    fn failed(&self, name: &str, error: io::Error) -> IndexError {
        IndexError::io(&self.path.join(name).to_string_lossy(), error)
    }

    /// That the folder is the one that was opened. What is mounted over it may be gone, and then what is
    /// written would lie below.
    fn is_there(&self) -> Result<(), IndexError> {
        if self.path.join(OWNER).exists() {
            return Ok(());
        }
        Err(IndexError::Away {
            what: "use",
            file: self.name.clone(),
            why: "it no longer holds what it held".to_owned(),
            way_out: "see whether it is mounted (index.folder)".to_owned(),
        })
    }

    fn read_owner(&self) -> io::Result<String> {
        let mut text = String::new();
        let file = File::open(self.path.join(OWNER))?;
        file.take(MAX_OWNER_BYTES as u64).read_to_string(&mut text)?;
        Ok(text.trim().to_owned())
    }

    fn write_owner(&self, owner: &str) -> io::Result<()> {
        let mut file = self.begin()?;
        writeln!(file, "{owner}")?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(self.path.join(OWNER)) {
            Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            written => written.map_err(|error| error.error).and_then(|_| self.sync()),
        }
    }

    fn copy(&self, name: &str, from: &mut File) -> io::Result<()> {
        let mut file = self.begin()?;
        io::copy(from, file.as_file_mut())?;
        file.as_file().sync_all()?;
        file.persist(self.path.join(name)).map_err(|error| error.error)?;
        self.sync()
    }
}

impl Place for Mounted {
    fn name(&self) -> &str {
        &self.name
    }

    fn owner(&self, asks: &str) -> Result<String, IndexError> {
        if !self.path.is_dir() {
            return Err(IndexError::Away {
                what: "use",
                file: self.name.clone(),
                why: "there is no such folder".to_owned(),
                way_out: "mount it, or make it (index.folder)".to_owned(),
            });
        }
        let owner = match self.read_owner() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.write_owner(asks).and_then(|()| self.read_owner())
            }
            owner => owner,
        };
        owner.map_err(|error| self.failed(OWNER, error))
    }

    fn fetch(&self, name: &str, to: &mut dyn Write) -> Result<Told, IndexError> {
        let copied = File::open(self.path.join(name)).and_then(|mut file| {
            let bytes = file.metadata()?.len();
            io::copy(&mut file, to)?;
            Ok(Told { bytes, hash: None })
        });
        copied.or_else(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                // It may be the folder that is missing.
                self.is_there()?;
            }
            Err(self.failed(name, error))
        })
    }

    fn store(&self, name: &str, from: &mut File, _: &Whole) -> Result<(), IndexError> {
        self.is_there()?;
        self.copy(name, from).map_err(|error| self.failed(name, error))
    }

    fn list(&self) -> Result<Vec<String>, IndexError> {
        self.is_there()?;
        let listed = fs::read_dir(&self.path).and_then(|entries| {
            let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
            names.collect::<io::Result<Vec<String>>>()
        });
        let mut names = listed.map_err(|error| IndexError::io(&self.name, error))?;
        names.retain(|name| is_of_index(name));
        names.sort();
        Ok(names)
    }

    fn delete(&self, name: &str) -> Result<(), IndexError> {
        match fs::remove_file(self.path.join(name)).and_then(|()| self.sync()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed(name, error)),
            _ => Ok(()),
        }
    }
}
