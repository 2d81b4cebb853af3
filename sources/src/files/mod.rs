//! Local files and folders.
//!
//! A key is the path below the root, as bytes, with `/` between names. Everything is reached from
//! an opened folder by a single name, and symbolic links are never followed: so paths may be
//! longer than the system's bound, and whoever exchanges a folder for a link while it is read
//! leads nobody out of the root.

mod content;
mod filter;
mod folder;
mod parents;
mod walk;

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use async_trait::async_trait;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use trawl_model::{FewBytes, Fingerprint, ObjectKey, Reason, Timestamp};

use crate::connector::{
    Action, Connector, Content, Entry, ListRequest, Listing, RootProof, SourceError,
};
use filter::Filter;
use parents::Parents;
use walk::Walks;

/// What is listed of a tree, and what is not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Only files that match one of these globs; all if there is none. A glob without `/` matches
    /// the name in any folder, one with `/` the path from the root.
    pub include: Vec<String>,
    /// No files that match one of these, and no folders.
    pub exclude: Vec<String>,
    /// No files that are larger.
    pub max_bytes: Option<u64>,
    /// Nothing that lies on another file system than the root.
    pub one_file_system: bool,
}

/// A folder with all that is below it, or a single file.
pub struct Files {
    root: PathBuf,
    location: Vec<u8>,
    max_bytes: Option<u64>,
    one_file_system: bool,
    filter: Filter,
    parents: Parents,
    walks: Walks,
}

impl Files {
    /// Below this root. A glob that can't be understood is refused.
    pub fn new(root: PathBuf, settings: Settings) -> Result<Self, SourceError> {
        let filter = Filter::new(&settings.include, &settings.exclude)?;
        let whole = std::fs::canonicalize(&root).unwrap_or_else(|_| root.clone());
        Ok(Self {
            location: whole.as_os_str().as_bytes().to_vec(),
            root: whole,
            max_bytes: settings.max_bytes,
            one_file_system: settings.one_file_system,
            filter,
            parents: Parents::default(),
            walks: Walks::default(),
        })
    }

    fn root_stat(&self) -> Result<Stat, SourceError> {
        rustix::fs::stat(&self.root).map_err(|e| match e {
            Errno::NOENT | Errno::NOTDIR => SourceError {
                reason: Reason::SourceFailed,
                what: "the root is not there: check its path, or mount it".into(),
                transient: true,
            },
            e => error_of(e, "look at the root"),
        })
    }

    fn open_root(&self) -> Result<OwnedFd, SourceError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open(&self.root, flags, Mode::empty()).map_err(|e| SourceError {
            reason: Reason::SourceFailed,
            ..error_of(e, "open the root")
        })
    }

    /// The root's name, which is the one key where the root is a file.
    fn root_name(&self) -> &[u8] {
        self.root.file_name().unwrap_or(OsStr::new("file")).as_bytes()
    }

    /// The opened folder that a key lies in, and its name there.
    fn parent_of<'k>(
        &self,
        key: &'k ObjectKey,
    ) -> Result<(parents::Parent, &'k [u8]), SourceError> {
        let bytes = key.as_bytes();
        let at = bytes.iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
        let (path, name) = bytes.split_at(at);
        if name.is_empty() || name == b"." || name == b".." {
            return Err(no_such_key());
        }
        let parent = self.parents.get(path, || {
            if path.is_empty() && !is_folder(&self.root_stat()?) {
                if name != self.root_name() {
                    return Err(no_such_key());
                }
                let above = self.root.parent().unwrap_or(&self.root);
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
                return rustix::fs::open(above, flags, Mode::empty())
                    .map_err(|e| error_of(e, "open the folder of the root"));
            }
            folder::descend(self.open_root()?, path).map_err(|e| error_of(e, "open a folder"))
        })?;
        Ok((parent, name))
    }

    fn entry(&self, key: &[u8], stat: &Stat) -> Entry {
        let skip = match FileType::from_raw_mode(stat.st_mode) {
            FileType::Symlink => Some(Reason::Symlink),
            FileType::RegularFile if !self.filter.wants_file(key) => Some(Reason::Excluded),
            FileType::RegularFile if self.max_bytes.is_some_and(|max| size_of(stat) > max) => {
                Some(Reason::TooLarge)
            }
            FileType::RegularFile => None,
            _ => Some(Reason::SpecialFile),
        };
        let mut fingerprint = fingerprint_of(stat);
        if matches!(skip, Some(Reason::Symlink | Reason::SpecialFile)) {
            // What a link or a pipe says of its size is no content.
            fingerprint.size = 0;
        }
        Entry { key: ObjectKey::new(key), fingerprint, skip }
    }

    fn list_file(&self, stat: &Stat, request: &ListRequest) -> Listing {
        let entry = self.entry(self.root_name(), stat);
        let before = request.until.as_ref().is_none_or(|until| entry.key < *until);
        let entries = if request.from <= entry.key && before { vec![entry] } else { Vec::new() };
        Listing { entries, ..Listing::default() }
    }
}

