//! Ranges: catalogue, parts, verdicts, units and log of a stretch of a source's keys.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trawl_model::object::Object;
use trawl_model::range::RangeHead;
use trawl_model::unit::{Part, Unit, UnitId};
use trawl_model::{Mark, ObjectKey, RangeId, SourceId, TenantId, Timestamp, TypeId, Verdict};

use super::{Kinded, kinded_record, number, versioned};
use crate::codec;
use crate::error::StoreError;
use crate::table::{self, Fields, fields, kinded, unkinded};
use crate::value::{Column, Type, Value};
use crate::verbs::Span;

fields! {
    /// A range of a source.
    RangeAt {
        /// The tenant.
        tenant: TenantId,
        /// The source.
        source: SourceId,
        /// The range.
        range: RangeId,
    }
}

/// What names a row of a range. Rows of one kind lie together, in the order of their keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RangeKey {
    /// The head.
    Head,
    /// An object.
    Object(ObjectKey),
    /// A part of a large object.
    Part(ObjectKey, u32),
    /// A verdict on what bears this mark in an object.
    Verdict(ObjectKey, TypeId, Mark),
    /// A unit.
    Unit(UnitId),
    /// An entry of the log: the version of the commit that wrote it.
    Log(u64),
    /// An object that has findings.
    Holder(ObjectKey),
    /// Behind all rows: where stretches end. It names none itself.
    End,
}

impl RangeKey {
    /// The objects that have findings, in order.
    pub fn holders() -> Span<Self> {
        Self::holders_from(ObjectKey::default())
    }

    /// Those that have findings from this one on.
    pub fn holders_from(object: ObjectKey) -> Span<Self> {
        Span::between(Self::Holder(object), Self::End)
    }

    /// All objects, in order.
    pub fn objects() -> Span<Self> {
        Self::objects_from(ObjectKey::default())
    }

    /// All objects from this one on.
    pub fn objects_from(object: ObjectKey) -> Span<Self> {
        Span::between(Self::Object(object), Self::Part(ObjectKey::default(), 0))
    }

    /// All parts of all objects.
    pub fn parts() -> Span<Self> {
        Span::between(
            Self::Part(ObjectKey::default(), 0),
            Self::first_verdict(ObjectKey::default()),
        )
    }

    /// The parts of an object.
    pub fn parts_of(object: &ObjectKey) -> Span<Self> {
        Span::between(Self::Part(object.clone(), 0), Self::Part(object.successor(), 0))
    }

    /// All verdicts.
    pub fn verdicts() -> Span<Self> {
        Span::between(Self::first_verdict(ObjectKey::default()), Self::Unit(UnitId(0)))
    }

    /// The verdicts on findings of an object.
    pub fn verdicts_of(object: &ObjectKey) -> Span<Self> {
        Self::verdicts_among(object, object)
    }

    /// The verdicts on findings of the objects from the first to the last, both included.
    pub fn verdicts_among(first: &ObjectKey, last: &ObjectKey) -> Span<Self> {
        Span::between(Self::first_verdict(first.clone()), Self::first_verdict(last.successor()))
    }

    /// All units from this one on.
    pub fn units(from: UnitId) -> Span<Self> {
        Span::between(Self::Unit(from), Self::Log(0))
    }

    /// The log behind this version.
    pub fn log_after(version: u64) -> Span<Self> {
        Span::between(Self::Log(0), Self::Holder(ObjectKey::default())).after(Self::Log(version))
    }

    fn first_verdict(object: ObjectKey) -> Self {
        Self::Verdict(object, TypeId::new(""), Mark::from_bytes([0; 8]))
    }
}

/// What somebody said of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictEntry {
    /// What.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
}

/// What a commit changed of what the index shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// The objects that changed.
    pub objects: Vec<ObjectKey>,
    /// More changed than is named, such as a bound: the range is to be indexed whole.
    pub whole: bool,
}

/// The body of a row whose key says all.
#[derive(Serialize, Deserialize)]
struct Said;

versioned! { VerdictEntry => 1, LogEntry => 1, Said => 1 }

