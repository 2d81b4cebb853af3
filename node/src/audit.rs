//! The record of what people changed through this program: entered before it takes effect. What can be
//! refused is looked at before it is entered, where nobody else can change that meanwhile; whatever is
//! refused after all has an entry of that too, so that the record tells of no change that never was.

use trawl_model::TenantId;
use trawl_storage::audit::{Word, append};
use trawl_storage::{Db, StoreError};

use crate::clock;
use crate::error::Error;

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

/// What is about to be done, and by whom.
pub(crate) struct Deed<'a> {
    /// Who does it.
    pub(crate) actor: &'a str,
    /// What is done.
    pub(crate) action: &'a str,
    /// To what.
    pub(crate) subject: &'a str,
    /// What else there is to say.
    pub(crate) detail: &'a str,
}

/// Enters what is about to be done and has it done; where that is refused, enters that too.
pub(crate) async fn carried_out<T>(
    db: &Db,
    tenant: &TenantId,
    deed: Deed<'_>,
    change: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Deed { actor, action, subject, detail } = deed;
    enter(db, tenant, actor, action, subject, detail).await?;
    let done = change.await;
    if let Err(error) = &done
        && let Some(why) = refusal(error)
    {
        let action = format!("{action}-refused");
        let detail = if detail.is_empty() { why.to_owned() } else { format!("{detail}: {why}") };
        let entered = enter(db, tenant, actor, &action, subject, &detail).await;
        // Who asked is told why it was refused, whatever becomes of the record.
        if let Err(error) = entered {
            tracing::error!(%error, "a refusal could not be entered in the audit record");
        }
    }
    done
}

/// Why nothing was done, in words without names; none where an error may have come in the midst.
fn refusal(error: &Error) -> Option<&'static str> {
    use trawl_actors::Error as Of;
    match error {
        Error::Changed(_) => Some("something else was said meanwhile"),
        Error::Missing(_) | Error::Node(Of::NoScan(_) | Of::NoSource(_) | Of::Unknown(_)) => {
            Some("there is no such thing")
        }
        Error::Node(Of::Ended(..)) => Some("the scan has ended"),
        Error::Node(Of::Paused(_)) => Some("the scan is paused"),
        Error::Node(Of::OtherSelection(_)) => Some("a scan is open that reads something else"),
        Error::Node(Of::Deleted(_)) => Some("the source is deleted"),
        Error::Node(Of::BeingDeleted(_)) => Some("what was there is still being deleted"),
        Error::Node(Of::Known(_)) => Some("the source is known"),
        Error::Node(Of::NameTaken(_)) => Some("another source has this name"),
        Error::Targets(_) | Error::Node(Of::Source(_)) => Some("it can't be read"),
        Error::Usage(_) | Error::Node(Of::Profile(_) | Of::Schedule(_)) => {
            Some("it is out of bounds")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use trawl_storage::memory::MemoryStore;
    use trawl_storage::records::{AuditKey, AuditRow, AuditRowEntry};
    use trawl_storage::{Limits, StoreError};

    use super::*;

    #[tokio::test]
    async fn what_is_refused_after_it_was_entered_is_entered_as_refused() {
        let db = Db::new(MemoryStore::new(Limits::default()));
        let tenant = TenantId::default_tenant();
        let ends: [Result<(), Error>; 4] = [
            Ok(()),
            Err(Error::Changed("x".into())),
            Err(Error::Node(trawl_actors::Error::NameTaken("secret name".into()))),
            Err(Error::Store(StoreError::Closed)),
        ];
        for (end, detail) in ends.into_iter().zip(["a", "b", "", "d"]) {
            let deed = Deed { actor: "me", action: "put", subject: "it", detail };
            let is_done = end.is_ok();
            let told = carried_out(&db, &tenant, deed, async { end }).await;
            assert_eq!(told.is_ok(), is_done);
        }
        let rows = db.scan::<AuditRow>(&chain(&tenant), AuditKey::entries(1), 100).await.unwrap();
        let told: Vec<(String, String)> = rows
            .rows
            .into_iter()
            .filter_map(|row| match row.entry {
                AuditRowEntry::Entry(_, entry) => Some((entry.action, entry.detail)),
                AuditRowEntry::Head(_) => None,
            })
            .collect();
        let told: Vec<(&str, &str)> = told.iter().map(|(a, d)| (a.as_str(), d.as_str())).collect();
        assert_eq!(
            told,
            [
                ("put", "a"),
                ("put", "b"),
                ("put-refused", "b: something else was said meanwhile"),
                ("put", ""),
                ("put-refused", "another source has this name"),
                ("put", "d"),
            ]
        );
    }
}
