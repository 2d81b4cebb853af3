//! Cursors: where a page ended, and of what list. For who asks they are a word without meaning; with
//! another question than the one that they were given for they are none, rather than lead past what that
//! one has.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use trawl_actors::parked;
use trawl_model::wire::{self, Versioned};
use trawl_model::{KeyId, ObjectKey, ScanId, SourceId, Timestamp};

use crate::error::Error;
use crate::results::Reached;

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Cursor {
    /// A list of sources: behind this one.
    Sources(SourceId),
    /// A list of scans: behind this one, which was ordered then.
    Scans(Timestamp, ScanId),
    /// A list of findings: of this source, so far.
    Findings(SourceId, Reached),
    /// A list of what was not read: behind the so many first of this object.
    Unread(SourceId, ObjectKey, u32),
    /// The audit record: behind this entry.
    Audit(u64),
    /// A list of schedules: behind this one of this source, or behind all of it.
    Schedules(SourceId, Option<String>),
    /// A list of keys: behind this one, which was made then.
    Keys(Timestamp, KeyId),
    /// The last scans of sources: behind that of this source.
    Covered(SourceId),
    /// A list of what was given up of this source.
    Parked(SourceId, parked::Reached),
}

/// What a list was asked for, as a hash: all that says which items are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked([u8; 8]);

/// A cursor, and what it was given for.
#[derive(Serialize, Deserialize)]
struct Given {
    asked: Asked,
    at: Cursor,
}

impl Versioned for Given {
    const VERSION: u16 = 2;
}

impl Asked {
    /// All that there is of it.
    pub(super) const ALL: Self = Self([0; 8]);

    /// What these filters say.
    pub(super) fn of(filters: &impl Serialize) -> Result<Self, Error> {
        let said = serde_json::to_vec(filters).map_err(|error| Error::Fault(error.to_string()))?;
        let hash = blake3::derive_key("trawl cursor asked 1", &said);
        let mut asked = [0; 8];
        asked.copy_from_slice(&hash[..8]);
        Ok(Self(asked))
    }
}

impl Cursor {
    /// As it is given for what was asked.
    pub(super) fn written(self, asked: Asked) -> Result<String, Error> {
        let given = Given { asked, at: self };
        let bytes = wire::encode(&given).map_err(|error| Error::Fault(error.to_string()))?;
        Ok(BASE64URL_NOPAD.encode(&bytes))
    }

    /// The cursor that was given for what is asked; none to begin.
    pub(super) fn read(text: Option<&str>, asked: Asked) -> Result<Option<Self>, Error> {
        let Some(text) = text else { return Ok(None) };
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let given = bytes.and_then(|bytes| wire::decode::<Given>(&bytes).ok());
        match given {
            Some(given) if given.asked == asked => Ok(Some(given.at)),
            _ => Err(refused()),
        }
    }
}

/// The error of a cursor that no list like this gave.
pub(super) fn refused() -> Error {
    Error::Usage(
        "cursor: is not one that this list gave; ask as for its last page and take `next` of that, or \
         leave it out to begin"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Spotted;
    use proptest::prelude::*;
    use trawl_model::place::{Spot, Step};
    use trawl_model::{FindingId, Place};

    #[test]
    fn a_cursor_fits_into_a_request_however_long_the_names_are_that_it_stands_at() {
        let entry = Step::Entry { name: vec![b'n'; 70_000], nth: 0 };
        let (table, field) = ("ä".repeat(70_000), "ö".repeat(70_000));
        let place = Place {
            member: vec![entry; 9],
            spot: Spot::Field { table, field, row: 1, offset: 0, length: 1 },
            line: None,
            column: None,
            row: None,
            field: None,
            via: Vec::new(),
        };
        let within = Some(Spotted::at(&place, FindingId::from_bytes([1; FindingId::LEN]), Some(7)));
        let reached = Reached { object: ObjectKey::new(vec![b'n'; 4_096]), within };
        let cursor = Cursor::Findings(SourceId::from_bytes([1; 8]), reached);
        let written = cursor.clone().written(Asked::ALL).unwrap();
        assert!(written.len() < 32 << 10, "{}", written.len());
        assert_eq!(Cursor::read(Some(&written), Asked::ALL).unwrap(), Some(cursor));
    }

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(key: Vec<u8>, id: [u8; 8]) {
            let reached = Reached { object: ObjectKey::new(key), within: None };
            let cursor = Cursor::Findings(SourceId::from_bytes(id), reached);
            let written = cursor.clone().written(Asked::ALL).unwrap();
            prop_assert_eq!(Cursor::read(Some(&written), Asked::ALL).unwrap(), Some(cursor));
        }

        #[test]
        fn a_cursor_belongs_to_what_was_asked(here: Vec<String>, there: Vec<String>, id: [u8; 8]) {
            let (asked, other) = (Asked::of(&here).unwrap(), Asked::of(&there).unwrap());
            let written = Cursor::Sources(SourceId::from_bytes(id)).written(asked).unwrap();
            prop_assert!(Cursor::read(Some(&written), asked).is_ok());
            prop_assert_eq!(Cursor::read(Some(&written), other).is_ok(), here == there);
        }

        #[test]
        fn any_word_is_a_cursor_or_refused(word: String) {
            if let Ok(Some(cursor)) = Cursor::read(Some(&word), Asked::ALL) {
                prop_assert_eq!(cursor.written(Asked::ALL).unwrap(), word);
            }
        }
    }
}
