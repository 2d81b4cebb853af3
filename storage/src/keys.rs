//! The keys of tenants, and the root key that wraps them.
//!
//! Each tenant's keys are made when they are first asked for, and lie in the store, wrapped by the
//! root key: whoever has the store and not the root key can make no token and no id. A wrapped key
//! says by its seal whose it is and which, so that none can be put in the place of another; and a
//! root key that opens none is the wrong one.

use std::io::ErrorKind;
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use trawl_model::{IdKey, TenantId, TokenKey};
use zeroize::Zeroizing;

use crate::db::Db;
use crate::directory::{ROOT_KEY_FILE, write_durably};

use crate::error::StoreError;
use crate::fence::{Outcome, WriteId};
use crate::records::{
    TenantAt, TenantEntry, TenantKey, TenantKeys, TenantRow, WrappedTokenKey, tenant,
};
use crate::table::unreadable;
use crate::verbs::Commit;

const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 24;

/// The version of a tenant's first token key.
const FIRST_TOKEN_VERSION: u8 = 1;

/// So often the making of a tenant's keys is tried: others may make them at the same time, and an
/// answer may be lost.
const TRIES: usize = 8;

/// The key that wraps all others.
pub struct RootKey(Zeroizing<[u8; KEY_LEN]>);

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootKey")
    }
}

impl RootKey {
    /// The key that these bytes are.
    pub fn from_bytes(bytes: [u8; KEY_LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The root key of a data directory, made where the store is new. No backup holds it, and without
    /// it one is worthless: so a store that has keys and has lost it is refused.
    pub async fn of_directory(db: &Db, dir: &Path) -> Result<Self, StoreError> {
        if let Some(key) = Self::kept(db, dir).await? {
            return Ok(key);
        }
        let key = Self::from_bytes(*random::<KEY_LEN>()?);
        write_durably(&dir.join(ROOT_KEY_FILE), key.0.as_slice())?;
        Ok(key)
    }

    /// The same, and none is made where the store is new.
    pub async fn kept(db: &Db, dir: &Path) -> Result<Option<Self>, StoreError> {
        let path = dir.join(ROOT_KEY_FILE);
        let bad = |what: &str| StoreError::BadFile { path: path.clone(), what: what.to_owned() };
        match std::fs::read(&path) {
            Ok(bytes) => {
                let bytes = Zeroizing::new(bytes);
                check_mode(&path)?;
                let key = <[u8; KEY_LEN]>::try_from(bytes.as_slice())
                    .map_err(|_| bad("holds no root key of 32 bytes; give back the right one"))?;
                Ok(Some(Self::from_bytes(key)))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if db.sweep::<TenantRow>(None, 1).await?.rows.is_empty() {
                    return Ok(None);
                }
                Err(bad(
                    "is missing, and this store can't be used without it; put back the copy that was \
                     kept apart, for no backup holds it",
                ))
            }
            Err(error) => Err(bad(&error.to_string())),
        }
    }

    /// Puts the key into a data directory that has none.
    pub fn place(&self, dir: &Path) -> Result<(), StoreError> {
        let path = dir.join(ROOT_KEY_FILE);
        if path.exists() {
            let what = "is there already; it is not written over".to_owned();
            return Err(StoreError::BadFile { path, what });
        }
        write_durably(&path, self.0.as_slice())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.0).into())
    }

    /// A nonce, and what is sealed under it.
    fn wrap(&self, key: &[u8; KEY_LEN], whose: &[u8]) -> Result<Vec<u8>, StoreError> {
        let nonce = random::<NONCE_LEN>()?;
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(*nonce), Payload { msg: key, aad: whose })
            .map_err(|_| StoreError::RootKey)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn unwrap(&self, wrapped: &[u8], whose: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, StoreError> {
        let (nonce, sealed) =
            wrapped.split_first_chunk::<NONCE_LEN>().ok_or(StoreError::RootKey)?;
        let opened = self
            .cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: whose })
            .map(Zeroizing::new)
            .map_err(|_| StoreError::RootKey)?;
        let key = <[u8; KEY_LEN]>::try_from(opened.as_slice());
        key.map(Zeroizing::new).map_err(|_| StoreError::RootKey)
    }
}

