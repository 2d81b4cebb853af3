//! Commits of those who own no partition: they read, decide, commit, and begin again where somebody
//! else was faster.

use crate::db::Db;
use crate::error::StoreError;
use crate::fence::Outcome;
use crate::table::Fenced;
use crate::verbs::Commit;

/// So often a commit whose outcome is not known is sent again under its name.
const TRIES: usize = 32;

/// Commits until it is known what became of it: whether it was applied. If not, the partition has
/// changed since it was read.
pub async fn settle<R: Fenced>(db: &Db, commit: &Commit<R>) -> Result<bool, StoreError> {
    for _ in 0..TRIES {
        match db.commit(commit.clone()).await? {
            Outcome::Applied(_) => return Ok(true),
            Outcome::Rejected(_) => return Ok(false),
            Outcome::Unknown => {}
        }
    }
    Err(StoreError::Unsettled { table: R::TABLE.name })
}
