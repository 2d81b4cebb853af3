//! Objects: what a source lists, and what is remembered of each.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::by_type::ByType;
use crate::coverage::Coverage;
use crate::fingerprint::Fingerprint;
use crate::generation::Counted;
use crate::id::{ObjectId, RuleSetId};
use crate::place::EscapeName;

/// The name of an object in its source: any bytes, sorted as bytes. It is the true name, and so
/// it has no `Display`, and its `Debug` shows none of it. It is named in many places at once: cheap to
/// clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectKey(#[serde(with = "crate::bytes")] Arc<[u8]>);

impl ObjectKey {
    /// A longer name than this is refused by listing.
    pub const MAX_LEN: usize = 8 * 1024;

    /// The key that these bytes are.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self(bytes.as_ref().into())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The true name for somebody with the right to it: control characters and bytes that are no
    /// text are escaped.
    pub fn revealed(&self) -> String {
        self.0.escape_ascii_keeping_text()
    }

    /// The key of this true name, as [`ObjectKey::revealed`] shows it. Of a word that it never
    /// shows, what can't be meant for an escape stands for itself.
    pub fn of_revealed(name: &str) -> Self {
        let mut bytes = Vec::with_capacity(name.len());
        let mut rest = name.as_bytes();
        while let [first, behind @ ..] = rest {
            rest = match (first, behind) {
                (b'\\', [b'\\', behind @ ..]) => {
                    bytes.push(b'\\');
                    behind
                }
                (b'\\', [b'x', high, low, behind @ ..])
                    if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
                {
                    let digit = |c: &u8| char::from(*c).to_digit(16).unwrap_or(0) as u8;
                    bytes.push(digit(high) * 16 + digit(low));
                    behind
                }
                (byte, behind) => {
                    bytes.push(*byte);
                    behind
                }
            };
        }
        Self(bytes.into())
    }

    /// The first key after this one.
    pub fn successor(&self) -> Self {
        Self([&self.0[..], &[0]].concat().into())
    }
}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectKey({} bytes)", self.0.len())
    }
}

/// What is remembered of an object: its row in its range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its id.
    pub id: ObjectId,
    /// Its size as listed or, if it has changed since, as read.
    pub size: u64,
    /// Of what was read, where that was settled; without it the next scan reads again.
    pub fingerprint: Option<Fingerprint>,
    /// The number of the scan that is to read it and has not yet.
    pub due: Option<u32>,
    /// The number of the scan that missed it; none as long as it is there.
    pub vanished: Option<u32>,
    /// It has vanished, and its findings are closed.
    pub closed: bool,
    /// The number of the scan that saw it first.
    pub first_in: u32,
    /// The number of the scan that read it last; 0 before the first.
    pub read_in: u32,
    /// The rules under which it was read last.
    pub rules: Option<RuleSetId>,
    /// The generations that count. Nothing else is live.
    pub counted: Vec<Counted>,
    /// The buckets that hold its findings.
    pub buckets: Buckets,
    /// How many findings count.
    pub findings: u64,
    /// The format that it was read as.
    pub format: String,
    /// What became of it at its last reading.
    pub coverage: Coverage,
    /// What went wrong at its last reading: a sentence without content.
    pub error: Option<String>,
    /// Into how many parts it is cut; 0 if it is read in one.
    pub parts: u32,
    /// How many readers died with it open.
    pub deaths: u8,
    /// The key that it had at the scan that saw it under this one first.
    pub renamed_from: Option<ObjectKey>,
    /// The types of its findings.
    pub by_type: ByType,
    /// What had become of it at its last reading, where it is to be read though it has not changed: by other
    /// rules. None once it is read, and of what was read in parts or not wholly.
    pub before: Option<Box<Coverage>>,
}

impl Object {
    /// An object that a scan has seen for the first time, and that was never read.
    pub fn unread(id: ObjectId, size: u64, scan: u32) -> Self {
        Self {
            id,
            size,
            fingerprint: None,
            due: None,
            vanished: None,
            closed: false,
            first_in: scan,
            read_in: 0,
            rules: None,
            counted: Vec::new(),
            buckets: Buckets::default(),
            findings: 0,
            format: String::new(),
            coverage: Coverage::new(),
            error: None,
            parts: 0,
            deaths: 0,
            renamed_from: None,
            by_type: ByType::default(),
            before: None,
        }
    }
}

/// A set of buckets, as a bitmap: no longer than the highest one demands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Buckets(#[serde(with = "crate::bytes")] Vec<u8>);

impl Buckets {
    /// Adds a bucket.
    pub fn insert(&mut self, bucket: u16) {
        let (byte, bit) = (usize::from(bucket / 8), bucket % 8);
        if self.0.len() <= byte {
            self.0.resize(byte + 1, 0);
        }
        self.0[byte] |= 1 << bit;
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }

    /// The buckets, in order.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        // What stands behind the last bucket that there can be is none.
        self.0.iter().zip(0..=u16::MAX / 8).flat_map(|(bits, byte)| {
            (0..8u16).filter(move |bit| bits & (1 << bit) != 0).map(move |bit| byte * 8 + bit)
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_true_name_leads_back_to_its_key(name: Vec<u8>) {
            let key = ObjectKey::new(name);
            prop_assert_eq!(ObjectKey::of_revealed(&key.revealed()), key);
        }

        #[test]
        fn any_word_is_a_name(word: String) {
            let _ = ObjectKey::of_revealed(&word);
        }

        #[test]
        fn buckets_are_a_set(
            a in proptest::collection::btree_set(0u16..1024, 0..20),
            b in proptest::collection::btree_set(0u16..1024, 0..20)
        ) {
            let of = |set: &BTreeSet<u16>| {
                let mut buckets = Buckets::default();
                set.iter().for_each(|bucket| buckets.insert(*bucket));
                buckets
            };
            let mut both = of(&a);
            both.extend(&of(&b));
            let union: Vec<u16> = a.union(&b).copied().collect();
            prop_assert_eq!(both.iter().collect::<Vec<_>>(), union);
        }

        #[test]
        fn nothing_lies_between_a_key_and_its_successor(key: Vec<u8>, other: Vec<u8>) {
            let (key, other) = (ObjectKey::new(key), ObjectKey::new(other));
            let next = key.successor();
            prop_assert!(key < next);
            prop_assert!(other <= key || other >= next);
        }
    }

    #[test]
    fn there_is_no_bucket_behind_the_last() {
        let all = Buckets(vec![0xFF; 10_000]);
        assert_eq!(all.iter().collect::<Vec<_>>(), (0..=u16::MAX).collect::<Vec<_>>());
    }

    #[test]
    fn debug_shows_nothing_of_a_name() {
        assert_eq!(format!("{:?}", ObjectKey::new(*b"jane.doe")), "ObjectKey(8 bytes)");
    }
}
