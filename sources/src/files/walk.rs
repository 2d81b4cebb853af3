//! Listing: a walk over the tree in the order of its keys, page by page.
//!
//! A page says from which key on it begins, and that is enough: the walk descends along the key,
//! and in each folder passes over what sorts before it. Walks that ended a page are kept for a
//! little while, so that the next page needs not even that.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::AtFlags;
use rustix::io::Errno;
use trawl_model::{ObjectKey, Reason};

use super::folder::{Folder, descend, is_folder_name, open_in};
use super::{Files, error_of};
use crate::connector::{Entry, Gap, ListRequest, Listing, SourceError};

/// So many walks are kept between pages: one for each part of the source that is listed at once.
const KEPT: usize = 4;
/// What was created since a folder was read is missed by this page and seen by the next scan; so
/// a walk isn't kept for long.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// So many of the innermost folders are held open; those above are found again when the walk
/// comes back to them.
const HELD_OPEN: usize = 64;
/// No name is as long, so no key with the folder's prefix sorts behind the prefix and this.
const BEHIND_ALL_NAMES: [u8; 256] = [0xFF; 256];

/// Walks that ended a page.
#[derive(Default)]
pub(super) struct Walks {
    kept: Mutex<Vec<(Instant, ObjectKey, Walk)>>,
}

/// The folders from the root to where the walk is.
struct Walk {
    stack: Vec<Folder>,
    /// The key that was met last.
    key: Vec<u8>,
}

enum Met {
    Entry(Entry),
    Gap(Gap),
    /// What comes is not wanted any more.
    Until,
    End,
}

impl Walks {
    pub(super) fn page(
        &self,
        files: &Files,
        request: &ListRequest,
    ) -> Result<Listing, SourceError> {
        let mut walk = match self.take(&request.from) {
            Some(walk) => walk,
            None => Walk::begin(files, &request.from)?,
        };
        let mut listing = Listing::default();
        while listing.entries.len() + listing.gaps.len() < request.limit.max(1) {
            match walk.next(files, request.until.as_ref())? {
                Met::Entry(entry) => {
                    listing.next = Some(entry.key.clone());
                    listing.entries.push(entry);
                }
                Met::Gap(gap) => {
                    listing.next = Some(end_of(&gap));
                    listing.gaps.push(gap);
                }
                Met::Until | Met::End => {
                    listing.next = None;
                    return Ok(listing);
                }
            }
        }
        if let Some(next) = &listing.next {
            self.keep(next.successor(), walk);
        }
        Ok(listing)
    }

    fn take(&self, from: &ObjectKey) -> Option<Walk> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(since, _, _)| since.elapsed() < KEPT_FOR);
        let at = kept.iter().position(|(_, key, _)| key == from)?;
        Some(kept.remove(at).2)
    }

    fn keep(&self, from: ObjectKey, walk: Walk) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((Instant::now(), from, walk));
    }
}

impl Walk {
    fn begin(files: &Files, from: &ObjectKey) -> Result<Self, SourceError> {
        let from = Some(from.as_bytes().to_vec()).filter(|from| !from.is_empty());
        let root = Folder::read(files.open_root()?, Vec::new(), from).map_err(|e| SourceError {
            reason: Reason::SourceFailed,
            ..error_of(e, "read the root")
        })?;
        Ok(Self { stack: vec![root], key: Vec::new() })
    }

    fn next(&mut self, files: &Files, until: Option<&ObjectKey>) -> Result<Met, SourceError> {
        loop {
            if let Some(gap) = self.reopen(files)? {
                return Ok(Met::Gap(gap));
            }
            let Some(folder) = self.stack.last_mut() else { return Ok(Met::End) };
            let next = match folder.next() {
                Ok(next) => next,
                Err(e) => return Ok(self.give_up(e)),
            };
            let Some((name, from)) = next else {
                self.stack.pop();
                continue;
            };
            self.key.clear();
            self.key.extend_from_slice(&folder.prefix);
            self.key.extend_from_slice(&name);
            if until.is_some_and(|until| self.key.as_slice() >= until.as_bytes()) {
                return Ok(Met::Until);
            }
            let met = if is_folder_name(&name) {
                self.enter(files, &name, from)
            } else {
                self.look(files, &name)
            };
            if let Some(met) = met {
                return Ok(met);
            }
        }
    }