/// A row of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeEntry {
    /// The head.
    Head(RangeHead),
    /// An object: whoever decides about it shares it with whoever writes it down.
    Object(ObjectKey, Arc<Object>),
    /// A part of a large object.
    Part(ObjectKey, u32, Part),
    /// A verdict.
    Verdict {
        /// The object that holds the finding.
        object: ObjectKey,
        /// The finding's type.
        type_id: TypeId,
        /// By what it is known.
        mark: Mark,
        /// What was said.
        verdict: VerdictEntry,
    },
    /// A unit.
    Unit(UnitId, Unit),
    /// An entry of the log, under the version of the commit that writes it.
    Log(u64, LogEntry),
    /// Says of an object that it has findings, so that who lists findings need not read those that
    /// have none.
    Holder(ObjectKey),
}

kinded_record! {
    /// A row of a range.
    RangeRow ("range", 2): RangeAt, RangeKey, RangeEntry
}

const HEAD: i8 = 0;
const OBJECT: i8 = 1;
const PART: i8 = 2;
const VERDICT: i8 = 3;
const UNIT: i8 = 4;
const LOG: i8 = 5;
const HOLDER: i8 = 6;
const END: i8 = i8::MAX;

impl Fields for RangeKey {
    const COLUMNS: &'static [Column] = table::KINDED;

    fn to_values(&self) -> Vec<Value> {
        let bytes = |key: &ObjectKey| key.as_bytes().to_vec();
        match self {
            Self::Head => kinded(HEAD, Vec::new(), Vec::new()),
            Self::Object(key) => kinded(OBJECT, bytes(key), Vec::new()),
            Self::Part(key, part) => kinded(PART, bytes(key), part.to_be_bytes().to_vec()),
            Self::Verdict(key, type_id, mark) => {
                let mut sub = Vec::new();
                codec::write_column(
                    &mut sub,
                    &Value::Text(type_id.as_str().to_owned()),
                    Type::Text,
                );
                sub.extend_from_slice(mark.as_bytes());
                kinded(VERDICT, bytes(key), sub)
            }
            Self::Unit(unit) => kinded(UNIT, unit.0.to_be_bytes().to_vec(), Vec::new()),
            Self::Log(version) => kinded(LOG, version.to_be_bytes().to_vec(), Vec::new()),
            Self::Holder(key) => kinded(HOLDER, bytes(key), Vec::new()),
            Self::End => kinded(END, Vec::new(), Vec::new()),
        }
    }

    fn from_values(values: Vec<Value>) -> Option<Self> {
        let (kind, key, sub) = unkinded(values)?;
        Some(match kind {
            HEAD => Self::Head,
            OBJECT => Self::Object(ObjectKey::new(key)),
            PART => {
                let part = u32::from_be_bytes(sub.try_into().ok()?);
                Self::Part(ObjectKey::new(key), part)
            }
            VERDICT => {
                let mut sub = sub.as_slice();
                let Value::Text(type_id) = codec::read_column(&mut sub, Type::Text)? else {
                    return None;
                };
                let mark = Mark::from_bytes(sub.try_into().ok()?);
                Self::Verdict(ObjectKey::new(key), TypeId::new(&type_id), mark)
            }
            UNIT => Self::Unit(UnitId(number(&key)?)),
            LOG => Self::Log(number(&key)?),
            HOLDER => Self::Holder(ObjectKey::new(key)),
            _ => return None,
        })
    }
}

impl Kinded for RangeEntry {
    type Key = RangeKey;

    fn key(&self) -> RangeKey {
        match self {
            Self::Head(_) => RangeKey::Head,
            Self::Object(key, _) => RangeKey::Object(key.clone()),
            Self::Part(key, part, _) => RangeKey::Part(key.clone(), *part),
            Self::Verdict { object, type_id, mark, .. } => {
                RangeKey::Verdict(object.clone(), type_id.clone(), *mark)
            }
            Self::Unit(unit, _) => RangeKey::Unit(*unit),
            Self::Log(version, _) => RangeKey::Log(*version),
            Self::Holder(key) => RangeKey::Holder(key.clone()),
        }
    }

    fn body(&self) -> Result<Value, StoreError> {
        match self {
            Self::Head(head) => table::encode(&TABLE, head),
            Self::Object(_, object) => table::encode(&TABLE, &**object),
            Self::Part(_, _, part) => table::encode(&TABLE, part),
            Self::Verdict { verdict, .. } => table::encode(&TABLE, verdict),
            Self::Unit(_, unit) => table::encode(&TABLE, unit),
            Self::Log(_, entry) => table::encode(&TABLE, entry),
            Self::Holder(_) => table::encode(&TABLE, &Said),
        }
    }

