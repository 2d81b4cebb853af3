//! The bytes of an opened file.

use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{Advice, FileType, Mode, OFlags, SeekFrom};
use rustix::io::Errno;
use trawl_model::{Fingerprint, Reason};

use super::{error_of, fingerprint_of, size_of};
use crate::connector::{Content, SourceError};

/// For smaller files the system's own reading ahead does.
const ADVISED_BYTES: u64 = 1 << 20;

pub(super) struct File {
    opened: OwnedFd,
    fingerprint: Fingerprint,
    /// Fewer blocks are stored than the size says.
    may_have_holes: bool,
}

impl File {
    pub(super) fn open(parent: &OwnedFd, name: &[u8]) -> Result<Self, SourceError> {
        // Without waiting: a pipe that took the file's place since it was listed would hang.
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(parent, name, flags, Mode::empty())
            .map_err(|e| error_of(e, "open a file"))?;
        let stat = rustix::fs::fstat(&opened).map_err(|e| error_of(e, "look at a file"))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            let what = "is no file any more".into();
            return Err(SourceError { reason: Reason::SpecialFile, what, transient: false });
        }
        if size_of(&stat) >= ADVISED_BYTES {
            // Only advice: a file system that doesn't take it reads as well without.
            let _ = rustix::fs::fadvise(&opened, 0, None, Advice::Sequential);
        }
        let stored = u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(512);
        let may_have_holes = stored < size_of(&stat);
        Ok(Self { opened, fingerprint: fingerprint_of(&stat), may_have_holes })
    }
}

impl Content for File {
    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn fingerprint_now(&mut self) -> io::Result<Fingerprint> {
        Ok(fingerprint_of(&rustix::fs::fstat(&self.opened)?))
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::retry_on_intr(|| rustix::io::pread(&self.opened, &mut *buffer, offset))?)
    }

    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        let size = self.size();
        let all = (offset < size).then_some((offset, size));
        if !self.may_have_holes || all.is_none() {
            return Ok(all);
        }
        let start = match rustix::fs::seek(&self.opened, SeekFrom::Data(offset)) {
            Ok(start) => start,
            Err(Errno::NXIO) => return Ok(None),
            // A file system that knows no holes.
            Err(Errno::INVAL | Errno::OPNOTSUPP) => return Ok(all),
            Err(e) => return Err(e.into()),
        };
        let end = rustix::fs::seek(&self.opened, SeekFrom::Hole(start))?;
        Ok((start < size && end > start).then_some((start, end.min(size))))
    }
}
