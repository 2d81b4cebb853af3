//! Typed ids. Each kind of thing has its own type, and each is a string of bytes of a fixed
//! length, so that every store sorts them alike. Written out, they are lower-case base32hex,
//! which sorts as the bytes do.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::key::IdKey;
use crate::object::ObjectKey;

/// A word that was meant to be an id and is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not the letters, or not as many, as an id of this kind has.
    #[error("{kind} ids are {chars} characters of 0-9 and a-v, this has {found}")]
    Malformed {
        /// What was to be read.
        kind: &'static str,
        /// How long its text is.
        chars: usize,
        /// How long the given text was.
        found: usize,
    },
    /// Not a tenant's name.
    #[error("a tenant is named by 1 to 64 of a-z, 0-9 and -, and begins with a letter")]
    Tenant,
}

fn base32() -> Encoding {
    let mut spec = Specification::new();
    spec.symbols.push_str("0123456789abcdefghijklmnopqrstuv");
    spec.check_trailing_bits = true;
    // The specification is a constant; that it is valid is shown by every test that writes an id.
    #[allow(clippy::expect_used)]
    spec.encoding().expect("the alphabet is a valid one")
}

static BASE32: std::sync::LazyLock<Encoding> = std::sync::LazyLock::new(base32);

/// Bytes as ids are written.
pub(crate) fn written(bytes: &[u8]) -> String {
    BASE32.encode(bytes)
}

/// The bytes of a word written by [`written`].
pub(crate) fn read<const N: usize>(kind: &'static str, text: &str) -> Result<[u8; N], IdError> {
    let malformed = IdError::Malformed { kind, chars: (N * 8).div_ceil(5), found: text.len() };
    let bytes = BASE32.decode(text.as_bytes()).map_err(|_| malformed.clone())?;
    <[u8; N]>::try_from(bytes.as_slice()).map_err(|_| malformed)
}

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// How many bytes an id of this kind has.
            pub const LEN: usize = $len;

            /// The id that these bytes are.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes of the id.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&written(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), written(&self.0))
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                read::<$len>($kind, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    self.0.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    text.parse().map_err(de::Error::custom)
                } else {
                    <[u8; $len]>::deserialize(deserializer).map(Self)
                }
            }
        }
    };
}

byte_id! {
    /// A source: a folder, a bucket, a database that is scanned as one.
    SourceId, 8, "source"
}
byte_id! {
    /// An object of a source: a file, a table, a page.
    ObjectId, 16, "object"
}
byte_id! {
    /// A finding within its object. People see it inside a [`FindingRef`].
    FindingId, 12, "finding"
}
byte_id! {
    /// One scan of one source.
    ScanId, 12, "scan"
}
byte_id! {
    /// A contiguous stretch of a source's keys.
    RangeId, 12, "range"
}
byte_id! {
    /// A node of the cluster, for as long as its data directory lasts.
    NodeId, 12, "node"
}
byte_id! {
    /// A split of the index: a file that is never changed.
    SplitId, 12, "split"
}
byte_id! {
    /// A key of the API: its name among all, and nothing of its secret.
    KeyId, 12, "key"
}
byte_id! {
    /// The content of a set of rules: equal ids are equal rules.
    RuleSetId, 12, "rule set"
}

/// A tenant, by name. Every key in every store begins with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// The tenant that exists without being made.
    pub fn default_tenant() -> Self {
        Self("default".into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        let rest = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if starts && rest && text.len() <= 64 {
            Ok(Self(text.into()))
        } else {
            Err(IdError::Tenant)
        }
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for TenantId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TenantId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl SourceId {
    /// The id of a source that is known by where it lies rather than by a record that somebody
    /// made: the same place scanned twice from the command line is the same source.
    pub fn of_location(key: &IdKey, tenant: &TenantId, kind: &str, location: &[u8]) -> Self {
        Self(
            key.hash("source")
                .field(tenant.as_str().as_bytes())
                .field(kind.as_bytes())
                .field(location)
                .take(),
        )
    }
}

impl ObjectId {
    /// The id of an object of a source.
    pub fn of(key: &IdKey, source: SourceId, object: &ObjectKey) -> Self {
        Self(key.hash("object").field(source.as_bytes()).field(object.as_bytes()).take())
    }
}

/// The id of a finding that people see: source, object and finding in one word, so that it is
/// reached by key and never by a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingRef {
    /// The source that holds the object.
    pub source: SourceId,
    /// The object that holds the finding.
    pub object: ObjectId,
    /// The finding in its object.
    pub finding: FindingId,
}

impl FindingRef {
    const LEN: usize = SourceId::LEN + ObjectId::LEN + FindingId::LEN;
}

impl fmt::Display for FindingRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(Self::LEN);
        bytes.extend_from_slice(self.source.as_bytes());
        bytes.extend_from_slice(self.object.as_bytes());
        bytes.extend_from_slice(self.finding.as_bytes());
        f.write_str(&written(&bytes))
    }
}

impl FromStr for FindingRef {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let bytes = read::<{ FindingRef::LEN }>("finding", text)?;
        let (source, rest) = bytes.split_at(SourceId::LEN);
        let (object, finding) = rest.split_at(ObjectId::LEN);
        let short = || IdError::Malformed { kind: "finding", chars: 58, found: text.len() };
        Ok(Self {
            source: SourceId(source.try_into().map_err(|_| short())?),
            object: ObjectId(object.try_into().map_err(|_| short())?),
            finding: FindingId(finding.try_into().map_err(|_| short())?),
        })
    }
}

impl Serialize for FindingRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FindingRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_is_read_back_as_it_was_written(bytes: [u8; 16]) {
            let id = ObjectId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<ObjectId>(), Ok(id));
        }

        #[test]
        fn ids_sort_in_text_as_they_do_in_bytes(a: [u8; 12], b: [u8; 12]) {
            let (a, b) = (RangeId::from_bytes(a), RangeId::from_bytes(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn a_finding_ref_is_one_word_that_leads_to_all_three(s: [u8; 8], o: [u8; 16], f: [u8; 12]) {
            let whole = FindingRef {
                source: SourceId(s), object: ObjectId(o), finding: FindingId(f),
            };
            prop_assert_eq!(whole.to_string().len(), 58);
            prop_assert_eq!(whole.to_string().parse::<FindingRef>(), Ok(whole));
        }

        #[test]
        fn no_text_makes_the_reading_of_ids_panic(text in ".{0,80}") {
            let _ = text.parse::<FindingRef>();
            let _ = text.parse::<ObjectId>();
            let _ = text.parse::<TenantId>();
        }
    }

    #[test]
    fn a_tenant_is_a_plain_name() {
        assert!("default".parse::<TenantId>().is_ok());
        for bad in ["", "Default", "9a", "a b", "a/b", &"a".repeat(65)] {
            assert_eq!(bad.parse::<TenantId>(), Err(IdError::Tenant), "{bad}");
        }
    }
}
