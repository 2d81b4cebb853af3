//! A real file system that is small, and can be filled.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file system in memory, mounted at a folder that is made for it.
pub(crate) struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// None where this may not be done: whoever asks says so.
    pub(crate) fn mount(at: &Path, megabytes: u32) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={megabytes}m,mode=0700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(at)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        mounted.then(|| Self { at: at.to_owned() })
    }

    /// What is free on it.
    pub(crate) fn free(&self) -> u64 {
        let stat = rustix::fs::statvfs(&self.at).unwrap();
        stat.f_bavail * stat.f_frsize
    }

    /// Fills it but for so many bytes.
    pub(crate) fn fill(&self, leave: u64) {
        let mut ballast =
            std::fs::File::options().create(true).append(true).open(self.ballast()).unwrap();
        while let Some(more) = self.free().checked_sub(leave).filter(|more| *more > 0) {
            let block = vec![7; usize::try_from(more.min(1 << 20)).unwrap()];
            // To the last byte: others write meanwhile.
            if ballast.write_all(&block).is_err() {
                break;
            }
        }
    }

    /// Makes room again.
    pub(crate) fn clear(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.at.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A node that is being ended may still hold it.
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}
