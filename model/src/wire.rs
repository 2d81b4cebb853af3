//! How values become bytes that outlive the process: a version, and that version's own layout.
//!
//! This is the one place that knows bincode, so that it can be replaced. Decoding is always
//! bounded: no length that a stranger wrote makes us take memory for it.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::finding::{Finding, FindingV1};
use crate::object::Object;
use crate::range::RangeHead;
use crate::scan::{Scan, ScanV1};
use crate::source::{Source, SourceV1};
use crate::unit::{Part, Unit, UnitV1};

/// The largest value that is decoded.
pub const MAX_VALUE_BYTES: usize = 4 * 1024 * 1024;

/// A value with a version: a new layout is a new version with its own struct, and readers learn it
/// before writers use it.
pub trait Versioned: Serialize + DeserializeOwned {
    /// The version of this layout.
    const VERSION: u16;

    /// What an older version wrote, as it is now; none where that version is not known.
    fn read_older(_version: u16, _body: &[u8]) -> Option<Result<Self, WireError>> {
        None
    }
}

/// Why bytes could not be made, or be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Written by a version that this one does not know.
    #[error("version {found} is not known here, which knows {known}; run the newer program")]
    Version {
        /// What the bytes say.
        found: u16,
        /// What is known.
        known: u16,
    },
    /// Not what that version writes.
    #[error("the bytes are not what version {version} writes")]
    Malformed {
        /// What the bytes say.
        version: u16,
    },
    /// Larger than any value may be.
    #[error("a value may have {MAX_VALUE_BYTES} bytes, this has {found}")]
    TooLarge {
        /// How many it has.
        found: usize,
    },
}

fn config() -> impl bincode::config::Config {
    bincode::config::standard().with_big_endian().with_limit::<MAX_VALUE_BYTES>()
}

/// The bytes of a value.
pub fn encode<T: Versioned>(value: &T) -> Result<Vec<u8>, WireError> {
    let mut bytes = T::VERSION.to_be_bytes().to_vec();
    bincode::serde::encode_into_std_write(value, &mut bytes, config())
        .map_err(|_| WireError::Malformed { version: T::VERSION })?;
    if bytes.len() > MAX_VALUE_BYTES {
        return Err(WireError::TooLarge { found: bytes.len() });
    }
    Ok(bytes)
}

/// The value that [`encode`] wrote.
pub fn decode<T: Versioned>(bytes: &[u8]) -> Result<T, WireError> {
    if bytes.len() > MAX_VALUE_BYTES {
        return Err(WireError::TooLarge { found: bytes.len() });
    }
    let malformed = |version| WireError::Malformed { version };
    let (version, rest) = bytes.split_first_chunk::<2>().ok_or(malformed(0))?;
    let version = u16::from_be_bytes(*version);
    if version != T::VERSION {
        let unknown = WireError::Version { found: version, known: T::VERSION };
        return T::read_older(version, rest).unwrap_or(Err(unknown));
    }
    body(version, rest)
}

/// What this version wrote behind its number.
fn body<T: DeserializeOwned>(version: u16, bytes: &[u8]) -> Result<T, WireError> {
    let malformed = WireError::Malformed { version };
    match bincode::serde::decode_from_slice(bytes, config()) {
        Ok((value, read)) if read == bytes.len() => Ok(value),
        _ => Err(malformed),
    }
}

macro_rules! versioned {
    ($($type:ty => $version:literal),+ $(,)?) => {
        $(impl Versioned for $type {
            const VERSION: u16 = $version;
        })+
    };
}

versioned! {
    crate::schedule::Schedule => 1,
    crate::source::Selection => 1,
}

/// What version 1 wrote before the last thing of version 2 was there: an empty list, or a no.
fn without_last<T: DeserializeOwned>(version: u16, bytes: &[u8]) -> Option<Result<T, WireError>> {
    const NONE: u8 = 0;
    (version == 1).then(|| body(version, &[bytes, &[NONE]].concat()))
}

