//! Answers that were given to requests with an idempotency key, so that the same request asked again
//! is answered again and not carried out again.

use serde::{Deserialize, Serialize};
use trawl_model::{TenantId, Timestamp};

use super::{Kinded, kinded_record, number, versioned};
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Value};
use crate::verbs::Span;

fields! {
    /// Answers of a tenant, spread so that requests don't wait for each other.
    AnswerAt {
        /// The tenant.
        tenant: TenantId,
        /// The slice, of the answer's name.
        slice: u16,
    }
}

/// The hash of who asked and of the idempotency key that he gave.
pub type AnswerName = [u8; 16];

/// What names a row among the answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnswerKey {
    /// The head.
    Head,
    /// An answer.
    Answer(AnswerName),
    /// An answer by its age, the oldest first.
    Aged(Timestamp, AnswerName),
}

impl AnswerKey {
    /// All answers by their age, the oldest first.
    pub fn aged() -> Span<Self> {
        Span::from(Self::Aged(Timestamp::from_micros(i64::MIN), [0; 16]))
    }
}

/// The head of a slice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AnswerHead {
    /// How many answers it has.
    pub answers: u32,
}

/// A request that was begun, and what it was answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The hash of the request: another one under the same key is refused.
    pub request: [u8; 32],
    /// When it was begun.
    pub begun: Timestamp,
    /// The answer; none as long as there is none, and for ever where the node died meanwhile.
    pub given: Option<Given>,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The status.
    pub status: u16,
    /// The headers that belong to the answer.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

versioned! { AnswerHead => 1, Answer => 1 }

/// A row among the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerEntry {
    /// The head.
    Head(AnswerHead),
    /// An answer.
    Answer(AnswerName, Answer),
    /// An answer by its age.
    Aged(Timestamp, AnswerName),
}

kinded_record! {
    /// A row among the answers.
    AnswerRow ("answer", 21): AnswerAt, AnswerKey, AnswerEntry
}

impl Fields for AnswerKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        match self {
            Self::Head => kinded(0, Vec::new(), Vec::new()),
            Self::Answer(name) => kinded(1, name.to_vec(), Vec::new()),
            Self::Aged(begun, name) => {
                let sorted = (begun.as_micros() as u64) ^ (1 << 63);
                kinded(2, sorted.to_be_bytes().to_vec(), name.to_vec())
            }
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        match unkinded(values)? {
            (0, ..) => Some(Self::Head),
            (1, name, _) => Some(Self::Answer(name.try_into().ok()?)),
            (2, sorted, name) => {
                let begun = (number(&sorted)? ^ (1 << 63)) as i64;
                Some(Self::Aged(Timestamp::from_micros(begun), name.try_into().ok()?))
            }
            _ => None,
        }
    }
}

impl Kinded for AnswerEntry {
    type Key = AnswerKey;

    fn key(&self) -> AnswerKey {
        match self {
            Self::Head(_) => AnswerKey::Head,
            Self::Answer(name, _) => AnswerKey::Answer(*name),
            Self::Aged(begun, name) => AnswerKey::Aged(*begun, *name),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(head) => table::encode(&TABLE, head),
            Self::Answer(_, answer) => table::encode(&TABLE, answer),
            Self::Aged(..) => Ok(Value::Blob(Vec::new())),
        }
    }

    fn read(key: AnswerKey, body: &[u8]) -> Result<Self, StoreError> {
        match key {
            AnswerKey::Head => table::decode(&TABLE, body).map(Self::Head),
            AnswerKey::Answer(name) => Ok(Self::Answer(name, table::decode(&TABLE, body)?)),
            AnswerKey::Aged(begun, name) => Ok(Self::Aged(begun, name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;
    use proptest::prelude::*;

    fn keys() -> impl Strategy<Value = AnswerKey> {
        prop_oneof![
            Just(AnswerKey::Head),
            any::<[u8; 16]>().prop_map(AnswerKey::Answer),
            (any::<i64>(), any::<[u8; 16]>())
                .prop_map(|(at, name)| AnswerKey::Aged(Timestamp::from_micros(at), name)),
        ]
    }

    proptest! {
        #[test]
        fn keys_sort_in_the_store_as_they_do_here(a in keys(), b in keys()) {
            let at = |key: &AnswerKey| codec::row_key(&TABLE, &[], &key.to_values());
            prop_assert_eq!(a.cmp(&b), at(&a).cmp(&at(&b)));
            prop_assert_eq!(AnswerKey::from_values(a.to_values()), Some(a));
        }
    }
}
