//! Copies of what is kept.

use std::path::{Component, Path, PathBuf};

use trawl_cluster_config::StoreKind;
use trawl_storage::records::{IndexRow, ManifestRow};
use trawl_storage::{Copied, Record};

use super::Answers;
use crate::audit;
use crate::error::Error;

impl Answers {
    /// Writes a copy of all that is kept into a new folder, as it is at this moment. That it was
    /// asked for is entered first, and so is in the copy. The index is not: it is made anew from
    /// what is kept.
    pub(crate) async fn backup(&self, actor: &str, folder: &Path) -> Result<Copied, Error> {
        self.may_hold_backup(folder)?;
        let subject = folder.display().to_string();
        audit::enter(&self.db, self.tenant(), actor, "backup", &subject, "").await?;
        let without = [<IndexRow as Record>::TABLE, <ManifestRow as Record>::TABLE];
        Ok(self.db.backup(folder, &without).await?)
    }

    /// Whether a copy may be written to a folder: in the data directory it would be lost with that.
    pub(crate) fn may_hold_backup(&self, folder: &Path) -> Result<(), Error> {
        let settings = self.settings.now();
        if settings.store.kind == StoreKind::Cql {
            return Err(Error::Usage(
                "store.kind is cql: what a database keeps is copied by its own means; see \"Backups\" in \
                 docs/operations.md"
                    .to_owned(),
            ));
        }
        let dir = led_to(&settings.node.data_dir);
        if !led_to(folder).starts_with(dir) {
            return Ok(());
        }
        let folder = folder.display();
        Err(Error::Usage(format!(
            "{folder}: lies in the data directory, and would be lost with it; name a folder elsewhere"
        )))
    }
}

/// Where a path leads to, over all links; its last steps need not be there yet.
fn led_to(path: &Path) -> PathBuf {
    for there in path.ancestors() {
        let (Ok(mut led), Ok(rest)) = (there.canonicalize(), path.strip_prefix(there)) else {
            continue;
        };
        for step in rest.components() {
            if step == Component::ParentDir {
                led.pop();
            } else {
                led.push(step);
            }
        }
        return led;
    }
    path.to_owned()
}