/// Before the objects that have findings had rows of their own.
impl Versioned for RangeHead {
    const VERSION: u16 = 2;

    fn read_older(version: u16, bytes: &[u8]) -> Option<Result<Self, WireError>> {
        without_last(version, bytes)
    }
}

impl Versioned for Object {
    const VERSION: u16 = 3;

    fn read_older(version: u16, bytes: &[u8]) -> Option<Result<Self, WireError>> {
        /// Version 1 ended before findings were counted by type, and version 2 before what had become of an
        /// object was kept while it is to be read.
        const NONE: u8 = 0;
        match version {
            1 => Some(body(version, &[bytes, &[NONE, NONE]].concat())),
            2 => Some(body(version, &[bytes, &[NONE]].concat())),
            _ => None,
        }
    }
}

/// Before findings were counted by type.
impl Versioned for Part {
    const VERSION: u16 = 2;

    fn read_older(version: u16, bytes: &[u8]) -> Option<Result<Self, WireError>> {
        without_last(version, bytes)
    }
}

impl Versioned for Scan {
    const VERSION: u16 = 3;

    fn read_older(version: u16, bytes: &[u8]) -> Option<Result<Self, WireError>> {
        /// Version 2 ended before the call that ordered a scan, which is the last thing in version 3.
        const NO_ORIGIN: u8 = 0;
        match version {
            1 => Some(body::<ScanV1>(version, bytes).map(Self::from)),
            2 => Some(body(version, &[bytes, &[NO_ORIGIN]].concat())),
            _ => None,
        }
    }
}

impl Versioned for Unit {
    const VERSION: u16 = 3;

    fn read_older(version: u16, bytes: &[u8]) -> Option<Result<Self, WireError>> {
        /// Version 2 ended before who had the unit last, which is the last thing in version 3.
        const NO_HOLDER: u8 = 0;
        match version {
            1 => Some(body::<UnitV1>(version, bytes).map(Self::from)),
            2 => Some(body(version, &[bytes, &[NO_HOLDER]].concat())),
            _ => None,
        }
    }
}

/// What has a former version: the version, and what it was.
macro_rules! changed {
    ($($type:ty => $version:literal, $older:literal: $former:ty);+ $(;)?) => {
        $(impl Versioned for $type {
            const VERSION: u16 = $version;

            fn read_older(version: u16, bytes: &[u8]) -> Option<Result<Self, WireError>> {
                (version == $older).then(|| body::<$former>(version, bytes).map(Self::from))
            }
        })+
    };
}

