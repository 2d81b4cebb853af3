//! What any bytes and any words must bear. Properties and fuzzing share it.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use crate::place::{EscapeName, Step};
use crate::wire::{Versioned, decode, encode};
use crate::{
    Finding, FindingId, FindingRef, Mark, NodeId, Object, ObjectId, RangeId, ScanId, SourceId,
    TenantId, Token, Verdict,
};

/// Reads bytes as a value of a type, as they are and behind the type's version: they are none, or
/// one that is read again as it was written.
#[track_caller]
pub fn hostile_value<T: Versioned>(bytes: &[u8]) -> Option<T> {
    let of = |bytes: &[u8]| {
        let value = decode::<T>(bytes).ok()?;
        let written = encode(&value).expect("what was read can be written");
        let again = decode::<T>(&written).expect("what was written can be read");
        assert_eq!(encode(&again).as_ref(), Ok(&written), "it is read as it was written");
        Some(value)
    };
    let behind = [&T::VERSION.to_be_bytes(), bytes].concat();
    of(&behind).or_else(|| of(bytes))
}

/// Reads bytes as every value that this room declares, and asks of each what others ask.
#[track_caller]
pub fn hostile_values(bytes: &[u8]) {
    if let Some(finding) = hostile_value::<Finding>(bytes) {
        assert!(finding.confidence.as_percent() <= 100, "{:?}", finding.confidence);
        let shown = finding.place.member.iter().map(Step::shown);
        assert!(!shown.flat_map(|name| name.into_bytes()).any(|b| b.is_ascii_control()));
        finding.place.identity();
        finding.place.neighbourhood();
        finding.place.view();
    }
    if let Some(object) = hostile_value::<Object>(bytes) {
        let buckets: Vec<u16> = object.buckets.iter().collect();
        assert!(buckets.is_sorted(), "buckets are told in order");
        object.coverage.total_bytes();
    }
    hostile_value::<crate::range::RangeHead>(bytes);
    hostile_value::<crate::scan::Scan>(bytes);
    hostile_value::<crate::source::Source>(bytes);
    hostile_value::<crate::unit::Part>(bytes);
    hostile_value::<crate::unit::Unit>(bytes);
}

/// Reads a word as everything that people type: it is refused, or is written as it was read.
#[track_caller]
pub fn hostile_words(text: &str) {
    word::<SourceId>(text);
    word::<ObjectId>(text);
    word::<FindingId>(text);
    word::<ScanId>(text);
    word::<RangeId>(text);
    word::<NodeId>(text);
    word::<FindingRef>(text);
    word::<TenantId>(text);
    word::<Mark>(text);
    word::<Token>(text);
    word::<Verdict>(text);
    assert!(!text.as_bytes().escape_ascii_keeping_text().contains(char::is_control));
}

#[track_caller]
fn word<T: FromStr<Err: Display> + Display + Debug + PartialEq>(text: &str) {
    match text.parse::<T>() {
        Ok(read) => assert_eq!(read.to_string(), text, "one thing is written in one way"),
        Err(error) => assert!(error.to_string().len() < 200, "it says what is wrong in a sentence"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{Codec, Place, Spot};
    use crate::unit::{Unit, Work};
    use crate::{
        Class, Confidence, Item, Level, Plaintext, Preview, Reason, RuleRef, Score, Timestamp,
        TypeId,
    };
    use proptest::prelude::*;

    fn finding() -> Finding {
        let name = b"a\xff.txt".to_vec();
        let member = vec![Step::Entry { name, nth: 1 }, Step::Stream(Codec::Gzip)];
        let spot = Spot::Cell { sheet: "People".into(), row: 3, column: 2, offset: 0, length: 8 };
        Finding {
            id: FindingId::from_bytes([1; 12]),
            type_id: TypeId::new("email"),
            rule: RuleRef { id: "email".into(), version: 1 },
            confidence: Confidence::percent(90),
            sensitivity: Level::Medium,
            place: Place {
                member,
                spot,
                line: Some(1),
                column: None,
                row: None,
                field: None,
                via: vec![],
            },
            part: Some(1),
            preview: Preview::of(&Plaintext::new(b"jane@example.org".to_vec())),
            token: Token::from_bytes([2; 17]),
            mark: Mark::from_bytes([3; 8]),
            first_seen: Timestamp::from_micros(1),
            score: Score::default(),
        }
    }

    fn object() -> Object {
        let mut object = Object::unread(ObjectId::from_bytes([7; 16]), 1 << 40, 3);
        object.coverage.add_bytes(Class::Failed(Reason::Io), 1 << 40);
        object.coverage.add_bytes(Class::Skipped(Reason::Binary), 1 << 40);
        object.coverage.add_items(Item::Member, Class::Read, 3);
        [1, 9, 200].into_iter().for_each(|bucket| object.buckets.insert(bucket));
        object
    }

    /// Values as they are written, without their version.
    fn written() -> [Vec<u8>; 3] {
        let unit = Unit::new(Work::List, 3);
        [encode(&finding()), encode(&object()), encode(&unit)].map(|b| b.unwrap()[2..].to_vec())
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_value_or_none(bytes: Vec<u8>) {
            hostile_values(&bytes);
        }

        #[test]
        fn values_with_other_bytes_in_them_are_a_value_or_none(
            which in 0usize..3,
            hits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        ) {
            let mut bytes = written()[which].clone();
            for (at, byte) in hits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            hostile_values(&bytes);
        }

        #[test]
        fn any_word_is_refused_or_written_as_it_was_read(
            text in prop_oneof![".{0,80}", "[0-9a-v]{0,60}", "[a-z][a-z0-9-]{0,70}"]
        ) {
            hostile_words(&text);
        }
    }
}
