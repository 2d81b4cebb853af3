//! The record of what people changed through this program: entered before it takes effect.

use trawl_model::TenantId;
use trawl_storage::audit::{Word, append};
use trawl_storage::{Db, StoreError};

use crate::clock;

pub(crate) use trawl_actors::audit::chain;

/// Who does it on the command line: the system's user.
pub(crate) fn local_user() -> String {
    format!("local user {}", rustix::process::getuid().as_raw())
}

/// Enters what is about to be done, and by whom.
pub(crate) async fn enter(
    db: &Db,
    tenant: &TenantId,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<u64, StoreError> {
    let word = Word {
        at: clock::now(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_owned(),
    };
    append(db, &chain(tenant), word).await
}