changed! {
    Finding => 2, 1: FindingV1;
    Source => 2, 1: SourceV1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{RuleSetId, ScanId, SourceId, TenantId};
    use crate::object::{Buckets, ObjectKey};
    use crate::range::Bounds;
    use crate::scan::{Order, ScanState};
    use crate::source::Running;
    use crate::time::Timestamp;
    use crate::unit::{Fall, Resume, ResumeLevel, Work};
    use crate::{
        ByType, Coverage, FewBytes, Fingerprint, ObjectId, Origin, RequestId, TraceContext,
    };
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_written_is_read(key: Vec<u8>, attempt: u32, scan: u32) {
            let unit = Unit {
                attempt,
                ..Unit::new(Work::Read { first: ObjectKey::new(key.clone()), last: ObjectKey::new(key) }, scan)
            };
            prop_assert_eq!(decode::<Unit>(&encode(&unit).unwrap()), Ok(unit));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
            let mut versioned = vec![0, 1];
            versioned.extend(&bytes);
            let _ = decode::<Object>(&versioned);
            let _ = decode::<crate::finding::Finding>(&versioned);
            let _ = decode::<Unit>(&bytes);
        }
    }

    #[test]
    fn more_than_all_percent_are_all() {
        let mut bytes = Vec::new();
        bincode::serde::encode_into_std_write(200u8, &mut bytes, config()).unwrap();
        let (read, _) = bincode::serde::decode_from_slice(&bytes, config()).unwrap();
        assert_eq!(crate::Confidence::percent(100), read);
    }

    #[test]
    fn a_version_that_is_not_known_is_said_to_be_so() {
        assert_eq!(decode::<Unit>(&[0, 9, 1, 2]), Err(WireError::Version { found: 9, known: 3 }));
    }

    #[test]
    fn a_finding_of_version_1_stands_there_as_it_is() {
        use crate::finding::{Confidence, Finding, FindingV1, Level, RuleRef, Score, TypeId};
        use crate::place::{PlaceV1, Spot, Step};
        use crate::{FindingId, Mark, Plaintext, Preview, Token};
        let first = || FindingV1 {
            id: FindingId::from_bytes([1; 12]),
            type_id: TypeId::new("email"),
            rule: RuleRef { id: "email".into(), version: 1 },
            confidence: Confidence::percent(90),
            sensitivity: Level::Medium,
            place: PlaceV1 {
                member: vec![Step::Message(7)],
                spot: Spot::Bytes { start: 10, end: 40 },
                line: Some(3),
                column: Some(7),
                row: None,
                field: Some("to".to_owned()),
            },
            part: Some(2),
            preview: Preview::of(&Plaintext::new(b"jane@example.org".to_vec())),
            token: Token::from_bytes([2; 17]),
            mark: Mark::from_bytes([3; 8]),
            first_seen: Timestamp::from_micros(5),
            score: Score::default(),
        };
        let mut bytes = vec![0, 1];
        bincode::serde::encode_into_std_write(first(), &mut bytes, config()).unwrap();
        let read = decode::<Finding>(&bytes).unwrap();
        assert_eq!(read, Finding::from(first()));
        assert!(read.place.via.is_empty());
        let written = encode(&read).unwrap();
        assert_eq!(written.len(), bytes.len() + 1, "that it is not decoded takes a byte");
        assert_eq!(decode::<Finding>(&written), Ok(read));
    }

    /// As version 1 wrote it: reading `a` to `b`, suspect, `a` named, fallen at byte 300.
    const UNIT_1: &[u8] = &[
        0, 1, 1, 1, b'a', 1, b'b', 7, 3, 0, 0, 0, 0, 1, 1, 1, b'a', 1, 1, 251, 1, 44, 0, 0, 0, 2, 0,
    ];

    /// As version 1 wrote them: a source of `/srv`, with its first scan at work; and that scan.
    const SOURCE_1: &[u8] = &[
        0, 1, 7, 100, 101, 102, 97, 117, 108, 116, 5, 102, 105, 108, 101, 115, 4, 47, 115, 114,
        118, 0, 2, 100, 1, 251, 1, 0, 0, 1, 1, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 1, 0, 0,
    ];
    const SCAN_1: &[u8] = &[
        0, 1, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 5, 5, 5, 5, 5, 5, 5, 5, 1, 3, 3, 3, 3, 3, 3, 3,
        3, 3, 3, 3, 3, 0, 251, 7, 208, 0, 0, 0, 251, 1, 44, 2, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// The same scan as version 2 wrote it.
    const SCAN_2: &[u8] = &[
        0, 2, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 5, 5, 5, 5, 5, 5, 5, 5, 1, 3, 3, 3, 3, 3, 3, 3,
        3, 3, 3, 3, 3, 0, 251, 7, 208, 1, 0, 0, 251, 7, 208, 0, 0, 0, 251, 1, 44, 2, 0, 0, 0, 0, 0,
        0, 0, 0,
    ];

    #[test]
    fn a_source_and_scans_of_former_versions_are_read() {
        let id = ScanId::from_bytes([7; 12]);
        let running = Some(Running { number: 1, scan: id });
        let known = Source::new(TenantId::default_tenant(), "files", b"/srv".to_vec());
        let source = Source { root: vec![b'd', 1], running, last_scan: 1, ..known };
        assert_eq!(decode::<Source>(SOURCE_1), Ok(source.clone()));
        assert_eq!(decode::<Source>(&encode(&source).unwrap()), Ok(source));

        let (of, rules) = (SourceId::from_bytes([5; 8]), RuleSetId::from_bytes([3; 12]));
        let at = Timestamp::from_micros(1_000);
        let ordered = Scan::ordered(id, of, 1, rules, at, Order::default());
        let state = ScanState::Running;
        let scan = Scan { state, listed_bytes: 300, listed_objects: 2, ..ordered };
        assert_eq!(decode::<Scan>(SCAN_1), Ok(scan.clone()));
        assert_eq!(decode::<Scan>(SCAN_2), Ok(scan.clone()));
        let trace = TraceContext { trace: [1; 16], span: [2; 8], sampled: true };
        let origin = Some(Origin { request: RequestId::of_trace(&trace), trace });
        for scan in [Scan { origin, ..scan.clone() }, scan] {
            assert_eq!(decode::<Scan>(&encode(&scan).unwrap()), Ok(scan));
        }
    }

    #[test]
    fn objects_and_parts_of_version_1_have_their_findings_counted_by_no_type() {
        let mut object = Object::unread(ObjectId::from_bytes([7; 16]), 1 << 40, 3);
        object.findings = 5;
        let fingerprint = Fingerprint {
            size: 1,
            modified: None,
            tag: FewBytes::new(),
            identity: FewBytes::new(),
        };
        let part = Part {
            scan: 2,
            fingerprint,
            counted: Vec::new(),
            buckets: Buckets::default(),
            findings: 5,
            lines: 9,
            coverage: Coverage::new(),
            by_type: ByType::default(),
        };
        let first = |mut bytes: Vec<u8>| {
            assert_eq!(bytes.pop(), Some(0), "the list of types comes last");
            bytes[1] = 1;
            bytes
        };
        let mut second = encode(&object).unwrap();
        assert_eq!(second.pop(), Some(0), "what had become of it before comes last");
        second[1] = 2;
        assert_eq!(decode::<Object>(&second), Ok(object.clone()));
        let old = decode::<Object>(&first(second)).unwrap();
        assert_eq!((old.by_type.all(5), &old), (None, &object));
        assert_eq!(decode::<Part>(&first(encode(&part).unwrap())), Ok(part));
    }

    #[test]
    fn a_range_of_version_1_has_no_rows_that_say_which_objects_have_findings() {
        let head = RangeHead { objects: 3, ..RangeHead::new(Bounds::everything(), 7) };
        let mut bytes = encode(&head).unwrap();
        assert_eq!(bytes.pop(), Some(1), "whether it has such rows comes last");
        bytes[1] = 1;
        assert_eq!(decode::<RangeHead>(&bytes), Ok(RangeHead { holders: false, ..head }));
    }

    #[test]
    fn units_of_former_versions_are_read() {
        let key = |name: &[u8]| ObjectKey::new(name);
        let at = ResumeLevel { at: 300, ..ResumeLevel::default() };
        let unit = Unit {
            attempt: 3,
            suspect: true,
            named: Some(key(b"a")),
            fell_at: Some(Fall { resume: Resume { levels: vec![at] }, steps: 0, times: 1 }),
            failures: 2,
            ..Unit::new(Work::Read { first: key(b"a"), last: key(b"b") }, 7)
        };
        assert_eq!(decode::<Unit>(UNIT_1), Ok(unit.clone()));
        let mut second = encode(&unit).unwrap();
        assert_eq!(second.pop(), Some(0), "who had it last comes last");
        second[1] = 2;
        assert_eq!(decode::<Unit>(&second), Ok(unit.clone()));
        let unit = Unit { holder: Some(1 << 40), ..unit };
        assert_eq!(decode::<Unit>(&encode(&unit).unwrap()), Ok(unit));
    }
}
