//! The keys of a tenant, and the one way in which anything is hashed under them.

use zeroize::Zeroizing;

/// The key under which a tenant's ids and marks are made. It is never rotated: were it to change,
/// every id would.
#[derive(Clone)]
pub struct IdKey(Zeroizing<[u8; 32]>);

/// The key under which a tenant's tokens are made. It rotates; each token begins with the version
/// of the key that made it.
#[derive(Clone)]
pub struct TokenKey {
    version: u8,
    key: Zeroizing<[u8; 32]>,
}

impl IdKey {
    /// The key that these bytes are.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, to be wrapped before they are stored.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Begins a hash in the domain that is named: no two kinds of id can collide.
    pub fn hash(&self, domain: &'static str) -> KeyedHash {
        KeyedHash::new(&self.0, domain)
    }
}

impl TokenKey {
    /// The key that these bytes are, in this version.
    pub fn from_bytes(version: u8, bytes: [u8; 32]) -> Self {
        Self { version, key: Zeroizing::new(bytes) }
    }

    /// The version, with which each token begins.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The bytes, to be wrapped before they are stored.
    pub fn expose(&self) -> &[u8; 32] {
        &self.key
    }

    pub(crate) fn hash(&self, domain: &'static str) -> KeyedHash {
        KeyedHash::new(&self.key, domain)
    }
}

/// A keyed hash over fields, each of which is preceded by its length, so that no two lists of
/// fields are hashed alike.
pub struct KeyedHash(blake3::Hasher);

impl KeyedHash {
    fn new(key: &[u8; 32], domain: &'static str) -> Self {
        Self(blake3::Hasher::new_keyed(key)).field(domain.as_bytes())
    }

    /// Adds a field.
    pub fn field(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// The first `N` bytes of the hash.
    pub fn take<const N: usize>(self) -> [u8; N] {
        let mut out = [0; N];
        self.0.finalize_xof().fill(&mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn moving_a_byte_between_fields_changes_the_hash(a: Vec<u8>, b: Vec<u8>) {
            prop_assume!(!b.is_empty());
            let key = IdKey::from_bytes([7; 32]);
            let mut longer = a.clone();
            longer.push(b[0]);
            let one: [u8; 16] = key.hash("x").field(&a).field(&b).take();
            let other: [u8; 16] = key.hash("x").field(&longer).field(&b[1..]).take();
            prop_assert_ne!(one, other);
        }

        #[test]
        fn domains_and_keys_part_what_is_hashed(bytes: Vec<u8>, k1: [u8; 32], k2: [u8; 32]) {
            prop_assume!(k1 != k2);
            let (one, two) = (IdKey::from_bytes(k1), IdKey::from_bytes(k2));
            let a: [u8; 16] = one.hash("x").field(&bytes).take();
            let b: [u8; 16] = one.hash("y").field(&bytes).take();
            let c: [u8; 16] = two.hash("x").field(&bytes).take();
            prop_assert_ne!(a, b);
            prop_assert_ne!(a, c);
        }
    }
}
