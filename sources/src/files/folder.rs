//! A folder that is being walked: its names, in the order of keys.

use std::collections::BinaryHeap;
use std::os::fd::OwnedFd;

#[cfg(target_os = "linux")]
use rustix::fs::ResolveFlags;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, SeekFrom};
use rustix::io::Errno;

/// So many names of a folder are held at once. Larger ones are read again for each so many names:
/// memory stays bounded, and two hundred thousand files in one folder are still read once.
const WINDOW_NAMES: usize = 1 << 18;
/// What the system is given to write entries to.
const BUFFER_BYTES: usize = 32 << 10;

/// A name as it sorts: that of a folder ends in `/`, so that names come in the order of the keys.
type Name = Box<[u8]>;
/// A name and, if it is a folder's that the wanted key leads into, the rest of that key.
type Next = (Name, Option<Vec<u8>>);

pub(super) struct Folder {
    /// None while too many others are open; it is found again from the root.
    pub(super) opened: Option<OwnedFd>,
    /// The key of all that is in it: empty, or ending in `/`.
    pub(super) prefix: Vec<u8>,
    /// Sorted backwards: the next is the last.
    names: Vec<Name>,
    /// Only names from this rest of a key on are wanted, or the folder that it leads into.
    from: Option<Vec<u8>>,
    /// The last name, if there are more than are held.
    more_behind: Option<Name>,
}

impl Folder {
    pub(super) fn read(
        opened: OwnedFd,
        prefix: Vec<u8>,
        from: Option<Vec<u8>>,
    ) -> Result<Self, Errno> {
        let mut folder = Self { opened: None, prefix, names: Vec::new(), from, more_behind: None };
        folder.fill(&opened, None)?;
        folder.opened = Some(opened);
        Ok(folder)
    }

    /// The next name, and for a folder that the walk is to go on in, from which rest of a key on.
    pub(super) fn next(&mut self) -> Result<Option<Next>, Errno> {
        if self.names.is_empty()
            && let Some(last) = self.more_behind.take()
            && let Some(opened) = self.opened.take()
        {
            self.fill(&opened, Some(&last))?;
            self.opened = Some(opened);
        }
        let Some(name) = self.names.pop() else { return Ok(None) };
        let inner = self
            .from
            .take_if(|from| is_folder_name(&name) && from.starts_with(&name))
            .map(|from| from[name.len()..].to_vec());
        Ok(Some((name, inner)))
    }

    /// Whether more names are to come that need the opened folder.
    pub(super) fn needs_opened(&self) -> bool {
        self.opened.is_none() && (!self.names.is_empty() || self.more_behind.is_some())
    }

    fn fill(&mut self, opened: &OwnedFd, behind: Option<&Name>) -> Result<(), Errno> {
        // One that is read first was just opened, and stands at its beginning.
        if behind.is_some() {
            rustix::fs::seek(opened, SeekFrom::Start(0))?;
        }
        let mut smallest: BinaryHeap<Name> = BinaryHeap::new();
        let mut dropped = false;
        let mut buffer = Vec::with_capacity(BUFFER_BYTES);
        let mut entries = RawDir::new(opened, buffer.spare_capacity_mut());
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Err(Errno::INTR) => continue,
                entry => entry?,
            };
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            let kind = match entry.file_type() {
                FileType::Unknown => kind_of(opened, name),
                kind => kind,
            };
            let end: &[u8] = if kind == FileType::Directory { b"/" } else { b"" };
            let name = [name, end].concat();
            if behind.is_some_and(|behind| name[..] <= **behind) || !self.is_wanted(&name) {
                continue;
            }
            smallest.push(name.into());
            if smallest.len() > WINDOW_NAMES {
                smallest.pop();
                dropped = true;
            }
        }
        let mut names = smallest.into_sorted_vec();
        self.more_behind = names.last().filter(|_| dropped).cloned();
        names.reverse();
        self.names = names;
        Ok(())
    }

    fn is_wanted(&self, name: &[u8]) -> bool {
        self.from
            .as_deref()
            .is_none_or(|from| name >= from || (is_folder_name(name) && from.starts_with(name)))
    }
}

pub(super) fn is_folder_name(name: &[u8]) -> bool {
    name.last() == Some(&b'/')
}

fn kind_of(opened: &OwnedFd, name: &[u8]) -> FileType {
    rustix::fs::statat(opened, name, AtFlags::SYMLINK_NOFOLLOW)
        .map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode))
}

/// Opens a folder by its name in another.
pub(super) fn open_in(parent: &OwnedFd, name: &[u8]) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(parent, name, flags, Mode::empty())
}

/// Opens the folder that lies so far below another. Nothing on the way may be a link.
pub(super) fn descend(from: OwnedFd, path: &[u8]) -> Result<OwnedFd, Errno> {
    #[cfg(target_os = "linux")]
    if let Ok(opened) = descend_at_once(&from, path) {
        return Ok(opened);
    }
    descend_by_names(from, path)
}

/// The system itself goes down the path, where it knows how to, and the path is no longer than it
/// takes.
#[cfg(target_os = "linux")]
fn descend_at_once(from: &OwnedFd, path: &[u8]) -> Result<OwnedFd, Errno> {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    if path.split(|b| *b == b'/').any(|name| matches!(name, b"" | b"." | b"..")) {
        return Err(Errno::NOENT);
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    rustix::io::retry_on_intr(|| rustix::fs::openat2(from, path, flags, Mode::empty(), resolve))
}

fn descend_by_names(from: OwnedFd, path: &[u8]) -> Result<OwnedFd, Errno> {
    let mut opened = from;
    for name in path.split(|b| *b == b'/').filter(|name| !name.is_empty()) {
        if name == b"." || name == b".." {
            return Err(Errno::NOENT);
        }
        opened = open_in(&opened, name)?;
    }
    Ok(opened)
}
