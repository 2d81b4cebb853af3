//! Keys of the API: made, listed, revoked.

use std::collections::HashMap;

use trawl_model::{KeyId, Timestamp};
use trawl_storage::records::{
    AccessAt, AccessEntry, AccessHead, AccessKey, AccessRow, ApiKey, KeyUse, Revoked, Right,
};
use trawl_storage::{Commit, StoreError, WriteId, settle};

use super::cursor::{self, Asked, Cursor};
use super::{Answers, Span};
use crate::audit::{self, Deed};
use crate::clock;
use crate::error::Error;
use crate::keys::Secret;
use crate::records::{Key, NewKey, Page};

/// So often a commit is tried: others may change keys at the same time.
const TRIES: usize = 16;

/// So many uses of keys are written in one commit.
const USES_AT_ONCE: usize = 200;

/// There are never more keys, whatever the settings allow.
const MOST_KEYS: usize = 10_000;

/// The longest name of a key.
const NAME_CHARS: usize = 100;

impl Answers {
    /// Makes a key. What is answered is shown once, and kept nowhere.
    pub(crate) async fn new_key(
        &self,
        actor: &str,
        name: &str,
        rights: &[Right],
    ) -> Result<NewKey, Error> {
        let name = named(name)?;
        let mut rights = rights.to_vec();
        rights.sort_unstable();
        rights.dedup();
        if rights.is_empty() {
            return Err(Error::Usage(
                "can: a key that may do nothing is of no use; give it read, scan, judge or admin"
                    .to_owned(),
            ));
        }
        let (id, secret) = (KeyId::from_bytes(crate::keys::random()?), Secret::random()?);
        let can = rights.iter().map(|right| right.name()).collect::<Vec<_>>().join(" ");
        let (made, made_by) = (clock::now(), actor.to_owned());
        let hash = secret.hash();
        let key = ApiKey { name, rights, hash, made, made_by, revoked: None };
        let detail = format!("{}: {can}", key.name);
        let subject = id.to_string();
        let deed = Deed { actor, action: "key-new", subject: &subject, detail: &detail };
        let entered = self.change_keys(|head| {
            let most = self.settings.now().api.keys;
            if head.keys >= most {
                return Err(Error::Usage(format!(
                    "there are {most} keys, revoked ones included, and no more are allowed; raise \
                     the setting api.keys"
                )));
            }
            head.keys += 1;
            Ok((id, key.clone()))
        });
        audit::carried_out(&self.db, self.tenant(), deed, entered).await?;
        Ok(NewKey { known: Key::of(id, &key, None), key: secret.written(self.tenant(), id) })
    }

    /// The keys, the oldest first.
    pub(crate) async fn keys(&self, span: &Span) -> Result<Page<Key>, Error> {
        let behind = match Cursor::read(span.cursor.as_deref(), Asked::ALL)? {
            None => None,
            Some(Cursor::Keys(made, id)) => Some((made, id)),
            Some(_) => return Err(cursor::refused()),
        };
        let mut room = self.room(span.limit)?;
        let mut keys = self.kept_keys().await?;
        keys.retain(|(id, key)| behind.is_none_or(|behind| (key.made, *id) > behind));
        keys.sort_by_key(|(id, key)| (key.made, *id));
        let uses = self.kept_uses().await?;
        let (mut items, mut reached) = (Vec::new(), None);
        for (id, key) in &keys {
            if !room.is_left() {
                break;
            }
            let shown = Key::of(*id, key, uses.get(id).copied());
            room.take(shown.weight());
            items.push(shown);
            reached = Some(Cursor::Keys(key.made, *id));
        }
        let next = reached.filter(|_| items.len() < keys.len());
        Ok(Page { items, next: next.map(|next| next.written(Asked::ALL)).transpose()? })
    }

    /// Writes down when keys were used last.
    pub(crate) async fn keep_uses(&self, uses: &[(KeyId, Timestamp)]) -> Result<(), StoreError> {
        let at = self.keys_at();
        for some in uses.chunks(USES_AT_ONCE) {
            for tried in 1.. {
                let expected = self.db.fence::<AccessRow>(&at).await?;
                let mut commit = Commit::new(at.clone(), expected, WriteId::random()?);
                for (id, used) in some {
                    let entry = AccessEntry::Used(*id, KeyUse { at: *used });
                    commit = commit.put(AccessRow { at: at.clone(), entry });
                }
                if settle(&self.db, &commit).await? {
                    break;
                }
                if tried == TRIES {
                    return Err(StoreError::Unsettled { table: "access" });
                }
            }
        }
        Ok(())
    }

