//! Writing what a lane publishes: the split, away from the lane; then the list of the dead and the
//! commit that names both.

use std::sync::Arc;

use trawl_model::SplitId;
use trawl_search::IndexError;
use trawl_search::lane::{Lane, Work};
use trawl_search::split::{DeadList, Scratch, Split};

use super::files::{self, Files, Unnamed};
use super::manifest::{Edition, Manifest, told};
use super::plan::Sealed;
use super::{Common, blocking};
use crate::crash;
use crate::director::record;
use crate::error::Error;

/// Splits whose inputs have fewer bytes than this are written in memory first, others in a folder.
const IN_MEMORY_BYTES: u64 = 64 << 20;

/// A split that is to be written.
pub(super) struct Job {
    /// Of which opening of the lane it is.
    pub(super) opened: u64,
    /// What it is made of.
    pub(super) work: Work,
    /// The cursors that are published with it.
    pub(super) cursors: Sealed,
    id: SplitId,
    /// The janitor lets the file be until it is named.
    _kept: Unnamed,
}

/// A split that was written, or none where nothing of its inputs was alive.
pub(super) struct Written {
    pub(super) job: Job,
    pub(super) split: Option<Split>,
}

impl Job {
    pub(super) fn new(
        files: &Arc<Files>,
        opened: u64,
        work: Work,
        cursors: Sealed,
    ) -> Result<Self, Error> {
        let id = SplitId::from_bytes(record::fresh()?);
        let _kept = files.keep(files::of_split(id));
        Ok(Self { opened, work, cursors, id, _kept })
    }

    /// Writes the split. It takes as long as its inputs are large.
    pub(super) fn run(self, common: &Common) -> Result<Written, IndexError> {
        let scratch = match &common.scratch {
            Some(folder) if self.work.bytes() > IN_MEMORY_BYTES => Scratch::Folder(folder.clone()),
            _ => Scratch::Memory,
        };
        let bundle = self.work.run(&scratch)?;
        let split = match bundle.meta().documents {
            0 => None,
            _ => Some(common.files.put_split(self.id, &bundle)?),
        };
        crash::point(if self.work.is_of_tail() { "index.split-put" } else { "index.merged-put" });
        Ok(Written { job: self, split })
    }
}

impl Written {
    /// Publishes the split in the place of its inputs. False where one of them is gone, and it is
    /// thrown away. After an error it isn't known what is published.
    pub(super) async fn publish(
        &self,
        common: &Arc<Common>,
        lane: &mut Lane,
        manifest: &mut Manifest,
        last: &mut DeadList,
    ) -> Result<bool, Error> {
        let (job, of_tail) = (&self.job, self.job.work.is_of_tail());
        let Some(list) = lane.dead_with(&job.work, &job.id.to_string()) else { return Ok(false) };
        let dead = if list == *last {
            manifest.dead()
        } else if list.is_empty() {
            None
        } else {
            Some(SplitId::from_bytes(record::fresh()?))
        };
        let new = dead.filter(|dead| manifest.dead() != Some(*dead));
        let _kept = new.map(|new| common.files.keep(files::of_list(new)));
        if let Some(new) = new {
            let (files, list) = (Arc::clone(&common.files), list.clone());
            blocking(move || files.put_list(new, &list)).await??;
        }
        crash::point(if of_tail { "index.list-put" } else { "index.merged-list-put" });
        let split = self.split.as_ref();
        let edition = Edition {
            new: split.map(|split| (job.id, told(split.meta(), split.bytes()))),
            replaced: self.replaced(),
            dead,
            cursors: &job.cursors,
        };
        manifest.commit(&common.db, &edition).await?;
        crash::point(if of_tail { "index.published" } else { "index.merged" });
        *last = list;
        Ok(lane.replace(&job.work, self.split.clone()))
    }

    /// The splits in whose place it comes.
    pub(super) fn replaced(&self) -> Vec<SplitId> {
        if self.job.work.is_of_tail() {
            return Vec::new();
        }
        self.job.work.takes().filter_map(|name| name.parse().ok()).collect()
    }
}
