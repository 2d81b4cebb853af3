//! Findings: what was found, where, how sure, and why.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{FindingId, ObjectId, SourceId, TenantId};
use crate::key::IdKey;
use crate::mark::Mark;
use crate::place::{Place, PlaceV1};
use crate::plaintext::Plaintext;
use crate::preview::Preview;
use crate::time::Timestamp;
use crate::token::Token;

/// The type of a finding: lower-case words parted by dots and underscores, such as `email` or
/// `us.ssn`. Types come from rules, so there is no list of them here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(Arc<str>);

impl TypeId {
    /// The type of this name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for TypeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TypeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self(name.into()))
    }
}

/// How sure, in percent. 65, 75 and 85 are low, medium and high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "u8")]
pub struct Confidence(u8);

impl From<u8> for Confidence {
    fn from(percent: u8) -> Self {
        Self::percent(percent)
    }
}

impl Confidence {
    /// So many percent; what is over 100 is 100.
    pub const fn percent(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// The percent.
    pub const fn as_percent(self) -> u8 {
        self.0
    }
}

/// How bad it is when the value gets out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Of little harm alone.
    Low,
    /// Identifies a person.
    Medium,
    /// Opens a door to harm: numbers of the state, of cards, of accounts.
    High,
    /// Opens a door by itself: keys, passwords.
    Critical,
}

impl Level {
    /// All there are, the least harmful first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name, as written in rules and asked for on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// The rule that made a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleRef {
    /// The rule's id.
    pub id: Arc<str>,
    /// Its version at that time.
    pub version: u32,
}

/// How a confidence came about: references into the rule, never text of the source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Score {
    /// Which of the rule's patterns matched, from 0.
    pub pattern: u16,
    /// The name of the check that the value passed, where the rule has one.
    pub check: Option<Arc<str>>,
    /// Which of the rule's words stand near.
    pub words: Vec<NearWord>,
    /// Which of the rule's words the label (header, key) of the field holds.
    pub label: Option<u16>,
    /// Which of the rule's words the object's path holds.
    pub path: Option<u16>,
    /// What was added and taken away, in order, from 0 to the confidence.
    pub steps: Vec<ScoreStep>,
    /// The value is a known example: a test card, a key of some documentation.
    pub known_example: bool,
}

/// One of the rule's own words, and how far it stands from the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearWord {
    /// Which of the rule's words, from 0.
    pub word: u16,
    /// In bytes: below zero it stands before the value.
    pub distance: i16,
}

/// A step of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreStep {
    /// Why, in the engine's own words (`pattern`, `check`, `word`, `label`, …).
    pub why: Arc<str>,
    /// What was added; what is below zero was taken away.
    pub points: i8,
}

/// Whether a finding's object is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The object holds it.
    Open,
    /// The object has vanished.
    Closed,
}

/// A finding as it is kept. What the object's row says (state, verdict, last seen) is not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its id in its object.
    pub id: FindingId,
    /// What it is.
    pub type_id: TypeId,
    /// The rule that found it.
    pub rule: RuleRef,
    /// How sure.
    pub confidence: Confidence,
    /// How bad.
    pub sensitivity: Level,
    /// Where.
    pub place: Place,
    /// Which part of an object that is read in parts: lines and rows of the place count from the
    /// part's beginning.
    pub part: Option<u32>,
    /// What may be shown.
    pub preview: Preview,
    /// By what it is searched for.
    pub token: Token,
    /// By what verdicts know it.
    pub mark: Mark,
    /// Start of the scan that found it first.
    pub first_seen: Timestamp,
    /// Why.
    pub score: Score,
}

/// A finding as it was before places said how a value was decoded.
#[derive(Serialize, Deserialize)]
pub(crate) struct FindingV1 {
    pub(crate) id: FindingId,
    pub(crate) type_id: TypeId,
    pub(crate) rule: RuleRef,
    pub(crate) confidence: Confidence,
    pub(crate) sensitivity: Level,
    pub(crate) place: PlaceV1,
    pub(crate) part: Option<u32>,
    pub(crate) preview: Preview,
    pub(crate) token: Token,
    pub(crate) mark: Mark,
    pub(crate) first_seen: Timestamp,
    pub(crate) score: Score,
}

impl From<FindingV1> for Finding {
    fn from(finding: FindingV1) -> Self {
        Self {
            id: finding.id,
            type_id: finding.type_id,
            rule: finding.rule,
            confidence: finding.confidence,
            sensitivity: finding.sensitivity,
            place: finding.place.into(),
            part: finding.part,
            preview: finding.preview,
            token: finding.token,
            mark: finding.mark,
            first_seen: finding.first_seen,
            score: finding.score,
        }
    }
}

impl FindingId {
    /// The id of a finding: a hash of tenant, source, object, place, type and value, and nothing
    /// of who found it or when. Whoever reads the same content makes the same id.
    pub fn of(
        key: &IdKey,
        tenant: &TenantId,
        source: SourceId,
        object: ObjectId,
        place: &Place,
        type_id: &TypeId,
        value: &Plaintext,
    ) -> Self {
        let hash = key
            .hash("finding")
            .field(tenant.as_str().as_bytes())
            .field(source.as_bytes())
            .field(object.as_bytes())
            .field(&place.identity())
            .field(type_id.as_str().as_bytes());
        Self::from_bytes(value.with(move |bytes| hash.field(bytes).take()))
    }
}

/// The bucket of a finding, of `buckets`: of object and place alone.
pub fn bucket_of(object: ObjectId, place: &Place, buckets: u16) -> u16 {
    let mut hash = blake3::Hasher::new();
    hash.update(object.as_bytes());
    hash.update(&place.neighbourhood());
    let bytes = hash.finalize();
    let [a, b, c, d, ..] = *bytes.as_bytes();
    (u32::from_be_bytes([a, b, c, d]) % u32::from(buckets.max(1))) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::tests::places;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn same_content_same_findings(place in places(), value: Vec<u8>, other: Vec<u8>) {
            let key = IdKey::from_bytes([3; 32]);
            let tenant = TenantId::default_tenant();
            let (s, o) = (SourceId::from_bytes([1; 8]), ObjectId::from_bytes([2; 16]));
            let id = |v: &Vec<u8>, t: &str| FindingId::of(
                &key, &tenant, s, o, &place, &TypeId::new(t), &Plaintext::new(v.clone()),
            );
            prop_assert_eq!(id(&value, "email"), id(&value, "email"));
            prop_assert_ne!(id(&value, "email"), id(&value, "url"));
            prop_assert_eq!(id(&value, "email") == id(&other, "email"), value == other);
        }

        #[test]
        fn a_bucket_is_one_of_those_that_there_are(place in places(), o: [u8; 16], b in 1u16..1024) {
            prop_assert!(bucket_of(ObjectId::from_bytes(o), &place, b) < b);
        }
    }
}