#[async_trait]
impl Connector for Files {
    fn kind(&self) -> &'static str {
        "files"
    }

    fn location(&self) -> Vec<u8> {
        self.location.clone()
    }

    async fn validate(&self) -> Result<RootProof, Vec<SourceError>> {
        let proof = || {
            let stat = self.root_stat()?;
            if is_folder(&stat) {
                self.open_root()?;
            } else if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
                let what = "the root is neither a folder nor a file".into();
                return Err(SourceError { reason: Reason::SpecialFile, what, transient: false });
            }
            let mut proof = vec![if is_folder(&stat) { b'd' } else { b'f' }];
            proof.extend(fingerprint_of(&stat).identity);
            Ok(RootProof(proof))
        };
        proof().map_err(|e| vec![e])
    }

    async fn list(&self, request: ListRequest) -> Result<Listing, SourceError> {
        let stat = self.root_stat()?;
        match is_folder(&stat) {
            true => self.walks.page(self, &request),
            false => Ok(self.list_file(&stat, &request)),
        }
    }

    async fn open(&self, key: &ObjectKey) -> Result<Box<dyn Content>, SourceError> {
        let (parent, name) = self.parent_of(key)?;
        let file = content::File::open(&parent, name)?;
        Ok(Box::new(file))
    }

    async fn act(&self, key: &ObjectKey, action: Action) -> Result<(), SourceError> {
        let Action::Delete { expected } = action;
        let (parent, name) = self.parent_of(key)?;
        let stat = rustix::fs::statat(&*parent, name, AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|e| error_of(e, "look at a file"))?;
        let now = fingerprint_of(&stat);
        if !now.same_content(&expected) || now.identity != expected.identity {
            let what = "the file is not the one that was read: scan it again first".into();
            return Err(SourceError { reason: Reason::Unsteady, what, transient: false });
        }
        rustix::fs::unlinkat(&*parent, name, AtFlags::empty())
            .map_err(|e| error_of(e, "remove a file"))
    }
}

fn no_such_key() -> SourceError {
    SourceError {
        reason: Reason::Vanished,
        what: "there is no file under this key".into(),
        transient: false,
    }
}

fn is_folder(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::Directory
}

fn size_of(stat: &Stat) -> u64 {
    u64::try_from(stat.st_size).unwrap_or(0)
}

/// Size, times, and by which file they are said. The time of change is in the tag: it can't be
/// set back by whoever sets back the time of modification.
fn fingerprint_of(stat: &Stat) -> Fingerprint {
    let nanos = |nanos| i64::try_from(nanos).unwrap_or(0);
    let modified =
        stat.st_mtime.saturating_mul(1_000_000).saturating_add(nanos(stat.st_mtime_nsec) / 1_000);
    let changed = (stat.st_ctime.to_be_bytes(), nanos(stat.st_ctime_nsec).to_be_bytes());
    let file = (stat.st_dev.to_be_bytes(), stat.st_ino.to_be_bytes());
    Fingerprint {
        size: size_of(stat),
        modified: Some(Timestamp::from_micros(modified)),
        tag: both(&changed.0, &changed.1),
        identity: both(&file.0, &file.1),
    }
}

fn both(a: &[u8], b: &[u8]) -> FewBytes {
    let mut both = FewBytes::from(a);
    both.extend_from_slice(b);
    both
}

/// What a failed call says. The name that it was about is not in it.
fn error_of(error: Errno, doing: &str) -> SourceError {
    let (reason, transient) = match error {
        Errno::ACCESS | Errno::PERM => (Reason::Permission, false),
        Errno::NOENT | Errno::NOTDIR => (Reason::Vanished, false),
        Errno::LOOP => (Reason::Symlink, false),
        Errno::NXIO | Errno::NODEV => (Reason::SpecialFile, false),
        Errno::NAMETOOLONG => (Reason::NameTooLong, false),
        _ => (Reason::Io, true),
    };
    let error = std::io::Error::from(error);
    SourceError { reason, what: format!("could not {doing}: {error}"), transient }
}

#[cfg(test)]
mod tests;