/// Nobody but the owner may read the file.
fn check_mode(path: &Path) -> Result<(), StoreError> {
    let bad = |what: String| StoreError::BadFile { path: path.to_owned(), what };
    let meta = std::fs::metadata(path).map_err(|error| bad(error.to_string()))?;
    let mode = std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(bad(format!("others may read it (mode {mode:o}); take that from them with chmod 600")))
}

fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, StoreError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|error| StoreError::Random(error.to_string()))?;
    Ok(bytes)
}

fn id_label(tenant: &TenantId) -> Vec<u8> {
    format!("trawl id key of {tenant}").into_bytes()
}

fn token_label(tenant: &TenantId, version: u8) -> Vec<u8> {
    format!("trawl token key {version} of {tenant}").into_bytes()
}

/// The keys of a tenant, made if it has none. Where several make them at once, all get the same.
///
/// Opening the default tenant at start is how a wrong root key is found before anything is written
/// under it.
pub async fn open_tenant(
    db: &Db,
    root: &RootKey,
    tenant: &TenantId,
) -> Result<(IdKey, TokenKey), StoreError> {
    let at = TenantAt { tenant: tenant.clone() };
    let mut made: Option<(TenantKeys, WriteId)> = None;
    for _ in 0..TRIES {
        if let Some(row) = db.get::<TenantRow>(&at, &TenantKey::Head).await? {
            let TenantEntry::Head(keys) = row.entry else {
                return Err(unreadable(&tenant::TABLE, "head"));
            };
            return open(root, tenant, &keys);
        }
        let (keys, write) = match &made {
            Some(made) => made.clone(),
            None => made.insert((make(root, tenant)?, WriteId::random()?)).clone(),
        };
        let head = TenantRow { at: at.clone(), entry: TenantEntry::Head(keys.clone()) };
        match db.commit(Commit::new(at.clone(), None, write).put(head)).await? {
            Outcome::Applied(_) => return open(root, tenant, &keys),
            Outcome::Rejected(_) | Outcome::Unknown => {}
        }
    }
    Err(StoreError::Unsettled { table: tenant::TABLE.name })
}

/// Whether a root key opens the keys of a tenant, which is an error where it is the wrong one; false
/// where it has none yet. Nothing is made.
pub async fn opens_tenant(db: &Db, root: &RootKey, tenant: &TenantId) -> Result<bool, StoreError> {
    let at = TenantAt { tenant: tenant.clone() };
    match db.get::<TenantRow>(&at, &TenantKey::Head).await?.map(|row| row.entry) {
        None => Ok(false),
        Some(TenantEntry::Head(keys)) => open(root, tenant, &keys).map(|_| true),
        Some(_) => Err(unreadable(&tenant::TABLE, "head")),
    }
}

fn make(root: &RootKey, tenant: &TenantId) -> Result<TenantKeys, StoreError> {
    let version = FIRST_TOKEN_VERSION;
    let token = root.wrap(&*random()?, &token_label(tenant, version))?;
    Ok(TenantKeys {
        id: root.wrap(&*random()?, &id_label(tenant))?,
        tokens: vec![WrappedTokenKey { version, key: token }],
    })
}

