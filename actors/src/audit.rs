//! What the node does by itself that changes what is kept: entered in the audit record before it takes
//! effect, in one chain with what people do.

use trawl_model::{TenantId, Timestamp};
use trawl_storage::audit::{Word, append};
use trawl_storage::records::AuditAt;
use trawl_storage::{Db, StoreError};

/// The stream of what people do, and what nodes do for them.
pub const STREAM: &str = "people";

/// The chain of a tenant.
pub fn chain(tenant: &TenantId) -> AuditAt {
    AuditAt { tenant: tenant.clone(), stream: STREAM.to_owned(), era: 0 }
}

/// Enters what is about to be done.
pub(crate) async fn enter(
    db: &Db,
    tenant: &TenantId,
    at: Timestamp,
    action: &str,
    (subject, detail): (String, String),
) -> Result<u64, StoreError> {
    let (actor, action) = ("node".to_owned(), action.to_owned());
    append(db, &chain(tenant), Word { at, actor, action, subject, detail }).await
}