    fn read(key: RangeKey, body: &[u8]) -> Result<Self, StoreError> {
        Ok(match key {
            RangeKey::Head => Self::Head(table::decode(&TABLE, body)?),
            RangeKey::Object(key) => Self::Object(key, Arc::new(table::decode(&TABLE, body)?)),
            RangeKey::Part(key, part) => Self::Part(key, part, table::decode(&TABLE, body)?),
            RangeKey::Verdict(object, type_id, mark) => {
                let verdict = table::decode(&TABLE, body)?;
                Self::Verdict { object, type_id, mark, verdict }
            }
            RangeKey::Unit(unit) => Self::Unit(unit, table::decode(&TABLE, body)?),
            RangeKey::Log(version) => Self::Log(version, table::decode(&TABLE, body)?),
            RangeKey::Holder(key) => {
                let Said = table::decode(&TABLE, body)?;
                Self::Holder(key)
            }
            RangeKey::End => return Err(table::unreadable(&TABLE, "key")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys() -> impl Strategy<Value = RangeKey> {
        let byte = prop_oneof![Just(0u8), Just(1), Just(0xFF), any::<u8>()];
        let object = proptest::collection::vec(byte, 0..4).prop_map(ObjectKey::new).boxed();
        let type_id = prop_oneof![Just(""), Just("email"), Just("us.ssn"), Just("us")];
        prop_oneof![
            Just(RangeKey::Head),
            object.clone().prop_map(RangeKey::Holder),
            object.clone().prop_map(RangeKey::Object),
            (object.clone(), any::<u32>()).prop_map(|(key, part)| RangeKey::Part(key, part)),
            (object, type_id, any::<[u8; 8]>()).prop_map(|(key, type_id, mark)| {
                RangeKey::Verdict(key, TypeId::new(type_id), Mark::from_bytes(mark))
            }),
            any::<u64>().prop_map(|unit| RangeKey::Unit(UnitId(unit))),
            any::<u64>().prop_map(RangeKey::Log),
        ]
    }

    proptest! {
        #[test]
        fn keys_sort_in_the_store_as_they_do_here(a in keys(), b in keys()) {
            let at = |key: &RangeKey| codec::row_key(&TABLE, &[], &key.to_values());
            prop_assert_eq!(a.cmp(&b), at(&a).cmp(&at(&b)));
            prop_assert_eq!(RangeKey::from_values(a.to_values()), Some(a));
        }

        #[test]
        fn a_span_holds_the_keys_of_its_kind_and_no_others(key in keys(), other: Vec<u8>) {
            let held = |span: Span<RangeKey>| {
                std::ops::RangeBounds::contains(&(span.from, span.until), &key)
            };
            let other = ObjectKey::new(other);
            prop_assert_eq!(held(RangeKey::holders()), matches!(key, RangeKey::Holder(_)));
            prop_assert_eq!(held(RangeKey::objects()), matches!(key, RangeKey::Object(_)));
            prop_assert_eq!(held(RangeKey::parts()), matches!(key, RangeKey::Part(..)));
            prop_assert_eq!(held(RangeKey::verdicts()), matches!(key, RangeKey::Verdict(..)));
            prop_assert_eq!(held(RangeKey::units(UnitId(0))), matches!(key, RangeKey::Unit(_)));
            prop_assert_eq!(
                held(RangeKey::parts_of(&other)),
                matches!(&key, RangeKey::Part(object, _) if *object == other)
            );
            prop_assert_eq!(
                held(RangeKey::holders_from(other.clone())),
                matches!(&key, RangeKey::Holder(object) if *object >= other)
            );
            if let RangeKey::Part(object, _) = &key {
                prop_assert!(held(RangeKey::parts_of(object)));
            }
            if let RangeKey::Verdict(object, ..) = &key {
                prop_assert!(held(RangeKey::verdicts_of(object)));
                prop_assert!(other == *object || !held(RangeKey::verdicts_of(&other)));
            }
            if let RangeKey::Log(version) = key {
                prop_assert!(!held(RangeKey::log_after(version)));
                prop_assert!(version == 0 || held(RangeKey::log_after(version - 1)));
            }
            prop_assert!(key < RangeKey::End);
        }
    }
}
