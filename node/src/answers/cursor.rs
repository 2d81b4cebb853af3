//! Cursors: where a page ended. For who asks they are a word without meaning.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use trawl_actors::parked;
use trawl_model::wire::{self, Versioned};
use trawl_model::{ObjectKey, ScanId, SourceId, Timestamp};

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
    /// A list of what was given up of this source.
    Parked(SourceId, parked::Reached),
}

impl Versioned for Cursor {
    const VERSION: u16 = 1;
}

impl Cursor {
    /// As it is given.
    pub(super) fn written(&self) -> Result<String, Error> {
        let bytes = wire::encode(self).map_err(|error| Error::Fault(error.to_string()))?;
        Ok(BASE64URL_NOPAD.encode(&bytes))
    }

    /// The cursor that was given.
    pub(super) fn read(text: &str) -> Result<Self, Error> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        bytes.and_then(|bytes| wire::decode(&bytes).ok()).ok_or_else(refused)
    }
}

/// The error of a cursor that no list like this gave.
pub(super) fn refused() -> Error {
    Error::Usage(
        "cursor: is not one that this list gave; take `next` of its last page, or leave it out to \
         begin"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(key: Vec<u8>, id: [u8; 8]) {
            let reached = Reached { object: ObjectKey::new(key), within: None };
            let cursor = Cursor::Findings(SourceId::from_bytes(id), reached);
            prop_assert_eq!(Cursor::read(&cursor.written().unwrap()).unwrap(), cursor);
        }

        #[test]
        fn any_word_is_a_cursor_or_refused(word: String) {
            if let Ok(cursor) = Cursor::read(&word) {
                prop_assert_eq!(cursor.written().unwrap(), word);
            }
        }
    }
}
