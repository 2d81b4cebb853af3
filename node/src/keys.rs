//! Keys of the API as they are shown once and sent with each request. What is kept of a key is a
//! hash of its secret.

use subtle::ConstantTimeEq;
use trawl_model::{KeyId, TenantId};
use zeroize::Zeroizing;

use crate::error::Error;

/// What each key begins with, so that those who look for secrets know it for one.
const BEGIN: &str = "trawl_";
const SECRET_LEN: usize = 32;

/// The secret of a key.
pub(crate) struct Secret(Zeroizing<[u8; SECRET_LEN]>);

impl Secret {
    /// A new one.
    pub(crate) fn random() -> Result<Self, Error> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hash = blake3::Hasher::new_derive_key("trawl api key 1");
        hash.update(self.0.as_slice());
        *hash.finalize().as_bytes()
    }

    /// Whether it has this hash.
    pub(crate) fn is(&self, hash: &[u8; 32]) -> bool {
        self.hash().ct_eq(hash).into()
    }

    /// The key that is shown: `trawl_TENANT_ID_SECRET`.
    pub(crate) fn written(&self, tenant: &TenantId, id: KeyId) -> String {
        let secret = data_encoding::HEXLOWER.encode(self.0.as_slice());
        format!("{BEGIN}{tenant}_{id}_{secret}")
    }
}

/// A key that somebody sent: whose and which it claims to be, and its secret.
pub(crate) struct Presented {
    /// The tenant.
    pub(crate) tenant: TenantId,
    /// Its id.
    pub(crate) id: KeyId,
    /// Its secret.
    pub(crate) secret: Secret,
}

impl Presented {
    /// The key that is written so.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(BEGIN)?.split('_');
        let (tenant, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let secret = Zeroizing::new(data_encoding::HEXLOWER.decode(secret.as_bytes()).ok()?);
        Some(Self {
            tenant: tenant.parse().ok()?,
            id: id.parse().ok()?,
            secret: Secret(Zeroizing::new(secret.as_slice().try_into().ok()?)),
        })
    }
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    let failed = |error: getrandom::Error| trawl_storage::StoreError::Random(error.to_string());
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_shown_and_its_hash_is_its_own() {
        let (id, secret) = (KeyId::from_bytes([7; 12]), Secret::random().unwrap());
        let tenant = TenantId::default_tenant();
        let shown = secret.written(&tenant, id);
        let presented = Presented::read(&shown).unwrap();
        assert_eq!((presented.tenant, presented.id), (tenant, id));
        assert!(presented.secret.is(&secret.hash()));
        assert!(!Secret::random().unwrap().is(&secret.hash()));
        for wrong in [
            "",
            "trawl_",
            "trawl_default_x_y",
            &shown[1..],
            &format!("{shown}_"),
            &shown[..shown.len() - 2],
        ] {
            assert!(Presented::read(wrong).is_none(), "{wrong}");
        }
    }
}
