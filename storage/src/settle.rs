//! Commits of those who own no partition: they read, decide, commit, and begin again where somebody
//! else was faster.

use std::time::Duration;

use crate::db::Db;
use crate::error::StoreError;
use crate::fence::{Fence, Outcome};
use crate::table::Fenced;
use crate::verbs::Commit;

/// So often a commit whose outcome is not known is sent again under its name.
const TRIES: u32 = 12;

/// The wait before that, longer each time: what makes outcomes unknown is others who write, or a database
/// that has too much to do.
const PAUSE: Duration = Duration::from_millis(5);

/// Commits until it is known what became of it: whether it was applied. If not, the partition has
/// changed since it was read. An error where that can't be known any more: who began again then might do
/// twice what is to be done once.
pub async fn settle<R: Fenced>(db: &Db, commit: &Commit<R>) -> Result<bool, StoreError> {
    for tried in 0..TRIES {
        match db.commit(commit).await? {
            Outcome::Applied(_) => return Ok(true),
            Outcome::Rejected(current) if tried == 0 || was_never(current, commit) => {
                return Ok(false);
            }
            Outcome::Rejected(_) => break,
            Outcome::Unknown => tokio::time::sleep(PAUSE * tried * tried).await,
        }
    }
    Err(StoreError::Unsettled { table: R::TABLE.name })
}

/// Whether a commit was surely not applied, of which it was not known whether it was, and which is refused
/// at this fence. Another may have committed behind it since.
fn was_never<R: Fenced>(current: Option<Fence>, commit: &Commit<R>) -> bool {
    let Some(current) = current else { return true };
    let (epoch, before) = match commit.expected {
        Some(fence) => (fence.epoch, fence.version),
        None => (commit.start.epoch, commit.start.version),
    };
    match current.version.checked_sub(before) {
        // The version is as it was: at most the epoch was raised.
        None | Some(0) => true,
        // The one version that it could have made is another's. An epoch that was raised has its writer's
        // name, whoever made the version.
        Some(1) => current.epoch == epoch && current.write != commit.write,
        Some(_) => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::conformance::{fresh_tenant, head, object, range_of, write};
    use crate::faults::{Fault, FaultyStore};
    use crate::memory::MemoryStore;
    use crate::records::RangeRow;
    use crate::verbs::Limits;

    async fn begun() -> (Arc<FaultyStore>, Db, Commit<RangeRow>, Fence) {
        let store = Arc::new(MemoryStore::new(Limits::default()));
        let faulty = Arc::new(FaultyStore::new(store));
        let db = Db::shared(faulty.clone());
        let at = range_of(fresh_tenant());
        let first = Commit::new(at.clone(), None, write()).put(head(&at, 1));
        let Outcome::Applied(fence) = db.commit(first).await.unwrap() else { panic!() };
        let commit = Commit::new(at.clone(), Some(fence), write()).put(object(&at, b"a", 1));
        (faulty, db, commit, fence)
    }

    #[tokio::test]
    async fn what_was_lost_or_not_answered_is_applied_once() {
        for fault in [Fault::None, Fault::Lost, Fault::Unanswered] {
            let (faulty, db, commit, fence) = begun().await;
            faulty.plan([fault]);
            assert!(settle(&db, &commit).await.unwrap());
            let now = db.fence::<RangeRow>(&commit.partition).await.unwrap().unwrap();
            assert_eq!(now.version, fence.version + 1);
        }
    }

    #[tokio::test]
    async fn what_others_have_come_before_is_not_applied() {
        for fault in [Fault::None, Fault::Lost] {
            let (faulty, db, commit, _) = begun().await;
            let rival = Commit { write: write(), ..commit.clone() };
            let _ = db.commit(&rival).await.unwrap();
            faulty.plan([fault]);
            assert!(!settle(&db, &commit).await.unwrap());
        }
    }

    #[tokio::test]
    async fn what_others_may_have_come_behind_is_an_error() {
        let (_, db, commit, fence) = begun().await;
        let now = |epoch, version| Some(Fence { epoch, version, write: write() });
        let (epoch, version) = (fence.epoch, fence.version);
        // It was applied, or another was, and one more came behind.
        assert!(!was_never(now(epoch, version + 2), &commit));
        assert!(!was_never(now(epoch + 1, version + 1), &commit));
        assert!(was_never(now(epoch + 1, version), &commit));
        assert!(was_never(now(epoch, version + 1), &commit));
        drop(db);
    }
}
