//! Copies of what is kept.

use std::path::Path;

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
        let subject = folder.display().to_string();
        audit::enter(&self.db, self.tenant(), actor, "backup", &subject, "").await?;
        let without = [<IndexRow as Record>::TABLE, <ManifestRow as Record>::TABLE];
        Ok(self.db.backup(folder, &without).await?)
    }
}
