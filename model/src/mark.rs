//! Marks: by what a verdict knows the value that it is about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::finding::TypeId;
use crate::id::{self, IdError, ObjectId, SourceId};
use crate::key::IdKey;
use crate::plaintext::Plaintext;

/// Eight bytes of a hash of source, object, type and value. It is of no place, so that it holds
/// when text around the value moves, and of the id key, so that it holds when tokens rotate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mark([u8; 8]);

impl Mark {
    /// The mark of a value, in the form that its type gives all its spellings.
    pub fn of(
        key: &IdKey,
        source: SourceId,
        object: ObjectId,
        type_id: &TypeId,
        value: &Plaintext,
    ) -> Self {
        let hash = key
            .hash("mark")
            .field(source.as_bytes())
            .field(object.as_bytes())
            .field(type_id.as_str().as_bytes());
        Self(value.with(move |bytes| hash.field(bytes).take()))
    }

    /// The mark that these bytes are.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The bytes of the mark.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&id::written(&self.0))
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mark({self})")
    }
}

impl FromStr for Mark {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        id::read("mark", text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_of_source_object_type_and_value() {
        let key = IdKey::from_bytes([1; 32]);
        let (s, o) = (SourceId::from_bytes([1; 8]), ObjectId::from_bytes([1; 16]));
        let mark = |s, o, t: &str, v: &str| {
            Mark::of(&key, s, o, &TypeId::new(t), &Plaintext::new(v.as_bytes().to_vec()))
        };
        let one = mark(s, o, "email", "a@b.example");
        assert_eq!(one, mark(s, o, "email", "a@b.example"));
        assert_ne!(one, mark(SourceId::from_bytes([2; 8]), o, "email", "a@b.example"));
        assert_ne!(one, mark(s, ObjectId::from_bytes([2; 16]), "email", "a@b.example"));
        assert_ne!(one, mark(s, o, "url", "a@b.example"));
        assert_ne!(one, mark(s, o, "email", "a@c.example"));
        assert_eq!(one.to_string().parse(), Ok(one));
    }
}
