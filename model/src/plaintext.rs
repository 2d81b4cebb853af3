//! The type that holds a found value.
//!
//! A value that was found lives in this type and nowhere else, from the moment it is cut out of
//! the text until its hashes and its preview are made. It can't be printed, serialised or cloned;
//! it is compared in constant time; and its memory is wiped when it is dropped. Each of these is a
//! program that must not compile:
//!
//! ```compile_fail,E0277
//! let value = trawl_model::Plaintext::new(b"4111".to_vec());
//! println!("{value}");
//! ```
//! ```compile_fail,E0277
//! let value = trawl_model::Plaintext::new(b"4111".to_vec());
//! println!("{value:?}");
//! ```
//! ```compile_fail,E0599
//! let value = trawl_model::Plaintext::new(b"4111".to_vec());
//! let other = value.clone();
//! ```
//! ```compile_fail,E0369
//! let value = trawl_model::Plaintext::new(b"4111".to_vec());
//! let same = value == trawl_model::Plaintext::new(b"4111".to_vec());
//! ```
//! ```compile_fail,E0277
//! fn sent<T: serde::Serialize>(_: T) {}
//! sent(trawl_model::Plaintext::new(b"4111".to_vec()));
//! ```
//! ```compile_fail,E0277
//! fn received<T: for<'a> serde::Deserialize<'a>>() {}
//! received::<trawl_model::Plaintext>();
//! ```
//! ```compile_fail,E0277
//! fn hashed<T: std::hash::Hash>(_: T) {}
//! hashed(trawl_model::Plaintext::new(b"4111".to_vec()));
//! ```
//! ```compile_fail,E0616
//! let value = trawl_model::Plaintext::new(b"4111".to_vec());
//! let bytes: Vec<u8> = value.bytes;
//! ```
//!
//! And this is all that can be done with one:
//!
//! ```
//! use trawl_model::Plaintext;
//! let value = Plaintext::new(b"4111".to_vec());
//! assert!(value.same_as(&Plaintext::new(b"4111".to_vec())));
//! assert_eq!(value.with(|bytes| bytes.len()), 4);
//! ```

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A found value, in memory of the node that read it.
pub struct Plaintext {
    bytes: Zeroizing<Vec<u8>>,
}

impl Plaintext {
    /// Takes the bytes; the caller's copy is this one.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes: Zeroizing::new(bytes) }
    }

    /// Lends the bytes for the length of a call. The lifetime ends with it, so that no borrow can
    /// be carried out; what the call returns must be made from the bytes, such as a hash.
    pub fn with<T: 'static>(&self, use_: impl FnOnce(&[u8]) -> T) -> T {
        use_(&self.bytes)
    }

    /// Whether both hold the same bytes, in time that depends on the lengths alone.
    pub fn same_as(&self, other: &Self) -> bool {
        self.bytes.as_slice().ct_eq(other.bytes.as_slice()).into()
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}
