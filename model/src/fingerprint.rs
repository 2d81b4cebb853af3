//! Fingerprints: by what an object is known to be unchanged without reading it.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::time::Timestamp;

/// A modification time this much before the read can't be trusted: the object may change again
/// within the same tick of its clock.
pub const SETTLING_MICROS: u64 = 2_000_000;

/// Bytes that are most often few, and then are kept in place: a listing makes some for each object.
pub type FewBytes = SmallVec<[u8; 16]>;

/// What a source says of an object's content without being asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The size in bytes, as stored.
    pub size: u64,
    /// When the content was changed last, where the source knows it.
    pub modified: Option<Timestamp>,
    /// What else the source has, such as an entity tag or a change time: at most 64 bytes, equal
    /// as long as the content is.
    #[serde(with = "crate::bytes")]
    pub tag: FewBytes,
    /// What stays with the object when it is renamed, such as device and inode; empty where the
    /// source has no such thing. It takes no part in [`Fingerprint::same_content`].
    #[serde(with = "crate::bytes")]
    pub identity: FewBytes,
}

impl Fingerprint {
    /// Whether both are of the same content, as far as the source can say.
    pub fn same_content(&self, other: &Self) -> bool {
        self.size == other.size && self.modified == other.modified && self.tag == other.tag
    }

    /// Whether it may be kept for the next scan to compare: not when the object was modified just
    /// before it was read, nor when the source doesn't know when it was.
    pub fn is_settled(&self, read_at: Timestamp) -> bool {
        match self.modified {
            Some(modified) => {
                modified <= read_at && read_at.micros_since(modified) >= SETTLING_MICROS
            }
            None => !self.tag.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Fingerprint {
        Fingerprint {
            size: 1,
            modified: Some(Timestamp::from_micros(micros)),
            tag: FewBytes::new(),
            identity: FewBytes::new(),
        }
    }

    #[test]
    fn what_was_modified_just_before_the_read_is_not_settled() {
        let read = Timestamp::from_micros(10_000_000);
        assert!(at(8_000_000).is_settled(read));
        assert!(!at(8_000_001).is_settled(read));
        assert!(!at(20_000_000).is_settled(read), "a time in the future says nothing");
    }

    #[test]
    fn its_bytes_are_stored_as_a_sequence_of_bytes() {
        #[derive(Serialize)]
        struct Plain {
            size: u64,
            modified: Option<Timestamp>,
            tag: Vec<u8>,
            identity: Vec<u8>,
        }
        let wire = bincode::config::standard();
        for bytes in [vec![], vec![7; 16], vec![9; 64], vec![0xFF; 300]] {
            let (tag, identity) = (bytes.clone(), bytes.clone());
            let plain = Plain { size: 1 << 40, modified: None, tag, identity };
            let plain = bincode::serde::encode_to_vec(&plain, wire).unwrap();
            let (read, _) =
                bincode::serde::decode_from_slice::<Fingerprint, _>(&plain, wire).unwrap();
            assert_eq!((read.tag.as_slice(), read.identity.as_slice()), (&*bytes, &*bytes));
            assert_eq!(bincode::serde::encode_to_vec(&read, wire).unwrap(), plain);
        }
    }

    #[test]
    fn a_rename_changes_no_content() {
        let here = Fingerprint { identity: FewBytes::from_slice(&[1]), ..at(1) };
        let there = Fingerprint { identity: FewBytes::from_slice(&[2]), ..at(1) };
        assert!(here.same_content(&there));
        assert!(!here.same_content(&at(2)));
    }
}