fn open(
    root: &RootKey,
    tenant: &TenantId,
    keys: &TenantKeys,
) -> Result<(IdKey, TokenKey), StoreError> {
    let newest = keys.tokens.last().ok_or_else(|| unreadable(&tenant::TABLE, "token key"))?;
    let id = root.unwrap(&keys.id, &id_label(tenant))?;
    let token = root.unwrap(&newest.key, &token_label(tenant, newest.version))?;
    Ok((IdKey::from_bytes(*id), TokenKey::from_bytes(newest.version, *token)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryStore;
    use crate::verbs::Limits;

    fn db() -> Db {
        Db::new(MemoryStore::new(Limits::default()))
    }

    fn tenant() -> TenantId {
        TenantId::default_tenant()
    }

    #[tokio::test]
    async fn a_tenant_keeps_the_keys_that_it_was_made_with() {
        let (db, root) = (db(), RootKey::from_bytes([1; 32]));
        let (id, token) = open_tenant(&db, &root, &tenant()).await.unwrap();
        let (again, token_again) = open_tenant(&db, &root, &tenant()).await.unwrap();
        assert_eq!(id.expose(), again.expose());
        assert_eq!(token.expose(), token_again.expose());
        assert_eq!(token_again.version(), 1);
        let other = open_tenant(&db, &root, &"other".parse().unwrap()).await.unwrap().0;
        assert_ne!(id.expose(), other.expose());
    }

    #[tokio::test]
    async fn many_who_make_a_tenant_at_once_end_up_with_one() {
        let db = db();
        let mut racers = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let db = db.clone();
            racers.spawn(async move {
                let root = RootKey::from_bytes([1; 32]);
                *open_tenant(&db, &root, &tenant()).await.unwrap().0.expose()
            });
        }
        let keys: std::collections::BTreeSet<_> = racers.join_all().await.into_iter().collect();
        assert_eq!(keys.len(), 1);
    }

    #[tokio::test]
    async fn a_wrong_root_key_is_refused() {
        let db = db();
        let _ = open_tenant(&db, &RootKey::from_bytes([1; 32]), &tenant()).await.unwrap();
        let other = RootKey::from_bytes([2; 32]);
        let wrong = open_tenant(&db, &other, &tenant()).await;
        assert!(matches!(wrong, Err(StoreError::RootKey)));
        assert!(matches!(opens_tenant(&db, &other, &tenant()).await, Err(StoreError::RootKey)));
        assert!(opens_tenant(&db, &RootKey::from_bytes([1; 32]), &tenant()).await.unwrap());
        // Looking makes nothing.
        let nobody = "nobody".parse().unwrap();
        assert!(!opens_tenant(&db, &other, &nobody).await.unwrap());
        assert!(!opens_tenant(&db, &other, &nobody).await.unwrap());
    }

    #[test]
    fn a_wrapped_key_opens_for_whom_it_was_wrapped_alone() {
        let root = RootKey::from_bytes([1; 32]);
        let wrapped = root.wrap(&[7; 32], b"a").unwrap();
        assert_eq!(*root.unwrap(&wrapped, b"a").unwrap(), [7; 32]);
        assert!(root.unwrap(&wrapped, b"b").is_err());
        for cut in [0, 10, wrapped.len() - 1] {
            assert!(root.unwrap(&wrapped[..cut], b"a").is_err());
        }
        assert_ne!(root.wrap(&[7; 32], b"a").unwrap(), wrapped, "no nonce comes twice");
    }

    #[tokio::test]
    async fn the_root_key_of_a_directory_is_made_once_and_for_its_owner_alone() {
        let (db, dir) = (db(), tempfile::tempdir().unwrap());
        assert!(RootKey::kept(&db, dir.path()).await.unwrap().is_none());
        let root = RootKey::of_directory(&db, dir.path()).await.unwrap();
        let again = RootKey::of_directory(&db, dir.path()).await.unwrap();
        assert_eq!(root.0, again.0);
        let path = dir.path().join(ROOT_KEY_FILE);
        check_mode(&path).unwrap();

        let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        std::fs::set_permissions(&path, open).unwrap();
        let refused = RootKey::of_directory(&db, dir.path()).await.unwrap_err();
        assert!(refused.to_string().contains("chmod 600"), "{refused}");

        // Once there are keys, the file can't be made anew.
        let _ = open_tenant(&db, &root, &tenant()).await.unwrap();
        std::fs::remove_file(&path).unwrap();
        let refused = RootKey::of_directory(&db, dir.path()).await.unwrap_err();
        assert!(refused.to_string().contains("the copy that was kept apart"), "{refused}");
        assert!(!path.exists());
    }
}
