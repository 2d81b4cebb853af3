//! Fingerprints: by what an object is known to be unchanged without reading it.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A modification time this much before the read can't be trusted: the object may change again
/// within the same tick of its clock.
pub const SETTLING_MICROS: u64 = 2_000_000;

/// What a source says of an object's content without being asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The size in bytes, as stored.
    pub size: u64,
    /// When the content was changed last, where the source knows it.
    pub modified: Option<Timestamp>,
    /// What else the source has, such as an entity tag or a change time: at most 64 bytes, equal
    /// as long as the content is.
    pub tag: Vec<u8>,
    /// What stays with the object when it is renamed, such as device and inode; empty where the
    /// source has no such thing. It takes no part in [`Fingerprint::same_content`].
    pub identity: Vec<u8>,
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
            tag: vec![],
            identity: vec![],
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
    fn a_rename_changes_no_content() {
        let here = Fingerprint { identity: vec![1], ..at(1) };
        let there = Fingerprint { identity: vec![2], ..at(1) };
        assert!(here.same_content(&there));
        assert!(!here.same_content(&at(2)));
    }
}