    /// Ends a key. One that is revoked already stays as it is.
    pub(crate) async fn revoke_key(&self, actor: &str, id: &str) -> Result<Key, Error> {
        let word = id;
        let id: KeyId = word.parse().map_err(|_| no_key(word))?;
        let key = self.kept_key(id).await?.ok_or_else(|| no_key(word))?;
        if key.revoked.is_some() {
            return self.shown_key(id, &key).await;
        }
        let revoked = Some(Revoked { at: clock::now(), by: actor.to_owned() });
        let key = ApiKey { revoked, ..key };
        let subject = id.to_string();
        let deed = Deed { actor, action: "key-revoke", subject: &subject, detail: &key.name };
        let changed = self.change_keys(|_| Ok((id, key.clone())));
        audit::carried_out(&self.db, self.tenant(), deed, changed).await?;
        self.shown_key(id, &key).await
    }

    async fn shown_key(&self, id: KeyId, key: &ApiKey) -> Result<Key, Error> {
        let row = self.db.get::<AccessRow>(&self.keys_at(), &AccessKey::Used(id)).await?;
        let used = row.and_then(|row| match row.entry {
            AccessEntry::Used(_, used) => Some(used.at),
            _ => None,
        });
        Ok(Key::of(id, key, used))
    }

    /// A key as it is kept, by its id.
    pub(crate) async fn kept_key(&self, id: KeyId) -> Result<Option<ApiKey>, StoreError> {
        let row = self.db.get::<AccessRow>(&self.keys_at(), &AccessKey::Key(id)).await?;
        Ok(row.and_then(|row| match row.entry {
            AccessEntry::Key(_, key) => Some(key),
            _ => None,
        }))
    }

    /// Whether anybody has a key that is good.
    pub(crate) async fn has_keys(&self) -> Result<bool, StoreError> {
        Ok(self.kept_keys().await?.iter().any(|(_, key)| key.revoked.is_none()))
    }

    async fn kept_keys(&self) -> Result<Vec<(KeyId, ApiKey)>, StoreError> {
        let (at, all) = (self.keys_at(), AccessKey::keys());
        let rows = self.db.collect::<AccessRow>(&at, all, MOST_KEYS).await?;
        let keys = rows.into_iter().filter_map(|row| match row.entry {
            AccessEntry::Key(id, key) => Some((id, key)),
            _ => None,
        });
        Ok(keys.collect())
    }

    async fn kept_uses(&self) -> Result<HashMap<KeyId, Timestamp>, StoreError> {
        let (at, all) = (self.keys_at(), AccessKey::uses());
        let rows = self.db.collect::<AccessRow>(&at, all, MOST_KEYS).await?;
        let uses = rows.into_iter().filter_map(|row| match row.entry {
            AccessEntry::Used(id, used) => Some((id, used.at)),
            _ => None,
        });
        Ok(uses.collect())
    }

    async fn change_keys(
        &self,
        change: impl Fn(&mut AccessHead) -> Result<(KeyId, ApiKey), Error>,
    ) -> Result<(), Error> {
        let at = self.keys_at();
        for _ in 0..TRIES {
            let expected = self.db.fence::<AccessRow>(&at).await?;
            let row = self.db.get::<AccessRow>(&at, &AccessKey::Head).await?;
            let mut head = match row.map(|row| row.entry) {
                Some(AccessEntry::Head(head)) => head,
                _ => AccessHead::default(),
            };
            let (id, key) = change(&mut head)?;
            let row = |entry| AccessRow { at: at.clone(), entry };
            let commit = Commit::new(at.clone(), expected, WriteId::random()?)
                .put(row(AccessEntry::Head(head)))
                .put(row(AccessEntry::Key(id, key)));
            if settle(&self.db, &commit).await? {
                return Ok(());
            }
        }
        Err(StoreError::Unsettled { table: "access" }.into())
    }

    fn keys_at(&self) -> AccessAt {
        AccessAt { tenant: self.tenant().clone() }
    }
}

/// The error of a word that leads to no key.
pub(crate) fn no_key(word: &str) -> Error {
    Error::Missing(format!("{word}: no such key; `trawl key list` names those there are"))
}

/// A name that stands in one line of a list and of the audit record.
fn named(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let fits =
        (1..=NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        return Ok(name.to_owned());
    }
    Err(Error::Usage(format!(
        "name: a key is called by 1 to {NAME_CHARS} characters, none of them a control character"
    )))
}
