//! The audit chain: each entry holds the hash of the one before, so that none can be changed,
//! taken out or put in without all behind it telling. The rules are pure, and anyone who has the
//! entries can apply them without the store.

use trawl_model::Timestamp;

use crate::db::Db;
use crate::error::StoreError;
use crate::fence::WriteId;
use crate::records::{AuditAt, AuditEntry, AuditHead, AuditKey, AuditRow, AuditRowEntry, audit};
use crate::settle::settle;
use crate::table::unreadable;
use crate::verbs::Commit;

/// So often an entry is tried: others may append at the same time.
const TRIES: usize = 32;

/// What is to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What else there is to say.
    pub detail: String,
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audit chain is broken at entry {sequence}: {why}")]
pub struct Broken {
    /// The first entry that is not as it was written.
    pub sequence: u64,
    /// What is wrong with it.
    pub why: &'static str,
}

/// The hash of an entry: of the one before, and of all that it says.
pub fn hash(sequence: u64, entry: &AuditEntry) -> [u8; 32] {
    let mut hash = blake3::Hasher::new_derive_key("trawl audit entry 1");
    hash.update(&entry.previous);
    hash.update(&sequence.to_be_bytes());
    hash.update(&entry.at.as_micros().to_be_bytes());
    for field in [&entry.actor, &entry.action, &entry.subject, &entry.detail] {
        hash.update(&(field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
    }
    *hash.finalize().as_bytes()
}

/// The entry behind a head, and the head behind that.
pub fn next(head: &AuditHead, word: Word) -> (AuditEntry, AuditHead) {
    let last = head.last + 1;
    let Word { at, actor, action, subject, detail } = word;
    let previous = head.hash;
    let mut entry = AuditEntry { at, actor, action, subject, detail, previous, hash: [0; 32] };
    entry.hash = hash(last, &entry);
    let head = AuditHead { last, hash: entry.hash };
    (entry, head)
}

/// Whether entries follow one on the other behind a head; answers the head that they lead to.
pub fn verify(
    from: &AuditHead,
    entries: impl IntoIterator<Item = (u64, AuditEntry)>,
) -> Result<AuditHead, Broken> {
    let mut head = from.clone();
    for (sequence, entry) in entries {
        let broken = |why| Err(Broken { sequence: head.last + 1, why });
        if sequence != head.last + 1 {
            return broken("it is missing");
        }
        if entry.previous != head.hash {
            return broken("it does not follow the one before");
        }
        if entry.hash != hash(sequence, &entry) {
            return broken("it was changed");
        }
        head = AuditHead { last: sequence, hash: entry.hash };
    }
    Ok(head)
}

/// Appends to a chain, and answers with the sequence of the entry. What is done is done after.
pub async fn append(db: &Db, at: &AuditAt, word: Word) -> Result<u64, StoreError> {
    for _ in 0..TRIES {
        let expected = db.fence::<AuditRow>(at).await?;
        let head = match db.get::<AuditRow>(at, &AuditKey::Head).await?.map(|row| row.entry) {
            None => AuditHead::default(),
            Some(AuditRowEntry::Head(head)) => head,
            Some(AuditRowEntry::Entry(..)) => return Err(unreadable(&audit::TABLE, "head")),
        };
        let (entry, head) = next(&head, word.clone());
        let sequence = head.last;
        let row = |entry| AuditRow { at: at.clone(), entry };
        let commit = Commit::new(at.clone(), expected, WriteId::random()?)
            .put(row(AuditRowEntry::Head(head)))
            .put(row(AuditRowEntry::Entry(sequence, entry)));
        if settle(db, &commit).await? {
            return Ok(sequence);
        }
    }
    Err(StoreError::Unsettled { table: audit::TABLE.name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryStore;
    use crate::verbs::{Limits, Span};
    use proptest::prelude::*;
    use trawl_model::TenantId;

    fn word(n: u64) -> Word {
        Word {
            at: Timestamp::from_micros(n as i64),
            actor: "ann".into(),
            action: "verdict".into(),
            subject: format!("finding {n}"),
            detail: String::new(),
        }
    }

    fn chain(len: u64) -> Vec<(u64, AuditEntry)> {
        let mut head = AuditHead::default();
        let mut entries = Vec::new();
        for n in 1..=len {
            let (entry, behind) = next(&head, word(n));
            entries.push((n, entry));
            head = behind;
        }
        entries
    }

    proptest! {
        #[test]
        fn whatever_is_changed_is_named(len in 2u64..12, at in 0usize..12, what in 0u8..7) {
            let mut entries = chain(len);
            let at = at % entries.len();
            let entry = &mut entries[at].1;
            match what {
                0 => entry.actor.push('x'),
                1 => entry.action = "none".into(),
                2 => entry.at = entry.at.plus_micros(1),
                3 => entry.previous[0] ^= 1,
                4 => entry.hash[31] ^= 1,
                // A letter that moves from one field to the next.
                5 => {
                    let letter = entry.action.pop().unwrap();
                    entry.subject.insert(0, letter);
                }
                _ => {
                    entry.detail.push('x');
                    entry.hash = hash(at as u64 + 1, entry);
                }
            }
            // Who hashes anew what he changed is told by the entry behind.
            let told = if what == 6 { at as u64 + 2 } else { at as u64 + 1 };
            match verify(&AuditHead::default(), entries) {
                Err(broken) => prop_assert_eq!(broken.sequence, told),
                Ok(_) => prop_assert_eq!(told, len + 1, "the last entry is told by the head alone"),
            }
        }
    }

    #[test]
    fn what_was_taken_out_is_missed() {
        let mut entries = chain(5);
        entries.remove(2);
        let broken = verify(&AuditHead::default(), entries).unwrap_err();
        assert_eq!(broken, Broken { sequence: 3, why: "it is missing" });
    }

    #[tokio::test]
    async fn those_who_append_at_once_make_one_chain() {
        let db = Db::new(MemoryStore::new(Limits::default()));
        let at = AuditAt { tenant: TenantId::default_tenant(), stream: "people".into(), era: 0 };
        let mut writers = tokio::task::JoinSet::new();
        for n in 0..10 {
            let (db, at) = (db.clone(), at.clone());
            writers.spawn(async move { append(&db, &at, word(n)).await.unwrap() });
        }
        let mut sequences = writers.join_all().await;
        sequences.sort_unstable();
        assert_eq!(sequences, (1..=10).collect::<Vec<_>>());

        let rows = db.collect::<AuditRow>(&at, Span::all(), 100).await.unwrap();
        let mut rows = rows.into_iter().map(|row| row.entry);
        let Some(AuditRowEntry::Head(head)) = rows.next() else { panic!("no head") };
        let entries = rows.filter_map(|entry| match entry {
            AuditRowEntry::Entry(sequence, entry) => Some((sequence, entry)),
            AuditRowEntry::Head(_) => None,
        });
        assert_eq!(verify(&AuditHead::default(), entries), Ok(head));
    }
}
