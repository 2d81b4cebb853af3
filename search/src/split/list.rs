//! The list that says which of the documents of a lane's splits are dead.

use std::collections::BTreeMap;
use std::io;

use super::Dead;
use crate::error::IndexError;

/// What is dead in each split of a lane: one file beside them, which is never changed. Splits in
/// which nothing is dead are not named.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeadList(BTreeMap<String, Dead>);

/// Begins a list as it is written: its version is the last byte.
const MAGIC: &[u8; 8] = b"TRAWLDL\x01";

impl FromIterator<(String, Dead)> for DeadList {
    fn from_iter<I: IntoIterator<Item = (String, Dead)>>(all: I) -> Self {
        Self(all.into_iter().filter(|(_, dead)| !dead.is_empty()).collect())
    }
}

impl DeadList {
    /// Says what is dead in a split.
    pub fn insert(&mut self, split: &str, dead: Dead) {
        if !dead.is_empty() {
            self.0.insert(split.to_owned(), dead);
        }
    }

    /// What is dead in a split.
    pub fn of(&self, split: &str) -> Dead {
        self.0.get(split).cloned().unwrap_or_default()
    }

    /// Whether nothing is dead in any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes out all but the splits that are meant.
    pub fn retain(&mut self, mut meant: impl FnMut(&str) -> bool) {
        self.0.retain(|split, _| meant(split));
    }

    /// As it is written.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        for (split, dead) in &self.0 {
            for part in [split.as_bytes(), &dead.to_bytes()?] {
                bytes.extend_from_slice(&(part.len() as u32).to_be_bytes());
                bytes.extend_from_slice(part);
            }
        }
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
        Ok(bytes)
    }

    /// Reads what was written.
    pub fn of_bytes(name: &str, bytes: &[u8]) -> Result<Self, IndexError> {
        let damaged = || IndexError::damaged(name, "its list of the dead is not what was written");
        let (rest, checksum) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
        if crc32fast::hash(rest).to_be_bytes() != *checksum {
            return Err(damaged());
        }
        let mut rest = rest.strip_prefix(MAGIC).ok_or_else(damaged)?;
        let mut list = BTreeMap::new();
        while !rest.is_empty() {
            let split = part(&mut rest).and_then(|split| String::from_utf8(split.to_vec()).ok());
            let (split, dead) = split.zip(part(&mut rest)).ok_or_else(damaged)?;
            list.insert(split, Dead::of_bytes(name, dead)?);
        }
        Ok(Self(list))
    }
}

fn part<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, behind) = rest.split_first_chunk::<4>()?;
    let (part, behind) = behind.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    *rest = behind;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dead(documents: impl IntoIterator<Item = u32>) -> Dead {
        let mut dead = Dead::none();
        dead.extend(documents);
        dead
    }

    proptest! {
        #[test]
        fn a_list_is_read_as_it_was_written_and_no_other_bytes_are_one(
            splits in proptest::collection::btree_map("[a-z]{0,6}", proptest::collection::vec(0u32..90_000, 0..9), 0..5),
            at: prop::sample::Index,
            flip in 1u8..=255
        ) {
            let list: DeadList =
                splits.iter().map(|(name, all)| (name.clone(), dead(all.iter().copied()))).collect();
            let mut bytes = list.to_bytes().unwrap();
            prop_assert_eq!(&DeadList::of_bytes("a list", &bytes).unwrap(), &list);
            for (name, all) in &splits {
                prop_assert_eq!(list.of(name), dead(all.iter().copied()));
            }
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(DeadList::of_bytes("a list", &bytes).is_err());
            prop_assert!(DeadList::of_bytes("a list", &bytes[..at]).is_err());
        }
    }
}
