//! Folders that stay open while their files are read, so that no path is walked for each file.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::connector::SourceError;

/// So many folders are kept open: some for each thread that reads.
const KEPT: usize = 32;
/// A folder that was moved away is not read under its old name for longer than this.
const KEPT_FOR: Duration = Duration::from_secs(5);

pub(super) type Parent = Arc<OwnedFd>;

#[derive(Default)]
pub(super) struct Parents {
    /// The one used last stands in front.
    kept: Mutex<VecDeque<Kept>>,
}

struct Kept {
    path: Vec<u8>,
    opened: Parent,
    since: Instant,
}

impl Parents {
    pub(super) fn get(
        &self,
        path: &[u8],
        open: impl FnOnce() -> Result<OwnedFd, SourceError>,
    ) -> Result<Parent, SourceError> {
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let at = kept.iter().position(|k| k.path == path);
            if let Some(found) = at.and_then(|at| kept.remove(at))
                && found.since.elapsed() < KEPT_FOR
            {
                let opened = Arc::clone(&found.opened);
                kept.push_front(found);
                return Ok(opened);
            }
        }
        let opened = Arc::new(open()?);
        let (path, since) = (path.to_vec(), Instant::now());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(Kept { path, opened: Arc::clone(&opened), since });
        kept.truncate(KEPT);
        Ok(opened)
    }
}