    /// Looks at what is no folder; nothing if it has vanished.
    fn look(&self, files: &Files, name: &[u8]) -> Option<Met> {
        let key = self.key.as_slice();
        if key.len() > ObjectKey::MAX_LEN {
            return Some(too_long(key));
        }
        let opened = self.stack.last()?.opened.as_ref()?;
        match rustix::fs::statat(opened, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Some(Met::Entry(files.entry(key, &stat))),
            Err(Errno::NOENT) => None,
            Err(e) => Some(gap(key, error_of(e, "").reason, false)),
        }
    }

    /// Goes into a folder; nothing if it has vanished, or the walk is in it now.
    fn enter(&mut self, files: &Files, name: &[u8], from: Option<Vec<u8>>) -> Option<Met> {
        let key = self.key.as_slice();
        if from.as_ref().is_some_and(|from| from.starts_with(&BEHIND_ALL_NAMES)) {
            return None;
        }
        if !files.filter.wants_folder(&key[..key.len() - 1]) {
            return Some(gap(key, Reason::Excluded, true));
        }
        if key.len() >= ObjectKey::MAX_LEN {
            return Some(too_long(key));
        }
        let parent = self.stack.last()?.opened.as_ref()?;
        let name = &name[..name.len() - 1];
        let entered = open_in(parent, name).and_then(|opened| {
            if files.one_file_system {
                let (here, above) = (rustix::fs::fstat(&opened)?, rustix::fs::fstat(parent)?);
                if here.st_dev != above.st_dev {
                    return Err(Errno::XDEV);
                }
            }
            Folder::read(opened, key.to_vec(), from)
        });
        match entered {
            Ok(folder) => {
                self.stack.push(folder);
                if let Some(far) = self.stack.len().checked_sub(HELD_OPEN + 1) {
                    self.stack[far].opened = None;
                }
                None
            }
            Err(Errno::XDEV) => Some(gap(key, Reason::OtherFilesystem, true)),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => None,
            Err(e) => Some(gap(key, error_of(e, "").reason, false)),
        }
    }

    /// Finds the innermost folder again, if it was let go. What can't be found any more has
    /// vanished, and what can't be opened any more is a gap.
    fn reopen(&mut self, files: &Files) -> Result<Option<Gap>, SourceError> {
        let Some(folder) = self.stack.last_mut().filter(|folder| folder.needs_opened()) else {
            return Ok(None);
        };
        match descend(files.open_root()?, &folder.prefix) {
            Ok(opened) => {
                folder.opened = Some(opened);
                Ok(None)
            }
            Err(e) => match self.give_up(e) {
                Met::Gap(gap) => Ok(Some(gap)),
                _ => Ok(None),
            },
        }
    }

    /// Leaves the innermost folder, the rest of which can't be read.
    fn give_up(&mut self, error: Errno) -> Met {
        let prefix = self.stack.pop().map(|folder| folder.prefix).unwrap_or_default();
        gap(&prefix, error_of(error, "").reason, false)
    }
}

/// The last key that a gap covers: all of a folder, or what is no folder itself.
fn end_of(gap: &Gap) -> ObjectKey {
    let prefix = gap.prefix.as_bytes();
    if is_folder_name(prefix) || prefix.len() >= ObjectKey::MAX_LEN {
        ObjectKey::new([prefix, &BEHIND_ALL_NAMES].concat())
    } else {
        gap.prefix.clone()
    }
}

fn gap(prefix: &[u8], reason: Reason, skipped: bool) -> Met {
    Met::Gap(Gap { prefix: ObjectKey::new(prefix), reason, skipped })
}

fn too_long(key: &[u8]) -> Met {
    gap(&key[..ObjectKey::MAX_LEN.min(key.len())], Reason::NameTooLong, false)
}
